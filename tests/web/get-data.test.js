/** CIFAR-10 by one press on the page: nothing is asked for before, what arrives is trained on, and whatever
 * goes wrong is said in plain words and loses nothing. The publisher is two local servers. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openDataset } from '../../web/lib/index.js';
import { Pace } from '../../web/page/data/pace.js';
import { serve } from '../../web/serve.js';
import { launchChromium, needsChromium } from '../chromium.js';
import { publishedCifar10, serveOrigins, skipWithoutCifar10 } from '../origins.js';
import { textOf, Visitor } from './visit.js';

const TWO = 'epochs=1&images=320&testImages=64&run=plain20&run=resnet20';
const PATHS = ['train', 'test'].map((part) => `cifar10/plain_text/${part}-00000-of-00001.parquet`);
/** Of the right names, but no Parquet. */
const WRONG = new Map(PATHS.map((path) => [path, new Uint8Array(80000).fill(7)]));
const GET = /^Get CIFAR-10 \(137\sMB, from /;

describe('the time that is left', () => {
  it('follows from the mean pace, from the start again after a cut', () => {
    const pace = new Pace();
    assert.equal(pace.secondsLeft(0, 0, 100), undefined);
    assert.equal(pace.secondsLeft(2000, 20, 100), 8);
    assert.equal(pace.secondsLeft(4000, 80, undefined), undefined);
    assert.equal(pace.secondsLeft(5000, 0, 100), undefined);
    assert.equal(pace.secondsLeft(6000, 50, 100), 1);
  });
});

describe('CIFAR-10 by one press', needsChromium, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser?.close());

  /** @typedef {{ files?: () => Promise<Map<string, Uint8Array>>, troubles?: object[],
   *   skip?: boolean | string }} Setting */

  /** A visit to a page whose mirror has these files and troubles. What it asks of the mirror is no reason to
   * complain, once the button has been pressed.
   * @param {string} title @param {Setting} setting
   * @param {(visitor: Visitor, origins: Awaited<ReturnType<typeof serveOrigins>>) => Promise<unknown>} work */
  const visit = (title, { files = async () => WRONG, troubles = [], skip = false }, work) =>
    it(title, { skip }, async () => {
      const origins = await serveOrigins(await files(), [...troubles]);
      const server = await serve({ port: 0, source: origins.url, redirects: [origins.storeUrl] });
      const visitor = await Visitor.arrive(browser, server.url);
      try {
        await visitor.open(TWO);
        assert.deepEqual([origins.seen, visitor.complaints], [[], []], 'before the press');
        await work(visitor, origins);
      } finally {
        origins.close();
        server.close();
      }
      const ownMirror = [origins.url, origins.storeUrl, 'Failed to load resource'];
      visitor.complaints = visitor.complaints.filter(
        (one) => !ownMirror.some((mine) => one.includes(mine)),
      );
      await visitor.leave();
    });

  /** @param {Visitor} visitor @param {string} selector */
  const text = (visitor, selector) => textOf(visitor.page.locator(`div.aside ${selector}`));

  /** The button is back, the words are right, and training goes on with what there was.
   * @param {Visitor} visitor @param {RegExp} words */
  async function saysAndLosesNothing(visitor, words) {
    await visitor.page.locator('div.aside .problem').waitFor();
    assert.match(await text(visitor, '.problem'), words);
    assert.equal(await visitor.button(GET).isEnabled(), true);
    assert.equal(await visitor.lab(({ source }) => source), null);
    assert.deepEqual(await visitor.violations(), []);
    await visitor.trainToTheEnd();
    assert.deepEqual(await visitor.states(), ['finished', 'finished']);
    assert.match(await textOf(visitor.page.locator('figcaption')), /320 synthetic images/);
  }

  visit('says what is not CIFAR-10, and trains on as before', {}, async (visitor, origins) => {
    await visitor.button(GET).click();
    const words = /has not arrived.*try again.*Nothing that was here is lost.*is not CIFAR-10/s;
    await saysAndLosesNothing(visitor, words);
    assert.equal(origins.seen.length, 4);
    assert.ok(origins.seen.every((line) => / GET /.test(line)));
  });

  visit('says what is not there', { files: async () => new Map() }, async (visitor) => {
    await visitor.button(GET).click();
    await saysAndLosesNothing(visitor, /is not there \(the server answered 404\)/);
  });

  const cut = { cut: 30000 };
  visit('is given up after a few cuts', { troubles: [cut, cut, cut] }, async (visitor, origins) => {
    await visitor.button(GET).click();
    await saysAndLosesNothing(visitor, /has not arrived.*could not be fetched/s);
    assert.equal(origins.seen.length, 6);
  });

  const troubles = [cut, { stall: true }];
  visit('says that a cut file starts again; Cancel ends it', { troubles }, async (visitor) => {
    await visitor.button(GET).click();
    await visitor.page
      .locator('div.aside')
      .getByText(/cut, so this file started again/)
      .waitFor();
    assert.match(await text(visitor, '.again'), /started again/);
    await visitor.page.locator('div.aside').getByRole('button', { name: 'Cancel' }).click();
    await visitor.button(GET).waitFor();
    assert.equal(await visitor.page.locator('div.aside .problem').count(), 0);
    assert.equal(await visitor.page.locator('div.aside progress').count(), 0);
    await visitor.button(GET).click();
    await saysAndLosesNothing(visitor, /is not CIFAR-10/);
  });

  visit(
    'shows how much has arrived while it is slow',
    { troubles: [{ stall: true }] },
    async (visitor) => {
      await visitor.button(GET).click();
      await visitor.page
        .locator('div.aside')
        .getByText(/Fetching CIFAR-10: \d+\s%/)
        .waitFor();
      assert.match(await text(visitor, '.progress'), /of 137\sMB/);
      await visitor.page.locator('#data-chip', { hasText: 'Images arriving' }).waitFor();
      assert.deepEqual(await visitor.violations(), []);
      await visitor.page.locator('div.aside').getByRole('button', { name: 'Cancel' }).click();
      await visitor.button(GET).waitFor();
    },
  );

  visit('says that the device is offline, in Korean too', {}, async (visitor, origins) => {
    origins.close();
    await visitor.context.setOffline(true);
    await visitor.button(GET).click();
    await visitor.page.locator('div.aside .problem').waitFor();
    assert.match(await text(visitor, '.problem'), /this device is offline.*press the button again/);
    await visitor.page.locator('#lang').selectOption('ko');
    assert.match(await text(visitor, '.problem'), /오프라인 상태라/);
    assert.match(await text(visitor, 'button.get'), /^CIFAR-10 받기\(137\sMB, .*에서\)$/);
    await visitor.page.locator('#lang').selectOption('en');
    await visitor.context.setOffline(false);
    await saysAndLosesNothing(visitor, /this device is offline/);
  });

  visit('is asked of one place alone, which the policy allows', {}, async (visitor, { url }) => {
    const refused = await visitor.page.evaluate(async (mirror) => {
      // The header refuses, and so does the page's head.
      const seen = new Set();
      const both = new Promise((resolve) => {
        addEventListener('securitypolicyviolation', ({ blockedURI }) => {
          if (seen.add(blockedURI).size === 2) resolve([...seen]);
        });
      });
      for (const address of [mirror, 'https://huggingface.co/', 'http://127.0.0.1:9/']) {
        await fetch(address, { mode: 'no-cors' }).catch(() => {});
      }
      return both;
    }, `${url}/nothing`);
    assert.deepEqual(refused, ['https://huggingface.co/', 'http://127.0.0.1:9/']);
    visitor.complaints = visitor.complaints.filter(
      (one) => !/huggingface|127\.0\.0\.1:9/.test(one),
    );
  });

  const files = async () => publishedCifar10(await openDataset(String(process.env.CIFAR10)));
  const whole = { files, troubles: [{ cut: 10e6 }], skip: skipWithoutCifar10 };
  visit(
    'ends in training on photographs, now and at the next visit',
    whole,
    async (visitor, origins) => {
      await visitor.button(GET).click();
      await visitor.until(({ source }) => source !== null);
      const counts = await visitor.lab(({ source }) => [
        source?.name,
        source?.images,
        source?.testImages,
      ]);
      assert.deepEqual(counts, ['CIFAR-10', 50000, 10000]);
      await visitor.until((lab) => lab.ready && lab.preparation.planned);
      await visitor.trainToTheEnd();
      assert.deepEqual(await visitor.states(), ['finished', 'finished']);
      assert.match(await textOf(visitor.page.locator('figcaption')), /320 CIFAR-10 images/);
      assert.equal(await visitor.button(GET).count(), 0);
      const asked = origins.seen.length;
      await visitor.open(TWO);
      await visitor.until(({ source }) => source?.images === 50000);
      assert.equal(await visitor.button(GET).count(), 0);
      assert.equal(origins.seen.length, asked);
    },
  );
});
