/** The files in a tar archive, one after the other, in the order in which they come. Nothing is kept
 * of an entry that nobody reads, and nothing is written anywhere. */
import { createTarDecoder } from 'modern-tar';
import { badFile } from './bad-file.js';
import { ByteReader, sizeText } from './bytes.js';

/** @typedef {import('modern-tar').TarHeader} TarHeader */

const MOST_ENTRIES = 2e6;

/** Reading failed inside an entry of an archive. */
export class CutEntry extends Error {
  /** @param {TarHeader} header @param {number} position @param {unknown} cause */
  constructor(header, position, cause) {
    super('', { cause });
    this.path = header.name;
    this.size = header.size;
    this.position = position;
  }

  get there() {
    return `${sizeText(this.position, this.size)} of the ${sizeText(this.size)} of ${this.path}`;
  }
}

/** Hands each file of an archive to `take`, which need not read it.
 * @param {string} name for messages @param {ReadableStream<Uint8Array>} stream
 * @param {(path: string, reader: ByteReader, size: number) => Promise<void>} take */
export async function readTar(name, stream, take) {
  const entries = stream.pipeThrough(createTarDecoder({ strict: true })).getReader();
  for (let count = 1; ; count++) {
    const { done, value: entry } = await entries.read();
    if (done) return;
    const { header, body } = entry;
    checkEntry(name, header, count);
    const reader = new ByteReader(body);
    try {
      if (header.type === 'file') await take(header.name, reader, header.size);
      // Read to its end, since the decoder mistakes a body cancelled late for the next one.
      while (!(await reader.isAtEnd())) reader.take(reader.available);
    } catch (error) {
      if (error instanceof Error && error.name === 'ResiduaError') throw error;
      throw new CutEntry(header, reader.position, error);
    }
  }
}

/** Refuses what no archive of data has, before it is read.
 * @param {string} name @param {TarHeader} header @param {number} count */
function checkEntry(name, { name: path, type }, count) {
  const refuse = (/** @type {string} */ what) =>
    badFile(`${name} is an archive that holds ${what}.`);
  if (count > MOST_ENTRIES) throw refuse(`more than ${MOST_ENTRIES} files; give fewer`);
  if (leadsOut(path)) {
    throw refuse(`the path ${JSON.stringify(path)}, which leads out of it; make it without such`);
  }
  if (type !== 'file' && type !== 'directory') {
    throw refuse(`a ${type} (${path}); make it of files and folders alone`);
  }
}

/** @param {string} path */
export function leadsOut(path) {
  return /^[/\\]|^[a-z]:|(^|[/\\])\.\.([/\\]|$)/i.test(path);
}
