/** Figure 7 of the paper: the standard deviation of every 3x3 layer's response, by layer and by size, and
 * the ratio |F(x)| / |x| of each block. */
import * as Plot from '@observablehq/plot';
import { number } from '../../ui/format.js';
import {
  CHART_STYLE,
  FADED,
  LABEL_HEIGHT,
  labelColor,
  nameMarks,
  textWidth,
} from './error-chart.js';
import { meanResponse } from './responses.js';
import { spread } from './spread.js';

/** One network in the figure; what was recorded is faded beside what was trained here.
 * @typedef {{ name: string, color: string, layers: import('../../lib/index.js').LayerStatistics[],
 *   recorded: boolean, faded: boolean }} Responses */

/** @typedef {{ part: Part, layer: number, value: number, line: string, name: string, color: string,
 *   recorded: boolean, faded: boolean }} Dot */

/**
 * @typedef {object} Look
 * @property {number} width
 * @property {number} height
 * @property {string} lang
 * @property {import('../../ui/messages.js').Translate} t
 */

/** @typedef {(typeof PARTS)[number]} Part */
const PARTS = /** @type {const} */ (['order', 'sorted', 'ratio']);
const TOP = 32;
const BOTTOM = 44;
const LEFT = 40;
/** Of the height of each part, above and below it. */
const GAP = 0.24;
/** Below this many pixels labels are smaller. */
const NARROW = 480;

/** @param {Responses[]} all @param {Look} look @returns {SVGSVGElement} */
export function drawResponses(all, look) {
  const { width, height, t } = look;
  const dots = all.flatMap(dotsOf);
  const values = dots.map(({ value }) => value);
  const domain = [Math.min(0.4, ...values) / 1.1, 1.1 * Math.max(2, ...values)];
  const labels = labelsOf(dots, domain, height);
  const right = 14 + Math.max(0, ...labels.map(({ name }) => textWidth(name)));
  const chart = Plot.plot({
    ...{ width, height, marginTop: TOP, marginRight: right, marginBottom: BOTTOM },
    marginLeft: LEFT,
    style: CHART_STYLE,
    x: { domain: [1, Math.max(20, ...dots.map(({ layer }) => layer))] },
    y: { type: 'log', domain, axis: null },
    fy: { domain: PARTS, padding: GAP, axis: null },
    color: { type: 'identity' },
    ariaLabel: t('responsesLabel'),
    ariaDescription: describe(all, look),
    marks: [
      ...axes(domain, look),
      ...lines(dots, true),
      ...lines(dots, false),
      Plot.text(labels, {
        ...{ x: 'layer', y: 'place', fy: 'part', text: 'name', dx: 7, textAnchor: 'start' },
        ...{ fill: 'text', stroke: 'var(--ground)', strokeWidth: 4 },
        fontSize: width < NARROW ? 11 : 13,
      }),
    ],
  });
  return nameMarks(chart);
}

/** @param {Responses} responses @returns {Dot[]} */
function dotsOf({ layers, ...rest }) {
  const sizes = layers.map(({ responseStd }) => responseStd);
  const dot = (
    /** @type {Part} */ part,
    /** @type {number} */ layer,
    /** @type {number} */ value,
  ) => ({ ...rest, part, layer, value, line: `${rest.name} ${rest.recorded}` });
  const dots = [
    ...sizes.map((value, i) => dot('order', i + 1, value)),
    ...sizes.toSorted((a, b) => b - a).map((value, i) => dot('sorted', i + 1, value)),
    ...layers.flatMap(({ residualRatio }, i) =>
      residualRatio === null ? [] : [dot('ratio', i + 1, residualRatio)],
    ),
  ];
  return dots.filter(({ value }) => value > 0); // The scale is logarithmic.
}

/** @param {Dot[]} all @param {boolean} recorded */
function lines(all, recorded) {
  const dots = all.filter((dot) => dot.recorded === recorded);
  const faded = dots.some((dot) => dot.faded);
  const place = { x: 'layer', y: 'value', fy: 'part', z: 'line' };
  const look = {
    ...{ stroke: 'color', strokeOpacity: faded ? FADED : 1 },
    className: recorded ? 'recorded' : 'response',
  };
  const isSorted = (/** @type {Dot} */ { part }) => part === 'sorted';
  const strokeWidth = faded ? 1 : 1.75;
  return [
    Plot.line(
      dots.filter((dot) => !isSorted(dot)),
      { ...place, ...look, strokeWidth },
    ),
    Plot.line(dots.filter(isSorted), { ...place, ...look, strokeWidth, curve: 'step' }),
    Plot.dot(
      dots.filter((dot) => !isSorted(dot) && !faded),
      { ...place, fill: 'color', r: 2 },
    ),
  ];
}

/** The lines' ends, so far apart that the names can be read. @param {Dot[]} dots
 * @param {number[]} domain @param {number} height */
function labelsOf(dots, domain, height) {
  const [low, high] = domain.map(Math.log);
  const tall = ((height - TOP - BOTTOM) / PARTS.length) * (1 - GAP);
  return PARTS.flatMap((part) => {
    const ofPart = dots.filter((dot) => dot.part === part && !dot.faded);
    const ends = ofPart.filter((dot, i) => ofPart[i + 1]?.line !== dot.line);
    const layers = [...new Set(ends.map(({ layer }) => layer))];
    return layers.flatMap((layer) => {
      const there = ends.filter((end) => end.layer === layer);
      const wanted = there.map(({ value }) => ((high - Math.log(value)) / (high - low)) * tall);
      const places = spread(wanted, LABEL_HEIGHT, 0, tall);
      return there.map((end, i) => ({
        ...end,
        place: Math.exp(high - (places[i] / tall) * (high - low)),
        text: labelColor(end.color),
      }));
    });
  });
}

/** Where the scale has lines. */
const TICKS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50];

/** @param {number} tick @param {string} lang */
function tickText(tick, lang) {
  return number(lang, tick, tick < 0.1 ? 2 : tick < 1 ? 1 : 0);
}

/** @param {number[]} domain @param {Look} look */
function axes([low, high], { width, lang, t }) {
  const ticks = TICKS.filter((tick) => tick > low && tick < high);
  const look = { tickSize: 0, tickPadding: 8, label: null };
  const title = { fy: 'part', text: 'name', fill: 'var(--muted)' };
  return [
    Plot.gridY(ticks, { stroke: 'var(--hairline)', strokeOpacity: 1 }),
    // The library's own labels leave out most of a logarithmic scale.
    Plot.text(
      PARTS.flatMap((part) => ticks.map((tick) => ({ part, tick, name: tickText(tick, lang) }))),
      { fy: 'part', y: 'tick', text: 'name', frameAnchor: 'left', dx: -8, textAnchor: 'end' },
    ),
    Plot.axisX({ ...look, ticks: Math.max(3, Math.round(width / 90)), facetAnchor: 'bottom' }),
    Plot.ruleY([1], { stroke: 'var(--axis)', strokeDasharray: '1 3' }),
    Plot.text(
      PARTS.map((part) => ({ part, name: t(`responses_${part}`) })),
      { ...title, frameAnchor: 'top-left', dx: 1 - LEFT, dy: -15, textAnchor: 'start' },
    ),
    Plot.text([{ part: 'ratio', name: t('layer') }], {
      ...title,
      ...{ frameAnchor: 'bottom', dy: BOTTOM - 6 },
    }),
  ];
}

/** @param {Responses[]} all @param {Look} look */
function describe(all, { t, lang }) {
  return all
    .map(({ name, layers, recorded }) => {
      const mean = number(lang, meanResponse(layers), 2);
      return t(recorded ? 'responsesSeriesRecorded' : 'responsesSeries', { name, mean });
    })
    .join(' ');
}
