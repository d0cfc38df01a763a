/** Which tiers can be tested here. */
import { existsSync } from 'node:fs';

const RELAXED_PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15,
  65, 2, 253, 15, 253, 128, 2, 11,
];

/** The tiers that this Node can run and this build has. @returns {import('../web/lib/index.js').Tier[]} */
export function availableTiers() {
  const runs = WebAssembly.validate(new Uint8Array(RELAXED_PROBE));
  const built = existsSync(new URL('../dist/residua-relaxed.wasm', import.meta.url));
  if (!runs) console.warn('*** NOT TESTED: tier relaxed; this Node runs it only with a flag. ***');
  if (!built) console.warn('*** NOT TESTED: tier relaxed; it was not built. ***');
  return runs && built ? ['scalar', 'simd128', 'relaxed'] : ['scalar', 'simd128'];
}
