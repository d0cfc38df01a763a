/** The series that the error chart draws: one of each run, or the mean and the range of runs that differ
 * only in their seed. */

/** @typedef {import('../runs/rows.js').Row} Row */
/** @typedef {import('../../lib/curve.js').Point} Point */
/** @typedef {import('./error-chart.js').Series} Series */

/** Rows by what is the same in all seeds; a seed that is there twice is in two groups.
 * @param {Row[]} rows that have begun */
function groupsOf(rows) {
  /** @type {Map<string, { row: Row, seeds: string }[]>} */
  const groups = new Map();
  for (const row of rows) {
    const { spec, recipe, data } = /** @type {import('../session.js').Facts} */ (row.run.facts);
    const seeds = `${spec.seed} ${recipe.seed}`;
    let key = JSON.stringify([{ ...spec, seed: 0 }, { ...recipe, seed: 0 }, data]);
    while (groups.get(key)?.some((member) => member.seeds === seeds)) key += ' again';
    groups.set(key, [...(groups.get(key) ?? []), { row, seeds }]);
  }
  return [...groups.values()].map((members) => members.map(({ row }) => row));
}

/** Are there runs that differ in nothing but the seed? @param {Row[]} rows that have begun */
export function haveSeeds(rows) {
  return groupsOf(rows).some((members) => members.length > 1);
}

/** @param {Row[]} rows that have begun @param {boolean} overSeeds mean and band
 * @param {import('../../ui/messages.js').Translate} t @returns {Series[]} */
export function seriesOf(rows, overSeeds, t) {
  if (!overSeeds) return rows.map(seriesOfRun);
  return groupsOf(rows).map((members) =>
    members.length > 1 ? seriesOfGroup(members, t) : seriesOfRun(members[0]),
  );
}

/** @param {Row} row @returns {Series} */
function seriesOfRun({ name, color, run }) {
  const { train, test } = run.curve;
  return { name, color, train, test, drops: dropsOf(run), steps: run.tick?.steps ?? 1 };
}

/** @param {Row[]} members @param {import('../../ui/messages.js').Translate} t @returns {Series} */
function seriesOfGroup(members, t) {
  const [{ group, color, run }] = members;
  const train = overSeeds(members.map((row) => row.run.curve.train));
  const test = overSeeds(members.map((row) => row.run.curve.test));
  return {
    ...{ name: t('seeds', { name: group, count: members.length }), color },
    ...{ train: train.mean, test: test.mean, drops: dropsOf(run), steps: run.tick?.steps ?? 1 },
    bands: { train: train.band, test: test.band },
  };
}

/** Steps at which the schedule cut the learning rate. @param {import('../session.js').Run} run */
function dropsOf({ facts, curve }) {
  return ['step', 'paper'].includes(facts?.recipe.schedule ?? '') ? curve.drops : [];
}

/** As far as all of them go. @param {Point[][]} curves */
export function overSeeds(curves) {
  const end = Math.min(...curves.map((points) => points.at(-1)?.step ?? 0));
  const steps = curves[0].map(({ step }) => step).filter((step) => step <= end);
  const errors = curves.map((points) => resampled(points, steps));
  const at = (/** @type {number} */ i) => errors.map((row) => row[i]);
  return {
    mean: steps.map((step, i) => {
      return { step, error: at(i).reduce((sum, error) => sum + error, 0) / curves.length };
    }),
    band: steps.map((step, i) => ({ step, low: Math.min(...at(i)), high: Math.max(...at(i)) })),
  };
}

/** A curve's errors at rising steps, on straight lines between its points.
 * @param {Point[]} points @param {number[]} steps */
function resampled(points, steps) {
  let next = 0;
  return steps.map((step) => {
    while (next < points.length - 1 && points[next].step < step) next++;
    const [left, right] = [points[Math.max(0, next - 1)], points[next]];
    const span = right.step - left.step;
    const share = span === 0 ? 1 : Math.max(0, (step - left.step) / span);
    return left.error + share * (right.error - left.error);
  });
}
