/** Winograd and direct convolution train to the same error: resnet20 of width 8 on the first 5,000
 * photographs of the archive that CIFAR10 names, by both methods from the same twenty seeds. The two
 * soon part ways, as any two runs do that differ in rounding, so what must agree are the means: to
 * four standard errors of their difference, which chance alone exceeds once in 3,500 times (Student's
 * t, 38 degrees of freedom). Were seeds so far apart that this allowed for more than three points,
 * the test would say nothing, so it fails then: with twelve seeds it allowed for 3.0 points once, for
 * 3.4 another time. Takes 40 minutes on two cores; the results of the last run stand in
 * methods.results.json. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { describe, it } from 'node:test';
import { sideBySide } from '../tools/process.js';
import { json } from './command.js';

const RESULTS = new URL('./methods.results.json', import.meta.url);
const METHODS = ['direct', 'winograd'];
const ERRORS = /** @type {const} */ (['train', 'test']);
const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);
const STANDARD_ERRORS = 4;
const WIDEST = 0.03;
/** Well below the 0.9 of guessing, so that there is something to compare. */
const LEARNT = 0.6;
const RECIPE = [
  ...['--net', 'resnet20', '--width', '8', '--images', '5000', '--test-images', '2000'],
  ...['--epochs', '12', '--batch', '32', '--lr', '0.03', '--schedule', 'step'],
  ...['--augment', 'flip', '--weight-decay', '1e-4', '--tier', 'simd128', '--threads', '1'],
];
const data = process.env.CIFAR10;

/** The last epoch of one run. @param {string} conv @param {number} seed */
async function trained(conv, seed) {
  const how = ['--data', String(data), '--conv', conv, '--seed', String(seed)];
  const lines = await json('train', ...RECIPE, ...how);
  const { train_error: train, test_error: test } = lines.at(-2);
  assert.equal(lines.at(-1).conv, conv);
  return { train, test };
}

/** @typedef {{ train: number, test: number }} Errors */
/** By method, beside the seed. @typedef {{ seed: number, [method: string]: any }} Result */

/** By seed, what either method came to. */
async function trainAll() {
  /** @type {Result[]} */
  const results = SEEDS.map((seed) => ({ seed }));
  const jobs = results.flatMap((result) => METHODS.map((method) => ({ result, method })));
  await sideBySide(jobs, async ({ result, method }) => {
    result[method] = await trained(method, result.seed);
  });
  return results;
}

/** @param {number[]} values */
function meanAndVariance(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / (values.length - 1) };
}

/** The means of one error, how far they are apart, and how far they may be.
 * @param {Result[]} results @param {'train' | 'test'} error */
function compare(results, error) {
  const [direct, winograd] = METHODS.map((method) =>
    meanAndVariance(results.map((result) => result[method][error])),
  );
  const standardError = Math.sqrt((direct.variance + winograd.variance) / results.length);
  return {
    direct: direct.mean,
    winograd: winograd.mean,
    difference: winograd.mean - direct.mean,
    tolerance: STANDARD_ERRORS * standardError,
  };
}

describe('training by either method', { skip: data ? false : 'set CIFAR10 to the archive' }, () => {
  it('ends at the same error', async () => {
    const seeds = await trainAll();
    const [train, test] = ERRORS.map((error) => compare(seeds, error));
    const machine = { cpu: cpus()[0].model, node: process.version };
    const kept = { date: new Date().toISOString().slice(0, 10), ...machine, train, test, seeds };
    await writeFile(RESULTS, `${JSON.stringify(kept, null, 2)}\n`);
    for (const { direct, winograd, difference, tolerance } of [train, test]) {
      assert.ok(Math.max(direct, winograd) < LEARNT, `${direct} and ${winograd}`);
      assert.ok(tolerance < WIDEST, `the seeds are too far apart: ${tolerance}`);
      assert.ok(Math.abs(difference) < tolerance, `${difference} apart, not ${tolerance}`);
    }
  });
});
