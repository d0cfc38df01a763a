/** residua measure: what flows through each layer, on test images. */
import { counted } from '../lib/counted.js';
import { withNetAndData } from './inputs.js';
import { bar, print, printJson, rounded, row } from './output.js';

/** Significant digits that are printed. */
const DIGITS = 6;
/** Of a table. Where there are more layers, a row is the mean of several. */
const MOST_ROWS = 120;

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
  const rows = rowsOf(layers);
  const widths = [Math.max(...rows.map(({ name }) => name.length)), 9, 9, 10, 9];
  print(
    `${net} on ${counted(images, 'test image')} of ${data}; a response comes out of the norm, before the`,
  );
  print('shortcut is added and before the ReLU:');
  if (rows.length < layers.length)
    print(`(a row is the mean of several of the ${layers.length} layers; --json has each)`);
  print('');
  print(row(['', 'mean', 'std', 'activation', '|F|/|x|'], widths));
  for (const { name, responseMean, responseStd, activationRms, residualRatio } of rows) {
    const ratio = residualRatio === null ? '' : rounded(residualRatio, 3);
    const figures = [responseMean, responseStd, activationRms].map((value) => rounded(value, 3));
    print(row([name, ...figures, ratio], widths));
  }
}

/** The layers or, of more than a table has room for, the means of neighbours in one stage.
 * @param {Measured[]} layers @returns {Measured[]} */
export function rowsOf(layers) {
  if (layers.length <= MOST_ROWS) return layers;
  const each = 2 * Math.ceil(layers.length / MOST_ROWS / 2);
  const stageOf = (/** @type {Measured} */ { name }) => name.split('.')[0];
  const stages = [...new Set(layers.map(stageOf))];
  return stages
    .map((stage) => layers.filter((layer) => stageOf(layer) === stage))
    .flatMap((stage) =>
      Array.from({ length: Math.ceil(stage.length / each) }, (_, i) =>
        meanOf(stage.slice(i * each, (i + 1) * each)),
      ),
    );
}

/** @param {Measured[]} layers @returns {Measured} */
function meanOf(layers) {
  const [first, last] = [layers[0], layers[layers.length - 1]];
  const mean = (/** @type {(layer: Measured) => number | null} */ read) => {
    const values = layers.map(read).filter((value) => value !== null);
    return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;
  };
  return {
    name: layers.length > 1 ? `${first.name} to ${last.name}` : first.name,
    responseMean: Number(mean(({ responseMean }) => responseMean)),
    responseStd: Number(mean(({ responseStd }) => responseStd)),
    activationRms: Number(mean(({ activationRms }) => activationRms)),
    residualRatio: mean(({ residualRatio }) => residualRatio),
  };
}
