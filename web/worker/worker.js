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
import { keepErrorCodes, packError } from './rpc.js';

/** @typedef {import('../lib/net.js').Net} Net */
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

/** Work that a message at the port aborts. @template T @param {MessagePort | undefined} port
 * @param {(signal: AbortSignal) => Promise<T>} work */
async function abortable(port, work) {
  const controller = new AbortController();
  if (port) port.onmessage = () => controller.abort();
  try {
    return await work(controller.signal);
  } finally {
    port?.close();
  }
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
    /** @param {Parameters<import('../lib/engine.js').Engine['plan']>} args */
    plan: async (...args) => (await opened).plan(...args),
    /** @param {Uint8Array} file */
    inspect: async (file) => (await opened).inspect(file),
    /** @param {Parameters<import('../lib/engine.js').Engine['synthetic']>} args */
    async synthetic(...args) {
      const { name, classes, train, test } = await (await opened).synthetic(...args);
      const parts = { name, classes, train, test, synthetic: true };
      return transfer(parts, transferable([train, test]));
    },
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
    /** @param {Images | number} sent @param {import('../lib/index.js').EvaluateOptions} options
     * @param {MessagePort} [abortPort] a message there aborts */
    evaluate: (sent, options, abortPort) =>
      abortable(abortPort, (signal) => net.evaluate(takeImages(sent), { ...options, signal })),
    /** @param {Uint8Array} images @param {MessagePort} [abortPort] */
    async logits(images, abortPort) {
      const rows = await abortable(abortPort, (signal) => net.logits(images, { signal }));
      return transfer(rows, buffersOf([rows]));
    },
    /** @param {Uint8Array} images @param {MessagePort} [abortPort] */
    async classify(images, abortPort) {
      const rows = await abortable(abortPort, (signal) => net.classify(images, { signal }));
      return transfer(rows, buffersOf([rows]));
    },
    /** @param {Uint8Array} images @param {MessagePort} [abortPort] */
    async features(images, abortPort) {
      const rows = await abortable(abortPort, (signal) => net.features(images, { signal }));
      return transfer(rows, buffersOf([rows]));
    },
    /** @param {Uint8Array} images @param {Uint16Array} labels @param {MessagePort} [abortPort] */
    async inputGradient(images, labels, abortPort) {
      const rows = await abortable(abortPort, (signal) =>
        net.inputGradient(images, labels, { signal }),
      );
      return transfer(rows, buffersOf([rows]));
    },
    /** @param {Uint8Array} images @param {MessagePort} [abortPort] */
    layerStatistics: (images, abortPort) =>
      abortable(abortPort, (signal) => net.layerStatistics(images, { signal })),
    /** @param {Parameters<Net['begin']>} args */
    begin: (...args) => net.begin(...args),
    /** @param {Parameters<Net['step']>} args */
    step: (...args) => net.step(...args),
    /** @param {Parameters<Net['update']>} args */
    update: (...args) => net.update(...args),
    /** @param {Parameters<Net['setTensors']>} args */
    setTensors: (...args) => net.setTensors(...args),
    /** @param {Uint8Array} image @param {number} layer */
    async activation(image, layer) {
      const activation = await net.activation(image, layer);
      return transfer(activation, buffersOf([activation.values]));
    },
    /** @param {{ optimizer?: boolean }} [options] */
    async save(options) {
      const file = await net.save(options);
      return transfer(file, buffersOf([file]));
    },
    /** @param {'value' | 'gradient' | 'momentum' | 'average'} [part] */
    async tensors(part) {
      const tensors = await net.tensors(part);
      return transfer(tensors, buffersOf(tensors.map(({ values }) => values)));
    },
    async toOnnx() {
      const model = await net.toOnnx();
      return transfer(model, buffersOf([model]));
    },
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
 * @param {Net} net @param {import('../lib/training.js').Training} training
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
