/** Arrays of images and labels: numpy's .npy and .npz (which is a zip of .npy files) and IDX, as MNIST
 * has it. What is images and what labels follows from the number of dimensions; which part they are,
 * from the words of their names. Nothing is read before its size is known to fit its header. */
import { counted } from '../counted.js';
import { pacer } from '../pacer.js';
import { badFile, FETCH_AGAIN, OP } from './bad-file.js';
import { sizeText } from './bytes.js';
import { IMAGE_BYTES, imageMemory } from './memory.js';
import { resizeToInput } from './resize.js';
import { bytesOf } from './sources.js';
import { nameOfSet, numberedClasses, splitOfPath } from './splits.js';

/** @typedef {import('./bytes.js').ByteReader} ByteReader */
/** @typedef {import('./splits.js').Split} Split */
/** @typedef {import('../index.js').Images} Images */

/**
 * @typedef {object} Shape
 * @property {number[]} shape @property {string} type numpy's: "u1" is a byte
 * @property {boolean} isLittle @property {number} itemBytes
 */
/** @typedef {Shape & { path: string, bytes: Uint8Array<ArrayBuffer> }} NamedArray */

const MOST_BYTES = 4e9;
const MOST_HEADER = 10000;
const MOST_CLASSES = 1024;
const MOST_SIDE = 20000;
const NPY_MAGIC = 6;
const SIDE = 32;
/** MNIST's, which gets a border rather than being blurred. */
const PADDED_SIDE = 28;

export class Arrays {
  /** @type {NamedArray[]} */
  #arrays = [];

  get isEmpty() {
    return this.#arrays.length === 0;
  }

  /** @param {'npy' | 'idx'} kind @param {string} path @param {ByteReader} reader
   * @param {number} [size] of the file */
  async add(kind, path, reader, size) {
    const header = await (kind === 'npy' ? readNpyHeader(path, reader) : readIdxHeader(reader));
    const { shape, itemBytes } = header;
    const wanted = shape.reduce((product, side) => product * side, itemBytes);
    if (!(wanted <= MOST_BYTES)) {
      throw badFile(`${path} holds ${sizeText(wanted)}; give at most ${sizeText(MOST_BYTES)}.`);
    }
    const there = size === undefined ? wanted : size - reader.position;
    const problem = (/** @type {number} */ bytes) =>
      badFile(
        `${path} has ${bytes} bytes of values, but its header says ${wanted}. ${FETCH_AGAIN}`,
      );
    if (there !== wanted) throw problem(there);
    const bytes = await bytesOf(reader, wanted);
    if (bytes.length !== wanted) throw problem(bytes.length);
    this.#arrays.push({ path, bytes, ...header });
  }

  /** @param {{ onImage: (done: number, total: number) => void }} options
   * @returns {Promise<import('./open.js').Found>} */
  async finish({ onImage }) {
    const pairs = pairsOf(this.#arrays);
    const total = [...pairs.values()].reduce((sum, { images }) => sum + images.shape[0], 0);
    let done = 0;
    const onOne = () => onImage(++done, total);
    const hasTest = pairs.has('test');
    const unused = hasTest && pairs.has('validation');
    const empty = imageMemory(0, OP);
    const setOf = async (/** @type {Split} */ split) => {
      const pair = pairs.get(split);
      return pair ? readSet(pair, onOne) : empty;
    };
    const [train, test] = [await setOf('train'), await setOf(hasTest ? 'test' : 'validation')];
    const highest = [train, test]
      .flatMap(({ labels }) => [...labels])
      .reduce((a, b) => Math.max(a, b), 1);
    return {
      ...{ train, test, classes: numberedClasses(highest + 1) },
      testPath: pairs.get(hasTest ? 'test' : 'validation')?.images.path,
      name: nameOfSet(
        this.#arrays.map(({ path }) => path),
        'arrays',
      ),
      notes: unused ? ['The validation images are not used: there is a test set.'] : [],
    };
  }
}

/** @param {string} path @param {ByteReader} reader @returns {Promise<Shape>} */
async function readNpyHeader(path, reader) {
  await reader.fill(12);
  const [major] = reader.take(NPY_MAGIC + 2).subarray(NPY_MAGIC);
  const field = reader.take(major === 1 ? 2 : 4);
  const length = new DataView(field.buffer, field.byteOffset).getUint16(0, true);
  if (length > MOST_HEADER || (major > 1 && (field[2] || field[3]))) {
    throw badFile(`${path} has a header that is too long; save it as an array of numbers.`);
  }
  await reader.fill(length);
  const text = String.fromCharCode(...reader.take(length));
  const type = /'descr': '([<>|=]?)([a-zA-Z])(\d+)'/.exec(text);
  const shape = /'shape': \(([\d, ]*)\)/.exec(text);
  if (!type || !shape)
    throw badFile(`${path} holds no plain array; save images as uint8, labels as integers.`);
  if (/'fortran_order': True/.test(text) && shape[1].includes(', ')) {
    throw badFile(`${path} is in Fortran's order; save numpy.ascontiguousarray of it.`);
  }
  const sides = shape[1]
    .split(',')
    .filter((side) => side.trim() !== '')
    .map(Number);
  return {
    shape: sides.length > 0 ? sides : [1],
    type: type[2] + type[3],
    isLittle: type[1] !== '>',
    itemBytes: Number(type[3]) * (type[2] === 'U' ? 4 : 1),
  };
}

/** Of bytes alone: the head was looked at. @param {ByteReader} reader @returns {Promise<Shape>} */
async function readIdxHeader(reader) {
  await reader.fill(4);
  const dimensions = reader.take(4)[3];
  await reader.fill(4 * dimensions);
  const sides = reader.take(4 * dimensions).slice();
  const view = new DataView(sides.buffer);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 * i));
  return { shape, type: 'u1', isLittle: false, itemBytes: 1 };
}

/** @typedef {{ images: NamedArray, labels: NamedArray }} Pair */

/** Images and labels of each part. @param {NamedArray[]} arrays */
function pairsOf(arrays) {
  /** @type {Map<Split, Partial<Pair>>} */
  const pairs = new Map();
  for (const array of arrays) {
    const split = splitOfPath(array.path) ?? 'train';
    const pair = pairs.get(split) ?? {};
    const what = array.shape.length >= 3 ? 'images' : 'labels';
    const before = pair[what];
    if (before) {
      const problem = `${before.path} and ${array.path} both hold ${what} of one part`;
      throw badFile(`${problem}; ${adviceOn([before, array])}.`);
    }
    pairs.set(split, { ...pair, [what]: array });
  }
  for (const { images, labels } of pairs.values()) checkPair(images, labels);
  return /** @type {Map<Split, Pair>} */ (pairs);
}

/** What to do about two arrays that count as the same: one may be neither images nor labels.
 * @param {NamedArray[]} arrays */
function adviceOn(arrays) {
  const text = arrays.find(({ type }) => /^[UOS]/.test(type));
  if (text) return `leave ${text.path} out, which holds text or objects`;
  const flat = arrays.find(({ shape }) => shape.length === 2 && shape[1] > 1);
  if (!flat) return 'call them x_train, y_train, x_test and y_test';
  const is = `${flat.path} is [${flat.shape.join('][')}]`;
  return `${is}: reshape images to [count][height][width], or with colours last or first`;
}

/** @param {NamedArray} [images] @param {NamedArray} [labels] */
function checkPair(images, labels) {
  if (!images || !labels) {
    const there = /** @type {NamedArray} */ (images ?? labels);
    const missing = images ? 'labels' : 'images, [count][height][width] or with colours';
    throw badFile(`There is ${there.path}, but there are no ${missing}; give them too.`);
  }
  const { path, shape, type } = images;
  if (type !== 'u1' || shape.length > 4) {
    const advice = 'save them as uint8 from 0 to 255, [count][height][width][3]';
    throw badFile(`${path} holds images of type ${type}, [${shape.join('][')}]; ${advice}.`);
  }
  const isFlat = labels.shape.slice(1).every((side) => side === 1);
  if (!/^[iub]/.test(labels.type) || !isFlat) {
    const there = `labels of type ${labels.type}, [${labels.shape.join('][')}]`;
    throw badFile(`${labels.path} holds ${there}; save one whole number for each image.`);
  }
  if (labels.shape[0] !== shape[0]) {
    throw badFile(
      `${path} holds ${counted(shape[0], 'image')}, but ${labels.path} ${counted(labels.shape[0], 'label')}.`,
    );
  }
}

/** @param {Pair} pair @param {() => void} onOne @returns {Promise<Images>} */
async function readSet({ images, labels }, onOne) {
  const layout = layoutOf(images);
  const set = imageMemory(images.shape[0], OP);
  const labelOf = labelReader(labels);
  const pace = pacer();
  for (let i = 0; i < set.labels.length; i++) {
    const label = labelOf(i);
    if (!(label >= 0 && label < MOST_CLASSES)) {
      const known = `labels are numbers from 0 to ${MOST_CLASSES - 1}`;
      throw badFile(`Label ${i} of ${labels.path} is ${label}; ${known}.`);
    }
    set.labels[i] = label;
    const pixels = images.bytes.subarray(i * layout.bytes, (i + 1) * layout.bytes);
    set.images.set(inputOf(pixels, layout), i * IMAGE_BYTES);
    onOne();
    await pace();
  }
  return set;
}

/** @param {NamedArray} labels @returns {(i: number) => number} */
function labelReader({ bytes, type, isLittle, path }) {
  const view = new DataView(bytes.buffer);
  switch (type) {
    case 'u1':
    case 'b1':
      return (i) => view.getUint8(i);
    case 'i1':
      return (i) => view.getInt8(i);
    case 'u2':
      return (i) => view.getUint16(2 * i, isLittle);
    case 'i2':
      return (i) => view.getInt16(2 * i, isLittle);
    case 'u4':
      return (i) => view.getUint32(4 * i, isLittle);
    case 'i4':
      return (i) => view.getInt32(4 * i, isLittle);
    case 'u8':
    case 'i8':
      return (i) => Number(view.getBigInt64(8 * i, isLittle));
    default:
      throw badFile(`${path} holds labels of type ${type}; save them as int64.`);
  }
}

/** How the values of an image lie.
 * @typedef {object} Layout
 * @property {number} width @property {number} height @property {number} bytes of an image
 * @property {number} x distance of neighbours @property {number} y @property {number[]} colours where
 *   red, green and blue are */

/** @param {NamedArray} images @returns {Layout} */
function layoutOf({ path, shape }) {
  const [, ...sides] = shape;
  const bytes = sides.reduce((product, side) => product * side, 1);
  const isLast = sides.length === 3 && [1, 3, 4].includes(sides[2]);
  const isFirst = sides.length === 3 && !isLast && [1, 3].includes(sides[0]);
  if (sides.length === 3 && !isLast && !isFirst) {
    throw badFile(
      `${path} is [${shape.join('][')}]; save images with 1 or 3 colours, last or first.`,
    );
  }
  const [height, width] = isFirst ? sides.slice(1) : sides;
  const count = sides.length === 2 ? 1 : isLast ? sides[2] : sides[0];
  if (!(width > 0 && height > 0 && width <= MOST_SIDE && height <= MOST_SIDE)) {
    throw badFile(
      `${path} holds images of ${width} x ${height} pixels; 1 to ${MOST_SIDE} are read.`,
    );
  }
  const x = isLast ? count : 1;
  const plane = isLast ? 1 : width * height;
  const colours = count === 1 ? [0, 0, 0] : [0, plane, 2 * plane];
  return { width, height, bytes, x, y: x * width, colours };
}

/** @param {Uint8Array} pixels @param {Layout} layout */
function inputOf(pixels, { width, height, x, y, colours }) {
  const isMnist = width === PADDED_SIDE && height === PADDED_SIDE;
  const border = isMnist ? (SIDE - PADDED_SIDE) / 2 : 0;
  const [columns, rows] = isMnist ? [SIDE, SIDE] : [width, height];
  const data = new Uint8Array(4 * columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = 4 * (row * columns + column);
      const [fromRow, fromColumn] = [row - border, column - border];
      const isInside = fromRow >= 0 && fromRow < height && fromColumn >= 0 && fromColumn < width;
      const from = fromRow * y + fromColumn * x;
      for (let c = 0; c < 3; c++) data[at + c] = isInside ? pixels[from + colours[c]] : 0;
      data[at + 3] = 255;
    }
  }
  return resizeToInput({ width: columns, height: rows, data });
}
