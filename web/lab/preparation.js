/** What is done before training is asked for: the engine opens, memory is planned, images are made
 * ready. An answer that comes after the experiment has changed is dropped. */
import { problemsOf } from './experiment.js';
import { experimentOf, TIMED } from './panel/presets.js';
import { secondsAlone } from './time-left.js';

/** @typedef {import('./lab.js').Failure} Failure */

/** From when all is ready until the machine's speed is looked at, in ms: most readers who press at once
 * have pressed by then. */
const SAMPLE_AFTER = 1500;

export class Preparation {
  /** Bytes that training takes, and the operations of an image in each network; null while they are not
   * known. @type {{ networks: number, images: number, flops: number[] } | null} */
  planned = null;
  /** That the timed preset takes here; undefined until the panel was open for a moment. @type {number | undefined} */
  presetSeconds;
  #lab;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #sampling;

  /** @param {import('./lab.js').ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  async run() {
    const lab = this.#lab;
    const { experiment, resources, planner, usedSource } = lab;
    this.planned = null;
    if (lab.busy || problemsOf(experiment).length > 0) return;
    /** @type {Failure['doing']} */
    let doing = 'engine';
    try {
      const engine = await resources.open(experiment, lab.engineOptions);
      doing = 'plan';
      const planned = await resources.plan(experiment, engine, usedSource);
      if (lab.experiment !== experiment) return;
      this.planned = planned;
      lab.failure = null;
      lab.invalidate();
      await planner.plan(experiment, engine, usedSource);
      doing = 'images';
      if (lab.ready) await resources.images(experiment, engine, usedSource);
      this.sampleSoon();
    } catch (error) {
      if (lab.isConnected && lab.experiment === experiment) lab.fail(doing, error);
    }
  }

  /** Looks how fast this machine is, if it is idle and the reader sees the workbench. */
  sampleSoon() {
    clearTimeout(this.#sampling);
    this.#sampling = setTimeout(() => void this.#sample(), SAMPLE_AFTER);
  }

  async #sample() {
    const lab = this.#lab;
    const { engine, experiment, usedSource, planner } = lab;
    const isSeen = lab.isConnected && !document.hidden && lab.checkVisibility();
    if (!isSeen || !engine || !lab.ready) return;
    await planner.sample(experiment, engine, usedSource);
    if (!lab.panel.isOpen || lab.experiment !== experiment || !lab.ready) return;
    const wanted = experimentOf(TIMED, experiment, lab.source);
    const { runs, batchSize } = wanted;
    await planner.sample({ ...experiment, runs, batchSize }, engine, usedSource);
    this.presetSeconds = await secondsAlone(wanted, engine, planner);
    lab.invalidate();
  }

  /** Measures this machine, to say what fits. */
  async measureMachine() {
    const lab = this.#lab;
    if (!lab.engine || !lab.ready) return;
    await lab.planner.measure(lab.experiment, lab.engine, lab.usedSource);
    await this.run();
    if (lab.planner.cells.length > 0) lab.say(lab.t('said_measured'));
  }

  /** @param {Partial<import('./panel/planner.js').Limits>} change of time or memory */
  async setLimits(change) {
    const { planner } = this.#lab;
    planner.limits = { ...planner.limits, ...change };
    this.#lab.requestUpdate();
    await this.run();
  }
}
