/** The worker's script: residua-worker.js, one file with all it needs, and for Node
 * residua-node-worker.js. The first message says what the worker is for: one net (and questions to the engine), a
 * thread of a pool, or files of runs. */
import { expose, transfer } from 'comlink';
import { ownScript, parentEndpoint } from '#platform';
import { transferable } from '../lib/data/memory.js';
import { Dataset, IMAGE_BYTES } from '../lib/dataset.js';
import { openEngine } from '../lib/engine.js';
import { readRunFile } from '../lib/formats/read-run.js';
import { serveThread } from '../lib/threads.js';
import { keepErrorCodes, packError, receiving } from './rpc.js';

/** @typedef {import('../lib/index.js').Abortable} Abortable */
/** @typedef {import('../lib/index.js').Engine} Engine */
/** @typedef {import('../lib/index.js').Net} Net */
/** @typedef {import('../lib/index.js').Spec} Spec */
/** @typedef {NonNullable<Parameters<Net['tensors']>[0]>} Part */
/** @template {(...args: any) => any} F @template {number} I
 * @typedef {NonNullable<Parameters<F>[I]>} Options */
/** @typedef {import('../lib/index.js').Images} Images */

keepErrorCodes();

// At once, since a worker's messages are not kept for listeners that come late.
const endpoint = parentEndpoint();
/** @param {any} event */
const onStart = ({ data }) => {
  endpoint.removeEventListener('message', onStart);
  if (data.role === 'thread') void serveThread(endpoint, data);
  else if (data.role === 'runs') expose({ readRunFile }, endpoint);
  else expose(netService(data), endpoint);
};
endpoint.addEventListener('message', onStart);

/** @param {{ buffer: ArrayBufferLike }[]} arrays */
const buffersOf = (arrays) => arrays.map(({ buffer }) => /** @type {Transferable} */ (buffer));

/** An array that goes without a copy. @template {{ buffer: ArrayBufferLike }} T @param {Promise<T>} made */
async function handedOver(made) {
  const array = await made;
  return transfer(array, buffersOf([array]));
}

/** What the client calls. @typedef {ReturnType<typeof netService>} NetService */

/** @param {import('./rpc.js').NetStart} start */
function netService({ module, threads, conv, script }) {
  const worker = script ?? ownScript();
  // The client has read the files: what reads those of other programs is not in this script.
  const opened = openEngine({ module, threads, conv, worker }, async (_op, file) => file);
  opened.catch(() => {}); // Whoever calls first hears of it.
  /** @type {Net} */
  let net;
  /** Images that arrive piece by piece, by number. @type {Map<number, Images>} */
  const arrived = new Map();

  /** @param {Images | number} sent what Host.send returned */
  const takeImages = (sent) => {
    if (typeof sent !== 'number') return sent;
    const set = /** @type {Images} */ (arrived.get(sent));
    arrived.delete(sent);
    return set;
  };

  /** @param {Promise<Net>} made @returns {Promise<import('./rpc.js').NetFacts>} */
  const adopt = async (made) => {
    net = await made;
    const { spec, name, parameters, classNames, layers, tier, threads } = net;
    return { spec, name, parameters, classNames, layers, tier, threads };
  };

  return {
    async about() {
      const { tier, numerics } = await opened;
      return { tier, numerics };
    },
    plan: receiving(
      async (
        /** @type {Spec | string} */ spec,
        /** @type {Options<Engine['plan'], 1>} */ options,
      ) => (await opened).plan(spec, options),
    ),
    inspect: receiving(async (/** @type {Uint8Array} */ file, /** @type {Abortable} */ options) =>
      (await opened).inspect(file, options),
    ),
    synthetic: receiving(async (/** @type {Options<Engine['synthetic'], 0>} */ options) => {
      const { name, classes, train, test } = await (await opened).synthetic(options);
      const parts = { name, classes, train, test, synthetic: true };
      return transfer(parts, transferable([train, test]));
    }),
    /** @param {import('../lib/index.js').Spec | string} spec */
    createNet: async (spec) => adopt((await opened).createNet(spec)),
    /** @param {Uint8Array} file @param {Partial<import('../lib/index.js').Spec> | string} [spec] */
    loadNet: async (file, spec) => adopt((await opened).loadNet(file, spec)),

    /** A piece of set `id`, which has `total` images, from image `first` on.
     * @param {number} id @param {number} total @param {number} first @param {Images} piece */
    receive(id, total, first, piece) {
      const set = arrived.get(id) ?? {
        images: new Uint8Array(total * IMAGE_BYTES),
        labels: new Uint16Array(total),
      };
      arrived.set(id, set);
      set.images.set(piece.images, first * IMAGE_BYTES);
      set.labels.set(piece.labels, first);
    },
    memoryBytes: async () => net.memoryBytes,
    evaluate: receiving(
      (
        /** @type {Images | number} */ sent,
        /** @type {import('../lib/index.js').EvaluateOptions} */ options,
      ) => net.evaluate(takeImages(sent), options),
    ),
    logits: receiving((/** @type {Uint8Array} */ images, /** @type {Abortable} */ options) =>
      handedOver(net.logits(images, options)),
    ),
    classify: receiving((/** @type {Uint8Array} */ images, /** @type {Abortable} */ options) =>
      handedOver(net.classify(images, options)),
    ),
    features: receiving((/** @type {Uint8Array} */ images, /** @type {Abortable} */ options) =>
      handedOver(net.features(images, options)),
    ),
    inputGradient: receiving(
      (
        /** @type {Uint8Array} */ images,
        /** @type {Uint16Array} */ labels,
        /** @type {Abortable} */ options,
      ) => handedOver(net.inputGradient(images, labels, options)),
    ),
    layerStatistics: receiving(
      (/** @type {Uint8Array} */ images, /** @type {Abortable} */ options) =>
        net.layerStatistics(images, options),
    ),
    begin: receiving((/** @type {import('../lib/index.js').StepRecipe} */ recipe) =>
      net.begin(recipe),
    ),
    step: receiving(
      (
        /** @type {Uint8Array | Float32Array} */ images,
        /** @type {Uint16Array} */ labels,
        /** @type {Abortable} */ options,
      ) => net.step(images, labels, options),
    ),
    update: receiving((/** @type {Options<Net['update'], 0>} */ options) => net.update(options)),
    setTensors: receiving(
      (
        /** @type {readonly import('../lib/index.js').NamedValues[]} */ tensors,
        /** @type {Part | undefined} */ part,
        /** @type {Abortable} */ options,
      ) => net.setTensors(tensors, part, options),
    ),
    activation: receiving(
      async (
        /** @type {Uint8Array} */ image,
        /** @type {number} */ layer,
        /** @type {Abortable} */ options,
      ) => {
        const activation = await net.activation(image, layer, options);
        return transfer(activation, buffersOf([activation.values]));
      },
    ),
    save: receiving((/** @type {Options<Net['save'], 0>} */ options) =>
      handedOver(net.save(options)),
    ),
    tensors: receiving(
      async (/** @type {Part | undefined} */ part, /** @type {Abortable} */ options) => {
        const tensors = await net.tensors(part, options);
        return transfer(tensors, buffersOf(tensors.map(({ values }) => values)));
      },
    ),
    toOnnx: receiving((/** @type {Abortable} */ options) => handedOver(net.toOnnx(options))),
    /** @param {{ name: string, classes: readonly string[], synthetic: boolean,
     *   train: Images | number, test: Images | number, validation?: Images | number }} parts
     * @param {import('../lib/index.js').TrainOptions} options @param {boolean} paused
     * @param {MessagePort} port */
    train({ name, classes, synthetic, train, test, validation }, options, paused, port) {
      const sets = { train: takeImages(train), test: takeImages(test) };
      const held = validation === undefined ? {} : { validation: takeImages(validation) };
      const training = net.train(Dataset.ofChecked({ name, classes, synthetic, ...sets }), {
        ...options,
        ...held,
      });
      if (paused) training.pause();
      port.onmessage = ({ data }) => training[/** @type {'pause' | 'resume' | 'stop'} */ (data)]();
      void report(net, training, port);
    },
  };
}

/** Sends ticks to the port as they come; the last message says how the run ended.
 * @param {Net} net @param {import('../lib/index.js').Training} training
 * @param {MessagePort} port */
async function report(net, training, port) {
  try {
    for await (const tick of training) {
      const buffers = tick.checkpoint ? buffersOf([tick.checkpoint]) : [];
      port.postMessage({ tick, memoryBytes: net.memoryBytes }, buffers);
    }
    port.postMessage({ end: null });
  } catch (error) {
    port.postMessage({ end: packError(error) });
  }
}
