/** BMP without compression: 1, 4, 8, 16, 24 or 32 bits a pixel, rows up or down. Browsers decode it by
 * themselves. */

/** @typedef {import('../index.js').Picture} Picture */

const OLD_HEADER = 12;
const PLAIN = 0;
/** Whose colours' bits are said by masks. */
const MASKED = 3;
const MASKED_ALPHA = 6;

/** @param {Uint8Array} bytes of a file whose size was looked at @returns {Picture} */
export function decodeBmp(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = headerOf(view);
  const { width, height, bits, begin, isDown } = header;
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (begin + rowBytes * height > bytes.length) throw new Error('pixels are missing');
  const colourAt = bits <= 8 ? paletteReader(view, header) : colourReader(view, header);
  const data = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++) {
    const row = begin + (isDown ? y : height - 1 - y) * rowBytes;
    for (let x = 0; x < width; x++) data.set(colourAt(row, x), 4 * (y * width + x));
  }
  return { width, height, data };
}

/** @param {DataView} view */
function headerOf(view) {
  const size = view.getUint32(14, true);
  const isOld = size === OLD_HEADER;
  const width = isOld ? view.getUint16(18, true) : view.getInt32(18, true);
  const tall = isOld ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(isOld ? 24 : 28, true);
  const compression = isOld ? PLAIN : view.getUint32(30, true);
  const isMasked = compression === MASKED || compression === MASKED_ALPHA;
  if (![1, 4, 8, 16, 24, 32].includes(bits) || (compression !== PLAIN && !isMasked) || width <= 0) {
    throw new Error('it is a BMP of a kind that is not read; convert it to PNG');
  }
  const colours = isOld ? 0 : view.getUint32(46, true);
  return {
    ...{ width, bits, isMasked, size, colours, isOld, compression },
    height: Math.abs(tall),
    isDown: tall < 0,
    begin: view.getUint32(10, true),
  };
}

/** @typedef {ReturnType<typeof headerOf>} Header */

/** Numbers of colours, which stand before the pixels: blue, green, red.
 * @param {DataView} view @param {Header} header */
function paletteReader(view, { bits, size, colours, isOld }) {
  const entry = isOld ? 3 : 4;
  const count = Math.min(colours || 2 ** bits, 2 ** bits);
  const palette = Array.from({ length: count }, (_, i) => {
    const at = 14 + size + i * entry;
    return [view.getUint8(at + 2), view.getUint8(at + 1), view.getUint8(at), 255];
  });
  return (/** @type {number} */ row, /** @type {number} */ x) => {
    const bit = x * bits;
    const byte = view.getUint8(row + (bit >> 3));
    const number = (byte >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
    const colour = palette[number];
    if (!colour) throw new Error('it uses a colour that it does not have');
    return colour;
  };
}

/** @param {DataView} view @param {Header} header */
function colourReader(view, { bits, isMasked, size, compression }) {
  const usual = bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];
  const given = [54, 58, 62].map((at) => (isMasked ? view.getUint32(at, true) : 0));
  const masks = isMasked ? given : usual;
  const hasAlpha = isMasked && (size >= 56 || compression === MASKED_ALPHA);
  const alpha = hasAlpha ? view.getUint32(66, true) : 0;
  const channels = [...masks, alpha].map(channelOf);
  const bytes = bits / 8;
  return (/** @type {number} */ row, /** @type {number} */ x) => {
    let value = 0;
    for (let i = bytes - 1; i >= 0; i--) value = value * 256 + view.getUint8(row + x * bytes + i);
    return channels.map((channel, c) => (c === 3 && alpha === 0 ? 255 : channel(value)));
  };
}

/** Spreads the bits of a mask over 0 to 255. @param {number} mask
 * @returns {(value: number) => number} */
function channelOf(mask) {
  if (mask === 0) return () => 0;
  const low = 31 - Math.clz32(mask & -mask);
  const most = mask >>> low;
  return (value) => Math.round((((value & mask) >>> low) * 255) / most);
}
