/** Sets of decoded images in the browser's private file system, side by side, a file each. A file is
 * named by a digest of all that is in it and does not change once it is whole. Its header is written
 * last, so that a file that was cut off has none; such a file is removed as soon as nobody writes it.
 * Whoever writes, reads or removes a file holds its lock, whatever tab it is in. */
import { IMAGE_BYTES, imageMemory } from '../../lib/data/memory.js';
import {
  digestOfPieces,
  PIECE_BYTES,
  partsOf,
  pieceDigests,
  sha256,
} from '../../lib/data/set-digest.js';

/** @typedef {import('../../lib/index.js').Dataset} Dataset */
/** How a set was read, as a Dataset says it.
 * @typedef {Pick<Dataset, 'heldOut' | 'skipped'>} Reading */
/** What a set is; its `digest` is that of lib/data/set-digest.js, over those of its `pieces`.
 * @typedef {{ name: string, classes: readonly string[], images: number, testImages: number, digest: string,
 *   pieces: string[], reading?: Reading }} Header */
/** A whole file; its parts are training images, their labels, test images, their labels.
 * @typedef {{ id: string, file: File, header: Header, at: number[], sizes: number[] }} CachedSet */
/** A folder as TypeScript does not know it here.
 * @typedef {FileSystemDirectoryHandle & { keys(): AsyncIterable<string> }} Folder */

/**
 * A file that a worker writes, which TypeScript knows only where there is no window.
 * @typedef {object} Access
 * @property {(bytes: Uint8Array, options: { at: number }) => number} write
 * @property {(bytes: number) => void} truncate
 * @property {() => void} flush
 * @property {() => void} close
 */

const PATH = ['residua', 'datasets'];
const LOCK = 'residua-dataset ';
/** Format and length of the header, 32 bits each, little-endian, come before it. */
const PRELUDE_BYTES = 8;
const FORMAT = 2;
const GONE = 'These images are not in this browser any more; bring them again.';
const MOST_HEADER_BYTES = 1 << 20;
const LABEL_BYTES = 2;
/** Where images were kept by an earlier version, without a digest. */
const OLD_FILE = 'cifar10.residua';

/** Tells other tabs, and hears from them, that there are other sets now. */
const channel = new BroadcastChannel('residua datasets');

/** @param {() => void} listener to what other tabs do */
export function onNews(listener) {
  channel.onmessage = () => listener();
}

/** @param {string} id @param {LockMode} mode @param {() => Promise<T>} work @template T
 * @returns {Promise<T>} */
async function locked(id, mode, work) {
  return navigator.locks.request(LOCK + id, { mode }, work);
}

async function datasetsFolder() {
  let folder = await navigator.storage.getDirectory();
  for (const name of PATH) folder = await folder.getDirectoryHandle(name, { create: true });
  return /** @type {Folder} */ (folder);
}

/** Where the parts lie, and how long they are. @param {Header} header @param {number} headerBytes */
function layout({ images, testImages }, headerBytes) {
  const sizes = [images, testImages].flatMap((n) => [n * IMAGE_BYTES, n * LABEL_BYTES]);
  const start = PRELUDE_BYTES + headerBytes;
  const at = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, n) => sum + n, start));
  return { at, sizes, end: at[3] + sizes[3] };
}

/** @param {number} bytes of a part */
const pieceCount = (bytes) => Math.max(1, Math.ceil(bytes / PIECE_BYTES));

/** What a file is called: the digest of what its header says, which names that of the images.
 * @param {Header} header */
function idOf({ name, classes, images, testImages, digest, reading }) {
  const said = [name, classes, images, testImages, digest, ...(reading ? [reading] : [])];
  const parts = JSON.stringify(said);
  return sha256(new TextEncoder().encode(parts));
}

/** @param {Folder} folder @param {string} id
 * @returns {Promise<CachedSet | null>} null if it is not there, or not whole */
async function find(folder, id) {
  try {
    const file = await (await folder.getFileHandle(id)).getFile();
    const prelude = new DataView(await file.slice(0, PRELUDE_BYTES).arrayBuffer());
    const [format, headerBytes] = [0, 4].map((at) => prelude.getUint32(at, true));
    if (format !== FORMAT || headerBytes > MOST_HEADER_BYTES) return null;
    const text = await file.slice(PRELUDE_BYTES, PRELUDE_BYTES + headerBytes).text();
    const header = /** @type {Header} */ (JSON.parse(text));
    const { at, sizes, end } = layout(header, headerBytes);
    const pieces = sizes.map(pieceCount).reduce((sum, n) => sum + n);
    const isWhole =
      file.size === end &&
      header.pieces.length === pieces &&
      (await digestOfPieces(header.pieces)) === header.digest &&
      (await idOf(header)) === id;
    return isWhole ? { id, file, header, at, sizes } : null;
  } catch {
    return null;
  }
}

/** Removes what was cut off, once nobody writes it. @param {Folder} folder @param {string} id */
function sweep(folder, id) {
  return locked(id, 'exclusive', async () => {
    if (!(await find(folder, id))) await folder.removeEntry(id, { recursive: true });
  }).catch(() => {}); // It is tried again at the next visit.
}

/** All that are whole, the latest first; none where there is no such file system. */
async function list() {
  /** @type {CachedSet[]} */
  const sets = [];
  try {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry(OLD_FILE).catch(() => {}); // It is seldom there.
    const folder = await datasetsFolder();
    for await (const id of folder.keys()) {
      const set = await find(folder, id);
      if (set) sets.push(set);
      else void sweep(folder, id);
    }
  } catch {
    // Then nothing is kept.
  }
  return sets.sort((a, b) => b.file.lastModified - a.file.lastModified);
}

/** What is worth saying of it. @param {Dataset} dataset @returns {{ reading?: Reading }} */
function readingOf({ heldOut, skipped }) {
  return heldOut === null && skipped.count === 0 ? {} : { reading: { heldOut, skipped } };
}

/** Keeps a set, if the browser lets it.
 * @param {Dataset} dataset
 * @returns {Promise<{ set: CachedSet | null, notKept: 'denied' | 'full' | null }>} */
async function keep(dataset) {
  try {
    const { name, classes, train, test } = dataset;
    const pieces = await pieceDigests([train, test]);
    const [images, testImages] = [train.labels.length, test.labels.length];
    const facts = { name, classes: [...classes], images, testImages, ...readingOf(dataset) };
    const header = { ...facts, digest: await digestOfPieces(pieces), pieces };
    const id = await idOf(header);
    const folder = await datasetsFolder();
    const set = await locked(id, 'exclusive', async () => {
      const there = await find(folder, id);
      if (there && (await isSound(there))) return there; // Another tab may be using it.
      try {
        await write(folder, id, header, partsOf([train, test]));
      } catch (error) {
        await folder.removeEntry(id).catch(() => {});
        throw error;
      }
      return find(folder, id);
    });
    channel.postMessage('kept');
    return { set, notKept: set ? null : 'denied' };
  } catch (error) {
    const isFull = /** @type {Error} */ (error).name === 'QuotaExceededError';
    return { set: null, notKept: isFull ? 'full' : 'denied' };
  }
}

/** Has each piece its digest? @param {CachedSet} set */
async function isSound(set) {
  for (const [part, size] of set.sizes.entries()) {
    for (let i = 0; i < pieceCount(size); i++) if (!(await pieceOf(set, part, i))) return false;
  }
  return true;
}

/** A piece of a part; null if its digest is another. @param {CachedSet} set @param {number} part @param {number} i */
async function pieceOf({ file, header, at, sizes }, part, i) {
  const before = sizes.slice(0, part).reduce((sum, size) => sum + pieceCount(size), 0);
  const [first, end] = [i * PIECE_BYTES, Math.min((i + 1) * PIECE_BYTES, sizes[part])];
  const piece = new Uint8Array(await file.slice(at[part] + first, at[part] + end).arrayBuffer());
  return (await sha256(piece)) === header.pieces[before + i] ? piece : null;
}

/** @param {Folder} folder @param {string} id @param {Header} header @param {Uint8Array[]} parts */
async function write(folder, id, header, parts) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const { at } = layout(header, text.length);
  const handle = await folder.getFileHandle(id, { create: true });
  /** @type {Access} */
  const access = await /** @type {any} */ (handle).createSyncAccessHandle();
  try {
    access.truncate(0);
    for (const [i, part] of parts.entries()) writeAt(access, part, at[i]);
    access.flush();
    const head = new Uint8Array(PRELUDE_BYTES + text.length);
    const view = new DataView(head.buffer);
    view.setUint32(0, FORMAT, true);
    view.setUint32(4, text.length, true);
    head.set(text, PRELUDE_BYTES);
    writeAt(access, head, 0);
    access.flush();
  } finally {
    access.close();
  }
}

/** @param {Access} access @param {Uint8Array} bytes @param {number} at */
function writeAt(access, bytes, at) {
  for (let first = 0; first < bytes.length; first += PIECE_BYTES) {
    const piece = bytes.subarray(first, first + PIECE_BYTES);
    const written = access.write(piece, { at: at + first });
    if (written !== piece.length) throw new DOMException('storage full', 'QuotaExceededError');
  }
}

/** How many images a set has. @param {string} id */
async function countsOf(id) {
  const set = await find(await datasetsFolder(), id);
  if (!set) throw new Error(GONE);
  const { images, testImages } = set.header;
  return { images, testImages };
}

/** The parts of a data set of the first so many images, each piece of which has its digest.
 * @param {string} id @param {{ images: number, testImages: number }} counts */
async function take(id, { images, testImages }) {
  const folder = await datasetsFolder();
  return locked(id, 'shared', async () => {
    const set = await find(folder, id);
    if (!set) throw new Error(GONE);
    const { name, classes, reading } = set.header;
    const [train, test] = [images, testImages].map((count) => imageMemory(count, 'take'));
    for (const [i, part] of partsOf([train, test]).entries()) await readInto(part, set, i);
    return { name, classes, train, test, ...reading };
  });
}

/** Reads the first bytes of a part. @param {Uint8Array} bytes @param {CachedSet} set
 * @param {number} part */
async function readInto(bytes, set, part) {
  const { name } = set.header;
  if (bytes.length > set.sizes[part])
    throw new Error(`${name} has fewer images than were asked for.`);
  for (let first = 0; first < bytes.length; first += PIECE_BYTES) {
    const piece = await pieceOf(set, part, first / PIECE_BYTES);
    if (!piece) {
      throw new Error(`The kept file of ${name} is damaged; delete it and bring it again.`);
    }
    bytes.set(piece.subarray(0, bytes.length - first), first);
  }
}

/** @param {string} id */
async function remove(id) {
  const folder = await datasetsFolder();
  await locked(id, 'exclusive', async () => {
    await folder.removeEntry(id).catch((error) => {
      if (/** @type {Error} */ (error).name !== 'NotFoundError') throw error;
    });
  });
  channel.postMessage('removed');
}

export const datasetCache = { list, keep, countsOf, take, remove };
