/** Measures a case with the library that it is given: images per second of training or inference. */
import { measurePeak } from './peak/peak.js';
import { PACES, steadyRate } from './steady.js';

/** @typedef {import('./cases.js').Case} Case */
/** @typedef {import('../web/lib/index.js').Net} Net */
/** @typedef {import('../web/lib/index.js').Dataset} Dataset */

const IMAGES = 1280;
/** More than anyone waits for: measuring ends training. */
const EPOCHS = 10000;
/** In evaluation, at least, before the time is looked at. */
const INFER_IMAGES = 64;

/** Yields how many images each step took. Between steps it is the library's own loop that runs:
 * gathering images counts, evaluation does not. @param {Net} net @param {Dataset} data
 * @param {number} batchSize */
async function* train(net, data, batchSize) {
  const recipe = /** @type {const} */ ({ lr: 0.01, schedule: 'constant', augment: 'crop-flip' });
  let before = 0;
  for await (const { step } of net.train(data, {
    ...recipe,
    epochs: EPOCHS,
    batchSize,
    evaluate: false,
  })) {
    yield (step - before) * batchSize;
    before = step;
  }
}

/** @param {Net} net @param {Dataset} data @param {number} batchSize */
async function* infer(net, data, batchSize) {
  const { test } = data.take({ testImages: Math.max(batchSize, INFER_IMAGES) });
  while (true) yield (await net.evaluate(test, { batchSize })).total;
}

/** Operations, two per multiply-add, of an image's convolutions, as direct ones, and dense layer;
 * backward takes them twice more.
 * @param {import('../web/lib/index.js').Engine} engine @param {import('../web/lib/index.js').Spec} spec
 * @param {Case['what']} what */
export async function operationsPerImage(engine, spec, what) {
  const { flopsPerImage } = await engine.plan(spec);
  return flopsPerImage * (what === 'train' ? 3 : 1);
}

/** @typedef {typeof import('../web/lib/index.js')} Api */

/** One case, in this thread; in Node or in a browser's worker. The peak is measured before and
 * after it, since clocks drift, and the higher one counts.
 * @param {Api} api @param {Case} wanted @param {keyof typeof PACES} pace
 * @param {WebAssembly.Module} peakModule */
export async function measureCase(api, wanted, pace, peakModule) {
  const { what, net: name, width, batch, threads, tier, norm = 'batch' } = wanted;
  const { createEngine, specFromName } = api;
  const engine = await createEngine({ tier, threads });
  if (engine.threads !== threads) throw new Error('There are no threads here.');
  const data = await engine.synthetic({ images: IMAGES, testImages: IMAGES });
  const spec = { ...specFromName(name), width, norm };
  const net = await engine.createNet(spec);
  const operations = await operationsPerImage(engine, spec, what);
  const peakBefore = await measurePeak(peakModule);
  const work = { train, infer }[what](net, data, batch);
  const rate = await steadyRate(work, PACES[pace]);
  net.dispose();
  const peak = Math.max(peakBefore, await measurePeak(peakModule));
  return {
    conv: engine.conv,
    images_per_s: rate,
    peak_gflops: peak,
    roofline: (rate * operations) / (peak * 1e9 * threads),
  };
}
