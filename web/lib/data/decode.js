/** PNG and JPEG images, where there is no browser to decode them. */
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { ResiduaError } from '../errors.js';

const MOST_MEGAPIXELS = 100;

/** @param {string} op @param {string} file for messages @param {Uint8Array} bytes
 * @returns {import('../index.js').Picture} */
export function decodePicture(op, file, bytes) {
  const isPng = bytes[0] === 0x89 && bytes[1] === 0x50;
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  if (!isPng && !isJpeg) throw badImage(op, file, 'is neither');
  try {
    return isPng ? decodePng(bytes) : decodeJpeg(bytes);
  } catch (error) {
    throw badImage(op, file, `cannot be decoded (${/** @type {Error} */ (error).message})`);
  }
}

/** @param {string} op @param {string} file @param {string} problem */
function badImage(op, file, problem) {
  return new ResiduaError('BAD_FILE', op, `${file} ${problem}; give a PNG or JPEG image.`);
}

/** @param {Uint8Array} bytes */
function decodePng(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(16) * view.getUint32(20) > MOST_MEGAPIXELS * 1e6) {
    throw new Error(`it has more than ${MOST_MEGAPIXELS} megapixels`);
  }
  return PNG.sync.read(Buffer.from(bytes));
}

/** @param {Uint8Array} bytes */
function decodeJpeg(bytes) {
  const limits = { maxResolutionInMP: MOST_MEGAPIXELS, maxMemoryUsageInMB: 1024 };
  return jpeg.decode(bytes, { useTArray: true, ...limits });
}
