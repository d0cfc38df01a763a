/* Micro-kernels of matrix products. Invariant: a block of c stays in eight registers, or twelve
 * with rsd_use_wide_blocks, for one k per iteration (docs/kernels.md#product). `rows` and `vectors`
 * are compile-time constants after inlining. */
#ifndef RSD_GEMM_H
#define RSD_GEMM_H

#include "../simd/vec.h"

#if defined(__wasm_relaxed_simd__)
/* 1: blocks may take twelve registers; see rsd_use_wide_blocks. Only relaxed WebAssembly modules have it,
 * and an instance of theirs has one caller, so the C library has no global state. */
extern uint32_t rsd_wide_blocks;
#else
enum { rsd_wide_blocks = 0 };
#endif

/* How rows are divided into blocks: sixes up to row `sixes`, fives up to row `fives`, then fours. */
typedef struct gemm_split {
  int sixes, fives;
} gemm_split;

/* Divides `rows`, a multiple of four: into sixes and fives as soon as these suffice. Where a
 * multiply-add is two instructions it needs a register of its own, so blocks of six and five have
 * too many. */
RSD_INLINE gemm_split gemm_split_rows(int rows) {
  gemm_split split = {0, 0};
  if (!V4_MADD_IS_FUSED || !rsd_wide_blocks) return split;
  int in_fives = rows % 6 == 0 ? 0 : rows % 6 == 4 ? 10 : 20;
  if (in_fives > rows) return split;
  split.sixes = rows - in_fives;
  split.fives = rows;
  return split;
}

/* How many k a pass of a loop takes. Each k has its own test for the end, so compilers keep them
 * apart. V8 checks for interrupts once per pass, which costs time in loops that fill the
 * processor's pipes. */
#if V4_MADD_FILLS_PIPES
enum { GEMM_PASS = 2, GEMM_TRANSPOSED_PASS = 8 };
#define GEMM_UNROLL _Pragma("clang loop unroll(full)")
#else
enum { GEMM_PASS = 1, GEMM_TRANSPOSED_PASS = 1 };
#define GEMM_UNROLL
#endif

/* One k: sum[rows][vectors] += a[rows] b[4*vectors], for one vector or two; rows of a are lda
 * floats apart. */
RSD_INLINE void gemm_step(int rows, int vectors, const float *a, ptrdiff_t lda, const float *b,
                          v4 *sum) {
  for (int row = 0; row < rows; row++) {
    v4 x = v4_load_splat(a + row * lda);
    v4 *row_sums = sum + row * vectors;
    if (vectors == 2)
      v4_madd_pair(x, v4_load(b), v4_load(b + 4), row_sums);
    else
      row_sums[0] = v4_madd(x, v4_load(b), row_sums[0]);
  }
}

/* The first k: sum = a b. */
RSD_INLINE void gemm_first_step(int rows, int vectors, const float *a, ptrdiff_t lda,
                                const float *b, v4 *sum) {
  for (int row = 0; row < rows; row++) {
    v4 x = v4_load_splat(a + row * lda);
    for (int v = 0; v < vectors; v++)
      sum[row * vectors + v] = v4_mul(x, v4_load(b + 4 * v));
  }
}

/* c[rows][4*vectors] = a[rows][depth] b[depth][4*vectors], depth >= 2; rows of a are lda floats
 * apart, rows of c ldc. */
RSD_INLINE void gemm_block(int rows, int vectors, int depth, const float *a, ptrdiff_t lda,
                           const float *b, float *c, ptrdiff_t ldc) {
  v4 sum[12];
  gemm_first_step(rows, vectors, a, lda, b, sum);
  int left = depth - 1;
  RSD_OPAQUE(left);
  RSD_NO_UNROLL
  for (;;) {
    GEMM_UNROLL
    for (int i = 0; i < GEMM_PASS; i++) {
      a++, b += 4 * vectors;
      RSD_OPAQUE(a);
      RSD_OPAQUE(b);
      gemm_step(rows, vectors, a, lda, b, sum);
      if (--left == 0) goto summed;
    }
  }
summed:
  for (int row = 0; row < rows; row++)
    for (int v = 0; v < vectors; v++)
      v4_store(c + row * ldc + 4 * v, sum[row * vectors + v]);
}

/* c[rows][4*vectors] = transpose(a[depth][rows]) b[depth][4*vectors], or += with `add`, depth >= 2;
 * rows of a are lda floats apart, rows of b ldb. The product is summed on its own before it is
 * added: short chains of additions round less. */
RSD_INLINE void gemm_transposed_block(int rows, int vectors, int depth, const float *a,
                                      ptrdiff_t lda, const float *b, ptrdiff_t ldb, int add,
                                      float *c) {
  v4 sum[12];
  gemm_first_step(rows, vectors, a, 1, b, sum);
  a += lda, b += ldb;
  int left = depth - 1;
  RSD_NO_UNROLL
  for (;;) {
    GEMM_UNROLL
    for (int i = 0; i < GEMM_TRANSPOSED_PASS; i++, a += lda, b += ldb) {
      RSD_OPAQUE(a);
      RSD_OPAQUE(b);
      gemm_step(rows, vectors, a, 1, b, sum);
      if (--left == 0) goto summed;
    }
  }
summed:
  for (int i = 0; add && i < rows * vectors; i++)
    sum[i] = v4_add(v4_load(c + 4 * i), sum[i]);
  for (int i = 0; i < rows * vectors; i++)
    v4_store(c + 4 * i, sum[i]);
}

#if V8_LANES
/* Both products for eight columns where a register holds eight floats: a row of c is one register,
 * and blocks have twice the rows. */
enum { GEMM_WIDE_ROWS = 8 };

/* c[rows][8] = a[rows][depth] b[depth][8], as gemm_block. */
RSD_INLINE void gemm_wide_block(int rows, int depth, const float *a, ptrdiff_t lda, const float *b,
                                float *c, ptrdiff_t ldc) {
  v8 sum[GEMM_WIDE_ROWS];
  for (int row = 0; row < rows; row++)
    sum[row] = v8_mul(v8_load_splat(a + row * lda), v8_load(b));
  RSD_NO_UNROLL
  for (int k = 1; k < depth; k++) {
    a++, b += 8;
    RSD_OPAQUE(a);
    RSD_OPAQUE(b);
    for (int row = 0; row < rows; row++)
      sum[row] = v8_madd(v8_load_splat(a + row * lda), v8_load(b), sum[row]);
  }
  for (int row = 0; row < rows; row++)
    v8_store(c + row * ldc, sum[row]);
}

/* c[rows][8] = transpose(a[depth][rows]) b[depth][8], as gemm_transposed_block. */
RSD_INLINE void gemm_wide_transposed_block(int rows, int depth, const float *a, ptrdiff_t lda,
                                           const float *b, ptrdiff_t ldb, int add, float *c) {
  v8 sum[GEMM_WIDE_ROWS];
  for (int row = 0; row < rows; row++)
    sum[row] = v8_mul(v8_load_splat(a + row), v8_load(b));
  RSD_NO_UNROLL
  for (int k = 1; k < depth; k++) {
    a += lda, b += ldb;
    RSD_OPAQUE(a);
    RSD_OPAQUE(b);
    for (int row = 0; row < rows; row++)
      sum[row] = v8_madd(v8_load_splat(a + row), v8_load(b), sum[row]);
  }
  for (int row = 0; row < rows; row++)
    v8_store(c + 8 * row, add ? v8_add(v8_load(c + 8 * row), sum[row]) : sum[row]);
}
#endif

/* Both products for four channels by four, for which a block of rows would make too short loops. */

/* c[rows][4] = a[rows][4] b[4][4] */
RSD_INLINE void gemm_4x4(int rows, const float *a, const float *b, float *c) {
  v4 b0 = v4_load(b), b1 = v4_load(b + 4), b2 = v4_load(b + 8), b3 = v4_load(b + 12);
  RSD_NO_UNROLL
  for (int row = 0; row < rows; row++, a += 4, c += 4) {
    RSD_OPAQUE(a);
    v4 sum = v4_mul(v4_load_splat(a), b0);
    sum = v4_madd(v4_load_splat(a + 1), b1, sum);
    sum = v4_madd(v4_load_splat(a + 2), b2, sum);
    v4_store(c, v4_madd(v4_load_splat(a + 3), b3, sum));
  }
}

/* c[4][4] = transpose(a[depth][4]) b[depth][4], or += with `add`; depth is even. Even and odd k
 * have sums of their own. */
RSD_INLINE void gemm_transposed_4x4(int depth, const float *a, const float *b, int add, float *c) {
  v4 sum[8];
  for (int i = 0; i < 8; i++)
    sum[i] = v4_zero();
  RSD_NO_UNROLL
  for (int k = 0; k < depth; k += 2, a += 8, b += 8) {
    RSD_OPAQUE(a);
    RSD_OPAQUE(b);
    for (int i = 0; i < 8; i++)
      sum[i] = v4_madd(v4_load_splat(a + i), v4_load(b + (i < 4 ? 0 : 4)), sum[i]);
  }
  for (int i = 0; i < 4; i++) {
    v4 both = v4_add(sum[i], sum[i + 4]);
    v4_store(c + 4 * i, add ? v4_add(v4_load(c + 4 * i), both) : both);
  }
}

#endif
