/** ONNX models of our nets, computed by ONNX Runtime Web and looked at by ONNX's own checker. The
 * runtime is large, so it has a package.json of its own: npm ci --prefix tests/onnx --ignore-scripts */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { residua } from '../command.js';
import { pythonWith, runPython } from '../python.js';
import { skipWithout } from '../skip.js';

const WORST = 1e-5;

// By path: this folder is a package of its own, where 'residua' is not this one.
const dist = (/** @type {string} */ name) =>
  import(String(new URL(`../../dist/${name}`, import.meta.url)));
const { createEngine, Dataset } = await dist('node.js');
const { createEngine: createWorkerEngine } = await dist('node-worker.js');

const ort = await import('onnxruntime-web/wasm').catch(() => null);
if (ort) ort.env.wasm.numThreads = 1;
const skipRuntime = skipWithout(ort, 'onnxruntime-web (npm ci --prefix tests/onnx)', true);
const python = pythonWith('onnx');
const skipChecker = skipWithout(python, "Debian's python3-onnx", true);

/** @type {Record<string, Partial<import('../../web/lib/index.js').Spec>>} */
const NETS = {
  plain: { family: 'plain', width: 4 },
  'plain, no norm': { family: 'plain', width: 5, norm: 'none' },
  'option A': { width: 4 },
  'option A, odd width': { width: 5 },
  'option A, the width of the paper': { depth: 20, width: 16 },
  'option A, no norm': { width: 4, norm: 'none', classes: 2 },
  'option B': { depth: 14, width: 5, shortcut: 'B' },
  'option B, two classes': { width: 16, shortcut: 'B', classes: 2 },
  'option C': { width: 4, shortcut: 'C' },
  'option C, no norm': { width: 5, shortcut: 'C', norm: 'none' },
  'another normalisation': { width: 4, mean: [0.5, 0.25, 0.1], std: [0.2, 0.3, 1] },
};

/** @type {import('residua').Engine} */
let engine;
/** @type {import('residua').Dataset} */
let data;
/** @type {string} */
let folder;
before(async () => {
  engine = await createEngine({ tier: 'simd128' });
  data = await engine.synthetic({ images: 64, testImages: 24 });
  folder = await mkdtemp(path.join(tmpdir(), 'residua-'));
});
after(async () => {
  engine.dispose();
  await rm(folder, { recursive: true });
});

/** The images in so many classes. @param {number} count */
function inClasses(count) {
  const fold = (/** @type {import('residua').Images} */ { images, labels }) => ({
    images,
    labels: labels.map((label) => label % count),
  });
  const classes = Array.from({ length: count }, (_, k) => `class ${k}`);
  const [train, test] = [fold(data.train), fold(data.test)];
  return new Dataset({ name: 'folded', classes, train, test });
}

/** A net with weights, biases and running statistics of its own, which a few steps leave.
 * @param {Partial<import('residua').Spec>} spec */
async function trained(spec) {
  const net = await engine.createNet({ family: 'residual', depth: 8, seed: 5, ...spec });
  /** @type {import('residua').TrainOptions} */
  const recipe = { epochs: 2, batchSize: 16, lr: 0.02, schedule: 'constant', evaluate: false };
  for await (const _ of net.train(inClasses(net.spec.classes), recipe));
  return net;
}

/** @param {Uint8Array} model @param {Uint8Array} images */
async function compute(model, images) {
  const session = await ort.InferenceSession.create(model, { executionProviders: ['wasm'] });
  assert.deepEqual([session.inputNames, session.outputNames], [['images'], ['logits']]);
  const shape = [images.length / 3072, 3, 32, 32];
  const input = new ort.Tensor('float32', Float32Array.from(images), shape);
  const { logits } = await session.run({ images: input });
  await session.release();
  return logits;
}

/** The largest difference, by the largest of the values.
 * @param {Float32Array} ours @param {Float32Array} theirs */
function difference(ours, theirs) {
  assert.equal(ours.length, theirs.length);
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return ours.reduce((most, x, i) => Math.max(most, Math.abs(x - theirs[i])), 0) / largest;
}

describe('an ONNX model', { skip: skipRuntime }, () => {
  for (const [name, spec] of Object.entries(NETS)) {
    it(`computes our logits: ${name}`, async (context) => {
      const net = await trained(spec);
      const model = await net.toOnnx();
      await writeFile(path.join(folder, `${name}.onnx`), model);
      for (const count of [1, 7]) {
        const images = data.test.images.slice(0, count * 3072);
        const { data: theirs, dims } = await compute(model, images);
        assert.deepEqual(dims, [count, net.spec.classes]);
        const worst = difference(await net.logits(images), theirs);
        context.diagnostic(`${count} images: ${worst.toExponential(1)}`);
        assert.ok(worst <= WORST, `${worst}`);
      }
      net.dispose();
    });
  }

  it('passes the checker of ONNX', { skip: skipChecker }, async () => {
    const files = (await readdir(folder)).map((file) => path.join(folder, file));
    assert.equal(files.length, Object.keys(NETS).length);
    const script = `
import onnx, sys
for file in sys.argv[1:]:
    onnx.checker.check_model(file, full_check=True)
    print(onnx.load(file).opset_import[0].version)`;
    const opsets = await runPython(/** @type {string} */ (python), '-c', script, ...files);
    assert.equal(opsets, '17\n'.repeat(files.length));
  });
});

describe('the way to an ONNX model', () => {
  it('is the same in a worker and from the command line', async () => {
    const net = await trained({ width: 4 });
    const [model, file] = [await net.toOnnx(), await net.save()];
    const workers = await createWorkerEngine({ tier: 'simd128', threads: 1 });
    const remote = await workers.loadNet(file);
    assert.deepEqual(await remote.toOnnx(), model);
    workers.dispose();
    const [from, to] = ['net.safetensors', 'net.onnx'].map((name) => path.join(folder, name));
    await writeFile(from, file);
    const { code, stdout, stderr } = await residua('export', '--model', from, '--out', to);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /resnet8 .*\ninput +images +float32 \[N,3,32,32\].*255\noutput +logits/);
    assert.deepEqual(new Uint8Array(await readFile(to)), model);
  });

  it('needs both files, and a folder to write to', async () => {
    const model = path.join(folder, 'net.safetensors');
    for (const [wanted, pattern, ...args] of /** @type {[number, RegExp, ...string[]][]} */ ([
      [2, /--out is missing/, '--model', model],
      [2, /--model is missing/, '--out', 'x.onnx'],
      [1, /folder .*nowhere: it does not exist/, '--model', model, '--out', 'nowhere/x.onnx'],
      [1, /is a folder; name a file/, '--model', model, '--out', folder],
    ])) {
      const { code, stderr } = await residua('export', ...args);
      assert.equal(code, wanted, stderr);
      assert.match(stderr, pattern);
    }
  });
});
