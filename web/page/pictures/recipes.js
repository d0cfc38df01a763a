/** What is trained on pictures of one's own: an experiment of one network, from nothing or from recorded
 * weights. */
import { newRun } from '../../lab/experiment.js';

/** @typedef {import('../../lab/index.js').Experiment} Experiment */
/** @typedef {import('../data/data.js').Facts} Facts */

/** The recorded network that is fine-tuned. */
export const RECORDED = 'resnet20';
/** Stages that can be frozen: three of the network, before its head. */
export const STAGES = [0, 1, 2, 3];
/** With fewer pictures of a class than this, most stages are frozen. On three shapes of the synthetic set, 20 of
 * each, the test error was 20 % with two stages frozen and 17 % with none, in three quarters of the time; with
 * three it was 36 %, and from nothing 47 %. */
export const FEW = 100;
/** Pictures that training looks at, over all epochs: a minute or so. */
const LOOKS = 24_000;
const [LEAST_EPOCHS, MOST_EPOCHS] = [6, 60];

/** The paper's narrowest network, which is the recorded one's form too. */
const FORM = { family: /** @type {const} */ ('residual'), depth: 20, width: 16 };

/** Stages that are best frozen. @param {Facts} facts */
export const stagesFor = ({ images, classes }) => (images / classes < FEW ? 2 : 0);

/** @param {Facts} facts @returns {Partial<Experiment>} */
function recipeFor({ images, testImages }) {
  const epochs = Math.round(LOOKS / images);
  return {
    data: 'cifar10',
    ...{ images, testImages },
    epochs: Math.min(MOST_EPOCHS, Math.max(LEAST_EPOCHS, epochs)),
    batchSize: images >= 128 ? 32 : images >= 32 ? 16 : 8,
    ...{ schedule: 'cosine', augment: 'crop-flip', momentum: 0.9, weightDecay: 1e-4 },
  };
}

/** @param {Facts} facts @returns {Partial<Experiment>} */
export function fromNothing(facts) {
  return { ...recipeFor(facts), lr: 0.03, runs: [newRun(FORM)] };
}

/** @param {Facts} facts @param {number} frozenStages @returns {Partial<Experiment>} */
export function fineTuned(facts, frozenStages) {
  const run = newRun({ ...FORM, from: RECORDED, frozenStages });
  return { ...recipeFor(facts), lr: 0.03, runs: [run] };
}
