/** Run files made of a command's lines: tools/record.js makes those of models/ so. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createEngine, readRun } from 'residua';
import { epochsOf, linesOf, recordOf } from '../tools/record-file.js';
import { addToLock, isLocked, releaseLock, stateOf, takeLock } from '../tools/record-lock.js';
import { CLI } from './command.js';

describe('the file of a run made of printed lines', () => {
  /** @type {string} */
  let folder;
  /** @type {import('residua').Engine} */
  let engine;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'residua-'));
    engine = await createEngine({ tier: 'simd128', threads: 1 });
  });
  after(async () => {
    engine?.dispose();
    await rm(folder, { recursive: true });
  });

  it('says what the file that the command itself keeps says of the epochs', async () => {
    const at = (/** @type {string} */ name) => join(folder, name);
    const words = ['train', '--net', 'plain8', '--width', '4', '--images', '128', '--json'];
    words.push('--test-images', '32', '--batch', '32', '--epochs', '3', '--lr', '0.05');
    words.push('--tier', 'simd128', '--threads', '1', '--out', at('a.safetensors'));
    const command = [CLI, ...words, '--record', at('a.json')];
    const { stdout } = await promisify(execFile)(process.execPath, command);
    const kept = readRun(await readFile(at('a.json'), 'utf8'));
    const text = await recordOf({
      ...{ lines: linesOf(stdout), engine, words, platform: 'here' },
      weights: await readFile(at('a.safetensors')),
      dataset: await engine.synthetic({ images: 128, testImages: 32 }),
      recipe: { epochs: 3, batchSize: 32, lr: 0.05 },
    });
    const made = readRun(text);
    assert.equal(made.machine?.threads, 1);
    const timeless = (/** @type {import('residua').RunRecord} */ { ticks, ...run }) => ({
      ...{ ...run, command: '', machine: { ...run.machine, platform: '' } },
      ticks: ticks
        .filter(({ kind }) => kind === 'epoch')
        .map(({ seconds, imagesPerSecond, ...tick }) => tick),
    });
    assert.deepEqual(timeless(made), timeless(kept));
  });

  it('counts the last line of an epoch, and the seconds of all processes', () => {
    const lines = [
      '{"epoch":1,"seconds":10,"loss":1}',
      'not a line of the command',
      '{"epoch":2,"seconds":20,"loss":2}',
      '{"epoch":2,"seconds":9,"loss":3}',
      '{"epoch":3,"seconds":18,"loss":4}',
      '{"done":true}',
    ];
    const found = epochsOf(linesOf(lines.join('\n')));
    assert.deepEqual(
      found.map(([epoch, { seconds, loss }]) => [epoch, seconds, loss]),
      [
        [1, 10, 1],
        [2, 29, 3],
        [3, 38, 4],
      ],
    );
  });
});

describe('the lock of a run', () => {
  const RECORD = fileURLToPath(new URL('../tools/record.js', import.meta.url));
  /** @type {string} */
  let folder;
  const at = (/** @type {string} */ name) => join(folder, name);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'residua-locks-'));
  });
  after(() => rm(folder, { recursive: true }));

  /** The number of a process that has ended. */
  async function deadProcess() {
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(child, 'exit');
    return Number(child.pid);
  }

  it('is taken once, until it is released', async () => {
    assert.equal(await isLocked(at('a.lock')), false);
    assert.equal(await takeLock(at('a.lock')), true);
    assert.equal(await isLocked(at('a.lock')), true);
    assert.equal(await takeLock(at('a.lock')), false);
    assert.match(await readFile(at('a.lock'), 'utf8'), new RegExp(`^${process.pid} `));
    await releaseLock(at('a.lock'));
    assert.equal(await isLocked(at('a.lock')), false);
  });

  it('is taken by one of two who find that of a process that has gone', async () => {
    const dead = await deadProcess();
    for (const text of [`${dead} \n`, `${process.ppid} 1\n`, 'no lock', '']) {
      await writeFile(at('b.lock'), text);
      // On other systems than Linux, nothing says that a living number is of another process.
      if (text.startsWith(String(process.ppid)) && process.platform !== 'linux') continue;
      assert.equal(await isLocked(at('b.lock')), false, text);
      const taken = await Promise.all([1, 2].map(() => takeLock(at('b.lock'))));
      assert.equal(taken.filter(Boolean).length, 1, text);
      assert.equal(await isLocked(at('b.lock')), true);
    }
    assert.deepEqual(await readdir(folder), ['b.lock']);
  });

  it('holds while the program lives that its driver began', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await writeFile(at('c.lock'), `${await deadProcess()} \n`);
    await addToLock(at('c.lock'), Number(child.pid));
    assert.equal(await isLocked(at('c.lock')), true);
    child.kill();
    await once(child, 'exit');
    assert.equal(await isLocked(at('c.lock')), false);
  });

  it('says in the list which runs are being trained', async () => {
    const states = [
      stateOf({ done: true, running: true, epoch: 60 }),
      stateOf({ done: false, running: true, epoch: 0 }),
      stateOf({ done: false, running: false, epoch: 3 }),
      stateOf({ done: false, running: false, epoch: 0 }),
    ];
    assert.deepEqual(states, ['done', 'running', 'interrupted', 'to do']);
    for (const name of ['plain20', 'plain32']) {
      await writeFile(at(`${name}.log`), '{"epoch":3,"seconds":1,"images_per_s":100}\n');
    }
    assert.ok(await takeLock(at('plain20.lock')));
    const list = [RECORD, '--list', '--folder', folder];
    const { stdout } = await promisify(execFile)(process.execPath, list);
    assert.match(stdout, /^plain20 +3\/60 +running /m);
    assert.match(stdout, /^plain32 +3\/60 +interrupted /m);
    assert.match(stdout, /^resnet20 +0\/60 +to do /m);
  });
});
