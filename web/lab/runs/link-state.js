/** What a link says of one network beside its configuration: its name, whether the chart shows it, and
 * how its run ended. Anyone can write a link, so parts that cannot be read are ignored. */
import { LONGEST_NAME } from '../../lib/formats/run-file.js';
import { inert } from '../../lib/inert.js';

/** @typedef {import('../index.js').RunLinkState} RunLinkState */
/** @typedef {import('../index.js').End} End */

const END = /^(scalar|simd128|relaxed)\.(\d{1,6})\.([0-9a-f]{16})$/;

/** How a finished run has ended; undefined for any other.
 * @param {import('../session.js').Run} run @returns {End | undefined} */
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

/** As parts of the text of a network, where "_" separates. @param {RunLinkState} state */
export function linkStateParts({ name, hidden, ended }) {
  const escaped = name?.replaceAll('%', '%25').replaceAll('_', '%5F');
  return [
    ...(escaped ? [`name-${escaped}`] : []),
    ...(hidden ? ['hidden-yes'] : []),
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
