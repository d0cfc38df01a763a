/** Interrupted experiments of a workbench that has a name: found, resumed or discarded. An experiment
 * that another page is training is shown, and left alone. */
import { Checkpoints, discard, interruptedRuns } from './checkpoints.js';

/** @typedef {import('lit').ReactiveController} ReactiveController */

/** @implements {ReactiveController} */
export class Recovery {
  /** What has not come to its end. @type {import('./checkpoints.js').Interrupted[]} */
  interrupted = [];
  /** Experiments whose files cannot be read. @type {import('./checkpoints.js').Unreadable[]} */
  unreadable = [];
  /** Those of the latest training. @type {Checkpoints | null} */
  checkpoints = null;
  #lab;
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
  }

  hostDisconnected() {
    document.removeEventListener('visibilitychange', this.#onVisible);
  }

  /** Why runs cannot be kept, if so. */
  get problem() {
    return this.checkpoints?.problem ?? null;
  }

  /** Checkpoints of an experiment that begins now; null for a workbench without a storage key. */
  begin() {
    return this.#lab.storageKey ? Checkpoints.begin(this.#announceProblem) : null;
  }

  look = async () => {
    const { storageKey } = this.#lab;
    const all = storageKey ? await interruptedRuns(this.look) : [];
    this.unreadable = all.flatMap((one) => ('digest' in one ? [] : [one]));
    const readable = all.flatMap((one) => ('digest' in one ? [one] : []));
    this.interrupted = readable.filter((one) => one.storageKey === this.#lab.storageKey);
    this.#lab.invalidate();
  };

  /** @param {string} id of an interrupted experiment */
  async resume(id) {
    const lab = this.#lab;
    const checkpoints = await Checkpoints.reopen(id, this.#announceProblem);
    const { resumed } = checkpoints ?? {};
    if (!checkpoints || !resumed || lab.busy) {
      await checkpoints?.end(true);
      return this.look();
    }
    lab.change(resumed.experiment);
    for (const [i, { config, name }] of lab.rows.entries()) {
      if (name !== resumed.names[i]) lab.runs.rename(config, resumed.names[i]);
    }
    this.interrupted = this.interrupted.filter((one) => one.id !== id);
    lab.say(lab.t('said_resumed'));
    await lab.trainWith(checkpoints);
    if (!lab.failure) void lab.preparation.run();
  }

  /** @param {string} id of an experiment that was interrupted or cannot be read */
  async discard(id) {
    const isGone = await discard(id);
    this.#lab.say(this.#lab.t(isGone ? 'said_discarded' : 'said_notDiscarded'));
    await this.look();
    this.#lab.focus();
  }

  #announceProblem = () => {
    const { problem } = this;
    if (problem) this.#lab.say(this.#lab.t(`notKept_${problem}`));
    else void this.look(); // Runs that had ended may be whole only now.
  };
}
