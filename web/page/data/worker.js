/** Reads images of any kind, or fetches CIFAR-10, and keeps them, decoded, for the next visit, away from the thread of the
 * page. It hands out only as many images as are asked for. */
import { transfer } from 'comlink';
import { isShared, transferable } from '../../lib/data/memory.js';
import { fetchCifar10 } from '../../lib/fetch-dataset.js';
import { openDataset } from '../../lib/open-dataset.js';
import { reach } from '../../lib/reach.js';
import { keepErrorCodes } from '../../worker/rpc.js';
import { exposeWatched } from '../../worker/watched.js';
import { nameOf } from '../names.js';
import { datasetCache, onNews } from './cache.js';

/** @typedef {import('../../lib/index.js').Dataset} Dataset */

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
function factsOf(id, { name, classes, train, test }) {
  const [images, testImages] = [train.labels.length, test.labels.length];
  return { id, name, classes: classes.length, classNames: classes, images, testImages };
}

/** Keeps a set for the next visit; where the browser does not let it, for this one.
 * @param {Dataset} dataset @returns {Promise<Facts>} */
async function keep(dataset) {
  const { set, notKept } = await datasetCache.keep(dataset);
  unkept = set ? null : { id: `unkept-${++unkeptCount}`, dataset };
  const id = set?.id ?? `unkept-${unkeptCount}`;
  return { ...factsOf(id, dataset), bytes: set?.file.size ?? 0, notKept };
}

const service = {
  /** Calls `report` when another tab has kept or removed images. @param {() => void} report */
  watch(report) {
    onNews(report);
  },

  /** What is kept, the latest first. @returns {Promise<Facts[]>} */
  async list() {
    const sets = await datasetCache.list();
    return sets.map(({ id, file, header: { name, classes, images, testImages } }) => {
      const counts = { classes: classes.length, classNames: classes, images, testImages };
      return { id, name, ...counts, bytes: file.size, notKept: null };
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
