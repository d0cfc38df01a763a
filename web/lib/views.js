/** Evaluation that looks at each image more than once, and averages the logits of all views: the image and its mirror
 * image, and both moved by a pixel along the diagonal, which count half (arXiv 2404.00498, section 3.5). */
import { IMAGE_BYTES } from './dataset.js';

const SIDE = 32;

/** How a view differs from its image: mirrored first, then moved, with the pixels at the border repeated.
 * @typedef {{ isMirror: boolean, by: -1 | 0 | 1, weight: number }} View */

/** @param {View['by']} by @param {number} weight @returns {View[]} */
const bothSides = (by, weight) => [false, true].map((isMirror) => ({ isMirror, by, weight }));

/** The views of an image, by their number. @type {Record<2 | 6, View[]>} */
const VIEWS = {
  2: bothSides(0, 1 / 2),
  6: [...bothSides(0, 1 / 4), ...bothSides(1, 1 / 8), ...bothSides(-1, 1 / 8)],
};

const CLAMPED = Array.from({ length: SIDE + 2 }, (_, i) => Math.min(SIDE - 1, Math.max(0, i - 1)));

/** Images first .. first+count-1 as a view has them. @param {Uint8Array} images RGB planes @param {number} first
 * @param {number} count @param {View} view */
export function seen(images, first, count, { isMirror, by }) {
  const from = images.subarray(first * IMAGE_BYTES, (first + count) * IMAGE_BYTES);
  const moved = CLAMPED.slice(1 + by, 1 + by + SIDE);
  const columns = moved.map((x) => (isMirror ? SIDE - 1 - x : x));
  const view = new Uint8Array(from.length);
  let at = 0;
  for (let plane = 0; plane < from.length; plane += SIDE * SIDE) {
    for (const y of moved) {
      const row = plane + y * SIDE;
      for (const x of columns) view[at++] = from[row + x];
    }
  }
  return view;
}

/** Of images first .. first+count-1, [count][classes]. @param {import('./model.js').Model} model
 * @param {Uint8Array} images @param {number} first @param {number} count @param {2 | 6} number of views */
export function averageLogits(model, images, first, count, number) {
  const sum = new Float32Array(count * model.spec.classes);
  for (const view of VIEWS[number]) {
    const logits = model.infer(seen(images, first, count, view), 0, count);
    for (let i = 0; i < sum.length; i++) sum[i] += view.weight * logits[i];
  }
  return sum;
}

/** What logits say of images: the likeliest class and its probability, the wrong answers, the sum of the
 * cross-entropies. @param {Float32Array} logits [labels.length][classes] @param {Uint16Array} labels */
export function judge(logits, labels) {
  const classes = logits.length / labels.length;
  const predicted = new Uint16Array(labels.length);
  const probabilities = new Float32Array(labels.length);
  let [wrong, lossSum] = [0, 0];
  labels.forEach((label, i) => {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const most = Math.max(...row);
    const sum = row.reduce((total, logit) => total + Math.exp(logit - most), 0);
    predicted[i] = row.indexOf(most);
    probabilities[i] = 1 / sum;
    if (predicted[i] !== label) wrong++;
    lossSum += Math.log(sum) + most - row[label];
  });
  return { wrong, lossSum, predicted, probabilities };
}
