/** Pixels made of inputs, filters and maps. Tiles that stand together share one scale. */

/** RGBA. @typedef {{ width: number, height: number, data: Uint8ClampedArray<ArrayBuffer> }} Pixels */

/** Pictures on one scale, and what on it is full. @typedef {{ pixels: Pixels[], largest: number }} Tiles */

const SIDE = 32;
const GREY = 127.5;

/** @param {number} width @param {number} height
 * @param {(at: number) => [number, number, number]} colourAt red, green and blue, 0 to 255
 * @returns {Pixels} */
function paint(width, height, colourAt) {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let at = 0; at < width * height; at++) data.set([...colourAt(at), 255], 4 * at);
  return { width, height, data };
}

/** An input of a network. @param {Uint8Array} planes [3][32][32] */
export function pixelsOfInput(planes) {
  const size = SIDE * SIDE;
  return paint(SIDE, SIDE, (at) => [planes[at], planes[size + at], planes[2 * size + at]]);
}

/** Filters that look at red, green and blue, each a tiny picture: grey is 0, and the largest weight
 * of them all, of either sign, is full colour.
 * @param {{ shape: number[], values: Float32Array }} tensor [filters][3][height][width]
 * @returns {Tiles} */
export function pixelsOfFilters({ shape, values }) {
  const [filters, channels, height, width] = shape;
  const size = height * width;
  const largest = largestOf(values);
  const shade = (/** @type {number} */ weight) => GREY + (GREY * weight) / largest;
  const pixels = Array.from({ length: filters }, (_, filter) =>
    paint(width, height, (at) => {
      const first = filter * channels * size + at;
      return [shade(values[first]), shade(values[first + size]), shade(values[first + 2 * size])];
    }),
  );
  return { pixels, largest };
}

/** A filter whose largest weight is less than this share of the largest of all counts as dead. */
const DEAD = 0.02;

/** Which filters have next to no weights left. @param {{ shape: number[], values: Float32Array }} tensor */
export function deadFilters({ shape: [filters], values }) {
  const size = values.length / filters;
  const least = DEAD * largestOf(values);
  const sizes = Array.from({ length: filters }, (_, i) =>
    largestOf(values.subarray(i * size, (i + 1) * size)),
  );
  return sizes.flatMap((one, i) => (one < least ? [i] : []));
}

/** The maps of a layer, the strongest on average first.
 * @typedef {{ pixels: Pixels[], channels: number[], silent: number, largest: number }} Maps
 *   `channels` are their numbers from 0; the last `silent` of all, shown or not, are 0 everywhere */

/** The maps of a layer, each a grey picture: black is 0, white the largest value of the layer, and
 * grey goes with the square root, so that what is weak can be seen.
 * @param {import('../lib/index.js').Activation} activation @param {number} most of its maps
 * @returns {Maps} */
export function pixelsOfMaps({ height, width, channels, values }, most) {
  const largest = largestOf(values);
  const sums = new Float64Array(channels);
  values.forEach((value, at) => {
    sums[at % channels] += value;
  });
  const sorted = Array.from(sums.keys()).sort((a, b) => sums[b] - sums[a]);
  const shown = sorted.slice(0, most);
  const pixels = shown.map((channel) =>
    paint(width, height, (at) => {
      const shade = 255 * Math.sqrt(values[at * channels + channel] / largest);
      return [shade, shade, shade];
    }),
  );
  return { pixels, channels: shown, silent: sums.filter((sum) => sum === 0).length, largest };
}

/** Of either sign; never 0, since it divides. @param {Float32Array} values */
function largestOf(values) {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest || 1;
}
