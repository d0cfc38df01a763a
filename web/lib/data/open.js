/** The one door for data: whatever files are given, each is told by its content and handed to the reader
 * of its kind. What comes out is a Dataset, and notes that say what was decided on the way. */
import { CIFAR10_CLASSES, Dataset } from '../dataset.js';
import { badArgument, ResiduaError, shown } from '../errors.js';
import { Arrays } from './arrays.js';
import { badFile, EXPECTED, FETCH_AGAIN, OP } from './bad-file.js';
import { ByteReader, EndOfBytes, sizeText, watched } from './bytes.js';
import { canonicalise, isWholeCifar100, sortByContent } from './canonical.js';
import { Cifar, roleOf } from './cifar.js';
import { HEAD_BYTES, isText, kindOf, otherKindOf } from './kinds.js';
import { readParquet } from './parquet.js';
import { MOST_PICTURE_BYTES } from './picture.js';
import { isPictureName, Pictures } from './pictures.js';
import { PUBLISHED } from './published.js';
import { bytesOf, isJunk, itemOf, unpackedBeside } from './sources.js';
import { HOLDOUT, holdOut, holdOutNote, pick, splitWordOf } from './splits.js';
import { isTable } from './tables.js';
import { CutEntry, readTar } from './tar.js';
import { readZip } from './zip.js';

/** @typedef {import('../index.js').ByteSource} ByteSource */
/** @typedef {import('../index.js').OpenOptions} OpenOptions */
/** @typedef {import('./sources.js').Item} Item */
/** @typedef {import('../index.js').Images} Images */
/** A file that is not used. @typedef {import('../index.js').Skipped['named'][number]} Skip */

/** From so many files on, the name of a picture is enough for a start. */
const MANY = 100;
/** Of an archive in an archive in an archive. */
const MOST_DEPTH = 4;
/** A gzip file may unpack to so many times its size; pictures and arrays hardly shrink. */
const MOST_RATIO = 200;
/** Unless it is less than this. */
const SMALL = 256e6;
const MOST_TABLE_BYTES = 100e6;
/** Of a Parquet or zip file that comes as a stream or in an archive. */
const MOST_IN_MEMORY = 1e9;
/** Files that are skipped and named; the others are counted. */
const MOST_NAMED = 100;

/**
 * What a reader has found.
 * @typedef {object} Found
 * @property {string} name @property {string[]} classes
 * @property {Images} train @property {Images} test
 * @property {boolean} [hasCoarse] there are coarse labels too
 * @property {string[]} [notes]
 * @property {number | null} [heldOut] share of each class that the reader has held out for the test; null if
 *   there are test images; undefined if that is left to be done
 * @property {Skip[]} [skipped]
 * @property {Record<'train' | 'test', string>} [missing] what holds the images of a part that is empty
 * @property {string} [files] which were read
 * @property {string} [testPath] one that counts as test by its name
 */

/** @param {Iterable<ByteSource>} sources @param {OpenOptions} options */
export async function openSources(sources, options) {
  const { images, testImages, holdout = HOLDOUT } = options;
  if (!(holdout >= 0 && holdout <= 1)) {
    throw badArgument(
      OP,
      `holdout is ${shown(holdout)}; it is a fraction from 0 to 1, such as 0.2.`,
    );
  }
  const items = [...sources].map(itemOf);
  const opening = new Opening(options, items);
  const twins = unpackedBeside(items.map(({ path }) => path));
  opening.leaveOut([...twins]);
  for (const item of items) {
    if (!twins.has(item.path)) await opening.take(item);
  }
  const found = await opening.finish().catch((error) => {
    options.signal?.throwIfAborted();
    throw error;
  });
  if (options.labels === 'coarse' && !found.hasCoarse) {
    throw badArgument(OP, `${found.name} has no coarse labels; leave labels out.`);
  }
  return finished(found, holdout, opening).take({ images, testImages });
}

/** Puts what was read into order and sees to it that both parts are there.
 * @param {Found} found @param {number} holdout
 * @param {{ strangers: Skip[], notes: string[] }} opening */
function finished(found, holdout, opening) {
  let { name } = found;
  /** @type {readonly string[]} */
  let classes = found.classes;
  const notes = [...opening.notes, ...(found.notes ?? [])];
  let { train, test, heldOut = null } = found;
  if (train.labels.length === 0 && holdout < 1) {
    throw badFile(testAlone(found));
  }
  if (isWholeCifar100(classes.length, train, test)) {
    for (const set of [train, test]) sortByContent(set);
    // Other sets may have as many images; such with coarse labels too are CIFAR-100.
    if (found.hasCoarse) name = PUBLISHED.cifar100.title;
  } else if ([train, test].map(canonicalise).every(Boolean)) {
    // Whatever its files are called: the digest is of the labels too.
    name = PUBLISHED.cifar10.title;
    if (classes.every((label, i) => NUMBER_NAMES(i).includes(label))) classes = CIFAR10_CLASSES;
  }
  if (test.labels.length === 0 && found.heldOut === undefined) {
    const numbers = holdOut(train.labels, holdout);
    const why = `there is no ${found.missing?.test ?? 'test set'}`;
    notes.push(holdOutNote(holdout, 'image', why, numbers.test.length));
    [train, test] = [pick(train, numbers.train), pick(train, numbers.test)];
    heldOut = holdout;
  }
  // Archives of published sets have a readme, which nobody misses.
  const skips = found.skipped ? [...found.skipped, ...opening.strangers] : [];
  const skipped = { count: skips.length, named: skips.slice(0, MOST_NAMED) };
  return new Dataset({ name, classes: [...classes], train, test, notes, heldOut, skipped });
}

/** What a class is called that has no name. @param {number} label */
const NUMBER_NAMES = (label) => [`class ${label}`, `${label}`];

/** @param {Found} found */
function testAlone({ files, testPath, missing }) {
  const word = splitWordOf(testPath ?? '');
  const reason = word ? `${testPath} counts as test by its word "${word}"` : files;
  const problem = `There are test images alone${reason ? ` (${reason})` : ''}`;
  const more = `add the training images${missing ? `, ${missing.train}` : ''}`;
  const rename = word ? ', or rename the file if it holds them' : '';
  return `${problem}; ${more}${rename}.`;
}

class Opening {
  #options;
  #cifar;
  #pictures = new Pictures();
  #arrays = new Arrays();
  /** @type {import('./parquet.js').Shard[]} */
  #shards = [];
  /** What no reader took. @type {Skip[]} */
  strangers = [];
  /** What was decided before anything was read. @type {string[]} */
  notes = [];
  /** Of the first of them, if there is nothing else. @type {ResiduaError | null} */
  #refusal = null;
  #files = 0;
  #progress;

  /** @param {OpenOptions} options @param {Item[]} items */
  constructor(options, items) {
    this.#options = options;
    this.#cifar = new Cifar(options.labels);
    this.#progress = new Progress(options, items);
  }

  /** @param {string[]} paths of files whose content is given unpacked too */
  leaveOut(paths) {
    if (paths.length === 0) return;
    const why = 'what is in it lies unpacked beside it';
    const more = paths.length > 1 ? `, and so are ${paths.length - 1} others` : '';
    this.notes.push(`${paths[0]} is left out, since ${why}${more}.`);
    this.strangers.push(...paths.map((path) => ({ path, why })));
  }

  /** Reads a file, or sees what it is if it is read later. @param {Item} item */
  async take(item) {
    const end = this.#progress.begin(item.size);
    try {
      await this.#takeItem(item, 0, (bytes) => this.#progress.add(bytes));
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      throw error instanceof ResiduaError ? error : problemOf(item.path, end(), error);
    } finally {
      end();
    }
  }

  /** @param {Item} item @param {number} depth @param {(bytes: number) => void} onBytes */
  async #takeItem(item, depth, onBytes) {
    const { path, size, whole } = item;
    if (isJunk(path)) return;
    this.#files++;
    // Each is looked at when it is decoded; to look at all first would double the time.
    if (this.#files > MANY && isPictureName(path) && size && whole) {
      return this.#addPicture(path, size, whole);
    }
    const reader = new ByteReader(watched(item.stream(), onBytes));
    try {
      await this.#takeReader(path, reader, { size, item, depth });
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      if (error instanceof ResiduaError || !isPictureName(path)) throw error;
      this.#pictures.addUnreadable(path, new Error(reasonOf(error)));
    } finally {
      await reader.cancel(undefined).catch(() => {});
    }
  }

  /** @param {string} path @param {ByteReader} reader
   * @param {{ size?: number, item?: Item, depth: number }} of the item itself, if it is not packed */
  async #takeReader(path, reader, { size, item, depth }) {
    if (depth > MOST_DEPTH) throw badFile(`${path} is packed too many times; unpack it.`);
    await reader.fill(HEAD_BYTES);
    const head = reader.peek(HEAD_BYTES);
    const kind = kindOf(head);
    if (kind === 'gzip') return this.#takeGzip(path, reader, depth);
    if (kind === 'tar') return this.#takeTar(path, reader, depth);
    if (kind === 'zip') return this.#takeZip(path, reader, item, depth);
    const role = roleOf(path, head);
    if (role) return this.#cifar.read(role, path, reader, size);
    if (kind === 'parquet') return this.#takeParquet(path, reader, item);
    if (kind === 'npy' || kind === 'idx') return this.#arrays.add(kind, path, reader, size);
    if (isTable(path) && isText(head)) return this.#takeTable(path, reader);
    if (kind === 'picture' || isPictureName(path)) return this.#takePicture(path, reader, item);
    const { what, advice } = foreign(head);
    this.strangers.push({ path, why: `it is ${what}` });
    this.#refusal ??= badFile(`${path} is ${what}; ${advice}.`);
  }

  /** @param {string} path @param {ByteReader} reader @param {number} depth */
  #takeTar(path, reader, depth) {
    const folder = path.replace(/\.tar$/i, '');
    return readTar(path, reader.rest(), async (name, inner, size) => {
      const inside = `${folder}/${name.replace(/^(\.\/)+/, '')}`.normalize('NFC');
      this.#files++;
      if (!isJunk(name)) await this.#takeReader(inside, inner, { size, depth: depth + 1 });
    });
  }

  /** @param {string} path @param {ByteReader} reader @param {Item | undefined} item
   * @param {number} depth */
  async #takeZip(path, reader, item, depth) {
    const { size, part } = await partsOf(reader, item);
    for (const inner of await readZip(path, size, part)) {
      await this.#takeItem(inner, depth + 1, () => this.#options.signal?.throwIfAborted());
    }
  }

  /** @param {string} path @param {ByteReader} packed @param {number} depth */
  async #takeGzip(path, packed, depth) {
    const gunzip = /** @type {ReadableWritablePair<Uint8Array, Uint8Array>} */ (
      new DecompressionStream('gzip')
    );
    let total = 0;
    const unpacked = watched(packed.rest().pipeThrough(gunzip), (bytes) => {
      total += bytes;
      if (total <= SMALL || total <= MOST_RATIO * packed.position) return;
      throw badFile(
        `${path} unpacks to more than ${MOST_RATIO} times its size; it is no data set.`,
      );
    });
    const reader = new ByteReader(unpacked);
    const name = path.replace(/\.gz$/i, '').replace(/\.tgz$/i, '.tar');
    await this.#takeReader(name, reader, { depth: depth + 1 });
  }

  /** @param {string} path @param {ByteReader} reader @param {Item} [item] */
  async #takeParquet(path, reader, item) {
    const { size, part } = await partsOf(reader, item);
    this.#shards.push({ path, size, slice: part });
  }

  /** @param {string} path @param {ByteReader} reader */
  async #takeTable(path, reader) {
    const text = new TextDecoder().decode(await bytesOf(reader, MOST_TABLE_BYTES));
    this.#pictures.addTable({ path, text });
  }

  /** A picture that can be read later is: not all may be used.
   * @param {string} path @param {ByteReader} reader @param {Item} [item] */
  async #takePicture(path, reader, item) {
    if (item?.whole && item.size) return this.#addPicture(path, item.size, item.whole);
    await this.#pictures.addNow(path, () => bytesOf(reader, MOST_PICTURE_BYTES));
  }

  /** @param {string} path @param {number} size @param {() => Promise<Uint8Array>} whole */
  #addPicture(path, size, whole) {
    this.#pictures.add(path, () => {
      if (size > MOST_PICTURE_BYTES) throw new Error(`it has ${sizeText(size)}`);
      return whole();
    });
  }

  /** @returns {Promise<Found>} */
  async finish() {
    const { labels, holdout = HOLDOUT, images, testImages } = this.#options;
    const onImage = (/** @type {number} */ done, /** @type {number} */ total) =>
      this.#progress.image(done, total);
    this.#noteOthers();
    if (!this.#cifar.isEmpty) return this.#cifar.finish();
    if (this.#shards.length > 0) return readParquet(this.#shards, { labels, onImage });
    if (!this.#arrays.isEmpty) return this.#arrays.finish({ onImage });
    if (!this.#pictures.isEmpty) {
      return this.#pictures.finish({ holdout, images, testImages, onImage });
    }
    if (this.#files === 0) throw badFile(`There are no files; ${EXPECTED}.`);
    throw this.#refusal ?? badFile(`There are no images in what was given; ${EXPECTED}.`);
  }

  /** Says which kind of data is read if there are several. */
  #noteOthers() {
    const kinds = {
      'files of CIFAR': !this.#cifar.isEmpty,
      'Parquet files': this.#shards.length > 0,
      arrays: !this.#arrays.isEmpty,
      pictures: !this.#pictures.isEmpty,
    };
    const [read, ...others] = Object.entries(kinds).flatMap(([kind, is]) => (is ? [kind] : []));
    if (others.length === 0) return;
    this.notes.push(`The ${read} are read; the ${others.join(' and ')} beside them are left out.`);
  }
}

/** Access to any part of a file: of what has none, all is read into memory.
 * @param {ByteReader} reader @param {Item} [item] */
async function partsOf(reader, item) {
  if (item?.part && item.size !== undefined) return { size: item.size, part: item.part };
  const { buffer } = await bytesOf(reader, MOST_IN_MEMORY);
  const part = async (/** @type {number} */ first, /** @type {number} */ end) =>
    buffer.slice(first, end);
  return { size: buffer.byteLength, part };
}

/** Tells how far reading has come: in bytes as long as files are read whole, then in images. */
class Progress {
  #onProgress;
  #signal;
  #done = 0;
  #total;

  /** @param {OpenOptions} options @param {Item[]} items */
  constructor({ onProgress, signal }, items) {
    this.#onProgress = onProgress;
    this.#signal = signal;
    const sizes = items.map(({ size }) => size || NaN);
    this.#total = sizes.reduce((sum, size) => sum + size, 0) || undefined;
  }

  /** @param {number} [size] of a file that begins
   * @returns {() => number} ends it, and says how much of it was read */
  begin(size) {
    const before = this.#done;
    return () => {
      const read = this.#done - before;
      this.#done = before + (size ?? read);
      return read;
    };
  }

  /** @param {number} count of bytes */
  add(count) {
    this.#signal?.throwIfAborted();
    this.#done += count;
    this.#onProgress?.({ unit: 'bytes', done: this.#done, total: this.#total });
  }

  /** @param {number} done @param {number} total */
  image(done, total) {
    this.#signal?.throwIfAborted();
    this.#onProgress?.({ unit: 'images', done, total });
  }
}

/** What a file is that no reader takes, and what to do. @param {Uint8Array} head */
function foreign(head) {
  if (head.length === 0) return { what: 'empty', advice: EXPECTED };
  const other = otherKindOf(head);
  return {
    what: other?.name ?? 'not a kind of file that Residua reads',
    advice: other?.advice ?? EXPECTED,
  };
}

/** Some versions of Node hide what zlib says one level deeper. @param {unknown} error
 * @returns {string} */
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  return error.message || (error.cause ? reasonOf(error.cause) : error.name);
}

/** What a failure that is not ours says about the file.
 * @param {string} name @param {number} bytes read of it @param {unknown} error */
function problemOf(name, bytes, error) {
  const cause = error instanceof CutEntry ? error.cause : error;
  const text = reasonOf(cause);
  if (!(cause instanceof EndOfBytes) && !/trunc|unexpected end|ended/i.test(text)) {
    const advice = 'The file is damaged or cannot be read; please fetch it again.';
    return badFile(`${name} stops making sense (${text}). ${advice}`);
  }
  if (error instanceof CutEntry)
    return badFile(`${name} ends after ${error.there}. ${FETCH_AGAIN}`);
  if (cause instanceof EndOfBytes) {
    const of = cause.needed === undefined ? '' : ` of ${sizeText(cause.needed)}`;
    const there = sizeText(cause.position, cause.needed);
    return badFile(`${name} ends after ${there}${of}. ${FETCH_AGAIN}`);
  }
  return badFile(`${name} ends after ${sizeText(bytes)}, too early. ${FETCH_AGAIN}`);
}
