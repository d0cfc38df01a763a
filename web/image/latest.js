/** Does one piece of work at a time. What is asked for meanwhile waits, and of that only the latest is done. */
export class Latest {
  /** @type {(() => Promise<void>) | null} */
  #next = null;
  /** @type {Promise<void> | null} */
  #running = null;

  /** Resolves when nothing is left to do. @param {() => Promise<void>} work */
  want(work) {
    this.#next = work;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #run() {
    for (let work = this.#next; work; work = this.#next) {
      this.#next = null;
      await work();
    }
  }
}
