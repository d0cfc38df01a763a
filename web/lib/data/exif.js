/** Which way up a picture is, as EXIF says it in JPEG, PNG and WebP: cameras store what their sensor saw and
 * a number from 1 to 8. We turn pictures ourselves, by one rule in a page and in Node. */

/** @typedef {import('../index.js').Picture} Picture */
/** `at` is where the number stands in the file. @typedef {{ orientation: number, at: number, isLittle: boolean }} Exif */

/** Where the directories begin, by kind of picture; -1 without.
 * @type {Record<string, (view: DataView) => number>} */
const FINDERS = { jpeg: jpegTiff, png: pngTiff, webp: webpTiff };
const ORIENTATION = 0x112;
const SHORT = 3;

/** What must be turned; null if nothing must. @param {string} kind of picture @param {Uint8Array} bytes
 * @returns {Exif | null} */
export function exifOf(kind, bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = FINDERS[kind]?.(view) ?? -1;
  const exif = at < 0 ? null : readTiff(view, at);
  return exif && exif.orientation >= 2 && exif.orientation <= 8 ? exif : null;
}

/** @param {DataView} view @param {number} at @param {string} text */
function has(view, at, text) {
  if (at + text.length > view.byteLength) return false;
  return [...text].every((character, i) => view.getUint8(at + i) === character.charCodeAt(0));
}

/** A segment APP1 that begins with "Exif". @param {DataView} view */
function jpegTiff(view) {
  let at = 2;
  while (at + 4 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xda) break;
    if (marker === 0xe1 && has(view, at + 4, 'Exif\0\0')) return at + 10;
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return -1;
}

/** A chunk "eXIf". @param {DataView} view */
function pngTiff(view) {
  for (let at = 8; at + 8 <= view.byteLength; at += 12 + view.getUint32(at)) {
    if (has(view, at + 4, 'eXIf')) return at + 8;
  }
  return -1;
}

/** A chunk "EXIF", of even length. @param {DataView} view */
function webpTiff(view) {
  let at = 12;
  while (at + 8 <= view.byteLength) {
    if (has(view, at, 'EXIF')) return has(view, at + 8, 'Exif\0\0') ? at + 14 : at + 8;
    const length = view.getUint32(at + 4, true);
    at += 8 + length + (length & 1);
  }
  return -1;
}

/** The orientation among the tags of the first directory. @param {DataView} view @param {number} begin
 * @returns {Exif | null} */
function readTiff(view, begin) {
  if (begin + 8 > view.byteLength) return null;
  const isLittle = view.getUint16(begin) === 0x4949;
  const directory = begin + view.getUint32(begin + 4, isLittle);
  if (directory + 2 > view.byteLength) return null;
  const count = view.getUint16(directory, isLittle);
  for (let i = 0; i < count; i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > view.byteLength) return null;
    const isIt = view.getUint16(entry, isLittle) === ORIENTATION;
    if (!isIt || view.getUint16(entry + 2, isLittle) !== SHORT) continue;
    return { orientation: view.getUint16(entry + 8, isLittle), at: entry + 8, isLittle };
  }
  return null;
}

/** The same file, which says that it is the right way up. @param {Uint8Array} bytes
 * @param {Exif} exif */
export function upright(bytes, { at, isLittle }) {
  const copy = new Uint8Array(bytes);
  new DataView(copy.buffer).setUint16(at, 1, isLittle);
  return copy;
}

/** The picture turned or mirrored. From 5 on, columns and rows change places.
 * @param {Picture} picture @param {number} orientation @returns {Picture} */
export function oriented({ width, height, data }, orientation) {
  const isTransposed = orientation >= 5;
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBottom = [3, 4, 6, 7].includes(orientation);
  const [columns, rows] = isTransposed ? [height, width] : [width, height];
  const from = new Uint32Array(new Uint8Array(data).buffer);
  const to = new Uint32Array(columns * rows);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const [column, row] = isTransposed ? [y, x] : [x, y];
      const sourceX = fromRight ? width - 1 - column : column;
      const sourceY = fromBottom ? height - 1 - row : row;
      to[y * columns + x] = from[sourceY * width + sourceX];
    }
  }
  return { width: columns, height: rows, data: new Uint8Array(to.buffer) };
}
