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

/** What messages of the core name, in the words of this API. @type {Record<string, string>} */
const WORDS = {
  'call rsd_train_end': 'set restart: true',
  'call rsd_train_begin': 'call begin()',
  'call rsd_train_gradients': 'call step()',
  'call rsd_net_create': 'call createNet()',
  'call rsd_pool_create': 'call createEngine()',
  RSD_SCHEDULE_OWN: "schedule: 'own'",
  RSD_TIER_AUTO: "tier: 'auto'",
  'recipe.images': 'images',
  batch_size: 'batchSize',
  weight_decay: 'weightDecay',
  no_decay_norm: 'noDecayNorm',
  label_smoothing: 'labelSmoothing',
  augment_seed: 'augmentSeed',
  class_weights: 'classWeights',
  frozen_stages: 'frozenStages',
  init_sigma: 'init',
  stddev: 'std',
};
// Names in quotes or behind a dot are those of files.
const NAMES = new RegExp(`(?<![\\w".])(?:${Object.keys(WORDS).join('|')})(?!\\w)`, 'g');

/** A message of the core, with the names that this API has. @param {string} message */
export const inOurWords = (message) => message.replace(NAMES, (name) => WORDS[name]);

/** @param {number} status a rsd_status other than RSD_OK
 * @param {string} op @param {string} message */
export function errorOfStatus(status, op, message) {
  const code = /** @type {import('./index.js').ErrorCode} */ (STATUS_CODES[status]);
  return new ResiduaError(code, op, inOurWords(message));
}

/** An error that the core found, as one of the call that met it. @param {string} op @param {unknown} error */
export function metIn(op, error) {
  if (!(error instanceof ResiduaError) || !error.op.startsWith('rsd_')) return error;
  const { code, message } = error;
  // The steps of begin() are epochs of the core.
  return new ResiduaError(code, op, op === 'begin' ? message.replace('epochs', 'steps') : message);
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
