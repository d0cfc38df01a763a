/** Any picture's file as an input of a net, the same in a page and in Node. Nothing is decoded before
 * the file's header was looked at: a file of a few kilobytes can claim any size. */
import { decodeOther } from '#decode';
import { sizeText } from './bytes.js';
import { exifOf, oriented, upright } from './exif.js';
import { headerOf } from './picture-header.js';
import { decodePng } from './png.js';
import { resizeToInput } from './resize.js';

/** @typedef {import('../index.js').Picture} Picture */

/** Of a file; photographs have far less. */
export const MOST_PICTURE_BYTES = 100e6;
const MOST_SIDE = 20000;
const MOST_MEGAPIXELS = 100;
/** How ImageMagick makes a picture that is read of one that is not. */
const CONVERT = {
  HEIC: 'magick x.heic x.jpg',
  TIFF: 'magick x.tif x.png',
  SVG: 'magick x.svg x.png',
};

/** @param {Uint8Array} bytes of the file @returns {Promise<Uint8Array>} [3][32][32]
 * @throws {Error} whose message says what is wrong: "it has no pixels" */
export async function inputOf(bytes) {
  return resizeToInput(await decodePicture(bytes));
}

/** @param {Uint8Array} bytes @returns {Promise<Picture>} */
export async function decodePicture(bytes) {
  if (bytes.length > MOST_PICTURE_BYTES) throw new Error(`it has ${sizeText(bytes.length)}`);
  const header = headerOf(bytes);
  if (!('width' in header)) {
    const { kind } = header;
    if (!kind) throw new Error('it is no picture');
    throw new Error(`${kind} is no kind of picture that is read; convert it (${CONVERT[kind]})`);
  }
  const { kind, width, height } = header;
  if (width === 0 || height === 0) throw new Error('it has no pixels');
  if (width > MOST_SIDE || height > MOST_SIDE) {
    throw new Error(`it has ${width} x ${height} pixels, and a side of ${MOST_SIDE} is the most`);
  }
  if (width * height > MOST_MEGAPIXELS * 1e6) {
    throw new Error(`it has more than ${MOST_MEGAPIXELS} megapixels`);
  }
  const exif = exifOf(kind, bytes);
  // Some decoders turn pictures themselves, so they are told that there is nothing to turn.
  const plain = exif ? upright(bytes, exif) : bytes;
  const picture = kind === 'png' ? decodePng(plain) : await decodeOther(kind, plain);
  const { data } = picture;
  if (data.length === 0 || data.length !== 4 * picture.width * picture.height) {
    throw new Error('pixels are missing');
  }
  return exif ? oriented(picture, exif.orientation) : picture;
}
