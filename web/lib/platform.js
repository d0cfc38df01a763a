/** Everything that differs between Node and browsers. Both are told apart at run time, so that
 * one file serves both; bundlers for the web are told to leave Node's modules alone. */
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { ResiduaError } from './errors.js';

export const isNode = typeof process === 'object' && Boolean(process.versions?.node);

/** In a window, waiting for other threads is forbidden and long computing freezes the page. */
export const isWindow = !isNode && typeof document !== 'undefined';

/** The bytes of a file: URL. @param {URL} url @returns {Promise<Uint8Array>} */
export async function readFileUrl(url) {
  const { readFile } = await import(
    /* webpackIgnore: true */ /* @vite-ignore */ 'node:fs/promises'
  );
  return readFile(url);
}

/** What relative addresses are relative to: the page, in Node the working directory. */
export async function baseUrl() {
  if (!isNode) return location.href;
  const { pathToFileURL } = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:url');
  return pathToFileURL(`${process.cwd()}/`).href;
}

/** @returns {Promise<number>} */
export async function availableCores() {
  if (!isNode) return navigator.hardwareConcurrency || 1;
  const os = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:os');
  return os.availableParallelism();
}

/** Can workers share memory here? */
export function canShareMemory() {
  if (isNode) return true;
  return globalThis.crossOriginIsolated === true && typeof Worker === 'function';
}

/** @type {(() => void)[]} */
const waiting = [];
/** @type {MessageChannel | undefined} */
let channel;

/** Lets the event loop handle what has arrived: by messages, since timers are slowed down in
 * hidden tabs. @returns {Promise<void>} */
export function yieldToEvents() {
  if (isNode) return new Promise((resolve) => setImmediate(resolve));
  if (!channel) {
    channel = new MessageChannel();
    channel.port1.onmessage = () => waiting.shift()?.();
  }
  channel.port2.postMessage(0);
  return new Promise((resolve) => waiting.push(resolve));
}

/** How long computing goes on, in ms, before the event loop gets a turn. */
const TURN_MS = 16;

/** Makes a function that gives the event loop a turn if one is due. */
export function pacer() {
  let last = -Infinity;
  return async () => {
    if (performance.now() - last < TURN_MS) return;
    await yieldToEvents();
    last = performance.now();
  };
}

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
function workerFailed(reason) {
  return new ResiduaError('WORKER_FAILED', 'worker', `The worker ended: ${reason}`);
}

/** @param {WorkerScript} script @returns {Promise<WorkerHandle>} */
export async function startWorker(script) {
  if (!isNode) return webWorker(script);
  const { Worker } = await import(
    /* webpackIgnore: true */ /* @vite-ignore */ 'node:worker_threads'
  );
  // Without the flags of this process: some, such as --input-type, do not suit a script.
  const made =
    typeof script === 'function' ? script() : new Worker(new URL(script), { execArgv: [] });
  return nodeWorker(
    /** @type {import('node:worker_threads').Worker} */ (/** @type {unknown} */ (made)),
  );
}

/** @param {import('node:worker_threads').Worker} worker @returns {WorkerHandle} */
function nodeWorker(worker) {
  worker.unref();
  return {
    endpoint: nodeEndpoint(worker),
    onFailure(listener) {
      worker.on('error', (error) => listener(workerFailed(error.message)));
      worker.on('messageerror', (error) => listener(workerFailed(error.message)));
      worker.on('exit', (code) => listener(workerFailed(`it exited with code ${code}.`)));
    },
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}

/** @param {WorkerScript} script @returns {WorkerHandle} */
function webWorker(script) {
  const worker = typeof script === 'function' ? script() : workerOfUrl(String(script));
  return {
    endpoint: worker,
    onFailure(listener) {
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        const silent = `its script${typeof script === 'function' ? '' : ` ${script}`} did not run.`;
        listener(workerFailed(event.message || silent));
      });
      worker.addEventListener('messageerror', () => {
        listener(workerFailed('a message could not be read.'));
      });
    },
    hold() {},
    terminate: () => worker.terminate(),
  };
}

/** Browsers refuse worker scripts of another origin, but not a script of our own that imports
 * one. @param {string} url */
function workerOfUrl(url) {
  if (new URL(url, location.href).origin === location.origin) {
    return new Worker(url, { type: 'module' });
  }
  const source = `import ${JSON.stringify(url)};`;
  const blob = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  return new Worker(blob, { type: 'module' });
}

/** The endpoint of the worker that runs this, towards the one that made it.
 * @param {(endpoint: Endpoint) => void} serve */
export function onWorkerEndpoint(serve) {
  // In a browser at once, since a worker's messages are not kept for listeners that come late.
  if (!isNode) serve(/** @type {Endpoint} */ (/** @type {unknown} */ (globalThis)));
  else void nodeParent().then((port) => serve(nodeEndpoint(port)));
}

async function nodeParent() {
  const { parentPort } = await import(
    /* webpackIgnore: true */ /* @vite-ignore */ 'node:worker_threads'
  );
  if (!parentPort) throw new Error('This script runs in a worker.');
  return parentPort;
}
