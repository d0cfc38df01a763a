/** What the core computes for one channel of a layer, and for the head, step by step. Invariant: every number
 * has the bits of the core's direct convolution on the simd128 and scalar tiers in evaluation mode: the same
 * order of additions (src/kernels/direct.c), float32 where the core has float32, double where it has double. */

/** @typedef {import('../../lib/index.js').Net} Net */
/** @typedef {import('../../lib/index.js').Tensor} Tensor */
/** @typedef {import('../../lib/index.js').Activation} Activation */

const f = Math.fround;
const SIDE = 32;
const EPSILON = f(1e-5);
/** Terms of a sum that are added one after the other; such sums are then added to each other. */
const CHAIN = 12;
/** The core keeps channels in vectors of four. */
const LANES = 4;

/** An image as the first layer gets it. @param {Uint8Array} planes [3][32][32]
 * @param {Net['spec']} spec @returns {Activation} */
export function inputOf(planes, { mean, std }) {
  const size = SIDE * SIDE;
  const values = new Float32Array(3 * size);
  for (let at = 0; at < size; at++) {
    for (let c = 0; c < 3; c++) {
      values[3 * at + c] = (planes[c * size + at] / 255 - f(mean[c])) / f(std[c]);
    }
  }
  return { height: SIDE, width: SIDE, channels: 3, values };
}

/** Tensors by name. @param {readonly Tensor[]} tensors */
export function byName(tensors) {
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}

/** What one convolution does for one of its output channels.
 * @typedef {object} Filter
 * @property {number} kernel
 * @property {number} stride
 * @property {Tensor} weights [out][in][y][x]
 * @property {number} channel
 * @property {number} scale of the norm, which is multiplied into the weights before they are used
 * @property {number} shift of the norm, or the bias
 */

/** Norm with the running statistics is z = y * scale + shift. @param {Map<string, Tensor>} tensors
 * @param {string} conv name of the convolution @param {string} norm name of its norm
 * @param {number} stride @param {number} channel @returns {Filter} */
function filterOf(tensors, conv, norm, stride, channel) {
  const value = (/** @type {string} */ name) => tensors.get(name)?.values[channel] ?? 0;
  const weights = /** @type {Tensor} */ (tensors.get(`${conv}.weight`));
  const rest = { kernel: weights.shape[2], stride, weights, channel };
  if (!tensors.has(`${norm}.weight`)) return { ...rest, scale: 1, shift: value(`${conv}.bias`) };
  const inverse = 1 / Math.sqrt(value(`${norm}.running_var`) + EPSILON);
  const scale = value(`${norm}.weight`) * inverse;
  const shift = f(value(`${norm}.bias`) - value(`${norm}.running_mean`) * scale);
  return { ...rest, scale: f(scale), shift };
}

/** Of a layer. @param {Net} net @param {Map<string, Tensor>} tensors @param {number} layer
 * @param {number} channel */
export function layerFilter({ layers }, tensors, layer, channel) {
  const { name, height } = layers[layer];
  const before = layer === 0 ? SIDE : layers[layer - 1].height;
  return filterOf(tensors, name, name.replace(/conv(?=\d$)/, 'bn'), before / height, channel);
}

/** The weights of a filter in the order in which they are used, scale multiplied in, and which of them begin
 * another chain. @param {Filter} filter */
function packed({ kernel, weights, channel, scale }) {
  const inputs = weights.shape[1];
  const lanes = Math.ceil(inputs / LANES) * LANES;
  const size = kernel * kernel;
  const values = new Float32Array(size * inputs);
  const begins = new Uint8Array(size * inputs);
  let chain = -1;
  for (let tap = 0, at = 0; tap < size; tap++) {
    for (let c = 0; c < inputs; c++, at++) {
      values[at] = weights.values[(channel * inputs + c) * size + tap] * scale;
      const own =
        Math.floor(((tap % kernel) * lanes + c) / CHAIN) + Math.floor(tap / kernel) * lanes;
      begins[at] = Number(own !== chain);
      chain = own;
    }
  }
  return { inputs, values, begins };
}

/** One product of a sum. @typedef {{ y: number, x: number, channel: number, input: number, weight: number,
 *   product: number }} Term y and x of the input, which may lie outside of it */

/** The sum of a filter's products at one pixel, by chains. @param {Filter} filter @param {Activation} input
 * @param {number} y @param {number} x of the output */
export function termsAt(filter, input, y, x) {
  const { kernel, stride } = filter;
  const { inputs, values, begins } = packed(filter);
  /** @type {{ terms: Term[], sum: number }[]} */
  const chains = [];
  for (let at = 0; at < values.length; at++) {
    const tap = Math.floor(at / inputs);
    const place = {
      y: y * stride + Math.floor(tap / kernel) - (kernel >> 1),
      x: x * stride + (tap % kernel) - (kernel >> 1),
      channel: at % inputs,
    };
    const value = valueAt(input, place);
    const product = f(value * values[at]);
    if (begins[at]) chains.push({ terms: [], sum: 0 });
    const chain = chains[chains.length - 1];
    chain.terms.push({ ...place, input: value, weight: values[at], product });
    chain.sum = f(chain.sum + product);
  }
  return { chains, sum: chains.slice(1).reduce((sum, chain) => f(sum + chain.sum), chains[0].sum) };
}

/** 0 outside. @param {Activation} input @param {{ y: number, x: number, channel: number }} place */
function valueAt({ height, width, channels, values }, { y, x, channel }) {
  const inside = y >= 0 && y < height && x >= 0 && x < width;
  return inside ? values[(y * width + x) * channels + channel] : 0;
}

/** A filter's sums at all pixels. @param {Filter} filter @param {Activation} input */
function convolve(filter, input) {
  const { kernel, stride } = filter;
  const { inputs, values, begins } = packed(filter);
  const [height, width] = [input.height / stride, input.width / stride];
  const sums = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let total = 0;
      let sum = 0;
      for (let tap = 0, at = 0; tap < kernel * kernel; tap++) {
        const row = y * stride + Math.floor(tap / kernel) - (kernel >> 1);
        const column = x * stride + (tap % kernel) - (kernel >> 1);
        const inside = row >= 0 && row < input.height && column >= 0 && column < input.width;
        const from = (row * input.width + column) * input.channels;
        for (let c = 0; c < inputs; c++, at++) {
          if (begins[at]) {
            total = f(total + sum);
            sum = 0;
          }
          if (inside) sum = f(sum + f(input.values[from + c] * values[at]));
        }
      }
      sums[y * width + x] = f(total + sum);
    }
  }
  return sums;
}

/** What the shortcut adds to one channel of a block: x itself, x with fewer pixels and zeros for new channels
 * (A), or a projection (B, C). @param {Net} net @param {Map<string, Tensor>} tensors @param {number} layer
 * @param {number} channel @param {Activation} x the block's input */
function shortcutOf({ layers }, tensors, layer, channel, x) {
  const { name, height, width, channels } = layers[layer];
  const stride = x.height / height;
  const projection = name.replace(/conv2$/, 'shortcut');
  if (tensors.has(`${projection}.0.weight`)) {
    const filter = filterOf(tensors, `${projection}.0`, `${projection}.1`, stride, channel);
    return convolve(filter, x).map((sum) => f(sum + filter.shift));
  }
  const from = channel - Math.floor((channels - x.channels) / 2);
  return Float32Array.from({ length: height * width }, (_, at) =>
    from < 0 || from >= x.channels
      ? 0
      : valueAt(x, {
          y: stride * Math.floor(at / width),
          x: stride * (at % width),
          channel: from,
        }),
  );
}

/** The steps of one channel of a layer, [height][width] each.
 * @typedef {object} Steps
 * @property {Float32Array} convolved
 * @property {Float32Array} normed
 * @property {Float32Array | null} shortcut where a block ends
 * @property {Float32Array | null} added
 * @property {Float32Array} output after the ReLU: what Net.activation gives
 */

/** @param {Net} net @param {Map<string, Tensor>} tensors @param {number} layer @param {number} channel
 * @param {Activation} input of the layer @param {Activation | null} block the input of the block that ends with
 *   this layer @returns {Steps} */
export function stepsOf(net, tensors, layer, channel, input, block) {
  const filter = layerFilter(net, tensors, layer, channel);
  const convolved = convolve(filter, input);
  const normed = convolved.map((sum) => f(sum + filter.shift));
  const shortcut = block && shortcutOf(net, tensors, layer, channel, block);
  const added = shortcut && normed.map((value, at) => f(value + shortcut[at]));
  const output = (added ?? normed).map((value) => (value < 0 ? 0 : value));
  return { convolved, normed, shortcut, added, output };
}

/** The mean of each channel. @param {Activation} last @returns {Float32Array} */
export function pooled({ height, width, channels, values }) {
  const size = height * width;
  const share = f(1 / size);
  return Float32Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let at = 0; at < size; at++) sum = f(sum + values[at * channels + channel]);
    return f(sum * share);
  });
}

/** The logit of a class and what each feature adds to it. @param {Map<string, Tensor>} tensors
 * @param {Float32Array} features @param {number} label */
export function logitOf(tensors, features, label) {
  const { values } = /** @type {Tensor} */ (tensors.get('linear.weight'));
  const bias = /** @type {Tensor} */ (tensors.get('linear.bias')).values[label];
  const weights = values.subarray(label * features.length, (label + 1) * features.length);
  const products = Array.from(features, (feature, i) => feature * weights[i]);
  return { bias, weights, products, logit: f(products.reduce((sum, one) => sum + one, bias)) };
}
