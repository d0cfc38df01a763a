/** The view of what layers do: the filters of the first, and the activation maps of any. */
import { html, nothing } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { number } from '../ui/format.js';
import { draw } from './draw.js';
import { moved } from './roving.js';

/** @typedef {import('./view.js').View} View */

/** So many tiles have room to be larger. */
const FEW = 16;

/** @param {View} view */
export function filtersRow({ session, t, lang }) {
  const { filters } = /** @type {import('./networks.js').OpenNetwork} */ (session.opened);
  const { pixels, dead } = filters;
  const count = pixels.length;
  const largest = number(lang, filters.largest, 2);
  return html`<div class="row" id="filters">
    <div class="text">
      <h2>${t('filtersTitle')}</h2>
      <p>${t('filtersText', { count: number(lang, count) })}</p>
      ${dead.length > 0 ? html`<p>${t('filtersDead', { count: dead.length })}</p>` : nothing}
      <p class="muted">${t('filtersScale', { largest })}</p>
    </div>
    <div
      class=${`tiles filters ${count <= FEW ? 'few' : ''}`}
      role="img"
      aria-label=${t('filtersLabel', { count: number(lang, count), largest, dead: dead.length })}
    >
      ${pixels.map(
        (one, i) => html`<span class="tile">
          <canvas ${draw(one)}></canvas>
          <span>${dead.includes(i) ? t('dead', { number: i + 1 }) : i + 1}</span>
        </span>`,
      )}
    </div>
  </div>`;
}

/** @param {View} view */
export function mapsRow(view) {
  const { session, t, lang } = view;
  const { net } = /** @type {import('./networks.js').OpenNetwork} */ (session.opened);
  const { maps, layer } = session;
  const { name, width, height, channels } = net.layers[layer];
  const size = { width, height, channels: number(lang, channels), name };
  const onChange = (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
    session.showLayer(target.selectedIndex);
  return html`<div class="row" id="maps">
    <div class="text">
      <h2>${t('mapsTitle')}</h2>
      <p>${t('mapsText')}</p>
      <label
        >${t('layer')}
        <select name="layer" @change=${onChange}>
          ${guard([net, layer, lang], () => layerOptions(net.layers, layer, t))}
        </select></label
      >
      ${maps ? mapsScale(view, maps, size) : nothing}
    </div>
    ${maps ? mapTiles(view, maps, size) : html`<p class="muted">${t('mapsNone')}</p>`}
  </div>`;
}

/** The layers by stage: the size of their maps tells it.
 * @param {import('../lib/index.js').Net['layers']} layers @param {number} selected
 * @param {import('../ui/messages.js').Translate} t */
function layerOptions(layers, selected, t) {
  const sizes = [...new Set(layers.map(({ width }) => width))];
  const numbered = layers.map((layer, i) => ({ ...layer, i }));
  return sizes.map((size, stage) => {
    const options = numbered.filter(({ width }) => width === size);
    return html`<optgroup label=${t('stageOption', { number: stage + 1, size })}>
      ${options.map(
        ({ i, ...one }) => html`<option .selected=${i === selected}>
          ${t('layerOption', { number: i + 1, ...one })}
        </option>`,
      )}
    </optgroup>`;
  });
}

/** @typedef {{ name: string, width: number, height: number, channels: string }} Size */

/** @param {View} view @param {import('./pixels.js').Maps} maps @param {Size} size */
function mapsScale({ t, lang }, { largest, pixels, silent }, size) {
  const shown = number(lang, pixels.length);
  return html`<p class="muted">
    ${t('mapsScale', { ...size, largest: number(lang, largest, 2) })}
    ${shown === size.channels ? nothing : t('mapsFirst', { count: shown })}
    ${silent > 0 ? t('mapsSilent', { count: silent }) : nothing}
  </p>`;
}

/** Each map leads to its channel. @param {View} view @param {import('./pixels.js').Maps} maps @param {Size} size */
function mapTiles({ session, t, lang }, { pixels, channels, largest }, size) {
  const chosen = Math.max(0, channels.indexOf(session.channel ?? channels[0]));
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const next = moved(event, chosen, channels.length);
    if (next === null) return;
    event.preventDefault();
    const tiles = /** @type {Element} */ (event.currentTarget).children;
    /** @type {HTMLElement} */ (tiles[next]).focus();
    session.showChannel(channels[next]);
  };
  return html`<div
    class=${`tiles maps ${pixels.length <= FEW ? 'few' : ''}`}
    role="radiogroup"
    aria-label=${t('mapsLabel', { ...size, largest: number(lang, largest, 2) })}
    @keydown=${onKey}
  >
    ${pixels.map(
      (one, i) => html`<button
        class="tile"
        role="radio"
        aria-checked=${i === chosen}
        aria-label=${t('channel', { number: channels[i] + 1 })}
        tabindex=${i === chosen ? 0 : -1}
        @click=${() => session.showChannel(channels[i])}
      >
        <canvas ${draw(one)}></canvas><span>${channels[i] + 1}</span>
      </button>`,
    )}
  </div>`;
}
