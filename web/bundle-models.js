/** The recorded runs of models/ as files of the page. Each is named after a digest of itself, so it
 * keeps its address over builds and may be cached for good. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../tools/process.js';
import { keyOf } from '../tools/sources.js';

/** What a model's files are, by the end of their names. */
const KINDS = { '.layers.json': 'layers', '.json': 'run', '.safetensors': 'weights' };

/** Without models/, an empty index. */
export async function modelFiles() {
  /** @type {import('./page/models.js').Index} */
  const index = {};
  /** @type {Map<string, Buffer>} */
  const made = new Map();
  const folder = join(root, 'models');
  const names = await readdir(folder).catch(() => []);
  for (const name of names.sort()) {
    const [end, kind] = Object.entries(KINDS).find(([ending]) => name.endsWith(ending)) ?? [];
    if (!end) continue;
    const content = await readFile(join(folder, name));
    const stem = name.slice(0, -end.length);
    const path = `models/${stem}-${keyOf(content.toString('base64')).slice(0, 12)}${end}`;
    index[stem] = { ...index[stem], [/** @type {string} */ (kind)]: `../${path}` };
    made.set(path, content);
  }
  return { index, made };
}
