/** Files in and out. An output file is checked before hours of work and written whole: under its name there
 * is always the old file or the new one. What is there already is replaced only if it is the run's own or
 * by --force; a folder, a device, a pipe or a socket never is. A link stays, its target is written. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import {
  access,
  chown,
  lstat,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import path from 'node:path';
import { ResiduaError } from '../lib/errors.js';
import { UsageError } from './flags.js';

/** Bytes of a file's name. */
const LONGEST_NAME = 255;
/** Digits that tell the part files of one file apart. */
const PART_DIGITS = 8;
/** A part file may be swept by another process that takes it for a dead one's; it is written again. */
const ATTEMPTS = 3;

/** @type {Record<string, string>} */
const REASONS = {
  ENOENT: 'it does not exist',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a file is in the place of its folder',
  EACCES: 'it is not allowed',
  EPERM: 'it is not allowed',
  EROFS: 'it cannot be changed',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'the name is too long',
};

/** @param {unknown} error */
const codeOf = (error) => String(/** @type {NodeJS.ErrnoException} */ (error).code);

/** @param {string} file @param {unknown} error */
function reason(file, error) {
  const { message } = /** @type {Error} */ (error);
  return REASONS[codeOf(error)] ?? message.replaceAll(file, 'the file');
}

/** @param {string} message */
const unwritable = (message) => new ResiduaError('BAD_FILE', 'write', message);

/** @param {string} file @returns {Promise<Uint8Array>} */
export async function readWhole(file) {
  try {
    const { buffer, byteOffset, length } = await readFile(file);
    return new Uint8Array(buffer, byteOffset, length); // A Buffer's slice() would be no copy.
  } catch (error) {
    const message = `${file} cannot be read: ${reason(file, error)}.`;
    throw new ResiduaError('BAD_FILE', 'read', message);
  }
}

/** What a file is, links followed; null if there is none. @param {string} file */
async function factsOf(file) {
  try {
    return await stat(file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT')
      throw unwritable(`${file} cannot be written: ${reason(file, error)}.`);
  }
  const isLink = await lstat(file).then(
    () => true,
    () => false,
  );
  if (isLink) throw unwritable(`${file} is a link to nothing; name the file itself.`);
  return null;
}

/** @param {import('node:fs').Stats} facts */
function kindOf(facts) {
  if (facts.isDirectory()) return 'a folder';
  if (facts.isFIFO()) return 'a pipe';
  return facts.isSocket() ? 'a socket' : 'a device';
}

/** @param {import('node:fs').Stats} a @param {import('node:fs').Stats} b */
const isSame = (a, b) => a.dev === b.dev && a.ino === b.ino;

/** What makes files of other kinds from ours. @type {Record<string, (file: string, ours: string) => string>} */
const MAKERS = {
  '.pt': (file, ours) => `residua convert ${ours} ${file}`,
  '.pth': (file, ours) => `residua convert ${ours} ${file}`,
  '.onnx': (file, ours) => `residua export --model ${ours} --out ${file}`,
};

/** Refuses a name that ends as a file of another kind does. @param {string} flag @param {string} file
 * @param {string} ending of what is written */
export function checkEnding(flag, file, ending) {
  const { dir, name, ext } = path.parse(file);
  const given = ext.toLowerCase();
  if (given === ending || !/^\.[a-z]/.test(given)) return;
  const ours = path.join(dir, `${name}${ending}`);
  const folder =
    ending === '.safetensors' ? `, or a folder with its slash: ${path.join(dir, name)}/` : '';
  const make = ending === '.safetensors' && MAKERS[given];
  const then = make ? `, then run: ${make(file, ours)}` : folder;
  const kind = ending.slice(1);
  throw new UsageError(
    `--${flag} writes ${kind}, and ${file} ends in ${ext}; name ${ours}${then}.`,
  );
}

export class OutputFile {
  /** @type {string[]} */
  #stale = [];

  /** @param {string} name as it was given @param {string} file where it is, links followed
   * @param {import('node:fs').Stats | null} facts of what is there */
  constructor(name, file, facts) {
    this.name = name;
    this.file = file;
    this.facts = facts;
  }

  /** Finds out before the work whether a file can be written, and may be.
   * @param {string} name @param {{ force?: boolean, own?: string }} [options] `own`: a file that may be
   *   replaced */
  static async prepare(name, { force = false, own } = {}) {
    if (/[\\/]$/.test(name)) throw unwritable(`${name} is a folder; name a file.`);
    const facts = await factsOf(name);
    if (facts && !facts.isFile()) throw unwritable(`${name} is ${kindOf(facts)}; name a file.`);
    const mine = own === undefined ? null : await factsOf(own);
    if (facts && facts.size > 0 && !force && !(mine && isSame(mine, facts))) {
      throw unwritable(`${name} already exists; name another file, or replace it with --force.`);
    }
    const output = new OutputFile(name, await placeOf(name, facts), facts);
    await output.#tryPart();
    output.#stale = await output.#parts();
    return output;
  }

  /** Would both write one file? Names that differ in upper and lower case are one file on many systems.
   * @param {OutputFile} other */
  isSame(other) {
    if (this.facts && other.facts && isSame(this.facts, other.facts)) return true;
    const [mine, theirs] = [this, other].map(({ file }) => file.normalize().toLowerCase());
    return mine === theirs;
  }

  /** @param {Uint8Array} bytes */
  async write(bytes) {
    for (let attempt = 1; ; attempt++) {
      const part = this.#partName();
      try {
        await this.#writePart(part, bytes);
        await rename(part, this.file);
        break;
      } catch (error) {
        await rm(part, { force: true });
        if (codeOf(error) === 'ENOENT' && attempt < ATTEMPTS) continue;
        const problem = `${this.name} cannot be written: ${reason(part, error)}`;
        throw unwritable(`${problem}; what was there is unchanged.`);
      }
    }
    await this.#sweep();
  }

  /** With the mode, and if possible the owner, of what it takes the place of.
   * @param {string} part @param {Uint8Array} bytes */
  async #writePart(part, bytes) {
    const handle = await open(part, 'wx', this.facts?.mode ?? 0o666);
    try {
      await handle.writeFile(bytes);
      if (this.facts) {
        await chown(part, this.facts.uid, this.facts.gid).catch(() => {});
        await handle.chmod(this.facts.mode & 0o7777);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** A part file shows whether the folder takes files, and names of such a length. */
  async #tryPart() {
    const part = this.#partName();
    try {
      if (Buffer.byteLength(path.basename(this.file)) > LONGEST_NAME) {
        throw Object.assign(new Error(), { code: 'ENAMETOOLONG' });
      }
      if (this.facts) await access(this.file, constants.W_OK);
      await (await open(part, 'wx')).close();
    } catch (error) {
      throw unwritable(`${this.name} cannot be written: ${reason(part, error)}.`);
    } finally {
      await rm(part, { force: true }).catch(() => {});
    }
  }

  /** What the names of part files begin with: as much of the name as leaves room for the rest. */
  get #prefix() {
    const room = LONGEST_NAME - PART_DIGITS - '...part'.length;
    const bytes = Buffer.from(path.basename(this.file)).subarray(0, room);
    return `.${bytes.toString().replace(/\uFFFD+$/, '')}.`;
  }

  #partName() {
    const name = `${this.#prefix}${randomUUID().slice(0, PART_DIGITS)}.part`;
    return path.join(path.dirname(this.file), name);
  }

  /** The part files of this name that are there. */
  async #parts() {
    const folder = path.dirname(this.file);
    const names = await readdir(folder).catch(() => []);
    return names
      .filter((name) => name.startsWith(this.#prefix) && name.endsWith('.part'))
      .filter((name) => /^[\da-f-]{8,36}\.part$/.test(name.slice(this.#prefix.length)))
      .map((name) => path.join(folder, name));
  }

  /** What was there before the first write was left by a process that died: a write takes moments. */
  async #sweep() {
    const stale = this.#stale;
    this.#stale = [];
    for (const part of stale) await rm(part, { force: true }).catch(() => {});
  }
}

/** Where a file is, links followed. @param {string} name @param {object | null} facts */
async function placeOf(name, facts) {
  if (facts) return realpath(name);
  const folder = path.dirname(name);
  try {
    return path.join(await realpath(folder), path.basename(name));
  } catch (error) {
    throw unwritable(`Nothing can be written to the folder ${folder}: ${reason(folder, error)}.`);
  }
}
