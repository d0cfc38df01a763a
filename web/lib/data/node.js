/** CIFAR-10 from files, in Node. */
import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { badFile, batchOf, EXPECTED } from './batches.js';
import { readCifar10 } from './cifar10.js';

/** @typedef {import('../index.js').ByteSource} ByteSource */

const CHUNK_BYTES = 256 * 1024;
/** The folders that the official archives unpack to. */
const FOLDERS = ['cifar-10-batches-bin', 'cifar-10-batches-py'];

/** @param {string} file an archive, or a folder of its files or of an archive
 * @param {import('../index.js').ReadOptions} [options] */
export async function readCifar10Path(file, options) {
  const files = await filesOfPath(file);
  return readCifar10(await Promise.all(files.map(sourceOf)), options);
}

/** @param {string} file an archive, or a folder of its files or of an archive */
export async function filesOfPath(file) {
  const facts = await stat(file).catch(() => null);
  if (!facts) throw badFile(`There is no file or folder ${file}; ${EXPECTED}.`);
  return facts.isDirectory() ? filesOfFolder(file) : [file];
}

/** @param {string} folder */
async function filesOfFolder(folder) {
  const inner = FOLDERS.map((name) => path.join(folder, name));
  const lists = await Promise.all([folder, ...inner].map(filesIn));
  const files = lists.flat();
  const named = files.filter((file) => batchOf(path.basename(file)));
  const useful = named.length > 0 ? named : files.filter((file) => /\.(tar|tgz|gz)$/.test(file));
  if (useful.length === 0) throw badFile(`The folder ${folder} has no such files; ${EXPECTED}.`);
  return useful;
}

/** @param {string} folder which need not be there */
async function filesIn(folder) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => path.join(folder, name));
}

/** @param {string} file @returns {Promise<ByteSource>} */
async function sourceOf(file) {
  const { size } = await stat(file);
  return { name: path.basename(file), size, stream: () => streamOf(file) };
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
      cancel: () => handle.close(),
    },
    { highWaterMark: 0 },
  );
}
