/** The sentences that say what happened in runs that have ended. */

import { number, percent } from '../ui/format.js';
import { fieldsOf, valueIn } from './experiment.js';

/** @typedef {import('./index.js').RunConfig} RunConfig */
/** @typedef {import('./runs/run.js').Run} Run */
/** @typedef {{ config: RunConfig, name: string, group?: string, run: Run }} Row */
/** A network that has finished, in one seed or, as a mean, in several.
 * @typedef {{ config: RunConfig, name: string, error: number, test: number, errors: number[] }} Ended */

/** The standard deviation of a network's training error over seeds, for networks with fewer than
 * SEEDS_THAT_TELL of their own: that of the first chapter's networks in docs/effect.md, as a test checks. */
export const SEED_DEVIATION = 0.024;
const SEEDS_THAT_TELL = 3;

/** @param {number[]} values of a sample */
function variance(values) {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** 2)) * (values.length / (values.length - 1));
}

/** Of a network's error, as the mean over its seeds. @param {Ended} network */
function varianceOf({ errors }) {
  const known = errors.length >= SEEDS_THAT_TELL;
  return (known ? variance(errors) : SEED_DEVIATION ** 2) / errors.length;
}

/** Differences within two standard deviations of their own are chance.
 * @param {Ended} one @param {Ended} other */
function isChance(one, other) {
  const deviation = Math.sqrt(varianceOf(one) + varianceOf(other));
  return Math.abs(one.error - other.error) <= 2 * deviation;
}

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

/** @typedef {{ shallow: Ended, deep: Ended }} Pair */
/** @param {Pair} pair */
const gapOf = ({ shallow, deep }) => deep.error - shallow.error;

/** A sentence, and whether what it says is what the paper found.
 * @typedef {{ text: string, asPaper: boolean }} Finding */

/**
 * @typedef {object} Look
 * @property {import('../ui/messages.js').Translate} t
 * @property {string} lang
 * @property {boolean} synthetic
 */

/** @template T @param {T[]} items @param {(item: T) => string} keyOf @returns {T[][]} */
function groupsOf(items, keyOf) {
  /** @type {Map<string, T[]>} */
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}

/** Those that have finished, seeds together. @param {Row[]} runs
 * @param {import('../ui/messages.js').Translate} t @returns {Ended[]} */
function endedOf(runs, t) {
  const finished = runs.filter(
    ({ run }) => run.state === 'finished' && run.trainError !== undefined,
  );
  return groupsOf(finished, ({ config }) => likeness(config, 'seed')).map((members) => {
    const [{ config, name, group = name }] = members;
    const errors = members.map(({ run }) => run.trainError ?? NaN);
    const { length: count } = errors;
    return {
      ...{ config, errors, name: count > 1 ? t('seeds', { name: group, count }) : name },
      error: mean(errors),
      test: mean(members.map(({ run }) => run.testError ?? NaN)),
    };
  });
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `doubtful`: something the paper found does not show. @param {Row[]} runs @param {Look} look */
export function summary(runs, look) {
  const { t } = look;
  const ended = endedOf(runs, t);
  const namesOf = (/** @type {Run['state']} */ state) =>
    runs.filter(({ run }) => run.state === state).map(({ name }) => name);
  const [stopped, diverged] = [namesOf('stopped'), namesOf('diverged')];
  const plain = pairOf(ended, 'plain');
  const residual = pairOf(ended, 'residual');
  // The first that is told is the headline.
  const findings = [
    ...(plain && residual ? tellShortcuts(plain.deep, residual.deep, look) : []),
    ...(plain ? [tellPlain(plain, look)] : []),
    ...(residual ? [tellResidual(residual, look, plain ? gapOf(plain) : 0)] : []),
    ...tellOptions(ended, look),
  ];
  const doubtful = findings.some(({ asPaper }) => !asPaper);
  const told = [
    ...(doubtful ? [t('notShown')] : []),
    ...findings.map(({ text }) => text),
    ...(findings.length > 0 ? [] : ended.map((one) => tellOne(one, look))),
    ...(diverged.length > 0 ? [t('divergedOnes', { names: diverged.join(', ') })] : []),
    ...(stopped.length > 0 ? [t('stoppedEarly', { names: stopped.join(', ') })] : []),
  ];
  return { told, doubtful, caveat: ended.length > 0 ? caveatOf(ended, look) : '' };
}

/** How far it may be believed. @param {Ended[]} ended @param {Look} look */
function caveatOf(ended, { t, synthetic }) {
  const key = ended.every(({ errors }) => errors.length > 1) ? 'caveatSeeds' : 'caveat';
  return t(synthetic ? `${key}Synthetic` : key);
}

/** @param {Pair} pair @param {Look} look */
function valuesOf({ deep, shallow }, { lang }) {
  const [deepError, shallowError] = [deep, shallow].map(({ error }) => percent(lang, error));
  return { deep: deep.name, shallow: shallow.name, deepError, shallowError };
}

/** What there is to say of two depths if the deeper one is not worse, else null.
 * @param {Pair} pair @param {Look} look */
function tellNotWorse(pair, look) {
  const values = valuesOf(pair, look);
  if (values.deepError === values.shallowError) return look.t('pairSame', values);
  if (isChance(pair.deep, pair.shallow)) return look.t('pairEqual', values);
  return gapOf(pair) < 0 ? look.t('pairBetter', values) : null;
}

/** @param {Pair} pair @param {Look} look @returns {Finding} */
function tellPlain(pair, look) {
  const text = tellNotWorse(pair, look);
  if (text !== null) return { text, asPaper: false };
  return { text: look.t('pairWorse', valuesOf(pair, look)), asPaper: true };
}

/** @param {Pair} pair @param {Look} look
 * @param {number} plainGap what depth cost the plain networks, if it did @returns {Finding} */
function tellResidual(pair, look, plainGap) {
  const text = tellNotWorse(pair, look);
  if (text !== null) return { text, asPaper: true };
  const values = valuesOf(pair, look);
  if (gapOf(pair) >= plainGap) return { text: look.t('pairWorse', values), asPaper: false };
  const [less, more] = [gapOf(pair), plainGap].map((gap) => number(look.lang, gap * 100, 1));
  return { text: look.t('pairLess', { ...values, less, more }), asPaper: false };
}

/** @param {Ended} plain @param {Ended} residual @param {Look} look @returns {Finding[]} */
function tellShortcuts(plain, residual, { t, lang }) {
  const { depth } = plain.config;
  if (depth !== residual.config.depth) return [];
  const asPaper = residual.error < plain.error && !isChance(plain, residual);
  const [plainError, residualError] = [plain, residual].map(({ error }) =>
    percent(lang, error, asPaper ? 0 : 1),
  );
  const key = asPaper ? 'shortcutsAtDepth' : 'shortcutsNot';
  return [{ text: t(key, { depth, plainError, residualError }), asPaper }];
}

/** Shortcuts of several options, a sentence for each depth. @param {Ended[]} ended @param {Look} look
 * @returns {Finding[]} */
function tellOptions(ended, { t, lang }) {
  const residual = ended.filter(({ config }) => config.family === 'residual');
  const groups = groupsOf(residual, ({ config }) => likeness(config, 'shortcut', 'seed'));
  const compared = groups.filter(({ length }) => length > 1);
  return compared.map((members) => {
    const alike = members.every((one) => members.every((other) => isChance(one, other)));
    const errors = members.map(({ config, error }) => `${config.shortcut} ${percent(lang, error)}`);
    const { depth } = members[0].config;
    const text = t(alike ? 'optionsAlike' : 'optionsApart', { depth, errors: errors.join(', ') });
    return { text, asPaper: true };
  });
}

/** @param {Ended} one @param {Look} look */
function tellOne({ name, test, error }, { t, lang }) {
  const tested = Number.isNaN(test) ? '–' : percent(lang, test);
  return t('endedAt', { name, train: percent(lang, error), test: tested });
}
