/** Layer responses in a number and in a sentence. */
import { number } from '../../ui/format.js';

/** @typedef {import('../../lib/index.js').LayerStatistics} LayerStatistics */
/** @typedef {import('../runs/rows.js').Row} Row */

/** The standard deviation of a layer's response, on average over layers. @param {LayerStatistics[]} layers */
export function meanResponse(layers) {
  return layers.reduce((sum, { responseStd }) => sum + responseStd, 0) / layers.length;
}

/** Plain and residual networks of one depth and width, side by side. @param {Row[]} rows
 * @param {{ t: import('../../ui/messages.js').Translate, lang: string }} look */
export function tellResponses(rows, { t, lang }) {
  const measured = rows.flatMap(({ name, config, run }) =>
    run.layers && run.state === 'finished' ? [{ name, config, layers: run.layers }] : [],
  );
  return measured.flatMap((plain) => {
    const residual = measured.find(
      ({ config }) =>
        config.family === 'residual' &&
        config.depth === plain.config.depth &&
        config.width === plain.config.width,
    );
    if (plain.config.family !== 'plain' || !residual) return [];
    const [plainMean, residualMean] = [plain, residual].map(({ layers }) => meanResponse(layers));
    const smaller = residualMean < plainMean;
    return t(smaller ? 'responsesSmaller' : 'responsesLarger', {
      ...{ plain: plain.name, residual: residual.name },
      ...{ plainMean: number(lang, plainMean, 2), residualMean: number(lang, residualMean, 2) },
    });
  });
}
