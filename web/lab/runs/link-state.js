/** What a link says of one network beside its configuration: its name, whether the chart shows it, how its
 * run ended, and its curve. Anyone can write a link, so parts that cannot be read are ignored. */
import { LONGEST_NAME } from '../../lib/formats/run-file.js';
import { inert } from '../../lib/inert.js';

/** @typedef {import('../index.js').RunLinkState} RunLinkState */
/** @typedef {import('../index.js').End} End */
/** @typedef {NonNullable<RunLinkState['curve']>[number]} Point */

const END = /^(scalar|simd128|relaxed)\.(\d{1,6})\.([0-9a-f]{16})$/;

/** How a finished run has ended; undefined for any other.
 * @param {import('./run.js').Run} run @returns {End | undefined} */
export function endOf({ state, facts, tick }) {
  if (state !== 'finished' || !facts || !tick) return undefined;
  const { tier, numerics } = facts.machine;
  return { tier, numerics, trajectory: tick.trajectory };
}

/** A name in one line; undefined if nothing is left of it. Halves of characters (Cs) go too: a link
 * cannot hold them. @param {string} text */
export function cleanName(text) {
  const line = inert(text.replaceAll(/[\s\p{Cc}\p{Cs}]+/gu, ' ')).trim();
  return (
    line
      .slice(0, LONGEST_NAME)
      .replace(/[\ud800-\udbff]$/, '')
      .trim() || undefined
  );
}

/** Epochs of a curve in a link, at most, and the errors of each: per mille, in two digits of base 36. */
const MOST_POINTS = 40;
const CURVE = new RegExp(`^(?:[0-9a-z]{4}){1,${MOST_POINTS}}$`);

/** A finished run's errors at the ends of its epochs, of few of them if it has many.
 * @param {import('./run.js').Run} run @returns {Point[] | undefined} */
export function curveOf({ state, curve: { epochs } }) {
  if (state !== 'finished') return undefined;
  const count = Math.min(MOST_POINTS, epochs.length);
  return Array.from({ length: count }, (_, i) => {
    const { trainError, testError = 1 } = epochs[Math.round(((i + 1) * epochs.length) / count) - 1];
    return { trainError, testError };
  });
}

/** @param {Point[]} points */
function curveText(points) {
  const digits = (/** @type {number} */ error) =>
    Math.round(1000 * error)
      .toString(36)
      .padStart(2, '0');
  return points.map((point) => digits(point.trainError) + digits(point.testError)).join('');
}

/** @param {string} text @returns {Point[] | undefined} undefined if it is none */
function readCurve(text) {
  if (!CURVE.test(text)) return undefined;
  const errors = (text.match(/../g) ?? []).map((digits) => Number.parseInt(digits, 36) / 1000);
  if (errors.some((error) => error > 1)) return undefined;
  return errors.flatMap((trainError, i) =>
    i % 2 === 0 ? [{ trainError, testError: errors[i + 1] }] : [],
  );
}

/** As parts of the text of a network, where "_" separates. @param {RunLinkState} state */
export function linkStateParts({ name, hidden, ended, curve }) {
  const escaped = name?.replaceAll('%', '%25').replaceAll('_', '%5F');
  return [
    ...(escaped ? [`name-${escaped}`] : []),
    ...(hidden ? ['hidden-yes'] : []),
    ...(curve ? [`curve-${curveText(curve)}`] : []),
    ...(ended ? [`ended-${ended.tier}.${ended.numerics}.${ended.trajectory}`] : []),
  ];
}

/** How each part is read. @type {Record<string, (value: string) => RunLinkState>} */
const READERS = {
  name: (value) => {
    const text = value.replaceAll('%5F', '_').replaceAll('%25', '%');
    return { name: cleanName(text) };
  },
  hidden: (value) => ({ hidden: value === 'yes' }),
  curve: (value) => {
    const curve = readCurve(value);
    return curve ? { curve } : {};
  },
  ended: (value) => {
    const [, tier, numerics, trajectory] = END.exec(value) ?? [];
    if (trajectory === undefined) return {};
    return { ended: { tier: /** @type {End['tier']} */ (tier), numerics: +numerics, trajectory } };
  },
};

/** @param {string} key */
export const isLinkStateKey = (key) => Object.hasOwn(READERS, key);

/** @param {[key: string, value: string][]} pairs what a link says of one network
 * @returns {RunLinkState} */
export function readLinkState(pairs) {
  /** @type {RunLinkState} */
  const state = {};
  for (const [key, value] of pairs) Object.assign(state, READERS[key](value));
  return state;
}

/** Why two runs of the same experiment may end differently, as far as it can be known; empty if they
 * end the same. @param {End} expected @param {End} ended @param {boolean} synthetic images
 * @returns {('tier' | 'relaxed' | 'numerics' | 'images' | 'unknown')[]} */
export function differences(expected, ended, synthetic) {
  if (expected.trajectory === ended.trajectory) return [];
  const relaxed = [expected, ended].filter(({ tier }) => tier === 'relaxed').length;
  /** @type {ReturnType<typeof differences>} */
  const known = [];
  if (relaxed === 1) known.push('tier');
  if (relaxed === 2) known.push('relaxed');
  if (expected.numerics !== ended.numerics) known.push('numerics');
  if (!synthetic) known.push('images');
  return known.length > 0 ? known : ['unknown'];
}
