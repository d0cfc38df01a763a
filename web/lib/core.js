/** An instance of the core and its memory: calls in, structs and texts out. Invariant: memory is laid out once, when the
 * instance is opened; it neither grows nor moves afterwards. */
import { errorOfStatus } from './core-errors.js';
import { ResiduaError } from './errors.js';
import { hasManyRegisters } from './simd.js';
import { readStruct, readText, roundUp, SLOTS, SLOTS_BYTES, writeStruct } from './structs.js';

/** @typedef {import('./structs.js').StructName} StructName */
/** @template {StructName} N @typedef {import('./structs.js').Fields<N>} Fields */

export const ABI_VERSION = 4;
const PAGE = 65536;
const MAX_PAGES = 65536;
/** Memory is handed out in multiples of this, as residua.h asks. */
const ALIGNMENT = 64;
/** No less than what threads modules need from the start, for their stack and data. */
const BASE_PAGES = 16;

const mebibytes = (/** @type {number} */ bytes) => Math.ceil(bytes / 2 ** 20);

/** @param {number} bytes */
function noMemory(bytes) {
  const size = mebibytes(bytes);
  return new ResiduaError(
    'NO_MEMORY',
    'memory',
    `This machine does not give ${size} MiB of memory; use a smaller batch, width or depth, or fewer nets.`,
  );
}

/** No machine has what 32 bits cannot address. @param {number} bytes */
function checkAddressable(bytes) {
  const most = MAX_PAGES * PAGE;
  if (bytes <= most) return;
  const need = `The net needs ${mebibytes(bytes)} MiB of memory`;
  const excess = `${mebibytes(bytes - most)} MiB more than WebAssembly has addresses for`;
  const advice = 'use a smaller batch, width or depth';
  throw new ResiduaError('NO_MEMORY', 'memory', `${need}, ${excess}; ${advice}.`);
}

/** @param {Record<string, number>} sizes in bytes */
function totalBytes(sizes) {
  return Object.values(sizes).reduce((sum, bytes) => sum + roundUp(bytes, ALIGNMENT), 0);
}

/** One instance of the core with memory of its own, which is laid out when it is opened and
 * neither grows nor moves afterwards. */
export class Core {
  /** Where each region that was asked for begins. @type {Record<string, number>} */
  at = {};

  /** @param {WebAssembly.Module} module @param {WebAssembly.Instance} instance
   * @param {WebAssembly.Memory} memory @param {Record<string, number>} sizes */
  constructor(module, instance, memory, sizes) {
    this.module = module;
    this.exports = /** @type {Record<string, Function>} */ (instance.exports);
    this.memory = memory;
    const heapBase = /** @type {WebAssembly.Global} */ (instance.exports.__heap_base);
    this.base = roundUp(heapBase.value, ALIGNMENT);
    /** What the module has from the start. */
    this.least = memory.buffer.byteLength;
    this.#grow(this.bytesFor(sizes));
    this.bytes = new Uint8Array(memory.buffer);
    this.view = new DataView(memory.buffer);
    this.slots = this.base;
    let at = this.base + roundUp(SLOTS_BYTES, ALIGNMENT);
    for (const [name, bytes] of Object.entries(sizes)) {
      this.at[name] = at;
      at += roundUp(bytes, ALIGNMENT);
    }
  }

  /** Opens an instance with a region of memory for each of `sizes` (in bytes).
   * @param {WebAssembly.Module} module @param {Record<string, number>} [sizes] */
  static async open(module, sizes = {}) {
    const imported = importsMemory(module) ? sharedMemory(totalBytes(sizes)) : null;
    /** @type {WebAssembly.Imports} */
    const imports = imported ? { env: { memory: imported } } : {};
    const instance = await WebAssembly.instantiate(module, imports);
    const memory = imported ?? /** @type {WebAssembly.Memory} */ (instance.exports.memory);
    // Modules of other releases, which are refused only later, may not have it.
    const useWideBlocks = /** @type {Function | undefined} */ (
      instance.exports.rsd_use_wide_blocks
    );
    useWideBlocks?.(Number(hasManyRegisters()));
    return new Core(module, instance, memory, sizes);
  }

  /** All the memory that an instance with these regions has, in bytes.
   * @param {Record<string, number>} sizes */
  bytesFor(sizes) {
    if (importsMemory(this.module)) return sharedPages(totalBytes(sizes)) * PAGE;
    const used = this.base + roundUp(SLOTS_BYTES, ALIGNMENT) + totalBytes(sizes);
    return Math.max(this.least, roundUp(used, PAGE));
  }

  /** @param {number} bytes */
  #grow(bytes) {
    const pages = (bytes - this.least) / PAGE;
    checkAddressable(bytes);
    try {
      if (pages > 0) this.memory.grow(pages);
    } catch {
      throw noMemory(bytes);
    }
  }

  /** @param {StructName} name */
  pointer(name) {
    return this.slots + SLOTS[name].at;
  }

  /** Writes a struct into its slot and returns the pointer.
   * @template {StructName} N @param {N} name @param {Partial<Fields<N>>} [values] */
  put(name, values = {}) {
    writeStruct(this.view, this.pointer(name), name, values);
    return this.pointer(name);
  }

  /** @template {StructName} N @param {N} name @returns {Fields<N>} */
  get(name) {
    return readStruct(this.view, this.pointer(name), name);
  }

  /** Writes an array of structs into a region. @template {StructName} N @param {string} region
   * @param {N} name @param {Partial<Fields<N>>[]} all */
  putAll(region, name, all) {
    const { bytes } = SLOTS[name];
    all.forEach((values, i) => {
      writeStruct(this.view, this.at[region] + i * bytes, name, values);
    });
  }

  /** @template {StructName} N
   * @param {string} region @param {N} name @param {number} length @returns {Fields<N>[]} */
  getAll(region, name, length) {
    const { bytes } = SLOTS[name];
    const from = this.at[region];
    return Array.from({ length }, (_, i) => readStruct(this.view, from + i * bytes, name));
  }

  /** Calls a function that takes an rsd_error last and returns a status; throws if it fails.
   * @param {string} name @param {...number} args */
  call(name, ...args) {
    const status = this.exports[name](...args, this.put('error'));
    if (status !== 0) throw errorOfStatus(status, name, this.get('error').message);
  }

  /** The text that a function without arguments returns. @param {string} name */
  text(name) {
    return readText(this.view, this.exports[name](), 64);
  }

  /** Views of a region, valid as long as the instance.
   * @param {string} region @param {number} length */
  u32(region, length) {
    return new Uint32Array(this.memory.buffer, this.at[region], length);
  }

  /** @param {string} region @param {number} length */
  u16(region, length) {
    return new Uint16Array(this.memory.buffer, this.at[region], length);
  }

  /** @param {string} region @param {number} length */
  f32(region, length) {
    return new Float32Array(this.memory.buffer, this.at[region], length);
  }

  /** @param {string} region @param {number} length */
  f64(region, length) {
    return new Float64Array(this.memory.buffer, this.at[region], length);
  }

  /** @param {string} region @param {number} length */
  u8(region, length) {
    return new Uint8Array(this.memory.buffer, this.at[region], length);
  }
}

/** @param {WebAssembly.Module} module */
function importsMemory(module) {
  return WebAssembly.Module.imports(module).length > 0;
}

/** @param {number} bytes beyond the module's own */
function sharedPages(bytes) {
  return BASE_PAGES + Math.ceil((bytes + SLOTS_BYTES + ALIGNMENT) / PAGE);
}

/** Has its final size from the start: shared memory that grows crashes some phones.
 * @param {number} bytes beyond the module's own */
function sharedMemory(bytes) {
  const pages = sharedPages(bytes);
  checkAddressable(pages * PAGE);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    throw noMemory(pages * PAGE);
  }
}
