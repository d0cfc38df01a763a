/** Two small runs that things happen to, and what they still come to. */
import { createEngine } from 'residua';

/** @typedef {import('./visit.js').Visitor} Visitor */
/** @typedef {import('playwright-core').Page} Page */

/** 40 steps an epoch, and so many that no accident comes too late on a busy machine. */
const EPOCHS = 30;
export const SMALL = `lr=0.03&momentum=0.9&schedule=cosine&images=640&testImages=40&batchSize=16&epochs=${EPOCHS}&tier=simd128`;
export const TWO = `${SMALL}&run=plain8&run=resnet8_seed-5`;
export const twoFor = (/** @type {number} */ epochs) =>
  TWO.replace(/epochs=\d+/, `epochs=${epochs}`);
/** @type {import('residua').Spec[]} */
const SPECS = [
  { family: 'plain', depth: 8, width: 4, seed: 1 },
  { family: 'residual', depth: 8, width: 4, seed: 5 },
];
/** @type {import('residua').Recipe} */
const RECIPE = { batchSize: 16, lr: 0.03, augment: 'flip', schedule: 'cosine' };

/** @type {Map<string, ReturnType<typeof trainUndisturbed>>} */
const undisturbed = new Map();

/** What the runs come to when nothing happens to them. */
export function uninterrupted(epochs = EPOCHS, images = 640) {
  const key = `${epochs} ${images}`;
  const known = undisturbed.get(key) ?? trainUndisturbed(epochs, images);
  undisturbed.set(key, known);
  return known;
}

/** @param {number} epochs @param {number} images */
async function trainUndisturbed(epochs, images) {
  const engine = await createEngine({ tier: 'simd128', threads: 1 });
  const data = await engine.synthetic({ images, testImages: 40 });
  const ends = [];
  for (const spec of SPECS) {
    const net = await engine.createNet(spec);
    const errors = [];
    /** @type {import('residua').Tick | undefined} */
    let last;
    for await (const tick of net.train(data, { ...RECIPE, epochs })) {
      last = tick;
      if (tick.kind === 'epoch') errors.push([tick.epoch, tick.testError]);
    }
    const weights = Buffer.from(await net.save()).toString('base64');
    ends.push({ trajectory: last?.trajectory, errors, weights });
  }
  engine.dispose();
  return ends;
}

/** What the runs of the page have come to. @param {Visitor} visitor */
export function ends(visitor) {
  return visitor.lab((lab) =>
    Promise.all(
      lab.rows.map(async ({ run }) => {
        const bytes = new Uint8Array(await /** @type {Blob} */ (run.weights).arrayBuffer());
        return {
          trajectory: run.tick?.trajectory,
          errors: run.curve.epochs.map((tick) => [tick.epoch, tick.testError]),
          weights: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')),
        };
      }),
    ),
  );
}

/** Files that are kept, with the folders left out. @param {Page} page */
export function keptFiles(page) {
  return page.evaluate(async () => {
    /** @type {string[]} */
    const found = [];
    try {
      const root = await navigator.storage.getDirectory();
      const folder = await (await root.getDirectoryHandle('residua')).getDirectoryHandle('runs');
      for await (const [id, one] of /** @type {any} */ (folder).entries()) {
        found.push(id);
        for await (const [name] of one.entries()) found.push(name);
      }
    } catch {}
    return found.sort();
  });
}

/** How the files of runs begin, as text. @param {Page} page @returns {Promise<string[]>} */
export function keptHeads(page) {
  return page.evaluate(async () => {
    /** @type {string[]} */
    const heads = [];
    const root = await navigator.storage.getDirectory();
    const folder = await (await root.getDirectoryHandle('residua')).getDirectoryHandle('runs');
    for await (const one of /** @type {any} */ (folder).values()) {
      for await (const file of one.values()) {
        if (file.name.endsWith('.run'))
          heads.push(await (await file.getFile()).slice(0, 1e6).text());
      }
    }
    return heads;
  });
}

/** Waits until what is kept has been looked for and so many runs of experiments are found.
 * @param {Visitor} visitor @param {number} count */
export const offers = (visitor, count) =>
  visitor.until((lab, n) => lab.recovery.interrupted.length === n, count);

/** Waits for checkpoints of all runs, and until training has gone on from them.
 * @param {Visitor} visitor */
export async function trainedOn(visitor, runs = 2) {
  await visitor.untilSo(async () => {
    const kept = await keptFiles(visitor.page);
    return kept.filter((name) => /^\d\.run$/.test(name)).length >= runs;
  });
  const before = await visitor.lab((lab) => lab.rows.map(({ run }) => run.tick?.step ?? 0));
  await visitor.until(
    (lab, steps) =>
      lab.rows.every(({ run }, i) => run.ended || Number(run.tick?.step) > steps[i] + 3),
    before,
  );
}

/** Kills the process of the page; what it was doing is over at once. @param {Visitor} visitor */
export async function crash({ context, page }) {
  const crashed = page.waitForEvent('crash');
  const session = await context.newCDPSession(page);
  session.send('Page.crash').catch(() => {});
  await crashed;
}

/** Crashes the page in training and comes back. @param {Visitor} visitor */
export async function crashOnTheWay(visitor, hash = '') {
  await trainedOn(visitor);
  await crash(visitor);
  await visitor.open(hash);
  await offers(visitor, 1);
}

export const start = (/** @type {Visitor} */ visitor) =>
  visitor.button('Train two networks here').click();
