/** The recorded runs of models/: sound, of the networks they name, and with the paper's effect. What the
 * weights answer to synthetic images is in models.digests.json, which new weights have to bring:
 * UPDATE_DIGESTS=1 npm test -- tests/models.test.js writes it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { createEngine, nameOfSpec, openDataset, readRun } from 'residua';
import { labMessages } from '../web/lab/messages/index.js';
import { recordedName } from '../web/lab/runs/reference.js';
import { translator } from '../web/ui/messages.js';

const FOLDER = new URL('../models/', import.meta.url);
const PAGE = new URL('../dist/page/', import.meta.url);
const DATA = process.env.CIFAR10 ?? '';
const DIGESTS = new URL('models.digests.json', import.meta.url);
/** How many synthetic images the weights answer to. */
const ANSWERED = 40;
/** CIFAR-10's first test images, on which the layers' responses are measured again, and by how much of
 * its value a response may differ from that of all 10,000. */
const MEASURED = 500;
const MOST_APART = 0.1;
/** Images that another kind of SIMD may judge otherwise. */
const CLOSE = 3;

/** @type {string[]} */
const files = await readdir(FOLDER, { recursive: true }).catch(() => []);
/** Those of models/paper as "paper/NAME". */
const names = files
  .filter((name) => name.endsWith('.safetensors'))
  .map((name) => name.slice(0, -12).replaceAll('\\', '/'));
const missing = names.length > 0 ? false : '*** NO RECORDED RUNS: models/ has none. ***';
const incomplete = ['plain20', 'plain56', 'resnet20', 'resnet56'].every((name) =>
  names.includes(name),
)
  ? false
  : '*** NOT ALL OF THE FOUR RECORDED RUNS ARE THERE. ***';
const noData = DATA ? false : '*** NO CIFAR-10: set CIFAR10 to the archive. ***';

const digest = (/** @type {Uint8Array} */ bytes) =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 16);
const known = JSON.parse(await readFile(DIGESTS, 'utf8').catch(() => '{}'));
/** @type {Record<string, { weights: string, logits: string }>} */
const answers = {};

const runs = new Map();
for (const name of names) {
  const text = await readFile(new URL(`${name}.json`, FOLDER), 'utf8');
  runs.set(name, readRun(text, `${name}.json`));
}

/** The same but for rounding to four digits. @param {Record<string, any>} shown
 * @param {Record<string, any>} whole @param {string} what */
function assertClose(shown, whole, what) {
  const rounded = (/** @type {string} */ _, /** @type {unknown} */ value) =>
    typeof value === 'number' ? Number(value.toPrecision(4)) : value;
  const of = (/** @type {object} */ one) => JSON.parse(JSON.stringify(one), rounded);
  assert.deepEqual(Object.keys(shown), Object.keys(whole), what);
  for (const [name, value] of Object.entries(shown)) {
    if (typeof value !== 'number')
      assert.deepEqual(of({ value }), of({ value: whole[name] }), what);
    else assert.ok(Math.abs(value - whole[name]) <= 5e-4 * Math.abs(value), `${what}: ${name}`);
  }
}

/** Train and test error at the end. @param {string} name */
function endOf(name) {
  const { trainError, testError } = runs.get(name).ticks.at(-1);
  return { trainError, testError };
}

describe('recorded runs', { skip: missing }, () => {
  /** @type {import('residua').Engine} */
  let engine;
  /** CIFAR-10's, where it is there: opened once, since that takes seconds. @type {import('residua').Images} */
  let photographs;
  before(async () => {
    engine = await createEngine();
    if (DATA) photographs = (await openDataset(DATA, { images: 2 })).test;
  });
  after(async () => {
    engine?.dispose();
    if (process.env.UPDATE_DIGESTS) {
      await writeFile(DIGESTS, `${JSON.stringify(answers, null, 2)}\n`);
    }
  });

  for (const name of names) {
    it(`${name}: a finished run on all of CIFAR-10, with its weights`, async () => {
      const run = runs.get(name);
      assert.equal(run.state, 'finished');
      const { digest: _, ...data } = run.data;
      assert.deepEqual(data, {
        ...{ name: 'CIFAR-10', synthetic: false, images: 50000, testImages: 10000 },
      });
      assert.equal(run.spec.width, 16);
      assert.equal(nameOfSpec(run.spec), name.replace(/^.*\/|-.*/g, ''));
      assert.match(run.command, /^residua train /);
      const { spec, metadata } = await engine.inspect(
        await readFile(new URL(`${name}.safetensors`, FOLDER)),
      );
      for (const part of /** @type {const} */ ([
        'family',
        'depth',
        'width',
        'shortcut',
        'norm',
        'classes',
      ])) {
        assert.equal(spec[part], run.spec[part], part);
      }
      assert.equal(Number(metadata.step), run.ticks.at(-1).step);
    });

    it(`${name}: its weights answer as they did when they were recorded`, async () => {
      const weights = await readFile(new URL(`${name}.safetensors`, FOLDER));
      const exact = await createEngine({ tier: 'simd128', threads: 1 });
      const { test } = await exact.synthetic({ images: 1, testImages: ANSWERED });
      const net = await exact.loadNet(weights);
      const rows = await net.logits(test.images);
      exact.dispose();
      assert.equal(rows.length, ANSWERED * 10);
      assert.ok(rows.every(Number.isFinite));
      answers[name] = { weights: digest(weights), logits: digest(new Uint8Array(rows.buffer)) };
      if (process.env.UPDATE_DIGESTS) return;
      assert.equal(
        answers[name].weights,
        known[name]?.weights,
        'New weights: UPDATE_DIGESTS=1 npm test -- tests/models.test.js writes their answers.',
      );
      assert.equal(answers[name].logits, known[name].logits);
    });

    const layers = files.includes(`${name}.layers.json`);
    it(`${name}: its layers respond as recorded`, { skip: noData || !layers }, async () => {
      const net = await engine.loadNet(await readFile(new URL(`${name}.safetensors`, FOLDER)));
      const measured = await net.layerStatistics(photographs.images.subarray(0, 3072 * MEASURED));
      net.dispose();
      const text = await readFile(new URL(`${name}.layers.json`, FOLDER), 'utf8');
      const recorded = JSON.parse(text).layers;
      assert.equal(measured.length, recorded.length);
      for (const [i, layer] of measured.entries()) {
        const { response_std: wanted } = recorded[i];
        const apart = Math.abs(layer.responseStd / wanted - 1);
        assert.ok(apart < MOST_APART, `layer ${i}: ${layer.responseStd}, recorded ${wanted}`);
      }
    });

    it(`${name}: its weights have its test error`, { skip: noData }, async () => {
      const net = await engine.loadNet(await readFile(new URL(`${name}.safetensors`, FOLDER)));
      const { total, wrong } = await net.evaluate(photographs);
      net.dispose();
      const { testError } = endOf(name);
      assert.equal(total, 10000);
      assert.ok(Math.abs(wrong - testError * total) <= CLOSE, `${wrong}, recorded ${testError}`);
    });
  }

  it('depth hurts plain networks and helps residual ones, in train and test error', {
    skip: incomplete,
  }, () => {
    const [plain20, plain56, resnet20, resnet56] = [
      ...['plain20', 'plain56', 'resnet20', 'resnet56'],
    ].map(endOf);
    for (const error of /** @type {const} */ (['trainError', 'testError'])) {
      assert.ok(plain56[error] > plain20[error], `plain, ${error}`);
      assert.ok(resnet56[error] < resnet20[error], `residual, ${error}`);
    }
  });

  it('depth hurts plain networks with the paper’s schedule too, in train and test error', {
    skip: ['paper/plain20', 'paper/plain56'].every((name) => names.includes(name))
      ? false
      : '*** NO RUNS WITH THE PAPER’S SCHEDULE: models/paper lacks plain20 or plain56. ***',
  }, () => {
    const [plain20, plain56] = ['paper/plain20', 'paper/plain56'].map(endOf);
    for (const error of /** @type {const} */ (['trainError', 'testError'])) {
      assert.ok(plain56[error] > plain20[error], error);
    }
  });

  it('residual responses are smaller than plain ones, where they were measured', {
    skip: incomplete,
  }, async (t) => {
    const means = new Map();
    for (const name of names.filter((one) => files.includes(`${one}.layers.json`))) {
      const text = await readFile(new URL(`${name}.layers.json`, FOLDER), 'utf8');
      const { images, layers } = JSON.parse(text);
      assert.equal(images, 10000, name);
      assert.equal(layers.length, runs.get(name).spec.depth - 1, name);
      const sum = layers.reduce(
        (/** @type {number} */ total, /** @type {{ response_std: number }} */ layer) =>
          total + layer.response_std,
        0,
      );
      means.set(name, sum / layers.length);
    }
    t.diagnostic(JSON.stringify(Object.fromEntries(means)));
    for (const depth of [20, 56]) {
      assert.ok(means.get(`resnet${depth}`) < means.get(`plain${depth}`), `${depth} layers`);
    }
  });

  it('have names of their own on the page', () => {
    const records = names.map((name) => runs.get(name));
    const t = translator(labMessages, 'en');
    const named = records.map((run) => recordedName(run, records, t));
    assert.equal(new Set(named).size, names.length, named.join('; '));
    assert.ok(named.includes('resnet20') || !names.includes('resnet20'), named.join('; '));
  });

  it('are files of the page', async () => {
    const build = (await readdir(PAGE)).find((name) => name.startsWith('build-'));
    const folder = new URL(`${build}/`, PAGE);
    const index = JSON.parse(await readFile(new URL('models.json', folder), 'utf8'));
    assert.deepEqual(Object.keys(index).sort(), [...names].sort());
    for (const name of names) {
      const read = (/** @type {string} */ kind, /** @type {string} */ end) =>
        Promise.all([
          readFile(new URL(index[name][kind], folder)),
          readFile(new URL(`${name}.${end}`, FOLDER)),
        ]);
      assert.deepEqual(...(await read('weights', 'safetensors')));
      const [shown, recorded] = (await read('run', 'json')).map((file) => JSON.parse(String(file)));
      const isEpoch = (/** @type {{ kind: string }} */ { kind }) => kind === 'epoch';
      assert.deepEqual(shown.ticks.filter(isEpoch).length, recorded.ticks.filter(isEpoch).length);
      for (const tick of shown.ticks) {
        const whole = recorded.ticks.find(
          (/** @type {any} */ { kind, step }) => kind === tick.kind && step === tick.step,
        );
        assertClose(tick, whole, `${name}, step ${tick.step}`);
      }
      const { ticks: _, ...head } = shown;
      assertClose({ ...recorded, ...head }, recorded, name);
      assert.equal(readRun(JSON.stringify(shown)).ticks.length, shown.ticks.length);
    }
  });
});
