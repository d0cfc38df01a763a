/** What a signal does to a call, for all calls of engines and nets in one place. Invariant: a call that rejects
 * with the reason of its signal has changed nothing, and no listener stays at the signal. */
import { yieldToEvents } from '#platform';
import { checkOptions } from './options.js';

/** Where the options of each call stand among its arguments, and of which kind they are.
 * @type {Record<string, [number, keyof import('./options.js').Options]>} */
const CALLS = {
  ...{ plan: [1, 'plan'], synthetic: [0, 'synthetic'], inspect: [1, 'abortable'] },
  ...{ createNet: [1, 'abortable'], loadNet: [2, 'abortable'] },
  ...{ evaluate: [1, 'evaluate'], logits: [1, 'abortable'], classify: [1, 'abortable'] },
  ...{ features: [1, 'abortable'], inputGradient: [2, 'abortable'] },
  ...{ begin: [0, 'begin'], step: [2, 'abortable'], update: [0, 'update'] },
  ...{ layerStatistics: [1, 'abortable'], activation: [2, 'abortable'] },
  ...{ tensors: [1, 'abortable'], setTensors: [2, 'abortable'] },
  ...{ save: [0, 'save'], toOnnx: [0, 'abortable'] },
};

/** Makes the calls of a class check their options first, and obey their signal. With a signal a call begins in a
 * later turn of the event loop: else a loop of calls that compute at once would never let an abort arrive.
 * @param {any} prototype of an engine or a net
 * @param {(op: string, error: unknown) => unknown} [errorOf] what a call throws for an error that it met */
export function obeySignals(prototype, errorOf = (_, error) => error) {
  for (const [op, [place, kind]] of Object.entries(CALLS)) {
    const method = prototype[op];
    if (!method) continue;
    /** @param {any[]} args */
    prototype[op] = async function (...args) {
      const options = args[place];
      checkOptions(op, kind, options);
      if (options?.signal) await turnOf(options.signal);
      try {
        return await method.apply(this, args);
      } catch (error) {
        throw errorOf(op, error);
      }
    };
  }
}

/** Lets the event loop handle what has arrived; throws if that is an abort. @param {AbortSignal} signal */
async function turnOf(signal) {
  signal.throwIfAborted();
  await yieldToEvents();
  signal.throwIfAborted();
}

/** Settles like `work`, or rejects when the signal is aborted first.
 * @template T @param {AbortSignal | undefined} signal @param {Promise<T>} work @returns {Promise<T>} */
export async function orAborted(signal, work) {
  if (!signal) return work;
  const { promise, reject } = rejectable();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    return await Promise.race([promise, work]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** A promise that never resolves, and what rejects it: for races. */
export function rejectable() {
  /** @type {(reason: unknown) => void} */
  let reject = () => {};
  /** @type {Promise<never>} */
  const promise = new Promise((_, fail) => (reject = fail));
  return { promise, reject };
}
