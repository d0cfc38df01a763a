/** TensorFlow.js on its WebAssembly back end: SIMD, one thread; norm folded and ReLU fused. */
import tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { forward, initialWeights, inputs } from './tfjs-net.js';

/** @param {import('../cases.js').Case} wanted */
export async function* work(wanted) {
  await tf.setBackend('wasm');
  if (!(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'))) throw new Error('it has no SIMD here');
  const weights = initialWeights(wanted);
  const { x } = await inputs(wanted.batch);
  const layer = (i, input, relu) =>
    tf.fused.conv2d({
      x: input,
      filter: weights.kernels[i],
      strides: weights.strides[i],
      pad: 1,
      bias: weights.betas[i],
      activation: relu ? 'relu' : 'linear',
    });
  while (true) {
    const logits = tf.tidy(() => forward(weights, layer, x));
    if (!(await logits.data()).every(Number.isFinite)) {
      throw new Error('its logits are not numbers');
    }
    logits.dispose();
    yield wanted.batch;
  }
}
