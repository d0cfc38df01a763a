/** PNG, the same bits in a page and in Node: a browser's canvas would multiply by alpha, convert colours
 * and, in browsers that hide who reads, change pixels. Memory is taken for what the header says and
 * for no more. Steps follow the sections of the PNG specification. */
import { unzlibSync } from 'fflate/browser';

/** @typedef {import('../index.js').Picture} Picture */

const SIGNATURE_BYTES = 8;
/** More than any deflated byte becomes. */
const MOST_RATIO = 1040;
/** Of a chunk beside its content: length, type and checksum. */
const CHUNK_BYTES = 12;

/** Samples in a pixel, and the depths that are allowed, by colour type. */
const COLOURS = new Map([
  [0, { samples: 1, depths: [1, 2, 4, 8, 16] }], // grey
  [2, { samples: 3, depths: [8, 16] }], // red, green, blue
  [3, { samples: 1, depths: [1, 2, 4, 8] }], // numbers of colours
  [4, { samples: 2, depths: [8, 16] }], // grey and alpha
  [6, { samples: 4, depths: [8, 16] }], // red, green, blue, alpha
]);

/** Where the seven pictures of an interlaced one begin, and how far apart their pixels are: x, y,
 * distance in x, distance in y. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];
const WHOLE = [[0, 0, 1, 1]];

/**
 * @typedef {object} Header
 * @property {number} width @property {number} height @property {number} depth bits in a sample
 * @property {number} type of colour @property {number} samples in a pixel
 * @property {number[][]} passes
 */

/** @param {Uint8Array} bytes of a file whose size was looked at @returns {Picture} */
export function decodePng(bytes) {
  const chunks = chunksOf(bytes);
  const header = headerOf(chunks);
  const rows = unpacked(chunks, header);
  const colours = coloursOf(chunks, header);
  const { width, height, passes } = header;
  const data = new Uint8Array(4 * width * height);
  let at = 0;
  for (const pass of passes) at = drawPass(header, pass, rows, at, colours, data);
  return { width, height, data };
}

/** @typedef {{ type: string, content: Uint8Array }} Chunk */

/** @param {Uint8Array} bytes @returns {Chunk[]} */
function chunksOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** @type {Chunk[]} */
  const chunks = [];
  let at = SIGNATURE_BYTES;
  while (at + CHUNK_BYTES <= bytes.length) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type === 'IEND') break;
    if (at + CHUNK_BYTES + length > bytes.length) throw new Error('it ends too soon');
    chunks.push({ type, content: bytes.subarray(at + 8, at + 8 + length) });
    at += CHUNK_BYTES + length;
  }
  return chunks;
}

/** @param {Chunk[]} chunks @returns {Header} */
function headerOf(chunks) {
  const [first, ...more] = chunks.filter(({ type }) => type === 'IHDR');
  if (chunks[0] !== first || more.length > 0 || first?.content.length !== 13) {
    throw new Error('it has not one header');
  }
  const { content } = first;
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, type, compression, filter, interlace] = content.subarray(8);
  const colour = COLOURS.get(type);
  if (!colour?.depths.includes(depth) || compression !== 0 || filter !== 0 || interlace > 1) {
    throw new Error('its header is of no known kind');
  }
  if (width === 0 || height === 0) throw new Error('it has no pixels');
  const { samples } = colour;
  return { width, height, depth, type, samples, passes: interlace === 1 ? ADAM7 : WHOLE };
}

/** Pixels of a pass in x and y; none at all if either is 0. @param {Header} header
 * @param {number[]} pass */
function sizeOfPass({ width, height }, [x, y, dx, dy]) {
  return [Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)].map((n) => Math.max(n, 0));
}

/** Bytes of a row of so many pixels. @param {Header} header @param {number} pixels */
function rowBytes({ depth, samples }, pixels) {
  return Math.ceil((pixels * samples * depth) / 8);
}

/** The rows of all passes, each after a byte that says how it is filtered.
 * @param {Chunk[]} chunks @param {Header} header */
function unpacked(chunks, header) {
  const sizes = header.passes.map((pass) => {
    const [columns, rows] = sizeOfPass(header, pass);
    return columns === 0 ? 0 : rows * (1 + rowBytes(header, columns));
  });
  const size = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const packed = chunks.filter(({ type }) => type === 'IDAT').map(({ content }) => content);
  if (packed.length === 0) throw new Error('it has no pixels');
  const bytes = packed.reduce((sum, { length }) => sum + length, 0);
  if (bytes * MOST_RATIO < size) throw new Error('pixels are missing');
  const out = unzlibSync(packed.length === 1 ? packed[0] : joined(packed), {
    out: new Uint8Array(size),
  });
  if (out.length < size) throw new Error('pixels are missing');
  return out;
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * What numbers of colours mean, and which colour is transparent.
 * @typedef {object} Colours
 * @property {Uint8Array | null} palette RGBA
 * @property {number[] | null} clear samples of the transparent colour
 */

/** @param {Chunk[]} chunks @param {Header} header @returns {Colours} */
function coloursOf(chunks, { type, samples }) {
  const find = (/** @type {string} */ wanted) =>
    chunks.find((chunk) => chunk.type === wanted)?.content;
  const alphas = find('tRNS');
  if (type !== 3) {
    const isOne = alphas?.length === 2 * samples && type < 3;
    const clear = isOne
      ? Array.from({ length: samples }, (_, i) => (alphas[2 * i] << 8) | alphas[2 * i + 1])
      : null;
    return { palette: null, clear };
  }
  const colours = find('PLTE');
  if (!colours || colours.length % 3 !== 0 || colours.length > 768) {
    throw new Error('its colours are missing');
  }
  const palette = new Uint8Array((colours.length / 3) * 4);
  for (let i = 0; i < colours.length / 3; i++) {
    palette.set(colours.subarray(3 * i, 3 * i + 3), 4 * i);
    palette[4 * i + 3] = alphas?.[i] ?? 255;
  }
  return { palette, clear: null };
}

/** Undoes the filters of a pass's rows and draws their pixels.
 * @param {Header} header @param {number[]} pass @param {Uint8Array} rows @param {number} at where the
 *   pass begins in them @param {Colours} colours @param {Uint8Array} data RGBA of the picture
 * @returns {number} where the pass ends */
function drawPass(header, pass, rows, at, colours, data) {
  const [columns, count] = sizeOfPass(header, pass);
  if (columns === 0) return at;
  const bytes = rowBytes(header, columns);
  const distance = Math.max(1, (header.samples * header.depth) >> 3);
  /** @type {Uint8Array} */
  let before = new Uint8Array(bytes);
  for (let y = 0; y < count; y++) {
    const row = rows.subarray(at + 1, at + 1 + bytes);
    unfilter(rows[at], row, before, distance);
    drawRow(header, pass, y, columns, row, colours, data);
    before = row;
    at += 1 + bytes;
  }
  return at;
}

/** @param {number} filter @param {Uint8Array} row @param {Uint8Array} above
 * @param {number} distance of the byte to the left, in bytes */
function unfilter(filter, row, above, distance) {
  const { length } = row;
  if (filter > 4) throw new Error('its rows are of no known kind');
  if (filter === 1) for (let i = distance; i < length; i++) row[i] += row[i - distance];
  if (filter === 2) for (let i = 0; i < length; i++) row[i] += above[i];
  if (filter === 3) {
    for (let i = 0; i < length; i++) {
      const left = i < distance ? 0 : row[i - distance];
      row[i] += (left + above[i]) >> 1;
    }
  }
  if (filter === 4) {
    for (let i = 0; i < length; i++) {
      const left = i < distance ? 0 : row[i - distance];
      row[i] += paeth(left, above[i], i < distance ? 0 : above[i - distance]);
    }
  }
}

/** @param {number} left @param {number} above @param {number} corner above to the left */
function paeth(left, above, corner) {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** @param {Header} header @param {number[]} pass @param {number} y row of the pass
 * @param {number} columns @param {Uint8Array} row @param {Colours} colours @param {Uint8Array} data */
function drawRow(header, [x0, y0, dx, dy], y, columns, row, colours, data) {
  const at = 4 * ((y0 + y * dy) * header.width + x0);
  const step = 4 * dx;
  if (colours.palette) drawNumbers(header, columns, row, colours.palette, data, at, step);
  else if (header.depth === 8) drawBytes(header, columns, row, data, at, step);
  else drawSamples(header, columns, row, data, at, step);
  if (colours.clear) clearPixels(header, columns, row, colours.clear, data, at, step);
}

/** @param {Header} header @param {number} columns @param {Uint8Array} row
 * @param {Uint8Array} palette @param {Uint8Array} data @param {number} at of the first pixel
 * @param {number} step to the next */
function drawNumbers({ depth }, columns, row, palette, data, at, step) {
  const sample = readerOf(row, depth);
  for (let x = 0; x < columns; x++, at += step) {
    const colour = 4 * sample(x);
    if (colour >= palette.length) throw new Error('it uses a colour that it does not have');
    for (let c = 0; c < 4; c++) data[at + c] = palette[colour + c];
  }
}

/** Samples of eight bits, as nearly all files have. @param {Header} header
 * @param {number} columns @param {Uint8Array} row @param {Uint8Array} data @param {number} at
 * @param {number} step */
function drawBytes({ samples }, columns, row, data, at, step) {
  const [green, blue] = samples < 3 ? [0, 0] : [1, 2];
  const alpha = samples % 2 === 0 ? samples - 1 : -1;
  for (let i = 0; i < columns * samples; i += samples, at += step) {
    data[at] = row[i];
    data[at + 1] = row[i + green];
    data[at + 2] = row[i + blue];
    data[at + 3] = alpha < 0 ? 255 : row[i + alpha];
  }
}

/** Samples of other depths: 16 bits keep the high byte, fewer are spread over 0 to 255.
 * @param {Header} header @param {number} columns @param {Uint8Array} row @param {Uint8Array} data
 * @param {number} at @param {number} step */
function drawSamples(header, columns, row, data, at, step) {
  const { depth, samples } = header;
  const sample = readerOf(row, depth);
  const scale = 255 / (2 ** depth - 1);
  const bytes = Uint8Array.from({ length: columns * samples }, (_, i) =>
    depth === 16 ? sample(i) >> 8 : sample(i) * scale,
  );
  drawBytes(header, columns, bytes, data, at, step);
}

/** @param {Header} header @param {number} columns @param {Uint8Array} row @param {number[]} clear
 * @param {Uint8Array} data @param {number} at @param {number} step */
function clearPixels({ depth, samples }, columns, row, clear, data, at, step) {
  const sample = readerOf(row, depth);
  for (let x = 0; x < columns; x++, at += step) {
    if (clear.every((value, c) => sample(x * samples + c) === value)) data[at + 3] = 0;
  }
}

/** Reads samples of a row by their numbers. @param {Uint8Array} row @param {number} depth
 * @returns {(i: number) => number} */
function readerOf(row, depth) {
  if (depth === 8) return (i) => row[i];
  if (depth === 16) return (i) => (row[2 * i] << 8) | row[2 * i + 1];
  const mask = 2 ** depth - 1;
  return (i) => {
    const bit = i * depth;
    return (row[bit >> 3] >> (8 - depth - (bit & 7))) & mask;
  };
}
