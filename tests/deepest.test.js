/** Networks of 1,202 layers, the most there are: they train in the memory that is planned, go on from files
 * whose tensors are in any order, become files of other formats, and say by how much they are too large. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createEngine } from 'residua';
import { metadataOf } from '../web/lib/file-metadata.js';
import { writePytorch } from '../web/lib/weights/pytorch-out.js';
import { finish } from './api-suite.js';

const DEEPEST = /** @type {const} */ ({ family: 'residual', depth: 1202, width: 4 });
/** @type {import('residua').TrainOptions} */
const RECIPE = {
  ...{ epochs: 2, lr: 0.001, schedule: 'constant', augment: 'flip', evaluate: false },
  batchSize: 4,
};

/** The file with its tensors under names in another order, the data as it was.
 * @param {Uint8Array} file @param {(a: string, b: string) => number} order */
function reordered(file, order) {
  const view = new DataView(file.buffer, file.byteOffset);
  const end = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, end)));
  const names = Object.keys(header).sort(order);
  const sorted = Object.fromEntries(names.map((name) => [name, header[name]]));
  const text = new TextEncoder().encode(JSON.stringify(sorted).padEnd(end - 8));
  const made = file.slice();
  made.set(text, 8);
  return made;
}

/** @param {Float32Array} found @param {Float32Array} expected */
const assertSame = (found, expected) => assert.deepEqual([...found], [...expected]);

describe('a network of 1,202 layers', () => {
  /** @type {import('residua').Engine} */
  let engine;
  /** @type {import('residua').Engine} */
  let threads;
  /** @type {import('residua').Dataset} */
  let data;
  /** After half of the run. @type {Uint8Array} */
  let half;
  before(async () => {
    engine = await createEngine({ tier: 'simd128', threads: 1 });
    threads = await createEngine({ tier: 'simd128', threads: 2 });
    data = await engine.synthetic({ images: 8, testImages: 4 });
  });
  after(() => {
    engine.dispose();
    threads.dispose();
  });

  it('trains in the planned memory, and goes on from a file with the same bits', async () => {
    const whole = await engine.createNet(DEEPEST);
    const end = await finish(whole, data, RECIPE);
    assert.equal(end.step, 4);
    assert.equal(
      whole.memoryBytes,
      (await engine.plan(DEEPEST, { batchSize: RECIPE.batchSize })).bytes,
    );
    const begun = await threads.createNet(DEEPEST);
    for await (const { step } of begun.train(data, RECIPE)) if (step === 2) break;
    half = await begun.save({ optimizer: true });
    assert.equal(metadataOf(half).depth, '1202');
    const resumed = await engine.loadNet(half);
    assert.equal((await finish(resumed, data, RECIPE)).trajectory, end.trajectory);
    for (const net of [whole, begun, resumed]) net.dispose();
  });

  it('is read from files in any order, and from what it is converted to', async () => {
    const images = data.test.images;
    const net = await engine.loadNet(half);
    const expected = await net.logits(images);
    const orders = [
      (/** @type {string} */ a, /** @type {string} */ b) => (a < b ? -1 : 1),
      (/** @type {string} */ a, /** @type {string} */ b) => (a < b ? 1 : -1),
    ];
    for (const order of orders) {
      const other = await engine.loadNet(reordered(half, order));
      assertSame(await other.logits(images), expected);
      other.dispose();
    }
    const tensors = await net.tensors();
    assert.equal(tensors.length, 6007);
    assert.equal(tensors.at(-3)?.name, 'layer3.199.bn2.running_var');
    const pytorch = await engine.loadNet(writePytorch(tensors, await net.save()));
    assertSame(await pytorch.logits(images), expected);
    assert.ok(Buffer.from(await net.toOnnx()).includes('layer3.199.conv2'));
    for (const one of [net, pytorch]) one.dispose();
  });

  it('has statistics of all its layers', async () => {
    const net = await engine.loadNet(half);
    const statistics = await net.layerStatistics(data.test.images);
    assert.equal(statistics.length, 1201);
    assert.ok(statistics.every(({ responseStd }) => responseStd > 0));
    net.dispose();
  });

  it('is refused when 32 bits cannot address it, with what is too much', async () => {
    const spec = { ...DEEPEST, width: 16 };
    const fits = await engine.plan(spec, { batchSize: 32 });
    assert.ok(fits.bytes < 2 ** 32);
    const { bytes } = await engine.plan(spec, { batchSize: 64 });
    const excess = Math.ceil((bytes - 2 ** 32) / 2 ** 20);
    const net = await engine.createNet(spec);
    const many = await engine.synthetic({ images: 64, testImages: 0 });
    await assert.rejects(finish(net, many, { ...RECIPE, batchSize: 64 }), {
      code: 'NO_MEMORY',
      message: new RegExp(`needs 5\\d{3} MiB of memory, ${excess} MiB more than`),
    });
    net.dispose();
  });
});
