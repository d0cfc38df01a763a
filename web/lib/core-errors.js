/** Errors that the core finds, in the words of this API: its calls and options, not those of residua.h. */
import { ResiduaError } from './errors.js';

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

/** What messages of the core name. @type {Record<string, string>} */
const WORDS = {
  'call rsd_train_end': 'set restart: true',
  'call rsd_train_begin': 'call begin()',
  'call rsd_train_gradients': 'call step()',
  'call rsd_net_create': 'call createNet()',
  'call rsd_pool_create': 'call createEngine()',
  RSD_SCHEDULE_OWN: "schedule: 'own'",
  RSD_TIER_AUTO: "tier: 'auto'",
  'recipe.images': 'images',
  stddev: 'std',
};
/** Fields that are options, but for how their words are joined. */
const FIELDS =
  'batch_size weight_decay no_decay_norm label_smoothing augment_seed class_weights frozen_stages';
// Names in quotes or behind a dot are those of files.
const names = [...Object.keys(WORDS), ...FIELDS.split(' ')].join('|');
const NAMES = new RegExp(`(?<![\\w".])(?:${names})(?!\\w)`, 'g');

/** @param {string} name */
const ownName = (name) => WORDS[name] ?? name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());

/** A message of the core, with the names that this API has. @param {string} message */
export const inOurWords = (message) => message.replace(NAMES, ownName);

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
