/** Weights to PyTorch's usual CIFAR code and back, by name. PyTorch (1 GB) is held against ours where
 * it is installed; its list of names and shapes, which is in this folder, everywhere. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createEngine } from 'residua';
import { readSafetensors } from '../../web/cli/safetensors.js';
import { pythonWith, runPython } from '../python.js';
import { skipWithout } from '../skip.js';

const WORST = 1e-5;
const SCRIPT = fileURLToPath(new URL('resnet.py', import.meta.url));
const python = pythonWith('torch');
const skip = skipWithout(python, "Debian's python3-torch", false);

const torch = (/** @type {(string | number)[]} */ ...args) =>
  runPython(/** @type {string} */ (python), SCRIPT, ...args.map(String));
const listOf = (/** @type {string} */ option) =>
  readFile(new URL(`resnet20-${option}.txt`, import.meta.url), 'utf8');

/** @type {import('residua').Engine} */
let engine;
/** @type {string} */
let folder;
/** @type {Uint8Array} */
let images;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'residua-'));
  engine = await createEngine({ tier: 'simd128' });
  ({ images } = (await engine.synthetic({ images: 1, testImages: 6 })).test);
  await writeFile(path.join(folder, 'images'), images);
});
after(async () => {
  engine.dispose();
  await rm(folder, { recursive: true });
});

/** That PyTorch computes from a file what the net does.
 * @param {import('residua').Net} net @param {string} option @param {string} file */
async function sameLogits(net, option, file) {
  const { depth, width } = net.spec;
  /** @type {number[]} */
  const theirs = JSON.parse(
    await torch('logits', depth, option, width, file, path.join(folder, 'images')),
  );
  const ours = await net.logits(images);
  assert.equal(ours.length, theirs.length);
  const largest = Math.max(...theirs.map(Math.abs));
  const worst = Math.max(...theirs.map((x, i) => Math.abs(x - ours[i]))) / largest;
  assert.ok(worst <= WORST, `${worst}`);
}

/** That the inputs' gradient of a net is PyTorch's, in float64.
 * @param {import('residua').Net} net @param {string} option @param {string} file */
async function sameGradient(net, option, file) {
  const { depth, width } = net.spec;
  /** @type {number[]} */
  const theirs = JSON.parse(
    await torch('gradient', depth, option, width, file, path.join(folder, 'images')),
  );
  const ours = await net.inputGradient(
    images,
    Uint16Array.from({ length: 6 }, (_, i) => i),
  );
  assert.equal(ours.length, theirs.length);
  const squares = (/** @type {number[]} */ values) => values.reduce((sum, x) => sum + x * x, 0);
  const error = squares(theirs.map((x, i) => x - ours[i])) / squares(theirs);
  assert.ok(Math.sqrt(error) <= WORST, `${Math.sqrt(error)}`);
}

for (const option of /** @type {const} */ (['A', 'B'])) {
  describe(`weights of option ${option}`, () => {
    it('have the names, shapes and order of PyTorch', async () => {
      /** @type {import('residua').Spec} */
      const spec = { family: 'residual', depth: 20, width: 16, shortcut: option };
      const net = await engine.createNet(spec);
      const { tensors } = readSafetensors('ours', await net.save());
      const lines = [...tensors].map(([name, { shape }]) => `${[name, ...shape].join(' ')}\n`);
      assert.equal(lines.join(''), await listOf(option));
      net.dispose();
    });

    it('are listed as PyTorch lists them', { skip }, async () => {
      assert.equal(await torch('names', 20, option, 16), await listOf(option));
    });

    it('are loaded by PyTorch, strictly', { skip }, async () => {
      const net = await engine.createNet({
        family: 'residual',
        depth: 14,
        width: 8,
        shortcut: option,
      });
      const data = await engine.synthetic({ images: 64, testImages: 0 });
      for await (const _ of net.train(data, { epochs: 2, batchSize: 16, lr: 0.05 }));
      const file = path.join(folder, `ours-${option}`);
      await writeFile(file, await net.save());
      await sameLogits(net, option, file);
      await sameGradient(net, option, file);
      net.dispose();
    });

    for (const prefix of ['', 'module']) {
      it(`come from PyTorch${prefix && ', wrapped in DataParallel'}`, { skip }, async () => {
        const file = path.join(folder, `theirs-${option}`);
        await torch('make', 14, option, 8, file, ...(prefix ? [prefix] : []));
        const bytes = new Uint8Array(await readFile(file));
        const [first] = readSafetensors(file, bytes).tensors.keys();
        assert.equal(first, prefix ? 'module.conv1.weight' : 'conv1.weight');
        const { spec, hasMetadata } = await engine.inspect(bytes);
        const { family, depth, width, shortcut } = spec;
        assert.deepEqual(
          { family, depth, width, shortcut, hasMetadata },
          { family: 'residual', depth: 14, width: 8, shortcut: option, hasMetadata: false },
        );
        const net = await engine.loadNet(bytes);
        await sameLogits(net, option, file);
        net.dispose();
      });
    }
  });
}
