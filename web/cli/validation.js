/** Images held out of the training images, by which the best epoch is chosen and training is stopped early. They
 * are neither trained on nor the test set, which so stays unseen by any choice. */
import { counted } from '../lib/counted.js';
import { drawValidation, pick } from '../lib/data/splits.js';
import { Dataset, ResiduaError } from '../lib/index.js';
import { UsageError } from './flags.js';
import { note } from './output.js';

/** @typedef {import('../lib/index.js').Images} Images */
/** @typedef {import('../lib/index.js').Tick} Tick */

/** Flags that choose by validation, and so need it. */
const CHOOSERS = ['keep', 'patience'];

/** @param {import('./flags.js').Values} values */
export function checkValidation(values) {
  const { validation, patience } = values;
  if (validation !== undefined && !(validation > 0 && validation < 1)) {
    throw new UsageError('--validation is a share above 0 and below 1, such as 0.1.');
  }
  if (patience === 0) throw new UsageError('--patience is 1 or more.');
  const chooser = CHOOSERS.find((flag) => values[flag] !== undefined && values[flag] !== 'last');
  if (validation === undefined && chooser !== undefined) {
    throw new UsageError(`--${chooser} chooses by validation; add --validation 0.1.`);
  }
}

/** The data set without the images that are held out, and those.
 * @param {import('../lib/index.js').Dataset} dataset @param {number | undefined} share
 * @param {number | bigint} seed @returns {{ data: Dataset, validation?: Images }} */
export function holdValidation(dataset, share, seed) {
  if (share === undefined) return { data: dataset };
  const { train } = dataset;
  const numbers = drawValidation(train.labels, share, seed);
  const [held, left] = [numbers.validation.length, numbers.train.length];
  if (held === 0 || left === 0) {
    const problem = `A share of ${share} of ${counted(train.labels.length, 'training image')}`;
    const message = `${problem} leaves ${held} for validation and ${left} to train on`;
    throw new ResiduaError('BAD_ARGUMENT', 'train', `${message}; give another --validation.`);
  }
  const drawn = `${held} of ${held + left} training images, drawn from each class by seed ${seed}`;
  note(`Validation: ${drawn}; ${left} are left to train on.`);
  const data = new Dataset({ ...dataset, train: pick(train, numbers.train) });
  return { data, validation: pick(train, numbers.validation) };
}

/** The best epoch so far, and how long ago it was. */
export class Best {
  /** @type {{ epoch: number, error: number, loss: number } | null} */
  found = null;

  /** @param {Record<string, string>} [metadata] of a checkpoint */
  constructor(metadata = {}) {
    const [epoch, error, loss] = ['epoch', 'validation_error', 'validation_loss'].map((key) =>
      Number(metadata[`best.${key}`] ?? NaN),
    );
    if (Number.isFinite(error)) this.found = { epoch, error, loss };
  }

  /** Whether an epoch is the best so far: fewer errors or, with as many, a smaller loss.
   * @param {Tick} tick of its end */
  take({ epoch, validationError: error, validationLoss: loss }) {
    if (error === undefined || loss === undefined) return false;
    const { found } = this;
    const isBetter = !found || error < found.error || (error === found.error && loss < found.loss);
    if (isBetter) this.found = { epoch, error, loss };
    return isBetter;
  }

  /** Whether so many epochs brought nothing better. @param {number} epoch
   * @param {number} [patience] */
  isOver(epoch, patience = Infinity) {
    return this.found !== null && epoch - this.found.epoch >= patience;
  }

  /** As a checkpoint says it. @returns {Record<string, string>} */
  get metadata() {
    if (!this.found) return {};
    const { epoch, error, loss } = this.found;
    return {
      'best.epoch': String(epoch),
      'best.validation_error': String(error),
      'best.validation_loss': String(loss),
    };
  }
}
