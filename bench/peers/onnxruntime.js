/** ONNX Runtime Web: WebAssembly SIMD, one thread. */
import * as ort from 'onnxruntime-web/wasm';
import { batchOf } from './data.js';
import { onnxModel } from './onnx.js';

/** @param {import('../cases.js').Case} wanted */
export async function* work(wanted) {
  ort.env.wasm.numThreads = 1;
  const { bytes, output } = onnxModel(wanted);
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
  });
  const { pixels } = await batchOf(wanted.batch);
  const x = new ort.Tensor('float32', pixels, [wanted.batch, 3, 32, 32]);
  while (true) {
    const { [output]: logits } = await session.run({ x });
    if (!logits.data.every(Number.isFinite)) throw new Error('its logits are not numbers');
    yield wanted.batch;
  }
}
