/* Four float lanes on compiler vectors: the scalar tier and native builds; eight lanes where
 * registers hold them. Compilers turn these into SSE, AVX, NEON or whatever a machine has.
 * Invariant: see vec.h. A build with RSD_FUSED rounds once in a multiply-add and is the relaxed
 * tier. */
#include "../core/base.h"

#if !defined(RSD_FUSED)
#define V4_MADD_IS_FUSED 0
#elif defined(__FMA__)
#include <immintrin.h>
#define V4_MADD_IS_FUSED 1
#elif defined(__aarch64__)
#include <arm_neon.h>
#define V4_MADD_IS_FUSED 1
#else
#error "RSD_FUSED needs a processor with a fused multiply-add."
#endif

typedef float v4 __attribute__((vector_size(16), may_alias));
typedef int32_t v4_mask __attribute__((vector_size(16), may_alias));

#if defined(__wasm__)
#define RSD_TIER "scalar"
#elif V4_MADD_IS_FUSED
#define RSD_TIER "relaxed"
#else
#define RSD_TIER "simd128"
#endif
#define V4_MADD_FILLS_PIPES 0

RSD_INLINE v4 v4_load(const float *p) { return *(const v4 *)(const void *)p; }
RSD_INLINE void v4_store(float *p, v4 x) { *(v4 *)(void *)p = x; }
RSD_INLINE v4 v4_splat(float x) { return (v4){x, x, x, x}; }
/* A splat for use in a loop; see vec_wasm.h. */
RSD_INLINE v4 v4_constant(float x) { return v4_splat(x); }
RSD_INLINE v4 v4_load_splat(const float *p) { return v4_splat(*p); }
RSD_INLINE v4 v4_add(v4 a, v4 b) { return a + b; }
RSD_INLINE v4 v4_sub(v4 a, v4 b) { return a - b; }
RSD_INLINE v4 v4_mul(v4 a, v4 b) { return a * b; }
/* a < b ? b : a */
RSD_INLINE v4 v4_max(v4 a, v4 b) {
  v4_mask less = a < b;
  return (v4)(((v4_mask)b & less) | ((v4_mask)a & ~less));
}
/* gate > 0 ? x : 0 */
RSD_INLINE v4 v4_gate(v4 x, v4 gate) { return (v4)((v4_mask)x & (gate > v4_splat(0.0f))); }
/* a * b + c */
RSD_INLINE v4 v4_madd(v4 a, v4 b, v4 c) {
#if !V4_MADD_IS_FUSED
  return a * b + c;
#elif defined(__FMA__)
  return (v4)_mm_fmadd_ps((__m128)a, (__m128)b, (__m128)c);
#else
  return (v4)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#endif
}
/* sum[k] += a * (b, c)[k] */
RSD_INLINE void v4_madd_pair(v4 a, v4 b, v4 c, v4 sum[2]) {
  sum[0] = v4_madd(a, b, sum[0]);
  sum[1] = v4_madd(a, c, sum[1]);
}
/* k is 0 .. 3. */
RSD_INLINE float v4_lane(v4 x, int k) { return x[k]; }
/* sum[k] += lane k of x */
RSD_INLINE void v4_add_to_doubles(v4 x, double *sum) {
  for (int k = 0; k < 4; k++)
    sum[k] += (double)x[k];
}
/* c - a * b */
RSD_INLINE v4 v4_nmadd(v4 a, v4 b, v4 c) {
#if !V4_MADD_IS_FUSED
  return c - a * b;
#elif defined(__FMA__)
  return (v4)_mm_fnmadd_ps((__m128)a, (__m128)b, (__m128)c);
#else
  return (v4)vfmsq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#endif
}
/* Transposes the 4x4 matrix whose rows these are, in place. */
RSD_INLINE void v4_transpose(v4 rows[4]) {
  v4 a = rows[0], b = rows[1], c = rows[2], d = rows[3];
  for (int i = 0; i < 4; i++)
    rows[i] = (v4){a[i], b[i], c[i], d[i]};
}

/* Eight lanes, for the product of matrices. The same operation per lane, so the same bits. */
#if defined(__AVX2__)
#define V8_LANES 1
typedef float v8 __attribute__((vector_size(32), aligned(16), may_alias));

RSD_INLINE v8 v8_load(const float *p) { return *(const v8 *)(const void *)p; }
RSD_INLINE void v8_store(float *p, v8 x) { *(v8 *)(void *)p = x; }
RSD_INLINE v8 v8_load_splat(const float *p) { return (v8){*p, *p, *p, *p, *p, *p, *p, *p}; }
RSD_INLINE v8 v8_add(v8 a, v8 b) { return a + b; }
RSD_INLINE v8 v8_mul(v8 a, v8 b) { return a * b; }
/* a * b + c */
RSD_INLINE v8 v8_madd(v8 a, v8 b, v8 c) {
#if V4_MADD_IS_FUSED
  return (v8)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
  return a * b + c;
#endif
}
#else
#define V8_LANES 0
#endif
