/** What a figure of curves can show, against what, and on which scale. */
import { clock, number, percent } from '../../ui/format.js';

/** @typedef {'errors' | 'loss' | 'rate'} Measure */
/** @typedef {'steps' | 'epochs' | 'seconds' | 'shares'} Against */
/** A point of a curve. @typedef {{ step: number, value: number }} Reading */
/** A point where it is drawn. @typedef {{ at: number, value: number }} Spot */

export const MEASURES = /** @type {const} */ (['errors', 'loss', 'rate']);
export const AGAINST = /** @type {const} */ (['steps', 'epochs', 'seconds', 'shares']);

/** Is what a workbench shows one of these? @param {{ figure: string }} lab */
export const isOfCurves = ({ figure }) => MEASURES.some((measure) => measure === figure);

/** The curves of a run. A learning rate is one curve, drawn as the bold one.
 * @param {import('../../lib/curve.js').Curve} curve @param {Measure} measure
 * @returns {{ train: Reading[], test: Reading[] }} */
export function readingsOf({ train, test, ticks }, measure) {
  if (measure === 'rate') {
    return { train: [], test: ticks.map(({ step, lr }) => ({ step, value: lr })) };
  }
  const key = measure === 'loss' ? 'loss' : 'error';
  /** @param {import('../../lib/curve.js').Point[]} points */
  const read = (points) => points.map((point) => ({ step: point.step, value: point[key] }));
  return { train: read(train), test: read(test) };
}

/** Where a run's steps stand on the axis. @param {import('../runs/run.js').Run} run
 * @param {Against} against @returns {(step: number) => number} */
export function placeOf({ tick, curve }, against) {
  const { steps = 1, epochs = 1 } = tick ?? {};
  if (against === 'shares') return (step) => (100 * step) / steps;
  if (against === 'epochs') return (step) => (epochs * step) / steps;
  if (against === 'seconds') return (step) => secondsAt(curve.ticks, step);
  return (step) => step;
}

/** On a straight line between two ticks. @param {import('../../lib/index.js').Tick[]} ticks
 * @param {number} step */
function secondsAt(ticks, step) {
  const next = ticks.findIndex((tick) => tick.step >= step);
  const right = ticks[next] ?? ticks.at(-1);
  const left = ticks[next - 1] ?? { step: 0, seconds: 0 };
  if (!right || right.step === left.step) return right?.seconds ?? 0;
  const share = (step - left.step) / (right.step - left.step);
  return left.seconds + share * (right.seconds - left.seconds);
}

/** An average that forgets, from the first point on: 0 leaves a curve as it is.
 * @template {{ value: number }} T @param {T[]} points @param {number} strength below 1
 * @returns {T[]} */
export function smoothed(points, strength) {
  let [sum, weight] = [0, 0];
  return points.map((point) => {
    sum = strength * sum + point.value;
    weight = strength * weight + 1;
    return { ...point, value: sum / weight };
  });
}

/** @param {number} at @param {Against} against @param {string} lang */
export function atText(at, against, lang) {
  if (against === 'seconds') return clock(at);
  return number(lang, at, digitsOf(at));
}

/** @param {number} value @param {Measure} measure @param {string} lang */
export function valueText(value, measure, lang) {
  if (measure === 'errors') return percent(lang, value);
  return measure === 'loss' ? number(lang, value, 3) : rateText(value, lang);
}

/** A tick of the vertical axis. @param {number} value @param {Measure} measure
 * @param {string} lang */
export function tickText(value, measure, lang) {
  if (measure === 'rate') return rateText(value, lang);
  const shown = measure === 'errors' ? value * 100 : value;
  return number(lang, shown, digitsOf(shown));
}

/** @param {number} value @param {string} lang */
function rateText(value, lang) {
  return new Intl.NumberFormat(lang, { maximumSignificantDigits: 3 }).format(value);
}

/** As many as it takes, up to three. @param {number} value */
function digitsOf(value) {
  const digits = [0, 1, 2].find(
    (one) => Math.abs(value * 10 ** one - Math.round(value * 10 ** one)) < 1e-6,
  );
  return digits ?? 3;
}

/** The part of the axis, from the right edge, and of the height that a label over a rule takes. */
const LABEL = { width: 0.25, height: 0.06 };

/** The least height from a rule's on at which a label at the right edge is clear of the curves.
 * @param {Spot[]} spots of all curves @param {{ x: number[], y: number[] }} area that is shown
 * @param {number} rule */
export function clearOf(spots, { x: [left, right], y: [low, high] }, rule) {
  const from = right - LABEL.width * (right - left);
  const most = rule + LABEL.height * (high - low);
  const below = spots.filter(({ at, value }) => at >= from && value > rule && value <= most);
  return Math.max(rule, ...below.map(({ value }) => value));
}

/** Lines of a logarithmic scale: 1, 2, 5, 10 and on, or powers of ten where those are too many.
 * @param {number[]} domain */
export function logTicks([low, high]) {
  const from = Math.floor(Math.log10(low));
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - from + 1 }, (_, i) => from + i);
  const within = (/** @type {number} */ tick) => tick >= low * 0.999 && tick <= high * 1.001;
  const tight = powers.flatMap((power) => [1, 2, 5].map((lead) => lead * 10 ** power));
  const all = tight.filter(within);
  return all.length <= 9 ? all : powers.map((power) => 10 ** power).filter(within);
}
