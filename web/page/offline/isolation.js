/** The page's service worker, and the reader's choice whether it isolates the page, which threads
 * need where the server does not send the headers for it. */
import { cachesOf } from './caches.js';

export class Isolation {
  /** Whether it can be chosen, or has been and can be undone; null if neither.
   * @type {'possible' | 'chosen' | null} */
  state = null;
  #cache = '';
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Without a service worker, as in some private windows, the page works too. */
  async open() {
    try {
      await navigator.serviceWorker.register('service-worker.js');
      const { scope } = await navigator.serviceWorker.ready;
      this.#cache = cachesOf(scope).isolation;
      const chosen = await caches.has(this.#cache);
      if (crossOriginIsolated) this.state = chosen ? 'chosen' : null;
      else this.state = 'possible';
    } catch {
      this.state = null;
    }
    this.#onChange();
  }

  /** @param {boolean} wanted */
  async choose(wanted) {
    if (wanted) await caches.open(this.#cache);
    else await caches.delete(this.#cache);
    location.reload();
  }
}
