/** Visits to the built page in a real Chromium, watched for complaints and foreign requests. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import axe from 'axe-core';
import { serve } from '../../web/serve.js';
import { launchChromium, needsChromium } from '../chromium.js';

const SHOTS = fileURLToPath(new URL('../../build/screenshots/', import.meta.url));
const PATIENCE = 120000;
const POLL = 50;

/** One visitor, with a browser profile of their own. */
export class Visitor {
  /** What the page should not have said or done. */
  complaints = [];

  /** @param {import('playwright-core').Browser} browser */
  static async arrive(browser, url, options = {}) {
    const { width = 1280, height = 800, ...more } = options;
    const context = await browser.newContext({ viewport: { width, height }, ...more });
    return new Visitor(context, url);
  }

  constructor(context, url) {
    this.context = context;
    this.url = url;
    context.setDefaultTimeout(PATIENCE);
    context.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      const local = origin === new URL(url).origin || ['blob:', 'data:'].includes(protocol);
      if (!local) this.complaints.push(`request to ${request.url()}`);
    });
    context.on('response', (response) => {
      if (!response.ok()) this.complaints.push(`${response.status()} for ${response.url()}`);
    });
    context.on('console', (message) => this.complaints.push(message.text()));
    context.on('weberror', (error) => this.complaints.push(String(error.error())));
  }

  /** Opens the page, which is ready when its engine is. */
  async open(hash = '', { ready = true } = {}) {
    await this.page?.close();
    this.page = await this.context.newPage();
    await this.page.goto(`${this.url}#${hash}`);
    await this.page.locator('residua-lab table').first().waitFor();
    if (ready) await this.until((lab) => lab.preparation.planned !== null);
    return this.page;
  }

  /** The workbench of the chapter that is shown. */
  get shown() {
    return this.page.locator('section:not([hidden]) > residua-lab');
  }

  /** What `ask` says of it. */
  lab(ask, argument) {
    return this.shown.evaluate(ask, argument);
  }

  /** Waits until it says yes. */
  until(ask, argument) {
    return this.untilSo(() => this.lab(ask, argument), ask);
  }

  /** Waits until `ask`, which may look anywhere, says yes. */
  async untilSo(ask, /** @type {unknown} */ name = ask) {
    for (let waited = 0; waited < PATIENCE; waited += POLL) {
      if (await ask()) return;
      await this.page.waitForTimeout(POLL);
    }
    assert.fail(`${name} has not come true`);
  }

  button(name) {
    return this.page.getByRole('button', { name });
  }

  /** Waits until the runs have these states. */
  statesAre(...wanted) {
    return this.untilSo(
      async () => isDeepStrictEqual(await this.states(), wanted),
      `runs that are ${wanted}`,
    );
  }

  states() {
    return this.lab((lab) => lab.rows.map(({ run }) => run.state));
  }

  async trainToTheEnd() {
    await this.shown.locator('.actions .primary').click();
    await this.ended();
  }

  /** Waits until training has ended and the page shows it. */
  async ended() {
    await this.until((lab) => lab.state === 'idle');
    await this.shown
      .locator('.actions .primary')
      .getByText(/^\s*(Train|여기서|다시)/)
      .waitFor();
  }

  /** The numbers of the data table, a list for each epoch. */
  async tickTable() {
    const numbers = this.shown.locator('details.numbers');
    if (!(await numbers.getAttribute('open').then((open) => open !== null))) {
      await numbers.locator('summary').click();
    }
    await numbers.locator('tbody tr').first().waitFor();
    const rows = await numbers.locator('tbody tr').all();
    return Promise.all(
      rows.map(async (row) => (await row.locator('td').allTextContents()).map(Number)),
    );
  }

  /** Drops files on the page as a hand would: names with contents, or paths. */
  async drop(files) {
    await this.page.evaluate(() => {
      const input = Object.assign(document.createElement('input'), {
        type: 'file',
        multiple: true,
      });
      input.id = 'dropped';
      input.hidden = true;
      document.body.append(input);
    });
    await this.page.setInputFiles('#dropped', files);
    await this.page.evaluate(() => {
      const input = /** @type {HTMLInputElement} */ (document.querySelector('#dropped'));
      const dataTransfer = new DataTransfer();
      for (const file of input.files) dataTransfer.items.add(file);
      input.remove();
      for (const type of ['dragover', 'drop']) {
        const target = document.querySelector('h1');
        target.dispatchEvent(
          new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }),
        );
      }
    });
  }

  /** What axe finds wrong, as rule and element. */
  async violations() {
    await this.page.evaluate(axe.source);
    return this.page.evaluate(async () => {
      const { violations } = await globalThis.axe.run();
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
      );
    });
  }

  /** Nothing is wider than the window. */
  async checkWidth() {
    const { scrollWidth, clientWidth } = await this.page.evaluate(() => {
      const { scrollWidth: all, clientWidth: seen } = document.documentElement;
      return { scrollWidth: all, clientWidth: seen };
    });
    assert.ok(scrollWidth <= clientWidth, `${scrollWidth} px of page in ${clientWidth} px`);
  }

  /** For people to look at: build/screenshots/NAME.png, of the whole page or what is seen. */
  async shoot(name, whole = true) {
    await mkdir(SHOTS, { recursive: true });
    const seen = this.page.viewportSize();
    await this.page.evaluate(() => scrollTo(0, 0));
    const height = await this.page.evaluate(() => document.documentElement.scrollHeight);
    if (whole) await this.page.setViewportSize({ ...seen, height });
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`) });
    await this.page.setViewportSize(seen);
  }

  async leave() {
    // A worker that is begun again may be fetching its script.
    await this.context.unrouteAll({ behavior: 'ignoreErrors' });
    await this.context.close();
    assert.deepEqual(this.complaints, []);
  }
}

/** Tests that visit the served page. `define` is given what makes a test of one visitor, who has
 * nothing to complain of in the end. `flags` are the browser's. */
export function describeVisits(title, define, flags) {
  describe(title, needsChromium, () => {
    let browser;
    let server;
    before(async () => {
      server = await serve({ port: 0 });
      browser = await launchChromium(flags);
    });
    after(async () => {
      await browser?.close();
      server?.close();
    });
    define((name, { skip = false, ...options }, work) =>
      it(name, { skip }, async () => {
        const visitor = await Visitor.arrive(browser, server.url, options);
        await work(visitor);
        await visitor.leave();
      }));
  });
}
