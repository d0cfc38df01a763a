/** How fast pictures come out of Parquet: PNG files of 32 x 32 pixels in row groups of 1,000, written by
 * hyparquet-writer (npm ci --prefix tests/parquet). `node bench/parquet.js ARCHIVE`, after a build, takes the
 * 50,000 photographs of CIFAR-10's archive, in Node and in the page, and prints what they take. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PNG } from 'pngjs';
import { haveWriters, writeByHyparquet } from '../tests/parquet/writers.js';
import { root } from '../tools/process.js';

const PICTURES = 5000;
const ROUNDS = 5;
const ROWS = 1000;
const PIXELS = 1024;

/** @returns {Promise<typeof import('../web/lib/index.js')>} */
const built = () => import(join(root, 'dist/node.js'));

/** Smooth, with noise: it packs as photographs do. @param {number} seed */
function picture(seed) {
  const png = new PNG({ width: 32, height: 32 });
  let noise = seed * 7919 + 1;
  for (let at = 0; at < png.data.length; at++) {
    noise = (Math.imul(noise, 1103515245) + 12345) >>> 0;
    const wave = 100 * Math.sin((at >> 2) / (20 + (seed % 30)));
    png.data[at] = at % 4 === 3 ? 255 : 128 + wave + (noise >>> 28);
  }
  return { bytes: new Uint8Array(PNG.sync.write(png, { colorType: 2 })) };
}

/** @param {Uint8Array} planes [3][32][32] */
function photograph(planes) {
  const png = new PNG({ width: 32, height: 32 });
  for (let at = 0; at < png.data.length; at++) {
    png.data[at] = at % 4 === 3 ? 255 : planes[(at % 4) * PIXELS + (at >> 2)];
  }
  return { bytes: new Uint8Array(PNG.sync.write(png, { colorType: 2 })) };
}

/** Images a second of one thread, the median; null without the writer. */
export async function parquetImagesPerSecond() {
  if (!haveWriters) return null;
  const { openDataset } = await built();
  const label = Array.from({ length: PICTURES }, (_, i) => i % 10);
  const pictures = label.map((_, i) => picture(i));
  const file = writeByHyparquet(pictures, { label }, { rows: ROWS });
  const rates = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    await openDataset(new File([file], 'test.parquet'), { holdout: 1 });
    rates.push((1000 * PICTURES) / (performance.now() - begin));
  }
  return rates.sort((a, b) => a - b)[ROUNDS >> 1];
}

/** The training images of CIFAR-10. @param {string} archive @returns {Promise<Uint8Array>} */
async function photographsAsParquet(archive) {
  const { openDataset } = await built();
  const { train, classes } = await openDataset(archive);
  const label = Array.from(train.labels);
  const size = 3 * PIXELS;
  const pictures = label.map((_, i) => photograph(train.images.subarray(i * size, (i + 1) * size)));
  return writeByHyparquet(pictures, { label }, { rows: ROWS, classes: { label: classes } });
}

/** What a file takes in Node: seconds, and seconds of the processor, which other programs change little.
 * @param {string} path */
async function secondsInNode(path) {
  const { openDataset } = await built();
  const [begin, usage] = [performance.now(), process.cpuUsage()];
  const { train, test } = await openDataset(path);
  const { user, system } = process.cpuUsage(usage);
  const seconds = (performance.now() - begin) / 1000;
  const images = train.labels.length + test.labels.length;
  return { what: 'Parquet in Node', images, seconds, cpu_seconds: (user + system) / 1e6 };
}

/** @param {string} archive */
async function measurePhotographs(archive) {
  if (!haveWriters) throw new Error('Run npm ci --prefix tests/parquet first.');
  const { tasksWhileReading } = await import('./page.js');
  const folder = await mkdtemp(join(tmpdir(), 'residua-bench-'));
  try {
    const path = join(folder, 'train.parquet');
    const bytes = await photographsAsParquet(archive);
    await writeFile(path, bytes);
    console.log(JSON.stringify({ what: 'file', megabytes: bytes.length / 1e6 }));
    console.log(JSON.stringify(await secondsInNode(path)));
    console.log(JSON.stringify(await tasksWhileReading(path)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const [, script, archive] = process.argv;
if (script && import.meta.url === pathToFileURL(script).href) {
  if (archive) await measurePhotographs(archive);
  else console.log(JSON.stringify({ images_per_s: await parquetImagesPerSecond() }));
}
