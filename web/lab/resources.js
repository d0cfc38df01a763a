/** What training needs and networks share: an engine, and one set of images. Each stays as long as the
 * experiment asks for the same one. */
import { canShare, IMAGE_BYTES } from '../lib/data/memory.js';
import { ResiduaError } from '../lib/errors.js';
import { createEngine } from '../worker/index.js';
import { resolveConfig, specOf } from './experiment.js';

/** @typedef {import('./index.js').Experiment} Experiment */
/** @typedef {import('./index.js').ImageSource} ImageSource */
/** @typedef {import('../lib/index.js').Engine} Engine */
/** @typedef {import('../lib/index.js').Dataset} Dataset */

/** Of the synthetic images, and of those that do not say otherwise. */
const CLASSES = 10;
/** Networks that are trained at once, at most; the others wait. */
export const AT_ONCE = Math.max(4, globalThis.navigator?.hardwareConcurrency ?? 1);

/** @param {ImageSource | null} source */
export const classesOf = (source) => source?.classes ?? CLASSES;

export class Resources {
  /** @type {Engine | null} */
  engine = null;
  /** @type {{ key: string, engine: Promise<Engine> } | null} */
  #opened = null;
  /** @type {{ key: unknown[], dataset: Promise<Dataset> } | null} */
  #images = null;

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

  /** The images of the experiment.
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

  dispose() {
    this.#close();
    this.#images = null;
  }
}

/** Where the host has no weights to start from. @param {string} name @returns {Promise<Uint8Array>} */
export async function noWeights(name) {
  const problem = `A network of this experiment starts from the weights "${name}"`;
  throw new ResiduaError('BAD_ARGUMENT', 'train', `${problem}, which this page does not have.`);
}
