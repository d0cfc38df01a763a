/** The cursor over a chart: a rule, dots on the lines, and a box with their values; and what a drag has
 * chosen. Nothing of it is animated. */
import { html, nothing, svg } from 'lit';

/** @typedef {NonNullable<import('./cursor.js').Cursor['reading']>} Reading */

/** Pixels between the rule and the box. */
const GAP = 12;

/** @param {Reading | null} reading
 * @param {{ width: number, height: number, top: number, bottom: number }} chart */
export function cursorView(reading, { width, height, top, bottom }) {
  if (!reading) return nothing;
  const { x, color, values } = reading;
  const isLeft = x < width / 2;
  const room = (isLeft ? width - x : x) - GAP;
  const side = `${isLeft ? 'left' : 'right'}: ${width - room}px; max-width: ${room}px`;
  const dots = values.flatMap(({ x: at, y }) => (y === null ? [] : [{ x: at, y }]));
  // Where the lines are not.
  const middle = (top + height - bottom) / 2;
  const high = dots.reduce((sum, { y }) => sum + y - middle, 0) < 0;
  const end = high ? `bottom: ${bottom + GAP}px` : `top: ${top}px`;
  return html`
    <svg width=${width} height=${height}>
      <line x1=${x} x2=${x} y1=${top} y2=${height - bottom}></line>
      ${dots.map((dot) => svg`<circle cx=${dot.x} cy=${dot.y} r="4.5" style=${`stroke: ${color}`}></circle>`)}
    </svg>
    <div class="readout" style=${`--line: ${color}; ${end}; ${side}`}>
      <b><span class="swatch"></span>${reading.name}</b>
      <span>${reading.where}</span>
      ${values.map(({ label, text }) => html`<span>${label}</span><span class="value">${text}</span>`)}
    </div>
  `;
}

/** @param {{ from: { x: number, y: number }, to: { x: number, y: number } }} corners
 * @param {{ width: number, height: number }} chart */
export function selectionView({ from, to }, { width, height }) {
  const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
  const [wide, high] = [Math.abs(to.x - from.x), Math.abs(to.y - from.y)];
  return html`<svg width=${width} height=${height}>
    <rect class="selection" x=${x} y=${y} width=${wide} height=${high}></rect>
  </svg>`;
}

/** The same in a line, to be heard. @param {Reading} reading */
export function cursorText({ name, where, values }) {
  const told = values.map(({ label, text }) => `${label} ${text}`);
  return `${name}, ${where}: ${told.join(', ')}`;
}
