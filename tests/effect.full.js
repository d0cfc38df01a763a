/** The paper's effect in the experiments that the chapters of depth and of the shortcut open with:
 * networks of width 4 in five seeds, on the synthetic set and, where CIFAR10 names them, on as many
 * photographs. Takes up to an hour on two cores; the results of the last run stand in
 * effect.results.json, and so does why the schedule is a cosine: with one step, one seed in five of
 * resnet56 had only begun to learn when the rate fell. The tier gives the same bits everywhere, so
 * the digests can be compared. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { describe, it } from 'node:test';
import { createEngine } from 'residua/worker';
import { sideBySide } from '../tools/process.js';
import { namesOf, recipeOf, resolveConfig, specOf } from '../web/lab/experiment.js';
import { openDataset } from '../web/lib/index.js';
import { CHAPTERS } from '../web/page/chapters.js';

const RESULTS = new URL('./effect.results.json', import.meta.url);
const SEEDS = [1, 2, 3, 4, 5];
const { CIFAR10 } = process.env;
/** @typedef {{ images: number, testImages: number }} Counts */
/** @typedef {import('residua').Engine} Engine */
/** @typedef {import('residua').Dataset} Dataset */
/** @typedef {import('residua/element').Experiment} Experiment */
/** @typedef {import('residua/element').RunConfig} RunConfig */
/** By network, beside the seed. @typedef {{ seed: number, [network: string]: any }} Result */

const SETS = {
  synthetic: (/** @type {Counts} */ counts) => withEngine((engine) => engine.synthetic(counts)),
  'CIFAR-10':
    CIFAR10 &&
    (async (/** @type {Counts} */ counts) => (await openDataset(CIFAR10, {})).take(counts)),
};

const depth = experimentOf('depth');
const shortcut = experimentOf('shortcut');

/** @param {string} id */
function experimentOf(id) {
  const { experiment } = CHAPTERS.find((chapter) => chapter.id === id) ?? {};
  assert.ok(experiment, id);
  return experiment();
}

/** @template T @param {(engine: Engine) => T | Promise<T>} work */
async function withEngine(work) {
  const engine = await createEngine({ tier: 'simd128', threads: 1 });
  try {
    return await work(engine);
  } finally {
    engine.dispose();
  }
}

/** The end of one network's run.
 * @param {Engine} engine @param {Experiment} experiment @param {RunConfig} run @param {Dataset} dataset */
async function trained(engine, experiment, run, dataset) {
  const net = await engine.createNet(specOf(run, dataset.classes.length));
  let last;
  for await (const tick of net.train(dataset, recipeOf(resolveConfig(experiment, run))))
    last = tick;
  net.dispose();
  const {
    trainError: train,
    testError: test,
    trajectory,
  } = /** @type {import('residua').Tick} */ (last);
  return { train, test, trajectory };
}

/** All networks of an experiment in all seeds.
 * @param {Experiment} experiment @param {Dataset} dataset */
async function trainAll(experiment, dataset) {
  const names = namesOf(experiment.runs);
  /** @type {Result[]} */
  const results = SEEDS.map((seed) => ({ seed }));
  const jobs = results.flatMap((result) =>
    experiment.runs.map((run, i) => ({ result, name: names[i], run })),
  );
  await withEngine((engine) =>
    sideBySide(jobs, async ({ result, name, run }) => {
      result[name] = await trained(engine, experiment, { ...run, seed: result.seed }, dataset);
    }),
  );
  return results;
}

/** @param {string} name @param {Result[]} seeds */
async function keep(name, seeds) {
  const kept = JSON.parse(await readFile(RESULTS, 'utf8').catch(() => '{}'));
  kept[name] = { cpu: cpus()[0].model, node: process.version, seeds };
  await writeFile(RESULTS, `${JSON.stringify(kept, null, 2)}\n`);
}

it('the chapter of the shortcut has networks of that of depth, trained in the same way', () => {
  const { runs, ...shared } = shortcut;
  const { runs: known, ...before } = depth;
  assert.deepEqual(shared, before);
  for (const run of runs)
    assert.ok(known.some((one) => JSON.stringify(one) === JSON.stringify(run)));
});

for (const [name, open] of Object.entries(SETS)) {
  describe(`depth on ${name}`, { skip: open ? false : 'set CIFAR10 to the archive' }, () => {
    it('hurts plain networks and not residual ones', async () => {
      assert.ok(open);
      const { images, testImages } = depth;
      const results = await trainAll(depth, await open({ images, testImages }));
      await keep(name, results);
      for (const { seed, ...nets } of results) {
        const [plain20, plain56, resnet20, resnet56] = ['plain', 'resnet'].flatMap((family) =>
          [20, 56].map((layers) => nets[`${family}${layers}`].train),
        );
        const gap = plain56 - plain20;
        assert.ok(gap >= 0.1, `seed ${seed}: plain56 is ${gap} above plain20`);
        assert.ok(plain56 - resnet56 >= 0.15, `seed ${seed}: resnet56 is at ${resnet56}`);
        assert.ok(resnet56 - resnet20 <= gap / 2, `seed ${seed}: the residual gap`);
      }
    });
  });
}
