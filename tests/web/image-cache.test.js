/** Images that are kept in the browser: several sets, several tabs, files that were cut off or damaged. */
import assert from 'node:assert/strict';
import { BATCHES, binaryFiles, madeUpBatch, tarGz } from '../data/fixtures.js';
import { crash } from './survival.js';
import { describeVisits } from './visit.js';

/** @typedef {import('./visit.js').Visitor} Visitor */
/** @typedef {import('playwright-core').Page} Page */

const TWO = 'images=64&testImages=16&batchSize=16&epochs=2&run=plain8&run=resnet8';

/** Images that a seed decides: 160 for training and 32 for the test. @param {number} seed */
async function archive(seed) {
  const batches = new Map(BATCHES.map((name, i) => [name, madeUpBatch(seed + i, 32)]));
  const buffer = Buffer.from(await tarGz(binaryFiles(batches)));
  return { name: 'cifar-10-binary.tar.gz', mimeType: 'application/gzip', buffer };
}

const isHere = (/** @type {import('../../web/lab/lab.js').ResiduaLab} */ lab) =>
  lab.source !== null;

/** @param {Visitor} visitor @param {number} seed */
const bring = async (visitor, seed) => {
  await visitor.lab((lab) => {
    window.sourceBefore = lab.source;
  });
  await visitor.drop(await archive(seed));
  await visitor.until((lab) => lab.source !== window.sourceBefore);
};

/** Goes on in another tab, and gives what leads back to this one.
 * @param {Visitor} visitor @param {string} hash */
async function openTab(visitor, hash) {
  const { page: first } = visitor;
  const second = await visitor.openAnother(hash);
  return {
    first: () => {
      visitor.page = first;
    },
    second: () => {
      visitor.page = second;
    },
  };
}

/** All images of the set that the tab uses. @param {Visitor} visitor */
const imagesIn = (visitor) =>
  visitor.lab(async ({ source }) => {
    if (!source) throw new Error('the page has no images');
    const { train, test } = await source.take({ images: 160, testImages: 32 });
    return [train, test].map(({ images, labels }) => [[...labels], images.join('')]);
  });

/** @param {{ page: Page }} parts */
const panelText = ({ page }) =>
  page.locator('[slot=data]:visible').evaluate((slot) => slot.textContent.replace(/\s+/g, ' '));

/** Names of files of images, and whether that of an earlier version is there.
 * @param {{ page: Page }} parts */
const files = ({ page }) =>
  page.evaluate(async () => {
    const found = [];
    const root = await navigator.storage.getDirectory();
    for await (const name of root.keys()) if (name !== 'residua') found.push(name);
    try {
      const folder = await (await root.getDirectoryHandle('residua')).getDirectoryHandle(
        'datasets',
      );
      for await (const name of folder.keys()) found.push(name);
    } catch {}
    return found;
  });

const trainsAll = async (/** @type {Visitor} */ visitor) => {
  await visitor.trainToTheEnd();
  assert.deepEqual(await visitor.states(), ['finished', 'finished']);
};

describeVisits('images that are kept', (visit) => {
  visit('stay as they are in a tab when another brings others', {}, async (visitor) => {
    await visitor.open(TWO);
    await bring(visitor, 1);
    const before = await imagesIn(visitor);
    const tab = await openTab(visitor, TWO);
    await visitor.until(isHere);
    assert.deepEqual(await imagesIn(visitor), before);
    tab.first();
    await bring(visitor, 11);
    const others = await imagesIn(visitor);
    assert.notDeepEqual(others, before);
    tab.second();
    await visitor.lab((lab) => lab.openPanel('data'));
    await visitor.page.getByText('Also kept in this browser').first().waitFor();
    assert.deepEqual(await imagesIn(visitor), before);
    await trainsAll(visitor);

    // Side by side: used in turn, and found again at the next visit.
    await visitor.page.getByRole('button', { name: 'Use', exact: true }).click();
    assert.deepEqual(await imagesIn(visitor), others);
    await visitor.open(TWO);
    await visitor.until(isHere);
    assert.deepEqual(await imagesIn(visitor), others);
    await visitor.lab((lab) => lab.openPanel('data'));
    assert.match(await panelText(visitor), /Also kept in this browser: CIFAR-10: 160 images/);
    assert.deepEqual(await visitor.violations(), []);
    await visitor.shoot('images-side-by-side', false);
    await visitor.page.getByRole('button', { name: 'Delete', exact: true }).click();
    await visitor.page.getByText('Also kept').first().waitFor({ state: 'detached' });
    assert.equal((await files(visitor)).length, 1);
  });

  visit('are gone in all tabs when one deletes them', {}, async (visitor) => {
    await visitor.open(TWO);
    await bring(visitor, 1);
    const tab = await openTab(visitor, TWO);
    await visitor.until((lab) => lab.source !== null && lab.experiment.data === 'cifar10');
    tab.first();
    await visitor.lab((lab) => lab.openPanel('data'));
    await visitor.button('Delete the images from this browser').click();
    await visitor.until((lab) => lab.source === null);
    assert.doesNotMatch(await panelText(visitor), /another tab/);
    tab.second();
    await visitor.until((lab) => lab.source === null && lab.experiment.data === 'synthetic');
    await visitor.lab((lab) => lab.openPanel('data'));
    assert.match(await panelText(visitor), /deleted in another tab of this page/);
    assert.deepEqual(await files(visitor), []);
    await trainsAll(visitor);
  });

  visit('come to tabs that have none, whose runs stay', {}, async (visitor) => {
    await visitor.open(TWO);
    await trainsAll(visitor);
    const tab = await openTab(visitor, TWO);
    await bring(visitor, 1);
    const brought = await imagesIn(visitor);
    tab.first();
    await visitor.until(isHere);
    assert.deepEqual(await imagesIn(visitor), brought);
    assert.deepEqual(await visitor.states(), ['finished', 'finished']);
    assert.equal(await visitor.lab((lab) => lab.experiment.data), 'synthetic');
  });

  visit('are one whole file when two tabs bring them at once', {}, async (visitor) => {
    await visitor.open(TWO);
    const tab = await openTab(visitor, TWO);
    const dropped = await archive(1);
    await visitor.drop(dropped);
    tab.first();
    await visitor.page.bringToFront();
    await visitor.drop(dropped);
    await visitor.until(isHere);
    const here = await imagesIn(visitor);
    tab.second();
    await visitor.page.bringToFront();
    await visitor.until(isHere);
    assert.deepEqual(await imagesIn(visitor), here);
    assert.equal((await files(visitor)).length, 1);
  });

  /** When their only file was written. @param {Visitor} visitor */
  const written = ({ page }) =>
    page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const folder = await (await root.getDirectoryHandle('residua')).getDirectoryHandle(
        'datasets',
      );
      for await (const handle of /** @type {any} */ (folder).values()) {
        return (await handle.getFile()).lastModified;
      }
    });

  visit('are written once, since other tabs may be using them', {}, async (visitor) => {
    await visitor.open(TWO);
    await bring(visitor, 1);
    const when = await written(visitor);
    assert.ok(when > 0);
    await openTab(visitor, TWO);
    await visitor.until(isHere);
    await bring(visitor, 1);
    assert.equal(await written(visitor), when);
  });

  visit(
    'are not used when their file is damaged, and are whole when brought again',
    {},
    async (visitor) => {
      await visitor.open(TWO);
      await bring(visitor, 1);
      await visitor.page.evaluate(async () => {
        const root = await navigator.storage.getDirectory();
        const folder = await (await root.getDirectoryHandle('residua')).getDirectoryHandle(
          'datasets',
        );
        for await (const handle of /** @type {any} */ (folder).values()) {
          const { size } = await handle.getFile();
          const writable = await handle.createWritable({ keepExistingData: true });
          await writable.write({ type: 'write', position: size / 2, data: new Uint8Array(9) });
          await writable.close();
        }
      });
      const take = () =>
        visitor.lab(({ source }) =>
          Promise.resolve(source?.take({ images: 160, testImages: 0 })).then(
            () => 'taken',
            (/** @type {Error} */ error) => error.message,
          ),
        );
      assert.match(await take(), /file of CIFAR-10 is damaged; delete it and bring it again/);
      await bring(visitor, 1);
      assert.equal(await take(), 'taken');
    },
  );

  visit(
    'leave nothing of a file that was cut off by a crash',
    { serviceWorkers: 'block' },
    async (visitor) => {
      // The worker comes to a standstill when it has written all images, before their header.
      await visitor.context.route('**/data-worker.js', async (route) => {
        const response = await route.fetch();
        const stuck = 'FileSystemSyncAccessHandle.prototype.flush = () => { for (;;); };\n';
        await route.fulfill({ response, body: stuck + (await response.text()) });
      });
      await visitor.open(TWO);
      await visitor.page.evaluate(async () => {
        const root = await navigator.storage.getDirectory();
        const file = await root.getFileHandle('cifar10.residua', { create: true });
        const writable = await file.createWritable();
        await writable.write('of an earlier version');
        await writable.close();
      });
      await visitor.drop(await archive(1));
      await visitor.untilSo(async () => (await files(visitor)).length === 2);
      await visitor.context.unroute('**/data-worker.js');
      await crash(visitor);
      await visitor.open(TWO);
      await visitor.untilSo(async () => (await files(visitor)).length === 0);
      await bring(visitor, 1);
      assert.equal((await files(visitor)).length, 1);
      visitor.complaints = visitor.complaints.filter((one) => !/registration blocked/.test(one));
    },
  );
});
