const RELAXED_PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15,
  65, 2, 253, 15, 253, 128, 2, 11,
];

/** The tiers that this Node can run. */
export function availableTiers() {
  const relaxed = WebAssembly.validate(new Uint8Array(RELAXED_PROBE));
  return relaxed ? ['scalar', 'simd128', 'relaxed'] : ['scalar', 'simd128'];
}
