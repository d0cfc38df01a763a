/** TensorFlow.js on its back end in JavaScript, the one without a GPU that can train. */
import tf from '@tensorflow/tfjs';
import { lossWatch } from './data.js';
import { forward, initialWeights, inputs } from './tfjs-net.js';

/** @param {import('../cases.js').Case} wanted */
export async function* work(wanted) {
  await tf.setBackend('cpu');
  const weights = initialWeights(wanted);
  const { x, y } = await inputs(wanted.batch);
  const layer = (i, input, relu) => {
    const raw = tf.conv2d(input, weights.kernels[i], weights.strides[i], 1);
    const { mean, variance } = tf.moments(raw, [0, 1, 2]);
    const normal = tf.batchNorm(raw, mean, variance, weights.betas[i], weights.gammas[i], 1e-5);
    return relu ? tf.relu(normal) : normal;
  };
  const optimizer = tf.train.momentum(0.01, 0.9);
  const watch = lossWatch();
  while (true) {
    const loss = optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy(y, forward(weights, layer, x)),
      true,
    );
    watch((await loss.data())[0]);
    loss.dispose();
    yield wanted.batch;
  }
}
