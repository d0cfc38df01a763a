/** Why a net answers as it does: against PyTorch's values, and the page's arithmetic against the core's bits. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { classActivationMap, createEngine, occlusion, ResiduaError } from 'residua';
import { readSafetensors } from '../web/cli/safetensors.js';
import * as arithmetic from '../web/image/follow/arithmetic.js';

/** @typedef {import('residua').Engine} Engine */
/** @typedef {import('residua').Net} Net */

const FOLDER = fileURLToPath(new URL('./explained/', import.meta.url));
const PUBLISHED = path.join(path.dirname(process.env.CIFAR10 ?? ''), 'resnet20-12fca82f.th');
/** Of the largest value: what float32 leaves of float64. */
const CLOSE = 2e-5;

/** @type {Engine} */
let engine;
before(async () => {
  engine = await createEngine({ tier: 'simd128', threads: 1, conv: 'direct' });
});
after(() => engine.dispose());

/** What make_explained.py wrote. @param {string} name */
async function valuesOf(name) {
  const file = `${name}.safetensors`;
  const bytes = new Uint8Array(await readFile(path.join(FOLDER, file)));
  const { metadata, tensors } = readSafetensors(file, bytes);
  const values = (/** @type {string} */ tensor) =>
    [...(tensors.get(tensor)?.values ?? [])].map(Number);
  const numbers = (/** @type {string} */ key) => metadata[key].split(',').map(Number);
  return {
    image: Uint8Array.from(values('image')),
    ...{ logits: values('logits'), maps: values('maps'), occluded: values('occluded') },
    normalisation: {
      mean: /** @type {[number, number, number]} */ (numbers('mean')),
      std: /** @type {[number, number, number]} */ (numbers('std')),
    },
    geometry: { size: Number(metadata.size), stride: Number(metadata.stride) },
  };
}

/** @param {ArrayLike<number>} actual @param {number[]} expected */
function assertClose(actual, expected) {
  assert.equal(actual.length, expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  const worst = Math.max(...expected.map((value, i) => Math.abs(actual[i] - value)));
  assert.ok(worst <= CLOSE * largest, `${worst} of ${largest}`);
}

const NETWORKS = [
  { name: 'resnet8', file: path.join(FOLDER, 'resnet8-weights.safetensors'), skip: false },
  {
    name: 'published',
    file: PUBLISHED,
    skip: existsSync(PUBLISHED) ? false : 'needs CIFAR10 and the published weights beside it',
  },
];

for (const { name, file, skip } of NETWORKS) {
  describe(`what PyTorch computes for ${name}`, { skip }, () => {
    it('is what class-activation maps and occlusion are', async () => {
      const { image, logits, maps, occluded, normalisation, geometry } = await valuesOf(name);
      const net = await engine.loadNet(new Uint8Array(await readFile(file)), normalisation);
      assertClose(await net.logits(image), logits);
      const last = await net.activation(image, net.layers.length - 1);
      const tensors = await net.tensors();
      const ours = logits.map((_, label) => classActivationMap(last, tensors, label));
      assertClose(
        ours.flatMap(({ values }) => [...values]),
        maps,
      );
      const bias = tensors.find((tensor) => tensor.name === 'linear.bias')?.values ?? [];
      const sums = ours.map(
        ({ values }, label) =>
          values.reduce((sum, one) => sum + one, 0) / values.length + bias[label],
      );
      assertClose(sums, logits);
      const covered = await occlusion(net, image, geometry);
      assert.deepEqual([covered.height, covered.width], [16, 16]);
      assertClose(covered.logits, logits);
      assertClose(covered.covered, occluded);
      net.dispose();
    });
  });
}

describe('occlusion', () => {
  const image = new Uint8Array(3072).fill(200);
  /** @type {Net} */
  let net;
  before(async () => {
    net = await engine.createNet({ family: 'residual', depth: 8, width: 4 });
  });

  it('says how far it is, and ends when it is told to', async () => {
    /** @type {unknown[]} */
    const told = [];
    await occlusion(net, image, {
      stride: 4,
      onProgress: ({ done, total }) => told.push([done, total]),
    });
    assert.deepEqual(told, [
      [32, 64],
      [64, 64],
    ]);
    const stop = new AbortController();
    const onProgress = () => stop.abort(new Error('enough'));
    await assert.rejects(occlusion(net, image, { signal: stop.signal, onProgress }), /enough/);
  });

  it('refuses what is no image and what cannot be laid out', async () => {
    const refused = [
      [image.subarray(1), {}, /give the 3072 bytes of one/],
      [image, { stride: 5 }, /stride is 5; it must divide 32/],
      [image, { stride: 4, size: 7 }, /both be even, or both odd/],
      [image, { stride: 4, size: 2 }, /size/],
      [image, { step: 2 }, /no option "step"/],
    ];
    for (const [bytes, options, message] of refused) {
      await assert.rejects(
        occlusion(net, /** @type {any} */ (bytes), /** @type {any} */ (options)),
        (error) =>
          error instanceof ResiduaError && /** @type {RegExp} */ (message).test(error.message),
      );
    }
  });

  it('has class-activation maps beside it that refuse another layer and another class', async () => {
    const tensors = await net.tensors();
    const [first, last] = [await net.activation(image, 0), await net.activation(image, 6)];
    assert.throws(() => classActivationMap(first, tensors, 0), /activation of the last layer/);
    assert.throws(() => classActivationMap(last, tensors, 10), /label/);
    assert.throws(() => classActivationMap(last, [], 0), /no tensor linear.weight/);
  });
});

describe('the written-out pixel', () => {
  /** @type {import('residua').Spec[]} */
  const specs = [
    { family: 'plain', depth: 8, width: 4 },
    { family: 'residual', depth: 8, width: 6, shortcut: 'A' },
    { family: 'residual', depth: 14, width: 5, shortcut: 'B' },
    { family: 'residual', depth: 8, width: 16, shortcut: 'C' },
    { family: 'residual', depth: 8, width: 4, shortcut: 'B', norm: 'none' },
  ];
  for (const spec of specs) {
    const { family, depth, width, shortcut = '', norm = 'batch' } = spec;
    it(`equals the core's to the last bit: ${family}${depth} ${shortcut}, width ${width}, ${norm}`, async () => {
      const data = await engine.synthetic({ images: 64, testImages: 2 });
      const net = await engine.createNet(spec);
      for await (const _ of net.train(data, { epochs: 2, batchSize: 16, lr: 0.02 }));
      await assertSame(net, data.test.images.slice(3072));
      net.dispose();
    });
  }

  const { file, skip } = NETWORKS[1];
  it("equals the core's to the last bit: the published weights", { skip }, async () => {
    const { image, normalisation } = await valuesOf('published');
    const net = await engine.loadNet(new Uint8Array(await readFile(file)), normalisation);
    await assertSame(net, image);
    net.dispose();
  });
});

/** All steps of all pixels, channels and layers, and the head. @param {Net} net @param {Uint8Array} image */
async function assertSame(net, image) {
  const tensors = arithmetic.byName(await net.tensors());
  const inputs = [arithmetic.inputOf(image, net.spec)];
  for (const [layer, { channels, height, width, hasShortcut }] of net.layers.entries()) {
    const wanted = await net.activation(image, layer);
    const block = hasShortcut ? inputs[layer - 1] : null;
    for (let channel = 0; channel < channels; channel++) {
      const steps = arithmetic.stepsOf(net, tensors, layer, channel, inputs[layer], block);
      const core = steps.output.map((_, at) => wanted.values[at * channels + channel]);
      assert.deepEqual(bitsOf(steps.output), bitsOf(core), `layer ${layer}, channel ${channel}`);
      const [y, x] = [(layer * 7 + channel) % height, (layer * 5 + 3 * channel) % width];
      const filter = arithmetic.layerFilter(net, tensors, layer, channel);
      const { chains, sum } = arithmetic.termsAt(filter, inputs[layer], y, x);
      assert.equal(sum, steps.convolved[y * width + x]);
      const count = chains.reduce((total, { terms }) => total + terms.length, 0);
      assert.equal(count, 9 * inputs[layer].channels);
    }
    inputs.push(wanted);
  }
  const features = arithmetic.pooled(/** @type {import('residua').Activation} */ (inputs.at(-1)));
  const logits = await net.logits(image);
  const ours = logits.map((_, label) => arithmetic.logitOf(tensors, features, label).logit);
  assert.deepEqual(bitsOf(ours), bitsOf(logits));
}

/** @param {Float32Array} values */
const bitsOf = (values) => new Int32Array(values.slice().buffer);
