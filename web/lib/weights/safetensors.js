/** Writes safetensors files of tensors that other formats hold; the core reads them. */

/**
 * @typedef {object} RawTensor
 * @property {string} name
 * @property {string} dtype of safetensors: F32, F16, ...
 * @property {number[]} shape
 * @property {Uint8Array} bytes little-endian, in the order of the last dimension first
 */

/** The format wants data to begin at a multiple of this; spaces fill the header. */
const ALIGNMENT = 8;

/** @param {RawTensor[]} tensors @param {Record<string, string>} metadata */
export function writeSafetensors(tensors, metadata) {
  let offset = 0;
  const entries = tensors.map(({ name, dtype, shape, bytes }) => {
    const data_offsets = [offset, offset + bytes.length];
    offset += bytes.length;
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets })}`;
  });
  if (Object.keys(metadata).length > 0)
    entries.unshift(`"__metadata__":${JSON.stringify(metadata)}`);
  const header = new TextEncoder().encode(`{${entries.join(',')}}`);
  const length = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(8 + length + offset).fill(0x20, 8, 8 + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(header, 8);
  let at = 8 + length;
  for (const { bytes } of tensors) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}
