/** The number of parameters of a residual network with each kind of shortcut. An engine is asked once. */

/** @typedef {import('../lib/index.js').Engine} Engine */

export const SHORTCUTS = /** @type {const} */ (['A', 'B', 'C']);

export class Options {
  /** Of the paper's deepest network but one. */
  depth = 56;
  width = 16;
  /** By option; null until an engine has been asked. @type {Record<string, number> | null} */
  counts = null;
  /** @type {Engine | null} */
  #asked = null;
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** @param {Engine | null | undefined} engine */
  async ask(engine) {
    if (!engine || this.counts || this.#asked === engine) return;
    this.#asked = engine;
    const { depth, width } = this;
    try {
      const plans = await Promise.all(
        SHORTCUTS.map((shortcut) => engine.plan({ family: 'residual', depth, width, shortcut })),
      );
      this.counts = Object.fromEntries(SHORTCUTS.map((one, i) => [one, plans[i].parameters]));
      this.#onChange();
    } catch {
      // The engine was closed for another one, which will be asked.
    }
  }
}
