/** A run as it is kept while it is trained, where no browser is needed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { packRun, unpackRun } from '../../web/lab/runs/checkpoint-file.js';
import { jsonOf, runOf } from '../../web/lab/runs/format.js';
import { readRun, writeRun } from '../../web/lib/formats/run-file.js';
import { aRun } from '../runs.js';

const FILE = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
const bytesOf = async (/** @type {Blob | null} */ blob) =>
  new Uint8Array(await /** @type {Blob} */ (blob).arrayBuffer());
/** @param {number} seed @param {object} [some] */
const written = (seed, some) => runOf(readRun(writeRun(aRun(seed, some))));

describe('a run that is kept', () => {
  it('comes back with its curve, its layerStats and its file', async () => {
    for (let seed = 1; seed <= 50; seed++) {
      const run = written(seed, { state: 'stopped' });
      const layerStats = { step: 21, gradientRms: [1e-7, 2], activationRms: [0.5, 1] };
      Object.assign(run, {
        state: 'running',
        firstLayerStats: { ...layerStats, step: 1 },
        layerStats,
      });
      const back = await unpackRun(packRun('나의 실행', run, FILE, false));
      assert.deepEqual([back.name, back.ended, back.run.state], ['나의 실행', false, 'ready']);
      assert.equal(jsonOf('a', back.run), jsonOf('a', run), `seed ${seed}`);
      assert.deepEqual(back.run.layerStats, layerStats);
      assert.equal(back.run.firstLayerStats?.step, 1);
      assert.deepEqual(await bytesOf(back.file), FILE);
      assert.equal(back.run.weights, null);
    }
  });

  it('has its weights when it has ended, if it has any', async () => {
    const run = written(3, { state: 'finished' });
    const finished = await unpackRun(packRun('a', run, new Blob([FILE]), true));
    assert.deepEqual([finished.ended, finished.run.state], [true, 'finished']);
    assert.deepEqual(await bytesOf(finished.run.weights), FILE);
    const diverged = written(3, { state: 'diverged' });
    const back = await unpackRun(packRun('a', diverged, null, true));
    assert.deepEqual([back.run.state, back.run.weights], ['diverged', null]);
  });

  it('may have a name that is too long for a file', async () => {
    const { name } = await unpackRun(packRun('n'.repeat(200), written(5), FILE, false));
    assert.equal(name, 'n'.repeat(80));
  });

  it('is refused when it is cut off', async () => {
    const packed = packRun('a', written(7), FILE, false);
    for (const length of [0, 3, 100]) await assert.rejects(unpackRun(packed.slice(0, length)));
  });
});
