/** What several commands need: an engine, a net from a file, a data set. */

import { existsSync } from 'node:fs';
import { counted } from '../lib/counted.js';
import { ResiduaError } from '../lib/errors.js';
import { createEngine, openDataset, specFromName } from '../lib/index.js';
import { readWhole } from './files.js';
import { UsageError } from './flags.js';
import { noteAssumption, readNormalisation } from './normalisation.js';
import { bar, note } from './output.js';
import { isPublished, openPublished } from './published.js';

/** @typedef {import('./flags.js').Values} Values */
/** @typedef {import('../lib/index.js').Engine} Engine */
/** @typedef {import('../lib/index.js').Dataset} Dataset */

/** Images of the synthetic set, if no number is asked for. */
const SYNTHETIC_IMAGES = 5000;
const SYNTHETIC_TEST_IMAGES = 1000;

/** Codes of errors that say what is wrong with a file. */
const OF_FILE = ['BAD_FILE', 'MISMATCH'];

/** The share of the images that is for the test where nothing is trained. */
const ALL = 1;

/** @template T @param {Values} values @param {(engine: Engine) => Promise<T>} work */
export async function withEngine({ tier, threads, conv }, work) {
  const engine = await createEngine({ tier, threads, conv });
  try {
    return await work(engine);
  } finally {
    engine.dispose();
  }
}

/** What is made of a file's bytes; an error about them names the file.
 * @template T @param {string} file @param {Promise<T>} work @returns {Promise<T>} */
export async function named(file, work) {
  return work.catch((error) => {
    const isOfFile = error instanceof ResiduaError && OF_FILE.includes(error.code);
    throw isOfFile ? new ResiduaError(error.code, error.op, `${file}: ${error.message}`) : error;
  });
}

/** The net in a file; --net overrides its family and depth, --mean and --std its normalisation.
 * @param {Engine} engine @param {Values} values @param {Uint8Array} file */
export async function loadNet(engine, values, file) {
  const { model, net } = values;
  const normalisation = readNormalisation(values);
  const info = await named(model, engine.inspect(file));
  const { hasMetadata, spec } = info;
  if (!hasMetadata && !net) {
    const guess = `${spec.family}, ${spec.depth} layers, shortcut ${spec.shortcut}`;
    note(`${model} does not say which net it is for; by its tensors: ${guess} (or say --net).`);
  }
  noteAssumption(model, info, values);
  const loading = engine.loadNet(file, { ...(net && specFromName(net)), ...normalisation });
  return named(model, loading);
}

/** What looks at the trained net of --model through the images of --data, and takes no operands.
 * @template T @param {Values} values @param {string[]} operands
 * @param {(net: import('../lib/index.js').Net, dataset: Dataset, engine: Engine,
 *   file: Uint8Array) => Promise<T>} work */
export async function withNetAndData(values, operands, work) {
  needNoOperands(operands);
  needFlag(values, 'model');
  needFlag(values, 'data');
  const file = await readWhole(values.model);
  return withEngine(values, async (engine) => {
    const net = await loadNet(engine, values, file);
    return work(net, await openData(engine, { holdout: ALL, ...values }), engine, file);
  });
}

/** @param {Engine} engine @param {Values} values @returns {Promise<Dataset>} */
export async function openData(engine, values) {
  const counts = { images: values.images, testImages: values['test-images'] };
  if (values.data === 'synthetic') {
    const { images = SYNTHETIC_IMAGES, testImages = SYNTHETIC_TEST_IMAGES } = counts;
    note(
      `Data: ${counted(images, 'synthetic image')} to train on, ${testImages} to test on; not photographs.`,
    );
    return engine.synthetic({ images, testImages });
  }
  const { labels, holdout } = values;
  checkSetName(values.data);
  if (isPublished(values.data)) {
    const whole = await openPublished(values.data, { labels, onProgress: showProgress });
    bar.clear();
    return whole.take(counts);
  }
  return readData(values.data, { ...counts, labels, holdout });
}

/** Refuses what is meant as the name of a published set, and is neither one nor a path. @param {string} data */
function checkSetName(data) {
  if (isPublished(data) || !/^cifar[-_ ]?100?$/i.test(data) || existsSync(data)) return;
  const name = data.toLowerCase().replace(/[-_ ]/, '');
  throw new UsageError(`There is no file or folder ${data}; to fetch the set, say --data ${name}.`);
}

/** @param {string} path of data of any kind @param {import('../lib/index.js').OpenOptions} [options] */
export async function readData(path, options = {}) {
  const dataset = await openDataset(path, { ...options, onProgress: showProgress });
  bar.clear();
  for (const text of dataset.notes) note(text);
  return dataset;
}

/** @param {{ unit: 'bytes' | 'images', done: number, total?: number }} progress */
function showProgress({ unit, done, total = Infinity }) {
  const [each, name] = unit === 'bytes' ? [1e6, 'MB'] : [1, 'images'];
  const of = Number.isFinite(total) ? ` of ${(total / each).toFixed(0)}` : '';
  bar.show(done / total, `reading, ${(done / each).toFixed(0)}${of} ${name}`);
}

/** What may be given for a flag that is missing. @type {Record<string, string>} */
const ADVICE = {
  data: 'give a file, a folder or a set: --data cifar10, or --data synthetic',
  model: 'give a file of weights: --model r20.safetensors',
  net: 'name a network: --net resnet20',
};

/** @param {Values} values @param {string} name */
export function needFlag(values, name) {
  if (values[name] !== undefined) return;
  throw new UsageError(`--${name} is missing${ADVICE[name] ? `; ${ADVICE[name]}` : ''}.`);
}

/** @param {string[]} operands */
export function needNoOperands(operands) {
  if (operands.length > 0) throw new UsageError(`"${operands[0]}" is an extra word; leave it out.`);
}

/** @param {string[]} operands @param {string} what @param {string} advice what it may be */
export function needOperands(operands, what, advice) {
  if (operands.length === 0) throw new UsageError(`${what} is missing; give ${advice}.`);
}
