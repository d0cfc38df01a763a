/** Reads images of any kind, or fetches CIFAR-10, and keeps them, decoded, for the next visit, away from the thread of the
 * page. It hands out only as many images as are asked for. */
import { transfer } from 'comlink';
import { imageMemory, isShared, transferable } from '../../lib/data/memory.js';
import { balanced, holdOut, pick } from '../../lib/data/splits.js';
import { Dataset } from '../../lib/dataset.js';
import { fetchCifar10 } from '../../lib/fetch-dataset.js';
import { openDataset } from '../../lib/open-dataset.js';
import { reach } from '../../lib/reach.js';
import { keepErrorCodes } from '../../worker/rpc.js';
import { exposeWatched } from '../../worker/watched.js';
import { nameOf } from '../names.js';
import { datasetCache, onNews } from './cache.js';

/** @typedef {import('../../lib/index.js').Images} Images */

/**
 * A set of images.
 * @typedef {object} Facts
 * @property {string} id
 * @property {string} name
 * @property {number} classes
 * @property {readonly string[]} classNames
 * @property {number} images
 * @property {number} testImages
 * @property {number} bytes kept for the next visit
 * @property {'denied' | 'full' | null} notKept why it is not
 * @property {number | null} heldOut as a Dataset says it
 * @property {import('../../lib/index.js').Skipped} skipped
 */

/**
 * What a set looks like.
 * @typedef {object} Look
 * @property {{ images: number, testImages: number, shown: Uint8Array }[]} classes how many there are of each,
 *   and the first of them
 */

/** At least this many ms between two reports. */
const REPORT_EVERY = 100;

keepErrorCodes();

/** The set that could not be kept, if the latest could not. @type {{ id: string, dataset: Dataset } | null} */
let unkept = null;
let unkeptCount = 0;
let reading = new AbortController();

/** A file, the address of one, or one in a folder.
 * @typedef {File | string | import('./dropped.js').Placed} Brought */

/** @param {Brought} from @param {AbortSignal} signal
 * @returns {Promise<import('../../lib/index.js').ByteSource>} */
async function sourceOf(from, signal) {
  if (typeof from === 'object' && 'path' in from) {
    const { path, file } = from;
    const slice = (/** @type {number} */ first, /** @type {number} */ end) =>
      file.slice(first, end);
    return { name: path, size: file.size, stream: () => file.stream(), slice };
  }
  if (typeof from !== 'string') return from;
  const response = await reach(from, { signal });
  const { body } = response;
  const name = nameOf(from);
  if (!response.ok || !body) throw new Error(`${name} could not be fetched (${response.status}).`);
  const size = Number(response.headers.get('content-length')) || undefined;
  return { name, size, stream: () => body };
}

/** Calls `report` now and then. @template {unknown[]} A @param {(...args: A) => void} report */
function nowAndThen(report) {
  let last = -Infinity;
  return (/** @type {A} */ ...args) => {
    if (performance.now() - last < REPORT_EVERY) return;
    last = performance.now();
    report(...args);
  };
}

/** @param {string} id @param {Dataset} dataset @returns {Omit<Facts, 'bytes' | 'notKept'>} */
function factsOf(id, { name, classes, train, test, heldOut, skipped }) {
  const [images, testImages] = [train.labels.length, test.labels.length];
  const counts = { classes: classes.length, classNames: classes, images, testImages };
  return { id, name, ...counts, heldOut, skipped };
}

/** All of a set that is kept, or of the one that could not be. @param {string} id */
async function wholeOf(id) {
  if (unkept?.id === id) return unkept.dataset;
  const { images, testImages } = await datasetCache.countsOf(id);
  return new Dataset(await datasetCache.take(id, { images, testImages }));
}

/** Keeps a set in the place of another. @param {Dataset} dataset @param {string} [replaced] its id */
async function keepInPlaceOf(dataset, replaced) {
  const facts = await keep(dataset);
  if (replaced !== undefined && replaced !== facts.id) await datasetCache.remove(replaced);
  return facts;
}

/** Keeps a set for the next visit; where the browser does not let it, for this one.
 * @param {Dataset} dataset @returns {Promise<Facts>} */
async function keep(dataset) {
  const { set, notKept } = await datasetCache.keep(dataset);
  unkept = set ? null : { id: `unkept-${++unkeptCount}`, dataset };
  const id = set?.id ?? `unkept-${unkeptCount}`;
  return { ...factsOf(id, dataset), bytes: set?.file.size ?? 0, notKept };
}

/** @param {Images} first @param {Images} second @returns {Images} */
function joined(first, second) {
  const count = first.labels.length;
  const all = imageMemory(count + second.labels.length, 'holdOut');
  all.images.set(first.images);
  all.images.set(second.images, first.images.length);
  all.labels.set(first.labels);
  all.labels.set(second.labels, count);
  return all;
}

/** @param {Pick<Dataset, 'name' | 'classes'> & Partial<Pick<Dataset, 'skipped'>>} facts
 * @param {Images} all @param {number} share */
function heldOutOf(facts, all, share) {
  const numbers = holdOut(all.labels, share);
  const [train, test] = [pick(all, numbers.train), pick(all, numbers.test)];
  return new Dataset({ ...facts, train, test, heldOut: share });
}

/** @param {number} label @param {Images} train @param {Images} test @param {number} most */
function lookAt(label, train, test, most) {
  const numbersIn = (/** @type {Images} */ { labels }) =>
    [...labels.keys()].filter((i) => labels[i] === label);
  const numbers = numbersIn(train);
  const shown = new Uint8Array(pick(train, numbers.slice(0, most)).images);
  return { images: numbers.length, testImages: numbersIn(test).length, shown };
}

const service = {
  /** Calls `report` when another tab has kept or removed images. @param {() => void} report */
  watch(report) {
    onNews(report);
  },

  /** What is kept, the latest first. @returns {Promise<Facts[]>} */
  async list() {
    const sets = await datasetCache.list();
    return sets.map(({ id, file, header: { name, classes, images, testImages, reading } }) => {
      const counts = { classes: classes.length, classNames: classes, images, testImages };
      const { heldOut = null, skipped = { count: 0, named: [] } } = reading ?? {};
      return { id, name, ...counts, bytes: file.size, notKept: null, heldOut, skipped };
    });
  },

  /** @param {Brought[]} from
   * @param {(phase: 'reading' | 'decoding' | 'keeping', done: number, total?: number) => void} report
   * @returns {Promise<Facts>} */
  async read(from, report) {
    reading = new AbortController();
    const { signal } = reading;
    const progress = nowAndThen(report);
    const sources = await Promise.all(from.map((one) => sourceOf(one, signal)));
    const dataset = await openDataset(sources, {
      signal,
      onProgress: ({ unit, done, total }) =>
        progress(unit === 'bytes' ? 'reading' : 'decoding', done, total),
    });
    signal.throwIfAborted();
    report('keeping', 0);
    return keep(dataset);
  },

  /** Fetches CIFAR-10 from where it is published, or from a mirror.
   * @param {string | undefined} source address of the mirror
   * @param {(phase: 'fetching' | 'decoding' | 'keeping', done: number, total?: number,
   *   attempt?: number) => void} report
   * @returns {Promise<Facts>} */
  async getCifar10(source, report) {
    reading = new AbortController();
    const { signal } = reading;
    const progress = nowAndThen(report);
    let latest = 1;
    const dataset = await fetchCifar10({
      source,
      signal,
      onProgress: ({ unit, done, total, attempt = 1 }) => {
        const isNewAttempt = attempt !== latest;
        latest = attempt;
        const tell = isNewAttempt ? report : progress;
        tell(unit === 'bytes' ? 'fetching' : 'decoding', done, total, attempt);
      },
    });
    signal.throwIfAborted();
    report('keeping', 0);
    return keep(dataset);
  },

  cancel() {
    reading.abort();
  },

  /** The parts of a data set of the first so many images.
   * @param {string} id @param {{ images: number, testImages: number }} counts */
  async take(id, counts) {
    const parts =
      unkept?.id === id ? copyOf(unkept.dataset, counts) : await datasetCache.take(id, counts);
    return transfer(parts, transferable([parts.train, parts.test]));
  },

  /** How many images there are of each class, and the first few.
   * @param {string} id @param {number} most of a class that are shown @returns {Promise<Look>} */
  async look(id, most) {
    const { classes, train, test } = await wholeOf(id);
    return { classes: classes.map((_, label) => lookAt(label, train, test, most)) };
  },

  /** A set of inputs that the reader has collected.
   * @param {{ name: string, classes: string[], images: Uint8Array, labels: Uint16Array }} parts
   * @param {number} share held out of each class @param {string} [replaced] id of the set that this one is
   *   in the place of
   * @returns {Promise<Facts>} */
  async collect({ name, classes, images, labels }, share, replaced) {
    const order = balanced(Array.from(labels, (label, index) => ({ label, index })));
    const mixed = pick(
      { images, labels },
      order.map(({ index }) => index),
    );
    return keepInPlaceOf(heldOutOf({ name, classes }, mixed, share), replaced);
  },

  /** Holds another share of a set out for the test. @param {string} id @param {number} share
   * @param {string} name of the set that comes of it @returns {Promise<Facts>} */
  async holdOut(id, share, name) {
    const { classes, skipped, train, test } = await wholeOf(id);
    const all = joined(train, test);
    return keepInPlaceOf(heldOutOf({ name, classes, skipped }, all, share), id);
  },

  /** @param {string} id */
  async remove(id) {
    if (unkept?.id === id) unkept = null;
    else await datasetCache.remove(id);
  },
};

/** Parts that a message may transfer: what is not shared is copied, so that it stays here.
 * @param {Dataset} dataset @param {{ images: number, testImages: number }} counts */
function copyOf(dataset, counts) {
  const { name, classes, train, test } = dataset.take(counts);
  const [first, second] = [train, test].map((set) =>
    isShared(set.images) ? set : { images: set.images.slice(), labels: set.labels.slice() },
  );
  return { name, classes, train: first, test: second };
}

/** @typedef {typeof service} Service */
exposeWatched(service);
