/** An engine: the module of one tier, and the networks that are made with it, each in an instance of its own.
 * Invariant: an instance is opened only once the memory that it needs is known. */
import { obeySignals } from './abort.js';
import { ABI_VERSION, Core } from './core.js';
import { metIn } from './core-errors.js';
import { imageMemory } from './data/memory.js';
import { Dataset, IMAGE_BYTES, SYNTHETIC_CLASSES } from './dataset.js';
import { disposedError, ResiduaError } from './errors.js';
import { classNamesOf, metadataOf } from './file-metadata.js';
import { completeSpec, Model, planModel } from './model.js';
import { Net } from './net.js';
import { pacer } from './pacer.js';
import { originIn, provenanceIn } from './provenance.js';
import { checkInteger, readSpec, recipeOfFields, specOfFields } from './spec.js';

/** @typedef {import('./index.js').Spec} Spec */
/** @typedef {import('./index.js').Tier} Tier */

/** Images drawn at once, so that the event loop gets its turns. */
const SYNTHETIC_CHUNK = 64;
const SYNTHETIC_SPLITS = { train: 0, test: 1 };
const SYNTHETIC_MOST = 1e6;

/** @param {import('./loader.js').Settings} settings
 * @param {import('./weights/load.js').WeightsReader} readWeights */
export async function openEngine(settings, readWeights) {
  const exported = WebAssembly.Module.exports(settings.module);
  if (!exported.some(({ name }) => name === 'rsd_abi_version')) {
    const message = 'The WebAssembly module is not a Residua core; correct the option "wasm".';
    throw new ResiduaError('BAD_WASM', 'createEngine', message);
  }
  const tool = await Core.open(settings.module);
  const version = tool.exports.rsd_abi_version();
  if (version !== ABI_VERSION) {
    const problem = `The WebAssembly module has ABI version ${version}, not ${ABI_VERSION}`;
    const message = `${problem}; serve the .wasm files of the same release as the script.`;
    throw new ResiduaError('BAD_WASM', 'createEngine', message);
  }
  return new Engine(settings, tool, readWeights);
}

/** The recipe of the run that a checkpoint goes on with, as the core reads it; null if that is no run
 * that can be. @param {Core} core that has the file @param {number} length of it */
function recipeIn(core, length) {
  const to = [core.put('recipe'), 0, core.put('error')];
  const status = core.exports.rsd_file_run(core.at.file, length, ...to);
  return status === 0 ? recipeOfFields(core.get('recipe')) : null;
}

/** @typedef {import('./index.js').Engine} Contract */
/** @implements {Contract} */
export class Engine {
  #settings;
  #readWeights;
  /** An instance that only answers questions. @type {Core | null} */
  #tool;
  /** @type {Set<Net>} */
  #nets = new Set();

  /** @param {import('./loader.js').Settings} settings @param {Core} tool
   * @param {import('./weights/load.js').WeightsReader} readWeights */
  constructor(settings, tool, readWeights) {
    this.#settings = settings;
    this.#readWeights = readWeights;
    this.#tool = tool;
    this.tier = /** @type {Tier} */ (tool.text('rsd_tier'));
    this.threads = settings.threads;
    this.conv = settings.conv;
    this.numerics = /** @type {number} */ (tool.exports.rsd_numerics_version());
  }

  /** @param {string} op */
  #core(op) {
    if (!this.#tool) throw disposedError(op, 'engine');
    return this.#tool;
  }

  /** For nets. @param {import('./structs.js').Fields<'spec'>} spec
   * @param {import('./model.js').Capacity} capacity @param {number} [fileBytes] */
  openModel(spec, capacity, fileBytes) {
    return Model.open(this.#core('createNet'), spec, capacity, this.#settings, fileBytes);
  }

  /** For nets that are disposed of. @param {Net} net */
  forget(net) {
    this.#nets.delete(net);
  }

  /** @param {Spec | string} spec @param {{ batchSize?: number, training?: boolean }} [options] */
  async plan(spec, options = {}) {
    const core = this.#core('plan');
    const { batchSize = 128, training = true } = options;
    checkInteger('plan', 'batchSize', batchSize, 0, 2 ** 32 - 1);
    const fields = completeSpec(core, 'plan', spec);
    const { planned, bytes } = planModel(core, fields, { batchSize, training }, this.#settings);
    const { parameters, convolutions, flopsPerImage } = planned;
    return { bytes, parameters, convolutions, flopsPerImage };
  }

  /** @param {Spec | string} spec @param {import('./index.js').Abortable} [options] */
  async createNet(spec, { signal } = {}) {
    const fields = completeSpec(this.#core('createNet'), 'createNet', spec);
    const model = await this.openModel(fields, { batchSize: 1, training: false });
    return this.#adopt(signal, model, false, null, {});
  }

  /** @param {Uint8Array} file @param {Partial<Spec> | string} [spec]
   * @param {import('./index.js').Abortable} [options] */
  async loadNet(file, spec = {}, { signal } = {}) {
    const given = readSpec('loadNet', spec);
    const weights = await this.#weights('loadNet', file);
    signal?.throwIfAborted();
    const info = await this.#inspect(weights);
    const fields = completeSpec(this.#core('loadNet'), 'loadNet', { ...info.spec, ...given });
    const newHead = fields.classes !== info.spec.classes;
    const hasRun = info.hasOptimizer && !newHead;
    const model = await this.openModel(fields, { batchSize: 1, training: hasRun }, weights.length);
    try {
      model.load(weights, newHead);
    } catch (error) {
      model.close();
      throw error;
    }
    const said = provenanceIn(info.metadata);
    const provenance = hasRun ? said : newHead ? {} : originIn(said);
    return this.#adopt(signal, model, hasRun, newHead ? null : info.classNames, provenance);
  }

  /** @param {AbortSignal | undefined} signal @param {Model} model @param {boolean} hasRun
   * @param {string[] | null} classNames @param {import('./provenance.js').Provenance} provenance */
  #adopt(signal, model, hasRun, classNames, provenance) {
    if (!this.#tool || signal?.aborted) {
      model.close();
      throw signal?.aborted ? signal.reason : disposedError('createNet', 'engine');
    }
    const net = new Net(this, model, hasRun, classNames, provenance);
    this.#nets.add(net);
    return net;
  }

  /** @param {Uint8Array} file @param {import('./index.js').Abortable} [options] */
  async inspect(file, { signal } = {}) {
    const weights = await this.#weights('inspect', file);
    signal?.throwIfAborted();
    return this.#inspect(weights);
  }

  /** @param {string} op @param {Uint8Array} file */
  #weights(op, file) {
    this.#core(op);
    return this.#readWeights(op, file);
  }

  /** @param {Uint8Array} file of safetensors @returns {Promise<import('./index.js').FileInfo>} */
  async #inspect(file) {
    const core = await Core.open(this.#settings.module, { file: file.length });
    core.bytes.set(file, core.at.file);
    const out = core.put('out');
    core.call('rsd_file_spec', core.at.file, file.length, core.put('spec'), out, out + 4);
    const { first, second } = core.get('out');
    const metadata = metadataOf(file);
    const spec = specOfFields(core.get('spec'));
    return {
      spec,
      classNames: classNamesOf(metadata, spec.classes),
      hasMetadata: first === 1,
      hasNormalisation: metadata.mean !== undefined && metadata.std !== undefined,
      hasOptimizer: second === 1,
      recipe: second === 1 ? recipeIn(core, file.length) : null,
      metadata,
    };
  }

  /** @param {Parameters<Contract['synthetic']>[0]} [options] */
  async synthetic({ images = 5000, testImages = 1000, signal } = {}) {
    this.#core('synthetic');
    checkInteger('synthetic', 'images', images, 1, SYNTHETIC_MOST);
    checkInteger('synthetic', 'testImages', testImages, 0, SYNTHETIC_MOST);
    return new Dataset({
      name: 'synthetic',
      classes: [...SYNTHETIC_CLASSES],
      synthetic: true,
      train: await this.#draw('train', images, signal),
      test: await this.#draw('test', testImages, signal),
    });
  }

  /** @param {keyof typeof SYNTHETIC_SPLITS} split @param {number} total @param {AbortSignal} [signal] */
  async #draw(split, total, signal) {
    const sizes = { images: SYNTHETIC_CHUNK * IMAGE_BYTES, labels: SYNTHETIC_CHUNK * 2 };
    const core = await Core.open(this.#settings.module, sizes);
    const { images, labels } = imageMemory(total, 'synthetic');
    const pace = pacer();
    for (let first = 0; first < total; first += SYNTHETIC_CHUNK) {
      await pace();
      signal?.throwIfAborted();
      const count = Math.min(SYNTHETIC_CHUNK, total - first);
      const to = [core.at.images, core.at.labels];
      core.call('rsd_synthetic', SYNTHETIC_SPLITS[split], first, count, ...to);
      images.set(core.u8('images', count * IMAGE_BYTES), first * IMAGE_BYTES);
      labels.set(core.u16('labels', count), first);
    }
    return { images, labels };
  }

  dispose() {
    for (const net of [...this.#nets]) net.dispose();
    this.#tool = null;
  }

  [Symbol.dispose]() {
    this.dispose();
  }

  static {
    obeySignals(Engine.prototype, metIn);
  }
}
