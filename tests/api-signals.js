/** What both entries promise of signals. Invariant: the table has each function and method of index.d.ts that
 * returns a promise, so that none is without. */
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { after, before, beforeEach, describe, it } from 'node:test';
import { PNG } from 'pngjs';

const REASON = new Error('enough');
const isReason = (/** @type {unknown} */ error) => error === REASON;
const BATCH = 4;

/** Where the parenthesis that opens at `at` closes. @param {string} text @param {number} at */
function closing(text, at) {
  for (let depth = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')' && --depth === 0) return at;
  }
  return at;
}

/** The functions and methods of declarations that return a promise. @param {string} text */
function promisingCalls(text) {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '');
  const starts = [...code.matchAll(/^(?:export function | {2}(?:static )?)(\w+)\(/gm)];
  const isPromised = (/** @type {RegExpMatchArray} */ { 0: start, index = 0 }) =>
    code.slice(closing(code, index + start.length - 1) + 1).startsWith(': Promise<');
  return starts.filter(isPromised).map(([, name]) => name);
}

/** Each call, with a signal; those of one net are in an order in which they can follow each other.
 * @param {typeof import('../web/lib/index.js')} api @param {import('residua').EngineOptions} options
 * @param {{ engine: import('residua').Engine, net: import('residua').Net, data: import('residua').Dataset,
 *   file: Uint8Array }} given
 * @returns {Record<string, (signal: AbortSignal) => Promise<unknown>>} */
function callsOf(api, options, { engine, net, data, file }) {
  const { images, labels } = data.test;
  const image = images.slice(0, 3072);
  const batch = /** @type {const} */ ([images.slice(0, BATCH * 3072), labels.slice(0, BATCH)]);
  const picture = { width: 1, height: 1, data: new Uint8Array(4) };
  const nothing = { name: 'nothing', stream: () => new Blob([]).stream() };
  const nowhere = { source: 'http://127.0.0.1:1' };
  const values = [{ name: 'linear.bias', values: new Array(10).fill(1) }];
  const spec = { family: /** @type {const} */ ('plain'), depth: 8, width: 4 };
  const dropped = async (/** @type {Promise<{ dispose(): void }>} */ made) =>
    (await made).dispose();
  return {
    createEngine: (signal) => dropped(api.createEngine({ ...options, signal })),
    fromImages: (signal) => {
      const train = [{ picture, label: 0 }];
      return api.Dataset.fromImages({ name: 'mine', classes: ['a', 'b'], train, signal });
    },
    readPicture: (signal) =>
      api.readPicture(PNG.sync.write(new PNG({ width: 2, height: 2 })), { signal }),
    openDataset: (signal) => api.openDataset([nothing], { signal }),
    fetchCifar10: (signal) => api.fetchCifar10({ ...nowhere, signal }),
    fetchCifar100: (signal) => api.fetchCifar100({ ...nowhere, signal }),
    occlusion: (signal) => api.occlusion(net, image, { size: 16, stride: 16, signal }),
    plan: (signal) => engine.plan(spec, { signal }),
    createNet: (signal) => dropped(engine.createNet(spec, { signal })),
    loadNet: (signal) => dropped(engine.loadNet(file, {}, { signal })),
    inspect: (signal) => engine.inspect(file, { signal }),
    synthetic: (signal) => engine.synthetic({ images: 8, testImages: 8, signal }),
    evaluate: (signal) => net.evaluate(data.test, { signal }),
    logits: (signal) => net.logits(images, { signal }),
    classify: (signal) => net.classify(images, { signal }),
    features: (signal) => net.features(images, { signal }),
    inputGradient: (signal) => net.inputGradient(images, labels, { signal }),
    layerStatistics: (signal) => net.layerStatistics(images, { signal }),
    activation: (signal) => net.activation(image, 0, { signal }),
    save: (signal) => net.save({ optimizer: true, signal }),
    tensors: (signal) => net.tensors('value', { signal }),
    setTensors: (signal) => net.setTensors(values, 'value', { signal }),
    toOnnx: (signal) => net.toOnnx({ signal }),
    begin: (signal) => net.begin({ batchSize: BATCH, signal }),
    step: (signal) => net.step(...batch, { signal }),
    update: (signal) => net.update({ lr: undefined, signal }),
  };
}

/** Calls that end by failing here, since what they are given is not there. */
const FAIL = { openDataset: 'BAD_FILE', fetchCifar10: 'NOT_FETCHED', fetchCifar100: 'NOT_FETCHED' };

/** @param {typeof import('../web/lib/index.js')} api @param {import('residua').EngineOptions} options */
export function signalSuite(api, options) {
  describe('a signal', () => {
    /** @type {import('residua').Engine} */
    let engine;
    /** @type {import('residua').Dataset} */
    let data;
    /** @type {import('residua').Net} */
    let net;
    /** @type {ReturnType<typeof callsOf>} */
    let calls;
    before(async () => {
      engine = await api.createEngine(options);
      data = await engine.synthetic({ images: 8, testImages: 8 });
    });
    after(() => engine.dispose());
    beforeEach(async () => {
      net?.dispose();
      net = await engine.createNet({ family: 'residual', depth: 8, width: 4 });
      await net.begin({ batchSize: BATCH });
      const { images, labels } = data.train;
      await net.step(images.slice(0, BATCH * 3072), labels.slice(0, BATCH));
      calls = callsOf(api, options, { engine, net, data, file: await net.save() });
    });

    /** All that an abort may not change. */
    const stateOf = async () => [
      await net.save({ optimizer: true }),
      await net.tensors('gradient'),
      net.memoryBytes,
    ];
    /** @param {AbortSignal} signal */
    const listenersOf = (signal) => getEventListeners(signal, 'abort').length;

    it('is an option of all that returns a promise', async () => {
      const declarations = new URL('../web/lib/index.d.ts', import.meta.url);
      const names = promisingCalls(await readFile(declarations, 'utf8'));
      assert.deepEqual(Object.keys(calls).sort(), names.sort());
    });

    it('that is aborted already rejects, and nothing has changed', async () => {
      const state = await stateOf();
      for (const [name, call] of Object.entries(calls)) {
        const signal = AbortSignal.abort(REASON);
        await assert.rejects(call(signal), isReason, name);
        assert.equal(listenersOf(signal), 0, name);
      }
      assert.deepEqual(await stateOf(), state);
    });

    it('that is aborted then rejects too, and nothing has changed', async () => {
      const state = await stateOf();
      for (const [name, call] of Object.entries(calls)) {
        const controller = new AbortController();
        const running = call(controller.signal);
        controller.abort(REASON);
        await assert.rejects(running, isReason, name);
        assert.equal(listenersOf(controller.signal), 0, name);
      }
      assert.deepEqual(await stateOf(), state);
    });

    it('that is not aborted changes nothing, and gets rid of its listeners', async () => {
      const { signal } = new AbortController();
      for (const [name, call] of Object.entries(calls)) {
        const code = FAIL[/** @type {keyof typeof FAIL} */ (name)];
        if (code) await assert.rejects(call(signal), { code }, name);
        else await call(signal);
        assert.equal(listenersOf(signal), 0, name);
      }
    });

    /** @param {(signal: AbortSignal) => Promise<unknown>} work that is never over */
    const abortedSoon = async (work) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(REASON), 5);
      await assert.rejects(work(controller.signal), isReason);
    };

    it('ends what is long on the way', async () => {
      await abortedSoon((signal) => net.logits(new Uint8Array(3000 * 3072), { signal }));
      await abortedSoon((signal) => engine.synthetic({ images: 100_000, signal }));
      assert.equal((await net.logits(data.test.images)).length, 80);
    });

    it('ends a loop of steps between two of them', async () => {
      const { images, labels } = data.train;
      const batch = /** @type {const} */ ([images.slice(0, BATCH * 3072), labels.slice(0, BATCH)]);
      let last = 0;
      await abortedSoon(async (signal) => {
        for (let i = 0; i < 5000; i++) {
          await net.step(...batch, { signal });
          last = (await net.update()).step;
        }
      });
      await net.step(...batch);
      assert.equal((await net.update()).step, last + 1);
    });

    it('is looked for by its name', async () => {
      const { signal } = new AbortController();
      const unknown = net.toOnnx(/** @type {any} */ ({ sginal: signal }));
      await assert.rejects(unknown, { code: 'BAD_ARGUMENT', message: /did you mean signal/ });
    });
  });
}
