/** Writes a state_dict as torch.save does, in the zip format, so that torch.load(weights_only=True)
 * reads it. What our files say beside the weights is an attribute of the state_dict. */
import { zipSync } from 'fflate/browser';
import { metadataOf } from '../file-metadata.js';
import { METADATA } from './pytorch.js';

/** @typedef {import('../index.js').Tensor} Tensor */

const ROOT = 'weights';

/** A pickle of protocol 2, opcode by opcode. */
class Pickle {
  /** @type {number[]} */
  bytes = [0x80, 2];

  /** @param {...number} opcodes */
  op(...opcodes) {
    this.bytes.push(...opcodes);
    return this;
  }

  /** @param {string} module @param {string} name */
  global(module, name) {
    return this.op(0x63, ...new TextEncoder().encode(`${module}\n${name}\n`));
  }

  /** @param {number} value from 0 to 2^31-1 */
  int(value) {
    return this.op(0x4a, ...[0, 8, 16, 24].map((shift) => (value >> shift) & 255));
  }

  /** @param {string} value */
  text(value) {
    const bytes = new TextEncoder().encode(value);
    const { length } = bytes;
    this.op(0x58, ...[0, 8, 16, 24].map((shift) => (length >> shift) & 255));
    for (const byte of bytes) this.bytes.push(byte);
    return this;
  }

  /** @param {number[]} values */
  tuple(values) {
    this.op(0x28);
    for (const value of values) this.int(value);
    return this.op(0x74);
  }

  emptyOrderedDict() {
    return this.global('collections', 'OrderedDict').op(0x29, 0x52);
  }
}

/** @param {number[]} shape */
const stridesOf = (shape) =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));

/** torch._utils._rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict())
 * @param {Pickle} pickle @param {Tensor} tensor @param {string} key of its storage */
function addTensor(pickle, { shape, values }, key) {
  pickle.global('torch._utils', '_rebuild_tensor_v2').op(0x28, 0x28);
  pickle.text('storage').global('torch', 'FloatStorage').text(key).text('cpu');
  pickle.int(values.length).op(0x74, 0x51).int(0).tuple(shape).tuple(stridesOf(shape)).op(0x89);
  pickle.emptyOrderedDict().op(0x74, 0x52);
}

/** @param {Tensor[]} tensors @param {Record<string, string>} metadata */
function stateDict(tensors, metadata) {
  const pickle = new Pickle().emptyOrderedDict().op(0x28);
  tensors.forEach((tensor, i) => {
    addTensor(pickle.text(tensor.name), tensor, String(i));
  });
  pickle.op(0x75, 0x7d).text(METADATA).op(0x7d, 0x28);
  for (const [key, value] of Object.entries(metadata)) pickle.text(key).text(value);
  return Uint8Array.from(pickle.op(0x75, 0x73, 0x62, 0x2e).bytes);
}

/** @param {Tensor[]} tensors the values @param {Uint8Array} file of the same net, for its metadata */
export function writePytorch(tensors, file) {
  /** @type {Record<string, Uint8Array>} */
  const parts = { [`${ROOT}/data.pkl`]: stateDict(tensors, metadataOf(file)) };
  parts[`${ROOT}/byteorder`] = new TextEncoder().encode('little');
  tensors.forEach(({ values }, i) => {
    parts[`${ROOT}/data/${i}`] = new Uint8Array(
      values.buffer,
      values.byteOffset,
      values.byteLength,
    );
  });
  parts[`${ROOT}/version`] = new TextEncoder().encode('3\n');
  // Not compressed: PyTorch reads no other.
  return zipSync(parts, { level: 0 });
}
