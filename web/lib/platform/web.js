/** What browsers have; Node has node.js in its place. package.json says which is `#platform`. */
import { badArgument } from '../errors.js';
import { workerFailed } from './shared.js';

/** @typedef {import('./shared.js').Endpoint} Endpoint */

/** Test runners pretend to be a browser, and have neither fetch nor workers. */
export const NO_BROWSER =
  'this is the entry for browsers, and here is none; for Jest with jsdom set testEnvironmentOptions: ' +
  "{ customExportConditions: ['node'] }, which brings the entry for Node";

/** In a window, waiting for other threads is forbidden and long computing freezes the page. */
export const isWindow = typeof document !== 'undefined';

/** The self-contained worker script, which threads and nets run in. */
export const workerScript = () => new URL('./residua-worker.js', import.meta.url);

/** What relative addresses are relative to. */
export const baseUrl = () => location.href;

export const availableCores = () => navigator.hardwareConcurrency || 1;

/** Can workers share memory here? */
export const canShareMemory = () =>
  globalThis.crossOriginIsolated === true && typeof Worker === 'function';

/** The bytes behind a URL where they can be read without a request: nowhere here.
 * @param {URL} _url @returns {Promise<Uint8Array> | undefined} */
export const readLocal = (_url) => undefined;

/** The files of a path: none here. @param {string} path
 * @returns {import('../index.js').ByteSource[]} */
export function sourcesOfPath(path) {
  const advice = 'give a File, or what fetch brings';
  throw badArgument('openDataset', `A browser reads no paths such as "${path}"; ${advice}.`);
}

/** @type {(() => void)[]} */
const waiting = [];
/** @type {MessageChannel | undefined} */
let channel;

/** Lets the event loop handle what has arrived: by messages, since timers are slowed down in
 * hidden tabs. @returns {Promise<void>} */
export function yieldToEvents() {
  if (!channel) {
    channel = new MessageChannel();
    channel.port1.onmessage = () => waiting.shift()?.();
  }
  channel.port2.postMessage(0);
  return new Promise((resolve) => waiting.push(resolve));
}

/** @param {import('./shared.js').WorkerScript} script
 * @returns {import('./shared.js').WorkerHandle} */
export function startWorker(script) {
  if (typeof script !== 'function' && typeof Worker !== 'function')
    throw workerFailed(`${NO_BROWSER}.`);
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

/** Browsers refuse worker scripts of another origin, but not a script of our own that imports one:
 * dynamically, since policies hold static imports of workers against worker-src. Messages that come
 * before the import is there would find no listener, and its failure nobody.
 * @param {string} url */
const importing = (url) => `
const early = [];
const keep = (event) => early.push(event);
addEventListener('message', keep);
import(${JSON.stringify(url)}).then(
  () => {
    removeEventListener('message', keep);
    for (const { data, ports } of early) dispatchEvent(new MessageEvent('message', { data, ports }));
  },
  (error) => setTimeout(() => { throw error; }),
);`;

/** By the address that they import. @type {Map<string, string>} */
const blobs = new Map();

/** A worker of a script of any origin. @param {string} url @param {string} [name] */
export function workerOfUrl(url, name = '') {
  if (new URL(url, location.href).origin === location.origin) {
    return new Worker(url, { type: 'module', name });
  }
  const blob =
    blobs.get(url) ?? URL.createObjectURL(new Blob([importing(url)], { type: 'text/javascript' }));
  blobs.set(url, blob);
  return new Worker(blob, { type: 'module', name });
}

/** The endpoint of the worker that runs this, towards the one that made it. */
export function parentEndpoint() {
  return /** @type {Endpoint} */ (/** @type {unknown} */ (globalThis));
}

/** The script that runs here. */
export const ownScript = () => location.href;
