/** Small runs whose bits are known: the same from every compiler, on every machine and engine, in the
 * tiers that round as IEEE 754 says. A change that alters them raises RSD_NUMERICS_VERSION and
 * writes digests.json anew: UPDATE_DIGESTS=1 npm test -- tests/digests.test.js */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { after, describe, it } from 'node:test';
import { createEngine } from 'residua';
import { finish } from './api-suite.js';

const FILE = new URL('digests.json', import.meta.url);

const RUNS = {
  'plain8, width 4, Winograd': {
    spec: { family: 'plain', depth: 8, width: 4 },
    recipe: { lr: 0.05, augment: 'flip', schedule: 'step' },
    conv: 'winograd',
  },
  'resnet14, option B, width 5, direct': {
    spec: { family: 'residual', depth: 14, width: 5, shortcut: 'B', seed: 2 },
    recipe: { lr: 0.1, augment: 'crop-flip', schedule: 'cosine' },
    conv: 'direct',
  },
  'resnet8, option C, width 16, no norm': {
    spec: { family: 'residual', depth: 8, width: 16, shortcut: 'C', norm: 'none', init: 'xavier' },
    recipe: { lr: 0.01, augment: 'none', schedule: 'constant' },
    conv: 'auto',
  },
};

/** @param {string} tier @param {string} name */
async function digestOf(tier, name) {
  const { spec, recipe, conv } = RUNS[name];
  const engine = await createEngine({ tier, conv });
  const data = await engine.synthetic({ images: 53, testImages: 9 });
  const net = await engine.createNet(spec);
  const { trajectory } = await finish(net, data, { epochs: 2, batchSize: 13, ...recipe });
  const hash = createHash('sha256');
  for (const { values } of await net.tensors()) hash.update(new Uint8Array(values.buffer));
  const weights = hash.digest('hex').slice(0, 16);
  const { numerics } = engine;
  engine.dispose();
  return { numerics, trajectory, weights };
}

const known = JSON.parse(await readFile(FILE, 'utf8').catch(() => '{}'));

describe('a run', () => {
  for (const name of Object.keys(RUNS)) {
    for (const tier of ['scalar', 'simd128']) {
      it(`has the bits that are known: ${name}, ${tier}`, async () => {
        const digest = await digestOf(tier, name);
        if (process.env.UPDATE_DIGESTS) known[name] = digest;
        assert.deepEqual(digest, known[name]);
      });
    }
  }
  after(async () => {
    if (process.env.UPDATE_DIGESTS) await writeFile(FILE, `${JSON.stringify(known, null, 2)}\n`);
  });
});
