/** How everything here is timed, ours and that of others; in Node and in browsers. */

/** Windows in a row that agree within SETTLED_SPREAD end the warm-up. */
const SETTLED_WINDOWS = 3;
const SETTLED_SPREAD = 1.03;

/**
 * @typedef {object} Pace
 * @property {number} windowMs
 * @property {number} windows that are measured
 * @property {number} warmUpMs at most, however much the windows still differ
 * @property {number} measureMs at most, however few the windows are
 */

/** @type {Record<'full' | 'quick', Pace>} */
export const PACES = {
  full: { windowMs: 1000, windows: 9, warmUpMs: 15000, measureMs: 30000 },
  quick: { windowMs: 500, windows: 5, warmUpMs: 6000, measureMs: 12000 },
};

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Rates of consecutive windows of work, in images per second.
 * @param {AsyncIterable<number>} work says, whenever something is done, how many images that were
 * @param {number} windowMs */
async function* rates(work, windowMs) {
  let images = 0;
  let start = performance.now();
  for await (const done of work) {
    images += done;
    const ms = performance.now() - start;
    if (ms < windowMs) continue;
    yield (images / ms) * 1000;
    images = 0;
    start = performance.now();
  }
}

/** The median rate of several windows, once compilers have caught up: V8 replaces code of its
 * baseline compiler while that runs. @param {AsyncIterable<number>} work @param {Pace} pace */
export async function steadyRate(work, { windowMs, windows, warmUpMs, measureMs }) {
  /** @type {number[]} */
  let found = [];
  let warm = false;
  let start = performance.now();
  for await (const rate of rates(work, windowMs)) {
    found.push(rate);
    const ms = performance.now() - start;
    if (warm) {
      if (found.length >= windows || ms > measureMs) return median(found);
      continue;
    }
    const last = found.slice(-SETTLED_WINDOWS);
    const settled =
      last.length === SETTLED_WINDOWS && Math.max(...last) < Math.min(...last) * SETTLED_SPREAD;
    if (!settled && ms < warmUpMs) continue;
    warm = true;
    found = [];
    start = performance.now();
  }
  throw new Error('The work ended before it was measured.');
}
