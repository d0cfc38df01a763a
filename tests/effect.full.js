/** The paper's effect at the size that the page opens with: four networks of width 4, three seeds,
 * on the synthetic set and, where CIFAR10 names them, on the first 5,000 photographs. Takes half an
 * hour on two cores; the results of the last run stand in effect.results.json. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { describe, it } from 'node:test';
import { sideBySide } from '../tools/process.js';
import { json } from './command.js';

const RESULTS = new URL('./effect.results.json', import.meta.url);
const NETS = ['plain20', 'plain56', 'resnet20', 'resnet56'];
const SEEDS = [1, 2, 3];
const RECIPE = [
  ...['--width', '4', '--images', '5000', '--test-images', '1000', '--epochs', '12'],
  ...['--batch', '32', '--lr', '0.03', '--schedule', 'step', '--augment', 'flip'],
  ...['--weight-decay', '1e-4', '--tier', 'simd128', '--threads', '1'],
];

/** The last epoch of one run. */
async function trained(net, seed, data) {
  const lines = await json(
    'train',
    '--net',
    net,
    '--data',
    data,
    '--seed',
    String(seed),
    ...RECIPE,
  );
  const { train_error: train, test_error: test } = lines.at(-2);
  return { train, test };
}

/** All nets and seeds. */
async function trainAll(data) {
  const results = SEEDS.map((seed) => ({ seed }));
  const jobs = results.flatMap((result) => NETS.map((net) => ({ result, net })));
  await sideBySide(jobs, async ({ result, net }) => {
    result[net] = await trained(net, result.seed, data);
  });
  return results;
}

async function keep(name, seeds) {
  const kept = JSON.parse(await readFile(RESULTS, 'utf8').catch(() => '{}'));
  kept[name] = { cpu: cpus()[0].model, node: process.version, seeds };
  await writeFile(RESULTS, `${JSON.stringify(kept, null, 2)}\n`);
}

const sets = { synthetic: 'synthetic', 'CIFAR-10': process.env.CIFAR10 };
for (const [name, data] of Object.entries(sets)) {
  describe(`depth on ${name}`, { skip: data ? false : 'set CIFAR10 to the archive' }, () => {
    it('hurts plain networks and not residual ones', async () => {
      const results = await trainAll(data);
      await keep(name, results);
      for (const { seed, plain20, plain56, resnet20, resnet56 } of results) {
        const gap = plain56.train - plain20.train;
        assert.ok(gap >= 0.1, `seed ${seed}: plain-56 is ${gap} above plain-20`);
        assert.ok(plain56.train - resnet56.train >= 0.15, `seed ${seed}: resnet-56`);
        assert.ok(resnet56.train - resnet20.train <= gap / 2, `seed ${seed}: the residual gap`);
      }
    });
  });
}
