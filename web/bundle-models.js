/** The recorded runs of models/ as files of the page. Each is named after a digest of itself, so it
 * keeps its address over builds and may be cached for good. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../tools/process.js';
import { keyOf } from '../tools/sources.js';

/** What a model's files are, by the end of their names. */
const KINDS = { '.layers.json': 'layers', '.json': 'run', '.safetensors': 'weights' };

/** Ticks between epochs that a run keeps, at most: more are not seen on a chart of the usual size. */
const MOST_BETWEEN = 120;
/** Digits of a number that a reader can tell apart; errors, which are counts of images, keep more. */
const DIGITS = { loss: 4, trainLoss: 4, testLoss: 4, imagesPerSecond: 4, seconds: 5 };
const OTHER_DIGITS = 6;

/** A run as the chart needs it, in half the bytes. All epochs stay. @param {Buffer} content */
function shortened(content) {
  const run = JSON.parse(content.toString());
  const isBetween = (/** @type {{ kind: string }} */ { kind }) => kind === 'step';
  const stride = Math.ceil(run.ticks.filter(isBetween).length / MOST_BETWEEN);
  let between = 0;
  const ticks = run.ticks.filter(
    (/** @type {{ kind: string }} */ tick) => !isBetween(tick) || between++ % stride === 0,
  );
  const short = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    if (typeof value !== 'number' || Number.isInteger(value)) return value;
    return Number(value.toPrecision(/** @type {any} */ (DIGITS)[name] ?? OTHER_DIGITS));
  };
  return Buffer.from(JSON.stringify({ ...run, ticks }, short));
}

/** Without models/, an empty index. */
export async function modelFiles() {
  /** @type {import('./page/models.js').Index} */
  const index = {};
  /** @type {Map<string, Buffer>} */
  const made = new Map();
  const folder = join(root, 'models');
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  for (const name of names.sort()) {
    const [end, kind] = Object.entries(KINDS).find(([ending]) => name.endsWith(ending)) ?? [];
    if (!end) continue;
    const whole = await readFile(join(folder, name));
    const content = kind === 'run' ? shortened(whole) : whole;
    const stem = name.slice(0, -end.length).replaceAll('\\', '/');
    const path = `models/${stem.replaceAll('/', '-')}-${keyOf(content.toString('base64')).slice(0, 12)}${end}`;
    index[stem] = { ...index[stem], [/** @type {string} */ (kind)]: `../${path}` };
    made.set(path, content);
  }
  return { index, made };
}
