/** What the image chapter lets one see: the whole picture, the network, one pixel, and why. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before } from 'node:test';
import { classActivationMap, createEngine, NORMALISATIONS, occlusion } from 'residua';
import { pixelsOfMaps } from '../../web/image/pixels.js';
import { decodePicture } from '../../web/lib/data/picture.js';
import { resizeToInput } from '../../web/lib/data/resize.js';
import { BATCHES, binaryFiles, madeUpBatch, tarGz } from '../data/fixtures.js';
import { arrive, file, followed, look, openNetwork, until } from './image-chapter.js';
import { describeVisits } from './visit.js';

/** @typedef {import('./visit.js').Visitor} Visitor */

const PUBLISHED = path.join(path.dirname(process.env.CIFAR10 ?? ''), 'resnet20-12fca82f.th');

/** @type {import('residua').Engine} */
let engine;
/** In this thread, computed as the page writes it out. @type {import('residua').Net} */
let net;
/** @type {Uint8Array} */
let weights;
before(async () => {
  engine = await createEngine({ tier: 'simd128', threads: 1, conv: 'direct' });
  const dataset = await engine.synthetic({ images: 256, testImages: 16 });
  net = await engine.createNet({ family: 'residual', depth: 8, width: 6 });
  for await (const _ of net.train(dataset, { epochs: 2, batchSize: 32, lr: 0.05 }));
  /** @type {any} */ (net).classNames = null; // As in the files of other programs.
  weights = await net.save();
});
after(() => engine.dispose());

/** @param {string} name */
async function sampleOf(name) {
  const bytes = await readFile(new URL(`../../web/image/samples/${name}.jpg`, import.meta.url));
  return decodePicture(new Uint8Array(bytes));
}

/** The page, with the network and the cat. @param {Visitor} visitor */
async function open(visitor, bytes = weights, name = 'small.safetensors') {
  const page = await arrive(visitor);
  await openNetwork(visitor, file(name, bytes, 'application/octet-stream'));
  await until(visitor, ({ session }) => session.picture?.sample && session.maps);
  await followed(visitor);
  return page;
}

/** @param {Visitor} visitor */
const planesOf = async (visitor) =>
  Uint8Array.from(await look(visitor, ({ session }) => [...(session.picture?.planes ?? [])]));

/** Are they within what decoders of JPEG differ by? @param {Uint8Array} one @param {Uint8Array} other */
function assertAlike(one, other) {
  const apart = one.map((value, i) => Math.abs(value - other[i]));
  assert.ok(Math.max(...apart) <= 3, `${Math.max(...apart)} apart`);
}

describeVisits('what is trained on, and what is trained', (visit) => {
  const EXPERIMENT = 'images=64&testImages=10&epochs=1&batchSize=16&run=resnet8&run=plain14';
  /** @param {import('./visit.js').Visitor} visitor */
  const stripOf = ({ page }) => page.locator('section:not([hidden]) residua-strip');

  visit('is shown in every chapter, and called made-up or by its name', {}, async (visitor) => {
    const page = await visitor.open(EXPERIMENT);
    for (const id of ['depth', 'signals', 'shortcut', 'branches', 'image']) {
      await page.evaluate((chapter) => {
        location.hash = `chapter=${chapter}`;
      }, id);
      const strip = stripOf(visitor);
      await strip.getByText('They are made up').waitFor();
      const others = await strip
        .getByText('The recorded networks were trained on CIFAR-10')
        .count();
      assert.equal(others, id === 'image' ? 1 : 0, id);
      const shown = strip.locator('.images > *');
      assert.equal(await shown.count(), 10);
      assert.equal((await shown.nth(1).innerText()).trim(), 'ring');
      await page.locator('section:not([hidden]) .data-strip .get').waitFor();
    }
    const batches = new Map(BATCHES.map((name, i) => [name, madeUpBatch(i + 1, 32)]));
    const archive = await tarGz(binaryFiles(batches));
    await visitor.drop(file('cifar-10-binary.tar.gz', archive, 'application/gzip'));
    await page.evaluate(() => {
      location.hash = 'chapter=depth';
    });
    const strip = stripOf(visitor);
    await strip.getByText('CIFAR-10: 160 images').waitFor();
    assert.equal((await strip.getByRole('radio').first().innerText()).trim(), 'airplane');
  });

  visit('is drawn, with maps before, while and after it is trained', {}, async (visitor) => {
    const page = await visitor.open(EXPERIMENT);
    await stripOf(visitor).getByRole('radio').first().waitFor();
    await page.locator('details.inside summary').click();
    const inside = page.locator('residua-inside');
    await inside.getByText('not trained yet').waitFor();
    await inside.locator('.tile').first().waitFor();
    const lookInside = (/** @type {(element: any) => unknown} */ ask) => inside.evaluate(ask);
    const pixels = () =>
      lookInside(({ maps }) =>
        maps.pixels.flatMap((/** @type {{ data: Uint8ClampedArray }} */ { data }) => [...data]),
      );
    const spec = await lookInside(({ network }) => network.spec);
    const planes = await lookInside((element) => [...element.planes]);
    const fresh = await engine.createNet(/** @type {import('residua').Spec} */ (spec));
    const expected = pixelsOfMaps(
      await fresh.activation(Uint8Array.from(/** @type {number[]} */ (planes)), 0),
      64,
    ).pixels.flatMap(({ data }) => [...data]);
    fresh.dispose();
    const apart = /** @type {number[]} */ (await pixels()).map((one, i) =>
      Math.abs(one - expected[i]),
    );
    assert.ok(Math.max(...apart) <= 2, `${Math.max(...apart)}`);
    await visitor.trainToTheEnd();
    await inside.getByText('trained', { exact: true }).waitFor();
    await visitor.untilSo(async () => {
      const now = /** @type {number[]} */ (await pixels());
      return now.some((one, i) => Math.abs(one - expected[i]) > 2);
    }, 'other maps after training');
    await page.getByRole('radio', { name: 'layers' }).check();
    await inside.getByRole('button', { name: 'Layer 4, layer2.0.conv1' }).click();
    await inside.getByText('What layer 4 answers').waitFor();
    await visitor.shown.locator('.plot .marked line').first().waitFor({ state: 'attached' });
    await stripOf(visitor).getByRole('radio', { name: 'heart' }).click();
    await visitor.untilSo(async () => {
      const now = await lookInside((element) => [...element.planes]);
      return String(now) !== String(planes) && lookInside(({ picture }) => picture !== null);
    }, 'another picture at hand');
    await inside.locator('select[name=inside]').selectOption('plain14');
    await page.locator('residua-drawing').getByText('plain14 has 14 layers').waitFor();
    assert.deepEqual(await visitor.violations(), []);
    await page.setViewportSize({ width: 390, height: 844 });
    await visitor.checkWidth();
    await page.locator('details.inside summary').click();
    await visitor.until((lab) => lab.layer === null);
  });
});

describeVisits('inside a network', (visit) => {
  visit('has photographs at once, with author and licence', {}, async (visitor) => {
    const page = await open(visitor);
    assertAlike(await planesOf(visitor), resizeToInput(await sampleOf('cat')));
    const caption = page.locator('.answer figcaption');
    assert.match(await caption.innerText(), /“cat”.*Stefan van der Walt, CC0, from scikit-image/s);
    await visitor.button('rocket').click();
    await until(visitor, ({ session }) => session.picture?.sample?.id === 'rocket');
    await page.locator('.answer figcaption', { hasText: 'SpaceX, public domain' }).waitFor();
    assertAlike(await planesOf(visitor), resizeToInput(await sampleOf('rocket')));
  });

  visit('sees the square that the reader moves, by key, hand and slider', {}, async (visitor) => {
    const page = await open(visitor);
    const { width, height } = await sampleOf('cat');
    const cropOf = () => look(visitor, ({ session }) => session.picture?.original?.crop);
    const whole = await look(visitor, ({ session }) => {
      const { pixels } = /** @type {any} */ (session.picture).original;
      return { ...pixels, data: [...pixels.data] };
    });
    const original = { ...whole, data: Uint8Array.from(whole.data) };
    const assertSeen = async () =>
      assert.deepEqual(await planesOf(visitor), resizeToInput(original, await cropOf()));
    const middle = { x: (width - height) >> 1, y: 0, side: height };
    assert.deepEqual(await cropOf(), middle);
    const square = page.locator('.square');
    await square.focus();
    await page.keyboard.press('Shift+ArrowLeft');
    assert.deepEqual(await cropOf(), { ...middle, x: middle.x - 1 });
    for (let i = 0; i < 40; i++) await page.keyboard.press('ArrowRight');
    assert.deepEqual(await cropOf(), { ...middle, x: width - height });
    await assertSeen();
    await page.locator('input[name=size]').fill('120');
    const small = await cropOf();
    assert.equal(small?.side, 120);
    const box = await square.boundingBox();
    assert.ok(box && small);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 - 40, box.y + box.height / 2 + 30, { steps: 4 });
    await page.mouse.up();
    const dragged = await cropOf();
    assert.ok(dragged && dragged.x < small.x && dragged.y > small.y && dragged.side === 120);
    await assertSeen();
    await page.mouse.move(5, 5);
    assert.deepEqual(await cropOf(), dragged);
    await followed(visitor);
  });

  visit('is drawn, and a layer that is pressed is shown and followed', {}, async (visitor) => {
    const page = await open(visitor);
    const drawing = page.locator('residua-drawing');
    assert.equal(await drawing.locator('.layer').count(), 7);
    assert.equal(await drawing.locator('.shortcut').count(), 3);
    assert.equal(await drawing.locator('.shortcut.pad').count(), 2);
    await drawing.getByRole('button', { name: 'Layer 5, layer2.0.conv2' }).click();
    await until(
      visitor,
      ({ session }) => session.layer === 4 && session.maps?.channels.length === 12,
    );
    await page.locator('.maps[aria-label*="layer2.0.conv2"]').waitFor();
    await page.keyboard.press('ArrowRight');
    await until(visitor, ({ session }) => session.layer === 5);
    await followed(visitor);
    await page.getByText('of layer 6 (layer3.0.conv1)').waitFor();
    const deep = await engine.createNet({ family: 'plain', depth: 110, width: 1 });
    const bytes = await deep.save();
    deep.dispose();
    await openNetwork(visitor, file('deep.safetensors', bytes, 'application/octet-stream'));
    await drawing.locator('h2').waitFor();
    await page.getByRole('button', { name: '16 equal blocks 76 … 107' }).waitFor();
    assert.equal(await drawing.locator('.shortcut').count(), 0);
    const folded = await drawing.locator('.layer').count();
    await page.getByRole('button', { name: '16 equal blocks 40 … 71' }).click();
    assert.equal(await drawing.locator('.layer').count(), folded + 32);
    await visitor.checkWidth();
  });

  visit("writes one pixel out, to the core's last bit", {}, async (visitor) => {
    const page = await open(visitor);
    const planes = await planesOf(visitor);
    const bits = (/** @type {number} */ value) => {
      const [number] = new Uint32Array(Float32Array.of(value).buffer);
      return `0x${number.toString(16).padStart(8, '0')}`;
    };
    /** Of the layer's followed channel, as this thread has it. @param {number} layer */
    const valueAt = async (layer) => {
      const { y, x } = await look(visitor, ({ renderRoot }) => {
        return /** @type {any} */ (renderRoot.querySelector('residua-follow')).pixel;
      });
      const channel = await look(visitor, ({ session }) => session.channel ?? -1);
      const { width, channels, values } = await net.activation(planes, layer);
      return values[(y * width + x) * channels + channel];
    };
    for (const layer of [0, 1, 4, 6]) {
      await page.locator('select[name=layer]').selectOption({ index: layer });
      await until(
        visitor,
        ({ session }, wanted) => session.layer === wanted && session.maps,
        layer,
      );
      await followed(visitor);
      const core = page.locator('residua-follow .core').first();
      await core.getByText(`the same to the last bit (${bits(await valueAt(layer))})`).waitFor();
      const step = page.locator('residua-follow .frame').last();
      const box = await step.boundingBox();
      assert.ok(box);
      await step.hover({ position: { x: box.width * 0.7, y: box.height * 0.3 } });
      await core.getByText(`the same to the last bit (${bits(await valueAt(layer))})`).waitFor();
      assert.equal(
        Math.fround(Number(await core.locator('td').last().innerText())),
        await valueAt(layer),
      );
    }
    await page.locator('select[name=layer]').selectOption({ index: 0 });
    await page.locator('.products').waitFor();
    assert.equal(await page.locator('.products tbody td:not([colspan])').count(), 27);
    const products = await page.locator('.products tbody td:not([colspan])').allInnerTexts();
    for (const text of products) {
      const [a, b, product] = text
        .replaceAll('−', '-')
        .split(/ × | = |\s=\s/)
        .map(Number);
      assert.equal(Math.fround(Math.fround(a) * Math.fround(b)), Math.fround(product), text);
    }
    await page.locator('input[name=y]').fill('1');
    await page.locator('.sums > p', { hasText: 'Row 1, column' }).waitFor();
    await page.getByText('The core’s logit is the same to the last bit').waitFor();
  });

  visit('says why, for any class, and stops when it is told to', {}, async (visitor) => {
    const page = await open(visitor);
    const planes = await planesOf(visitor);
    const last = await net.activation(planes, net.layers.length - 1);
    const tensors = await net.tensors();
    /** @param {{ height: number, width: number, values: Float32Array }} map */
    const peak = ({ width, values }) => {
      const at = values.indexOf(Math.max(...values));
      return `row ${Math.floor(at / width) + 1}, column ${(at % width) + 1}`;
    };
    const why = page.locator('residua-why');
    for (const label of [2, 7]) {
      await page.locator('select[name=why-class]').selectOption({ index: label });
      const map = peak(classActivationMap(last, tensors, label));
      await why
        .locator(`canvas[aria-label^="Class-activation map"][aria-label$="${map}"]`)
        .waitFor();
    }
    await look(visitor, ({ renderRoot }) => {
      const element = /** @type {any} */ (renderRoot.querySelector('residua-why'));
      void element.cover();
      element.cancel();
    });
    await why.locator('#cover').waitFor();
    assert.equal(await why.locator('canvas').count(), 1);
    await why.locator('#cover').click();
    const { height, width, logits, covered } = await occlusion(net, planes);
    const values = Float32Array.from(
      { length: height * width },
      (_, at) => logits[7] - covered[at * logits.length + 7],
    );
    const lost = peak({ height, width, values });
    await why.locator(`canvas[aria-label^="Occlusion map"][aria-label$="${lost}"]`).waitFor();
    await visitor.button('rocket').click();
    await why.locator('#cover').waitFor();
  });

  const skip = existsSync(PUBLISHED) ? false : 'needs CIFAR10 and the published weights beside it';
  visit('takes the cat for a cat, and the rocket for a ship', { skip }, async (visitor) => {
    const page = await open(visitor, await readFile(PUBLISHED), 'resnet20.th');
    const question = page.locator('select[name=normalisation]');
    await question.selectOption({ index: Object.keys(NORMALISATIONS).indexOf('imagenet') });
    const best = () => page.locator('.bars .best th').innerText();
    await page.locator('.bars .best th', { hasText: 'cat' }).waitFor();
    await visitor.button('rocket').click();
    await until(
      visitor,
      ({ session }) => session.picture?.sample?.id === 'rocket' && session.probabilities,
    );
    assert.equal((await best()).trim(), 'ship');
  });
});
