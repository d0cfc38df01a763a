/** Pictures of the reader's own on the page: a folder, a zip archive, and the same pixels as in Node. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { openDataset } from '../../web/lib/index.js';
import { droppedFiles } from '../../web/page/data/dropped.js';
import { tar } from '../data/fixtures.js';
import { describeVisits } from './visit.js';

const WEIGHTS = new URL('../pytorch/fixtures/zip.pt.gz', import.meta.url);
const SIDE = 48;
const COUNT = 10;

/** A picture of a class: its upper half bright in the colour of the class.
 * @param {number} label @param {number} number */
function pixelsOf(label, number) {
  const data = Buffer.alloc(4 * SIDE * SIDE);
  for (let at = 0; at < SIDE * SIDE; at++) {
    const isUpper = at < (SIDE * SIDE) / 2;
    for (let c = 0; c < 3; c++) data[4 * at + c] = (isUpper && c === label ? 200 : 40) + number;
    data[4 * at + 3] = at % 5 === 0 ? 130 : 255;
  }
  return { width: SIDE, height: SIDE, data };
}

/** @typedef {{ width: number, height: number, data: Buffer }} Image */

const pngOf = (/** @type {Image} */ image) => {
  const png = new PNG({ width: SIDE, height: SIDE });
  png.data = image.data;
  return PNG.sync.write(png);
};

/** Opaque, lying on its side, with EXIF that says so. @param {Image} image */
function jpegOf({ width, height, data }) {
  const turned = Buffer.alloc(data.length, 255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [from, to] = [4 * (y * width + x), 4 * ((width - 1 - x) * height + y)];
      data.copy(turned, to, from, from + 3);
    }
  }
  const plain = jpeg.encode({ width: height, height: width, data: turned }, 95).data;
  const exif = Buffer.from(
    '45786966000049492a0008000000010012010300010000000600000000000000',
    'hex',
  );
  const head = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([plain.subarray(0, 2), head, exif, plain.subarray(2)]);
}

const FILES = ['red', 'green', 'blue'].flatMap((name, label) =>
  Array.from({ length: COUNT }, (_, i) => {
    const image = pixelsOf(label, i);
    /** @type {import('../data/fixtures.js').File} */
    const file = i < 5 ? [`${name}/${i}.png`, pngOf(image)] : [`${name}/${i}.jpg`, jpegOf(image)];
    return file;
  }),
);

/** @typedef {import('residua/element').ImageSource} ImageSource */

describeVisits('pictures of one’s own', (visit) => {
  /** @type {string} */
  let folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'residua-own-'));
    for (const [name, bytes] of FILES) {
      const file = join(folder, 'colours', String(name));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
    await writeFile(join(folder, 'colours', '.DS_Store'), 'x');
    await writeFile(join(folder, 'colours.tar'), await tar(FILES));
  });
  after(() => rm(folder, { recursive: true }));

  const taken = (/** @type {import('./visit.js').Visitor} */ visitor) =>
    visitor.lab(async ({ source }) => {
      const { train, test, classes } = await /** @type {ImageSource} */ (source).take({
        images: 24,
        testImages: 6,
      });
      const [images, labels] = [
        [...train.images, ...test.images],
        [...train.labels, ...test.labels],
      ];
      return { images, labels, classes: [...classes] };
    });

  visit('in a folder are trained on, with the pixels that Node reads', {}, async (visitor) => {
    await visitor.open('epochs=2&run=plain8');
    await visitor.button('Change the experiment').click();
    await visitor.page.setInputFiles('#choose-folder + input', join(folder, 'colours'));
    await visitor.until((lab) => lab.source !== null);
    const there = await taken(visitor);
    const here = await openDataset(join(folder, 'colours'));
    assert.deepEqual(there.classes, ['blue', 'green', 'red']);
    assert.deepEqual(there.labels, [...here.train.labels, ...here.test.labels]);
    const images = [...here.train.images, ...here.test.images];
    let exact = 0;
    for (let i = 0; i < 30; i++) {
      const [ours, theirs] = [images, there.images].map((all) =>
        all.slice(3072 * i, 3072 * (i + 1)),
      );
      const worst = Math.max(...ours.map((value, at) => Math.abs(value - theirs[at])));
      assert.ok(worst <= 6, `image ${i}: ${worst}`);
      if (worst === 0) exact++;
    }
    assert.ok(exact >= 15, `${exact} PNG are the same to the bit`);
    await visitor.trainToTheEnd();
    assert.deepEqual(await visitor.states(), ['finished']);
  });

  visit('in an archive are the same set', {}, async (visitor) => {
    await visitor.open('epochs=2&run=plain8');
    await visitor.drop(join(folder, 'colours.tar'));
    await visitor.until((lab) => lab.source !== null);
    assert.deepEqual((await taken(visitor)).classes, ['blue', 'green', 'red']);
    await visitor.drop({ name: 'a.zip', mimeType: '', buffer: Buffer.from('PK\x03\x04cut off') });
    await visitor.page
      .getByText(/a.zip is a zip archive that stops making sense/)
      .first()
      .waitFor();
  });

  visit('are told from weights, whatever those are called', {}, async (visitor) => {
    await visitor.open();
    const weights = gunzipSync(await readFile(WEIGHTS));
    await visitor.drop({ name: 'pytorch_model.bin', mimeType: '', buffer: weights });
    await visitor.page
      .getByRole('option', { name: 'pytorch_model.bin' })
      .first()
      .waitFor({ state: 'attached' });
    assert.match(visitor.page.url(), /#chapter=image/);
  });
});

/** Folders and files as a browser hands them over in a drop.
 * @param {string} path @param {object[]} [inside] of a folder */
function entryOf(path, inside) {
  const fullPath = `/${path}`;
  if (!inside) {
    return {
      isFile: true,
      isDirectory: false,
      fullPath,
      file: (/** @type {(file: File) => void} */ found) => found(new File(['x'], path)),
    };
  }
  const batches = [inside.slice(0, 1), inside.slice(1), []];
  const createReader = () => ({
    readEntries: (/** @type {(entries: object[] | undefined) => void} */ found) =>
      found(batches.shift()),
  });
  return { isFile: false, isDirectory: true, fullPath, createReader };
}

it('a dropped folder is walked to its end, and loose files stay as they are', async () => {
  const tree = entryOf('a', [
    entryOf('a/1.png'),
    entryOf('a/b', [entryOf('a/b/2.png'), entryOf('a/b/3.png')]),
    entryOf('a/4.png'),
  ]);
  const itemOf = (/** @type {object} */ entry) => ({ kind: 'file', webkitGetAsEntry: () => entry });
  const { files, placed } = await droppedFiles(
    /** @type {any} */ ({ items: [itemOf(tree), itemOf(entryOf('x.csv'))], files: [] }),
  );
  assert.deepEqual(files, []);
  assert.deepEqual(
    placed.map(({ path }) => path),
    ['a/1.png', 'a/b/2.png', 'a/b/3.png', 'a/4.png', 'x.csv'],
  );
  const loose = await droppedFiles(
    /** @type {any} */ ({ items: [itemOf(entryOf('x.csv'))], files: ['x'] }),
  );
  assert.deepEqual(loose, { files: ['x'], placed: [] });
});
