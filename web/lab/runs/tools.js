/** What the reader does with one run of the list: open its tools, copy it, delete it. The tools of at
 * most one run are open. */
import { newDraft } from './copies.js';

/** @typedef {import('../index.js').RunConfig} RunConfig */

export class RunTools {
  /** The run whose tools are shown. @type {RunConfig | null} */
  shownFor = null;
  /** Copies about to be made of it. */
  draft = newDraft();
  #lab;

  /** @param {import('../lab.js').ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  /** @param {RunConfig} config */
  toggle(config) {
    this.shownFor = this.shownFor === config ? null : config;
    this.draft = newDraft();
    this.#lab.requestUpdate();
  }

  /** @param {Partial<import('./copies.js').Draft>} change */
  changeDraft(change) {
    this.draft = { ...this.draft, ...change };
    this.#lab.requestUpdate();
  }

  /** @param {RunConfig[]} networks */
  addCopies(networks) {
    const lab = this.#lab;
    lab.change({ runs: [...lab.experiment.runs, ...networks] });
    this.#close(lab.t('said_added', { count: networks.length }));
  }

  /** Takes a network out of the experiment, which keeps its run, or deletes a run beside it.
   * @param {import('./rows.js').Row} row */
  remove({ config, imported }) {
    const lab = this.#lab;
    this.shownFor = null;
    const entry = imported && lab.runs.entries.find((one) => one.config === config);
    if (entry) void lab.archive.remove(entry);
    else lab.panel.removeRun(lab.experiment.runs.indexOf(config));
  }

  /** @param {string} text what is said */
  #close(text) {
    this.shownFor = null;
    this.#lab.say(text);
    void this.#lab.updateComplete.then(() => this.#lab.focus());
  }
}
