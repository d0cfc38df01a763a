/** Nets come and go without leaving anything behind. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createEngine } from 'residua';
import { createEngine as createWorkerEngine } from 'residua/worker';
import { finish } from './api-suite.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const SPEC = { family: 'residual', depth: 8, width: 4 };
const RECIPE = { epochs: 1, batchSize: 8 };
/** A net takes 2 MB, so a leak of one in ten would show. */
const MOST_GROWTH = 100e6;

/** Resident bytes, when all garbage is gone. */
async function residentBytes() {
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage.rss();
}

/** @param {import('../web/lib/index.js').Engine} engine
 * @param {import('../web/lib/index.js').Dataset} data @param {number} cycles */
async function cycle(engine, data, cycles) {
  for (let i = 0; i < cycles; i++) {
    const net = await engine.createNet(SPEC);
    await finish(net, data, RECIPE);
    if (i % 2) net.dispose();
    else net[Symbol.dispose]();
    assert.equal(net.memoryBytes, 0);
    await assert.rejects(net.save(), { code: 'DISPOSED' });
  }
}

describe('a net that is disposed of leaves nothing behind', () => {
  for (const [entry, create, cycles] of [
    ['in this thread', createEngine, 1000],
    ['in a worker', createWorkerEngine, 100],
  ]) {
    it(`${entry}, ${cycles} times`, async () => {
      const engine = await create({ threads: 1 });
      const data = await engine.synthetic({ images: 8, testImages: 8 });
      await cycle(engine, data, cycles / 10);
      const before = await residentBytes();
      await cycle(engine, data, cycles);
      const growth = (await residentBytes()) - before;
      assert.ok(growth < MOST_GROWTH, `${growth / 1e6} MB more`);
      engine.dispose();
    });
  }

  it('in a worker that had hundreds of megabytes', async () => {
    const engine = await createWorkerEngine({ threads: 1 });
    const data = await engine.synthetic({ images: 128, testImages: 0 });
    const before = await residentBytes();
    const net = await engine.createNet({ family: 'residual', depth: 56, width: 16 });
    await finish(net, data, { epochs: 1, batchSize: 128 });
    const held = net.memoryBytes;
    assert.ok(held > 300e6);
    assert.ok((await residentBytes()) - before > held / 2);
    net.dispose();
    assert.ok((await residentBytes()) - before < held / 4);
    engine.dispose();
  });
});
