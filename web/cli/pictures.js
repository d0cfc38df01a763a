/** The pictures that operands name: files, all pictures of a folder, or stdin as "-". Each is an input or what is
 * wrong with it; a bad picture keeps nobody from the others. */
import { stat } from 'node:fs/promises';
import { stdin } from 'node:process';
import { filesOfPath } from '../lib/data/paths.js';
import { inputOf, MOST_PICTURE_BYTES } from '../lib/data/picture.js';
import { isPictureName } from '../lib/data/pictures.js';
import { readWhole } from './files.js';

/** @typedef {{ file: string, input: Uint8Array } | { file: string, problem: string }} Read */

const STDIN = '-';

/** @param {string[]} operands @returns {AsyncGenerator<Read>} */
export async function* readPictures(operands) {
  for (const operand of operands) {
    const files = await filesOf(operand);
    if (files.length === 0) {
      yield { file: operand, problem: `${operand} is a folder without pictures.` };
    }
    for (const file of files) yield await readPicture(file);
  }
}

/** @param {string} operand */
async function filesOf(operand) {
  const facts = operand === STDIN ? null : await stat(operand).catch(() => null);
  if (!facts?.isDirectory()) return [operand];
  return (await filesOfPath(operand)).filter(isPictureName);
}

/** @param {string} file @returns {Promise<Read>} */
async function readPicture(file) {
  let bytes;
  try {
    bytes = await (file === STDIN ? readStdin() : readWhole(file));
  } catch (error) {
    return { file, problem: /** @type {Error} */ (error).message };
  }
  try {
    return { file, input: await inputOf(bytes) };
  } catch (error) {
    const name = file === STDIN ? 'What stdin holds' : file;
    const problem = `${name} cannot be decoded (${/** @type {Error} */ (error).message})`;
    return { file, problem: `${problem}; give a PNG or JPEG image.` };
  }
}

async function readStdin() {
  /** @type {Buffer[]} */
  const pieces = [];
  let length = 0;
  for await (const piece of stdin) {
    pieces.push(piece);
    length += piece.length;
    if (length > MOST_PICTURE_BYTES) break; // The decoder says so.
  }
  return new Uint8Array(Buffer.concat(pieces));
}
