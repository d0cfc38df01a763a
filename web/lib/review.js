/** An evaluation image by image: which classes are taken for which, and the most confident mistakes. */

/** @typedef {import('./index.js').Mistake} Mistake */

/** As many mistakes are kept as anybody looks at. */
const MOST_MISTAKES = 100;

export class Review {
  /** @type {number[][]} */
  #confusion;
  /** The most confident first, equal ones in the order of the images. @type {Mistake[]} */
  #mistakes = [];

  /** @param {number} classes */
  constructor(classes) {
    this.#confusion = Array.from({ length: classes }, () => new Array(classes).fill(0));
  }

  /** @param {number} first image @param {Uint16Array} labels of it and those that follow
   * @param {Uint16Array} predicted @param {Float32Array} probabilities */
  add(first, labels, predicted, probabilities) {
    labels.forEach((label, i) => {
      this.#confusion[label][predicted[i]]++;
      if (predicted[i] === label) return;
      const answer = { predicted: predicted[i], probability: probabilities[i] };
      this.#mistakes.push({ index: first + i, label, ...answer });
    });
    this.#mistakes.sort((a, b) => b.probability - a.probability);
    this.#mistakes.length = Math.min(this.#mistakes.length, MOST_MISTAKES);
  }

  /** @param {number[] | null} kept what the images are called in the caller's set; null: as they are here
   * @returns {import('./index.js').Details} */
  detailsOf(kept) {
    const classErrors = this.#confusion.map((row, label) => {
      const total = row.reduce((sum, count) => sum + count, 0);
      return total > 0 ? (total - row[label]) / total : null;
    });
    const mistakes = kept
      ? this.#mistakes.map((mistake) => ({ ...mistake, index: kept[mistake.index] }))
      : this.#mistakes;
    return { confusion: this.#confusion, classErrors, mistakes };
  }
}
