/** Pictures that a network looks at: the reader's own, samples, or test images with labels. What the network
 * sees of each is 32x32 pixels. */

import { middleOf, resizeToInput } from '../lib/data/resize.js';
import { CIFAR10_CLASSES, IMAGE_BYTES } from '../lib/dataset.js';
import { kindOf } from './classes.js';
import { pixelsOfInput } from './pixels.js';

/** @typedef {import('../ui/host.js').ImageSource} ImageSource */
/** @typedef {import('../lib/index.js').Images} Images */

/** For networks that do not say what they were tested with. */
const SYNTHETIC_COUNT = 1000;

/** What the reader shows to the network.
 * @typedef {object} Picture
 * @property {string} name empty for images of a test set
 * @property {Uint8Array} planes
 * @property {import('./pixels.js').Pixels} pixels
 * @property {{ kind: import('./classes.js').Kind, label: number } | null} given if it has a label
 * @property {{ pixels: import('./pixels.js').Pixels, crop: import('../lib/index.js').Square } | null} original
 *   the picture that it is a square of
 * @property {import('./samples.js').Sample | null} sample if it is one
 */

/** @param {string} name @param {Uint8Array} planes @param {Partial<Picture>} [more] @returns {Picture} */
function pictureOf(name, planes, more) {
  const rest = { given: null, original: null, sample: null, ...more };
  return { name, planes, pixels: pixelsOfInput(planes), ...rest };
}

/** The middle square of a picture. @param {string} name
 * @param {import('./picture-worker.js').Ready} ready @param {Picture['sample']} [sample] */
export function pictureFrom(name, { planes, original: pixels }, sample = null) {
  return pictureOf(name, planes, { original: { pixels, crop: middleOf(pixels) }, sample });
}

/** Another square of the same picture. @param {Picture} picture
 * @param {import('../lib/index.js').Square} crop */
export function cropped(picture, crop) {
  const { pixels } = /** @type {NonNullable<Picture['original']>} */ (picture.original);
  const planes = resizeToInput(pixels, crop);
  return { ...picture, planes, pixels: pixelsOfInput(planes), original: { pixels, crop } };
}

/** One of a set. @param {Images} set @param {number} index
 * @param {import('./classes.js').Kind} kind */
export function pictureIn(set, index, kind) {
  const planes = set.images.slice(index * IMAGE_BYTES, (index + 1) * IMAGE_BYTES);
  return pictureOf('', planes, { given: { kind, label: set.labels[index] } });
}

/** Whether a network's classes are those of the images, by name.
 * @param {import('./classes.js').Kind} kind @param {ImageSource} source */
function hasClassesOf(kind, { classNames = CIFAR10_CLASSES }) {
  const other = kindOf(classNames);
  return typeof kind === 'string' || typeof other === 'string'
    ? kind === other
    : kind.join('\n') === other.join('\n');
}

/** How many test images there are for this network: 0 if there are none.
 * @param {import('./networks.js').OpenNetwork} opened @param {ImageSource | null} source */
export function countFor({ kind, choice }, source) {
  const wanted = choice.data?.testImages;
  if (kind === 'shapes') return wanted ?? SYNTHETIC_COUNT;
  if (!source || !hasClassesOf(kind, source)) return 0;
  return Math.min(wanted ?? source.testImages, source.testImages);
}

/** The first so many test images for a network.
 * @param {import('./classes.js').Kind} kind @param {number} testImages
 * @param {import('../lib/index.js').Engine} engine @param {ImageSource | null} source
 * @returns {Promise<Images>} */
export async function takeImages(kind, testImages, engine, source) {
  const isDrawn = kind === 'shapes' || !source;
  const set = isDrawn
    ? await engine.synthetic({ images: 1, testImages })
    : await source.take({ images: 0, testImages });
  return set.test;
}
