/** The figures that the workbench can show: for each, which runs it draws and how. */
import { nameOfSpec } from '../../lib/spec.js';
import { resolveConfig, stepsOf } from '../experiment.js';
import { classesOf } from '../resources.js';
import { drawCurves, marginsOf } from './curve-chart.js';
import { emphasised } from './emphasis.js';
import { drawLayers } from './layers-chart.js';
import { drawResponses } from './responses-chart.js';
import { seriesOf } from './series.js';

/** @typedef {import('../lab.js').ResiduaLab} ResiduaLab */
/** @typedef {import('../runs/rows.js').Row} Row */

/** A drawing, what a cursor reads in it, its margins in pixels, and its plane where a part of that can be
 * looked at more closely.
 * @typedef {{ chart: Element, tracks: import('./cursor.js').Track[], top: number, bottom: number,
 *   plane?: ReturnType<typeof drawCurves>['plane'] }} Figure */

/** @param {ResiduaLab} lab @returns {Figure} */
export function drawFigure(lab) {
  if (lab.figure === 'layers') return drawLayerStats(lab);
  return lab.figure === 'responses' ? drawLayerResponses(lab) : drawMeasure(lab, lab.figure);
}

/** Something is trained here, or about to be: what was recorded steps back.
 * @param {ResiduaLab} lab */
const isLive = ({ busy, drawn }) => busy || drawn.length > 0;

/** @param {ResiduaLab} lab */
function lookOf({ layout, layer, lang, t }) {
  const marked = layer === null ? [] : [layer + 1];
  return { width: layout.chartWidth, height: layout.chartHeight, marked, lang, t };
}

/** @param {ResiduaLab} lab @param {import('./axes.js').Measure} measure @returns {Figure} */
function drawMeasure(lab, measure) {
  const { drawn, reference, chart, t } = lab;
  const live = isLive(lab);
  const { log, smoothing, zoom, highlight, overSeeds } = chart.view;
  const against = againstOf(lab);
  const wanted = { measure, against, smoothing, t };
  const series = [
    ...seriesOf(reference.drawn, { ...wanted, overSeeds: false, recorded: true }),
    ...seriesOf(drawn, { ...wanted, overSeeds, recorded: false }),
  ];
  const { width } = lookOf(lab);
  const drawing = drawCurves(emphasised(series, highlight, live), {
    ...lookOf(lab),
    ...{ measure, against, log, zoom, live },
    end: endOf(lab, against),
    references: reference.marks,
    guessing: guessingOf(measure, classesDrawn(lab)),
  });
  const { top, bottom } = marginsOf(width);
  return { ...drawing, top, bottom };
}

/** Of the runs on the chart, or of the images at hand if there is none; null if they differ.
 * @param {ResiduaLab} lab */
function classesDrawn({ drawn, reference, usedSource }) {
  const rows = [...drawn, ...reference.drawn];
  const all = new Set(rows.flatMap(({ run }) => run.facts?.spec.classes ?? []));
  if (all.size === 0) return classesOf(usedSource);
  return all.size === 1 ? [...all][0] : null;
}

/** What a network that guesses comes to. @param {import('./axes.js').Measure} measure
 * @param {number | null} classes */
function guessingOf(measure, classes) {
  if (measure === 'rate' || classes === null) return null;
  return measure === 'loss' ? Math.log(classes) : 1 - 1 / classes;
}

/** What the horizontal axis is: what the reader has chosen, or iterations, unless recorded runs of other
 * lengths are to lie beside the reader's. @param {ResiduaLab} lab @returns {import('./axes.js').Against} */
export function againstOf(lab) {
  const { against } = lab.chart.view;
  if (against) return against;
  const isMixed = lab.reference.drawn.length > 0 && new Set(lengthsOf(lab)).size > 1;
  return isMixed ? 'shares' : 'steps';
}

/** Of the horizontal axis. @param {ResiduaLab} lab @param {import('./axes.js').Against} against */
function endOf(lab, against) {
  const { experiment, drawn, reference } = lab;
  if (against === 'shares') return 100;
  if (against === 'steps') return Math.max(...lengthsOf(lab));
  const ticks = [...drawn, ...reference.drawn].map(({ run }) => run.tick);
  if (against === 'seconds') return Math.max(1, ...ticks.map((tick) => tick?.seconds ?? 0));
  const begun = ticks.map((tick) => tick?.epochs ?? 1);
  if (!isLive(lab) && begun.length > 0) return Math.max(...begun);
  return Math.max(
    ...begun,
    ...experiment.runs.map((run) => resolveConfig(experiment, run).epochs || 1),
  );
}

/** Steps of all runs that have begun and, unless only recorded runs are shown, of those to come.
 * @param {ResiduaLab} lab */
function lengthsOf(lab) {
  const { experiment, drawn, reference } = lab;
  const begun = [...drawn, ...reference.drawn].map(({ run }) => run.tick?.steps ?? 1);
  if (reference.drawn.length > 0 && !isLive(lab)) return begun;
  return [...begun, ...experiment.runs.map((run) => stepsOf(resolveConfig(experiment, run)) || 1)];
}

/** What can be pointed at. @param {Row} row @param {boolean} recorded */
const pointable = ({ name, config }, recorded) => {
  return { names: [name], network: nameOfSpec(config), recorded };
};

/** @param {ResiduaLab} lab @returns {Figure} */
function drawLayerStats(lab) {
  const flows = lab.drawn.flatMap((row) => {
    const { firstLayerStats: first, layerStats: latest } = row.run;
    const { name, color } = row;
    return first && latest ? [{ ...pointable(row, false), name, color, first, latest }] : [];
  });
  const deepest = Math.max(...lab.experiment.runs.map(({ depth }) => depth - 1));
  const shown = emphasised(flows, lab.chart.view.highlight, true);
  return drawLayers(shown, { ...lookOf(lab), layers: deepest });
}

/** @param {ResiduaLab} lab @returns {Figure} */
function drawLayerResponses(lab) {
  const { drawn, reference, chart } = lab;
  const live = isLive(lab);
  const responsesOf = (/** @type {Row[]} */ rows, /** @type {boolean} */ recorded) =>
    rows.flatMap((row) => {
      const { name, color, run } = row;
      return run.layers ? [{ ...pointable(row, recorded), name, color, layers: run.layers }] : [];
    });
  const all = [...responsesOf(reference.drawn, true), ...responsesOf(drawn, false)];
  return drawResponses(emphasised(all, chart.view.highlight, live), { ...lookOf(lab), live });
}
