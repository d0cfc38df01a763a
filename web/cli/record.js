/** Keeps the file of a run, which the page can show, while the run is under way. */
import { cpus } from 'node:os';
import path from 'node:path';
import { Curve } from '../lib/curve.js';
import { factsOf, readRun, ticksOf, writeRun } from '../lib/formats/run-file.js';
import { readWhole, writeWhole } from './files.js';
import { quoted } from './shell.js';

/** @typedef {import('../lib/index.js').RunRecord} RunRecord */
/** @typedef {import('../lib/index.js').Tick} Tick */

/** Their values are paths of this machine, of which a record has the names alone. */
const PATH_FLAGS = ['--data', '--out', '--record', '--resume', '--from'];

/** As it would be typed in the folder of its files. @param {string[]} words */
export function commandOf(words) {
  const told = words.map((word, i) => {
    const [, flag, value] = /^(--\w+)=(.+)$/s.exec(word) ?? [];
    if (PATH_FLAGS.includes(flag)) return `${flag}=${path.basename(value)}`;
    return PATH_FLAGS.includes(words[i - 1]) ? path.basename(word) : word;
  });
  return ['residua', ...told].map(quoted).join(' ');
}

/** What the record of a run says besides its ticks.
 * @param {import('../lib/index.js').Engine} engine @param {import('../lib/index.js').Net} net
 * @param {import('../lib/index.js').Dataset} data @param {import('../lib/index.js').Recipe} recipe */
export function headOf(engine, net, data, recipe) {
  const processors = cpus();
  const platform = `Node ${process.version}, ${process.platform}, ${processors[0]?.model ?? ''}`;
  const place = { cores: processors.length, platform };
  return {
    name: net.name,
    command: commandOf(process.argv.slice(2)),
    ...factsOf(net, engine, data, recipe, place),
  };
}

export class Recorder {
  #file;
  #head;
  #curve = new Curve();
  /** Of the part of a resumed run that was before. */
  #secondsBefore = 0;

  /** @param {string} file @param {ReturnType<typeof headOf>} head */
  constructor(file, head) {
    this.#file = file;
    this.#head = head;
  }

  /** Goes on with what the file has of the steps up to that of a checkpoint.
   * @param {number} step */
  async resume(step) {
    const bytes = await readWhole(this.#file);
    const run = readRun(new TextDecoder().decode(bytes), this.#file);
    this.#head = { ...this.#head, command: run.command ?? this.#head.command };
    for (const tick of ticksOf(run).filter((one) => one.step <= step)) {
      this.#curve.push(tick);
      this.#secondsBefore = tick.seconds;
    }
  }

  /** @param {Tick} tick */
  push(tick) {
    this.#curve.push({ ...tick, seconds: this.#secondsBefore + tick.seconds });
  }

  /** @param {RunRecord['state']} state */
  async write(state) {
    const { ticks } = this.#curve;
    const last = ticks.at(-1);
    if (!last) return;
    const text = writeRun({ ...this.#head, state, trajectory: last.trajectory, ticks });
    await writeWhole(this.#file, new TextEncoder().encode(text));
  }
}
