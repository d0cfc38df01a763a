/** Long runs: memory stays flat, and twelve networks train at once. In the suite they are short; the
 * figures of docs/RELIABILITY.md come from SOAK_STEPS=20000 npm test -- tests/soak.test.js */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createEngine } from 'residua';
import * as api from 'residua/worker';
import { sendFile } from '../tools/send-file.js';
import { launchChromium, needsChromium } from './chromium.js';
import { listening } from './listening.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const STEPS = Number(process.env.SOAK_STEPS ?? 3000);
/** Steps until buffers have their sizes and code is compiled. */
const WARM_UP = 500;
const MOST_GROWTH = 0.01;
const AT_ONCE = 12;
/** @type {import('residua').Spec} */
const SPEC = { family: 'plain', depth: 8, width: 4 };
const COUNTS = { images: 64, testImages: 16 };
const RECIPE = { batchSize: 16, lr: 0.01, augment: /** @type {const} */ ('flip') };
const EPOCHS = STEPS / (COUNTS.images / RECIPE.batchSize);

/** @param {number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** @param {{ step: number, seconds: number, bytes: number }[]} samples at twentieths of a run
 * @param {import('node:test').TestContext} t */
function check(samples, t) {
  const before = samples.find(({ step }) => step >= WARM_UP);
  assert.ok(before);
  const last = median(samples.slice(-3).map(({ bytes }) => bytes));
  const growth = last / before.bytes - 1;
  /** @param {number} from @param {number} to */
  const speed = (from, to) =>
    (samples[to].step - samples[from].step) / (samples[to].seconds - samples[from].seconds);
  const change = speed(samples.length - 3, samples.length - 1) / speed(0, 2) - 1;
  const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(2)} %`;
  t.diagnostic(
    `${samples[samples.length - 1].step} steps: ${(last / 1e6).toFixed(1)} MB, ${percent(growth)} more than after ` +
      `${before.step}; speed of the last tenth ${percent(change)} more than of the first`,
  );
  assert.ok(growth < MOST_GROWTH, `${percent(growth)} more memory`);
}

/** Trains many networks at once, here or in a page.
 * @param {typeof import('residua')} api @param {typeof MANY} many @returns how each ended */
async function trainAtOnce(api, { spec, counts, recipe, networks }) {
  const engine = await api.createEngine({ threads: 1 });
  const data = await engine.synthetic(counts);
  const runs = Array.from({ length: networks }, async (_, seed) => {
    const net = await engine.createNet({ ...spec, seed });
    let last;
    for await (const tick of net.train(data, recipe)) last = tick;
    return last;
  });
  const ends = await Promise.all(runs);
  engine.dispose();
  return ends;
}
const MANY = {
  ...{ spec: SPEC, counts: COUNTS, networks: AT_ONCE },
  recipe: { ...RECIPE, epochs: Math.ceil(EPOCHS / 20) },
};

/** @param {(import('residua').Tick | undefined)[]} ends */
function checkEnds(ends) {
  assert.ok(ends.every((tick) => tick && tick.step === tick.steps));
  assert.equal(new Set(ends.map((tick) => tick?.trajectory)).size, AT_ONCE);
}

describe('a long run', () => {
  it('in Node keeps its memory', async (t) => {
    const engine = await createEngine({ threads: 1 });
    const data = await engine.synthetic(COUNTS);
    const net = await engine.createNet(SPEC);
    const samples = [];
    for await (const { step, seconds } of net.train(data, { ...RECIPE, epochs: EPOCHS })) {
      if (step < (samples.length + 1) * (STEPS / 20)) continue;
      collect();
      const { heapUsed, external } = process.memoryUsage();
      samples.push({ step, seconds, bytes: heapUsed + external + net.memoryBytes });
    }
    engine.dispose();
    check(samples, t);
  });

  it(`in Node of ${AT_ONCE} networks at once comes to the end of each`, async () => {
    checkEnds(await trainAtOnce(api, MANY));
  });

  describe('in Chromium', needsChromium, () => {
    /** @type {import('node:http').Server} */
    let server;
    /** @type {string} */
    let url;
    /** @type {import('playwright-core').Browser} */
    let browser;
    before(async () => {
      const dist = fileURLToPath(new URL('../dist', import.meta.url));
      ({ server, url } = await listening((request, response) => {
        if (request.url !== '/') {
          sendFile(request, response, dist);
          return;
        }
        response.setHeader('Content-Type', 'text/html');
        response.end('<!doctype html><link rel="icon" href="data:,"><title>Soak</title>');
      }));
      browser = await launchChromium(['--js-flags=--expose-gc']);
    });
    after(async () => {
      await browser?.close();
      server?.close();
    });
    const open = async () => {
      const page = await browser.newPage();
      await page.goto(`${url}/`);
      return page;
    };

    it(`of ${AT_ONCE} networks at once comes to the end of each`, async () => {
      const page = await open();
      await page.evaluate(`globalThis.trainAtOnce = ${trainAtOnce}`);
      const ends = await page.evaluate(
        async ({ entry, many }) => window.trainAtOnce(await import(entry), many),
        { entry: './worker.js', many: MANY },
      );
      checkEnds(ends);
      await page.close();
    });

    /** Resident bytes of the process that the page and its workers are in. */
    async function residentBytes() {
      const session = await browser.newBrowserCDPSession();
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      const { id } = processInfo.filter(({ type }) => type === 'renderer').at(-1) ?? assert.fail();
      const [, kilobytes] =
        /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${id}/status`, 'utf8')) ?? [];
      return Number(kilobytes) * 1024;
    }

    it('keeps its memory', { skip: process.platform !== 'linux' }, async (t) => {
      const page = await open();
      /** @type {{ step: number, seconds: number, bytes: number }[]} */
      const samples = [];
      await page.exposeFunction(
        'sample',
        async (/** @type {number} */ step, /** @type {number} */ seconds) => {
          samples.push({ step, seconds, bytes: await residentBytes() });
        },
      );
      await page.evaluate(
        async ({ entry, spec, counts, recipe, steps }) => {
          const { createEngine: create } = await import(entry);
          const engine = await create();
          const data = await engine.synthetic(counts);
          const net = await engine.createNet(spec);
          let taken = 0;
          for await (const { step, seconds } of net.train(data, recipe)) {
            if (step < (taken + 1) * (steps / 20)) continue;
            taken++;
            globalThis.gc?.();
            await window.sample(step, seconds);
          }
          engine.dispose();
        },
        {
          entry: './worker.js',
          ...{ spec: SPEC, counts: COUNTS, steps: STEPS },
          recipe: { ...RECIPE, epochs: EPOCHS },
        },
      );
      check(samples, t);
      await page.close();
    });
  });
});
