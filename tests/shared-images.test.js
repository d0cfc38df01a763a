/** Where threads can share memory, as here, a data set is in memory once: what goes to a worker is a view
 * of it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { createEngine, Dataset } from 'residua/worker';
import { imageMemory, isShared } from '../web/lib/data/memory.js';
import { Host } from '../web/worker/host.js';

describe('the images of a data set', () => {
  /** @type {import('../web/lib/index.js').Engine} */
  let engine;
  before(async () => {
    engine = await createEngine({ tier: 'simd128', threads: 1 });
  });
  after(() => engine.dispose());

  it('are in shared memory, wherever they come from', async () => {
    const drawn = await engine.synthetic({ images: 32, testImages: 8 });
    const { classes, train, test } = drawn;
    const copy = (/** @type {typeof train} */ { images, labels }) => ({
      images: images.slice(),
      labels: labels.slice(),
    });
    const brought = new Dataset({ name: 'mine', classes, train: copy(train), test: copy(test) });
    const part = brought.take({ images: 16, testImages: 4 });
    for (const set of [drawn, brought, part].flatMap((one) => [one.train, one.test])) {
      assert.ok(isShared(set.images) && isShared(set.labels));
    }
    assert.equal(part.train.images.buffer, brought.train.images.buffer);
    assert.deepEqual(new Uint8Array(brought.train.images), new Uint8Array(train.images));
  });

  it('are read by a worker where they are', async () => {
    const { port1, port2 } = new MessageChannel();
    /** @type {any[]} */
    const messages = [];
    const endpoint = {
      postMessage: (/** @type {any} */ message) => messages.push(message),
      addEventListener() {},
      removeEventListener() {},
    };
    const handle = { endpoint, onFailure() {}, hold() {}, terminate() {} };
    const settings = /** @type {any} */ ({ threads: 1, conv: 'auto' });
    const host = new Host(/** @type {any} */ (handle), settings);
    const set = imageMemory(50000, 'test');
    const before = messages.length;
    const sent = /** @type {typeof set} */ (await host.send(set));
    assert.equal(messages.length, before);
    port1.postMessage(sent);
    const received = await new Promise((resolve) => port2.once('message', resolve));
    set.images[5] = 77;
    assert.equal(received.images[5], 77);
    port1.close();
  });
});
