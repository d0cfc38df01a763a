/** Whether training can start with the present experiment and images. Nothing here changes state. */
import { number } from '../ui/format.js';
import { problemsOf, resolveConfig } from './experiment.js';

/** @typedef {import('./lab.js').ResiduaLab} ResiduaLab */

/** Why training cannot start: a sentence; null if nothing is in the way. @param {ResiduaLab} lab */
export function obstacleTo({ experiment, source, usedSource, lang, t }) {
  const { data, images, testImages, runs } = experiment;
  const say = (/** @type {number} */ count) => number(lang, count);
  const problems = problemsOf(experiment);
  if (problems.length > 0) {
    const names = new Set(problems.map(({ field }) => t(`field_${field.name}`)));
    return t('wrongValues', { names: [...names].join(', ') });
  }
  if (data !== 'synthetic' && !source) return t('noCifar');
  if (usedSource && (images > usedSource.images || testImages > usedSource.testImages)) {
    const there = { images: say(usedSource.images), testImages: say(usedSource.testImages) };
    return t('tooFewImages', there);
  }
  const batchSize = Math.max(...runs.map((run) => resolveConfig(experiment, run).batchSize));
  return batchSize > images
    ? t('batchTooLarge', { batch: say(batchSize), images: say(images) })
    : null;
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
