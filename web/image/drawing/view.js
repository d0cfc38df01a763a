/** The drawing: boxes are convolutions, numbered as in the figures of layers; arcs are shortcuts. */
import { html, nothing, svg } from 'lit';
import { number } from '../../ui/format.js';
import { lineColor } from '../../ui/palette.js';
import { CELL, layoutOf } from './layout.js';
import { layersOf, planOf } from './plan.js';

/** @typedef {import('./element.js').ResiduaDrawing} ResiduaDrawing */
/** @typedef {import('./plan.js').DrawnLayer} DrawnLayer */
/** @typedef {{ element: ResiduaDrawing, t: import('../../ui/messages.js').Translate, lang: string }} View */

const BOX = { width: 44, height: 30 };
/** The height of what a finger presses to choose a box. */
const TARGET = 44;
/** Of the lines that data takes, from the top of a cell; the shortcut's arc is above it. */
const MIDDLE = 46;
const ARC = 16;
const PLUS = { x: 132, radius: 7 };
/** With more pixels than this to fill, the drawing is larger by this factor. */
const WIDE = 1300;
const LARGE = 1.5;

/** @param {View} view */
export function drawingView(view) {
  const { element, t, lang } = view;
  const { spec } = element;
  if (!spec) return nothing;
  const plan = planOf(spec);
  const selected = layersOf(plan)[element.selected];
  const layers = number(lang, spec.depth);
  const facts = { name: plan.name, layers, parameters: number(lang, plan.parameters) };
  return html`<div class="row">
    <div class="text">
      <h2>${t('title')}</h2>
      <p>${t('text', facts)}</p>
      <p class="muted">${t(`legend_${spec.family}`)}</p>
      <p class="chosen">${selected ? layerText(selected, view) : nothing}</p>
    </div>
    <div class="drawing">${element.room > 0 ? picture(plan, view) : nothing}</div>
  </div>`;
}

/** @param {DrawnLayer} layer @param {View} view */
function layerText({ index, name, inputs, outputs, stride, size, weights, rest }, { t, lang }) {
  const say = (/** @type {number} */ value) => number(lang, value);
  return t('layerText', {
    ...{ number: index + 1, name, stride, size, weights: say(weights), rest: say(rest) },
    ...{ inputs: say(inputs), outputs: say(outputs) },
  });
}

/** @param {import('./plan.js').DrawnPlan} plan @param {View} view */
function picture(plan, view) {
  const { element, t } = view;
  const scale = element.room > WIDE ? LARGE : 1;
  const { stages, end, width, height } = layoutOf(plan, element.room / scale, (stage) =>
    element.openedFrom(stage),
  );
  const spec = /** @type {NonNullable<ResiduaDrawing['spec']>} */ (element.spec);
  return html`<svg
    viewBox=${`0 0 ${width} ${height}`}
    width=${scale * width}
    height=${scale * height}
    role="group"
    aria-label=${t('label', { name: plan.name })}
    style=${`--line: ${lineColor(spec)}`}
    @keydown=${element.onKey}
  >
    <defs>
      <marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse"
        markerWidth="8" markerHeight="8" orient="auto">
        <path class="head" d="M0 0 L8 4 L0 8 Z" />
      </marker>
    </defs>
    ${beginning(plan, view)}
    ${stages.map(
      ({ stage, heading, cells }) => svg`
        <text class="heading" x="0" y=${heading}>${t('stage', sizeOf(stage, view))}</text>
        <text class="small beside" x="0" y=${heading + 18}>${t('stageFacts', sizeOf(stage, view))}</text>
        ${cells.map((cell) => ('block' in cell ? block(cell, view) : shortened(cell, stage, view)))}`,
    )}
    ${ending(plan, end, view)}
  </svg>`;
}

/** @param {import('./plan.js').Stage} stage @param {View} view */
function sizeOf({ number: at, size, channels, blocks, parameters }, { lang }) {
  const counts = { channels: number(lang, channels), parameters: number(lang, parameters) };
  return { number: at, size, blocks: blocks.length, ...counts };
}

/** A convolution. @param {DrawnLayer} layer @param {number} x @param {number} middle y @param {View} view */
function box(layer, x, middle, view) {
  const { element, t } = view;
  const isSelected = layer.index === element.selected;
  const [width, height] = [BOX.width, BOX.height];
  return svg`<g
    class="layer"
    role="button"
    data-layer=${layer.index}
    aria-pressed=${isSelected}
    aria-label=${t('layer', { number: layer.index + 1, name: layer.name })}
    tabindex=${isSelected ? 0 : -1}
    @click=${() => element.select(layer.index)}
  >
    <title>${layerText(layer, view)}</title>
    <rect class="target" x=${x} y=${middle - TARGET / 2} width=${width} height=${TARGET} />
    <rect x=${x} y=${middle - height / 2} width=${width} height=${height} rx="4" />
    <text x=${x + width / 2} y=${middle + 5}>${layer.index + 1}</text>
  </g>`;
}

/** @param {number} from @param {number} to @param {number} y */
const arrow = (from, to, y) =>
  svg`<path class="data" d=${`M${from} ${y} H${to}`} marker-end="url(#head)" />`;

/** @param {{ block: import('./plan.js').Block, x: number, y: number }} cell @param {View} view */
function block({ block: { layers, shortcut }, x, y }, view) {
  const middle = y + MIDDLE;
  const [first, second] = [x + 18, x + 76];
  const plus = x + PLUS.x;
  const isPlain = shortcut === 'none';
  return svg`
    ${arrow(x, first, middle)} ${box(layers[0], first, middle, view)}
    ${arrow(first + BOX.width, second, middle)} ${box(layers[1], second, middle, view)}
    ${arrow(second + BOX.width, isPlain ? x + CELL.width : plus - PLUS.radius, middle)}
    ${
      isPlain
        ? nothing
        : svg`
      <path class=${`shortcut ${shortcut}`} d=${`M${x + 6} ${middle} V${y + ARC} H${plus} V${middle - PLUS.radius}`}
        marker-end="url(#head)" />
      <circle class="plus" cx=${plus} cy=${middle} r=${PLUS.radius} />
      <path class="plus" d=${`M${plus - 4} ${middle} h8 M${plus} ${middle - 4} v8`} />
      ${shortcut === 'projection' ? projection(x + 69, y + ARC) : nothing}
      <path class="data" d=${`M${plus + PLUS.radius} ${middle} H${x + CELL.width}`} />`
    }`;
}

/** @param {number} middle x @param {number} y */
function projection(middle, y) {
  return svg`<rect class="projection" x=${middle - 16} y=${y - 9} width="32" height="18" rx="4" />
    <text class="small" x=${middle} y=${y + 4}>1×1</text>`;
}

/** Equal blocks in one cell.
 * @param {{ count: number, first: number, last: number, from: number, x: number, y: number }} cell
 * @param {import('./plan.js').Stage} stage @param {View} view */
function shortened({ count, first, last, from, x, y }, stage, { element, t, lang }) {
  const middle = y + MIDDLE;
  const text = t('equal', { count: number(lang, count) });
  const numbers = t('layers', { first: first + 1, last: last + 1 });
  return svg`${arrow(x, x + 12, middle)}
    <g class="shortened" role="button" tabindex="0" aria-label=${`${text} ${numbers}`}
      @click=${() => element.open(stage, from)}>
      <title>${t('open')}</title>
      <rect x=${x + 12} y=${y + 20} width=${CELL.width - 24} height="52" rx="4" />
      <text x=${x + CELL.width / 2} y=${middle - 4}>${text}</text>
      <text class="small" x=${x + CELL.width / 2} y=${middle + 14}>${numbers}</text>
    </g>
    <path class="data" d=${`M${x + CELL.width - 12} ${middle} H${x + CELL.width}`} />`;
}

/** The image and the first layer. @param {import('./plan.js').DrawnPlan} plan @param {View} view */
function beginning({ stem }, view) {
  const y = 34;
  return svg`<text class="end" x="0" y=${y + 5}>${view.t('input')}</text>
    ${arrow(86, 106, y)} ${box(stem, 106, y, view)}
    <text class="small beside" x="160" y=${y + 5}>${view.t('stem', { channels: stem.outputs })}</text>`;
}

/** @param {import('./plan.js').DrawnPlan} plan @param {number} top @param {View} view */
function ending({ dense }, top, { t, lang }) {
  const facts = {
    ...{ features: number(lang, dense.features), classes: number(lang, dense.classes) },
    parameters: number(lang, dense.parameters),
  };
  return svg`<text class="heading" x="0" y=${top + 24}>${t('end', facts)}</text>
    <text class="small beside" x="0" y=${top + 44}>${t('endFacts', facts)}</text>`;
}
