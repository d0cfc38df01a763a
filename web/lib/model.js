/** One net of the core in memory of its own: what residua.h offers, synchronously, with arrays
 * instead of pointers. */

import { isFloats } from './arrays.js';
import { Core } from './core.js';
import { counted } from './counted.js';
import { IMAGE_BYTES } from './dataset.js';
import { badArgument } from './errors.js';
import { convNumber, fieldsOfSpec, readSpec, specOfFields } from './spec.js';
import { SLOTS } from './structs.js';
import { STACK_BYTES, Threads } from './threads.js';

/** @typedef {import('./structs.js').Fields<'spec'>} SpecFields */
/** @typedef {import('./structs.js').Fields<'layerStatistics'>} StatisticsFields */
/** @typedef {import('./index.js').Images} Images */
/** @typedef {{ batchSize: number, training: boolean }} Capacity */

/** rsd_tensor_part, in the order of the numbers. */
export const PARTS = /** @type {const} */ (['value', 'gradient', 'momentum', 'average']);

/** Completes a spec with the core's defaults. @param {Core} core @param {string} op
 * @param {string | Partial<import('./index.js').Spec>} spec @returns {SpecFields} */
export function completeSpec(core, op, spec) {
  const given = readSpec(op, spec);
  core.exports.rsd_default_spec(core.put('spec'));
  return { ...core.get('spec'), ...fieldsOfSpec(op, given) };
}

/** 3x3 convolutions. @param {SpecFields} spec */
const layerCount = ({ depth }) => depth - 1;

/** What is looked at goes out through the region of files: statistics of all layers, or an activation,
 * the largest of which is the stem's. @param {SpecFields} spec */
function viewBytes(spec) {
  const statistics = layerCount(spec) * SLOTS.layerStatistics.bytes;
  return Math.max(statistics, (IMAGE_BYTES / 3) * spec.width * 4);
}

/** Of one image's features, and of its pixels in floats, which are more; both go through the region of
 * files too. @param {SpecFields} spec */
const featureBytes = ({ width }) => 4 * featureCount(width);
const pixelBytes = 4 * IMAGE_BYTES;

/** What the dense layer reads. @param {number} width */
const featureCount = (width) => 4 * width;

/** What a net takes: the core's plan, and the regions of memory around it.
 * @param {Core} core any instance @param {SpecFields} spec @param {Capacity} capacity
 * @param {import('./loader.js').Settings} settings @param {number} [fileBytes] to be loaded */
export function planModel(core, spec, { batchSize, training }, settings, fileBytes = 0) {
  const { threads } = settings;
  const conv = convNumber('createEngine', settings.conv);
  const capacity = { batchSize, training: Number(training), threads, conv, tier: 0 }; // the module’s
  const plan = core.put('plan');
  core.call('rsd_plan_net', core.put('spec', spec), core.put('capacity', capacity), plan);
  const planned = core.get('plan');
  const sizes = {
    net: planned.bytes,
    images: batchSize * IMAGE_BYTES,
    labels: batchSize * 2,
    indices: batchSize * 4,
    logits: batchSize * spec.classes * 4,
    file: Math.max(
      planned.checkpointBytes,
      fileBytes,
      viewBytes(spec),
      batchSize * (training ? pixelBytes : featureBytes(spec)),
    ),
    ...(threads > 1 && {
      pool: core.exports.rsd_pool_bytes(),
      stacks: (threads - 1) * STACK_BYTES,
    }),
  };
  return { capacity, planned, sizes, bytes: core.bytesFor(sizes) };
}

export class Model {
  /** @type {Threads | undefined} */
  #threads;
  /** The batch size of the run under way. */
  #runBatch = 0;

  /** @param {Core} core @param {SpecFields} spec @param {ReturnType<typeof planModel>} plan */
  constructor(core, spec, { planned, capacity }) {
    this.core = core;
    this.plan = planned;
    this.batchSize = /** @type {number} */ (capacity.batchSize);
    this.training = capacity.training === 1;
    const memory = [core.at.net, planned.bytes];
    const pointers = [core.put('spec', spec), core.put('capacity', capacity)];
    core.call('rsd_net_create', ...pointers, ...memory, core.pointer('out'));
    this.net = /** @type {number} */ (core.get('out').first);
    core.call('rsd_net_spec', this.net, core.put('spec'));
    this.spec = core.get('spec');
  }

  /** @param {Core} tool any instance of the same module @param {SpecFields} spec
   * @param {Capacity} capacity @param {import('./loader.js').Settings} settings
   * @param {number} [fileBytes] */
  static async open(tool, spec, capacity, settings, fileBytes) {
    const plan = planModel(tool, spec, capacity, settings, fileBytes);
    const model = new Model(await Core.open(settings.module, plan.sizes), spec, plan);
    if (settings.threads > 1) await model.#usePool(settings);
    return model;
  }

  /** @param {import('./loader.js').Settings} settings */
  async #usePool({ threads, worker }) {
    const { core, net } = this;
    const memory = [core.at.pool, core.exports.rsd_pool_bytes()];
    core.call('rsd_pool_create', threads, ...memory, core.put('out'));
    const pool = core.get('out').first;
    this.#threads = await Threads.start(core, pool, threads, worker);
    core.call('rsd_net_use_pool', net, pool);
  }

  /** Ends the pool's threads; the memory goes with the last reference. */
  close() {
    this.#threads?.stop();
  }

  get memoryBytes() {
    return this.core.memory.buffer.byteLength;
  }

  get publicSpec() {
    return specOfFields(this.spec);
  }

  /** Copies images first .. first+count-1 in, and labels if there are any.
   * @param {{ images: Uint8Array, labels?: Uint16Array }} set @param {number} first
   * @param {number} count */
  #stage({ images, labels }, first, count) {
    const pixels = images.subarray(first * IMAGE_BYTES, (first + count) * IMAGE_BYTES);
    this.core.bytes.set(pixels, this.core.at.images);
    if (labels) this.core.u16('labels', count).set(labels.subarray(first, first + count));
  }

  /** @param {Images} set @param {number} first @param {number} count at most batchSize */
  evaluate(set, first, count) {
    const { core } = this;
    this.#stage(set, first, count);
    const { images, labels } = core.at;
    core.call('rsd_evaluate', this.net, images, labels, count, core.put('score'));
    return core.get('score');
  }

  /** As evaluate, with each image's class and its probability.
   * @param {Images} set @param {number} first @param {number} count at most batchSize */
  evaluateEach(set, first, count) {
    const { core } = this;
    this.#stage(set, first, count);
    const { images, labels, logits, indices } = core.at;
    const to = [indices, logits, core.put('score')];
    core.call('rsd_evaluate_each', this.net, images, labels, count, ...to);
    const predicted = core.u16('indices', count).slice();
    return { ...core.get('score'), predicted, probabilities: core.f32('logits', count).slice() };
  }

  /** @param {Uint8Array} images @param {number} first @param {number} count at most batchSize */
  infer(images, first, count) {
    this.#stage({ images }, first, count);
    this.core.call('rsd_infer', this.net, this.core.at.images, count, this.core.at.logits);
    return this.#copyLogits(count);
  }

  /** @param {number} count */
  #copyLogits(count) {
    return this.core.f32('logits', count * this.spec.classes).slice();
  }

  /** @param {Uint8Array} images @param {number} first @param {number} count at most batchSize */
  features(images, first, count) {
    this.#stage({ images }, first, count);
    this.core.call('rsd_features', this.net, this.core.at.images, count, this.core.at.file);
    return this.core.f32('file', count * featureCount(this.spec.width)).slice();
  }

  /** @param {Images} set @param {number} first @param {number} count at most batchSize */
  inputGradient(set, first, count) {
    const { core } = this;
    this.#stage(set, first, count);
    const { images, labels, file } = core.at;
    core.call('rsd_input_gradient', this.net, images, labels, count, file);
    return core.f32('file', count * IMAGE_BYTES).slice();
  }

  /** Probabilities from logits. @param {Uint8Array} images @param {number} first
   * @param {number} count at most batchSize */
  classify(images, first, count) {
    this.infer(images, first, count);
    this.core.call('rsd_softmax', this.core.at.logits, count, this.spec.classes);
    return this.#copyLogits(count);
  }

  /** @returns {import('./index.js').Layer[]} */
  layers() {
    const { core, net } = this;
    return Array.from({ length: layerCount(this.spec) }, (_, index) => {
      core.call('rsd_net_layer', net, index, core.put('layerInfo'));
      const { weights, height, width, channels, hasShortcut } = core.get('layerInfo');
      const name = this.#tensor(weights).name.replace(/\.weight$/, '');
      return { name, height, width, channels, hasShortcut: hasShortcut === 1 };
    });
  }

  /** Signals of all layers over these images and those that `before` is of.
   * @param {Uint8Array} images @param {number} first @param {number} count at most batchSize
   * @param {StatisticsFields[] | null} before */
  layerStatistics(images, first, count, before) {
    const { core } = this;
    const length = layerCount(this.spec);
    this.#stage({ images }, first, count);
    core.putAll('file', 'layerStatistics', before ?? Array.from({ length }, () => ({})));
    core.call('rsd_add_layer_stats', this.net, core.at.images, count, core.at.file);
    return core.getAll('file', 'layerStatistics', length);
  }

  /** @param {Uint8Array} image @param {number} layer @param {number} length */
  activation(image, layer, length) {
    this.#stage({ images: image }, 0, 1);
    this.core.call('rsd_activation', this.net, this.core.at.images, layer, this.core.at.file);
    return this.core.f32('file', length).slice();
  }

  /** @param {Omit<import('./structs.js').Fields<'recipe'>, 'size'>} recipe */
  trainBegin(recipe) {
    this.core.call('rsd_train_begin', this.net, this.core.put('recipe', recipe));
    this.#runBatch = recipe.batchSize;
  }

  /** Of the step that follows, with the schedule 'own'. @param {number} lr */
  trainSetLr(lr) {
    this.core.call('rsd_train_set_lr', this.net, lr);
  }

  /** The images that the next step wants; null when the run is over. */
  trainIndices() {
    const { core } = this;
    core.call('rsd_train_indices', this.net, core.at.indices, core.put('out'));
    const { first: count } = core.get('out');
    return count > 0 ? core.u32('indices', count) : null;
  }

  /** One step on the images at `indices`. @param {Images} set @param {Uint32Array} indices */
  trainStep({ images, labels }, indices) {
    const { core } = this;
    const stagedLabels = core.u16('labels', indices.length);
    for (let i = 0; i < indices.length; i++) {
      const at = indices[i] * IMAGE_BYTES;
      core.bytes.set(images.subarray(at, at + IMAGE_BYTES), core.at.images + i * IMAGE_BYTES);
      stagedLabels[i] = labels[indices[i]];
    }
    const progress = core.put('progress');
    core.call('rsd_train_step', this.net, core.at.images, core.at.labels, progress);
    return core.get('progress');
  }

  /** The first half of a step, on images in bytes or floats; returns the batch's score.
   * @param {Uint8Array | Float32Array} images @param {Uint16Array} labels */
  trainGradients(images, labels) {
    const { core } = this;
    core.u16('labels', labels.length).set(labels);
    const isFloat = isFloats(images);
    if (isFloat) core.f32('file', images.length).set(images);
    else core.bytes.set(images, core.at.images);
    const name = isFloat ? 'rsd_train_gradients_float' : 'rsd_train_gradients';
    const from = isFloat ? core.at.file : core.at.images;
    core.call(name, this.net, from, core.at.labels, core.put('score'));
    return core.get('score');
  }

  /** The second half. */
  trainUpdate() {
    this.core.call('rsd_train_update', this.net, this.core.put('progress'));
    return this.core.get('progress');
  }

  /** The last step's logits, row by row in the order of its indices. */
  trainLogits() {
    this.core.call('rsd_train_logits', this.net, this.core.at.logits);
    return this.#copyLogits(this.#runBatch);
  }

  /** What flowed through the layers in the last step. */
  trainLayerStats() {
    const { core } = this;
    const length = layerCount(this.spec);
    core.call('rsd_train_layer_stats', this.net, core.at.file, core.at.file + 8 * length);
    const values = Array.from(core.f64('file', 2 * length));
    return { gradientRms: values.slice(0, length), activationRms: values.slice(length) };
  }

  trainProgress() {
    this.core.call('rsd_train_progress', this.net, this.core.put('progress'));
    return this.core.get('progress');
  }

  trainEnd() {
    this.core.call('rsd_train_end', this.net);
  }

  /** @param {Uint8Array} file @param {boolean} featuresOnly without the head */
  load(file, featuresOnly = false) {
    this.core.bytes.set(file, this.core.at.file);
    const load = featuresOnly ? 'rsd_net_load_features' : 'rsd_net_load';
    this.core.call(load, this.net, this.core.at.file, file.length);
  }

  /** @param {boolean} optimizer */
  save(optimizer) {
    const { core } = this;
    const room = [core.at.file, this.plan.checkpointBytes];
    core.call('rsd_net_save', this.net, Number(optimizer), ...room, core.put('out'));
    return core.u8('file', core.get('out').first).slice();
  }

  /** @param {(typeof PARTS)[number]} part @returns {import('./index.js').Tensor[]} */
  tensors(part) {
    const all = Array.from({ length: this.plan.tensors }, (_, index) => this.#tensor(index));
    return all
      .filter((tensor) => part === 'value' || part === 'average' || tensor.trained)
      .map(({ index, name, shape, elements }) => {
        return { name, shape, values: this.#part('rsd_net_read', index, part, elements).slice() };
      });
  }

  /** Writes a part of some tensors, by name. @param {readonly import('./index.js').NamedValues[]} given
   * @param {(typeof PARTS)[number]} part */
  setTensors(given, part) {
    const all = Array.from({ length: this.plan.tensors }, (_, index) => this.#tensor(index));
    const found = given.map(({ name, values }) => {
      const tensor = all.find((other) => other.name === name);
      if (!tensor) throw badArgument('setTensors', `The net has no tensor "${name}".`);
      if (values.length === tensor.elements) return { index: tensor.index, values };
      const problem = `${name} has ${counted(values.length, 'value')}`;
      throw badArgument('setTensors', `${problem}; it takes ${tensor.elements}.`);
    });
    const before = found.map(({ index, values }) => ({
      index,
      values: this.#part('rsd_net_read', index, part, values.length).slice(),
    }));
    try {
      for (const { index, values } of found) this.#write(index, part, values);
    } catch (error) {
      for (const { index, values } of before) this.#write(index, part, values);
      throw error;
    }
  }

  /** @param {number} index @param {(typeof PARTS)[number]} part @param {ArrayLike<number>} values */
  #write(index, part, values) {
    this.core.f32('file', values.length).set(values);
    this.#part('rsd_net_write', index, part, values.length);
  }

  /** @param {'rsd_net_read' | 'rsd_net_write'} call @param {number} index
   * @param {(typeof PARTS)[number]} part @param {number} length */
  #part(call, index, part, length) {
    this.core.call(call, this.net, index, PARTS.indexOf(part), this.core.at.file);
    return this.core.f32('file', length);
  }

  /** Those that evaluation computes with. */
  evaluatedTensors() {
    const read = this.core.exports.rsd_net_read;
    const hasAverages = read(this.net, 0, PARTS.indexOf('average'), this.core.at.file, 0) === 0;
    return this.tensors(hasAverages ? 'average' : 'value');
  }

  /** @param {number} index */
  #tensor(index) {
    this.core.call('rsd_net_tensor', this.net, index, this.core.put('tensor'));
    const { name, rank, shape, elements, kind } = this.core.get('tensor');
    return { index, name, shape: shape.slice(0, rank), elements, trained: kind === 0 };
  }
}
