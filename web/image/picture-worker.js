/** The worker that decodes pictures and shrinks them to inputs of a network. A picture's header is
 * checked before its pixels take memory. */
import { transfer } from 'comlink';
import { decodePicture } from '../lib/data/picture.js';
import { headerOf } from '../lib/data/picture-header.js';
import { resizeToInput } from '../lib/data/resize.js';
import { exposeWatched } from '../worker/watched.js';
import { originalOf } from './original.js';

/** Why a file is refused: a key of the messages, and what they need.
 * @typedef {{ problem: string, kind?: string, there?: number, most?: number }} Refusal */

/** The input of a network, and the whole picture for the page.
 * @typedef {{ planes: Uint8Array, original: import('./pixels.js').Pixels }} Ready */

const MOST_MEGABYTES = 64;
/** What today's telephones take; more would need memory that they do not have. */
const MOST_MEGAPIXELS = 50;

/** @param {Uint8Array} bytes @returns {Refusal | null} */
function refusalOf(bytes) {
  const header = headerOf(bytes);
  if (!('width' in header)) {
    const { kind } = header;
    return kind
      ? { problem: kind === 'SVG' ? 'svg' : 'otherKind', kind }
      : { problem: 'noPicture' };
  }
  const { width, height, animated } = header;
  if (width === 0 || height === 0) return { problem: 'broken' };
  const megapixels = (width * height) / 1e6;
  if (megapixels > MOST_MEGAPIXELS) {
    return { problem: 'tooManyPixels', there: megapixels, most: MOST_MEGAPIXELS };
  }
  return animated ? { problem: 'animated' } : null;
}

/** What is shown of a picture, and what the network sees of it at first.
 * @param {import('../lib/index.js').Picture} picture */
function readyOf(picture) {
  const planes = resizeToInput(picture);
  const original = originalOf(picture);
  return transfer({ planes, original }, [planes.buffer, original.data.buffer]);
}

/** @param {ImageBitmap} bitmap @returns {import('../lib/index.js').Picture} */
function pixelsOf(bitmap) {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  const drawn = /** @type {OffscreenCanvasRenderingContext2D} */ (context);
  drawn.drawImage(bitmap, 0, 0);
  bitmap.close();
  return drawn.getImageData(0, 0, width, height);
}

/** The bytes of what may be a picture, as far as its size and its header tell.
 * @param {File | Blob} file @returns {Promise<{ bytes: Uint8Array<ArrayBuffer> } | Refusal>} */
async function bytesOf(file) {
  if (file.size === 0) return { problem: 'empty' };
  if (file.size > MOST_MEGABYTES * 1e6) {
    return { problem: 'tooManyBytes', there: file.size / 1e6, most: MOST_MEGABYTES };
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  return refusalOf(bytes) ?? { bytes };
}

const service = {
  /** Why a file is refused before its pixels are read; null: it is not. @param {File | Blob} file
   * @returns {Promise<Refusal | null>} */
  async refusal(file) {
    const answer = await bytesOf(file);
    return 'bytes' in answer ? null : answer;
  },

  /** @param {File | Blob} file @returns {Promise<Ready | Refusal>} */
  async read(file) {
    const answer = await bytesOf(file);
    if (!('bytes' in answer)) return answer;
    try {
      return readyOf(await decodePicture(answer.bytes));
    } catch {
      return { problem: 'broken' };
    }
  },

  /** @param {ImageBitmap} bitmap @returns {Ready} */
  shrink: (bitmap) => readyOf(pixelsOf(bitmap)),
};

/** @typedef {typeof service} Service */
exposeWatched(service);
