/** Both entries in a real browser, on plain, isolated and foreign origins. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as lib from 'residua';
import { launchChromium, needsChromium } from './chromium.js';

const DIST = new URL('../dist/', import.meta.url);
/** @type {Record<string, string>} */
const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' };
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
const FOREIGN = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'cross-origin-embedder-policy': 'require-corp',
};
const POLICY = {
  'content-security-policy': [
    "default-src 'none'",
    "connect-src 'self'",
    'img-src data:',
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
  ].join('; '),
};

/** @typedef {import('residua').EngineOptions} Options */
/** @typedef {Awaited<ReturnType<typeof serve>>} Origin */

/** Serves dist/ and an empty page. @returns {Promise<{ url: string, close(): void }>}
 * @param {Record<string, string>} headers */
async function serve(headers) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    const body =
      pathname === '/empty.html'
        ? '<!doctype html><link rel="icon" href="data:,"><title>Empty</title>'
        : await readFile(new URL(`.${pathname}`, DIST)).catch(() => null);
    response.writeHead(body ? 200 : 404, {
      'content-type': TYPES[extname(pathname)] ?? 'text/plain',
      ...headers,
    });
    response.end(body ?? 'Not found');
  }).listen(0);
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://localhost:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/`;
  return { url, close: () => server.close() };
}

/** Trains two nets at once, and aborts what is long; runs here and in the page.
 * @param {typeof lib} lib @param {Options} options */
async function trainTwo({ createEngine }, options) {
  const engine = await createEngine(options);
  const data = await engine.synthetic({ images: 64, testImages: 24 });
  /** @type {import('residua').Spec} */
  const spec = { family: 'residual', depth: 8, width: 4 };
  const nets = await Promise.all([1, 2].map((seed) => engine.createNet({ ...spec, seed })));
  const run = async (/** @type {import('residua').Net} */ net) => {
    let last;
    const recipe = { epochs: 2, batchSize: 16, lr: 0.05 };
    for await (const tick of net.train(data, recipe)) last = tick;
    return [last?.step, last?.trajectory, last?.testLoss];
  };
  const ends = await Promise.all(nets.map(run));
  const controller = new AbortController();
  const aborted = await (async () => {
    const recipe = { epochs: 1e6, batchSize: 16, signal: controller.signal };
    for await (const _ of nets[0].train(data, recipe)) controller.abort();
  })().catch((/** @type {any} */ error) => error.name);
  /** @param {(signal: AbortSignal) => Promise<unknown>} work */
  const soon = (work) => {
    const late = new AbortController();
    setTimeout(() => late.abort(), 5);
    return work(late.signal).catch((/** @type {any} */ error) => error.name);
  };
  const batch = /** @type {const} */ ([
    data.test.images.slice(0, 2 * 3072),
    data.test.labels.slice(0, 2),
  ]);
  const stepper = await engine.createNet(spec);
  await stepper.begin({ batchSize: 2 });
  const cut = [
    await soon((signal) => stepper.logits(new Uint8Array(2000 * 3072), { signal })),
    await soon(async (signal) => {
      for (let i = 0; i < 1e5; i++) await stepper.step(...batch, { signal });
    }),
    await soon((signal) => engine.synthetic({ images: 20_000, signal })),
  ];
  const { tier, threads } = engine;
  engine.dispose();
  const disposed = await nets[1].save().catch((/** @type {any} */ error) => error.code);
  return { tier, threads, ends, aborted, cut, disposed };
}

describe('in Chromium', needsChromium, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {Record<string, Origin>} */
  const origins = {};
  /** @type {Awaited<ReturnType<typeof trainTwo>>} */
  let expected;
  before(async () => {
    browser = await launchChromium();
    Object.assign(origins, {
      plain: await serve({}),
      isolated: await serve(ISOLATED),
      foreign: await serve(FOREIGN),
      strict: await serve(POLICY),
    });
    expected = await trainTwo(lib, { tier: 'simd128', threads: 1 });
    assert.deepEqual(expected.cut, Array(3).fill('AbortError'));
  });
  after(async () => {
    await browser?.close();
    for (const origin of Object.values(origins)) origin.close();
  });

  /** What `work` returns in a page of `origin`, to which the entry and the options are given.
   * @param {Origin} origin @param {string} entry @param {Options} options
   * @param {(api: typeof lib, options: Options) => Promise<any>} work */
  async function inPage(origin, entry, options, work = trainTwo) {
    const page = await browser.newPage();
    /** @type {string[]} */
    const complaints = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${origin.url}empty.html`);
    const script = `(${work})(await import('${entry}'), ${JSON.stringify(options)})`;
    const result = await page.evaluate(`(async () => ${script})()`);
    await page.close();
    return { ...result, complaints };
  }

  /** @type {[page: string, script: string, entry: string, asked: number, threads: number][]} */
  const cases = [
    ['plain', 'plain', 'index.js', 1, 1],
    ['isolated', 'isolated', 'index.js', 3, 1],
    ['plain', 'plain', 'worker.js', 3, 1],
    ['isolated', 'isolated', 'worker.js', 3, 3],
    ['plain', 'foreign', 'worker.js', 1, 1],
    ['isolated', 'foreign', 'worker.js', 2, 2],
    ['strict', 'strict', 'worker.js', 1, 1],
  ];
  for (const [pageOrigin, scriptOrigin, entry, asked, threads] of cases) {
    const title = `${entry} of a ${scriptOrigin} origin trains in a ${pageOrigin} page`;
    it(`${title}, with the bits of Node, on ${threads} threads`, async () => {
      /** @type {Options} */
      const options = { tier: 'simd128', threads: asked };
      const url = origins[scriptOrigin].url + entry;
      const result = await inPage(origins[pageOrigin], url, options);
      assert.deepEqual(result, { ...expected, threads, complaints: [] });
    });
  }

  it('takes relaxed SIMD by itself', async () => {
    const url = `${origins.plain.url}worker.js`;
    assert.equal((await inPage(origins.plain, url, {})).tier, 'relaxed');
  });

  it('names a worker script that is not there', async () => {
    const { url } = origins.plain;
    /** @param {typeof lib} lib @param {Options} options */
    const fail = async ({ createEngine }, options) => {
      const { code, message } = await createEngine(options).catch(
        (/** @type {any} */ error) => error,
      );
      return { code, message };
    };
    const options = { worker: `${url}nowhere.js` };
    const { code, message } = await inPage(origins.plain, `${url}worker.js`, options, fail);
    assert.equal(code, 'WORKER_FAILED');
    assert.match(message, /nowhere\.js/);
  });

  it('computes in workers alone: the window has no instance of the core', async () => {
    /** @param {typeof lib} lib @param {Options} options */
    const watch = async ({ createEngine }, options) => {
      let instances = 0;
      const assembly = /** @type {any} */ (WebAssembly);
      const { instantiate } = assembly;
      assembly.instantiate = (/** @type {any[]} */ ...args) => {
        instances++;
        return instantiate(...args);
      };
      const engine = await createEngine({ tier: 'simd128', threads: 1, ...options });
      const data = await engine.synthetic({ images: 64, testImages: 64 });
      const net = await engine.createNet({ family: 'residual', depth: 8, width: 4 });
      for await (const _ of net.train(data, { epochs: 1, batchSize: 16 }));
      await net.evaluate(data.test);
      engine.dispose();
      return { instances };
    };
    const url = `${origins.plain.url}worker.js`;
    assert.equal((await inPage(origins.plain, url, {}, watch)).instances, 0);
    const alone = await inPage(origins.plain, url, { worker: false }, watch);
    assert.ok(alone.instances > 0, 'the count is of no use');
  });
});
