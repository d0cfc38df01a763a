/** The layers of the recorded networks, measured again: as recorded, and smaller in residual ones. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { json } from './command.js';

const DATA = process.env.CIFAR10;
/** Relative: other kinds of SIMD round otherwise. */
const CLOSE = 1e-3;

const pathOf = (/** @type {string} */ name) =>
  fileURLToPath(new URL(`../models/${name}`, import.meta.url));
const skip = !DATA
  ? '*** NO CIFAR-10: set CIFAR10 to the archive. ***'
  : !existsSync(pathOf('resnet56.safetensors')) && '*** NO RECORDED RUNS in models/. ***';

/** The standard deviation of each layer's response. @param {string} name */
async function measured(name) {
  const [{ layers }] = await json(
    'measure',
    '--model',
    pathOf(`${name}.safetensors`),
    '--data',
    String(DATA),
  );
  const recorded = JSON.parse(readFileSync(pathOf(`${name}.layers.json`), 'utf8')).layers;
  /** @type {number[]} */
  const sizes = layers.map(
    (/** @type {{ response_std: number }} */ { response_std }) => response_std,
  );
  for (const [i, size] of sizes.entries()) {
    const before = recorded[i].response_std;
    assert.ok(Math.abs(size - before) <= CLOSE * before, `${name}, ${layers[i].name}: ${size}`);
  }
  return sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
}

describe('responses of the recorded networks', { skip }, () => {
  for (const depth of [20, 56]) {
    it(`are smaller in resnet${depth} than in plain${depth}`, async (t) => {
      const plain = await measured(`plain${depth}`);
      const residual = await measured(`resnet${depth}`);
      t.diagnostic(`plain ${plain}, residual ${residual}`);
      assert.ok(residual < plain);
    });
  }
});
