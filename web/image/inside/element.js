/** `<residua-inside>`: a network of an experiment, drawn, and what a layer of it makes of the picture at hand:
 * before, while and after it is trained. Sends "residua-layer" with the layer that is pressed. */
import { ResiduaElement } from '../../ui/element.js';
import { Latest } from '../latest.js';
import { pixelsOfInput, pixelsOfMaps } from '../pixels.js';
import { insideMessages } from './messages/index.js';
import { styles } from './styles.js';
import { insideView } from './view.js';

/** @typedef {import('../../lib/index.js').Net} Net */
/** @typedef {import('../../lib/index.js').Spec} Spec */
/**
 * @typedef {object} Network
 * @property {string} name
 * @property {Spec} spec
 * @property {Net | null} net while it is trained
 * @property {Blob | null} weights once it has been
 * @property {number} step of its training
 * @property {(engine: import('../../lib/index.js').Engine) => Promise<Net>} begin makes one as its training begins
 */

/** Of a layer, at most: more can nobody compare. */
const MOST_MAPS = 64;
/** From one look at a network in training to the next, in ms. */
const LOOK_EVERY = 1000;

export class ResiduaInside extends ResiduaElement {
  static styles = styles;
  static properties = {
    networks: { attribute: false },
    engine: { attribute: false },
    planes: { attribute: false },
    layer: { type: Number },
  };

  /** @type {import('../pixels.js').Maps | null} */
  maps = null;
  /** What the maps are of. @type {import('../pixels.js').Pixels | null} */
  picture = null;
  /** @type {Error | null} */
  failure = null;
  /** The name of the network that the reader has chosen. */
  #name = '';
  /** A network of its own, with the weights of the one that is shown.
   * @type {{ key: unknown, net: Net } | null} */
  #own = null;
  /** What was looked at last, and when. @type {{ subject: unknown[], at: number }} */
  #seen = { subject: [], at: 0 };
  #looks = new Latest();

  constructor() {
    super(insideMessages);
    /** @type {readonly Network[]} */
    this.networks = [];
    /** @type {import('../../lib/index.js').Engine | null} */
    this.engine = null;
    /** @type {Uint8Array | null} */
    this.planes = null;
    this.layer = 0;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#disposeOwn();
  }

  #disposeOwn() {
    this.#own?.net.dispose();
    this.#own = null;
  }

  /** The network that is shown. */
  get network() {
    return this.networks.find(({ name }) => name === this.#name) ?? this.networks[0] ?? null;
  }

  /** @param {string} name */
  choose(name) {
    this.#name = name;
    this.requestUpdate();
  }

  /** Looks again when something else is shown, and every so often while the network changes. */
  willUpdate() {
    const { network, planes, layer, engine } = this;
    if (!network || !planes || !engine) return;
    const { name, spec, net, weights, step } = network;
    const subject = [JSON.stringify(spec), name, net, weights, planes, layer];
    const isSame = subject.every((part, i) => part === this.#seen.subject[i]);
    const isDue = net !== null && performance.now() - this.#seen.at > LOOK_EVERY && step > 0;
    if (isSame && !isDue) return;
    this.#seen = { subject, at: performance.now() };
    void this.#looks.want(() => this.#look());
  }

  async #look() {
    const { network, planes, layer } = this;
    if (!network || !planes || !this.isConnected) return;
    try {
      const net = await this.#netOf(network);
      const last = Math.min(layer, net.layers.length - 1);
      const maps = pixelsOfMaps(await net.activation(planes, last), MOST_MAPS);
      Object.assign(this, { maps, picture: pixelsOfInput(planes), failure: null });
    } catch (error) {
      // A network that ends its training meanwhile is gone; its weights come next.
      if (/** @type {any} */ (error).code !== 'DISPOSED')
        this.failure = /** @type {Error} */ (error);
    }
    this.requestUpdate();
  }

  /** The one that is trained; else one with its weights; else one as its training begins.
   * @param {Network} network */
  async #netOf({ name, net, weights, spec, begin }) {
    if (net) return net;
    const key = weights ?? `${name} ${JSON.stringify(spec)}`;
    if (this.#own?.key === key) return this.#own.net;
    this.#disposeOwn();
    const engine = /** @type {import('../../lib/index.js').Engine} */ (this.engine);
    const made = weights
      ? await engine.loadNet(new Uint8Array(await weights.arrayBuffer()))
      : await begin(engine);
    if (this.isConnected) this.#own = { key, net: made };
    else made.dispose();
    return made;
  }

  render() {
    return insideView({ element: this, t: this.t, lang: this.lang });
  }
}
