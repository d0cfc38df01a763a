/** What is read from: files as they are given, with a path, a stream and perhaps access to any part. */
import { badArgument } from '../errors.js';
import { OP } from './bad-file.js';
import { sizeText } from './bytes.js';

/** @typedef {import('../index.js').ByteSource} ByteSource */

/**
 * A file, or one in an archive.
 * @typedef {object} Item
 * @property {string} path with "/" between its parts
 * @property {number} [size]
 * @property {() => ReadableStream<Uint8Array>} stream
 * @property {(first: number, end: number) => Promise<ArrayBuffer>} [part]
 * @property {() => Promise<Uint8Array>} [whole] can be called at any time, and again
 */

/** What systems leave among files: never data. @param {string} path */
export function isJunk(path) {
  return path
    .split('/')
    .some((part) =>
      /^(\.DS_Store|\._.*|__MACOSX|Thumbs\.db|desktop\.ini|\.git|\.ipynb_checkpoints)$/i.test(part),
    );
}

/** Of these files, those that are packed and whose content lies unpacked beside them: an archive beside a folder of its
 * name, or x.gz beside x. @param {string[]} paths @returns {Set<string>} */
export function unpackedBeside(paths) {
  const files = new Set(paths);
  const folders = new Set(paths.flatMap((path) => foldersOf(path)));
  const isTwin = (/** @type {string} */ path) => {
    const folder = path.replace(/\.(zip|tar|tgz|tar\.gz)$/i, '');
    const file = path.replace(/\.gz$/i, '');
    return (folder !== path && folders.has(folder)) || (file !== path && files.has(file));
  };
  return new Set(paths.filter(isTwin));
}

/** @param {string} path "a/b/c.png" @returns {string[]} "a", "a/b" */
function foldersOf(path) {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}

/** @param {ByteSource} source @returns {Item} */
export function itemOf(source) {
  if (typeof source?.name !== 'string' || typeof source.stream !== 'function') {
    throw badArgument(
      OP,
      'Give files: each with a name and a stream, as a File or a path in Node.',
    );
  }
  const { webkitRelativePath: relative } = /** @type {{ webkitRelativePath?: string }} */ (source);
  const path = (relative || source.name).replace(/^\.?\/+/, '').normalize('NFC');
  const { size } = source;
  const item = { path, size, stream: () => source.stream() };
  const slice = source.slice?.bind(source);
  if (!slice || size === undefined) return item;
  const part = (/** @type {number} */ first, /** @type {number} */ end) =>
    slice(first, end).arrayBuffer();
  return { ...item, part, whole: async () => new Uint8Array(await part(0, size)) };
}

/** All bytes of an item whose size is known to be reasonable, or is found out to be.
 * @param {import('./bytes.js').ByteReader} reader @param {number} most
 * @returns {Promise<Uint8Array<ArrayBuffer>>} */
export async function bytesOf(reader, most) {
  /** @type {Uint8Array[]} */
  const parts = [];
  let total = 0;
  while (!(await reader.isAtEnd())) {
    const part = reader.take(reader.available);
    total += part.length;
    if (total > most) throw new Error(`it has more than ${sizeText(most)}`);
    parts.push(part);
  }
  const all = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
