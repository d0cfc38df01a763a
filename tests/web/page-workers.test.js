/** The page's own workers, for images and pictures: missing, stuck, or gone. */
import assert from 'node:assert/strict';
import { PNG } from 'pngjs';
import { BATCHES, binaryFiles, madeUpBatch } from '../data/fixtures.js';
import { describeVisits, textOf } from './visit.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./visit.js').Visitor} Visitor */

const TINY = 'images=64&testImages=10&epochs=1&run=plain8';
/** @type {import('./visit.js').Options} */
const BLOCKED = { serviceWorkers: 'block' };

const batches = new Map(BATCHES.map((name, i) => [name, madeUpBatch(i + 1, 32)]));
const images = binaryFiles(batches, '').map(([name, bytes]) => {
  return { name, mimeType: '', buffer: Buffer.from(bytes) };
});
const picture = {
  name: 'mine.png',
  mimeType: 'image/png',
  buffer: PNG.sync.write(new PNG({ width: 8, height: 8 })),
};

const isHere = (/** @type {import('../../web/lab/lab.js').ResiduaLab} */ lab) =>
  lab.source !== null;
/** @param {{ page: Page }} parts */
const panel = ({ page }) => page.locator('[slot=data]:visible');
const problem = (/** @type {Visitor} */ visitor) => panel(visitor).locator('.problem');

/** What the browser says of scripts that the test holds back. @param {Visitor} visitor */
function forgive(visitor) {
  const expected = /registration blocked|Failed to load resource|ERR_FAILED/;
  visitor.complaints = visitor.complaints.filter((one) => !expected.test(one));
}

/** The worker that reads images; undefined between two of them. @param {{ page: Page }} parts */
const workerNow = ({ page }) => page.workers().find((worker) => /data-worker/.test(worker.url()));

/** @param {{ page: Page }} parts */
const workerOf = (parts) => workerNow(parts) ?? assert.fail('no worker reads images');

/** Ends the worker as a lack of memory would: without an event. @param {Visitor} visitor */
const kill = async (visitor) => {
  await workerOf(visitor).evaluate(() => {
    setTimeout(() => self.close(), 0);
  });
};

describeVisits('the worker that reads images', (visit) => {
  visit('is named when it is missing, and begun again', BLOCKED, async (visitor) => {
    await visitor.context.route('**/data-worker.js', (route) => route.abort());
    await visitor.open(TINY);
    await visitor.lab((lab) => lab.openPanel('data'));
    await problem(visitor).waitFor();
    assert.match(await textOf(problem(visitor)), /Could not look for images.*could not start/s);
    await visitor.drop(images);
    await problem(visitor).getByText('This could not be read').waitFor();
    assert.match(
      await textOf(problem(visitor)),
      /The worker that reads images could not start; try again/,
    );
    await visitor.context.unroute('**/data-worker.js');
    await visitor.drop(images);
    await visitor.until(isHere);
    assert.equal(await problem(visitor).count(), 0);
    forgive(visitor);
  });

  visit('is begun again when it has died', {}, async (visitor) => {
    await visitor.open(TINY);
    await visitor.drop(images);
    await visitor.until(isHere);
    const gone = workerOf(visitor);
    await kill(visitor);
    await visitor.untilSo(() => ![gone, undefined].includes(workerNow(visitor)));
    await visitor.trainToTheEnd();
    assert.deepEqual(await visitor.states(), ['finished']);
    await kill(visitor);
    await visitor.lab((lab) => {
      window.sourceBefore = lab.source;
    });
    await visitor.drop(images);
    await visitor.until((lab) => lab.source !== window.sourceBefore);
  });

  visit('that has died takes what was not kept with it', BLOCKED, async (visitor) => {
    await visitor.context.route('**/data-worker.js', async (route) => {
      const response = await route.fetch();
      const denied =
        "navigator.storage.getDirectory = async () => { throw new DOMException('', 'SecurityError'); };";
      await route.fulfill({ response, body: `${await response.text()}\n${denied}` });
    });
    await visitor.open(TINY);
    await visitor.drop(images);
    await visitor.until(isHere);
    await kill(visitor);
    await visitor.until((lab) => lab.source === null && lab.experiment.data === 'synthetic');
    await visitor.lab((lab) => lab.openPanel('data'));
    assert.match(await textOf(problem(visitor)), /in memory only and are lost/);
    forgive(visitor);
  });

  visit(
    'can be cancelled when it is stuck, and is named when it dies',
    BLOCKED,
    async (visitor) => {
      await visitor.context.route('**/data-worker.js', async (route) => {
        const response = await route.fetch();
        const stuck = `Blob.prototype.stream = () => {
        self.isStuck = true;
        return new ReadableStream({ pull: () => new Promise(() => {}) });
      };\n`;
        await route.fulfill({ response, body: stuck + (await response.text()) });
      });
      await visitor.open(TINY);
      await visitor.lab((lab) => lab.openPanel('data'));
      const reading = async () => {
        await visitor.drop(images);
        await visitor.button('Cancel').waitFor();
        await visitor.untilSo(() => workerOf(visitor).evaluate(() => self.isStuck));
      };
      await reading();
      await visitor.button('Cancel').click();
      await visitor.button('Choose files').waitFor();
      assert.equal(await problem(visitor).count(), 0);
      await reading();
      await kill(visitor);
      await problem(visitor).waitFor();
      assert.match(
        await textOf(problem(visitor)),
        /The worker that reads images has stopped; try again/,
      );
      forgive(visitor);
    },
  );
});

describeVisits('the worker that reads pictures', (visit) => {
  for (const [locale, said] of /** @type {[string, RegExp][]} */ ([
    ['en-US', /mine.png could not be read, since a part of this page/],
    ['ko-KR', /mine.png: 페이지의 일부를 불러오지 못했거나/],
  ])) {
    const options = { ...BLOCKED, locale };
    visit(`is named when it is missing, and begun again, ${locale}`, options, async (visitor) => {
      await visitor.context.route('**/residua-picture-worker.js', (route) => route.abort());
      const page = await visitor.context.newPage();
      visitor.page = page;
      await page.goto(`${visitor.url}#chapter=image`);
      const figure = page.locator('residua-image');
      await figure.waitFor();
      await visitor.drop(picture);
      const notice = figure.getByRole('alert');
      await notice.waitFor();
      const text = await textOf(notice);
      assert.match(text, said);
      assert.match(text, /The worker that reads pictures could not start/);
      await visitor.context.unroute('**/residua-picture-worker.js');
      await visitor.drop(picture);
      await visitor.untilSo(() =>
        figure.evaluate((/** @type {any} */ { session }) => session.picture?.name === 'mine.png'),
      );
      assert.equal(await notice.count(), 0);
      forgive(visitor);
    });
  }
});
