/** The networks that fidelity is measured on, and their images. Invariant: the number of a network decides all of
 * it, in integer arithmetic, so that stored values fit the networks that anybody makes again. */

/** Steps that each is trained for, on one batch. */
export const STEPS = 6;
/** Shallow ones more often, since they take less time. */
const DEPTHS = [8, 8, 8, 14, 14, 20, 26, 32, 44, 56];
/** Without norm, deeper ones leave float32's range at their first steps. */
const DEPTHS_WITHOUT_NORM = [8, 14];
/** With norm; a run of six steps has no warm-up. */
const LR = 0.03;
const SIDE = 32;
/** Pixels between the points of the coarse pattern that an image is. */
const CELL = 8;
const POINTS = SIDE / CELL + 1;
const NOISE = 32;

/**
 * @typedef {object} FidelityNet
 * @property {number} number
 * @property {import('../../web/lib/index.js').Spec} spec
 * @property {number} batchSize
 * @property {number} lr
 */

/** Whole numbers below a bound (mulberry32). @param {number} seed */
function drawer(seed) {
  let state = seed;
  return (/** @type {number} */ below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** @param {number} number from 1 @returns {FidelityNet} */
export function netOf(number) {
  const draw = drawer(number);
  /** @template T @param {readonly T[]} options */
  const pick = (options) => options[draw(options.length)];
  const kind = pick(/** @type {const} */ (['plain', 'A', 'B', 'C']));
  const norm = draw(8) === 0 ? 'none' : 'batch';
  const depth = pick(norm === 'batch' ? DEPTHS : DEPTHS_WITHOUT_NORM);
  /** @type {import('../../web/lib/index.js').Spec} */
  const spec = {
    family: kind === 'plain' ? 'plain' : 'residual',
    shortcut: kind === 'plain' ? 'A' : kind,
    ...{ depth, width: 4 + draw(13), norm, seed: number },
  };
  return { number, spec, batchSize: 4 + draw(5), lr: norm === 'batch' ? LR : LR / 10 };
}

/** A smooth pattern with noise on it for each image and colour. @param {FidelityNet} net
 * @returns {import('../../web/lib/index.js').Images} */
export function batchOf({ number, batchSize }) {
  const draw = drawer(-number);
  const planes = Array.from({ length: 3 * batchSize }, () => planeOf(draw));
  const images = new Uint8Array(planes.flat());
  return { images, labels: Uint16Array.from({ length: batchSize }, () => draw(10)) };
}

/** @param {ReturnType<typeof drawer>} draw */
function planeOf(draw) {
  const points = Array.from({ length: POINTS * POINTS }, () => draw(256));
  return Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    const at = Math.floor(y / CELL) * POINTS + Math.floor(x / CELL);
    const [right, down] = [x % CELL, y % CELL];
    const upper = points[at] * (CELL - right) + points[at + 1] * right;
    const lower = points[at + POINTS] * (CELL - right) + points[at + POINTS + 1] * right;
    const smooth = Math.floor((upper * (CELL - down) + lower * down) / (CELL * CELL));
    return Math.max(0, Math.min(255, smooth + draw(NOISE) - NOISE / 2));
  });
}
