/** Whatever is given to an engine in a worker: it answers, and computes the same as before. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { createEngine } from 'residua/worker';
import { ResiduaError } from '../../web/lib/errors.js';
import { packError, unpackError } from '../../web/worker/rpc.js';
import { property } from './property.js';

const KNOWN = 'plain8, width 4, Winograd';
const known = JSON.parse(await readFile(new URL('../digests.json', import.meta.url), 'utf8'));

/** Values that a call does not expect: what can be sent to a worker and what cannot. */
const odd = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true }),
  fc.constantFrom(
    undefined,
    null,
    NaN,
    -1,
    0,
    1e10,
    '',
    'residual',
    Symbol('x'),
    () => 1,
    class {},
  ),
  fc.constantFrom(new Promise(() => {}), new WeakMap(), new Error('x'), Object.create(null)),
  fc.uint8Array({ maxLength: 4000 }),
  fc.uint8Array({ maxLength: 4000 }).map((bytes) => Buffer.from(bytes)),
);
const partly = (/** @type {string[]} */ names) =>
  fc.record(Object.fromEntries(names.map((name) => [name, odd])), { requiredKeys: [] });
/** What is sound but for one part. @param {object} sound @param {string[]} names */
const withOdd = (sound, names) =>
  fc.tuple(fc.constantFrom(...names), odd).map(([name, value]) => ({ ...sound, [name]: value }));
const SPEC = ['family', 'depth', 'width', 'shortcut', 'norm', 'init', 'classes', 'seed', 'mean'];
const spec = fc.oneof(odd, withOdd({ family: 'plain', depth: 8, width: 4 }, SPEC));
const options = fc.oneof(odd, partly(['batchSize', 'training', 'signal', 'details', 'optimizer']));
/** Not so many images that drawing them takes long. @param {number} value */
const isLarge = (value) => typeof value === 'number' && value > 100;
const counts = fc
  .oneof(odd, partly(['images', 'testImages']))
  .filter((value) => !isLarge(value?.images) && !isLarge(value?.testImages));
const images = fc.oneof(
  odd,
  fc.constantFrom(0, 1, 2).map((count) => new Uint8Array(count * 3072)),
);

const ENGINE_CALLS = {
  plan: [spec, options],
  createNet: [spec],
  loadNet: [odd, spec],
  inspect: [odd],
  synthetic: [counts],
};
const NET_CALLS = {
  evaluate: [fc.oneof(odd, fc.record({ images, labels: odd })), options],
  logits: [images],
  classify: [images],
  layerStatistics: [images],
  activation: [images, odd],
  save: [options],
  tensors: [odd],
};
/** @param {Record<string, fc.Arbitrary<any>[]>} table */
const callsOf = (table) =>
  fc.oneof(
    ...Object.entries(table).map(([name, args]) => fc.tuple(fc.constant(name), fc.tuple(...args))),
  );

const RECIPE = [
  ...['epochs', 'batchSize', 'lr', 'momentum', 'weightDecay', 'schedule', 'augment', 'seed'],
  ...['layerStatsEvery', 'checkpointEverySeconds', 'restart', 'evaluate', 'signal', 'other'],
];
const DATA = ['name', 'classes', 'train', 'test'];
const recipe = withOdd({ epochs: 2, batchSize: 8, restart: true }, RECIPE);

/** @param {any} error */
const codeOf = (error) => error.code;

/** A call comes back with a value, or with an error that the interface promises.
 * @param {() => any} work */
async function checkAnswer(work) {
  try {
    return await work();
  } catch (/** @type {any} */ error) {
    const isKnown = error?.name === 'ResiduaError' || error instanceof TypeError;
    assert.ok(isKnown, `${error?.name}: ${error?.stack}`);
    assert.notEqual(codeOf(error), 'WORKER_FAILED', error.message);
  }
}

describe('an engine in a worker', () => {
  /** @type {import('residua').Engine} */
  let engine;
  /** @type {import('residua').Net} */
  let net;
  /** @type {import('residua').Dataset} */
  let data;
  before(async () => {
    engine = await createEngine({ tier: 'simd128', conv: 'winograd', threads: 1 });
    data = await engine.synthetic({ images: 53, testImages: 9 });
    net = await engine.createNet({ family: 'plain', depth: 8, width: 4 });
  });
  after(() => engine.dispose());

  property('answers any call', 60, [callsOf(ENGINE_CALLS)], async ([name, args]) => {
    const made = await checkAnswer(() => /** @type {any} */ (engine)[name](...args));
    made?.dispose?.();
  });

  property('answers any call to a net', 200, [callsOf(NET_CALLS)], ([name, args]) =>
    checkAnswer(() => /** @type {any} */ (net)[name](...args)),
  );

  property(
    'answers any wish to train',
    100,
    [fc.oneof(odd, recipe), fc.option(fc.oneof(odd, withOdd({}, DATA)), { freq: 3 })],
    (options, parts) =>
      checkAnswer(async () => {
        const other = Object.getPrototypeOf(parts ?? 0) === Object.prototype;
        const set = other ? { ...data, ...parts } : (parts ?? data);
        for await (const tick of net.train(set, options)) if (tick.step > 2) break;
      }),
  );

  property(
    'carries any error',
    300,
    [
      fc.oneof(
        fc.string(),
        fc.constantFrom(null, undefined, Symbol('x')),
        fc.string().map((text) => new ResiduaError('BAD_FILE', 'op', text)),
        fc.string().map((text) => new RangeError(text)),
      ),
    ],
    (/** @type {any} */ thrown) => {
      const error = /** @type {any} */ (unpackError(structuredClone(packError(thrown))));
      assert.ok(error instanceof Error);
      if (!(thrown instanceof Error)) return;
      assert.equal(error.message, thrown.message);
      assert.equal(error.name, thrown.name);
      assert.equal(codeOf(error), codeOf(thrown));
      assert.equal(error.constructor, thrown.constructor);
    },
  );

  it('has lost nothing by all that', async () => {
    const trained = await engine.createNet({ family: 'plain', depth: 8, width: 4 });
    /** @type {import('residua').TrainOptions} */
    const options = { epochs: 2, batchSize: 13, lr: 0.05, augment: 'flip', schedule: 'step' };
    let last;
    for await (const tick of trained.train(data, options)) last = tick;
    assert.equal(last?.trajectory, known[KNOWN].trajectory);
    assert.equal((await net.logits(data.test.images)).length, 90);
  });
});
