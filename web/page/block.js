/** A drawing of two weight layers without and with a shortcut, as in the paper's Figure 2: solid arrows
 * are the data, dashed ones the gradient. */
import { html, svg } from 'lit';

const LAYER = { width: 120, height: 30 };
const LEFT = { plain: 20, residual: 200 };

/** @param {import('../ui/messages.js').Translate} t */
export function blockDrawing(t) {
  return html`<figure class="block">
    <svg viewBox="0 0 400 276" role="img" aria-label=${t('block_alt')}>
      <defs>
        ${arrowHead('data-head')} ${arrowHead('gradient-head')}
      </defs>
      ${column('plain', t)} ${column('residual', t)}
      <path class="data" d="M260 32 H352 V196 H280" marker-end="url(#data-head)" />
      <path class="gradient" d="M284 206 H364 V22 H276" marker-end="url(#gradient-head)" />
    </svg>
    <figcaption>
      <span class="data">${t('block_data')}</span>
      <span class="gradient">${t('block_gradient')}</span>
    </figcaption>
  </figure>`;
}

/** @param {string} id */
function arrowHead(id) {
  return svg`<marker id=${id} class=${id} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"
    markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 Z" /></marker>`;
}

/** x, two weight layers and what comes of them. @param {'plain' | 'residual'} family
 * @param {import('../ui/messages.js').Translate} t */
function column(family, t) {
  const left = LEFT[family];
  const middle = left + LAYER.width / 2;
  const residual = family === 'residual';
  const layer = (/** @type {number} */ top) => svg`
    <rect class="layer" x=${left} y=${top} width=${LAYER.width} height=${LAYER.height} rx="4" />
    <text x=${middle} y=${top + 20}>${t('block_layer')}</text>`;
  const down = (/** @type {number} */ from, /** @type {number} */ to) =>
    svg`<path class="data" d=${`M${middle} ${from} V${to}`} marker-end="url(#data-head)" />`;
  const up = (/** @type {number} */ from, /** @type {number} */ to) =>
    svg`<path class="gradient" d=${`M${middle - 14} ${from} V${to}`}
      marker-end="url(#gradient-head)" />`;
  return svg`
    <text x=${middle} y="16">x</text>
    ${down(22, 54)} ${up(54, 24)} ${layer(56)}
    ${down(86, 124)} ${up(124, 88)} <text class="small" x=${middle + 30} y="109">ReLU</text>
    ${layer(126)} ${down(156, residual ? 188 : 238)} ${up(residual ? 188 : 236, 158)}
    ${
      residual
        ? svg`<circle class="layer" cx=${middle} cy="200" r="10" />
            <text x=${middle} y="205">+</text> ${down(210, 238)} ${up(236, 212)}
            <text x=${middle} y="262">H(x) = F(x) + x</text>`
        : svg`<text x=${middle} y="262">H(x)</text>`
    }`;
}
