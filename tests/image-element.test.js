/** <residua-image> as sites use it: in a page of their own, by attributes, properties and files. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createEngine, Dataset, readPicture } from 'residua';
import { sendFile } from '../tools/send-file.js';
import { finish } from './api-suite.js';
import { launchChromium, needsChromium } from './chromium.js';
import { listening } from './listening.js';
import { pictureOf } from './web/image-chapter.js';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const CLASSES = ['disc', 'ring', 'bar'];
const PICTURE = pictureOf(50, 40).bytes;
const HTML = `<!doctype html><html lang="en"><title>A site</title>
  <script type="module" src="residua/image.js"></script><body>`;

/** Weights of a network with classes of its own, and what it makes of the picture.
 * @param {number} seed */
async function networkOf(seed) {
  const engine = await createEngine({ tier: 'simd128', threads: 1 });
  const examples = CLASSES.map((label, i) => ({ picture: pictureOf(40, 40, i), label }));
  const data = await Dataset.fromImages({
    name: 'three',
    classes: CLASSES,
    train: examples,
    test: examples,
  });
  const net = await engine.createNet({ family: 'residual', depth: 8, width: 4, classes: 3, seed });
  await finish(net, data, { epochs: 1, batchSize: 3 });
  const weights = await net.save();
  const probabilities = [...(await net.classify(await readPicture(PICTURE)))];
  engine.dispose();
  const classes = probabilities.map((probability, label) => {
    return { label, name: CLASSES[label], probability };
  });
  return { weights, classes: classes.sort((a, b) => b.probability - a.probability) };
}

it('elements are imported on a server, where they define nothing', async () => {
  const code = `
    await import('residua/element');
    const { ResiduaImage } = await import('residua/image');
    console.log(typeof ResiduaImage, typeof customElements, typeof HTMLElement, typeof document);`;
  const args = ['--input-type=module', '--eval', code];
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd });
  assert.deepEqual([stdout, stderr], ['function undefined undefined undefined\n', '']);
});

describe('the element of a picture in a page of one’s own', needsChromium, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('node:http').Server} */
  let server;
  /** @type {string} */
  let origin;
  /** @type {Awaited<ReturnType<typeof networkOf>>[]} */
  const networks = [];
  before(async () => {
    for (const seed of [1, 2]) networks.push(await networkOf(seed));
    ({ server, url: origin } = await listening((request, response) => {
      const [, number] = /^\/net(\d)\.safetensors$/.exec(request.url ?? '') ?? [];
      if (number && networks[+number]) response.end(networks[+number].weights);
      else if (request.url === '/') response.setHeader('Content-Type', 'text/html').end(HTML);
      else {
        request.url = request.url?.replace('/residua/', '/');
        sendFile(request, response, DIST);
      }
    }));
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  /** What went wrong in any page. @type {string[]} */
  const errors = [];

  /** A page with the element. @param {string} [attributes] */
  async function pageWith(attributes = '') {
    const page = await browser.newPage();
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(origin);
    await page.evaluate(async (given) => {
      await customElements.whenDefined('residua-image');
      document.body.innerHTML = `<residua-image ${given}></residua-image>`;
      const [element] = document.querySelectorAll('residua-image');
      element.engineOptions = { tier: 'simd128', threads: 1 };
      while (!element.engine) await new Promise((resolve) => setTimeout(resolve, 20));
    }, attributes);
    return page;
  }
  /** @param {import('playwright-core').Page} page */
  const close = async (page) => {
    assert.deepEqual(errors, []);
    await page.close();
  };

  /** The answer to a picture of this name. @param {import('playwright-core').Page} page
   * @param {{ picture: string, network: string }} wanted */
  const answerTo = (page, wanted) =>
    page.evaluate(async ({ picture, network }) => {
      const [element] = document.querySelectorAll('residua-image');
      for (;;) {
        const { answer } = element;
        if (answer?.picture === picture && answer.network === network) return answer.classes;
        await new Promise((resolve) =>
          element.addEventListener('residua-change', resolve, { once: true }),
        );
      }
    }, wanted);

  /** @param {import('playwright-core').Page} page @param {string} name @param {Uint8Array} bytes */
  const take = (page, name, bytes) =>
    page.evaluate(
      ([called, content]) => {
        const file = new File([Uint8Array.from(content)], called);
        return document.querySelector('residua-image')?.take([file]);
      },
      /** @type {const} */ ([name, [...bytes]]),
    );

  it('answers as the library does, and shows why', async () => {
    const page = await pageWith('src="net0.safetensors net1.safetensors"');
    await take(page, 'mine.png', PICTURE);
    const picture = 'mine.png';
    assert.deepEqual(await answerTo(page, { picture, network: 'net0' }), networks[0].classes);
    await page.locator('residua-why canvas').first().waitFor();
    await page.locator('residua-follow canvas').first().waitFor();
    await page.locator('#network').selectOption('net1');
    assert.deepEqual(await answerTo(page, { picture, network: 'net1' }), networks[1].classes);
    await close(page);
  });

  it('takes files of weights, and networks that the page has trained', async () => {
    const page = await pageWith();
    await page.locator('#train-small').waitFor();
    await take(page, 'mine.png', PICTURE);
    await take(page, 'other.safetensors', networks[1].weights);
    const picture = 'mine.png';
    assert.deepEqual(
      await answerTo(page, { picture, network: 'other.safetensors' }),
      networks[1].classes,
    );
    await page.evaluate(
      (content) => {
        const [element] = document.querySelectorAll('residua-image');
        const weights = new Blob([Uint8Array.from(content)]);
        const data = { name: 'shapes', synthetic: false, images: 9, testImages: 3 };
        element.trained = [{ name: 'trained here', weights, data }];
      },
      [...networks[0].weights],
    );
    await page.locator('#network').selectOption('trained here');
    assert.deepEqual(
      await answerTo(page, { picture, network: 'trained here' }),
      networks[0].classes,
    );
    await close(page);
  });

  it('takes what is dropped on it, unless the page does', async () => {
    const page = await pageWith('src="net0.safetensors"');
    const drop = (/** @type {string} */ called) =>
      page.evaluate(
        ([name, content]) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([Uint8Array.from(content)], name));
          const options = { dataTransfer, bubbles: true, cancelable: true, composed: true };
          const [element] = document.querySelectorAll('residua-image');
          return !element.dispatchEvent(new DragEvent('drop', options));
        },
        /** @type {const} */ ([called, [...PICTURE]]),
      );
    assert.ok(await drop('dropped.png'));
    await answerTo(page, { picture: 'dropped.png', network: 'net0' });
    await page.evaluate(() =>
      addEventListener('drop', (event) => event.preventDefault(), { capture: true }),
    );
    await drop('kept out.png');
    await take(page, 'last.png', PICTURE);
    await answerTo(page, { picture: 'last.png', network: 'net0' });
    assert.equal(await page.getByText('kept out').count(), 0);
    await close(page);
  });

  it('names weights that are not there, and goes on', async () => {
    const page = await pageWith('src="nowhere.safetensors"');
    await page.getByText('The host answers 404 for nowhere.safetensors.').waitFor();
    await page.evaluate(() =>
      document.querySelector('residua-image')?.setAttribute('src', 'net0.safetensors'),
    );
    await take(page, 'mine.png', PICTURE);
    await answerTo(page, { picture: 'mine.png', network: 'net0' });
    await close(page);
  });

  it('exports what its declarations name', async () => {
    const page = await pageWith();
    const exported = await page.evaluate(
      (entry) => import(entry).then(Object.keys),
      './residua/image.js',
    );
    const text = await readFile(new URL('../dist/image.d.ts', import.meta.url), 'utf8');
    const declared = [...text.matchAll(/^export (?:function|class|const) (\w+)/gm)];
    assert.deepEqual(
      exported,
      declared.map(([, name]) => name),
    );
    await close(page);
  });
});
