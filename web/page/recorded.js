/** The recorded runs of the page: fetched once, listed by chapter. Each list stays the same object. */
import { recordedLayers, recordedRuns } from './models.js';

/** @typedef {import('../lib/index.js').RunRecord} RunRecord */

export class Recorded {
  /** Sorted as the chapters name them. @type {RunRecord[]} */
  runs = [];
  /** By run. @type {Record<string, import('../lib/index.js').LayerStatistics[]>} */
  layers = {};
  failed = false;
  /** Lists stay the same objects, or the workbench would draw them again.
   * @type {Map<string[], RunRecord[]>} */
  #lists = new Map();
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  async open() {
    try {
      [this.runs, this.layers] = await Promise.all([recordedRuns(), recordedLayers()]);
      this.#lists.clear();
    } catch {
      this.failed = true;
    }
    this.#onChange();
  }

  /** Those of these names that there are. @param {string[]} names */
  of(names) {
    const there =
      this.#lists.get(names) ??
      names.flatMap((name) => this.runs.filter((run) => run.name === name));
    this.#lists.set(names, there);
    return there;
  }
}
