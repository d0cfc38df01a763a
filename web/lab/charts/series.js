/** The series that the figure of curves draws: one of each run, or the mean and the range of runs that
 * differ only in their seed. */
import { nameOfSpec } from '../../lib/spec.js';
import { placeOf, readingsOf, smoothed } from './axes.js';

/** @typedef {import('../runs/rows.js').Row} Row */
/** @typedef {import('./axes.js').Reading} Reading */
/** @typedef {import('./curve-chart.js').SeriesOnly} SeriesOnly */

/** What is asked of the runs.
 * @typedef {object} Wanted
 * @property {import('./axes.js').Measure} measure
 * @property {import('./axes.js').Against} against
 * @property {number} smoothing of training curves, from 0 to below 1
 * @property {boolean} overSeeds mean and band
 * @property {boolean} recorded not trained here
 * @property {import('../../ui/messages.js').Translate} t */

/** Rows by what is the same in all seeds; a seed that is there twice is in two groups.
 * @param {Row[]} rows that have begun */
export function groupsOf(rows) {
  /** @type {Map<string, { row: Row, seeds: string }[]>} */
  const groups = new Map();
  for (const row of rows) {
    const { spec, recipe, data } = /** @type {import('../runs/run.js').Facts} */ (row.run.facts);
    const seeds = `${spec.seed} ${recipe.seed} ${recipe.augmentSeed}`;
    const same = [{ ...spec, seed: 0 }, { ...recipe, seed: 0, augmentSeed: 0 }, data];
    let key = JSON.stringify(same);
    while (groups.get(key)?.some((member) => member.seeds === seeds)) key += ' again';
    groups.set(key, [...(groups.get(key) ?? []), { row, seeds }]);
  }
  return [...groups.values()].map((members) => members.map(({ row }) => row));
}

/** Are there runs that differ in nothing but the seed? @param {Row[]} rows that have begun */
export function haveSeeds(rows) {
  return groupsOf(rows).some((members) => members.length > 1);
}

/** @param {Row[]} rows that have begun @param {Wanted} wanted @returns {SeriesOnly[]} */
export function seriesOf(rows, wanted) {
  const groups = wanted.overSeeds ? groupsOf(rows) : rows.map((row) => [row]);
  return groups.map((members) => seriesOfGroup(members, wanted));
}

/** @param {Row[]} members @param {Wanted} wanted @returns {SeriesOnly} */
function seriesOfGroup(members, { measure, against, smoothing, recorded, t }) {
  const [{ name, group, color, run, config }] = members;
  const isOne = members.length === 1;
  const place = placeOf(run, against);
  /** @template {{ step: number }} T @param {T[]} points */
  const placed = (points) => points.map(({ step, ...rest }) => ({ ...rest, at: place(step) }));
  const curves = members.map((row) => readingsOf(row.run.curve, measure));
  const train = overSeeds(curves.map((one) => smoothed(one.train, smoothing)));
  const test = overSeeds(curves.map((one) => one.test));
  return {
    name: isOne ? name : t('seeds', { name: group, count: members.length }),
    names: members.map((row) => row.name),
    network: nameOfSpec(config),
    ...{ color, recorded, drops: dropsOf(run).map(place) },
    ...{ train: placed(train.mean), test: placed(test.mean) },
    ...(isOne ? {} : { bands: { train: placed(train.band), test: placed(test.band) } }),
  };
}

/** Steps at which the schedule cut the learning rate. @param {import('../runs/run.js').Run} run */
function dropsOf({ facts, curve }) {
  return ['step', 'paper'].includes(facts?.recipe.schedule ?? '') ? curve.drops : [];
}

/** As far as all of them go. @param {Reading[][]} curves */
export function overSeeds(curves) {
  if (curves.length === 1) return { mean: curves[0], band: [] };
  const end = Math.min(...curves.map((points) => points.at(-1)?.step ?? 0));
  const steps = curves[0].map(({ step }) => step).filter((step) => step <= end);
  const values = curves.map((points) => resampled(points, steps));
  const at = (/** @type {number} */ i) => values.map((row) => row[i]);
  return {
    mean: steps.map((step, i) => {
      return { step, value: at(i).reduce((sum, value) => sum + value, 0) / curves.length };
    }),
    band: steps.map((step, i) => ({ step, low: Math.min(...at(i)), high: Math.max(...at(i)) })),
  };
}

/** A curve's values at rising steps, on straight lines between its points.
 * @param {Reading[]} points @param {number[]} steps */
function resampled(points, steps) {
  let next = 0;
  return steps.map((step) => {
    while (next < points.length - 1 && points[next].step < step) next++;
    const [left, right] = [points[Math.max(0, next - 1)], points[next]];
    const span = right.step - left.step;
    const share = span === 0 ? 1 : Math.max(0, (step - left.step) / span);
    return left.value + share * (right.value - left.value);
  });
}
