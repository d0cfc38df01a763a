/** Reads CIFAR-10 as it is handed out, in one pass and straight to its place in memory. */
import { createTarDecoder } from 'modern-tar';
import { Dataset } from '../dataset.js';
import { ResiduaError } from '../errors.js';
import { Batches, badFile, batchOf, EXPECTED, FETCH_AGAIN, looksLikeBatch } from './batches.js';
import { ByteReader, EndOfBytes, sizeText, watched } from './bytes.js';

/** @typedef {import('../index.js').ByteSource} ByteSource */
/** @typedef {import('../index.js').ReadOptions} ReadOptions */

/** More than any archive of CIFAR-10 unpacks to (185 MB), its notes and the like, its entries. */
const MOST_UNPACKED = 256e6;
const MOST_OTHER = 1e6;
const MOST_ENTRIES = 100;
/** Enough to tell what a file is. */
const HEAD_BYTES = 512;

/** @param {string} bytes */
const begins = (bytes) => (/** @type {string} */ head) => head.startsWith(bytes);

/** How other files begin. @type {[string, (head: string) => boolean][]} */
const OTHERS = [
  ['a zip archive', begins('PK\x03\x04')],
  ['a 7z archive', begins('7z\xbc\xaf')],
  ['an xz archive', begins('\xfd7zXZ')],
  ['a bzip2 archive', begins('BZh')],
  ['a PNG image', begins('\x89PNG')],
  ['a JPEG image', begins('\xff\xd8\xff')],
  ['a PDF file', begins('%PDF')],
  ['a Parquet file', begins('PAR1')],
  ['a MATLAB file', begins('MATLAB')],
  ['a safetensors file', (head) => head.slice(6, 10) === '\0\0{"'],
  ['an HTML page', (head) => /^\s*<(!doctype\s+html|html|head|body)/i.test(head)],
  ['an XML file', (head) => /^\s*<\?xml/.test(head)],
  ['a JSON file', (head) => /^\s*[{[]/.test(head)],
];

/** @param {Uint8Array} bytes the first of a file */
function kindOf(bytes) {
  const head = String.fromCharCode(...bytes);
  if (head.startsWith('\x1f\x8b')) return 'gzip';
  if (head.slice(257, 262) === 'ustar') return 'tar';
  return OTHERS.find(([, matches]) => matches(head))?.[0] ?? null;
}

/** @param {string} file @param {string | null} kind */
function foreign(file, kind) {
  return badFile(`${file} is ${kind ?? 'not a file of CIFAR-10'}; ${EXPECTED}.`);
}

/** @param {ByteSource | Iterable<ByteSource>} input @param {ReadOptions} [options] */
export async function readCifar10(input, { onProgress, signal } = {}) {
  const given = Symbol.iterator in input ? [...input] : [input];
  const named = given.filter(({ name }) => batchOf(name));
  // Files of CIFAR-10 by name, whatever else lies around them; else what may be an archive.
  const sources = named.length > 0 ? named : given;
  if (sources.length === 0) throw badFile(`There are no files; ${EXPECTED}.`);
  return new Dataset(await new Reading(sources, onProgress, signal).run());
}

class Reading {
  #sources;
  #batches = new Batches();
  #onProgress;
  #signal;
  #bytes = 0;
  #total;

  /** @param {ByteSource[]} sources @param {ReadOptions['onProgress']} onProgress
   * @param {AbortSignal} [signal] */
  constructor(sources, onProgress, signal) {
    this.#sources = sources;
    this.#onProgress = onProgress;
    this.#signal = signal;
    const sizes = sources.map(({ size }) => size || NaN);
    this.#total = sizes.reduce((sum, size) => sum + size, 0) || undefined;
  }

  async run() {
    /** @type {ResiduaError | null} */
    let stranger = null;
    for (const source of this.#sources) {
      const problem = await this.#readSource(source);
      stranger ??= problem;
    }
    if (this.#batches.isEmpty && stranger) throw stranger;
    return this.#batches.finish();
  }

  /** Reads one source, to its end if it is of use; else returns what is wrong with it.
   * @param {ByteSource} source */
  async #readSource(source) {
    const before = this.#bytes;
    const reader = new ByteReader(watched(source.stream(), (bytes) => this.#progress(bytes)));
    try {
      return await this.#readFile(source.name, reader, source.size);
    } catch (error) {
      this.#signal?.throwIfAborted();
      if (error instanceof ResiduaError) throw error;
      throw problemOf(source.name, this.#bytes - before, error);
    } finally {
      await reader.cancel(undefined).catch(() => {});
    }
  }

  /** @param {number} bytes */
  #progress(bytes) {
    this.#signal?.throwIfAborted();
    this.#bytes += bytes;
    this.#onProgress?.({ bytes: this.#bytes, total: this.#total });
  }

  /** @param {string} name @param {ByteReader} reader @param {number} [size] of what is read
   * @returns {Promise<ResiduaError | null>} what is wrong with a file that is of no use */
  async #readFile(name, reader, size) {
    await reader.fill(HEAD_BYTES);
    const kind = kindOf(reader.peek(HEAD_BYTES));
    if (kind === 'gzip') return this.#readGzip(name, reader);
    if (kind === 'tar') return this.#readTar(name, limited(name, 'has', reader.rest()));
    const batch = batchOf(name);
    if (!batch || (kind && !looksLikeBatch(reader))) {
      return foreign(name, reader.available === 0 ? 'empty' : kind);
    }
    await this.#batches.read(batch, name, reader, size);
    return null;
  }

  /** @param {string} name @param {ByteReader} packed */
  async #readGzip(name, packed) {
    const gunzip = /** @type {ReadableWritablePair<Uint8Array, Uint8Array>} */ (
      new DecompressionStream('gzip')
    );
    const unpacked = packed.rest().pipeThrough(gunzip);
    const reader = new ByteReader(limited(name, 'unpacks to', unpacked));
    await reader.fill(HEAD_BYTES);
    if (kindOf(reader.peek(HEAD_BYTES)) === 'gzip') return foreign(name, 'packed twice');
    return this.#readFile(name.replace(/\.gz$/, ''), reader);
  }

  /** @param {string} name @param {ReadableStream<Uint8Array>} stream */
  async #readTar(name, stream) {
    const entries = stream.pipeThrough(createTarDecoder({ strict: true })).getReader();
    const seen = [];
    for (;;) {
      const { done, value: entry } = await entries.read();
      if (done) break;
      seen.push(entry.header.name);
      checkEntry(name, entry.header, seen.length);
      await this.#readEntry(entry);
    }
    if (!this.#batches.isEmpty) return null;
    const found = seen.slice(0, 3).join(', ') || 'nothing';
    return foreign(name, `an archive that holds ${found}`);
  }

  /** @param {import('modern-tar').ParsedTarEntry} entry */
  async #readEntry({ header, body }) {
    const batch = header.type === 'file' && batchOf(header.name);
    const reader = new ByteReader(body);
    try {
      if (batch) await this.#batches.read(batch, header.name, reader, header.size);
      // Read to its end, since the decoder mistakes a body cancelled late for the next one.
      else while (!(await reader.isAtEnd())) reader.take(reader.available);
    } catch (error) {
      if (error instanceof ResiduaError) throw error;
      throw new CutEntry(header, reader.position, error);
    }
  }
}

/** A stream that fails once it is longer than any archive of CIFAR-10.
 * @param {string} name @param {string} has what the file does with its bytes
 * @param {ReadableStream<Uint8Array>} stream */
function limited(name, has, stream) {
  let total = 0;
  return watched(stream, (bytes) => {
    total += bytes;
    if (total <= MOST_UNPACKED) return;
    throw badFile(`${name} ${has} more than ${sizeText(MOST_UNPACKED)}; ${EXPECTED}.`);
  });
}

/** Refuses what no archive of CIFAR-10 has, before it is read.
 * @param {string} name @param {import('modern-tar').TarHeader} header @param {number} count */
function checkEntry(name, { name: path, type, size }, count) {
  const refuse = (/** @type {string} */ what) => foreign(name, `an archive that holds ${what}`);
  if (count > MOST_ENTRIES) throw refuse(`more than ${MOST_ENTRIES} files`);
  if (/^[/\\]|^[a-z]:|(^|[/\\])\.\.([/\\]|$)/i.test(path)) {
    throw refuse(`the path ${JSON.stringify(path)}, which leads out of it`);
  }
  if (type !== 'file' && type !== 'directory') throw refuse(`a ${type} (${path})`);
  if (/cifar-?100/i.test(path)) throw foreign(name, 'an archive of CIFAR-100');
  if (size > MOST_OTHER && !batchOf(path)) throw refuse(`${path} (${sizeText(size)})`);
}

/** Reading failed inside an entry of an archive. */
class CutEntry extends Error {
  /** @param {import('modern-tar').TarHeader} header @param {number} position
   * @param {unknown} cause */
  constructor(header, position, cause) {
    super('', { cause });
    this.path = header.name;
    this.size = header.size;
    this.position = position;
  }
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
  if (error instanceof CutEntry) {
    const there = sizeText(error.position, error.size);
    const of = `${there} of the ${sizeText(error.size)} of ${error.path}`;
    return badFile(`${name} ends after ${of}. ${FETCH_AGAIN}`);
  }
  if (cause instanceof EndOfBytes) {
    const of = cause.needed === undefined ? '' : ` of ${sizeText(cause.needed)}`;
    const there = sizeText(cause.position, cause.needed);
    return badFile(`${name} ends after ${there}${of}. ${FETCH_AGAIN}`);
  }
  return badFile(`${name} ends after ${sizeText(bytes)}, too early. ${FETCH_AGAIN}`);
}
