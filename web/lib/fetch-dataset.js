/** The published data sets, of all entries: what fetches them is loaded when the first is asked for. */
import { openDataset } from './open-dataset.js';
import { checkOptions } from './options.js';

/** @typedef {import('./index.js').FetchOptions} FetchOptions */

/** @param {string} op @param {import('./data/published.js').SetName} set
 * @param {FetchOptions} given */
async function fetchAndOpen(op, set, given) {
  checkOptions(op, 'fetch', given);
  given.signal?.throwIfAborted();
  const { source, labels, ...options } = given;
  const { fetchSet } = await import('./data/fetch.js');
  const open = (/** @type {import('./index.js').ByteSource[]} */ files) =>
    openDataset(files, { labels, ...options });
  return fetchSet(set, { source, ...options }, open);
}

/** @param {FetchOptions} [options] */
export const fetchCifar10 = (options = {}) => fetchAndOpen('fetchCifar10', 'cifar10', options);

/** @param {FetchOptions} [options] */
export const fetchCifar100 = (options = {}) => fetchAndOpen('fetchCifar100', 'cifar100', options);
