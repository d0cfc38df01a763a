/** CIFAR-10 and CIFAR-100 by name: fetched once, then kept in the user's cache folder as the files that
 * were fetched. Invariant: what is kept there under its name is whole and was recognised. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { isComplete } from '../lib/data/canonical.js';
import { fetchSet } from '../lib/data/fetch.js';
import { PUBLISHED } from '../lib/data/published.js';
import { openDataset } from '../lib/index.js';
import { bar, duration, note } from './output.js';

/** @typedef {import('../lib/data/published.js').SetName} SetName */
/** @typedef {import('../lib/index.js').OpenOptions} OpenOptions */
/** @typedef {import('../lib/index.js').Dataset} Dataset */

export const SETS = /** @type {SetName[]} */ (Object.keys(PUBLISHED));

const CUT = 'The connection was cut; this file begins at its start again.';

/** @param {string} data @returns {data is SetName} */
export const isPublished = (data) => Object.hasOwn(PUBLISHED, data);

/** Where programs of this user keep what they can fetch again. */
export function cacheFolder() {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return path.join(XDG_CACHE_HOME, 'residua');
  if (process.platform === 'win32' && LOCALAPPDATA) return path.join(LOCALAPPDATA, 'residua');
  const folder = process.platform === 'darwin' ? 'Library/Caches' : '.cache';
  return path.join(homedir(), folder, 'residua');
}

/** The whole set, from the cache folder or from where it is published; RESIDUA_DATA names another source.
 * @param {SetName} set @param {Pick<OpenOptions, 'labels' | 'onProgress'>} options
 * @returns {Promise<Dataset>} */
export async function openPublished(set, options) {
  const folder = path.join(cacheFolder(), set);
  if (existsSync(folder)) {
    const kept = await openDataset(folder, options).catch((error) => {
      // Another fault, such as labels that the set does not have, says nothing about what is kept.
      if (error.code !== 'BAD_FILE') throw error;
      return null;
    });
    if (kept && isComplete(set, kept)) return kept;
    note(`What is kept in ${folder} is damaged; fetching it again.`);
    await rm(folder, { recursive: true, force: true });
  }
  return fetchAndKeep(set, folder, options);
}

/** @param {SetName} set @param {string} folder @param {Pick<OpenOptions, 'labels' | 'onProgress'>} options */
async function fetchAndKeep(set, folder, options) {
  const { title, megabytes } = PUBLISHED[set];
  const source = process.env.RESIDUA_DATA || undefined;
  const from = source ?? 'Hugging Face';
  note(`Fetching ${title} (${megabytes} MB) from ${from}; it is kept in ${folder}.`);
  const part = `${folder}.${process.pid}.part`;
  await rm(part, { recursive: true, force: true });
  const open = async (/** @type {(import('../lib/index.js').ByteSource & Blob)[]} */ files) => {
    await mkdir(part, { recursive: true });
    for (const file of files) {
      const bytes = await file.slice(0, file.size).arrayBuffer();
      await writeFile(path.join(part, path.basename(file.name)), new Uint8Array(bytes));
    }
    return openDataset(part, options);
  };
  try {
    const onProgress = progressOf(megabytes, source ? hostOf(source) : from);
    const dataset = await fetchSet(set, { source, onProgress }, /** @type {any} */ (open));
    await rename(part, folder);
    return dataset;
  } finally {
    bar.clear();
    await rm(part, { recursive: true, force: true });
  }
}

/** @param {string} address */
const hostOf = (address) => (URL.canParse(address) ? new URL(address).host : address);

/** @param {number} megabytes @param {string} from whom they come */
function progressOf(megabytes, from) {
  const start = performance.now();
  let [current, begun, latest] = ['', 0, 0];
  return (/** @type {{ done: number, file?: number, attempt?: number }} */ report) => {
    const { done, file, attempt = 1 } = report;
    if (`${file}.${attempt}` !== current) {
      if (attempt > 1) note(latest > begun ? CUT : `No data from ${from}; trying again.`);
      [current, begun] = [`${file}.${attempt}`, done];
    }
    latest = done;
    const share = Math.min(1, done / (megabytes * 2 ** 20));
    const seconds = (performance.now() - start) / 1000;
    const left = share > 0.01 ? [`${duration((seconds * (1 - share)) / share)} left`] : [];
    bar.show(share, ...left, `fetching, ${(100 * share).toFixed(0)} %`);
  };
}
