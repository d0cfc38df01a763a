/** The chapters in which training was interrupted at an earlier visit. */
import { interruptedRuns } from '../lab/index.js';
import { CHAPTERS } from './chapters.js';

export class Interrupted {
  /** @type {import('./chapters.js').Chapter[]} */
  chapters = [];
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  look = async () => {
    const runs = await interruptedRuns(this.look);
    const keys = runs.filter(({ elsewhere }) => !elsewhere).map(({ storageKey }) => storageKey);
    this.chapters = CHAPTERS.filter(({ id }) => keys.includes(id));
    this.#onChange();
  };
}
