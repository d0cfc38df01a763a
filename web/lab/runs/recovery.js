/** What the browser keeps of a workbench with a storage key: runs that have ended, for its list, and interrupted
 * experiments, which are found, resumed or discarded. An experiment that another page is training is
 * shown, and left alone. */
import { ResiduaError } from '../../lib/errors.js';
import { trainRuns } from '../train-runs.js';
import { Checkpoints, newId } from './checkpoints.js';
import { discard, readKept, restore } from './kept.js';
import { sourceOf } from './list.js';
import { onChange } from './store.js';

/** @typedef {import('lit').ReactiveController} ReactiveController */
/** @typedef {import('../session.js').Job} Job */

/** @implements {ReactiveController} */
export class Recovery {
  /** What has not come to its end. @type {import('./kept.js').Interrupted[]} */
  interrupted = [];
  /** Experiments whose files cannot be read. @type {import('./kept.js').Unreadable[]} */
  unreadable = [];
  /** Those of the latest training. @type {Checkpoints | null} */
  checkpoints = null;
  /** Counts looks: what an old one finds is dropped. */
  #looks = 0;
  #lab;
  #endListening = () => {};
  /** Other pages may have begun or ended training while this one was hidden. */
  #onVisible = () => {
    if (!document.hidden && this.#lab.hasUpdated) void this.look();
  };

  /** @param {import('../lab.js').ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
    lab.addController(this);
  }

  hostConnected() {
    document.addEventListener('visibilitychange', this.#onVisible);
    this.#endListening = onChange(() => void this.look());
  }

  hostDisconnected() {
    document.removeEventListener('visibilitychange', this.#onVisible);
    this.#endListening();
  }

  /** Why runs cannot be kept, if so. */
  get problem() {
    return this.checkpoints?.problem ?? null;
  }

  look = async () => {
    const lab = this.#lab;
    if (!lab.storageKey) return;
    const looks = ++this.#looks;
    const { interrupted, unreadable, ended, bytes } = await readKept(this.look);
    if (looks !== this.#looks) return;
    const isOurs = (/** @type {{ storageKey: string }} */ one) => one.storageKey === lab.storageKey;
    Object.assign(this, { unreadable, interrupted: interrupted.filter(isOurs) });
    lab.archive.bytes = bytes;
    lab.runs.follow(ended.filter(({ head }) => isOurs(head)));
    lab.invalidate();
  };

  /** What is to be trained now, from where it is kept.
   * @param {Checkpoints | null} reopened of an interrupted experiment
   * @param {import('../train-runs.js').Stopped | null} stopped @returns {Job[]} */
  begin(reopened, stopped) {
    const { runs, storageKey, experiment } = this.#lab;
    const resumed = reopened?.resumed;
    const savedOf = (/** @type {number} */ index) => resumed?.runs[index] ?? stopped?.get(index);
    const due = resumed
      ? resumed.due.filter((index) => !savedOf(index)?.ended)
      : stopped
        ? [...stopped.keys()]
        : runs.due.map(({ config }) => experiment.runs.indexOf(config));
    const checkpoints = reopened ?? (storageKey ? Checkpoints.begin(this.#announceProblem) : null);
    this.checkpoints = checkpoints;
    const begun = due.map((index) => {
      return { config: experiment.runs[index], index, saved: savedOf(index) };
    });
    const entries = runs.begin(begun, checkpoints?.id ?? newId());
    return entries.map((entry) => {
      const { run, recipe, index } = entry;
      return {
        ...{ config: experiment.runs[index], index, recipe, run },
        checkpoint: savedOf(index)?.file ?? null,
        save:
          checkpoints && ((file, ended) => checkpoints.save(index, entry.name, run, file, ended)),
      };
    });
  }

  /** From here on checkpoints are written. Throws if these are not the images that an interrupted
   * experiment was trained on.
   * @param {Job[]} jobs @param {import('../../lib/index.js').Dataset} dataset */
  async describe(jobs, dataset) {
    const { experiment, storageKey, usedSource } = this.#lab;
    const { checkpoints } = this;
    if (!checkpoints) return;
    if (!(await checkpoints.isOf(dataset))) {
      const problem = 'The images are not those that the runs were trained on';
      throw new ResiduaError('MISMATCH', 'resume', `${problem}; bring those, or discard the runs.`);
    }
    if (checkpoints.resumed) return;
    const due = jobs.map(({ index }) => index);
    checkpoints.describe({ storageKey, experiment, source: sourceOf(usedSource), due }, dataset);
  }

  /** Training is over. @param {Job[]} [open] what can be resumed; by default all that was due */
  async end(open) {
    const { runs, archive } = this.#lab;
    const { checkpoints } = this;
    runs.drop(({ run }) => run.state === 'ready');
    await checkpoints?.end(open?.map(({ index }) => index));
    if (!checkpoints?.problem) await archive.dropRepeats();
    if (checkpoints) await archive.makeRoom();
    await this.look();
  }

  /** @param {string} id of an interrupted experiment */
  async resume(id) {
    const lab = this.#lab;
    const checkpoints = await Checkpoints.reopen(id, this.#announceProblem);
    const { resumed } = checkpoints ?? {};
    if (!checkpoints || !resumed || lab.busy) {
      await checkpoints?.end();
      return this.look();
    }
    lab.change(resumed.experiment);
    for (const [i, { config, name }] of lab.rows.entries()) {
      if (name !== resumed.names[i]) lab.runs.nameRow(config, resumed.names[i]);
    }
    this.interrupted = this.interrupted.filter((one) => one.id !== id);
    lab.say(lab.t('said_resumed'));
    await trainRuns(lab, checkpoints);
    if (!lab.failure) void lab.preparation.run();
  }

  /** @param {string} id of an experiment that was interrupted or cannot be read */
  async discard(id) {
    const lab = this.#lab;
    const removed = await discard(id);
    if (removed) {
      lab.undo.offer(lab.t('said_discarded'), () => restore(removed).then(this.#lookAfter));
    } else {
      lab.say(lab.t('said_notDiscarded'));
      lab.focus();
    }
    await this.look();
  }

  /** @param {boolean} isDone */
  #lookAfter = async (isDone) => {
    await this.look();
    return isDone;
  };

  #announceProblem = () => {
    const { problem } = this;
    if (problem) this.#lab.say(this.#lab.t(`notKept_${problem}`));
    else void this.look(); // Runs that had ended may be whole only now.
  };
}
