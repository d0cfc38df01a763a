/** Training: the jobs of one press, as many at once as the machine is good for. Which networks are due,
 * and where their runs are kept, others decide. */
import { factsOf } from '../lib/formats/run-file.js';
import { specOf } from './experiment.js';
import { shareOf } from './pace.js';
import { AT_ONCE } from './resources.js';

/** @typedef {import('./index.js').RunConfig} RunConfig */
/** @typedef {import('./runs/run.js').Run} Run */
/** @typedef {import('../lib/index.js').Tick} Tick */
/** @typedef {import('../lib/index.js').Engine} Engine */
/** @typedef {import('../lib/index.js').Dataset} Dataset */

/** A network to train.
 * @typedef {object} Job
 * @property {RunConfig} config
 * @property {number} index of the network in its experiment
 * @property {import('../lib/index.js').Recipe} recipe
 * @property {Run} run new, or one that goes on
 * @property {Blob | null} checkpoint that it goes on from
 * @property {Blob | null} [stoppedAt] a checkpoint of where the reader stopped it
 * @property {((file: Blob | Uint8Array | null, ended: boolean) => void) | null} save keeps a checkpoint
 *   or, once the run has ended, its weights; null: nothing is kept
 */
/** What jobs are trained with; `loadWeights` gives those that a network starts from.
 * @typedef {{ engine: Engine, dataset: Dataset, loadWeights: (name: string) => Promise<Uint8Array> }} Means */

/** Steps from one look at the layers to the next: often enough to watch, and next to no work. */
const LAYER_STATS_EVERY = 20;
/** Seconds from one checkpoint to the next, at most. */
const CHECKPOINT_EVERY_SECONDS = 30;
/** Why training stops when it is not the reader who stops it. */
const LEFT = new Error('The workbench was closed.');
/** Test images that layers are measured on after each epoch: more change nothing that can be seen. */
const MEASURED = 256;

/** What a run's file says of the machine. */
function thisMachine() {
  const { hardwareConcurrency: cores, userAgent: platform } = navigator;
  return { cores: cores || 1, platform };
}

/** Do steps come out the same? @typedef {import('./runs/run.js').Facts['machine']} Machine
 * @param {Machine} a @param {Machine} b */
function sameArithmetic(a, b) {
  return a.tier === b.tier && a.conv === b.conv && a.numerics === b.numerics;
}

/** @param {import('../lib/index.js').Net} net @param {boolean} [optimizer] with what the run needs to go on */
async function weightsOf(net, optimizer = false) {
  try {
    return new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (await net.save({ optimizer }))]);
  } catch {
    return null; // The engine was closed meanwhile.
  }
}

export class Session {
  /** @type {'idle' | 'starting' | 'running' | 'paused'} */
  state = 'idle';
  /** What is being trained. @type {Job[]} */
  jobs = [];
  #stop = new AbortController();
  #listeners;

  /** @param {object} listeners
   * @param {() => void} listeners.onChange something is new to show
   * @param {(job: Job) => void} listeners.onState a run has another state
   * @param {(job: Job, tick: Tick) => void} listeners.onTick */
  constructor(listeners) {
    this.#listeners = listeners;
  }

  get busy() {
    return this.state !== 'idle';
  }

  /** How much of what is being trained is done, from 0 to 1. */
  get progress() {
    const shares = this.jobs.map(({ run: { tick } }) => (tick ? tick.step / tick.steps : 0));
    return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  }

  /** @param {Job[]} jobs @param {() => Promise<Means>} prepare
   * @returns {Promise<Job[]>} once all have ended: those that something else than the reader cut short,
   *   so that they can go on from their checkpoints */
  async train(jobs, prepare) {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.jobs = jobs;
    this.#setState('starting');
    try {
      for (const job of jobs) this.#setRun(job, 'waiting');
      const means = await prepare();
      if (!signal.aborted) this.#setState('running');
      const waiting = jobs.values();
      const train = async () => {
        for (const job of waiting) {
          if (signal.aborted) return;
          await this.#train(job, means, signal);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, train));
    } finally {
      for (const job of jobs) {
        if (['waiting', 'starting'].includes(job.run.state)) this.#setRun(job, 'ready');
      }
      this.jobs = [];
      this.#setState('idle');
    }
    return jobs.filter(({ run }) =>
      signal.reason === LEFT ? !run.isComplete : run.state === 'failed' && run.tick,
    );
  }

  /** @param {Job} job @param {Means} means @param {AbortSignal} signal */
  async #train(job, means, signal) {
    const { run } = job;
    /** @type {import('../lib/index.js').Net | undefined} */
    let net;
    this.#setRun(job, 'starting');
    try {
      net = await makeNet(job, means);
      signal.throwIfAborted();
      this.#start(job, net, means, signal);
      this.#setRun(job, this.state === 'paused' ? 'paused' : 'running');
      await this.#readTicks(job, means);
      run.weights = await weightsOf(net);
      this.#setRun(job, 'finished');
    } catch (error) {
      if (net && run.tick && signal.aborted) {
        run.weights = await weightsOf(net);
        if (signal.reason !== LEFT) job.stoppedAt = await weightsOf(net, true);
      }
      run.error = /** @type {Error} */ (error);
      const diverged = /** @type {any} */ (error).code === 'DIVERGED';
      const ended = run.tick ? 'stopped' : 'ready';
      this.#setRun(job, signal.aborted ? ended : diverged ? 'diverged' : 'failed');
    } finally {
      Object.assign(run, { training: null, net: null });
      net?.dispose();
      const left = signal.reason === LEFT;
      if (run.isComplete && !left) job.save?.(run.weights, true);
    }
  }

  /** Begins a run or, if it was interrupted, goes on as it was begun.
   * @param {Job} job @param {import('../lib/index.js').Net} net @param {Means} means
   * @param {AbortSignal} signal */
  #start({ run, recipe, save }, net, { engine, dataset }, signal) {
    const before = run.facts;
    const wanted = before?.recipe ?? recipe;
    const facts = factsOf(net, engine, dataset, wanted, thisMachine());
    run.facts = before ? { ...facts, spec: before.spec } : facts;
    run.otherArithmetic = before !== null && !sameArithmetic(before.machine, facts.machine);
    run.net = net;
    run.training = net.train(dataset, {
      ...wanted,
      ...{ signal, layerStatsEvery: LAYER_STATS_EVERY, layerStatisticsImages: MEASURED },
      ...(save && { checkpointEverySeconds: CHECKPOINT_EVERY_SECONDS }),
    });
    if (this.state === 'paused') run.training.pause();
  }

  /** @param {Job} job whose training has begun @param {Means} means */
  async #readTicks(job, { engine }) {
    const { run } = job;
    const before = run.tick?.seconds ?? 0;
    const training = /** @type {import('../lib/index.js').Training} */ (run.training);
    for await (const { checkpoint, layerStatistics, ...tick } of training) {
      const active = this.jobs.filter((one) => one.run.training).length;
      const share = shareOf(active, engine.threads);
      run.push({ ...tick, seconds: before + tick.seconds }, share);
      this.#listeners.onTick(job, tick);
      if (checkpoint) job.save?.(checkpoint, false);
      if (layerStatistics) run.layers = layerStatistics;
      this.#listeners.onChange();
    }
  }

  /** @param {Session['state']} state */
  #setState(state) {
    this.state = state;
    this.#listeners.onChange();
  }

  /** @param {Job} job @param {import('./runs/run.js').RunState} state */
  #setRun(job, state) {
    job.run.state = state;
    this.#listeners.onState(job);
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
    for (const { run } of this.jobs) {
      if (!run.training) continue;
      steer(run.training);
      run.state = state;
    }
  }

  /** Ends what is being trained, each network after its current step. */
  stop() {
    this.#stop.abort();
  }

  dispose() {
    this.#stop.abort(LEFT);
  }
}

/** A new one, one that starts from weights, or that of the checkpoint. @param {Job} job
 * @param {Means} means */
async function makeNet({ config, checkpoint }, { engine, dataset, loadWeights }) {
  if (checkpoint) return engine.loadNet(new Uint8Array(await checkpoint.arrayBuffer()));
  return newNet(config, dataset.classes.length, engine, loadWeights);
}

/** What others may look into. @param {import('./runs/rows.js').Row[]} rows @param {number} classes
 * @param {Means['loadWeights']} loadWeights @returns {import('./index.js').ExperimentNetwork[]} */
export function networksOf(rows, classes, loadWeights) {
  return rows.map(({ name, config, run: { net, weights, tick } }) => ({
    ...{ name, spec: specOf(config, classes), net, weights },
    step: tick?.step ?? 0,
    begin: (engine) => newNet(config, classes, engine, loadWeights),
  }));
}

/** A network as its training begins. @param {RunConfig} config @param {number} classes
 * @param {Engine} engine @param {Means['loadWeights']} loadWeights */
async function newNet(config, classes, engine, loadWeights) {
  const spec = specOf(config, classes);
  if (config.from === undefined) return engine.createNet(spec);
  return engine.loadNet(await loadWeights(config.from), spec);
}
