/** The errors of the library: a code, the call that failed, and a sentence that names the fault and what to do. */
import { inert } from './inert.js';

export class ResiduaError extends Error {
  /**
   * @param {import('./index.js').ErrorCode} code
   * @param {string} op
   * @param {string} message
   */
  constructor(code, op, message) {
    super(inert(message)); // It may hold names of files and what stands in them.
    this.name = 'ResiduaError';
    this.code = code;
    this.op = op;
  }
}

/** Items of a list that a message shows. */
const MOST_ITEMS = 8;

/** A value as a message shows it: text in quotes. @param {unknown} value @returns {string} */
export function shown(value) {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (!Array.isArray(value)) return 'an object';
  const items = value.slice(0, MOST_ITEMS).map(shown);
  return `[${[...items, ...(value.length > MOST_ITEMS ? ['...'] : [])].join(', ')}]`;
}

/** @param {string} op @param {string} message */
export function badArgument(op, message) {
  return new ResiduaError('BAD_ARGUMENT', op, message);
}

/** @param {string} op @param {string} what */
export function disposedError(op, what) {
  return new ResiduaError('DISPOSED', op, `This ${what} has been disposed of; create a new one.`);
}
