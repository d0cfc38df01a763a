/** Why a net gives an image a class: the parts of its answer by place, and what changes when a place is
 * covered. Both speak of logits, to which softmax is applied last. */
import { isBytes } from './arrays.js';
import { IMAGE_BYTES } from './dataset.js';
import { badArgument, shown } from './errors.js';
import { checkOptions } from './options.js';
import { checkInteger } from './spec.js';

/** @typedef {import('./index.js').Net} Net */

const SIDE = 32;
const PLANE = SIDE * SIDE;
const DEFAULTS = { size: 8, stride: 2 };
/** Images that one call computes, so that an abort takes effect soon. */
const BATCH = 32;

/** @param {readonly import('./index.js').Tensor[]} tensors @param {string} name */
function valuesOf(tensors, name) {
  const tensor = tensors.find((one) => one.name === name);
  if (tensor) return tensor;
  throw badArgument(
    'classActivationMap',
    `There is no tensor ${name}; give all that tensors() returns.`,
  );
}

/** @param {import('./index.js').Activation} activation of the last layer
 * @param {readonly import('./index.js').Tensor[]} tensors @param {number} label */
export function classActivationMap({ height, width, channels, values }, tensors, label) {
  const { shape, values: weights } = valuesOf(tensors, 'linear.weight');
  const [classes, features] = shape;
  if (features !== channels) {
    const problem = `The activation has ${channels} channels, and the dense layer takes ${features}`;
    throw badArgument('classActivationMap', `${problem}; give the activation of the last layer.`);
  }
  checkInteger('classActivationMap', 'label', label, 0, classes - 1);
  const own = weights.subarray(label * features, (label + 1) * features);
  const map = new Float32Array(height * width);
  for (let at = 0; at < map.length; at++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += own[c] * values[at * channels + c];
    map[at] = sum;
  }
  return { height, width, values: map };
}

/** @param {Net} net @param {Uint8Array} image @param {import('./index.js').OcclusionOptions} [options] */
export async function occlusion(net, image, options = {}) {
  checkOptions('occlusion', 'occlusion', options);
  const { size = DEFAULTS.size, stride = DEFAULTS.stride, signal, onProgress } = options;
  checkGeometry(size, stride);
  signal?.throwIfAborted();
  if (!isBytes(image) || image.length !== IMAGE_BYTES) {
    throw badArgument('occlusion', `This is not one image; give the ${IMAGE_BYTES} bytes of one.`);
  }
  const { classes, mean } = net.spec;
  const colour = mean.map((one) => Math.round(255 * one));
  const side = SIDE / stride;
  const cells = side * side;
  const whole = await net.logits(image, { signal });
  const covered = new Float32Array(cells * classes);
  for (let first = 0; first < cells; first += BATCH) {
    const count = Math.min(BATCH, cells - first);
    const batch = new Uint8Array(count * IMAGE_BYTES);
    for (let i = 0; i < count; i++) {
      const copy = batch.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
      copy.set(image);
      const [row, column] = [Math.floor((first + i) / side), (first + i) % side];
      cover(copy, row * stride, column * stride, size, stride, colour);
    }
    covered.set(await net.logits(batch, { signal }), first * classes);
    onProgress?.({ done: first + count, total: cells });
  }
  return { height: side, width: side, size, stride, logits: whole, covered };
}

/** @param {number} size @param {number} stride */
function checkGeometry(size, stride) {
  checkInteger('occlusion', 'stride', stride, 1, SIDE);
  checkInteger('occlusion', 'size', size, stride, SIDE);
  if (SIDE % stride !== 0) {
    throw badArgument('occlusion', `stride is ${shown(stride)}; it must divide ${SIDE}.`);
  }
  if ((size - stride) % 2 !== 0) {
    const problem = `A square of ${size} pixels has no middle of ${stride} x ${stride}`;
    throw badArgument('occlusion', `${problem}; let size and stride both be even, or both odd.`);
  }
}

/** Gives a square around the cell that begins at (y, x) one colour; what lies outside of the image is left out.
 * @param {Uint8Array} planes @param {number} y @param {number} x @param {number} size
 * @param {number} stride @param {number[]} colour of each plane */
function cover(planes, y, x, size, stride, colour) {
  const before = (size - stride) / 2;
  const [top, left] = [y - before, x - before];
  const [from, to] = [Math.max(0, left), Math.min(SIDE, left + size)];
  for (let row = Math.max(0, top); row < Math.min(SIDE, top + size); row++) {
    colour.forEach((value, plane) => {
      planes.fill(value, plane * PLANE + row * SIDE + from, plane * PLANE + row * SIDE + to);
    });
  }
}
