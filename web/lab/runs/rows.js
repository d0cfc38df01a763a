/** Rows of the list of runs: each run with its name, its group and its colour. Names are unique. */

import { lineColor } from '../../ui/palette.js';
import { namesOf } from '../experiment.js';

/** @typedef {import('../index.js').RunConfig} RunConfig */
/** @typedef {import('../session.js').Run} Run */
/** What the reader has decided about a run. @typedef {{ name?: string, hidden?: boolean }} Choice */
/** A run from a file. @typedef {{ config: RunConfig, name: string, run: Run }} Imported */

/**
 * @typedef {object} Row
 * @property {RunConfig} config
 * @property {string} name
 * @property {string} group the name without the seed
 * @property {string} color
 * @property {Run} run
 * @property {boolean} hidden from the chart
 * @property {boolean} imported
 */

/** @param {RunConfig[]} runs of the experiment @param {(config: RunConfig) => Run} runOf
 * @param {Imported[]} imported @param {WeakMap<RunConfig, Choice>} choices @returns {Row[]} */
export function rowsOf(runs, runOf, imported, choices) {
  const names = namesOf(runs);
  const groups = namesOf(runs.map((run) => ({ ...run, seed: 1 })));
  const own = runs.map((config, i) => {
    const { name = names[i], hidden = false } = choices.get(config) ?? {};
    const group = name === names[i] ? groups[i] : name;
    return { config, name, group, run: runOf(config), hidden, imported: false };
  });
  const taken = new Set(own.flatMap(({ name, group }) => [name, group]));
  const others = imported.map(({ config, name: given, run }) => {
    const { name = unusedName(given, taken), hidden = false } = choices.get(config) ?? {};
    taken.add(name);
    return { config, name, group: name, run, hidden, imported: true };
  });
  return coloured([...own, ...others]);
}

/** @param {string} name @param {Set<string>} taken */
function unusedName(name, taken) {
  let unused = name;
  for (let count = 2; taken.has(unused); count++) unused = `${name} (${count})`;
  return unused;
}

/** Those of one family and depth differ a little in hue, but for the seed.
 * @param {Omit<Row, 'color'>[]} rows @returns {Row[]} */
export function coloured(rows) {
  /** @type {Map<string, string[]>} */
  const alike = new Map();
  return rows.map((row) => {
    const key = `${row.config.family} ${row.config.depth}`;
    const groups = alike.get(key) ?? [];
    alike.set(key, groups);
    if (!groups.includes(row.group)) groups.push(row.group);
    return { ...row, color: lineColor(row.config, groups.indexOf(row.group)) };
  });
}
