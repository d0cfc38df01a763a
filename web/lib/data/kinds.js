/** What a file is, by its first bytes alone: which reader takes it, or what it is called. */
import { headerOf } from './picture-header.js';

/** Enough to tell what a file is. */
export const HEAD_BYTES = 512;

/** @typedef {'gzip' | 'tar' | 'zip' | 'parquet' | 'npy' | 'idx' | 'pickle' | 'picture'} Kind */

/** @param {string[]} beginnings */
const begins =
  (...beginnings) =>
  (/** @type {string} */ head) =>
    beginnings.some((bytes) => head.startsWith(bytes));
/** @param {RegExp} pattern */
const matches = (pattern) => (/** @type {string} */ head) => pattern.test(head);

/** Files that a reader takes. @type {[Kind, (head: string) => boolean][]} */
const READ = [
  ['gzip', begins('\x1f\x8b')],
  ['zip', begins('PK\x03\x04', 'PK\x05\x06')],
  ['parquet', begins('PAR1')],
  ['npy', begins('\x93NUMPY')],
  ['tar', (head) => head.slice(257, 262) === 'ustar'],
  ['pickle', begins('\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05')],
  // Bytes (type 8), in one to four dimensions.
  ['idx', begins('\0\0\x08\x01', '\0\0\x08\x02', '\0\0\x08\x03', '\0\0\x08\x04')],
];

const UNPACK = 'unpack it and give what was in it';

/** How other files begin: what they are called, and what to do if it is known.
 * @type {[string, (head: string) => boolean, string?][]} */
const OTHERS = [
  ['a 7z archive', begins('7z\xbc\xaf'), UNPACK],
  ['an xz archive', begins('\xfd7zXZ'), UNPACK],
  ['a bzip2 archive', begins('BZh'), UNPACK],
  ['a zstd archive', begins('\x28\xb5\x2f\xfd'), UNPACK],
  ['a RAR archive', begins('Rar!'), UNPACK],
  ['a PDF file', begins('%PDF')],
  ['a MATLAB file', begins('MATLAB')],
  ['an HDF5 file', begins('\x89HDF')],
  ['an Arrow file', begins('ARROW1', '\xff\xff\xff\xff'), 'save the data set as Parquet'],
  ['an SQLite data base', begins('SQLite format 3')],
  ['a safetensors file', (head) => head.slice(6, 10) === '\0\0{"'],
  ['a pickle, as PyTorch and others write', begins('\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05')],
  [
    'a pointer of Git LFS',
    begins('version https://git-lfs'),
    'fetch the file itself (git lfs pull)',
  ],
  ['an HTML page', matches(/^(ï»¿)?\s*<(!doctype\s+html|html|head|body)/i)],
  ['an XML file', matches(/^(ï»¿)?\s*<\?xml/)],
  ['a JSON file', matches(/^(ï»¿)?\s*[{[]/)],
];

/** @param {Uint8Array} head the first bytes of a file @returns {Kind | null} */
export function kindOf(head) {
  const text = String.fromCharCode(...head.subarray(0, HEAD_BYTES));
  const kind = READ.find(([, isIt]) => isIt(text))?.[0];
  if (kind) return kind;
  const picture = headerOf(head).kind;
  return picture && picture !== 'SVG' ? 'picture' : null;
}

/** What a file that no reader takes is called, with what to do about it.
 * @param {Uint8Array} head @returns {{ name: string, advice?: string } | null} */
export function otherKindOf(head) {
  const text = String.fromCharCode(...head.subarray(0, HEAD_BYTES));
  const found = OTHERS.find(([, isIt]) => isIt(text));
  return found ? { name: found[0], advice: found[2] } : null;
}

/** Is it text? @param {Uint8Array} head */
export function isText(head) {
  return head.length > 0 && !head.some((byte) => byte < 9 || (byte > 13 && byte < 32));
}
