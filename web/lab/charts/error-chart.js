/** The figure of errors against iterations, as in Figures 1 and 6 of the paper. Test error is a bold
 * solid line, training error a thin dashed one; each line has its label at its end. */
import * as Plot from '@observablehq/plot';
import { number, percent } from '../../ui/format.js';
import { spread } from './spread.js';

/** @typedef {import('../../lib/curve.js').Point} Point */

/**
 * One run in the figure.
 * @typedef {object} Series
 * @property {string} name
 * @property {string} color
 * @property {Point[]} train
 * @property {Point[]} test
 * @property {number[]} drops steps where the learning rate was cut
 * @property {number} steps of the whole run
 * @property {{ train: Band[], test: Band[] }} [bands] around the lines
 * @property {boolean} [recorded] not trained here
 */

/** @typedef {{ step: number, low: number, high: number }} Band */

/** A number of the paper, marked at the right edge.
 * @typedef {{ name: string, error: number, labelled: boolean }} Reference */

/**
 * @typedef {object} Look
 * @property {number} width
 * @property {number} height
 * @property {number} steps the whole run
 * @property {boolean} shares the steps are percents of each run, which is as long as it may be
 * @property {Reference[]} references
 * @property {number} guessing the error of a network that guesses
 * @property {string} lang
 * @property {import('../../ui/messages.js').Translate} t
 */

export const TOP = 34;
export const BOTTOM = 44;
const LEFT = 44;
export const LABEL_HEIGHT = 16;
const LABEL_GAP = 12;
/** The share of a run from which on a thin line leads to the label: before, it would cross the
 * figure. */
const LEADER_FROM = 0.8;
/** Below this many pixels only test lines have labels, without values. */
const NARROW = 560;
/** Characters of a name in a label, at most. */
const MOST_OF_NAME = { narrow: 18, wide: 28 };
const TEXT_SIZE = 13;
/** Opacity of what was recorded, beside what was trained here. */
export const FADED = 0.5;
/** The mark of a number of the paper. */
const MARK_PIXELS = 14;
export const CHART_STYLE = {
  fontSize: `${TEXT_SIZE}px`,
  fontFamily: 'inherit',
  background: 'none',
};
/** Of a line's label. @param {string} color the line's */
export const labelColor = (color) => `color-mix(in oklab, ${color} 72%, var(--ink))`;

/** A line of the figure with its label. What was recorded is faded beside what was trained here.
 * @typedef {{ name: string, label: string, points: Point[], band?: Band[], color: string,
 *   bold: boolean, recorded: boolean, faded: boolean }} Line */

/** @param {Series[]} series @param {Look} look */
export function drawChart(series, look) {
  const lines = linesOf(series, look);
  const references = referencesOf(look);
  const labelled = [...lines, ...references].map(({ label }) => textWidth(label));
  const right = LABEL_GAP + 6 + Math.max(0, ...labelled);
  const errors = lines.flatMap(({ points, band = [] }) => [
    ...points.map(({ error }) => error),
    ...band.map(({ high }) => high),
  ]);
  const top = errors.reduce((most, error) => Math.max(most, error), 0.95);
  const chart = Plot.plot({
    width: look.width,
    height: look.height,
    marginTop: TOP,
    marginRight: right,
    marginBottom: BOTTOM,
    marginLeft: LEFT,
    style: CHART_STYLE,
    x: { domain: [0, look.steps] },
    y: { domain: [0, top] },
    color: { type: 'identity' },
    ariaLabel: look.t('chartLabel'),
    ariaDescription: describe(series, look),
    marks: [
      ...axes(look),
      ...guides(series, look),
      bands(lines),
      ...curves(lines),
      ...ends(lines, references, top, right, look),
    ],
  });
  return { chart: nameMarks(chart), tracks: tracksOf(series, chart, look) };
}

/** What the cursor reads: the recorded runs after those that are trained here.
 * @param {Series[]} series @param {Drawing} chart @param {Look} look
 * @returns {import('./cursor.js').Track[]} */
function tracksOf(series, chart, { t, lang, shares }) {
  const [toX, toY] = [pixels(chart, 'x'), pixels(chart, 'y')];
  const step = (/** @type {number} */ at) =>
    shares
      ? t('atShare', { share: percent(lang, at / 100) })
      : t('atIteration', { step: number(lang, at) });
  const isRecorded = (/** @type {Series} */ { recorded }) => recorded === true;
  const inOrder = [...series.filter((one) => !isRecorded(one)), ...series.filter(isRecorded)];
  return inOrder.map(({ name: own, color, train, test, bands: around, recorded }) => ({
    ...{ name: recorded ? t('recordedName', { name: own }) : own, color, toX },
    positions: train.map((point) => point.step),
    read: (position) => {
      const lines = [
        { label: t('trainShort'), points: train, band: around?.train },
        { label: t('testShort'), points: test, band: around?.test },
      ];
      const values = lines.flatMap(({ label, points, band }) => {
        const point = points.findLast((one) => one.step <= position);
        if (!point) return [];
        const late = point.step === position ? '' : ` (${step(point.step)})`;
        const range = band?.find((one) => one.step === point.step);
        const [low, high] = [range?.low ?? 0, range?.high ?? 0].map((end) => percent(lang, end));
        const text = `${percent(lang, point.error)}${range ? ` (${low}–${high})` : ''}${late}`;
        return [{ label, text, x: toX(point.step), y: toY(point.error) }];
      });
      return { where: step(position), values };
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

/** @param {Series[]} series @param {Look} look @returns {Line[]} */
function linesOf(series, { t, lang, width }) {
  const most = MOST_OF_NAME[width < NARROW ? 'narrow' : 'wide'];
  const live = series.some(({ recorded }) => !recorded);
  const lines = series.flatMap(({ name: whole, color, train, test, bands: around, recorded }) => {
    const name = whole.length > most ? `${whole.slice(0, most - 1)}…` : whole;
    const rest = { name, color, recorded: recorded === true, faded: recorded === true && live };
    return [
      {
        ...{ ...rest, label: t('trainLine', { name }), points: train },
        ...{ band: around?.train, bold: false },
      },
      {
        ...{ ...rest, label: t('testLine', { name }), points: test },
        ...{ band: around?.test, bold: true },
      },
    ];
  });
  return lines
    .filter(({ points }) => points.length > 0)
    .map((line) => ({ ...line, label: labelOf(line) }));

  /** @param {(typeof lines)[number]} line */
  function labelOf({ name, label, bold, points, faded }) {
    if (faded && (width < NARROW || !bold)) return '';
    if (width < NARROW) return bold ? name : '';
    if (faded) return t('recordedLine', { name, error: percent(lang, points.at(-1)?.error ?? 0) });
    return `${label}  ${percent(lang, points[points.length - 1].error)}`;
  }
}

/** About how wide a label is. @param {string} label */
export function textWidth(label) {
  const wide = label.match(/[\u1100-\uffdc]/g)?.length ?? 0;
  return TEXT_SIZE * (0.57 * (label.length - wide) + wide);
}

/** The paper's numbers with their labels. @param {Look} look */
function referencesOf({ references, width, t, lang }) {
  return references.map(({ name, error, labelled }) => ({
    ...{ name, error, reference: true },
    label:
      labelled && width >= NARROW ? t('paperLine', { name, error: percent(lang, error, 2) }) : '',
  }));
}

/** @param {Look} look */
function axes({ t, lang, width, shares }) {
  const ticks = { tickSize: 0, tickPadding: 8 };
  return [
    Plot.gridY({ interval: 0.2, stroke: 'var(--hairline)', strokeOpacity: 1 }),
    Plot.axisY({ ...ticks, interval: 0.2, label: null, tickFormat: (d) => number(lang, d * 100) }),
    Plot.axisX({
      ...ticks,
      ticks: Math.max(2, Math.round(width / 140)),
      label: null,
      tickFormat: (d) => (Number.isInteger(d) ? number(lang, d) : ''),
    }),
    Plot.ruleY([0], { stroke: 'var(--axis)' }),
    Plot.text([t('error')], {
      frameAnchor: 'top-left',
      dx: -LEFT + 4,
      dy: -TOP + 8,
      fill: 'var(--muted)',
    }),
    Plot.text([t(shares ? 'shareOfRun' : 'iteration')], {
      frameAnchor: 'bottom',
      dy: BOTTOM - 6,
      fill: 'var(--muted)',
    }),
  ];
}

/** Marks that are no measurements. @param {Series[]} series @param {Look} look */
function guides(series, { t, steps, guessing }) {
  const drop = series.flatMap(({ drops }) => drops).slice(0, 1);
  const quiet = { fill: 'var(--muted)', stroke: 'var(--ground)', strokeWidth: 4 };
  return [
    Plot.ruleY([guessing], { stroke: 'var(--axis)', strokeDasharray: '1 3' }),
    Plot.text([t('guessing')], {
      ...quiet,
      ...{ x: steps, y: guessing, dx: -6, dy: -8, textAnchor: 'end' },
    }),
    Plot.ruleX(drop, { stroke: 'var(--axis)', strokeDasharray: '1 3' }),
    Plot.text(drop, {
      ...quiet,
      ...{
        x: (/** @type {number} */ step) => step,
        text: () => t('slower'),
        frameAnchor: 'bottom',
      },
      textAnchor: drop[0] > steps / 2 ? 'end' : 'start',
      ...{ dx: drop[0] > steps / 2 ? -6 : 6, dy: -8 },
    }),
  ];
}

/** @param {Line[]} lines */
function bands(lines) {
  const points = lines.flatMap(({ band = [], color }, line) =>
    band.map((point) => ({ ...point, color, line })),
  );
  return Plot.areaY(points, {
    ...{ x: 'step', y1: 'low', y2: 'high', z: 'line' },
    ...{ fill: 'color', fillOpacity: 0.16 },
  });
}

/** @param {Line[]} lines */
function curves(lines) {
  const pointsOf = (/** @type {boolean} */ bold, /** @type {boolean} */ recorded) =>
    lines.flatMap((one, line) =>
      one.bold === bold && one.recorded === recorded
        ? one.points.map(({ step, error }) => ({ step, error, color: one.color, line }))
        : [],
    );
  const faded = lines.some((line) => line.faded);
  const style = { x: 'step', y: 'error', z: 'line', stroke: 'color', strokeLinecap: 'round' };
  const dashed = { ...style, strokeDasharray: '5 3.5', strokeLinecap: 'butt' };
  const recorded = { className: 'recorded', strokeOpacity: faded ? FADED : 1 };
  return [
    Plot.line(pointsOf(false, true), { ...dashed, ...recorded, strokeWidth: faded ? 0.75 : 1 }),
    Plot.line(pointsOf(true, true), { ...style, ...recorded, strokeWidth: faded ? 1.25 : 1.75 }),
    Plot.line(pointsOf(false, false), { ...dashed, strokeWidth: 1.25 }),
    Plot.line(pointsOf(true, false), { ...style, strokeWidth: 2.75 }),
  ];
}

/** @typedef {Line & Point | ReturnType<typeof referencesOf>[number]} End */

/** As many labels as there is room for, the faded ones and the paper's giving way.
 * @param {(Line & Point)[]} lines @param {ReturnType<typeof referencesOf>} references
 * @param {number} room in pixels @returns {End[]} */
function labelledOf(lines, references, room) {
  const most = Math.floor(room / LABEL_HEIGHT) + 1;
  /** @type {End[]} */
  const all = [...lines, ...references];
  const wanted = [
    ...lines.filter(({ faded }) => !faded),
    ...references,
    ...lines.filter(({ faded }) => faded),
  ].filter(({ label }) => label !== '');
  const named = new Set(wanted.slice(0, most));
  return all.filter((end) => named.has(end));
}

/** Dots at the ends of lines, marks of the paper's numbers, and labels in the margin to the right.
 * @param {Line[]} lines @param {ReturnType<typeof referencesOf>} references
 * @param {number} top of the scale @param {number} right margin @param {Look} look */
function ends(lines, references, top, right, { width, height, steps }) {
  const [from, to] = [TOP, height - BOTTOM];
  const pixel = steps / (width - LEFT - right);
  const margin = steps + LABEL_GAP * pixel;
  const toPixels = (/** @type {number} */ error) => to - (error / top) * (to - from);
  const last = lines.map((line) => ({ ...line, ...line.points[line.points.length - 1] }));
  const named = labelledOf(last, references, to - from);
  const positions = spread(
    named.map(({ error }) => toPixels(error)),
    LABEL_HEIGHT,
    from,
    to,
  );
  const labelled = named.map((end, i) => ({
    ...end,
    ...('reference' in end ? { step: steps, color: 'var(--ink)', bold: false } : {}),
    margin,
    position: ((to - positions[i]) / (to - from)) * top,
    text: 'reference' in end || end.faded ? 'var(--muted)' : labelColor(end.color),
  }));
  /** @type {Plot.TextOptions} */
  const label = {
    ...{ x: 'margin', y: 'position', text: 'label', dx: 3, textAnchor: 'start', fill: 'text' },
  };
  const isBold = (/** @type {(typeof labelled)[number]} */ end) =>
    end.bold === true && !('recorded' in end && end.recorded);
  return [
    Plot.link(
      labelled.filter(({ step = 0 }) => step > steps * LEADER_FROM),
      {
        ...{ x1: 'step', y1: 'error', x2: 'margin', y2: 'position' },
        ...{ stroke: 'color', strokeOpacity: 0.35, strokeWidth: 0.75 },
      },
    ),
    Plot.link(references, {
      ...{ className: 'reference', x1: steps - MARK_PIXELS * pixel, x2: steps },
      ...{ y1: 'error', y2: 'error', stroke: 'var(--ink)', strokeWidth: 1 },
    }),
    ...dots(last),
    Plot.text(labelled.filter(isBold), { ...label, fontWeight: 650 }),
    Plot.text(
      labelled.filter((end) => !isBold(end)),
      label,
    ),
  ];
}

/** @param {(Line & Point)[]} ends of what was trained here */
function dots(ends) {
  const position = { x: 'step', y: 'error' };
  const live = ends.filter(({ recorded }) => !recorded);
  return [
    Plot.dot(
      live.filter(({ bold }) => bold),
      { ...position, fill: 'color', r: 3.25 },
    ),
    Plot.dot(
      live.filter(({ bold }) => !bold),
      { ...position, stroke: 'color', fill: 'var(--ground)', r: 2.25, strokeWidth: 1.25 },
    ),
  ];
}

/** The description of the figure for screen readers. @param {Series[]} series
 * @param {Look} look */
function describe(series, { t, lang }) {
  const told = series.map(({ name, train, test, recorded }) => {
    const [trained, tested] = [train, test].map((points) => points.at(-1)?.error);
    const text = (/** @type {number | undefined} */ error) =>
      error === undefined ? '–' : percent(lang, error);
    const told = { name, train: text(trained), test: text(tested) };
    return t(recorded ? 'chartSeriesRecorded' : 'chartSeries', told);
  });
  return t('chartDescription', { series: told.join(' ') });
}
