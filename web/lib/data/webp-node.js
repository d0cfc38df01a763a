/** WebP in Node: libwebp as WebAssembly, which is loaded with the first picture. */
import { readFile } from 'node:fs/promises';
import makeDecoder from '@jsquash/webp/codec/dec/webp_dec.js';

/** @typedef {import('../index.js').Picture} Picture */
/** @typedef {{ decode: (bytes: Uint8Array) => Picture | null }} Decoder */

/** From bundle.js: where the module is, seen from the bundle; in the sources it is the package's own.
 * @type {string | undefined} */
const bundled = /** @type {any} */ (globalThis).RESIDUA_WEBP;
const MODULE = '@jsquash/webp/codec/dec/webp_dec.wasm';

/** @type {Promise<Decoder> | undefined} */
let opened;

/** What the decoder makes its answer with. */
class Pixels {
  /** @param {Uint8ClampedArray} data @param {number} width @param {number} height */
  constructor(data, width, height) {
    Object.assign(this, { data, width, height });
  }
}

/** The decoder looks for a browser's class among the globals, which Node does not have: it has one for
 * as long as `work` takes. @template T @param {() => T} work */
function withImageData(work) {
  const globals = /** @type {{ ImageData?: unknown }} */ (globalThis);
  const own = globals.ImageData;
  globals.ImageData ??= Pixels;
  try {
    return work();
  } finally {
    if (own === undefined) delete globals.ImageData;
  }
}

async function open() {
  const address = bundled ? new URL(bundled, import.meta.url) : import.meta.resolve(MODULE);
  const module = await WebAssembly.compile(await readFile(new URL(address)));
  /** @type {any} */
  const options = {
    noInitialRun: true,
    /** @param {WebAssembly.Imports} imports @param {(instance: WebAssembly.Instance) => void} done */
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
  };
  return /** @type {Promise<Decoder>} */ (withImageData(() => makeDecoder(options)));
}

/** @param {Uint8Array} bytes @returns {Promise<Picture>} */
export async function decodeWebp(bytes) {
  opened ??= open();
  const decoder = await opened;
  const picture = withImageData(() => decoder.decode(bytes));
  if (!picture) throw new Error('it is damaged');
  return picture;
}
