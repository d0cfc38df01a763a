/** Small runs whose bits are known: the same from every compiler, on every machine and engine, in the
 * tiers that round as IEEE 754 says. A change that alters them raises RSD_NUMERICS_VERSION and
 * rewrites digests.json: UPDATE_DIGESTS=1 npm test -- tests/digests.test.js */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, describe, it } from 'node:test';
import * as api from 'residua';
import { endsOf, RUNS } from './engines/runs.js';

const FILE = new URL('digests.json', import.meta.url);

const known = JSON.parse(await readFile(FILE, 'utf8').catch(() => '{}'));

describe('a run', () => {
  for (const name of Object.keys(RUNS)) {
    for (const tier of /** @type {const} */ (['scalar', 'simd128'])) {
      it(`has the bits that are known: ${name}, ${tier}`, async () => {
        const [digest] = await endsOf(api, { tier }, name);
        if (process.env.UPDATE_DIGESTS) known[name] = digest;
        assert.deepEqual(digest, known[name]);
      });
    }
  }
  after(async () => {
    if (process.env.UPDATE_DIGESTS) await writeFile(FILE, `${JSON.stringify(known, null, 2)}\n`);
  });
});
