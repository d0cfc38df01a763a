/** The recorded runs of models/: sound, of the networks they name, and with the paper's effect. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createEngine, nameOfSpec, readRun } from 'residua';
import { json } from './command.js';

const FOLDER = new URL('../models/', import.meta.url);
const PAGE = new URL('../dist/page/', import.meta.url);
const DATA = process.env.CIFAR10;
/** Images that another kind of SIMD may judge otherwise. */
const CLOSE = 3;

const files = await readdir(FOLDER).catch(() => []);
const names = files
  .filter((name) => name.endsWith('.safetensors'))
  .map((name) => name.slice(0, -12));
const missing = names.length > 0 ? false : '*** NO RECORDED RUNS: models/ has none. ***';
const incomplete = ['plain20', 'plain56', 'resnet20', 'resnet56'].every((name) =>
  names.includes(name),
)
  ? false
  : '*** NOT ALL OF THE FOUR RECORDED RUNS ARE THERE. ***';
const noData = DATA ? false : '*** NO CIFAR-10: set CIFAR10 to the archive. ***';

const runs = new Map();
for (const name of names) {
  const text = await readFile(new URL(`${name}.json`, FOLDER), 'utf8');
  runs.set(name, readRun(text, `${name}.json`));
}

/** Train and test error at the end. */
function endOf(name) {
  const { trainError, testError } = runs.get(name).ticks.at(-1);
  return { trainError, testError };
}

describe('recorded runs', { skip: missing }, () => {
  let engine;
  before(async () => {
    engine = await createEngine();
  });
  after(() => engine?.dispose());

  for (const name of names) {
    it(`${name}: a finished run on all of CIFAR-10, with its weights`, async () => {
      const run = runs.get(name);
      assert.equal(run.state, 'finished');
      assert.deepEqual(run.data, {
        ...{ name: 'CIFAR-10', synthetic: false, images: 50000, testImages: 10000 },
      });
      assert.equal(run.spec.width, 16);
      assert.equal(nameOfSpec(run.spec), name.replace(/-.*/, ''));
      assert.match(run.command, /^residua train /);
      const { spec, metadata } = await engine.inspect(
        await readFile(new URL(`${name}.safetensors`, FOLDER)),
      );
      for (const part of ['family', 'depth', 'width', 'shortcut', 'norm', 'classes']) {
        assert.equal(spec[part], run.spec[part], part);
      }
      assert.equal(Number(metadata.step), run.ticks.at(-1).step);
    });

    it(`${name}: eval gives its test error`, { skip: noData }, async () => {
      const model = fileURLToPath(new URL(`${name}.safetensors`, FOLDER));
      const [{ total, wrong }] = await json('eval', '--model', model, '--data', DATA);
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
    for (const error of ['trainError', 'testError']) {
      assert.ok(plain56[error] > plain20[error], `plain, ${error}`);
      assert.ok(resnet56[error] < resnet20[error], `residual, ${error}`);
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
      const sum = layers.reduce((total, layer) => total + layer.response_std, 0);
      means.set(name, sum / layers.length);
    }
    t.diagnostic(JSON.stringify(Object.fromEntries(means)));
    for (const depth of [20, 56]) {
      assert.ok(means.get(`resnet${depth}`) < means.get(`plain${depth}`), `${depth} layers`);
    }
  });

  it('are files of the page', async () => {
    const build = (await readdir(PAGE)).find((name) => name.startsWith('build-'));
    const folder = new URL(`${build}/`, PAGE);
    const index = JSON.parse(await readFile(new URL('models.json', folder), 'utf8'));
    assert.deepEqual(Object.keys(index).sort(), [...names].sort());
    for (const name of names) {
      for (const [kind, end] of Object.entries({ run: 'json', weights: 'safetensors' })) {
        const [there, here] = [
          new URL(index[name][kind], folder),
          new URL(`${name}.${end}`, FOLDER),
        ];
        assert.deepEqual(await readFile(there), await readFile(here));
      }
    }
  });
});
