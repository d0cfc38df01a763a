/** What the results of fidelity say: quantiles, a rank test, flipped ReLUs, and the bounds that must hold. All
 * of it is paired: each method and PyTorch's float32 have computed the same networks. */
import { METHODS, nameOf, PYTORCH } from './run.js';

/** @typedef {import('./run.js').Result} Result */
/** @typedef {import('./measure.js').Errors} Errors */
/** @typedef {keyof Errors} Group */

export const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9];
/** No gradient of the first step is near it: those without a flipped ReLU end at 3e-5, the others begin at 1e-4. */
const FLIPPED = 5e-5;
/** Standard errors that chance may take. It exceeds them once in 700 times, and there are 74 bounds. */
const CHANCE = 3;
/** Winograd's median gradient over that of PyTorch's float32: what is wanted. */
const WINOGRAD_FACTOR = 1.5;

/** @param {Result[]} results @param {string} name @param {Group} group */
export const errorsOfGroup = (results, name, group) =>
  results.map(({ errors }) => errors[name][group]);

/** @param {number[]} values @param {number} share */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** How many networks have a flipped ReLU in the first step. @param {Result[]} results @param {string} name */
export const flipsOf = (results, name) =>
  errorsOfGroup(results, name, 'gradient').filter((error) => error > FLIPPED).length;

/** Wilcoxon's signed-rank test: standard deviations that a method's errors lie above PyTorch's, by the ranks of
 * the differences of logarithms. @param {Result[]} results @param {string} name @param {Group} group */
export function rankTest(results, name, group) {
  const theirs = errorsOfGroup(results, PYTORCH, group);
  const differences = errorsOfGroup(results, name, group)
    .map(
      (error, i) => Math.log(error || Number.MIN_VALUE) - Math.log(theirs[i] || Number.MIN_VALUE),
    )
    .filter((difference) => difference !== 0)
    .sort((a, b) => Math.abs(a) - Math.abs(b));
  const n = differences.length;
  const sum = differences.reduce((total, one, i) => total + Math.sign(one) * (i + 1), 0);
  return sum / Math.sqrt((n * (n + 1) * (2 * n + 1)) / 6);
}

/** Is the share of a method's errors above a quantile of PyTorch's what chance allows? Both quantiles are of
 * samples, whence the 2. @param {Result[]} results @param {string} name @param {Group} group
 * @param {number} share */
function isNoWorse(results, name, group, share) {
  const most = quantile(errorsOfGroup(results, PYTORCH, group), share);
  const above = errorsOfGroup(results, name, group).filter((error) => error > most).length;
  const count = results.length;
  const deviation = Math.sqrt(2 * share * (1 - share) * count);
  return above <= (1 - share) * count + CHANCE * deviation;
}

/** Has a method flipped ReLUs in more networks than PyTorch, beyond chance? Networks in which both have or
 * neither has say nothing. @param {Result[]} results @param {string} name */
function flipsMore(results, name) {
  const isFlipped = (/** @type {Result} */ { errors }, /** @type {string} */ by) =>
    errors[by].gradient > FLIPPED;
  const differ = results.filter((one) => isFlipped(one, name) !== isFlipped(one, PYTORCH));
  const ours = differ.filter((one) => isFlipped(one, name)).length;
  return ours - differ.length / 2 > (CHANCE * Math.sqrt(differ.length)) / 2;
}

/** Winograd's median gradient over PyTorch's. @param {Result[]} results @param {string} name */
export function medianRatio(results, name) {
  const median = (/** @type {string} */ by) =>
    quantile(errorsOfGroup(results, by, 'gradient'), 0.5);
  return median(name) / median(PYTORCH);
}

/** @typedef {{ name: string, bound: 'flips' | 'quantile' | 'median', problem: string }} Broken */

/** The bounds that the results break; none if all hold. @param {Result[]} results
 * @param {readonly import('./measure.js').Method[]} [methods] @returns {Broken[]} */
export function broken(results, methods = METHODS) {
  const groups = /** @type {Group[]} */ (Object.keys(results[0].errors[PYTORCH]));
  return methods.flatMap(({ conv, tier }) => {
    const name = nameOf({ conv, tier });
    /** @type {Broken[]} */
    const found = [];
    const ratio = medianRatio(results, name);
    if (flipsMore(results, name))
      found.push({ name, bound: 'flips', problem: 'more flipped ReLUs than by chance' });
    if (conv === 'winograd' && ratio > WINOGRAD_FACTOR) {
      const problem = `median gradient ${ratio.toFixed(2)}x PyTorch's, above ${WINOGRAD_FACTOR}`;
      found.push({ name, bound: 'median', problem });
    }
    if (conv === 'winograd') return found;
    for (const group of groups) {
      const worse = QUANTILES.filter((share) => !isNoWorse(results, name, group, share));
      for (const share of worse)
        found.push({ name, bound: 'quantile', problem: `${group} at ${100 * share} %` });
    }
    return found;
  });
}
