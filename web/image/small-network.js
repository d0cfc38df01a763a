/** The small network that one press trains on synthetic images, in less than a minute. */

/** @typedef {import('../lib/index.js').Engine} Engine */

const SPEC = { family: /** @type {const} */ ('residual'), depth: 8, width: 8 };
const COUNTS = { images: 4000, testImages: 1000 };
const RECIPE = {
  ...{ epochs: 8, batchSize: 32, lr: 0.1 },
  schedule: /** @type {const} */ ('cosine'),
  augment: /** @type {const} */ ('flip'),
};
const NAME = 'resnet8';

/** @param {Engine} engine
 * @param {{ signal: AbortSignal, onTick: (share: number) => void }} options
 * @returns {Promise<import('./networks.js').TrainedNetwork>} */
export async function trainSmall(engine, { signal, onTick }) {
  const dataset = await engine.synthetic(COUNTS);
  const net = await engine.createNet(SPEC);
  try {
    for await (const { step, steps } of net.train(dataset, { ...RECIPE, signal })) {
      onTick(step / steps);
    }
    const weights = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (await net.save())]);
    const data = { name: dataset.name, synthetic: true, ...COUNTS };
    return { name: NAME, weights, data };
  } finally {
    net.dispose();
  }
}
