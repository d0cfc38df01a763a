/** CIFAR-100, and python files of either set as today's Python and numpy write them. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openDataset } from '../web/lib/index.js';
import { IMAGE_BYTES, madeUpBatch, source, tar, tarGz } from './data/fixtures.js';
import { pythonWith, runPython } from './python.js';
import { skipWithout } from './skip.js';

/** @param {string} what @param {number} count */
const names = (what, count) => Array.from({ length: count }, (_, i) => `${what} ${i}`);
const FINE = names('fine', 100);
const COARSE = names('coarse', 20);
const COUNTS = { train: 7, test: 3 };
const madeUp = (/** @type {'train' | 'test'} */ part) => {
  const { images } = madeUpBatch(part === 'train' ? 1 : 2, COUNTS[part]);
  const fine = Array.from({ length: COUNTS[part] }, (_, i) => (i * 33) % 100);
  return { images, fine, coarse: fine.map((label) => label % 20) };
};

/** Records of two labels and 3,072 pixels. @param {'train' | 'test'} part */
function binary100(part) {
  const { images, fine, coarse } = madeUp(part);
  const records = fine.map((label, i) => [
    Buffer.from([coarse[i], label]),
    images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES),
  ]);
  return Buffer.concat(records.flat());
}

/** @typedef {import('./data/fixtures.js').File} File */

/** @type {File[]} */
const BINARY = [
  ['train.bin', binary100('train')],
  ['test.bin', binary100('test')],
  ['fine_label_names.txt', Buffer.from(`${FINE.join('\n')}\n`)],
  ['coarse_label_names.txt', Buffer.from(`${COARSE.join('\n')}\n`)],
];
/** @param {File[]} files @param {string} folder @returns {File[]} */
const inFolder = (files, folder) => files.map(([name, bytes]) => [`${folder}/${name}`, bytes]);
const sourcesOf = (/** @type {File[]} */ files) =>
  files.map(([name, bytes]) => source(name, bytes, 777));

/** @param {import('residua').Dataset} data @param {'fine' | 'coarse'} labels */
function check100(data, labels = 'fine', classes = labels === 'fine' ? FINE : COARSE) {
  assert.equal(data.name, labels === 'fine' ? 'CIFAR-100' : 'CIFAR-100, coarse labels');
  assert.deepEqual(data.classes, classes);
  for (const part of /** @type {const} */ (['train', 'test'])) {
    const wanted = madeUp(part);
    assert.deepEqual([...data[part].labels], wanted[labels]);
    assert.deepEqual(data[part].images, wanted.images);
  }
}

/** @param {Parameters<typeof openDataset>[0]} input @param {RegExp} pattern
 * @param {import('residua').OpenOptions} [options] */
const refuses = (input, pattern, options) =>
  assert.rejects(openDataset(input, options), (/** @type {any} */ error) => {
    assert.equal(error.code, 'BAD_FILE', String(error.stack));
    assert.match(error.message, pattern);
    return true;
  });

describe('CIFAR-100', () => {
  it('comes as the binary archive, with fine and coarse labels', async () => {
    const archive = await tarGz(inFolder(BINARY, 'cifar-100-binary'));
    for (const labels of /** @type {const} */ (['fine', 'coarse'])) {
      check100(
        await openDataset(source('cifar-100-binary.tar.gz', archive, 999), { labels }),
        labels,
      );
    }
    const unpacked = await tar(inFolder(BINARY, 'cifar-100-binary'));
    check100(await openDataset(source('c', unpacked, 10000)));
  });

  it('comes as loose files, with names or without', async () => {
    check100(await openDataset(sourcesOf(BINARY)));
    const bare = await openDataset(sourcesOf(BINARY.slice(0, 2)));
    check100(bare, 'fine', names('class', 100));
  });

  it('is not mixed with CIFAR-10, which has no coarse labels', async () => {
    const batch = madeUpBatch(1, 2);
    const bytes = Buffer.concat([
      Buffer.from([batch.labels[0]]),
      batch.images.subarray(0, IMAGE_BYTES),
    ]);
    const ten = () => [source('data_batch_1.bin', bytes), source('test_batch.bin', bytes)];
    await refuses(
      [...ten(), ...sourcesOf(BINARY)],
      /^train.bin is of CIFAR-100, other files are of CIFAR-10; give one set\.$/,
    );
    await assert.rejects(openDataset(ten(), { labels: 'coarse' }), {
      code: 'BAD_ARGUMENT',
      message: 'CIFAR-10 has no coarse labels; leave labels out.',
    });
  });

  it('is refused with labels that it does not have', async () => {
    const wrong = binary100('train');
    wrong[2 * 3074 + 1] = 177;
    await refuses(
      [source('train.bin', wrong), source('test.bin', binary100('test'))],
      /^Record 2 of train.bin has label 177, but CIFAR-100 has the labels 0 to 99\./,
    );
    await refuses(
      [source('train.bin', wrong.subarray(0, 5000))],
      /^train.bin has 5000 bytes: 1 record of 3074 bytes and 1926 bytes more/,
    );
  });
});

const python = pythonWith('numpy');
const WRITE = `
import pickle, sys, numpy
folder = sys.argv[1]
def array(path):
    return numpy.fromfile(path, dtype=numpy.uint8).reshape(-1, 3072)
for protocol in range(2, 6):
    for part, count in (('train', ${COUNTS.train}), ('test', ${COUNTS.test})):
        fine = [i * 33 % 100 for i in range(count)]
        entries = {'filenames': ['%d_s_%06d.png' % (i, i) for i in range(count)],
                   'batch_label': 'training batch 1 of 1', 'fine_labels': fine,
                   'coarse_labels': [label % 20 for label in fine],
                   'data': array('%s/%s' % (folder, part))}
        as_bytes = {k.encode(): ([f.encode() for f in v] if k == 'filenames' else v.encode() if isinstance(v, str) else v)
                    for k, v in entries.items()}
        for kind, what in (('text', entries), ('bytes', as_bytes)):
            with open('%s/%s-%s-%d' % (folder, part, kind, protocol), 'wb') as file:
                pickle.dump(what, file, protocol)
    with open('%s/meta-%d' % (folder, protocol), 'wb') as file:
        pickle.dump({'fine_label_names': ['fine %d' % i for i in range(100)],
                     'coarse_label_names': ['coarse %d' % i for i in range(20)]}, file, protocol)
    many = {'data': numpy.full((10000, 3072), 200, numpy.uint8), 'labels': [i % 10 for i in range(10000)],
            'filenames': [('%d.png' % i).encode() for i in range(10000)]}
    with open('%s/many-%d' % (folder, protocol), 'wb') as file:
        pickle.dump(many, file, protocol)
    with open('%s/odd-%d' % (folder, protocol), 'wb') as file:
        pickle.dump({'data': numpy.asfortranarray(array('%s/train' % folder)), 'fine_labels': fine}, file, protocol)
    with open('%s/call-%d' % (folder, protocol), 'wb') as file:
        pickle.dump({'data': sys.exit, 'fine_labels': []}, file, protocol)
`;

describe('python files of CIFAR', {
  skip: skipWithout(python, "Debian's python3-numpy", true),
}, () => {
  /** @type {string} */
  let folder;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'residua-'));
    for (const part of /** @type {const} */ (['train', 'test'])) {
      await writeFile(path.join(folder, part), madeUp(part).images);
    }
    await runPython(String(python), '-c', WRITE, folder);
  });
  after(() => rm(folder, { recursive: true }));

  const read = (/** @type {string} */ name) => readFile(path.join(folder, name));

  /** The names that numpy 2 has in the place of numpy 1's. @param {Buffer} bytes */
  function asNumpy2(bytes) {
    const text = bytes.toString('latin1');
    const changed = text
      .replaceAll(/(?<=c)numpy\.core(?=\.(multiarray|numeric)\n)/g, 'numpy._core')
      .replaceAll('\x8c\x15numpy.core.multiarray', '\x8c\x16numpy._core.multiarray')
      .replaceAll('\x8c\x12numpy.core.numeric', '\x8c\x13numpy._core.numeric');
    assert.notEqual(changed, text);
    return Buffer.from(changed, 'latin1');
  }

  for (const protocol of [2, 3, 4, 5]) {
    it(`come in protocol ${protocol}, with texts or bytes, of numpy 1 and 2`, async () => {
      for (const kind of ['text', 'bytes']) {
        /** @type {[string, Buffer][]} */
        const files = await Promise.all(
          ['train', 'test'].map(
            async (part) =>
              /** @type {[string, Buffer]} */ ([part, await read(`${part}-${kind}-${protocol}`)]),
          ),
        );
        /** @type {File} */
        const meta = ['meta', await read(`meta-${protocol}`)];
        for (const labels of /** @type {const} */ (['fine', 'coarse'])) {
          check100(await openDataset(sourcesOf([meta, ...files]), { labels }), labels);
        }
        /** @type {File[]} */
        const newer = files.map(([part, bytes]) => [part, asNumpy2(bytes)]);
        check100(await openDataset(sourcesOf([...newer, meta])));
        const archive = await tarGz(inFolder([...files, meta], 'cifar-100-python'));
        check100(await openDataset(source('cifar-100-python.tar.gz', archive, 5000)));
      }
    });

    it(`of 10,000 images come in protocol ${protocol}`, async () => {
      const bytes = await read(`many-${protocol}`);
      const files = ['data_batch_1', 'test_batch'].map((name) => source(name, bytes, 1e6));
      const { train } = await openDataset(files);
      assert.equal(train.labels.length, 10000);
      assert.ok(train.images.every((pixel) => pixel === 200));
    });

    it(`in protocol ${protocol} are data: nothing in them is called, and rows come first`, async () => {
      const test = source('test', await read(`test-text-${protocol}`));
      await refuses(
        [source('train', await read(`call-${protocol}`)), test],
        /^train is not a python file of CIFAR-100: it names "sys.exit"/,
      );
      await refuses(
        [source('train', await read(`odd-${protocol}`)), test],
        /^train is not a python file of CIFAR-100: it has no array "data"/,
      );
    });
  }
});
