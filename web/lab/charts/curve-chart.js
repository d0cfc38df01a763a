/** The figure of curves: error, loss or learning rate of each network, as in Figures 1 and 6 of the paper.
 * Test is a bold solid line, training a thin dashed one; each network has one label, outside the plot, but for
 * learning rates that coincide, which share one. */
import * as Plot from '@observablehq/plot';
import { number, percent } from '../../ui/format.js';
import { atText, clearOf, logTicks, tickText, valueText } from './axes.js';
import {
  isNarrow,
  LABEL_GAP,
  labelColor,
  labelText,
  lineScale,
  MOST_LABELS,
  placesOf,
  textSize,
  textWidth,
} from './labels.js';

/** @typedef {import('./axes.js').Spot} Spot */
/** @typedef {{ at: number, low: number, high: number }} Band */

/**
 * One network in the figure.
 * @typedef {object} SeriesOnly
 * @property {string} name
 * @property {string[]} names of its runs
 * @property {string} network "plain20"
 * @property {string} color
 * @property {Spot[]} train
 * @property {Spot[]} test
 * @property {number[]} drops where the learning rate was cut
 * @property {{ train: Band[], test: Band[] }} [bands] around the lines
 * @property {boolean} recorded not trained here
 */
/** @typedef {SeriesOnly & import('./emphasis.js').Emphasis} Series */

/** A number of the paper, marked at the right edge. @typedef {{ name: string, error: number }} Reference */

/** Part of the plane. @typedef {{ x: number[], y: number[] }} Area */

/**
 * @typedef {object} Look
 * @property {number} width
 * @property {number} height
 * @property {number} end of the horizontal axis
 * @property {import('./axes.js').Measure} measure
 * @property {import('./axes.js').Against} against
 * @property {boolean} log the vertical scale
 * @property {Area | null} zoom
 * @property {boolean} live something is trained here, and what was recorded steps back
 * @property {Reference[]} references
 * @property {number | null} guessing what a network that guesses comes to
 * @property {string} lang
 * @property {import('../../ui/messages.js').Translate} t
 */

/** The mark of a number of the paper, in pixels. */
const MARK_PIXELS = 14;
/** The share of the axis from which on a thin line leads to the label: before, it would cross the plot. */
const LEADER_FROM = 0.8;
/** The least that a logarithmic scale of errors shows. */
const LEAST_OF_LOG = { errors: 0.001, loss: 0.001, rate: 1e-6 };
const LINEAR_TOP = { errors: 0.95, loss: 2.4, rate: 0 };

/** A line of the figure. @typedef {object} Line
 * @property {Spot[]} spots
 * @property {Band[]} [band]
 * @property {string} color
 * @property {boolean} bold
 * @property {boolean} recorded
 * @property {boolean} lit it is pointed at
 * @property {number} opacity */

/** @param {number} width */
export function marginsOf(width) {
  const size = textSize(width);
  return {
    top: Math.round(size * 2.6),
    bottom: Math.round(size * 3.4),
    left: Math.round(size * 3.4),
  };
}

/** @param {number} width */
export const chartStyle = (width) => ({
  fontSize: `${textSize(width)}px`,
  fontFamily: 'inherit',
  background: 'none',
});

/** @param {Series[]} series @param {Look} look */
export function drawCurves(series, look) {
  const { width, height, log, zoom, t } = look;
  const { top, bottom, left } = marginsOf(width);
  const lines = series.flatMap(linesOf);
  const domain = zoom ?? { x: [0, look.end], y: domainOf(lines, look) };
  const labels = labelsOf(series, domain, look);
  const widthOf = (/** @type {Label} */ { label, bold }) => textWidth(label, textSize(width), bold);
  const right = LABEL_GAP + 6 + Math.max(0, ...labels.map(widthOf));
  const chart = Plot.plot({
    ...{
      width,
      height,
      marginTop: top,
      marginRight: right,
      marginBottom: bottom,
      marginLeft: left,
    },
    style: chartStyle(width),
    x: { domain: domain.x },
    y: { domain: domain.y, type: log ? 'log' : 'linear', clamp: log },
    color: { type: 'identity' },
    opacity: { type: 'identity' },
    clip: zoom !== null,
    ariaLabel: t(`chartLabel_${look.measure}`),
    ariaDescription: describe(series, look),
    marks: [
      ...axes(domain, look),
      ...guides(series, domain, look),
      bands(lines),
      ...curves(lines, lineScale(width)),
      ...dots(lines, lineScale(width)),
      ...references(domain, right, look),
      ...labelMarks(labels, domain, right, look),
    ],
  });
  const named = nameMarks(chart);
  return { chart: named, tracks: tracksOf(series, chart, look), plane: planeOf(chart) };
}

/** @param {Line[]} lines @param {Look} look */
function domainOf(lines, { measure, log }) {
  const values = lines.flatMap(({ spots, band = [] }) => [
    ...spots.map(({ value }) => value),
    ...band.map(({ high }) => high),
  ]);
  if (!log)
    return [0, values.reduce((most, value) => Math.max(most, value), LINEAR_TOP[measure] || 1e-6)];
  const positive = values.filter((value) => value > 0);
  const least = Math.max(LEAST_OF_LOG[measure], Math.min(...positive, 0.5));
  return [least * 0.9, Math.max(...positive, 2 * least) * 1.05];
}

/** The plot's edges in pixels, and what lies between two of its points, in the axes' units.
 * @param {Drawing} chart */
function planeOf(chart) {
  const scales = ['x', 'y'].map(
    (name) => /** @type {any} */ (chart.scale(/** @type {any} */ (name))),
  );
  const [[left, right], [bottom, top]] = scales.map(({ range }) => range);
  /** @param {{ x: number, y: number }} from @param {{ x: number, y: number }} to @returns {Area} */
  const toArea = (from, to) => {
    const x = [from.x, to.x].map((at) => scales[0].invert(within(at, left, right)));
    const y = [from.y, to.y].map((at) => scales[1].invert(within(at, top, bottom)));
    return { x: x.sort((a, b) => a - b), y: y.sort((a, b) => a - b) };
  };
  return { left, right, top, bottom, toArea };
}

/** @param {number} value @param {number} low @param {number} high */
const within = (value, low, high) => Math.min(high, Math.max(low, value));

/** @param {number} value @param {number[]} range from least to most */
const isIn = (value, [least, most]) => value >= least && value <= most;

/** What the cursor reads: the recorded runs after those that are trained here.
 * @param {Series[]} series @param {Drawing} chart @param {Look} look
 * @returns {import('./cursor.js').Track[]} */
function tracksOf(series, chart, { t, lang, against, measure, log, zoom }) {
  const [toX, toY] = [pixels(chart, 'x'), pixels(chart, 'y')];
  const where = (/** @type {number} */ at) => t(`at_${against}`, { at: atText(at, against, lang) });
  const isSeen = (/** @type {Spot} */ { at, value }) =>
    (!zoom || isIn(at, zoom.x)) && (!log || value > 0);
  const inOrder = [
    ...series.filter((one) => !one.recorded),
    ...series.filter((one) => one.recorded),
  ];
  return inOrder.map(({ name: own, names, color, train, test, bands: around, recorded }) => ({
    ...{ name: recorded ? t('recordedName', { name: own }) : own, key: names[0], color, toX },
    positions: (train.length > 0 ? train : test).filter(isSeen).map(({ at }) => at),
    read: (position) => {
      const lines = [
        { label: t('trainShort'), spots: train, band: around?.train },
        {
          label: t(measure === 'rate' ? 'figure_rate' : 'testShort'),
          spots: test,
          band: around?.test,
        },
      ];
      const values = lines.flatMap(({ label, spots, band }) => {
        const spot = spots.findLast(({ at }) => at <= position);
        if (!spot) return [];
        const late = spot.at === position ? '' : ` (${where(spot.at)})`;
        const range = band?.find(({ at }) => at === spot.at);
        const [low, high] = [range?.low ?? 0, range?.high ?? 0].map((end) =>
          valueText(end, measure, lang),
        );
        const text = `${valueText(spot.value, measure, lang)}${range ? ` (${low}–${high})` : ''}${late}`;
        const isDrawn = !zoom || (isIn(spot.at, zoom.x) && isIn(spot.value, zoom.y));
        return [{ label, text, x: toX(spot.at), y: isDrawn ? toY(spot.value) : null }];
      });
      return { where: where(position), values };
    },
  }));
}

/** A drawing of the library. @typedef {ReturnType<typeof Plot.plot>} Drawing */

/** Where a scale of a drawing puts a value. @param {Drawing} chart @param {string} name
 * @returns {(value: any) => number} */
export function pixels(chart, name) {
  const { apply } = /** @type {any} */ (chart.scale(/** @type {any} */ (name)));
  return apply;
}

/** Makes an image of a drawing: the library names its parts in ARIA, which an image may not have.
 * Parts that have a class, or whose panels have, are called by it instead.
 * @param {Element} chart */
export function nameMarks(chart) {
  chart.setAttribute('role', 'img');
  for (const part of chart.querySelectorAll('[aria-label]')) {
    const classed = part.hasAttribute('class') ? part : part.querySelector('g[class]');
    const name = classed?.getAttribute('class') ?? part.getAttribute('aria-label');
    part.setAttribute('data-mark', name ?? '');
    part.removeAttribute('aria-label');
  }
  return /** @type {SVGSVGElement} */ (chart);
}

/** @param {Series} series @returns {Line[]} */
function linesOf(series) {
  const { color, recorded, bands: around } = series;
  const shared = { color, recorded, lit: series.lit, opacity: series.opacity };
  const lines = [
    { ...shared, spots: series.train, band: around?.train, bold: false },
    { ...shared, spots: series.test, band: around?.test, bold: true },
  ];
  return lines.filter(({ spots }) => spots.length > 0);
}

/** @param {Area} domain @param {Look} look */
function axes({ x, y }, { t, lang, width, measure, against, log, zoom }) {
  const { top, bottom, left } = marginsOf(width);
  const look = { tickSize: 0, tickPadding: 8, label: null };
  const every = measure === 'errors' && !zoom ? { interval: 0.2 } : { ticks: 6 };
  const ticks = log ? { ticks: logTicks(y) } : every;
  return [
    Plot.gridY({ ...ticks, stroke: 'var(--hairline)', strokeOpacity: 1 }),
    Plot.axisY({ ...look, ...ticks, tickFormat: (value) => tickText(value, measure, lang) }),
    Plot.axisX({
      ...look,
      ticks: Math.max(2, Math.round(width / (textSize(width) * 11))),
      tickFormat: (at) => (Number.isInteger(at) || zoom ? atText(at, against, lang) : ''),
    }),
    ...(log ? [] : [Plot.ruleY([y[0]], { stroke: 'var(--axis)' })]),
    Plot.text([t(`axis_${measure}`)], {
      ...{ frameAnchor: 'top-left', dx: -left + 4, dy: -top + 8, fill: 'var(--muted)' },
    }),
    Plot.text([t(`axis_${against}`)], {
      ...{ frameAnchor: 'bottom', dy: bottom - 6, fill: 'var(--muted)' },
      text: (/** @type {string} */ name) => (x[0] === x[1] ? '' : name),
    }),
  ];
}

/** Marks that are no measurements. @param {Series[]} series @param {Area} domain @param {Look} look */
function guides(series, { x, y }, { t, guessing }) {
  const [from, to] = x;
  const isSeen = (/** @type {number} */ value, /** @type {number[]} */ [low, high]) =>
    value >= low && value <= high;
  // Where runs of one's own are drawn, the marks are theirs: recorded ones may have another schedule.
  const own = series.filter(({ recorded }) => !recorded);
  const drop = (own.length > 0 ? own : series)
    .flatMap(({ drops }) => drops)
    .filter((at) => isSeen(at, x))
    .slice(0, 1);
  const guess = guessing !== null && isSeen(guessing, y) ? [guessing] : [];
  const quiet = { fill: 'var(--muted)', stroke: 'var(--ground)', strokeWidth: 4 };
  const late = drop[0] > (from + to) / 2;
  const spots = series.flatMap(({ train, test }) => [...train, ...test]);
  return [
    Plot.ruleY(guess, { stroke: 'var(--axis)', strokeDasharray: '1 3' }),
    Plot.text(guess, {
      ...quiet,
      ...{ text: () => t('guessing'), x: () => to, dx: -6, dy: -8 },
      y: (/** @type {number} */ value) => clearOf(spots, { x, y }, value),
      textAnchor: 'end',
    }),
    Plot.ruleX(drop, { stroke: 'var(--axis)', strokeDasharray: '1 3' }),
    Plot.text(drop, {
      ...quiet,
      ...{ x: (/** @type {number} */ at) => at, text: () => t('slower'), frameAnchor: 'bottom' },
      ...{ textAnchor: late ? 'end' : 'start', dx: late ? -6 : 6, dy: -8 },
    }),
  ];
}

/** @param {Line[]} lines */
function bands(lines) {
  const points = lines.flatMap(({ band = [], color, opacity }, line) =>
    band.map((point) => ({ ...point, color, line, opacity: 0.16 * opacity })),
  );
  return Plot.areaY(points, {
    ...{ x: 'at', y1: 'low', y2: 'high', z: 'line', fill: 'color', fillOpacity: 'opacity' },
  });
}

/** @param {Line[]} lines @param {number} scale of their widths */
function curves(lines, scale) {
  const spotsOf = (/** @type {boolean} */ bold, /** @type {boolean} */ recorded) =>
    lines.flatMap((one, line) => {
      if (one.bold !== bold || one.recorded !== recorded) return [];
      const usual = recorded ? (bold ? 1.75 : 1) : bold ? 2.75 : 1.6;
      const width = scale * (usual + (one.lit ? 0.75 : 0));
      return one.spots.map((spot) => ({
        ...spot,
        color: one.color,
        opacity: one.opacity,
        width,
        line,
      }));
    });
  const style = {
    ...{ x: 'at', y: 'value', z: 'line', stroke: 'color', strokeOpacity: 'opacity' },
    ...{ strokeWidth: 'width', strokeLinecap: /** @type {const} */ ('round') },
  };
  const dashed = {
    ...style,
    strokeDasharray: '5 3.5',
    strokeLinecap: /** @type {const} */ ('butt'),
  };
  const recorded = { className: 'recorded' };
  return [
    Plot.line(spotsOf(false, true), { ...dashed, ...recorded }),
    Plot.line(spotsOf(true, true), { ...style, ...recorded }),
    Plot.line(spotsOf(false, false), dashed),
    Plot.line(spotsOf(true, false), style),
  ];
}

/** At the ends of what is trained here. @param {Line[]} lines @param {number} scale of their sizes */
function dots(lines, scale) {
  const ends = lines
    .filter(({ recorded }) => !recorded)
    .map((line) => ({ ...line, ...line.spots[line.spots.length - 1] }));
  const position = { x: 'at', y: 'value', opacity: 'opacity' };
  return [
    Plot.dot(
      ends.filter(({ bold }) => bold),
      { ...position, fill: 'color', r: 3.5 * scale },
    ),
    Plot.dot(
      ends.filter(({ bold }) => !bold),
      {
        ...position,
        stroke: 'color',
        fill: 'var(--ground)',
        r: 2.5 * scale,
        strokeWidth: 1.5 * scale,
      },
    ),
  ];
}

/** The paper's numbers: short marks at the right edge. @param {Area} domain @param {number} right margin
 * @param {Look} look */
function references({ x, y }, right, { references: all, width, live, zoom, t, lang }) {
  if (zoom) return [];
  const plot = width - marginsOf(width).left - right;
  const start = x[1] - ((x[1] - x[0]) * MARK_PIXELS) / plot;
  return [
    Plot.link(
      all.filter(({ error }) => error >= y[0]),
      {
        ...{ className: 'reference', x1: () => start, x2: () => x[1], y1: 'error', y2: 'error' },
        ...{ stroke: 'var(--ink)', strokeWidth: 1, strokeOpacity: live ? 0.5 : 1 },
        title: ({ name, error }) => t('paperLine', { name, error: percent(lang, error, 2) }),
      },
    ),
  ];
}

/** A label that is to stand beside the plot. @typedef {object} Label
 * @property {string} label
 * @property {number} at where its line ends
 * @property {number} value
 * @property {string} color
 * @property {boolean} bold
 * @property {number} opacity */

/** Of the networks that are trained here, or of those that were recorded while there are none; and of
 * whatever is pointed at. @param {Series[]} series @param {Area} domain @param {Look} look @returns {Label[]} */
function labelsOf(series, domain, look) {
  const { width, live, references: all, t, lang } = look;
  const isNamed = (/** @type {Series} */ one) => one.lit || !(one.recorded && live);
  const first = (/** @type {Series} */ one) => (one.lit ? 0 : one.recorded ? 2 : 1);
  const isPointed = series.some(({ lit }) => lit);
  const named = series.filter(isNamed).toSorted((a, b) => first(a) - first(b));
  const lines = (look.measure === 'rate' ? coinciding(named) : named.map((one) => [one])).flatMap(
    (members) => {
      const [one] = members;
      const end = seenEnd(one, domain);
      if (!end) return [];
      const isOne = members.length === 1;
      const own = isOne ? one.name : t('sharedLabel', { count: members.length });
      const name = one.recorded && live ? t('recordedName', { name: own }) : own;
      const opacity = isPointed ? one.opacity : 1;
      const label = labelText(name, endText(one, look), width);
      const color = labelColor(isOne ? one.color : 'var(--ink)');
      return [{ ...end, label, color, bold: !one.recorded, opacity }];
    },
  );
  const papers = live || look.zoom || isNarrow(width) ? [] : all;
  const marks = papers.map(({ name, error }) => ({
    label: t('paperLine', { name, error: percent(lang, error, 2) }),
    ...{ at: domain.x[1], value: error, color: 'var(--muted)', bold: false, opacity: 1 },
  }));
  return [...lines, ...marks].slice(0, MOST_LABELS);
}

/** Networks whose learning rates end in one point; those that are pointed at have a label of their own.
 * @param {Series[]} series @returns {Series[][]} */
export function coinciding(series) {
  /** @type {Map<string, Series[]>} */
  const groups = new Map();
  for (const one of series) {
    const end = one.test.at(-1);
    const key = [one.recorded, one.lit, end?.at, end?.value].join();
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** The last that is seen of a network's bold line, or of its thin one. @param {Series} series
 * @param {Area} domain */
function seenEnd({ train, test }, { x, y }) {
  const line = test.length > 0 ? test : train;
  const end = line.findLast(({ at }) => at <= x[1]);
  return end && end.at >= x[0] && end.value >= y[0] && end.value <= y[1] ? end : undefined;
}

/** "37 / 40 %": what its lines come to, training first. @param {Series} series @param {Look} look */
function endText({ train, test }, { measure, lang }) {
  const [trained, tested] = [train, test].map((spots) => spots.at(-1)?.value);
  if (measure === 'rate') return tested === undefined ? '' : valueText(tested, measure, lang);
  const there = [trained, tested].filter((value) => value !== undefined);
  const scale = measure === 'errors' ? 100 : 1;
  const digits = measure === 'loss' ? 2 : there.some((value) => value < 0.0995) ? 1 : 0;
  const text = (/** @type {number | undefined} */ value) =>
    value === undefined || Number.isNaN(value) ? '–' : number(lang, value * scale, digits);
  return `${text(trained)} / ${text(tested)}${measure === 'errors' ? '\u202f%' : ''}`;
}

/** @param {Label[]} labels @param {Area} domain @param {number} right margin @param {Look} look */
function labelMarks(labels, { x, y }, right, { width, height, log }) {
  const { top, bottom, left } = marginsOf(width);
  const size = textSize(width);
  const [from, to] = [top, height - bottom];
  const scaled = (/** @type {number} */ value) => (log ? Math.log(value) : value);
  const [low, high] = y.map(scaled);
  const toPixels = (/** @type {number} */ value) =>
    to - ((scaled(value) - low) / (high - low)) * (to - from);
  const toValue = (/** @type {number} */ pixel) => {
    const value = low + ((to - pixel) / (to - from)) * (high - low);
    return log ? Math.exp(value) : value;
  };
  const wanted = labels.map(({ value, label }) => ({ y: toPixels(value), label }));
  const places = placesOf(wanted, size, { from, to });
  const margin = x[1] + (LABEL_GAP * (x[1] - x[0])) / (width - left - right);
  const placed = labels.map((label, i) => ({ ...label, margin, place: toValue(places[i]) }));
  const text = {
    ...{
      x: 'margin',
      y: 'place',
      text: 'label',
      dx: 3,
      textAnchor: /** @type {const} */ ('start'),
    },
    ...{ fill: 'color', fillOpacity: 'opacity', lineHeight: 1.15, className: 'label', clip: false },
  };
  return [
    Plot.link(
      placed.filter(({ at }) => at > x[0] + (x[1] - x[0]) * LEADER_FROM),
      {
        ...{ x1: 'at', y1: 'value', x2: 'margin', y2: 'place', stroke: 'color', clip: false },
        ...{ strokeOpacity: 0.35, strokeWidth: 0.75 },
      },
    ),
    Plot.text(
      placed.filter(({ bold }) => bold),
      { ...text, fontWeight: 650 },
    ),
    Plot.text(
      placed.filter(({ bold }) => !bold),
      text,
    ),
  ];
}

/** The description of the figure for screen readers. @param {Series[]} series
 * @param {Look} look */
function describe(series, { t, lang, measure, against }) {
  const told = series.map(({ name, train, test, recorded }) => {
    const [trained, tested] = [train, test].map((spots) => {
      const value = spots.at(-1)?.value;
      return value === undefined ? '–' : valueText(value, measure, lang);
    });
    if (measure === 'rate') return `${name}: ${tested}.`;
    return t(recorded ? 'chartSeriesRecorded' : 'chartSeries', {
      name,
      train: trained,
      test: tested,
    });
  });
  const axis = { vertical: t(`axis_${measure}`), horizontal: t(`axis_${against}`) };
  return t('chartDescription', { ...axis, series: told.join(' ') });
}
