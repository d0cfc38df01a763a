/** A residual network in TensorFlow.js, NHWC. */
import tf from '@tensorflow/tfjs';
import { batchOf, convolutions, heWeights } from './data.js';

const CLASSES = 10;

/** @param {import('../cases.js').Case} wanted */
export function initialWeights(wanted) {
  const shapes = convolutions(wanted);
  const features = wanted.width * 4;
  return {
    strides: shapes.map(({ stride }) => stride),
    kernels: shapes.map(({ from, to }) =>
      tf.variable(tf.tensor4d(heWeights(to * from * 9, from * 9), [3, 3, from, to])),
    ),
    gammas: shapes.map(({ to }) => tf.variable(tf.ones([to]))),
    betas: shapes.map(({ to }) => tf.variable(tf.zeros([to]))),
    dense: tf.variable(tf.tensor2d(heWeights(features * CLASSES, features), [features, CLASSES])),
  };
}

/** Option A: every other row and pixel, and zeros for the new channels. */
function shrink(x) {
  const [images, side, , channels] = x.shape;
  const half = side / 2;
  const rowPairs = tf.reshape(x, [images * half, 2 * side * channels]);
  const rows = tf.slice(rowPairs, [0, 0], [images * half, side * channels]);
  const pixelPairs = tf.reshape(rows, [images * half * half, 2 * channels]);
  const pixels = tf.slice(pixelPairs, [0, 0], [images * half * half, channels]);
  const padded = tf.pad(pixels, [
    [0, 0],
    [channels / 2, channels / 2],
  ]);
  return tf.reshape(padded, [images, half, half, 2 * channels]);
}

/** `layer(i, x)` is convolution i with its norm, `layer(i, x, true)` with ReLU too. */
export function forward({ strides, dense }, layer, x) {
  let h = layer(0, x, true);
  for (let i = 1; i < strides.length; i += 2) {
    const shortcut = strides[i] === 2 ? shrink(h) : h;
    h = tf.relu(tf.add(layer(i + 1, layer(i, h, true)), shortcut));
  }
  return tf.matMul(tf.mean(h, [1, 2]), dense);
}

/** @param {number} count */
export async function inputs(count) {
  const { pixels, labels } = await batchOf(count);
  const planes = tf.tensor4d(pixels, [count, 3, 32, 32]);
  return { x: tf.transpose(planes, [0, 2, 3, 1]), y: tf.oneHot(labels, CLASSES) };
}
