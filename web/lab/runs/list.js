/** The runs that the workbench lists, with what the reader or a link has decided about each. A choice
 * belongs to a configuration object, so a network that is changed has none. */
import { haveSeeds } from '../charts/series.js';
import { areComparable } from '../experiment.js';
import { configOf, jsonOf, runOf } from './format.js';
import { cleanName, endOf } from './link-state.js';
import { rowsOf } from './rows.js';

/** @typedef {import('../index.js').Experiment} Experiment */
/** @typedef {import('../index.js').RunConfig} RunConfig */
/** @typedef {import('./link-state.js').End} End */
/** @typedef {import('./rows.js').Choice} Choice */

export class RunList {
  /** Runs from files. @type {import('./rows.js').Imported[]} */
  imported = [];
  /** @type {WeakMap<RunConfig, Choice>} */
  #choices = new WeakMap();
  /** How a link says that the runs of an experiment end.
   * @type {{ experiment: Experiment, ends: Map<RunConfig, End> } | null} */
  #expected = null;
  #lab;

  /** @param {import('../lab.js').ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  /** The networks of the experiment, then the runs from files. */
  get all() {
    const { experiment, session } = this.#lab;
    const runOfNetwork = (/** @type {RunConfig} */ config) => session.runOf(config);
    return rowsOf(experiment.runs, runOfNetwork, this.imported, this.#choices);
  }

  /** The networks of the experiment. */
  get own() {
    return this.all.filter(({ imported }) => !imported);
  }

  /** What the chart shows. */
  get drawn() {
    return this.all.filter(({ run, hidden }) => run.tick && !hidden);
  }

  /** What would be trained now. */
  get due() {
    const due = this.#lab.session.due(this.#lab.experiment);
    return this.own.filter(({ config }) => due.includes(config));
  }

  /** Does the chart show runs that differ in nothing but the seed? */
  get haveSeeds() {
    return haveSeeds(this.drawn);
  }

  /** @param {RunConfig} config */
  nameOf(config) {
    return this.all.find((row) => row.config === config)?.name ?? '';
  }

  /** @param {RunConfig} config @param {Choice} choice */
  #choose(config, choice) {
    this.#choices.set(config, { ...this.#choices.get(config), ...choice });
    this.#lab.requestUpdate();
    this.#lab.announceExperiment();
  }

  /** @param {RunConfig} config @param {string} name empty: the one it had */
  rename(config, name) {
    this.#choose(config, { name: cleanName(name) });
  }

  /** @param {RunConfig} config @param {boolean} hidden from the chart */
  hide(config, hidden) {
    this.#choose(config, { hidden });
  }

  /** Adds a run from a file. @param {import('../../lib/index.js').RunRecord} record
   * @returns {boolean} false if the list has it already */
  add(record) {
    const name = cleanName(record.name) ?? '';
    const run = { config: configOf(record), name, run: runOf(record) };
    const content = jsonOf(run.name, run.run);
    if (this.imported.some((one) => jsonOf(one.name, one.run) === content)) return false;
    this.imported = [...this.imported, run];
    return true;
  }

  /** How a link says that a run ends. @param {RunConfig} config */
  expectedEnd(config) {
    const expected = this.#expected;
    if (!expected || !areComparable(expected.experiment, this.#lab.experiment)) return undefined;
    return expected.ends.get(config);
  }

  /** What a link to the experiment says of each network beside its configuration.
   * @returns {import('../index.js').RunLinkState[]} */
  get linkState() {
    return this.own.map(({ config, hidden, run }) => {
      const { name } = this.#choices.get(config) ?? {};
      return { name, hidden, ended: endOf(run) ?? this.expectedEnd(config) };
    });
  }

  set linkState(linkState) {
    const { experiment } = this.#lab;
    /** @type {Map<RunConfig, End>} */
    const ends = new Map();
    for (const [i, config] of experiment.runs.entries()) {
      const { name, hidden, ended } = linkState[i] ?? {};
      this.#choices.set(config, { name, hidden });
      if (ended) ends.set(config, ended);
    }
    this.#expected = { experiment, ends };
    this.#lab.requestUpdate();
  }
}
