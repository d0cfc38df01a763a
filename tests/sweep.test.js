/** A sweep by an engine that runs jobs (examples/sweep): it collects run files that make groups. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readRun } from 'residua';
import { skipWithout } from './skip.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SCRIPT = path.join(ROOT, 'examples/sweep/parallel.sh');
const hasParallel = spawnSync('parallel', ['--version']).status === 0;
const SMALL = ['--images', '64', '--test-images', '16', '--width', '4', '--batch', '16'];

describe('a sweep by GNU parallel', {
  skip: skipWithout(hasParallel, 'GNU parallel', true),
}, () => {
  /** @type {string} */
  let results;
  before(async () => {
    results = await mkdtemp(path.join(tmpdir(), 'residua-sweep-'));
  });
  after(() => rm(results, { recursive: true }));

  const sweep = () =>
    promisify(execFile)(SCRIPT, [...SMALL, '--epochs', '2'], {
      env: {
        ...process.env,
        ...{ RESULTS: results, NETS: 'plain8 resnet8', SEEDS: '1 2' },
        RESIDUA: `${process.execPath} ${path.join(ROOT, 'dist/cli.js')}`,
      },
    });
  const runFiles = async () => (await readdir(results)).filter((name) => name.endsWith('.json'));

  it('leaves a whole run for each net and seed', async () => {
    await sweep();
    const names = await runFiles();
    assert.deepEqual(names.sort(), [
      'plain8-seed1.json',
      'plain8-seed2.json',
      'resnet8-seed1.json',
      'resnet8-seed2.json',
    ]);
    for (const name of names) {
      const run = readRun(await readFile(path.join(results, name), 'utf8'));
      assert.equal(run.ticks.at(-1)?.step, 8, name);
    }
  });

  it('trains nothing again that is done, and a job that was lost alone', async () => {
    const weights = path.join(results, 'resnet8-seed2.safetensors');
    const before = await readFile(weights);
    const kept = path.join(results, 'plain8-seed1.json');
    await writeFile(kept, 'untouched');
    await rm(weights);
    await rm(path.join(results, 'jobs.log'));
    await sweep();
    assert.deepEqual(await readFile(weights), before);
    assert.equal(await readFile(kept, 'utf8'), 'untouched');
  });
});
