/** Weights that others trained in PyTorch and published at 8.27 % test error, beside the archive that
 * CIFAR10 names: the same images are classified wrong on every tier, by both convolutions. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { json } from './command.js';
import { availableTiers } from './tiers.js';

const data = process.env.CIFAR10 ?? '';
const model = path.join(path.dirname(data), 'resnet20-pytorch.safetensors');
const missing = data && existsSync(model) ? false : 'needs CIFAR10 and the weights beside it';

describe('published weights', { skip: missing }, () => {
  for (const tier of availableTiers()) {
    for (const conv of ['direct', 'winograd']) {
      it(`${tier}, ${conv}: 827 wrong, give or take 2`, async (t) => {
        const how = ['--tier', tier, '--conv', conv];
        const [{ total, wrong }] = await json('eval', '--model', model, '--data', data, ...how);
        t.diagnostic(`${wrong} of ${total}`);
        assert.equal(total, 10000);
        assert.ok(Math.abs(wrong - 827) <= 2, `${wrong} wrong`);
      });
    }
  }
});
