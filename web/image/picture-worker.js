/** The worker that decodes pictures and shrinks them to inputs of a network. A picture's header is
 * checked before its pixels take memory. */
import { transfer } from 'comlink';
import { inputOf as inputOfFile } from '../lib/data/picture.js';
import { headerOf } from '../lib/data/picture-header.js';
import { resizeToInput } from '../lib/data/resize.js';
import { exposeWatched } from '../worker/watched.js';

/** Why a file is refused: a key of the messages, and what they need.
 * @typedef {{ problem: string, kind?: string, there?: number, most?: number }} Refusal */

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

/** The middle square alone is drawn, to spare memory. @param {ImageBitmap} bitmap */
function inputOf(bitmap) {
  const { width, height } = bitmap;
  const square = Math.min(width, height);
  const context = new OffscreenCanvas(square, square).getContext('2d', {
    willReadFrequently: true,
  });
  const drawn = /** @type {OffscreenCanvasRenderingContext2D} */ (context);
  drawn.drawImage(bitmap, -((width - square) >> 1), -((height - square) >> 1));
  bitmap.close();
  const planes = resizeToInput(drawn.getImageData(0, 0, square, square));
  return transfer(planes, [planes.buffer]);
}

const service = {
  /** @param {File} file @returns {Promise<Uint8Array | Refusal>} an input of a network */
  async read(file) {
    if (file.size === 0) return { problem: 'empty' };
    if (file.size > MOST_MEGABYTES * 1e6) {
      return { problem: 'tooManyBytes', there: file.size / 1e6, most: MOST_MEGABYTES };
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    const refusal = refusalOf(bytes);
    if (refusal) return refusal;
    try {
      const planes = await inputOfFile(bytes);
      return transfer(planes, [planes.buffer]);
    } catch {
      return { problem: 'broken' };
    }
  },

  /** @param {ImageBitmap} bitmap @returns {Uint8Array} */
  shrink: (bitmap) => inputOf(bitmap),
};

/** @typedef {typeof service} Service */
exposeWatched(service);
