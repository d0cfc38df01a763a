import { isByNumber } from '../lib/classes.js';
import { withNetAndData } from './inputs.js';
import { tryNormalisations } from './normalisation.js';
import { bar, note, percent, print, printJson, rounded, row } from './output.js';

/** Mistakes that are listed for a reader; JSON has them all. */
const MISTAKES = 10;

/** @param {import('./flags.js').Values} values @param {string[]} operands */
export async function evaluate(values, operands) {
  await withNetAndData(values, operands, async (net, { test, classes }, engine, file) => {
    const { hasNormalisation } = await engine.inspect(file);
    const { family, depth } = net.spec;
    if (!hasNormalisation && values.mean === undefined && test.labels.length > 0) {
      const open = (/** @type {object} */ usual) =>
        engine.loadNet(file, { family, depth, ...usual });
      await tryNormalisations(open, test, classes);
    }
    bar.show(0, 'evaluating');
    const score = await net.evaluate(test, { classes, details: values.details });
    bar.clear();
    noteClasses(net, classes, score);
    const reportScore = values.json ? reportJson : report;
    reportScore(net.name, score, net.classNames ?? classes);
  });
}

/** Says what was not matched by name. @param {import('../lib/index.js').Net} net
 * @param {readonly string[]} classes of the images @param {import('../lib/index.js').Score} score */
function noteClasses(net, classes, { leftOut }) {
  if (isByNumber(classes, net)) {
    const nameless = net.classNames ? 'The data does' : 'The net does';
    note(`${nameless} not say what its classes are called; they are matched by number.`);
  }
  if (!leftOut) return;
  const names = leftOut.classes.join(', ');
  note(`The net has no class ${names}; ${leftOut.images} images of them are left out.`);
}

/** @param {string} net @param {import('../lib/index.js').Score} score */
function reportJson(net, { total, wrong, error, imagesPerSecond, details }) {
  const images_per_s = rounded(imagesPerSecond, 1);
  const figures = { net, total, wrong, error: rounded(error, 6), images_per_s };
  printJson({ ...figures, ...(details && jsonOf(details)) });
}

/** @param {import('../lib/index.js').Details} details */
function jsonOf({ confusion, classErrors, mistakes }) {
  const class_errors = classErrors.map((error) => (error === null ? null : rounded(error, 6)));
  return { class_errors, confusion, mistakes };
}

/** @param {string} net @param {import('../lib/index.js').Score} score @param {readonly string[]} classes */
function report(net, { total, wrong, error, imagesPerSecond, details }, classes) {
  const speed = rounded(imagesPerSecond, 1);
  print(`${net}: ${wrong} of ${total} wrong, ${percent(error)} (${speed} images/s)`);
  if (details) reportDetails(details, classes);
}

/** @param {import('../lib/index.js').Details} details @param {readonly string[]} classes */
function reportDetails({ confusion, classErrors, mistakes }, classes) {
  const nameOf = (/** @type {number} */ k) => classes[k] ?? `class ${k}`;
  const names = confusion.map((_, k) => nameOf(k));
  const label = Math.max(...names.map(({ length }) => length));
  const cell = Math.max(...confusion.flat().map((count) => String(count).length), 4);
  const widths = [label, 8, ...names.map(() => cell)];
  print('');
  print('Each class, its error, and how many of its images were taken for each class:');
  print('');
  print(row(['', 'error', ...names.map((name) => name.slice(0, cell))], widths));
  confusion.forEach((counts, k) => {
    print(row([names[k], percent(classErrors[k]), ...counts], widths));
  });
  if (mistakes.length > 0) {
    print('');
    print('The most confident mistakes:');
    print('');
  }
  for (const { index, label: truth, predicted, probability } of mistakes.slice(0, MISTAKES)) {
    const taken = `${nameOf(truth)} taken for ${nameOf(predicted)}`;
    print(`image ${index}: ${taken}, ${percent(probability)}`);
  }
}
