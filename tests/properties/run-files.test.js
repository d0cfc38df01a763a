/** Runs as files come from anyone: what is written is read back, and whatever else is refused. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import fc from 'fast-check';
import { readRun, ticksOf, writeRun } from '../../web/lib/formats/run-file.js';
import { aRun } from '../runs.js';
import { damagedText, textEdits } from './mutations.js';
import { property, resultOrRefusal } from './property.js';

/** What is read is the same after it was written and read again. @param {string} text */
async function checkRead(text) {
  const run = await resultOrRefusal(() => readRun(text));
  if (!run) return false;
  const written = writeRun(run);
  assert.equal(writeRun(readRun(written)), written);
  assert.equal(ticksOf(run).length, run.ticks.length);
  return true;
}

/** All paths into a value, the ends of lists alone.
 * @param {any} value @param {(string | number)[]} path @returns {(string | number)[][]} */
function pathsOf(value, path = []) {
  if (typeof value !== 'object' || value === null) return [path];
  const keys = Array.isArray(value) ? [0, value.length - 1] : Object.keys(value);
  return [path, ...keys.flatMap((key) => pathsOf(value[key], [...path, key]))];
}

/** @param {any} root @param {any[]} path @param {any} value */
function withValue(root, [key, ...rest], value) {
  if (key === undefined) return value;
  const copy = Array.isArray(root) ? [...root] : { ...root };
  copy[key] = withValue(root[key], rest, value);
  return copy;
}

const someRun = fc.integer({ min: 1, max: 1e6 }).map((seed) => aRun(seed));
const oddValue = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.double().map((value) => value),
  fc.constantFrom(null, '', 0, -0, 1e308, 5e-324, 2 ** 53, 'gaussian:1e999', 'x'.repeat(1e5), {
    length: 3,
  }),
);

describe('the file of a run', () => {
  property('is the same after it was read and written', 200, [someRun], (run) => {
    const text = writeRun(run);
    assert.equal(writeRun(readRun(text)), text);
  });

  property('whose text was damaged is read or refused', 500, [someRun, textEdits], (run, changes) =>
    checkRead(damagedText(writeRun(run), changes)),
  );

  property(
    'with other values is read or refused',
    500,
    [someRun, fc.nat(), oddValue],
    (run, at, value) => {
      const parsed = JSON.parse(writeRun(run));
      const paths = pathsOf(parsed);
      return checkRead(JSON.stringify(withValue(parsed, paths[at % paths.length], value)) ?? '');
    },
  );

  property(
    'of any JSON or none is refused',
    300,
    [fc.oneof(fc.json(), fc.string({ unit: 'binary' }))],
    async (text) => {
      assert.equal(await checkRead(text), false);
    },
  );

  property(
    'of any depth is refused',
    20,
    [
      fc.nat(200000),
      fc.constantFrom('[', '{"a":'),
      fc.constantFrom('name', 'spec', 'ticks', 'version'),
    ],
    async (depth, open, part) => {
      const nested = `${open.repeat(depth)}0${(open === '[' ? ']' : '}').repeat(depth)}`;
      const { format, version } = JSON.parse(writeRun(aRun(1)));
      const text = JSON.stringify({ format, version, [part]: 'nested' }).replace(
        '"nested"',
        nested,
      );
      assert.equal(await checkRead(text), false);
    },
  );
});
