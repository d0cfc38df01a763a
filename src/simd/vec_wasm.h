/* Four float lanes on WebAssembly SIMD: the simd128 and relaxed tiers. Invariant: see vec.h. */
#include <wasm_simd128.h>

#include "../core/base.h"

typedef v128_t v4;

/* V4_MADD_FILLS_PIPES: loops of multiply-adds leave the processor no room for V8's interrupt
 * checks. */
#define V8_LANES 0
#if defined(__wasm_relaxed_simd__)
#define RSD_TIER "relaxed"
#define V4_MADD_IS_FUSED 1
#define V4_MADD_FILLS_PIPES 0
#else
#define RSD_TIER "simd128"
#define V4_MADD_IS_FUSED 0
#define V4_MADD_FILLS_PIPES 1
#endif

RSD_INLINE v4 v4_load(const float *p) { return wasm_v128_load(p); }
RSD_INLINE void v4_store(float *p, v4 x) { wasm_v128_store(p, x); }
RSD_INLINE v4 v4_splat(float x) { return wasm_f32x4_splat(x); }
/* A splat for use in a loop: it stays in a register, where V8 would otherwise rebuild it in every
 * pass. */
RSD_INLINE v4 v4_constant(float x) {
  v4 constant = wasm_f32x4_splat(x);
  __asm__("" : "+r"(constant));
  return constant;
}
RSD_INLINE v4 v4_load_splat(const float *p) { return wasm_v128_load32_splat(p); }
RSD_INLINE v4 v4_add(v4 a, v4 b) { return wasm_f32x4_add(a, b); }
RSD_INLINE v4 v4_sub(v4 a, v4 b) { return wasm_f32x4_sub(a, b); }
RSD_INLINE v4 v4_mul(v4 a, v4 b) { return wasm_f32x4_mul(a, b); }
/* a < b ? b : a */
RSD_INLINE v4 v4_max(v4 a, v4 b) { return wasm_f32x4_pmax(a, b); }
/* gate > 0 ? x : 0 */
RSD_INLINE v4 v4_gate(v4 x, v4 gate) {
  return wasm_v128_and(x, wasm_f32x4_gt(gate, wasm_f32x4_splat(0.0f)));
}
/* a * b + c */
RSD_INLINE v4 v4_madd(v4 a, v4 b, v4 c) {
#if defined(__wasm_relaxed_simd__)
  return wasm_f32x4_relaxed_madd(a, b, c);
#else
  return wasm_f32x4_add(wasm_f32x4_mul(a, b), c);
#endif
}
/* sum[k] += a * (b, c)[k]. Where these are two instructions each, both products come first, for
 * processors with separate units for the two (docs/kernels.md#product). */
RSD_INLINE void v4_madd_pair(v4 a, v4 b, v4 c, v4 sum[2]) {
#if defined(__wasm_relaxed_simd__)
  sum[0] = v4_madd(a, b, sum[0]);
  sum[1] = v4_madd(a, c, sum[1]);
#else
  v4 first = v4_mul(a, b), second = v4_mul(a, c);
  __asm__("" : "+r"(first), "+r"(second));
  sum[0] = v4_add(first, sum[0]);
  sum[1] = v4_add(second, sum[1]);
#endif
}
/* k is 0 .. 3. */
RSD_INLINE float v4_lane(v4 x, int k) {
  float lanes[4];
  wasm_v128_store(lanes, x);
  return lanes[k];
}
/* sum[k] += lane k of x */
RSD_INLINE void v4_add_to_doubles(v4 x, double *sum) {
  v128_t low = wasm_f64x2_promote_low_f32x4(x);
  v128_t high = wasm_f64x2_promote_low_f32x4(wasm_i64x2_shuffle(x, x, 1, 1));
  wasm_v128_store(sum, wasm_f64x2_add(wasm_v128_load(sum), low));
  wasm_v128_store(sum + 2, wasm_f64x2_add(wasm_v128_load(sum + 2), high));
}
/* c - a * b */
RSD_INLINE v4 v4_nmadd(v4 a, v4 b, v4 c) {
#if defined(__wasm_relaxed_simd__)
  return wasm_f32x4_relaxed_nmadd(a, b, c);
#else
  return wasm_f32x4_sub(c, wasm_f32x4_mul(a, b));
#endif
}
/* Transposes the 4x4 matrix whose rows these are, in place. */
RSD_INLINE void v4_transpose(v4 rows[4]) {
  v4 ab_low = wasm_i32x4_shuffle(rows[0], rows[1], 0, 4, 1, 5);
  v4 ab_high = wasm_i32x4_shuffle(rows[0], rows[1], 2, 6, 3, 7);
  v4 cd_low = wasm_i32x4_shuffle(rows[2], rows[3], 0, 4, 1, 5);
  v4 cd_high = wasm_i32x4_shuffle(rows[2], rows[3], 2, 6, 3, 7);
  rows[0] = wasm_i64x2_shuffle(ab_low, cd_low, 0, 2);
  rows[1] = wasm_i64x2_shuffle(ab_low, cd_low, 1, 3);
  rows[2] = wasm_i64x2_shuffle(ab_high, cd_high, 0, 2);
  rows[3] = wasm_i64x2_shuffle(ab_high, cd_high, 1, 3);
}
