/** Weights of others: every way in which PyTorch saves them loads as the same network, what is no network
 * of this family is named, and converted files are read by PyTorch. The fixtures are PyTorch's own:
 * tests/pytorch/make_fixtures.py. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { unzipSync, zipSync } from 'fflate';
import { createEngine, NORMALISATIONS } from 'residua';
import { verdictOf } from '../web/cli/normalisation.js';
import { metadataOf } from '../web/lib/file-metadata.js';
import { isWeights } from '../web/lib/weights/files.js';
import { asSafetensors } from '../web/lib/weights/load.js';
import { json, residua } from './command.js';
import { binaryFile, madeUpBatch, pythonFile } from './data/fixtures.js';
import { pythonWith, runPython } from './python.js';
import { skipWithout } from './skip.js';

const FIXTURES = fileURLToPath(new URL('pytorch/fixtures', import.meta.url));
const WORST = 1e-5;
/** Beside the archive that CIFAR10 names, as tests/published.full.js has it. */
const cifar = process.env.CIFAR10 ?? '';
const PUBLISHED = path.join(path.dirname(cifar), 'resnet20-12fca82f.th');
const python = pythonWith('torch');
const skip = skipWithout(python, "Debian's python3-torch", false);

const fixture = async (/** @type {string | RegExp} */ name) =>
  new Uint8Array(gunzipSync(await readFile(path.join(FIXTURES, `${name}.gz`))));
/** As make_fixtures.py has them. */
const images = Uint8Array.from({ length: 2 * 3072 }, (_, i) => (i * 7919) % 251);

/** @type {import('residua').Engine} */
let engine;
/** Logits by the shortcut's option. @type {Record<string, number[]>} */
let expected;
/** @type {string} */
let folder;
before(async () => {
  engine = await createEngine({ tier: 'simd128', threads: 1, worker: false });
  expected = JSON.parse(await readFile(path.join(FIXTURES, 'expected.json'), 'utf8'));
  folder = await mkdtemp(path.join(tmpdir(), 'residua-'));
});
after(async () => {
  engine.dispose();
  await rm(folder, { recursive: true });
});

/** @param {Uint8Array} file @param {RegExp} pattern */
const refuses = (file, pattern, code = 'BAD_FILE') =>
  assert.rejects(engine.loadNet(file), ({ name, code: found, message }) => {
    assert.equal(name, 'ResiduaError', message);
    assert.match(message, pattern);
    assert.equal(found, code);
    return true;
  });

/** @param {Float32Array} ours @param {number[]} theirs */
function near(ours, theirs) {
  assert.equal(ours.length, theirs.length);
  const largest = Math.max(...theirs.map(Math.abs));
  assert.ok(Math.max(...theirs.map((x, i) => Math.abs(x - ours[i]))) <= WORST * largest);
}

describe('a file that PyTorch has written', () => {
  const variants = [
    ...['zip.pt', 'legacy.th', 'parallel.pth', 'compiled.pt', 'parallel-compiled.pt'],
    ...['model-prefix.pt', 'net-prefix.t7', 'fc.pt', 'float16.pt', 'bfloat16.th', 'float64.pt'],
    ...['views.pt', 'parameters.th', 'downsample.pt', 'checkpoint.th', 'other-key.pt'],
  ];
  /** @type {import('residua').Tensor[]} */
  let wanted;
  before(async () => {
    const net = await engine.loadNet(await fixture('zip.pt'));
    wanted = await net.tensors();
  });

  for (const name of variants) {
    it(`loads, to the bit: ${name}`, async () => {
      const net = await engine.loadNet(await fixture(name), NORMALISATIONS.imagenet);
      const shortcut = name === 'downsample.pt' ? 'B' : 'A';
      assert.deepEqual([net.name, net.spec.width, net.spec.shortcut], ['resnet8', 2, shortcut]);
      if (shortcut === 'A') assert.deepEqual(await net.tensors(), wanted);
      near(await net.logits(images), expected[shortcut]);
      net.dispose();
    });
  }

  it('is each of the fixtures, or refused', async () => {
    const files = (await readdir(FIXTURES)).filter((file) => /^(?!refused).*\.gz$/.test(file));
    assert.deepEqual(files.sort(), variants.map((name) => `${name}.gz`).sort());
  });

  it('does not say how it was normalised', async () => {
    const info = await engine.inspect(await fixture('zip.pt'));
    assert.equal(info.hasNormalisation, false);
    assert.equal(info.hasMetadata, false);
    assert.deepEqual(info.spec.mean, NORMALISATIONS.cifar10.mean);
  });

  it('has weights alone, whatever was trained beside them', async () => {
    assert.equal((await engine.inspect(await fixture('checkpoint.th'))).hasOptimizer, false);
  });
});

describe('a file is told to be weights', () => {
  const isIt = (/** @type {string} */ name, /** @type {Uint8Array} */ bytes) =>
    isWeights(new File([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)], name));

  it('by its ending, or else its content', async () => {
    const net = await engine.createNet({ family: 'plain', depth: 8, width: 1 });
    for (const bytes of [await fixture('zip.pt'), await fixture('legacy.th'), await net.save()]) {
      assert.equal(await isIt('pytorch_model.bin', bytes), true);
    }
    assert.equal(await isIt('x.onnx', new Uint8Array(9)), true);
  });

  it('and others are not', async () => {
    const record = binaryFile({ ...madeUpBatch(1, 1), images: new Uint8Array(3072).fill(0x7b) });
    const zip = zipSync({ 'a/1.png': new Uint8Array(3) });
    for (const bytes of [record, zip, pythonFile(madeUpBatch(1, 1)), new Uint8Array(0)]) {
      assert.equal(await isIt('data_batch_1.bin', bytes), false);
    }
  });
});

describe('what is no such network', () => {
  /** @type {[string, RegExp][]} */
  const refused = [
    ['refused-module.pt', /whole module of PyTorch, not its weights.*model\.state_dict\(\)/],
    ['refused-module.th', /whole module of PyTorch, not its weights.*model\.state_dict\(\)/],
    ['refused-call.pt', /conv1\.weight is made by __builtin__\.print, which would have to be run/],
    ['refused-script.pt', /TorchScript program, not weights/],
    ['refused-basic.pt', /looks like a ResNet-18 with 4 stages of basic blocks and width 64; this/],
    ['refused-bottleneck.pt', /a ResNet-26 with 4 stages of bottleneck blocks and width 64/],
    ['refused-quantized.pt', /conv1\.weight is made by torch\._utils\._rebuild_qtensor/],
  ];
  for (const [name, pattern] of refused) {
    it(`is named: ${name}`, async () => refuses(await fixture(name), pattern));
  }

  const text = (/** @type {string} */ start) =>
    new Uint8Array([...Buffer.from(start, 'latin1'), ...Buffer.alloc(64)]);
  /** @type {[string, RegExp][]} */
  const strangers = [
    ['\x08\x07\x12\x07pytorch', /ONNX model.*initializers.*docs\/guides\/weights\.md/],
    ['\x89HDF\r\n\x1a\n', /Keras model.*docs\/guides\/weights\.md/],
    ['\x1c\0\0\0TFL3', /TensorFlow Lite/],
    ['\x04\0\0\0\x01\0\0\0', /Lua Torch/],
    ['\x93NUMPY', /array of NumPy/],
    ['\x1f\x8b\x08', /packed by gzip; unpack it/],
    ['\x89PNG\r\n', /is a picture/],
    ['{"spec":', /is a text file/],
    ['version https://git-lfs.github.com/spec/v1', /a pointer of Git LFS.*git lfs pull/],
    ['\x80\x02}q\x00.', /no file that torch\.save wrote/],
    ['', /not a safetensors or PyTorch file/],
  ];
  for (const [start, pattern] of strangers) {
    it(`is named: ${pattern.source}`, () => refuses(text(start), pattern));
  }

  it('is named by what it holds', async () => {
    const state = [0x80, 2, 0x7d, 0x58, 5, 0, 0, 0, ...Buffer.from('state'), 0x7d, 0x73, 0x2e];
    const parts = { 'a/data.pkl': Uint8Array.from(state) };
    await refuses(zipSync(parts, { level: 0 }), /under state_dict.* \(it holds state\); save them/);
  });

  it('is named: an ONNX model of our own', async () => {
    const net = await engine.createNet({ family: 'plain', depth: 8, width: 1 });
    await refuses(await net.toOnnx(), /ONNX model/);
  });

  it('is named: archives of other things', async () => {
    const zip = (/** @type {string} */ name) => zipSync({ [name]: Buffer.from('x') });
    await refuses(zip('x/model.weights.h5'), /Keras model/);
    await refuses(zip('x/config.json'), /holds no weights of PyTorch/);
  });
});

describe('a PyTorch file that lies', () => {
  /** @typedef {Record<string, Uint8Array>} Parts */

  /** @param {(parts: Parts, root: string) => void} change */
  const withPart = async (change) => {
    const parts = unzipSync(await fixture('zip.pt'));
    const root = Object.keys(parts)[0].split('/')[0];
    change(parts, root);
    return zipSync(parts, { level: 0 });
  };

  it('is refused if it is of a big-endian machine', async () => {
    const big = (/** @type {Parts} */ parts, /** @type {string} */ root) => {
      parts[`${root}/byteorder`] = Buffer.from('big');
    };
    await refuses(await withPart(big), /big-endian machine/);
  });

  it('is refused if its storages are missing or too small', async () => {
    const missing = (/** @type {Parts} */ parts, /** @type {string} */ root) => {
      delete parts[`${root}/data/0`];
    };
    await refuses(await withPart(missing), /numbers of tensor conv1\.weight are not in it/);
    const small = (/** @type {Parts} */ parts, /** @type {string} */ root) => {
      parts[`${root}/data/0`] = parts[`${root}/data/0`].subarray(4);
    };
    await refuses(await withPart(small), /numbers of tensor conv1\.weight are not in it/);
  });

  it('is refused before memory is taken, if it is packed', async () => {
    const parts = unzipSync(await fixture('zip.pt'));
    const root = Object.keys(parts)[0].split('/')[0];
    parts[`${root}/data/0`] = new Uint8Array(64e6);
    await refuses(zipSync(parts, { level: 9 }), /it is packed/);
  });

  it('is refused if it is cut off anywhere', async () => {
    for (const name of ['zip.pt', 'legacy.th']) {
      const file = await fixture(name);
      for (let part = 1; part < 40; part++) {
        await refuses(file.slice(0, Math.floor((file.length * part) / 40)), /\.$/);
      }
    }
  });

  /** A state_dict of one tensor, by opcodes: sizes and strides are given.
   * @param {number[]} sizes @param {number[]} strides */
  const pickled = (sizes, strides) => {
    const int = (/** @type {number} */ value) => [
      0x4a,
      ...new Uint8Array(Int32Array.of(value).buffer),
    ];
    const text = (/** @type {string} */ value) => [
      0x58,
      value.length,
      0,
      0,
      0,
      ...Buffer.from(value),
    ];
    const tuple = (/** @type {number[]} */ values) => [0x28, ...values.flatMap(int), 0x74];
    /** @param {string} module @param {string} name */
    const global = (module, name) => [0x63, ...Buffer.from(`${module}\n${name}\n`)];
    const storage = [
      ...[0x28, ...text('storage'), ...global('torch', 'FloatStorage'), ...text('0')],
      ...[...text('cpu'), ...int(4), 0x74, 0x51],
    ];
    const tensor = [
      ...[...global('torch._utils', '_rebuild_tensor_v2'), 0x28, ...storage, ...int(0)],
      ...[...tuple(sizes), ...tuple(strides), 0x89, 0x7d, 0x74, 0x52],
    ];
    const pickle = [0x80, 2, 0x7d, ...text('conv1.weight'), ...tensor, 0x73, 0x2e];
    const parts = { 'a/data.pkl': Uint8Array.from(pickle), 'a/data/0': new Uint8Array(16) };
    return zipSync(parts, { level: 0 });
  };

  it('is refused if its tensors would be larger than it by far', async () => {
    await refuses(pickled([1 << 20, 1 << 10], [0, 0]), /would take 4294967296 bytes/);
    await refuses(pickled([1 << 30, 1 << 30], [0, 0]), /is described in another way/);
    await refuses(pickled([2, 2], [-1, 1]), /is described in another way/);
    await refuses(pickled([2, 3], [2, 1]), /are not in it/);
  });

  it('keeps views that overlap', async () => {
    const file = await asSafetensors(pickled([2, 3], [1, 1]));
    assert.equal(file.length % 8, 0);
  });
});

describe('residua convert', () => {
  const at = (/** @type {string} */ name) => path.join(folder, name);

  it('writes what PyTorch saved as safetensors and back, every tensor to the bit', async () => {
    await writeFile(at('in.t7'), await fixture('net-prefix.t7'));
    await json('convert', at('in.t7'), at('a.safetensors'), '--mean', 'imagenet');
    await json('convert', at('a.safetensors'), at('b.pt'));
    await json('convert', at('b.pt'), at('c.safetensors'));
    const [a, c] = await Promise.all(['a', 'c'].map((name) => readFile(at(`${name}.safetensors`))));
    assert.ok(a.equals(c));
    assert.equal(metadataOf(c).mean, '0.485,0.456,0.406');
    const net = await engine.loadNet(new Uint8Array(c));
    near(await net.logits(images), expected.A);
  });

  it('writes what torch.load(weights_only=True) reads, every tensor the same', {
    skip,
  }, async () => {
    await writeFile(at('in.pt'), await fixture('float64.pt'));
    await json('convert', at('in.pt'), at('out.pt'), '--mean', 'half');
    const script = fileURLToPath(new URL('pytorch/compare.py', import.meta.url));
    const found = JSON.parse(await runPython(String(python), script, at('in.pt'), at('out.pt')));
    assert.equal(found.tensors, 37);
    assert.deepEqual(found.differ, []);
    assert.equal(found.mean, '0.5,0.5,0.5');
  });

  it('refuses what it would lose or cannot write', async () => {
    /** @param {number} code @param {RegExp} pattern @param {string[]} args */
    const ends = async (code, pattern, ...args) => {
      const found = await residua(...args);
      assert.equal(found.code, code);
      assert.match(found.stderr, pattern);
    };
    await writeFile(at('in.pt'), await fixture('zip.pt'));
    await ends(2, /residua export/, 'convert', at('in.pt'), at('x.onnx'));
    await ends(2, /must end in \.safetensors, \.pt, \.pth/, 'convert', at('in.pt'), at('x'));
    await ends(2, /IN and OUT/, 'convert', at('in.pt'));
    const net = await engine.createNet({ family: 'plain', depth: 8, width: 1 });
    const data = await engine.synthetic({ images: 8, testImages: 0 });
    for await (const _ of net.train(data, { epochs: 2, batchSize: 4 })) break;
    await writeFile(at('run.safetensors'), await net.save({ optimizer: true }));
    await ends(1, /run under way/, 'convert', at('run.safetensors'), at('x.pt'));
  });
});

describe('the normalisation of weights of others', () => {
  const at = (/** @type {string} */ name) => path.join(folder, name);
  before(async () => writeFile(at('theirs.pt'), await fixture('zip.pt')));

  it('is said if it is assumed, and may be given by name or number', async () => {
    const assumed = await residua('convert', at('theirs.pt'), at('n.safetensors'));
    assert.match(assumed.stderr, /cifar10 is assumed \(mean 0\.4914,0\.4822,0\.4465, std 0\.247/);
    const numbers = ['--mean', '0.485,0.456,0.406', '--std', '0.229,0.224,0.225'];
    const given = await residua('convert', at('theirs.pt'), at('g.safetensors'), ...numbers);
    assert.doesNotMatch(given.stderr, /assumed/);
    await json('convert', at('theirs.pt'), at('i.safetensors'), '--mean', 'imagenet');
    assert.ok((await readFile(at('g.safetensors'))).equals(await readFile(at('i.safetensors'))));
  });

  it('is refused if it is not two times three numbers', async () => {
    for (const flags of [
      ['--mean', '0.5,0.5,0.5'],
      ['--std', '0.5,0.5,0.5'],
      ['--mean', 'imagenet', '--std', '1,1,1'],
      ['--mean', 'cifar', '--std', '1,1,1'],
      ['--mean', '0,0,', '--std', '1,1,1'],
      ['--mean', '0,0', '--std', '1,1,1'],
      ['--mean', 'constructor'],
    ]) {
      const { code, stderr } = await residua(
        'eval',
        '--model',
        at('theirs.pt'),
        '--data',
        'x',
        ...flags,
      );
      assert.equal(code, 2, stderr);
      assert.match(stderr, /--mean|--std/);
    }
  });

  it('is tried by eval, which says what fits best', async () => {
    const args = ['eval', '--model', at('theirs.pt'), '--data', 'synthetic'];
    const { code, stderr } = await residua(...args);
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /Wrong of 500 test images, by normalisation: .*imagenet \d+.*( fits best; |Too close)/,
    );
    const few = await residua(...args, '--test-images', '40');
    assert.match(few.stderr, /Wrong of 40 test images, by normalisation: /);
    assert.match(few.stdout, / of 40 wrong/);
    const told = await residua(...args, '--mean', 'half');
    assert.doesNotMatch(told.stderr, /fits best|Too close|assumed/);
  });

  it('fits best only where the difference is beyond chance', () => {
    const scores = (/** @type {number[]} */ ...wrong) =>
      wrong.map((count, i) => ({ name: NAMES[i], wrong: count }));
    const NAMES = ['imagenet', 'cifar100', 'cifar10', 'half'];
    assert.equal(
      verdictOf(scores(37, 37, 39, 120)),
      'Too close to tell: imagenet, cifar100, cifar10; cifar10 is assumed.',
    );
    assert.match(verdictOf(scores(37, 60, 61, 120)), /^imagenet fits best; .*--mean imagenet\.$/);
    assert.match(verdictOf(scores(37, 40, 90, 120)), /^Too close.*cifar100; .*--mean imagenet\.$/);
  });
});

const published = cifar && existsSync(PUBLISHED);
const skipPublished = skipWithout(published, 'CIFAR-10 or the published file', false);

describe('the published ResNet-20', () => {
  it('gets 827 of 10,000 images wrong, as it does in PyTorch', {
    skip: skipPublished,
  }, async () => {
    const flags = ['--data', cifar, '--mean', '0.485,0.456,0.406', '--std', '0.229,0.224,0.225'];
    const [score] = await json('eval', '--model', PUBLISHED, ...flags);
    assert.deepEqual([score.wrong, score.total], [827, 10000]);
  });
});
