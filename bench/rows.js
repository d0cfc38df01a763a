/** What the measurements have to show. */
import { like } from './cases.js';

/** @typedef {import('./lines.js').Line} Line */
/** @typedef {{ row: string, measured: number | null, at_least?: number, at_most?: number,
 *   aim: number | null }} Row */

const FIELDS = /** @type {const} */ (['what', 'net', 'width', 'batch', 'threads', 'tier']);

/** @param {Line[]} lines @param {{ memory: Record<string, number>, largestModule: number,
 *   parquet: number | null }} sizes `parquet`: images a second
 * @param {{ tasks: { over_50_ms: number }, visit: { kilobytes: number, interactive_ms: number } }
 *   | null} page if it was measured
 * @returns {Row[]} */
export function tableRows(lines, { memory, largestModule, parquet }, page) {
  const node = lines.filter(({ runtime, peer, norm }) => /^Node/.test(runtime) && !peer && !norm);
  /** @param {object} change */
  const line = (change) => {
    const wanted = like(change);
    return node.find((found) => FIELDS.every((field) => found[field] === wanted[field]));
  };
  /** @param {object} change */
  const roofline = (change) => line(change)?.roofline ?? null;
  /** @param {object} change @param {object} base */
  const against = (change, base) => {
    const [ours, theirs] = [line(change)?.images_per_s, line(base)?.images_per_s];
    return ours && theirs ? ours / theirs : null;
  };
  /** @param {string} name @param {object} change */
  const peer = (name, change) => {
    const wanted = like(change);
    const same = (/** @type {Line} */ found) =>
      found.peer === name && found.what === wanted.what && found.threads === wanted.threads;
    return lines.find(same)?.ratio ?? null;
  };
  const chromium = lines.filter(({ runtime }) => /^Chromium/.test(runtime));
  const ratios = chromium.flatMap(({ ratio }) => ratio ?? []);

  /** @type {(row: string, measured: number | null, limit: number, aim?: number | null) => Row} */
  const least = (row, measured, limit, aim = null) => ({ row, measured, at_least: limit, aim });
  /** @type {typeof least} */
  const most = (row, measured, limit, aim = null) => ({ row, measured, at_most: limit, aim });
  const two = { threads: 2 };
  const infer = { what: 'infer' };
  return [
    least('roofline: train batch 128, relaxed', roofline({}), 2.0, 2.6),
    least('roofline: train batch 32, relaxed', roofline({ batch: 32 }), 2.0, 2.6),
    least('roofline: train batch 128, simd128', roofline({ tier: 'simd128' }), 1.9, 2.4),
    least('roofline: train batch 32, simd128', roofline({ tier: 'simd128', batch: 32 }), 1.9, 2.4),
    least('roofline: infer batch 128, relaxed', roofline(infer), 2.2, 2.8),
    least('roofline: infer batch 1, relaxed', roofline({ ...infer, batch: 1 }), 1.8, 2.4),
    least('two threads each: train against PyTorch', peer('PyTorch', two), 1.2, 1.4),
    least('train width 8 against width 16', against({ width: 8 }, {}), 2.5, 3.2),
    least('train width 4 against width 16', against({ width: 4 }, {}), 5, 8),
    least('two threads against one: train', against(two, {}), 1.85, 1.95),
    least('two threads against one: infer', against({ ...infer, ...two }, infer), 1.85, 1.95),
    most('time per image: resnet56 against resnet20', against({}, { net: 'resnet56' }), 3.15, 3),
    least('train batch 32 against jax-js', peer('jax-js', {}), 15),
    least('infer against ONNX Runtime Web', peer('ONNX Runtime Web', infer), 4),
    least('infer against TensorFlow.js WASM', peer('TensorFlow.js WASM', infer), 4),
    most('MiB planned for training: resnet20', memory.resnet20, 192),
    most('MiB planned for training: resnet56', memory.resnet56, 480),
    most('KB gzip of the largest module', largestModule, 62),
    least('images/s out of Parquet, PNG decoded, one thread', parquet, 5000),
    least('Chromium against Node, the lowest', ratios.length ? Math.min(...ratios) : null, 0.9),
    most(
      'page: tasks over 50 ms of CPU time, four networks training',
      page?.tasks.over_50_ms ?? null,
      0,
    ),
    most('page: KB gzip of the first visit', page?.visit.kilobytes ?? null, 400),
    most('page: ms until it can be used', page?.visit.interactive_ms ?? null, 1000),
  ];
}
