/** The door for data, of all entries: what reads the files is fetched when the first are opened. */
import { sourcesOfPath } from '#platform';
import { fetched } from './later.js';
import { checkOptions } from './options.js';

/** @typedef {import('./index.js').ByteSource} ByteSource */

/** @param {string | ByteSource | Iterable<string | ByteSource>} files
 * @param {import('./index.js').OpenOptions} [options] */
export async function openDataset(files, options = {}) {
  checkOptions('openDataset', 'open', options);
  options.signal?.throwIfAborted();
  const isOne = typeof files === 'string' || !(Symbol.iterator in files);
  const given = isOne ? [files] : [...files];
  const lists = given.map((one) => (typeof one === 'string' ? sourcesOfPath(one) : [one]));
  const sources = (await Promise.all(lists)).flat();
  const { openSources } = await fetched(import('./data/open.js'));
  return openSources(sources, options);
}
