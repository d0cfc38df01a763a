/** Which instructions are there, and how well they are compiled. */

/** @typedef {import('./index.js').Tier} Tier */

// (module (func (result v128) i32.const 0 i8x16.splat i8x16.popcnt))
const SIMD_PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15,
  253, 98, 11,
];
// (module (func (result v128) i32.const 1 i8x16.splat i32.const 2 i8x16.splat
//   i8x16.relaxed_swizzle))
const RELAXED_PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15,
  65, 2, 253, 15, 253, 128, 2, 11,
];

/** @param {Tier} tier */
export function supports(tier) {
  if (tier === 'scalar') return true;
  const probe = tier === 'relaxed' ? RELAXED_PROBE : SIMD_PROBE;
  return WebAssembly.validate(new Uint8Array(probe));
}

/** Whether the compiler keeps 15 vectors in registers (rsd_use_wide_blocks in residua.h). That cannot
 * be asked for and measuring it would take seconds, so it goes by what was measured: V8 does in
 * Node 24 and did not in Node 22. What is not known gets the code that is never slow. */
export function hasManyRegisters() {
  const [, name, version] =
    /(Node\.js|Chrome)\/(\d+)/.exec(globalThis.navigator?.userAgent ?? '') ?? [];
  return name === 'Chrome' ? Number(version) >= 136 : name === 'Node.js' && Number(version) >= 24;
}
