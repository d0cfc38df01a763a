/** What goes wrong around a run: its process is killed, the clock jumps. (What goes wrong in a page is in
 * tests/web/resume.test.js.) */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createEngine } from 'residua';
import { finish } from './api-suite.js';
import { CLI, json } from './command.js';

const KILLS = 8;
const RECIPE = ['--epochs', '400', '--batch', '16', '--lr', '0.01'];
const DATA = ['--images', '32', '--test-images', '4'];
const NET = ['--net', 'plain8', '--width', '4', ...RECIPE];
const MACHINE = ['--tier', 'simd128', '--threads', '1', '--json'];

describe('a process that is killed', () => {
  /** @type {string} */
  let folder;
  /** @type {import('residua').Engine} */
  let engine;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'residua-killed-'));
    engine = await createEngine({ tier: 'simd128', threads: 1 });
  });
  after(async () => {
    engine.dispose();
    await rm(folder, { recursive: true });
  });

  /** Trains until it is killed, so many milliseconds after its first epoch, in or between writes.
   * @param {string[]} args @param {number | undefined} delay */
  async function trainAndKill(args, delay) {
    const child = spawn(process.execPath, [CLI, 'train', ...args, ...MACHINE]);
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), delay));
    const [code, signal] = await once(child, 'close');
    assert.deepEqual([code, signal], [null, 'SIGKILL']);
  }

  it(`${KILLS} times leaves a whole checkpoint each time, and comes to the same end`, async () => {
    const out = path.join(folder, 'killed.safetensors');
    let begin = [...NET, ...DATA];
    let last = 0;
    for (let i = 0; i < KILLS; i++) {
      await trainAndKill([...begin, '--out', out], (i * 7) % 29);
      const file = await readFile(out);
      const net = await engine.loadNet(file);
      const { metadata } = await engine.inspect(file);
      assert.ok(Number(metadata.step) > last, `${metadata.step} after ${last}`);
      last = Number(metadata.step);
      net.dispose();
      begin = ['--resume', out, '--test-images', '4'];
    }
    const resumed = (await json('train', ...begin, '--out', out, ...MACHINE)).at(-1);
    const whole = (await json('train', ...NET, ...DATA, ...MACHINE)).at(-1);
    assert.equal(resumed.trajectory, whole.trajectory);
  });
});

describe('a clock that jumps', () => {
  const { now } = performance;
  const today = Date.now;
  after(() => {
    performance.now = now;
    Date.now = today;
  });

  it('changes no bit of a run, and leaves its figures finite', async () => {
    const run = async () => {
      const engine = await createEngine({ tier: 'simd128', threads: 1 });
      const data = await engine.synthetic({ images: 48, testImages: 8 });
      const net = await engine.createNet({ family: 'residual', depth: 8, width: 4 });
      const recipe = { epochs: 3, batchSize: 16, checkpointEverySeconds: 30 };
      const tick = await finish(net, data, recipe);
      const score = await net.evaluate(data.test);
      engine.dispose();
      return { tick, score };
    };
    const steady = await run();
    let asked = 0;
    const jumps = [0, 86400e3, -3600e3, 0, 0, -86400e3, 5];
    performance.now = () => now.call(performance) + jumps[asked++ % jumps.length];
    Date.now = () => today() + jumps[asked++ % jumps.length];
    const { tick, score } = await run();
    assert.equal(tick.trajectory, steady.tick.trajectory);
    assert.equal(score.loss, steady.score.loss);
    for (const figure of [
      tick.seconds,
      tick.imagesPerSecond,
      score.seconds,
      score.imagesPerSecond,
    ]) {
      assert.ok(Number.isFinite(figure) && figure >= 0, `${figure}`);
    }
  });
});
