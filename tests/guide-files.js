/** The files that the guides name, small and made up: archives, folders of pictures, arrays, weights. */
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { PNG } from 'pngjs';
import { BATCHES, binaryFiles, madeUpBatch, pythonFiles, tarGz } from './data/fixtures.js';
import { haveWriters, madeUpPictures, writeByHyparquet } from './parquet/writers.js';

/** @typedef {import('./data/fixtures.js').File} File */

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What the shells of guides find as npx: the command as it is built, which trains one epoch and replaces files. */
const NPX = `#!/bin/sh
[ "$1" = residua ] || { echo "npx $1 is not ours" >&2; exit 1; }
shift
if [ "$1" = train ]; then set -- "$@" --epochs 1 --force; fi
exec "${process.execPath}" "${path.join(ROOT, 'dist/cli.js')}" "$@"
`;

/** @param {number} shade */
function picture(shade) {
  const image = new PNG({ width: 40, height: 40 });
  image.data.fill(shade);
  return PNG.sync.write(image);
}

/** Twenty pictures of each class. @param {string} folder @returns {File[]} */
const flowers = (folder) =>
  ['rose', 'tulip'].flatMap((name, label) =>
    Array.from({ length: 20 }, (_, i) => {
      /** @type {File} */
      const file = [`${folder}/${name}/${i}.png`, picture(100 * label + i)];
      return file;
    }),
  );

/** CIFAR-100 with every class in both parts. */
function cifar100() {
  const records = Buffer.concat(
    Array.from({ length: 100 }, (_, i) => [Buffer.from([i % 20, i]), Buffer.alloc(3072, i)]).flat(),
  );
  const names = (/** @type {number} */ count) =>
    Buffer.from(Array.from({ length: count }, (_, i) => `name ${i}\n`).join(''));
  /** @type {File[]} */
  const files = [
    ...[
      ['train.bin', records],
      ['test.bin', records],
    ],
    ...[
      ['fine_label_names.txt', names(100)],
      ['coarse_label_names.txt', names(20)],
    ],
  ].map(([name, bytes]) => [`cifar-100-binary/${name}`, /** @type {Buffer} */ (bytes)]);
  return tarGz(files);
}

/** Bytes in IDX. @param {number[]} shape */
function idx(...shape) {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  for (const [i, side] of shape.entries()) head.writeUInt32BE(side, 4 + 4 * i);
  return Buffer.concat([head, values(shape)]);
}

/** Bytes in numpy's form. @param {number[]} shape */
function npy(...shape) {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = `${text.padEnd(117)}\n`;
  const size = Buffer.from([header.length & 255, header.length >> 8]);
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    size,
    Buffer.from(header),
    values(shape),
  ]);
}

/** Labels count to three, and so do pixels. @param {number[]} shape */
const values = (shape) =>
  Buffer.from(Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => i % 3));

const COUNTS = { train: 30, test: 6 };

/** @returns {File[]} */
const mnist = () =>
  /** @type {const} */ (['train', 'test']).flatMap((part) => {
    const name = part === 'train' ? 'train' : 't10k';
    return /** @type {File[]} */ ([
      [`mnist/${name}-images-idx3-ubyte`, idx(COUNTS[part], 28, 28)],
      [`mnist/${name}-labels-idx1-ubyte`, idx(COUNTS[part])],
    ]);
  });

const npz = () =>
  Object.fromEntries(
    /** @type {const} */ (['train', 'test']).flatMap((part) => [
      [`x_${part}.npy`, npy(COUNTS[part], 28, 28)],
      [`y_${part}.npy`, npy(COUNTS[part])],
    ]),
  );

/** @returns {File[]} */
function parquet() {
  if (!haveWriters) return [];
  return ['train', 'test'].map((part) => {
    const pictures = madeUpPictures(20);
    const bytes = writeByHyparquet(pictures, { label: pictures.map(({ label }) => label) });
    return [`plain_text/${part}-00000-of-00001.parquet`, Buffer.from(bytes)];
  });
}

/** Puts them into a folder, with what is built. @param {string} folder */
export async function makeGuideFiles(folder) {
  const batches = new Map(BATCHES.map((name, i) => [name, madeUpBatch(i + 1, 32)]));
  const theirs = await readFile(new URL('pytorch/fixtures/legacy.th.gz', import.meta.url));
  /** @type {File[]} */
  const files = [
    ['cifar-10-binary.tar.gz', await tarGz(binaryFiles(batches))],
    ['cifar-100-python.tar.gz', await cifar100()],
    ['cat.png', picture(200)],
    ['theirs.th', gunzipSync(theirs)],
    ['flowers.zip', Buffer.from(zipSync(Object.fromEntries(flowers('flowers'))))],
    ['mnist.npz', Buffer.from(zipSync(npz()))],
    ...pythonFiles(batches),
    ...flowers('flowers'),
    ...flowers('pictures'),
    ...mnist(),
    ...parquet(),
    ['bin/npx', Buffer.from(NPX)],
  ];
  for (const [name, bytes] of files) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), bytes, { mode: 0o755 });
  }
  await symlink(path.join(ROOT, 'build'), path.join(folder, 'build'));
  await symlink(path.join(ROOT, 'tests'), path.join(folder, 'tests'));
}
