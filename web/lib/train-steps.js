/** The steps of a run, from where the core has it to its end or to its stop. Invariant: an epoch's tick comes after its
 * tests, and a run that is stopped during a test emits that tick without the scores. */
import { checkBatch } from './batch.js';
import { IMAGE_BYTES } from './dataset.js';
import { scoreOf } from './score.js';
import { rateOf, Stopwatch, tickOf } from './training.js';

/** @typedef {import('./index.js').Images} Images */
/** @typedef {import('./index.js').Tick} Tick */
/** @typedef {import('./index.js').TrainOptions} TrainOptions */
/** What the steps need of a net. `model` is asked each time, since it may have gone.
 * @typedef {{ model: () => import('./model.js').Model, checkpoint: () => Uint8Array,
 *   layerStatistics: (images: Uint8Array) => Promise<import('./index.js').LayerStatistics[]> }} TrainedNet */
/** @typedef {{ train: Images, test: Images | null, validation?: Images }} Sets */

/** @param {TrainedNet} net @param {import('./training.js').Training} training @param {Sets} sets
 * @param {{ batchSize: number, epochs: number }} recipe
 * @param {Pick<TrainOptions, 'lr' | 'onBatch' | 'layerStatsEvery' | 'layerStatisticsImages' |
 *   'checkpointEverySeconds'>} extras */
export async function trainSteps(net, training, sets, { batchSize, epochs }, extras) {
  const { lr, onBatch, layerStatsEvery } = extras;
  const withCheckpoint = checkpointer(net, extras.checkpointEverySeconds);
  const start = net.model().trainProgress();
  if (start.step === start.steps) training.push(tickOf(start, 'step', epochs, 0, 0));
  let { step } = start;
  const whole = new Stopwatch();
  let epoch = new Stopwatch();
  let images = 0;
  whole.start();
  epoch.start();
  while (await training.turn(whole, epoch)) {
    const model = net.model();
    const indices = model.trainIndices();
    if (!indices) return;
    if (typeof lr === 'function') model.trainSetLr(rateOf(lr, step, start.steps));
    const progress = onBatch
      ? await ownBatch(net, sets.train, indices.slice(), step, onBatch)
      : model.trainStep(sets.train, indices);
    step = progress.step;
    images += batchSize;
    const tick = tickOf(progress, 'step', epochs, epoch.perSecond(images), whole.seconds);
    if (layerStatsEvery && (progress.step - 1) % layerStatsEvery === 0) {
      tick.layerStats = { step: progress.step, ...model.trainLayerStats() };
    }
    if (progress.step % progress.stepsPerEpoch !== 0) {
      training.push(withCheckpoint(tick));
      continue;
    }
    const turn = () => training.turn(whole);
    const scores = await tested(net, sets, batchSize, turn);
    const { seconds } = whole;
    const isTested = 'testError' in scores;
    const measured = isTested && (await layersOn(net, sets.test, extras.layerStatisticsImages));
    training.push(withCheckpoint({ ...tick, kind: 'epoch', ...scores, ...measured, seconds }));
    epoch = new Stopwatch();
    epoch.start();
    images = 0;
  }
}

/** What an epoch's tick says of the sets that are not trained on.
 * @param {TrainedNet} net @param {Sets} sets @param {number} batchSize @param {() => Promise<boolean>} turn */
async function tested(net, { test, validation }, batchSize, turn) {
  const score = test && (await scoreOf(net.model, test, batchSize, turn));
  const held = validation && (await scoreOf(net.model, validation, batchSize, turn));
  return {
    ...(score && { testLoss: score.loss, testError: score.error }),
    ...(held && { validationLoss: held.loss, validationError: held.error }),
  };
}

/** The layers on the first test images. @param {TrainedNet} net @param {Images | null} test @param {number} [count] */
async function layersOn(net, test, count) {
  if (!test || !count) return null;
  const images = test.images.subarray(0, count * IMAGE_BYTES);
  return { layerStatistics: await net.layerStatistics(images) };
}

/** A step on what `onBatch` makes of copies of the images.
 * @param {TrainedNet} net @param {Images} set @param {Uint32Array} indices @param {number} step
 * @param {NonNullable<TrainOptions['onBatch']>} onBatch */
async function ownBatch(net, { images, labels }, indices, step, onBatch) {
  const pixels = new Uint8Array(indices.length * IMAGE_BYTES);
  indices.forEach((index, i) => {
    const at = index * IMAGE_BYTES;
    pixels.set(images.subarray(at, at + IMAGE_BYTES), i * IMAGE_BYTES);
  });
  const own = Uint16Array.from(indices, (index) => labels[index]);
  const made = /** @type {Uint8Array | Float32Array} */ (
    (await onBatch(pixels, own, step)) ?? pixels
  );
  checkBatch('train', made, own, indices.length);
  const model = net.model();
  model.trainGradients(made, own);
  return model.trainUpdate();
}

/** Makes what adds a checkpoint to a tick if one is due: after each epoch, and so many seconds after the last.
 * @param {TrainedNet} net @param {number} [seconds] never, if not given */
function checkpointer(net, seconds) {
  let last = performance.now();
  return (/** @type {Tick} */ tick) => {
    const { kind, step, steps } = tick;
    if (seconds === undefined || step === steps) return tick;
    if (kind === 'step' && performance.now() - last < 1000 * seconds) return tick;
    last = performance.now();
    return { ...tick, checkpoint: net.checkpoint() };
  };
}
