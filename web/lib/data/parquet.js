/** Parquet files of pictures, as Hugging Face writes image data sets: a column of pictures (a struct
 * with `bytes`, or bytes alone) and columns of labels. One row group is in memory at a time, and what
 * it unpacks to is known from its headers before any of it is unpacked. */

import { gunzipSync } from 'fflate/browser';
import { decompress as decompressZstd } from 'fzstd';
import { parquetHeader, readColumn } from 'hyparquet/src/column.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { parquetMetadataAsync, parquetSchema } from 'hyparquet/src/metadata.js';
import { getTreePath } from 'hyparquet/src/schema.js';
import { snappyUncompress } from 'hyparquet/src/snappy.js';
import { CIFAR10_CLASSES } from '../dataset.js';
import { ResiduaError } from '../errors.js';
import { pacer } from '../pacer.js';
import { badFile, OP } from './bad-file.js';
import { sizeText } from './bytes.js';
import { IMAGE_BYTES, imageMemory } from './memory.js';
import { inputOf } from './picture.js';
import { nameOfSet, numberedClasses, splitOfPath } from './splits.js';

/** @typedef {import('hyparquet').FileMetaData} FileMetaData */
/** @typedef {import('hyparquet').RowGroup} RowGroup */
/** @typedef {import('./splits.js').Split} Split */
/** @typedef {{ path: string, size: number, slice: (first: number, end: number) => Promise<ArrayBuffer> }} Shard */

const PICTURE_COLUMNS = ['img', 'image', 'images', 'picture', 'pixels', 'bytes'];
const LABEL_COLUMNS = {
  fine: ['label', 'labels', 'fine_label', 'fine_labels', 'class', 'target'],
  coarse: ['coarse_label', 'coarse_labels'],
};
/** Decoded, 3 GB. */
const MOST_IMAGES = 1e6;
/** What the columns of one row group may unpack to. */
const MOST_GROUP_BYTES = 1e9;
const SMALLER_GROUPS = 'write it with row groups of about 1,000 rows';
const MOST_CLASSES = 1024;

/** @param {(input: Uint8Array, output: Uint8Array) => Uint8Array | void} unpack */
const into = (unpack) => (/** @type {Uint8Array} */ input, /** @type {number} */ size) => {
  const output = new Uint8Array(size);
  const made = unpack(input, output);
  return made instanceof Uint8Array ? made : output;
};

/** By Parquet's names. Sizes have been checked when these are called. */
const COMPRESSORS = {
  SNAPPY: into((input, output) => snappyUncompress(input, output)),
  GZIP: into((input, output) => gunzipSync(input, { out: output })),
  ZSTD: into((input, output) => decompressZstd(input, output)),
};
const CODECS = ['UNCOMPRESSED', ...Object.keys(COMPRESSORS)];

/**
 * A shard that was looked at.
 * @typedef {object} Opened
 * @property {Shard} shard
 * @property {FileMetaData} metadata
 * @property {string} picture column
 * @property {boolean} isStruct
 * @property {string} label column
 * @property {string[] | null} names of classes
 * @property {boolean} hasCoarse
 * @property {Split | null} split
 */

/** Reads shards in the order of their paths.
 * @param {Shard[]} shards @param {{ labels?: 'fine' | 'coarse',
 *   onImage: (done: number, total: number) => void }} options */
export async function readParquet(shards, { labels = 'fine', onImage }) {
  const sorted = shards.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const opened = [];
  for (const shard of sorted)
    opened.push(await guarded(shard.path, () => openShard(shard, labels)));
  const total = opened.reduce((sum, { metadata }) => sum + Number(metadata.num_rows), 0);
  if (total > MOST_IMAGES) {
    throw badFile(`The Parquet files hold ${total} images; give at most ${MOST_IMAGES}.`);
  }
  const classes = new Classes(opened, labels);
  const pace = pacer();
  let done = 0;
  const onRow = async () => {
    onImage(++done, total);
    await pace();
  };
  const hasTest = opened.some(({ split }) => split === 'test');
  const isOf =
    (/** @type {Split} */ part) =>
    (/** @type {Opened} */ { split }) =>
      (split === 'validation' ? (hasTest ? 'validation' : 'test') : (split ?? 'train')) === part;
  const train = await readSet(opened.filter(isOf('train')), classes, onRow);
  const test = await readSet(opened.filter(isOf('test')), classes, onRow);
  const unused = opened.filter(isOf('validation')).map(({ shard }) => shard.path);
  return {
    ...{ ...classes.finish(), train, test },
    testPath: opened.find(isOf('test'))?.shard.path,
    hasCoarse: opened.every(({ hasCoarse }) => hasCoarse),
    notes: unused.length > 0 ? [`${unused.join(', ')} is not used: there is a test set.`] : [],
  };
}

/** Turns what the parser throws into messages about the file.
 * @template T @param {string} path @param {() => Promise<T>} work */
async function guarded(path, work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ResiduaError) throw error;
    const { name, message } = /** @type {Error} */ (error);
    if (name === 'AbortError') throw error;
    const advice = 'The file is damaged, or cut off; please fetch it again.';
    throw badFile(`${path} is a Parquet file that stops making sense (${message}). ${advice}`);
  }
}

/** @param {Shard} shard */
function bufferOf({ size, slice }) {
  return {
    byteLength: size,
    slice: (/** @type {number} */ first, end = size) => slice(first, end),
  };
}

/** @param {Shard} shard @param {'fine' | 'coarse'} labels @returns {Promise<Opened>} */
async function openShard(shard, labels) {
  const { path } = shard;
  const metadata = await parquetMetadataAsync(bufferOf(shard), { geoparquet: false });
  const { children } = parquetSchema(metadata);
  const columnOf = (/** @type {string[]} */ names) =>
    names.map((name) => children.find(({ element }) => element.name === name)).find(Boolean);
  const picture = columnOf(PICTURE_COLUMNS);
  const label = columnOf(LABEL_COLUMNS[labels]);
  if (!picture || !label) {
    const names = children.map(({ element }) => element.name).join(', ');
    const wanted = picture ? LABEL_COLUMNS[labels] : PICTURE_COLUMNS;
    const problem = `${path} has the columns ${names}, but none of ${picture ? 'labels' : 'pictures'}`;
    throw badFile(`${problem}; call it ${wanted[0]}.`);
  }
  const isStruct = picture.children.some(({ element }) => element.name === 'bytes');
  const isBytes = picture.element.type === 'BYTE_ARRAY' && picture.children.length === 0;
  if ((!isStruct && !isBytes) || label.children.length > 0) {
    const column = isStruct || isBytes ? label : picture;
    throw badFile(
      `The column ${column.element.name} of ${path} holds neither pictures' files nor labels; write the pictures as PNG or JPEG bytes, the labels as whole numbers.`,
    );
  }
  return {
    ...{ shard, metadata, isStruct },
    picture: picture.element.name,
    label: label.element.name,
    names: namesOf(metadata, label.element.name),
    hasCoarse: columnOf(LABEL_COLUMNS.coarse) !== undefined,
    split: splitOfPath(path),
  };
}

/** The names of the classes, if Hugging Face's metadata has them.
 * @param {FileMetaData} metadata @param {string} column @returns {string[] | null} */
function namesOf({ key_value_metadata: pairs = [] }, column) {
  const text = pairs.find(({ key }) => key === 'huggingface')?.value;
  try {
    const names = JSON.parse(text ?? '').info.features[column].names;
    const isName = (/** @type {unknown} */ name) => typeof name === 'string' && name !== '';
    return Array.isArray(names) && names.length >= 2 && names.every(isName) ? names : null;
  } catch {
    return null;
  }
}

/** What labels mean: numbers among the names that the files give, numbers alone, or texts. */
class Classes {
  /** Numbers of texts, in the order in which they came. @type {Map<string, number>} */
  #texts = new Map();
  #highest = -1;
  #names;
  #labels;
  #name;

  /** @param {Opened[]} opened @param {'fine' | 'coarse'} labels */
  constructor(opened, labels) {
    this.#names = opened.find(({ names }) => names)?.names ?? null;
    this.#labels = labels;
    this.#name = nameOfSet(
      opened.map(({ shard }) => shard.path),
      'Parquet',
    );
    const other = opened.find(({ names }) => names && names.join('\n') !== this.#names?.join('\n'));
    if (other)
      throw badFile(
        `${other.shard.path} has other classes than the files before it; give one set.`,
      );
  }

  /** The number of a label. @param {unknown} label @param {() => string} where for messages */
  numberOf(label, where) {
    if (label instanceof Uint8Array || typeof label === 'string') return this.#numberOfText(label);
    const number = typeof label === 'bigint' ? Number(label) : label;
    if (typeof number === 'boolean') return Number(number);
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 0) {
      const found = number === null || number === undefined ? 'no label' : `the label ${number}`;
      throw badFile(`${where()} has ${found}; labels are whole numbers from 0, or texts.`);
    }
    const classes = this.#names?.length ?? MOST_CLASSES;
    if (number >= classes) {
      const known = this.#names
        ? `the file names ${classes} classes`
        : `${classes} classes are the most`;
      throw badFile(`${where()} has the label ${number}, but ${known}.`);
    }
    this.#highest = Math.max(this.#highest, number);
    return number;
  }

  /** @param {Uint8Array | string} label */
  #numberOfText(label) {
    const text = (typeof label === 'string' ? label : new TextDecoder().decode(label)).normalize(
      'NFC',
    );
    const number = this.#texts.get(text) ?? this.#texts.size;
    if (number >= MOST_CLASSES)
      throw badFile(`There are more than ${MOST_CLASSES} different labels; give fewer.`);
    this.#texts.set(text, number);
    return number;
  }

  finish() {
    const numbers = numberedClasses(Math.max(this.#highest + 1, 2));
    const classes = this.#names ?? (this.#texts.size > 0 ? [...this.#texts.keys()] : numbers);
    const isCifar10 = classes.join() === CIFAR10_CLASSES.join();
    const name = isCifar10 ? 'CIFAR-10' : this.#name;
    return { classes, name: this.#labels === 'coarse' ? `${name}, coarse labels` : name };
  }
}

/** The images of some shards. @param {Opened[]} opened @param {Classes} classes
 * @param {() => Promise<void>} onRow */
async function readSet(opened, classes, onRow) {
  const rows = opened.reduce((sum, { metadata }) => sum + Number(metadata.num_rows), 0);
  const { images, labels } = imageMemory(rows, OP);
  let count = 0;
  for (const one of opened) {
    await guarded(one.shard.path, async () => {
      for await (const [picture, label] of rowsOf(one)) {
        const row = count;
        const where = () => `Row ${row} of ${one.shard.path}`;
        if (count === rows) throw new Error('it has more rows than its metadata says');
        labels[count] = classes.numberOf(label, where);
        images.set(await pictureOf(picture, where), count * IMAGE_BYTES);
        count++;
        await onRow();
      }
    });
  }
  if (count < rows)
    throw badFile('The Parquet files have fewer rows than their metadata says; fetch them again.');
  return { images, labels };
}

/** @param {unknown} bytes @param {() => string} where */
async function pictureOf(bytes, where) {
  if (!(bytes instanceof Uint8Array)) {
    throw badFile(`${where()} has no bytes of a picture; write the pictures into the file.`);
  }
  try {
    return await inputOf(bytes);
  } catch (error) {
    throw badFile(
      `The picture in ${where()} cannot be read: ${/** @type {Error} */ (error).message}.`,
    );
  }
}

/** Pictures and labels, row by row. @param {Opened} opened
 * @returns {AsyncGenerator<[unknown, unknown]>} */
async function* rowsOf({ shard, metadata, picture, label, isStruct }) {
  const tree = parquetSchema(metadata);
  for (const group of metadata.row_groups) {
    const pictures = await readLeaf(shard, tree, group, isStruct ? [picture, 'bytes'] : [picture]);
    const labels = await readLeaf(shard, tree, group, [label]);
    for (let row = 0; row < pictures.length; row++) yield [pictures[row], labels[row]];
  }
}

/** The values of a column, or of a part of a struct, in a row group. What is optional comes in lists of
 * one. @param {Shard} shard @param {import('hyparquet').SchemaTree} tree @param {RowGroup} group
 * @param {string[]} path @returns {Promise<unknown[]>} */
async function readLeaf(shard, tree, group, path) {
  const chunk = group.columns.find(
    ({ meta_data }) => meta_data?.path_in_schema.join('/') === path.join('/'),
  )?.meta_data;
  if (!chunk) throw new Error(`it has no column ${path.join('.')}`);
  const rows = Number(group.num_rows);
  const schemaPath = getTreePath(tree, path);
  const { data } = readColumn(
    { view: new DataView(await readChunk(shard, chunk, rows)), offset: 0 },
    { groupStart: 0, groupRows: rows, selectStart: 0, selectEnd: rows },
    {
      ...{ ...chunk, schemaPath, pathInSchema: path, utf8: false },
      element: schemaPath[path.length].element,
      parsers: DEFAULT_PARSERS,
      compressors: COMPRESSORS,
    },
  );
  const values = data.flatMap((page) => Array.from(page, alone));
  if (values.length !== rows) throw new Error('a column has not a value for each row');
  return values;
}

/** @param {unknown} value @returns {unknown} */
const alone = (value) => (Array.isArray(value) ? alone(value[0]) : value);

/** The bytes of a column in a row group, once it is known what they unpack to.
 * @param {Shard} shard @param {import('hyparquet').ColumnMetaData} chunk @param {number} rows */
async function readChunk({ path, size, slice }, chunk, rows) {
  const unpacked = Number(chunk.total_uncompressed_size);
  if (!(unpacked <= MOST_GROUP_BYTES)) {
    throw badFile(`A row group of ${path} unpacks to ${sizeText(unpacked)}; ${SMALLER_GROUPS}.`);
  }
  if (!CODECS.includes(chunk.codec)) {
    throw badFile(`${path} is compressed by ${chunk.codec}; write it with snappy, zstd or gzip.`);
  }
  const begin = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
  const end = begin + Number(chunk.total_compressed_size);
  if (!(begin >= 0 && end >= begin && end <= size)) throw new Error('it ends too soon');
  const buffer = await slice(begin, end);
  checkPages(buffer, rows, unpacked);
  return buffer;
}

/** Pages that claim more rows or bytes than their column has would take any amount of memory.
 * @param {ArrayBuffer} buffer of a column's chunk @param {number} rows @param {number} bytes that
 *   the chunk unpacks to, headers included */
function checkPages(buffer, rows, bytes) {
  const reader = { view: new DataView(buffer), offset: 0 };
  let [rowsLeft, bytesLeft] = [rows, bytes];
  while (reader.offset < buffer.byteLength - 1) {
    const header = parquetHeader(reader);
    const page = header.data_page_header ?? header.data_page_header_v2;
    const values = page?.num_values ?? header.dictionary_page_header?.num_values ?? 0;
    const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header;
    if (!(packed >= 0 && unpacked >= 0 && values >= 0)) throw new Error('a page has no size');
    bytesLeft -= unpacked;
    if (page) rowsLeft -= values;
    if (values > rows || rowsLeft < 0)
      throw new Error('a page has more values than there are rows');
    if (bytesLeft < 0) throw new Error('a page is larger than its column');
    reader.offset += packed;
  }
}
