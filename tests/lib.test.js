/** The library in the calling thread, in every tier: the common suite, and what has no part in it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import * as api from 'residua';
import { metadataOf } from '../web/lib/file-metadata.js';
import { apiSuite, finish } from './api-suite.js';
import { listening } from './listening.js';
import { availableTiers } from './tiers.js';

const { CIFAR10_CLASSES, createEngine, Dataset, nameOfSpec, ResiduaError } = api;
const { resizeToInput, specFromName } = api;

for (const tier of availableTiers()) apiSuite('in-thread entry', api, { tier, threads: 1 }, 10);

const badArgument = (/** @type {RegExp} */ pattern) => (/** @type {unknown} */ error) => {
  assert.ok(error instanceof ResiduaError);
  assert.equal(error.code, 'BAD_ARGUMENT');
  assert.match(error.message, pattern);
  return true;
};

describe("a learning rate of one's own", () => {
  /** @type {import('residua').Engine} */
  let engine;
  /** @type {import('residua').Dataset} */
  let data;
  before(async () => {
    engine = await createEngine({ tier: 'simd128', threads: 1 });
    data = await engine.synthetic({ images: 64, testImages: 0 });
  });
  after(() => engine.dispose());
  const newNet = () => engine.createNet({ family: 'plain', depth: 8, width: 4 });
  const half = (/** @type {number} */ step, /** @type {number} */ steps) => 0.5 - step / steps / 2;

  it('is asked for before each step', async () => {
    /** @type {number[][]} */
    const asked = [];
    const lr = (/** @type {number} */ step, /** @type {number} */ steps) => {
      asked.push([step, steps]);
      return half(step, steps);
    };
    const training = (await newNet()).train(data, { epochs: 2, batchSize: 16, lr });
    const rates = [];
    for await (const tick of training) rates.push([tick.step, tick.lr]);
    const steps = Array.from({ length: 8 }, (_, step) => [step, 8]);
    assert.deepEqual(asked, [[0, 8], ...steps]);
    for (const [step, rate] of rates) assert.equal(rate, half(step - 1, 8));
  });

  it('is that of a schedule where it says the same, and of a run that goes on', async () => {
    const recipe = /** @type {const} */ ({ epochs: 2, batchSize: 16, lr: half });
    const whole = await finish(await newNet(), data, recipe);
    const net = await newNet();
    for await (const tick of net.train(data, recipe)) if (tick.step >= 3) break;
    const again = await engine.loadNet(await net.save({ optimizer: true }));
    assert.equal((await finish(again, data, recipe)).trajectory, whole.trajectory);
    const constant = /** @type {const} */ ({ ...recipe, lr: 0.05, schedule: 'constant' });
    const own = await finish(await newNet(), data, { ...recipe, lr: () => 0.05 });
    assert.equal((await finish(await newNet(), data, constant)).trajectory, own.trajectory);
    assert.throws(() => net.train(data, { ...recipe, restart: true, lr: () => -1 }), {
      message: /lr\(0, 8\) is -1; it must be 0 or more/,
    });
    const late = (/** @type {number} */ step) => (step < 2 ? 0.1 : NaN);
    const failed = finish(await newNet(), data, { ...recipe, lr: late });
    await assert.rejects(failed, { code: 'BAD_ARGUMENT', message: /lr\(2, 8\) is NaN/ });
  });
});

describe("images of one's own making", () => {
  /** @type {import('residua').Engine} */
  let engine;
  /** @type {import('residua').Dataset} */
  let data;
  before(async () => {
    engine = await createEngine({ tier: 'simd128', threads: 1 });
    data = await engine.synthetic({ images: 32, testImages: 0 });
  });
  after(() => engine.dispose());
  /** @param {import('residua').TrainOptions['onBatch']} onBatch @param {object} [more] */
  const end = async (onBatch, more = {}) => {
    const net = await engine.createNet({ family: 'plain', depth: 8, width: 4 });
    return finish(net, data, { epochs: 2, batchSize: 16, onBatch, ...more });
  };

  it('are trained on, as bytes or floats, changed in place or not', async () => {
    const { trajectory } = await end(undefined);
    /** @type {number[][]} */
    const asked = [];
    const same = await end((images, labels, step) => {
      asked.push([images.length, labels.length, step]);
    });
    assert.equal(same.trajectory, trajectory);
    assert.deepEqual(
      asked,
      [0, 1, 2, 3].map((step) => [16 * 3072, 16, step]),
    );
    assert.equal((await end((images) => Float32Array.from(images))).trajectory, trajectory);
    const inverted = await end((images) => images.map((pixel) => 255 - pixel));
    assert.notEqual(inverted.trajectory, trajectory);
    const inPlace = await end(async (images) => {
      images.forEach((pixel, i) => {
        images[i] = 255 - pixel;
      });
    });
    assert.equal(inPlace.trajectory, inverted.trajectory);
    assert.equal((await end(undefined)).trajectory, trajectory, 'the data set is as it was');
  });

  it('end the run where they are none', async () => {
    await assert.rejects(
      end(() => new Uint8Array(3072)),
      badArgument(/16 x 3072 values/),
    );
    await assert.rejects(
      end((images) => new Float32Array(images).fill(NaN)),
      badArgument(/finite/),
    );
    // @ts-expect-error
    await assert.rejects(end(5), badArgument(/onBatch is 5; it must be a function/));
  });
});

describe('a pause', () => {
  it('is not counted in the seconds of a run', async (context) => {
    let pausedMs = 0;
    const { now } = performance;
    context.mock.method(performance, 'now', () => now.call(performance) + pausedMs);
    const engine = await createEngine({ tier: 'simd128', threads: 1 });
    const data = await engine.synthetic({ images: 64, testImages: 8 });
    const net = await engine.createNet({ family: 'plain', depth: 8, width: 4 });
    const training = net.train(data, { epochs: 40, batchSize: 16 });
    const stepOf = async () => (await engine.inspect(await net.save())).metadata.step;
    let last;
    for await (const tick of training) {
      last = tick;
      if (pausedMs > 0) continue;
      training.pause();
      // It takes effect after the step under way: then two looks find the same step.
      for (let [before, step] = ['', await stepOf()]; before !== step; ) {
        await net.evaluate(data.test);
        [before, step] = [step, await stepOf()];
      }
      pausedMs = 1e9;
      training.resume();
    }
    assert.ok(last);
    assert.equal(last.step, 160);
    assert.ok(last.seconds < pausedMs / 1000, `${last.seconds} s`);
    engine.dispose();
  });
});

describe('names', () => {
  it('go both ways', () => {
    assert.deepEqual(specFromName('plain20'), { family: 'plain', depth: 20 });
    assert.deepEqual(specFromName('resnet-110'), { family: 'residual', depth: 110 });
    assert.equal(nameOfSpec(specFromName('resnet-56')), 'resnet56');
    assert.throws(() => specFromName('vgg16'), badArgument(/vgg16.*plain20/));
  });
});

describe('Dataset', () => {
  /** @param {number} count */
  const set = (count, label = 0) => ({
    images: new Uint8Array(count * 3072),
    labels: new Uint16Array(count).fill(label),
  });
  const parts = { name: 'mine', classes: ['cat', 'dog'], train: set(6, 1), test: set(3) };

  it('holds what is sound', () => {
    const data = new Dataset(parts);
    assert.equal(data.synthetic, false);
    assert.equal(data.take({ images: 2 }).train.labels.length, 2);
    assert.equal(data.take({ images: 2 }).test.labels.length, 3);
    assert.equal(data.take({ testImages: 0 }).test.images.length, 0);
    assert.equal(CIFAR10_CLASSES.length, 10);
  });

  it('is made of pictures of any size', async () => {
    /** @param {number} width @param {number} height @param {number[]} colour */
    const picture = (width, height, [r, g, b]) => {
      const data = new Uint8ClampedArray(4 * width * height);
      for (let i = 0; i < data.length; i += 4) data.set([r, g, b, 255], i);
      return { width, height, data };
    };
    const red = { picture: picture(64, 40, [255, 0, 0]), label: 'red' };
    const blue = { picture: picture(31, 33, [0, 0, 255]), label: 1 };
    const made = { name: 'mine', classes: ['red', 'blue'], train: [red, blue], test: [blue] };
    const data = await Dataset.fromImages(made);
    assert.deepEqual([...data.train.labels, ...data.test.labels], [0, 1, 1]);
    assert.deepEqual(data.train.images.subarray(0, 3072), resizeToInput(red.picture));
    assert.deepEqual(data.test.images, resizeToInput(blue.picture));
    assert.equal(data.test.images[0], 0);
    assert.equal(data.test.images[3071], 255);
    /** @param {any} change @param {RegExp} pattern */
    const refused = (change, pattern) =>
      assert.rejects(Dataset.fromImages({ ...made, ...change }), badArgument(pattern));
    await refused({ test: [{ ...blue, label: 'green' }] }, /no class "green"/);
    await refused({ train: [{ ...blue, label: 2 }] }, /label of image 0 is 2/);
    await refused({ train: [{ ...blue, label: 0.5 }] }, /0\.5/);
    const cut = { width: 31, height: 33, data: new Uint8ClampedArray(7) };
    await refused({ train: [{ picture: cut, label: 0 }] }, /7 bytes are no picture of 31 x 33/);
    await refused({ train: [{ label: 0 }] }, /picture/);
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(Dataset.fromImages({ ...made, signal }), /enough/);
  });

  it('refuses what is not', () => {
    /** @param {any} change @param {RegExp} pattern */
    const refused = (change, pattern) =>
      assert.throws(() => new Dataset({ ...parts, ...change }), badArgument(pattern));
    refused({ train: { images: new Uint8Array(3071), labels: new Uint16Array(1) } }, /3072/);
    refused({ train: { images: new Uint8Array(3072), labels: new Uint16Array(2) } }, /1 image /);
    refused({ train: { images: new Uint8Array(3072), labels: [0] } }, /Uint16Array/);
    refused(
      { train: { images: new Float32Array(3072), labels: new Uint16Array(1) } },
      /Uint8Array/,
    );
    refused({ test: set(3, 2) }, /label of image 0 is 2/);
    refused({ test: undefined }, /Uint8Array/);
    refused({ classes: ['cat'] }, /two classes/);
    const data = new Dataset(parts);
    assert.throws(() => data.take({ images: 7 }), badArgument(/7 training.*6/));
    assert.throws(() => data.take({ testImages: -1 }), badArgument(/-1/));
  });
});

describe('synthetic images', () => {
  it('do not depend on how many are drawn', async () => {
    const engine = await createEngine();
    const few = await engine.synthetic({ images: 10, testImages: 5 });
    const many = await engine.synthetic({ images: 100, testImages: 80 });
    assert.equal(few.synthetic, true);
    assert.deepEqual(many.take({ images: 10, testImages: 5 }), few);
    assert.notDeepEqual(few.train.images.slice(0, 15360), few.test.images);
    await assert.rejects(engine.synthetic({ images: 0 }), badArgument(/images is 0/));
    engine.dispose();
  });
});

describe('what a checkpoint says of itself', () => {
  /** @type {import('residua').Engine} */
  let engine;
  /** @type {Buffer} */
  let file;
  before(async () => {
    engine = await createEngine({ tier: 'simd128', threads: 1 });
    const data = await engine.synthetic({ images: 8, testImages: 1 });
    const net = await engine.createNet({ family: 'plain', depth: 8, width: 4 });
    const recipe = { epochs: 2, batchSize: 4, lr: 0.0123, momentum: 0.3, weightDecay: 1e-5 };
    for await (const { step } of net.train(data, { ...recipe, seed: 2 ** 40 })) if (step > 1) break;
    file = Buffer.from(await net.save({ optimizer: true }));
  });
  after(() => engine.dispose());

  /** The file with another header, as long as before or filled with spaces.
   * @param {string} from @param {string} to */
  const changed = (from, to) => {
    const end = 8 + Number(file.readBigUInt64LE());
    const header = file.subarray(8, end).toString();
    assert.ok(header.includes(from));
    const made = Buffer.from(header.replace(from, to));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(made.length));
    return Buffer.concat([length, made, file.subarray(end)]);
  };

  it('is the recipe of its run', async () => {
    const { recipe } = await engine.inspect(file);
    assert.deepEqual(recipe, {
      ...{ images: 8, epochs: 2, batchSize: 4, lr: 0.0123, momentum: 0.3, weightDecay: 1e-5 },
      ...{ schedule: 'step', augment: 'crop-flip', seed: 2 ** 40 },
    });
  });

  it('is no recipe if no run can have it', async () => {
    const cases = [
      ['"recipe.schedule":"step"', '"recipe.schedule":"sudden"'],
      ['"recipe.lr":"0.0123"', '"recipe.lr":"fast"'],
      ['"recipe.epochs":"2"', '"recipe.epochs":"-2"'],
      ['"recipe.batch_size":"4"', '"recipe.batch_size":"9"'],
    ];
    for (const [from, to] of cases) {
      const lying = changed(from, to);
      assert.equal((await engine.inspect(lying)).recipe, null, to);
      await assert.rejects(engine.loadNet(lying), { code: 'BAD_FILE' });
    }
  });

  it('is what the core has read: what readers of JSON read in other ways is refused', async () => {
    const entry = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';
    const cases = [
      ['"recipe.lr":"0.0123"', '"recipe.lr":"0.0123","recipe.lr":"7"', /has "recipe\.lr" twice/],
      ['"step":', '"step":"1","step":', /has "step" twice/],
      ['"step":', '"st\\u0065p":"1","step":', /header is wrong/],
      ['"conv1.weight"', `"\\u005f_metadata__":${entry},"conv1.weight"`, /header is wrong/],
      ['"conv1.weight"', `"\\u0062n1.weight":${entry},"conv1.weight"`, /header is wrong/],
    ];
    for (const [from, to, message] of cases) {
      const lying = changed(String(from), String(to));
      await assert.rejects(engine.inspect(lying), { code: 'BAD_FILE', message });
      await assert.rejects(engine.loadNet(lying), { code: 'BAD_FILE', message });
    }
  });

  it('may have a seed of 64 bits, which C writes', async () => {
    const seed = (/** @type {string} */ text) => changed('"seed":"1"', `"seed":"${text}"`);
    const net = await engine.loadNet(seed('18446744073709551615'));
    assert.equal(net.spec.seed, 2n ** 64n - 1n);
    assert.equal(metadataOf(await net.save()).seed, '18446744073709551615');
    const { spec } = await engine.inspect(seed(`${2 ** 53 - 1}`));
    assert.equal(spec.seed, 2 ** 53 - 1);
    const bare = await engine.createNet({ family: 'plain', depth: 8, width: 1, seed: 2n ** 63n });
    assert.equal(bare.spec.seed, 2n ** 63n);
    for (const wrong of [2n ** 64n, -1n, 2 ** 53]) {
      /** @type {import('residua').Spec} */
      const spec = { family: 'plain', depth: 8, width: 1, seed: wrong };
      await assert.rejects(engine.createNet(spec), { code: 'BAD_ARGUMENT' });
    }
  });

  it('is of no run if its loss is negative', async () => {
    const begin = '"progress.epoch_loss_sum":"';
    const sum = changed(begin, `${begin}ffe0000000000000","more":"`);
    assert.equal((await engine.inspect(sum)).recipe, null);
    await assert.rejects(engine.loadNet(sum), { code: 'BAD_FILE', message: /cannot be/ });
  });
});

describe('tiers', () => {
  it('scalar and simd128 agree to the bit', async () => {
    const results = [];
    for (const tier of /** @type {const} */ (['scalar', 'simd128'])) {
      const engine = await createEngine({ tier });
      const data = await engine.synthetic({ images: 64, testImages: 16 });
      const net = await engine.createNet({ family: 'residual', depth: 8, width: 6 });
      const tick = await finish(net, data, { epochs: 2, batchSize: 16, lr: 0.05 });
      results.push([tick.trajectory, tick.testLoss, await net.save({ optimizer: true })]);
      engine.dispose();
    }
    assert.deepEqual(results[0], results[1]);
  });

  it('that are not there are refused', async () => {
    const validate = WebAssembly.validate;
    WebAssembly.validate = () => false;
    try {
      await assert.rejects(createEngine(), { code: 'NO_SIMD', message: /scalar/ });
      await assert.rejects(createEngine({ tier: 'relaxed' }), { code: 'NO_SIMD' });
      const engine = await createEngine({ tier: 'scalar' });
      assert.equal(engine.tier, 'scalar');
      engine.dispose();
    } finally {
      WebAssembly.validate = validate;
    }
    await assert.rejects(
      createEngine({ tier: /** @type {any} */ ('avx512') }),
      badArgument(/avx512.*relaxed/),
    );
    await assert.rejects(
      createEngine({ conv: /** @type {any} */ ('fft') }),
      badArgument(/fft.*winograd/),
    );
    await assert.rejects(createEngine({ threads: 0 }), badArgument(/threads is 0/));
    await assert.rejects(createEngine({ threads: 65 }), badArgument(/64/));
  });
});

describe('the module', () => {
  const file = new URL('../dist/residua-simd128.wasm', import.meta.url);
  /** @type {import('residua').EngineOptions} */
  const options = { tier: 'simd128', threads: 1 };
  const page = '<!doctype html><title>Not found</title>';
  /** @type {Buffer} */
  let bytes;
  /** @type {import('node:http').Server} */
  let server;
  /** @type {string} */
  let origin;

  before(async () => {
    bytes = await readFile(file);
    /** @type {Record<string, [type: string, body: string | Uint8Array]>} */
    const answers = {
      '/right.wasm': ['application/wasm', bytes],
      '/wrong-type.wasm': ['text/plain', bytes],
      '/page.wasm': ['text/html', page],
      '/cut.wasm': ['application/wasm', bytes.subarray(0, 500)],
    };
    ({ server, url: origin } = await listening((request, response) => {
      const answer = answers[request.url ?? ''];
      response.writeHead(answer ? 200 : 404, { 'content-type': answer?.[0] ?? 'text/html' });
      response.end(answer?.[1] ?? page);
    }));
  });
  after(() => server.close());

  const wasm = (/** @type {any} */ source) => createEngine({ ...options, wasm: () => source });
  const badWasm = (/** @type {RegExp} */ pattern) => ({ code: 'BAD_WASM', message: pattern });

  it('may be an address, bytes or a compiled module', async () => {
    const view = new Uint8Array(bytes.length + 9).fill(7);
    view.set(bytes, 9);
    const sources = [
      file,
      file.href,
      new Uint8Array(bytes).buffer,
      view.subarray(9),
      new WebAssembly.Module(Uint8Array.from(bytes)),
      Promise.resolve(bytes),
      `${origin}/right.wasm`,
      `${origin}/wrong-type.wasm`,
    ];
    for (const source of sources) {
      const engine = await wasm(source);
      assert.equal(engine.tier, 'simd128');
      engine.dispose();
    }
  });

  it('is asked for by name', async () => {
    /** @type {string[]} */
    const names = [];
    const engine = await createEngine({
      tier: 'scalar',
      threads: 2,
      wasm: (name) => names.push(name) && new URL(`../dist/${name}`, import.meta.url),
    });
    assert.deepEqual(names, ['residua-scalar-threads.wasm']);
    engine.dispose();
  });

  it('of a slower tier serves where the fastest is missing', async () => {
    const without = (/** @type {string} */ name) =>
      name.includes('relaxed') ? new Uint8Array(9) : bytes;
    const engine = await createEngine({ threads: 1, wasm: without });
    assert.equal(engine.tier, 'simd128');
    engine.dispose();
    await assert.rejects(createEngine({ threads: 1, wasm: () => new Uint8Array(9) }), {
      code: 'BAD_WASM',
    });
  });

  it('that is something else is recognised', async () => {
    await assert.rejects(wasm(`${origin}/page.wasm`), badWasm(/page\.wasm is an HTML page/));
    await assert.rejects(wasm(`${origin}/none.wasm`), badWasm(/none\.wasm .*404/));
    await assert.rejects(wasm(`${origin}/cut.wasm`), badWasm(/cut\.wasm does not compile/));
    await assert.rejects(wasm(bytes.subarray(0, 500)), badWasm(/does not compile/));
    await assert.rejects(wasm(new Uint8Array(9)), badWasm(/is not WebAssembly/));
    await assert.rejects(
      wasm(new URL('./none.wasm', file)),
      badWasm(/none\.wasm could not be read/),
    );
    await assert.rejects(wasm('http://localhost:1/x.wasm'), badWasm(/could not be fetched/));
    const foreign = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
    await assert.rejects(wasm(foreign), badWasm(/not a Residua core/));
    await assert.rejects(wasm(oldCore()), badWasm(/ABI version 0, not 4/));
  });
});

/** A module whose rsd_abi_version returns 0. */
function oldCore() {
  const name = [...new TextEncoder().encode('rsd_abi_version')];
  const memory = [...new TextEncoder().encode('memory')];
  const base = [...new TextEncoder().encode('__heap_base')];
  /** @param {number} id @param {number[]} bytes */
  const section = (id, bytes) => [id, bytes.length, ...bytes];
  /** @param {number[]} text @param {number} kind */
  const exported = (text, kind) => [text.length, ...text, kind, 0];
  return new Uint8Array([
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 1, 0x7f]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 1]),
    ...section(6, [1, 0x7f, 0, 0x41, 0, 0x0b]),
    ...section(7, [3, ...exported(name, 0), ...exported(memory, 2), ...exported(base, 3)]),
    ...section(10, [1, 4, 0, 0x41, 0, 0x0b]),
  ]);
}
