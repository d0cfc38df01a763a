/** residua eval: the test error of a network on images with labels, whose classes are matched by name. */
import { isByNumber } from '../lib/classes.js';
import { counted } from '../lib/counted.js';
import { precisionsOf, recallsOf, reportDetails } from './details.js';
import { withNetAndData } from './inputs.js';
import { tryNormalisations } from './normalisation.js';
import { bar, note, percent, print, printJson, rounded } from './output.js';

/** @typedef {import('../lib/index.js').Details} Details */

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
    const score = await net.evaluate(test, {
      classes,
      details: values.details,
      views: readViews(values),
    });
    bar.clear();
    noteClasses(net, classes, score);
    const reportScore = values.json ? reportJson : report;
    reportScore(net.name, score, net.classNames ?? classes);
  });
}

/** @param {import('./flags.js').Values} values */
const readViews = ({ views = '1' }) => /** @type {1 | 2 | 6} */ (Number(views));

/** Says what was not matched by name. @param {import('../lib/index.js').Net} net
 * @param {readonly string[]} classes of the images @param {import('../lib/index.js').Score} score */
function noteClasses(net, classes, { leftOut }) {
  if (isByNumber(classes, net)) {
    const nameless = net.classNames ? 'The data does' : 'The net does';
    note(`${nameless} not say what its classes are called; they are matched by number.`);
  }
  if (!leftOut) return;
  const names = leftOut.classes.join(', ');
  const { images } = leftOut;
  const left = `${counted(images, 'image')} of them ${images === 1 ? 'is' : 'are'} left out`;
  note(`The net has no class ${names}; ${left}.`);
}

/** @param {string} net @param {import('../lib/index.js').Score} score */
function reportJson(net, { total, wrong, error, imagesPerSecond, details }) {
  const images_per_s = rounded(imagesPerSecond, 1);
  const figures = { net, total, wrong, error: rounded(error, 6), images_per_s };
  printJson({ ...figures, ...(details && jsonOf(details)) });
}

/** @param {Details} details */
function jsonOf(details) {
  const { confusion, classErrors, topFiveError, mistakes } = details;
  const six = (/** @type {number | null} */ share) => (share === null ? null : rounded(share, 6));
  return {
    top5_error: six(topFiveError),
    class_errors: classErrors.map(six),
    precision: precisionsOf(confusion).map(six),
    recall: recallsOf(confusion).map(six),
    confusion,
    mistakes,
  };
}

/** @param {string} net @param {import('../lib/index.js').Score} score @param {readonly string[]} classes */
function report(net, { total, wrong, error, imagesPerSecond, details }, classes) {
  const speed = rounded(imagesPerSecond, 1);
  print(`${net}: ${wrong} of ${total} wrong, ${percent(error)} (${speed} images/s)`);
  if (details) reportDetails(details, classes);
}
