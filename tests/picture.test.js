/** Pictures before and after they are decoded: what a file says of itself, and numbers as pixels. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { pixelsOfFilters, pixelsOfInput, pixelsOfMaps } from '../web/image/pixels.js';
import { decodePicture } from '../web/lib/data/picture.js';
import { headerOf as readHeader } from '../web/lib/data/picture-header.js';
import { largestArray } from './data/memory.js';

/** @param {Uint8Array} bytes @returns {any} */
const headerOf = (bytes) => readHeader(bytes);

const ascii = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const bytes = (...parts) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...ascii(part)] : part)));
const webp = (...parts) => bytes('RIFF', [0, 0, 0, 0], 'WEBP', ...parts);

describe('what a picture’s file says of itself', () => {
  const png = (width, height) => new Uint8Array(PNG.sync.write(new PNG({ width, height })));

  it('PNG, still and animated, whole and cut off', () => {
    const still = png(40, 30);
    assert.deepEqual(headerOf(still), { kind: 'png', width: 40, height: 30, animated: false });
    const control = bytes([0, 0, 0, 8], 'acTL', Array(12).fill(0));
    const moving = Uint8Array.from([...still.slice(0, 33), ...control, ...still.slice(33)]);
    assert.equal(headerOf(moving).animated, true);
    assert.equal(headerOf(still.slice(0, 14)).width, 0);
  });

  it('JPEG, whose size comes after segments of other kinds', () => {
    const data = Buffer.alloc(4 * 70 * 50);
    const plain = new Uint8Array(jpeg.encode({ width: 70, height: 50, data }, 80).data);
    assert.deepEqual(headerOf(plain), { kind: 'jpeg', width: 70, height: 50, animated: false });
    const long = [0xff, 0xe1, 0xff, 0xff, ...Array(0xfffd).fill(0xff)];
    const tagged = Uint8Array.from([...plain.slice(0, 2), ...long, ...plain.slice(2)]);
    assert.deepEqual(headerOf(tagged), headerOf(plain));
    assert.equal(headerOf(plain.slice(0, 30)).width, 0);
  });

  it('WebP of its three kinds', () => {
    const lossy = webp('VP8 ', [0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 0x40, 1, 0xf0, 0]);
    assert.deepEqual(headerOf(lossy), { kind: 'webp', width: 320, height: 240, animated: false });
    // 14 bits each of width - 1 and height - 1.
    const size = (319 | (239 << 14)) >>> 0;
    const packed = [0, 8, 16, 24].map((shift) => (size >>> shift) & 255);
    const lossless = webp('VP8L', [0, 0, 0, 0, 0x2f], packed);
    assert.deepEqual(headerOf(lossless), headerOf(lossy));
    const extended = (flags) => webp('VP8X', [10, 0, 0, 0, flags, 0, 0, 0, 63, 1, 0, 239, 0, 0]);
    assert.deepEqual(headerOf(extended(0)), headerOf(lossy));
    assert.equal(headerOf(extended(2)).animated, true);
  });

  it('others by name, and what is no picture', () => {
    const kinds = {
      GIF: bytes('GIF89a'),
      BMP: bytes('BM', [1, 2]),
      TIFF: bytes('II*', [0]),
      AVIF: bytes([0, 0, 0, 28], 'ftypavif'),
      HEIC: bytes([0, 0, 0, 28], 'ftypheic'),
      SVG: bytes([0xef, 0xbb, 0xbf], '<?xml version="1.0"?>\n<svg xmlns="…">'),
    };
    for (const [kind, file] of Object.entries(kinds)) assert.deepEqual(headerOf(file), { kind });
    for (const file of [bytes(), bytes('hello'), bytes('<!doctype html><p>')]) {
      assert.deepEqual(headerOf(file), { kind: null });
    }
  });
});

describe('numbers as pixels', () => {
  const pixel = ({ data }, at) => [...data.slice(4 * at, 4 * at + 4)];

  it('an input', () => {
    const planes = Uint8Array.from({ length: 3072 }, (_, i) => (i * 7) % 251);
    const pixels = pixelsOfInput(planes);
    assert.deepEqual(pixel(pixels, 1023), [planes[1023], planes[2047], planes[3071], 255]);
  });

  it('filters on one scale, grey for 0', () => {
    const values = new Float32Array(2 * 27);
    values.set([-2, 2, 0.5], 27); // Red's first row in the second filter.
    const { pixels, largest } = pixelsOfFilters({ shape: [2, 3, 3, 3], values });
    assert.equal(largest, 2);
    assert.deepEqual(pixel(pixels[0], 4), [128, 128, 128, 255]);
    assert.deepEqual(pixel(pixels[1], 0), [0, 128, 128, 255]);
    assert.deepEqual(pixel(pixels[1], 1), [255, 128, 128, 255]);
  });

  it('maps of a layer, the first of many, also where all is 0', () => {
    const values = Float32Array.of(0, 4, 9, 0, 1, 36);
    const { pixels, largest } = pixelsOfMaps({ height: 1, width: 2, channels: 3, values }, 2);
    assert.equal(largest, 36);
    assert.equal(pixels.length, 2);
    assert.deepEqual(pixel(pixels[1], 0), [85, 85, 85, 255]);
    const silent = { height: 1, width: 1, channels: 1, values: new Float32Array(1) };
    assert.deepEqual(pixel(pixelsOfMaps(silent, 1).pixels[0], 0), [0, 0, 0, 255]);
  });
});

describe('a file that is decoded', () => {
  const chunk = (type, ...content) => {
    const body = Buffer.from(bytes(type, ...content));
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length - 4);
    sum.writeUInt32BE(crc32(body));
    return [...length, ...body, ...sum];
  };
  const big = (number) => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255);
  const header = (width, height, interlace = 0) =>
    chunk('IHDR', big(width), big(height), [8, 6, 0, 0, interlace]);
  const png = (...chunks) => bytes([0x89], 'PNG\r\n\x1a\n', ...chunks, chunk('IEND'));
  const pixels = (count) => chunk('IDAT', [...deflateSync(Buffer.alloc(count))]);
  const refuses = (file, pattern) => assert.rejects(decodePicture(file), { message: pattern });

  it('is read if it is sound, interlaced or not', async () => {
    for (const interlace of [0, 1]) {
      const count = 4 * 4 + (interlace ? 3 : 2); // A byte a row, and three of seven passes have one.
      const picture = await decodePicture(png(header(2, 2, interlace), pixels(count)));
      assert.deepEqual([picture.width, picture.height, picture.data.length], [2, 2, 16]);
    }
  });

  it('has a size that is looked at before memory is taken', async () => {
    await refuses(png(header(20000, 20000), pixels(9)), /it has more than 100 megapixels/);
    await refuses(
      png(header(1, 1e7), pixels(9)),
      /1 x 10000000 pixels, and a side of 20000 is the most/,
    );
    await refuses(png(header(0, 2 ** 32 - 1), pixels(9)), /it has no pixels/);
    await refuses(png(header(2, 2), header(20000, 20000), pixels(9)), /it has not one header/);
    await refuses(png(), /it has no pixels/);
    const size = [0xff, 0xc0, 0, 11, 8, 0xff, 0xff, 0xff, 0xff, 1, 1, 0x11, 0];
    await refuses(bytes([0xff, 0xd8], size), /65535 x 65535 pixels, and a side/);
  });

  it('unpacks to what its size says, and no more', async () => {
    for (const interlace of [0, 1]) {
      const bomb = png(header(2, 2, interlace), pixels(50e6));
      const largest = await largestArray(async () => {
        assert.equal((await decodePicture(bomb)).data.length, 16);
      });
      assert.ok(largest < 1000, `${largest}`);
    }
  });
});
