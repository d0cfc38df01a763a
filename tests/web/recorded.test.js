/** Recorded runs on the page: a page that was built with some, made up here, and one without. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeRun } from 'residua';
import { serve } from '../../web/serve.js';
import { launchChromium, needsChromium } from '../chromium.js';
import { aRun } from '../runs.js';
import { textOf, Visitor } from './visit.js';

const PAGE = fileURLToPath(new URL('../../dist/page', import.meta.url));
/** @type {Record<string, number>} */
const NETS = { plain20: 0, plain56: 1, resnet20: 2, resnet56: 3 };

/** By folder. @type {Record<string, Partial<import('residua').Recipe>>} */
const RECIPES = {
  '': { epochs: 3, schedule: 'step' },
  'paper/': { epochs: 6, schedule: 'paper' },
  'own/': { epochs: 4, schedule: 'triangle' },
};

/** A copy of the page that has the recorded runs `names`, whose layers respond with 2 and 1. Those of paper/ are
 * longer and have the paper's schedule, those of own/ a recipe of their own. @param {string[]} names */
async function pageWith(names) {
  const page = await mkdtemp(join(tmpdir(), 'residua-recorded-'));
  await cp(PAGE, page, { recursive: true });
  const build = (await readdir(page)).find((name) => name.startsWith('build-'));
  await mkdir(join(page, 'models'), { recursive: true });
  /** @type {Record<string, { run: string, layers: string }>} */
  const index = {};
  for (const name of names) {
    const [, prefix, digits] = /^(?:.*\/)?(plain|resnet)(\d+)$/.exec(name) ?? [];
    const family = prefix === 'plain' ? 'plain' : 'residual';
    const depth = Number(digits);
    const recipe = RECIPES[name.replace(/[^/]*$/, '')];
    const run = aRun(NETS[`${prefix}${digits}`], {
      spec: { family, depth, width: 16, init: 'he', norm: 'batch', shortcut: 'A' },
      recipe: { ...recipe, batchSize: 16 },
      data: { name: 'CIFAR-10', synthetic: false, images: 80 },
      state: 'finished',
    });
    const layers = Array.from({ length: depth - 1 }, (_, i) => ({
      ...{ name: `${i}`, response_mean: 0, response_std: family === 'plain' ? 2 : 1 },
      ...{ activation_rms: 1, residual_ratio: family === 'residual' && i % 2 === 1 ? 0.5 : null },
    }));
    const file = `models/${name.replace('/', '-')}`;
    await writeFile(join(page, `${file}.json`), writeRun(run));
    await writeFile(join(page, `${file}.layers.json`), JSON.stringify({ layers }));
    index[name] = { run: `../${file}.json`, layers: `../${file}.layers.json` };
  }
  await writeFile(join(page, String(build), 'models.json'), JSON.stringify(index));
  return page;
}

describe('recorded runs on the page', needsChromium, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser?.close());

  /** @param {string} title @param {string[]} names
   * @param {(visitor: Visitor) => Promise<unknown>} work */
  const visit = (title, names, work) =>
    it(title, async () => {
      const page = await pageWith(names);
      const server = await serve({ port: 0, page });
      const visitor = await Visitor.arrive(browser, server.url);
      try {
        await work(visitor);
        await visitor.leave();
      } finally {
        server.close();
        await rm(page, { recursive: true });
      }
    });
  /** @param {Visitor} visitor @param {string} name */
  const marks = (visitor, name) => visitor.shown.locator(`.plot [data-mark=${name}] path`);
  const texts = (/** @type {Visitor} */ visitor) => textOf(visitor.shown.locator('.plot'));

  visit('are there at once, faded later, and can be hidden', Object.keys(NETS), async (visitor) => {
    const page = await visitor.open('epochs=1&images=64&testImages=10&run=plain8');
    await marks(visitor, 'recorded').first().waitFor();
    assert.equal(await marks(visitor, 'recorded').count(), 8);
    assert.match(await textOf(page.locator('.recorded-tag')), /^recorded, CIFAR-10$/);
    assert.match(await textOf(page.locator('figcaption')), /Recorded earlier on CIFAR-10/);
    for (const text of ['paper: resnet20  8.75', 'paper: resnet56  6.97', 'iteration']) {
      assert.ok((await texts(visitor)).includes(text), text);
    }
    assert.equal(await visitor.shown.locator('.plot [data-mark=reference] > *').count(), 2);
    const rows = page.locator('table.recorded tbody tr');
    assert.equal(await rows.count(), 4);
    assert.match(await textOf(rows.filter({ hasText: 'resnet56' })), /6\.97/);
    assert.deepEqual(await visitor.violations(), []);

    await visitor.trainToTheEnd();
    assert.equal(await marks(visitor, 'line').count(), 2);
    assert.equal(await marks(visitor, 'recorded').count(), 8);
    assert.match(await textOf(page.locator('.recorded-tag')), /^faded: recorded/);
    assert.equal(await textOf(page.locator('.tag')), 'synthetic data');
    assert.ok((await texts(visitor)).includes('percent of each run'));
    await page.locator('.figure-tools summary').click();
    await page.getByRole('checkbox', { name: /recorded runs/ }).uncheck();
    await marks(visitor, 'recorded').first().waitFor({ state: 'detached' });
    assert.equal(await visitor.shown.locator('.plot [data-mark=reference]').count(), 0);
    assert.ok((await texts(visitor)).includes('iteration'));
  });

  visit('show what their layers respond with', Object.keys(NETS), async (visitor) => {
    const page = await visitor.open('chapter=branches');
    await marks(visitor, 'recorded').first().waitFor({ state: 'attached' });
    assert.equal(await marks(visitor, 'recorded').count(), 10);
    const description = await page.locator('.plot svg').getAttribute('aria-description');
    assert.match(String(description), /plain56, recorded: 2.00 on average/);
    assert.match(String(description), /resnet56, recorded: 1.00 on average/);
    assert.match(await textOf(page.locator('figcaption')), /trained on CIFAR-10/);
  });

  const longer = [...Object.keys(NETS), 'paper/plain20', 'paper/plain56', 'own/resnet20'];
  visit('with the paper’s schedule are rows of the table, not curves', longer, async (visitor) => {
    const page = await visitor.open();
    await marks(visitor, 'recorded').first().waitFor();
    assert.equal(await marks(visitor, 'recorded').count(), 8);
    const rows = page.locator('table.recorded tbody tr').filter({ hasText: 'plain56' });
    assert.deepEqual(await rows.locator('td:nth-of-type(1)').allTextContents(), ['3', '6']);
    const told = 'In the runs of 6 epochs (30 iterations) of plain20 and plain56 the learning rate';
    assert.equal(await page.getByText(told).count(), 1);
    const own = page.getByText('The resnet20 of 4 epochs (20 iterations) has a recipe of its own:');
    assert.match(await textOf(own), /: .*schedule triangle, .*\.$/);
  });

  visit('need not be there', [], async (visitor) => {
    const page = await visitor.open();
    await page.getByText('The curves will appear here.').waitFor();
    assert.equal(await page.locator('.recorded-tag').count(), 0);
    assert.equal(await page.locator('table.recorded').count(), 0);
    assert.equal(await page.locator('input[name=recorded]').count(), 0);
  });
});
