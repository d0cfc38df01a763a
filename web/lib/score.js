/** The test of a network: wrong answers and mean loss over a set, batch by batch. */
import { imagesAt } from './classes.js';
import { averageLogits, judge } from './views.js';

/** @typedef {import('./index.js').Images} Images */
/** @typedef {import('./model.js').Model} Model */
/** @typedef {import('./review.js').Review} Review */

/** Null if `turn`, called between batches, says to stop.
 * @param {() => Model} model asked for each batch, since it may have moved or gone
 * @param {Images} set @param {number} batchSize @param {() => Promise<boolean>} turn
 * @param {{ review?: Review, views?: 1 | 2 | 6 }} [options] the review hears of each image; logits are averaged
 *   over so many views of it */
export async function scoreOf(model, set, batchSize, turn, { review, views = 1 } = {}) {
  const total = set.labels.length;
  let wrong = 0;
  let lossSum = 0;
  for (let first = 0; first < total; first += batchSize) {
    if (!(await turn())) return null;
    const count = Math.min(batchSize, total - first);
    const score =
      views !== 1
        ? averaged(model(), set, first, count, views, review)
        : review
          ? reviewed(model(), set, first, count, review)
          : model().evaluate(set, first, count);
    wrong += score.wrong;
    lossSum += score.lossSum;
  }
  return { total, wrong, error: wrong / total, loss: lossSum / total };
}

/** @param {Model} model @param {Images} set @param {number} first @param {number} count
 * @param {Review} review @returns {import('./structs.js').Fields<'score'>} */
function reviewed(model, set, first, count, review) {
  const score = model.evaluateEach(set, first, count);
  const labels = set.labels.subarray(first, first + count);
  review.add(first, labels, score.predicted, score.probabilities);
  const unclear = review.toRank(labels, score.predicted);
  if (unclear.length > 0) {
    const at = unclear.map((i) => first + i);
    const logits = model.infer(imagesAt(set, at), 0, unclear.length);
    review.rank(
      unclear.map((i) => labels[i]),
      logits,
    );
  }
  return score;
}

/** @param {Model} model @param {Images} set @param {number} first @param {number} count @param {2 | 6} views
 * @param {Review} [review] */
function averaged(model, set, first, count, views, review) {
  const labels = set.labels.subarray(first, first + count);
  const logits = averageLogits(model, set.images, first, count, views);
  const score = judge(logits, labels);
  review?.add(first, labels, score.predicted, score.probabilities);
  review?.rank(labels, logits);
  return score;
}
