/** The view of the set that is used: how many of each class, what the network will see of them, what is held
 * out, what was skipped, and what is to be feared. */
import { html, nothing } from 'lit';
import { draw } from '../../image/draw.js';
import { pixelsOfInput } from '../../image/pixels.js';
import { IMAGE_BYTES } from '../../lib/data/memory.js';
import { number, percent } from '../../ui/format.js';

/** @typedef {import('./view.js').View} View */
/** @typedef {import('../data/data.js').Facts} Facts */
/** @typedef {import('../data/worker.js').Look} Look */

const SHARES = [0, 0.1, 0.2, 0.25, 0.5];
/** Classes whose pictures are shown, and files that are named: more nobody reads. */
const MOST_CLASSES = 20;
const MOST_NAMED = 12;
/** Training images of a class below which a warning is due. */
const FEW = 10;
/** Of the largest and the smallest class. */
const UNEVEN = 5;
/** What the smallest batch takes. */
export const LEAST_IMAGES = 8;

/** @param {View} view @param {Facts} facts */
export function setView(view, facts) {
  const { element, t } = view;
  const { look } = element;
  return html`<h3>${t('setTitle', facts)}</h3>
    <p class="muted">${t('seenText')}</p>
    ${look ? classesView(view, facts, look) : html`<p class="muted">${t('looking')}</p>`}
    ${holdOutView(view, facts)} ${skippedView(view, facts)}
    ${look ? warnings(view, facts, look).map((text) => html`<p class="warning">${text}</p>`) : nothing}
    <p>
      <button id="extend" ?disabled=${element.data?.isReading} @click=${() => element.extend()}>
        ${t('extend')}
      </button>
    </p>`;
}

/** The pixels of the pictures that are shown; they stay the same objects, which a canvas draws once.
 * @type {WeakMap<Uint8Array, import('../../image/pixels.js').Pixels[]>} */
const drawn = new WeakMap();

/** @param {Uint8Array} images */
function pixelsOf(images) {
  const pixels =
    drawn.get(images) ??
    Array.from({ length: images.length / IMAGE_BYTES }, (_, i) =>
      pixelsOfInput(images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES)),
    );
  drawn.set(images, pixels);
  return pixels;
}

/** @param {View} view @param {Facts} facts @param {Look} look */
function classesView({ t, lang }, { classNames }, { classes }) {
  const rest = classes.length - MOST_CLASSES;
  return html`<ul class="classes">
    ${classes.slice(0, MOST_CLASSES).map(({ images, testImages, shown }, i) => {
      const name = classNames[i];
      const pictures = pixelsOf(shown);
      const counts = { images: number(lang, images), testImages: number(lang, testImages) };
      return html`<li>
        <span><b>${name}</b> <span class="muted">${t('classCounts', counts)}</span></span>
        <span
          class="strip"
          role="img"
          aria-label=${t('classShown', { name, shown: number(lang, pictures.length) })}
        >
          ${pictures.map((pixels) => html`<canvas ${draw(pixels)}></canvas>`)}
        </span>
      </li>`;
    })}
    ${rest > 0 ? html`<li class="muted">${t('moreClasses', { count: number(lang, rest) })}</li>` : nothing}
  </ul>`;
}

/** @param {View} view @param {Facts} facts */
function holdOutView({ element, t, lang }, { heldOut }) {
  if (heldOut === null) return html`<p>${t('ownTest')}</p>`;
  const shares = SHARES.includes(heldOut) ? SHARES : [...SHARES, heldOut].sort((a, b) => a - b);
  const onChange = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    element.holdOut(shares[target.selectedIndex]);
  return html`<p>${t('heldOut', { share: heldOut })}</p>
    <p>
      <label>
        ${t('holdOut')}
        <select
          name="holdout"
          ?disabled=${element.data?.isReading || element.lab?.busy}
          @change=${onChange}
        >
          ${shares.map(
            (share) => html`<option .selected=${share === heldOut}>
              ${share === 0 ? t('holdOutNone') : percent(lang, share, 0)}
            </option>`,
          )}
        </select>
      </label>
    </p>`;
}

/** @param {View} view @param {Facts} facts */
function skippedView({ t, lang }, { skipped }) {
  const { count, named } = skipped;
  if (count === 0) return nothing;
  const rest = count - Math.min(named.length, MOST_NAMED);
  return html`<details class="skipped" open>
    <summary>${t('skipped', { count: number(lang, count) })}</summary>
    <ul>
      ${named
        .slice(0, MOST_NAMED)
        .map(({ path, why }) => html`<li>${path}: <span lang="en">${why}</span></li>`)}
      ${rest > 0 ? html`<li>${t('moreSkipped', { count: number(lang, rest) })}</li>` : nothing}
    </ul>
  </details>`;
}

/** @param {View} view @param {Facts} facts @param {Look} look @returns {string[]} */
function warnings({ t, lang }, { classNames, heldOut, images }, { classes }) {
  const namesOf = (/** @type {(one: Look['classes'][number]) => boolean} */ isIt) =>
    classNames.filter((_, i) => isIt(classes[i])).slice(0, MOST_CLASSES);
  if (images < LEAST_IMAGES) {
    return [t('warnTooFew', { images: number(lang, images), least: number(lang, LEAST_IMAGES) })];
  }
  const few = namesOf((one) => one.images < FEW);
  const untested = heldOut === 0 ? [] : namesOf(({ testImages }) => testImages === 0);
  const counts = classes.map((one) => one.images);
  const [most, least] = [Math.max(...counts), Math.min(...counts)];
  const named = (/** @type {number} */ count) => classNames[counts.indexOf(count)];
  return [
    ...(few.length > 0 ? [t('warnFew', { names: few.join(', '), least: number(lang, FEW) })] : []),
    ...(untested.length > 0 ? [t('warnUntested', { names: untested.join(', ') })] : []),
    ...(most > UNEVEN * least ? [t('warnUneven', { most: named(most), least: named(least) })] : []),
  ];
}
