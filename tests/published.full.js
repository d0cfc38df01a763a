/** Weights that others trained in PyTorch and published at 8.27 % test error, beside the archive that
 * CIFAR10 names: the same images are classified wrong on every tier, by both convolutions. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
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

  it('from the WASI command: as many wrong as simd128 has', async (context) => {
    const run = promisify(execFile);
    const folder = await mkdtemp(path.join(tmpdir(), 'residua-'));
    context.after(() => rm(folder, { recursive: true }));
    await run('tar', ['-xzf', data, '-C', folder, '--strip-components=1']);
    const [runner, module] = ['run-wasi.js', '../build/wasi/residua.wasm'].map((file) =>
      fileURLToPath(new URL(file, import.meta.url)),
    );
    const folders = JSON.stringify({ '/data': folder, '/model': path.dirname(model) });
    const args = ['eval', '--data', '/data', '--model', `/model/${path.basename(model)}`];
    const { stdout } = await run(process.execPath, [runner, module, folders, ...args]);
    const [{ wrong }] = await json('eval', '--model', model, '--data', data, '--tier', 'simd128');
    assert.equal(JSON.parse(stdout).wrong, wrong);
  });
});
