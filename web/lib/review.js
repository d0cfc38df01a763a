/** An evaluation image by image: which classes are taken for which, and the most confident mistakes. */

/** @typedef {import('./index.js').Mistake} Mistake */

/** As many mistakes are kept as anybody looks at. */
const MOST_MISTAKES = 100;
/** The usual number of guesses. */
const TOP = 5;

export class Review {
  /** @type {number[][]} */
  #confusion;
  #hasTopFive;
  /** The most confident first, equal ones in the order of the images. @type {Mistake[]} */
  #mistakes = [];

  #missed = 0;
  #total = 0;

  /** @param {number} classes */
  constructor(classes) {
    this.#hasTopFive = classes > TOP;
    this.#confusion = Array.from({ length: classes }, () => new Array(classes).fill(0));
  }

  /** @param {number} first image @param {Uint16Array} labels of it and those that follow
   * @param {Uint16Array} predicted @param {Float32Array} probabilities */
  add(first, labels, predicted, probabilities) {
    this.#total += labels.length;
    labels.forEach((label, i) => {
      this.#confusion[label][predicted[i]]++;
      if (predicted[i] === label) return;
      const answer = { predicted: predicted[i], probability: probabilities[i] };
      this.#mistakes.push({ index: first + i, label, ...answer });
    });
    this.#mistakes.sort((a, b) => b.probability - a.probability);
    this.#mistakes.length = Math.min(this.#mistakes.length, MOST_MISTAKES);
  }

  /** Which images of a batch need their logits looked at: the right ones are among the first five anyway.
   * @param {Uint16Array} labels @param {Uint16Array} predicted @returns {number[]} */
  toRank(labels, predicted) {
    if (!this.#hasTopFive) return [];
    return Array.from(labels, (_, i) => i).filter((i) => labels[i] !== predicted[i]);
  }

  /** @param {ArrayLike<number>} labels of images @param {Float32Array} logits [images][classes] */
  rank(labels, logits) {
    const classes = this.#confusion.length;
    for (let i = 0; i < labels.length; i++) {
      const row = logits.subarray(i * classes, (i + 1) * classes);
      const own = row[labels[i]];
      if (row.filter((logit) => logit > own).length >= TOP) this.#missed++;
    }
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
    const topFiveError = this.#hasTopFive ? this.#missed / this.#total : null;
    return { confusion: this.#confusion, classErrors, topFiveError, mistakes };
  }
}
