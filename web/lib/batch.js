/** The images and labels of one step, as whoever trains step by step gives them. */
import { isBytes, isFloats, isUint16s } from './arrays.js';
import { IMAGE_BYTES } from './dataset.js';
import { badArgument } from './errors.js';

/** Images [count][3][32][32] and labels [count] of one step.
 * @param {string} op @param {unknown} images @param {unknown} labels @param {number} count */
export function checkBatch(op, images, labels, count) {
  const isArray = isBytes(images) || isFloats(images);
  if (!isArray || images.length !== count * IMAGE_BYTES) {
    const wanted = `a Uint8Array or Float32Array of ${count} x ${IMAGE_BYTES} values`;
    throw badArgument(op, `The images of a step must be ${wanted}.`);
  }
  if (isUint16s(labels) && labels.length === count) return;
  throw badArgument(op, `The labels of a step must be a Uint16Array of ${count}.`);
}
