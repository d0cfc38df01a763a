/** The parts of a zip archive that is in memory, by its directory. Invariant: only what is asked for is
 * unpacked, into the size that the directory says, which whoever asks has looked at. */
import { unzipSync } from 'fflate/browser';
import { ResiduaError } from '../errors.js';

/** More than a file of weights has, optimizer state included. */
const MOST_PARTS = 20_000;

/** @typedef {{ path: string, size: number }} Part of an archive, with its size when unpacked */

/** @param {string} why */
function damaged(why) {
  const message = `This zip archive is damaged or cut off (${why}); save or fetch it again.`;
  return new ResiduaError('BAD_FILE', 'loadNet', message);
}

/** Whatever goes wrong with an archive is its fault. @param {Uint8Array} file
 * @param {(part: import('fflate/browser').UnzipFileInfo) => boolean} filter */
function unzip(file, filter) {
  try {
    return unzipSync(file, { filter });
  } catch (error) {
    if (error instanceof ResiduaError) throw error;
    throw damaged(/** @type {Error} */ (error).message);
  }
}

/** @param {Uint8Array} file @returns {Part[]} */
export function partsOfZip(file) {
  /** @type {Part[]} */
  const parts = [];
  unzip(file, ({ name: path, originalSize: size }) => {
    if (parts.length === MOST_PARTS) throw damaged(`it has more than ${MOST_PARTS} parts`);
    parts.push({ path, size });
    return false;
  });
  return parts;
}

/** @param {Uint8Array} file @param {Part[]} parts of it @returns {Map<string, Uint8Array>} by path */
export function contentsOf(file, parts) {
  const wanted = new Map(parts.map(({ path, size }) => [path, size]));
  const contents = unzip(file, ({ name, originalSize }) => wanted.get(name) === originalSize);
  for (const [path, size] of wanted) {
    if (contents[path]?.length !== size) throw damaged(`${path} has another size than it says`);
  }
  return new Map(Object.entries(contents));
}
