/** What --resume goes on with. A checkpoint says all that its run's bits depend on; flags may only
 * repeat that, but for those that --force lets differ: images, tier, convolution and numerics. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ResiduaError } from '../lib/errors.js';
import { withMetadata } from '../lib/file-metadata.js';
import { nameOfSpec } from '../lib/index.js';
import { bitsOfTier } from '../lib/provenance.js';
import { RECIPE_OPTIONS } from '../lib/spec.js';
import { readWhole } from './files.js';
import { named, withEngine } from './inputs.js';
import { note } from './output.js';
import { isPublished } from './published.js';

/** @typedef {import('./flags.js').Values} Values */
/** @typedef {import('../lib/index.js').FileInfo} FileInfo */

/** What the recipe's parts are called as flags. @type {Record<string, string>} */
export const RECIPE_FLAGS = {
  epochs: 'epochs',
  batchSize: 'batch',
  lr: 'lr',
  momentum: 'momentum',
  weightDecay: 'weight-decay',
  schedule: 'schedule',
  augment: 'augment',
  nesterov: 'nesterov',
  noDecayNorm: 'no-decay-norm',
  labelSmoothing: 'label-smoothing',
  clip: 'clip',
  ema: 'ema',
  mixup: 'mixup',
  cutout: 'cutout',
  augmentSeed: 'seed-augment',
};

/** Flags that a checkpoint keeps and that are paths. */
export const KEPT_PATHS = ['curve', 'tensorboard', 'from'];

/** @param {string} message */
const mismatch = (message) => new ResiduaError('MISMATCH', 'train', message);

/**
 * A run to go on with.
 * @typedef {object} Checkpoint
 * @property {Uint8Array} bytes
 * @property {import('../lib/index.js').Recipe} recipe
 * @property {import('../lib/index.js').Recipe} began the recipe before --extend
 * @property {number} step
 * @property {number} stepsPerEpoch
 * @property {Record<string, string>} metadata
 * @property {string} trajectory of its losses so far
 * @property {Values} settings the flags, completed by what the checkpoint says
 */

/** @param {Values} values @param {Record<'spec' | 'recipe', Record<string, unknown>>} given parts of both
 * @returns {Promise<Checkpoint>} */
export async function openCheckpoint(values, given) {
  const { resume: file } = values;
  const bytes = await readWhole(file);
  const { info, numerics } = await withEngine({ threads: 1 }, async (engine) => ({
    info: await named(file, engine.inspect(bytes)),
    numerics: String(engine.numerics),
  }));
  const { recipe: saved, metadata } = info;
  if (!saved) {
    const problem = `${file} holds weights alone, not the state of a run`;
    const advice =
      values.extend === undefined
        ? 'resume from a checkpoint that --out wrote during training, or begin with --from'
        : '--extend goes on with a run made with --keep-state or --out DIR/; begin another with --from';
    throw mismatch(`${problem}; ${advice}.`);
  }
  const { images: trained, ...began } = saved;
  const step = Number(metadata.step);
  const stepsPerEpoch = Math.floor(trained / began.batchSize);
  if (step === began.epochs * stepsPerEpoch && values.extend === undefined) {
    const advice =
      'add epochs to it with --extend N, or begin another from its weights with --from';
    throw mismatch(`The run in ${file} is over; ${advice}.`);
  }
  checkParts(file, info.spec, given.spec);
  const changed = values.extend === undefined ? [] : CHANGED_BY_EXTENSION;
  const fixed = Object.entries(given.recipe).filter(([part]) => !changed.includes(part));
  checkParts(file, { ...RECIPE_OPTIONS, ...saved }, Object.fromEntries(fixed));
  const flags = flagsIn(file, metadata);
  const { images = trained } = flags;
  if (values.images !== undefined) checkSame('run', file, 'images', images, values.images);
  const settings = { ...values, images, ...settingsOf(values, metadata, flags, numerics) };
  const recipe = values.extend === undefined ? began : extended(began, values, given.recipe);
  note(`Going on with ${nameOfSpec(info.spec)} after step ${step}.`);
  return {
    bytes: values.extend === undefined ? bytes : withRecipe(bytes, recipe),
    ...{ recipe, began, step, stepsPerEpoch, metadata, settings },
    trajectory: metadata['progress.trajectory'],
  };
}

/** @param {string} file @param {Record<string, any>} there @param {Record<string, unknown>} given */
function checkParts(file, there, given) {
  for (const [part, value] of Object.entries(given)) {
    checkSame('run', file, part, there[part], value);
  }
}

/** Parts of a recipe that may be others from --extend on. */
const CHANGED_BY_EXTENSION = ['lr', 'schedule'];

/** The recipe of a run with more epochs, whose schedule is that of the longer run.
 * @param {Omit<import('../lib/index.js').SavedRecipe, 'images'>} recipe @param {Values} values
 * @param {Record<string, any>} given */
function extended(recipe, { extend }, given) {
  const parts = CHANGED_BY_EXTENSION.filter((part) => given[part] !== undefined);
  const others = Object.fromEntries(parts.map((part) => [part, given[part]]));
  return { ...recipe, ...others, epochs: recipe.epochs + extend };
}

/** A checkpoint that says these epochs, learning rate and schedule. @param {Uint8Array} bytes
 * @param {Pick<import('../lib/index.js').SavedRecipe, 'epochs' | 'lr' | 'schedule'>} recipe */
function withRecipe(bytes, { epochs, lr, schedule }) {
  const more = { 'recipe.epochs': epochs, 'recipe.lr': lr, 'recipe.schedule': schedule };
  const texts = Object.entries(more).map(([key, value]) => [key, String(value)]);
  return withMetadata(bytes, Object.fromEntries(texts));
}

/** The flags that a checkpoint keeps, with paths as they are now. @param {string} file
 * @param {Record<string, string>} metadata @returns {Values} */
function flagsIn(file, { 'run.flags': text }) {
  try {
    const flags = JSON.parse(text ?? '{}');
    for (const name of KEPT_PATHS) {
      if (flags[name] !== undefined) flags[name] = found(file, flags[name]) ?? flags[name];
    }
    return flags;
  } catch {
    throw new ResiduaError('BAD_FILE', 'train', `${file}: the metadata run.flags are not JSON.`);
  }
}

/** Whatever stands in the metadata alone. @param {Values} values
 * @param {Record<string, string>} metadata @param {Values} flags that it keeps
 * @param {string} numerics of this program */
function settingsOf(values, metadata, flags, numerics) {
  const { resume: file, force } = values;
  const choose = (/** @type {string} */ flag, /** @type {any} */ there) => {
    const given = values[flag] === 'auto' && flag === 'tier' ? undefined : values[flag];
    if (given === undefined || there === undefined) return given ?? there;
    if (!force && bitsOfTier(given) !== there) throw other(file, flag, there, given);
    return given;
  };
  const saved = metadata['run.numerics'];
  if (!force && saved !== undefined && saved !== numerics) {
    const problem = `The run in ${file} has numerics ${saved}, this program ${numerics}`;
    const advice = 'go on with the version that began it, or accept other bits with --force';
    throw mismatch(`${problem}; ${advice}.`);
  }
  const numberIn = (/** @type {string} */ key) =>
    metadata[key] === undefined ? undefined : Number(metadata[key]);
  return {
    tier: choose('tier', metadata['run.tier']),
    conv: choose('conv', metadata['run.conv']),
    'test-images': choose('test-images', numberIn('data.test_images')),
    labels: choose('labels', metadata['data.labels']),
    holdout: choose('holdout', numberIn('data.holdout')),
    data: values.data ?? placeOfData(file, metadata['data.path']),
    validation: choose('validation', flags.validation),
    patience: values.patience ?? flags.patience,
    keep: values.keep ?? flags.keep,
    'keep-state': values['keep-state'] ?? flags['keep-state'],
    curve: values.curve ?? flags.curve,
    tensorboard: values.tensorboard ?? flags.tensorboard,
    from: flags.from,
    freeze: flags.freeze,
    out: values.out ?? (flags.folder ? `${path.dirname(file)}/` : file),
    record: values.record ?? found(file, metadata['run.record']) ?? metadata['run.record'],
  };
}

/** @param {string} file @param {string} flag @param {unknown} there @param {unknown} given */
function other(file, flag, there, given) {
  const problem = `The run in ${file} has ${flag} ${there}, not ${given}`;
  return mismatch(`${problem}; leave --${flag} out, or go on with --force.`);
}

/** @param {string} file @param {string | undefined} stored */
function placeOfData(file, stored) {
  if (stored !== undefined && isName(stored)) return stored;
  if (stored === undefined) {
    throw mismatch(`${file} does not say where its images are; say it with --data.`);
  }
  const place = found(file, stored);
  if (place !== undefined) return place;
  const problem = `The images of ${file} were in ${stored}, where there is nothing now`;
  throw new ResiduaError('BAD_FILE', 'train', `${problem}; say with --data where they are.`);
}

/** The path as it is stored: from the folder of the checkpoint, unless it was given as an absolute one.
 * So the two may be moved together. @param {string} checkpoint @param {string} given */
export function storedPath(checkpoint, given) {
  if (isName(given) || path.isAbsolute(given)) return given;
  const folder = path.dirname(path.resolve(checkpoint));
  return asPath(path.relative(folder, path.resolve(given)));
}

/** Where that is now: seen from the folder of the checkpoint or else, as other programs may have stored
 * it, from the present one. @param {string} checkpoint @param {string | undefined} stored */
function found(checkpoint, stored) {
  if (stored === undefined || path.isAbsolute(stored)) return stored;
  const beside = path.resolve(path.dirname(checkpoint), stored);
  const place = [beside, path.resolve(stored)].find((file) => existsSync(file));
  return place && asPath(path.relative('.', place));
}

/** Whether --data names a set and not a path. @param {string} data */
const isName = (data) => data === 'synthetic' || isPublished(data);

/** A path that is no name of a set. @param {string} relative */
const asPath = (relative) => (isName(relative) ? `./${relative}` : relative || '.');

/** Whole numbers, seeds among them, are kept as they are, others as float32. @param {unknown} there
 * @param {unknown} given */
function isSame(there, given) {
  if (typeof given !== 'number') return given === there;
  if (Number.isInteger(given)) return given === Number(there);
  return Math.fround(given) === Math.fround(Number(there));
}

/** @param {'net' | 'run'} what @param {string} file @param {string} part @param {unknown} there
 * @param {unknown} given */
export function checkSame(what, file, part, there, given) {
  if (isSame(there, given)) return;
  const flag = RECIPE_FLAGS[part] ?? (part === 'family' || part === 'depth' ? 'net' : part);
  const problem = `The ${what} in ${file} has ${part} ${there}, not ${given}`;
  throw mismatch(`${problem}; leave --${flag} out, or begin a new run.`);
}
