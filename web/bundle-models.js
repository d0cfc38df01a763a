/** The recorded runs of models/ as files of the page. Each is named after a digest of itself, so it
 * keeps its address over builds and may be cached for good. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../tools/process.js';
import { keyOf } from '../tools/sources.js';

/** What a model's files are, by the end of their names. */
const KINDS = { '.layers.json': 'layers', '.json': 'run', '.safetensors': 'weights' };

/** A run as the chart needs it. Six digits of a number are enough, and save a tenth of the bytes.
 * @param {Buffer} content */
function shortened(content) {
  const short = (/** @type {string} */ _, /** @type {unknown} */ value) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
  return Buffer.from(JSON.stringify(JSON.parse(content.toString()), short));
}

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
    const whole = await readFile(join(folder, name));
    const content = kind === 'run' ? shortened(whole) : whole;
    const stem = name.slice(0, -end.length);
    const path = `models/${stem}-${keyOf(content.toString('base64')).slice(0, 12)}${end}`;
    index[stem] = { ...index[stem], [/** @type {string} */ (kind)]: `../${path}` };
    made.set(path, content);
  }
  return { index, made };
}
