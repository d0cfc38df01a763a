/** Pickles are data: whatever stands in one, nothing is called, and only the names that numpy arrays
 * take are read. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import fc from 'fast-check';
import { ByteReader, EndOfBytes } from '../../web/lib/data/bytes.js';
import { Made, Name, PickleError, readPickle, Tuple } from '../../web/lib/data/pickle.js';
import { openDataset } from '../../web/lib/index.js';
import {
  binaryFile,
  fileOf,
  IMAGE_BYTES,
  madeUpBatch,
  pythonFile,
  pythonMeta,
} from '../data/fixtures.js';
import { damaged, edits } from './mutations.js';
import { property, resultOrRefusal } from './property.js';

const NAMES = [
  ...['numpy.core.multiarray._reconstruct', 'numpy._core.multiarray._reconstruct'],
  ...['numpy.core.numeric._frombuffer', 'numpy._core.numeric._frombuffer'],
  ...['numpy.ndarray', 'numpy.dtype', '_codecs.encode'],
];
/** What they are called once they were read. */
const KNOWN = ['numpy._reconstruct', 'numpy._frombuffer', 'numpy.ndarray', 'numpy.dtype'];
KNOWN.push('_codecs.encode');
const MOST_ROOM = 1e5;
const NO_PICKLE = Symbol('refused');

/** What a pickle holds, or NO_PICKLE; the room for long strings is had once they are known to fit.
 * @param {Uint8Array} bytes */
async function unpickled(bytes) {
  const room = (/** @type {number} */ length) => {
    if (length > MOST_ROOM) throw new PickleError('too long');
    return new Uint8Array(length);
  };
  try {
    return await readPickle(
      new ByteReader(new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)]).stream()),
      room,
    );
  } catch (error) {
    if (error instanceof PickleError || error instanceof EndOfBytes) return NO_PICKLE;
    throw error;
  }
}

/** Is it made of nothing but data? What is shared or holds itself is looked at once.
 * @param {any} value @param {Set<unknown>} seen */
function checkData(value, seen = new Set()) {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return;
  if (seen.has(value)) return;
  seen.add(value);
  if (value instanceof Uint8Array) assert.ok(value.length <= MOST_ROOM);
  else if (value instanceof Name) assert.ok(KNOWN.includes(value.name));
  else if (value instanceof Made)
    for (const part of [value.args, value.state ?? null]) checkData(part, seen);
  else {
    const isContainer = [Array, Map, Tuple].some((type) => value instanceof type);
    assert.ok(isContainer, `${value}`);
    const items = value instanceof Tuple ? value.items : value;
    for (const item of items) checkData(item, seen);
  }
}

const good = pythonFile(madeUpBatch(1, 3));
const wide = pythonFile(madeUpBatch(2, 20));
const test = fileOf('test_batch.bin', binaryFile(madeUpBatch(9, 1)));

/** Opcodes with their arguments, as text of one byte a character. */
const byte = fc.nat(255).map((value) => String.fromCharCode(value));
const few = fc.nat(4).map((value) => String.fromCharCode(value));
const bytes = (/** @type {number} */ count) =>
  fc.array(byte, { minLength: count, maxLength: count }).map((all) => all.join(''));
const line = fc.string({ maxLength: 12 }).map((text) => text.replaceAll('\n', ''));
const global = fc.oneof(
  fc.constantFrom(...NAMES).map((name) => name.replace(/\.(\w+)$/, '\n$1')),
  fc
    .tuple(
      fc.oneof(line, fc.constantFrom('numpy', 'os', 'builtins')),
      fc.oneof(line, fc.constantFrom('system', 'ndarray', '__proto__')),
    )
    .map((parts) => parts.join('\n')),
);
const opcode = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...'()NRab}]seut\x85\x86\x87\x88\x89\x93\x94') },
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...'hqK'), few).map((parts) => parts.join('')) },
  { weight: 2, arbitrary: global.map((name) => `c${name}\n`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...'UC\x8c'),
        fc.oneof(line, fc.constantFrom('numpy', 'dtype', 'latin1', 'os', 'system')),
      )
      .map(([code, text]) => `${code}${String.fromCharCode(text.length)}${text}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['X\x03\0\0\0abc', 'B\xff\xff\xff\xff', 'X\xff\xff\xff\xff', 'X\0\x10\0\0'],
      ...['\x8e\x03\0\0\0\0\0\0\0abc', '\x96\0\0\0\0\0\0\0\x80', '\x95........'],
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...'jrJ'), bytes(4)).map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: bytes(2).map((text) => `M${text}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('T\x03\0\0\0abc', 'T\xff\xff\xff\xff', 'T\0\0\0\x80'), few)
      .map(([text]) => text),
  },
  { weight: 1, arbitrary: byte },
);
const program = fc.array(opcode, { maxLength: 40, size: 'max' }).map((all) => all.join(''));
/** @param {string} text */
const pickle = (text, protocol = 2) =>
  Buffer.from(`\x80${String.fromCharCode(protocol)}${text}.`, 'latin1');

describe('a pickle', () => {
  property(
    'that was damaged is data or refused',
    300,
    [fc.constantFrom(good, wide, pythonMeta()), edits],
    async (whole, changes) => {
      const value = await unpickled(damaged(whole, changes));
      if (value !== NO_PICKLE) checkData(value);
    },
  );

  const protocol = fc.integer({ min: 2, max: 5 });
  property('of any opcodes is data or refused', 1500, [program, protocol], async (text, number) => {
    const value = await unpickled(pickle(text, number));
    if (value !== NO_PICKLE) checkData(value);
  });

  property('names one of a few, or is refused', 300, [global], async (name) => {
    const value = await unpickled(pickle(`c${name}\n`));
    if (!NAMES.includes(name.replace('\n', '.'))) assert.equal(value, NO_PICKLE);
    else assert.ok(value instanceof Name && KNOWN.includes(value.name));
  });
});

/** A pickle in which one piece is another.
 * @param {Buffer} whole @param {string} from @param {string} to */
function changed(whole, from, to) {
  const at = whole.indexOf(Buffer.from(from, 'latin1'));
  assert.ok(at >= 0, from);
  const rest = whole.subarray(at + from.length);
  return Buffer.concat([whole.subarray(0, at), Buffer.from(to, 'latin1'), rest]);
}

/** An entry of a dictionary in which a list holds the one before twice, and so on: as text, the last
 * one, number 200 of the memo, is longer than any computer's memory. */
const DOUBLED = `U\x01z}U\x01a]q\xc8s${'U\x01a](h\xc8h\xc8eq\xc8s'.repeat(60)}`;
const laughing = changed(good, 'U\x06labels', `${DOUBLED}U\x06labels`);
const anyValue = fc.oneof(program, fc.constant('h\xc8'));
const PARTS = ['K\x01K\x02K\x03', 'K\x03M\x00\x0c', 'K\x03', 'U\x02u1', '\x89', 'U\x01|', 'N'];

describe('a batch', () => {
  const check = async (/** @type {Uint8Array} */ bytes) => {
    const data = await resultOrRefusal(() => openDataset([fileOf('data_batch_1', bytes), test]));
    if (!data) return;
    assert.ok(data.train.labels.length <= 10 && data.train.labels.length > 0);
    assert.equal(data.train.images.length, data.train.labels.length * IMAGE_BYTES);
    assert.ok(data.train.labels.every((label) => label < 10));
  };

  property('that was damaged is sound or refused', 40, [edits], (changes) =>
    check(damaged(good, changes)),
  );
  property(
    'with a part of any opcodes is sound or refused',
    100,
    [fc.constantFrom(...PARTS), anyValue],
    (part, value) => check(changed(laughing, part, value)),
  );

  property(
    'has ten names of classes or is refused',
    200,
    [fc.array(anyValue, { minLength: 10, maxLength: 10 })],
    async (values) => {
      const names = `}(${DOUBLED}U\x0blabel_names](${values.join('')}eu`;
      const meta = fileOf('batches.meta', pickle(names));
      const batch = fileOf('data_batch_1', good);
      const data = await resultOrRefusal(() => openDataset([meta, batch, test]));
      for (const name of data?.classes ?? []) assert.equal(typeof name, 'string');
    },
  );
});
