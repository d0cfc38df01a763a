/** The reader's picture as the page shows and crops it: no larger than a screen can show, and opaque. */

/** Pixels of the longer side, at most. */
const LONGEST = 640;

/** Each pixel is the mean of those that it stands for; where the picture is transparent, white shows through.
 * @param {import('../lib/index.js').Picture} picture @returns {import('./pixels.js').Pixels} */
export function originalOf({ width, height, data }) {
  const shrink = Math.max(1, Math.max(width, height) / LONGEST);
  const size = { width: Math.round(width / shrink) || 1, height: Math.round(height / shrink) || 1 };
  const pixels = new Uint8ClampedArray(4 * size.width * size.height);
  for (let y = 0, at = 0; y < size.height; y++) {
    const rows = span(y, size.height, height);
    for (let x = 0; x < size.width; x++, at += 4) {
      pixels.set(meanColour(data, width, rows, span(x, size.width, width)), at);
    }
  }
  return { ...size, data: pixels };
}

/** The pixels that one of `count` stands for, of `all`. @param {number} at @param {number} count
 * @param {number} all */
function span(at, count, all) {
  const begin = Math.floor((at * all) / count);
  return { begin, end: Math.max(begin + 1, Math.floor(((at + 1) * all) / count)) };
}

/** @param {Uint8Array | Uint8ClampedArray} data @param {number} width
 * @param {ReturnType<typeof span>} rows @param {ReturnType<typeof span>} columns */
function meanColour(data, width, rows, columns) {
  const sums = [0, 0, 0];
  for (let y = rows.begin; y < rows.end; y++) {
    for (let x = columns.begin; x < columns.end; x++) {
      const at = 4 * (y * width + x);
      const alpha = data[at + 3] / 255;
      for (let c = 0; c < 3; c++) sums[c] += data[at + c] * alpha + 255 * (1 - alpha);
    }
  }
  const count = (rows.end - rows.begin) * (columns.end - columns.begin);
  return [...sums.map((sum) => sum / count), 255];
}
