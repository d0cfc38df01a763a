/** What several commands need: an engine, a net from a file, a data set. */
import { isImageFolder, readImageFolder } from '../lib/data/image-folder.js';
import { readCifar10Path } from '../lib/data/node.js';
import { createEngine, specFromName } from '../lib/index.js';
import { readWhole } from './files.js';
import { UsageError } from './flags.js';
import { bar, note } from './output.js';

/** @typedef {import('./flags.js').Values} Values */
/** @typedef {import('../lib/index.js').Engine} Engine */
/** @typedef {import('../lib/index.js').Dataset} Dataset */

/** Images of the synthetic set, if no number is asked for. */
const SYNTHETIC_IMAGES = 5000;
const SYNTHETIC_TEST_IMAGES = 1000;

/** @template T @param {Values} values @param {(engine: Engine) => Promise<T>} work */
export async function withEngine({ tier, threads, conv }, work) {
  const engine = await createEngine({ tier, threads, conv });
  try {
    return await work(engine);
  } finally {
    engine.dispose();
  }
}

/** The family and depth of --net. @param {string} name */
export function readNetName(name) {
  try {
    return specFromName(name);
  } catch {
    throw new UsageError(`--net is plain20, resnet56 or the like, not "${name}".`);
  }
}

/** The net in a file; --net overrides its family and depth.
 * @param {Engine} engine @param {Values} values @param {Uint8Array} file */
export async function loadNet(engine, { model, net }, file) {
  const { hasMetadata, spec } = await engine.inspect(file);
  if (!hasMetadata && !net) {
    const guess = `${spec.family}, ${spec.depth} layers, shortcut ${spec.shortcut}`;
    note(`${model} does not say which net it is for; by its tensors: ${guess} (or say --net).`);
  }
  return engine.loadNet(file, net && readNetName(net));
}

/** What looks at the trained net of --model through the images of --data, and takes no operands.
 * @template T @param {Values} values @param {string[]} operands
 * @param {(net: import('../lib/index.js').Net, dataset: Dataset) => Promise<T>} work */
export async function withNetAndData(values, operands, work) {
  needNoOperands(operands);
  needFlag(values, 'model');
  needFlag(values, 'data');
  const file = await readWhole(values.model);
  return withEngine(values, async (engine) => {
    const net = await loadNet(engine, values, file);
    return work(net, await openData(engine, values));
  });
}

/** @param {Engine} engine @param {Values} values @returns {Promise<Dataset>} */
export async function openData(engine, values) {
  const counts = { images: values.images, testImages: values['test-images'] };
  if (values.data === 'synthetic') {
    const { images = SYNTHETIC_IMAGES, testImages = SYNTHETIC_TEST_IMAGES } = counts;
    note(`Data: ${images} synthetic images, ${testImages} for the test; not photographs.`);
    return engine.synthetic({ images, testImages });
  }
  const data = await readData(values.data);
  bar.clear();
  return data.take(counts);
}

/** @param {string} path of CIFAR-10, or of a folder of images by class */
export async function readData(path) {
  if (await isImageFolder(path)) {
    return readImageFolder(path, {
      onProgress({ images, total }) {
        bar.show(images / total, `reading, ${images} of ${total} images`);
      },
    });
  }
  return readCifar10Path(path, {
    onProgress({ bytes, total = Infinity }) {
      const of = Number.isFinite(total) ? ` of ${(total / 1e6).toFixed(0)}` : '';
      bar.show(bytes / total, `reading, ${(bytes / 1e6).toFixed(0)}${of} MB`);
    },
  });
}

/** @param {Values} values @param {string} name */
export function needFlag(values, name) {
  if (values[name] === undefined) throw new UsageError(`--${name} is missing.`);
}

/** @param {string[]} operands */
export function needNoOperands(operands) {
  if (operands.length > 0) throw new UsageError(`"${operands[0]}" is one word too many.`);
}

/** @param {string[]} operands @param {string} what */
export function needOperands(operands, what) {
  if (operands.length === 0) throw new UsageError(`${what} is missing.`);
}
