/** The networks to choose from, and an open one. A network is opened before the one in use is closed,
 * so a file that cannot be read changes nothing. */
import { inert } from '../lib/inert.js';
import { reach } from '../lib/reach.js';
import { NORMALISATIONS } from '../lib/spec.js';
import { kindOf, NAMED } from './classes.js';
import { deadFilters, pixelsOfFilters, pixelsOfMaps } from './pixels.js';

/** @typedef {import('./classes.js').Kind} Kind */
/** @typedef {import('../lib/index.js').Engine} Engine */
/** @typedef {import('../lib/index.js').Net} Net */

/** @typedef {import('../ui/host.js').TrainedNetwork} TrainedNetwork */

/**
 * @typedef {object} Choice
 * @property {'page' | 'kept' | 'recorded' | 'file'} from
 * @property {string} name
 * @property {() => Promise<Uint8Array>} weights a safetensors file
 * @property {import('../lib/index.js').RunRecord['data'] | null} data what it was trained on, if
 *   that is known
 * @property {string} [normalisation] of NORMALISATIONS, as the reader chose it for a file that does not
 *   say its own
 */

/** Of a layer, at most: more can nobody compare. */
const MOST_MAPS = 64;
/** Images at once in a test. */
const BATCH = 128;
/** What a file is taken to need that does not say its normalisation. */
export const ASSUMED = 'cifar10';
/** Far more than the largest network has. */
const MOST_BYTES = 1e9;

/** @param {Blob} blob */
async function bytesOf(blob) {
  return new Uint8Array(await blob.arrayBuffer());
}

/** @type {WeakMap<Blob, Choice>} */
const known = new WeakMap();

/** Networks that were trained on the page; the same objects for the same ones, called what they are called now.
 * @param {readonly TrainedNetwork[]} trained @param {'page' | 'kept'} [from] */
export function choicesOf(trained, from = 'page') {
  return trained.map(({ name, weights, data }) => {
    const choice =
      known.get(weights) ??
      /** @type {Choice} */ ({ from, name, data, weights: () => bytesOf(weights) });
    known.set(weights, choice);
    return Object.assign(choice, { from, name });
  });
}

/** @param {File} file @returns {Choice} */
export function choiceOfFile(file) {
  const weights = async () => {
    if (file.size > MOST_BYTES) throw new Error(`${file.name} is far too large for a network.`);
    return bytesOf(file);
  };
  return { from: 'file', name: inert(file.name), data: null, weights };
}

/** Weights on a server, fetched when they are chosen. @param {string} address @returns {Choice} */
export function choiceOfAddress(address) {
  const file = new URL(address, document.baseURI).pathname.replace(/.*\//, '');
  const weights = async () => {
    const response = await reach(address);
    if (!response.ok) throw new Error(`The host answers ${response.status} for ${address}.`);
    return new Uint8Array(await response.arrayBuffer());
  };
  const name = inert(decodeURIComponent(file).replace(/\.\w+$/, ''));
  return { from: 'recorded', name, data: null, weights };
}

/** @param {Engine} engine @param {Choice} choice */
export async function load(engine, choice) {
  const file = await choice.weights();
  const { hasNormalisation, metadata } = await engine.inspect(file);
  const assumed = hasNormalisation ? {} : NORMALISATIONS[choice.normalisation ?? ASSUMED];
  const net = await engine.loadNet(file, assumed);
  return { net, hasNormalisation, trainedOn: metadata['data.name'] ?? null };
}

/** A network whose weights have been read. */
export class OpenNetwork {
  /** @param {Engine} engine @param {Choice} choice */
  static async open(engine, choice) {
    const { net, hasNormalisation, trainedOn } = await load(engine, choice);
    try {
      const tensors = await net.tensors();
      const first = tensors.find(({ name }) => name === 'conv1.weight');
      const plan = await engine.plan(net.spec, { batchSize: BATCH, training: false });
      const stem = /** @type {import('../lib/index.js').Tensor} */ (first);
      const filters = { ...pixelsOfFilters(stem), dead: deadFilters(stem) };
      const facts = { filters, memory: plan.bytes, hasNormalisation, trainedOn };
      return new OpenNetwork(choice, net, facts);
    } catch (error) {
      net.dispose();
      throw error;
    }
  }

  /** @param {Choice} choice @param {Net} net
   * @param {{ filters: import('./pixels.js').Tiles & { dead: number[] }, memory: number,
   *   hasNormalisation: boolean, trainedOn: string | null }} facts */
  constructor(choice, net, { filters, memory, hasNormalisation, trainedOn }) {
    this.choice = choice;
    this.net = net;
    this.filters = filters;
    /** What the file says that it was trained on. */
    this.trainedOn = trainedOn;
    /** Bytes that a test takes. */
    this.memory = memory;
    /** Does the reader have to say how its images were normalised? */
    this.asksForNormalisation = !hasNormalisation;
    /** Does the reader have to say what they are? Files of other programs do not. */
    this.asksForKind = !net.classNames && !choice.data && net.spec.classes === NAMED;
    this.kind = net.classNames ? kindOf(net.classNames) : likelyKind(net.spec.classes, choice);
  }

  /** @param {Uint8Array} planes one input @returns {Promise<number[]>} */
  async probabilities(planes) {
    return [...(await this.net.classify(planes))];
  }

  /** @param {Uint8Array} planes one input @param {number} layer */
  async maps(planes, layer) {
    return pixelsOfMaps(await this.net.activation(planes, layer), MOST_MAPS);
  }

  /** @param {import('../lib/index.js').Images} set @param {AbortSignal} signal */
  test(set, signal) {
    return this.net.evaluate(set, { batchSize: BATCH, details: true, signal });
  }

  dispose() {
    this.net.dispose();
  }
}

/** Most files that do not say it are of CIFAR-10. @param {number} classes @param {Choice} choice
 * @returns {Kind} */
function likelyKind(classes, { data }) {
  if (classes !== NAMED) return 'numbers';
  return data?.synthetic ? 'shapes' : 'cifar10';
}
