/** Every run that the workbench knows, in one list: those of the experiment's networks, those that were trained
 * before, those from files. A network shows the latest run of what it comes to, so a value that is
 * changed and changed back finds its run again. Names and choices of the reader belong to configurations. */
import { haveSeeds } from '../charts/series.js';
import {
  areComparable,
  configOf,
  keysOf,
  namesBeside,
  namesOf,
  recipeOf,
  resolveConfig,
  wholeConfig,
} from '../experiment.js';
import { runOf, sketchOf } from './format.js';
import { cleanName, endOf } from './link-state.js';
import { rowsOf } from './rows.js';
import { NOT_RUN, Run } from './run.js';

/** @typedef {import('../index.js').Experiment} Experiment */
/** @typedef {import('../index.js').RunConfig} RunConfig */
/** @typedef {import('./link-state.js').End} End */
/** @typedef {import('./rows.js').Choice} Choice */

/** A run of the list. Those that one press trained share their id, and are kept together.
 * @typedef {object} Entry
 * @property {RunConfig} config of its own row, with the whole recipe
 * @property {string} name
 * @property {boolean} isGiven the name is the reader's
 * @property {Run} run
 * @property {import('./rows.js').Origin} origin
 * @property {string | null} key what a network comes to that shows it; null: it is from elsewhere
 * @property {string} id of the press
 * @property {number} index among the networks of the press
 * @property {Experiment | null} experiment of the press
 * @property {number} when it ended, in ms since 1970
 * @property {number} bytes that it takes in the browser's storage; 0: it is not kept there
 * @property {boolean} isHere it was trained since the page was opened
 * @property {boolean} onChart beside the experiment's networks
 */

/** Runs that an edit leaves on the chart beside the experiment's networks, at most. */
const MOST_BESIDE = 8;

export class RunList {
  /** The latest last. @type {readonly Entry[]} */
  entries = [];
  /** @type {WeakMap<RunConfig, Choice>} */
  #choices = new WeakMap();
  /** Colours of networks, which stay. @type {Map<string, number>} */
  #slots = new Map();
  /** How a link says that the runs of an experiment end.
   * @type {{ experiment: Experiment, ends: Map<RunConfig, End> } | null} */
  #expected = null;
  /** @type {{ of: unknown[], keys: Map<RunConfig, string> }} */
  #keys = { of: [], keys: new Map() };
  #lab;

  /** @param {import('../lab.js').ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  /** What each network of the experiment comes to. */
  get #keyOf() {
    const { experiment, usedSource } = this.#lab;
    const of = [experiment, usedSource];
    if (of.some((part, i) => part !== this.#keys.of[i])) {
      const keys = keysOf(experiment, sourceOf(usedSource));
      this.#keys = { of, keys: new Map(experiment.runs.map((config, i) => [config, keys[i]])) };
    }
    return this.#keys.keys;
  }

  /** The latest of a network. @param {RunConfig} config */
  entryOf(config) {
    const key = this.#keyOf.get(config);
    return key === undefined ? undefined : this.entries.findLast((entry) => entry.key === key);
  }

  /** Does a network of the experiment show it? @param {Entry} entry */
  isOwn(entry) {
    return this.#shown.has(entry);
  }

  /** @param {Entry} entry */
  isOnChart(entry) {
    return this.isOwn(entry) || entry.onChart;
  }

  /** Those of the experiment's networks. */
  get #shown() {
    return new Set(this.#lab.experiment.runs.map((config) => this.entryOf(config)));
  }

  /** The networks of the experiment, then the other runs on the chart. */
  get all() {
    const { experiment } = this.#lab;
    const shown = this.#shown;
    const others = inOrder(this.entries.filter((entry) => entry.onChart && !shown.has(entry)));
    const names = namesBeside(
      experiment,
      others.map(({ config }) => config),
    );
    const named = others.map((entry, i) => {
      const { key, isGiven, name } = entry;
      return { ...entry, name: key === null || isGiven ? name : names[i] };
    });
    const runOfNetwork = (/** @type {RunConfig} */ config) => this.entryOf(config)?.run ?? NOT_RUN;
    return rowsOf(experiment.runs, runOfNetwork, named, this.#choiceOf, this.#slots);
  }

  /** The networks of the experiment. */
  get own() {
    return this.all.filter(({ imported }) => !imported);
  }

  /** What the chart shows. */
  get drawn() {
    return this.all.filter(({ run, hidden }) => run.tick && !hidden);
  }

  /** What would be trained now: the networks that have not finished or, if all have, all again. */
  get due() {
    const { own } = this;
    const due = own.filter(({ run }) => !run.isDecided);
    return due.length > 0 ? due : own;
  }

  /** Does the chart show runs that differ in nothing but the seed? */
  get haveSeeds() {
    return haveSeeds(this.drawn);
  }

  /** From files. */
  get imported() {
    return this.entries.filter(({ origin }) => origin === 'file');
  }

  /** Those that have ended here, the latest first. */
  get ended() {
    return this.entries.filter(({ key, run }) => key !== null && run.isComplete).toReversed();
  }

  /** @param {RunConfig} config */
  nameOf(config) {
    return this.all.find((row) => row.config === config)?.name ?? '';
  }

  /** What the reader has decided about a row: a kept run brings its name along.
   * @param {RunConfig} config @returns {Choice | undefined} */
  #choiceOf = (config) => {
    const choice = this.#choices.get(config);
    const entry = this.entryOf(config);
    return entry?.isGiven ? { ...choice, name: choice?.name ?? entry.name } : choice;
  };

  /** @param {RunConfig} config @param {Choice} choice */
  #choose(config, choice) {
    this.#choices.set(config, { ...this.#choices.get(config), ...choice });
    this.#lab.requestUpdate();
    this.#lab.announceExperiment();
  }

  /** @param {RunConfig} config @param {string} name empty: the one it had */
  rename(config, name) {
    const entry = this.entryOf(config) ?? this.entries.find((one) => one.config === config);
    if (entry && entry.key !== null) void this.#lab.archive.rename(entry, name);
    else this.nameRow(config, name);
  }

  /** Names a network, or a run from elsewhere, and nothing that is kept.
   * @param {RunConfig} config @param {string} name empty: the one it had */
  nameRow(config, name) {
    this.#choose(config, { name: cleanName(name) });
  }

  /** Names a run of this page, and the row that shows it.
   * @param {Entry} entry @param {string} name empty: the one it had */
  nameEntry(entry, name) {
    const { id, index, experiment, config } = entry;
    const usual = experiment ? namesOf(experiment.runs)[index] : entry.name;
    const given = cleanName(name) ?? usual;
    for (const one of this.entries) {
      if (one.id === id && one.index === index) {
        Object.assign(one, { name: given, isGiven: given !== usual });
      }
    }
    const shownBy = this.#lab.experiment.runs.find((run) => this.entryOf(run) === entry);
    this.nameRow(shownBy ?? config, given === usual ? '' : given);
  }

  /** @param {RunConfig} config @param {boolean} hidden from the chart */
  hide(config, hidden) {
    this.#choose(config, { hidden });
  }

  /** Runs of the experiment's networks that begin now, each the latest of its network.
   * @param {{ config: RunConfig, index: number, saved?: import('./checkpoint-file.js').SavedRun | null }[]} due
   * @param {string} id of the press @returns {(Entry & { recipe: import('../../lib/index.js').Recipe })[]} */
  begin(due, id) {
    const { experiment } = this.#lab;
    const usual = namesOf(experiment.runs);
    const begun = due.map(({ config, index, saved }) => {
      const recipe = recipeOf(resolveConfig(experiment, config));
      const name = this.nameOf(config);
      return {
        ...{ config: wholeConfig(experiment, config), recipe, id, index, experiment },
        ...{ name, isGiven: name !== usual[index], run: saved?.run ?? new Run() },
        ...{ key: this.#keyOf.get(config) ?? '', when: Date.now(), bytes: 0 },
        ...{ isHere: true, onChart: false, origin: /** @type {const} */ ('before') },
      };
    });
    this.drop((entry) => begun.some((one) => one.id === entry.id && one.index === entry.index));
    this.entries = [...this.entries, ...begun];
    return begun;
  }

  /** Takes runs from the list. @param {(entry: Entry) => boolean} isToGo */
  drop(isToGo) {
    this.entries = this.entries.filter((entry) => !isToGo(entry));
  }

  /** Puts a run back into the list, at its time. @param {Entry} entry */
  put(entry) {
    this.entries = [...this.entries, entry].sort((a, b) => a.when - b.when);
  }

  /** What the browser keeps by now of this workbench. @param {import('./kept.js').Ended[]} kept */
  follow(kept) {
    const place = (/** @type {{ id: string, index: number }} */ { id, index }) => `${id} ${index}`;
    const there = new Map(kept.map((one) => [place(one), one]));
    const known = new Set(this.entries.map(place));
    const stay = this.entries.flatMap((entry) => {
      const one = there.get(place(entry));
      if (one) {
        if (!entry.isHere) entry.run.weights = one.saved.run.weights; // It may have been written anew.
        const { name, isGiven } = entryOfKept(one);
        return [Object.assign(entry, { bytes: one.bytes, when: one.when, name, isGiven })];
      }
      return entry.isHere || entry.key === null ? [Object.assign(entry, { bytes: 0 })] : [];
    });
    const read = kept.filter((one) => !known.has(place(one))).map(entryOfKept);
    this.entries = [...stay, ...read].sort((a, b) => a.when - b.when);
  }

  /** What the experiment shows stays on the chart when a value is changed, as runs of their own. */
  keepOnChart() {
    const shown = [...this.#shown].flatMap((entry) => (entry?.run.isComplete ? [entry] : []));
    for (const entry of shown.slice(0, MOST_BESIDE)) entry.onChart = true;
  }

  /** Adds a run from a file. @param {import('../../lib/formats/read-run.js').FileRun} read
   * @returns {boolean} false if the list has it already */
  add({ record, content }) {
    if (this.imported.some(({ id }) => id === content)) return false;
    const name = cleanName(record.name) ?? '';
    const [config, run] = [configOf(record), runOf(record)];
    this.#addOther({ config, name, run, id: content, index: 0, origin: 'file' });
    return true;
  }

  /** @param {Pick<Entry, 'config' | 'name' | 'run' | 'id' | 'index' | 'origin'>} other from elsewhere */
  #addOther(other) {
    const facts = { when: Date.now(), bytes: 0, isHere: true, onChart: true, isGiven: true };
    this.put({ ...other, ...facts, key: null, experiment: null });
  }

  /** Curves of a link join the chart; those of the link before leave it.
   * @param {import('../index.js').RunLinkState[]} linkState */
  #addCurves(linkState) {
    const { experiment, usedSource, t } = this.#lab;
    this.drop(({ origin }) => origin === 'link');
    for (const [index, own] of experiment.runs.entries()) {
      const { curve, ended } = linkState[index] ?? {};
      if (!curve) continue;
      const run = sketchOf(experiment, own, curve, usedSource, ended);
      const name = t('linkedName', { name: this.nameOf(own) });
      const config = wholeConfig(experiment, own);
      this.#addOther({ config, name, run, id: 'link', index, origin: 'link' });
    }
  }

  /** How a link says that a run ends; nothing if it is kept from before and ended so: a page that is
   * reloaded is no link. @param {RunConfig} config */
  expectedEnd(config) {
    const expected = this.#expected;
    if (!expected || !areComparable(expected.experiment, this.#lab.experiment)) return undefined;
    const end = expected.ends.get(config);
    const { isHere = true, run = NOT_RUN } = this.entryOf(config) ?? {};
    return !isHere && endOf(run)?.trajectory === end?.trajectory ? undefined : end;
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
    this.#addCurves(linkState);
    this.#lab.requestUpdate();
  }
}

/** As their experiments have them, whichever ended first. @param {Entry[]} entries */
function inOrder(entries) {
  const presses = [...new Set(entries.map(({ id }) => id))];
  return presses.flatMap((id) =>
    entries.filter((entry) => entry.id === id).sort((a, b) => a.index - b.index),
  );
}

/** What tells images from others. @param {import('../index.js').ImageSource | null} source */
export function sourceOf(source) {
  return source ? (source.id ?? source.name) : '';
}

/** @param {import('./kept.js').Ended} ended @returns {Entry} */
function entryOfKept({ id, index, when, bytes, head, saved }) {
  const { experiment, source } = head;
  const { name, run } = saved;
  const config = wholeConfig(experiment, experiment.runs[index]);
  return {
    ...{ config, name, run, id, index, when, bytes, experiment },
    ...{ key: keysOf(experiment, source)[index], isHere: false, onChart: false, origin: 'before' },
    isGiven: name !== namesOf(experiment.runs)[index],
  };
}
