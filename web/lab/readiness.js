/** Whether training can start with the present experiment and images. Nothing here changes state. */
import { number } from '../ui/format.js';
import { problemsOf, resolveConfig } from './experiment.js';

/** @typedef {import('./lab.js').ResiduaLab} ResiduaLab */

/** Why training cannot start, and the group of controls that it is about; null if nothing is in the way.
 * @typedef {import('./experiment.js').Field['group']} Group
 * @param {ResiduaLab} lab @returns {{ text: string, group: Group } | null} */
export function obstacleTo({ experiment, source, usedSource, lang, t, runs: list }) {
  const { data, images, testImages, runs } = experiment;
  const say = (/** @type {number} */ count) => number(lang, count);
  const [wrong] = problemsOf(experiment);
  if (wrong) {
    const { field, run, problem } = wrong;
    const what = { field: t(`field_${field.name}`), name: runs[run] && list.nameOf(runs[run]) };
    const text = t('wrongValue', { ...what, problem: t(`problem_${problem}`, field) });
    return { text, group: runs[run] ? 'network' : field.group };
  }
  if (data !== 'synthetic' && !source) return { text: t('noCifar'), group: 'data' };
  if (usedSource && (images > usedSource.images || testImages > usedSource.testImages)) {
    const there = { images: say(usedSource.images), testImages: say(usedSource.testImages) };
    return { text: t('tooFewImages', there), group: 'data' };
  }
  const batchSize = Math.max(...runs.map((run) => resolveConfig(experiment, run).batchSize));
  if (batchSize <= images) return null;
  const text = t('batchTooLarge', { batch: say(batchSize), images: say(images) });
  return { text, group: 'training' };
}

/** @param {ResiduaLab} lab */
export function isReady(lab) {
  const hopeless = lab.failure?.doing === 'plan' || lab.failure?.error.code === 'NO_SIMD';
  return !lab.busy && !hopeless && obstacleTo(lab) === null;
}

/** Whether what the chart shows, or would show, is on synthetic images.
 * @param {ResiduaLab} lab @returns {'all' | 'some' | 'none'} */
export function syntheticPart({ drawn, isSynthetic }) {
  const kinds = drawn.map(({ run }) => run.facts?.data.synthetic === true);
  if (kinds.length === 0) return isSynthetic ? 'all' : 'none';
  return kinds.every((kind) => kind) ? 'all' : kinds.some((kind) => kind) ? 'some' : 'none';
}
