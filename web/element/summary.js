/** What happened in the reader's own runs, in words. */
import { fieldsOf, valueIn } from './experiment.js';
import { number, percent } from './format.js';

/** @typedef {import('./index.js').RunConfig} RunConfig */
/** @typedef {import('./session.js').Run} Run */
/** @typedef {{ config: RunConfig, name: string, run: Run, error: number }} Ended */

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
 * @property {import('./messages.js').Translate} t
 * @property {string} lang
 * @property {boolean} synthetic
 * @property {number} images that errors are measured on
 */

/** @param {{ config: RunConfig, name: string, run: Run }[]} runs @param {Look} look */
export function summary(runs, look) {
  const { t } = look;
  const ended = runs.flatMap(({ config, name, run }) => {
    const error = run.state === 'finished' ? run.trainError : undefined;
    return error === undefined ? [] : [{ config, name, run, error }];
  });
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
  const caveat = ended.length > 0 ? t(look.synthetic ? 'caveatSynthetic' : 'caveat') : '';
  return { told, caveat };
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
function tellOne({ name, run, error }, { t, lang }) {
  const test = run.testError === undefined ? '–' : percent(lang, run.testError);
  return t('endedAt', { name, train: percent(lang, error), test });
}
