/** What Node and browsers have in common. */
import { ResiduaError } from '../errors.js';

/** @typedef {import('comlink').Endpoint} Endpoint */
/** @typedef {string | URL | (() => Worker)} WorkerScript */

/**
 * A worker, the same in Node and browsers.
 * @typedef {object} WorkerHandle
 * @property {Endpoint} endpoint
 * @property {(listener: (error: ResiduaError) => void) => void} onFailure when it dies by itself
 * @property {(busy: boolean) => void} hold whether it keeps Node's process alive
 * @property {() => void} terminate
 */

/** @param {string} reason */
export function workerFailed(reason) {
  return new ResiduaError('WORKER_FAILED', 'worker', `The worker ended: ${reason}`);
}
