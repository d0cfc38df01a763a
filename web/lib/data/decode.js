/** PNG and JPEG images, where there is no browser to decode them. */
import { inflateSync } from 'node:zlib';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { ResiduaError } from '../errors.js';

const MOST_MEGAPIXELS = 100;
const PNG_SIGNATURE_BYTES = 8;
/** Beside its content, a chunk has its length, its type and a checksum. */
const PNG_CHUNK_BYTES = 12;

/** @param {string} op @param {string} file for messages @param {Uint8Array} bytes
 * @returns {import('../index.js').Picture} */
export function decodePicture(op, file, bytes) {
  const isPng = bytes[0] === 0x89 && bytes[1] === 0x50;
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  if (!isPng && !isJpeg) throw badImage(op, file, 'is neither');
  try {
    return whole(isPng ? decodePng(bytes) : decodeJpeg(bytes));
  } catch (error) {
    throw badImage(op, file, `cannot be decoded (${/** @type {Error} */ (error).message})`);
  }
}

/** @param {string} op @param {string} file @param {string} problem */
function badImage(op, file, problem) {
  return new ResiduaError('BAD_FILE', op, `${file} ${problem}; give a PNG or JPEG image.`);
}

/** @param {import('../index.js').Picture} picture */
function whole({ width, height, data }) {
  if (data.length === 0 || data.length !== 4 * width * height)
    throw new Error('pixels are missing');
  return { width, height, data };
}

/** @param {Uint8Array} bytes */
function decodePng(bytes) {
  checkPng(bytes);
  return PNG.sync.read(Buffer.from(bytes));
}

/** Refuses what pngjs would take memory for: it looks at no size, believes the last of several
 * headers, and unpacks interlaced pixels to whatever they become. @param {Uint8Array} bytes */
function checkPng(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (width === 0 || height === 0) throw new Error('it has no pixels');
  if (width * height > MOST_MEGAPIXELS * 1e6) {
    throw new Error(`it has more than ${MOST_MEGAPIXELS} megapixels`);
  }
  const chunks = chunksOf(bytes, view);
  if (chunks.filter(({ type }) => type === 'IHDR').length !== 1) {
    throw new Error('it has not one header');
  }
  const isInterlaced = view.getUint8(28) === 1;
  if (!isInterlaced) return;
  const packed = chunks.filter(({ type }) => type === 'IDAT').map(({ content }) => content);
  // Eight bytes a pixel at most, and a byte for each row of the seven pictures it consists of.
  const maxOutputLength = 8 * width * height + 7 * height;
  inflateSync(Buffer.concat(packed), { maxOutputLength });
}

/** @param {Uint8Array} bytes @param {DataView} view of them */
function chunksOf(bytes, view) {
  const chunks = [];
  let at = PNG_SIGNATURE_BYTES;
  while (at + PNG_CHUNK_BYTES <= bytes.length) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    chunks.push({ type, content: bytes.subarray(at + 8, at + 8 + length) });
    at += PNG_CHUNK_BYTES + length;
  }
  return chunks;
}

/** @param {Uint8Array} bytes */
function decodeJpeg(bytes) {
  const limits = { maxResolutionInMP: MOST_MEGAPIXELS, maxMemoryUsageInMB: 1024 };
  return jpeg.decode(bytes, { useTArray: true, ...limits });
}
