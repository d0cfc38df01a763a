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
import { PATIENCE, untilYes } from './patience.js';

const SHOTS = fileURLToPath(new URL('../../build/screenshots/', import.meta.url));

/** @typedef {import('../../web/lab/lab.js').ResiduaLab} ResiduaLab */
/** @typedef {import('playwright-core').BrowserContextOptions} ContextOptions */
/** Of the window, and of the browser as playwright has it.
 * @typedef {Omit<ContextOptions, 'colorScheme'> & { width?: number, height?: number,
 *   colorScheme?: string }} Options */

/** All text in an element, seen or not. @param {import('playwright-core').Locator} locator */
export const textOf = async (locator) => (await locator.textContent()) ?? '';

/** Where an element that is seen stands. @param {import('playwright-core').Locator} locator */
export const boxOf = async (locator) => (await locator.boundingBox()) ?? assert.fail(`${locator}`);

/** No workbench of the page looks how fast the machine is. @param {Element} lab */
function stopSamples(lab) {
  const { planner } = /** @type {ResiduaLab} */ (lab);
  Object.getPrototypeOf(planner).sample = async () => {};
}

/** One visitor, with a browser profile of their own. */
export class Visitor {
  /** What the page should not have said or done. @type {string[]} */
  complaints = [];
  /** Whether the page looks how fast the machine is, as soon as it is idle: seconds of all cores. */
  samples = false;
  /** @type {import('playwright-core').Page | undefined} */
  #page;

  /** @param {import('playwright-core').Browser} browser @param {string} url
   * @param {Options} [options] */
  static async arrive(browser, url, options = {}) {
    const { width = 1280, height = 800, ...more } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      .../** @type {ContextOptions} */ (more),
    });
    return new Visitor(context, url);
  }

  /** @param {import('playwright-core').BrowserContext} context @param {string} url */
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

  /** The page that is open. */
  get page() {
    assert.ok(this.#page, 'no page is open');
    return this.#page;
  }

  set page(page) {
    this.#page = page;
  }

  /** Opens the page, which is ready when its engine is. */
  async open(hash = '', { ready = true } = {}) {
    await this.#page?.close();
    return this.openAnother(hash, { ready });
  }

  /** Opens the page in another tab, which is the visitor's from now on. */
  async openAnother(hash = '', { ready = true } = {}) {
    this.page = await this.context.newPage();
    await this.page.goto(`${this.url}#${hash}`);
    await this.page.locator('residua-lab table').first().waitFor();
    if (ready) await this.until((lab) => lab.preparation.planned !== null);
    if (!this.samples) await this.page.locator('residua-lab').first().evaluate(stopSamples);
    return this.page;
  }

  /** The workbench of the chapter that is shown. */
  get shown() {
    return this.page.locator('section:not([hidden]) > residua-lab');
  }

  /** What `ask` says of it. @template R @template [A=undefined]
   * @param {(lab: ResiduaLab, argument: A) => R} ask runs in the page @param {A} [argument]
   * @returns {Promise<Awaited<R>>} */
  lab(ask, argument) {
    return this.shown.evaluate(/** @type {any} */ (ask), argument);
  }

  /** Waits until it says yes. @template [A=undefined]
   * @param {(lab: ResiduaLab, argument: A) => unknown} ask @param {A} [argument] */
  until(ask, argument) {
    return this.untilSo(() => this.lab(ask, argument), ask);
  }

  /** Waits until `ask`, which may look anywhere, says yes.
   * @param {() => unknown} ask @param {unknown} [name] */
  untilSo(ask, name = ask) {
    return untilYes(ask, name);
  }

  /** @param {string | RegExp} name */
  button(name) {
    return this.page.getByRole('button', { name });
  }

  /** Waits until the runs have these states. @param {string[]} wanted */
  async statesAre(...wanted) {
    const isSo = async () => isDeepStrictEqual(await this.states(), wanted);
    await this.untilSo(isSo, `runs that are ${wanted}`).catch(async () =>
      assert.deepEqual(await this.states(), wanted),
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

  /** Drops files on the page as a hand would: names with contents, or paths.
   * @param {Parameters<import('playwright-core').Page['setInputFiles']>[1]} files */
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
      for (const file of input.files ?? []) dataTransfer.items.add(file);
      input.remove();
      for (const type of ['dragover', 'drop']) {
        const target = document.querySelector('h1');
        target?.dispatchEvent(
          new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }),
        );
      }
    });
  }

  /** What axe finds wrong, as rule and element. */
  async violations() {
    await this.page.evaluate(axe.source);
    return this.page.evaluate(async () => {
      /** @type {import('axe-core').AxeResults} */
      const { violations } = await /** @type {any} */ (globalThis).axe.run();
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

  /** For people to look at: build/screenshots/NAME.png, of the whole page or what is seen.
   * @param {string} name */
  async shoot(name, whole = true) {
    await mkdir(SHOTS, { recursive: true });
    const seen = this.page.viewportSize();
    assert.ok(seen);
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

/** Makes a test of one visitor, who has nothing to complain of in the end.
 * @typedef {(name: string, options: Options & { skip?: boolean | string },
 *   work: (visitor: Visitor) => Promise<unknown>) => void} Visit */

/** Tests that visit the served page.
 * @param {string} title @param {(visit: Visit) => void} define @param {string[]} [flags] the browser's */
export function describeVisits(title, define, flags) {
  describe(title, needsChromium, () => {
    /** @type {import('playwright-core').Browser} */
    let browser;
    /** @type {Awaited<ReturnType<typeof serve>>} */
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
