/** One run of a network: what it is doing and what came of it. */
import { Curve } from '../../lib/curve.js';
import { workOf } from '../pace.js';

/** @typedef {import('../../lib/index.js').Tick} Tick */
/** What a run was, as its file says it.
 * @typedef {Pick<import('../../lib/index.js').RunRecord, 'spec' | 'recipe' | 'data' | 'machine'>} Facts */
/** @typedef {'ready' | 'waiting' | 'starting' | 'running' | 'paused' | 'finished' | 'stopped' | 'diverged'
 *   | 'failed'} RunState */

/** Seconds that a pace is measured over, at most and at least. */
const PACE_WINDOW = { most: 20, least: 1 };

export class Run {
  /** @type {RunState} */
  state = 'ready';
  curve = new Curve();
  /** The latest. @type {Tick | null} */
  tick = null;
  /** @type {Error | null} */
  error = null;
  /** @type {import('../../lib/index.js').Training | null} */
  training = null;
  /** What flowed through its layers, in its first step and the latest that was looked at.
   * @type {import('../../lib/index.js').StepLayerStats | null} */
  firstLayerStats = null;
  /** @type {import('../../lib/index.js').StepLayerStats | null} */
  layerStats = null;
  /** What flows through its layers on test images, after its latest epoch.
   * @type {import('../../lib/index.js').LayerStatistics[] | null} */
  layers = null;
  /** From when it has begun. @type {Facts | null} */
  facts = null;
  /** While it is trained. @type {import('../../lib/index.js').Net | null} */
  net = null;
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

  /** Trained again, it would come out the same. */
  get isDecided() {
    return ['finished', 'diverged'].includes(this.state);
  }

  /** It came to an end that is worth keeping, by itself or by the reader. */
  get isComplete() {
    return this.tick !== null && ['finished', 'stopped', 'diverged'].includes(this.state);
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

/** Of a network that has never been trained. */
export const NOT_RUN = new Run();
