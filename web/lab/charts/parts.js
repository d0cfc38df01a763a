/** Figures of several parts, one below the other: they share the layers along the horizontal axis, and
 * each has a vertical axis of its own. */
import * as Plot from '@observablehq/plot';
import { chartStyle, nameMarks, pixels } from './curve-chart.js';
import {
  LABEL_GAP,
  labelColor,
  labelText,
  lineScale,
  MOST_LABELS,
  namesWithin,
  placesOf,
  textSize,
  textWidth,
} from './labels.js';

/** A value of a layer or, of so many layers that each had less than two pixels, of several: their mean,
 * with the lowest and the highest. `clipped` says that it lies beyond the axis, and on which side.
 * @typedef {{ layer: number, value: number, low: number, high: number,
 *   clipped: 'above' | 'below' | null }} Dot */

/** A line of a part.
 * @typedef {object} Line
 * @property {string} name
 * @property {Dot[]} dots
 * @property {string} color
 * @property {number} opacity
 * @property {number} width in pixels
 * @property {boolean} [dotted]
 * @property {boolean} [step] drawn as steps
 * @property {boolean} labelled
 * @property {boolean} recorded */

/** @typedef {object} Axis
 * @property {'log' | 'linear'} type
 * @property {number[]} domain
 * @property {number[]} ticks
 * @property {(tick: number) => string} format
 * @property {number} [rule] a value that a dotted line marks */

/** @typedef {{ title: string, axis: Axis, lines: Line[] }} Part */

/** @typedef {object} Look
 * @property {number} width
 * @property {number} height
 * @property {number} layers along the horizontal axis
 * @property {number[]} marked numbers of layers that a line marks
 * @property {string} name of the horizontal axis
 * @property {string} label of the figure
 * @property {string} description of the figure */

/** @param {number} width */
export function marginsOf(width) {
  const size = textSize(width);
  return {
    top: Math.round(size * 2.6),
    bottom: Math.round(size * 3.4),
    left: Math.round(size * 3.8),
  };
}

/** Pixels between a part's plot and the next part. */
const BETWEEN = 6;

/** @param {Part[]} parts @param {Look} look */
export function drawParts(parts, look) {
  const { width, height, label, description } = look;
  const { top, bottom } = marginsOf(width);
  const inner = (height - bottom - (parts.length - 1) * BETWEEN) / parts.length - top;
  const right =
    8 +
    Math.max(
      0,
      ...parts
        .flatMap(({ lines }) => labelsOf(lines, width))
        .map((label) => LABEL_GAP + textWidth(label, textSize(width))),
    );
  const chart = /** @type {SVGSVGElement} */ (
    document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  );
  const offsets = parts.map((_, i) => i * (top + inner + BETWEEN));
  const scales = parts.map((part, i) => {
    const below = i === parts.length - 1 ? bottom : BETWEEN;
    const drawing = drawPart(part, i === parts.length - 1, {
      ...look,
      height: top + inner + below,
      right,
      below,
    });
    const group = document.createElementNS('http://www.w3.org/2000/svg', 'g');
    group.setAttribute('transform', `translate(0,${offsets[i]})`);
    if (i === 0)
      for (const name of ['class', 'style', 'fill', 'font-family', 'font-size', 'text-anchor']) {
        const value = drawing.getAttribute(name);
        if (value !== null) chart.setAttribute(name, value);
      }
    nameMarks(drawing);
    group.append(...drawing.childNodes);
    chart.append(group);
    const toY = pixels(drawing, 'y');
    return {
      toX: pixels(drawing, 'x'),
      toY: (/** @type {number} */ value) => offsets[i] + toY(value),
    };
  });
  for (const [name, value] of Object.entries({
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
  })) {
    chart.setAttribute(name, String(value));
  }
  chart.setAttribute('role', 'img');
  chart.setAttribute('aria-label', label);
  chart.setAttribute('aria-description', description);
  return { chart, scales, top, bottom };
}

/** @param {Part} part @param {boolean} isLast
 * @param {Look & { right: number, below: number }} look */
function drawPart({ title, axis, lines }, isLast, look) {
  const { width, height, right, below, layers, name } = look;
  const isByLayer = !lines.some(({ step }) => step);
  const { top, left } = marginsOf(width);
  const { type, domain, ticks, format, rule } = axis;
  const tick = { tickSize: 0, tickPadding: 8, label: null };
  const many = Math.max(3, Math.round(width / (textSize(width) * 7)));
  return /** @type {SVGSVGElement & import('./curve-chart.js').Drawing} */ (
    Plot.plot({
      ...{
        width,
        height,
        marginTop: top,
        marginBottom: below,
        marginLeft: left,
        marginRight: right,
      },
      style: chartStyle(width),
      x: { domain: [1, layers], axis: null },
      y: { type, domain, axis: null },
      color: { type: 'identity' },
      opacity: { type: 'identity' },
      marks: [
        Plot.gridY(ticks, { stroke: 'var(--hairline)', strokeOpacity: 1 }),
        Plot.axisY(ticks, { ...tick, tickFormat: format }),
        ...(rule === undefined
          ? []
          : [Plot.ruleY([rule], { stroke: 'var(--axis)', strokeDasharray: '1 3' })]),
        Plot.ruleX(isByLayer ? look.marked : [], { className: 'marked', stroke: 'var(--axis)' }),
        ...(isLast ? [Plot.axisX({ ...tick, ticks: many, tickFormat: wholeOnly })] : []),
        Plot.text([title], {
          ...{ frameAnchor: 'top-left', dx: 4 - left, dy: -Math.round(textSize(width) * 1.5) },
          fill: 'var(--muted)',
          textAnchor: 'start',
        }),
        ...(isLast
          ? [Plot.text([name], { frameAnchor: 'bottom', dy: below - 6, fill: 'var(--muted)' })]
          : []),
        ...lineMarks(lines, lineScale(width)),
        ...labelMarks(lines, axis, { width, height, below, right, layers }),
      ],
    })
  );
}

/** @param {number} layer */
const wholeOnly = (layer) => (Number.isInteger(layer) ? String(layer) : '');

/** @param {Line[]} lines @param {number} scale of their widths */
function lineMarks(lines, scale) {
  const dotsOf = (/** @type {(line: Line) => boolean | undefined} */ isMeant) =>
    lines.flatMap((line, index) =>
      isMeant(line)
        ? line.dots.map((dot) => ({
            ...dot,
            color: line.color,
            opacity: line.opacity,
            width: scale * line.width,
            index,
          }))
        : [],
    );
  const style = {
    ...{ x: 'layer', y: 'value', z: 'index', stroke: 'color', strokeOpacity: 'opacity' },
    strokeWidth: 'width',
  };
  const wide = dotsOf(({ dotted }) => !dotted).filter(({ low, high }) => low < high);
  const clipped = dotsOf(() => true).filter((dot) => dot.clipped);
  return [
    Plot.areaY(wide, {
      ...{ x: 'layer', y1: 'low', y2: 'high', z: 'index', fill: 'color' },
      fillOpacity: (dot) => 0.16 * dot.opacity,
    }),
    Plot.line(
      dotsOf(({ dotted }) => dotted),
      { ...style, strokeDasharray: '1 3' },
    ),
    Plot.line(
      dotsOf((line) => line.recorded && !line.step && !line.dotted),
      { ...style, className: 'recorded' },
    ),
    Plot.line(
      dotsOf((line) => line.recorded && line.step),
      { ...style, className: 'recorded', curve: 'step' },
    ),
    Plot.line(
      dotsOf((line) => !line.recorded && !line.step && !line.dotted),
      style,
    ),
    Plot.line(
      dotsOf((line) => !line.recorded && line.step),
      { ...style, curve: 'step' },
    ),
    Plot.text(clipped, {
      ...{ x: 'layer', y: 'value', fill: 'color', fillOpacity: 'opacity', className: 'clipped' },
      text: ({ clipped: side }) => (side === 'above' ? '▴' : '▾'),
      dy: 0,
    }),
  ];
}

/** Of the lines that are labelled. @param {Line[]} lines @param {number} width of the figure */
function labelsOf(lines, width) {
  const names = lines.filter(({ labelled }) => labelled).map(({ name }) => name);
  return namesWithin(names, width).map((name) => labelText(name, '', width));
}

/** @param {Line[]} lines @param {Axis} axis
 * @param {{ width: number, height: number, below: number, right: number, layers: number }} look */
function labelMarks(lines, { type, domain }, { width, height, below, right }) {
  const { top } = marginsOf(width);
  const size = textSize(width);
  const scaled = (/** @type {number} */ value) => (type === 'log' ? Math.log(value) : value);
  const [low, high] = domain.map(scaled);
  const [from, to] = [top, height - below];
  const texts = labelsOf(lines, width);
  const labels = lines
    .filter(({ labelled }) => labelled)
    .map((line, i) => ({ ...line, label: texts[i] }))
    .filter(({ dots }) => dots.length > 0)
    .slice(0, MOST_LABELS)
    .map(({ label, dots, color, opacity }) => {
      const end = dots[dots.length - 1];
      const y = to - ((scaled(end.value) - low) / (high - low)) * (to - from);
      return { ...end, y, label, color, opacity };
    });
  const places = placesOf(labels, size, { from, to });
  const margin = width - right + LABEL_GAP;
  const placed = labels.map((label, i) => ({ ...label, margin, place: places[i] }));
  const [x2, y2] = ['margin', 'place'].map((value) => ({ value, scale: null }));
  return [
    // Those of short networks cross the plot, so they must not look like lines of its own.
    Plot.link(placed, {
      ...{ x1: 'layer', y1: 'value', x2, y2 },
      ...{ stroke: 'color', strokeOpacity: 0.7, strokeWidth: 0.75, strokeDasharray: '1 3' },
    }),
    Plot.text(placed, {
      ...{ x: x2, y: y2, text: 'label', dx: 3, textAnchor: 'start', className: 'label' },
      ...{ fill: ({ color }) => labelColor(color), fillOpacity: 'opacity' },
    }),
  ];
}

/** Values of layers, thinned to two pixels a dot at least, and held within the axis. A dot stands for whole
 * blocks, whose two layers differ.
 * @param {(number | null)[]} values @param {number} most dots
 * @param {number[]} bounds of the axis @returns {Dot[]} */
export function dotsOf(values, most, bounds) {
  const known = values.flatMap((value, i) => (value === null ? [] : [{ layer: i + 1, value }]));
  const each = known.length <= most ? 1 : 2 * Math.ceil(known.length / most / 2);
  return Array.from({ length: Math.ceil(known.length / each) }, (_, i) => {
    const part = known.slice(i * each, (i + 1) * each);
    const sizes = part.map(({ value }) => value);
    const mean = sizes.reduce((sum, value) => sum + value, 0) / sizes.length;
    const held = (/** @type {number} */ value) => Math.min(bounds[1], Math.max(bounds[0], value));
    const clipped = mean > bounds[1] ? 'above' : mean < bounds[0] ? 'below' : null;
    return {
      layer: part[Math.floor(part.length / 2)].layer,
      ...{ value: held(mean), low: held(Math.min(...sizes)), high: held(Math.max(...sizes)) },
      clipped: /** @type {Dot['clipped']} */ (clipped),
    };
  });
}

/** How many dots a line may have. @param {number} width of the figure */
export const mostDots = (width) => Math.round(width / 4);
