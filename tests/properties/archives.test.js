/** Whatever is given as CIFAR-10 is read to the byte, or refused. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { packTar } from 'modern-tar';
import { CIFAR10_CLASSES, Dataset, openDataset } from '../../web/lib/index.js';
import {
  BATCHES,
  binaryFile,
  binaryFiles,
  IMAGE_BYTES,
  source as inPieces,
  madeUpBatch,
  madeUpBatches,
  pythonFile,
  pythonFiles,
  tar,
} from '../data/fixtures.js';
import { damaged, edits } from './mutations.js';
import { property, resultOrRefusal } from './property.js';

/** @typedef {import('../data/fixtures.js').Batch} Batch */
/** @typedef {import('../data/fixtures.js').File} File */

/** @param {string} name @param {Uint8Array} bytes */
const source = (name, bytes, piece = 65536) => inPieces(name, bytes, piece);

/** What any data set is, wherever it came from. @param {Dataset} data */
function checkSound(data) {
  assert.ok(data instanceof Dataset);
  assert.equal(data.classes.length, 10);
  assert.ok(data.train.labels.length > 0);
  for (const name of data.classes) assert.equal(typeof name, 'string');
  for (const { images, labels } of [data.train, data.test]) {
    assert.ok(labels.length <= 50000);
    assert.equal(images.length, labels.length * IMAGE_BYTES);
    assert.ok(labels.every((label) => label < 10));
  }
}

/** @param {Map<string, Batch>} batches @param {Dataset} data */
function checkHolds(data, batches) {
  checkSound(data);
  assert.deepEqual(data.classes, [...CIFAR10_CLASSES]);
  const train = BATCHES.slice(0, 5).flatMap((name) => batches.get(name) ?? []);
  const test = BATCHES.slice(5).flatMap((name) => batches.get(name) ?? []);
  for (const { split, parts } of [
    { split: data.train, parts: train },
    { split: data.test, parts: test },
  ]) {
    assert.deepEqual(
      [...split.labels],
      parts.flatMap(({ labels }) => labels),
    );
    assert.deepEqual(Buffer.from(split.images), Buffer.concat(parts.map(({ images }) => images)));
  }
}

/** Some of the six batches, the one for the test among them, in any order. */
const someBatches = fc
  .tuple(
    fc.shuffledSubarray(BATCHES.slice(0, 5), { minLength: 1 }),
    fc.nat(5),
    fc.array(fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 3 })), { minLength: 6, maxLength: 6 }),
  )
  .map(([train, at, seeds]) => {
    const names = train.toSpliced(at, 0, 'test_batch');
    return new Map(names.map((name, i) => [name, madeUpBatch(...seeds[i])]));
  });

const folder = fc.constantFrom(
  '',
  './',
  'cifar-10-batches-bin/',
  'a/b.c/',
  '데이터/',
  `${'x'.repeat(99)}/`,
);
const piece = fc.constantFrom(61, 511, 777, 4096, 65536);
const isPython = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 });

/** @param {File[]} files @param {string} path @returns {File[]} */
const inFolder = (files, path) => files.map(([name, bytes]) => [path + name, bytes]);
/** @param {Map<string, Batch>} batches @param {boolean[]} python @returns {File[]} */
const filesOf = (batches, python) =>
  [...batches].map(([name, batch], i) =>
    python[i] ? [name, pythonFile(batch)] : [`${name}.bin`, binaryFile(batch)],
  );

describe('what was put in', () => {
  property(
    'comes out of archives',
    20,
    [someBatches, isPython, folder, piece, fc.boolean()],
    async (batches, python, path, piece, packed) => {
      const archive = await tar(inFolder(filesOf(batches, python), path));
      const file = packed ? gzipSync(archive) : archive;
      checkHolds(await openDataset(source('c', file, piece)), batches);
    },
  );

  property(
    'comes out of files',
    20,
    [someBatches, isPython, piece, fc.boolean()],
    async (batches, python, piece, packed) => {
      const sources = filesOf(batches, python).map(([name, bytes]) =>
        packed ? source(`${name}.gz`, gzipSync(bytes), piece) : source(name, bytes, piece),
      );
      checkHolds(await openDataset(sources), batches);
    },
  );
});

const whole = madeUpBatches();
const batchOf = (/** @type {string} */ name) => whole.get(name) ?? assert.fail(name);
const archives = await Promise.all([tar(binaryFiles()), tar(pythonFiles())]);
const oneArchive = fc.constantFrom(...archives);

describe('what was damaged', () => {
  const packed = archives.map((archive) => gzipSync(archive));

  property(
    'since it was packed comes out whole or not at all',
    70,
    [fc.constantFrom(...packed), edits, piece],
    async (archive, changes, piece) => {
      const data = await resultOrRefusal(() =>
        openDataset(source('c.tar.gz', damaged(archive, changes), piece)),
      );
      if (data) checkHolds(data, whole);
    },
  );

  property(
    'before it was packed gives a sound data set or none',
    60,
    [oneArchive, edits, fc.boolean()],
    async (archive, changes, packed) => {
      const bytes = damaged(archive, changes);
      const data = await resultOrRefusal(() =>
        openDataset(source('c', packed ? gzipSync(bytes) : bytes)),
      );
      if (data) checkSound(data);
    },
  );

  property(
    'as a file of records gives these records or none',
    50,
    [edits, fc.boolean()],
    async (changes, sized) => {
      const bytes = damaged(binaryFile(batchOf('data_batch_1')), changes);
      const records = Array.from({ length: Math.ceil(bytes.length / 3073) }, (_, i) =>
        bytes.subarray(i * 3073, (i + 1) * 3073),
      );
      const { size, ...parts } = source('data_batch_1.bin', bytes);
      const batch = sized ? { size, ...parts } : parts;
      const test = source('test_batch.bin', binaryFile(batchOf('test_batch')));
      const data = await resultOrRefusal(() => openDataset([batch, test]));
      const isWhole = records.every((record) => record.length === 3073 && record[0] < 10);
      assert.equal(data !== null, isWhole && records.length > 0);
      if (!data) return;
      assert.deepEqual(
        [...data.train.labels],
        records.map(([label]) => label),
      );
      const images = records.map((record) => record.subarray(1));
      assert.deepEqual(Buffer.from(data.train.images), Buffer.concat(images));
    },
  );

  property(
    'beyond recognition is refused',
    50,
    [
      fc.uint8Array({ maxLength: 3000 }),
      fc.constantFrom('c.tar.gz', 'data_batch_1', 'batches.meta', 'test_batch.bin'),
    ],
    async (bytes, name) => {
      const heads = [[], [0x1f, 0x8b, 8, 0], [0x80, 2]];
      for (const head of heads) {
        const file = source(name, Buffer.concat([Uint8Array.from(head), bytes]));
        assert.equal(await resultOrRefusal(() => openDataset(file)), null);
      }
    },
  );
});

const text = (/** @type {string[]} */ ...some) =>
  fc.oneof(fc.constantFrom(...some), fc.string({ maxLength: 100 }));
const octal = (/** @type {number} */ digits) =>
  fc.oneof(
    fc.nat(9000).map((value) => value.toString(8).padStart(digits, '0')),
    fc.constantFrom('77777777777', '\x80\0\0\0\0\0\0\0\0\0\0\0', '\xff'.repeat(12), '-1', ''),
  );
const batchPath = fc.constantFrom(...BATCHES, ...BATCHES.map((name) => `${name}.bin`));
/** Fields of a header: where they are, and what strangers may write there. */
/** @type {[number, number, fc.Arbitrary<string>][]} */
const FIELDS = [
  [
    0,
    100,
    fc.oneof(
      batchPath,
      text('../data_batch_1.bin', '/etc/passwd', 'a/../../b', '..', 'C:\\x', 'batches.meta'),
    ),
  ],
  [124, 12, octal(11)],
  [156, 1, fc.constantFrom(...'0123456789xgLKSV\0')],
  [157, 100, text('/etc/passwd', '../..')],
  [257, 8, fc.constantFrom('ustar\x0000', 'ustar  \0', '\0\0\0\0\0\0\0\0')],
  [345, 155, text('..', '/etc', 'a')],
];
const fieldEdit = fc.oneof(
  ...FIELDS.map(([at, size, value]) => value.map((text) => ({ at, size, text }))),
);

/** An archive whose header of this number was rewritten, with a checksum that is right.
 * @param {File[]} files @param {number} number @param {{ at: number, size: number, text: string }[]} changes */
async function withHeader(files, number, changes) {
  /** @type {import('modern-tar').TarEntry[]} */
  const entries = files.map(([name, bytes]) => ({
    header: { name, size: bytes.length, type: 'file' },
    body: new Uint8Array(bytes),
  }));
  const archive = Buffer.from(await packTar(entries));
  let start = 0;
  for (const [, bytes] of files.slice(0, number))
    start += 512 + Math.ceil(bytes.length / 512) * 512;
  const header = archive.subarray(start, start + 512);
  for (const { at, size, text } of changes) {
    header.fill(0, at, at + size);
    header.write(text.slice(0, size), at, 'latin1');
  }
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return archive;
}

describe('headers that lie', () => {
  const files = binaryFiles(whole, '');

  property(
    'give a sound data set or none',
    100,
    [fc.nat(files.length - 1), fc.array(fieldEdit, { minLength: 1, maxLength: 3 })],
    async (number, changes) => {
      const archive = await withHeader(files, number, changes);
      const data = await resultOrRefusal(() => openDataset(source('c.tar', archive)));
      if (data) checkSound(data);
    },
  );
});
