/** How long a transfer will take, from its mean pace since it began. One that begins at its start again
 * is measured from there. */

export class Pace {
  /** The first report. @type {{ when: number, done: number } | null} */
  #first = null;
  #latest = 0;

  /** @param {number} when in ms @param {number} done @param {number | undefined} total
   * @returns {number | undefined} undefined as long as nothing is known */
  secondsLeft(when, done, total) {
    if (!this.#first || done < this.#latest) this.#first = { when, done };
    this.#latest = done;
    const { when: start, done: before } = this.#first;
    if (total === undefined || done <= before || when <= start) return undefined;
    return ((when - start) * (total - done)) / (done - before) / 1000;
  }
}
