/** The files of CIFAR-10: which there are, how they are decoded, and where their images go. */
import { CIFAR10_CLASSES, IMAGE_BYTES } from '../dataset.js';
import { ResiduaError } from '../errors.js';
import { sizeText } from './bytes.js';
import { canonicalise } from './canonical.js';
import { Made, Name, PickleError, readPickle, Tuple } from './pickle.js';

/** @typedef {import('./bytes.js').ByteReader} ByteReader */
/** @typedef {import('../index.js').Images} Images */

const OP = 'readCifar10';
const CLASSES = CIFAR10_CLASSES.length;
const RECORD_BYTES = 1 + IMAGE_BYTES;
/** Images in each file of the official archives, and the most that one may hold. */
const BATCH_IMAGES = 10000;
const TRAIN_BATCHES = 5;
/** Labels, file names and the pickle around them. */
const MOST_PICKLE_BYTES = BATCH_IMAGES * IMAGE_BYTES + 2e6;
const MOST_META_BYTES = 10000;

export const EXPECTED =
  'expected the official CIFAR-10 archive (cifar-10-binary.tar.gz or cifar-10-python.tar.gz), or' +
  ' its files data_batch_1 to data_batch_5 and test_batch';
export const FETCH_AGAIN = 'The download may have been cut off; please fetch it again.';

/** @param {string} message */
export function badFile(message) {
  return new ResiduaError('BAD_FILE', OP, message);
}

/** "data_batch_1", "test_batch" or "batches.meta" if a path ends in one of CIFAR-10's file names
 * (or in the " (1)" that browsers add); else null. @param {string} path */
export function batchOf(path) {
  const name = path.replace(/^.*\//, '').replace(/ ?\(\d+\)/, '');
  return /^(data_batch_[1-5]|test_batch|batches\.meta)(\.bin|\.txt)?$/.exec(name)?.[1] ?? null;
}

/** @param {number} images @returns {Images} */
function imagesFor(images) {
  try {
    return { images: new Uint8Array(images * IMAGE_BYTES), labels: new Uint16Array(images) };
  } catch {
    const size = sizeText(images * IMAGE_BYTES);
    throw new ResiduaError('NO_MEMORY', OP, `${size} of memory for the images could not be had.`);
  }
}

/** A part of the data set, with a place for each of its files. */
class Split {
  /** @type {Images | null} */
  #all = null;
  /** The images in each place. @type {number[]} */
  #counts;

  /** @param {number} batches */
  constructor(batches) {
    this.#counts = new Array(batches).fill(0);
  }

  get isEmpty() {
    return this.#counts.every((count) => count === 0);
  }

  /** Views of the memory for one file. @param {number} place @returns {Images} */
  room(place) {
    this.#all ??= imagesFor(this.#counts.length * BATCH_IMAGES);
    const [first, end] = [place * BATCH_IMAGES, (place + 1) * BATCH_IMAGES];
    return {
      images: this.#all.images.subarray(first * IMAGE_BYTES, end * IMAGE_BYTES),
      labels: this.#all.labels.subarray(first, end),
    };
  }

  /** @param {number} place @param {number} count */
  filled(place, count) {
    this.#counts[place] = count;
  }

  /** All images, without gaps. @returns {Images} */
  gather() {
    const { images, labels } = this.#all ?? imagesFor(0);
    let total = 0;
    this.#counts.forEach((count, place) => {
      const [first, end] = [place * BATCH_IMAGES, place * BATCH_IMAGES + count];
      if (first !== total) {
        images.copyWithin(total * IMAGE_BYTES, first * IMAGE_BYTES, end * IMAGE_BYTES);
        labels.copyWithin(total, first, end);
      }
      total += count;
    });
    if (total === labels.length) return { images, labels };
    return { images: images.slice(0, total * IMAGE_BYTES), labels: labels.slice(0, total) };
  }
}

/** Gathers the files of one data set. */
export class Batches {
  #train = new Split(TRAIN_BATCHES);
  #test = new Split(1);
  /** What has been read, and from which file. @type {Map<string, string>} */
  #files = new Map();
  /** @type {string[]} */
  #classes = [...CIFAR10_CLASSES];

  get isEmpty() {
    return this.#train.isEmpty && this.#test.isEmpty;
  }

  /** Reads one of CIFAR-10's files to its end.
   * @param {string} batch what batchOf said @param {string} file for messages
   * @param {ByteReader} reader @param {number | undefined} size */
  async read(batch, file, reader, size) {
    const before = this.#files.get(batch);
    if (before) throw badFile(`${batch} comes twice, from ${before} and ${file}; give it once.`);
    this.#files.set(batch, file);
    await reader.fill(2);
    if (reader.available === 0) throw badFile(`${file} is empty. ${FETCH_AGAIN}`);
    if (batch === 'batches.meta') this.#classes = await readClasses(file, reader, size);
    else await this.#readImages(batch, file, reader, size);
  }

  /** @param {string} batch @param {string} file @param {ByteReader} reader
   * @param {number | undefined} size */
  async #readImages(batch, file, reader, size) {
    const read = isPickle(reader) ? readPythonBatch : readBinaryBatch;
    const split = batch === 'test_batch' ? this.#test : this.#train;
    const place = batch === 'test_batch' ? 0 : Number(batch.at(-1)) - 1;
    const count = await read(file, reader, size, () => split.room(place));
    split.filled(place, count);
  }

  /** @returns {{ name: string, classes: string[], train: Images, test: Images }} */
  finish() {
    if (this.#train.isEmpty || this.#test.isEmpty) {
      const [there, missing, advice] = this.#train.isEmpty
        ? ['test_batch', 'training images', 'add data_batch_1 to data_batch_5']
        : [this.#names(), 'test images', 'add test_batch'];
      throw badFile(`There is ${there}, but there are no ${missing}; ${advice}.`);
    }
    const [train, test] = [this.#train.gather(), this.#test.gather()];
    for (const set of [train, test]) canonicalise(set);
    return { name: 'CIFAR-10', classes: this.#classes, train, test };
  }

  #names() {
    const names = [...this.#files.keys()].filter((name) => name !== 'batches.meta').sort();
    return names.join(', ');
  }
}

/** @param {ByteReader} reader */
function isPickle(reader) {
  return reader.peek(1)[0] === 0x80;
}

/** Could these be the first bytes of images, pickled or after a label?
 * @param {ByteReader} reader */
export function looksLikeBatch(reader) {
  return isPickle(reader) || reader.peek(1)[0] < CLASSES;
}

/** @param {string} file @param {number} records */
function tooMany(file, records) {
  const most = BATCH_IMAGES.toLocaleString('en');
  return badFile(`${file} holds ${records}, but a file of CIFAR-10 ${most}; ${EXPECTED}.`);
}

/** Refuses sizes that no file of whole records has. @param {string} file @param {number} size */
function checkBinarySize(file, size) {
  const records = Math.floor(size / RECORD_BYTES);
  if (records > BATCH_IMAGES) throw tooMany(file, records);
  const rest = size % RECORD_BYTES;
  if (rest === 0) return;
  const whole = `${records} records of ${RECORD_BYTES} bytes and ${rest} bytes more`;
  throw badFile(`${file} has ${size} bytes: ${whole}. ${FETCH_AGAIN}`);
}

/** Records of 1 byte of label and 3,072 bytes of pixels, to the end.
 * @param {string} file @param {ByteReader} reader @param {number | undefined} size
 * @param {() => Images} room @returns {Promise<number>} how many */
async function readBinaryBatch(file, reader, size, room) {
  if (size !== undefined) checkBinarySize(file, size);
  const { images, labels } = room();
  for (let record = 0; ; record++) {
    await reader.fill(RECORD_BYTES);
    if (reader.available === 0) return record;
    if (record === BATCH_IMAGES) throw tooMany(file, record + 1);
    if (reader.available < RECORD_BYTES) checkBinarySize(file, reader.position + reader.available);
    labels[record] = checkLabel(file, record, reader.takeByte());
    images.set(reader.take(IMAGE_BYTES), record * IMAGE_BYTES);
  }
}

/** @param {string} file @param {number} record @param {unknown} label */
function checkLabel(file, record, label) {
  if (Number.isInteger(label) && Number(label) >= 0 && Number(label) < CLASSES) {
    return Number(label);
  }
  // Never as text if it is no number: lists that hold a list twice, over and over, have no end.
  const found = typeof label === 'number' ? `label ${label}` : 'no number as its label';
  const known = `CIFAR-10 has the labels 0 to ${CLASSES - 1}`;
  const advice = 'The file is damaged or something else; please fetch it again.';
  throw badFile(`Record ${record} of ${file} has ${found}, but ${known}. ${advice}`);
}

/** Runs `read` and turns what pickle.js throws into messages about the file.
 * @template T @param {string} file @param {() => Promise<T>} read */
async function pickled(file, read) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PickleError) throw notPython(file, error.message);
    throw error;
  }
}

/** @param {string} file @param {string} why */
function notPython(file, why) {
  return badFile(`${file} is not a file of CIFAR-10 as Python 2 wrote it: ${why}; ${EXPECTED}.`);
}

/** A pickled dictionary with an array of pixels and a list of labels.
 * @param {string} file @param {ByteReader} reader @param {number | undefined} size
 * @param {() => Images} room @returns {Promise<number>} how many */
async function readPythonBatch(file, reader, size, room) {
  if (size !== undefined && size > MOST_PICKLE_BYTES) {
    throw notPython(file, `it has ${sizeText(size)}, the official ones 31.0 MB`);
  }
  /** @type {Images | undefined} */
  let target;
  const roomForPixels = (/** @type {number} */ length) => {
    if (target) throw new PickleError('it holds two arrays of pixels');
    if (length % IMAGE_BYTES !== 0 || length > BATCH_IMAGES * IMAGE_BYTES) {
      throw new PickleError(`it holds ${sizeText(length)} of pixels`);
    }
    target = room();
    return target.images.subarray(0, length);
  };
  const batch = await pickled(file, () => readPickle(reader, roomForPixels));
  const count = imagesInArray(file, entryOf(batch, 'data'));
  const labels = entryOf(batch, 'labels');
  if (!Array.isArray(labels) || labels.length !== count) {
    throw notPython(file, `it has no list of ${count} "labels"`);
  }
  labels.forEach((label, i) => {
    /** @type {Images} */ (target).labels[i] = checkLabel(file, i, label);
  });
  return count;
}

/** @param {unknown} dictionary @param {string} key @returns {unknown} */
function entryOf(dictionary, key) {
  return dictionary instanceof Map ? dictionary.get(key) : undefined;
}

/** The number of images in a numpy array of bytes; its pixels are in place already.
 * @param {string} file @param {unknown} array */
function imagesInArray(file, array) {
  const [, shape, type, isFortran, pixels] = stateOf(array, 'numpy.core.multiarray._reconstruct');
  const [count, bytes, ...more] = shape instanceof Tuple ? shape.items : [];
  const isBytes = type instanceof Made && type.name === 'numpy.dtype' && type.args[0] === 'u1';
  const images = pixels instanceof Uint8Array ? pixels.length / IMAGE_BYTES : 0;
  const isWhole = images > 0 && count === images && bytes === IMAGE_BYTES && more.length === 0;
  if (!isBytes || !isWhole || isFortran !== false) {
    throw notPython(file, `it has no array "data" of [images][${IMAGE_BYTES}] bytes`);
  }
  return images;
}

/** The state of an array that is to be made as an ndarray, by parts.
 * @param {unknown} made @param {string} name @returns {unknown[]} */
function stateOf(made, name) {
  const isArray =
    made instanceof Made &&
    made.name === name &&
    made.args[0] instanceof Name &&
    made.args[0].name === 'numpy.ndarray';
  return isArray && made.state instanceof Tuple ? made.state.items : [];
}

/** The names of the classes, from batches.meta or batches.meta.txt.
 * @param {string} file @param {ByteReader} reader @param {number} [size] */
async function readClasses(file, reader, size = 0) {
  if (size > MOST_META_BYTES) throw badFile(`${file} has ${sizeText(size)}; ${EXPECTED}.`);
  const refuse = () => {
    throw new PickleError('it holds a long string');
  };
  const names = isPickle(reader)
    ? entryOf(await pickled(file, () => readPickle(reader, refuse)), 'label_names')
    : await readLines(reader);
  const isName = (/** @type {unknown} */ name) =>
    typeof name === 'string' && /^[^\p{C}]{1,60}$/u.test(name);
  if (!Array.isArray(names) || names.length !== CLASSES || !names.every(isName)) {
    throw badFile(`${file} does not hold the names of ${CLASSES} classes; ${EXPECTED}.`);
  }
  return names;
}

/** @param {ByteReader} reader */
async function readLines(reader) {
  await reader.fill(MOST_META_BYTES);
  const text = new TextDecoder().decode(reader.take(Math.min(reader.available, MOST_META_BYTES)));
  if (!(await reader.isAtEnd())) return null;
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}
