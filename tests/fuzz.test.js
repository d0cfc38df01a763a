/** The fuzz targets of tests/fuzz: over their seeds, and for a few seconds beyond them. For longer:
 * node tools/fuzz.js. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildFuzz, findFuzzer, fuzz, fuzzTargets, runSeeds } from '../tools/fuzz.js';
import { skipWithout } from './skip.js';

const SECONDS = 2;

const targets = await fuzzTargets();
const skip = skipWithout(await findFuzzer(), 'a clang with libFuzzer', true);

describe('whatever bytes it is given, the core stands', { skip }, () => {
  /** @type {string} */
  let folder;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'residua-'));
    await buildFuzz();
  });
  after(() => rm(folder, { recursive: true }));

  for (const target of targets) {
    it(target, async (context) => {
      await runSeeds(target);
      const { executions, coverage } = await fuzz(target, SECONDS, path.join(folder, target));
      context.diagnostic(`${executions} executions, cov: ${coverage}`);
      assert.ok(executions > 0 && coverage > 0);
    });
  }
});
