/** Files of weights come from anyone: whatever their bytes, they become a safetensors file that the core
 * reads or refuses, or are refused; nothing is run, and no more memory is taken than they have. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { createEngine } from 'residua';
import { asSafetensors } from '../../web/lib/weights/load.js';
import { readPickle } from '../../web/lib/weights/pickle.js';
import { damaged, edits } from './mutations.js';
import { property, resultOrRefusal } from './property.js';

const REFUSALS = ['BAD_FILE', 'BAD_SPEC', 'MISMATCH', 'NO_MEMORY'];
const FIXTURES = new URL('../pytorch/fixtures/', import.meta.url);
const NAMES = [
  'zip.pt',
  'legacy.th',
  'views.pt',
  'checkpoint.th',
  'float16.pt',
  'refused-module.pt',
];

const fixture = async (/** @type {string} */ name) =>
  new Uint8Array(gunzipSync(await readFile(new URL(`${name}.gz`, FIXTURES))));

/** Opcodes that make, fill, name, call and refer, with short arguments. */
const opcode = fc.oneof(
  fc.constantFrom(
    ...['(', ')', '0', '1', '2', 'N', 'R', ']', '}', 'a', 'b', 'd', 'e', 'l', 's', 't', 'u', 'Q'],
    ...[
      '\x81',
      '\x85',
      '\x86',
      '\x87',
      '\x88',
      '\x89',
      '\x8f',
      '\x90',
      '\x91',
      '\x92',
      '\x93',
      '\x94',
    ],
    ...[
      'X\x01\0\0\0a',
      'U\x01b',
      'K\x01',
      'J\xff\xff\xff\xff',
      'G?\xf0\0\0\0\0\0\0',
      '\x8a\x01\xff',
    ],
    ...['cos\nsystem\n', 'ccollections\nOrderedDict\n', 'ctorch._utils\n_rebuild_tensor_v2\n'],
    ...['q\x01', 'h\x01', 'h\x00', 'r\x02\0\0\0', 'X\x0a\0\0\0state_dict', '\x8b\xff\xff\xff\xff'],
  ),
  fc
    .uint8Array({ minLength: 1, maxLength: 3 })
    .map((bytes) => Buffer.from(bytes).toString('latin1')),
);
const pickle = fc
  .array(opcode, { maxLength: 60, size: 'max' })
  .map((parts) => new Uint8Array(Buffer.from(`\x80\x02${parts.join('')}.`, 'latin1')));

describe('a file of weights', () => {
  /** @type {import('residua').Engine} */
  let engine;
  /** @type {Uint8Array[]} */
  let files;
  before(async () => {
    engine = await createEngine({ tier: 'simd128', threads: 1, worker: false });
    files = await Promise.all(NAMES.map(fixture));
  });
  after(() => engine.dispose());

  const which = fc.nat(NAMES.length - 1);
  const most = (/** @type {Uint8Array} */ file) => 4 * file.length + 2 ** 17;

  property('that is damaged is read or refused', 150, [which, edits], async (i, changes) => {
    const file = new Uint8Array(damaged(files[i], changes));
    const made = await resultOrRefusal(() => asSafetensors(file), REFUSALS);
    if (made) assert.ok(made.length <= most(file));
    const info = await resultOrRefusal(() => engine.inspect(file), REFUSALS);
    if (!info) return;
    const net = await resultOrRefusal(() => engine.loadNet(file), REFUSALS);
    net?.dispose();
  });

  property('with a damaged pickle is read or refused', 150, [edits], async (changes) => {
    const parts = unzipSync(files[0]);
    const name = Object.keys(parts).find((path) => path.endsWith('data.pkl'));
    assert.ok(name);
    parts[name] = new Uint8Array(damaged(parts[name], changes));
    const file = zipSync(parts, { level: 0 });
    const made = await resultOrRefusal(() => asSafetensors(file), REFUSALS);
    if (made) assert.ok(made.length <= most(file));
  });

  property('of any pickle is data', 300, [pickle], async (bytes) => {
    const read = await resultOrRefusal(async () => readPickle(bytes));
    if (read) assert.ok(read.end <= bytes.length);
    const file = zipSync({ 'a/data.pkl': bytes }, { level: 0 });
    await resultOrRefusal(() => asSafetensors(file), REFUSALS);
    await resultOrRefusal(() => asSafetensors(bytes), REFUSALS);
  });

  property('of any bytes is read or refused', 200, [fc.uint8Array({ maxLength: 300 })], (bytes) =>
    resultOrRefusal(() => engine.inspect(bytes), REFUSALS),
  );
});
