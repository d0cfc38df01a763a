/** Memory for the images of data sets. Invariant: where threads can share memory (Node, or a cross-origin
 * isolated page), a data set's images and labels lie in shared memory, so that all networks that train
 * on it read one copy. */
import { isSharedBuffer } from '../arrays.js';
import { ResiduaError } from '../errors.js';

/** @typedef {import('../index.js').Images} Images */

export const IMAGE_BYTES = 3 * 32 * 32;

/** Browsers without isolation have no SharedArrayBuffer, or none that a worker accepts. */
export const canShare = () =>
  typeof SharedArrayBuffer === 'function' && globalThis.crossOriginIsolated !== false;

/** @param {{ buffer: ArrayBufferLike }} array */
export const isShared = ({ buffer }) => isSharedBuffer(buffer);

/** Buffers that imageMemory has made. @type {WeakSet<ArrayBufferLike>} */
const made = new WeakSet();

/** Zeroed memory for so many images. @param {number} count @param {string} op
 * @returns {Images} */
export function imageMemory(count, op) {
  const Memory = canShare() ? SharedArrayBuffer : ArrayBuffer;
  try {
    const [images, labels] = [new Memory(count * IMAGE_BYTES), new Memory(count * 2)];
    made.add(images).add(labels);
    return { images: new Uint8Array(images), labels: new Uint16Array(labels) };
  } catch {
    const size = Math.ceil((count * IMAGE_BYTES) / 2 ** 20);
    const problem = `Could not allocate ${size} MiB for ${count} images`;
    throw new ResiduaError('NO_MEMORY', op, `${problem}; use fewer images.`);
  }
}

/** The set itself if its memory is a data set's, else a copy that is.
 * @param {Images} set @param {string} op @returns {Images} */
export function ownedBy(set, op) {
  const isOwned = [set.images, set.labels].every(
    (array) => made.has(array.buffer) || isShared(array),
  );
  if (isOwned) return set;
  const copy = imageMemory(set.labels.length, op);
  copy.images.set(set.images);
  copy.labels.set(set.labels);
  return copy;
}

/** The buffers that a message with these sets may transfer: shared memory needs no transfer.
 * @param {Images[]} sets @returns {Transferable[]} */
export function transferable(sets) {
  const arrays = sets.flatMap(({ images, labels }) => [images, labels]);
  const buffers = new Set(arrays.filter((array) => !isShared(array)).map(({ buffer }) => buffer));
  return /** @type {Transferable[]} */ ([...buffers]);
}
