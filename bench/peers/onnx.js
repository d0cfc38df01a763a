/** Writes an ONNX model of a residual network with random weights, norm folded into the
 * convolutions: as much of protocol buffers as that takes. */
import { convolutions, heWeights } from './data.js';

const FLOAT = 1;
const INT64 = 7;
const OPSET = 13;

/** @param {number} value @returns {number[]} */
const varint = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);

/** A field of each message, by its number: an integer, text, bytes (another message is bytes too),
 * or a list of them. @param {Record<number, any>} fields */
function message(fields) {
  const parts = Object.entries(fields).flatMap(([number, values]) =>
    (Array.isArray(values) ? values : [values]).map((value) => {
      if (typeof value === 'number') return Buffer.from([...varint(number << 3), ...varint(value)]);
      const bytes = Buffer.from(value);
      return Buffer.concat([
        Buffer.from([...varint((number << 3) | 2), ...varint(bytes.length)]),
        bytes,
      ]);
    }),
  );
  return Buffer.concat(parts);
}

const tensor = (name, type, dims, data) =>
  message({ 1: dims, 2: type, 8: name, 9: new Uint8Array(data.buffer) });

const value = (name, dims) => {
  const shape = message({ 1: dims.map((size) => message({ 1: size })) });
  return message({ 1: name, 2: message({ 1: message({ 1: FLOAT, 2: shape }) }) });
};

const attribute = (name, numbers) =>
  Array.isArray(numbers)
    ? message({ 1: name, 8: numbers, 20: 7 })
    : message({ 1: name, 3: numbers, 20: 2 });

/** Nodes and weights as they are added; each node's only output has a name that is returned. */
class Graph {
  nodes = [];
  weights = [];

  node(type, inputs, attributes = {}) {
    const output = `${type}${this.nodes.length}`;
    const list = Object.entries(attributes).map((entry) => attribute(...entry));
    this.nodes.push(message({ 1: inputs, 2: output, 4: type, 5: list }));
    return output;
  }

  floats(dims, data) {
    this.weights.push(tensor(`w${this.weights.length}`, FLOAT, dims, data));
    return `w${this.weights.length - 1}`;
  }

  integers(...numbers) {
    const data = BigInt64Array.from(numbers, BigInt);
    this.weights.push(tensor(`w${this.weights.length}`, INT64, [numbers.length], data));
    return `w${this.weights.length - 1}`;
  }

  convolution(x, { from, to, stride }) {
    const kernel = this.floats([to, from, 3, 3], heWeights(to * from * 9, from * 9));
    const bias = this.floats([to], new Float32Array(to));
    const [pads, strides] = [
      [1, 1, 1, 1],
      [stride, stride],
    ];
    return this.node('Conv', [x, kernel, bias], { kernel_shape: [3, 3], pads, strides });
  }

  /** Option A: every other pixel, and zeros for the new channels. */
  shrink(x, more) {
    const everyOther = [
      [0, 0],
      [32, 32],
      [2, 3],
      [2, 2],
    ].map((list) => this.integers(...list));
    const half = this.node('Slice', [x, ...everyOther]);
    return this.node('Pad', [half, this.integers(0, more, 0, 0, 0, more, 0, 0)]);
  }
}

/** @param {{ net: string, width: number, batch: number }} wanted */
export function onnxModel({ net, width, batch }) {
  const graph = new Graph();
  const [stem, ...layers] = convolutions({ net, width });
  let h = graph.node('Relu', [graph.convolution('x', stem)]);
  for (let i = 0; i < layers.length; i += 2) {
    const shortcut = layers[i].stride === 2 ? graph.shrink(h, layers[i].from / 2) : h;
    const inner = graph.node('Relu', [graph.convolution(h, layers[i])]);
    h = graph.node('Relu', [
      graph.node('Add', [graph.convolution(inner, layers[i + 1]), shortcut]),
    ]);
  }
  const features = graph.node('Flatten', [graph.node('GlobalAveragePool', [h])]);
  const weight = graph.floats([width * 4, 10], heWeights(width * 40, width * 4));
  const output = graph.node('Gemm', [features, weight, graph.floats([10], new Float32Array(10))]);
  const parts = { 1: graph.nodes, 2: net, 5: graph.weights };
  const ends = { 11: value('x', [batch, 3, 32, 32]), 12: value(output, [batch, 10]) };
  return {
    bytes: message({ 1: 8, 7: message({ ...parts, ...ends }), 8: message({ 1: '', 2: OPSET }) }),
    output,
  };
}
