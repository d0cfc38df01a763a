/** What the first step sent through the layers, in numbers and in sentences. Without batch norm activations tell
 * whether signals vanish or explode: the gradient of a layer's weights is a product of the signal on its way
 * forward and of that on its way back, and so is alike in all layers even where both vanish. */
import { scientific } from './layers-chart.js';

/** @typedef {import('../runs/rows.js').Row} Row */
/** @typedef {import('../../lib/index.js').StepLayerStats} Stats */

/** The root mean square of the first layer's gradient divided by that of the last. @param {Stats} stats */
function gradientRatio({ gradientRms }) {
  return gradientRms[0] / gradientRms[gradientRms.length - 1];
}

/** That of the last layer's activations divided by that of the first's. @param {Stats} stats */
function activationRatio({ activationRms }) {
  return activationRms[activationRms.length - 1] / activationRms[0];
}

/** @param {Row[]} rows @param {{ t: import('../../ui/messages.js').Translate, lang: string }} look */
export function tellGradients(rows, { t, lang }) {
  const hasNorm = (/** @type {Row} */ { config }) => config.norm !== 'none';
  /** @type {[string, Row[], (stats: Stats) => number][]} */
  const sentences = [
    ['activationRatios', rows.filter((row) => !hasNorm(row)), activationRatio],
    ['gradientRatios', rows.filter(hasNorm), gradientRatio],
  ];
  return sentences.flatMap(([key, some, ratioOf]) => {
    const ratios = some.flatMap(({ name, run: { firstLayerStats } }) => {
      const ratio = firstLayerStats ? ratioOf(firstLayerStats) : NaN;
      return Number.isFinite(ratio) ? [t('ratioIn', { name, ratio: scientific(ratio, lang) })] : [];
    });
    return ratios.length > 0 ? [t(key, { ratios: ratios.join(', ') })] : [];
  });
}
