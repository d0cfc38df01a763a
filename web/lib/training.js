/** A run as its reader sees it: a queue of ticks, and the wish to pause or stop. */
import { counted } from './counted.js';
import { checkImages, Dataset } from './dataset.js';
import { badArgument, ResiduaError } from './errors.js';
import { checkOptions } from './options.js';
import { pacer } from './pacer.js';
import {
  checkInteger,
  checkNumber,
  completeRecipe,
  fieldsOfRecipe,
  RECIPE_DEFAULTS,
} from './spec.js';

/** @typedef {import('./index.js').Tick} Tick */
/** @typedef {import('./structs.js').Fields<'progress'>} ProgressFields */
/**
 * @typedef {object} Reader
 * @property {(result: IteratorResult<Tick>) => void} resolve
 * @property {(error: unknown) => void} reject
 */

/** In seconds. */
const SHORTEST = 1e-6;

/** Measures time, with pauses. For figures only: nothing that feeds training looks at it. */
export class Stopwatch {
  #before = 0;
  /** @type {number | null} */
  #since = null;

  start() {
    this.#since ??= performance.now();
  }

  stop() {
    this.#before = this.milliseconds;
    this.#since = null;
  }

  get milliseconds() {
    const running = this.#since === null ? 0 : performance.now() - this.#since;
    return this.#before + Math.max(0, running);
  }

  get seconds() {
    return this.milliseconds / 1000;
  }

  /** @param {number} count of what was done in this time, however short the clock says it was */
  perSecond(count) {
    return count / Math.max(this.seconds, SHORTEST);
  }
}

const NEEDS_DATASET =
  'train() takes a Dataset; await engine.synthetic(), openDataset(files) or fetchCifar10() for one, or make one with ' +
  'new Dataset({ ... }).';

/** Checks what train() was given; the same for nets in this thread and in workers.
 * @param {Required<import('./index.js').Spec>} spec of the net
 * @param {import('./index.js').Dataset} dataset
 * @param {import('./index.js').TrainOptions} options
 * @returns {ReturnType<typeof fieldsOfRecipe>} */
export function recipeFields(spec, dataset, options) {
  checkOptions('train', 'train', options);
  if (!(dataset instanceof Dataset)) {
    throw badArgument('train', NEEDS_DATASET);
  }
  const { layerStatsEvery, layerStatisticsImages, checkpointEverySeconds } = options;
  if (checkpointEverySeconds !== undefined) checkSeconds(checkpointEverySeconds);
  if (layerStatsEvery !== undefined)
    checkInteger('train', 'layerStatsEvery', layerStatsEvery, 1, 2 ** 31 - 1);
  if (layerStatisticsImages !== undefined) {
    checkInteger('train', 'layerStatisticsImages', layerStatisticsImages, 1, 2 ** 31 - 1);
  }
  if (dataset.classes.length !== spec.classes) {
    const problem = `The net has ${spec.classes} classes, the data set ${dataset.classes.length}`;
    throw new ResiduaError('MISMATCH', 'train', `${problem}; create a net with as many.`);
  }
  const { validation } = options;
  if (validation !== undefined && checkImages('train', validation, spec.classes) === 0) {
    throw badArgument('train', 'There are no validation images; give some, or leave it out.');
  }
  const images = dataset.train.labels.length;
  const recipe = fieldsOfRecipe(
    'train',
    completeRecipe(withRate(options, images), spec.seed),
    images,
  );
  checkImageCount(recipe, options.images);
  return recipe;
}

/** All steps of a run are fewer than 2^31. */
const MOST_STEPS = 2 ** 31 - 2;

/** What begin() was given: a run whose epochs are steps of one batch.
 * @param {Required<import('./index.js').Spec>} spec of the net
 * @param {import('./index.js').StepRecipe} options */
export function stepFields(spec, { steps = MOST_STEPS, signal: _, restart: __, ...options } = {}) {
  checkInteger('begin', 'steps', steps, 1, MOST_STEPS);
  /** @type {import('./index.js').Recipe} */
  const recipe = { schedule: 'constant', augment: 'none', ...options, epochs: steps };
  const complete = completeRecipe(recipe, spec.seed);
  return fieldsOfRecipe('begin', complete, complete.batchSize);
}

/** A run whose lr is a function has that of its first step in its recipe, so that it is known again.
 * @param {import('./index.js').TrainOptions} options @param {number} images
 * @returns {import('./index.js').Recipe} */
function withRate({ lr, ...options }, images) {
  if (typeof lr === 'function') {
    const { epochs, batchSize } = { ...RECIPE_DEFAULTS, ...options };
    const steps = epochs * Math.floor(images / batchSize);
    return { ...options, lr: rateOf(lr, 0, steps), schedule: 'own' };
  }
  if (options.schedule !== 'own') return { ...options, lr };
  throw badArgument('train', "The schedule is 'own'; give lr as a function of the step.");
}

/** @param {(step: number, steps: number) => number} lr @param {number} step @param {number} steps */
export function rateOf(lr, step, steps) {
  const rate = checkNumber('train', `lr(${step}, ${steps})`, lr(step, steps));
  if (rate >= 0) return rate;
  throw badArgument('train', `lr(${step}, ${steps}) is ${rate}; it must be 0 or more.`);
}

/** @param {unknown} seconds */
function checkSeconds(seconds) {
  if (checkNumber('train', 'checkpointEverySeconds', seconds) >= 0) return;
  const problem = `checkpointEverySeconds is ${seconds}`;
  throw badArgument('train', `${problem}; it must be 0 or more, where 0 is after every step.`);
}

const STEPS_END = MOST_STEPS + 2;

/** @param {ReturnType<typeof fieldsOfRecipe>} recipe @param {number} [wanted] of a saved recipe */
function checkImageCount({ images, batchSize, epochs }, wanted = images) {
  if (batchSize > images) {
    const problem = `batchSize is ${batchSize}, but the data set has ${counted(images, 'training image')}`;
    throw badArgument('train', `${problem}; choose a batch of ${images} or less, or more images.`);
  }
  if (wanted !== images) {
    const problem = `The recipe is of ${counted(wanted, 'training image')}, the data set has ${images}`;
    throw new ResiduaError('MISMATCH', 'train', `${problem}; take as many.`);
  }
  const steps = epochs * Math.floor(images / batchSize);
  if (steps >= STEPS_END) {
    const problem = `epochs is ${epochs}, which makes ${steps} steps`;
    throw badArgument(
      'train',
      `${problem}; there must be fewer than 2^31, so choose fewer epochs.`,
    );
  }
}

export function busyError() {
  const message = 'This net is being trained already; wait for that run, or stop it first.';
  return new ResiduaError('BUSY', 'train', message);
}

/** @implements {AsyncIterableIterator<Tick>} */
export class Training {
  /** @type {Tick[]} */
  #unread = [];
  /** What next() returned and has not settled yet.
   * @type {Reader[]} */
  #readers = [];
  #over = false;
  /** @type {{ error: unknown } | null} */
  #failure = null;
  /** How the run ended, if not well. @type {{ error: unknown } | null} */
  #end = null;
  /** @type {Tick | null} */
  #last = null;
  /** @type {() => void} */
  #markOver = () => {};
  #ended = /** @type {Promise<void>} */ (new Promise((resolve) => (this.#markOver = resolve)));
  #paused = false;
  #stopping = false;
  /** Wakes a paused run. */
  #wake = () => {};
  #pace = pacer();

  /** @param {AbortSignal} [signal]
   * @param {(wish: 'pause' | 'resume' | 'stop') => void} [onWish] hears what the reader wants */
  constructor(signal, onWish = () => {}) {
    this.signal = signal;
    this.onWish = onWish;
    if (signal?.aborted) this.stop();
    else signal?.addEventListener('abort', this.#abort);
  }

  #abort = () => this.stop();

  // For the reader.

  get paused() {
    return this.#paused;
  }

  pause() {
    this.#paused = true;
    this.onWish('pause');
  }

  resume() {
    this.#paused = false;
    this.#wake();
    this.onWish('resume');
  }

  /** The run is to end after the current step. */
  stop() {
    this.#stopping = true;
    this.#wake();
    this.onWish('stop');
  }

  get done() {
    return this.#whenOver();
  }

  async #whenOver() {
    await this.#ended;
    if (this.#end) throw this.#end.error;
    return this.#last;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /** @returns {Promise<IteratorResult<Tick>>} */
  next() {
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject });
      this.#deliver();
    });
  }

  /** What `break` calls: resolves when the current step is done. */
  async return() {
    this.stop();
    await this.#ended;
    this.#unread = [];
    this.#failure = null;
    return { done: /** @type {const} */ (true), value: undefined };
  }

  // For the run.

  get stopping() {
    return this.#stopping;
  }

  /** Gives the event loop its turn and waits while paused; false when the run is to end.
   * @param {Stopwatch[]} watches that stand still in a pause */
  async turn(...watches) {
    await this.#pace();
    if (this.#paused && !this.#stopping) {
      for (const watch of watches) watch.stop();
      while (this.#paused && !this.#stopping) {
        await /** @type {Promise<void>} */ (new Promise((resolve) => (this.#wake = resolve)));
      }
      for (const watch of watches) watch.start();
    }
    return !this.#stopping;
  }

  /** A tick takes the place of an unread 'step' tick without a checkpoint, whose layerStats it keeps if
   * it has none. @param {Tick} tick */
  push(tick) {
    const last = this.#unread.at(-1);
    const replaced = last?.kind === 'step' && !last.checkpoint ? this.#unread.pop() : undefined;
    const { layerStats = replaced?.layerStats } = tick;
    this.#last = tick;
    this.#unread.push(layerStats ? { ...tick, layerStats } : tick);
    this.#deliver();
  }

  /** Ends the iteration, once what is unread has been read.
   * @param {{ error: unknown } | null} failure */
  end(failure) {
    this.signal?.removeEventListener('abort', this.#abort);
    this.#over = true;
    this.#end = this.signal?.aborted && this.#stopping ? { error: this.signal.reason } : failure;
    this.#failure = this.#end;
    this.#markOver();
    this.#deliver();
  }

  #deliver() {
    while (this.#readers.length > 0 && (this.#unread.length > 0 || this.#over)) {
      const reader = this.#readers.shift();
      const tick = this.#unread.shift();
      if (tick) reader?.resolve({ done: false, value: tick });
      else if (this.#failure) reader?.reject(this.#failure.error);
      else reader?.resolve({ done: true, value: undefined });
      if (!tick) this.#failure = null;
    }
  }
}

/** @param {ProgressFields} progress @param {'step' | 'epoch'} kind @param {number} epochs
 * @param {number} imagesPerSecond @param {number} seconds @returns {Tick} */
export function tickOf(progress, kind, epochs, imagesPerSecond, seconds) {
  const hex = (/** @type {number} */ half) => half.toString(16).padStart(8, '0');
  return {
    kind,
    step: progress.step,
    steps: progress.steps,
    epoch: progress.step / progress.stepsPerEpoch,
    epochs,
    lr: progress.lr,
    loss: progress.loss,
    trainLoss: progress.epochLossSum / progress.epochImages,
    trainError: progress.epochWrong / progress.epochImages,
    imagesPerSecond,
    seconds,
    trajectory: hex(progress.trajectoryHigh) + hex(progress.trajectoryLow),
  };
}
