/** What both entries promise: the library in the calling thread and the one with workers. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'node:test';
import { readSafetensors } from '../web/cli/safetensors.js';
import { signalSuite } from './api-signals.js';

/** @typedef {import('residua').Dataset} Dataset */
/** @typedef {import('residua').Net} Net */
/** @typedef {import('residua').Tick} Tick */
/** @typedef {import('residua').Images} Images */

/** @type {import('residua').Spec} */
const TINY = { family: 'residual', depth: 8, width: 4, seed: 3 };
/** @type {import('residua').TrainOptions} */
const RECIPE = { epochs: 2, batchSize: 16, lr: 0.05, augment: 'crop-flip', schedule: 'constant' };

/** A safetensors file whose header is another text. @param {Uint8Array} file
 * @param {(text: string) => string} change @returns {Uint8Array} */
function withHeader(file, change) {
  const end = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const text = change(new TextDecoder().decode(file.subarray(8, end)));
  const header = new TextEncoder().encode(text);
  const made = new Uint8Array(8 + header.length + file.length - end);
  new DataView(made.buffer).setBigUint64(0, BigInt(header.length), true);
  made.set(header, 8);
  made.set(file.subarray(end), 8 + header.length);
  return made;
}

/** @param {string} wanted */
const code =
  (wanted, pattern = /./) =>
  (/** @type {any} */ error) => {
    assert.equal(error.name, 'ResiduaError', String(error.stack));
    assert.equal(error.code, wanted, error.message);
    assert.match(error.message, pattern);
    assert.ok(error.op);
    return true;
  };

/** @param {AsyncIterable<Tick>} training */
async function readAll(training) {
  const ticks = [];
  for await (const tick of training) ticks.push(tick);
  return ticks;
}

/** @param {Tick[]} ticks */
function lastOf(ticks) {
  const last = ticks.at(-1);
  assert.ok(last, 'no tick');
  return last;
}

/** The last tick of a whole run.
 * @param {Net} net @param {Dataset} data @param {import('residua').TrainOptions} options */
export async function finish(net, data, options) {
  return lastOf(await readAll(net.train(data, options)));
}

/** @param {string} entry @param {typeof import('../web/lib/index.js')} api @param {import('residua').EngineOptions} options
 * @param {number} epochs of a run that is long enough to be stopped on the way */
export function apiSuite(entry, api, options, epochs) {
  const { createEngine, Dataset, openDataset, fetchCifar10, fetchCifar100 } = api;
  const LONG = { ...RECIPE, epochs };
  const LONG_STEPS = 4 * epochs;
  describe(`${entry} ${JSON.stringify(options)}`, () => {
    /** @type {import('residua').Engine} */
    let engine;
    /** @type {Dataset} */
    let data;
    /** @type {{ trajectory: string, file: Uint8Array }} */
    let long;
    before(async () => {
      engine = await createEngine(options);
      data = await engine.synthetic({ images: 64, testImages: 24 });
      const net = await engine.createNet(TINY);
      const tick = await finish(net, data, LONG);
      long = { trajectory: tick.trajectory, file: await net.save() };
      net.dispose();
    });
    after(() => engine.dispose());

    /** @type {import('../web/lib/index.js').Net[]} */
    let nets = [];
    const keep = (/** @type {Net} */ net) => {
      nets.push(net);
      return net;
    };
    /** A network like TINY; some parts are wrong on purpose. */
    const newNet = async (/** @type {object} */ spec = {}) =>
      keep(await engine.createNet({ ...TINY, ...spec }));
    afterEach(() => {
      for (const net of nets) net.dispose();
      nets = [];
    });

    signalSuite(api, options);

    it('says what it computes with', () => {
      assert.equal(engine.tier, options.tier);
      assert.equal(engine.threads, options.threads ?? engine.threads);
      assert.ok(Number.isInteger(engine.numerics));
    });

    it('completes a spec with the defaults of the paper', async () => {
      const net = keep(await engine.createNet({ family: 'plain', depth: 8 }));
      assert.deepEqual(net.spec, {
        family: 'plain',
        depth: 8,
        width: 16,
        shortcut: 'A',
        norm: 'batch',
        init: 'he',
        classes: 10,
        frozenStages: 0,
        seed: 1,
        mean: [0.4914, 0.4822, 0.4465],
        std: [0.247, 0.2435, 0.2616],
      });
      assert.equal(net.name, 'plain8');
    });

    it('keeps what a spec says', async () => {
      /** @type {import('residua').Spec} */
      const spec = {
        family: 'residual',
        depth: 14,
        width: 5,
        shortcut: 'C',
        norm: 'none',
        init: 'gaussian:0.01',
        classes: 3,
        frozenStages: 1,
        seed: Number.MAX_SAFE_INTEGER,
        mean: [0.5, 0.25, 0.1],
        std: [0.2, 0.3, 1],
      };
      const net = keep(await engine.createNet(spec));
      assert.deepEqual(net.spec, spec);
    });

    it('refuses specs that are no network', async () => {
      await assert.rejects(newNet({ depth: 9 }), code('BAD_SPEC'));
      await assert.rejects(newNet({ width: 0 }), code('BAD_SPEC'));
      await assert.rejects(newNet({ depth: 8.5 }), code('BAD_ARGUMENT', /depth is 8.5/));
      await assert.rejects(newNet({ family: 'dense' }), code('BAD_ARGUMENT', /plain, residual/));
      await assert.rejects(newNet({ init: 'gaussian' }), code('BAD_ARGUMENT', /gaussian:0.01/));
      await assert.rejects(newNet({ init: 'gaussian:' }), code('BAD_ARGUMENT'));
      await assert.rejects(newNet({ init: 'he:1' }), code('BAD_ARGUMENT'));
      await assert.rejects(newNet({ seed: -1 }), code('BAD_ARGUMENT', /seed is -1/));
      await assert.rejects(newNet({ mean: [1, 2] }), code('BAD_ARGUMENT', /three/));
      await assert.rejects(newNet({ std: [1, 2, NaN] }), code('BAD_ARGUMENT', /finite/));
    });

    it('makes the network that a name names', async () => {
      const net = keep(await engine.createNet('plain56'));
      assert.equal(net.name, 'plain56');
      assert.deepEqual(await engine.plan('plain56'), await engine.plan(net.spec));
      const other = keep(await engine.loadNet(await net.save(), 'ResNet-56'));
      assert.equal(other.name, 'resnet56');
      await assert.rejects(
        engine.createNet('plain'),
        code('BAD_ARGUMENT', /"plain" does not name/),
      );
      await assert.rejects(engine.plan('plain9'), code('BAD_SPEC'));
    });

    it('refuses options that no function has, and suggests the one meant', async () => {
      const net = await newNet();
      const file = await net.save();
      const any = (/** @type {any} */ options) => options;
      /** @type {[string, (options: any) => any, string, string][]} */
      const calls = [
        ['createEngine', (o) => createEngine({ ...options, ...o }), 'thread', 'threads'],
        ['createNet', (o) => engine.createNet({ ...TINY, ...o }), 'widht', 'width'],
        ['plan', (o) => engine.plan({ ...TINY, ...o }), 'frozenstages', 'frozenStages'],
        ['plan', (o) => engine.plan(TINY, o), 'batchsize', 'batchSize'],
        ['loadNet', (o) => engine.loadNet(file, o), 'class', 'classes'],
        ['synthetic', (o) => engine.synthetic(o), 'image', 'images'],
        ['take', (o) => data.take(o), 'testImage', 'testImages'],
        ['train', (o) => net.train(data, o), 'epoch', 'epochs'],
        ['evaluate', (o) => net.evaluate(data.test, o), 'detail', 'details'],
        ['save', (o) => net.save(o), 'optimiser', 'optimizer'],
        ['openDataset', (o) => openDataset([], o), 'onprogress', 'onProgress'],
        ['fetchCifar10', (o) => fetchCifar10(o), 'sources', 'source'],
        ['fetchCifar100', (o) => fetchCifar100(o), 'label', 'labels'],
      ];
      for (const [op, call, wrong, meant] of calls) {
        const pattern = new RegExp(
          `^${op}\\(\\) has no option "${wrong}"; did you mean ${meant}\\?$`,
        );
        await assert.rejects(async () => call({ [wrong]: 1 }), code('BAD_ARGUMENT', pattern));
      }
      for (const [wrong, meant] of [
        ...[
          ['batch', 'batchSize'],
          ['batch_size', 'batchSize'],
          ['learning_rate', 'lr'],
        ],
        ...[
          ['learningRate', 'lr'],
          ['weight_decay', 'weightDecay'],
          ['n_epochs', 'epochs'],
        ],
        ...[
          ['numEpochs', 'epochs'],
          ['scheduler', 'schedule'],
          ['labelSmoothing_', 'labelSmoothing'],
        ],
        ...[
          ['clipNorm', 'clip'],
          ['decay', 'weightDecay'],
          ['augmentation', 'augment'],
        ],
      ]) {
        const pattern = new RegExp(`"${wrong}"; did you mean ${meant}\\?$`);
        const train = async () => net.train(data, any({ [wrong]: 1 }));
        await assert.rejects(train, code('BAD_ARGUMENT', pattern));
      }
      const workers = createEngine(any({ ...options, workers: 2 }));
      await assert.rejects(workers, code('BAD_ARGUMENT', /did you mean threads/));
      const far = engine.plan(TINY, any({ learning: 1 }));
      await assert.rejects(far, code('BAD_ARGUMENT', /"learning"; there are batchSize, training/));
    });

    it('says what to give instead of what is no network and no set of images', async () => {
      const net = await newNet();
      const any = (/** @type {any} */ given) => given;
      const network =
        /a network is a name, such as 'resnet8', or \{ family: 'residual', depth: 8 \}\.$/;
      /** @type {[() => any, RegExp][]} */
      const calls = [
        [() => engine.createNet(any({ net: 'resnet8' })), network],
        [() => engine.createNet(any({ model: 'resnet8' })), network],
        [() => engine.createNet(any(8)), network],
        [() => net.evaluate(any(data)), /give data\.test or data\.train\.$/],
        [() => net.classify(any(data)), /give data\.test\.images\.$/],
        [() => net.logits(any(data.test)), /give its images\.$/],
        [() => net.train(any(undefined)), /engine\.synthetic\(\), openDataset\(files\)/],
        [() => net.train(data, any({ lr: '0.1' })), /lr is "0\.1"; it must be a number/],
        [() => net.train(data, any({ classWeights: ['1', 2] })), /classWeights is \["1", 2\];/],
        [() => engine.createNet(any({ ...TINY, width: '4' })), /width is "4"; .* whole number/],
        [() => engine.createNet(any({ ...TINY, mean: '1,2,3' })), /mean is "1,2,3"; give three/],
        [() => engine.synthetic(any({ images: {} })), /images is an object; it must be/],
      ];
      for (const [call, pattern] of calls) {
        await assert.rejects(async () => call(), code('BAD_ARGUMENT', pattern));
      }
    });

    it('says what it cannot do in a run in the words of this API', async () => {
      const net = await newNet();
      const { images, labels } = data.train;
      const batch = /** @type {const} */ ([images.slice(0, 4 * 3072), labels.slice(0, 4)]);
      const refused = async (
        /** @type {string} */ op,
        /** @type {Promise<unknown>} */ call,
        /** @type {string} */ name,
        /** @type {RegExp} */ pattern,
      ) => {
        const error = await call.catch((/** @type {unknown} */ thrown) => thrown);
        assert.ok(error instanceof Error);
        assert.match(error.message, pattern);
        assert.deepEqual(
          [/** @type {any} */ (error).op, /** @type {any} */ (error).code],
          [op, name],
        );
      };
      await net.begin({ batchSize: 4, steps: 1 });
      const larger = net.begin({ batchSize: 8, steps: 1 });
      await refused('begin', larger, 'MISMATCH', /batchSize 4, not 8;/);
      const other = /batchSize 4, not 2; give the same, or set restart: true to begin another\.$/;
      await refused('begin', net.begin({ batchSize: 2, steps: 1 }), 'MISMATCH', other);
      const longer = net.begin({ batchSize: 4, steps: 9 });
      await refused('begin', longer, 'MISMATCH', /has steps 1, not 9; .* restart: true/);
      const whole = readAll(net.train(data, RECIPE));
      await refused('train', whole, 'MISMATCH', /step by step, in batches of 4; .* restart: true/);
      await refused('update', net.update(), 'BAD_STATE', /no gradients .*; call step\(\)\.$/);
      await net.step(...batch);
      const own = net.update({ lr: 0.1 });
      await refused('update', own, 'BAD_STATE', /begin one with schedule: 'own'\.$/);
      await net.update();
      const late = net.step(...batch);
      await refused(
        'step',
        late,
        'BAD_STATE',
        /run is over; set restart: true to begin another\.$/,
      );
      await net.begin({ batchSize: 2, steps: 1, restart: true });
      assert.equal((await finish(net, data, { ...RECIPE, restart: true })).step, 8);
      const slower = readAll(net.train(data, { ...RECIPE, lr: 0.01 }));
      await refused('train', slower, 'MISMATCH', /has lr [\d.]+, not 0\.01; .* restart: true/);
      const weights = /** @type {const} */ ({ ...RECIPE, classWeights: [1], restart: true });
      const few = readAll(net.train(data, weights));
      await refused('train', few, 'BAD_ARGUMENT', /^classWeights has 0 for class 1/);
    });

    it('gives the same weights and images one loss, whatever the batches', async () => {
      const net = await newNet();
      await finish(net, data, RECIPE);
      const copy = keep(await engine.loadNet(await net.save()));
      const { loss } = await net.evaluate(data.train);
      for (const one of [net, copy]) {
        for (const batchSize of [1, 3, 7, 16, 64]) {
          assert.equal((await one.evaluate(data.train, { batchSize })).loss, loss, `${batchSize}`);
        }
      }
    });

    it('refuses options that are no object, or of another kind', async () => {
      const net = await newNet();
      const nothing = /** @type {any} */ (null);
      const text = /** @type {any} */ ('yes');
      const refused = [
        () => createEngine(nothing),
        () => engine.createNet(nothing),
        () => engine.createNet(/** @type {any} */ (undefined)),
        () => engine.plan(TINY, nothing),
        () => engine.synthetic(nothing),
        () => data.take(nothing),
        () => net.save(nothing),
        () => net.save({ optimizer: text }),
        () => net.evaluate(data.test, nothing),
        () => net.evaluate(data.test, { signal: text }),
        () => net.train(data, nothing),
        () => openDataset([], nothing),
        () => fetchCifar10(nothing),
        ...['gaussian:1:2', 'gaussian:0x10', 'gaussian:Infinity', nothing, { kind: 'he' }].map(
          (init) => () => newNet({ init }),
        ),
      ];
      for (const call of refused) await assert.rejects(async () => call(), code('BAD_ARGUMENT'));
      assert.equal((await newNet({ init: 'gaussian:1e-2' })).spec.init, 'gaussian:0.01');
    });

    it('plans the memory that training then takes', async () => {
      const plan = await engine.plan(TINY, { batchSize: 16 });
      const inference = await engine.plan(TINY, { batchSize: 16, training: false });
      assert.ok(inference.bytes < plan.bytes);
      const net = await newNet();
      assert.equal(net.parameters, plan.parameters);
      assert.ok(net.memoryBytes < plan.bytes);
      await finish(net, data, { ...RECIPE, epochs: 1 });
      assert.equal(net.memoryBytes, plan.bytes);
    });

    it('names the memory that it could not allocate, and goes on', async () => {
      const net = await newNet({ depth: 20, width: 64 });
      const many = new Dataset({ ...data, train: repeat(data.train, 64) });
      const run = readAll(net.train(many, { ...RECIPE, batchSize: 4096 }));
      await assert.rejects(run, code('NO_MEMORY', /\d+ MiB.*smaller batch/));
      assert.equal((await net.logits(data.test.images.slice(0, 3072))).length, 10);
    });

    it('reports a run from beginning to end', async () => {
      const net = await newNet();
      const ticks = await readAll(net.train(data, RECIPE));
      const epochs = ticks.filter((tick) => tick.kind === 'epoch');
      assert.deepEqual(
        epochs.map((tick) => [tick.step, tick.epoch]),
        [
          [4, 1],
          [8, 2],
        ],
      );
      for (const tick of ticks) {
        assert.equal(tick.steps, 8);
        assert.equal(tick.epochs, 2);
        assert.equal(tick.epoch, tick.step / 4);
        assert.equal(Math.fround(tick.lr), Math.fround(0.05));
        for (const figure of [tick.loss, tick.trainLoss, tick.imagesPerSecond, tick.seconds]) {
          assert.ok(Number.isFinite(figure) && figure > 0, JSON.stringify(tick));
        }
        assert.ok(tick.trainError >= 0 && tick.trainError <= 1);
        assert.match(tick.trajectory, /^[0-9a-f]{16}$/);
      }
      const score = await net.evaluate(data.test);
      assert.equal(score.total, 24);
      assert.equal(score.error, score.wrong / 24);
      assert.equal(epochs[1].testError, score.error);
      assert.ok(Math.abs(Number(epochs[1].testLoss) - score.loss) < 1e-9);
      assert.ok(score.seconds > 0 && score.imagesPerSecond > 0);
    });

    it('learns which image has which label', async () => {
      // Wide enough to learn it from any seed; width 4 takes two colours for one now and then.
      const net = await newNet({ classes: 4, width: 8 });
      const painted = paint(Dataset, 64);
      await finish(net, painted, { ...RECIPE, epochs: 8 });
      assert.equal((await net.evaluate(painted.train)).wrong, 0);
    });

    it('leaves the test set alone when told to, or when it is empty', async () => {
      const net = await newNet();
      const last = await finish(net, data, { ...RECIPE, epochs: 1, evaluate: false });
      assert.equal(last.kind, 'epoch');
      assert.equal(last.testError, undefined);
      const other = await newNet();
      const untested = await finish(other, data.take({ testImages: 0 }), { ...RECIPE, epochs: 1 });
      assert.equal(untested.testError, undefined);
      assert.equal(untested.trajectory, last.trajectory);
    });

    it('depends on spec, recipe and seed alone', async () => {
      const one = await newNet();
      const two = await newNet();
      const other = await newNet({ seed: 4 });
      const runs = [one, two, other].map((net) => finish(net, data, RECIPE));
      const [a, b, c] = (await Promise.all(runs)).map((tick) => tick.trajectory);
      assert.equal(a, b);
      assert.notEqual(a, c);
      assert.deepEqual(await one.save(), await two.save());
    });

    it('drops no epoch while nobody reads, but all other steps', async () => {
      const net = await newNet();
      const training = net.train(data, { ...RECIPE, epochs: 4, layerStatsEvery: 5 });
      while (!isFree(net, data)) await net.evaluate(data.test);
      const ticks = await readAll(training);
      assert.deepEqual(
        ticks.map((tick) => [tick.kind, tick.step]),
        [4, 8, 12, 16].map((step) => ['epoch', step]),
      );
      const taken = ticks.map(({ layerStats }) => layerStats?.step);
      assert.deepEqual(taken, [1, 6, 11, 16], 'statistics of steps that nobody read');
    });

    it('stops at a break, and goes on as if it had not', async () => {
      const net = await newNet();
      for await (const tick of net.train(data, LONG)) {
        assert.ok(tick.step < LONG_STEPS);
        break;
      }
      const ticks = await readAll(net.train(data, LONG));
      assert.ok(ticks[0].step > 1, 'it began again');
      assert.equal(lastOf(ticks).trajectory, long.trajectory);
      assert.deepEqual(await net.save(), long.file);
    });

    /** Aborts a run while it goes on and returns the ticks of its epochs, one step each.
     * @param {Dataset} set */
    const abortedEpochs = async (set) => {
      const net = await newNet();
      const controller = new AbortController();
      const training = net.train(set, { ...RECIPE, epochs: 100, signal: controller.signal });
      /** @type {Tick[]} */
      const ticks = [];
      await assert.rejects(async () => {
        for await (const tick of training) {
          ticks.push(tick);
          setImmediate(() => controller.abort(new Error('enough')));
        }
      }, /enough/);
      const epochs = ticks.filter(({ kind }) => kind === 'epoch');
      assert.deepEqual(
        epochs.map(({ step }) => step),
        epochs.map((_, i) => i + 1),
      );
      assert.equal((await engine.inspect(await net.save())).metadata.step, `${epochs.length}`);
      return epochs;
    };

    it('reports an epoch although it is stopped in its test', async () => {
      // Nearly all the time goes into tests, but an abort may come between two of them.
      const large = await engine.synthetic({ images: 16, testImages: 4096 });
      const isUntested = (/** @type {Tick} */ { testError }) => testError === undefined;
      for (let attempt = 0; attempt < 50; attempt++) {
        const epochs = await abortedEpochs(large);
        assert.ok(!epochs.slice(0, -1).some(isUntested));
        if (isUntested(lastOf(epochs))) return;
      }
      assert.fail('No abort found the run in a test.');
    });

    it('takes no step when stopped before the first', async () => {
      const net = await newNet();
      const before = await net.save();
      await net.train(data, RECIPE)[Symbol.asyncIterator]().return?.();
      assert.deepEqual(await net.save(), before);
    });

    it('resumes from a file as if nothing had happened', async () => {
      const first = await newNet();
      for await (const tick of first.train(data, LONG)) if (tick.step >= 2) break;
      const file = await first.save({ optimizer: true });
      assert.equal((await engine.inspect(file)).hasOptimizer, true);
      const second = keep(await engine.loadNet(file));
      const ticks = await readAll(second.train(data, { ...LONG, seed: TINY.seed }));
      assert.ok(ticks[0].step > 2, 'it began again');
      assert.equal(lastOf(ticks).trajectory, long.trajectory);
      assert.deepEqual(await second.save(), long.file);
    });

    it('takes checkpoints on the way, each of which leads to the same end', async () => {
      const options = { ...RECIPE, epochs: 3, checkpointEverySeconds: 0 };
      const ticks = await readAll((await newNet()).train(data, options));
      const kept = ticks.filter(({ checkpoint }) => checkpoint);
      const steps = Array.from({ length: 11 }, (_, i) => i + 1);
      assert.deepEqual(
        kept.map(({ step, kind }) => [step, kind]),
        steps.map((step) => [step, step % 4 === 0 ? 'epoch' : 'step']),
      );
      for (const { step, checkpoint } of kept) {
        assert.ok(checkpoint);
        assert.equal((await engine.inspect(checkpoint)).metadata.step, String(step));
        const net = await engine.loadNet(checkpoint);
        const rest = await readAll(net.train(data, { ...options, seed: TINY.seed }));
        net.dispose();
        assert.equal(lastOf(rest).trajectory, lastOf(ticks).trajectory, `from step ${step}`);
        const ends = (/** @type {Tick[]} */ all) =>
          all.filter(({ kind }) => kind === 'epoch').map((one) => one.testLoss);
        assert.deepEqual(ends(rest), ends(ticks.filter((tick) => tick.step > step)));
      }
    });

    it('takes a checkpoint after each epoch if that is sooner', async () => {
      const options = { ...RECIPE, epochs: 3, checkpointEverySeconds: 1e6 };
      const ticks = await readAll((await newNet()).train(data, options));
      const kept = ticks.filter(({ checkpoint }) => checkpoint);
      assert.deepEqual(
        kept.map(({ step, kind }) => [step, kind]),
        [
          [4, 'epoch'],
          [8, 'epoch'],
        ],
      );
    });

    it('goes on only with the same recipe, or starts again', async () => {
      const net = await newNet();
      for await (const _ of net.train(data, LONG)) break;
      const changed = { ...LONG, lr: 0.01 };
      await assert.rejects(readAll(net.train(data, changed)), code('MISMATCH', /lr/));
      const ticks = await readAll(net.train(data, { ...RECIPE, restart: true }));
      assert.equal(lastOf(ticks).step, 8);
    });

    it('goes on only with the same images, unless it is forced to', async () => {
      const { name, classes, train, test } = data;
      const others = (/** @type {any} */ parts) => new Dataset({ name, classes, ...parts });
      const shift = (/** @type {Images} */ { images, labels }) => ({
        images: images.map((pixel) => pixel ^ 1),
        labels,
      });
      const net = await newNet();
      for await (const _ of net.train(data, LONG)) break;
      const file = await net.save({ optimizer: true });
      const bits = engine.tier === 'scalar' ? 'simd128' : engine.tier;
      const { metadata } = await engine.inspect(file);
      assert.match(metadata['data.digest'], /^[0-9a-f]{64}$/);
      assert.match(metadata['data.test_digest'], /^[0-9a-f]{64}$/);
      assert.deepEqual(
        ['data.name', 'data.path', 'data.test_images', 'run.tier', 'run.conv', 'run.numerics'].map(
          (key) => metadata[key],
        ),
        ['synthetic', 'synthetic', '24', bits, engine.conv, String(engine.numerics)],
      );
      const loaded = keep(await engine.loadNet(file));
      assert.deepEqual(await loaded.save({ optimizer: true }), file);
      const otherTraining = others({ train: shift(train), test });
      /** @type {[Dataset, RegExp][]} */
      const refused = [
        [otherTraining, /not the training images .*, synthetic; give those, or go on with force/],
        [others({ train, test: shift(test) }), /not the test images/],
        [data.take({ testImages: 20 }), /has 24 test images, not 20/],
      ];
      for (const one of [net, loaded]) {
        for (const [dataset, pattern] of refused) {
          const options = { ...LONG, seed: TINY.seed };
          await assert.rejects(readAll(one.train(dataset, options)), code('MISMATCH', pattern));
        }
      }
      const end = await finish(loaded, data, { ...LONG, seed: TINY.seed, evaluate: false });
      assert.equal(end.trajectory, long.trajectory);
      for await (const _ of net.train(otherTraining, { ...LONG, force: true })) break;
      const forced = (await engine.inspect(await net.save({ optimizer: true }))).metadata;
      assert.notEqual(forced['data.digest'], metadata['data.digest']);
      assert.equal(forced['data.path'], undefined);
      assert.equal((await finish(net, data, { ...RECIPE, restart: true })).step, 8);
      assert.equal((await engine.inspect(await net.save())).metadata['data.digest'], undefined);
    });

    it('begins no run that is over again, here or in a file, unless it is to restart', async () => {
      const net = await newNet();
      const end = await finish(net, data, RECIPE);
      const file = await net.save({ optimizer: true });
      for (const one of [net, keep(await engine.loadNet(file))]) {
        const recipe = { ...RECIPE, seed: TINY.seed };
        const training = one.train(data, recipe);
        const ticks = await readAll(training);
        assert.deepEqual(
          ticks.map(({ kind, step, steps, trajectory }) => [kind, step, steps, trajectory]),
          [['step', 8, 8, end.trajectory]],
        );
        assert.ok(Math.abs(ticks[0].trainLoss - end.trainLoss) < 1e-12);
        assert.equal((await training.done)?.step, 8);
        assert.deepEqual(await one.save({ optimizer: true }), file);
        const longer = readAll(one.train(data, { ...recipe, epochs: 3 }));
        await assert.rejects(longer, code('MISMATCH', /epochs/));
        assert.deepEqual(await one.save({ optimizer: true }), file);
        const again = await readAll(one.train(data, { ...recipe, restart: true }));
        assert.equal(again.filter(({ kind }) => kind === 'epoch').length, 2);
        assert.notDeepEqual(await one.save({ optimizer: true }), file);
      }
    });

    it('has stopped when break or return() is over, however short the run', async () => {
      const few = await engine.synthetic({ images: 48, testImages: 0 });
      const recipe = { ...RECIPE, epochs: 3 };
      for (let attempt = 0; attempt < 5; attempt++) {
        const net = await newNet();
        for await (const _ of net.train(few, recipe)) break;
        const file = await net.save({ optimizer: true });
        assert.deepEqual(await net.save({ optimizer: true }), file, 'it trained on after a break');
        const { step } = (await engine.inspect(file)).metadata;
        const steps = (await readAll(net.train(few, recipe))).map((tick) => tick.step);
        assert.equal(steps.at(-1), 9);
        assert.ok(steps[0] > Number(step) || Number(step) === 9, 'it began again');
        assert.equal(
          (await engine.inspect(await net.save({ optimizer: true }))).metadata.step,
          '9',
        );
      }
    });

    it('begins a new run after one that is over, in larger memory if need be', async () => {
      const net = await newNet();
      await finish(net, data, { ...RECIPE, epochs: 1 });
      const before = net.memoryBytes;
      const options = { ...RECIPE, epochs: 1, batchSize: 32, restart: true };
      const last = await finish(net, data, options);
      assert.equal(last.step, 2);
      assert.ok(net.memoryBytes > before);
    });

    it('throws the reason of an aborted signal', async () => {
      const net = await newNet();
      const controller = new AbortController();
      const reason = new Error('enough');
      /** @type {Tick[]} */
      const seen = [];
      const run = async () => {
        for await (const tick of net.train(data, { ...LONG, signal: controller.signal })) {
          seen.push(tick);
          controller.abort(reason);
        }
      };
      await assert.rejects(run(), (error) => error === reason);
      assert.ok(lastOf(seen).step < LONG_STEPS);
      const options = { ...RECIPE, signal: AbortSignal.abort(reason) };
      await assert.rejects(readAll(net.train(data, options)), (error) => error === reason);
      await assert.rejects(
        net.evaluate(data.test, { signal: AbortSignal.abort(reason) }),
        (error) => error === reason,
      );
      assert.equal((await net.evaluate(data.test)).total, 24);
    });

    /** The step that a paused run stands at: a pause takes effect after the step under way.
     * @param {Net} net */
    const pausedStep = async (net) => {
      const stepOf = async () => (await engine.inspect(await net.save())).metadata.step;
      let [before, now] = ['', await stepOf()];
      while (before !== now) {
        await net.evaluate(data.test);
        [before, now] = [now, await stepOf()];
      }
      return Number(now);
    };

    it('pauses and resumes', async () => {
      const net = await newNet();
      // A pause in the test of an epoch would hold back the tick of a step that is done.
      const training = net.train(data, { ...LONG, evaluate: false });
      training.pause();
      assert.equal(training.paused, true);
      /** @type {Tick[]} */
      const ticks = [];
      const firstTick = new Promise((resolve) => {
        void (async () => {
          for await (const tick of training) resolve(ticks.push(tick));
        })();
      });
      assert.equal(await pausedStep(net), 0);
      assert.deepEqual(ticks, []);
      training.resume();
      assert.equal(training.paused, false);
      await firstTick;
      training.pause();
      const step = await pausedStep(net);
      assert.ok(step >= 1 && step < LONG_STEPS, `paused at step ${step}`);
      // Ticks do not come by the way of answers, so that of the last step may still be under way.
      while (lastOf(ticks).step < step) await net.evaluate(data.test);
      for (let i = 0; i < 20; i++) await net.evaluate(data.test);
      assert.equal(await pausedStep(net), step);
      assert.equal(lastOf(ticks).step, step);
      training.resume();
      await training.done;
      while (lastOf(ticks).step < LONG_STEPS) await net.evaluate(data.test);
      assert.equal(lastOf(ticks).trajectory, long.trajectory);
    });

    it('can be aborted in a pause', async () => {
      const net = await newNet();
      const controller = new AbortController();
      const training = net.train(data, { ...RECIPE, signal: controller.signal });
      training.pause();
      const reading = assert.rejects(readAll(training), { name: 'AbortError' });
      assert.equal(await pausedStep(net), 0);
      controller.abort();
      await reading;
      assert.equal((await finish(net, data, RECIPE)).step, 8);
    });

    it('has one run at a time', async () => {
      const net = await newNet();
      const training = net.train(data, RECIPE);
      assert.throws(() => net.train(data, RECIPE), code('BUSY'));
      await readAll(training);
      await finish(net, data, RECIPE);
    });

    it('can be saved, evaluated and looked at while it trains', async () => {
      const net = await newNet();
      const alone = await newNet();
      const expected = await finish(alone, data, RECIPE);
      const training = net.train(data, RECIPE);
      const [file, score, rows, tensors] = await Promise.all([
        net.save({ optimizer: true }),
        net.evaluate(data.test, { batchSize: 200 }),
        net.logits(data.test.images),
        net.tensors('value'),
      ]);
      assert.ok(file.length > 0 && score.total === 24 && rows.length === 240 && tensors.length);
      assert.equal(lastOf(await readAll(training)).trajectory, expected.trajectory);
    });

    it('stops at a step that diverges, and names it', async () => {
      const net = await newNet();
      const run = readAll(net.train(data, { ...RECIPE, lr: 1e30 }));
      await assert.rejects(run, code('DIVERGED', /step \d+/));
      const tensors = await net.tensors();
      assert.ok(tensors.every(({ values }) => values.every(Number.isFinite)));
    });

    it('refuses recipes that cannot be', async () => {
      const net = await newNet();
      /** @param {object} change @param {string} wanted @param {RegExp} pattern @param {any} set */
      const refused = (change, wanted, pattern, set = data) =>
        assert.throws(() => net.train(set, { ...RECIPE, ...change }), code(wanted, pattern));
      refused({ batchSize: 65 }, 'BAD_ARGUMENT', /65.*64/);
      refused({ batchSize: 0 }, 'BAD_ARGUMENT', /batchSize is 0/);
      refused({ epochs: 1.5 }, 'BAD_ARGUMENT', /epochs is 1.5/);
      refused({ lr: NaN }, 'BAD_ARGUMENT', /lr is NaN/);
      refused({ checkpointEverySeconds: '30' }, 'BAD_ARGUMENT', /checkpointEverySeconds is "30"/);
      refused({ schedule: 'linear' }, 'BAD_ARGUMENT', /paper, step, cosine/);
      refused({ augment: 'mixup' }, 'BAD_ARGUMENT', /crop-flip/);
      refused({ schedule: 'own' }, 'BAD_ARGUMENT', /lr as a function/);
      refused({ nesterov: 1 }, 'BAD_ARGUMENT', /nesterov is 1; .*true or false/);
      refused({ nesterov: true, momentum: 0 }, 'BAD_ARGUMENT', /momentum above 0/);
      refused({ labelSmoothing: 1 }, 'BAD_ARGUMENT', /labelSmoothing is 1; .*below 1/);
      refused({ cutout: 33 }, 'BAD_ARGUMENT', /cutout is 33; .*0 to 32/);
      refused({ classWeights: [1, -1] }, 'BAD_ARGUMENT', /classWeights is \[1, -1\]/);
      const five = new Dataset({ ...data, classes: [...data.classes, 'eleventh'] });
      refused({}, 'MISMATCH', /10 classes.*11/, five);
      refused({ lr: -1 }, 'BAD_ARGUMENT', /lr is -1/);
      refused({ lr: 1e39 }, 'BAD_ARGUMENT', /lr is 1e\+39/);
      refused({ momentum: 1 }, 'BAD_ARGUMENT', /momentum is 1; .*below 1/);
      refused({ weightDecay: -1 }, 'BAD_ARGUMENT', /weightDecay is -1/);
      refused({ batchSize: 1 }, 'BAD_ARGUMENT', /batchSize is 1; .* 2 to 4096/);
      refused({ epochs: 2 ** 31 }, 'BAD_ARGUMENT', /epochs is 2147483648/);
      refused({ epochs: 2 ** 30 }, 'BAD_ARGUMENT', /epochs is 1073741824, which makes 4294967296/);
      refused({ seed: -1 }, 'BAD_ARGUMENT', /seed is -1/);
      refused({ augmentSeed: 0.5 }, 'BAD_ARGUMENT', /augmentSeed is 0.5; .*whole number/);
      refused({ checkpointEverySeconds: -1 }, 'BAD_ARGUMENT', /checkpointEverySeconds is -1/);
      refused({ layerStatsEvery: 0 }, 'BAD_ARGUMENT', /layerStatsEvery is 0/);
      refused({ layerStatisticsImages: 0.5 }, 'BAD_ARGUMENT', /layerStatisticsImages is 0.5/);
      for (const name of ['evaluate', 'restart', 'force'])
        refused({ [name]: 'no' }, 'BAD_ARGUMENT', new RegExp(`${name} is "no"; .* true or false`));
      refused({ signal: {} }, 'BAD_ARGUMENT', /signal is .* an AbortSignal/);
      refused({ images: 63 }, 'MISMATCH', /63 training images, the data set has 64/);
      refused({}, 'BAD_ARGUMENT', /takes a Dataset/, null);
      assert.equal((await finish(net, data, { ...RECIPE, images: 64 })).step, 8);
    });

    it('trains another way with whatever a recipe adds, and resumes it', async () => {
      const options = /** @type {Record<string, unknown>} */ ({
        ...{ nesterov: true, noDecayNorm: true, labelSmoothing: 0.1, clip: 0.1, mixup: 0.5 },
        ...{ cutout: 16, classWeights: Array.from({ length: 10 }, (_, i) => 1 + i) },
      });
      const plain = (await finish(await newNet(), data, RECIPE)).trajectory;
      const ends = new Set([plain]);
      for (const [name, value] of Object.entries(options)) {
        ends.add((await finish(await newNet(), data, { ...RECIPE, [name]: value })).trajectory);
      }
      assert.equal(ends.size, 8, 'each changes the run, in a way of its own');
      const all = { ...RECIPE, ...options, ema: 0.9 };
      const whole = await finish(await newNet(), data, all);
      const net = await newNet();
      for await (const tick of net.train(data, all)) if (tick.step >= 2) break;
      const again = keep(await engine.loadNet(await net.save({ optimizer: true })));
      const other = readAll(again.train(data, { ...all, cutout: 8 }));
      await assert.rejects(other, code('MISMATCH', /cutout 16, not 8/));
      assert.equal((await finish(again, data, all)).trajectory, whole.trajectory);
      const off = { nesterov: false, labelSmoothing: 0, clip: 0, ema: 0, classWeights: [] };
      assert.equal((await finish(await newNet(), data, { ...RECIPE, ...off })).trajectory, plain);
    });

    it('augments by a seed of its own, or by that of the order', async () => {
      const varied = { ...RECIPE, mixup: 0.5, cutout: 8, seed: 6 };
      const end = async (/** @type {object} */ change) =>
        (await finish(await newNet(), data, { ...varied, ...change })).trajectory;
      const one = await end({});
      assert.equal(await end({ augmentSeed: 6 }), one);
      assert.equal(await end({ augmentSeed: 0 }), one);
      const ends = [one, await end({ seed: 7 }), await end({ augmentSeed: 7 })];
      ends.push(await end({ seed: 7, augmentSeed: 6 }), await end({ augmentSeed: 2n ** 63n }));
      assert.equal(new Set(ends).size, 5);
      assert.equal(await end({ seed: 7, augmentSeed: 7 }), ends[1]);
    });

    it('evaluates and keeps the averages of the weights', async () => {
      const net = await newNet();
      await assert.rejects(net.tensors('average'), code('BAD_ARGUMENT'));
      const last = await finish(net, data, { ...RECIPE, ema: 0.9 });
      const [values, averages] = [await net.tensors(), await net.tensors('average')];
      assert.deepEqual(
        averages.map(({ name }) => name),
        values.map(({ name }) => name),
      );
      assert.notDeepEqual(averages, values);
      assert.equal((await net.evaluate(data.test)).error, last.testError);
      const kept = keep(await engine.loadNet(await net.save()));
      assert.deepEqual(await kept.tensors(), averages);
      const logits = await net.logits(data.test.images);
      assert.deepEqual(await kept.logits(data.test.images), logits);
      assert.deepEqual(await kept.toOnnx(), await net.toOnnx());
      await finish(net, data, { ...RECIPE, epochs: 1, restart: true });
      assert.notDeepEqual(await net.logits(data.test.images), logits);
    });

    it('goes step by step, with the ends of a run', async () => {
      const recipe = /** @type {const} */ ({
        ...RECIPE,
        epochs: 1,
        batchSize: 64,
        augment: 'none',
      });
      const whole = await finish(await newNet(), data, recipe);
      const net = await newNet();
      await assert.rejects(
        net.step(data.train.images, data.train.labels),
        code('BAD_STATE', /begin/),
      );
      await net.begin({ batchSize: 64, lr: 0.05, steps: 2 });
      await assert.rejects(net.update(), code('BAD_STATE', /no gradients/));
      const few = net.step(data.train.images.slice(0, 3072), data.train.labels.slice(0, 1));
      await assert.rejects(few, code('BAD_ARGUMENT', /64 x 3072/));
      // The order of a step's images is of no account but for rounding.
      const { loss, wrong } = await net.step(data.train.images, data.train.labels);
      assert.ok(Math.abs(loss - whole.loss) < 1e-5 && wrong === whole.trainError * 64);
      const one = await net.update();
      assert.deepEqual([one.step, one.steps, one.lr], [1, 2, Math.fround(0.05)]);
      const floats = Float32Array.from(data.train.images);
      const again = await newNet();
      await again.begin({ batchSize: 64, lr: 0.05, steps: 2 });
      assert.deepEqual(await again.step(floats, data.train.labels), { loss, wrong });
      assert.deepEqual(await again.update(), one);
      await assert.rejects(again.update({ lr: 1 }), code('BAD_STATE', /schedule/));
      const resumed = keep(await engine.loadNet(await again.save({ optimizer: true })));
      await resumed.begin({ batchSize: 64, lr: 0.05, steps: 2 });
      for (const each of [net, resumed]) await each.step(data.train.images, data.train.labels);
      assert.deepEqual(await resumed.update(), await net.update());
      const over = net.step(data.train.images, data.train.labels);
      await assert.rejects(over, code('BAD_STATE', /over/));
      // @ts-expect-error
      assert.throws(() => net.train(data, { epochs: 1, steps: 3 }), code('BAD_ARGUMENT', /steps/));
      await finish(net, data, { ...RECIPE, restart: true });
      await assert.rejects(net.update(), code('BAD_STATE', /begin/));
    });

    it("updates by gradients and a rate of one's own", async () => {
      const net = await newNet();
      const rest = /** @type {const} */ ({ momentum: 0, weightDecay: 0, schedule: 'own' });
      await net.begin({ batchSize: 64, lr: 0.5, ...rest });
      await net.step(data.train.images, data.train.labels);
      const [before] = await net.tensors();
      const ones = before.values.map(() => 1);
      await net.setTensors([{ name: before.name, values: ones }], 'gradient');
      assert.equal((await net.update({ lr: 0.25 })).lr, 0.25);
      const [after] = await net.tensors();
      after.values.forEach((value, i) => {
        assert.equal(value, Math.fround(before.values[i] - 0.25));
      });
    });

    it('takes tensors, all or none', async () => {
      const net = await newNet();
      const other = await newNet({ seed: 4 });
      await finish(other, data, RECIPE);
      await net.setTensors(await other.tensors());
      assert.deepEqual(await net.tensors(), await other.tensors());
      const logits = await net.logits(data.test.images);
      assert.deepEqual(logits, await other.logits(data.test.images));
      const one = [{ name: 'linear.bias', values: new Array(10).fill(1) }];
      /** @param {{ name: string, values: number[] }} wrong @param {RegExp} pattern */
      const refused = async (wrong, pattern) => {
        await assert.rejects(net.setTensors([...one, wrong]), code('BAD_ARGUMENT', pattern));
        assert.deepEqual(await net.logits(data.test.images), logits);
      };
      await refused({ name: 'linear.blas', values: [] }, /no tensor "linear.blas"/);
      await refused({ name: 'linear.bias', values: [1] }, /1 value; it takes 10/);
      await refused({ name: 'bn1.running_var', values: [1, 1, 1, -1] }, /variances from 0 on/);
      await refused({ name: 'bn1.bias', values: [1, 1, 1, NaN] }, /finite/);
      await net.setTensors(one);
      assert.notDeepEqual(await net.logits(data.test.images), logits);
    });

    it('gives the features that its logits are made of', async () => {
      const net = await newNet();
      await finish(net, data, RECIPE);
      const rows = await net.features(data.test.images);
      assert.equal(rows.length, 24 * 16);
      const [weight, bias] = (await net.tensors()).slice(-2).map(({ values }) => values);
      (await net.logits(data.test.images)).forEach((logit, i) => {
        const [image, label] = [Math.floor(i / 10), i % 10];
        const sum = weight
          .subarray(label * 16, label * 16 + 16)
          .reduce((total, w, c) => total + w * rows[image * 16 + c], bias[label]);
        assert.ok(Math.abs(sum - logit) < 1e-4, `${sum} ${logit}`);
      });
    });

    it('gives the gradient of the inputs, of the weights that it evaluates with', async () => {
      const net = await newNet();
      await finish(net, data, { ...RECIPE, ema: 0.9 });
      const { images, labels } = data.test;
      const all = await net.inputGradient(images, labels);
      assert.equal(all.length, images.length);
      assert.ok(all.every(Number.isFinite) && all.some((value) => value !== 0));
      const kept = keep(await engine.loadNet(await net.save()));
      // It takes the images in larger batches, so sums round otherwise.
      (await kept.inputGradient(images, labels)).forEach((value, k) => {
        assert.ok(Math.abs(value - all[k]) < 1e-6);
      });
      const [image, label] = [images.subarray(0, 3072), labels.subarray(0, 1)];
      const one = await net.inputGradient(image, label);
      one.forEach((value, k) => {
        assert.ok(Math.abs(value / 24 - all[k]) < 1e-6);
      });
      const short = net.inputGradient(image, new Uint16Array(2));
      await assert.rejects(short, code('BAD_ARGUMENT', /1 image with 2 labels/));
      const many = net.inputGradient(image, new Uint16Array([10]));
      await assert.rejects(many, code('BAD_ARGUMENT', /10 classes/));
    });

    /** @type {[string, import('residua').Spec][]} */
    const goldenNets = [
      ['plain8-w4', { family: 'plain', depth: 8, width: 4 }],
      ['resnet14-B-w4', { family: 'residual', depth: 14, width: 4, shortcut: 'B' }],
    ];
    for (const [name, spec] of goldenNets) {
      it(`gives the gradient of the inputs that PyTorch has, of ${name}`, async () => {
        const { [name]: wanted } = await golden('inputs/gradients');
        const values = await golden(name);
        const count = wanted.length / 3072;
        const images = Uint8Array.from(values.images.slice(0, wanted.length));
        const labels = Uint16Array.from(values.labels.slice(0, count));
        const net = keep(await engine.createNet(spec));
        const tensors = (await net.tensors()).map(({ name }) => {
          return { name, values: values[`after.${name}`] };
        });
        const most = Math.max(...wanted.map(Math.abs));
        const check = async () => {
          (await net.inputGradient(images, labels)).forEach((value, i) => {
            const gap = Math.abs(value - wanted[i]) / most;
            assert.ok(gap < 2e-5, `${i}: ${value}, not ${wanted[i]}: ${gap}`);
          });
        };
        const first = await net.tensors();
        await net.setTensors(tensors);
        await check();
        // Averages are what it evaluates with where there are some; they begin as copies.
        await net.begin({ batchSize: count, ema: 0.9 });
        await net.setTensors(first);
        await check();
      });
    }

    it('classifies, in any number of batches', async () => {
      const net = await newNet();
      await finish(net, data, RECIPE);
      const rows = await net.logits(data.test.images);
      const shares = await net.classify(data.test.images);
      assert.equal(rows.length, 240);
      const argmax = (/** @type {Float32Array} */ values) => values.indexOf(Math.max(...values));
      let wrong = 0;
      for (let i = 0; i < 24; i++) {
        const share = Array.from(shares.subarray(i * 10, i * 10 + 10));
        assert.ok(Math.abs(share.reduce((a, b) => a + b) - 1) < 1e-5);
        wrong += Number(argmax(rows.subarray(i * 10, i * 10 + 10)) !== data.test.labels[i]);
      }
      assert.equal(wrong, (await net.evaluate(data.test)).wrong);
      assert.equal(wrong, (await net.evaluate(data.test, { batchSize: 5 })).wrong);
      const fresh = keep(await engine.loadNet(await net.save()));
      assert.deepEqual(await fresh.logits(data.test.images), rows);
      const one = await fresh.logits(data.test.images.subarray(3072, 6144));
      assert.deepEqual(one, rows.slice(10, 20));
      assert.equal((await net.logits(new Uint8Array(0))).length, 0);
    });

    it('says which images it gets wrong, and how sure it was', async () => {
      const net = await newNet();
      await finish(net, data, RECIPE);
      const { labels, images } = data.test;
      const plain = await net.evaluate(data.test);
      const { details, ...score } = await net.evaluate(data.test, { batchSize: 5, details: true });
      assert.equal(plain.details, undefined);
      assert.deepEqual([score.wrong, score.error], [plain.wrong, plain.error]);
      assert.ok(Math.abs(score.loss - plain.loss) < 1e-9);

      const shares = await net.classify(images);
      const confusion = Array.from({ length: 10 }, () => new Array(10).fill(0));
      /** @type {import('residua').Mistake[]} */
      const mistakes = [];
      labels.forEach((label, index) => {
        const row = Array.from(shares.subarray(index * 10, index * 10 + 10));
        const probability = Math.max(...row);
        const predicted = row.indexOf(probability);
        confusion[label][predicted]++;
        if (predicted !== label) mistakes.push({ index, label, predicted, probability });
      });
      mistakes.sort((a, b) => b.probability - a.probability);
      assert.ok(mistakes.length > 1);
      assert.ok(details);
      assert.deepEqual(details.confusion, confusion);
      assert.deepEqual(details.mistakes, mistakes);
      confusion.forEach((row, k) => {
        const total = row.reduce((a, b) => a + b);
        const error = total === 0 ? null : 1 - row[k] / total;
        if (error === null) assert.equal(details.classErrors[k], null);
        else assert.ok(Math.abs(Number(details.classErrors[k]) - error) < 1e-12);
      });
    });

    it('averages logits over views of the images', async () => {
      const net = await newNet();
      await finish(net, data, RECIPE);
      const { labels, images } = data.test;
      const inside = (/** @type {number} */ at) => Math.min(31, Math.max(0, at));
      /** @param {boolean} isMirror @param {number} by */
      const view = (isMirror, by) =>
        images.map((_, i) => {
          const [x, y] = [inside((i % 32) + by), inside((Math.floor(i / 32) % 32) + by)];
          return images[i - (i % 1024) + y * 32 + (isMirror ? 31 - x : x)];
        });
      /** @param {Uint8Array} some */
      const logitsOf = async (some) => Array.from(await net.logits(some));
      const mirror = view(true, 0);
      const [one, two] = [await logitsOf(images), await logitsOf(mirror)];
      const moved = await Promise.all(
        [view(false, 1), view(true, 1), view(false, -1), view(true, -1)].map(logitsOf),
      );
      /** @type {Record<2 | 6, number[]>} */
      const expected = {
        2: one.map((logit, i) => (logit + two[i]) / 2),
        6: one.map((logit, i) => {
          return (2 * (logit + two[i]) + moved.reduce((sum, other) => sum + other[i], 0)) / 8;
        }),
      };
      for (const views of /** @type {const} */ ([2, 6])) {
        let [wrong, lossSum] = [0, 0];
        labels.forEach((label, i) => {
          const row = expected[views].slice(i * 10, i * 10 + 10);
          if (row.indexOf(Math.max(...row)) !== label) wrong++;
          const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
          lossSum += Math.log(sum) - row[label];
        });
        const score = await net.evaluate(data.test, { views, batchSize: 7 });
        assert.deepEqual([score.total, score.wrong], [labels.length, wrong]);
        assert.ok(Math.abs(score.loss - lossSum / labels.length) < 1e-5, `${score.loss}`);
        const { details } = await net.evaluate(data.test, { views, details: true });
        const right = details?.confusion.reduce((sum, row, k) => sum + row[k], 0);
        assert.equal(labels.length - Number(right), wrong);
        assert.ok(Number(details?.topFiveError) <= score.error, `${details?.topFiveError}`);
      }
      const other = await net.evaluate({ images: mirror, labels }, { views: 2 });
      assert.equal(other.loss, (await net.evaluate(data.test, { views: 2 })).loss);
      const three = /** @type {any} */ ({ views: 3 });
      await assert.rejects(net.evaluate(data.test, three), code('BAD_ARGUMENT', /1, 2 or 6/));
    });

    it('matches classes by name, whatever their numbers', async () => {
      const net = await newNet();
      await finish(net, data, RECIPE);
      const expected = await net.evaluate(data.test, { details: true });
      const classes = ['nothing', ...data.classes].reverse();
      const labels = data.test.labels.map((label) => 9 - label);
      const options = { classes, details: true };
      const score = await net.evaluate({ images: data.test.images, labels }, options);
      const { wrong, total, loss, details } = expected;
      assert.deepEqual([score.wrong, score.total, score.loss], [wrong, total, loss]);
      assert.deepEqual(score.details, details);
      assert.deepEqual(score.leftOut, { images: 0, classes: ['nothing'] });
      const same = await net.evaluate(data.test, { classes: data.classes });
      assert.deepEqual([same.wrong, same.loss, same.leftOut], [wrong, loss, undefined]);
    });

    it('leaves out images of classes that the net does not know, and names them', async () => {
      const net = await newNet();
      await finish(net, data, RECIPE);
      const classes = data.classes.map((name, label) => (label === 0 ? 'wheel' : name));
      const score = await net.evaluate(data.test, { classes, details: true });
      const { details } = await net.evaluate(data.test, { details: true });
      const images = data.test.labels.filter((label) => label === 0).length;
      assert.ok(images > 0);
      assert.deepEqual(score.leftOut, { images, classes: ['wheel'] });
      assert.equal(score.total, data.test.labels.length - images);
      assert.deepEqual(
        score.details?.mistakes,
        details?.mistakes.filter(({ label }) => label !== 0),
      );
    });

    it('refuses images of no class that it knows', async () => {
      const net = await newNet();
      const { test } = data;
      const named = await net.evaluate(test, { classes: data.classes });
      assert.equal(named.total, test.labels.length, 'a net without names has as many classes');
      const more = [...data.classes, 'more'];
      await assert.rejects(
        net.evaluate(test, { classes: more }),
        code('MISMATCH', /without names/),
      );
      await finish(net, data, RECIPE);
      const others = data.classes.map((name) => `no ${name}`);
      const refused = net.evaluate(test, { classes: others });
      await assert.rejects(refused, code('MISMATCH', /no disc, .* none of the net's \(disc, ring/));
      const numbered = data.classes.map((_, i) => `class ${i}`);
      const byNumber = await net.evaluate(test, { classes: numbered });
      assert.equal(byNumber.wrong, (await net.evaluate(test)).wrong);
      const few = { images: test.images.slice(0, 3072), labels: Uint16Array.of(1) };
      const unknown = net.evaluate(few, { classes: ['disc', 'wheel'] });
      await assert.rejects(unknown, code('MISMATCH', /does not know \(wheel\)/));
      const wrong = /** @type {any} */ ('disc');
      await assert.rejects(net.evaluate(test, { classes: wrong }), code('BAD_ARGUMENT', /classes/));
    });

    it('lists the most confident mistakes only', async () => {
      const net = await newNet();
      const many = repeat(data.train, 3);
      const { wrong, details } = await net.evaluate(many, { details: true });
      assert.ok(wrong > 100 && details);
      assert.equal(details.mistakes.length, 100);
      for (let i = 1; i < 100; i++) {
        const [before, next] = details.mistakes.slice(i - 1, i + 1);
        const isSorted = before.probability > next.probability;
        assert.ok(
          isSorted || (before.probability === next.probability && before.index < next.index),
        );
      }
    });

    it('measures what flows through its layers', async () => {
      const net = await newNet({ shortcut: 'B' });
      await finish(net, data, RECIPE);
      const names = [1, 2, 3].flatMap((s) => [`layer${s}.0.conv1`, `layer${s}.0.conv2`]);
      assert.deepEqual(
        net.layers.map(({ name }) => name),
        ['conv1', ...names],
      );
      assert.deepEqual(net.layers[4], {
        name: 'layer2.0.conv2',
        height: 16,
        width: 16,
        channels: 8,
        hasShortcut: true,
      });
      const images = data.test.images.slice(0, 20 * 3072);
      const statistics = await net.layerStatistics(images);
      const fresh = keep(await engine.loadNet(await net.save()));
      const again = await fresh.layerStatistics(images);
      assert.equal(statistics.length, 7);
      statistics.forEach((layer, i) => {
        for (const [name, value] of Object.entries(layer)) {
          const other = /** @type {any} */ (again[i])[name];
          if (name === 'residualRatio' && !net.layers[i].hasShortcut) {
            assert.deepEqual([value, other], [null, null]);
            continue;
          }
          assert.ok(Number.isFinite(value), `${name} of layer ${i}: ${value}`);
          assert.ok(name === 'responseMean' || value > 0, `${name} of layer ${i}: ${value}`);
          // One took all images at once, the other the batches that training left room for.
          assert.ok(Math.abs(value - other) <= 1e-12 * (Math.abs(value) + layer.responseStd));
        }
      });
      await assert.rejects(
        net.layerStatistics(new Uint8Array(0)),
        code('BAD_ARGUMENT', /no images/),
      );
      await assert.rejects(net.layerStatistics(new Uint8Array(9)), code('BAD_ARGUMENT', /3072/));
    });

    it('shows the activation of each layer for an image', async () => {
      const net = await newNet();
      await finish(net, data, RECIPE);
      const image = data.test.images.slice(3072, 6144);
      const measured = await net.layerStatistics(image);
      /** @type {Float32Array[]} */
      const maps = [];
      for (const [i, { height, width, channels }] of net.layers.entries()) {
        const { values, ...shape } = await net.activation(image, i);
        assert.deepEqual(shape, { height, width, channels });
        assert.equal(values.length, height * width * channels);
        const squares = values.reduce((sum, value) => sum + value * value, 0);
        const rms = Math.sqrt(squares / values.length);
        assert.ok(Math.abs(rms - measured[i].activationRms) < 1e-6 * rms, `layer ${i}`);
        assert.ok(values.every((value) => value >= 0));
        maps.push(values);
      }
      assert.deepEqual(maps.at(-1)?.length, 8 * 8 * 16);
      // The mean of each last map, times the dense layer: the logits.
      const [weight, bias] = (await net.tensors()).slice(-2);
      const features = Array.from({ length: 16 }, (_, c) => {
        return (
          maps[maps.length - 1].reduce((sum, value, k) => sum + (k % 16 === c ? value : 0), 0) / 64
        );
      });
      (await net.logits(image)).forEach((logit, k) => {
        const products = features.map((value, c) => value * weight.values[k * 16 + c]);
        const sum = products.reduce((a, b) => a + b, bias.values[k]);
        assert.ok(Math.abs(sum - logit) < 1e-5);
      });
      await assert.rejects(net.activation(image, 7), code('BAD_ARGUMENT', /layer is 7.*0 to 6/));
      await assert.rejects(net.activation(data.test.images, 0), code('BAD_ARGUMENT', /one image/));
    });

    it('takes layer statistics on the way, which change nothing', async () => {
      const net = await newNet();
      const ticks = await readAll(net.train(data, { ...RECIPE, layerStatsEvery: 3 }));
      const alone = await newNet();
      const without = await readAll(alone.train(data, RECIPE));
      assert.equal(lastOf(ticks).trajectory, lastOf(without).trajectory);
      assert.deepEqual(await net.save(), await alone.save());
      assert.ok(without.every((tick) => !('layerStats' in tick)));
      let before = 0;
      for (const { step, layerStats } of ticks) {
        const taken = step - ((step - 1) % 3);
        assert.equal(
          layerStats?.step,
          taken > before ? taken : undefined,
          `in the tick of ${step}`,
        );
        before = step;
        if (!layerStats) continue;
        assert.deepEqual([layerStats.gradientRms.length, layerStats.activationRms.length], [7, 7]);
        for (const value of [...layerStats.gradientRms, ...layerStats.activationRms]) {
          assert.ok(Number.isFinite(value) && value > 0);
        }
      }
      const whole = await newNet();
      const last = await finish(whole, data, {
        ...RECIPE,
        epochs: 1,
        evaluate: false,
        layerStatsEvery: 1,
      });
      const gradients = await whole.tensors('gradient');
      whole.layers.forEach(({ name }, i) => {
        const { values } =
          gradients.find((tensor) => tensor.name === `${name}.weight`) ?? assert.fail(name);
        const squares = values.reduce((sum, value) => sum + value * value, 0);
        const rms = Math.sqrt(squares / values.length);
        assert.ok(Math.abs(Number(last.layerStats?.gradientRms[i]) - rms) < 1e-6 * rms, name);
      });
      assert.throws(
        () => net.train(data, { ...RECIPE, layerStatsEvery: 0 }),
        code('BAD_ARGUMENT', /layerStatsEvery is 0/),
      );
    });

    it('measures its layers after each epoch if asked to, as layerStatistics does', async () => {
      const net = await newNet();
      const options = { ...RECIPE, layerStatisticsImages: 10 };
      const ticks = await readAll(net.train(data, options));
      for (const tick of ticks) assert.equal('layerStatistics' in tick, tick.kind === 'epoch');
      const last = lastOf(ticks);
      const images = data.test.images.subarray(0, 10 * 3072);
      assert.deepEqual(last.layerStatistics, await net.layerStatistics(images));
      const plain = await newNet();
      const { trajectory } = await finish(plain, data, RECIPE);
      assert.equal(last.trajectory, trajectory);
    });

    it('ends a run on stop(), and says so in done', async () => {
      const net = await newNet();
      const training = net.train(data, LONG);
      const { value } = await training[Symbol.asyncIterator]().next();
      assert.equal(value.kind, 'step');
      training.stop();
      const last = await training.done;
      assert.ok(Number(last?.step) < LONG_STEPS);
      const rest = net.train(data, LONG);
      const ended = await rest.done;
      assert.equal(ended?.step, LONG_STEPS);
      assert.equal(ended?.trajectory, long.trajectory);
      const failed = (await newNet()).train(data, { ...LONG, lr: 1e9, momentum: 0.99 });
      await assert.rejects(failed.done, code('DIVERGED'));
      await assert.rejects(readAll(failed), code('DIVERGED'));
    });

    it('keeps the images of a data set from later changes', async () => {
      const images = data.train.images.slice();
      const labels = data.train.labels.slice();
      const { classes, test } = data;
      const own = new Dataset({ name: 'own', classes, train: { images, labels }, test });
      const training = (await newNet()).train(own, RECIPE);
      labels.fill(77);
      images.fill(0);
      const trajectory = (await training.done)?.trajectory;
      const again = (await newNet()).train(data, RECIPE);
      assert.equal(trajectory, (await again.done)?.trajectory);
      assert.throws(() => Object.assign(own, { train: test }), TypeError);
    });

    it('refuses images that are none', async () => {
      const net = await newNet();
      await assert.rejects(net.logits(new Uint8Array(3071)), code('BAD_ARGUMENT', /3072/));
      await assert.rejects(
        net.classify(/** @type {any} */ ([1, 2])),
        code('BAD_ARGUMENT', /Uint8Array/),
      );
      const { images, labels } = data.test;
      const evaluate = (/** @type {Images} */ set) => net.evaluate(set);
      await assert.rejects(evaluate({ images, labels: labels.slice(1) }), code('BAD_ARGUMENT'));
      await assert.rejects(
        evaluate({ images, labels: labels.map(() => 10) }),
        code('BAD_ARGUMENT'),
      );
      const none = { images: new Uint8Array(0), labels: new Uint16Array(0) };
      await assert.rejects(evaluate(none), code('BAD_ARGUMENT'));
    });

    it('shows its tensors', async () => {
      const net = await newNet();
      const values = await net.tensors();
      const isWeight = (/** @type {import('residua').Tensor} */ tensor) =>
        tensor.name === 'linear.weight';
      const weight = values.find(isWeight) ?? assert.fail();
      assert.equal(weight.shape[0], 10);
      for (const { shape, values: numbers } of values) {
        assert.equal(
          numbers.length,
          shape.reduce((a, b) => a * b),
        );
      }
      weight.values.fill(0);
      const again = (await net.tensors()).find(isWeight);
      assert.ok(again?.values.some((value) => value !== 0));
      await finish(net, data, RECIPE);
      const gradients = await net.tensors('gradient');
      const count = gradients.reduce((sum, tensor) => sum + tensor.values.length, 0);
      assert.equal(count, net.parameters);
      assert.ok(gradients.some((tensor) => tensor.values.some((value) => value !== 0)));
      assert.ok((await net.tensors('momentum')).some((t) => t.values.some((value) => value !== 0)));
      await assert.rejects(net.tensors(/** @type {any} */ ('hessian')), code('BAD_ARGUMENT'));
    });

    it('reads files of its own, and refuses others', async () => {
      const net = await newNet({ family: 'plain' });
      const file = await net.save();
      const info = await engine.inspect(file);
      assert.equal(info.spec.family, 'plain');
      assert.equal(info.spec.depth, 8);
      assert.equal(info.hasMetadata, true);
      assert.equal(info.hasOptimizer, false);
      assert.equal(typeof info.metadata.net, 'string');
      await assert.rejects(engine.inspect(file.slice(0, -4)), code('BAD_FILE'));
      await assert.rejects(engine.loadNet(file.slice(0, 20)), code('BAD_FILE'));
      await assert.rejects(engine.loadNet(new Uint8Array(0)), code('BAD_FILE'));
      await assert.rejects(
        engine.loadNet(/** @type {any} */ ('resnet20.safetensors')),
        code('BAD_ARGUMENT'),
      );
      for (const twice of ['"depth":"8"', '"net":"plain8"']) {
        const same = withHeader(file, (text) => text.replace('"__metadata__":{', `$&${twice},`));
        const refusal = code('BAD_FILE', /has "(depth|net)" twice; keep one of them/);
        await assert.rejects(engine.inspect(same), refusal);
        await assert.rejects(engine.loadNet(same), refusal);
      }
      const seeded = keep(await engine.loadNet(file, { seed: 9 }));
      assert.equal(seeded.spec.seed, 9);
    });

    it('keeps what the classes are called', async () => {
      const net = await newNet();
      assert.equal(net.classNames, null);
      assert.equal((await engine.inspect(await net.save())).classNames, null);
      await finish(net, data, RECIPE);
      assert.deepEqual(net.classNames, data.classes);
      for (const optimizer of [false, true]) {
        const file = await net.save({ optimizer });
        assert.deepEqual((await engine.inspect(file)).classNames, data.classes);
        assert.equal((await engine.inspect(file)).metadata['data.name'], data.name);
        const again = keep(await engine.loadNet(file));
        assert.deepEqual(again.classNames, data.classes);
        assert.deepEqual(await again.save({ optimizer }), file);
      }
    });

    it('fine-tunes with a new head and frozen stages', async () => {
      const net = await newNet();
      await finish(net, data, RECIPE);
      const file = await net.save({ optimizer: true });
      const spec = { classes: 3, frozenStages: 2, seed: 5 };
      const tuned = keep(await engine.loadNet(file, spec));
      const fresh = await newNet(spec);
      assert.equal(tuned.spec.classes, 3);
      assert.equal(tuned.classNames, null);
      const values = async (/** @type {Net} */ one) =>
        new Map((await one.tensors()).map((t) => [t.name, t.values]));
      const [before, drawn, loaded] = [await values(tuned), await values(fresh), await values(net)];
      for (const [name, there] of before) {
        assert.deepEqual(there, (name.startsWith('linear.') ? drawn : loaded).get(name), name);
      }
      const classes = ['left', 'middle', 'right'];
      const labels = (/** @type {Images} */ set) => ({
        ...set,
        labels: set.labels.map((label) => label % 3),
      });
      const parts = { train: labels(data.train), test: labels(data.test) };
      const tick = await finish(tuned, new Dataset({ name: 'mine', classes, ...parts }), RECIPE);
      assert.equal(tick.step, tick.steps);
      assert.deepEqual(tuned.classNames, classes);
      const after = await values(tuned);
      const frozen = (/** @type {string} */ name) => /^(conv1|bn1|layer[12])\./.test(name);
      for (const [name, there] of after) {
        const same = there.every((value, i) => value === before.get(name)?.[i]);
        assert.equal(same, frozen(name), name);
      }
    });

    it('answers every use after dispose with DISPOSED', async () => {
      const net = await newNet();
      const training = net.train(data, RECIPE);
      net.dispose();
      net.dispose();
      await assert.rejects(readAll(training), code('DISPOSED'));
      assert.equal(net.memoryBytes, 0);
      assert.throws(() => net.train(data, RECIPE), code('DISPOSED'));
      await assert.rejects(net.evaluate(data.test), code('DISPOSED'));
      await assert.rejects(net.logits(data.test.images), code('DISPOSED'));
      await assert.rejects(net.save(), code('DISPOSED'));
      await assert.rejects(net.tensors(), code('DISPOSED'));
      await assert.rejects(net.layerStatistics(data.test.images), code('DISPOSED'));
      await assert.rejects(net.activation(data.test.images, 0), code('DISPOSED'));
    });

    it('settles a paused run whose net is disposed of', async () => {
      const net = await newNet();
      const training = net.train(data, RECIPE);
      await training[Symbol.asyncIterator]().next();
      training.pause();
      const rest = readAll(training);
      net.dispose();
      await assert.rejects(rest, code('DISPOSED'));
    });

    it('loads the bytes that it was given, whatever becomes of them', async () => {
      const net = await newNet();
      const file = await net.save();
      const given = file.slice();
      const loading = engine.loadNet(given);
      structuredClone(given.buffer, { transfer: [given.buffer] });
      const loaded = await loading;
      assert.deepEqual(await loaded.save(), file);
      net.dispose();
      loaded.dispose();
    });

    it('disposes of its nets with itself', async () => {
      const other = await createEngine(options);
      const net = await other.createNet(TINY);
      other.dispose();
      await assert.rejects(net.save(), code('DISPOSED'));
      await assert.rejects(async () => other.createNet(TINY), code('DISPOSED'));
      await assert.rejects(async () => other.plan(TINY), code('DISPOSED'));
      await assert.rejects(async () => other.synthetic(), code('DISPOSED'));
    });
  });
}

/** The tensors of a file that PyTorch computed, by name. @param {string} name */
async function golden(name) {
  const file = await readFile(new URL(`./golden/${name}.safetensors`, import.meta.url));
  const { tensors } = readSafetensors(name, new Uint8Array(file));
  const numbers = (/** @type {ArrayLike<any>} */ values) => Array.from(values, Number);
  return Object.fromEntries([...tensors].map(([key, { values }]) => [key, numbers(values)]));
}

/** @param {Net} net @param {Dataset} data */
function isFree(net, data) {
  try {
    net.train(data.take({ images: 16 }), { ...RECIPE, signal: AbortSignal.abort() });
    return true;
  } catch (/** @type {any} */ error) {
    assert.equal(error.code, 'BUSY');
    return false;
  }
}

/** Images of one colour each, which is their class, in no order.
 * @param {typeof import('residua').Dataset} Dataset @param {number} count */
function paint(Dataset, count) {
  const colours = [
    [250, 10, 10],
    [10, 250, 10],
    [10, 10, 250],
    [240, 240, 240],
  ];
  const labels = Uint16Array.from({ length: count }, (_, i) => (i * i * 7 + (i >> 2)) % 4);
  const images = new Uint8Array(count * 3072);
  labels.forEach((label, i) => {
    for (let c = 0; c < 3; c++) {
      images.fill(colours[label][c], i * 3072 + c * 1024, i * 3072 + (c + 1) * 1024);
    }
  });
  const train = { images, labels };
  return new Dataset({ name: 'colours', classes: ['r', 'g', 'b', 'w'], train, test: train });
}

/** @param {Images} images @param {number} times */
function repeat({ images, labels }, times) {
  const all = new Uint8Array(images.length * times);
  for (let i = 0; i < times; i++) all.set(images, i * images.length);
  return {
    images: all,
    labels: Uint16Array.from(
      { length: labels.length * times },
      (_, i) => labels[i % labels.length],
    ),
  };
}
