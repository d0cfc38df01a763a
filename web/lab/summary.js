/** The sentences that say what happened in runs that have ended. */

import { number, percent } from '../ui/format.js';
import { fieldsOf, valueIn } from './experiment.js';

/** @typedef {import('./index.js').RunConfig} RunConfig */
/** @typedef {import('./session.js').Run} Run */
/** @typedef {{ config: RunConfig, name: string, group?: string, run: Run }} Row */
/** A network that has finished, in one seed or, as a mean, in several.
 * @typedef {{ config: RunConfig, name: string, error: number, test: number, seeds: number }} Ended */

/** Differences of errors below this are chance: two standard deviations of the difference between
 * two errors, each measured on so many images, at most. @param {number} images */
const chance = (images) => 2 * Math.sqrt((2 * 0.25) / images);

/** @param {RunConfig} config @param {string[]} but fields that may differ */
function likeness(config, ...but) {
  const same = fieldsOf(config).filter(({ name }) => !but.includes(name));
  return same.map((field) => `${field.name} ${valueIn(config, field)}`).join();
}

/** The shallowest and the deepest of a family that differ in nothing else.
 * @param {Ended[]} ended @param {'plain' | 'residual'} family */
function pairOf(ended, family) {
  const members = ended.filter(({ config }) => config.family === family);
  const first = members[0] && likeness(members[0].config, 'depth');
  const alike = members.filter(({ config }) => likeness(config, 'depth') === first);
  const byDepth = alike.sort((a, b) => a.config.depth - b.config.depth);
  const [shallow, deep] = [byDepth[0], byDepth[byDepth.length - 1]];
  return deep && deep.config.depth > shallow.config.depth ? { shallow, deep } : null;
}

/** @param {{ shallow: Ended, deep: Ended }} pair */
const gapOf = ({ shallow, deep }) => deep.error - shallow.error;

/**
 * @typedef {object} Look
 * @property {import('../ui/messages.js').Translate} t
 * @property {string} lang
 * @property {boolean} synthetic
 * @property {number} images that errors are measured on
 */

/** Those that have finished, seeds together. @param {Row[]} runs
 * @param {import('../ui/messages.js').Translate} t @returns {Ended[]} */
function endedOf(runs, t) {
  /** @type {Map<string, Row[]>} */
  const groups = new Map();
  for (const row of runs) {
    if (row.run.state !== 'finished' || row.run.trainError === undefined) continue;
    const key = likeness(row.config, 'seed');
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((members) => {
    const [{ config, name, group = name }] = members;
    const seeds = members.length;
    return {
      ...{ config, seeds, name: seeds > 1 ? t('seeds', { name: group, count: seeds }) : name },
      error: mean(members.map(({ run }) => run.trainError ?? NaN)),
      test: mean(members.map(({ run }) => run.testError ?? NaN)),
    };
  });
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @param {Row[]} runs @param {Look} look */
export function summary(runs, look) {
  const { t } = look;
  const ended = endedOf(runs, t);
  const stopped = runs.filter(({ run }) => run.state === 'stopped').map(({ name }) => name);
  const plain = pairOf(ended, 'plain');
  const residual = pairOf(ended, 'residual');
  const told = [
    ...(plain ? [tellPair(plain, look)] : []),
    ...(residual ? [tellPair(residual, look, plain ? gapOf(plain) : 0)] : []),
    ...(plain && residual ? tellShortcuts(plain.deep, residual.deep, look) : []),
    ...(plain || residual ? [] : ended.map((one) => tellOne(one, look))),
  ];
  if (stopped.length > 0) told.push(t('stoppedEarly', { names: stopped.join(', ') }));
  return { told, caveat: ended.length > 0 ? caveatOf(ended, look) : '' };
}

/** How far it may be believed. @param {Ended[]} ended @param {Look} look */
function caveatOf(ended, { t, synthetic }) {
  const key = ended.every(({ seeds }) => seeds > 1) ? 'caveatSeeds' : 'caveat';
  return t(synthetic ? `${key}Synthetic` : key);
}

/** @param {{ shallow: Ended, deep: Ended }} pair @param {Look} look
 * @param {number} [plainGap] what depth cost the plain networks, if it did */
function tellPair({ shallow, deep }, { t, lang, images }, plainGap = 0) {
  const gap = gapOf({ shallow, deep });
  const [deepError, shallowError] = [deep, shallow].map(({ error }) => percent(lang, error));
  const said = { deep: deep.name, shallow: shallow.name, deepError, shallowError };
  if (Math.abs(gap) < chance(images)) return t('pairEqual', said);
  if (gap < 0) return t('pairBetter', said);
  if (gap >= plainGap) return t('pairWorse', said);
  const [less, more] = [gap, plainGap].map((points) => number(lang, points * 100, 1));
  return t('pairLess', { ...said, less, more });
}

/** @param {Ended} plain @param {Ended} residual @param {Look} look */
function tellShortcuts(plain, residual, { t, lang, images }) {
  const { depth } = plain.config;
  const gain = plain.error - residual.error;
  if (depth !== residual.config.depth || gain < chance(images)) return [];
  const [plainError, residualError] = [plain, residual].map(({ error }) => percent(lang, error));
  return [t('shortcutsAtDepth', { depth, plainError, residualError })];
}

/** @param {Ended} one @param {Look} look */
function tellOne({ name, test, error }, { t, lang }) {
  const tested = Number.isNaN(test) ? '–' : percent(lang, test);
  return t('endedAt', { name, train: percent(lang, error), test: tested });
}
