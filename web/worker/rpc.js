/** What client and worker have agreed on beyond Comlink: errors keep their code, a signal arrives through a
 * port of its own, and so a run is followed and steered. */
import { transfer, transferHandlers } from 'comlink';
import { ResiduaError } from '../lib/errors.js';

/**
 * The first message to a worker that holds nets.
 * @typedef {object} NetStart
 * @property {'net'} role
 * @property {WebAssembly.Module} module
 * @property {number} threads
 * @property {import('../lib/index.js').Convolution} conv
 * @property {string} [script] where the worker's script is, for the workers that it starts
 */

/**
 * What a worker's net says of itself.
 * @typedef {object} NetFacts
 * @property {Required<import('../lib/index.js').Spec>} spec
 * @property {string} name
 * @property {number} parameters
 * @property {readonly string[] | null} classNames
 * @property {readonly import('../lib/index.js').Layer[]} layers
 * @property {import('../lib/index.js').Tier} tier
 * @property {number} threads
 */

/** Options as they travel: in place of the signal there is a port, where a message aborts.
 * @template {import('../lib/index.js').Abortable} T
 * @typedef {Omit<T, 'signal'> & { signal?: MessagePort }} Sent */

/** @template {import('../lib/index.js').Abortable} T @param {T} options
 * @returns {{ sent: Sent<T>, close: () => void }} to be closed when the call has settled */
export function sendOptions({ signal, ...rest }) {
  if (!signal) return { sent: rest, close() {} };
  const { port1, port2 } = new MessageChannel();
  const abort = () => port1.postMessage('abort');
  signal.addEventListener('abort', abort);
  const close = () => {
    signal.removeEventListener('abort', abort);
    port1.close();
  };
  return { sent: transfer({ ...rest, signal: port2 }, [port2]), close };
}

/** The other end: gives `work` its options, the last of its arguments, with a signal again.
 * @template {unknown[]} A @template {import('../lib/index.js').Abortable} O @template R
 * @param {(...args: [...A, O]) => Promise<R>} work
 * @returns {(...args: [...A, Sent<O>]) => Promise<R>} */
export function receiving(work) {
  return async (...args) => {
    const { signal: port, ...rest } = /** @type {Sent<O>} */ (args.pop());
    const before = /** @type {A} */ (/** @type {unknown} */ (args));
    if (!port) return work(...before, /** @type {any} */ (rest));
    const controller = new AbortController();
    port.onmessage = () => controller.abort();
    try {
      const options = { ...rest, signal: controller.signal };
      return await work(...before, /** @type {any} */ (options));
    } finally {
      port.close();
    }
  };
}

/**
 * An error as it travels.
 * @typedef {object} Packed
 * @property {string} name
 * @property {string} message
 * @property {string} [stack]
 * @property {import('../lib/index.js').ErrorCode} [code]
 * @property {string} [op]
 */

/** @param {unknown} error @returns {Packed} */
export function packError(error) {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return error instanceof ResiduaError
    ? { name, message, stack, code: error.code, op: error.op }
    : { name, message, stack };
}

/** Those that a wrong argument may cause, by name. @type {Record<string, ErrorConstructor>} */
const TYPES = { TypeError, RangeError };

/** @param {Packed} packed */
export function unpackError({ code, op, name, message, stack }) {
  if (code !== undefined && op !== undefined) return new ResiduaError(code, op, message);
  const Type = Object.hasOwn(TYPES, name) ? TYPES[name] : Error;
  return Object.assign(new Type(message), { name, stack });
}

/** Both sides call this before they speak. */
export function keepErrorCodes() {
  const thrown = transferHandlers.get('throw');
  if (!thrown) throw new Error('Comlink has no handler for errors.');
  transferHandlers.set('throw', {
    canHandle: thrown.canHandle,
    serialize: (/** @type {{ value: unknown }} */ { value }) => [packError(value), []],
    deserialize: (/** @type {Packed} */ packed) => {
      throw unpackError(packed);
    },
  });
}
