/** The decoded images in the browser's private file system: one file, whose header is written last,
 * so that a file that was cut off has none. */

/** @typedef {import('../../lib/index.js').Dataset} Dataset */
/** @typedef {{ format: 1, name: string, classes: readonly string[], images: number, testImages: number }} Header */

/**
 * A file that a worker writes, which TypeScript knows only where there is no window.
 * @typedef {object} Access
 * @property {(bytes: Uint8Array, options: { at: number }) => number} write
 * @property {(bytes: number) => void} truncate
 * @property {() => void} flush
 * @property {() => void} close
 */

const FILE = 'cifar10.residua';
const HEADER_BYTES = 4096;
const IMAGE_BYTES = 3 * 32 * 32;
const LABEL_BYTES = 2;
/** Written at once. */
const PIECE = 1 << 24;

/** Where the parts lie: training images, their labels, test images, their labels.
 * @param {Header} header */
function layout({ images, testImages }) {
  const sizes = [images, testImages].flatMap((n) => [n * IMAGE_BYTES, n * LABEL_BYTES]);
  const at = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, n) => sum + n, HEADER_BYTES));
  return { at, end: at[3] + sizes[3] };
}

async function directory() {
  return navigator.storage.getDirectory();
}

/** What is kept, if anything is and can be read. */
export async function openKept() {
  try {
    const handle = await (await directory()).getFileHandle(FILE);
    const file = await handle.getFile();
    const header = JSON.parse(await file.slice(0, HEADER_BYTES).text());
    if (header.format !== 1 || layout(header).end !== file.size) throw new Error('cut off');
    return new Kept(file, header);
  } catch {
    return null;
  }
}

export class Kept {
  #file;

  /** @param {File} file @param {Header} header */
  constructor(file, header) {
    this.#file = file;
    this.header = header;
    this.bytes = file.size;
  }

  /** @param {number} at @param {number} bytes */
  async #read(at, bytes) {
    return this.#file.slice(at, at + bytes).arrayBuffer();
  }

  /** @param {{ images: number, testImages: number }} counts */
  async take({ images, testImages }) {
    const { at } = layout(this.header);
    const set = async (/** @type {number} */ part, /** @type {number} */ count) => ({
      images: new Uint8Array(await this.#read(at[part], count * IMAGE_BYTES)),
      labels: new Uint16Array(await this.#read(at[part + 1], count * LABEL_BYTES)),
    });
    const { name, classes } = this.header;
    return { name, classes, train: await set(0, images), test: await set(2, testImages) };
  }
}

/** Keeps the images, if the browser lets it.
 * @param {Dataset} dataset
 * @returns {Promise<{ kept: Kept | null, notKept: 'denied' | 'full' | null }>} */
export async function keep({ name, classes, train, test }) {
  try {
    const handle = await (await directory()).getFileHandle(FILE, { create: true });
    /** @type {Access} */
    const access = await /** @type {any} */ (handle).createSyncAccessHandle();
    try {
      const [images, testImages] = [train.labels.length, test.labels.length];
      write(access, { format: 1, name, classes, images, testImages }, [
        train.images,
        bytesOf(train.labels),
        test.images,
        bytesOf(test.labels),
      ]);
    } finally {
      access.close();
    }
    return { kept: await openKept(), notKept: null };
  } catch (error) {
    await removeKept();
    const full = /** @type {Error} */ (error).name === 'QuotaExceededError';
    return { kept: null, notKept: full ? 'full' : 'denied' };
  }
}

/** @param {Uint16Array} labels */
function bytesOf(labels) {
  return new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength);
}

/** @param {Access} access @param {Header} header @param {Uint8Array[]} parts */
function write(access, header, parts) {
  const { at } = layout(header);
  access.truncate(0);
  parts.forEach((part, i) => {
    for (let first = 0; first < part.length; first += PIECE) {
      const piece = part.subarray(first, first + PIECE);
      const written = access.write(piece, { at: at[i] + first });
      if (written !== piece.length) throw new DOMException('storage full', 'QuotaExceededError');
    }
  });
  access.flush();
  access.write(new TextEncoder().encode(JSON.stringify(header).padEnd(HEADER_BYTES)), { at: 0 });
  access.flush();
}

export async function removeKept() {
  try {
    await (await directory()).removeEntry(FILE);
  } catch {
    // There is none, or there is no such file system.
  }
}
