/** npm run effect: trains the networks that the page's chapters speak of, in several seeds, on made-up images
 * and, where CIFAR10 names them, on as many photographs. Writes docs/effect.json, what came of each run, and
 * docs/effect.md, its tables. Invariant: all runs of docs/effect.json have the recipe that it states, so what an
 * interrupted or extended measurement still lacks is trained, and the rest stays. */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { namesOf, recipeOf, specOf } from '../web/lab/experiment.js';
import { CHAPTERS } from '../web/page/chapters.js';
import { tablesOf } from './effect-tables.js';
import { BuildError, countOf, readArguments, root, runTool, sideBySide } from './process.js';

const HELP = `Usage: CIFAR10=ARCHIVE npm run effect -- [options]
Measures what the page's chapters say of depth, gradients and shortcuts, and shows it in docs/effect.md.
What docs/effect.json holds already is not trained again, unless the recipe has changed.

  --seeds N      how many seeds of plain20, plain56, resnet20 and resnet56 (default 10)
  --set NAME     on synthetic or CIFAR-10 alone
  --list         prints the tables, and trains nothing
  --help
`;

export const RESULTS = join(root, 'docs/effect.json');
export const TABLES = join(root, 'docs/effect.md');
const SEEDS = 10;
/** Of options B and C, which take longer than all else. */
const OPTION_SEEDS = 3;
/** What is measured in the first step takes no training. */
const FIRST_STEP_SEEDS = 10;
/** Its bits are the same everywhere. */
const TIER = 'simd128';
/** RSD_SYNTHETIC_VERSION of residua.h. */
const SYNTHETIC_VERSION = 2;

/** @typedef {import('../web/lab/index.js').Experiment} Experiment */
/** @typedef {import('../web/lab/index.js').RunConfig} RunConfig */
/** @typedef {import('../web/lib/index.js').Engine} Engine */
/** @typedef {import('../web/lib/index.js').Dataset} Dataset */

/** The errors of the last epoch, as fractions.
 * @typedef {{ seed: number, train: number, test: number, trajectory: string }} Ended */
/** In the first step, root mean squares of the first layer divided by those of the last.
 * @typedef {{ seed: number, gradient: number, activation: number }} FirstStep */
/**
 * @typedef {object} SetResults
 * @property {{ cpu: string, node: string, date: string }} machine of the latest run
 * @property {Record<string, Ended[]>} ended by network, in the order of seeds
 * @property {Record<string, FirstStep[]>} firstSteps by network, in the order of seeds
 */
/** @typedef {{ recipe: Record<string, unknown>, sets: Record<string, SetResults> }} Results */

/** A chapter's experiment, or one that is a press away from it. @param {string} id
 * @param {string} [variation] @returns {Experiment} */
export function experimentOf(id, variation) {
  const chapter = CHAPTERS.find((one) => one.id === id);
  if (!chapter?.experiment) throw new BuildError(`No chapter that trains is called "${id}".`);
  const experiment = chapter.experiment();
  const change = chapter.variations.find((one) => one.id === variation)?.change;
  return { ...experiment, ...change?.(experiment) };
}

/** Of each network once, by its name. @param {RunConfig[]} runs @returns {[string, RunConfig][]} */
function byName(runs) {
  const names = namesOf(runs);
  return [...new Map(runs.map((run, i) => [names[i], run]))];
}

const seedsTo = (/** @type {number} */ count) => Array.from({ length: count }, (_, i) => i + 1);

/** What is trained to its end, the networks of a seed before the next seed. @param {number} seeds */
function trainings(seeds) {
  const depth = byName(experimentOf('depth').runs);
  const options = byName(experimentOf('shortcut', 'options').runs);
  const isOfDepth = new Set(depth.map(([name]) => name));
  const others = options.filter(([name]) => !isOfDepth.has(name));
  return seedsTo(seeds).flatMap((seed) =>
    [...depth, ...(seed <= OPTION_SEEDS ? others : [])].map(([name, run]) => ({ name, run, seed })),
  );
}

/** What is looked at in its first step alone. */
function firstSteps() {
  const variations = [undefined, 'normed', 'healthy'];
  const runs = variations.flatMap((variation) => experimentOf('signals', variation).runs);
  return byName(runs).flatMap(([name, run]) =>
    seedsTo(FIRST_STEP_SEEDS).map((seed) => ({ name, run, seed })),
  );
}

/** What all results have in common. @param {Engine} engine */
function recipeNow(engine) {
  const experiment = experimentOf('depth');
  const { width } = experiment.runs[0];
  const { images, testImages } = experiment;
  const common = { ...recipeOf(experiment), width, images, testImages, tier: TIER };
  return { ...common, numerics: engine.numerics, synthetic: SYNTHETIC_VERSION };
}

/** What there is of the present recipe. @param {Record<string, unknown>} recipe
 * @returns {Promise<Results>} */
async function resultsOf(recipe) {
  const text = await readFile(RESULTS, 'utf8').catch(() => '{}');
  const { sets = {}, ...known } = JSON.parse(text);
  const isSame = JSON.stringify(known.recipe) === JSON.stringify(recipe);
  return { recipe, sets: isSame ? sets : {} };
}

/** @param {Results} results */
export async function writeResults(results) {
  const row = (/** @type {object} */ one) => JSON.stringify(one).replace(/([,:])/g, '$1 ');
  const rows = new Map();
  const marked = JSON.stringify(
    results,
    (_, value) => {
      if (value?.seed === undefined) return value;
      rows.set(`"row ${rows.size}"`, row(value));
      return `row ${rows.size - 1}`;
    },
    2,
  );
  await writeFile(RESULTS, `${marked.replace(/"row \d+"/g, (name) => rows.get(name))}\n`);
  await writeFile(TABLES, tablesOf(results));
}

/** @param {Engine} engine @param {RunConfig} run @param {Dataset} dataset
 * @returns {Promise<Omit<Ended, 'seed'>>} */
async function train(engine, run, dataset) {
  const net = await engine.createNet(specOf(run, dataset.classes.length));
  let end;
  for await (const tick of net.train(dataset, recipeOf(experimentOf('depth')))) end = tick;
  net.dispose();
  const { trainError, testError, trajectory } = /** @type {any} */ (end);
  return { train: trainError, test: testError, trajectory };
}

/** @param {Engine} engine @param {RunConfig} run @param {Dataset} dataset
 * @returns {Promise<Omit<FirstStep, 'seed'>>} */
async function lookAtFirstStep(engine, run, dataset) {
  const net = await engine.createNet(specOf(run, dataset.classes.length));
  const recipe = { ...recipeOf(experimentOf('depth')), epochs: 1, evaluate: false };
  for await (const { layerStats } of net.train(dataset, { ...recipe, layerStatsEvery: 1e6 })) {
    if (!layerStats) continue;
    const ratio = (/** @type {number[]} */ rms) =>
      Number((rms[0] / rms[rms.length - 1]).toPrecision(4));
    const { gradientRms, activationRms } = layerStats;
    net.dispose();
    return { gradient: ratio(gradientRms), activation: ratio(activationRms) };
  }
  throw new BuildError('The first step of a network left no statistics of its layers.');
}

/** Puts a result into its place in the order of seeds. @template {{ seed: number }} T
 * @param {Record<string, T[]>} results by network @param {string} name @param {T} result */
function put(results, name, result) {
  results[name] = [...(results[name] ?? []), result].sort((a, b) => a.seed - b.seed);
}

const machineNow = () => ({
  cpu: cpus()[0].model,
  node: process.version,
  date: new Date().toISOString().slice(0, 10),
});

/** Measures what a set's results lack. @param {Engine} engine @param {Dataset} dataset
 * @param {Results} results @param {string} set @param {number} seeds */
async function measure(engine, dataset, results, set, seeds) {
  results.sets[set] ??= { machine: machineNow(), ended: {}, firstSteps: {} };
  const known = results.sets[set];
  const lacks =
    (/** @type {Record<string, { seed: number }[]>} */ part) =>
    (/** @type {{ name: string, seed: number }} */ { name, seed }) =>
      !part[name]?.some((one) => one.seed === seed);
  await sideBySide(firstSteps().filter(lacks(known.firstSteps)), async ({ name, run, seed }) => {
    const found = await lookAtFirstStep(engine, { ...run, seed }, dataset);
    put(known.firstSteps, name, { seed, ...found });
  });
  await writeResults(results);
  await sideBySide(trainings(seeds).filter(lacks(known.ended)), async ({ name, run, seed }) => {
    const end = await train(engine, { ...run, seed }, dataset);
    put(known.ended, name, { seed, ...end });
    known.machine = machineNow();
    await writeResults(results);
    console.log(`${set}, seed ${seed}, ${name}: ${(100 * end.train).toFixed(1)} % training error`);
  });
}

/** The sets that can be had, by name. @param {Engine} engine
 * @returns {Promise<Record<string, Dataset>>} */
async function openSets(engine) {
  const { images, testImages } = experimentOf('depth');
  const synthetic = await engine.synthetic({ images, testImages });
  const archive = process.env.CIFAR10;
  if (!archive) {
    console.error('CIFAR10 names no archive: photographs are skipped.');
    return { synthetic };
  }
  const { openDataset } = await import(join(root, 'dist/node.js'));
  const whole = await openDataset(resolve(process.env.INIT_CWD ?? '', archive), {});
  return { synthetic, 'CIFAR-10': whole.take({ images, testImages }) };
}

/** @param {number} seeds @param {string} [only] the one set to measure on */
async function measureAll(seeds, only) {
  const { createEngine } = await import(join(root, 'dist/node-worker.js'));
  const engine = await createEngine({ tier: TIER, threads: 1 });
  try {
    const results = await resultsOf(recipeNow(engine));
    const sets = Object.entries(await openSets(engine));
    const wanted = sets.filter(([name]) => only === undefined || name === only);
    if (wanted.length === 0) throw new BuildError(`There is no set "${only}".`);
    for (const [name, dataset] of wanted) await measure(engine, dataset, results, name, seeds);
  } finally {
    engine.dispose();
  }
}

async function main() {
  const { values } = readArguments(HELP, {
    options: {
      seeds: { type: 'string', default: String(SEEDS) },
      set: { type: 'string' },
      list: { type: 'boolean' },
    },
  });
  if (values.list) return console.log(tablesOf(JSON.parse(await readFile(RESULTS, 'utf8'))));
  await measureAll(countOf('seeds', values.seeds), values.set);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await runTool(main);
