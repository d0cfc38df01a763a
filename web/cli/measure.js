import { withNetAndData } from './inputs.js';
import { bar, print, printJson, rounded, row } from './output.js';

/** Significant digits that are printed. */
const DIGITS = 6;

/** @param {number | null} value */
const told = (value) => (value === null ? null : Number(value.toPrecision(DIGITS)));

/** @param {import('./flags.js').Values} values @param {string[]} operands */
export async function measure(values, operands) {
  await withNetAndData(values, operands, async (net, { name: data, test }) => {
    bar.show(0, 'measuring');
    const statistics = await net.layerStatistics(test.images);
    bar.clear();
    const layers = statistics.map((layer, i) => ({ name: net.layers[i].name, ...layer }));
    const report = values.json ? reportJson : reportTable;
    report({ net: net.name, data, images: test.labels.length }, layers);
  });
}

/** @typedef {{ name: string } & import('../lib/index.js').LayerStatistics} Measured */

/** @param {{ net: string, data: string, images: number }} of @param {Measured[]} layers */
function reportJson(of, layers) {
  printJson({
    ...of,
    layers: layers.map((layer) => ({
      name: layer.name,
      response_mean: told(layer.responseMean),
      response_std: told(layer.responseStd),
      activation_rms: told(layer.activationRms),
      residual_ratio: told(layer.residualRatio),
    })),
  });
}

/** @param {{ net: string, data: string, images: number }} of @param {Measured[]} layers */
function reportTable({ net, data, images }, layers) {
  const widths = [Math.max(...layers.map(({ name }) => name.length)), 9, 9, 10, 9];
  print(`${net} on ${images} test images of ${data}; a response comes out of the norm, before the`);
  print('shortcut is added and before the ReLU:');
  print('');
  print(row(['', 'mean', 'std', 'activation', '|F|/|x|'], widths));
  for (const { name, responseMean, responseStd, activationRms, residualRatio } of layers) {
    const ratio = residualRatio === null ? '' : rounded(residualRatio, 3);
    const figures = [responseMean, responseStd, activationRms].map((value) => rounded(value, 3));
    print(row([name, ...figures, ratio], widths));
  }
}
