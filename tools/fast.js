/** npm run fast: measures the recipe "fast" (RECIPES of web/lib/spec.js) on CIFAR-10. Its choices are compared on
 * training images that are held out, so no test image decides anything; seeds of the recipe itself are timed on all
 * images. Writes docs/fast.json, what came of each run, and docs/fast.md, its tables.
 * Invariant: all runs of docs/fast.json are of the recipe that it states, so what an interrupted measurement still
 * lacks is trained, and the rest stays. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { flagsOfRecipe } from '../web/cli/config.js';
import { CIFAR10_CLASSES, IMAGE_BYTES } from '../web/lib/dataset.js';
import { RECIPES } from '../web/lib/spec.js';
import { tablesOf } from './fast-tables.js';
import { commandFor } from './native.js';
import {
  archiveGiven,
  BuildError,
  capture,
  countOf,
  readArguments,
  root,
  runTool,
  sideBySide,
} from './process.js';
import { epochsOf, linesOf } from './record-file.js';

const HELP = `Usage: CIFAR10=ARCHIVE npm run fast -- [options]
Measures the recipe "fast" and shows it in docs/fast.md: seeds of it on all images, with their time, then its
choices on images that are held out. What docs/fast.json holds already is not trained again, unless the recipe has
changed.

  --held-out     the choices alone, as many at a time as there are cores
  --seeds N      how many seeds (default 5), one after the other, on all cores; 0 for none
  --list         writes the tables anew, and trains nothing
  --help

It needs what ./build.sh makes, a C compiler (cc, or what CC says) and tar.
`;

export const RESULTS = join(root, 'docs/fast.json');
export const TABLES = join(root, 'docs/fast.md');
const SEEDS = 5;
const FOLDER = join(homedir(), '.local/state/residua/fast');
/** Of the command that `npm run record` compiles: it gives the same bits everywhere. */
const TIER = 'simd128';
const IMAGES = 50000;
/** Training images that choices are compared on, the last ones. */
const HELD_OUT = 5000;

/** The command's flags by their names; undefined leaves one of the recipe out.
 * @typedef {Record<string, string | number | boolean | undefined>} Flags */

/** What a choice changes of the recipe, by what docs/fast.md calls it. Networks are compared at the same time of
 * training, not at the same epochs. @type {Record<string, Flags>} */
export const CHOICES = {
  'the recipe': {},
  'crops of the paper (crop-flip)': { augment: 'crop-flip' },
  'batches of 64, learning rate 0.1, 12 epochs': { batch: 64, lr: 0.1, epochs: 12 },
  'learning rate 0.1': { lr: 0.1 },
  'learning rate 0.4': { lr: 0.4 },
  'weight decay 1e-4': { 'weight-decay': 1e-4 },
  'no label smoothing': { 'label-smoothing': undefined },
  'no Nesterov': { nesterov: undefined },
  'norm and biases decay too': { 'no-decay-norm': undefined },
  'schedule step, learning rate 0.1': { schedule: 'step', lr: 0.1 },
  'resnet14, width 24, 9 epochs': { net: 'resnet14', width: 24, epochs: 9 },
  'resnet8, width 32, 9 epochs': { net: 'resnet8', width: 32, epochs: 9 },
};

/** As fractions: errors of the last epoch, and those that `residua eval --views` finds.
 * @typedef {{ train: number, error: number, views2: number, views6: number }} Errors */
/** Of the tier that trained. @typedef {Omit<Errors, 'train'> & { train: number | null, tier: string }} HeldOut */
/** A seed on all images; `seconds` of all commands, reading and tests after epochs included.
 * @typedef {Errors & { seed: number, seconds: number, imagesPerSecond: number }} Seed */
/**
 * @typedef {object} Results
 * @property {Flags} recipe
 * @property {Record<string, HeldOut>} heldOut by choice
 * @property {{ cpu: string, threads: number, node: string, tier: string, date: string } | null} machine of the seeds
 * @property {Seed[]} seeds
 */

/** As a file holds it: without what is undefined. @returns {Flags} */
export const recipeNow = () => JSON.parse(JSON.stringify(flagsOfRecipe({ recipe: 'fast' })));

/** What there is of the present recipe. @returns {Promise<Results>} */
async function resultsNow() {
  const recipe = recipeNow();
  /** @type {Results} */
  const none = { recipe, heldOut: {}, machine: null, seeds: [] };
  const known = JSON.parse(await readFile(RESULTS, 'utf8').catch(() => '{}'));
  return JSON.stringify(known.recipe) === JSON.stringify(recipe) ? known : none;
}

/** @param {Results} results */
async function keep(results) {
  await writeFile(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(TABLES, tablesOf(results, RECIPES.fast));
}

/** @param {Flags} flags @returns {string[]} */
const wordsOf = (flags) =>
  Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    return value === true ? [`--${name}`] : [`--${name}`, String(value)];
  });

/** Batches of CIFAR-10, with the last training images in the place of the test set. They are in the official order,
 * to which the command brings them in any case: those that are held out must not be trained on.
 * @param {string} archive @returns {Promise<string>} the folder */
async function holdOut(archive) {
  const { openDataset } = await import(join(root, 'dist/node.js'));
  const { train } = await openDataset(archive);
  const folder = join(FOLDER, 'held-out');
  await mkdir(folder, { recursive: true });
  const write = (
    /** @type {string} */ name,
    /** @type {number} */ first,
    /** @type {number} */ end,
  ) => writeFile(join(folder, name), recordsOf(train, first, end));
  for (let i = 0; i < 5; i++) await write(`data_batch_${i + 1}.bin`, i * 10000, (i + 1) * 10000);
  await write('test_batch.bin', IMAGES - HELD_OUT, IMAGES);
  await writeFile(join(folder, 'batches.meta.txt'), `${CIFAR10_CLASSES.join('\n')}\n`);
  return folder;
}

/** Records of CIFAR-10, of one set's images first .. end-1. @param {import('../web/lib/index.js').Images & { labels: Uint16Array }} set
 * @param {number} first @param {number} end */
function recordsOf({ images, labels }, first, end) {
  const records = new Uint8Array((end - first) * (1 + IMAGE_BYTES));
  for (let i = first; i < end; i++) {
    const pixels = images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
    records.set([labels[i]], (i - first) * (1 + IMAGE_BYTES));
    records.set(pixels, (i - first) * (1 + IMAGE_BYTES) + 1);
  }
  return records;
}

/** The errors of a run's last epoch. @param {string} log */
function endOf(log) {
  const [, last] = epochsOf(linesOf(log)).at(-1) ?? [];
  if (!last) throw new BuildError(`The command printed no epoch:\n${log}`);
  return { train: last.train_error, error: last.test_error, line: last };
}

/** The errors of weights with several views of each image. @param {string} model @param {string} data */
async function errorsOfViews(model, data) {
  const errorOf = async (/** @type {number} */ views) => {
    const words = wordsOf({ model, data, views, json: true });
    return JSON.parse(await capture(process.execPath, ['dist/cli.js', 'eval', ...words])).error;
  };
  return { views2: await errorOf(2), views6: await errorOf(6) };
}

/** @param {Results} results @param {string} archive */
async function measureChoices(results, archive) {
  const [program, data] = [await commandFor(), await holdOut(archive)];
  const missing = Object.keys(CHOICES).filter((name) => !(name in results.heldOut));
  await sideBySide(missing, async (name) => {
    console.log(`beginning: ${name}`);
    const out = join(FOLDER, `${name.replace(/\W+/g, '-')}.safetensors`);
    const sizes = { images: IMAGES - HELD_OUT, 'test-images': HELD_OUT };
    const flags = { ...results.recipe, ...CHOICES[name], ...sizes, data, out, force: true };
    const { train, error } = endOf(await capture(program, ['train', ...wordsOf(flags)]));
    const views = await errorsOfViews(out, data);
    results.heldOut[name] = { tier: TIER, train, error, ...views };
    console.log(`${name}: ${(100 * error).toFixed(2)} % of the held-out images`);
    await keep(results);
  });
}

/** @param {Results} results @param {string} data @param {number} count */
async function measureSeeds(results, data, count) {
  const threads = availableParallelism();
  for (let seed = 1; seed <= count; seed++) {
    if (results.seeds.some((one) => one.seed === seed)) continue;
    const folder = join(FOLDER, `seed-${seed}`);
    await mkdir(folder, { recursive: true });
    const [out, record] = ['safetensors', 'json'].map((end) =>
      join(folder, `resnet20-fast.${end}`),
    );
    const files = { out, record, force: true, json: true };
    const words = wordsOf({ recipe: 'fast', data, seed, threads, ...files });
    const started = performance.now();
    const log = await capture(process.execPath, ['dist/cli.js', 'train', ...words]);
    const views = await errorsOfViews(out, data);
    const seconds = Math.round((performance.now() - started) / 1000);
    const { train, error, line } = endOf(log);
    const imagesPerSecond = line.images_per_s;
    results.seeds.push({ seed, train, error, ...views, seconds, imagesPerSecond });
    const { tier } = /** @type {any} */ (linesOf(log).at(-1));
    const [cpu, date] = [cpus()[0]?.model ?? '', new Date().toISOString().slice(0, 10)];
    results.machine = { cpu, threads, node: process.version, tier, date };
    console.log(`seed ${seed}: ${(100 * views.views6).toFixed(2)} % in ${seconds} s`);
    await keep(results);
  }
}

async function main() {
  const { values } = readArguments(HELP, {
    options: {
      'held-out': { type: 'boolean' },
      seeds: { type: 'string', default: String(SEEDS) },
      list: { type: 'boolean' },
    },
  });
  const results = await resultsNow();
  if (values.list) return keep(results);
  const seeds = countOf('seeds', values.seeds, 0);
  const archive = archiveGiven();
  await mkdir(FOLDER, { recursive: true });
  if (!values['held-out']) await measureSeeds(results, archive, seeds);
  await measureChoices(results, archive);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await runTool(main);
