/** Gradients of the first step in a number and in a sentence. */
import { scientific } from './layers-chart.js';

/** @typedef {import('../runs/rows.js').Row} Row */

/** The root mean square of the first layer's gradient divided by that of the last.
 * @param {import('../../lib/index.js').StepLayerStats} stats */
function gradientRatio({ gradientRms }) {
  return gradientRms[0] / gradientRms[gradientRms.length - 1];
}

/** @param {Row[]} rows @param {{ t: import('../../ui/messages.js').Translate, lang: string }} look */
export function tellGradients(rows, { t, lang }) {
  const ratios = rows.flatMap(({ name, run: { firstLayerStats } }) => {
    const ratio = firstLayerStats ? gradientRatio(firstLayerStats) : NaN;
    return Number.isFinite(ratio) ? [t('ratioIn', { name, ratio: scientific(ratio, lang) })] : [];
  });
  return ratios.length > 0 ? [t('gradientRatios', { ratios: ratios.join(', ') })] : [];
}
