/** The long checks of 1,202 layers: the paper's width with batches of 32, whose buffers lie beyond the first
 * 2 GiB, and a narrow net that learns. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createEngine, Dataset } from 'residua';

const DEEPEST = /** @type {const} */ ({ family: 'residual', depth: 1202 });
/** @type {import('residua').TrainOptions} */
const STEP = { epochs: 1, lr: 0.001, schedule: 'constant', augment: 'none', evaluate: false };

/** @param {AsyncIterable<import('residua').Tick>} training */
async function readAll(training) {
  const ticks = [];
  for await (const tick of training) ticks.push(tick);
  return ticks;
}

describe('a network of 1,202 layers', () => {
  /** @type {import('residua').Engine} */
  let engine;
  before(async () => {
    engine = await createEngine({ tier: 'simd128', threads: 2 });
  });
  after(() => engine.dispose());

  it('of width 16 takes a step with 32 images, in the planned memory', async () => {
    const some = await engine.synthetic({ images: 8, testImages: 0 });
    const { images, labels } = some.train;
    const repeated = new Dataset({
      ...some,
      train: {
        images: Uint8Array.from({ length: 4 * images.length }, (_, i) => images[i % images.length]),
        labels: Uint16Array.from({ length: 32 }, (_, i) => labels[i % 8]),
      },
    });
    /** @param {import('residua').Dataset} data @param {number} batchSize */
    const lossOf = async (data, batchSize) => {
      const net = await engine.createNet({ ...DEEPEST, width: 16 });
      const { bytes } = await engine.plan({ ...DEEPEST, width: 16 }, { batchSize });
      const ticks = await readAll(net.train(data, { ...STEP, batchSize }));
      assert.equal(net.memoryBytes, bytes);
      net.dispose();
      return { bytes, loss: Number(ticks[0].loss) };
    };
    const [few, many] = [await lossOf(some, 8), await lossOf(repeated, 32)];
    assert.ok(few.bytes < 2 ** 31 && many.bytes > 1.3 * 2 ** 31 && many.bytes < 2 ** 32);
    assert.ok(Math.abs(many.loss / few.loss - 1) < 1e-3, `${many.loss}, not ${few.loss}`);
  });

  it('of width 4 learns', async () => {
    const data = await engine.synthetic({ images: 64, testImages: 0 });
    const net = await engine.createNet({ ...DEEPEST, width: 4 });
    const ticks = await readAll(net.train(data, { ...STEP, epochs: 6, batchSize: 16, lr: 0.003 }));
    assert.ok(Number(ticks.at(-1)?.loss) < Number(ticks[0].loss) / 2);
    net.dispose();
  });
});
