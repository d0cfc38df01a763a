/** Workers of the page's own, such as the one that reads images. One that cannot start, or that dies,
 * ends its calls with an error that names it; the next call begins another. */
import { expose, wrap } from 'comlink';
import { orAborted, rejectable } from '../lib/abort.js';
import { ResiduaError } from '../lib/errors.js';

/** What each of them can do beside its work. @typedef {{ attend: () => Promise<void> }} Attending */
/** @template {object} S @typedef {import('comlink').Remote<S>} Service */
/**
 * A worker that has begun.
 * @template {object} S
 * @typedef {object} Running
 * @property {Worker} worker
 * @property {Service<S>} service
 * @property {Promise<never>} ended rejects when the worker is no more
 * @property {(error: Error) => void} end
 */

/** In the worker: offers the service. A lock that the worker holds as long as it lives tells the page
 * when it has died, which no event does. @param {object} service */
export function exposeWatched(service) {
  const attend = () =>
    new Promise((resolve) => {
      if (!navigator.locks) resolve(undefined);
      const whileAlive = () => {
        resolve(undefined);
        return new Promise(() => {});
      };
      void navigator.locks?.request(self.name, whileAlive);
    });
  expose({ ...service, attend });
}

/** @template {object} S */
export class WatchedWorker {
  #open;
  #task;
  #hear;
  /** @type {Running<S & Attending> | null} */
  #running = null;

  /** @param {(name: string) => Worker} open makes one of that name
   * @param {string} task what it does, as the end of "The worker that ..."
   * @param {object} [hear]
   * @param {(service: Service<S>) => void} [hear.onBegin] another has begun
   * @param {() => void} [hear.onDeath] one that had begun is no more */
  constructor(open, task, hear = {}) {
    this.#open = open;
    this.#task = task;
    this.#hear = hear;
  }

  /** Settles like `work`, or rejects when the worker or `signal` ends first.
   * @template T @param {(service: Service<S>) => Promise<T>} work @param {AbortSignal} [signal]
   * @returns {Promise<T>} */
  async call(work, signal) {
    this.#running ??= this.#begin();
    const { service, ended } = this.#running;
    signal?.throwIfAborted();
    const result = work(/** @type {Service<S>} */ (/** @type {unknown} */ (service)));
    result.catch(() => {}); // It may come after the end.
    return orAborted(signal, Promise.race([result, ended]));
  }

  #begin() {
    const id = Array.from(crypto.getRandomValues(new Uint32Array(2)), (part) => part.toString(36));
    const name = `residua worker ${id.join('-')}`;
    const worker = this.#open(name);
    const service = /** @type {Service<S & Attending>} */ (wrap(worker));
    const { promise: ended, reject: fail } = rejectable();
    ended.catch(() => {}); // Nobody may be waiting.
    let hasBegun = false;
    const end = (/** @type {Error} */ error) => {
      if (this.#running !== running) return;
      this.#running = null;
      worker.terminate();
      fail(error);
      if (hasBegun) this.#hear.onDeath?.();
    };
    const running = { worker, service, ended, end };
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      end(this.#error(hasBegun ? 'has stopped' : 'could not start', event.message));
    });
    const attended = service.attend();
    void attended.then(() => {
      hasBegun = true;
      this.#hear.onBegin?.(/** @type {Service<S>} */ (/** @type {unknown} */ (service)));
      const isGone = () => end(this.#error('has stopped', ''));
      void navigator.locks?.request(name, isGone);
    });
    return running;
  }

  /** @param {string} problem @param {string} detail what the browser says */
  #error(problem, detail) {
    const reason = detail ? ` (${detail})` : '';
    const advice = 'try again, and reload the page if that does not help';
    const message = `The worker that ${this.#task} ${problem}${reason}; ${advice}.`;
    return new ResiduaError('WORKER_FAILED', 'worker', message);
  }

  /** Ends the worker, if there is one, without a word. */
  dispose() {
    const running = this.#running;
    this.#running = null;
    running?.worker.terminate();
  }
}
