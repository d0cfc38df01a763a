/** Files in and out. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { ResiduaError } from '../lib/errors.js';

/** @type {Record<string, string>} */
const REASONS = {
  ENOENT: 'it does not exist',
  EISDIR: 'it is a folder',
  EACCES: 'it is not allowed',
};

/** @param {string} file @param {unknown} error */
function reason(file, error) {
  const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
  return REASONS[String(code)] ?? message.replaceAll(file, 'the file');
}

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

/** Finds out before hours of work whether a file can be written. @param {string} file */
export async function checkWritable(file) {
  const folder = path.dirname(file);
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    const message = `Nothing can be written to the folder ${folder}: ${reason(folder, error)}.`;
    throw new ResiduaError('BAD_FILE', 'write', message);
  }
  const isFolder = await stat(file)
    .then((facts) => facts.isDirectory())
    .catch(() => false);
  if (isFolder) throw new ResiduaError('BAD_FILE', 'write', `${file} is a folder; name a file.`);
}

/** Writes a file so that under its name there is always a whole one, the old or the new.
 * @param {string} file @param {Uint8Array} bytes */
export async function writeWhole(file, bytes) {
  const part = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.part`);
  try {
    const handle = await open(part, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    const problem = `${file} cannot be written: ${reason(file, error)}`;
    throw new ResiduaError('BAD_FILE', 'write', `${problem}; what was there is unchanged.`);
  }
}
