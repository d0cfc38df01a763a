/** Run files made of a command's lines: tools/record.js makes those of models/ so. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createEngine, readRun } from 'residua';
import { epochsOf, linesOf, recordOf } from '../tools/record-file.js';
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
