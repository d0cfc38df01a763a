/** The view of a network of the experiment: which one, its drawing, and the maps of a layer. */
import { html, nothing } from 'lit';
import { number } from '../../ui/format.js';
import { notice } from '../../ui/notice.js';
import { draw } from '../draw.js';

/** @typedef {{ element: import('./element.js').ResiduaInside, t: import('../../ui/messages.js').Translate,
 *   lang: string }} View */

/** @param {View} view */
export function insideView(view) {
  const { element, t, lang } = view;
  const { network, networks, failure } = element;
  if (!network) return nothing;
  const onChange = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    element.choose(networks[target.selectedIndex].name);
  const last = network.spec.depth - 2;
  return html`
    <p class="choice">
      <label
        >${t('network')}
        <select name="inside" @change=${onChange}>
          ${networks.map((one) => html`<option .selected=${one === network}>${one.name}</option>`)}
        </select></label
      >
      <span class="muted">${stateText(network, view)}</span>
    </p>
    <residua-drawing .lang=${lang} .spec=${network.spec} .selected=${Math.min(element.layer, last)}></residua-drawing>
    ${failure ? notice(t('failed'), failure.message) : nothing} ${maps(view)}
  `;
}

/** @param {import('./element.js').Network} network @param {View} view */
function stateText({ net, weights, step }, { t, lang }) {
  if (net) return t('training', { step: number(lang, step) });
  return t(weights ? 'trained' : 'untrained');
}

/** @param {View} view */
function maps({ element, t, lang }) {
  const { maps: shown, picture, layer } = element;
  if (!shown || !picture) return html`<p class="muted">${t('waiting')}</p>`;
  const facts = {
    ...{ layer: layer + 1, count: number(lang, shown.pixels.length) },
    largest: number(lang, shown.largest, 2),
  };
  return html`<div class="row" id="inside-maps">
    <div class="text">
      <h2>${t('mapsTitle', facts)}</h2>
      <p>${t('mapsText', facts)}</p>
      <p class="muted">
        ${t('mapsScale', facts)} ${shown.silent > 0 ? t('silent', { count: shown.silent }) : nothing}
      </p>
      <canvas class="at-hand" role="img" aria-label=${t('atHand')} ${draw(picture)}></canvas>
    </div>
    <div class="tiles" role="img" aria-label=${t('mapsLabel', facts)}>
      ${shown.pixels.map(
        (pixels, i) => html`<span class="tile">
          <canvas ${draw(pixels)}></canvas><span>${shown.channels[i] + 1}</span>
        </span>`,
      )}
    </div>
  </div>`;
}
