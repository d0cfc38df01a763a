/** Visits to the chapter of the reader's own image. */
import { PNG } from 'pngjs';
import { resizeToInput } from '../../web/lib/data/resize.js';

/** @typedef {import('./visit.js').Visitor} Visitor */
/** @typedef {import('../../web/image/element.js').ResiduaImage} ResiduaImage */
/** @typedef {Parameters<import('playwright-core').Page['setInputFiles']>[1]} Files */

const CHAPTER = 'chapter=image';

/** A picture that tells every place apart. @param {number} width @param {number} height */
export function pictureOf(width, height, seed = 1) {
  const png = new PNG({ width, height });
  png.data.forEach((_, i) => {
    const at = Math.floor(i / 4);
    const [x, y] = [at % width, Math.floor(at / width)];
    const colour = [(x * 255) / width, (y * 255) / height, 40 * seed + ((x * y) % 97)];
    png.data[i] = i % 4 === 3 ? 255 : colour[i % 4];
  });
  const { data } = png;
  return { ...{ width, height, data }, planes: resizeToInput(png), bytes: PNG.sync.write(png) };
}

/** @param {string} name @param {string | Uint8Array} bytes */
export const file = (name, bytes, mimeType = 'image/png') => ({
  name,
  mimeType,
  buffer: Buffer.from(bytes),
});

/** What `ask` says of the element. @template R @template [A=undefined] @param {Visitor} visitor
 * @param {(element: ResiduaImage, argument: A) => R} ask runs in the page @param {A} [argument]
 * @returns {Promise<Awaited<R>>} */
export const look = (visitor, ask, argument) =>
  visitor.page.locator('residua-image').evaluate(/** @type {any} */ (ask), argument);

/** Waits until the element says yes. @template [A=undefined] @param {Visitor} visitor
 * @param {(element: ResiduaImage, argument: A) => unknown} ask @param {A} [argument] */
export async function until(visitor, ask, argument) {
  await visitor.page.waitForFunction(
    () => /** @type {any} */ (document.querySelector('residua-image'))?.session,
  );
  await visitor.untilSo(() => look(visitor, ask, argument), ask);
}

/** Goes to the chapter; there are these recorded networks, by default none. @param {Visitor} visitor */
export async function arrive(visitor, { models = {}, hash = CHAPTER } = {}) {
  await visitor.context.route('**/models.json', (route) => route.fulfill({ json: models }));
  // Or it would answer in place of the route.
  await visitor.context.addInitScript(
    () => delete (/** @type {any} */ (Navigator.prototype).serviceWorker),
  );
  visitor.page = await visitor.context.newPage();
  await visitor.page.goto(`${visitor.url}#${hash}`);
  if (hash === CHAPTER) await until(visitor, (element) => element.engine);
  return visitor.page;
}

/** @param {Visitor} visitor @param {Files} network */
export async function openNetwork(visitor, network) {
  await visitor.page.setInputFiles('input[name=choose-network]', network);
  await until(visitor, ({ session }) => session.opened && !session.busy);
}

/** @param {Visitor} visitor @param {Files} picture */
export const choosePicture = (visitor, picture) =>
  visitor.page.setInputFiles('input[name=choose-picture]', picture);

/** @param {Visitor} visitor @param {string} name of the picture */
export const answered = (visitor, name) =>
  until(
    visitor,
    ({ session }, wanted) =>
      session.picture?.name === wanted && session.probabilities && session.maps,
    name,
  );

/** Waits until the parts that load after the first answer show the picture, layer and channel at hand.
 * @param {Visitor} visitor */
export const followed = (visitor) =>
  until(visitor, ({ renderRoot, session: { picture, layer, channel } }) => {
    const follow = /** @type {any} */ (renderRoot.querySelector('residua-follow'));
    const why = /** @type {any} */ (renderRoot.querySelector('residua-why'));
    const isSame = follow?.look?.planes === picture?.planes && follow?.look?.layer === layer;
    return isSame && follow.channel === channel && follow.steps && why?.places?.picture === picture;
  });
