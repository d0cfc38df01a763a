/** Archives like the official ones, of made-up pixels, and files for readers. */
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';

export const IMAGE_BYTES = 3072;
export const CLASSES = [
  ...['airplane', 'automobile', 'bird', 'cat', 'deer'],
  ...['dog', 'frog', 'horse', 'ship', 'truck'],
];
export const BATCHES = [...[1, 2, 3, 4, 5].map((n) => `data_batch_${n}`), 'test_batch'];

/** Some images, with a list of their labels.
 * @typedef {{ images: Uint8Array, labels: number[] }} Batch */
/** A file of an archive. @typedef {[path: string, bytes: Uint8Array]} File */

/** Images of which each pixel tells apart the batch, the image and the place.
 * @param {number} seed @param {number} count */
export function madeUpBatch(seed, count) {
  const images = Uint8Array.from({ length: count * IMAGE_BYTES }, (_, i) => {
    return (seed * 37 + Math.floor(i / IMAGE_BYTES) * 11 + (i % IMAGE_BYTES) * 7) % 256;
  });
  return { images, labels: Array.from({ length: count }, (_, i) => (i + seed) % 10) };
}

/** Six batches; the training ones differ in size. */
export function madeUpBatches() {
  const counts = [4, 2, 3, 4, 1, 3];
  return new Map(BATCHES.map((name, i) => [name, madeUpBatch(i + 1, counts[i])]));
}

/** @param {Batch} batch */
export function binaryFile({ images, labels }) {
  const records = labels.map((label, i) => [
    Uint8Array.of(label),
    images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES),
  ]);
  return Buffer.concat(records.flat());
}

/** The opcodes of protocol 2 as Python 2's cPickle writes them, with its memo. */
class Python2Pickler {
  #parts = [Buffer.from([0x80, 2])];
  #memo = 0;

  /** @param {number[]} bytes */
  raw(...bytes) {
    this.#parts.push(Buffer.from(bytes));
    return this;
  }

  /** BINPUT, or LONG_BINPUT from 256 on. */
  put() {
    const key = ++this.#memo;
    return key < 256 ? this.raw(0x71, key) : this.raw(0x72, ...littleEndian(key, 4));
  }

  /** @param {number} value */
  integer(value) {
    if (value >= 0 && value < 2 ** 8) return this.raw(0x4b, value);
    if (value >= 0 && value < 2 ** 16) return this.raw(0x4d, ...littleEndian(value, 2));
    return this.raw(0x4a, ...littleEndian(value, 4));
  }

  /** SHORT_BINSTRING, or BINSTRING from 256 bytes on. @param {string} value */
  string(value) {
    const bytes = Buffer.from(value, 'latin1');
    const head =
      bytes.length < 256 ? [0x55, bytes.length] : [0x54, ...littleEndian(bytes.length, 4)];
    this.raw(...head);
    this.#parts.push(bytes);
    return this;
  }

  /** @param {string} module @param {string} name */
  global(module, name) {
    return this.raw(0x63, ...Buffer.from(`${module}\n${name}\n`)).put();
  }

  /** An EMPTY_LIST, filled by APPENDS, a thousand at a time.
   * @template T @param {T[]} items @param {(item: T) => void} write */
  list(items, write) {
    this.raw(0x5d).put();
    for (let first = 0; first < items.length; first += 1000) {
      this.raw(0x28);
      for (const item of items.slice(first, first + 1000)) write(item);
      this.raw(0x65);
    }
    return this;
  }

  /** An EMPTY_DICT, filled by SETITEMS. @param {[key: string, write: () => void][]} entries */
  dictionary(entries) {
    this.raw(0x7d).put().raw(0x28);
    for (const [key, write] of entries) {
      this.string(key).put();
      write();
    }
    return this.raw(0x75);
  }

  /** A numpy array of [count][3072] bytes. @param {Batch} batch */
  pixels({ images, labels }) {
    this.global('numpy.core.multiarray', '_reconstruct').global('numpy', 'ndarray');
    this.integer(0).raw(0x85).put().string('b').put().raw(0x87).put().raw(0x52).put(); // REDUCE
    this.raw(0x28).integer(1).integer(labels.length).integer(IMAGE_BYTES).raw(0x86).put();
    this.global('numpy', 'dtype').string('u1').put().integer(0).integer(1).raw(0x87).put();
    this.raw(0x52).put().raw(0x28).integer(3).string('|').put().raw(0x4e, 0x4e, 0x4e);
    this.integer(-1).integer(-1).integer(0).raw(0x74).put().raw(0x62); // TUPLE, BUILD
    return this.raw(0x89).string(Buffer.from(images).toString('latin1')).raw(0x74).put().raw(0x62);
  }

  end() {
    return Buffer.concat([...this.#parts, Buffer.from('.')]);
  }
}

/** @param {number} value @param {number} bytes */
function littleEndian(value, bytes) {
  return Array.from({ length: bytes }, (_, i) => (value >> (8 * i)) & 255);
}

/** @param {Batch} batch */
export function pythonFile(batch, label = 'training batch 1 of 5') {
  const pickler = new Python2Pickler();
  const names = batch.labels.map((_, i) => `made_up_s_${String(i).padStart(6, '0')}.png`);
  /** @type {[string, () => void][]} */
  const entries = [
    ['batch_label', () => pickler.string(label).put()],
    ['labels', () => pickler.list(batch.labels, (item) => pickler.integer(item))],
    ['data', () => pickler.pixels(batch)],
    ['filenames', () => pickler.list(names, (item) => pickler.string(item).put())],
  ];
  return pickler.dictionary(entries).end();
}

export function pythonMeta(classes = CLASSES) {
  const pickler = new Python2Pickler();
  /** @type {[string, () => void][]} */
  const entries = [
    ['num_cases_per_batch', () => pickler.integer(10000)],
    ['label_names', () => pickler.list(classes, (name) => pickler.string(name).put())],
    ['num_vis', () => pickler.integer(IMAGE_BYTES)],
  ];
  return pickler.dictionary(entries).end();
}

/** Each file of the binary archive. @returns {File[]} */
export function binaryFiles(batches = madeUpBatches(), folder = 'cifar-10-batches-bin/') {
  /** @type {File[]} */
  const files = [...batches].map(([name, batch]) => [`${name}.bin`, binaryFile(batch)]);
  /** @type {File} */
  const meta = ['batches.meta.txt', Buffer.from(`${CLASSES.join('\n')}\n\n`)];
  /** @type {File} */
  const readme = ['readme.html', Buffer.from('<html><body>Made up.</body></html>')];
  return [meta, ...files, readme].map(([name, bytes]) => [folder + name, bytes]);
}

/** The same of the python archive, in the order of the official one. @returns {File[]} */
export function pythonFiles(batches = madeUpBatches(), folder = 'cifar-10-batches-py/') {
  /** @param {string} name @returns {File} */
  const file = (name) => [
    name,
    pythonFile(batches.get(name) ?? { images: new Uint8Array(0), labels: [] }),
  ];
  /** @type {File[]} */
  const files = [
    file('data_batch_4'),
    ['readme.html', Buffer.from('<html><body>Made up.</body></html>')],
    ...['test_batch', 'data_batch_3'].map(file),
    ['batches.meta', pythonMeta()],
    ...['data_batch_2', 'data_batch_5', 'data_batch_1'].map(file),
  ];
  return files.map(([name, bytes]) => [folder + name, bytes]);
}

/** @param {File[]} files @returns {Promise<Buffer>} */
export async function tar(files) {
  /** @type {import('modern-tar').TarEntry} */
  const folder = {
    header: { name: files[0][0].replace(/[^/]*$/, ''), size: 0, type: 'directory' },
  };
  /** @type {import('modern-tar').TarEntry[]} */
  const entries = files.map(([name, body]) => ({
    header: { name, size: body.length, type: 'file' },
    body: new Uint8Array(body),
  }));
  const withFolder = folder.header.name ? [folder, ...entries] : entries;
  return Buffer.from(await packTar(withFolder));
}

/** @param {File[]} files */
export async function tarGz(files) {
  return gzipSync(await tar(files));
}

/** A file as a page hands it over. @param {string} name @param {string | Uint8Array} content */
export const fileOf = (name, content) => new File([/** @type {BlobPart} */ (content)], name);

/** A source that hands out its bytes in pieces. @param {string} name @param {Uint8Array} bytes */
export function source(name, bytes, piece = 65536) {
  const stream = () => {
    let at = 0;
    return new ReadableStream({
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        controller.enqueue(new Uint8Array(bytes.subarray(at, at + piece)));
        at += piece;
      },
    });
  };
  return { name, size: bytes.length, stream };
}
