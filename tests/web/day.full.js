/** A tab that trains for a day: 100,000 real steps of a small network, with a clock that runs as fast as it must
 * for that. Memory stays, and all that a day brings happens: thousands of checkpoints, and a drawing after each. The
 * pace is printed, since other work on the machine changes it. DAY_STEPS makes it shorter. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describeVisits } from './visit.js';

const STEPS = Number(process.env.DAY_STEPS ?? 100000);
const BATCH = 8;
const IMAGES = 2000;
const EPOCHS = STEPS / (IMAGES / BATCH);
/** Times that a second of the machine is a second of the page. */
const FASTER = 130;
const SAMPLES = 20;
/** From a tenth of the run on: curves and the browser's caches have their sizes by then. */
const MOST_GROWTH = 0.2;
/** V8 lets a worker gather some 250 MB of garbage before it looks; with so little room it looks earlier. */
const HEAP_MB = 64;

const FAST_CLOCK = `{
  const now = performance.now.bind(performance), from = now(), date = Date.now.bind(Date), start = date();
  performance.now = () => from + ${FASTER} * (now() - from);
  Date.now = () => start + ${FASTER} * (date() - start);
}\n`;

/** Of the page alone: a worker answers nothing else while it trains.
 * @param {import('./visit.js').Visitor} visitor */
const collectGarbage = ({ page }) => page.evaluate(() => globalThis.gc?.());

/** Resident bytes of the largest renderer, which the page and its workers are in.
 * @param {import('./visit.js').Visitor} visitor */
async function residentBytes({ context }) {
  const session = await context.browser()?.newBrowserCDPSession();
  assert.ok(session);
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = await Promise.all(
    processInfo.map(async ({ type, id }) => {
      const status = type === 'renderer' ? await readFile(`/proc/${id}/status`, 'utf8') : '';
      return 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    }),
  );
  return Math.max(...sizes);
}

describeVisits(
  'a day of training',
  (visit) => {
    const options = {
      serviceWorkers: /** @type {const} */ ('block'),
      skip: process.platform === 'linux' ? false : 'memory is read from /proc',
    };
    visit('keeps its memory', options, async (visitor) => {
      await visitor.context.addInitScript(FAST_CLOCK);
      await visitor.context.route('**/residua-worker.js', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: FAST_CLOCK + (await response.text()) });
      });
      await visitor.open(
        `images=${IMAGES}&testImages=40&batchSize=${BATCH}&epochs=${EPOCHS}&lr=0.01&tier=simd128&run=plain8`,
      );
      await visitor.button(/^Train/).click();
      /** @type {{ step: number, seconds: number, bytes: number }[]} */
      const samples = [];
      const began = performance.now();
      for (let sample = 1; sample <= SAMPLES; sample++) {
        const step = (sample * STEPS) / SAMPLES;
        const isThere = () =>
          visitor.lab((lab, wanted) => (lab.rows[0].run.tick?.step ?? 0) >= wanted, step);
        while (!(await isThere())) await visitor.page.waitForTimeout(250);
        await collectGarbage(visitor);
        const seconds = (performance.now() - began) / 1000;
        samples.push({ step, seconds, bytes: await residentBytes(visitor) });
      }
      await visitor.ended();
      assert.deepEqual(await visitor.states(), ['finished']);
      const hours = await visitor.lab((lab) => (lab.rows[0].run.tick?.seconds ?? 0) / 3600);
      const [early, last] = [samples[SAMPLES / 10 - 1], samples[SAMPLES - 1]];
      const pace = (/** @type {number} */ from, /** @type {number} */ to) =>
        (samples[to].step - samples[from].step) / (samples[to].seconds - samples[from].seconds);
      console.log(
        `${STEPS} steps, ${hours.toFixed(1)} hours by the page's clock, ${last.seconds.toFixed(0)} s: ` +
          `${(early.bytes / 1e6).toFixed(0)} MB after a tenth, ${(last.bytes / 1e6).toFixed(0)} MB at the end; ` +
          `${pace(1, 5).toFixed(0)} steps a second early, ${pace(SAMPLES - 5, SAMPLES - 1).toFixed(0)} at the end`,
      );
      const growth = last.bytes / early.bytes - 1;
      assert.ok(growth < MOST_GROWTH, `${(100 * growth).toFixed(1)} % more memory`);
      visitor.complaints = visitor.complaints.filter((one) => !/registration blocked/.test(one));
    });
  },
  [`--js-flags=--expose-gc --max-old-space-size=${HEAP_MB}`],
);
