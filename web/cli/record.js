/** Keeps the file of a run, which the page can show, while the run is under way. */
import { cpus } from 'node:os';
import path from 'node:path';
import { Curve } from '../lib/curve.js';
import { digestOf } from '../lib/data/set-digest.js';
import { ResiduaError } from '../lib/errors.js';
import { factsOf, readRun, ticksOf, writeRun } from '../lib/formats/run-file.js';
import { inert } from '../lib/inert.js';
import { readWhole } from './files.js';
import { note } from './output.js';
import { quoted } from './shell.js';

/** @typedef {import('../lib/index.js').RunRecord} RunRecord */
/** @typedef {import('../lib/index.js').Tick} Tick */

/** Their values are paths of this machine, of which a record has the names alone. */
const PATH_FLAGS = [
  ...['--data', '-d', '--out', '-o', '--record', '--resume', '--from'],
  ...['--curve', '--tensorboard', '--config'],
];

/** A folder keeps its slash. @param {string} given */
const lastPart = (given) => path.basename(given) + (/[\\/]$/.test(given) ? '/' : '');

/** As it would be typed in the folder of its files. @param {string[]} words */
export function commandOf(words) {
  const told = words.map((word, i) => {
    const [, flag, equals, value] = /^(--[\w-]+(?==)|-[do])(=?)(.+)$/s.exec(word) ?? [];
    if (PATH_FLAGS.includes(flag)) return `${flag}${equals}${lastPart(value)}`;
    return PATH_FLAGS.includes(words[i - 1]) ? lastPart(word) : word;
  });
  return inert(['residua', ...told].map(quoted).join(' '));
}

/** What the record of a run says besides its ticks.
 * @param {import('../lib/index.js').Engine} engine @param {import('../lib/index.js').Net} net
 * @param {import('../lib/index.js').Dataset} dataset
 * @param {import('../lib/index.js').Recipe} recipe */
export async function headOf(engine, net, dataset, recipe) {
  const processors = cpus();
  const platform = `Node ${process.version}, ${process.platform}, ${processors[0]?.model ?? ''}`;
  const place = { cores: processors.length, platform };
  const { data, ...facts } = factsOf(net, engine, dataset, recipe, place);
  return {
    name: net.name,
    command: commandOf(process.argv.slice(2)),
    ...facts,
    data: { ...data, digest: await digestOf(dataset) },
  };
}

export class Recorder {
  #file;
  #head;
  curve = new Curve();
  /** Of the part of a resumed run that was before. */
  #secondsBefore = 0;

  /** @param {import('./files.js').OutputFile} file @param {Awaited<ReturnType<typeof headOf>>} head */
  constructor(file, head) {
    this.#file = file;
    this.#head = head;
  }

  /** Goes on with what the file has of the steps up to that of the checkpoint. A record of another run is
   * refused or, by force, replaced.
   * @param {import('./resume.js').Checkpoint} checkpoint @param {boolean} [force] */
  async resume({ step, trajectory, began }, force = false) {
    const { name, facts } = this.#file;
    const begins = `The record in ${name} begins after step ${step}`;
    if (!facts || facts.size === 0) {
      if (step > 0) note(`${begins}: there was none.`);
      return;
    }
    const run = readRun(new TextDecoder().decode(await readWhole(name)), name);
    const problem = this.#problemOf(run, { step, trajectory, began });
    if (problem && force) return note(`${begins}: the one that was there ${problem}.`);
    if (problem) {
      const advice = 'name another --record, or replace it with --force';
      throw new ResiduaError('MISMATCH', 'train', `${name} ${problem}; ${advice}.`);
    }
    this.#head = { ...this.#head, command: run.command ?? this.#head.command };
    for (const tick of ticksOf(run).filter((one) => one.step <= step)) {
      this.curve.push(tick);
      this.#secondsBefore = tick.seconds;
    }
  }

  /** Why a record is none of this run up to this step; null if it is.
   * @param {RunRecord} run
   * @param {Pick<import('./resume.js').Checkpoint, 'step' | 'trajectory' | 'began'>} checkpoint */
  #problemOf(run, { step, trajectory, began: recipe }) {
    const { spec, data } = this.#head;
    const differs =
      differenceOf('net', run.spec, spec) ??
      differenceOf('recipe', run.recipe, recipe) ??
      differenceOf('data', { digest: data.digest, ...run.data }, data);
    if (differs) return `records another run: ${differs}`;
    const last = /** @type {RunRecord['ticks'][number]} */ (run.ticks.at(-1));
    if (last.step < step) return `ends at step ${last.step}, the checkpoint is of step ${step}`;
    const there = run.ticks.find((tick) => tick.step === step)?.trajectory ?? trajectory;
    return there === trajectory ? null : 'records another run: its losses are others';
  }

  /** @param {Tick} tick */
  push(tick) {
    this.curve.push({ ...tick, seconds: this.#secondsBefore + tick.seconds });
  }

  /** @param {RunRecord['state']} state */
  async write(state) {
    const { ticks } = this.curve;
    const last = ticks.at(-1);
    if (!last) return;
    const text = writeRun({ ...this.#head, state, trajectory: last.trajectory, ticks });
    await this.#file.write(new TextEncoder().encode(text));
  }
}

/** Numbers of a checkpoint's recipe are float32. @param {unknown} a @param {unknown} b */
function isSame(a, b) {
  if (typeof a !== 'number' || Number.isInteger(a)) return JSON.stringify(a) === JSON.stringify(b);
  return Math.fround(a) === Math.fround(Number(b));
}

/** The first part that differs, in words. @param {string} what
 * @param {Record<string, any>} there @param {Record<string, any>} here */
function differenceOf(what, there, here) {
  const part = Object.keys(here).find((name) => !isSame(there[name], here[name]));
  if (part === undefined) return null;
  return `its ${what} has ${part} ${there[part]}, not ${here[part]}`;
}
