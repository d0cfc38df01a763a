/** The figures that the workbench can show: for each, which runs it draws and how. */
import { resolveConfig, stepsOf } from '../experiment.js';
import { asShares, referencesFor } from '../runs/reference.js';
import { classesOf } from '../session.js';
import * as errors from './error-chart.js';
import * as layers from './layers-chart.js';
import { drawResponses } from './responses-chart.js';
import { seriesOf } from './series.js';

/** @typedef {import('../lab.js').ResiduaLab} ResiduaLab */
/** @typedef {import('../runs/rows.js').Row} Row */

/** A drawing, what a cursor reads in it, and its margins in pixels.
 * @typedef {{ chart: Element, tracks: import('./cursor.js').Track[], top: number, bottom: number }} Figure */

/** @param {ResiduaLab} lab @returns {Figure} */
export function drawFigure(lab) {
  return { errors: drawErrors, layers: drawLayers, responses: drawLayerResponses }[lab.figure](lab);
}

/** @param {ResiduaLab} lab */
function lookOf({ layout, lang, t }) {
  return { width: layout.chartWidth, height: layout.chartHeight, lang, t };
}

/** @param {ResiduaLab} lab @returns {Figure} */
function drawErrors(lab) {
  const { drawn, reference, chart, usedSource, t } = lab;
  const live = seriesOf(drawn, chart.overSeeds, t);
  const recorded = seriesOf(reference.drawn, false, t);
  const series = [...recorded.map((one) => ({ ...one, recorded: true })), ...live];
  const lengths = lengthsOf(lab);
  const shares = recorded.length > 0 && new Set(lengths).size > 1;
  const drawing = errors.drawChart(shares ? asShares(series) : series, {
    ...lookOf(lab),
    steps: shares ? 100 : Math.max(...lengths),
    shares,
    references:
      recorded.length > 0 && reference.hasPapersTask
        ? referencesFor([...drawn, ...reference.drawn], drawn.length === 0)
        : [],
    guessing: 1 - 1 / classesOf(usedSource),
  });
  return { ...drawing, top: errors.TOP, bottom: errors.BOTTOM };
}

/** Steps of all runs that have begun and, unless only recorded runs are shown, of those to come.
 * @param {ResiduaLab} lab */
function lengthsOf({ experiment, drawn, reference }) {
  const begun = [...drawn, ...reference.drawn].map(({ run }) => run.tick?.steps ?? 1);
  if (reference.drawn.length > 0 && drawn.length === 0) return begun;
  return [...begun, ...experiment.runs.map((run) => stepsOf(resolveConfig(experiment, run)) || 1)];
}

/** @param {ResiduaLab} lab @returns {Figure} */
function drawLayers(lab) {
  const flows = lab.drawn.flatMap(({ name, color, run: { firstLayerStats, layerStats } }) =>
    firstLayerStats && layerStats
      ? [{ name, color, first: firstLayerStats, latest: layerStats }]
      : [],
  );
  const deepest = Math.max(...lab.experiment.runs.map(({ depth }) => depth - 1));
  const drawing = layers.drawLayers(flows, { ...lookOf(lab), layers: deepest });
  return { ...drawing, top: layers.TOP, bottom: layers.BOTTOM };
}

/** This figure has no cursor. @param {ResiduaLab} lab @returns {Figure} */
function drawLayerResponses(lab) {
  const { drawn, reference } = lab;
  const responsesOf = (/** @type {Row[]} */ rows, /** @type {boolean} */ recorded) =>
    rows.flatMap(({ name, color, run }) => {
      const faded = recorded && drawn.length > 0;
      return run.layers ? [{ name, color, layers: run.layers, recorded, faded }] : [];
    });
  const all = [...responsesOf(reference.drawn, true), ...responsesOf(drawn, false)];
  return { chart: drawResponses(all, lookOf(lab)), tracks: [], top: 0, bottom: 0 };
}
