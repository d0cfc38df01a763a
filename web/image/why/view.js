/** The view of the class-activation map and of occlusion, for any class. */
import { html, nothing } from 'lit';
import { number, percent } from '../../ui/format.js';
import { notice } from '../../ui/notice.js';
import { className } from '../classes.js';
import { draw } from '../draw.js';
import { coloured, largestOf } from '../signed.js';

/** @typedef {import('./element.js').ResiduaWhy} ResiduaWhy */
/** @typedef {import('../../lib/index.js').PlaceMap} PlaceMap */
/** @typedef {import('../../lib/index.js').Occlusion} Occlusion */
/** @typedef {{ element: ResiduaWhy, t: import('../../ui/messages.js').Translate, lang: string }} View */
/** @typedef {NonNullable<ResiduaWhy['places']>} Places */

/** @param {View} view */
export function whyView(view) {
  const { element, t } = view;
  const { places, failure } = element;
  return html`<div class="row" id="why">
    <div class="text">
      <h2>${t('title')}</h2>
      <p>${t('camText')} <cite>Zhou et al. 2016, arXiv:1512.04150</cite></p>
      <p>${t('occlusionText')}</p>
      ${places ? classChoice(places, view) : nothing}
      <p class="muted">${t('colours')}</p>
    </div>
    <div class="figure">
      ${failure ? notice(t('failed'), failure.message) : nothing} ${places ? maps(places, view) : nothing}
    </div>
  </div>`;
}

/** @param {View} view */
const kindOf = ({ element }) => element.opened?.kind ?? 'numbers';

/** @param {Places} places @param {View} view */
function labelOf({ logits }, { element }) {
  return element.label ?? logits.indexOf(Math.max(...logits));
}

/** @param {Places} places @param {View} view */
function classChoice(places, view) {
  const { element, t, lang } = view;
  const label = labelOf(places, view);
  const onChange = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    element.ask(target.selectedIndex);
  return html`<label
    >${t('class')}
    <select name="why-class" @change=${onChange}>
      ${Array.from(
        places.logits,
        (_, i) =>
          html`<option .selected=${i === label}>${className(kindOf(view), i, lang)}</option>`,
      )}
    </select></label
  >`;
}

/** @param {Places} places @param {View} view */
function maps(places, view) {
  const { t, lang } = view;
  const label = labelOf(places, view);
  const { values } = places.maps[label];
  const largest = Math.max(...places.maps.map((map) => largestOf(map.values)));
  const say = (/** @type {number} */ value) => number(lang, value, 2).replace('-', '−');
  const name = className(kindOf(view), label, lang);
  const facts = {
    ...{ name, mean: say(values.reduce((sum, one) => sum + one, 0) / values.length) },
    ...{ bias: say(places.bias[label]), logit: say(places.logits[label]), largest: say(largest) },
  };
  return html`<div class="pair">
    <figure>
      <canvas
        role="img"
        aria-label=${t('camLabel', { name, ...peakOf(places.maps[label]) })}
        ${draw(coloured(places.picture.pixels, places.maps[label], largest))}
      ></canvas>
      <figcaption><b>${t('cam')}</b> ${t('camCaption', facts)}</figcaption>
    </figure>
    ${occluded(places, label, view)}
  </div>`;
}

/** @param {Places} places @param {number} label @param {View} view */
function occluded(places, label, view) {
  const { element, t, lang } = view;
  const { covered, share } = element;
  if (!covered) return occlusionStart(share, view);
  const largest = Math.max(
    ...Array.from(places.logits, (_, one) => largestOf(lossOf(covered, one).values)),
  );
  const map = lossOf(covered, label);
  const name = className(kindOf(view), label, lang);
  const facts = {
    name,
    largest: number(lang, largest, 2),
    size: covered.size,
    count: map.values.length,
  };
  return html`<figure>
    <canvas
      role="img"
      aria-label=${t('occlusionLabel', { name, ...peakOf(map) })}
      ${draw(coloured(places.picture.pixels, map, largest))}
    ></canvas>
    <figcaption><b>${t('occlusion')}</b> ${t('occlusionCaption', facts)}</figcaption>
  </figure>`;
}

/** @param {number | null} share @param {View} view */
function occlusionStart(share, { element, t, lang }) {
  return html`<div class="empty">
    ${
      share === null
        ? html`<button id="cover" @click=${() => element.cover()}>${t('cover')}</button>`
        : html`<p>${t('covering', { share: percent(lang, share, 0) })}</p>
            <progress max="1" .value=${share} aria-label=${t('occlusion')}></progress>
            <button id="cancel-cover" @click=${() => element.cancel()}>${t('cancel')}</button>`
    }
  </div>`;
}

/** How much a class's logit falls without each part. @param {Occlusion} covered @param {number} label
 * @returns {PlaceMap} */
function lossOf({ height, width, logits, covered }, label) {
  const values = Float32Array.from(
    { length: height * width },
    (_, at) => logits[label] - covered[at * logits.length + label],
  );
  return { height, width, values };
}

/** Where a map is largest. @param {PlaceMap} map */
function peakOf({ height, width, values }) {
  const at = values.indexOf(Math.max(...values));
  return { height, width, row: Math.floor(at / width) + 1, column: (at % width) + 1 };
}
