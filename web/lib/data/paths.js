/** Files and folders as sources, in Node. A folder is walked to its end; links to folders are followed,
 * each folder once. */
import { open, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { badFile, EXPECTED } from './bad-file.js';
import { isJunk } from './sources.js';

/** @typedef {import('../index.js').ByteSource} ByteSource */

const CHUNK_BYTES = 256 * 1024;

/** The files of a path, with names that begin with that of the file or folder.
 * @param {string} given @returns {Promise<ByteSource[]>} */
export async function sourcesOfPath(given) {
  const name = path.basename(path.resolve(given));
  const files = await filesOfPath(given);
  const nameOf = (/** @type {string} */ file) =>
    file === given ? name : [name, ...path.relative(given, file).split(path.sep)].join('/');
  return Promise.all(files.map((file) => sourceOf(file, nameOf(file))));
}

/** The file, or all files in the folder, in the order of their paths. @param {string} given */
export async function filesOfPath(given) {
  const facts = await stat(given).catch(() => null);
  if (!facts) throw badFile(`There is no file or folder ${given}; ${EXPECTED}.`);
  return facts.isDirectory() ? filesIn(given, new Set()) : [given];
}

/** @param {string} folder @param {Set<string>} seen real paths of folders
 * @returns {Promise<string[]>} */
async function filesIn(folder, seen) {
  const real = await realpath(folder);
  if (seen.has(real)) return [];
  seen.add(real);
  const entries = await readdir(folder, { withFileTypes: true });
  /** @type {string[]} */
  const files = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (isJunk(entry.name)) continue;
    const file = path.join(folder, entry.name);
    const isFolder = entry.isSymbolicLink()
      ? ((await stat(file).catch(() => null))?.isDirectory() ?? false)
      : entry.isDirectory();
    if (isFolder) files.push(...(await filesIn(file, seen)));
    else files.push(file);
  }
  return files;
}

/** What is no file is not opened: a pipe or a device may be called cat.png, and reading it need not
 * end. @param {string} file @param {string} name @returns {Promise<ByteSource>} */
async function sourceOf(file, name) {
  const facts = await stat(file).catch(() => null);
  if (!facts?.isFile())
    return { name, stream: () => failing(facts ? 'it is no file' : 'it leads nowhere') };
  return {
    ...{ name, size: facts.size },
    stream: () => streamOf(file),
    slice: (first, end) => ({ arrayBuffer: () => readPart(file, first, end) }),
  };
}

/** @param {string} why @returns {ReadableStream<Uint8Array>} */
function failing(why) {
  return new ReadableStream({ start: (controller) => controller.error(new Error(why)) });
}

/** @param {string} file @param {number} first @param {number} end
 * @returns {Promise<ArrayBuffer>} */
async function readPart(file, first, end) {
  const handle = await open(file);
  try {
    const bytes = new Uint8Array(end - first);
    let at = 0;
    while (at < bytes.length) {
      const { bytesRead } = await handle.read(bytes, at, bytes.length - at, first + at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return at === bytes.length ? bytes.buffer : bytes.slice(0, at).buffer;
  } finally {
    await handle.close();
  }
}

/** @param {string} file @returns {ReadableStream<Uint8Array>} */
function streamOf(file) {
  /** @type {import('node:fs/promises').FileHandle} */
  let handle;
  return new ReadableStream(
    {
      async start() {
        handle = await open(file);
      },
      async pull(controller) {
        const buffer = new Uint8Array(CHUNK_BYTES);
        const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES);
        if (bytesRead > 0) return controller.enqueue(buffer.subarray(0, bytesRead));
        await handle.close();
        controller.close();
      },
      cancel: () => handle?.close(),
    },
    { highWaterMark: 0 },
  );
}
