/** The panel of the reader's own pictures: sets, classes that are collected, fine-tuning, a trial, and the files
 * to take away. */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { Collection } from '../../web/page/pictures/collection.js';
import { pictureMessages } from '../../web/page/pictures/messages/index.js';
import { fineTuned, fromNothing, stagesFor } from '../../web/page/pictures/recipes.js';
import { serve } from '../../web/serve.js';
import { AVIF, WEBP } from '../data/pictures.js';
import { describeVisits } from './visit.js';

const SIDE = 40;
const CLASSES = ['bottom', 'middle', 'top'];
const CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

/** A picture whose bright band is the class's; training mirrors pictures, so left and right would not do.
 * @param {number} label @param {number} number */
function pngOf(label, number) {
  const png = new PNG({ width: SIDE, height: SIDE });
  for (let at = 0; at < SIDE * SIDE; at++) {
    const isBright = 2 - Math.floor((3 * at) / SIDE ** 2) === label;
    png.data.set([isBright ? 220 : 30, (17 * number) % 90, isBright ? 60 : 20, 255], 4 * at);
  }
  return PNG.sync.write(png);
}

/** @typedef {import('./visit.js').Visitor} Visitor */
/** @typedef {import('playwright-core').Locator} Locator */
/** @typedef {import('../data/fixtures.js').File} File */

/** @param {number} count @returns {File[]} */
const pictures = (count) =>
  CLASSES.flatMap((name, label) =>
    Array.from(
      { length: count },
      (_, i) => /** @type {File} */ ([`${name}/${i}.png`, pngOf(label, i)]),
    ),
  );

/** @param {number} label @param {number} count */
const loose = (label, count) =>
  Array.from({ length: count }, (_, i) => ({
    name: `${CLASSES[label]}-${i}.png`,
    mimeType: 'image/png',
    buffer: pngOf(label, i + 50),
  }));

/** @param {string} folder @param {File[]} files */
async function writeFolder(folder, files) {
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
}

/** @param {Collection} collection */
const keyOf = ({ obstacle }) => obstacle?.key;

describe('the panel', () => {
  it('says everything in every language', () => {
    const { en } = pictureMessages;
    const ko = /** @type {typeof en} */ (/** @type {unknown} */ (pictureMessages.ko));
    assert.deepEqual(Object.keys(ko), Object.keys(en));
    for (const [key, text] of Object.entries(en)) {
      assert.equal(typeof ko[/** @type {keyof typeof ko} */ (key)], typeof text, key);
    }
    assert.match(en.heldOut({ share: 0.2 }), /^Every fifth picture of each class is held out/);
    assert.match(en.heldOut({ share: 0.3 }), /^A share of 30\u202f%/);
    assert.match(ko.heldOut({ share: 0.2 }), /다섯 장에 한 장/);
  });

  it('collects a set once every class has its own name and pictures', () => {
    const collection = new Collection(' my  set ');
    assert.equal(keyOf(collection), 'needClasses');
    const [a, b] = ['a', 'b'].map((name) => collection.addClass(name));
    assert.equal(collection.addClass(' a '), a);
    assert.deepEqual(collection.obstacle, { key: 'needPictures', name: 'a' });
    collection.add(a, new Uint8Array(3072).fill(1));
    collection.add(b, new Uint8Array(3072).fill(2));
    collection.add(b, new Uint8Array(3072).fill(3));
    assert.equal(collection.obstacle, null);
    collection.renameClass(b, 'a');
    assert.deepEqual(collection.obstacle, { key: 'needOtherName', name: 'a' });
    collection.renameClass(b, '');
    assert.equal(keyOf(collection), 'needNames');
    collection.renameClass(b, 'c');
    const parts = collection.toParts('otherwise');
    assert.deepEqual(
      [parts.name, parts.classes, [...parts.labels]],
      ['my set', ['a', 'c'], [0, 1, 1]],
    );
    assert.deepEqual(
      [0, 1, 2].map((i) => parts.images[i * 3072]),
      [1, 2, 3],
    );
    assert.equal(new Collection('').toParts('otherwise').name, 'otherwise');
  });

  it('trains as long as the pictures need, and freezes stages where they are few', () => {
    const facts = /** @type {any} */ ({ images: 60, testImages: 15, classes: 3 });
    assert.equal(stagesFor(facts), 2);
    assert.equal(stagesFor({ ...facts, images: 300 }), 0);
    const { runs, epochs, batchSize, images } = fineTuned(facts, 2);
    assert.deepEqual([runs?.[0].from, runs?.[0].frozenStages], ['resnet20', 2]);
    assert.deepEqual([images, epochs, batchSize], [60, 60, 16]);
    assert.equal(fromNothing({ ...facts, images: 50000 }).epochs, 6);
    assert.equal(fromNothing(facts).runs?.[0].from, undefined);
  });
});

describeVisits(
  'pictures of one’s own',
  (visit) => {
    /** @type {string} */
    let folder;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'residua-pictures-'));
      await writeFolder(join(folder, 'sides'), pictures(10));
      await writeFile(join(folder, 'sides', 'notes.txt'), 'These are sides.');
      await writeFile(join(folder, 'sides', 'cover.png'), pngOf(0, 99));
      await writeFolder(join(folder, 'few'), pictures(4));
      /** @type {File[]} */
      const formats = ['a', 'b'].flatMap(
        (name) =>
          /** @type {File[]} */ ([
            [`${name}/1.webp`, WEBP],
            [`${name}/2.avif`, AVIF],
            [`${name}/3.png`, pngOf(0, 1)],
          ]),
      );
      await writeFolder(join(folder, 'formats'), [...formats, ...pictures(5)]);
    });
    after(() => rm(folder, { recursive: true }));

    /** @param {Visitor} visitor */
    const panelOf = ({ page }) => page.locator('residua-pictures');
    /** @param {Visitor} visitor */
    const open = async (visitor) => {
      await visitor.button('Your own pictures').first().click();
      await panelOf(visitor).getByRole('heading', { name: 'Your own pictures' }).waitFor();
    };
    /** @param {Visitor} visitor @param {string} name */
    const bring = async (visitor, name) => {
      await visitor.page.setInputFiles('#bring-folder + input', join(folder, name));
      await panelOf(visitor)
        .getByRole('heading', { name: `“${name}”` })
        .waitFor();
      await panelOf(visitor).locator('.classes canvas').first().waitFor();
    };
    /** @param {Locator} locator */
    const textOf = async (locator) => String(await locator.textContent()).replace(/\s+/g, ' ');
    /** @param {Visitor} visitor */
    const counts = (visitor) =>
      panelOf(visitor)
        .locator('.classes li > span:first-child')
        .evaluateAll((all) =>
          all.map((one) => String(one.textContent).trim().replace(/\s+/g, ' ')),
        );
    /** Few enough epochs for a test. @param {Visitor} visitor */
    const short = (visitor) =>
      visitor.page.evaluate(() => {
        const lab = /** @type {any} */ (document.querySelector('residua-lab'));
        const change = lab.change.bind(lab);
        lab.change = (/** @type {object} */ wanted) => change({ ...wanted, epochs: 8 });
      });

    visit('in a folder: shown, fine-tuned, tried and taken away', {}, async (visitor) => {
      await visitor.open();
      await short(visitor);
      await open(visitor);
      await bring(visitor, 'sides');
      const panel = panelOf(visitor);
      assert.deepEqual(
        await counts(visitor),
        CLASSES.map((name) => `${name} 8 to train, 2 to test`),
      );
      const text = await textOf(panel.locator('.panel'));
      assert.match(text, /Every fifth picture of each class is held out as the test set, since/);
      assert.match(text, /2 files skipped.*sides\/cover.png: it lies in no folder of a class/);
      assert.match(text, /sides\/notes.txt: it is not a kind of file/);
      assert.match(text, /fewer than 10 pictures to train on in bottom, middle, top/);
      assert.match(text, /first two stages of three stay as they are/);
      assert.match(text, /sides 3 classes; 24 to train, 6 to test; \d+\skB/);
      assert.deepEqual(await visitor.violations(), []);
      // Recorded runs on CIFAR-10 are not beside those on other photographs.
      assert.equal(await visitor.lab((lab) => lab.reference.drawn.length), 0);

      await panel.locator('#fine-tune').click();
      await visitor.ended();
      assert.deepEqual(await visitor.lab((lab) => lab.rows.map(({ name }) => name)), [
        'resnet20 fine-tuned',
      ]);
      assert.match(await textOf(visitor.page.locator('figcaption')), /24 “sides” images/);
      await panel.locator('#save-onnx').waitFor();
      await visitor.page.setInputFiles('#try-pictures + input', loose(1, 3));
      await panel.locator('.answer').nth(2).waitFor();
      const answers = await panel.locator('.answer .best th').allTextContents();
      assert.deepEqual(answers, ['middle', 'middle', 'middle']);
      await panel.locator('.trial').getByRole('button', { name: 'Use the camera' }).click();
      await panel.getByRole('table', { name: 'Answer for the camera’s picture' }).waitFor();
      await panel.getByRole('button', { name: 'Stop the camera' }).click();
      assert.deepEqual(await visitor.violations(), []);
      await visitor.shoot('pictures-tried');

      const saved = async (/** @type {string} */ id) => {
        const download = visitor.page.waitForEvent('download');
        await panel.locator(id).click();
        const file = await download;
        await file.saveAs(join(folder, 'site', file.suggestedFilename()));
        return file.suggestedFilename();
      };
      assert.equal(await saved('#save-onnx'), 'sides.onnx');
      assert.equal(await saved('#save-weights'), 'sides.safetensors');
      const lines = String(await panel.locator('pre').textContent());
      assert.ok(lines.trim().split('\n').length <= 12);
      await useIn(visitor, join(folder, 'site'), lines);

      // Another name changes nothing of what was trained on it.
      await renameSet(visitor, 'sides', 'bands');
      await panel.getByRole('heading', { name: '“bands”' }).waitFor();
      assert.deepEqual(await visitor.states(), ['finished']);
      await panel.locator('#save-onnx').waitFor();
      assert.equal(await saved('#save-weights'), 'bands.safetensors');
    });

    /** @param {Visitor} visitor @param {string} before @param {string} name */
    async function renameSet(visitor, before, name) {
      const panel = panelOf(visitor);
      await panel.getByRole('button', { name: `Rename ${before}` }).click();
      await panel.locator('input[name=new-name]').fill(name);
      await panel.locator('input[name=new-name]').press('Enter');
    }

    /** The lines, the file and the package are all that a page needs.
     * @param {Visitor} visitor @param {string} site @param {string} lines */
    async function useIn(visitor, site, lines) {
      await cp(fileURLToPath(new URL('../../dist', import.meta.url)), join(site, 'residua'), {
        recursive: true,
        filter: (path) => !path.includes(`${join('dist', 'page')}`),
      });
      await writeFile(join(site, 'index.html'), `<!doctype html><meta charset="utf-8">${lines}`);
      const server = await serve({ port: 0, page: site });
      const page = await visitor.context.newPage();
      // Its policy is that of the page, which allows for no script in the text.
      await page.route(server.url, async (route) =>
        route.fulfill({
          contentType: 'text/html',
          body: await readFile(join(site, 'index.html'), 'utf8'),
        }),
      );
      visitor.complaints.length = 0;
      await page.goto(server.url);
      await page.waitForFunction(() => document.querySelector('input')?.onchange !== null);
      await page.setInputFiles('input', loose(1, 1)[0]);
      await page.waitForFunction(() => document.querySelector('output')?.value);
      assert.equal(await page.evaluate(() => document.querySelector('output')?.value), 'middle');
      await page.close();
      server.close();
      visitor.complaints = visitor.complaints.filter((one) => !one.includes(server.url));
    }

    visit('side by side, each used and deleted', {}, async (visitor) => {
      await visitor.open();
      await open(visitor);
      await bring(visitor, 'sides');
      await bring(visitor, 'few');
      const panel = panelOf(visitor);
      assert.match(await textOf(panel.locator('.panel')), /no test picture of bottom, middle, top/);
      await panel.getByRole('button', { name: 'Use sides' }).click();
      await panel.getByRole('heading', { name: '“sides”' }).waitFor();
      assert.equal(await visitor.lab((lab) => lab.source?.name), 'sides');
      await panel.locator('select[name=holdout]').selectOption({ label: '50\u202f%\u2060' });
      await panel.getByText('Every second picture of each class').waitFor();
      await visitor.untilSo(
        async () => (await counts(visitor))[0] === 'bottom 5 to train, 5 to test',
      );
      assert.equal(await panel.locator('.sets li').count(), 2);
      await renameSet(visitor, 'sides', 'few');
      await panel.getByText('Another set has this name').waitFor();
      await panel.locator('input[name=new-name]').fill('CIFAR-10');
      await panel.locator('input[name=new-name]').press('Enter');
      await panel.getByText('Another set has this name').waitFor();
      assert.equal(await visitor.lab((lab) => lab.source?.name), 'sides');
      await panel.locator('input[name=new-name]').press('Escape');
      await panel.locator('input[name=new-name]').waitFor({ state: 'detached' });
      await renameSet(visitor, 'sides', ' my  sides ');
      await panel.getByRole('heading', { name: '“my sides”' }).waitFor();
      await visitor.until((lab) => lab.source?.name === 'my sides');
      const images = await visitor.lab((lab) => lab.source?.take({ images: 1, testImages: 0 }));
      assert.equal(images?.name, 'my sides');
      await panel.locator('select[name=holdout]').selectOption({ label: '20\u202f%\u2060' });
      await panel.getByText('Every fifth picture of each class').waitFor();
      await panel.getByRole('button', { name: 'Rename my sides' }).waitFor();
      await panel.locator('select[name=holdout]').selectOption({ label: '50\u202f%\u2060' });
      await panel.getByText('Every second picture of each class').waitFor();
      await renameSet(visitor, 'my sides', 'sides');
      await panel.getByRole('heading', { name: '“sides”' }).waitFor();

      await visitor.open();
      await open(visitor);
      const again = panelOf(visitor);
      await again.getByRole('heading', { name: '“sides”' }).waitFor();
      assert.equal(await visitor.lab((lab) => lab.source?.testImages), 15);
      await visitor.shoot('pictures-side-by-side');
      await again.getByRole('button', { name: 'Delete few' }).click();
      await visitor.untilSo(async () => (await again.locator('.sets li').count()) === 1);
      await again.getByRole('button', { name: 'Delete sides' }).click();
      await visitor.until((lab) => lab.source === null && lab.experiment.data === 'synthetic');
      assert.equal(await again.locator('.sets li').count(), 0);
    });

    visit('loose, and of the camera, are collected in classes', {}, async (visitor) => {
      await visitor.open();
      await short(visitor);
      await visitor.drop(loose(0, 10));
      const panel = panelOf(visitor);
      await panel.getByText('10 pictures without a class. Which class do they show?').waitFor();
      assert.deepEqual(await visitor.violations(), []);
      await panel.locator('input[name=waiting-class]').fill('stripes');
      await panel.getByRole('button', { name: 'Put into this class' }).click();
      await panel.getByText('10 pictures', { exact: true }).waitFor();
      await panel.locator('#add-class').click();
      const name = panel.locator('input[name=class-name]').nth(1);
      await name.fill('camera');
      await name.dispatchEvent('change');
      assert.equal(await panel.locator('#keep-set').isDisabled(), true);
      await panel.getByRole('button', { name: 'Use the camera' }).click();
      const hold = panel.getByRole('button', { name: 'Hold to record pictures of camera' });
      await hold.waitFor();
      await visitor.page.waitForFunction(() => {
        const panel = document.querySelector('residua-pictures');
        return Number(panel?.shadowRoot?.querySelector('video')?.videoWidth) > 0;
      });
      await hold.hover();
      await visitor.page.mouse.down();
      const collected = (/** @type {number} */ label) =>
        panel.evaluate(
          (one, i) => /** @type {any} */ (one).collection.classes[i].inputs.length,
          label,
        );
      await visitor.untilSo(async () => (await collected(1)) >= 10);
      await visitor.page.mouse.up();
      assert.deepEqual(await visitor.violations(), []);
      await visitor.shoot('pictures-collected');
      await panel.locator('input[name=set-name]').fill('two');
      await panel.locator('input[name=set-name]').dispatchEvent('change');
      await panel.locator('#keep-set').click();
      await panel.getByRole('heading', { name: '“two”' }).waitFor();
      await visitor.until((lab) => lab.source?.name === 'two');
      assert.equal((await counts(visitor))[0], 'stripes 8 to train, 2 to test');

      // More of a class, in the place of the set that was there.
      await panel.locator('#extend').click();
      await visitor.drop(loose(1, 2));
      await panel.getByRole('button', { name: 'Put into stripes' }).click();
      await visitor.untilSo(async () => (await collected(0)) === 12);
      await panel.locator('#keep-set').click();
      await visitor.untilSo(
        async () => (await counts(visitor))[0] === 'stripes 10 to train, 2 to test',
      );
      assert.equal(await panel.locator('.sets li').count(), 1);
      await panel.locator('#from-nothing').click();
      await visitor.ended();
      assert.deepEqual(await visitor.states(), ['finished']);
    });

    visit('as WebP and AVIF are read, and what is no picture is named', {}, async (visitor) => {
      await visitor.open();
      await open(visitor);
      await bring(visitor, 'formats');
      assert.deepEqual((await counts(visitor)).slice(0, 2), [
        'a 3 to train, 0 to test',
        'b 3 to train, 0 to test',
      ]);
      await visitor.drop([
        { name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('no') },
        {
          name: 'x.heic',
          mimeType: 'image/heic',
          buffer: Buffer.from([0, 0, 0, 28, ...Buffer.from('ftypheic')]),
        },
        ...loose(0, 1),
      ]);
      // Before it asks what they show.
      await panelOf(visitor).getByText('x.heic is a HEIC file').waitFor();
      await panelOf(visitor).getByText('1 picture without a class').waitFor();
      await panelOf(visitor).locator('input[name=waiting-class]').fill('odd');
      await panelOf(visitor).getByRole('button', { name: 'Put into this class' }).click();
      await panelOf(visitor).getByText('x.png is not a picture.').waitFor();
      await visitor.page.locator('#lang').selectOption('ko');
      await panelOf(visitor).getByRole('heading', { name: '내 사진으로 학습하기' }).waitFor();
      await panelOf(visitor).getByText('x.png').waitFor();
    });

    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      for (const width of [390, 1280, 2560]) {
        visit(`fit ${width} px, ${colorScheme}`, { width, colorScheme }, async (visitor) => {
          await visitor.open();
          await open(visitor);
          await bring(visitor, 'sides');
          await visitor.checkWidth();
          await visitor.shoot(`pictures-${width}-${colorScheme}`);
          await panelOf(visitor).locator('#collect').click();
          await visitor.checkWidth();
          await visitor.shoot(`pictures-collect-${width}-${colorScheme}`);
        });
      }
    }
  },
  CAMERA,
);
