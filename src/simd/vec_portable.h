/* Four float lanes on compiler vectors: the scalar tier and native builds. Invariant: see vec.h. */
#include "../core/base.h"

typedef float v4 __attribute__((vector_size(16), may_alias));
typedef int32_t v4_mask __attribute__((vector_size(16), may_alias));

#define RSD_TIER "scalar"
#define V4_MADD_IS_FUSED 0
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
RSD_INLINE v4 v4_madd(v4 a, v4 b, v4 c) { return a * b + c; }
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
RSD_INLINE v4 v4_nmadd(v4 a, v4 b, v4 c) { return c - a * b; }
/* Transposes the 4x4 matrix whose rows these are, in place. */
RSD_INLINE void v4_transpose(v4 rows[4]) {
  v4 a = rows[0], b = rows[1], c = rows[2], d = rows[3];
  for (int i = 0; i < 4; i++)
    rows[i] = (v4){a[i], b[i], c[i], d[i]};
}
