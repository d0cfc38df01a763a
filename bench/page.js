/** What the page costs its own thread and its memory. `node bench/page.js ARCHIVE`, after a build,
 * prints also the memory that CIFAR-10's archive takes on its way in. */

import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { launchWholeChromium } from '../tests/chromium.js';
import { serve } from '../web/serve.js';
import { firstVisit, kilobytes } from './first-visit.js';
import { median } from './steady.js';

const SECONDS = 30;
const LONG_MS = 50;
/** What a trace takes to hold the tasks of each thread. */
const TASKS = ['disabled-by-default-devtools.timeline', '__metadata'];
const VISITS = 5;
const DECODED_BYTES = 60000 * 3072 + 60000 * 2;

/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {{ name: string, args: { name?: string }, pid: number, tid: number, tdur?: number }} Event */

/** Tasks of the page's main thread in a trace, in ms of its CPU time, longest first. There may be
 * other renderers, spare ones, which do next to nothing. @param {{ traceEvents: Event[] }} trace */
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

/** @param {Browser} browser @param {string} url */
async function open(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(url);
  await page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('residua-lab'))?.preparation.planned,
  );
  return page;
}

/** @param {Browser} browser @param {string} url */
async function tasksWhileTraining(browser, url) {
  const page = await open(browser, url);
  await browser.startTracing(page, { categories: TASKS });
  await page.getByRole('button', { name: /^Train/ }).click();
  await page.waitForTimeout(SECONDS * 1000);
  const states = await page
    .locator('residua-lab')
    .evaluate((lab) =>
      /** @type {any} */ (lab).rows.map((/** @type {any} */ { run }) => run.state),
    );
  const tasks = mainThreadTasks(JSON.parse((await browser.stopTracing()).toString()));
  await page.close();
  const busy = tasks.reduce((sum, ms) => sum + ms, 0) / SECONDS / 1000;
  return {
    ...{ what: 'tasks', seconds: SECONDS, states, count: tasks.length, busy },
    ...longOf(tasks),
  };
}

/** The field of files, not that of folders nor those of pictures. */
const FILE_FIELD = 'input[type=file]:not([webkitdirectory]):not([name])';

/** What a file of images costs the page on its way in. @param {string} path */
export async function tasksWhileReading(path) {
  const server = await serve({ port: 0 });
  const browser = await launchWholeChromium();
  try {
    const page = await open(browser, server.url);
    const lab = page.locator('residua-lab');
    const images = () =>
      lab.evaluate((one) => {
        const { source } = /** @type {any} */ (one);
        return source ? source.images + source.testImages : null;
      });
    await browser.startTracing(page, { categories: TASKS });
    const start = performance.now();
    await page.locator(FILE_FIELD).first().setInputFiles(path);
    while ((await images()) === null) await page.waitForTimeout(100);
    const seconds = (performance.now() - start) / 1000;
    const tasks = mainThreadTasks(JSON.parse((await browser.stopTracing()).toString()));
    const found = { images: await images(), seconds, count: tasks.length };
    return { what: 'Parquet in the page', ...found, ...longOf(tasks) };
  } finally {
    await browser.close();
    server.close();
  }
}

/** @param {number[]} tasks in ms, the longest first */
function longOf(tasks) {
  return { longest_ms: tasks[0], over_50_ms: tasks.filter((ms) => ms > LONG_MS).length };
}

/** @param {Browser} browser @param {string} url @param {string} archive */
async function memoryOfArchive(browser, url, archive) {
  const page = await open(browser, url);
  const session = await page.context().newCDPSession(page);
  const heap = async () => (await session.send('Runtime.getHeapUsage')).usedSize;
  const all = () =>
    page.evaluate(async () => {
      const { bytes } = await /** @type {any} */ (performance).measureUserAgentSpecificMemory();
      return bytes;
    });
  const before = { heap: await heap(), all: await all() };
  let peak = before.heap;
  const start = performance.now();
  await page.locator(FILE_FIELD).setInputFiles(archive);
  while (
    !(await page.locator('residua-lab').evaluate((lab) => /** @type {any} */ (lab).source !== null))
  ) {
    peak = Math.max(peak, await heap());
    await page.waitForTimeout(50);
  }
  const seconds = (performance.now() - start) / 1000;
  const after = await all();
  await trainOnAll(page);
  const training = await residentBytes(browser);
  const networks = await plannedBytes(page);
  await page.close();
  return [
    {
      what: 'archive',
      seconds,
      page_heap_growth: peak - before.heap,
      with_workers_growth: after - before.all,
      decoded: DECODED_BYTES,
    },
    { what: 'four networks on all images', resident: training, networks, decoded: DECODED_BYTES },
  ];
}

/** The memory of all renderers, in bytes: each page of memory counts once, while the browser's own count
 * has shared memory once for each thread that can see it. Linux only, else null. @param {Browser} browser */
async function residentBytes(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  const sizes = renderers.map(async ({ id }) => {
    const text = await readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => '');
    return 1024 * Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1]);
  });
  const total = (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
  return Number.isNaN(total) ? null : total;
}

/** Trains the default networks on all images, until each has taken a step.
 * @param {import('playwright-core').Page} page */
async function trainOnAll(page) {
  const lab = page.locator('residua-lab');
  await lab.evaluate((element) => {
    const { experiment } = /** @type {any} */ (element);
    const all = { data: 'cifar10', images: 50000, testImages: 10000 };
    Object.assign(element, { experiment: { ...experiment, ...all } });
  });
  await page.getByRole('button', { name: /^Train/ }).click();
  await page.waitForFunction(() => {
    const { rows } = /** @type {any} */ (document.querySelector('residua-lab'));
    return rows.every((/** @type {any} */ { run }) => run.tick !== null);
  });
}

/** What the networks' own memories are planned to take. @param {import('playwright-core').Page} page */
function plannedBytes(page) {
  return page
    .locator('residua-lab')
    .evaluate((element) => /** @type {any} */ (element).preparation.planned.networks);
}

/** @param {Browser} browser */
async function visits(browser) {
  const found = [];
  for (let i = 0; i < VISITS; i++) found.push(await firstVisit(browser));
  return {
    what: 'first visit',
    kilobytes: kilobytes(found[0].files),
    interactive_ms: median(found.map(({ interactiveMs }) => interactiveMs)),
  };
}

/** What the page costs: tasks of the window's thread while the four default networks train, with
 * their charts live, and the first visit. @param {string} [archive] CIFAR-10's */
export async function pageLines(archive) {
  const server = await serve({ port: 0 });
  const browser = await launchWholeChromium();
  try {
    const tasks = await tasksWhileTraining(browser, server.url);
    const visit = await visits(browser);
    const more = archive ? await memoryOfArchive(browser, server.url, archive) : [];
    return { tasks, visit, more };
  } finally {
    await browser.close();
    server.close();
  }
}

const [, script, archive] = process.argv;
if (script && import.meta.url === pathToFileURL(script).href) {
  const { tasks, visit, more } = await pageLines(archive);
  for (const line of [tasks, visit, ...more]) console.log(JSON.stringify(line));
}
