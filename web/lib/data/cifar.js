/** The files of CIFAR-10 and CIFAR-100: which there are, how they are decoded, and where their images
 * go. Images go straight to their place in memory, in the order of the official files. */
import { counted } from '../counted.js';
import { CIFAR10_CLASSES } from '../dataset.js';
import { badFile, EXPECTED, FETCH_AGAIN, OP } from './bad-file.js';
import { sizeText } from './bytes.js';
import { IMAGE_BYTES, imageMemory } from './memory.js';
import { Made, Name, PickleError, readPickle, Tuple } from './pickle.js';
import { numberedClasses, trimmed } from './splits.js';

/** @typedef {import('./bytes.js').ByteReader} ByteReader */
/** @typedef {import('../index.js').Images} Images */
/** @typedef {'train' | 'test'} Part */
/** Which labels of CIFAR-100. @typedef {'fine' | 'coarse'} Labels */

/** Beside the pixels a pickle has labels, file names and what is around them. */
const MOST_PICKLE_REST = 8e6;
const MOST_META_BYTES = 10000;
const PICKLE = 0x80;

/**
 * What tells one set from the other.
 * @typedef {object} Kind
 * @property {string} name
 * @property {Record<Part, { places: number, images: number }>} parts files, and the most images in
 *   each
 * @property {Labels[]} labelBytes which labels stand before the pixels of a record
 * @property {Record<Labels, number>} classes
 * @property {Record<Labels, string>} labelKey of python's files
 * @property {Record<Labels, string>} namesKey of python's meta file
 * @property {string} missing which files hold the training images, for messages
 */

/** @type {Kind} */
const CIFAR10 = {
  name: 'CIFAR-10',
  parts: { train: { places: 5, images: 10000 }, test: { places: 1, images: 10000 } },
  labelBytes: ['fine'],
  classes: { fine: 10, coarse: 0 },
  labelKey: { fine: 'labels', coarse: '' },
  namesKey: { fine: 'label_names', coarse: '' },
  missing: 'data_batch_1 to data_batch_5',
};
/** @type {Kind} */
const CIFAR100 = {
  name: 'CIFAR-100',
  parts: { train: { places: 1, images: 50000 }, test: { places: 1, images: 10000 } },
  labelBytes: ['coarse', 'fine'],
  classes: { fine: 100, coarse: 20 },
  labelKey: { fine: 'fine_labels', coarse: 'coarse_labels' },
  namesKey: { fine: 'fine_label_names', coarse: 'coarse_label_names' },
  missing: 'train',
};

/**
 * What a file is for.
 * @typedef {object} Role
 * @property {Kind} kind
 * @property {string} title
 * @property {Part} [part] of the images; without, it is names of classes
 * @property {number} place among the files of the part
 */

/** What a path that ends in one of CIFAR's file names (or in the " (1)" that browsers add) is for.
 * @param {string} path @returns {Role | null} */
function namedRole(path) {
  const name = path.replace(/^.*\//, '').replace(/ ?\(\d+\)/, '');
  const title = /^(.*?)(\.bin|\.txt)?$/.exec(name)?.[1] ?? '';
  if (/^(data_batch_[1-5]|test_batch)(\.bin)?$/.test(name)) {
    const part = title === 'test_batch' ? 'test' : 'train';
    return { kind: CIFAR10, title, part, place: part === 'test' ? 0 : Number(title.at(-1)) - 1 };
  }
  if (/^batches\.meta(\.txt)?$/.test(name)) return { kind: CIFAR10, title, place: 0 };
  if (/^(train|test)(\.bin)?$/.test(name)) {
    return { kind: CIFAR100, title, part: title === 'test' ? 'test' : 'train', place: 0 };
  }
  if (/^(meta|(fine|coarse)_label_names\.txt)$/.test(name)) {
    return { kind: CIFAR100, title, place: 0 };
  }
  return null;
}

/** What a file of CIFAR is for, by its name, if its first bytes allow for that: a pickle, labels and
 * pixels, or text. An empty file passes, to be called empty.
 * @param {string} path @param {Uint8Array} head @returns {Role | null} */
export function roleOf(path, head) {
  const role = namedRole(path);
  if (!role || head.length === 0 || head[0] === PICKLE) return role;
  if (!role.part) return /\.txt/.test(path) ? role : null;
  const isGeneric = role.kind === CIFAR100 && !/\.bin/.test(path);
  const { labelBytes, classes } = role.kind;
  const fits = labelBytes.every((label, i) => !(head[i] >= classes[label]));
  return fits && !isGeneric ? role : null;
}

/** A part of the data set, with a place for each of its files. */
class Split {
  /** @type {Images | null} */
  #all = null;
  /** The images in each place. @type {number[]} */
  #counts;
  #most;

  /** @param {{ places: number, images: number }} size */
  constructor({ places, images }) {
    this.#counts = new Array(places).fill(0);
    this.#most = images;
  }

  get isEmpty() {
    return this.#counts.every((count) => count === 0);
  }

  /** Views of the memory for one file. @param {number} place @returns {Images} */
  room(place) {
    const all = this.#all ?? imageMemory(this.#counts.length * this.#most, OP);
    this.#all = all;
    const [first, end] = [place * this.#most, (place + 1) * this.#most];
    return {
      images: all.images.subarray(first * IMAGE_BYTES, end * IMAGE_BYTES),
      labels: all.labels.subarray(first, end),
    };
  }

  /** @param {number} place @param {number} count */
  filled(place, count) {
    this.#counts[place] = count;
  }

  /** Whether a place has these images. @param {number} place @param {Images} set */
  holds(place, set) {
    if (this.#counts[place] !== set.labels.length) return false;
    const { images, labels } = this.room(place);
    return (
      set.labels.every((label, i) => label === labels[i]) &&
      set.images.every((byte, i) => byte === images[i])
    );
  }

  /** All images, without gaps. @returns {Images} */
  gather() {
    const all = this.#all ?? imageMemory(0, OP);
    const { images, labels } = all;
    let total = 0;
    this.#counts.forEach((count, place) => {
      const [first, end] = [place * this.#most, place * this.#most + count];
      if (first !== total) {
        images.copyWithin(total * IMAGE_BYTES, first * IMAGE_BYTES, end * IMAGE_BYTES);
        labels.copyWithin(total, first, end);
      }
      total += count;
    });
    return trimmed(all, total);
  }
}

/** Gathers the files of one data set, of the kind of the first file. */
export class Cifar {
  /** @type {Kind | null} */
  #kind = null;
  /** @type {Record<Part, Split>} */
  #splits = {
    train: new Split({ places: 0, images: 0 }),
    test: new Split({ places: 0, images: 0 }),
  };
  /** What has been read, and from which file. @type {Map<string, string>} */
  #files = new Map();
  /** What came again, with the same content. @type {Set<string>} */
  #twice = new Set();
  /** @type {string[] | null} */
  #classes = null;
  #labels;

  /** @param {Labels} [labels] of CIFAR-100 that are wanted */
  constructor(labels = 'fine') {
    this.#labels = labels;
  }

  get isEmpty() {
    return this.#splits.train.isEmpty && this.#splits.test.isEmpty;
  }

  /** Reads one of CIFAR's files to its end.
   * @param {Role} role @param {string} file for messages
   * @param {ByteReader} reader @param {number | undefined} size */
  async read(role, file, reader, size) {
    const before = this.#files.get(role.title);
    this.#begin(role, file);
    await reader.fill(2);
    if (reader.available === 0) throw badFile(`${file} is empty. ${FETCH_AGAIN}`);
    if (before !== undefined) await this.#compare(role, file, reader, size, before);
    else if (role.part) await this.#readImages(role, role.part, file, reader, size);
    else this.#classes = (await this.#readClasses(role, file, reader, size)) ?? this.#classes;
  }

  /** @param {Role} role @param {string} file */
  #begin({ kind, title }, file) {
    if (!this.#kind) {
      this.#kind = kind;
      this.#splits = { train: new Split(kind.parts.train), test: new Split(kind.parts.test) };
    }
    if (this.#kind !== kind) {
      throw badFile(
        `${file} is of ${kind.name}, other files are of ${this.#kind.name}; give one set.`,
      );
    }
    if (!this.#files.has(title)) this.#files.set(title, file);
  }

  /** An archive often lies beside what was unpacked from it.
   * @param {Role} role @param {string} file @param {ByteReader} reader @param {number | undefined} size
   * @param {string} before the file that was read */
  async #compare(role, file, reader, size, before) {
    const { kind, part, place, title } = role;
    let isSame;
    if (part) {
      const again = imageMemory(kind.parts[part].images, OP);
      const count = await this.#decode(role, part, file, reader, size, () => again);
      isSame = this.#splits[part].holds(place, {
        images: again.images.subarray(0, count * IMAGE_BYTES),
        labels: again.labels.subarray(0, count),
      });
    } else {
      const names = await this.#readClasses(role, file, reader, size);
      isSame = names === null || names.join('\n') === this.#classes?.join('\n');
    }
    if (isSame) this.#twice.add(title);
    else throw badFile(`${title} comes twice, from ${before} and ${file}, which differ; give one.`);
  }

  /** @param {Role} role @param {Part} part @param {string} file @param {ByteReader} reader
   * @param {number | undefined} size */
  async #readImages(role, part, file, reader, size) {
    const room = () => this.#splits[part].room(role.place);
    const count = await this.#decode(role, part, file, reader, size, room);
    this.#splits[part].filled(role.place, count);
  }

  /** @param {Role} role @param {Part} part @param {string} file @param {ByteReader} reader
   * @param {number | undefined} size @param {() => Images} room @returns {Promise<number>} how many images */
  #decode({ kind }, part, file, reader, size, room) {
    const labels = kind === CIFAR10 ? 'fine' : this.#labels;
    const of = { kind, labels, file, most: kind.parts[part].images };
    const read = isPickle(reader) ? readPythonBatch : readBinaryBatch;
    return read(of, reader, size, room);
  }

  /** @param {Role} role @param {string} file @param {ByteReader} reader
   * @param {number | undefined} size */
  async #readClasses({ kind, title }, file, reader, size) {
    const labels = kind === CIFAR10 ? 'fine' : this.#labels;
    const of = { kind, labels, file, most: 0 };
    const other = labels === 'fine' ? 'coarse_label_names' : 'fine_label_names';
    return title === other ? null : readClasses(of, reader, size);
  }

  /** What there is; a part without files is empty. */
  finish() {
    const { name, classes } = this.#kind ?? CIFAR10;
    const isTen = (this.#kind ?? CIFAR10) === CIFAR10;
    const labels = isTen ? 'fine' : this.#labels;
    const numbers = numberedClasses(classes[labels]);
    return {
      name: labels === 'coarse' ? `${name}, coarse labels` : name,
      classes: this.#classes ?? (isTen ? [...CIFAR10_CLASSES] : numbers),
      train: this.#splits.train.gather(),
      test: this.#splits.test.gather(),
      hasCoarse: !isTen,
      notes:
        this.#twice.size > 0
          ? [`${[...this.#twice].join(', ')} came twice, and are the same.`]
          : [],
      files: this.#names(),
      missing: { train: (this.#kind ?? CIFAR10).missing, test: isTen ? 'test_batch' : 'test' },
    };
  }

  #names() {
    const names = [...this.#files.keys()].filter((name) => !/meta|names/.test(name)).sort();
    return names.join(', ');
  }
}

/** A file that is read, with what is looked for. @typedef {object} Wanted
 * @property {Kind} kind @property {Labels} labels @property {string} file for messages
 * @property {number} most images */

/** @param {ByteReader} reader */
function isPickle(reader) {
  return reader.peek(1)[0] === PICKLE;
}

/** @param {Wanted} of @param {number} records */
function tooMany({ kind, file, most }, records) {
  const there = `${file} holds ${records}, but a file of ${kind.name}`;
  return badFile(`${there} ${most.toLocaleString('en')}; ${EXPECTED}.`);
}

/** Refuses sizes that no file of whole records has. @param {Wanted} of @param {number} size */
function checkBinarySize(of, size) {
  const bytes = of.kind.labelBytes.length + IMAGE_BYTES;
  const records = Math.floor(size / bytes);
  if (records > of.most) throw tooMany(of, records);
  const rest = size % bytes;
  if (rest === 0) return;
  const whole = `${counted(records, 'record')} of ${bytes} bytes and ${counted(rest, 'byte')} more`;
  throw badFile(`${of.file} has ${size} bytes: ${whole}. ${FETCH_AGAIN}`);
}

/** Records of a byte for each label and 3,072 bytes of pixels, to the end.
 * @param {Wanted} of @param {ByteReader} reader @param {number | undefined} size
 * @param {() => Images} room @returns {Promise<number>} how many */
async function readBinaryBatch(of, reader, size, room) {
  const { labelBytes } = of.kind;
  const bytes = labelBytes.length + IMAGE_BYTES;
  const wanted = labelBytes.indexOf(of.labels);
  if (size !== undefined) checkBinarySize(of, size);
  const { images, labels } = room();
  for (let record = 0; ; record++) {
    await reader.fill(bytes);
    if (reader.available === 0) return record;
    if (record === of.most) throw tooMany(of, record + 1);
    if (reader.available < bytes) checkBinarySize(of, reader.position + reader.available);
    const label = reader.take(labelBytes.length)[wanted];
    labels[record] = checkLabel(of, record, label);
    images.set(reader.take(IMAGE_BYTES), record * IMAGE_BYTES);
  }
}

/** @param {Wanted} of @param {number} record @param {unknown} label */
function checkLabel({ kind, labels, file }, record, label) {
  const classes = kind.classes[labels];
  if (Number.isInteger(label) && Number(label) >= 0 && Number(label) < classes) {
    return Number(label);
  }
  // Never as text if it is no number: lists that hold a list twice, over and over, have no end.
  const found = typeof label === 'number' ? `label ${label}` : 'no number as its label';
  const known = `${kind.name} has the labels 0 to ${classes - 1}`;
  const advice =
    'If its classes are your own, give it as .npz or as folders; else please fetch it again.';
  throw badFile(`Record ${record} of ${file} has ${found}, but ${known}. ${advice}`);
}

/** Runs `read` and turns what pickle.js throws into messages about the file.
 * @template T @param {Wanted} of @param {() => Promise<T>} read */
async function pickled(of, read) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PickleError) throw notPython(of, error.message);
    throw error;
  }
}

/** @param {Wanted} of @param {string} why */
function notPython({ kind, file }, why) {
  return badFile(`${file} is not a python file of ${kind.name}: ${why}; ${EXPECTED}.`);
}

/** A pickled dictionary with an array of pixels and a list of labels.
 * @param {Wanted} of @param {ByteReader} reader @param {number | undefined} size
 * @param {() => Images} room @returns {Promise<number>} how many */
async function readPythonBatch(of, reader, size, room) {
  // Python 3 writes protocol 2 with two bytes for each pixel from 128 on.
  const most = 2 * of.most * IMAGE_BYTES;
  if (size !== undefined && size > most + MOST_PICKLE_REST) {
    const official = sizeText(of.most * IMAGE_BYTES);
    throw notPython(of, `it has ${sizeText(size)}, the official ones about ${official}`);
  }
  /** @type {Images | undefined} */
  let target;
  const roomForPixels = (/** @type {number} */ length, /** @type {boolean} */ isText) => {
    if (target) throw new PickleError('it holds two arrays of pixels');
    const isWhole = isText ? length <= most : length % IMAGE_BYTES === 0 && length <= most / 2;
    if (!isWhole) throw new PickleError(`it holds ${sizeText(length)} of pixels`);
    target = room();
    return isText ? target.images : target.images.subarray(0, length);
  };
  const batch = await pickled(of, () => readPickle(reader, roomForPixels));
  const count = imagesInArray(of, entryOf(batch, 'data'));
  const key = of.kind.labelKey[of.labels];
  const labels = entryOf(batch, key);
  if (!Array.isArray(labels) || labels.length !== count) {
    throw notPython(of, `it has no list of ${count} "${key}"`);
  }
  labels.forEach((label, i) => {
    /** @type {Images} */ (target).labels[i] = checkLabel(of, i, label);
  });
  return count;
}

/** @param {unknown} dictionary @param {string} key @returns {unknown} */
function entryOf(dictionary, key) {
  return dictionary instanceof Map ? dictionary.get(key) : undefined;
}

/** The number of images in a numpy array of bytes; its pixels are in place already.
 * @param {Wanted} of @param {unknown} array */
function imagesInArray(of, array) {
  const { shape, type, pixels } = arrayOf(array);
  const [count, bytes, ...more] = shape instanceof Tuple ? shape.items : [];
  const isBytes = type instanceof Made && type.name === 'numpy.dtype' && type.args[0] === 'u1';
  const images = pixels instanceof Uint8Array ? pixels.length / IMAGE_BYTES : 0;
  const isWhole = images > 0 && count === images && bytes === IMAGE_BYTES && more.length === 0;
  if (!isBytes || !isWhole) {
    throw notPython(of, `it has no array "data" of [images][${IMAGE_BYTES}] bytes`);
  }
  return images;
}

/** The parts of an array in C order that is to be made as an ndarray: empty, with a state that fills
 * it, or from a buffer (protocol 5). @param {unknown} made
 * @returns {{ shape?: unknown, type?: unknown, pixels?: unknown }} */
function arrayOf(made) {
  if (!(made instanceof Made)) return {};
  if (made.name === 'numpy._frombuffer') {
    const [pixels, type, shape, order] = made.args;
    return order === 'C' ? { shape, type, pixels } : {};
  }
  const isArray =
    made.name === 'numpy._reconstruct' &&
    made.args[0] instanceof Name &&
    made.args[0].name === 'numpy.ndarray' &&
    made.state instanceof Tuple;
  if (!isArray) return {};
  const [, shape, type, isFortran, pixels] = /** @type {Tuple} */ (made.state).items;
  return isFortran === false ? { shape, type, pixels } : {};
}

/** The names of the classes, from python's meta file or a text.
 * @param {Wanted} of @param {ByteReader} reader @param {number} [size] */
async function readClasses(of, reader, size = 0) {
  if (size > MOST_META_BYTES) throw badFile(`${of.file} has ${sizeText(size)}; ${EXPECTED}.`);
  const refuse = () => {
    throw new PickleError('it holds a long string');
  };
  const names = isPickle(reader)
    ? entryOf(await pickled(of, () => readPickle(reader, refuse)), of.kind.namesKey[of.labels])
    : await readLines(reader);
  const isName = (/** @type {unknown} */ name) =>
    typeof name === 'string' && /^[^\p{C}]{1,60}$/u.test(name);
  const classes = of.kind.classes[of.labels];
  if (!Array.isArray(names) || names.length !== classes || !names.every(isName)) {
    throw badFile(`${of.file} does not hold the names of ${classes} classes; ${EXPECTED}.`);
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
