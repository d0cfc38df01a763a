/** What a picture's file says of itself in its first bytes, so that nothing is decoded that is not a
 * picture, or too large a one. */

/** `width` and `height` are 0 where the file ends too soon.
 * @typedef {{ kind: 'png' | 'jpeg' | 'webp' | 'gif' | 'bmp' | 'avif', width: number, height: number, animated: boolean }} Header */

/** Those that are known by name, but not read.
 * @typedef {{ kind: 'SVG' | 'HEIC' | 'TIFF' | null }} Unread */

/** Of an SVG, before its root element, at most. */
const SVG_HEAD = 2048;
/** Where an AVIF's sizes are. */
const AVIF_HEAD = 8192;
/** Bytes of the headers that BMP has had. */
const BMP_HEADERS = [12, 40, 52, 56, 64, 108, 124];

/** @param {Uint8Array} bytes @returns {Header | Unread} */
export function headerOf(bytes) {
  if (textAt(bytes, 0, 4) === '\x89PNG') return pngHeader(bytes);
  if (textAt(bytes, 0, 3) === '\xff\xd8\xff') return jpegHeader(bytes);
  if (textAt(bytes, 0, 4) === 'RIFF' && textAt(bytes, 8, 4) === 'WEBP') return webpHeader(bytes);
  if (textAt(bytes, 0, 4) === 'GIF8') return gifHeader(bytes);
  if (textAt(bytes, 0, 2) === 'BM' && BMP_HEADERS.includes(little32(bytes, 14)))
    return bmpHeader(bytes);
  if (/^avi[fs]$/.test(brandOf(bytes))) return avifHeader(bytes);
  return { kind: unreadKind(bytes) };
}

/** @param {Uint8Array} bytes @returns {Unread['kind']} */
function unreadKind(bytes) {
  const start = textAt(bytes, 0, 4);
  if (start === 'II*\0' || start === 'MM\0*') return 'TIFF';
  if (/^(hei[cxms]|hev[cxms]|mif1|msf1)/.test(brandOf(bytes))) return 'HEIC';
  const head = textAt(bytes, 0, SVG_HEAD);
  return /^(ï»¿)?\s*<[?!s]/.test(head) && /<svg|<!doctype svg/i.test(head) ? 'SVG' : null;
}

/** Of a file that consists of boxes, as AVIF and HEIC do; '' of others. @param {Uint8Array} bytes */
function brandOf(bytes) {
  return textAt(bytes, 4, 4) === 'ftyp' ? textAt(bytes, 8, 4) : '';
}

/** One character a byte. @param {Uint8Array} bytes @param {number} at @param {number} length */
function textAt(bytes, at, length) {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

/** 0 beyond the end. @param {Uint8Array} bytes @param {number} at */
function big16(bytes, at) {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** @param {Uint8Array} bytes @param {number} at */
function big32(bytes, at) {
  return big16(bytes, at) * 2 ** 16 + big16(bytes, at + 2);
}

/** @param {Uint8Array} bytes @param {number} at */
function little24(bytes, at) {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
}

/** @param {Uint8Array} bytes @param {number} at */
function little16(bytes, at) {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

/** @param {Uint8Array} bytes @param {number} at */
function little32(bytes, at) {
  return little16(bytes, at) + little16(bytes, at + 2) * 2 ** 16;
}

/** Whether it moves is not looked at: its first picture counts. @param {Uint8Array} bytes
 * @returns {Header} */
function gifHeader(bytes) {
  return { kind: 'gif', width: little16(bytes, 6), height: little16(bytes, 8), animated: false };
}

/** Its height is negative if its rows go down. @param {Uint8Array} bytes @returns {Header} */
function bmpHeader(bytes) {
  const isOld = little32(bytes, 14) === BMP_HEADERS[0];
  const [width, height] = isOld
    ? [little16(bytes, 18), little16(bytes, 20)]
    : [little32(bytes, 18), Math.abs(little32(bytes, 22) | 0)];
  return { kind: 'bmp', width, height, animated: false };
}

/** The largest size among those of its parts, each in a box "ispe". @param {Uint8Array} bytes
 * @returns {Header} */
function avifHeader(bytes) {
  const head = textAt(bytes, 0, AVIF_HEAD);
  let [width, height] = [0, 0];
  for (let at = head.indexOf('ispe'); at >= 0; at = head.indexOf('ispe', at + 4)) {
    width = Math.max(width, big32(bytes, at + 8));
    height = Math.max(height, big32(bytes, at + 12));
  }
  return { kind: 'avif', width, height, animated: false };
}

/** An animated PNG has a chunk acTL before the first of its pixels. @param {Uint8Array} bytes
 * @returns {Header} */
function pngHeader(bytes) {
  let animated = false;
  for (let at = 8; at + 8 <= bytes.length; at += 12 + big32(bytes, at)) {
    const chunk = textAt(bytes, at + 4, 4);
    if (chunk === 'IDAT') break;
    animated ||= chunk === 'acTL';
  }
  return { kind: 'png', width: big32(bytes, 16), height: big32(bytes, 20), animated };
}

/** The size is in the frame's header, after segments of any other kind. @param {Uint8Array} bytes
 * @returns {Header} */
function jpegHeader(bytes) {
  const other = [0xc4, 0xc8, 0xcc];
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1];
    const isFrame = marker >= 0xc0 && marker <= 0xcf && !other.includes(marker);
    if (isFrame) {
      const [height, width] = [big16(bytes, at + 5), big16(bytes, at + 7)];
      return { kind: 'jpeg', width, height, animated: false };
    }
    at += marker === 0xff ? 1 : 2 + big16(bytes, at + 2);
  }
  return { kind: 'jpeg', width: 0, height: 0, animated: false };
}

/** Of its three kinds, the extended one may be animated. @param {Uint8Array} bytes
 * @returns {Header} */
function webpHeader(bytes) {
  const kind = 'webp';
  const chunk = textAt(bytes, 12, 4);
  if (chunk === 'VP8X') {
    const animated = ((bytes[20] ?? 0) & 2) !== 0;
    return { kind, width: 1 + little24(bytes, 24), height: 1 + little24(bytes, 27), animated };
  }
  const at = chunk === 'VP8L' ? 21 : 26;
  const low = little24(bytes, at);
  const high = little24(bytes, at + 2);
  const [width, height] =
    chunk === 'VP8L'
      ? [1 + (low & 0x3fff), 1 + ((little24(bytes, at + 1) >> 6) & 0x3fff)]
      : [low & 0x3fff, high & 0x3fff];
  return { kind, width, height, animated: false };
}
