/** What an engine is opened with: the module of a tier, read from beside this script or from where the caller says, and
 * the number of threads that this place allows. */
import {
  availableCores,
  baseUrl,
  canShareMemory,
  isWindow,
  NO_BROWSER,
  readLocal,
  workerScript,
} from '#platform';
import { orAborted } from './abort.js';
import { ResiduaError } from './errors.js';
import { checkOptions } from './options.js';
import { supports } from './simd.js';
import { CHOICES, checkInteger, convNumber, LIMITS, numberOf } from './spec.js';

/** @typedef {import('./index.js').Tier} Tier */
/** @typedef {import('./index.js').EngineOptions} EngineOptions */

/** More threads than this gain nothing on images of 32 x 32. */
const AUTO_THREADS = 8;

/** Where a module is, beside this script. Written out, so that bundlers find the files and copy them; and as returned
 * values, since what traces files for servers (Nitro, Vercel) does not look into arrow functions.
 * @param {string} file */
function urlOf(file) {
  switch (file) {
    case 'residua-scalar.wasm':
      return new URL('./residua-scalar.wasm', import.meta.url);
    case 'residua-simd128.wasm':
      return new URL('./residua-simd128.wasm', import.meta.url);
    case 'residua-relaxed.wasm':
      return new URL('./residua-relaxed.wasm', import.meta.url);
    case 'residua-scalar-threads.wasm':
      return new URL('./residua-scalar-threads.wasm', import.meta.url);
    case 'residua-simd128-threads.wasm':
      return new URL('./residua-simd128-threads.wasm', import.meta.url);
    default:
      return new URL('./residua-relaxed-threads.wasm', import.meta.url);
  }
}

const NO_SIMD = {
  simd128:
    'This browser has no WebAssembly SIMD; update it, or ask for the slow tier "scalar" by name.',
  relaxed:
    'There is no relaxed SIMD here; ask for tier "simd128" or "auto"' +
    ' (Node 20 needs --experimental-wasm-relaxed-simd).',
};

/** The tiers to try, the fastest first. @param {Tier | 'auto'} wanted @returns {Tier[]} */
function tiersFor(wanted) {
  if (wanted === 'auto' && supports('relaxed')) return ['relaxed', 'simd128'];
  const tier = wanted === 'auto' ? 'simd128' : wanted;
  numberOf('createEngine', 'tier', CHOICES.tier, tier);
  if (!supports(tier)) {
    const message = NO_SIMD[/** @type {keyof typeof NO_SIMD} */ (tier)];
    throw new ResiduaError('NO_SIMD', 'createEngine', message);
  }
  return [tier];
}

/** @param {number | 'auto'} wanted @param {boolean} alone whether the thread of the nets may not have others */
function pickThreads(wanted, alone) {
  if (wanted !== 'auto') checkInteger('createEngine', 'threads', wanted, 1, LIMITS.threads.max);
  if (alone || !canShareMemory()) return 1;
  return wanted === 'auto' ? Math.min(availableCores(), AUTO_THREADS) : wanted;
}

/** @param {string} file @param {string} problem */
function badWasm(file, problem) {
  const advice = 'serve the file of the same release, or say with the option "wasm" where it is';
  return new ResiduaError('BAD_WASM', 'createEngine', `${file} ${problem}; ${advice}.`);
}

/** @param {string} file for messages @param {BufferSource} source */
async function compileBytes(file, source) {
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  if (magic !== '\0asm') {
    const isPage = /^\s*</.test(String.fromCharCode(...bytes.subarray(0, 64)));
    throw badWasm(file, isPage ? 'is an HTML page, not WebAssembly' : 'is not WebAssembly');
  }
  try {
    return await WebAssembly.compile(/** @type {BufferSource} */ (bytes));
  } catch (error) {
    throw badWasm(file, `does not compile (${/** @type {Error} */ (error).message})`);
  }
}

/** @param {URL} url @param {AbortSignal} [signal] */
async function compileUrl(url, signal) {
  const bytes = await readLocal(url)?.catch((error) => {
    throw badWasm(url.href, `could not be read (${error.message})`);
  });
  if (bytes) return compileBytes(url.href, /** @type {BufferSource} */ (bytes));
  if (typeof fetch !== 'function') {
    const message = `${url.href} could not be fetched: ${NO_BROWSER}.`;
    throw new ResiduaError('BAD_WASM', 'createEngine', message);
  }
  const response = await fetch(url, { signal }).catch(() => null);
  if (!response) throw badWasm(url.href, 'could not be fetched');
  if (!response.ok) throw badWasm(url.href, `could not be fetched (HTTP ${response.status})`);
  // Streaming compilers insist on the MIME type, which many servers get wrong.
  const streams = response.headers.get('content-type')?.startsWith('application/wasm');
  if (!streams) return compileBytes(url.href, await response.arrayBuffer());
  return WebAssembly.compileStreaming(response).catch((error) => {
    throw badWasm(url.href, `does not compile (${error.message})`);
  });
}

/** @param {string} file @param {EngineOptions} options */
async function compileFile(file, { wasm: locate, signal }) {
  const source = locate ? await locate(file) : urlOf(file);
  if (typeof source === 'string') return compileUrl(new URL(source, baseUrl()), signal);
  if (source instanceof URL) return compileUrl(source, signal);
  return source instanceof WebAssembly.Module
    ? source
    : compileBytes(file, /** @type {BufferSource} */ (source));
}

/** The first of the files that compiles: builds by a compiler without relaxed SIMD lack some.
 * @param {string[]} files @param {EngineOptions} options
 * @returns {Promise<WebAssembly.Module>} */
async function compileFirst([file, ...others], options) {
  try {
    return await compileFile(file, options);
  } catch (error) {
    if (others.length === 0 || options.signal?.aborted) throw error;
    return compileFirst(others, options).catch(() => {
      throw error;
    });
  }
}

/**
 * What an engine works with.
 * @typedef {object} Settings
 * @property {WebAssembly.Module} module
 * @property {number} threads
 * @property {import('./index.js').Convolution} conv
 * @property {import('./platform/shared.js').WorkerScript} worker of no use where there is one thread
 */

/** @param {EngineOptions} options @param {boolean} inWorker whether nets get workers of their own
 * @returns {Promise<Settings>} */
export async function loadSettings(options, inWorker) {
  checkOptions('createEngine', 'engine', options);
  options.signal?.throwIfAborted();
  const conv = options.conv ?? 'auto';
  convNumber('createEngine', conv);
  const tiers = tiersFor(options.tier ?? 'auto');
  const alone = options.worker === false || (isWindow && !inWorker);
  const threads = pickThreads(options.threads ?? 'auto', alone);
  const files = tiers.map((tier) => `residua-${tier}${threads > 1 ? '-threads' : ''}.wasm`);
  const module = await orAborted(options.signal, compileFirst(files, options));
  return { module, threads, conv, worker: scriptOf(options) };
}

/** The script of workers. @param {EngineOptions} options
 * @returns {import('./platform/shared.js').WorkerScript} */
export function scriptOf({ worker }) {
  const script = worker || workerScript();
  return typeof script === 'function' ? script : new URL(script, baseUrl()).href;
}
