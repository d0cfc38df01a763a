/** Arrays of another realm, such as a test runner's context or a frame, are taken like one's own. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import * as here from 'residua';
import * as inWorkers from 'residua/worker';
import { finish } from './api-suite.js';

const IMAGE = 3 * 32 * 32;
const COUNT = 8;
const classes = here.CIFAR10_CLASSES;

/** Of classes of its own. @template T @param {string} code @returns {T} */
const foreign = (code) => runInNewContext(code);
const set = () => ({
  images: /** @type {Uint8Array} */ (
    foreign(`Uint8Array.from({ length: ${COUNT * IMAGE} }, (_, i) => (i * 7) % 251)`)
  ),
  labels: /** @type {Uint16Array} */ (
    foreign(`Uint16Array.from({ length: ${COUNT} }, (_, i) => i % 10)`)
  ),
});
const own = () => ({ images: set().images.slice(), labels: set().labels.slice() });

for (const [name, api] of Object.entries({ residua: here, 'residua/worker': inWorkers })) {
  describe(`arrays of another realm, in ${name}`, () => {
    it('are data sets, batches, images and files', async () => {
      const given = set();
      assert.equal(given.images instanceof Uint8Array, false);
      const engine = await api.createEngine({ tier: 'simd128', threads: 1 });
      const net = await engine.createNet({ family: 'residual', depth: 8, width: 4 });
      const data = new api.Dataset({ name: 'foreign', classes, train: given, test: given });
      const end = await finish(net, data, { epochs: 1, batchSize: COUNT });

      const other = await engine.createNet({ family: 'residual', depth: 8, width: 4 });
      const mine = new api.Dataset({ name: 'own', classes, train: own(), test: own() });
      const wanted = await finish(other, mine, { epochs: 1, batchSize: COUNT });
      assert.equal(end.trajectory, wanted.trajectory);

      const weights = await net.save();
      const copy = /** @type {Uint8Array} */ (foreign(`new Uint8Array(${weights.length})`));
      copy.set(weights);
      const loaded = await engine.loadNet(copy);
      const image = given.images.subarray(0, IMAGE);
      assert.deepEqual(await loaded.classify(image), await net.classify(Uint8Array.from(image)));
      await api.occlusion(loaded, image, { size: 16, stride: 16 });
      const floats = /** @type {Float32Array} */ (foreign(`new Float32Array(${COUNT * IMAGE})`));
      await loaded.begin({ batchSize: COUNT, lr: 0.1, schedule: 'own' });
      await loaded.step(floats, given.labels);
      await loaded.update();
      engine.dispose();
    });
  });
}
