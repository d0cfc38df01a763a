/** Where runs are kept: folders in the browser's private file system. One page at a time holds a folder, by a
 * lock that the browser takes back when the page is gone, however it went. Pages tell each other what
 * has changed. */

/** @typedef {'missing' | 'denied' | 'full'} StorageProblem */
/** The part of the file system that TypeScript does not know here.
 * @typedef {FileSystemDirectoryHandle & { entries(): AsyncIterable<[string, FileSystemHandle]> }} Folder */

const PATH = ['residua', 'runs'];
const LOCK = 'residua-run ';

/** @param {unknown} there @param {string} what */
function need(there, what) {
  if (!there) throw new DOMException(`This browser has no ${what} here.`, 'NotSupportedError');
}

async function runsFolder() {
  need(navigator.storage?.getDirectory, 'private file system');
  let folder = await navigator.storage.getDirectory();
  for (const name of PATH) folder = await folder.getDirectoryHandle(name, { create: true });
  return /** @type {Folder} */ (folder);
}

/** @param {unknown} error @returns {StorageProblem} */
export function problemOf(error) {
  const { name } = /** @type {Error} */ (error);
  if (name === 'QuotaExceededError') return 'full';
  return name === 'NotSupportedError' ? 'missing' : 'denied';
}

/** What releases the folder again; null if another page holds it. @param {string} id
 * @returns {Promise<(() => void) | null>} */
export async function hold(id) {
  need(navigator.locks, 'locks');
  return new Promise((resolve, reject) => {
    const whileHeld = (/** @type {Lock | null} */ lock) =>
      lock ? new Promise((release) => resolve(() => release(null))) : resolve(null);
    navigator.locks.request(LOCK + id, { ifAvailable: true }, whileHeld).catch(reject);
  });
}

/** Resolves when no page holds the folder any more. @param {string} id @returns {Promise<void>} */
export async function released(id) {
  await navigator.locks.request(LOCK + id, { mode: 'shared' }, () => {});
}

/** Those that a page holds. */
export async function heldFolders() {
  const { held = [] } = await navigator.locks.query();
  return new Set(
    held.flatMap(({ name }) => (name?.startsWith(LOCK) ? name.slice(LOCK.length) : [])),
  );
}

/** Their names; none where there is no such file system. */
export async function folderNames() {
  const names = [];
  try {
    for await (const [name] of (await runsFolder()).entries()) names.push(name);
  } catch {
    // Then nothing has been kept.
  }
  return names;
}

/** @param {string} id @param {{ create?: boolean }} [options] */
export async function openFolder(id, options) {
  return (await runsFolder()).getDirectoryHandle(id, options);
}

/** @param {FileSystemDirectoryHandle} folder */
export async function fileNames(folder) {
  const names = [];
  for await (const [name] of /** @type {Folder} */ (folder).entries()) names.push(name);
  return names;
}

/** Takes the place of the file of that name when it is complete, and not before.
 * @param {FileSystemDirectoryHandle} folder @param {string} name @param {Blob} content */
export async function writeFile(folder, name, content) {
  const handle = await folder.getFileHandle(name, { create: true });
  need(handle.createWritable, 'files that are replaced whole');
  const writable = await handle.createWritable();
  try {
    await writable.write(content);
    await writable.close();
  } catch (error) {
    await writable.abort().catch(() => {}); // What was written of it goes.
    throw error;
  }
}

/** @param {FileSystemDirectoryHandle} folder @param {string} name
 * @returns {Promise<File | null>} null if there is none, or none that was ever whole */
export async function readFile(folder, name) {
  try {
    const file = await (await folder.getFileHandle(name)).getFile();
    return file.size > 0 ? file : null;
  } catch (error) {
    if (/** @type {Error} */ (error).name === 'NotFoundError') return null;
    throw error;
  }
}

/** @param {FileSystemDirectoryHandle} folder @param {string} name */
export async function removeFile(folder, name) {
  await folder.removeEntry(name);
}

const CHANNEL = 'residua-runs';

/** Tells all workbenches, of this page and of others, that something was written or removed. */
export function tellChange() {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(null);
  channel.close();
}

/** @param {() => void} listener @returns {() => void} what ends it */
export function onChange(listener) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = listener;
  return () => channel.close();
}

/** @param {string} id */
export async function removeFolder(id) {
  await (await runsFolder()).removeEntry(id, { recursive: true });
}
