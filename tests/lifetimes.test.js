/** Nets come and go without leaving anything behind: each memory is collected, each worker exits. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { createEngine } from 'residua';
import { createEngine as createWorkerEngine } from 'residua/worker';
import { finish } from './api-suite.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const SCRIPT = new URL('../dist/residua-node-worker.js', import.meta.url);
/** @type {import('residua').Spec} */
const SPEC = { family: 'residual', depth: 8, width: 4 };
const RECIPE = { epochs: 1, batchSize: 8 };
/** Of 200 memories: the engine's own, and a few that V8 holds on to. One net in twenty would be more. */
const MOST_LEFT = 9;
/** Turns of the event loop, each with a collection, in which garbage has to go. */
const MOST_TURNS = 200;

/** Collects garbage until `isDone`, and returns whether it came to be. @param {() => boolean} isDone */
async function collectUntil(isDone) {
  for (let turn = 0; turn < MOST_TURNS && !isDone(); turn++) {
    // What a WeakRef gave in this turn is held until its end.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  return isDone();
}

/** @param {import('residua').Engine} engine @param {import('residua').Dataset} data
 * @param {number} cycles */
async function cycle(engine, data, cycles) {
  for (let i = 0; i < cycles; i++) {
    const net = await engine.createNet(SPEC);
    await finish(net, data, RECIPE);
    if (i % 2) net.dispose();
    else net[Symbol.dispose]();
    assert.equal(net.memoryBytes, 0);
    await assert.rejects(net.save(), { code: 'DISPOSED' });
  }
}

/** Workers that count themselves. */
function countedWorkers() {
  /** @type {Promise<unknown>[]} */
  const exits = [];
  let alive = 0;
  const make = () => {
    const worker = new Worker(SCRIPT);
    alive++;
    exits.push(once(worker, 'exit').then(() => alive--));
    return /** @type {any} */ (worker);
  };
  return { make, exits, alive: () => alive };
}

describe('a net that is disposed of leaves nothing behind', () => {
  it('in this thread: each of 200 memories is collected', async (context) => {
    /** @type {WeakRef<WebAssembly.Memory>[]} */
    const memories = [];
    const { instantiate } = WebAssembly;
    context.after(() => {
      WebAssembly.instantiate = instantiate;
    });
    // A mock of node:test would hold on to all that it returned.
    WebAssembly.instantiate = async (/** @type {[any, any]} */ ...args) => {
      const instance = /** @type {any} */ (await instantiate(...args));
      memories.push(new WeakRef(instance.exports.memory));
      return instance;
    };
    const engine = await createEngine({ threads: 1 });
    const data = await engine.synthetic({ images: 8, testImages: 8 });
    const alive = () => memories.filter((memory) => memory.deref()).length;
    const before = memories.length;
    await cycle(engine, data, 200);
    assert.ok(memories.length >= before + 200, `${memories.length} memories`);
    assert.ok(await collectUntil(() => alive() <= MOST_LEFT), `${alive()} memories are left`);
    engine.dispose();
  });

  it('in a worker: each of 50 workers exits', async () => {
    const { make, exits, alive } = countedWorkers();
    const engine = await createWorkerEngine({ threads: 1, worker: make });
    const data = await engine.synthetic({ images: 8, testImages: 8 });
    await cycle(engine, data, 50);
    assert.equal(exits.length, 51);
    await Promise.all(exits.slice(1));
    assert.equal(alive(), 1);
    engine.dispose();
    await exits[0];
  });

  for (const [what, before] of /** @type {const} */ ([
    ['an engine', 0],
    ['a net', 1],
  ])) {
    it(`in a worker, when ${what} is aborted while it is made`, async () => {
      const { make, exits } = countedWorkers();
      const controller = new AbortController();
      const reason = new Error('enough');
      const worker = () => {
        if (exits.length === before) controller.abort(reason);
        return make();
      };
      const { signal } = before === 0 ? controller : {};
      const making = createWorkerEngine({ threads: 1, worker, signal }).then(async (engine) => {
        await assert.rejects(engine.createNet(SPEC, { signal: controller.signal }), reason);
        engine.dispose();
        throw reason;
      });
      await assert.rejects(making, reason);
      assert.equal(exits.length, before + 1);
      const alive = setInterval(() => {}, 1000); // Workers that end keep no process waiting.
      await Promise.all(exits);
      clearInterval(alive);
    });
  }

  it('in a worker that had hundreds of megabytes', async () => {
    const { make, exits } = countedWorkers();
    const engine = await createWorkerEngine({ threads: 1, worker: make });
    const data = await engine.synthetic({ images: 128, testImages: 0 });
    const net = await engine.createNet({ family: 'residual', depth: 56, width: 16 });
    await finish(net, data, { epochs: 1, batchSize: 128 });
    const held = net.memoryBytes;
    assert.ok(held > 300e6);
    const before = process.memoryUsage.rss();
    net.dispose();
    await exits[1];
    const freed = () => before - process.memoryUsage.rss();
    assert.ok(await collectUntil(() => freed() > held / 2), `${freed() / 1e6} MB of ${held / 1e6}`);
    engine.dispose();
  });
});
