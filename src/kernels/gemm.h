/* The two matrix products of Winograd convolution, as micro-kernels that keep a block of c in
 * registers: `rows` times `vectors` is at most eight, both known when inlined, one k per
 * iteration (docs/ARCHITECTURE.md, kernel facts). */
#ifndef RSD_GEMM_H
#define RSD_GEMM_H

#include "../simd/vec.h"

/* c[rows][4*vectors] = a[rows][depth] b[depth][4*vectors]. Rows of a are lda floats apart, those
 * of c ldc; b is a packed panel. */
RSD_INLINE void gemm_block(int rows, int vectors, int depth, const float *a, ptrdiff_t lda,
                           const float *b, float *c, ptrdiff_t ldc) {
  v4 sum[8];
  for (int i = 0; i < rows * vectors; i++) sum[i] = v4_zero();
  RSD_NO_UNROLL
  for (int k = 0; k < depth; k++, a++, b += 4 * vectors) {
    RSD_OPAQUE(a);
    RSD_OPAQUE(b);
    for (int row = 0; row < rows; row++) {
      v4 x = v4_load_splat(a + row * lda);
      for (int v = 0; v < vectors; v++)
        sum[row * vectors + v] = v4_madd(x, v4_load(b + 4 * v), sum[row * vectors + v]);
    }
  }
  for (int row = 0; row < rows; row++)
    for (int v = 0; v < vectors; v++) v4_store(c + row * ldc + 4 * v, sum[row * vectors + v]);
}

/* c[rows][4*vectors] += transpose(a[depth][rows]) b[depth][4*vectors]. The product is summed on
 * its own and then added: short chains of additions lose less. */
RSD_INLINE void gemm_transposed_block(int rows, int vectors, int depth, const float *a,
                                      ptrdiff_t lda, const float *b, ptrdiff_t ldb, float *c,
                                      ptrdiff_t ldc) {
  v4 sum[8];
  for (int i = 0; i < rows * vectors; i++) sum[i] = v4_zero();
  RSD_NO_UNROLL
  for (int k = 0; k < depth; k++, a += lda, b += ldb) {
    RSD_OPAQUE(a);
    RSD_OPAQUE(b);
    for (int row = 0; row < rows; row++) {
      v4 x = v4_load_splat(a + row);
      for (int v = 0; v < vectors; v++)
        sum[row * vectors + v] = v4_madd(x, v4_load(b + 4 * v), sum[row * vectors + v]);
    }
  }
  for (int row = 0; row < rows; row++)
    for (int v = 0; v < vectors; v++) {
      float *at = c + row * ldc + 4 * v;
      v4_store(at, v4_add(v4_load(at), sum[row * vectors + v]));
    }
}

#endif
