/** Rows of the list of runs: each run with its name, its group and its colour. Names are unique. */

import { DEEPEST, lineColor } from '../../ui/palette.js';
import { namesOf, runText } from '../experiment.js';

/** @typedef {import('../index.js').RunConfig} RunConfig */
/** @typedef {import('./run.js').Run} Run */
/** What the reader has decided about a run. @typedef {{ name?: string, hidden?: boolean }} Choice */
/** Where a run beside the experiment's comes from. @typedef {'before' | 'file' | 'link'} Origin */
/** @typedef {{ config: RunConfig, name: string, run: Run, origin: Origin }} Other */

/**
 * @typedef {object} Row
 * @property {RunConfig} config
 * @property {string} name
 * @property {string} group the name without the seed
 * @property {string} kind what its colour belongs to: all seeds of a network have one
 * @property {string} color
 * @property {Run} run
 * @property {boolean} hidden from the chart
 * @property {boolean} imported it is not of the experiment's networks
 * @property {Origin | null} origin null: it is
 */

/** @param {RunConfig[]} runs of the experiment @param {(config: RunConfig) => Run} runOf
 * @param {Other[]} others @param {(config: RunConfig) => Choice | undefined} choiceOf
 * @param {Map<string, number>} [slots] colours that networks have had
 * @returns {Row[]} */
export function rowsOf(runs, runOf, others, choiceOf, slots = new Map()) {
  const names = namesOf(runs);
  const groups = namesOf(runs.map((run) => ({ ...run, seed: 1 })));
  const own = runs.map((config, i) => {
    const { name = names[i], hidden = false } = choiceOf(config) ?? {};
    const isGiven = name !== names[i];
    const [group, kind] = isGiven ? [name, name] : [groups[i], runText({ ...config, seed: 1 })];
    const run = runOf(config);
    return { config, name, group, kind, run, hidden, imported: false, origin: null };
  });
  const taken = new Set(own.flatMap(({ name, group }) => [name, group]));
  const beside = others.map(({ config, name: given, run, origin }) => {
    const { name = unusedName(given, taken), hidden = false } = choiceOf(config) ?? {};
    taken.add(name);
    const kind = origin === 'before' ? runText({ ...config, seed: 1 }) : name;
    return { config, name, group: name, kind, run, hidden, imported: true, origin };
  });
  return coloured([...own, ...beside], slots);
}

/** @param {string} name @param {Set<string>} taken */
function unusedName(name, taken) {
  let unused = name;
  for (let count = 2; taken.has(unused); count++) unused = `${name} (${count})`;
  return unused;
}

/** Those of one family and shade of depth differ a little in hue, but for the seed. A network keeps its colour while
 * others come and go, and has it again when it comes back, unless another has it by then.
 * @param {Omit<Row, 'color'>[]} rows @param {Map<string, number>} slots
 * @returns {Row[]} */
export function coloured(rows, slots = new Map()) {
  const place = (/** @type {Omit<Row, 'color'>} */ { config }) =>
    `${config.family} ${Math.min(config.depth, DEEPEST)}`;
  const keyOf = (/** @type {Omit<Row, 'color'>} */ row) => `${place(row)} ${row.kind}`;
  /** Who has which. @type {Map<string, string>} */
  const taken = new Map();
  const isFree = (/** @type {Omit<Row, 'color'>} */ row, /** @type {number} */ slot) =>
    (taken.get(`${place(row)} ${slot}`) ?? keyOf(row)) === keyOf(row);
  const take = (/** @type {Omit<Row, 'color'>} */ row, /** @type {number} */ slot) => {
    slots.set(keyOf(row), slot);
    taken.set(`${place(row)} ${slot}`, keyOf(row));
  };
  const isNew = (/** @type {Omit<Row, 'color'>} */ row) => {
    const slot = slots.get(keyOf(row));
    if (slot === undefined || !isFree(row, slot)) return true;
    take(row, slot);
    return false;
  };
  for (const row of rows.filter(isNew)) {
    let slot = 0;
    while (!isFree(row, slot)) slot++;
    take(row, slot);
  }
  return rows.map((row) => ({ ...row, color: lineColor(row.config, slots.get(keyOf(row))) }));
}
