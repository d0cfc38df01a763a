/** The planner: which depth, width and epochs fit into the reader's time and memory, and how long training will
 * take. Time is measured for each width and estimated for each depth by its operations; memory is exact. */
import { stepsOf } from '../experiment.js';
import { TEST_SHARE } from '../pace.js';

/** @typedef {import('../index.js').Experiment} Experiment */
/** @typedef {import('../../lib/index.js').Engine} Engine */
/** @typedef {import('../../lib/index.js').Dataset} Dataset */
/** @typedef {import('../resources.js').Resources} Resources */

/** A depth and width, and what the experiment would be.
 * @typedef {object} Cell
 * @property {number} depth
 * @property {number} width
 * @property {number} epochs that fit into the time
 * @property {number} bytes
 * @property {'memory' | 'time' | null} lacks what does not suffice
 * @property {Pick<Experiment, 'runs' | 'epochs'>} change */

export const DEPTHS = [20, 32, 44, 56, 110];
export const WIDTHS = [4, 8, 16];
/** Of the networks that are measured: deep enough that most of the work is that of any depth, and
 * quick. */
const MEASURED_DEPTH = 14;
/** Compilers catch up in the first seconds. */
const WARM_UP_SECONDS = 0.4;
/** A measurement is so many pieces of so long, whose paces tell how far it can be trusted. */
const [PIECES, PIECE_SECONDS] = [4, 0.2];
/** Enough of them to say how long training takes, to a tenth or so. */
const FEW_PIECES = 2;
/** Widths that are measured for that, at most. */
const MOST_WIDTHS = 3;
const MOST_EPOCHS = 1000;

/** The networks of an experiment, all of one depth and width; those that are then the same, once.
 * @param {Experiment} experiment @param {number} depth @param {number} width */
export function networksOf({ runs }, depth, width) {
  const alike = runs.map(({ epochs: _, ...run }) => ({ ...run, depth, width }));
  const texts = alike.map((run) => JSON.stringify(run));
  return alike.filter((_, i) => texts.indexOf(texts[i]) === i);
}

/** Seconds of an image in training, one network alone, and in each piece of the measurement.
 * @param {Engine} engine @param {Dataset} dataset @param {number} batchSize
 * @param {import('../../lib/index.js').Spec} spec @param {AbortSignal} signal @param {number} count of pieces */
async function secondsPerImage(engine, dataset, batchSize, spec, signal, count) {
  const net = await engine.createNet(spec);
  try {
    const recipe = { batchSize, epochs: MOST_EPOCHS, lr: 0.01, evaluate: false, signal };
    /** @type {import('../../lib/index.js').Tick[]} */
    const marks = [];
    /** @param {(typeof marks)[number]} from @param {(typeof marks)[number]} to */
    const between = (from, to) => (to.seconds - from.seconds) / ((to.step - from.step) * batchSize);
    for await (const tick of net.train(dataset, recipe)) {
      if (tick.seconds < WARM_UP_SECONDS && tick.step < tick.steps) continue;
      const before = marks.at(-1);
      const isLast = tick.step === tick.steps;
      if (before && !isLast && tick.seconds - before.seconds < PIECE_SECONDS) continue;
      if (before?.step !== tick.step) marks.push(tick);
      if (marks.length < 2 || !(isLast || marks.length > count)) continue;
      const pieces = marks.slice(1).map((mark, i) => between(marks[i], mark));
      return { mean: between(marks[0], marks[marks.length - 1]), pieces };
    }
    throw new Error('The measurement ended too early; measure again.');
  } finally {
    net.dispose();
  }
}

/** Seconds of an operation, by width, and by what part of its mean a pace lay off it at most.
 * @param {Engine} engine @param {Dataset} dataset @param {number} batchSize @param {AbortSignal} signal
 * @param {number[]} [widths] @param {number} [pieces] */
export async function measure(
  engine,
  dataset,
  batchSize,
  signal,
  widths = WIDTHS,
  pieces = PIECES,
) {
  /** @type {Map<number, number>} */
  const perFlop = new Map();
  let spread = 0;
  for (const width of widths) {
    const family = /** @type {const} */ ('residual');
    const spec = { family, depth: MEASURED_DEPTH, width, classes: dataset.classes.length };
    const { flopsPerImage } = await engine.plan(spec);
    const found = await secondsPerImage(engine, dataset, batchSize, spec, signal, pieces);
    const { mean } = found;
    perFlop.set(width, mean / flopsPerImage);
    spread = Math.max(spread, ...found.pieces.map((piece) => Math.abs(piece / mean - 1)));
  }
  return { perFlop, spread };
}

/** Seconds of an epoch of networks that share the cores, evaluation included.
 * @param {Experiment} experiment @param {number[]} flops of an image, of each network
 * @param {number} perFlop seconds @param {number} share of the cores that a network uses */
export function secondsPerEpoch(experiment, flops, perFlop, share) {
  const { images, testImages, batchSize } = experiment;
  const trained = stepsOf({ epochs: 1, images, batchSize }) * batchSize;
  const seconds = flops.map((one) => one * perFlop * (trained + testImages * TEST_SHARE));
  const together = seconds.reduce((sum, one) => sum + one, 0) * share;
  return Math.max(together, ...seconds);
}

/** @typedef {{ minutes: number, mebibytes: number }} Limits */

/** A day, and more than a browser's machine has. @type {Limits} */
export const MOST = { minutes: 1440, mebibytes: 2 ** 20 };

/** @param {keyof Limits} name @param {number} value */
export const isLimit = (name, value) => value > 0 && value <= MOST[name];

/** @param {Experiment} experiment @param {Map<number, number>} perFlop @param {number} share
 * @param {Limits} limits @param {(experiment: Experiment) => ReturnType<Resources['plan']>} planOf
 * @returns {Promise<Cell[]>} */
export function cellsOf(experiment, perFlop, share, { minutes, mebibytes }, planOf) {
  const sizes = DEPTHS.flatMap((depth) => WIDTHS.map((width) => ({ depth, width })));
  const cells = sizes.map(async ({ depth, width }) => {
    const wanted = { ...experiment, runs: networksOf(experiment, depth, width) };
    const { networks, images, flops } = await planOf(wanted);
    const seconds = secondsPerEpoch(experiment, flops, perFlop.get(width) ?? NaN, share);
    const epochs = Math.min(MOST_EPOCHS, Math.floor((minutes * 60) / seconds));
    const bytes = networks + images;
    const lacks = bytes > mebibytes * 2 ** 20 ? 'memory' : epochs < 1 ? 'time' : null;
    const change = { runs: wanted.runs, epochs };
    return { depth, width, epochs, bytes, lacks: /** @type {Cell['lacks']} */ (lacks), change };
  });
  return Promise.all(cells);
}

/** Seconds of an operation that were measured in this page. Engines of one kind are equally fast.
 * @type {Map<string, number>} */
const speeds = new Map();

/** @param {Engine} engine @param {number} batchSize @param {number} width */
const speedKey = ({ tier, conv, threads }, batchSize, width) =>
  [tier, conv, threads, batchSize, width].join();

export class Planner {
  /** @type {Limits} */
  limits = { minutes: 10, mebibytes: 1024 };
  measuring = false;
  /** @type {Error | null} */
  error = null;
  /** Empty before anything is measured, or after what was measured has changed. @type {Cell[]} */
  cells = [];
  /** @type {{ engine: Engine, batchSize: number, perFlop: Map<number, number>, spread: number } | null} */
  #measured = null;
  #stop = new AbortController();
  #resources;
  #onChange;

  /** @param {Resources} resources @param {() => void} onChange */
  constructor(resources, onChange) {
    this.#resources = resources;
    this.#onChange = onChange;
  }

  /** Trains for a few seconds. @param {Experiment} experiment @param {Engine} engine
   * @param {import('../index.js').ImageSource | null} source */
  async measure(experiment, engine, source) {
    this.#stop.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const { batchSize } = experiment;
    Object.assign(this, { measuring: true, error: null, cells: [] });
    this.#onChange();
    try {
      const dataset = await this.#resources.images(experiment, engine, source);
      const few = dataset.take({ images: batchSize, testImages: 0 });
      this.#measured = { engine, batchSize, ...(await measure(engine, few, batchSize, signal)) };
      this.#learn(engine, batchSize, this.#measured.perFlop);
    } catch (error) {
      if (!signal.aborted) this.error = /** @type {Error} */ (error);
    }
    if (this.#stop.signal !== signal) return;
    this.measuring = false;
    this.#onChange();
  }

  /** @param {Engine} engine @param {number} batchSize @param {Map<number, number>} perFlop */
  #learn(engine, batchSize, perFlop) {
    for (const [width, seconds] of perFlop) speeds.set(speedKey(engine, batchSize, width), seconds);
  }

  /** Takes over how fast networks were trained here; those of one width and batch together.
   * @param {Engine} engine
   * @param {{ batchSize: number, width: number, flops: number, rate: number }[]} trained each with its operations
   *   of an image, and the images of a second if it had the machine to itself */
  learnFrom(engine, trained) {
    for (const { batchSize, width } of trained) {
      const alike = trained.filter((one) => one.batchSize === batchSize && one.width === width);
      const seconds = alike.reduce((sum, { rate }) => sum + 1 / rate, 0);
      const flops = alike.reduce((sum, one) => sum + one.flops, 0);
      this.#learn(engine, batchSize, new Map([[width, seconds / flops]]));
    }
  }

  /** Of an operation in training, or undefined if that has not been measured.
   * @param {Engine} engine @param {number} batchSize @param {number} width */
  secondsPerFlop(engine, batchSize, width) {
    return speeds.get(speedKey(engine, batchSize, width));
  }

  /** Trains for a second or so, to know how long the experiment takes; not if that is known.
   * @param {Experiment} experiment @param {Engine} engine
   * @param {import('../index.js').ImageSource | null} source */
  async sample(experiment, engine, source) {
    const { batchSize, runs } = experiment;
    const widths = [...new Set(runs.map(({ width }) => width))]
      .filter((width) => this.secondsPerFlop(engine, batchSize, width) === undefined)
      .slice(0, MOST_WIDTHS);
    if (this.measuring || widths.length === 0) return;
    this.#stop.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    try {
      const dataset = await this.#resources.images(experiment, engine, source);
      const few = dataset.take({ images: batchSize, testImages: 0 });
      const { perFlop } = await measure(engine, few, batchSize, signal, widths, FEW_PIECES);
      this.#learn(engine, batchSize, perFlop);
      this.#onChange();
    } catch {
      // Then the page does not say it, and training says what is wrong.
    }
  }

  /** As things are now. @param {Experiment} experiment @param {Engine} engine
   * @param {import('../index.js').ImageSource | null} source */
  async plan(experiment, engine, source) {
    const measured = this.#measured;
    const { limits } = this;
    const sound = isLimit('minutes', limits.minutes) && isLimit('mebibytes', limits.mebibytes);
    const known = measured?.engine === engine && measured.batchSize === experiment.batchSize;
    if (!sound || !known) {
      this.cells = [];
      this.#onChange();
      return;
    }
    const share = engine.threads / (navigator.hardwareConcurrency || 1);
    const planOf = (/** @type {Experiment} */ wanted) =>
      this.#resources.plan(wanted, engine, source);
    const cells = await cellsOf(experiment, measured.perFlop, share, limits, planOf);
    if (this.limits !== limits || this.#measured !== measured) return;
    this.cells = cells;
    this.#onChange();
  }

  /** By what part of its mean a pace lay off it while it was measured. */
  get spread() {
    return this.#measured?.spread ?? 0;
  }

  stop() {
    this.#stop.abort();
  }
}

/** Is the experiment what a cell comes to? @param {Experiment} experiment @param {Cell} cell */
export function isChosen({ runs, epochs }, { change }) {
  return epochs === change.epochs && JSON.stringify(runs) === JSON.stringify(change.runs);
}
