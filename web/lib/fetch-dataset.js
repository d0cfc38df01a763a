/** The published data sets, of all entries: what fetches them is loaded when the first is asked for. */
import { openDataset } from './open-dataset.js';

/** @typedef {import('./index.js').FetchOptions} FetchOptions */

/** @param {import('./data/fetch.js').SetName} set @param {FetchOptions} options */
async function fetchAndOpen(set, { source, labels, ...options }) {
  const { fetchSet } = await import('./data/fetch.js');
  const open = (/** @type {import('./index.js').ByteSource[]} */ files) =>
    openDataset(files, { labels, ...options });
  return fetchSet(set, { source, ...options }, open);
}

/** @param {FetchOptions} [options] */
export const fetchCifar10 = (options = {}) => fetchAndOpen('cifar10', options);

/** @param {FetchOptions} [options] */
export const fetchCifar100 = (options = {}) => fetchAndOpen('cifar100', options);
