/** What the image element has under way: a network, a picture, the network's answer, and a test. All of
 * it is computed in workers, and an answer to an earlier question is dropped. */
import { createEngine } from '../worker/index.js';
import { countFor, cropped, pictureIn, takeImages } from './images.js';
import { Latest } from './latest.js';
import { OpenNetwork } from './networks.js';
import { trainSmall } from './small-network.js';

/** @typedef {import('./networks.js').Choice} Choice */
/** @typedef {import('./classes.js').Kind} Kind */
/** @typedef {import('./images.js').Picture} Picture */
/** @typedef {import('./images.js').ImageSource} ImageSource */
/** @typedef {import('../lib/index.js').Mistake & { picture: Picture }} Mistake */

/** Test images offered in place of an own picture. */
const SAMPLES = 8;
/** Of the most confident mistakes. */
const SHOWN_MISTAKES = 30;

/** @typedef {{ doing: 'engine' | 'network' | 'look' | 'test' | 'train', error: Error }} Failure */

/** Are both squares of one picture? While the reader moves the square, answers come a little late.
 * @param {Picture} one @param {Picture | null} other */
function isOf(one, other) {
  return (
    one === other || (one.original !== null && one.original.pixels === other?.original?.pixels)
  );
}

export class ImageSession {
  /** @type {import('../lib/index.js').Engine | null} */
  engine = null;
  /** The network. @type {OpenNetwork | null} */
  opened = null;
  /** Of `opened.net.layers`. */
  layer = 0;
  /** Of that layer, to be followed; null: the strongest. @type {number | null} */
  channel = null;
  /** @type {Picture | null} */
  picture = null;
  /** What the network says of the picture. @type {number[] | null} */
  probabilities = null;
  /** @type {import('./pixels.js').Maps | null} */
  maps = null;
  /** @type {Picture[]} */
  samples = [];
  /** @type {{ score: import('../lib/index.js').Score, mistakes: Mistake[], synthetic: boolean } | null} */
  result = null;
  /** @type {'loading' | 'training' | 'testing' | null} */
  busy = null;
  /** Of the training. */
  share = 0;
  /** @type {Failure | null} */
  failure = null;
  /** Where test images come from that are not drawn. @type {ImageSource | null} */
  source = null;
  #stop = new AbortController();
  #looks = new Latest();
  /** @type {Promise<import('../lib/index.js').Engine> | null} */
  #starting = null;
  #engineOptions;
  #onChange;
  #announce;

  /** @param {() => import('../lib/index.js').EngineOptions} engineOptions
   * @param {() => void} onChange something is new to show
   * @param {(key: string, args?: object) => void} announce something is to be announced */
  constructor(engineOptions, onChange, announce) {
    this.#engineOptions = engineOptions;
    this.#onChange = onChange;
    this.#announce = announce;
  }

  /** Fetches and compiles what computes. */
  async start() {
    try {
      await this.#open();
    } catch (error) {
      this.#fail('engine', error);
    }
    this.#onChange();
  }

  async #open() {
    this.#starting ??= createEngine(this.#engineOptions());
    try {
      this.engine = await this.#starting;
      return this.engine;
    } catch (error) {
      this.#starting = null;
      throw error;
    }
  }

  /** Does what takes a while, one such thing at a time: the one before is stopped.
   * @param {NonNullable<ImageSession['busy']>} busy @param {Failure['doing']} doing
   * @param {(engine: import('../lib/index.js').Engine, signal: AbortSignal) => Promise<void>} work */
  async #run(busy, doing, work) {
    this.#stop.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    Object.assign(this, { busy, failure: null, share: 0 });
    this.#onChange();
    let stage = /** @type {Failure['doing']} */ ('engine');
    try {
      const engine = await this.#open();
      stage = doing;
      await work(engine, signal);
    } catch (error) {
      if (!signal.aborted) this.#fail(stage, error);
    } finally {
      if (this.#stop.signal === signal) this.busy = null;
      this.#onChange();
    }
  }

  /** @param {Failure['doing']} doing @param {unknown} error */
  #fail(doing, error) {
    this.failure = { doing, error: /** @type {Error} */ (error) };
  }

  stop() {
    this.#stop.abort();
    this.busy = null;
    this.#onChange();
  }

  /** Takes the place of the network that was there, unless it cannot be read.
   * @param {Choice} choice */
  choose(choice) {
    return this.#run('loading', 'network', async (engine, signal) => {
      const opened = await OpenNetwork.open(engine, choice);
      if (signal.aborted) return opened.dispose();
      this.opened?.dispose();
      Object.assign(this, { opened, channel: null });
      this.layer = Math.min(this.layer, opened.net.layers.length - 1);
      this.#announce('said_network', { name: choice.name });
      await this.#begin(engine);
    });
  }

  /** How the images of the network were normalised, if its file does not say. @param {string} name */
  async normalise(name) {
    const choice = this.opened?.choice;
    if (!choice) return;
    choice.normalisation = name;
    await this.choose(choice);
  }

  /** What the network's classes are called, if its file does not say. @param {Kind} kind */
  async nameClasses(kind) {
    if (!this.opened || !this.engine) return;
    this.opened.kind = kind;
    await this.#begin(this.engine);
  }

  /** Other images may be here now. @param {ImageSource | null} source */
  async setSource(source) {
    if (source === this.source) return;
    this.source = source;
    if (this.opened && this.engine) await this.#begin(this.engine);
  }

  /** Looks at the picture, or at a test image if the reader has shown none.
   * @param {import('../lib/index.js').Engine} engine */
  async #begin(engine) {
    const opened = /** @type {OpenNetwork} */ (this.opened);
    Object.assign(this, { result: null, probabilities: null, maps: null });
    const { kind } = opened;
    const count = Math.min(SAMPLES, countFor(opened, this.source));
    const set = count > 0 ? await takeImages(kind, count, engine, this.source) : null;
    if (this.opened !== opened) return;
    this.samples = set ? Array.from({ length: count }, (_, i) => pictureIn(set, i, kind)) : [];
    if (!this.picture || this.picture.given) this.picture = this.samples[0] ?? null;
    await this.#look();
  }

  /** @param {Picture} picture */
  async show(picture) {
    Object.assign(this, { picture, probabilities: null, failure: null });
    await this.#look();
  }

  /** Another square of the picture. Its answer stays until the next is there.
   * @param {import('../lib/index.js').Square} crop */
  async crop(crop) {
    this.picture = cropped(/** @type {Picture} */ (this.picture), crop);
    await this.#look();
  }

  /** @param {number} layer */
  async showLayer(layer) {
    Object.assign(this, { layer, channel: null });
    await this.#look();
  }

  /** @param {number} channel */
  showChannel(channel) {
    this.channel = channel;
    this.#onChange();
  }

  #look() {
    this.#onChange();
    return this.#looks.want(async () => {
      const { opened, picture, layer } = this;
      if (opened && picture) await this.#lookAt(opened, picture, layer);
    });
  }

  /** @param {OpenNetwork} opened @param {Picture} picture @param {number} layer */
  async #lookAt(opened, picture, layer) {
    try {
      const probabilities = await opened.probabilities(picture.planes);
      const maps = await opened.maps(picture.planes, layer);
      if (opened !== this.opened || !isOf(picture, this.picture) || layer !== this.layer) return;
      const isNew = this.probabilities === null;
      Object.assign(this, { probabilities, maps, channel: this.channel ?? maps.channels[0] });
      const best = probabilities.indexOf(Math.max(...probabilities));
      if (isNew) this.#announce('said_answer', { best, probability: probabilities[best] });
    } catch (error) {
      if (opened === this.opened) this.#fail('look', error);
    }
    this.#onChange();
  }

  /** How many images it can be tested on. */
  get testCount() {
    return this.opened ? countFor(this.opened, this.source) : 0;
  }

  /** Tests the network on the test images of what it was trained on. */
  test() {
    const { opened, testCount } = this;
    if (!opened) return;
    return this.#run('testing', 'test', async (engine, signal) => {
      const { kind } = opened;
      const set = await takeImages(kind, testCount, engine, this.source);
      const score = await opened.test(set, signal);
      if (opened !== this.opened || opened.kind !== kind) return;
      const shown = score.details?.mistakes.slice(0, SHOWN_MISTAKES) ?? [];
      const mistakes = shown.map((mistake) => ({
        ...mistake,
        picture: pictureIn(set, mistake.index, kind),
      }));
      this.result = { score, mistakes, synthetic: kind === 'shapes' };
      this.#announce('said_tested', score);
    });
  }

  /** Trains a small network on synthetic images.
   * @returns {Promise<import('./networks.js').TrainedNetwork | null>} null if it was
   *   stopped or failed */
  async trainSmall() {
    /** @type {import('./networks.js').TrainedNetwork | null} */
    let trained = null;
    this.#announce('said_training');
    await this.#run('training', 'train', async (engine, signal) => {
      const onTick = (/** @type {number} */ share) => {
        this.share = share;
        this.#onChange();
      };
      trained = await trainSmall(engine, { signal, onTick });
    });
    return trained;
  }

  dispose() {
    this.#stop.abort();
    void this.#starting?.then(
      (engine) => engine.dispose(),
      () => {},
    );
    this.#starting = null;
    Object.assign(this, { engine: null, opened: null, busy: null });
  }
}
