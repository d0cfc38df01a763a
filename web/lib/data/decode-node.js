/** Pictures other than PNG, where there is no browser to decode them: JPEG, GIF (its first picture), BMP and
 * WebP. Their sizes were looked at. */
import decodePixels from 'jpeg-js/lib/decoder.js';
import { GifReader } from 'omggif';
import { decodeBmp } from './bmp.js';
import { headerOf } from './picture-header.js';

/** @typedef {import('../index.js').Picture} Picture */

/** @type {Record<string, (bytes: Uint8Array) => Picture | Promise<Picture>>} */
const DECODERS = { jpeg: decodeJpeg, gif: decodeGif, bmp: decodeBmp, webp: decodeWebp };

/** @param {string} kind @param {Uint8Array} bytes @returns {Promise<Picture>} */
export async function decodeOther(kind, bytes) {
  const decode = DECODERS[kind];
  if (decode) return decode(bytes);
  const advice = 'convert it (magick x.avif x.png), or open it on the page';
  throw new Error(`it is an AVIF, which Node does not decode; ${advice}`);
}

/** @param {Uint8Array} bytes */
async function decodeWebp(bytes) {
  const header = headerOf(bytes);
  if ('animated' in header && header.animated) {
    const advice = 'convert it (magick "x.webp[0]" x.png), or open it on the page';
    throw new Error(`it is an animated WebP, which Node does not decode; ${advice}`);
  }
  return (await import('./webp-node.js')).decodeWebp(bytes);
}

/** @param {Uint8Array} bytes */
function decodeJpeg(bytes) {
  const limits = { maxResolutionInMP: 100, maxMemoryUsageInMB: 1024 };
  return decodePixels(bytes, { useTArray: true, ...limits });
}

/** @param {Uint8Array} bytes */
function decodeGif(bytes) {
  const reader = new GifReader(bytes);
  const { width, height } = reader;
  const frame = reader.frameInfo(0);
  if (frame.x + frame.width > width || frame.y + frame.height > height) {
    throw new Error('its first picture is larger than the whole');
  }
  const data = new Uint8Array(4 * width * height);
  reader.decodeAndBlitFrameRGBA(0, data);
  return { width, height, data };
}
