/** The deepest network, of 1,202 layers, on the page: planned, trained, resumed after a crash and drawn. */
import assert from 'node:assert/strict';
import { createEngine } from 'residua';
import { finish } from '../api-suite.js';
import { crash, offers, trainedOn } from './survival.js';
import { describeVisits } from './visit.js';

const SPEC = /** @type {const} */ ({ family: 'residual', depth: 1202, width: 4, seed: 1 });
const [IMAGES, BATCH, EPOCHS] = [8, 8, 12];
const EXPERIMENT =
  `images=${IMAGES}&testImages=4&batchSize=${BATCH}&epochs=${EPOCHS}&lr=0.001` +
  '&momentum=0.9&schedule=cosine&tier=simd128&threads=1&run=resnet1202';

/** What the run comes to, and the memory it takes, in this process. */
async function undisturbed() {
  const engine = await createEngine({ tier: 'simd128', threads: 1 });
  const data = await engine.synthetic({ images: IMAGES, testImages: 4 });
  const net = await engine.createNet(SPEC);
  const recipe = { batchSize: BATCH, epochs: EPOCHS, lr: 0.001 };
  const { trajectory } = await finish(net, data, {
    ...{ ...recipe, augment: 'flip', schedule: 'cosine', evaluate: false },
  });
  const { memoryBytes } = net;
  engine.dispose();
  return { trajectory, memoryBytes };
}

describeVisits('a network of 1,202 layers', (visit) => {
  visit('trains, goes on after a crash, and is drawn', {}, async (visitor) => {
    const expected = await undisturbed();
    await visitor.open(EXPERIMENT);
    const planned = await visitor.lab((lab) => lab.preparation.planned?.networks);
    assert.equal(planned, expected.memoryBytes);
    await visitor.shown.locator('.actions .primary').click();
    await visitor.until((lab) => lab.state === 'running');
    await trainedOn(visitor, 1);
    await crash(visitor);
    await visitor.open();
    await offers(visitor, 1);
    await visitor.button('Resume').click();
    await visitor.until((lab) => lab.state === 'running');
    await visitor.ended();
    assert.equal(await visitor.lab((lab) => lab.rows[0].run.tick?.trajectory), expected.trajectory);

    const { page } = visitor;
    await page.locator('section:not([hidden]) details.inside summary').click();
    const drawing = page.locator('section:not([hidden]) residua-drawing');
    const layers = drawing.locator('.layer');
    await drawing.getByRole('button', { name: '198 equal blocks 4 … 399' }).click();
    await drawing.getByRole('button', { name: '174 equal blocks 52 … 399' }).click();
    const between = drawing.getByRole('button', { name: '24 equal blocks 4 … 51' });
    await between.waitFor();
    assert.equal(await layers.count(), 1 + 3 * 4 + 24 * 2);
    await layers.nth(4).focus();
    await page.keyboard.press('ArrowRight');
    await drawing.locator('.chosen', { hasText: 'Layer 54, layer1.26.conv1' }).waitFor();
    await visitor.checkWidth();
  });
});
