/** The layers of a network as they are drawn, from its spec: stages of blocks of two convolutions. Invariant:
 * the parameters of all parts add up to those that the core counts. */
import { nameOfSpec } from '../../lib/spec.js';

/** @typedef {import('../../lib/index.js').Spec} Spec */

/**
 * @typedef {object} DrawnLayer a 3x3 convolution with norm and ReLU
 * @property {number} index of Net.layers
 * @property {string} name
 * @property {number} stride
 * @property {number} inputs channels
 * @property {number} outputs
 * @property {number} size pixels of a side of its output
 * @property {number} weights of the convolution
 * @property {number} rest the norm's scale and shift, or the bias
 */
/** @typedef {'none' | 'identity' | 'pad' | 'projection'} ShortcutKind */
/** @typedef {{ layers: [DrawnLayer, DrawnLayer], shortcut: ShortcutKind, parameters: number }} Block */
/** @typedef {{ number: number, size: number, channels: number, blocks: Block[], parameters: number }} Stage */

const SIDE = 32;
const STAGES = [1, 2, 3];

/** @param {Spec} spec */
export function planOf(spec) {
  const { family, depth, width = 16, shortcut = 'A', norm = 'batch', classes = 10 } = spec;
  const perChannel = norm === 'batch' ? 2 : 1;
  const blocksEach = (depth - 2) / 6;
  const layerOf = (/** @type {Omit<DrawnLayer, 'weights' | 'rest'>} */ layer) => ({
    ...layer,
    weights: 9 * layer.inputs * layer.outputs,
    rest: perChannel * layer.outputs,
  });
  /** @param {number} stage @param {number} at @returns {Block} */
  const blockOf = (stage, at) => {
    const outputs = width << (stage - 1);
    const grows = stage > 1 && at === 0;
    const inputs = grows ? outputs / 2 : outputs;
    const size = SIDE >> (stage - 1);
    const index = 1 + 2 * ((stage - 1) * blocksEach + at);
    const name = `layer${stage}.${at}.conv`;
    const layers = /** @type {[DrawnLayer, DrawnLayer]} */ ([
      layerOf({ index, name: `${name}1`, stride: grows ? 2 : 1, inputs, outputs, size }),
      layerOf({ index: index + 1, name: `${name}2`, stride: 1, inputs: outputs, outputs, size }),
    ]);
    const kind = family === 'plain' ? 'none' : shortcutOf(shortcut, grows);
    const projection = kind === 'projection' ? outputs * (inputs + perChannel) : 0;
    return { layers, shortcut: kind, parameters: sum(layers.map(parametersOf)) + projection };
  };
  const stem = layerOf({
    index: 0,
    name: 'conv1',
    stride: 1,
    inputs: 3,
    outputs: width,
    size: SIDE,
  });
  const stages = STAGES.map((number) => {
    const blocks = Array.from({ length: blocksEach }, (_, at) => blockOf(number, at));
    const [{ layers }] = blocks;
    const { size, outputs: channels } = layers[0];
    return { number, size, channels, blocks, parameters: sum(blocks.map((one) => one.parameters)) };
  });
  const features = 4 * width;
  const dense = { features, classes, parameters: classes * (features + 1) };
  const all = parametersOf(stem) + sum(stages.map((one) => one.parameters)) + dense.parameters;
  return { name: nameOfSpec(spec), stem, stages, dense, parameters: all };
}

/** @typedef {ReturnType<typeof planOf>} DrawnPlan */

/** @param {NonNullable<Spec['shortcut']>} option @param {boolean} grows @returns {ShortcutKind} */
function shortcutOf(option, grows) {
  if (option === 'C' || (option === 'B' && grows)) return 'projection';
  return grows ? 'pad' : 'identity';
}

/** @param {DrawnLayer} layer */
const parametersOf = ({ weights, rest }) => weights + rest;

/** All 3x3 convolutions in their order. @param {DrawnPlan} plan */
export function layersOf({ stem, stages }) {
  return [stem, ...stages.flatMap(({ blocks }) => blocks.flatMap(({ layers }) => layers))];
}

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);
