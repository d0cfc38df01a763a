/* The product of both Winograd methods: matrices of tiles times packed filters, and the transposed product
 * for the filters' gradient. Invariant: prefetches happen once per panel of the result. */
#include "winograd.h"

#include "../gemm.h"

#if defined(__wasm_relaxed_simd__)
uint32_t rsd_wide_blocks;
#endif

void rsd_winograd_zero_tail(int frequencies, int tiles, const winograd_tiles *v) {
  int missing = rsd_round_up(tiles, 4) - tiles;
  if (missing == 0) return;
  for (int f = 0; f < frequencies; f++)
    rsd_zero(v->data + f * v->stride + (ptrdiff_t)tiles * v->channels,
             sizeof(float) * (size_t)(missing * v->channels));
}

/* c[tiles][8] = a[tiles][depth] b[depth][8]: one panel; rows of c are `columns` floats apart. */
RSD_INLINE void multiply_panel(gemm_split split, int tiles, int depth, const float *a,
                               const float *b, float *c, int columns) {
  int t = 0;
#if V8_LANES
  (void)split;
  for (; t + 8 <= tiles; t += 8)
    gemm_wide_block(8, depth, a + t * depth, depth, b, c + t * columns, columns);
  if (t < tiles) gemm_wide_block(4, depth, a + t * depth, depth, b, c + t * columns, columns);
#else
  for (; t < split.sixes; t += 6)
    gemm_block(6, 2, depth, a + t * depth, depth, b, c + t * columns, columns);
  for (; t < split.fives; t += 5)
    gemm_block(5, 2, depth, a + t * depth, depth, b, c + t * columns, columns);
  for (; t < tiles; t += 4)
    gemm_block(4, 2, depth, a + t * depth, depth, b, c + t * columns, columns);
#endif
}

/* Multiplies all frequencies. After inlining, `depth` (the channels of a) and `even` (the channels
 * of c are a multiple of eight) are compile-time constants. */
RSD_INLINE const float *multiply_depth(int frequencies, int tiles, int depth, int even,
                                       const winograd_tiles *from, const float *b,
                                       const winograd_tiles *to, rsd_prefetch *prefetch) {
  gemm_split split = gemm_split_rows(tiles);
  int columns = to->channels;
  const float *a = from->data;
  float *c = to->data;
  for (int f = 0; f < frequencies; f++) {
    int n = 0;
    for (; n + 8 <= columns; n += 8, b += 8 * depth) {
      rsd_prefetch_next(prefetch);
      multiply_panel(split, tiles, depth, a, b, c + n, columns);
    }
    if (!even && n < columns) {
      int t = 0;
      rsd_prefetch_next(prefetch);
      for (; t + 8 <= tiles; t += 8)
        gemm_block(8, 1, depth, a + t * depth, depth, b, c + t * columns + n, columns);
      if (t < tiles) gemm_block(4, 1, depth, a + t * depth, depth, b, c + t * columns + n, columns);
      b += 4 * depth;
    }
    a += from->stride, b += WINOGRAD_PADDING, c += to->stride;
  }
  return b;
}

typedef const float *multiply_function(int frequencies, int tiles, const winograd_tiles *a,
                                       const float *b, const winograd_tiles *c,
                                       rsd_prefetch *prefetch);

/* Code for the depths of common widths, whose distances between rows fold into the loads. */
#define MULTIPLY(depth)                                                     \
  static RSD_NOINLINE const float *multiply_##depth(                        \
      int frequencies, int tiles, const winograd_tiles *a, const float *b,  \
      const winograd_tiles *c, rsd_prefetch *prefetch) {                    \
    return multiply_depth(frequencies, tiles, depth, 1, a, b, c, prefetch); \
  }
MULTIPLY(4)
MULTIPLY(8)
MULTIPLY(16)
MULTIPLY(32)
MULTIPLY(64)
MULTIPLY(128)

static RSD_NOINLINE const float *multiply_any(int frequencies, int tiles, const winograd_tiles *a,
                                              const float *b, const winograd_tiles *c,
                                              rsd_prefetch *prefetch) {
  return multiply_depth(frequencies, tiles, a->channels, 0, a, b, c, prefetch);
}

static RSD_NOINLINE const float *multiply_4x4(int frequencies, int tiles,
                                              const winograd_tiles *from, const float *b,
                                              const winograd_tiles *to, rsd_prefetch *prefetch) {
  for (int f = 0; f < frequencies; f++, b += winograd_stride(4, 4)) {
    rsd_prefetch_next(prefetch);
    gemm_4x4(tiles, from->data + f * from->stride, b, to->data + f * to->stride);
  }
  return b;
}

static multiply_function *multiply_for(int depth, int columns) {
  if (depth == 4 && columns == 4) return multiply_4x4;
  if (columns % 8 != 0) return multiply_any;
  switch (depth) {
    case 4: return multiply_4;
    case 8: return multiply_8;
    case 16: return multiply_16;
    case 32: return multiply_32;
    case 64: return multiply_64;
    case 128: return multiply_128;
    default: return multiply_any;
  }
}

const float *rsd_winograd_multiply(int frequencies, int tiles, const winograd_tiles *a,
                                   const float *b, const winograd_tiles *c,
                                   rsd_prefetch *prefetch) {
  return multiply_for(a->channels, c->channels)(frequencies, tiles, a, b, c, prefetch);
}

/* sum[rows][8] = transpose(a[tiles][rows]) b[tiles][8], or += with `add`: one panel; rows of b are
 * `columns` floats apart. */
RSD_INLINE void multiply_transposed_panel(gemm_split split, int tiles, int rows, const float *a,
                                          const float *b, int columns, int add, float *sum) {
  int r = 0;
#if V8_LANES
  (void)split;
  for (; r + 8 <= rows; r += 8)
    gemm_wide_transposed_block(8, tiles, a + r, rows, b, columns, add, sum + 8 * r);
  if (r < rows) gemm_wide_transposed_block(4, tiles, a + r, rows, b, columns, add, sum + 8 * r);
#else
  for (; r < split.sixes; r += 6)
    gemm_transposed_block(6, 2, tiles, a + r, rows, b, columns, add, sum + 8 * r);
  for (; r < split.fives; r += 5)
    gemm_transposed_block(5, 2, tiles, a + r, rows, b, columns, add, sum + 8 * r);
  for (; r < rows; r += 4)
    gemm_transposed_block(4, 2, tiles, a + r, rows, b, columns, add, sum + 8 * r);
#endif
}

/* Multiplies one frequency. */
RSD_INLINE void multiply_transposed_once(int tiles, int rows, int columns, const float *a,
                                         const float *b, int add, float *sum,
                                         rsd_prefetch *prefetch) {
  gemm_split split = gemm_split_rows(rows);
  int n = 0, r = 0;
  for (; n + 8 <= columns; n += 8) {
    rsd_prefetch_next(prefetch);
    multiply_transposed_panel(split, tiles, rows, a, b + n, columns, add, sum);
    sum += 8 * rows;
  }
  if (n == columns) return;
  rsd_prefetch_next(prefetch);
  for (; r + 8 <= rows; r += 8, sum += 8 * 4)
    gemm_transposed_block(8, 1, tiles, a + r, rows, b + n, columns, add, sum);
  if (r < rows) gemm_transposed_block(4, 1, tiles, a + r, rows, b + n, columns, add, sum);
}

RSD_NOINLINE float *rsd_winograd_multiply_transposed(int frequencies, int tiles,
                                                     const winograd_tiles *a,
                                                     const winograd_tiles *b, int add, float *sum,
                                                     rsd_prefetch *prefetch) {
  int rows = a->channels, columns = b->channels;
  for (int f = 0; f < frequencies; f++, sum += winograd_stride(rows, columns)) {
    const float *from = a->data + f * a->stride, *with = b->data + f * b->stride;
    if (rows == 4 && columns == 4) {
      rsd_prefetch_next(prefetch);
      gemm_transposed_4x4(tiles, from, with, add, sum);
    } else {
      multiply_transposed_once(tiles, rows, columns, from, with, add, sum, prefetch);
    }
  }
  return sum;
}
