/** Writes an ONNX model of a residual network with random weights, norm folded into the
 * convolutions. */
import { Message } from '../../web/lib/weights/protobuf.js';
import { convolutions, heWeights } from './data.js';

const FLOAT = 1;
const INT64 = 7;
const OPSET = 13;

const tensor = (name, type, dims, data) =>
  new Message({ 1: dims, 2: type, 8: name, 9: new Uint8Array(data.buffer) });

const value = (name, dims) => {
  const shape = new Message({ 1: dims.map((size) => new Message({ 1: size })) });
  return new Message({ 1: name, 2: new Message({ 1: new Message({ 1: FLOAT, 2: shape }) }) });
};

const attribute = (name, numbers) =>
  Array.isArray(numbers)
    ? new Message({ 1: name, 8: numbers, 20: 7 })
    : new Message({ 1: name, 3: numbers, 20: 2 });

/** Nodes and weights as they are added; each node's only output has a name that is returned. */
class Graph {
  nodes = [];
  weights = [];

  node(type, inputs, attributes = {}) {
    const output = `${type}${this.nodes.length}`;
    const list = Object.entries(attributes).map((entry) => attribute(...entry));
    this.nodes.push(new Message({ 1: inputs, 2: output, 4: type, 5: list }));
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
    bytes: new Message({
      1: 8,
      7: new Message({ ...parts, ...ends }),
      8: new Message({ 1: '', 2: OPSET }),
    }).bytes,
    output,
  };
}
