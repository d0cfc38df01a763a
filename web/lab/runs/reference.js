/** Recorded runs as rows of the list, and the test errors of the paper's Table 6. */
import { nameOfSpec } from '../../lib/spec.js';
import { configOf } from '../experiment.js';
import { runOf } from './format.js';
import { coloured } from './rows.js';

/** @typedef {import('../../lib/index.js').RunRecord} RunRecord */
/** @typedef {import('./rows.js').Row} Row */

/** Test errors of the paper's Table 6 by depth; for 110 layers the best of five runs, 6.61 ± 0.16 on
 * average. It has none of plain networks. @type {Record<number, number>} */
const TABLE_6 = {
  20: 0.0875,
  32: 0.0751,
  44: 0.0717,
  56: 0.0697,
  110: 0.0643,
  1202: 0.0793,
};

/** What the paper's network of this kind came to, if Table 6 has it.
 * @param {Pick<import('../../lib/index.js').Spec, 'family' | 'depth'>} spec */
export function paperError({ family, depth }) {
  return family === 'residual' ? TABLE_6[depth] : undefined;
}

/** Rows of the same kind as those of the runs here, named by `nameOf`.
 * @param {RunRecord[]} records @param {(record: RunRecord) => string} nameOf
 * @param {Record<string, import('../../lib/index.js').LayerStatistics[]>} layers what was measured, by the
 *   record's name @returns {Row[]} */
export function recordedRows(records, nameOf, layers) {
  const rows = records.map((record) => {
    const name = nameOf(record);
    const rest = { config: configOf(record), run: runOf(record), hidden: false };
    rest.run.layers = layers[record.name] ?? null;
    return { ...rest, name, group: name, kind: name, imported: true, origin: null };
  });
  return coloured(rows);
}

/** "resnet20", with its length if another of the records is like it and shorter, and with its schedule if
 * another is as long.
 * @param {RunRecord} record @param {RunRecord[]} records
 * @param {import('../../ui/messages.js').Translate} t */
export function recordedName({ spec, recipe }, records, t) {
  const { family, depth } = spec;
  const name = nameOfSpec(spec);
  const alike = records.filter((one) => one.spec.family === family && one.spec.depth === depth);
  const isLonger = alike.some((one) => one.recipe.epochs < recipe.epochs);
  if (!isLonger) return name;
  const told = t('recordedLonger', { name, epochs: recipe.epochs });
  const isAlone = alike.filter((one) => one.recipe.epochs === recipe.epochs).length === 1;
  return isAlone ? told : `${told}, ${t(`schedule_${recipe.schedule}`)}`;
}

/** What Table 6 has of the networks on the chart. @param {Row[]} rows
 * @returns {import('../charts/curve-chart.js').Reference[]} */
export function referencesFor(rows) {
  const names = new Map(
    rows.map(({ config: { family, depth } }) => [
      nameOfSpec({ family, depth }),
      paperError({ family, depth }),
    ]),
  );
  return [...names].flatMap(([name, error]) => (error === undefined ? [] : [{ name, error }]));
}
