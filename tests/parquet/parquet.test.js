/** Parquet files of pictures as three other programs write them: parquet-wasm (Rust's arrow),
 * hyparquet-writer and DuckDB. The first two have a package.json of their own:
 * npm ci --prefix tests/parquet --ignore-scripts */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { CIFAR10_CLASSES, openDataset } from '../../web/lib/index.js';
import { fileOf, source, tar } from '../data/fixtures.js';
import { damaged, edits } from '../properties/mutations.js';
import { property, resultOrRefusal } from '../properties/property.js';
import { skipWithout } from '../skip.js';
import { haveWriters, madeUpPictures, writeByArrow, writeByHyparquet } from './writers.js';

const skip = skipWithout(haveWriters, 'parquet-wasm (npm ci --prefix tests/parquet)', true);
const SAMPLE = fileURLToPath(
  new URL('../../../shared/data/cifar10-test-sample.parquet', import.meta.url),
);
const { CIFAR10 } = process.env;

const pictures = madeUpPictures(250);
const labels = pictures.map(({ label }) => label);
const LETTERS = [...'abcdefghij'];

/** @typedef {import('residua').OpenOptions} Options */
/** @typedef {import('residua').Images} Images */

/** @param {string} name @param {Uint8Array} bytes @param {Options} [options] */
const openAll = (name, bytes, options) =>
  openDataset(fileOf(name, bytes), { holdout: 1, ...options });
/** @param {Parameters<typeof openDataset>[0]} files @param {RegExp} pattern @param {Options} [options] */
const refuses = (files, pattern, options) =>
  assert.rejects(openDataset(files, options), (/** @type {any} */ error) => {
    assert.equal(error.code, 'BAD_FILE', String(error.stack));
    assert.match(error.message, pattern);
    return true;
  });

/** Does a set hold these pictures in this order?
 * @param {Images} set @param {{ planes: Uint8Array, label: number }[]} some */
function checkHolds(set, some) {
  assert.deepEqual(
    [...set.labels],
    some.map(({ label }) => label),
  );
  assert.deepEqual(Buffer.from(set.images), Buffer.concat(some.map(({ planes }) => planes)));
}

describe('Parquet files of pictures', { skip }, () => {
  for (const codec of ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD']) {
    for (const version of ['V1', 'V2']) {
      it(`by parquet-wasm, ${codec}, pages of ${version}`, async () => {
        for (const dictionary of [true, false]) {
          const options = { codec, version, dictionary, rows: dictionary ? 100 : 1000 };
          const { test } = await openAll(
            'a.parquet',
            writeByArrow(pictures, { label: labels }, options),
          );
          checkHolds(test, pictures);
        }
      });
    }
  }

  it('by hyparquet-writer, as bytes alone', async () => {
    for (const codec of ['SNAPPY', 'UNCOMPRESSED']) {
      const bytes = writeByHyparquet(pictures, { labels }, { codec });
      checkHolds((await openAll('a.parquet', bytes)).test, pictures);
    }
  });

  it('are refused by the name of a compression that is not read', async () => {
    for (const codec of ['BROTLI', 'LZ4_RAW']) {
      const bytes = writeByArrow(pictures.slice(0, 3), { label: [0, 1, 2] }, { codec });
      const pattern = new RegExp(`^a.parquet is compressed by ${codec}; write it with snappy`);
      await refuses(fileOf('a.parquet', bytes), pattern);
    }
  });

  it('have classes that are named by Hugging Face’s metadata, or numbers', async () => {
    const named = writeByArrow(pictures, { label: labels }, { classes: { label: LETTERS } });
    assert.deepEqual((await openAll('letters-test.parquet', named)).classes, LETTERS);
    const cifar = writeByArrow(
      pictures,
      { label: labels },
      { classes: { label: CIFAR10_CLASSES } },
    );
    assert.equal((await openAll('x.parquet', cifar)).name, 'CIFAR-10');
    const bare = await openAll('letters-test.parquet', writeByArrow(pictures, { label: labels }));
    assert.deepEqual(bare.classes[9], 'class 9');
    assert.equal(bare.name, 'letters');
    const few = { label: LETTERS.slice(0, 4) };
    await refuses(
      fileOf('a.parquet', writeByArrow(pictures, { label: labels }, { classes: few })),
      /^Row 1 of a.parquet has the label 8, but the file names 4 classes\.$/,
    );
  });

  it('have labels that are texts, fine or coarse', async () => {
    const texts = labels.map((label) => LETTERS[label]);
    const byText = await openAll('a.parquet', writeByHyparquet(pictures, { label: texts }));
    assert.deepEqual(
      [...byText.test.labels].map((label) => byText.classes[label]),
      texts,
    );
    const both = writeByArrow(pictures, {
      fine_label: labels,
      coarse_label: labels.map((label) => label >> 2),
    });
    assert.deepEqual([...(await openAll('a.parquet', both)).test.labels], labels);
    const coarse = await openAll('a.parquet', both, { labels: 'coarse' });
    assert.deepEqual(
      [...coarse.test.labels],
      labels.map((label) => label >> 2),
    );
    assert.match(coarse.name, /coarse/);
    const fine = fileOf('a.parquet', writeByArrow(pictures, { label: labels }));
    await refuses(
      fine,
      /^a.parquet has the columns img, label, but none of labels; call it coarse_label/,
      {
        labels: 'coarse',
      },
    );
  });

  it('come in shards, whose names say which part they are', async () => {
    const shard = (/** @type {number} */ first, /** @type {number} */ end) => {
      const some = pictures.slice(first, end);
      return writeByArrow(some, { label: some.map(({ label }) => label) });
    };
    const files = [
      ['test-00000-of-00001.parquet', 200, 250],
      ['train-00001-of-00002.parquet', 90, 200],
      ['train-00000-of-00002.parquet', 0, 90],
    ].map(([name, first, end]) => fileOf(String(name), shard(Number(first), Number(end))));
    const data = await openDataset(files);
    checkHolds(data.train, pictures.slice(0, 200));
    checkHolds(data.test, pictures.slice(200));
    assert.deepEqual(data.notes, []);

    const folder = await mkdtemp(path.join(tmpdir(), 'residua-'));
    try {
      for (const [name, first, end] of [
        ['train/0000.parquet', 0, 100],
        ['validation/0000.parquet', 100, 150],
        ['test/0000.parquet', 150, 250],
      ]) {
        const file = path.join(folder, 'cats', 'plain_text', String(name));
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, shard(Number(first), Number(end)));
      }
      const all = await openDataset(path.join(folder, 'cats'));
      assert.equal(all.name, 'cats');
      checkHolds(all.train, pictures.slice(0, 100));
      checkHolds(all.test, pictures.slice(150));
      assert.match(all.notes[0], /validation\/0000.parquet is not used: there is a test set\.$/);
      await rm(path.join(folder, 'cats', 'plain_text', 'test'), { recursive: true });
      checkHolds((await openDataset(folder)).test, pictures.slice(100, 150));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('without a test set have every fifth image of a class held out, or as asked', async () => {
    const file = () => fileOf('a.parquet', writeByArrow(pictures, { label: labels }));
    const data = await openDataset(file());
    assert.deepEqual([data.train.labels.length, data.test.labels.length], [200, 50]);
    assert.deepEqual(data.notes, [
      'Every fifth image of each class is the test set: there is no test set.',
    ]);
    const third = await openDataset(file(), { holdout: 0.36 });
    assert.deepEqual([third.train.labels.length, third.test.labels.length], [160, 90]);
    assert.match(third.notes[0], /^36 % of each class/);
    const only = fileOf('test.parquet', writeByArrow(pictures, { label: labels }));
    const alone = /alone \(test.parquet counts as test by its word "test"\); .*or rename the file/;
    await refuses(only, alone);
    await assert.rejects(openDataset(file(), { holdout: 2 }), { code: 'BAD_ARGUMENT' });
  });

  it('come from streams and archives too', async () => {
    const bytes = Buffer.from(writeByArrow(pictures, { label: labels }));
    const stream = source('a-test.parquet', bytes, 5000);
    checkHolds((await openDataset(stream, { holdout: 1 })).test, pictures);
    const archive = await tar([
      ['x/train.parquet', bytes],
      ['x/test.parquet', bytes],
    ]);
    const data = await openDataset(source('x.tar.gz', gzipSync(archive), 5000));
    checkHolds(data.train, pictures);
    checkHolds(data.test, pictures);
  });

  it('are refused for columns that are missing or of other kinds', async () => {
    const one = pictures.slice(0, 2);
    const none = writeByArrow(one, {});
    await refuses(
      fileOf('a.parquet', none),
      /has the columns img, but none of labels; call it label/,
    );
    const other = writeByArrow(one, { label: [0, 1] }, { column: 'photo' });
    await refuses(
      fileOf('a.parquet', other),
      /columns photo, label, but none of pictures; call it img/,
    );
    const broken = [{ bytes: new Uint8Array([1, 2, 3]) }, pictures[1]];
    await refuses(
      fileOf('a.parquet', writeByArrow(broken, { label: [0, 1] })),
      /^The picture in Row 0 of a.parquet cannot be read: it is no picture\.$/,
    );
    await refuses(
      fileOf('a.parquet', writeByArrow(one, { label: [0, -1] })),
      /^Row 1 of a.parquet has the label -1; labels are whole numbers from 0/,
    );
    await refuses(
      fileOf('a.parquet', writeByArrow(one, { label: [0, 5000] })),
      /has the label 5000, but 1024 classes are the most/,
    );
  });

  it('that are cut off are refused', async () => {
    const bytes = writeByArrow(pictures, { label: labels });
    for (const share of [0.2, 0.9, 0.999]) {
      const cut = fileOf('a.parquet', bytes.subarray(0, bytes.length * share));
      await refuses(
        cut,
        /^a.parquet is a Parquet file that stops making sense .*fetch it again\.$/,
      );
    }
  });

  it('that unpack to more than they say are refused before memory is taken', async () => {
    const flush = { finishFlush: constants.Z_FULL_FLUSH };
    const zeros = deflateRawSync(Buffer.alloc(1e6), flush);
    const head = gzipSync('').subarray(0, 10);
    const end = Buffer.concat([deflateRawSync(''), Buffer.alloc(8)]);
    const bomb = Buffer.concat([head, ...new Array(400).fill(zeros), end]);
    const bytes = writeByHyparquet(
      pictures,
      { label: labels },
      {
        codec: 'GZIP',
        compressors: { GZIP: () => bomb },
      },
    );
    const before = process.resourceUsage().maxRSS;
    await refuses(fileOf('a.parquet', bytes), /stops making sense/);
    const taken = process.resourceUsage().maxRSS - before;
    assert.ok(taken < 100e3, `${taken} KB were taken for a bomb of 400 MB`);
  });

  it('stop when told to', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const stopped = openDataset(fileOf('a.parquet', writeByArrow(pictures, { label: labels })), {
      signal: controller.signal,
      onProgress({ unit, done, total }) {
        if (unit === 'bytes') return;
        assert.equal(total, 250);
        if (done === 20) controller.abort(reason);
      },
    });
    await assert.rejects(stopped, (error) => error === reason);
  });

  const small = skip
    ? []
    : [
        writeByArrow(pictures.slice(0, 20), { label: labels.slice(0, 20) }),
        writeByArrow(
          pictures.slice(0, 20),
          { label: labels.slice(0, 20) },
          { codec: 'ZSTD', version: 'V2' },
        ),
        writeByHyparquet(pictures.slice(0, 20), { label: labels.slice(0, 20) }),
      ];
  property(
    'that were damaged are sound or refused',
    250,
    [fc.constantFrom(...small, new Uint8Array(9)), edits, fc.boolean()],
    async (bytes, changes, atEnd) => {
      // The metadata at the end is what sizes come from: damage it as often as the rest.
      const from = atEnd ? Math.max(0, bytes.length - 1500) : 0;
      const changed = Buffer.concat([
        bytes.subarray(0, from),
        damaged(bytes.subarray(from), changes),
      ]);
      const data = await resultOrRefusal(() => openAll('a.parquet', changed));
      if (!data) return;
      assert.ok(data.test.labels.every((label) => label < data.classes.length));
      assert.equal(data.test.images.length, 3072 * data.test.labels.length);
    },
  );
});

describe('DuckDB’s file', { skip: existsSync(SAMPLE) ? false : 'shared data is not there' }, () => {
  it('has 300 images', async () => {
    const { test, classes } = await openDataset(SAMPLE, { holdout: 1 });
    assert.equal(test.labels.length, 300);
    assert.equal(classes.length, 10);
  });

  it('has test images of CIFAR-10, bit for bit', {
    skip: CIFAR10 ? false : 'CIFAR10 is not set',
  }, async () => {
    const { test } = await openDataset(SAMPLE, { holdout: 1 });
    const whole = (await openDataset(String(CIFAR10))).test;
    const keyOf = (/** @type {Images} */ set, /** @type {number} */ i) =>
      `${set.labels[i]} ${Buffer.from(set.images.subarray(i * 3072, (i + 1) * 3072)).toString('base64')}`;
    const known = new Set(Array.from(whole.labels, (_, i) => keyOf(whole, i)));
    for (let i = 0; i < 300; i++) assert.ok(known.has(keyOf(test, i)), `image ${i}`);
  });
});
