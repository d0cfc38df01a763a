/** Sets of images with labels. Invariant: a Dataset owns its images and never changes, so that all who train on it see
 * the same. */
import { isBytes, isUint16s } from './arrays.js';
import { counted } from './counted.js';
import { IMAGE_BYTES, imageMemory, ownedBy } from './data/memory.js';
import { resizeToInput } from './data/resize.js';
import { badArgument } from './errors.js';
import { checkOptions } from './options.js';
import { pacer } from './pacer.js';
import { checkInteger } from './spec.js';

/** @typedef {import('./index.js').Images} Images */

export { IMAGE_BYTES };

export const CIFAR10_CLASSES = Object.freeze([
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
]);

/** What the classes of the synthetic set show. */
export const SYNTHETIC_CLASSES = Object.freeze([
  'disc',
  'ring',
  'square',
  'triangle',
  'cross',
  'star',
  'heart',
  'crescent',
  'ladder',
  'dots',
]);

/** Where the images are in what was given instead. @param {any} given */
const hintFor = (given) =>
  given?.test?.images
    ? '; of a data set, give data.test.images'
    : given?.images
      ? '; of a set of images with labels, give its images'
      : '';

/** The number of images in `pixels`. @param {string} op @param {unknown} pixels */
export function countImages(op, pixels) {
  if (!isBytes(pixels)) {
    const wanted = 'Images must be a Uint8Array of [count][3][32][32] pixels';
    throw badArgument(op, `${wanted}${hintFor(pixels)}.`);
  }
  if (pixels.length % IMAGE_BYTES !== 0) {
    const sizes = `${pixels.length} bytes is not a multiple of ${IMAGE_BYTES} (3 x 32 x 32)`;
    throw badArgument(op, `${sizes}; give whole images, planes red, green and blue.`);
  }
  return pixels.length / IMAGE_BYTES;
}

/** Checks images and labels against each other, and returns how many there are.
 * @param {string} op @param {Images} set @param {number} classes */
export function checkImages(op, set, classes) {
  if (/** @type {any} */ (set)?.test?.images) {
    const problem = `${op}() takes one set of images and labels`;
    throw badArgument(op, `${problem}; of a data set, give data.test or data.train.`);
  }
  const count = countImages(op, set?.images);
  if (!isUint16s(set.labels) || set.labels.length !== count) {
    const labels = set.labels ? counted(set.labels.length, 'label') : 'no labels';
    const problem = `${counted(count, 'image')} with ${labels}`;
    throw badArgument(op, `${problem}; give a Uint16Array of ${count}.`);
  }
  const wrong = set.labels.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    const problem = `the label of image ${wrong} is ${set.labels[wrong]}`;
    throw badArgument(op, `There are ${classes} classes, but ${problem}; labels start at 0.`);
  }
  return count;
}

/** @typedef {{ picture: import('./index.js').Picture, label: number | string }} Example */

/** @param {Iterable<Example>} examples @param {readonly string[]} classes @param {AbortSignal} [signal]
 * @returns {Promise<Images>} */
async function resized(examples, classes, signal) {
  const all = [...examples];
  const { images, labels } = imageMemory(all.length, 'Dataset');
  const pace = pacer();
  for (const [i, { picture, label }] of all.entries()) {
    await pace();
    signal?.throwIfAborted();
    images.set(resizeToInput(picture), i * IMAGE_BYTES);
    const number = typeof label === 'number' ? label : classes.indexOf(label);
    const most = classes.length - 1;
    if (number < 0) throw badArgument('Dataset', `There is no class "${label}" among the classes.`);
    labels[i] = checkInteger('Dataset', `the label of image ${i}`, number, 0, most);
  }
  return { images, labels };
}

/** @param {string} split @param {Images} set @param {number} count @returns {Images} */
function firstOf(split, set, count) {
  const there = set.labels.length;
  checkInteger('take', `the number of ${split} images`, count, 0, Number.MAX_SAFE_INTEGER);
  if (count > there) {
    throw badArgument('take', `${count} ${split} images were asked for, but there are ${there}.`);
  }
  return {
    images: set.images.subarray(0, count * IMAGE_BYTES),
    labels: set.labels.subarray(0, count),
  };
}

/** @type {import('./index.js').Skipped} */
const NOTHING_SKIPPED = Object.freeze({ count: 0, named: Object.freeze([]) });

export class Dataset {
  /** @param {ConstructorParameters<typeof import('./index.js').Dataset>[0]} parts */
  constructor({ name, classes, train, test, synthetic = false, notes = [], ...reading }) {
    if (!Array.isArray(classes) || classes.length < 2) {
      throw badArgument('Dataset', 'A data set needs the names of at least two classes.');
    }
    checkImages('Dataset', train, classes.length);
    checkImages('Dataset', test, classes.length);
    this.name = name;
    this.classes = Object.freeze([...classes]);
    this.synthetic = synthetic;
    this.train = Object.freeze(ownedBy(train, 'Dataset'));
    this.test = Object.freeze(ownedBy(test, 'Dataset'));
    this.notes = Object.freeze([...notes]);
    const { heldOut = null, skipped = NOTHING_SKIPPED } = reading;
    this.heldOut = heldOut;
    this.skipped = skipped;
    Object.freeze(this);
  }

  /** A data set of parts that another thread's data set has: nothing is checked or copied.
   * @param {Omit<import('./index.js').Dataset, 'take' | 'notes' | 'heldOut' | 'skipped'>} parts
   * @returns {Dataset} */
  static ofChecked(parts) {
    const reading = { notes: [], heldOut: null, skipped: NOTHING_SKIPPED };
    return Object.freeze(Object.assign(Object.create(Dataset.prototype), { ...reading, ...parts }));
  }

  /** @param {Parameters<typeof import('./index.js').Dataset.fromImages>[0]} parts */
  static async fromImages({ name, classes, train, test = [], signal }) {
    signal?.throwIfAborted();
    return new Dataset({
      name,
      classes,
      train: await resized(train, classes, signal),
      test: await resized(test, classes, signal),
    });
  }

  /** @param {{ images?: number, testImages?: number }} counts */
  take(counts) {
    checkOptions('take', 'counts', counts);
    const { images = this.train.labels.length, testImages = this.test.labels.length } = counts;
    return new Dataset({
      name: this.name,
      classes: this.classes,
      synthetic: this.synthetic,
      notes: this.notes,
      heldOut: this.heldOut,
      skipped: this.skipped,
      train: firstOf('training', this.train, images),
      test: firstOf('test', this.test, testImages),
    });
  }
}
