/** That npm run bench measures what it says; not how fast anything is. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createEngine, specFromName } from 'residua';
import { like, ownCases } from '../bench/cases.js';
import { runCase } from '../bench/child.js';
import { operationsPerImage } from '../bench/measure.js';
import { tableRows } from '../bench/rows.js';
import { median, PACES, steadyRate } from '../bench/steady.js';

const INDEX = fileURLToPath(new URL('../bench/index.js', import.meta.url));

/** Counted here a second time. @param {{ what: string, net: string, width: number }} of */
function expectedOperations({ what, net, width }) {
  const blocks = (Number(/\d+$/.exec(net)?.[0]) - 2) / 6;
  let multiplications = 32 ** 2 * 9 * 3 * width;
  for (const stage of [0, 1, 2]) {
    const pixels = (32 >> stage) ** 2;
    const channels = width << stage;
    const entering = stage === 0 ? channels : channels / 2;
    multiplications += pixels * 9 * channels * (entering + channels * (2 * blocks - 1));
  }
  multiplications += width * 4 * 10;
  return 2 * multiplications * (what === 'train' ? 3 : 1);
}

describe('npm run bench', () => {
  it('counts the operations of an image', async () => {
    const main = like({ what: 'infer' });
    assert.equal(Math.round(expectedOperations(main) / 1e5), 811);
    assert.equal(expectedOperations(like({})), 3 * expectedOperations(main));
    const engine = await createEngine({ tier: 'simd128', threads: 1 });
    for (const wanted of [...ownCases('full'), like({ net: 'resnet110', width: 5 })]) {
      const { what, net, width } = wanted;
      const counted = await operationsPerImage(engine, { ...specFromName(net), width }, what);
      assert.equal(counted, expectedOperations(wanted), `${what} ${net} ${width}`);
    }
    engine.dispose();
  });

  it('takes the median of what comes once speed is steady', async (context) => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    let ms = 0;
    context.mock.method(performance, 'now', () => ms);
    async function* work() {
      for (let i = 0; ; i++) {
        ms += i < 10 ? 2000 - i * 100 : 250;
        yield 100;
      }
    }
    assert.equal(await steadyRate(work(), PACES.full), 400);
    const impatient = { ...PACES.full, warmUpMs: 0, windows: 1 };
    assert.equal(Math.round(await steadyRate(work(), impatient)), Math.round(100 / 1.9));
  });

  it('measures a case in a process of its own', async () => {
    const wanted = like({ net: 'resnet8', width: 4, batch: 16, tier: 'simd128' });
    const line = await runCase('quick', wanted);
    assert.equal(line.conv, 'auto');
    assert.ok(line.images_per_s > 0 && line.peak_gflops > 0);
    const gflops = (line.images_per_s * expectedOperations(wanted)) / 1e9;
    assert.ok(Math.abs(line.roofline - gflops / line.peak_gflops) < 1e-9);
  });

  it('says why a case failed', async () => {
    await assert.rejects(runCase('quick', like({ net: 'resnet9' })), /depth/);
    await assert.rejects(runCase('quick', like({ threads: 1000 })), /it takes 1000 cores/);
  });

  it('holds the figures against the limits', () => {
    const runtime = 'Node 20';
    const lines = [
      { ...like({}), runtime, images_per_s: 400, roofline: 1.9 },
      { ...like({ threads: 2 }), runtime, images_per_s: 800, roofline: 1.9 },
      { ...like({ net: 'resnet56' }), runtime, images_per_s: 160 },
      { ...like({}), runtime: 'Chromium 1', images_per_s: 380, ratio: 0.95 },
      { ...like({ threads: 2 }), runtime: 'Chromium 1', error: 'no threads' },
      { ...like({ what: 'infer' }), peer: 'TensorFlow.js WASM', runtime, ratio: 5 },
    ];
    const memory = { resnet20: 100, resnet56: 200 };
    const page = {
      tasks: { over_50_ms: 2 },
      visit: { kilobytes: 300, interactive_ms: 600 },
    };
    const rows = tableRows(lines, { memory, largestModule: 50, parquet: null }, page);
    const measured = Object.fromEntries(rows.map((row) => [row.row, row.measured]));
    assert.equal(measured['roofline: train batch 128, relaxed'], 1.9);
    assert.equal(measured['two threads against one: train'], 2);
    assert.equal(measured['time per image: resnet56 against resnet20'], 2.5);
    assert.equal(measured['infer against TensorFlow.js WASM'], 5);
    assert.equal(measured['Chromium against Node, the lowest'], 0.95);
    assert.equal(measured['train batch 32 against jax-js'], null);
    assert.equal(measured['page: tasks over 50 ms of CPU time, four networks training'], 2);
    assert.equal(measured['page: KB gzip of the first visit'], 300);
    assert.equal(rows.length, 23);
    const without = tableRows(lines, { memory, largestModule: 50, parquet: null }, null);
    assert.equal(without.at(-1)?.measured, null);
  });

  it('refuses what it does not know', async () => {
    const [code, stderr] = await new Promise((resolve) => {
      execFile(process.execPath, [INDEX, '--fast'], (error, _, text) => {
        resolve([error?.code, text]);
      });
    });
    assert.equal(code, 2);
    assert.match(stderr, /--fast/);
    assert.match(stderr, /Usage: npm run bench/);
  });
});
