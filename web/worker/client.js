/** The API of ../lib/index.d.ts with one worker for each net, and one for questions to the
 * engine. Nothing is computed in the thread that calls. */
import { transfer } from 'comlink';
import { checkLabelled } from '../lib/classes.js';
import { checkImages, Dataset } from '../lib/dataset.js';
import { badArgument, disposedError } from '../lib/errors.js';
import { fetched } from '../lib/later.js';
import { loadSettings } from '../lib/loader.js';
import { checkOptions } from '../lib/options.js';
import { busyError, recipeFields, Training } from '../lib/training.js';
import { ownSafetensors } from '../lib/weights/load.js';
import { copied, Host } from './host.js';
import { keepErrorCodes, unpackError } from './rpc.js';

/** @typedef {import('../lib/index.js').Images} Images */
/** @typedef {import('../lib/index.js').Spec} Spec */

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
    return new RemoteEngine(settings, host, await host.call((api) => api.about()));
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

  /** @param {Spec | string} spec @param {{ batchSize?: number, training?: boolean }} [options] */
  plan(spec, options) {
    return this.#host.call((api) => api.plan(spec, options));
  }

  /** @param {Uint8Array} file */
  async inspect(file) {
    const own = await this.#weights('inspect', file);
    return this.#host.call((api) => api.inspect(transfer(own, [own.buffer])));
  }

  /** @param {{ images?: number, testImages?: number }} [counts] */
  async synthetic(counts) {
    return Dataset.ofChecked(await this.#host.call((api) => api.synthetic(counts)));
  }

  /** @param {Spec | string} spec */
  createNet(spec) {
    return this.#net((api) => api.createNet(spec));
  }

  /** @param {Uint8Array} file @param {Partial<Spec> | string} [spec] */
  async loadNet(file, spec) {
    const own = await this.#weights('loadNet', file);
    return this.#net((api) => api.loadNet(transfer(own, [own.buffer]), spec));
  }

  /** Read here, since the worker's script cannot fetch parts. @param {string} op @param {Uint8Array} file */
  #weights(op, file) {
    this.#host.check();
    return ownSafetensors(op, file);
  }

  /** @param {(api: import('./host.js').Api) => Promise<import('./rpc.js').NetFacts>} make */
  async #net(make) {
    this.#host.check();
    const host = await Host.start(this.#settings);
    try {
      const [facts, memoryBytes] = await host.call(async (api) => {
        return /** @type {const} */ ([await make(api), await api.memoryBytes()]);
      });
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

  /** @template T @param {(api: import('./host.js').Api) => Promise<T>} work */
  #call(work) {
    return this.#host.call(async (api) => {
      const result = await work(api);
      this.#memoryBytes = await api.memoryBytes();
      return result;
    });
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

  /** @param {Images} set @param {import('../lib/index.js').EvaluateOptions} [given] */
  async evaluate(set, given = {}) {
    checkOptions('evaluate', 'evaluate', given);
    const { signal, ...options } = given;
    checkLabelled(set, options.classes, this.spec.classes);
    return this.#abortable(signal, async (api, port) => {
      const id = await this.#host.send(set, signal);
      return api.evaluate(id, options, port);
    });
  }

  /** Calls with a port over which the signal arrives.
   * @template T @param {AbortSignal | undefined} signal
   * @param {(api: import('./host.js').Api, port: MessagePort) => Promise<T>} work */
  async #abortable(signal, work) {
    signal?.throwIfAborted();
    const { port1, port2 } = new MessageChannel();
    const abort = () => port1.postMessage('abort');
    signal?.addEventListener('abort', abort);
    try {
      return await this.#call((api) => work(api, transfer(port2, [port2])));
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
      port1.close();
    }
  }

  /** @param {Uint8Array} images @param {import('../lib/index.js').Abortable} [options] */
  async logits(images, options = {}) {
    checkOptions('logits', 'abortable', options);
    return this.#abortable(options.signal, (api, port) => api.logits(copied(images), port));
  }

  /** @param {Uint8Array} images @param {import('../lib/index.js').Abortable} [options] */
  async classify(images, options = {}) {
    checkOptions('classify', 'abortable', options);
    return this.#abortable(options.signal, (api, port) => api.classify(copied(images), port));
  }

  /** @param {Uint8Array} images @param {import('../lib/index.js').Abortable} [options] */
  async features(images, options = {}) {
    checkOptions('features', 'abortable', options);
    return this.#abortable(options.signal, (api, port) => api.features(copied(images), port));
  }

  /** @param {Uint8Array} images @param {Uint16Array} labels
   * @param {import('../lib/index.js').Abortable} [options] */
  async inputGradient(images, labels, options = {}) {
    checkOptions('inputGradient', 'abortable', options);
    checkImages('inputGradient', { images, labels }, this.spec.classes);
    return this.#abortable(options.signal, (api, port) =>
      api.inputGradient(copied(images), labels, port),
    );
  }

  /** @param {Uint8Array} images @param {import('../lib/index.js').Abortable} [options] */
  async layerStatistics(images, options = {}) {
    checkOptions('layerStatistics', 'abortable', options);
    return this.#abortable(options.signal, (api, port) =>
      api.layerStatistics(copied(images), port),
    );
  }

  /** @param {import('../lib/index.js').StepRecipe} [recipe] */
  begin(recipe) {
    return this.#call((api) => api.begin(recipe));
  }

  /** @param {Uint8Array | Float32Array} images @param {Uint16Array} labels */
  step(images, labels) {
    return this.#call((api) => api.step(images, labels));
  }

  /** @param {{ lr?: number }} [options] */
  update(options) {
    return this.#call((api) => api.update(options));
  }

  /** @param {readonly import('../lib/index.js').NamedValues[]} tensors
   * @param {'value' | 'gradient' | 'momentum' | 'average'} [part] */
  setTensors(tensors, part) {
    return this.#call((api) => api.setTensors(tensors, part));
  }

  /** @param {Uint8Array} image @param {number} layer */
  activation(image, layer) {
    return this.#call((api) => api.activation(copied(image), layer));
  }

  /** @param {{ optimizer?: boolean }} [options] */
  save(options) {
    return this.#call((api) => api.save(options));
  }

  /** @param {'value' | 'gradient' | 'momentum' | 'average'} [part] */
  tensors(part) {
    return this.#call((api) => api.tensors(part));
  }

  toOnnx() {
    return this.#call((api) => api.toOnnx());
  }

  dispose() {
    this.#memoryBytes = 0;
    this.#host.end(disposedError('net', 'net'));
    this.#onDispose();
  }

  [Symbol.dispose]() {
    this.dispose();
  }
}
