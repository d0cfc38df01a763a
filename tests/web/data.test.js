/** CIFAR-10 on the page: brought, kept, offered, refused and deleted. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { serve } from '../../web/serve.js';
import { launchChromium, needsChromium } from '../chromium.js';
import { BATCHES, binaryFiles, madeUpBatch, pythonFiles, tarGz } from '../data/fixtures.js';
import { textOf, Visitor } from './visit.js';

/** 32 images in each file: 160 for training and 32 for the test. */
const batches = new Map(BATCHES.map((name, i) => [name, madeUpBatch(i + 1, 32)]));
const TWO = 'epochs=2&run=plain20&run=resnet20';
const MIME = 'application/gzip';

describe('CIFAR-10 on the page', needsChromium, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof serve>>} */
  let server;
  /** @type {string} */
  let folder;
  /** @type {string} */
  let archive;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'residua-page-'));
    archive = join(folder, 'cifar-10-binary.tar.gz');
    await writeFile(archive, await tarGz(binaryFiles(batches)));
    server = await serve({ port: 0 });
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    server?.close();
    await rm(folder, { recursive: true });
  });

  /** @param {string} title @param {(visitor: Visitor) => Promise<unknown>} work */
  const visit = (title, work, url = () => server.url) =>
    it(title, async () => {
      const visitor = await Visitor.arrive(browser, url());
      await work(visitor);
      await visitor.leave();
    });

  const isHere = (/** @type {import('../../web/lab/lab.js').ResiduaLab} */ lab) =>
    lab.source !== null;

  /** Trains plain20 and resnet20 on what was brought; nothing is called synthetic then.
   * @param {Visitor} visitor @param {number} images @param {number} testImages */
  async function trainTwo(visitor, images, testImages) {
    await visitor.until((lab) => lab.ready && lab.preparation.planned);
    const { name, experiment } = await visitor.lab(({ source, experiment }) => {
      return { name: source?.name, experiment };
    });
    assert.deepEqual([name, experiment.data], ['CIFAR-10', 'cifar10']);
    assert.deepEqual([experiment.images, experiment.testImages], [images, testImages]);
    await visitor.trainToTheEnd();
    assert.deepEqual(await visitor.states(), ['finished', 'finished']);
    const table = await visitor.tickTable();
    assert.equal(table.length, experiment.epochs);
    assert.ok(table.flat().every((error) => error >= 0 && error <= 100));
    assert.equal(table[0].length, 4);
    const text = await textOf(visitor.page.locator('residua-lab .right'));
    assert.doesNotMatch(text, /synthetic/);
    assert.match(text, /CIFAR-10 images/);
  }

  visit('arrives through the drop zone, is trained on, kept, and deleted', async (visitor) => {
    await visitor.open(TWO);
    await visitor.drop(archive);
    await visitor.until(isHere);
    await trainTwo(visitor, 160, 32);

    await visitor.open(TWO);
    await visitor.until(isHere);
    await visitor.button('Change the experiment').click();
    assert.match(await textOf(visitor.page.locator('.data')), /160 images.*kept in this browser/s);
    await trainTwo(visitor, 160, 32);
    await visitor.shoot('cifar-kept');
    await visitor.button('Delete the images from this browser').click();
    await visitor.until((lab) => lab.source === null && lab.experiment.data === 'synthetic');

    await visitor.open(TWO);
    await visitor.button('Change the experiment').click();
    await visitor.page.locator('#choose-files').waitFor();
    assert.equal(await visitor.lab((lab) => lab.source === null), true);
  });

  visit('comes from the file button, as a python archive or as loose files', async (visitor) => {
    await visitor.open(TWO);
    await visitor.button('Change the experiment').click();
    const buffer = await tarGz(pythonFiles(batches));
    const input = visitor.page.locator('.data input[type=file]:not([webkitdirectory])');
    await input.setInputFiles({ name: 'cifar-10-python.tar.gz', mimeType: MIME, buffer });
    await visitor.until(isHere);
    const first = await visitor.lab((lab) => lab.source?.take({ images: 160, testImages: 32 }));
    const files = binaryFiles(batches, '').map(([name, bytes]) => {
      return { name, mimeType: '', buffer: Buffer.from(bytes) };
    });
    await visitor.lab((lab) => {
      window.sourceBefore = lab.source;
    });
    await input.setInputFiles(files);
    await visitor.until((lab) => lab.source !== window.sourceBefore);
    const second = await visitor.lab((lab) => lab.source?.take({ images: 160, testImages: 32 }));
    assert.deepEqual(second, first);
  });

  visit('that is no good is refused with a reason, and what there was stays', async (visitor) => {
    const page = await visitor.open(TWO);
    await visitor.drop(archive);
    await visitor.until(isHere);
    const whole = await tarGz(binaryFiles(batches));
    const buffer = whole.subarray(0, whole.length * 0.7);
    await visitor.drop({ name: 'cifar-10-binary.tar.gz', mimeType: MIME, buffer });
    await page.locator('.data .problem').waitFor();
    assert.match(await textOf(page.locator('.data .problem')), /ends after .*fetch it again/s);
    await visitor.shoot('bad-archive');
    const png = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
    await visitor.drop({ name: 'cat.tar', mimeType: 'application/x-tar', buffer: png });
    await page.getByText(/cat.tar is one picture/).waitFor();
    assert.equal(await visitor.lab((lab) => lab.source?.images), 160);
    await visitor.trainToTheEnd();
    assert.deepEqual(await visitor.states(), ['finished', 'finished']);
  });

  visit('works without being kept where storage is denied', async (visitor) => {
    await visitor.context.route('**/data-worker.js', async (route) => {
      const response = await route.fetch();
      const denied =
        "navigator.storage.getDirectory = async () => { throw new DOMException('', 'SecurityError'); };";
      await route.fulfill({ response, body: `${await response.text()}\n${denied}` });
    });
    await visitor.open(TWO);
    await visitor.drop(archive);
    await visitor.until(isHere);
    await visitor.button('Change the experiment').click();
    assert.match(await textOf(visitor.page.locator('.data')), /does not let the page keep it/);
    await trainTwo(visitor, 160, 32);
    await visitor.button('Forget the images').click();
    await visitor.until((lab) => lab.source === null);
  });

  visit('is missing when a link asks for it, until it is brought', async (visitor) => {
    const page = await visitor.open(`${TWO}&data=cifar10&images=160&testImages=32`);
    assert.match(await textOf(page.locator('.notice')), /CIFAR-10, which is not here yet/);
    assert.equal(await visitor.button(/^Train/).isEnabled(), false);
    await visitor.drop(archive);
    await trainTwo(visitor, 160, 32);
  });

  it('is taken from the server that offers it', async () => {
    const offering = await serve({ port: 0, offered: [archive] });
    const visitor = await Visitor.arrive(browser, offering.url);
    await visitor.open(TWO);
    await visitor.until(isHere);
    await trainTwo(visitor, 160, 32);
    await visitor.leave();
    offering.close();
  });

  const { CIFAR10 } = process.env;
  const skip = CIFAR10 ? false : 'set CIFAR10 to the path of the official archive';
  it('in full: the real archive through the drop zone', { skip }, async () => {
    const visitor = await Visitor.arrive(browser, server.url);
    await visitor.open(`${TWO}&images=500&testImages=200`);
    await visitor.drop(String(CIFAR10));
    const chip = visitor.page.locator('#data-chip');
    await visitor.until(() =>
      document.querySelector('#data-chip')?.textContent.includes('arriving, '),
    );
    await visitor.until(isHere);
    assert.equal((await textOf(chip)).trim(), 'CIFAR-10');
    assert.deepEqual(
      await visitor.lab(({ source }) => [source?.images, source?.testImages]),
      [50000, 10000],
    );
    await trainTwo(visitor, 500, 200);
    await visitor.shoot('cifar-real');
    await visitor.leave();
  });
});
