/** Values of either sign as pixels, and single-precision numbers as text. */

/** @typedef {import('./pixels.js').Pixels} Pixels */

/** Red, green and blue of what speaks for a class and against it: Okabe and Ito's green and purple, since
 * vermilion and blue are the two families of networks. */
const FOR = [0, 158, 115];
const AGAINST = [204, 60, 150];
/** Of the colour, at the largest value. */
const STRONGEST = 0.85;

/** @param {Iterable<number>} values */
export function largestOf(values) {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest || 1;
}

/** Mid-grey is 0, white the largest value, black its negative.
 * @param {{ width: number, height: number, values: Float32Array }} map @param {number} largest @returns {Pixels} */
export function greyOf({ width, height, values }, largest) {
  const data = new Uint8ClampedArray(4 * width * height);
  values.forEach((value, at) => {
    const shade = 127.5 + (127.5 * value) / largest;
    data.set([shade, shade, shade, 255], 4 * at);
  });
  return { width, height, data };
}

/** A map as colour over a grey picture. @param {Pixels} picture
 * @param {{ width: number, height: number, values: Float32Array }} map @param {number} largest
 * @returns {Pixels} */
export function coloured({ width, height, data: pixels }, map, largest) {
  const data = new Uint8ClampedArray(pixels.length);
  for (let at = 0; at < width * height; at++) {
    const row = Math.floor((Math.floor(at / width) * map.height) / height);
    const column = Math.floor(((at % width) * map.width) / width);
    const share = map.values[row * map.width + column] / largest;
    const colour = share > 0 ? FOR : AGAINST;
    const opacity = STRONGEST * Math.min(1, Math.abs(share));
    const [red, green, blue] = pixels.subarray(4 * at);
    const grey = 0.3 * red + 0.59 * green + 0.11 * blue;
    data.set([...colour.map((one) => grey * (1 - opacity) + one * opacity), 255], 4 * at);
  }
  return { width, height, data };
}

/** The shortest decimal that reads back as the same float32. @param {number} value */
export function float32Text(value) {
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return minus(String(text));
  }
  return minus(String(Number(value.toPrecision(9))));
}

/** @param {string} text */
const minus = (text) => text.replace('-', '−');

/** @param {number} value */
export function bitsText(value) {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0];
  return `0x${bits.toString(16).padStart(8, '0')}`;
}
