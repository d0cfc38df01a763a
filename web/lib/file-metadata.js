/** The `__metadata__` of safetensors files. */

/** @param {Uint8Array} file that the core has found sound */
function headerOf(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const end = 8 + Number(view.getBigUint64(0, true));
  return { header: JSON.parse(new TextDecoder().decode(file.subarray(8, end))), end };
}

/** @param {Uint8Array} file that the core has found sound @returns {Record<string, string>} */
export function metadataOf(file) {
  const { __metadata__ = {} } = headerOf(file).header;
  // The core reads names as they are written: to JSON, a tensor may be called the same.
  const texts = Object.entries(__metadata__).filter(([, value]) => typeof value === 'string');
  return /** @type {Record<string, string>} */ (Object.fromEntries(texts));
}

/** The file with more metadata. @param {Uint8Array} file that the core has written
 * @param {Record<string, string>} more */
export function withMetadata(file, more) {
  const { header, end } = headerOf(file);
  Object.assign(header.__metadata__, more);
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Readers map the data to memory, where it has to be aligned; the format fills with spaces.
  const length = Math.ceil(text.length / 8) * 8;
  const made = new Uint8Array(8 + length + file.length - end).fill(0x20, 8, 8 + length);
  new DataView(made.buffer).setBigUint64(0, BigInt(length), true);
  made.set(text, 8);
  made.set(file.subarray(end), 8 + length);
  return made;
}

/** What the classes are called, if the file says so for all of them.
 * @param {Record<string, string>} metadata @param {number} classes */
export function classNamesOf({ class_names }, classes) {
  try {
    const names = JSON.parse(class_names);
    const sound = Array.isArray(names) && names.every((name) => typeof name === 'string');
    return sound && names.length === classes ? /** @type {string[]} */ (names) : null;
  } catch {
    return null;
  }
}
