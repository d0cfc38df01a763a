/** Threads change no bit, and are given back. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createEngine } from 'residua';
import { createEngine as createWorkerEngine } from 'residua/worker';
import { finish } from './api-suite.js';
import { availableTiers } from './tiers.js';

const run = promisify(execFile);

/** All the bits of a short run, with batches of odd sizes.
 * @param {typeof import('residua').createEngine} create @param {import('residua').Tier} tier
 * @param {import('residua').Convolution} conv @param {number} threads */
async function bitsOf(create, tier, conv, threads) {
  const engine = await create({ tier, conv, threads });
  assert.equal(engine.threads, threads);
  const data = await engine.synthetic({ images: 74, testImages: 21 });
  const net = await engine.createNet({ family: 'residual', depth: 8, width: 8, shortcut: 'B' });
  const tick = await finish(net, data, { epochs: 2, batchSize: 37, lr: 0.05, layerStatsEvery: 1 });
  const { wrong, loss } = await net.evaluate(data.test, { batchSize: 10 });
  const bits = {
    trajectory: tick.trajectory,
    testLoss: tick.testLoss,
    layerStats: tick.layerStats,
    measured: await net.layerStatistics(data.test.images),
    evaluation: { wrong, loss },
    logits: await net.logits(data.test.images),
    file: await net.save({ optimizer: true }),
    gradients: await net.tensors('gradient'),
  };
  engine.dispose();
  return bits;
}

for (const tier of availableTiers()) {
  describe(`threads of tier ${tier}`, () => {
    for (const conv of /** @type {const} */ (['direct', 'winograd'])) {
      it(`change no bit, ${conv}`, async () => {
        const one = await bitsOf(createEngine, tier, conv, 1);
        assert.deepEqual(await bitsOf(createEngine, tier, conv, 2), one);
        assert.deepEqual(await bitsOf(createEngine, tier, conv, 3), one);
      });
    }
    it('change no bit in workers either', async () => {
      const one = await bitsOf(createEngine, tier, 'auto', 1);
      assert.deepEqual(await bitsOf(createWorkerEngine, tier, 'auto', 3), one);
    });
  });
}

describe('memory that threads share', () => {
  it('has its final size from the start', async (t) => {
    t.mock.method(WebAssembly.Memory.prototype, 'grow', () => assert.fail('memory grew'));
    const engine = await createEngine({ tier: 'simd128', threads: 2 });
    const data = await engine.synthetic({ images: 16, testImages: 8 });
    const net = await engine.createNet({ family: 'residual', depth: 8, width: 4 });
    await finish(net, data, { epochs: 1, batchSize: 8 });
    engine.dispose();
  });
});

describe('a thread that dies', () => {
  /** Says that it is there, and never works: as one that was killed for want of memory. */
  const DEAD = `data:text/javascript,
    import { parentPort } from 'node:worker_threads';
    parentPort.once('message', () => parentPort.postMessage('ready'));
    setInterval(() => {}, 1e9);`;

  it('ends what it was to compute with an error, and blocks nothing', async () => {
    const engine = await createEngine({ tier: 'simd128', threads: 2, worker: new URL(DEAD) });
    const data = await engine.synthetic({ images: 16, testImages: 8 });
    const net = await engine.createNet({ family: 'residual', depth: 8, width: 4 });
    await assert.rejects(finish(net, data, { epochs: 1, batchSize: 8 }), {
      code: 'BAD_STATE',
      message:
        /a thread of the net's pool died at work; make the net again from its last checkpoint/,
    });
    engine.dispose();
  });
});

describe('a process', () => {
  const script = (/** @type {string} */ entry) => `
    import { createEngine } from '${new URL(`../dist/${entry}`, import.meta.url)}';
    const engine = await createEngine({ tier: 'simd128', threads: 2 });
    const net = await engine.createNet({ family: 'plain', depth: 8, width: 4 });
    const data = await engine.synthetic({ images: 16, testImages: 8 });
    for await (const { kind } of net.train(data, { epochs: 1, batchSize: 8 })) {
      if (kind === 'epoch') console.log('trained');
    }
  `;
  for (const entry of ['node.js', 'node-worker.js']) {
    it(`ends by itself although nothing was disposed of (${entry})`, async () => {
      const args = ['--input-type=module', '-e', script(entry)];
      const { stdout } = await run(process.execPath, args, { timeout: 30000 });
      assert.equal(stdout, 'trained\n');
    });
  }
});
