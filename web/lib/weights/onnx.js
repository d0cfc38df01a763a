/** A net as an ONNX model, for inference: the graph that PyTorch would export, with PyTorch's names
 * for nodes and weights. Batch norm stays a node of its own, so that the weights are the ones in a
 * checkpoint; runtimes fold it into the convolutions when they load the model. The normalisation of
 * the pixels is part of the graph. */

import { nameOfSpec } from '../spec.js';
import { Message } from './protobuf.js';

/** @typedef {import('../index.js').Spec} Spec */
/** @typedef {import('../index.js').Tensor} Tensor */
/** @typedef {Record<string, number | number[]>} Attributes */

const OPSET = 17;
/** Of the file format, the one that came with that set of operators. */
const IR_VERSION = 8;
const FLOAT = 1;
const INT64 = 7;
const INPUT = 'images';
const OUTPUT = 'logits';
const PREPROCESSING =
  'float32 [N,3,32,32]: planes red, green, blue, rows from the top, values from 0 to 255 as in an ' +
  'image file. The model normalises them itself.';

/** @param {string} name @param {number} type @param {number[]} shape
 * @param {ArrayBufferView} values little-endian, as typed arrays are wherever this runs */
function tensor(name, type, shape, values) {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return new Message({ 1: shape, 2: type, 8: name, 9: bytes });
}

/** An input or output of the model, whose first dimension is free.
 * @param {string} name @param {number[]} shape of one image's @param {string} description */
function endOfGraph(name, shape, description) {
  const sizes = shape.map((size) => new Message({ 1: size }));
  const dimensions = new Message({ 1: [new Message({ 2: 'N' }), ...sizes] });
  const type = new Message({ 1: new Message({ 1: FLOAT, 2: dimensions }) });
  return new Message({ 1: name, 2: type, 3: description });
}

/** @param {[string, number | number[]]} attribute */
function attribute([name, value]) {
  return new Message(
    Array.isArray(value) ? { 1: name, 8: value, 20: 7 } : { 1: name, 3: value, 20: 2 },
  );
}

/** Nodes in the order in which they are computed, and constants. Every node is named as its only
 * output. */
class Graph {
  /** @type {Message[]} */
  nodes = [];
  /** @type {Message[]} */
  constants = [];

  /** @param {string} name @param {string} type @param {string[]} inputs
   * @param {Attributes} [attributes] @returns {string} name */
  node(name, type, inputs, attributes = {}) {
    const list = Object.entries(attributes).map(attribute);
    this.nodes.push(new Message({ 1: inputs, 2: name, 3: name, 4: type, 5: list }));
    return name;
  }

  /** @param {string} name @param {number[]} shape @param {Float32Array} values */
  floats(name, shape, values) {
    this.constants.push(tensor(name, FLOAT, shape, values));
    return name;
  }

  /** @param {string} name @param {number[]} values */
  integers(name, values) {
    this.constants.push(tensor(name, INT64, [values.length], BigInt64Array.from(values, BigInt)));
    return name;
  }
}

/** The graph of one net, layer by layer. */
class NetGraph extends Graph {
  #tensors;

  /** @param {Tensor[]} tensors */
  constructor(tensors) {
    super();
    this.#tensors = new Map(tensors.map((one) => [one.name, one]));
    for (const { name, shape, values } of tensors) this.floats(name, shape, values);
  }

  /** @param {string} name */
  has(name) {
    return this.#tensors.has(name);
  }

  /** @param {string} name */
  shape(name) {
    return /** @type {Tensor} */ (this.#tensors.get(name)).shape;
  }

  /** (pixel/255 - mean) / std @param {Required<Spec>} spec */
  normalise({ mean, std }) {
    const scaled = (/** @type {number[]} */ values) => Float32Array.from(values, (x) => x * 255);
    const shifted = this.node('normalize.centred', 'Sub', [
      INPUT,
      this.floats('normalize.mean', [1, 3, 1, 1], scaled(mean)),
    ]);
    return this.node('normalize', 'Div', [
      shifted,
      this.floats('normalize.std', [1, 3, 1, 1], scaled(std)),
    ]);
  }

  /** A convolution and its norm, if there is one, whose epsilon is the operator's default.
   * @param {string} x @param {string} conv @param {string} norm @param {number} stride */
  layer(x, conv, norm, stride) {
    const kernel = this.shape(`${conv}.weight`).slice(2);
    const pads = Array(4).fill((kernel[0] - 1) / 2);
    const bias = this.has(`${conv}.bias`) ? [`${conv}.bias`] : [];
    const attributes = { kernel_shape: kernel, pads, strides: [stride, stride] };
    const y = this.node(conv, 'Conv', [x, `${conv}.weight`, ...bias], attributes);
    if (!this.has(`${norm}.weight`)) return y;
    const parts = ['weight', 'bias', 'running_mean', 'running_var'];
    return this.node(norm, 'BatchNormalization', [y, ...parts.map((part) => `${norm}.${part}`)]);
  }

  /** What a shortcut makes of a block's input.
   * @param {string} x @param {string} block @param {number} stride */
  shortcut(x, block, stride) {
    const name = `${block}.shortcut`;
    if (this.has(`${name}.0.weight`)) return this.layer(x, `${name}.0`, `${name}.1`, stride);
    const [out, from] = this.shape(`${block}.conv1.weight`);
    return out === from ? x : this.pad(x, name, out - from);
  }

  /** Option A: every other pixel, and channels of zeros before and after.
   * @param {string} x @param {string} name @param {number} more channels */
  pad(x, name, more) {
    const before = Math.floor(more / 2);
    const slice = { starts: [0, 0], ends: [32, 32], axes: [2, 3], steps: [2, 2] };
    const inputs = Object.entries(slice).map(([part, values]) =>
      this.integers(`${name}.${part}`, values),
    );
    const half = this.node(`${name}.slice`, 'Slice', [x, ...inputs]);
    const pads = this.integers(`${name}.pads`, [0, before, 0, 0, 0, more - before, 0, 0]);
    return this.node(name, 'Pad', [half, pads]);
  }

  /** @param {string} x @param {string} block @param {number} stride @param {boolean} residual */
  block(x, block, stride, residual) {
    const [first, second] = [1, 2].map((i) => [`${block}.conv${i}`, `${block}.bn${i}`]);
    const inner = this.layer(x, first[0], first[1], stride);
    const y = this.layer(this.node(`${block}.relu1`, 'Relu', [inner]), second[0], second[1], 1);
    const sum = residual
      ? this.node(`${block}.add`, 'Add', [y, this.shortcut(x, block, stride)])
      : y;
    return this.node(block, 'Relu', [sum]);
  }

  /** @param {string} x */
  head(x) {
    const pooled = this.node('pool', 'GlobalAveragePool', [x]);
    const features = this.node('flatten', 'Flatten', [pooled]);
    const inputs = [features, 'linear.weight', 'linear.bias'];
    return this.node(OUTPUT, 'Gemm', inputs, { transB: 1 });
  }
}

/** @param {Required<Spec>} spec @param {Tensor[]} tensors of a net, with their values */
export function onnxModel(spec, tensors) {
  const graph = new NetGraph(tensors);
  const stem = graph.layer(graph.normalise(spec), 'conv1', 'bn1', 1);
  let x = graph.node('stem', 'Relu', [stem]);
  for (const stage of [1, 2, 3]) {
    for (let i = 0; i < (spec.depth - 2) / 6; i++) {
      const stride = stage > 1 && i === 0 ? 2 : 1;
      x = graph.block(x, `layer${stage}.${i}`, stride, spec.family === 'residual');
    }
  }
  graph.head(x);
  return modelFile(spec, graph);
}

/** @param {Required<Spec>} spec @param {Graph} graph */
function modelFile(spec, { nodes, constants }) {
  const name = nameOfSpec(spec);
  const input = endOfGraph(INPUT, [3, 32, 32], PREPROCESSING);
  const output = endOfGraph(OUTPUT, [spec.classes], 'One per class; Softmax makes probabilities.');
  const graph = new Message({ 1: nodes, 2: name, 5: constants, 11: input, 12: output });
  const facts = {
    net: name,
    shortcut: spec.shortcut,
    mean: spec.mean.join(),
    std: spec.std.join(),
  };
  const metadata = Object.entries(facts).map(([key, value]) => new Message({ 1: key, 2: value }));
  const opset = new Message({ 1: '', 2: OPSET });
  const parts = { 6: `Input: ${PREPROCESSING}`, 7: graph, 8: opset, 14: metadata };
  return new Message({ 1: IR_VERSION, 2: 'residua', ...parts }).bytes;
}
