/** A network that was trained here, tried on pictures: its answers, the latest first, and what it makes of the
 * camera. An answer that comes after another network was chosen is dropped. */
import { pixelsOfInput } from '../../image/pixels.js';
import { createEngine } from '../../worker/index.js';

/** @typedef {import('../../lab/index.js').TrainedNetwork} TrainedNetwork */
/** @typedef {{ name: string, pixels: import('../../image/pixels.js').Pixels, shares: number[] }} Answer */

const MOST_ANSWERS = 24;

export class Trial {
  /** @type {TrainedNetwork | null} */
  network = null;
  /** @type {import('../../lib/index.js').Net | null} */
  net = null;
  /** @type {Answer[]} */
  answers = [];
  /** What the camera shows. @type {Answer | null} */
  live = null;
  /** Why it cannot be tried. @type {Error | null} */
  error = null;
  /** @type {Promise<import('../../lib/index.js').Engine> | null} */
  #engine = null;
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** Tries this network from now on. @param {TrainedNetwork | null} network */
  async choose(network) {
    if (network?.weights === this.network?.weights) return;
    this.net?.dispose();
    Object.assign(this, { network, net: null, answers: [], live: null, error: null });
    this.#onChange();
    if (!network) return;
    try {
      this.#engine ??= createEngine();
      const engine = await this.#engine;
      const net = await engine.loadNet(new Uint8Array(await network.weights.arrayBuffer()));
      if (this.network === network) this.net = net;
      else net.dispose();
    } catch (error) {
      this.#engine = null;
      if (this.network === network) this.error = /** @type {Error} */ (error);
    }
    this.#onChange();
  }

  /** @param {string} name @param {Uint8Array} input */
  async look(name, input) {
    const answer = await this.#answer(name, input);
    if (!answer) return null;
    this.answers = [answer, ...this.answers].slice(0, MOST_ANSWERS);
    this.#onChange();
    return answer;
  }

  /** @param {Uint8Array} input of the camera */
  async watch(input) {
    const answer = await this.#answer('', input);
    if (!answer) return;
    this.live = answer;
    this.#onChange();
  }

  /** @param {string} name @param {Uint8Array} input @returns {Promise<Answer | null>} */
  async #answer(name, input) {
    const { net } = this;
    if (!net) return null;
    try {
      const shares = [...(await net.classify(input))];
      return net === this.net ? { name, pixels: pixelsOfInput(input), shares } : null;
    } catch (error) {
      if (net === this.net) this.error = /** @type {Error} */ (error);
      return null;
    }
  }

  /** An ONNX model of it, or its safetensors file. @param {'onnx' | 'safetensors'} kind */
  async file(kind) {
    if (!this.net || !this.network) return null;
    if (kind === 'safetensors') return this.network.weights;
    return new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (await this.net.toOnnx())]);
  }

  dispose() {
    void this.#engine?.then(
      (engine) => engine.dispose(),
      () => {},
    );
    Object.assign(this, { network: null, net: null });
    this.#engine = null;
  }
}
