/** The same work in other libraries. */
import { readFileSync } from 'node:fs';
import { like } from './cases.js';

/** @type {{ devDependencies: Record<string, string> }} */
const { devDependencies: versions } = JSON.parse(
  readFileSync(new URL('./package.json', import.meta.url), 'utf8'),
);

/**
 * @typedef {object} Peer
 * @property {string} peer its file in peers/, or pytorch
 * @property {string} name
 * @property {string} [version] PyTorch's is known once it runs
 * @property {import('./cases.js').Case} wanted ours that is held against it
 */

/** @param {string} peer @param {string} name @param {string} library @param {object} change
 * @returns {Peer} */
const fromNpm = (peer, name, library, change) => {
  return { peer, name, version: versions[library], wanted: like(change) };
};
/** @param {object} change @returns {Peer} */
const pytorch = (change) => ({ peer: 'pytorch', name: 'PyTorch', wanted: like(change) });

const QUICK = [
  pytorch({ threads: 2 }),
  fromNpm('jax', 'jax-js', '@jax-js/jax', { batch: 32 }),
  fromNpm('onnxruntime', 'ONNX Runtime Web', 'onnxruntime-web', { what: 'infer' }),
  fromNpm('tfjs-wasm', 'TensorFlow.js WASM', '@tensorflow/tfjs-backend-wasm', { what: 'infer' }),
];
const MORE = [
  pytorch({}),
  pytorch({ what: 'infer' }),
  pytorch({ what: 'infer', threads: 2 }),
  fromNpm('tfjs-cpu', 'TensorFlow.js CPU', '@tensorflow/tfjs', { batch: 2 }),
  fromNpm('convnet', 'ConvNetJS', 'convnetjs', { net: 'plain20', norm: 'none', batch: 4 }),
];

/** @param {'full' | 'quick'} pace */
export const peers = (pace) => (pace === 'quick' ? QUICK : [...QUICK, ...MORE]);
