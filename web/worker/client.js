/** The API of ../lib/index.d.ts with one worker for each net, and one for questions to the
 * engine. Nothing is computed in the thread that calls. */
import { transfer } from 'comlink';
import { obeySignals, orAborted } from '../lib/abort.js';
import { checkLabelled } from '../lib/classes.js';
import { checkImages, Dataset } from '../lib/dataset.js';
import { badArgument, disposedError } from '../lib/errors.js';
import { fetched } from '../lib/later.js';
import { loadSettings } from '../lib/loader.js';
import { busyError, recipeFields, Training } from '../lib/training.js';
import { ownSafetensors } from '../lib/weights/load.js';
import { copied, Host } from './host.js';
import { keepErrorCodes, unpackError } from './rpc.js';

/** @typedef {import('../lib/index.js').Images} Images */
/** @typedef {import('../lib/index.js').Spec} Spec */
/** @typedef {import('./host.js').Api} Api */
/** @typedef {import('./rpc.js').Sent<import('../lib/index.js').Abortable>} Sent */
/** @typedef {'value' | 'gradient' | 'momentum' | 'average'} Part of tensors */

keepErrorCodes();

/** Functions cannot be sent to a worker. @param {string} op @param {Record<string, unknown>} options */
function refuseFunctions(op, options) {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value !== 'function') continue;
    const problem = `${name} is a function, which cannot be sent to a worker`;
    throw badArgument(op, `${problem}; use createEngine of 'residua', or { worker: false }.`);
  }
}

/** @param {import('../lib/index.js').EngineOptions} [options]
 * @returns {Promise<import('../lib/index.js').Engine>} */
export async function createEngine(options = {}) {
  if (options?.worker === false) {
    const { openEngine } = await fetched(import('../lib/engine.js'));
    return openEngine(await loadSettings(options, false), ownSafetensors);
  }
  const settings = await loadSettings(options, true);
  const host = await Host.start(settings);
  try {
    const facts = await orAborted(
      options.signal,
      host.call((api) => api.about()),
    );
    return new RemoteEngine(settings, host, facts);
  } catch (error) {
    host.end(disposedError('createEngine', 'engine'));
    throw error;
  }
}

/** @typedef {import('../lib/index.js').Engine} EngineContract */
/** @implements {EngineContract} */
class RemoteEngine {
  #settings;
  #host;
  /** @type {Set<RemoteNet>} */
  #nets = new Set();

  /** @param {import('../lib/loader.js').Settings} settings @param {Host} host
   * @param {{ tier: import('../lib/index.js').Tier, numerics: number }} facts */
  constructor(settings, host, { tier, numerics }) {
    this.#settings = settings;
    this.#host = host;
    this.tier = tier;
    this.threads = settings.threads;
    this.conv = settings.conv;
    this.numerics = numerics;
  }

  /** @param {Spec | string} spec @param {Parameters<EngineContract['plan']>[1]} [options] */
  plan(spec, options) {
    return this.#host.call((api, sent) => api.plan(spec, sent), options);
  }

  /** @param {Uint8Array} file @param {import('../lib/index.js').Abortable} [options] */
  async inspect(file, options) {
    const own = await this.#weights('inspect', file);
    const inspect = (/** @type {Api} */ api, /** @type {Sent} */ sent) =>
      api.inspect(transfer(own, [own.buffer]), sent);
    return this.#host.call(inspect, options);
  }

  /** @param {Parameters<EngineContract['synthetic']>[0]} [options] */
  async synthetic(options) {
    return Dataset.ofChecked(await this.#host.call((api, sent) => api.synthetic(sent), options));
  }

  /** @param {Spec | string} spec @param {import('../lib/index.js').Abortable} [options] */
  createNet(spec, options) {
    return this.#net((api) => api.createNet(spec), options);
  }

  /** @param {Uint8Array} file @param {Partial<Spec> | string} [spec]
   * @param {import('../lib/index.js').Abortable} [options] */
  async loadNet(file, spec, options) {
    const own = await this.#weights('loadNet', file);
    return this.#net((api) => api.loadNet(transfer(own, [own.buffer]), spec), options);
  }

  /** Read here, since the worker's script cannot fetch parts. @param {string} op @param {Uint8Array} file */
  #weights(op, file) {
    this.#host.check();
    return ownSafetensors(op, file);
  }

  /** An abort ends the worker, which has nothing else to do.
   * @param {(api: Api) => Promise<import('./rpc.js').NetFacts>} make
   * @param {import('../lib/index.js').Abortable} [options] */
  async #net(make, { signal } = {}) {
    this.#host.check();
    signal?.throwIfAborted();
    const host = await Host.start(this.#settings);
    try {
      const made = host.call(async (api) => {
        return /** @type {const} */ ([await make(api), await api.memoryBytes()]);
      });
      const [facts, memoryBytes] = await orAborted(signal, made);
      this.#host.check();
      const net = new RemoteNet(host, facts, memoryBytes, () => this.#nets.delete(net));
      this.#nets.add(net);
      return net;
    } catch (error) {
      host.end(disposedError('createNet', 'net'));
      throw error;
    }
  }

  dispose() {
    for (const net of [...this.#nets]) net.dispose();
    this.#host.end(disposedError('engine', 'engine'));
  }

  [Symbol.dispose]() {
    this.dispose();
  }

  static {
    obeySignals(RemoteEngine.prototype);
  }
}

/** @typedef {import('../lib/index.js').Net} NetContract */
/** @implements {NetContract} */
class RemoteNet {
  #host;
  #memoryBytes;
  #onDispose;
  #busy = false;

  /** @param {Host} host @param {import('./rpc.js').NetFacts} facts @param {number} memoryBytes
   * @param {() => void} onDispose */
  constructor(host, facts, memoryBytes, onDispose) {
    const { spec, name, parameters, classNames, layers, tier, threads } = facts;
    this.#host = host;
    this.#memoryBytes = memoryBytes;
    this.#onDispose = onDispose;
    this.spec = spec;
    this.name = name;
    this.parameters = parameters;
    this.classNames = classNames;
    this.layers = layers;
    this.tier = tier;
    this.threads = threads;
  }

  get memoryBytes() {
    return this.#memoryBytes;
  }

  /** @template T @template {import('../lib/index.js').Abortable} O
   * @param {O | undefined} options
   * @param {(api: Api, sent: import('./rpc.js').Sent<O>) => Promise<T>} work */
  #call(options, work) {
    return this.#host.call(async (api, /** @type {import('./rpc.js').Sent<O>} */ sent) => {
      const result = await work(api, sent);
      this.#memoryBytes = await api.memoryBytes();
      return result;
    }, options);
  }

  /** @param {import('../lib/index.js').Dataset} dataset
   * @param {import('../lib/index.js').TrainOptions} [options] */
  train(dataset, options = {}) {
    this.#host.check();
    if (this.#busy) throw busyError();
    recipeFields(this.spec, dataset, options);
    refuseFunctions('train', { lr: options.lr, onBatch: options.onBatch });
    const { port1, port2 } = new MessageChannel();
    const training = new Training(options.signal, (wish) => port1.postMessage(wish));
    this.#busy = true;
    void this.#run(training, dataset, options, port1, port2)
      .then(
        () => null,
        (error) => ({ error }),
      )
      .then((failure) => {
        port1.close();
        this.#busy = false;
        training.end(failure);
      });
    return training;
  }

  /** @param {Training} training @param {import('../lib/index.js').Dataset} dataset
   * @param {import('../lib/index.js').TrainOptions} options @param {MessagePort} near
   * @param {MessagePort} far */
  #run(training, { name, classes, synthetic, train, test }, options, near, far) {
    const { signal, validation, ...rest } = options;
    return this.#host.call(async (api) => {
      const nothing = { images: new Uint8Array(0), labels: new Uint16Array(0) };
      const parts = {
        name,
        classes,
        synthetic,
        train: await this.#host.send(train, signal),
        test: await this.#host.send(options.evaluate === false ? nothing : test, signal),
        validation: validation && (await this.#host.send(validation, signal)),
      };
      if (training.stopping) return;
      this.classNames = [...classes];
      const ended = this.#follow(training, near);
      const started = api.train(parts, rest, training.paused, transfer(far, [far]));
      await Promise.all([started, ended]);
    });
  }

  /** Passes ticks on until the run ends. @param {Training} training @param {MessagePort} port
   * @returns {Promise<void>} */
  #follow(training, port) {
    return new Promise((resolve, reject) => {
      port.onmessage = ({ data: { tick, memoryBytes, end } }) => {
        if (tick) {
          this.#memoryBytes = memoryBytes;
          training.push(tick);
        } else if (end) reject(unpackError(end));
        else resolve();
      };
    });
  }

  /** @param {Images} set @param {import('../lib/index.js').EvaluateOptions} [options] */
  async evaluate(set, options = {}) {
    checkLabelled(set, options.classes, this.spec.classes);
    return this.#call(options, async (api, sent) => {
      return api.evaluate(await this.#host.send(set, options.signal), sent);
    });
  }

  /** @param {Uint8Array} images @param {import('../lib/index.js').Abortable} [options] */
  logits(images, options) {
    return this.#call(options, (api, sent) => api.logits(copied(images), sent));
  }

  /** @param {Uint8Array} images @param {import('../lib/index.js').Abortable} [options] */
  classify(images, options) {
    return this.#call(options, (api, sent) => api.classify(copied(images), sent));
  }

  /** @param {Uint8Array} images @param {import('../lib/index.js').Abortable} [options] */
  features(images, options) {
    return this.#call(options, (api, sent) => api.features(copied(images), sent));
  }

  /** @param {Uint8Array} images @param {Uint16Array} labels
   * @param {import('../lib/index.js').Abortable} [options] */
  async inputGradient(images, labels, options) {
    checkImages('inputGradient', { images, labels }, this.spec.classes);
    return this.#call(options, (api, sent) => api.inputGradient(copied(images), labels, sent));
  }

  /** @param {Uint8Array} images @param {import('../lib/index.js').Abortable} [options] */
  layerStatistics(images, options) {
    return this.#call(options, (api, sent) => api.layerStatistics(copied(images), sent));
  }

  /** @param {import('../lib/index.js').StepRecipe} [recipe] */
  begin(recipe) {
    return this.#call(recipe, (api, sent) => api.begin(sent));
  }

  /** @param {Uint8Array | Float32Array} images @param {Uint16Array} labels
   * @param {import('../lib/index.js').Abortable} [options] */
  step(images, labels, options) {
    return this.#call(options, (api, sent) => api.step(images, labels, sent));
  }

  /** @param {Parameters<NetContract['update']>[0]} [options] */
  update(options) {
    return this.#call(options, (api, sent) => api.update(sent));
  }

  /** @param {readonly import('../lib/index.js').NamedValues[]} tensors @param {Part} [part]
   * @param {import('../lib/index.js').Abortable} [options] */
  setTensors(tensors, part, options) {
    return this.#call(options, (api, sent) => api.setTensors(tensors, part, sent));
  }

  /** @param {Uint8Array} image @param {number} layer
   * @param {import('../lib/index.js').Abortable} [options] */
  activation(image, layer, options) {
    return this.#call(options, (api, sent) => api.activation(copied(image), layer, sent));
  }

  /** @param {Parameters<NetContract['save']>[0]} [options] */
  save(options) {
    return this.#call(options, (api, sent) => api.save(sent));
  }

  /** @param {Part} [part] @param {import('../lib/index.js').Abortable} [options] */
  tensors(part, options) {
    return this.#call(options, (api, sent) => api.tensors(part, sent));
  }

  /** @param {import('../lib/index.js').Abortable} [options] */
  toOnnx(options) {
    return this.#call(options, (api, sent) => api.toOnnx(sent));
  }

  dispose() {
    this.#memoryBytes = 0;
    this.#host.end(disposedError('net', 'net'));
    this.#onDispose();
  }

  [Symbol.dispose]() {
    this.dispose();
  }

  static {
    obeySignals(RemoteNet.prototype);
  }
}
