/** Reads safetensors files that hold other things than nets: the golden values. */
import { ResiduaError } from '../lib/errors.js';

/** @typedef {Float32Array | Float64Array | Uint8Array | BigInt64Array} Values */
/** @typedef {{ shape: number[], values: Values }} Tensor */

/** @type {Record<string, { bytes: number, of: (buffer: ArrayBuffer) => Values }>} */
const TYPES = {
  F32: { bytes: 4, of: (buffer) => new Float32Array(buffer) },
  F64: { bytes: 8, of: (buffer) => new Float64Array(buffer) },
  U8: { bytes: 1, of: (buffer) => new Uint8Array(buffer) },
  I64: { bytes: 8, of: (buffer) => new BigInt64Array(buffer) },
};

/** @param {string} file for messages @param {Uint8Array} bytes */
export function readSafetensors(file, bytes) {
  const { header, start } = readHeader(file, bytes);
  const { __metadata__: metadata = {}, ...entries } = header;
  /** @type {Map<string, Tensor>} */
  const tensors = new Map();
  for (const [name, entry] of Object.entries(entries)) {
    tensors.set(name, readTensor(file, name, entry, bytes.subarray(start)));
  }
  return { metadata: /** @type {Record<string, string>} */ (metadata), tensors };
}

/** @param {string} file @param {string} problem */
function badFile(file, problem) {
  const message = `${file} is not a sound safetensors file: ${problem}; make or fetch it again.`;
  return new ResiduaError('BAD_FILE', 'readSafetensors', message);
}

/** @param {string} file @param {Uint8Array} bytes */
function readHeader(file, bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? NaN : Number(view.getBigUint64(0, true));
  if (!(8 + length <= bytes.length)) throw badFile(file, 'its header does not fit in');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length));
    const header = JSON.parse(text);
    if (typeof header !== 'object' || header === null) throw new SyntaxError();
    return { header, start: 8 + length };
  } catch {
    throw badFile(file, 'its header is not JSON');
  }
}

/** @param {string} file @param {string} name @param {any} entry @param {Uint8Array} data
 * @returns {Tensor} */
function readTensor(file, name, entry, data) {
  const type = TYPES[entry?.dtype];
  const shape = entry?.shape;
  const [begin, end] = entry?.data_offsets ?? [];
  if (!type || !Array.isArray(shape) || ![...shape, begin, end].every(isCount)) {
    throw badFile(file, `tensor ${name} has no type, shape and place of the kinds known here`);
  }
  const size = shape.reduce((product, side) => product * side, type.bytes);
  if (begin > end || end > data.length || end - begin !== size) {
    throw badFile(file, `tensor ${name} lies at ${begin} to ${end} of ${data.length} bytes`);
  }
  return { shape, values: type.of(data.slice(begin, end).buffer) };
}

/** @param {unknown} value */
function isCount(value) {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
