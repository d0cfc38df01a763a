/** A network: its runs, its answers and its files. Invariant: its state lies in one model at a time, which takes the
 * place of a smaller one with all that it holds. */
import { obeySignals } from './abort.js';
import { checkBatch } from './batch.js';
import { checkLabelled, matchClasses } from './classes.js';
import { metIn } from './core-errors.js';
import { checkImages, countImages, IMAGE_BYTES } from './dataset.js';
import { badArgument, disposedError, ResiduaError } from './errors.js';
import { withMetadata } from './file-metadata.js';
import { Model, PARTS } from './model.js';
import { pacer } from './pacer.js';
import { checkSameData, originIn, provenanceOf } from './provenance.js';
import { Review } from './review.js';
import { scoreOf } from './score.js';
import { checkInteger, checkNumber, nameOfSpec, numberOf } from './spec.js';
import { trainSteps } from './train-steps.js';
import { busyError, recipeFields, Stopwatch, stepFields, Training, tickOf } from './training.js';
import { onnxModel } from './weights/onnx.js';

/** @typedef {import('./index.js').Images} Images */
/** @typedef {import('./index.js').Dataset} Dataset */
/** @typedef {ReturnType<typeof recipeFields>} RecipeFields */
/** @typedef {import('./structs.js').Fields<'layerStatistics'>} StatisticsFields */

/** Images at once in evaluation and inference. */
const DEFAULT_BATCH = 128;

/** @typedef {import('./index.js').Net} Contract */
/** @implements {Contract} */
export class Net {
  #engine;
  /** @type {Model | null} */
  #current;
  /** Moves to larger memory, one after the other. @type {Promise<void>} */
  #moves = Promise.resolve();
  #busy = false;
  /** Images in a step of a run that begin() began; 0: there is none. */
  #stepBatch = 0;
  /** The last run. @type {Training | null} */
  #training = null;
  /** Is there momentum and a position in a run, of this net's training or of a loaded file? */
  #hasRun;
  /** What that run has had, as files say it. @type {import('./provenance.js').Provenance} */
  #provenance;

  /** @param {import('./engine.js').Engine} engine @param {Model} model
   * @param {boolean} hasRun @param {string[] | null} classNames
   * @param {import('./provenance.js').Provenance} provenance */
  constructor(engine, model, hasRun, classNames, provenance) {
    this.#engine = engine;
    this.#current = model;
    this.#hasRun = hasRun;
    this.#provenance = provenance;
    this.classNames = classNames;
    this.spec = model.publicSpec;
    this.name = nameOfSpec(this.spec);
    this.parameters = model.plan.parameters;
    this.layers = model.layers();
    this.tier = engine.tier;
    this.threads = engine.threads;
  }

  get memoryBytes() {
    return this.#current?.memoryBytes ?? 0;
  }

  /** @param {string} op */
  #model(op) {
    if (!this.#current) throw disposedError(op, 'net');
    return this.#current;
  }

  /** Sees to it that so large a batch fits, and training if asked for: a net that needs more
   * memory than it has moves, with all its state, to a new instance.
   * @param {string} op @param {number} batchSize @param {boolean} training */
  #ensure(op, batchSize, training) {
    const move = this.#moves.then(() => this.#move(op, batchSize, training));
    this.#moves = move.catch(() => {});
    return move;
  }

  /** @param {string} op @param {number} batchSize @param {boolean} training */
  async #move(op, batchSize, training) {
    const old = this.#model(op);
    if (old.batchSize >= batchSize && (old.training || !training)) return;
    const capacity = {
      batchSize: Math.max(old.batchSize, batchSize),
      training: old.training || training,
    };
    const next = await this.#engine.openModel(old.spec, capacity);
    try {
      next.load(this.#model(op).save(this.#hasRun));
    } catch (error) {
      next.close();
      throw error;
    }
    old.close();
    this.#current = next;
  }

  /** How many images to compute at once. Once a net can train it does not grow just to infer, since
   * gradients do not move with it.
   * @param {string} op @param {number} count @param {number} [wanted] @param {boolean} [training] whether it
   *   must be able to */
  async #batchFor(op, count, wanted = DEFAULT_BATCH, training = false) {
    checkInteger(op, 'batchSize', wanted, 1, 2 ** 32 - 1);
    const model = this.#model(op);
    if (model.training) return Math.min(wanted, model.batchSize);
    const batch = Math.min(wanted, count);
    await this.#ensure(op, batch, training);
    return batch;
  }

  /** @param {Dataset} dataset @param {import('./index.js').TrainOptions} [options] */
  train(dataset, options = {}) {
    this.#model('train');
    if (this.#busy) throw busyError();
    const recipe = recipeFields(this.spec, dataset, options);
    const training = new Training(options.signal);
    this.#training = training;
    this.#busy = true;
    void this.#run(training, dataset, recipe, options).then(
      () => training.end(null),
      (error) => training.end({ error: metIn('train', error) }),
    );
    return training;
  }

  /** @param {Training} training @param {Dataset} dataset @param {RecipeFields} recipe
   * @param {import('./index.js').TrainOptions} options */
  async #run(training, dataset, recipe, { evaluate = true, restart, force, ...extras }) {
    try {
      if (!(await training.turn())) return;
      if (!restart) this.#checkNoSteps(recipe);
      const test = evaluate && dataset.test.labels.length > 0 ? dataset.test : null;
      const provenance = await provenanceOf(this.#engine, dataset, test);
      await this.#ensure('train', recipe.batchSize, true);
      this.#begin(recipe, provenance, restart, force);
      this.classNames = [...dataset.classes];
      const sets = { train: dataset.train, test, validation: extras.validation };
      await trainSteps(this.#face, training, sets, recipe, extras);
    } finally {
      this.#busy = false;
    }
  }

  /** Throws if the run to go on with goes step by step, before anything of it changes. @param {RecipeFields} recipe */
  #checkNoSteps({ images }) {
    if (this.#stepBatch === 0 || this.#stepBatch === images) return;
    const problem = `The run there is goes step by step, in batches of ${this.#stepBatch}`;
    const advice = 'go on with step(), or set restart: true to begin another';
    throw new ResiduaError('MISMATCH', 'train', `${problem}; ${advice}.`);
  }

  /** What the steps of a run need of the net. @type {import('./train-steps.js').TrainedNet} */
  #face = {
    model: () => this.#model('train'),
    checkpoint: () => this.#file(true),
    layerStatistics: (images) => this.layerStatistics(images),
  };

  /** Begins a run, or goes on with the one there is, also if it is over: then no step is left.
   * @param {RecipeFields} recipe @param {import('./provenance.js').Provenance} provenance
   * @param {boolean} [restart] @param {boolean} [force] */
  #begin(recipe, provenance, restart = false, force = false) {
    const goesOn = this.#hasRun && !restart;
    this.#beginRun('train', recipe, restart, 0);
    if (goesOn && !force) checkSameData(this.#provenance, provenance);
    this.#provenance = provenance;
  }

  /** @param {string} op @param {RecipeFields | ReturnType<typeof stepFields>} fields @param {boolean} restart
   * @param {number} stepBatch 0: the run does not go step by step */
  #beginRun(op, fields, restart, stepBatch) {
    const model = this.#model(op);
    if (this.#hasRun && restart) model.trainEnd();
    model.trainBegin(fields);
    this.#stepBatch = stepBatch;
    this.#hasRun = true;
  }

  /** @param {Images} set @param {import('./index.js').EvaluateOptions} [options] */
  async evaluate(set, options = {}) {
    this.#model('evaluate');
    const { batchSize, signal, details = false, views, classes } = options;
    if (checkLabelled(set, classes, this.spec.classes) === 0) {
      throw badArgument('evaluate', 'There are no images; give one or more.');
    }
    const matched = classes ? matchClasses(set, classes, this) : { set, kept: null, leftOut: null };
    const count = matched.set.labels.length;
    const batch = await this.#batchFor('evaluate', count, batchSize);
    const review = details ? new Review(this.spec.classes) : undefined;
    const watch = new Stopwatch();
    const pace = pacer();
    watch.start();
    const turn = async () => {
      await pace();
      signal?.throwIfAborted();
      return true;
    };
    const model = () => this.#model('evaluate');
    const score = await scoreOf(model, matched.set, batch, turn, { review, views });
    const figures = /** @type {NonNullable<typeof score>} */ (score);
    const speed = { imagesPerSecond: watch.perSecond(count), seconds: watch.seconds };
    const { kept, leftOut } = matched;
    const more = review && { details: review.detailsOf(kept) };
    return { ...figures, ...speed, ...(leftOut && { leftOut }), ...more };
  }

  /** @param {import('./index.js').StepRecipe} [recipe] */
  async begin(recipe = {}) {
    this.#model('begin');
    if (this.#busy) throw busyError();
    const fields = stepFields(this.spec, recipe);
    // A run that goes on fits already, and one that does not is left as it is.
    const isGoingOn = this.#stepBatch > 0 && !recipe.restart;
    if (!isGoingOn) await this.#ensure('begin', fields.batchSize, true);
    recipe.signal?.throwIfAborted();
    const restart = Boolean(recipe.restart);
    this.#beginRun('begin', fields, restart, fields.batchSize);
    if (restart) this.#provenance = originIn(this.#provenance);
  }

  /** @param {Uint8Array | Float32Array} images @param {Uint16Array} labels */
  async step(images, labels) {
    const model = this.#stepwise('step');
    checkBatch('step', images, labels, this.#stepBatch);
    const { wrong, lossSum } = model.trainGradients(images, labels);
    return { wrong, loss: lossSum / labels.length };
  }

  /** @param {{ lr?: number }} [options] */
  async update({ lr: rate } = {}) {
    const model = this.#stepwise('update');
    if (rate !== undefined) model.trainSetLr(checkNumber('update', 'lr', rate));
    const progress = model.trainUpdate();
    const { step, steps, lr, trajectory } = tickOf(progress, 'step', progress.steps, 0, 0);
    return { step, steps, lr, trajectory };
  }

  /** The model of a run that goes step by step. @param {string} op */
  #stepwise(op) {
    const model = this.#model(op);
    if (this.#busy) throw busyError();
    if (this.#stepBatch > 0) return model;
    throw new ResiduaError('BAD_STATE', op, 'No run goes step by step; call begin() first.');
  }

  /** @param {readonly import('./index.js').NamedValues[]} tensors
   * @param {(typeof PARTS)[number]} [part] */
  async setTensors(tensors, part = 'value') {
    numberOf('setTensors', 'part', PARTS, part);
    this.#model('setTensors').setTensors(tensors, part);
  }

  /** @param {Uint8Array} images @param {import('./index.js').Abortable} [options] */
  logits(images, options) {
    const infer = (/** @type {Model} */ model, /** @type {[number, number]} */ ...range) =>
      model.infer(images, ...range);
    return this.#rows('logits', images, this.spec.classes, infer, options);
  }

  /** @param {Uint8Array} images @param {import('./index.js').Abortable} [options] */
  classify(images, options) {
    const infer = (/** @type {Model} */ model, /** @type {[number, number]} */ ...range) =>
      model.classify(images, ...range);
    return this.#rows('classify', images, this.spec.classes, infer, options);
  }

  /** @param {Uint8Array} images @param {import('./index.js').Abortable} [options] */
  features(images, options) {
    const infer = (/** @type {Model} */ model, /** @type {[number, number]} */ ...range) =>
      model.features(images, ...range);
    return this.#rows('features', images, 4 * this.spec.width, infer, options);
  }

  /** @param {Uint8Array} images @param {Uint16Array} labels
   * @param {import('./index.js').Abortable} [options] */
  async inputGradient(images, labels, options) {
    const total = checkImages('inputGradient', { images, labels }, this.spec.classes);
    // Of the mean over all images, where the core has that over a batch.
    const infer = (
      /** @type {Model} */ model,
      /** @type {number} */ first,
      /** @type {number} */ n,
    ) => model.inputGradient({ images, labels }, first, n).map((value) => value * (n / total));
    return this.#rows('inputGradient', images, IMAGE_BYTES, infer, options, true);
  }

  /** @param {string} op @param {Uint8Array} images @param {number} length of a row
   * @param {(model: Model, first: number, count: number) => Float32Array} infer
   * @param {import('./index.js').Abortable} [options] @param {boolean} [training] whether `infer` needs a model
   *   that can train */
  async #rows(op, images, length, infer, options = {}, training = false) {
    this.#model(op);
    const total = countImages(op, images);
    const rows = new Float32Array(total * length);
    const batch = total && (await this.#batchFor(op, total, DEFAULT_BATCH, training));
    const pace = pacer();
    for (let first = 0; first < total; first += batch) {
      await pace();
      options.signal?.throwIfAborted();
      const count = Math.min(batch, total - first);
      rows.set(infer(this.#model(op), first, count), first * length);
    }
    return rows;
  }

  /** @param {Uint8Array} images @param {import('./index.js').Abortable} [options]
   * @returns {Promise<import('./index.js').LayerStatistics[]>} */
  async layerStatistics(images, options = {}) {
    this.#model('layerStatistics');
    const total = countImages('layerStatistics', images);
    if (total === 0) throw badArgument('layerStatistics', 'There are no images; give one or more.');
    const batch = await this.#batchFor('layerStatistics', total);
    const pace = pacer();
    /** @type {StatisticsFields[] | null} */
    let statistics = null;
    for (let first = 0; first < total; first += batch) {
      await pace();
      options.signal?.throwIfAborted();
      const count = Math.min(batch, total - first);
      statistics = this.#model('layerStatistics').layerStatistics(images, first, count, statistics);
    }
    return /** @type {StatisticsFields[]} */ (statistics).map((layer, i) => ({
      responseMean: layer.responseMean,
      responseStd: layer.responseStd,
      activationRms: layer.activationRms,
      residualRatio: this.layers[i].hasShortcut ? layer.residualRatio : null,
    }));
  }

  /** @param {Uint8Array} image @param {number} layer */
  async activation(image, layer) {
    const model = this.#model('activation');
    if (countImages('activation', image) !== 1) {
      const problem = `${image.length} bytes are not one image`;
      throw badArgument('activation', `${problem}; give the ${IMAGE_BYTES} bytes of one.`);
    }
    checkInteger('activation', 'layer', layer, 0, this.layers.length - 1);
    const { height, width, channels } = this.layers[layer];
    const values = model.activation(image, layer, height * width * channels);
    return { height, width, channels, values };
  }

  /** @param {{ optimizer?: boolean }} [options] */
  async save({ optimizer = false } = {}) {
    return this.#file(optimizer);
  }

  /** @param {boolean} optimizer */
  #file(optimizer) {
    return withMetadata(this.#model('save').save(optimizer), {
      ...(this.classNames && { class_names: JSON.stringify(this.classNames) }),
      ...(optimizer && this.#hasRun ? this.#provenance : originIn(this.#provenance)),
    });
  }

  /** @param {(typeof PARTS)[number]} [part] */
  async tensors(part = 'value') {
    numberOf('tensors', 'part', PARTS, part);
    return this.#model('tensors').tensors(part);
  }

  async toOnnx() {
    return onnxModel(this.spec, this.#model('toOnnx').evaluatedTensors());
  }

  dispose() {
    this.#current?.close();
    this.#current = null;
    // A run that is paused wakes, and finds that its net is gone.
    this.#training?.resume();
    this.#engine.forget(this);
  }

  [Symbol.dispose]() {
    this.dispose();
  }

  static {
    obeySignals(Net.prototype, metIn);
  }
}
