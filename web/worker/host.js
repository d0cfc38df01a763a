/** The near end of a worker: calls to it, and images and arrays that go there. Invariant: a call settles, also when its
 * worker has died. */
import { releaseProxy, transfer, wrap } from 'comlink';
import { startWorker, yieldToEvents } from '#platform';
import { rejectable } from '../lib/abort.js';
import { isBytes } from '../lib/arrays.js';
import { isShared } from '../lib/data/memory.js';
import { IMAGE_BYTES } from '../lib/dataset.js';
import { badArgument } from '../lib/errors.js';
import { sendOptions } from './rpc.js';

/** @typedef {import('../lib/index.js').Images} Images */
/** @typedef {import('comlink').Remote<import('./worker.js').NetService>} Api */

/** Images copied at once (6 MB, a few ms), so that a page stays responsive. */
const PIECE = 2048;

/** A copy that goes to the worker without another one. Whatever else was given goes as it is, for
 * the worker to complain of. @template T @param {T} array @returns {T} */
export function copied(array) {
  if (!isBytes(array)) return array;
  const copy = new Uint8Array(array); // Not slice(): that of Node's Buffer copies nothing.
  return /** @type {T} */ (transfer(copy, [copy.buffer]));
}

/** @param {unknown} error */
const isUncloneable = (error) => error instanceof DOMException && error.name === 'DataCloneError';

/** @param {Error} error */
function uncloneable({ message }) {
  const advice = 'give plain numbers, texts, lists and objects';
  return badArgument('worker', `An argument cannot be sent to a worker (${message}); ${advice}.`);
}

/** One worker and the calls to it that are under way. */
export class Host {
  #worker;
  /** @type {Set<(error: unknown) => void>} */
  #pending = new Set();
  /** Why the worker is no more. @type {Error | null} */
  #ended = null;
  #sets = 0;

  /** @param {import('../lib/loader.js').Settings} settings */
  static async start(settings) {
    return new Host(await startWorker(settings.worker), settings);
  }

  /** @param {import('../lib/platform/shared.js').WorkerHandle} worker
   * @param {import('../lib/loader.js').Settings} settings */
  constructor(worker, { module, threads, conv, worker: script }) {
    this.#worker = worker;
    worker.onFailure((error) => this.end(error));
    /** @type {import('./rpc.js').NetStart} */
    const start = { role: 'net', module, threads, conv };
    if (typeof script !== 'function') start.script = String(script);
    worker.endpoint.postMessage(start);
    this.api = /** @type {Api} */ (/** @type {unknown} */ (wrap(worker.endpoint)));
  }

  /** Throws if the worker is no more. */
  check() {
    if (this.#ended) throw this.#ended;
  }

  /** Settles like `work`, which gets the options as they travel, or with the reason when the worker ends first.
   * @template T @template {import('../lib/index.js').Abortable} O
   * @param {(api: Api, sent: import('./rpc.js').Sent<O>) => Promise<T>} work @param {O} [options]
   * @returns {Promise<T>} */
  async call(work, options = /** @type {O} */ ({})) {
    this.check();
    const { sent, close } = sendOptions(options);
    const { promise: ended, reject: fail } = rejectable();
    this.#pending.add(fail);
    this.#worker.hold(true);
    try {
      return await Promise.race([work(this.api, sent), ended]);
    } catch (error) {
      options.signal?.throwIfAborted();
      throw isUncloneable(error) ? uncloneable(/** @type {Error} */ (error)) : error;
    } finally {
      close();
      this.#pending.delete(fail);
      this.#worker.hold(this.#pending.size > 0);
    }
  }

  /** Makes images known to the worker, and returns what stands for them in a message: the images
   * themselves if both sides can read their memory, else the number of a copy over there.
   * @param {Images} set @param {AbortSignal} [signal] @returns {Promise<Images | number>} */
  async send({ images, labels }, signal) {
    signal?.throwIfAborted();
    if (isShared(images) && isShared(labels)) return { images, labels };
    const id = this.#sets++;
    const total = labels.length;
    let first = 0;
    do {
      signal?.throwIfAborted();
      const end = Math.min(first + PIECE, total);
      const piece = {
        images: new Uint8Array(images.subarray(first * IMAGE_BYTES, end * IMAGE_BYTES)),
        labels: labels.slice(first, end),
      };
      const buffers = [piece.images.buffer, piece.labels.buffer];
      await this.api.receive(id, total, first, transfer(piece, buffers));
      await yieldToEvents();
      first = end;
    } while (first < total);
    return id;
  }

  /** Ends the worker and, with this error, all calls to it. @param {Error} error */
  end(error) {
    if (this.#ended) return;
    this.#ended = error;
    this.api[releaseProxy](); // Else Comlink holds on to the worker, and it to all of this.
    this.#worker.terminate();
    for (const fail of this.#pending) fail(error);
  }
}
