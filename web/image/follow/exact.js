/** A network computed as the arithmetic beside it: on the simd128 tier, by direct convolution. It is opened for
 * this alone, and what it is asked is kept for one picture. */
import { createEngine } from '../../worker/index.js';
import { load } from '../networks.js';
import { byName, inputOf } from './arithmetic.js';

/** @typedef {import('../../lib/index.js').Activation} Activation */

export class ExactNetwork {
  /** @param {import('../networks.js').Choice} choice
   * @param {import('../../lib/index.js').EngineOptions} engineOptions where the engine's files are */
  static async open(choice, engineOptions) {
    const own = /** @type {const} */ ({ tier: 'simd128', conv: 'direct', threads: 1 });
    const engine = await createEngine({ ...engineOptions, ...own });
    try {
      const { net } = await load(engine, choice);
      return new ExactNetwork(engine, net, byName(await net.tensors()));
    } catch (error) {
      engine.dispose();
      throw error;
    }
  }

  /** @param {import('../../lib/index.js').Engine} engine @param {import('../../lib/index.js').Net} net
   * @param {Map<string, import('../../lib/index.js').Tensor>} tensors */
  constructor(engine, net, tensors) {
    this.engine = engine;
    this.net = net;
    this.tensors = tensors;
  }

  /** What a layer gets and gives, and what the network answers. @param {Uint8Array} planes @param {number} layer */
  async look(planes, layer) {
    const { net } = this;
    const { length } = net.layers;
    const activation = (/** @type {number} */ at) =>
      at < 0 ? inputOf(planes, net.spec) : net.activation(planes, at);
    const block = net.layers[layer].hasShortcut ? await activation(layer - 2) : null;
    return {
      ...{ layer, planes, block, input: await activation(layer - 1) },
      output: await net.activation(planes, layer),
      last: await net.activation(planes, length - 1),
      logits: await net.logits(planes),
    };
  }

  dispose() {
    this.engine.dispose();
  }
}

/** @typedef {Awaited<ReturnType<ExactNetwork['look']>>} Look */
