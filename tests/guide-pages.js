/** The blocks of docs/EMBEDDING.md in Chromium, as they stand: a site that has the package's files in two folders,
 * recorded runs and weights. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pathOf, sendFile } from '../tools/send-file.js';
import { launchChromium, needsChromium } from './chromium.js';
import { listening } from './listening.js';
import { pictureOf } from './web/image-chapter.js';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const MODELS = fileURLToPath(new URL('../models', import.meta.url));
/** By their addresses on the site. @type {Record<string, string>} */
const RENAMED = { '/weights.safetensors': '/resnet20.safetensors' };
/** Opens the workbench on other images, to be trained for a moment. */
const LAB = `<script type="module" src="residua/element.js"></script>
<residua-lab experiment="epochs=1&images=90&testImages=30&run=resnet8"></residua-lab>`;

/** @typedef {{ page: import('playwright-core').Page, asked: string[] }} Visit */

/** Visits a page of this HTML, and asserts that nothing was wrong there and everything found.
 * @param {string} html @param {(visit: Visit) => Promise<void>} look */
async function visited(html, look) {
  /** @type {string[]} */
  const asked = [];
  /** @type {string[]} */
  const wrong = [];
  const { server, url } = await listening((request, response) => {
    const path = pathOf(request);
    asked.push(path);
    response.on('finish', () => response.statusCode >= 400 && wrong.push(`no ${path}`));
    const [, name] = /^\/(?:residua|static|entry)(\/.*)$/.exec(path) ?? [];
    if (path === '/') response.setHeader('Content-Type', 'text/html').end(html);
    else if (name) sendFile(request, response, DIST, name);
    else sendFile(request, response, MODELS, RENAMED[path] ?? path);
  });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => wrong.push(String(error)));
    await page.goto(url);
    await look({ page, asked });
    assert.deepEqual(wrong, []);
  } finally {
    await browser.close();
    server.close();
  }
}

const begin =
  '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>A site</title><body>';
/** @param {string} code */
const script = (code) => `<script type="module">${code}</script>`;

/** Makes the check of a block. @param {(code: string) => string} htmlOf @param {(visit: Visit) => Promise<void>} look */
const inChromium = (htmlOf, look) => ({
  what: 'runs in Chromium',
  skip: needsChromium.skip,
  check: (/** @type {string} */ code) => visited(begin + htmlOf(code), look),
});

/** The page opens the images that its host offers. */
export const offersImages = {
  what: 'runs in Chromium',
  skip: needsChromium.skip,
  check: async (/** @type {string} */ code, /** @type {string} */ folder) => {
    const PAGE = join(DIST, 'page');
    const html = await readFile(join(PAGE, 'index.html'), 'utf8');
    const { server, url } = await listening((request, response) => {
      const asked = pathOf(request);
      if (asked === '/') {
        response.setHeader('Content-Type', 'text/html');
        response.end(html.replace('<head>', `<head>${code}`));
      } else if (asked.startsWith('/data/')) sendFile(request, response, folder, asked.slice(5));
      else sendFile(request, response, PAGE, asked);
    });
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      await page.goto(url);
      await page.waitForFunction(() => {
        const lab = /** @type {any} */ (document.querySelector('residua-lab'));
        return lab?.source?.name === 'flowers';
      });
    } finally {
      await browser.close();
      server.close();
    }
  },
};

/** The engine finds its files where the options say, which is not beside the entry. */
export const placesFiles = inChromium(
  (code) =>
    script(`import { createEngine } from '/entry/worker.js';
const engine = await ${code}
const net = await engine.createNet('plain8');
document.title = net.name;`),
  async ({ page, asked }) => {
    await page.waitForFunction(() => document.title === 'plain8');
    assert.ok(asked.includes('/static/residua-worker.js'), asked.join());
    assert.ok(
      asked.some((path) => /^\/static\/.*\.wasm$/.test(path)),
      asked.join(),
    );
    assert.ok(!asked.some((path) => /^\/entry\/.*\.wasm$/.test(path)), asked.join());
  },
);

export const showsRuns = inChromium(
  (code) => code,
  async ({ page }) => {
    await page.locator('.plot [data-mark=recorded]').nth(1).waitFor();
  },
);

/** The workbench trains on images of the site's own, of three classes, and tells the listeners. */
export const listens = inChromium(
  (code) =>
    LAB +
    script(`import { Dataset } from '/residua/index.js';
const picture = (i) => ({ width: 1, height: 1, data: Uint8Array.of(i, 0, 0, 255) });
const pictures = (count) => Array.from({ length: count }, (_, i) => ({ picture: picture(i), label: i % 3 }));
const parts = { name: 'mine', classes: ['a', 'b', 'c'], train: pictures(900), test: pictures(90) };
const dataset = await Dataset.fromImages(parts);
const lab = document.querySelector('residua-lab');
${code}
lab.addEventListener('residua-end', ({ detail }) => (document.title = detail.state + lab.source.name));
while (!lab.engine) await new Promise((resolve) => setTimeout(resolve, 20));
await lab.train();`),
  async ({ page }) => {
    await page.waitForFunction(() => document.title === 'finishedmine');
  },
);

export const showsPicture = inChromium(
  (code) => code,
  async ({ page, asked }) => {
    await page.getByRole('heading', { name: 'What does it see?' }).waitFor();
    await page.waitForFunction(() => document.querySelector('residua-image')?.engine);
    assert.ok(asked.includes('/weights.safetensors'), asked.join());
  },
);

export const answers = inChromium(
  (code) =>
    `<script type="module" src="residua/image.js"></script>
<residua-image src="weights.safetensors"></residua-image>` +
    script(`await customElements.whenDefined('residua-image');
${code}
const bytes = Uint8Array.from(${JSON.stringify([...pictureOf(50, 40).bytes])});
await picture.take([new File([bytes], 'mine.png')]);`),
  async ({ page }) => {
    await page.waitForFunction(() => /^\w+ \d+ %$/.test(document.title));
  },
);
