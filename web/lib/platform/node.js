/** What Node has in the place of web.js. */
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { pathToFileURL } from 'node:url';
import { parentPort, Worker } from 'node:worker_threads';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { workerFailed } from './shared.js';

/** @typedef {import('./shared.js').Endpoint} Endpoint */

/** In a window, waiting for other threads is forbidden and long computing freezes the page. */
export const isWindow = false;

/** What to do where there is no fetch: Node has one. */
export const NO_BROWSER = 'there is no fetch here';

/** The worker script, which threads and nets run in; it shares files with the entries. No arrow function: see
 * urlOf in loader.js. */
export function workerScript() {
  return new URL('./residua-node-worker.js', import.meta.url);
}

/** What relative addresses are relative to. */
export const baseUrl = () => pathToFileURL(`${process.cwd()}/`).href;

export const availableCores = () => os.availableParallelism();

/** Can workers share memory here? */
export const canShareMemory = () => true;

/** The bytes behind a URL where they can be read without a request.
 * @param {URL} url @returns {Promise<Uint8Array> | undefined} */
export function readLocal(url) {
  return url.protocol === 'file:' ? readFile(url) : undefined;
}

/** The files of a path, as sources. @param {string} path */
export async function sourcesOfPath(path) {
  return (await import('../data/paths.js')).sourcesOfPath(path);
}

/** Lets the event loop handle what has arrived. @returns {Promise<void>} */
export function yieldToEvents() {
  return new Promise((resolve) => setImmediate(resolve));
}

/** @param {import('./shared.js').WorkerScript} script
 * @returns {import('./shared.js').WorkerHandle} */
export function startWorker(script) {
  // Without the flags of this process: some, such as --input-type, do not suit a script.
  const made =
    typeof script === 'function' ? script() : new Worker(new URL(script), { execArgv: [] });
  const worker = /** @type {Worker} */ (/** @type {unknown} */ (made));
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

/** The endpoint of the worker that runs this, towards the one that made it. */
export function parentEndpoint() {
  if (!parentPort) throw new Error('This script runs in a worker.');
  return /** @type {Endpoint} */ (nodeEndpoint(parentPort));
}

/** The script that runs here. */
export const ownScript = () => workerScript().href;
