/** Measures a case in a worker of a browser. */
import { measureCase } from './measure.js';

globalThis.onmessage = async ({ data: { pace, wanted } }) => {
  try {
    const file = new URL(`../build/bench/peak-${wanted.tier}.wasm`, import.meta.url);
    const module = await WebAssembly.compileStreaming(fetch(file));
    const api = await import(new URL('../dist/index.js', import.meta.url).href);
    postMessage(await measureCase(api, wanted, pace, module));
  } catch (error) {
    postMessage({ error: /** @type {Error} */ (error).message });
  }
};
