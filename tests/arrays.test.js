/** Arrays of images and labels as numpy and MNIST's makers write them. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openDataset } from '../web/lib/index.js';
import { fileOf, source } from './data/fixtures.js';
import { largestArray } from './data/memory.js';
import { pythonWith, runPython } from './python.js';
import { skipWithout } from './skip.js';

/** @param {Parameters<typeof openDataset>[0]} input @param {RegExp} pattern */
const refuses = (input, pattern) =>
  assert.rejects(openDataset(input), (/** @type {any} */ error) => {
    assert.equal(error.code, 'BAD_FILE', String(error.stack));
    assert.match(error.message, pattern);
    return true;
  });

/** The bytes of an array in IDX: bytes in so many dimensions.
 * @param {number[]} shape @param {(i: number) => number} byteAt */
function idx(shape, byteAt) {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  for (const [i, side] of shape.entries()) head.writeUInt32BE(side, 4 + 4 * i);
  const count = shape.reduce((product, side) => product * side, 1);
  return Buffer.concat([
    head,
    Buffer.from(Array.from({ length: count }, (_, i) => byteAt(i) & 255)),
  ]);
}

/** Digits of 28 x 28: image i, pixel p. @param {number} i */
const digit = (i) => (Math.floor(i / 784) * 31 + (i % 784)) % 256;
/** @type {import('./data/fixtures.js').File[]} */
const MNIST = [
  ['train-images-idx3-ubyte', idx([6, 28, 28], digit)],
  ['train-labels-idx1-ubyte', idx([6], (i) => i % 3)],
  ['t10k-images-idx3-ubyte', idx([2, 28, 28], (i) => digit(i) + 1)],
  ['t10k-labels-idx1-ubyte', idx([2], (i) => i)],
];

/** Are these MNIST's images, with a border of two black pixels, grey in all colours?
 * @param {import('residua').Images} images @param {number} count */
function checkDigits({ images }, count, plus = 0) {
  assert.equal(images.length, count * 3072);
  for (let i = 0; i < count; i++) {
    for (const plane of [0, 1, 2]) {
      for (let y = 0; y < 32; y++) {
        for (let x = 0; x < 32; x++) {
          const isInside = x >= 2 && x < 30 && y >= 2 && y < 30;
          const value = isInside ? (digit(i * 784 + (y - 2) * 28 + x - 2) + plus) % 256 : 0;
          assert.equal(images[i * 3072 + plane * 1024 + y * 32 + x], value);
        }
      }
    }
  }
}

describe('IDX', () => {
  it('comes as MNIST’s four files, packed or not', async () => {
    const all = [
      MNIST.map(([name, bytes]) => fileOf(name, bytes)),
      MNIST.map(([name, bytes]) => source(`${name}.gz`, gzipSync(bytes), 100)),
    ];
    for (const files of all) {
      const { train, test, classes } = await openDataset(files);
      assert.deepEqual([...train.labels], [0, 1, 2, 0, 1, 2]);
      assert.deepEqual([...test.labels], [0, 1]);
      assert.deepEqual(classes, ['class 0', 'class 1', 'class 2']);
      checkDigits(train, 6);
      checkDigits(test, 2, 1);
    }
  });

  it('comes packed and unpacked side by side, as torchvision leaves it, and is read once', async () => {
    const both = MNIST.flatMap(([name, bytes]) => [
      fileOf(`${name}.gz`, gzipSync(bytes)),
      fileOf(name, bytes),
    ]);
    const { train, test, notes } = await openDataset(both);
    assert.deepEqual([train.labels.length, test.labels.length], [6, 2]);
    const beside = 'what is in it lies unpacked beside it, and so are 3 others';
    assert.deepEqual(notes, [`train-images-idx3-ubyte.gz is left out, since ${beside}.`]);
  });

  it('is read if there are pictures too, and that is said', async () => {
    const files = MNIST.map(([name, bytes]) => fileOf(name, bytes));
    const { train, notes } = await openDataset([...files, fileOf('digits.png', '\x89PNG')]);
    assert.equal(train.labels.length, 6);
    assert.deepEqual(notes, ['The arrays are read; the pictures beside them are left out.']);
  });

  it('is refused in part, cut off or with sizes that lie', async () => {
    const [images, labels] = MNIST.map(([name, bytes]) => fileOf(name, bytes));
    await refuses(
      images,
      /^There is train-images-idx3-ubyte, but there are no labels; give them too/,
    );
    await refuses(labels, /^There is train-labels-idx1-ubyte, but there are no images/);
    const short = fileOf('train-images', MNIST[0][1].slice(0, 3000));
    await refuses(
      [short, labels],
      /train-images has 2984 bytes of values, but its header says 4704/,
    );
    const lie = idx([6, 28, 28], digit);
    lie.writeUInt32BE(4e6, 4);
    for (const file of [fileOf('x', lie), source('x.gz', gzipSync(lie), 99)]) {
      const largest = await largestArray(() => refuses(file, /its header says 3136000000/));
      assert.ok(largest < 1e5, `${largest}`);
    }
    lie.writeUInt32BE(4e9, 8);
    await refuses(fileOf('x', lie), /^x holds [\d.]+ MB; give at most 4000.0 MB/);
    const five = idx([5], (i) => i);
    await refuses(
      [fileOf('train-x', MNIST[0][1]), fileOf('train-y', five)],
      /6 images, but .* 5 labels/,
    );
  });
});

const python = pythonWith('numpy');
const WRITE = `
import sys, numpy
folder = sys.argv[1]
n = 5
nhwc = (numpy.arange(n * 32 * 32 * 3).reshape(n, 32, 32, 3) * 7 % 256).astype(numpy.uint8)
labels = numpy.arange(n) % 3
def save(name, **arrays):
    numpy.savez(folder + '/' + name, **arrays)
    numpy.savez_compressed(folder + '/packed-' + name, **arrays)
save('last', x_train=nhwc, y_train=labels, x_test=nhwc[:2], y_test=labels[:2])
save('first', x_train=nhwc.transpose(0, 3, 1, 2).copy(), y_train=labels.reshape(n, 1), x_test=nhwc[:2].transpose(0, 3, 1, 2).copy(), y_test=labels[:2].reshape(2, 1))
save('medical', train_images=nhwc, train_labels=labels.astype(numpy.uint8).reshape(n, 1), val_images=nhwc[:1], val_labels=labels[:1].astype(numpy.uint8), test_images=nhwc[:2], test_labels=labels[:2].astype('>i2'))
save('grey', images=nhwc[..., 0].copy(), labels=labels.astype(numpy.int32))
save('large', x=numpy.repeat(numpy.repeat(nhwc, 2, 1), 2, 2), y=labels)
save('alpha', x=numpy.concatenate([nhwc, nhwc[..., :1]], 3), y=labels)
save('floats', x=nhwc / 255, y=labels)
save('fortran', x=numpy.asfortranarray(nhwc), y=labels)
save('onehot', x=nhwc, y=numpy.eye(3)[labels])
save('negative', x=nhwc, y=labels - 1)
save('objects', x=nhwc, y=numpy.array(['a', None, 1, 2, 3], dtype=object))
save('twice', x=nhwc, images=nhwc, y=labels)
save('flat', x=nhwc.reshape(n, -1), y=labels)
save('names', x=nhwc, y=labels, classes=numpy.array(['a', 'b', 'c']))
save('odd', x=nhwc.reshape(n, 32, 16, 6), y=labels)
numpy.save(folder + '/x_train.npy', nhwc)
numpy.save(folder + '/y_train.npy', labels)
`;

describe('numpy’s arrays', { skip: skipWithout(python, "Debian's python3-numpy", true) }, () => {
  /** @type {string} */
  let folder;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'residua-'));
    await runPython(String(python), '-c', WRITE, folder);
  });
  after(() => rm(folder, { recursive: true }));
  const at = (/** @type {string} */ name) => path.join(folder, name);
  /** @param {number} i @param {number} y @param {number} x @param {number} c */
  const pixelAt = (i, y, x, c) => ((((i * 32 + y) * 32 + x) * 3 + c) * 7) % 256;

  /** @param {import('residua').Images} set @param {number} count */
  function checkHolds({ images, labels }, count, colourOf = (/** @type {number} */ c) => c) {
    assert.deepEqual(
      [...labels],
      Array.from({ length: count }, (_, i) => i % 3),
    );
    const wanted = Uint8Array.from({ length: count * 3072 }, (_, at) => {
      const [i, c, y, x] = [at / 3072, (at % 3072) / 1024, (at % 1024) / 32, at % 32].map(
        Math.floor,
      );
      return pixelAt(i, y, x, colourOf(c));
    });
    assert.deepEqual(Buffer.from(images), Buffer.from(wanted));
  }

  it('come as .npz, packed or not, colours last or first', async () => {
    for (const name of ['last', 'first', 'medical']) {
      for (const file of [`${name}.npz`, `packed-${name}.npz`]) {
        const data = await openDataset(at(file));
        checkHolds(data.train, 5);
        checkHolds(data.test, 2);
        assert.deepEqual(data.classes, ['class 0', 'class 1', 'class 2']);
        assert.equal(data.name, file.replace('.npz', ''));
      }
    }
    const { notes } = await openDataset(at('medical.npz'));
    assert.deepEqual(notes, ['The validation images are not used: there is a test set.']);
  });

  it('come as .npy files, grey, large or with alpha', async () => {
    const files = await Promise.all(
      ['x_train.npy', 'y_train.npy'].map(async (name) => fileOf(name, await readFile(at(name)))),
    );
    checkHolds((await openDataset(files, { holdout: 0 })).train, 5);
    checkHolds((await openDataset(at('grey.npz'), { holdout: 0 })).train, 5, () => 0);
    checkHolds((await openDataset(at('large.npz'), { holdout: 0 })).train, 5);
    checkHolds((await openDataset(at('alpha.npz'), { holdout: 0 })).train, 5);
  });

  it('are refused for what they hold, with what to do', async () => {
    const cases = {
      floats: /x.npy holds images of type f8, .*; save them as uint8 from 0 to 255/,
      fortran: /x.npy is in Fortran's order; save numpy.ascontiguousarray of it\./,
      onehot: /y.npy holds labels of type f8, \[5\]\[3\]; save one whole number for each image/,
      negative: /^Label 0 of negative\/y.npy is -1; labels are numbers from 0 to 1023\.$/,
      objects: /y.npy holds no plain array; save images as uint8, labels as integers/,
      twice: /both hold images of one part; call them x_train, y_train, x_test and y_test/,
      odd: /x.npy is \[5\]\[32\]\[16\]\[6\]; save images with 1 or 3 colours, last or first/,
    };
    for (const [name, pattern] of Object.entries(cases)) await refuses(at(`${name}.npz`), pattern);
  });

  it('that are neither images nor labels are named', async () => {
    await refuses(at('flat.npz'), /x.npy is \[5\]\[3072\]: reshape images to \[count\]\[height\]/);
    await refuses(at('names.npz'), /leave names\/classes.npy out, which holds text or objects\.$/);
  });
});
