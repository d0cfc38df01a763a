/** Measures networks: PyTorch in float64 and float32, and the core by each method. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  errorsOf,
  fieldsToBegin,
  layoutOf,
  looked,
  openModel,
  RECIPE,
  SAMPLES,
  valuesOf,
} from './measure.js';
import { batchOf, STEPS } from './nets.js';

/** @typedef {import('./nets.js').FidelityNet} FidelityNet */
/** @typedef {import('./measure.js').Errors} Errors */
/** How far PyTorch's float32 and each method are from float64.
 * @typedef {{ number: number, errors: Record<string, Errors> }} Result */

const SCRIPT = fileURLToPath(new URL('./pytorch.py', import.meta.url));
export const PYTORCH = 'PyTorch float32';
const START = /** @type {const} */ ({ tier: 'simd128', conv: 'direct' });

/** The tier scalar has the bits of simd128 (tests/threads.test.js), and is slow.
 * @type {readonly import('./measure.js').Method[]} */
export const METHODS = [
  { tier: 'simd128', conv: 'direct' },
  { tier: 'simd128', conv: 'winograd' },
  { tier: 'relaxed', conv: 'direct' },
  { tier: 'relaxed', conv: 'winograd' },
];

/** @param {import('./measure.js').Method} method */
export const nameOf = ({ tier, conv }) => `${tier} ${conv}`;

/** The tensors of a network as the core makes it. @param {FidelityNet} net */
async function tensorsOf(net) {
  const model = await openModel(net, START);
  const all = model.tensors('value');
  model.trainBegin(fieldsToBegin(net));
  const trained = model.tensors('gradient');
  model.close();
  return { all, trained };
}

/** @param {FidelityNet} net @returns {Promise<ReturnType<typeof layoutOf>>} */
export async function layoutFor(net) {
  const { all, trained } = await tensorsOf(net);
  return layoutOf(net, { all: all.length, trained: trained.length });
}

/** Writes what PyTorch needs of a network; returns its entry of nets.json.
 * @param {string} folder @param {FidelityNet} net */
async function describe(folder, net) {
  const { all, trained } = await tensorsOf(net);
  const weights = new Float32Array(all.flatMap(({ values }) => Array.from(values)));
  const { images, labels } = batchOf(net);
  await writeFile(join(folder, `${net.number}.weights`), new Uint8Array(weights.buffer));
  await writeFile(join(folder, `${net.number}.images`), images);
  const names = (/** @type {{ name: string }[]} */ tensors) =>
    looked(tensors).map(({ name }) => name);
  const { family, shortcut, ...spec } = net.spec;
  return {
    ...{ ...spec, ...RECIPE, number: net.number, lr: net.lr, steps: STEPS, samples: SAMPLES },
    shortcut: family === 'plain' ? 'plain' : shortcut,
    labels: Array.from(labels),
    tensors: all.map(({ name, shape }) => ({ name, shape })),
    ...{ trained: names(trained), all: names(all) },
  };
}

/** @param {string} path */
async function readValues(path) {
  const bytes = await readFile(path);
  return new Float64Array(new Uint8Array(bytes).buffer);
}

/** What PyTorch computes, by number of the network, and its version.
 * @param {string} python @param {FidelityNet[]} nets */
export async function runPyTorch(python, nets) {
  const folder = await mkdtemp(join(tmpdir(), 'residua-fidelity-'));
  try {
    const jobs = [];
    for (const net of nets) jobs.push(await describe(folder, net));
    await writeFile(join(folder, 'nets.json'), JSON.stringify(jobs));
    const { stdout } = await promisify(execFile)(python, [SCRIPT, folder]);
    /** @type {Map<number, Record<'float64' | 'float32', Float64Array>>} */
    const values = new Map();
    for (const { number } of nets) {
      const [float64, float32] = await Promise.all(
        ['float64', 'float32'].map((type) => readValues(join(folder, `${number}.${type}`))),
      );
      values.set(number, { float64, float32 });
    }
    return { version: stdout.trim(), values };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How far each method is from given values. @param {FidelityNet} net
 * @param {ArrayLike<number>} wanted @param {ReturnType<typeof layoutOf>} layout
 * @param {readonly import('./measure.js').Method[]} methods @returns {Promise<Record<string, Errors>>} */
export async function errorsByMethod(net, wanted, layout, methods) {
  /** @type {Record<string, Errors>} */
  const errors = {};
  for (const method of methods) {
    errors[nameOf(method)] = errorsOf(await valuesOf(net, method), wanted, layout);
  }
  return errors;
}

/** Measures networks. @param {string} python @param {FidelityNet[]} nets */
export async function measure(python, nets) {
  const { version, values } = await runPyTorch(python, nets);
  /** @type {Result[]} */
  const results = [];
  for (const net of nets) {
    const { float64, float32 } = values.get(net.number) ?? { float64: [], float32: [] };
    const layout = await layoutFor(net);
    const errors = await errorsByMethod(net, float64, layout, METHODS);
    const pytorch = errorsOf(float32, float64, layout);
    results.push({ number: net.number, errors: { [PYTORCH]: pytorch, ...errors } });
  }
  return { version, results };
}
