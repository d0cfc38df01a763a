import { inert } from './inert.js';

/** The codes of rsd_status, by number. */
const STATUS_CODES = /** @type {const} */ ([
  'OK',
  'BAD_ARGUMENT',
  'BAD_SPEC',
  'BAD_FILE',
  'MISMATCH',
  'NO_MEMORY',
  'BAD_STATE',
  'DIVERGED',
]);

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

/** @param {number} status a rsd_status other than RSD_OK
 * @param {string} op @param {string} message */
export function errorOfStatus(status, op, message) {
  const code = /** @type {import('./index.js').ErrorCode} */ (STATUS_CODES[status]);
  return new ResiduaError(code, op, message);
}

/** @param {string} op @param {string} message */
export function badArgument(op, message) {
  return new ResiduaError('BAD_ARGUMENT', op, message);
}

/** @param {string} op @param {string} what */
export function disposedError(op, what) {
  return new ResiduaError('DISPOSED', op, `This ${what} has been disposed of; create a new one.`);
}
