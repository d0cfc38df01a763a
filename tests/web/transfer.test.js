/** That a first visit stays small; not how long it takes. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { firstVisit, kilobytes } from '../../bench/first-visit.js';
import { launchChromium, needsChromium } from '../chromium.js';

const MOST_KILOBYTES = 400;

describe('the first visit', needsChromium, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser?.close());

  it(`transfers at most ${MOST_KILOBYTES} KB, what is kept for later included`, async () => {
    const { files } = await firstVisit(browser);
    const fetched = files.map(({ path }) => path);
    for (const part of [
      /^\/$/,
      /main\.js$/,
      /residua-worker\.js$/,
      /relaxed\.wasm$/,
      /relaxed-threads\.wasm$/,
    ]) {
      assert.ok(
        fetched.some((path) => part.test(path)),
        `${part} in ${fetched.join(' ')}`,
      );
    }
    const total = kilobytes(files);
    assert.ok(total <= MOST_KILOBYTES, `${total} KB: ${JSON.stringify(files)}`);
  });
});
