/** The kept runs of a workbench as the reader deals with them: shown, renamed, deleted and brought back, and what goes
 * by itself: repeats of a run, and the oldest when there is no room. */
import { selectField } from '../../ui/name-input.js';
import { makeRoom, removeRun, renameRun, restore } from './kept.js';

/** @typedef {import('./list.js').Entry} Entry */

export class Archive {
  isOpen = false;
  /** That all kept runs of this browser take. */
  bytes = 0;
  /** Names of the old runs that have gone to make room. @type {string[]} */
  gone = [];
  /** Whose name is being written. @type {Entry | null} */
  renamed = null;
  #lab;

  /** @param {import('../lab.js').ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  /** @param {boolean} isOpen the list is shown */
  show(isOpen) {
    this.isOpen = isOpen;
    this.#lab.requestUpdate();
  }

  /** Can it be deleted now? Not while it is being written. @param {Entry} entry */
  isRemovable({ id }) {
    const { busy, recovery } = this.#lab;
    return !busy && !(recovery.checkpoints?.id === id && recovery.checkpoints.isOpen);
  }

  /** @param {Entry} entry @param {boolean} isShown beside the experiment's networks */
  putOnChart(entry, isShown) {
    entry.onChart = isShown;
    this.#lab.requestUpdate();
  }

  /** The experiment that a run was trained in, as it was. @param {Entry} entry */
  openExperiment({ experiment }) {
    if (experiment) this.#lab.change(experiment);
  }

  /** @param {Entry | null} entry whose name is to be written in the list */
  startRename(entry) {
    const lab = this.#lab;
    this.renamed = entry;
    lab.requestUpdate();
    if (!entry) return;
    void selectField(lab, 'kept-name');
  }

  /** Gives a run another name, here and where it is kept. @param {Entry} entry @param {string} name empty:
   *   the one it had */
  async rename(entry, name) {
    const { runs, recovery, t } = this.#lab;
    const { checkpoints } = recovery;
    const before = entry.name;
    runs.nameEntry(entry, name);
    if (entry.name === before) return;
    const { id, index, run, bytes } = entry;
    if (checkpoints?.id === id && checkpoints.isOpen) {
      // One that goes on is saved under its name of then.
      if (run.isComplete) checkpoints.save(index, entry.name, run, run.weights, true);
      return;
    }
    if (bytes > 0 && !(await renameRun(id, index, entry.name))) this.#lab.say(t('said_notRenamed'));
    await recovery.look();
  }

  /** @param {Entry} entry */
  async remove(entry) {
    const lab = this.#lab;
    const { runs, recovery } = lab;
    const removed = entry.bytes > 0 ? await removeRun(entry.id, entry.index) : undefined;
    if (removed === null) {
      lab.say(lab.t('said_notDiscarded'));
      return;
    }
    // Both ways the list follows at once, or the next press would meet another run than is there.
    runs.drop((one) => one === entry);
    lab.requestUpdate();
    lab.announceExperiment();
    lab.undo.offer(lab.t('said_deleted', { name: entry.name }), async () => {
      runs.put(entry);
      lab.requestUpdate();
      lab.announceExperiment();
      const isDone = removed ? await restore(removed) : true;
      await recovery.look();
      return isDone;
    });
    await recovery.look();
  }

  /** A run that came out as one before, bit for bit, takes its place. */
  async dropRepeats() {
    const { runs } = this.#lab;
    const textOf = (/** @type {Entry} */ { key, run }) =>
      [key, run.state, run.tick?.trajectory].join(' ');
    const texts = new Set();
    for (const entry of runs.ended) {
      const text = textOf(entry);
      const isRepeat = texts.has(text);
      texts.add(text);
      if (!isRepeat || (entry.bytes > 0 && !(await removeRun(entry.id, entry.index)))) continue;
      runs.drop((one) => one === entry);
    }
  }

  /** Removes stopped runs whose continuation has come further. @param {Entry[]} stopped */
  async dropOvertaken(stopped) {
    const { runs, recovery } = this.#lab;
    for (const entry of stopped) {
      const latest = runs.entries.findLast(({ key }) => key === entry.key)?.run;
      const isFurther = Number(latest?.tick?.step) > Number(entry.run.tick?.step);
      if (!latest?.isComplete || !isFurther) continue;
      if (entry.bytes > 0 && !(await removeRun(entry.id, entry.index))) continue;
      runs.drop((one) => one.id === entry.id && one.index === entry.index);
    }
    await recovery.look();
  }

  /** The oldest go until the rest fits. */
  async makeRoom() {
    const gone = await makeRoom().catch(() => []);
    if (gone.length > 0) this.gone = gone;
  }
}
