/** <residua-lab> as sites use it: in a page of their own, by attributes, properties and events. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createEngine, writeRun } from 'residua';
import { sendFile } from '../tools/send-file.js';
import { finish } from './api-suite.js';
import { launchChromium, needsChromium } from './chromium.js';
import { listening } from './listening.js';
import { aRun } from './runs.js';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const RECIPE = 'epochs=2&images=320&testImages=64&tier=simd128&threads=1';
const ENDLESS = RECIPE.replace('epochs=2', 'epochs=1000');
const KNOWN = aRun(1, {
  spec: { family: 'residual', depth: 20, width: 16, init: 'he', norm: 'batch', shortcut: 'A' },
  data: { name: 'CIFAR-10', synthetic: false, images: 80 },
  state: 'finished',
});
const HTML = `<!doctype html><html lang="en"><title>A site</title>
  <script type="module" src="residua/element.js"></script><body>`;

describe('the element in a page of one’s own', needsChromium, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('node:http').Server} */
  let server;
  /** @type {string} */
  let origin;
  before(async () => {
    ({ server, url: origin } = await listening((request, response) => {
      response.setHeader('Content-Type', 'text/html');
      if (request.url === '/') response.end(HTML);
      else if (request.url === '/known.json') response.end(writeRun(KNOWN));
      else {
        request.url = request.url?.replace('/residua/', '/');
        response.removeHeader('Content-Type');
        sendFile(request, response, DIST);
      }
    }));
    browser = await launchChromium(['--js-flags=--expose-gc']);
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  /** What went wrong in any page. @type {string[]} */
  const errors = [];

  /** A page with so much in its body, where `window.heard` has what the element has told of.
   * @param {string} body */
  async function pageWith(body) {
    const page = await browser.newPage();
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(origin);
    await page.evaluate(async (html) => {
      await customElements.whenDefined('residua-lab');
      window.heard = [];
      for (const type of ['residua-tick', 'residua-end']) {
        document.addEventListener(type, (/** @type {any} */ { target, detail }) =>
          window.heard.push({ type, id: target.id, ...detail, weights: detail.weights?.size }),
        );
      }
      document.body.innerHTML = html;
    }, body);
    return page;
  }
  /** @param {import('playwright-core').Page} page @param {string} type */
  const heard = (page, type) =>
    page.evaluate((wanted) => window.heard.filter((one) => one.type === wanted), type);
  const close = async (/** @type {import('playwright-core').Page} */ page) => {
    assert.deepEqual(errors, []);
    await page.close();
  };
  /** @param {string} id */
  const lab = (id, attributes = '') => `<residua-lab id="${id}" ${attributes}></residua-lab>`;

  it('takes all the width unless the page has put something beside its figure', async () => {
    const page = await pageWith(`${lab('alone')}
      <residua-lab id="beside"><p>A text of the page.</p></residua-lab>`);
    await page.setViewportSize({ width: 1280, height: 800 });
    const leftOf = (/** @type {string} */ id) =>
      page.locator(`#${id} .right`).evaluate((right) => right.getBoundingClientRect().left);
    assert.ok((await leftOf('alone')) < 20);
    assert.ok((await leftOf('beside')) > 300);
    await close(page);
  });

  it('trains what its attribute says, beside others, and tells of it', async () => {
    const nets = ['resnet8', 'plain8', 'plain14'];
    const page = await pageWith(
      nets.map((name) => lab(name, `experiment="${RECIPE}&run=${name}"`)).join(''),
    );
    await page.evaluate(() =>
      Promise.all(
        [...document.querySelectorAll('residua-lab')].map(async (one) => {
          while (!one.engine) await new Promise((resolve) => setTimeout(resolve, 20));
          await one.train();
        }),
      ),
    );
    const ends = await heard(page, 'residua-end');
    assert.deepEqual(ends.map(({ name }) => name).sort(), nets.toSorted());
    for (const { id, name, state, error, weights, tick } of ends) {
      assert.deepEqual({ id, state, error }, { id: name, state: 'finished', error: null });
      assert.ok(weights > 10e3);
      assert.equal(tick.step, 20);
    }
    const ticks = (await heard(page, 'residua-tick')).filter(({ id }) => id === 'resnet8');
    assert.equal(ticks.filter(({ tick }) => tick.kind === 'epoch').length, 2);
    const here = ends.find(({ name }) => name === 'resnet8')?.tick;
    assert.ok(here);
    assert.deepEqual(ticks.at(-1)?.tick, here);

    const engine = await createEngine({ tier: 'simd128', threads: 1 });
    const data = await engine.synthetic({ images: 320, testImages: 64 });
    const net = await engine.createNet({ family: 'residual', depth: 8, width: 4, seed: 1 });
    /** @type {import('residua').TrainOptions} */
    const recipe = { epochs: 2, batchSize: 32, lr: 0.5, schedule: 'triangle', augment: 'flip' };
    const there = await finish(net, data, { ...recipe, weightDecay: 1e-4, momentum: 0 });
    assert.equal(here.trajectory, there.trajectory);
    engine.dispose();
    await close(page);
  });

  it('stops when asked to, and begins again with another experiment', async () => {
    const page = await pageWith(lab('a', `experiment="${ENDLESS}&run=resnet8"`));
    await page.evaluate(async (other) => {
      const [one] = document.querySelectorAll('residua-lab');
      while (!one.engine) await new Promise((resolve) => setTimeout(resolve, 20));
      one.addEventListener('residua-tick', () => one.stop(), { once: true });
      await one.train();
      one.setAttribute('experiment', other);
      await one.updateComplete;
      await one.train();
    }, `${RECIPE}&run=plain8_width-8`);
    const ends = await heard(page, 'residua-end');
    assert.deepEqual(
      ends.map(({ name, state }) => [name, state]),
      [
        ['resnet8', 'stopped'],
        ['plain8', 'finished'],
      ],
    );
    await close(page);
  });

  it('shows recorded runs by their addresses, and names what is missing', async () => {
    const page = await pageWith(lab('a', 'src="known.json nowhere.json" lang="ko"'));
    await page.locator('.plot [data-mark=recorded]').first().waitFor();
    assert.match(String(await page.locator('.recorded-tag').textContent()), /기록, CIFAR-10/);
    await page.getByText(/404 for nowhere\.json/).waitFor();
    await page.evaluate(() => document.querySelector('residua-lab')?.setAttribute('src', ''));
    await page.locator('.recorded-tag').waitFor({ state: 'detached' });
    await close(page);
  });

  it('trains on images of any count of classes', async () => {
    const page = await pageWith(lab('a', `experiment="${RECIPE}&data=cifar10&run=resnet8"`));
    const found = await page.evaluate(async () => {
      const entry = './residua/index.js';
      const { Dataset } = await import(entry);
      const [one] = document.querySelectorAll('residua-lab');
      const classes = ['red', 'green', 'blue'];
      const pictures = (/** @type {number} */ count) =>
        Array.from({ length: count }, (_, i) => ({
          picture: {
            width: 1,
            height: 1,
            data: Uint8Array.of(0, 0, 0, 255).fill(255, i % 3, (i % 3) + 1),
          },
          label: classes[i % 3],
        }));
      const all = await Dataset.fromImages({
        name: 'colours',
        classes,
        train: pictures(320),
        test: pictures(64),
      });
      const counts = { images: 320, testImages: 64 };
      one.source = {
        name: 'colours',
        synthetic: false,
        classes: 3,
        ...counts,
        take: (few) => all.take(few),
      };
      while (!one.engine) await new Promise((resolve) => setTimeout(resolve, 20));
      await one.train();
      return { error: one.error?.message, rows: one.rows.map(({ run }) => run.state) };
    });
    assert.deepEqual(found, { error: undefined, rows: ['finished'] });
    const [{ tick }] = await heard(page, 'residua-end');
    assert.ok(Number(tick.testError) < 0.1, `${tick.testError}`);
    await close(page);
  });

  it('exports what its declarations name', async () => {
    const page = await pageWith('');
    const exported = await page.evaluate(
      (entry) => import(entry).then(Object.keys),
      './residua/element.js',
    );
    const text = await readFile(new URL('../dist/element.d.ts', import.meta.url), 'utf8');
    const declared = [...text.matchAll(/^export (?:function|class|const) (\w+)/gm)];
    assert.deepEqual(exported.sort(), declared.map(([, name]) => name).sort());
    await close(page);
  });

  it('has the looks that the site gives it', async () => {
    const page = await pageWith(`<style>
      residua-lab { --residua-ink: rgb(1, 2, 3); color-scheme: dark; }
      residua-lab::part(actions) { outline: 3px solid rgb(4, 5, 6); }
    </style>${lab('a')}`);
    await page.locator('.actions').waitFor();
    const look = await page.evaluate(() => {
      const [lab] = document.querySelectorAll('residua-lab');
      const styleOf = (/** @type {string} */ selector) =>
        getComputedStyle(/** @type {Element} */ (lab.shadowRoot?.querySelector(selector)));
      return {
        ink: getComputedStyle(lab).color,
        outline: styleOf('[part~=actions]').outlineColor,
      };
    });
    assert.deepEqual(look, { ink: 'rgb(1, 2, 3)', outline: 'rgb(4, 5, 6)' });
    await close(page);
  });

  it('leaves nothing behind when it is removed', async () => {
    const page = await pageWith('');
    for (let i = 0; i < 5; i++) {
      await page.evaluate(async (text) => {
        const one = document.createElement('residua-lab');
        one.setAttribute('experiment', text);
        one.storageKey = 'removed';
        document.body.append(one);
        while (!one.engine) await new Promise((resolve) => setTimeout(resolve, 20));
        void one.train();
        await new Promise((resolve) =>
          one.addEventListener('residua-tick', resolve, { once: true }),
        );
        one.remove();
        window.labs ??= [];
        window.labs.push(new WeakRef(one));
        window.heard.length = 0;
      }, `${ENDLESS}&run=resnet8&run=plain8`);
    }
    const left = async () =>
      page.evaluate(async () => {
        await globalThis.gc?.({ type: 'major', execution: 'async' });
        await new Promise((resolve) => setTimeout(resolve, 50));
        return window.labs.filter((ref) => ref.deref()).length;
      });
    for (let tries = 0; tries < 100; tries++) {
      if ((await left()) === 0 && page.workers().length === 0) break;
    }
    assert.equal(page.workers().length, 0);
    assert.equal(await left(), 0);
    await close(page);
  });
});
