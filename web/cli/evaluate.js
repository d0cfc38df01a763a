import { readWhole } from './files.js';
import { loadNet, needFlag, needNoOperands, openData, withEngine } from './inputs.js';
import { bar, percent, print, printJson, rounded } from './output.js';

/** @param {import('./flags.js').Values} values @param {string[]} operands */
export async function evaluate(values, operands) {
  needNoOperands(operands);
  needFlag(values, 'model');
  needFlag(values, 'data');
  const file = await readWhole(values.model);
  await withEngine(values, async (engine) => {
    const net = await loadNet(engine, values, file);
    const { test } = await openData(engine, values);
    bar.show(0, 'evaluating');
    const score = await net.evaluate(test);
    bar.clear();
    report(net.name, score, values.json);
  });
}

/** @param {string} net @param {import('../lib/index.js').Score} score @param {boolean} json */
function report(net, { total, wrong, error, imagesPerSecond }, json) {
  const images_per_s = rounded(imagesPerSecond, 1);
  if (json) printJson({ net, total, wrong, error: rounded(error, 6), images_per_s });
  else print(`${net}: ${wrong} of ${total} wrong, ${percent(error)} (${images_per_s} images/s)`);
}
