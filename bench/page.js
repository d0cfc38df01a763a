/** What the page costs its own thread and its memory: `node bench/page.js [ARCHIVE]`, after a build.
 * Prints one JSON object a line: tasks of the window's thread while the four default networks
 * train, and the memory that CIFAR-10's archive takes on its way in. */

import { launchChromium } from '../tests/chromium.js';
import { serve } from '../web/serve.js';

const SECONDS = 30;
const LONG_MS = 50;
const DECODED_BYTES = 60000 * 3072 + 60000 * 2;

/** Tasks of the page's main thread in a trace, in ms of its CPU time, longest first. There may be
 * other renderers, spare ones, which do next to nothing. */
function mainThreadTasks({ traceEvents }) {
  const threads = traceEvents
    .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
    .map(({ pid, tid }) =>
      traceEvents
        .filter((event) => event.name === 'RunTask' && event.pid === pid && event.tid === tid)
        .map(({ tdur = 0 }) => tdur / 1000),
    );
  const [busiest] = threads.sort((a, b) => b.length - a.length);
  return busiest.sort((a, b) => b - a);
}

async function open(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(url);
  await page.waitForFunction(() => document.querySelector('residua-lab')?.planned);
  return page;
}

async function tasksWhileTraining(browser, url) {
  const page = await open(browser, url);
  const categories = ['disabled-by-default-devtools.timeline', '__metadata'];
  await browser.startTracing(page, { categories });
  await page.getByRole('button', { name: /^Train/ }).click();
  await page.waitForTimeout(SECONDS * 1000);
  const states = await page
    .locator('residua-lab')
    .evaluate(({ rows }) => rows.map(({ run }) => run.state));
  const tasks = mainThreadTasks(JSON.parse((await browser.stopTracing()).toString()));
  await page.close();
  const busy = tasks.reduce((sum, ms) => sum + ms, 0) / SECONDS / 1000;
  const [longest] = tasks;
  const long = tasks.filter((ms) => ms > LONG_MS).length;
  return {
    what: 'tasks',
    seconds: SECONDS,
    states,
    count: tasks.length,
    busy,
    longest_ms: longest,
    over_50_ms: long,
  };
}

async function memoryOfArchive(browser, url, archive) {
  const page = await open(browser, url);
  const session = await page.context().newCDPSession(page);
  const heap = async () => (await session.send('Runtime.getHeapUsage')).usedSize;
  const all = () =>
    page.evaluate(async () => (await performance.measureUserAgentSpecificMemory()).bytes);
  const before = { heap: await heap(), all: await all() };
  let peak = before.heap;
  const start = performance.now();
  await page.locator('input[type=file]').setInputFiles(archive);
  while (!(await page.locator('residua-lab').evaluate((lab) => lab.source !== null))) {
    peak = Math.max(peak, await heap());
    await page.waitForTimeout(50);
  }
  const seconds = (performance.now() - start) / 1000;
  const after = await all();
  await page.close();
  return {
    what: 'archive',
    seconds,
    page_heap_growth: peak - before.heap,
    with_workers_growth: after - before.all,
    decoded: DECODED_BYTES,
  };
}

const server = await serve({ port: 0 });
const browser = await launchChromium();
const print = (result) => console.log(JSON.stringify(result));
print(await tasksWhileTraining(browser, server.url));
const [archive] = process.argv.slice(2);
if (archive) print(await memoryOfArchive(browser, server.url, archive));
await browser.close();
server.close();
