/** residua info: what files of weights and of images hold, without training or answering. */
import { open, stat } from 'node:fs/promises';
import { unorderedDigest } from '../lib/data/canonical.js';
import { ResiduaError } from '../lib/errors.js';
import { nameOfSpec } from '../lib/index.js';
import { beginsAsWeights, HEAD_BYTES, isWeightsFile } from '../lib/weights/files.js';
import { readWhole } from './files.js';
import { named, needOperands, readData, withEngine } from './inputs.js';
import { print, printJson } from './output.js';

/** @typedef {import('../lib/index.js').Images} Images */

/** @param {import('./flags.js').Values} values @param {string[]} paths */
export async function info(values, paths) {
  needOperands(paths, 'PATH', 'files of weights or data, or folders of data');
  for (const path of paths) {
    const facts = await ((await isModel(path)) ? modelFacts(path, values) : dataFacts(path));
    if (values.json) printJson(facts);
    else printFacts(facts);
  }
}

/** By its ending, or else its content; what cannot be opened is told by the reader of data.
 * @param {string} path */
async function isModel(path) {
  const facts = await stat(path).catch(() => null);
  if (facts?.isDirectory()) return false;
  return isWeightsFile(path) || (facts?.isFile() ? beginsAsWeights(await headOf(path)) : false);
}

/** @param {string} path */
async function headOf(path) {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** @param {string} file @param {import('./flags.js').Values} values */
async function modelFacts(file, values) {
  const bytes = await readWhole(file);
  return withEngine(values, async (engine) => {
    const { spec, classNames, hasMetadata, hasNormalisation, hasOptimizer, metadata } = await named(
      file,
      engine.inspect(bytes),
    );
    await named(file, engine.loadNet(bytes));
    const plan = await engine.plan(spec);
    const inference = await engine.plan(spec, { training: false });
    const { family, depth, width, shortcut, norm, classes, mean, std } = spec;
    return {
      file,
      kind: 'model',
      net: nameOfSpec(spec),
      ...{ family, depth, width, shortcut, norm, classes },
      ...(classNames && { class_names: classNames }),
      ...{ mean, std },
      parameters: plan.parameters,
      flops_per_image: plan.flopsPerImage,
      train_bytes: plan.bytes,
      infer_bytes: inference.bytes,
      has_metadata: hasMetadata,
      has_normalisation: hasNormalisation,
      has_optimizer: hasOptimizer,
      step: metadata.step === undefined ? null : Number(metadata.step),
    };
  });
}

/** @param {string} file */
async function dataFacts(file) {
  const { name, classes, train, test } = await openAny(file);
  const counts = { train_images: train.labels.length, test_images: test.labels.length };
  const digestOf = (/** @type {Images} */ set) =>
    set.labels.length > 0 ? unorderedDigest(set) : null;
  const digests = { train_digest: digestOf(train), test_digest: digestOf(test) };
  return { file, kind: 'data', name, ...counts, ...digests, classes };
}

/** Data, or else test images alone. @param {string} path */
async function openAny(path) {
  return readData(path).catch((error) => {
    if (!(error instanceof ResiduaError) || error.code !== 'BAD_FILE') throw error;
    return readData(path, { holdout: 1 }).catch(() => {
      throw error;
    });
  });
}

/** What a file does not say is left out, or named as assumed. @param {Record<string, unknown>} facts */
function printFacts(facts) {
  const known = Object.entries(facts).filter(([, value]) => value !== null);
  const width = Math.max(...known.map(([key]) => key.length));
  const isAssumed = (/** @type {string} */ key) =>
    (facts.has_normalisation === false && (key === 'mean' || key === 'std')) ||
    (facts.has_metadata === false && (key === 'family' || key === 'shortcut'));
  for (const [key, value] of known) {
    const assumed = isAssumed(key) ? ' (assumed: the file does not say)' : '';
    print(`${key.replaceAll('_', ' ').padEnd(width)}  ${textOf(value)}${assumed}`);
  }
}

/** @param {unknown} value */
function textOf(value) {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return Array.isArray(value) ? value.join(', ') : String(value);
}
