/** The page over a poor network: Chromium's emulation makes it slow, and each file's first connection is reset.
 * Whatever arrives whole is used; what does not comes when the page is asked for again. That data are cut is for
 * get-data.test.js. */
import assert from 'node:assert/strict';
import { describeVisits } from './visit.js';

/** @typedef {import('./visit.js').Visitor} Visitor */

const TINY = 'images=64&testImages=10&epochs=1&run=plain8';
/** As a telephone far from its mast: bytes a second, and ms to the server and back. */
const SLOW = { download: 200000, latency: 300 };
/** Of the page's files, each of which fails so often before it arrives. */
const CUTS = 1;
/** The browser says of each cut what it is. */
const EXPECTED = /Failed to load resource|net::ERR|ERR_FAILED|registration blocked/;

describeVisits('a poor network', (visitAny) => {
  /** @param {Visitor} visitor @param {{ download: number, latency: number }} speed */
  async function slowDown({ context, page }, { download, latency }) {
    const session = await context.newCDPSession(page);
    await session.send('Network.emulateNetworkConditions', {
      ...{ offline: false, latency, downloadThroughput: download, uploadThroughput: download },
    });
  }

  /** @param {string} name @param {(visitor: Visitor) => Promise<unknown>} work */
  const visit = (name, work) =>
    visitAny(name, { serviceWorkers: 'block' }, async (visitor) => {
      visitor.page = await visitor.context.newPage();
      await work(visitor);
      visitor.complaints = visitor.complaints.filter((one) => !EXPECTED.test(one));
    });

  visit('that is slow brings the page, its modules and a recorded network', async (visitor) => {
    await slowDown(visitor, SLOW);
    await visitor.page.goto(`${visitor.url}#${TINY}`);
    await visitor.page.locator('residua-lab table').first().waitFor();
    await visitor.until((lab) => lab.preparation.planned !== null);
    await visitor.trainToTheEnd();
    assert.deepEqual(await visitor.states(), ['finished']);
    await visitor.page.goto(`${visitor.url}#chapter=image`);
    const figure = visitor.page.locator('residua-image');
    await visitor.untilSo(() =>
      figure.evaluate((/** @type {any} */ { session }) => Boolean(session?.probabilities)),
    );
  });

  visit('that cuts each file of the page once brings it by being asked again', async (visitor) => {
    /** @type {Map<string, number>} */
    const cuts = new Map();
    await visitor.context.route(/\.(js|css|wasm|json)$/, (route) => {
      const { pathname } = new URL(route.request().url());
      const before = cuts.get(pathname) ?? 0;
      cuts.set(pathname, before + 1);
      return before < CUTS ? route.abort('connectionreset') : route.continue();
    });
    const isReady = () =>
      visitor.page.evaluate(() => {
        const lab = /** @type {any} */ (document.querySelector('residua-lab'));
        return Boolean(lab?.preparation?.planned);
      });
    // Files come in turns: each visit gets one link of the chain farther.
    for (let visits = 0; visits < 40 && !(await isReady()); visits++) {
      await visitor.page.goto('about:blank');
      await visitor.page.goto(`${visitor.url}#${TINY}`);
      await visitor.page.waitForLoadState('networkidle');
    }
    assert.ok(await isReady(), `${cuts.size} files were asked for`);
    await visitor.trainToTheEnd();
    assert.deepEqual(await visitor.states(), ['finished']);
  });
});
