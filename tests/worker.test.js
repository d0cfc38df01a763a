/** The entry `residua/worker`: all that the library does, and what is different in workers. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { createEngine as createLocalEngine } from 'residua';
import * as api from 'residua/worker';
import { apiSuite, finish } from './api-suite.js';

/** Trains two nets at once.
 * @param {typeof import('residua').createEngine} create @param {import('residua').Dataset} [data] */
async function trainTwo(create, data) {
  const engine = await create({ tier: 'simd128', threads: 1 });
  const set = data ?? (await engine.synthetic({ images: 64, testImages: 16 }));
  const nets = await Promise.all([1, 2].map((seed) => engine.createNet({ ...SPEC, seed })));
  await Promise.all(nets.map((net) => finish(net, set, { epochs: 1, batchSize: 16 })));
  await nets[0].evaluate(set.test);
  engine.dispose();
  return set;
}

apiSuite('worker entry', api, { tier: 'simd128', threads: 1 }, 60);

const { createEngine } = api;
/** @type {import('residua').Spec} */
const SPEC = { family: 'residual', depth: 8, width: 4 };
const SCRIPT = new URL('../dist/residua-node-worker.js', import.meta.url);

describe('workers', () => {
  it('compute everything: the calling thread has no instance of the core', async (context) => {
    const made = context.mock.method(WebAssembly, 'instantiate');
    const data = await trainTwo(createEngine);
    assert.equal(made.mock.callCount(), 0);
    await trainTwo(createLocalEngine, data);
    assert.ok(made.mock.callCount() >= 2, 'the count is of no use');
  });

  it('are given no function', async () => {
    const engine = await createEngine({ tier: 'simd128', threads: 1 });
    const data = await engine.synthetic({ images: 16, testImages: 0 });
    const net = await engine.createNet(SPEC);
    assert.throws(() => net.train(data, { batchSize: 8, lr: () => 0.1 }), {
      code: 'BAD_ARGUMENT',
      message: /lr is a function, which cannot be sent to a worker; .*worker: false/,
    });
    assert.throws(() => net.train(data, { batchSize: 8, onBatch: () => {} }), {
      message: /onBatch is a function, which cannot be sent to a worker/,
    });
    engine.dispose();
  });

  it('get large sets in pieces', async () => {
    const engine = await createEngine({ tier: 'simd128', threads: 1 });
    const { train } = await engine.synthetic({ images: 2100, testImages: 0 });
    const net = await engine.createNet({ family: 'plain', depth: 8, width: 4 });
    const rows = await net.logits(train.images);
    const wrong = train.labels.filter((label, i) => {
      const row = Array.from(rows.subarray(i * 10, i * 10 + 10));
      return row.indexOf(Math.max(...row)) !== label;
    });
    assert.equal((await net.evaluate(train)).wrong, wrong.length);
    engine.dispose();
  });

  it('leave what they are given where it is, Buffers too', async () => {
    const engine = await createEngine({ tier: 'simd128', threads: 1 });
    const { test } = await engine.synthetic({ images: 1, testImages: 3 });
    const net = await engine.createNet({ family: 'plain', depth: 8, width: 4 });
    const expected = await net.logits(test.images);
    const images = Buffer.from(test.images.buffer);
    const set = { images, labels: test.labels };
    assert.deepEqual(await net.logits(images), expected);
    assert.equal((await net.evaluate(set)).total, 3);
    assert.deepEqual(await net.logits(images), expected);
    const file = Buffer.from(await net.save());
    assert.deepEqual((await engine.inspect(file)).spec, net.spec);
    assert.deepEqual(await (await engine.loadNet(file)).logits(images), expected);
    engine.dispose();
  });

  it('are not sent what cannot be sent, and errors keep their types', async () => {
    const engine = await createEngine({ tier: 'simd128', threads: 1 });
    const refused = {
      code: 'BAD_ARGUMENT',
      message: /cannot be sent to a worker \(.*could not be/,
    };
    await assert.rejects(
      engine.createNet(/** @type {any} */ ({ family: () => 'plain', depth: 8 })),
      refused,
    );
    const net = await engine.createNet({ family: 'plain', depth: 8, width: 4 });
    await assert.rejects(net.tensors(/** @type {any} */ (Symbol('value'))), refused);
    await assert.rejects(net.setTensors(/** @type {any} */ (5)), TypeError);
    assert.equal((await net.logits(new Uint8Array(3072))).length, 10);
    engine.dispose();
  });

  it('that die are missed', async () => {
    /** @type {Worker[]} */
    const made = [];
    const worker = () => {
      made.push(new Worker(SCRIPT));
      return /** @type {any} */ (made.at(-1));
    };
    const engine = await createEngine({ tier: 'simd128', threads: 1, worker });
    const data = await engine.synthetic({ images: 64, testImages: 8 });
    const net = await engine.createNet({ family: 'plain', depth: 8, width: 4 });
    const other = await engine.createNet({ family: 'plain', depth: 8, width: 4 });
    assert.equal(made.length, 3);
    const failed = { code: 'WORKER_FAILED', message: /exited with code 1/ };
    const reading = (async () => {
      for await (const tick of net.train(data, { epochs: 1000, batchSize: 8 })) {
        if (tick.step > 1) void made[1].terminate();
      }
    })();
    await assert.rejects(reading, failed);
    await assert.rejects(net.save(), failed);
    assert.throws(() => net.train(data), failed);
    assert.ok((await other.save()).length > 0);
    engine.dispose();
  });

  it('that cannot be started are named', async () => {
    const nowhere = new URL('./nowhere.js', import.meta.url);
    const failed = { code: 'WORKER_FAILED', message: /nowhere\.js/ };
    await assert.rejects(createEngine({ worker: nowhere }), failed);
  });
});
