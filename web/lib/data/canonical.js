/** The canonical order of a complete CIFAR-10: sorted by a 64-bit key of each (image, label) pair. A
 * run's bits depend on the order of the images, and each source of CIFAR-10 has its own; so whatever
 * the source, a complete set ends up in this order, and the same recipe gives the same run. */
import { IMAGE_BYTES } from '../dataset.js';

/** @typedef {import('../index.js').Images} Images */
/** Two halves of a 64-bit key for each record. @typedef {{ high: Uint32Array, low: Uint32Array }} Keys */

/** Size and digest of each set that is put into order: CIFAR-10's training and test images. */
const COMPLETE_SETS = new Map([
  [50000, 'f4b4215434b72527'],
  [10000, '7d24cf81e677b859'],
]);

const WORDS = IMAGE_BYTES / 4;

/** A 64-bit hash in two 32-bit lanes, of words that come one at a time. */
class Hash {
  high = 0;
  low = 0;

  /** @param {number} seed */
  begin(seed) {
    this.high = seed ^ 0x243f6a88;
    this.low = seed ^ 0x85a308d3;
  }

  /** @param {Uint32Array} words @param {number} first @param {number} end */
  add(words, first, end) {
    let { high, low } = this;
    for (let i = first; i < end; i++) {
      const word = words[i];
      high = Math.imul(high ^ word, 0x9e3779b1);
      high ^= high >>> 15;
      low = Math.imul(low + word, 0x85ebca77);
      low ^= low >>> 13;
    }
    this.high = high;
    this.low = low;
  }
}

/** The images as words. Images that do not begin at a multiple of four bytes are copied.
 * @param {Uint8Array} images */
function wordsOf(images) {
  const aligned = images.byteOffset % 4 === 0 ? images : images.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}

/** @param {Images} set @returns {Keys} */
function keysOf({ images, labels }) {
  const words = wordsOf(images);
  const [high, low] = [new Uint32Array(labels.length), new Uint32Array(labels.length)];
  const hash = new Hash();
  for (let i = 0; i < labels.length; i++) {
    hash.begin(labels[i]);
    hash.add(words, i * WORDS, (i + 1) * WORDS);
    high[i] = hash.high;
    low[i] = hash.low;
  }
  return { high, low };
}

/** The records' numbers, sorted by key. Records with equal keys are equal in practice, so the order
 * among them does not matter. @param {Keys} keys */
function sortedOrder({ high, low }) {
  return Uint32Array.from(high, (_, i) => i).sort((a, b) => high[a] - high[b] || low[a] - low[b]);
}

/** @param {Keys} keys @param {Uint32Array} order */
function digestOf({ high, low }, order) {
  const words = Uint32Array.from({ length: 2 * order.length }, (_, i) =>
    i % 2 === 0 ? high[order[i >> 1]] : low[order[i >> 1]],
  );
  const hash = new Hash();
  hash.begin(order.length);
  hash.add(words, 0, words.length);
  const digits = (/** @type {number} */ half) => (half >>> 0).toString(16).padStart(8, '0');
  return digits(hash.high) + digits(hash.low);
}

/** Puts record order[i] at place i, along the cycles of the permutation: the memory that it takes is
 * that of one image. @param {Images} set @param {Uint32Array} order */
function permute({ images, labels }, order) {
  const image = (/** @type {number} */ i) =>
    images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
  const left = order.slice();
  const first = new Uint8Array(IMAGE_BYTES);
  for (let start = 0; start < left.length; start++) {
    if (left[start] === start) continue;
    first.set(image(start));
    const firstLabel = labels[start];
    let at = start;
    for (let from = left[at]; from !== start; from = left[at]) {
      image(at).set(image(from));
      labels[at] = labels[from];
      left[at] = at;
      at = from;
    }
    image(at).set(first);
    labels[at] = firstLabel;
    left[at] = at;
  }
}

/** The digest of a set of (image, label) pairs, which does not depend on their order.
 * @param {Images} set */
export function unorderedDigest(set) {
  const keys = keysOf(set);
  return digestOf(keys, sortedOrder(keys));
}

/** Puts a set into canonical order, in place. @param {Images} set */
export function sortByContent(set) {
  permute(set, sortedOrder(keysOf(set)));
}

/** Whether a data set is the whole of CIFAR-10, by its digest, or of CIFAR-100, by its counts.
 * @param {'cifar10' | 'cifar100'} which @param {import('../dataset.js').Dataset} dataset */
export function isComplete(which, { classes, train, test }) {
  if (which === 'cifar10') {
    return [train, test].every(
      (set) => COMPLETE_SETS.get(set.labels.length) === unorderedDigest(set),
    );
  }
  return isWholeCifar100(classes.length, train, test);
}

/** Whether these are as many images as CIFAR-100 has, as many of each class, fine or coarse. Its digest is
 * not known here. @param {number} classes @param {Images} train @param {Images} test */
export function isWholeCifar100(classes, train, test) {
  const isBalanced = (/** @type {Images} */ { labels }, /** @type {number} */ total) => {
    const counts = new Uint32Array(classes);
    for (const label of labels) counts[label]++;
    return labels.length === total && counts.every((count) => count === total / classes);
  };
  return (classes === 100 || classes === 20) && isBalanced(train, 50000) && isBalanced(test, 10000);
}

/** Puts a complete part of CIFAR-10 into canonical order, in place. Every other set keeps its order.
 * @param {Images} set @returns {boolean} whether the set is such a part */
export function canonicalise(set) {
  const digest = COMPLETE_SETS.get(set.labels.length);
  if (digest === undefined) return false;
  const keys = keysOf(set);
  const order = sortedOrder(keys);
  if (digestOf(keys, order) !== digest) return false;
  permute(set, order);
  return true;
}
