/** What the first visit to the page fetches, and when the page can be used. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../tools/process.js';
import { serve } from '../web/serve.js';

const REQUESTS = 'http.server.request.start';
const QUIET_MS = 1000;

/** When the button that trains can be pressed, in ms of the page's own clock; runs in the page. */
function watchButton() {
  const look = () => {
    const button = document
      .querySelector('residua-lab')
      ?.shadowRoot?.querySelector('.actions .primary:not([disabled])');
    if (button) Object.assign(globalThis, { interactiveMs: performance.now() });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** A visit with an empty profile, until the service worker has all that it keeps.
 * @param {import('playwright-core').Browser} browser */
export async function firstVisit(browser) {
  const server = await serve({ port: 0 });
  const context = await browser.newContext();
  /** @type {Set<string>} */
  const paths = new Set();
  const note = (/** @type {any} */ { request }) => void paths.add(request.url);
  subscribe(REQUESTS, note);
  try {
    await context.addInitScript(watchButton);
    const page = await context.newPage();
    await page.goto(server.url);
    await page.waitForFunction(() => 'interactiveMs' in globalThis);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(QUIET_MS);
    const interactiveMs = await page.evaluate(() => /** @type {any} */ (globalThis).interactiveMs);
    return { interactiveMs, files: await packed([...paths]) };
  } finally {
    unsubscribe(REQUESTS, note);
    await context.close();
    server.close();
  }
}

/** Bytes of each file as a host that compresses sends it. @param {string[]} paths */
async function packed(paths) {
  const files = paths.map(async (path) => {
    const file = path === '/' ? 'index.html' : path.replace(/[?#].*/, '');
    const content = await readFile(join(root, 'dist/page', file));
    return { path, bytes: gzipSync(content, { level: 9 }).length };
  });
  return Promise.all(files);
}

/** @param {{ bytes: number }[]} files in KB */
export const kilobytes = (files) => files.reduce((sum, { bytes }) => sum + bytes, 0) / 1000;
