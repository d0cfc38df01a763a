/** A file that is to be a picture is one, or is refused before memory is taken for it. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { decodePicture } from '../../web/lib/data/picture.js';
import { headerOf } from '../../web/lib/data/picture-header.js';
import { resizeToInput } from '../../web/lib/data/resize.js';
import { damaged, edits } from './mutations.js';
import { property } from './property.js';

/** Null where the picture is refused by an error that says why. @param {Uint8Array} bytes */
async function pictureOrNull(bytes) {
  try {
    return await decodePicture(new Uint8Array(bytes));
  } catch (error) {
    assert.ok(error instanceof Error && error.message.length > 0);
    assert.doesNotMatch(error.message, /undefined|is not a function|null/);
    return null;
  }
}

/** @param {Uint8Array} bytes */
async function check(bytes) {
  const header = headerOf(bytes);
  if ('width' in header) assert.ok(header.width >= 0 && header.height >= 0);
  const picture = await pictureOrNull(bytes);
  if (!picture) return;
  const { width, height, data } = picture;
  assert.ok(width > 0 && height > 0);
  assert.equal(data.length, 4 * width * height);
  assert.equal(resizeToInput(picture).length, 3072);
}

/** A chunk of a PNG, with a checksum that is right.
 * @param {string} type @param {Uint8Array} content */
function chunk(type, content) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

const side = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1e4, 2 ** 16, 2 ** 31 - 1, 2 ** 32 - 1) },
);
const header = fc
  .tuple(
    side,
    side,
    fc.constantFrom(1, 2, 4, 8, 16, 3),
    fc.constantFrom(0, 2, 3, 4, 6, 1),
    fc.nat(1),
  )
  .map(([width, height, depth, colours, interlace]) => {
    const content = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, depth, colours, 0, 0, interlace]);
    content.writeUInt32BE(width, 0);
    content.writeUInt32BE(height, 4);
    return chunk('IHDR', content);
  });
const pixels = fc
  .tuple(fc.oneof(fc.nat(4000), fc.constant(3e6)), fc.nat(5))
  .map(([count, byte]) => chunk('IDAT', deflateSync(Buffer.alloc(count, byte))));
const extra = fc.oneof(
  header,
  pixels,
  fc.uint8Array({ maxLength: 30 }).map((bytes) => chunk('PLTE', bytes)),
  fc.uint8Array({ maxLength: 10 }).map((bytes) => chunk('tRNS', bytes)),
  fc.uint8Array({ maxLength: 6 }).map((bytes) => chunk('gAMA', bytes)),
  fc.uint8Array({ maxLength: 6 }).map((bytes) => chunk('tEXt', bytes)),
);
const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const anyPng = fc
  .tuple(header, fc.array(extra, { maxLength: 2 }), pixels, fc.array(extra, { maxLength: 2 }))
  .map(([first, before, middle, after]) =>
    Buffer.concat([signature, first, ...before, middle, ...after, chunk('IEND', Buffer.alloc(0))]),
  );

const colours = fc.uint8Array({ minLength: 4, maxLength: 64 });
/** Of any colours, repeated over as many pixels as there are. */
const picture = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), colours)
  .map(([width, height, some]) => ({
    width,
    height,
    data: Buffer.alloc(4 * width * height, some),
  }));
/** @typedef {{ width: number, height: number, data: Buffer }} Image */
const pngOf = (/** @type {Image} */ { width, height, data }) => {
  const image = new PNG({ width, height });
  image.data = data;
  return PNG.sync.write(image);
};
const jpegOf = (/** @type {Image} */ image) => jpeg.encode(image, 80).data;
/** Of 24 bits a pixel. @param {Image} image */
const bmpOf = ({ width, height, data }) => {
  const row = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + row * height);
  file.write('BM');
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 54 + (height - 1 - y) * row + 3 * x;
      for (let c = 0; c < 3; c++) file[at + c] = data[4 * (y * width + x) + 2 - c];
    }
  }
  return file;
};
/** Of 2 x 2 pixels. */
const GIF = Buffer.from(
  'R0lGODlhAgACAIEAAP8AAAD/AAAA/////yH5BAAKAAAALAAAAAACAAIAAAIDRDQFADs=',
  'base64',
);

describe('a picture', () => {
  property('comes out of a PNG as it was put in', 60, [picture], async (image) => {
    const { width, height, data } = await decodePicture(new Uint8Array(pngOf(image)));
    assert.deepEqual({ width, height, data: Buffer.from(data) }, image);
  });

  property('comes out of a JPEG in its size', 25, [picture], async (image) => {
    const { width, height } = await decodePicture(new Uint8Array(jpegOf(image)));
    assert.deepEqual([width, height], [image.width, image.height]);
  });

  property('in a damaged PNG is whole or refused', 200, [picture, edits], (image, changes) =>
    check(damaged(pngOf(image), changes)),
  );

  property('in a damaged JPEG is whole or refused', 50, [picture, edits], (image, changes) =>
    check(damaged(jpegOf(image), changes)),
  );

  property('comes out of a BMP as it was put in', 40, [picture], async (image) => {
    const { data } = await decodePicture(new Uint8Array(bmpOf(image)));
    assert.ok(data.every((value, i) => value === (i % 4 === 3 ? 255 : image.data[i])));
  });

  property(
    'in a damaged BMP or GIF is whole or refused',
    150,
    [picture, edits],
    async (image, changes) => {
      await check(damaged(bmpOf(image), changes));
      await check(damaged(GIF, changes));
    },
  );

  property(
    'is turned by any EXIF without reading beyond it',
    200,
    [picture, edits],
    (image, changes) => {
      const plain = pngOf(image);
      const exif = Buffer.from('4d4d002a00000008000101120003000000010006000000000000', 'hex');
      const file = Buffer.concat([
        plain.subarray(0, 33),
        chunk('eXIf', damaged(exif, changes)),
        plain.subarray(33),
      ]);
      return check(file);
    },
  );

  property('in a PNG of any chunks is whole or refused', 300, [anyPng], check);

  property('in no picture is refused', 200, [fc.uint8Array({ maxLength: 400 })], async (bytes) => {
    const heads = [
      '',
      '\x89PNG\r\n\x1a\n',
      '\x89P',
      '\xff\xd8',
      '\xff\xd8\xff\xc0',
      'RIFF....WEBPVP8X',
    ];
    for (const head of heads) await check(Buffer.concat([Buffer.from(head, 'latin1'), bytes]));
  });
});
