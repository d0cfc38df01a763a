/** The recorded runs as the figure shows them behind the reader's. The rows stay the same objects until
 * the records or the language change. */
import { recordedName, recordedRows, referencesFor } from './reference.js';

/** @typedef {import('./rows.js').Row} Row */

export class ReferenceRuns {
  /** They are to be on the chart. */
  shown = true;
  ticksShown = false;
  /** @type {{ key: unknown[], rows: Row[] } | null} */
  #made = null;
  #lab;

  /** @param {import('../lab.js').ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  /** Those that the figure draws: none while they are hidden, beside photographs of another set, or
   * where nothing was measured that it shows. */
  get drawn() {
    if (!this.shown || this.isOfOtherData) return [];
    const { figure } = this.#lab;
    return figure === 'responses' ? this.#rows.filter(({ run }) => run.layers) : this.#rows;
  }

  get #rows() {
    const { recorded, recordedLayers, lang, t } = this.#lab;
    const key = [recorded, recordedLayers, lang];
    if (!this.#made?.key.every((part, i) => part === key[i])) {
      const nameOf = (/** @type {typeof recorded[number]} */ one) => recordedName(one, recorded, t);
      this.#made = { key, rows: recordedRows(recorded, nameOf, recordedLayers) };
    }
    return this.#made.rows;
  }

  /** Errors on the reader's own images cannot be compared with theirs. */
  get isOfOtherData() {
    const { recorded, usedSource } = this.#lab;
    return usedSource !== null && recorded.every(({ data }) => data.name !== usedSource.name);
  }

  /** Were any trained on the paper's images? */
  get hasPapersTask() {
    return this.#lab.recorded.some(({ data }) => !data.synthetic);
  }

  /** The paper's numbers that the figure marks, where recorded runs are. */
  get marks() {
    const { figure, drawn } = this.#lab;
    const hasMarks = figure === 'errors' && this.drawn.length > 0 && this.hasPapersTask;
    return hasMarks ? referencesFor([...drawn, ...this.drawn]) : [];
  }

  /** @param {boolean} shown */
  show(shown) {
    this.shown = shown;
    this.#lab.requestUpdate();
  }

  /** @param {boolean} shown */
  showTicks(shown) {
    this.ticksShown = shown;
    this.#lab.requestUpdate();
  }
}
