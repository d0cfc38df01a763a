/** Links come from anyone: each gives an experiment, and each experiment a link that gives it back. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import fc from 'fast-check';
import {
  fieldsOf,
  MOST_RUNS,
  NETWORK_FIELDS,
  newRun,
  problemsOf,
  RUN_FIELDS,
  SHARED_FIELDS,
  stepsOf,
} from '../../web/lab/experiment.js';
import { readLink, toHash } from '../../web/lab/hash.js';
import { cleanName } from '../../web/lab/runs/link-state.js';
import { LONGEST_NAME } from '../../web/lib/formats/run-file.js';
import { damagedText, textEdits } from './mutations.js';
import { property } from './property.js';

/** Any value that a field may have; never -0, which is written as 0. @param {any} field */
function anyValueOf({ type, options, min, max, excludesMin, excludesMax, length }) {
  if (type === 'choice') return fc.constantFrom(...options);
  if (type === 'name') return fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.-]{0,39}$/);
  if (type === 'integer')
    return fc.oneof(
      fc.integer({ min, max: Math.min(max, 100) }),
      fc.maxSafeNat().map((n) => Math.max(min, Math.min(n, max))),
    );
  const open = { minExcluded: excludesMin, maxExcluded: excludesMax };
  const number = fc.double({ min, max, noNaN: true, ...open }).map((value) => value + 0);
  const room = { minLength: length ?? 1, maxLength: length ?? 20 };
  return type === 'list' ? fc.array(number, room) : number;
}

/** @typedef {import('../../web/lab/experiment.js').Field[]} Fields */

const recordOf = (/** @type {Fields} */ fields) =>
  fc.record(Object.fromEntries(fields.map((field) => [field.name, anyValueOf(field)])), {
    noNullPrototype: true,
  });
const partOf = (/** @type {Fields} */ fields) =>
  fc.record(Object.fromEntries(fields.map((field) => [field.name, anyValueOf(field)])), {
    requiredKeys: [],
  });
const everyRuns = NETWORK_FIELDS.filter(({ optional }) => !optional);
const ownFields = RUN_FIELDS.filter((field) => !everyRuns.includes(field));

/** A network as the panel makes it: what does not apply to it is as by default. */
const anyRun = fc
  .tuple(recordOf(everyRuns), fc.oneof(fc.constant({}), partOf(ownFields)))
  .map(([network, own]) => {
    const run = /** @type {any} */ ({ ...network, ...own });
    const applying = fieldsOf(run).map(({ name }) => [name, run[name]]);
    return newRun(Object.fromEntries(applying));
  });

const hex = fc.stringMatching(/^[0-9a-f]{16}$/);
const anyRunLinkState = fc.record(
  {
    name: fc
      .oneof(
        fc.string({ unit: 'binary', maxLength: 100 }),
        fc.string({ unit: fc.constantFrom(...'%_-25F&=,# \ud83d\ude00\ud800'), maxLength: 20 }),
      )
      .map(cleanName)
      .filter((name) => name !== undefined),
    hidden: fc.constant(true),
    ended: fc.record(
      {
        tier: fc.constantFrom('scalar', 'simd128', 'relaxed'),
        numerics: fc.nat(999999),
        trajectory: hex,
      },
      { noNullPrototype: true },
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
);

const anyLink = fc
  .array(fc.tuple(anyRun, anyRunLinkState), { minLength: 1, maxLength: MOST_RUNS })
  .chain((both) =>
    recordOf(SHARED_FIELDS).map((shared) => ({
      experiment: { ...shared, runs: both.map(([run]) => run) },
      linkState: both.map(([, state]) => state),
    })),
  );

const KEYS = [...SHARED_FIELDS, ...NETWORK_FIELDS].map(({ name }) => name);
const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.double().map(String),
  fc.integer().map(String),
  fc.constantFrom('', '0x10', ' 8 ', '1e3', '-0', 'auto', '%', '%5', '%5F', '\ud800'),
);
const runPart = fc
  .tuple(
    fc.constantFrom(
      ...RUN_FIELDS.map(({ name }) => name),
      'name',
      'hidden',
      'ended',
      '__proto__',
      'constructor',
    ),
    odd,
  )
  .map((pair) => pair.join('-'));
const runText = fc
  .tuple(
    fc.oneof(fc.constantFrom('plain20', 'resnet56', 'resnet020', 'plain21'), odd),
    fc.array(runPart, { maxLength: 6 }),
  )
  .map(([name, parts]) => [name, ...parts].join('_'));
const parameter = fc.oneof(
  fc.tuple(fc.oneof(fc.constantFrom(...KEYS), odd), odd),
  fc.tuple(fc.constant('run'), runText),
);
const anyHash = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .array(parameter, { maxLength: 60 })
    .map((pairs) => pairs.map((pair) => pair.join('=')).join('&')),
);

/** A link is read, and what it says is sound. @param {string} text */
function checkRead(text) {
  const { experiment, linkState } = readLink(text);
  assert.deepEqual(problemsOf(experiment), []);
  assert.ok(experiment.runs.length >= 1 && experiment.runs.length <= MOST_RUNS);
  assert.ok(linkState.length <= experiment.runs.length);
  for (const { name = 'x', hidden = false, ended } of linkState) {
    assert.ok(name.length <= LONGEST_NAME && name === cleanName(name));
    assert.equal(typeof hidden, 'boolean');
    if (ended)
      assert.ok(
        /^\d{1,6}$/.test(String(ended.numerics)) && /^[0-9a-f]{16}$/.test(ended.trajectory),
      );
  }
  assert.ok(Number.isSafeInteger(stepsOf(experiment)));
  // What was read can be shared on.
  const again = readLink(toHash(experiment, linkState));
  assert.equal(toHash(again.experiment, again.linkState), toHash(experiment, linkState));
}

describe('a link', () => {
  property('gives back what it was made of', 150, [anyLink], ({ experiment, linkState }) => {
    assert.deepEqual(problemsOf(experiment), []);
    const read = readLink(`#${toHash(experiment, linkState)}`);
    assert.deepEqual(read.experiment, experiment);
    // Where a link says nothing of them, the networks of the default experiment need no words.
    assert.deepEqual(
      experiment.runs.map(
        (/** @type {unknown} */ _, /** @type {number} */ i) => read.linkState[i] ?? {},
      ),
      linkState,
    );
  });

  property('of any text gives a sound experiment', 1000, [anyHash], checkRead);

  property(
    'that was damaged gives a sound experiment',
    200,
    [anyLink, textEdits],
    ({ experiment, linkState }, changes) =>
      checkRead(damagedText(toHash(experiment, linkState), changes)),
  );

  property(
    'of any length is read',
    12,
    [
      fc.nat(300000),
      fc.constantFrom('_hidden-yes', '_name-x', '_lr-1', '&run=plain20', '&a', '%25', '-'),
    ],
    (count, part) => checkRead(`run=plain20${part.repeat(count)}`),
  );
});
