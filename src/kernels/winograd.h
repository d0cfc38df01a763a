/* What both Winograd convolutions are made of: products of matrices, one for each of so many
 * "frequencies", tiles by channels times channels by channels. Matrices of tiles are
 * [frequency][tile][channel] with tiles a multiple of four; those of filters
 * [frequency][channel][channel]. */
#ifndef RSD_WINOGRAD_H
#define RSD_WINOGRAD_H

#include "kernels.h"

#define WINOGRAD_TILE 4 /* output pixels along a side */
/* Floats between one frequency's matrix and the next: with power-of-two strides all frequencies would
 * fall into one set of the cache. */
#define WINOGRAD_PADDING 16

/* The matrices of tiles of some frequencies. */
typedef struct winograd_tiles {
  float *at;
  int channels;
  ptrdiff_t stride; /* floats between frequencies */
} winograd_tiles;

/* Floats of a matrix of `rows` tiles or channels with its padding. */
RSD_INLINE ptrdiff_t winograd_stride(int rows, int channels) {
  return (ptrdiff_t)rows * channels + WINOGRAD_PADDING;
}

/* Rows of tiles in a block, of `columns` each. 16 tiles stay in the second-level cache even with 64
 * channels; narrow nets take more, so that the products' loops are long enough. */
RSD_INLINE int winograd_block_rows(int channels, int columns) {
  return rsd_max(1, rsd_min(64, rsd_max(16, 1024 / channels)) / columns);
}

/* Panels of c, or of sums, for each of which a product fetches what is ahead: more seldom, so many lines
 * come at once that the product's own stores wait behind them. */
RSD_INLINE int winograd_panels(int channels) { return (channels + 7) / 8; }

/* The products take tiles in fours: those that a last block lacks become zeros. */
void rsd_winograd_zero_missing(int frequencies, int tiles, const winograd_tiles *v);

/* c[f] = a[f] b[f], b packed in panels of eight or four of c's channels: [panel][channels of a][8].
 * `ahead` may be NULL. Returns what follows b. */
const float *rsd_winograd_multiply(int frequencies, int tiles, const winograd_tiles *a,
                                   const float *b, const winograd_tiles *c, rsd_ahead *ahead);

/* sum[f] = transpose(a[f]) b[f], or += if `add`, in panels as well: [panel of b's channels][channels of
 * a][8]. `ahead` may be NULL. Returns what follows sum. */
float *rsd_winograd_multiply_transposed(int frequencies, int tiles, const winograd_tiles *a,
                                        const winograd_tiles *b, int add, float *sum,
                                        rsd_ahead *ahead);

#endif
