/** What the workbench has under way: an engine, images, and a run for each network. All networks of an
 * experiment share one engine and one set of images. */

import { Curve } from '../lib/curve.js';
import { canShare, IMAGE_BYTES } from '../lib/data/memory.js';
import { ResiduaError } from '../lib/errors.js';
import { factsOf } from '../lib/formats/run-file.js';
import { createEngine } from '../worker/index.js';
import { recipeOf, resolveConfig, specOf } from './experiment.js';
import { shareOf, workOf } from './pace.js';

/** @typedef {import('./index.js').Experiment} Experiment */
/** @typedef {import('./index.js').RunConfig} RunConfig */
/** @typedef {import('./index.js').ImageSource} ImageSource */
/** @typedef {import('../lib/index.js').Tick} Tick */
/** @typedef {import('../lib/index.js').Engine} Engine */
/** @typedef {import('../lib/index.js').Dataset} Dataset */

/** @param {ImageSource | null} source */
export const classesOf = (source) => source?.classes ?? CLASSES;

/** What a run was, as its file says it.
 * @typedef {Pick<import('../lib/index.js').RunRecord, 'spec' | 'recipe' | 'data' | 'machine'>} Facts */

/** Where runs are kept while they are trained, the workbench's storage key, and the runs' names.
 * @typedef {object} Keeping
 * @property {import('./runs/checkpoints.js').Checkpoints} checkpoints
 * @property {string} storageKey
 * @property {(config: RunConfig) => string} nameOf
 */

/** @typedef {'ready' | 'waiting' | 'starting' | 'running' | 'paused' | 'finished' | 'stopped' | 'diverged'
 *   | 'failed'} RunState */

/** Seconds that a pace is measured over, at most and at least. */
const PACE_WINDOW = { most: 20, least: 1 };
/** Steps from one look at the layers to the next: often enough to watch, and next to no work. */
const LAYER_STATS_EVERY = 20;
/** Seconds from one checkpoint to the next, at most. */
const CHECKPOINT_EVERY_SECONDS = 30;
/** Why training stops when it is not the reader who stops it. */
const LEFT = new Error('The workbench was closed.');
/** Test images that layers are measured on after each epoch: more change nothing that can be seen. */
const MEASURED = 256;
/** Of the synthetic images, and of those that do not say otherwise. */
const CLASSES = 10;
/** Networks that are trained at once, at most; the others wait. */
export const AT_ONCE = Math.max(4, globalThis.navigator?.hardwareConcurrency ?? 1);

/** One network's run: what it is doing and what came of it. */
export class Run {
  /** @type {RunState} */
  state = 'ready';
  curve = new Curve();
  /** The latest. @type {Tick | null} */
  tick = null;
  /** @type {Error | null} */
  error = null;
  /** @type {import('../lib/index.js').Training | null} */
  training = null;
  /** What flowed through its layers, in its first step and the latest that was looked at.
   * @type {import('../lib/index.js').StepLayerStats | null} */
  firstLayerStats = null;
  /** @type {import('../lib/index.js').StepLayerStats | null} */
  layerStats = null;
  /** What flows through its layers on test images, after its latest epoch.
   * @type {import('../lib/index.js').LayerStatistics[] | null} */
  layers = null;
  /** From when it has begun. @type {Facts | null} */
  facts = null;
  /** A safetensors file, once it has ended. @type {Blob | null} */
  weights = null;
  /** What made it, if a command did. @type {string | undefined} */
  command;
  /** It was resumed where other arithmetic is used than before. */
  otherArithmetic = false;
  /** Ticks to measure the pace between, with the seconds that the run had the machine to itself.
   * @type {{ tick: Tick, own: number }[]} */
  #recent = [];
  #own = 0;

  /** @param {Tick} tick @param {number} [share] of its own pace that it had since the tick before */
  push(tick, share = 1) {
    const before = this.#recent.at(-1);
    const since = before ? tick.seconds - (this.tick?.seconds ?? 0) : 0;
    this.#own += since * share;
    this.tick = tick;
    if (tick.layerStats) {
      this.firstLayerStats ??= tick.layerStats;
      this.layerStats = tick.layerStats;
    }
    this.curve.push(tick);
    if (!before || tick.seconds - before.tick.seconds >= 1)
      this.#recent.push({ tick, own: this.#own });
    while (tick.seconds - this.#recent[0].tick.seconds > PACE_WINDOW.most) this.#recent.shift();
  }

  get ended() {
    return ['finished', 'stopped', 'diverged', 'failed'].includes(this.state);
  }

  /** Images a second if it had the machine to itself, each test image as a part of one that is trained on;
   * undefined if it cannot be said yet. */
  get rate() {
    const [from] = this.#recent;
    const { tick, facts } = this;
    if (!from || !tick || !facts || this.#own - from.own < PACE_WINDOW.least) return undefined;
    const tests = Math.floor(tick.epoch) - Math.floor(from.tick.epoch);
    const { testImages } = facts.data;
    const work = workOf(tick.step - from.tick.step, tests, { ...facts.recipe, testImages });
    return work / (this.#own - from.own);
  }

  /** Over the last epoch of images. */
  get trainError() {
    return this.curve.train.at(-1)?.error;
  }

  get testError() {
    return this.curve.test.at(-1)?.error;
  }
}

const NOT_RUN = new Run();

/** What a run's file says of the machine. */
function thisMachine() {
  const { hardwareConcurrency: cores, userAgent: platform } = navigator;
  return { cores: cores || 1, platform };
}

/** Do steps come out the same? @param {Facts['machine']} a @param {Facts['machine']} b */
function sameArithmetic(a, b) {
  return a.tier === b.tier && a.conv === b.conv && a.numerics === b.numerics;
}

/** @param {import('../lib/index.js').Net} net */
async function weightsOf(net) {
  try {
    return new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (await net.save())]);
  } catch {
    return null; // The engine was closed meanwhile.
  }
}

export class Session {
  /** @type {'idle' | 'starting' | 'running' | 'paused'} */
  state = 'idle';
  /** @type {Engine | null} */
  engine = null;
  /** Of what is being trained. @type {Keeping | null} */
  keeping = null;
  /** By the run's configuration: a network that is changed is another one. @type {Map<RunConfig, Run>} */
  #runs = new Map();
  /** @type {{ key: string, engine: Promise<Engine> } | null} */
  #opened = null;
  /** @type {{ key: unknown[], dataset: Promise<Dataset> } | null} */
  #images = null;
  #stop = new AbortController();
  #listeners;
  #loadWeights;

  /** @param {object} listeners
   * @param {(name: string) => Promise<Uint8Array>} listeners.loadWeights that a network starts from
   * @param {() => void} listeners.onChange something is new to show
   * @param {(config: RunConfig, run: Run) => void} listeners.onState a run has another state
   * @param {(config: RunConfig, tick: Tick) => void} listeners.onTick */
  constructor({ loadWeights, ...listeners }) {
    this.#loadWeights = loadWeights;
    this.#listeners = listeners;
  }

  /** @param {RunConfig} config */
  runOf(config) {
    return this.#runs.get(config) ?? NOT_RUN;
  }

  get busy() {
    return this.state !== 'idle';
  }

  /** The networks that are still to be trained; all of them, if none is.
   * @param {Experiment} experiment */
  due({ runs }) {
    const due = runs.filter((config) => this.runOf(config).state !== 'finished');
    return due.length > 0 ? due : runs;
  }

  /** Opens the engine of all networks, or another one when the experiment's threads or tier change.
   * @param {Experiment} experiment @param {import('../lib/index.js').EngineOptions} options */
  async open({ tier, threads, runs }, options) {
    const cores = navigator.hardwareConcurrency || 1;
    const shared = Math.max(1, Math.floor(cores / Math.min(AT_ONCE, runs.length)));
    const wanted = { tier, threads: threads === 'auto' ? shared : threads };
    const key = JSON.stringify(wanted);
    if (this.#opened?.key !== key) {
      this.#close();
      this.#opened = { key, engine: createEngine({ ...options, ...wanted }) };
    }
    const opened = this.#opened;
    try {
      const engine = await opened.engine;
      if (this.#opened === opened) this.engine = engine;
      return engine;
    } catch (error) {
      if (this.#opened === opened) this.#opened = null;
      throw error;
    }
  }

  #close() {
    void this.#opened?.engine.then(
      (engine) => engine.dispose(),
      () => {},
    );
    this.#opened = null;
    this.engine = null;
  }

  /** Bytes that training will take, in the memories of as many networks as are trained at once and
   * in images, of which each worker has a copy where memory cannot be shared; and the operations of an image in each network.
   * @param {Experiment} experiment @param {Engine} engine @param {ImageSource | null} source */
  async plan(experiment, engine, source) {
    const { runs, images, testImages } = experiment;
    const plans = await Promise.all(
      runs.map((config) => {
        const { batchSize } = resolveConfig(experiment, config);
        return engine.plan(specOf(config, classesOf(source)), { batchSize, training: true });
      }),
    );
    const largest = plans.map(({ bytes }) => bytes).sort((a, b) => b - a);
    const networks = largest.slice(0, AT_ONCE).reduce((sum, bytes) => sum + bytes, 0);
    const copies = canShare() ? 1 : Math.min(AT_ONCE, runs.length) + 1;
    return {
      networks,
      images: copies * (images + testImages) * (IMAGE_BYTES + 2),
      flops: plans.map(({ flopsPerImage }) => flopsPerImage),
    };
  }

  /** The images of the experiment, which stay as long as it asks for the same ones.
   * @param {Experiment} experiment @param {Engine} engine @param {ImageSource | null} source */
  images({ data, images, testImages }, engine, source) {
    const from = data === 'synthetic' ? null : source;
    const key = [from, images, testImages];
    if (!this.#images?.key.every((part, i) => part === key[i])) {
      const counts = { images, testImages };
      const dataset = Promise.resolve(from ? from.take(counts) : engine.synthetic(counts));
      this.#images = { key, dataset };
      dataset.catch(() => {
        this.#images = null;
      });
    }
    return this.#images.dataset;
  }

  /** Trains what is due, as many at once as the machine is good for, and resolves when all of it has ended.
   * @param {Experiment} experiment @param {import('../lib/index.js').EngineOptions} options
   * @param {ImageSource | null} source @param {Keeping | null} keeping */
  async train(experiment, options, source, keeping) {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.keeping = keeping;
    const due = this.#makeRuns(experiment);
    let done = false;
    this.#setState('starting');
    try {
      for (const config of due) this.#setRun(config, 'waiting');
      const engine = await this.open(experiment, options);
      const dataset = await this.images(experiment, engine, source);
      await this.#beginCheckpoints(experiment, dataset);
      if (!signal.aborted) this.#setState('running');
      const waiting = due.values();
      const train = async () => {
        for (const config of waiting) {
          if (signal.aborted) return;
          const recipe = recipeOf(resolveConfig(experiment, config));
          await this.#train(config, engine, dataset, recipe, signal);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, train));
      done = true;
    } finally {
      for (const config of due) {
        if (['waiting', 'starting'].includes(this.runOf(config).state)) {
          this.#setRun(config, 'ready');
        }
      }
      this.keeping = null;
      this.#setState('idle');
      await keeping?.checkpoints.end(!done || this.#canResume(due, signal));
    }
  }

  /** Runs for all networks of the experiment, and which of them are to be trained.
   * @param {Experiment} experiment */
  #makeRuns(experiment) {
    const saved = this.keeping?.checkpoints.resumed?.runs;
    const { runs } = experiment;
    const due = saved ? runs.filter((_, i) => !saved[i]?.ended) : this.due(experiment);
    this.#runs = new Map(
      runs.map((config, i) => {
        const old = saved ? saved[i]?.run : !due.includes(config) && this.runOf(config);
        return [config, old || new Run()];
      }),
    );
    return due;
  }

  /** From here on checkpoints are taken, beside what has ended already.
   * @param {Experiment} experiment @param {Dataset} dataset */
  async #beginCheckpoints(experiment, dataset) {
    const { checkpoints, storageKey } = this.keeping ?? {};
    if (!checkpoints || storageKey === undefined) return;
    if (!(await checkpoints.isOf(dataset))) {
      const problem = 'The images are not those that the runs were trained on';
      throw new ResiduaError('MISMATCH', 'resume', `${problem}; bring those, or discard the runs.`);
    }
    if (checkpoints.resumed) return;
    checkpoints.describe(storageKey, experiment, dataset);
    for (const [config, run] of this.#runs)
      if (run.ended) this.#saveCheckpoint(config, run.weights, true);
  }

  /** @param {RunConfig} config */
  #indexOf(config) {
    return [...this.#runs.keys()].indexOf(config);
  }

  /** @param {RunConfig} config @param {Blob | Uint8Array | null} file @param {boolean} ended */
  #saveCheckpoint(config, file, ended) {
    if (!this.keeping) return;
    const { checkpoints, nameOf } = this.keeping;
    checkpoints.save(this.#indexOf(config), nameOf(config), this.runOf(config), file, ended);
  }

  /** True if training was cut short by something other than its last step or the reader, so that it can
   * resume from its checkpoints. @param {RunConfig[]} due @param {AbortSignal} signal */
  #canResume(due, signal) {
    if (signal.aborted) return signal.reason === LEFT;
    return due
      .map((config) => this.runOf(config))
      .some((run) => run.state === 'failed' && run.tick);
  }

  /** @param {RunConfig} config @param {Engine} engine @param {Dataset} dataset
   * @param {import('../lib/index.js').Recipe} recipe @param {AbortSignal} signal */
  async #train(config, engine, dataset, recipe, signal) {
    const run = this.runOf(config);
    /** @type {import('../lib/index.js').Net | undefined} */
    let net;
    this.#setRun(config, 'starting');
    try {
      net = await this.#makeNet(config, engine, dataset.classes.length);
      signal.throwIfAborted();
      this.#start(run, net, engine, dataset, recipe, signal);
      this.#setRun(config, this.state === 'paused' ? 'paused' : 'running');
      await this.#readTicks(config, run);
      run.weights = await weightsOf(net);
      this.#setRun(config, 'finished');
    } catch (error) {
      if (net && run.tick && signal.aborted) run.weights = await weightsOf(net);
      run.error = /** @type {Error} */ (error);
      const diverged = /** @type {any} */ (error).code === 'DIVERGED';
      const ended = run.tick ? 'stopped' : 'ready';
      this.#setRun(config, signal.aborted ? ended : diverged ? 'diverged' : 'failed');
    } finally {
      run.training = null;
      net?.dispose();
      if (run.tick && ['finished', 'diverged'].includes(run.state)) {
        this.#saveCheckpoint(config, run.weights, true);
      }
    }
  }

  /** A new one, one that starts from weights, or that of the checkpoint.
   * @param {RunConfig} config @param {Engine} engine @param {number} classes */
  async #makeNet(config, engine, classes) {
    const saved = this.keeping?.checkpoints.resumed?.runs[this.#indexOf(config)];
    if (saved) return engine.loadNet(new Uint8Array(await saved.file.arrayBuffer()));
    const spec = specOf(config, classes);
    if (config.from === undefined) return engine.createNet(spec);
    return engine.loadNet(await this.#loadWeights(config.from), spec);
  }

  /** Begins a run or, if it was interrupted, goes on as it was begun.
   * @param {Run} run @param {import('../lib/index.js').Net} net @param {Engine} engine
   * @param {Dataset} dataset @param {import('../lib/index.js').Recipe} recipe
   * @param {AbortSignal} signal */
  #start(run, net, engine, dataset, recipe, signal) {
    const before = run.facts;
    const wanted = before?.recipe ?? recipe;
    const facts = factsOf(net, engine, dataset, wanted, thisMachine());
    run.facts = before ? { ...facts, spec: before.spec } : facts;
    run.otherArithmetic = before !== null && !sameArithmetic(before.machine, facts.machine);
    run.training = net.train(dataset, {
      ...wanted,
      ...{ signal, layerStatsEvery: LAYER_STATS_EVERY, layerStatisticsImages: MEASURED },
      ...(this.keeping && { checkpointEverySeconds: CHECKPOINT_EVERY_SECONDS }),
    });
    if (this.state === 'paused') run.training.pause();
  }

  /** @param {RunConfig} config @param {Run} run whose training has begun */
  async #readTicks(config, run) {
    const before = run.tick?.seconds ?? 0;
    const training = /** @type {import('../lib/index.js').Training} */ (run.training);
    for await (const { checkpoint, layerStatistics, ...tick } of training) {
      const active = [...this.#runs.values()].filter((one) => one.training).length;
      const share = shareOf(active, this.engine?.threads ?? 1);
      run.push({ ...tick, seconds: before + tick.seconds }, share);
      this.#listeners.onTick(config, tick);
      if (checkpoint) this.#saveCheckpoint(config, checkpoint, false);
      if (layerStatistics) run.layers = layerStatistics;
      this.#listeners.onChange();
    }
  }

  /** @param {Session['state']} state */
  #setState(state) {
    this.state = state;
    this.#listeners.onChange();
  }

  /** @param {RunConfig} config @param {RunState} state */
  #setRun(config, state) {
    const run = this.runOf(config);
    run.state = state;
    this.#listeners.onState(config, run);
    this.#listeners.onChange();
  }

  pause() {
    this.#steer('paused', (training) => training.pause());
  }

  resume() {
    this.#steer('running', (training) => training.resume());
  }

  /** @param {'paused' | 'running'} state
   * @param {(training: import('../lib/index.js').Training) => void} steer */
  #steer(state, steer) {
    this.#setState(state);
    for (const run of this.#runs.values()) {
      if (!run.training) continue;
      steer(run.training);
      run.state = state;
    }
  }

  /** Ends what is being trained, each network after its current step. */
  stop() {
    this.#stop.abort();
  }

  /** Forgets all runs, for instance since they would come out otherwise now. */
  forget() {
    this.#runs.clear();
  }

  dispose() {
    this.#stop.abort(LEFT);
    this.#close();
    this.#images = null;
  }
}
