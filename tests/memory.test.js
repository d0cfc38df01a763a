/** What a plan says is what a net takes: all of its WebAssembly memory, to the byte, whatever is done
 * with it then. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createEngine } from 'residua';
import { finish } from './api-suite.js';

const MIB = 2 ** 20;
/** Few images, since plans for many are as exact. */
const BATCH = 5;

/** The first needs less than a module with threads has from the start.
 * @type {import('residua').Spec[]} */
const SPECS = [
  { family: 'plain', depth: 8, width: 1 },
  { family: 'plain', depth: 20, width: 4 },
  { family: 'residual', depth: 20, width: 4, shortcut: 'A' },
  { family: 'residual', depth: 56, width: 4, shortcut: 'B' },
  { family: 'residual', depth: 20, width: 16, shortcut: 'C' },
  { family: 'residual', depth: 56, width: 16, shortcut: 'A' },
];
const nameOf = (/** @type {import('residua').Spec} */ { family, depth, width, shortcut }) =>
  `${family}-${depth}${shortcut ?? ''} of width ${width}`;

for (const threads of [1, 2]) {
  for (const conv of /** @type {const} */ (['direct', 'winograd'])) {
    describe(`memory, threads ${threads}, ${conv}`, () => {
      /** @type {import('residua').Engine} */
      let engine;
      /** @type {import('residua').Dataset} */
      let data;
      before(async () => {
        engine = await createEngine({ tier: 'simd128', threads, conv });
        data = await engine.synthetic({ images: 2 * BATCH, testImages: BATCH + 2 });
      });
      after(() => engine.dispose());

      for (const spec of SPECS) {
        it(`of ${nameOf(spec)} is as planned`, async () => {
          /** @param {number} batchSize @param {boolean} training */
          const plan = async (batchSize, training) =>
            (await engine.plan(spec, { batchSize, training })).bytes;
          const net = await engine.createNet(spec);
          assert.equal(net.memoryBytes, await plan(1, false));
          await net.evaluate(data.test, { batchSize: BATCH });
          const image = data.test.images.subarray(0, 3072);
          await net.logits(image);
          await net.layerStatistics(image);
          for (const layer of net.layers.keys()) await net.activation(image, layer);
          assert.equal(net.memoryBytes, await plan(BATCH, false));

          const planned = await plan(BATCH, true);
          await finish(net, data, { epochs: 1, batchSize: BATCH, layerStatsEvery: 1 });
          await net.evaluate(data.test, { details: true });
          await net.layerStatistics(data.test.images);
          await net.tensors('momentum');
          const file = await net.save({ optimizer: true });
          assert.equal(net.memoryBytes, planned);
          net.dispose();

          const loaded = await engine.loadNet(file);
          await finish(loaded, data, { epochs: 1, batchSize: BATCH, restart: true });
          assert.equal(loaded.memoryBytes, planned);
          loaded.dispose();
        });
      }

      for (const [depth, most] of [
        [20, 192],
        [56, 480],
      ]) {
        it(`of training resnet${depth} at batch 128 is at most ${most} MiB`, async () => {
          const { bytes } = await engine.plan({ family: 'residual', depth, width: 16 });
          assert.ok(bytes <= most * MIB, `${bytes / MIB} MiB`);
        });
      }
    });
  }
}
