/** Whatever is given as zip, arrays or a table of labels is read to the byte, or refused. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { PNG } from 'pngjs';
import { labelsOf } from '../../web/lib/data/tables.js';
import { openDataset } from '../../web/lib/index.js';
import { damaged, damagedText, edits, textEdits } from './mutations.js';
import { property, resultOrRefusal } from './property.js';

/** What any data set is. @param {import('../../web/lib/index.js').Dataset} dataset */
function checkSound({ train, test, classes, notes }) {
  assert.ok(classes.length >= 2 && classes.length <= 1024);
  assert.ok(classes.every((name) => typeof name === 'string'));
  assert.ok(notes.every((note) => /\.$/.test(note)));
  for (const { images, labels } of [train, test]) {
    assert.equal(images.length, 3072 * labels.length);
    assert.ok(labels.every((label) => label < classes.length));
  }
}

const openOrNull = (/** @type {Parameters<typeof openDataset>[0]} */ files) =>
  resultOrRefusal(() => openDataset(files));

/** A zip archive; each entry is packed or not.
 * @param {[name: string, content: Uint8Array, isPacked: boolean][]} entries */
function zipOf(entries) {
  /** @type {Uint8Array[]} */
  const locals = [];
  /** @type {Uint8Array[]} */
  const directory = [];
  let at = 0;
  for (const [name, content, isPacked] of entries) {
    const [title, packed] = [Buffer.from(name), isPacked ? deflateRawSync(content) : content];
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(isPacked ? 8 : 0, 4);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(title.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    locals.push(Buffer.from('PK\x03\x04'), fields, title, packed);
    directory.push(Buffer.from('PK\x01\x02\x14\0'), fields, tail, title);
    at += 30 + title.length + packed.length;
  }
  const table = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(table.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, table, end]);
}

const picture = PNG.sync.write(new PNG({ width: 4, height: 4 }));
const name = fc.constantFrom(
  'a/1.png',
  'b/2.png',
  'b/3.png',
  'c/\ud55c.png',
  'train/a/1.png',
  'x.csv',
);
const entries = fc.array(fc.tuple(name, fc.constant(picture), fc.boolean()), {
  minLength: 1,
  maxLength: 6,
});
const good = zipOf([
  ['a/1.png', picture, true],
  ['b/2.png', picture, false],
  ['b/3.png', picture, true],
]);

describe('a zip archive', () => {
  property('of any pictures is a sound set or refused', 60, [entries], async (list) => {
    const data = await openOrNull(new File([zipOf(list)], 'x.zip'));
    if (data) checkSound(data);
  });

  property('that was damaged is sound or refused', 300, [edits], async (changes) => {
    const bytes = new Uint8Array(damaged(good, changes));
    const stream = () => new Blob([bytes]).stream();
    for (const file of [new File([bytes], 'x.zip'), { name: 'x.zip', stream }]) {
      const data = await openOrNull(file);
      if (data) checkSound(data);
    }
  });
});

/** An array as numpy saves it.
 * @param {string} descr @param {number[]} shape @param {Uint8Array} bytes */
function npyOf(descr, shape, bytes) {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(text.length);
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\0', 'latin1'),
    length,
    Buffer.from(text),
    bytes,
  ]);
}

const side = fc.constantFrom(0, 1, 2, 3, 4, 28, 32, 33, 1e9, 2 ** 32);
const shape = fc.array(side, { maxLength: 5 });
const type = fc.constantFrom('|u1', '<i8', '>i2', '<f4', '|O', '<U3', '|b1', '');

describe('arrays', () => {
  property(
    'of any shape and type are sound or refused',
    300,
    [shape, type, shape, type],
    async (x, tx, y, ty) => {
      const bytes = (/** @type {number[]} */ sides, /** @type {string} */ kind) => {
        const count = sides.reduce((product, one) => product * one, Number(kind.at(-1)) || 1);
        return Buffer.alloc(Math.min(count, 1e5), 1);
      };
      const data = await openOrNull([
        new File([npyOf(tx, x, bytes(x, tx))], 'x.npy'),
        new File([npyOf(ty, y, bytes(y, ty))], 'y.npy'),
      ]);
      if (data) checkSound(data);
    },
  );

  const images = npyOf('|u1', [3, 28, 28], Buffer.alloc(3 * 784, 7));
  const labels = npyOf('<i8', [3], Buffer.alloc(24));
  property(
    'that were damaged are sound or refused',
    200,
    [edits, fc.boolean()],
    async (changes, first) => {
      const files = [
        first ? damaged(images, changes) : images,
        first ? labels : damaged(labels, changes),
      ];
      const data = await openOrNull(
        files.map((bytes, i) => new File([new Uint8Array(bytes)], `${'xy'[i]}.npy`)),
      );
      if (data) checkSound(data);
    },
  );
});

describe('a table of labels', () => {
  const paths = ['train/1.png', 'train/2.png', 'test/1.png'];
  const check = (/** @type {string} */ text) => {
    const found = labelsOf({ path: 'x.csv', text }, paths);
    for (const [path, label] of found?.labels ?? []) {
      assert.ok(paths.includes(path));
      assert.ok(typeof label === 'string' && label !== '');
    }
    return found;
  };

  property('that was damaged labels pictures that there are', 300, [textEdits], (changes) => {
    check(damagedText('id,label,"a ""note"""\r\n1,cat,x\r\n2,"dog, big",y\r\n', changes));
  });

  const cell = fc.string({ maxLength: 12 }).map((text) => text.trim().normalize('NFC'));
  property('comes out as it was put in, in quotes', 200, [cell, cell], (first, second) => {
    fc.pre(first !== '' && second !== '' && first !== second);
    const quoted = (/** @type {string} */ text) => `"${text.replaceAll('"', '""')}"`;
    const found = check(`file,label\n1.png,${quoted(first)}\n2.png,${quoted(second)}\n`);
    assert.deepEqual([...(found?.labels.values() ?? [])], [first, second]);
  });
});
