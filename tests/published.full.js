/** Weights that others trained in PyTorch and published at 8.27 % test error, beside the archive that
 * CIFAR10 names: the same images are classified wrong on every tier, by both convolutions. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { availableTiers } from './tiers.js';

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const data = process.env.CIFAR10 ?? '';
const model = path.join(path.dirname(data), 'resnet20-pytorch.safetensors');
const missing = data && existsSync(model) ? false : 'needs CIFAR10 and the weights beside it';

/** @returns {Promise<{ total: number, wrong: number }>} */
function evaluated(tier, conv) {
  const args = [CLI, 'eval', '--model', model, '--data', data, '--tier', tier, '--conv', conv];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...args, '--json'], (error, stdout, stderr) => {
      if (error) reject(new Error(stderr));
      else resolve(JSON.parse(stdout));
    });
  });
}

describe('published weights', { skip: missing }, () => {
  for (const tier of availableTiers()) {
    for (const conv of ['direct', 'winograd']) {
      it(`${tier}, ${conv}: 827 wrong, give or take 2`, async (t) => {
        const { total, wrong } = await evaluated(tier, conv);
        t.diagnostic(`${wrong} of ${total}`);
        assert.equal(total, 10000);
        assert.ok(Math.abs(wrong - 827) <= 2, `${wrong} wrong`);
      });
    }
  }
});
