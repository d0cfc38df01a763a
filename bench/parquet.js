/** How fast pictures come out of Parquet: PNG files of 32 x 32 pixels as CIFAR-10 has them, 2.4 KB each, in
 * row groups of 1,000. The file is written by hyparquet-writer (npm ci --prefix tests/parquet). */
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { haveWriters, writeByHyparquet } from '../tests/parquet/writers.js';
import { root } from '../tools/process.js';

const PICTURES = 5000;
const ROUNDS = 5;

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

/** Images a second of one thread, the median; null without the writer. */
export async function parquetImagesPerSecond() {
  if (!haveWriters) return null;
  /** @type {typeof import('../web/lib/index.js')} */
  const { openDataset } = await import(join(root, 'dist/node.js'));
  const label = Array.from({ length: PICTURES }, (_, i) => i % 10);
  const file = writeByHyparquet(
    label.map((_, i) => picture(i)),
    { label },
    { rows: 1000 },
  );
  const rates = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    await openDataset(new File([file], 'test.parquet'), { holdout: 1 });
    rates.push((1000 * PICTURES) / (performance.now() - begin));
  }
  return rates.sort((a, b) => a - b)[ROUNDS >> 1];
}
