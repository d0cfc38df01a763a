/** The files in a zip archive, by its directory, which stands at its end: each is unpacked when it is
 * read, piece by piece or into memory of the size that the directory says, and no further. Nothing is written anywhere.
 * Numbers of fields are those of PKWARE's APPNOTE. (fflate's own reader wants the whole archive in
 * memory; zip.js would be larger than all readers together.) */
import { Inflate, inflateSync } from 'fflate/browser';
import { badFile } from './bad-file.js';
import { leadsOut } from './tar.js';

/** @typedef {import('./sources.js').Item} Item */
/** @typedef {(first: number, end: number) => Promise<ArrayBuffer>} Part */

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const MOST_COMMENT = 65535;
const MOST_DIRECTORY = 500e6;
/** What is unpacked at once. */
const PIECE = 16384;
/** The value of fields that stand in an entry's extra field, since they are too large. */
const ELSEWHERE = 0xffffffff;

/**
 * @typedef {object} Entry
 * @property {string} path @property {number} flags @property {number} method
 * @property {number} crc @property {number} packed @property {number} size
 * @property {number} offset of the local header @property {boolean} isLink
 */

/** @param {string} name for messages @param {number} size @param {Part} part
 * @returns {Promise<Item[]>} without folders */
export async function readZip(name, size, part) {
  const entries = entriesOf(name, await directoryOf(name, size, part));
  const packed = entries.reduce((sum, entry) => sum + entry.packed, 0);
  if (packed > size) throw broken(name, 'its files overlap');
  return entries
    .filter(({ path }) => !path.endsWith('/'))
    .map((entry) => itemOf(name, entry, part));
}

/** @param {string} name @param {string} why */
function broken(name, why) {
  const advice = 'The file is damaged, or cut off; please fetch it again.';
  return badFile(`${name} is a zip archive that stops making sense (${why}). ${advice}`);
}

/** @param {string} name @param {number} size @param {Part} part */
async function directoryOf(name, size, part) {
  const first = Math.max(0, size - END_BYTES - LOCATOR_BYTES - MOST_COMMENT);
  const tail = new DataView(await part(first, size));
  let at = tail.byteLength - END_BYTES;
  const isEnd = () =>
    tail.getUint32(at, true) === END &&
    at + END_BYTES + tail.getUint16(at + 20, true) === tail.byteLength;
  while (at >= 0 && !isEnd()) at--;
  if (at < 0) throw broken(name, 'it has no directory');
  let [bytes, offset] = [tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
  const locator = at - LOCATOR_BYTES;
  if (locator >= 0 && tail.getUint32(locator, true) === LOCATOR_64) {
    const begin = big(tail, locator + 8);
    if (begin + 56 > size) throw broken(name, 'its directory is not in it');
    const end = new DataView(await part(begin, begin + 56));
    if (end.getUint32(0, true) !== END_64) throw broken(name, 'it has no directory');
    [bytes, offset] = [big(end, 40), big(end, 48)];
  }
  if (offset + bytes > size) throw broken(name, 'its directory is not in it');
  if (bytes > MOST_DIRECTORY) throw badFile(`${name} holds too many files; give fewer.`);
  return new DataView(await part(offset, offset + bytes));
}

/** @param {DataView} view @param {number} at of a number of eight bytes */
function big(view, at) {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

/** @param {string} name @param {DataView} directory @returns {Entry[]} */
function entriesOf(name, directory) {
  /** @type {Entry[]} */
  const entries = [];
  let at = 0;
  while (at + ENTRY_BYTES <= directory.byteLength && directory.getUint32(at, true) === ENTRY) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) =>
      directory.getUint16(at + field, true),
    );
    const extra = at + ENTRY_BYTES + nameBytes;
    const end = extra + extraBytes + commentBytes;
    if (end > directory.byteLength) throw broken(name, 'its directory ends too soon');
    const path = textOf(bytesAt(directory, at + ENTRY_BYTES, nameBytes)).replaceAll('\\', '/');
    const large = largeFields(directory, at, extra, extra + extraBytes);
    entries.push({
      path: path.normalize('NFC'),
      flags: directory.getUint16(at + 8, true),
      method: directory.getUint16(at + 10, true),
      crc: directory.getUint32(at + 16, true),
      // Made on Unix, the upper half has the file's mode: 0xa000 is a link.
      isLink: directory.getUint8(at + 5) === 3 && directory.getUint32(at + 38, true) >>> 28 === 0xa,
      ...large,
    });
    at = end;
  }
  if (at !== directory.byteLength) throw broken(name, 'its directory is damaged');
  return entries;
}

/** @param {DataView} view @param {number} at @param {number} count */
function bytesAt(view, at, count) {
  return new Uint8Array(view.buffer, view.byteOffset + at, count);
}

/** Most write UTF-8; if it is none, a character a byte tells the files apart too.
 * @param {Uint8Array} bytes */
function textOf(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return String.fromCharCode(...bytes);
  }
}

/** Sizes and place of an entry, which stand in its extra field 1 where four bytes are too few.
 * @param {DataView} view @param {number} at @param {number} extra @param {number} end */
function largeFields(view, at, extra, end) {
  let [size, packed, offset] = [24, 20, 42].map((field) => view.getUint32(at + field, true));
  for (let field = extra; field + 4 <= end; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== 1) continue;
    let next = field + 4;
    const take = (/** @type {number} */ value) => {
      if (value !== ELSEWHERE || next + 8 > end) return value;
      next += 8;
      return big(view, next - 8);
    };
    [size, packed, offset] = [take(size), take(packed), take(offset)];
  }
  return { size, packed, offset };
}

/** @param {string} name @param {Entry} entry @param {Part} part @returns {Item} */
function itemOf(name, entry, part) {
  checkEntry(name, entry);
  return {
    ...{ path: `${name.replace(/\.(zip|npz)$/i, '')}/${entry.path}`, size: entry.size },
    stream: () => streamOf(entry, part),
    whole: () => unpack(entry, part),
  };
}

/** @param {string} name @param {Entry} entry */
function checkEntry(name, { path, flags, method, isLink }) {
  const refuse = (/** @type {string} */ what) =>
    badFile(`${name} is an archive that holds ${what}.`);
  if (leadsOut(path)) {
    throw refuse(`the path ${JSON.stringify(path)}, which leads out of it; make it without such`);
  }
  if (isLink) throw refuse(`a link (${path}); make it of files and folders alone`);
  if (flags & 1) throw badFile(`${name} has a password; unpack it and give what was in it.`);
  if (method !== 0 && method !== 8) {
    throw badFile(`${name} is packed by method ${method}; unpack it and give what was in it.`);
  }
}

/** Where the content of an entry begins. @param {Entry} entry @param {Part} part */
async function beginOf({ offset }, part) {
  const header = new DataView(await part(offset, offset + LOCAL_BYTES));
  if (header.byteLength < LOCAL_BYTES || header.getUint32(0, true) !== LOCAL) {
    throw new Error('it is not where the directory says');
  }
  return offset + LOCAL_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
}

/** For files whose size was looked at. @param {Entry} entry @param {Part} part */
async function unpack(entry, part) {
  const { method, crc, packed, size } = entry;
  const begin = await beginOf(entry, part);
  const content = new Uint8Array(await part(begin, begin + packed));
  const bytes = method === 0 ? content : inflateSync(content, { out: new Uint8Array(size) });
  if (content.length !== packed || bytes.length !== size) throw new Error('its size is wrong');
  if (~crc32(bytes, ~0) >>> 0 !== crc) throw new Error('its checksum is wrong');
  return bytes;
}

/** @param {Entry} entry @param {Part} part @returns {ReadableStream<Uint8Array>} */
function streamOf(entry, part) {
  const { method, crc, packed, size } = entry;
  /** @type {Uint8Array[]} */
  const made = [];
  const inflate = new Inflate((bytes) => {
    if (bytes.length > 0) made.push(bytes);
  });
  let [at, left, rest, unpacked] = [-1, packed, ~0, 0];
  /** @param {ReadableStreamDefaultController<Uint8Array>} controller */
  const pull = async (controller) => {
    if (at < 0) at = await beginOf(entry, part);
    // Inflating may make nothing of a piece; a pull that enqueues nothing is not called again.
    while (left > 0 && made.length === 0) {
      const piece = new Uint8Array(await part(at, at + Math.min(PIECE, left)));
      if (piece.length === 0) throw new Error('its size is wrong');
      [at, left] = [at + piece.length, left - piece.length];
      if (method === 0) made.push(piece);
      else inflate.push(piece, left === 0);
    }
    for (const bytes of made.splice(0)) {
      unpacked += bytes.length;
      if (unpacked > size) throw new Error('its size is wrong');
      rest = crc32(bytes, rest);
      controller.enqueue(bytes);
    }
    if (left > 0) return;
    if (unpacked !== size) throw new Error('its size is wrong');
    if (~rest >>> 0 !== crc) throw new Error('its checksum is wrong');
    controller.close();
  };
  return new ReadableStream({ pull }, { highWaterMark: 0 });
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** @param {Uint8Array} bytes @param {number} rest of what came before; ~0 at first */
function crc32(bytes, rest) {
  for (const byte of bytes) rest = CRC_TABLE[(rest ^ byte) & 255] ^ (rest >>> 8);
  return rest;
}
