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
import { AVIF, WEBP, WEBP_LOSSLESS } from './data/pictures.js';

/** @param {Uint8Array} bytes @returns {any} */
const headerOf = (bytes) => readHeader(bytes);

const ascii = (/** @type {string} */ text) =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));
/** Bytes, and texts of one byte a character.
 * @typedef {string | ArrayLike<number> & Iterable<number>} Part */

const bytes = (/** @type {Part[]} */ ...parts) =>
  Uint8Array.from(parts.flatMap((part) => [...(typeof part === 'string' ? ascii(part) : part)]));
const webp = (/** @type {Part[]} */ ...parts) => bytes('RIFF', [0, 0, 0, 0], 'WEBP', ...parts);

describe('what a picture’s file says of itself', () => {
  /** @param {number} width @param {number} height */
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
    const extended = (/** @type {number} */ flags) =>
      webp('VP8X', [10, 0, 0, 0, flags, 0, 0, 0, 63, 1, 0, 239, 0, 0]);
    assert.deepEqual(headerOf(extended(0)), headerOf(lossy));
    assert.equal(headerOf(extended(2)).animated, true);
  });

  it('GIF, BMP and AVIF', () => {
    const size = { width: 320, height: 240, animated: false };
    const gif = bytes('GIF89a', [0x40, 1, 0xf0, 0, 0, 0, 0]);
    assert.deepEqual(headerOf(gif), { kind: 'gif', ...size });
    const bmp = (/** @type {number[]} */ height) =>
      bytes('BM', Array(12).fill(0), [40, 0, 0, 0, 0x40, 1, 0, 0], height);
    for (const height of [
      [0xf0, 0, 0, 0],
      [0x10, 0xff, 0xff, 0xff],
    ]) {
      assert.deepEqual(headerOf(bmp(height)), { kind: 'bmp', ...size });
    }
    assert.deepEqual(headerOf(bytes('BMW,3,4,5,6,7,8,9,10,11,12')), { kind: null });
    const box = (/** @type {number} */ width) =>
      bytes('ispe', [0, 0, 0, 0, 0, 0, 0, width, 0, 0, 0, 9]);
    const avif = bytes([0, 0, 0, 28], 'ftypavif', [...box(5)], [...box(7)]);
    assert.deepEqual(headerOf(avif), { kind: 'avif', width: 7, height: 9, animated: false });
  });

  it('others by name, and what is no picture', () => {
    const kinds = {
      TIFF: bytes('II*', [0]),
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
  const pixel = (/** @type {{ data: ArrayLike<number> }} */ { data }, /** @type {number} */ at) =>
    Array.from(data).slice(4 * at, 4 * at + 4);

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
  /** @param {string} type @param {Part[]} content */
  const chunk = (type, ...content) => {
    const body = Buffer.from(bytes(type, ...content));
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length - 4);
    sum.writeUInt32BE(crc32(body));
    return [...length, ...body, ...sum];
  };
  const big = (/** @type {number} */ number) =>
    [24, 16, 8, 0].map((shift) => (number >>> shift) & 255);
  /** @param {number} width @param {number} height */
  const header = (width, height, interlace = 0) =>
    chunk('IHDR', big(width), big(height), [8, 6, 0, 0, interlace]);
  const png = (/** @type {Part[]} */ ...chunks) =>
    bytes([0x89], 'PNG\r\n\x1a\n', ...chunks, chunk('IEND'));
  const pixels = (/** @type {number} */ count) =>
    chunk('IDAT', [...deflateSync(Buffer.alloc(count))]);
  /** @param {Uint8Array} file @param {RegExp} pattern */
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

describe('the way up', () => {
  /** A picture whose quarters differ: red, green / blue, white. */
  const upright = { width: 48, height: 32, data: new Uint8Array(4 * 48 * 32) };
  const COLOURS = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ];
  for (let at = 0; at < 48 * 32; at++) {
    const quarter = (at % 48 < 24 ? 0 : 1) + (at < 24 * 32 ? 0 : 2);
    upright.data.set([...COLOURS[quarter], 255], 4 * at);
  }
  /** What a camera stores for it to be shown upright: [x, y] of the stored picture, for each number.
   * @type {Record<number, (x: number, y: number) => number[]>} */
  const STORED = {
    1: (x, y) => [x, y],
    2: (x, y) => [47 - x, y],
    3: (x, y) => [47 - x, 31 - y],
    4: (x, y) => [x, 31 - y],
    5: (x, y) => [y, x],
    6: (x, y) => [y, 47 - x],
    7: (x, y) => [31 - y, 47 - x],
    8: (x, y) => [31 - y, x],
  };

  /** @param {number} orientation */
  function storedAs(orientation) {
    const [width, height] = orientation < 5 ? [48, 32] : [32, 48];
    const data = new Uint8Array(4 * width * height);
    for (let y = 0; y < 32; y++) {
      for (let x = 0; x < 48; x++) {
        const [column, row] = STORED[orientation](x, y);
        const from = 4 * (y * 48 + x);
        data.set(upright.data.subarray(from, from + 4), 4 * (row * width + column));
      }
    }
    return { width, height, data };
  }

  /** A TIFF directory with a tag before the orientation.
   * @param {number} orientation @param {boolean} isLittle */
  function tiff(orientation, isLittle) {
    const view = new DataView(new ArrayBuffer(38));
    view.setUint16(0, isLittle ? 0x4949 : 0x4d4d);
    view.setUint16(2, 42, isLittle);
    view.setUint32(4, 8, isLittle);
    view.setUint16(8, 2, isLittle);
    view.setUint16(10, 0x10f, isLittle);
    view.setUint16(22, 0x112, isLittle);
    view.setUint16(24, 3, isLittle);
    view.setUint32(26, 1, isLittle);
    view.setUint16(30, orientation, isLittle);
    return [...new Uint8Array(view.buffer)];
  }

  /** @param {number} orientation @param {boolean} isLittle */
  const jpegOf = (orientation, isLittle) => {
    const plain = [...new Uint8Array(jpeg.encode(storedAs(orientation), 95).data)];
    const exif = [...ascii('Exif'), 0, 0, ...tiff(orientation, isLittle)];
    const length = exif.length + 2;
    return Uint8Array.from([
      ...plain.slice(0, 2),
      0xff,
      0xe1,
      0,
      length,
      ...exif,
      ...plain.slice(2),
    ]);
  };
  /** @param {number} orientation @param {boolean} isLittle */
  const pngOf = (orientation, isLittle) => {
    const image = new PNG(storedAs(orientation));
    image.data = Buffer.from(storedAs(orientation).data);
    const plain = [...PNG.sync.write(image)];
    const content = tiff(orientation, isLittle);
    const chunk = [0, 0, 0, content.length, ...ascii('eXIf'), ...content, 0, 0, 0, 0];
    return Uint8Array.from([...plain.slice(0, 33), ...chunk, ...plain.slice(33)]);
  };

  it('is obeyed in JPEG and PNG, all eight, in either order of bytes', async () => {
    for (const isLittle of [true, false]) {
      for (let orientation = 1; orientation <= 8; orientation++) {
        const png = await decodePicture(pngOf(orientation, isLittle));
        assert.deepEqual(png, upright, `PNG ${orientation}`);
        const photo = await decodePicture(jpegOf(orientation, isLittle));
        assert.deepEqual([photo.width, photo.height], [48, 32]);
        const apart = Array.from(photo.data, (value, i) => Math.abs(value - upright.data[i]));
        const worst = Math.max(...apart);
        assert.ok(worst <= 40, `JPEG ${orientation}: ${worst}`);
      }
    }
  });

  it('that is nonsense is upright', async () => {
    for (const orientation of [0, 9, 65535]) {
      const file = pngOf(1, true);
      const at = Buffer.from(file).indexOf('eXIf') + 4 + 30;
      new DataView(file.buffer).setUint16(at, orientation, true);
      assert.deepEqual(await decodePicture(file), upright);
    }
  });
});

describe('pictures of other kinds in Node', () => {
  /** @param {number} value @param {number} bytes */
  const LITTLE = (value, bytes) =>
    Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255);
  /** A BMP of 3 x 2 pixels.
   * @param {{ bits: number, rows: number[][], palette?: number[][], height?: number, masks?: number[] }} file */
  const bmp = ({ bits, rows, palette = [], height = 2, masks = [] }) => {
    const begin = 54 + 4 * palette.length + 4 * masks.length;
    return Uint8Array.from([
      ...[...ascii('BM'), ...LITTLE(0, 8), ...LITTLE(begin, 4)],
      ...[...LITTLE(40, 4), ...LITTLE(3, 4), ...LITTLE(height, 4), 1, 0, bits, 0],
      ...[...LITTLE(masks.length > 0 ? 3 : 0, 4), ...LITTLE(0, 12), ...LITTLE(palette.length, 4)],
      ...LITTLE(0, 4),
      ...masks.flatMap((mask) => LITTLE(mask, 4)),
      ...palette.flatMap(([r, g, b]) => [b, g, r, 0]),
      ...rows.flat(),
    ]);
  };
  const [R, G, B, W] = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ];
  /** Upper row red, green, blue; lower row white, red, green. */
  const WANTED = [R, G, B, W, R, G].flatMap((colour) => [...colour, 255]);

  it('BMP of all depths, rows up or down', async () => {
    const bgr = (/** @type {number[][]} */ colours) => colours.flatMap(([r, g, b]) => [b, g, r]);
    const palette = [R, G, B, W];
    /** @param {number[]} bytes @param {number} count */
    const pad = (bytes, count) => [...bytes, ...Array(count).fill(0)];
    const lower24 = pad(bgr([W, R, G]), 3);
    const upper24 = pad(bgr([R, G, B]), 3);
    const files = [
      bmp({ bits: 24, rows: [lower24, upper24] }),
      bmp({ bits: 24, rows: [upper24, lower24], height: -2 }),
      bmp({
        bits: 8,
        palette,
        rows: [
          [3, 0, 1, 0],
          [0, 1, 2, 0],
        ],
      }),
      bmp({
        bits: 4,
        palette,
        rows: [
          [0x30, 0x10, 0, 0],
          [0x01, 0x20, 0, 0],
        ],
      }),
      bmp({ bits: 32, rows: [bgr32([W, R, G]), bgr32([R, G, B])] }),
      bmp({ bits: 16, rows: [pad(rgb15([W, R, G]), 2), pad(rgb15([R, G, B]), 2)] }),
      bmp({
        bits: 16,
        masks: [0xf800, 0x7e0, 0x1f],
        rows: [pad(rgb16([W, R, G]), 2), pad(rgb16([R, G, B]), 2)],
      }),
    ];
    for (const [i, file] of files.entries()) {
      const { width, height, data } = await decodePicture(file);
      assert.deepEqual([width, height, ...data], [3, 2, ...WANTED], `file ${i}`);
    }
  });

  const bgr32 = (/** @type {number[][]} */ colours) => colours.flatMap(([r, g, b]) => [b, g, r, 0]);
  const rgb15 = (/** @type {number[][]} */ colours) =>
    colours.flatMap(([r, g, b]) => LITTLE(((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3), 2));
  const rgb16 = (/** @type {number[][]} */ colours) =>
    colours.flatMap(([r, g, b]) => LITTLE(((r >> 3) << 11) | ((g >> 2) << 5) | (b >> 3), 2));

  it('the first picture of a GIF', async () => {
    // 2 x 2 pixels of a palette of four, not packed: each code is followed by a clear code.
    const head = [...ascii('GIF89a'), 2, 0, 2, 0, 0x81, 0, 0, ...R, ...G, ...B, ...W];
    const frame = [0x2c, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2, 3, 0x44, 0x34, 0x05, 0];
    const { width, height, data } = await decodePicture(Uint8Array.from([...head, ...frame, 0x3b]));
    assert.deepEqual([width, height], [2, 2]);
    assert.deepEqual(
      [...data],
      [R, G, B, W].flatMap((colour) => [...colour, 255]),
    );
  });

  it('WebP is decoded, lossy and lossless, and AVIF is named, with what to do', async () => {
    for (const [file, tolerance] of /** @type {const} */ ([
      [WEBP, 12],
      [WEBP_LOSSLESS, 0],
    ])) {
      const { width, height, data } = await decodePicture(file);
      assert.deepEqual([width, height], [48, 32]);
      const at = (/** @type {number} */ x) => [
        ...data.slice(4 * (16 * 48 + x), 4 * (16 * 48 + x) + 3),
      ];
      for (const [x, wanted] of /** @type {const} */ ([
        [8, [220, 40, 40]],
        [40, [40, 60, 220]],
      ])) {
        const worst = Math.max(...at(x).map((value, c) => Math.abs(value - wanted[c])));
        assert.ok(worst <= tolerance, `${at(x)} for ${wanted}`);
      }
    }
    assert.equal('ImageData' in globalThis, false);
    await assert.rejects(decodePicture(WEBP.subarray(0, 60)), /it is damaged$/);
    for (const [start, advice] of [
      ['\0\0\0\x18ftypheic', /^HEIC is no kind .*; convert it \(magick x\.heic x\.jpg\)$/],
      ['II*\0', /^TIFF is no kind .*; convert it \(magick x\.tif x\.png\)$/],
      [
        'RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x0f\0\0\x0f\0\0',
        /an animated WebP, .*; convert it/,
      ],
    ]) {
      const bytes = Uint8Array.from([
        ...Buffer.from(String(start), 'latin1'),
        ...new Array(40).fill(0),
      ]);
      await assert.rejects(decodePicture(bytes), { message: /** @type {RegExp} */ (advice) });
    }
    await assert.rejects(decodePicture(AVIF), /an AVIF, which Node does not decode; convert it/);
  });

  it('that are cut off are refused', async () => {
    const whole = bmp({ bits: 24, rows: [Array(12).fill(1), Array(12).fill(2)] });
    await assert.rejects(decodePicture(whole.subarray(0, 70)), /pixels are missing/);
    await assert.rejects(decodePicture(Uint8Array.from([...ascii('GIF89a'), 2, 0, 2, 0, 0x81])));
  });
});
