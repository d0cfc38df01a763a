/** The pool's threads: workers that instantiate the module on the memory of the net and wait in
 * the core for work. */
import { startWorker } from '#platform';

/** Of each thread, in bytes. */
export const STACK_BYTES = 262144;

/**
 * What a pool thread is started with.
 * @typedef {object} ThreadStart
 * @property {'thread'} role
 * @property {WebAssembly.Module} module
 * @property {WebAssembly.Memory} memory
 * @property {number} pool pointer to the rsd_pool
 * @property {number} index 1 .. threads-1
 * @property {number} stackTop
 */

export class Threads {
  /** @type {import('./platform/shared.js').WorkerHandle[]} */
  #workers = [];

  /** Starts threads 1 .. threads-1 of the pool in core.at.pool; resolves when all are ready.
   * @param {import('./core.js').Core} core @param {number} pool pointer to the rsd_pool
   * @param {number} threads @param {import('./platform/shared.js').WorkerScript} script */
  static async start(core, pool, threads, script) {
    const started = new Threads();
    const starts = Array.from({ length: threads - 1 }, (_, i) => ({
      role: /** @type {const} */ ('thread'),
      module: core.module,
      memory: core.memory,
      pool,
      index: i + 1,
      stackTop: core.at.stacks + (i + 1) * STACK_BYTES,
    }));
    try {
      await Promise.all(starts.map((start) => started.#startOne(start, script)));
    } catch (error) {
      started.stop();
      throw error;
    }
    return started;
  }

  /** @param {ThreadStart} start @param {import('./platform/shared.js').WorkerScript} script
   * @returns {Promise<void>} */
  async #startOne(start, script) {
    const worker = await startWorker(script);
    this.#workers.push(worker);
    worker.hold(true);
    await new Promise((resolve, reject) => {
      worker.endpoint.addEventListener('message', resolve);
      worker.onFailure(reject);
      worker.endpoint.postMessage(start);
    });
    worker.hold(false);
  }

  stop() {
    for (const worker of this.#workers) worker.terminate();
    this.#workers = [];
  }
}

/** What a pool thread does, in its worker: it does not return before the pool stops.
 * @param {import('comlink').Endpoint} endpoint @param {ThreadStart} start */
export async function serveThread(endpoint, { module, memory, pool, index, stackTop }) {
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  const exports = /** @type {Record<string, any>} */ (instance.exports);
  exports.__stack_pointer.value = stackTop;
  endpoint.postMessage('ready');
  exports.rsd_pool_work(pool, index, 0);
}
