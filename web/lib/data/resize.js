/** Any picture as an input of a net. */
import { badArgument } from '../errors.js';

const SIDE = 32;

/** A square of a picture, each pixel of the 32 x 32 the mean of the area it covers; where the picture is
 * transparent, white shows through.
 * @param {import('../index.js').Picture} picture @param {import('../index.js').Square} [square] the middle one
 *   if not given @returns {Uint8Array} [3][32][32] */
export function resizeToInput(picture, square) {
  const { width, height, data } = picture ?? {};
  if (!(width > 0 && height > 0) || data?.length !== 4 * width * height) {
    const problem = `${data?.length ?? 0} bytes are no picture of ${width} x ${height} pixels`;
    throw badArgument('resizeToInput', `${problem}; give RGBA, as an ImageData has it.`);
  }
  const { x: left, y: top, side } = square ? checkSquare(square, width, height) : middleOf(picture);
  if (width === SIDE && height === SIDE && side === SIDE) return planesOf(data);
  const columns = cover(side, left);
  const rows = cover(side, top);
  const planes = new Uint8Array(3 * SIDE * SIDE);
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      const means = meanColour(data, width, row, column);
      means.forEach((mean, plane) => {
        planes[(plane * SIDE + y) * SIDE + x] = Math.round(mean);
      });
    });
  });
  return planes;
}

/** @param {{ width: number, height: number }} picture @returns {import('../index.js').Square} */
export function middleOf({ width, height }) {
  const side = Math.min(width, height);
  return { x: (width - side) >> 1, y: (height - side) >> 1, side };
}

/** @param {import('../index.js').Square} square @param {number} width @param {number} height */
function checkSquare(square, width, height) {
  const { x, y, side } = square;
  const isWhole = [x, y, side].every(Number.isInteger);
  if (isWhole && x >= 0 && y >= 0 && side > 0 && x + side <= width && y + side <= height)
    return square;
  const problem = `A square of ${side} pixels at (${x}, ${y}) is not within ${width} x ${height}`;
  throw badArgument('resizeToInput', `${problem}; give whole numbers that lie in the picture.`);
}

/** What comes out where each pixel covers one, as of CIFAR's images.
 * @param {Uint8Array | Uint8ClampedArray} data */
function planesOf(data) {
  const pixels = SIDE * SIDE;
  const planes = new Uint8Array(3 * pixels);
  for (let i = 0, at = 0; i < pixels; i++, at += 4) {
    const white = 255 - data[at + 3];
    for (let c = 0; c < 3; c++) {
      const colour = data[at + c];
      planes[c * pixels + i] = white === 0 ? colour : blended(colour, data[at + 3]);
    }
  }
  return planes;
}

/** A colour over white. @param {number} colour @param {number} opacity 0 to 255 */
function blended(colour, opacity) {
  const alpha = opacity / 255;
  return Math.round(colour * alpha + 255 * (1 - alpha));
}

/** @typedef {{ at: number, weight: number }[]} Span */

/** For each of the 32 parts of a line, the pixels that it covers and how much of each.
 * @param {number} length @param {number} offset @returns {Span[]} */
function cover(length, offset) {
  const step = length / SIDE;
  return Array.from({ length: SIDE }, (_, i) => {
    const [begin, end] = [i * step, Math.min((i + 1) * step, length)];
    /** @type {Span} */
    const span = [];
    for (let at = Math.floor(begin); at < end; at++) {
      const weight = (Math.min(at + 1, end) - Math.max(at, begin)) / step;
      span.push({ at: offset + at, weight });
    }
    return span;
  });
}

/** @param {Uint8Array | Uint8ClampedArray} data @param {number} width
 * @param {Span} row @param {Span} column */
function meanColour(data, width, row, column) {
  const sums = [0, 0, 0];
  for (const y of row) {
    for (const x of column) {
      const at = (y.at * width + x.at) * 4;
      const alpha = data[at + 3] / 255;
      const weight = y.weight * x.weight;
      for (let c = 0; c < 3; c++) sums[c] += weight * (data[at + c] * alpha + 255 * (1 - alpha));
    }
  }
  return sums;
}
