/** What is wrong with the flags that say in words what a network is. */
import { DEPTHS, fieldsOfSpec, isDepth, isWithin, LIMITS, specFromName } from '../lib/spec.js';

/** @param {string} name of --net */
export function netProblem(name) {
  const spec = specOf(name);
  if (!spec) return `is plain20, resnet56 or the like, not "${name}".`;
  if (isDepth(spec.depth)) return null;
  const distance = (/** @type {number} */ depth) => Math.abs(depth - spec.depth);
  const near = DEPTHS.reduce((best, depth) => (distance(depth) < distance(best) ? depth : best));
  const { min, max } = LIMITS.depth;
  return `has 6n+2 layers, ${min} to ${max}, not ${spec.depth}; the nearest has ${near}.`;
}

/** @param {string} name */
function specOf(name) {
  try {
    return specFromName(name);
  } catch {
    return null;
  }
}

/** @param {string} init */
export function initProblem(init) {
  const sigma = sigmaOf(init);
  if (sigma === null || (sigma !== undefined && !isWithin(LIMITS.sigma, sigma))) {
    return `is he, xavier or, with its standard deviation, gaussian:0.01, not "${init}".`;
  }
  return null;
}

/** The number in "gaussian:0.01", undefined where there is none; null if this says nothing.
 * @param {string} init @returns {number | undefined | null} */
function sigmaOf(init) {
  try {
    return fieldsOfSpec('train', { init: /** @type {any} */ (init) }).initSigma;
  } catch {
    return null;
  }
}
