/* The two matrix products that everything else is made of. Micro-kernels hold 4 rows by 8
 * columns in eight accumulators, one k per iteration (docs/ARCHITECTURE.md, kernel facts). */
#ifndef RSD_GEMM_H
#define RSD_GEMM_H

#include "../simd/vec.h"

/* c[4][8] (row stride ldc) = sum over segments g and k < depth of
 *   a[g * a_segment + row * lda + k] * b[(g * depth + k) * 8 + column].
 * A direct convolution is one segment per filter row: in NHWC the taps of a row lie side by
 * side. b is a packed panel of eight columns. */
RSD_INLINE void gemm_4x8(const float *a, ptrdiff_t lda, int segments, ptrdiff_t a_segment,
                         int depth, const float *b, float *c, ptrdiff_t ldc) {
  v4 c00 = v4_zero(), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  RSD_NO_UNROLL
  for (int g = 0; g < segments; g++, a += a_segment) {
    RSD_NO_UNROLL
    for (int k = 0; k < depth; k++, b += 8) {
      v4 b0 = v4_load(b), b1 = v4_load(b + 4), s;
      s = v4_load_splat(a + k);
      c00 = v4_madd(s, b0, c00);
      c01 = v4_madd(s, b1, c01);
      s = v4_load_splat(a + lda + k);
      c10 = v4_madd(s, b0, c10);
      c11 = v4_madd(s, b1, c11);
      s = v4_load_splat(a + 2 * lda + k);
      c20 = v4_madd(s, b0, c20);
      c21 = v4_madd(s, b1, c21);
      s = v4_load_splat(a + 3 * lda + k);
      c30 = v4_madd(s, b0, c30);
      c31 = v4_madd(s, b1, c31);
    }
  }
  v4_store(c, c00);
  v4_store(c + 4, c01);
  v4_store(c + ldc, c10);
  v4_store(c + ldc + 4, c11);
  v4_store(c + 2 * ldc, c20);
  v4_store(c + 2 * ldc + 4, c21);
  v4_store(c + 3 * ldc, c30);
  v4_store(c + 3 * ldc + 4, c31);
}

#endif
