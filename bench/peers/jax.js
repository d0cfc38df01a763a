/** jax-js on its WebAssembly back end. Its arrays are counted by hand: an argument is used up
 * unless `.ref` is passed. Activations are [channels][images][side][side], and a convolution is nine
 * products of matrices, since that is what it is fast at: ten times faster than its own. */
import * as jax from '@jax-js/jax';
import { batchOf, convolutions, heWeights, lossWatch } from './data.js';

const { nn, numpy: np } = jax;
const LR = 0.05;
const MOMENTUM = 0.9;
const CLASSES = 10;

/** Weights are [9][to][from]. */
function convolution(x, kernel, stride) {
  const [channels, images, side] = x.shape;
  const half = side / stride;
  const padded = np.pad(x, [
    [0, 0],
    [0, 0],
    [1, 1],
    [1, 1],
  ]);
  const sum = Array.from({ length: 9 }, (_, tap) => {
    const [down, right] = [Math.floor(tap / 3), tap % 3];
    const moved = padded.ref.slice([], [], [down, down + side], [right, right + side]);
    const pixels = everyOther(moved, stride)
      .mul(1)
      .reshape([channels, images * half ** 2]);
    return np.matmul(kernel.ref.slice(tap), pixels);
  }).reduce((a, b) => a.add(b));
  padded.dispose();
  kernel.dispose();
  return sum.reshape([sum.shape[0], images, half, half]);
}

function everyOther(x, stride) {
  if (stride === 1) return x;
  const [channels, images, side] = x.shape;
  const pairs = x.reshape([channels, images, side / 2, 2, side / 2, 2]);
  return pairs.slice([], [], [], 0, [], 0);
}

/** With the statistics of the batch. */
function norm(x, gamma, beta) {
  const axes = [1, 2, 3];
  const centred = x.ref.sub(np.mean(x, axes, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), axes, { keepdims: true });
  const scale = gamma.div(np.sqrt(variance.add(1e-5)));
  return centred.mul(scale).add(beta);
}

/** Option A: every other pixel, and zeros for the new channels. */
function shrink(x) {
  const more = x.shape[0] / 2;
  return np.pad(everyOther(x, 2), [
    [more, more],
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
}

function logits(layers, { weight, bias }, x) {
  const apply = ({ kernel, gamma, beta, stride }, input) =>
    norm(convolution(input, kernel, stride), gamma, beta);
  let h = nn.relu(apply(layers[0], x));
  for (let i = 1; i < layers.length; i += 2) {
    const shortcut = layers[i].stride === 2 ? shrink(h.ref) : h.ref;
    const inner = nn.relu(apply(layers[i], h));
    h = nn.relu(apply(layers[i + 1], inner).add(shortcut));
  }
  return np.matmul(np.transpose(np.mean(h, [2, 3])), weight).add(bias);
}

/** @param {{ net: string, width: number }} wanted */
function initial(wanted) {
  const shapes = convolutions(wanted);
  const kernels = shapes.map(({ from, to }) =>
    np.array(heWeights(to * from * 9, from * 9)).reshape([9, to, from]),
  );
  const features = wanted.width * 4;
  return {
    kernels,
    gammas: shapes.map(({ to }) => np.ones([to, 1, 1, 1])),
    betas: shapes.map(({ to }) => np.zeros([to, 1, 1, 1])),
    weight: np.array(heWeights(features * CLASSES, features)).reshape([features, CLASSES]),
    bias: np.zeros([CLASSES]),
  };
}

/** @param {import('../cases.js').Case} wanted */
export async function* work(wanted) {
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  const { pixels, labels } = await batchOf(wanted.batch);
  const strides = convolutions(wanted).map(({ stride }) => stride);
  const lossOf = ({ kernels, gammas, betas, weight, bias }, x, y) => {
    const layers = strides.map((stride, i) => {
      return { stride, kernel: kernels[i], gamma: gammas[i], beta: betas[i] };
    });
    const scores = nn.logSoftmax(logits(layers, { weight, bias }, x), -1);
    return np.mean(np.sum(scores.mul(y), 1)).neg();
  };
  const step = jax.jit((parameters, velocity, x, y) => {
    const [loss, gradient] = jax.valueAndGrad(lossOf)(jax.tree.ref(parameters), x, y);
    const faster = jax.tree.map((v, g) => v.mul(MOMENTUM).add(g), velocity, gradient);
    const better = jax.tree.map((p, v) => p.sub(v.mul(LR)), parameters, jax.tree.ref(faster));
    return [loss, better, faster];
  });
  let parameters = initial(wanted);
  let velocity = jax.tree.map((p) => np.zeros(p.shape), parameters);
  const images = np.array(pixels).reshape([wanted.batch, 3, 32, 32]);
  const x = np.transpose(images, [1, 0, 2, 3]).mul(1);
  const y = nn.oneHot(np.array(Int32Array.from(labels), { dtype: np.int32 }), CLASSES);
  const watch = lossWatch();
  while (true) {
    let loss;
    [loss, parameters, velocity] = step(parameters, velocity, x.ref, y.ref);
    await jax.blockUntilReady([parameters, velocity]);
    watch(await loss.jsAsync());
    yield wanted.batch;
  }
}
