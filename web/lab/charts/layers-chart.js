/** The figure of layer statistics in training: root mean squares of each layer's activation and of its
 * weights' gradient, on a log scale. The latest step is solid, the first is dotted. */
import * as Plot from '@observablehq/plot';
import { number } from '../../ui/format.js';
import {
  CHART_STYLE,
  LABEL_HEIGHT,
  labelColor,
  nameMarks,
  pixels,
  textWidth,
} from './error-chart.js';
import { spread } from './spread.js';

/** @typedef {import('../../lib/index.js').StepLayerStats} StepLayerStats */

/** One run in the figure.
 * @typedef {{ name: string, color: string, first: StepLayerStats, latest: StepLayerStats }} Flow */

/** @typedef {{ part: string, layer: number, value: number, line: string, name: string,
 *   color: string, latest: boolean }} Dot */

/**
 * @typedef {object} Look
 * @property {number} width
 * @property {number} height
 * @property {number} layers of the deepest network, at least
 * @property {string} lang
 * @property {import('../../ui/messages.js').Translate} t
 */

/** Room for the tag that says what the images are. */
export const TOP = 28;
export const BOTTOM = 44;
const LEFT = 52;
/** Of the height of each part, above and below it. */
const GAP = 0.22;
/** Below this many pixels lines have no labels. */
const NARROW = 480;
/** Signals beyond these are as good as gone, or beyond all bounds. */
const LIMITS = [1e-12, 1e9];
const PARTS = /** @type {const} */ (['activation', 'gradient']);

/** @param {Flow[]} flows @param {Look} look */
export function drawLayers(flows, look) {
  const { width, height, layers, t } = look;
  const dots = flows.flatMap(dotsOf);
  const domain = decades(dots.map(({ value }) => value));
  const labels = width < NARROW ? [] : labelsOf(dots, domain, height);
  const right = 18 + Math.max(0, ...labels.map(({ name }) => textWidth(name)));
  const lines = { x: 'layer', y: 'value', fy: 'part', z: 'line', stroke: 'color' };
  const chart = Plot.plot({
    ...{ width, height, marginTop: TOP, marginRight: right, marginBottom: BOTTOM },
    marginLeft: LEFT,
    style: CHART_STYLE,
    x: { domain: [1, Math.max(layers, ...dots.map(({ layer }) => layer))] },
    y: { type: 'log', domain, clamp: true },
    fy: { domain: PARTS, padding: GAP, axis: null },
    color: { type: 'identity' },
    ariaLabel: t('layersLabel'),
    ariaDescription: describe(flows, t),
    marks: [
      ...axes(domain, look),
      Plot.line(
        dots.filter(({ latest }) => !latest),
        { ...lines, strokeWidth: 1, strokeDasharray: '1 3' },
      ),
      Plot.line(
        dots.filter(({ latest }) => latest),
        { ...lines, strokeWidth: 2 },
      ),
      Plot.text(labels, {
        ...{ x: 'layer', y: 'position', fy: 'part', text: 'name', dx: 8, textAnchor: 'start' },
        fill: 'text',
      }),
    ],
  });
  return { chart: nameMarks(chart), tracks: tracksOf(flows, chart, look) };
}

/** What the cursor reads. @param {Flow[]} flows @param {import('./error-chart.js').Drawing} chart
 * @param {Look} look @returns {import('./cursor.js').Track[]} */
function tracksOf(flows, chart, { t, lang }) {
  const [toX, toY, toPart] = ['x', 'y', 'fy'].map((name) => pixels(chart, name));
  return flows.map(({ name, color, latest: { step, activationRms, gradientRms } }) => ({
    ...{ name, color, toX, positions: activationRms.map((_, i) => i + 1) },
    read: (layer) => {
      const values = [activationRms, gradientRms].map((stats, i) => {
        const value = stats[layer - 1];
        const y = value > 0 ? toPart(PARTS[i]) - TOP + toY(within(value)) : null;
        return { label: t(`${PARTS[i]}Short`), text: scientific(value, lang), x: toX(layer), y };
      });
      return { where: t('atLayer', { layer, step: number(lang, step) }), values };
    },
  }));
}

/** @param {Flow} flow @returns {Dot[]} */
function dotsOf({ name, color, first, latest }) {
  return [first, latest].flatMap((stats, i) =>
    PARTS.flatMap((part) => {
      const values = part === 'activation' ? stats.activationRms : stats.gradientRms;
      const rest = { part, line: `${name} ${i}`, name, color, latest: i === 1 };
      return values.flatMap((value, layer) =>
        value > 0 ? [{ ...rest, layer: layer + 1, value: within(value) }] : [],
      );
    }),
  );
}

/** @param {number} value */
function within(value) {
  return Math.min(LIMITS[1], Math.max(LIMITS[0], value));
}

/** Whole powers of ten around all values. @param {number[]} values */
function decades(values) {
  const [low, high] = [Math.min(1e-3, ...values), Math.max(10, ...values)];
  return [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high))];
}

/** The lines' ends, so far apart that the names can be read. @param {Dot[]} dots
 * @param {number[]} domain @param {number} height */
function labelsOf(dots, domain, height) {
  const [low, high] = domain.map(Math.log10);
  const tall = ((height - TOP - BOTTOM) / 2) * (1 - GAP);
  return PARTS.flatMap((part) => {
    const ends = dots.filter((dot, i) => {
      const next = dots[i + 1];
      const isEnd = next?.line !== dot.line || next.part !== part;
      return dot.latest && dot.part === part && isEnd;
    });
    const toPixels = (/** @type {number} */ value) =>
      (1 - (Math.log10(value) - low) / (high - low)) * tall;
    const positions = spread(
      ends.map(({ value }) => toPixels(value)),
      LABEL_HEIGHT,
      0,
      tall,
    );
    return ends.map((end, i) => ({
      ...end,
      position: 10 ** (low + (1 - positions[i] / tall) * (high - low)),
      text: labelColor(end.color),
    }));
  });
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
/** 1e-6 as 10⁻⁶. @param {number} value */
function power(value) {
  const exponent = Math.round(Math.log10(value));
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]);
  return `10${exponent < 0 ? '⁻' : ''}${digits.join('')}`;
}

/** 0.0012 as 1.2·10⁻³, but 0.8 as it is. @param {number} value @param {string} lang */
export function scientific(value, lang) {
  if (value === 0) return '0';
  const exponent = Math.floor(Math.log10(value));
  if (exponent >= -2 && exponent < 3) return number(lang, value, Math.max(0, 2 - exponent));
  return `${number(lang, value / 10 ** exponent, 1)}·${power(10 ** exponent)}`;
}

/** @param {number[]} domain @param {Look} look */
function axes(domain, { width, t }) {
  const [low, high] = domain.map((value) => Math.round(Math.log10(value)));
  const every = Math.max(1, Math.ceil((high - low) / 6));
  const ticks = [];
  for (let exponent = low; exponent <= high; exponent += every) ticks.push(10 ** exponent);
  const look = { tickSize: 0, tickPadding: 8, label: null };
  return [
    Plot.gridY(ticks, { stroke: 'var(--hairline)', strokeOpacity: 1 }),
    Plot.axisY(ticks, { ...look, tickFormat: power }),
    Plot.axisX({ ...look, ticks: Math.max(3, Math.round(width / 90)), facetAnchor: 'bottom' }),
    Plot.text(
      PARTS.map((part) => ({ part, name: t(`layers_${part}`) })),
      {
        ...{ fy: 'part', text: 'name', frameAnchor: 'top-left', dx: 1 - LEFT, dy: -20 },
        fill: 'var(--muted)',
        textAnchor: 'start',
      },
    ),
    Plot.text([{ part: PARTS[1], name: t('layer') }], {
      ...{ fy: 'part', text: 'name', frameAnchor: 'bottom', dy: BOTTOM - 6, fill: 'var(--muted)' },
    }),
  ];
}

/** @param {Flow[]} flows @param {import('../../ui/messages.js').Translate} t */
function describe(flows, t) {
  const told = flows.map(({ name, latest: { activationRms, gradientRms } }) => {
    const said = (/** @type {number | undefined} */ value) => value?.toExponential(1) ?? '–';
    return t('layersSeries', {
      name,
      firstActivation: said(activationRms[0]),
      lastActivation: said(activationRms.at(-1)),
      firstGradient: said(gradientRms[0]),
      lastGradient: said(gradientRms.at(-1)),
    });
  });
  return told.join(' ');
}
