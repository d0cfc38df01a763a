/** The page's service worker, and the reader's choice whether it isolates the page, which threads
 * need where the server does not send the headers for it. A choice reloads the page once, if it could
 * be kept, and not at all otherwise. */
import { cachesOf } from './caches.js';

export class Isolation {
  /** Whether it can be chosen, has been and can be undone, has been without effect, or cannot be
   * chosen; null if the server isolates the page, or as long as nothing is known.
   * @type {'possible' | 'chosen' | 'ineffective' | 'impossible' | null} */
  state = null;
  #cache = '';
  #isReloading = false;
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Without a service worker, as in some private windows, the page works too. */
  async open() {
    try {
      const registration = await navigator.serviceWorker.register('service-worker.js');
      await activated(registration);
      this.#cache = cachesOf(registration.scope).isolation;
      const isChosen = await caches.has(this.#cache);
      if (crossOriginIsolated) this.state = isChosen ? 'chosen' : null;
      else this.state = isChosen && navigator.serviceWorker.controller ? 'ineffective' : 'possible';
    } catch {
      this.state = crossOriginIsolated ? null : 'impossible';
    }
    this.#onChange();
  }

  /** @param {boolean} wanted */
  async choose(wanted) {
    if (this.#isReloading) return;
    this.#isReloading = true;
    try {
      if (wanted) await caches.open(this.#cache);
      else await caches.delete(this.#cache);
      location.reload();
    } catch {
      this.#isReloading = false;
      this.state = 'impossible';
      this.#onChange();
    }
  }
}

/** Resolves when a service worker is active; rejects if it cannot be installed.
 * @param {ServiceWorkerRegistration} registration @returns {Promise<void>} */
async function activated({ active, waiting, installing }) {
  const worker = active ?? waiting ?? installing;
  if (!worker) throw new Error('There is no service worker.');
  if (active) return;
  await new Promise((resolve, reject) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve(undefined);
      if (worker.state === 'redundant') reject(new Error('It could not be installed.'));
    });
  });
}
