/** Reads CIFAR-10 and keeps it, decoded, for the next visit, away from the thread of the page. It
 * hands out only as many images as are asked for. */
import { expose, transfer } from 'comlink';
import { readCifar10 } from '../../lib/data/cifar10.js';
import { isShared, transferable } from '../../lib/data/memory.js';
import { keepErrorCodes } from '../../worker/rpc.js';
import { nameOf } from '../names.js';
import { keep, openKept, removeKept } from './cache.js';

/** @typedef {import('./cache.js').Kept} Kept */
/** @typedef {import('../../lib/index.js').Dataset} Dataset */

/**
 * What there is.
 * @typedef {object} Facts
 * @property {string} name
 * @property {number} images
 * @property {number} testImages
 * @property {number} bytes kept for the next visit
 * @property {'denied' | 'full' | null} notKept why it is not
 */

/** At least this many ms between two reports. */
const REPORT_EVERY = 100;

keepErrorCodes();

/** @type {{ dataset: Dataset } | { kept: Kept } | null} */
let have = null;
let reading = new AbortController();

/** @param {File | string} from a file or the address of one @param {AbortSignal} signal */
async function sourceOf(from, signal) {
  if (typeof from !== 'string') {
    return { name: from.name, size: from.size, stream: () => from.stream() };
  }
  const response = await fetch(from, { signal });
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

const service = {
  /** What was kept at an earlier visit. @returns {Promise<Facts | null>} */
  async open() {
    const kept = await openKept();
    if (!kept) return null;
    have = { kept };
    const { name, images, testImages } = kept.header;
    return { name, images, testImages, bytes: kept.bytes, notKept: null };
  },

  /** @param {(File | string)[]} from files or addresses of files
   * @param {(phase: 'reading' | 'keeping', done: number, total?: number) => void} report
   * @returns {Promise<Facts>} */
  async read(from, report) {
    reading = new AbortController();
    const { signal } = reading;
    const progress = nowAndThen(report);
    const sources = await Promise.all(from.map((one) => sourceOf(one, signal)));
    const dataset = await readCifar10(sources, {
      signal,
      onProgress: ({ bytes, total }) => progress('reading', bytes, total),
    });
    have = { dataset };
    report('keeping', 0);
    const { kept, notKept } = await keep(dataset);
    if (kept) have = { kept };
    const [images, testImages] = [dataset.train.labels.length, dataset.test.labels.length];
    return { name: dataset.name, images, testImages, bytes: kept?.bytes ?? 0, notKept };
  },

  cancel() {
    reading.abort();
  },

  /** The parts of a data set of the first so many images.
   * @param {{ images: number, testImages: number }} counts */
  async take(counts) {
    if (!have) throw new Error('There are no images any more; bring them again.');
    const parts = 'kept' in have ? await have.kept.take(counts) : copyOf(have.dataset, counts);
    return transfer(parts, transferable([parts.train, parts.test]));
  },

  async remove() {
    have = null;
    await removeKept();
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
expose(service);
