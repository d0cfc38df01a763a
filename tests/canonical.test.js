/** The canonical order: it depends on what a set holds and on nothing else. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compiler } from '../tools/native.js';
import { canonicalise, sortByContent, unorderedDigest } from '../web/lib/data/canonical.js';
import { openDataset } from '../web/lib/index.js';
import { findProgram } from './programs.js';
import { skipWithout } from './skip.js';

const IMAGE_BYTES = 3072;

/** Made-up images, no two alike but the last two. @param {number} count */
function someImages(count) {
  const images = new Uint8Array(count * IMAGE_BYTES);
  for (let i = 0; i < images.length; i++) images[i] = Math.imul(i ^ (i >>> 7), 0x9e3779b1) >>> 24;
  images.copyWithin((count - 1) * IMAGE_BYTES, (count - 2) * IMAGE_BYTES);
  return { images, labels: Uint16Array.from({ length: count }, (_, i) => (i < 2 ? 3 : i % 10)) };
}

/** @param {{ images: Uint8Array, labels: Uint16Array }} set @param {number[]} order */
function inOrder({ images, labels }, order) {
  const moved = order.flatMap((i) => [...images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES)]);
  return { images: new Uint8Array(moved), labels: Uint16Array.from(order, (i) => labels[i]) };
}

/** @param {{ images: Uint8Array, labels: Uint16Array }} set */
function pairsOf({ images, labels }) {
  return Array.from(labels, (label, i) => {
    const image = images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
    return `${label} ${Buffer.from(image).toString('base64')}`;
  });
}

const SHUFFLES = [
  [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
  [3, 0, 5, 1, 11, 2, 7, 10, 4, 9, 8, 6],
];

test('every order of a set is sorted to the same one, and no pair is lost', () => {
  const set = someImages(12);
  const digest = unorderedDigest(set);
  const sorted = inOrder(set, SHUFFLES[0].toReversed());
  sortByContent(sorted);
  assert.deepEqual(pairsOf(sorted).sort(), pairsOf(set).sort());
  assert.notDeepEqual(pairsOf(sorted), pairsOf(set));
  for (const order of SHUFFLES) {
    const shuffled = inOrder(set, order);
    assert.equal(unorderedDigest(shuffled), digest);
    sortByContent(shuffled);
    assert.deepEqual(shuffled, sorted);
  }
});

test('the digest depends on pixels, on labels and on how many there are', () => {
  const set = someImages(12);
  const seen = new Set([unorderedDigest(set)]);
  const pixel = someImages(12);
  pixel.images[5 * IMAGE_BYTES + 3071] ^= 1;
  const label = someImages(12);
  label.labels[7] ^= 1;
  const swapped = someImages(12);
  [swapped.labels[4], swapped.labels[5]] = [swapped.labels[5], swapped.labels[4]];
  const fewer = inOrder(set, SHUFFLES[0].slice(1));
  for (const other of [pixel, label, swapped, fewer]) seen.add(unorderedDigest(other));
  assert.equal(seen.size, 5);
});

test('images that begin at an odd byte are read alike', () => {
  const set = someImages(4);
  const shifted = new Uint8Array(set.images.length + 1);
  shifted.set(set.images, 1);
  const odd = { images: shifted.subarray(1), labels: set.labels };
  assert.equal(unorderedDigest(odd), unorderedDigest(set));
});

test('a set that is not a complete CIFAR-10 keeps its order', () => {
  const set = someImages(12);
  const before = pairsOf(set);
  assert.equal(canonicalise(set), false);
  assert.deepEqual(pairsOf(set), before);
});

/** As many images of each class, told apart by their first bytes. @param {number} count @param {number} classes */
function balanced(count, classes) {
  const images = new Uint8Array(count * IMAGE_BYTES);
  const numbers = new DataView(images.buffer);
  for (let i = 0; i < count; i++) numbers.setUint32(i * IMAGE_BYTES, i);
  return { images, labels: Uint16Array.from({ length: count }, (_, i) => i % classes) };
}

/** A header of numpy. @param {string} type @param {string} shape */
function npyHead(type, shape) {
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\0\x76\0', 'latin1'), Buffer.from(`${text}\n`)]);
}

/** @param {string} part @param {{ images: Uint8Array, labels: Uint16Array }} set */
function npy(part, { images, labels }) {
  const shape = `${labels.length}, 3, 32, 32`;
  const [x, y] = [npyHead('|u1', shape), npyHead('<u2', `${labels.length},`)];
  const bytes = Buffer.from(labels.buffer, labels.byteOffset, labels.byteLength);
  return [
    new File([x, /** @type {Uint8Array<ArrayBuffer>} */ (images)], `x_${part}.npy`),
    new File([y, /** @type {Uint8Array<ArrayBuffer>} */ (bytes)], `y_${part}.npy`),
  ];
}

test('as many images of each class as CIFAR-100 has are sorted, whatever their files are', async () => {
  const sets = [balanced(50000, 100), balanced(10000, 100)];
  const files = [...npy('train', sets[0]), ...npy('test', sets[1])];
  const { train, test: tests, name, classes } = await openDataset(files);
  assert.deepEqual([name, classes.length], ['x', 100], 'only its digest could tell its name');
  for (const set of sets) sortByContent(set);
  assert.ok(Buffer.from(train.images).equals(sets[0].images));
  assert.ok(Buffer.from(tests.images).equals(sets[1].images));
  assert.deepEqual([train.labels, tests.labels], [sets[0].labels, sets[1].labels]);
});

const PROGRAM = fileURLToPath(new URL('command/canonical.c', import.meta.url));
const skipC = skipWithout(findProgram([compiler]), 'a C compiler', true);

test('the WASI command has the same keys and the same order', { skip: skipC }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'residua-'));
  try {
    const program = join(folder, 'canonical');
    execFileSync(compiler, ['-std=gnu11', '-Wall', '-Werror', PROGRAM, '-o', program]);
    for (const order of SHUFFLES) {
      const set = inOrder(someImages(12), order);
      const input = [Uint32Array.of(12), set.labels, set.images].map((part) =>
        Buffer.from(part.buffer),
      );
      const said = execFileSync(program, { input: Buffer.concat(input) });
      const digest = unorderedDigest(set);
      assert.equal(said.subarray(0, 17).toString(), `${digest}\n`);
      sortByContent(set);
      const sorted = [set.labels, set.images].map((part) => Buffer.from(part.buffer));
      assert.deepEqual(said.subarray(17), Buffer.concat(sorted));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

const skip = process.env.CIFAR10 ? false : 'CIFAR10 is not set';

test('a complete CIFAR-10 is recognised in any order', { skip }, async () => {
  const { train, test: tests } = await openDataset(String(process.env.CIFAR10));
  for (const set of [train, tests]) {
    const before = pairsOf(set).slice(0, 100);
    set.images.reverse();
    set.labels.reverse();
    assert.equal(canonicalise(set), false, 'mirrored images are others');
    set.images.reverse();
    set.labels.reverse();
    const swap = set.images.slice(0, IMAGE_BYTES);
    set.images.copyWithin(0, 7 * IMAGE_BYTES, 8 * IMAGE_BYTES);
    set.images.set(swap, 7 * IMAGE_BYTES);
    [set.labels[0], set.labels[7]] = [set.labels[7], set.labels[0]];
    assert.equal(canonicalise(set), true);
    assert.deepEqual(pairsOf(set).slice(0, 100), before);
  }
});

test('a complete CIFAR-10 in arrays has the names of its classes', { skip }, async () => {
  const whole = await openDataset(String(process.env.CIFAR10));
  const data = await openDataset([...npy('train', whole.train), ...npy('test', whole.test)]);
  assert.deepEqual([data.name, data.classes], ['CIFAR-10', whole.classes]);
});
