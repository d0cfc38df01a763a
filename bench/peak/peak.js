/** Measures what a core can compute at most, which the benchmark's ratios are of. */
import { median } from '../steady.js';

/** Operations of a pass of each function of peak.c. */
const OPERATIONS = { fused_8: 64, fused_10: 80, fused_12: 96, separate_6: 48 };
/** Of a call: short ones, since V8 does not replace code that is running. */
const CALL_OPERATIONS = 1e8;
const CALLS = 15;
const SECONDS_EACH = 0.2;

/** Billions of operations per second of one core: the best median of several calls in a row, so
 * that those before V8's better code do not count. @param {WebAssembly.Module} module */
export async function measurePeak(module) {
  const { exports } = await WebAssembly.instantiate(module);
  let best = 0;
  for (const [name, operations] of Object.entries(OPERATIONS)) {
    const compute = /** @type {(passes: number) => number} */ (exports[name]);
    const passes = Math.round(CALL_OPERATIONS / operations);
    const end = performance.now() + SECONDS_EACH * 1000;
    do {
      const rates = Array.from({ length: CALLS }, () => {
        const start = performance.now();
        compute(passes);
        return (passes * operations) / (performance.now() - start) / 1e6;
      });
      best = Math.max(best, median(rates));
    } while (performance.now() < end);
  }
  return best;
}
