/** The C sources, and a digest of what is made of them. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './process.js';

/** The text of all C files in these folders, by path from the root of the project.
 * @param {string[]} folders */
export async function readSources(folders) {
  /** @type {Record<string, string>} */
  const sources = {};
  for (const folder of folders) {
    const names = await readdir(join(root, folder), { recursive: true });
    for (const name of names.sort()) {
      const path = `${folder}/${name.replaceAll('\\', '/')}`;
      if (/\.[ch]$/.test(path)) sources[path] = await readFile(join(root, path), 'utf8');
    }
  }
  return sources;
}

/** A digest of everything that makes a file. @param {unknown} ingredients */
export function keyOf(ingredients) {
  return createHash('sha256').update(JSON.stringify(ingredients)).digest('hex');
}
