/* What the files of both Winograd methods share: sizes, layouts, the product and the filters. For
 * each frequency a convolution is one product of matrices, tiles x channels times channels x
 * channels. Matrices of tiles are [frequency][tile][channel]; filters are
 * [frequency][panel][channel][8]. Invariant: the number of tiles is a multiple of four; tiles
 * beyond the last one are zero. */
#ifndef RSD_WINOGRAD_H
#define RSD_WINOGRAD_H

#include "../kernels.h"

#define WINOGRAD_TILE 4 /* output pixels along a side */
/* Floats of padding after each frequency's matrix. Without it strides are powers of two, and all
 * frequencies fall into one set of the cache. */
#define WINOGRAD_PADDING 16

/* The matrices of tiles of some frequencies: V, M, D or dV. */
typedef struct winograd_tiles {
  float *data;
  int channels;
  ptrdiff_t stride; /* floats between frequencies */
} winograd_tiles;

/* Floats of a matrix with `rows` rows (tiles, or channels of a filter), and its padding. */
RSD_INLINE ptrdiff_t winograd_stride(int rows, int channels) {
  return (ptrdiff_t)rows * channels + WINOGRAD_PADDING;
}

/* Rows of tiles in a block, with `columns` tiles each. 16 tiles stay in the second-level cache even
 * with 64 channels; narrow nets take more, so that the products' loops are long enough. */
RSD_INLINE int winograd_block_rows(int channels, int columns) {
  return rsd_max(1, rsd_min(64, rsd_max(16, 1024 / channels)) / columns);
}

/* Panels of a product's result. A product prefetches once per panel: larger groups of lines stall the
 * product's own stores. */
RSD_INLINE int winograd_panels(int channels) { return (channels + 7) / 8; }

/* ------------------------------------------------------------------- stride 1 */

#define STRIDE1_SPAN 6 /* input pixels along a side of a tile */
#define STRIDE1_FREQUENCIES (STRIDE1_SPAN * STRIDE1_SPAN)

/* ------------------------------------------------------------------- stride 2
 * A tile's pixels are in four phases: odd or even down, odd or even across. A frequency's product takes
 * its phases side by side, as if they were channels. Frequencies are grouped by how many of their two
 * coordinates are infinity: 16 of them have four phases, 8 have two, the last one has one. Their order,
 * with v down and h across: (v, h), then (v, infinity), (infinity, h), (infinity, infinity). */

#define STRIDE2_SPAN 9 /* input pixels along a side of a tile; as many values after the transform */
#define STRIDE2_ODD 5 /* of those, the ones from odd pixels; the last is at infinity */
#define STRIDE2_EVEN 4
#define STRIDE2_STEP 8 /* input pixels from one tile to the next */
#define STRIDE2_GROUPS 3
#define STRIDE2_FREQUENCIES 25

static const int STRIDE2_GROUP[STRIDE2_GROUPS] = {16, 8, 1}; /* frequencies of each group */
RSD_INLINE int stride2_phases(int group) { return 4 >> group; }

/* Floats of the matrices of all frequencies with `rows` rows each: tiles, or a filter's outputs. */
RSD_OUT_OF_LINE ptrdiff_t stride2_matrices_floats(const rsd_conv_shape *s, int rows) {
  ptrdiff_t floats = 0;
  for (int g = 0; g < STRIDE2_GROUPS; g++)
    floats += STRIDE2_GROUP[g] * winograd_stride(rows, stride2_phases(g) * s->in);
  return floats;
}

/* ----------------------------------------------------------------- product.c */

/* Zeroes the tiles that are missing to a multiple of four: products take tiles in fours. */
RSD_KERNEL void rsd_winograd_zero_tail(int frequencies, int tiles, const winograd_tiles *v);

/* c[f] = a[f] b[f]. b is packed in panels of eight or four of c's channels: [panel][channels of
 * a][8]. `prefetch` may be NULL. Returns the end of b. */
RSD_KERNEL const float *rsd_winograd_multiply(int frequencies, int tiles, const winograd_tiles *a,
                                              const float *b, const winograd_tiles *c,
                                              rsd_prefetch *prefetch);

/* sum[f] = transpose(a[f]) b[f], or += with `add`, in panels: [panel of b's channels][channels of
 * a][8]. `prefetch` may be NULL. Returns the end of sum. */
RSD_KERNEL float *rsd_winograd_multiply_transposed(int frequencies, int tiles,
                                                   const winograd_tiles *a, const winograd_tiles *b,
                                                   int add, float *sum, rsd_prefetch *prefetch);

/* ----------------------------------------------------------------- filters.c
 * The functions on filters that rsd_conv_method needs, for either stride. */

RSD_KERNEL size_t rsd_stride1_filter_floats(const rsd_conv_shape *s);
RSD_KERNEL void rsd_stride1_pack_forward(const rsd_conv_shape *s, const float *weights,
                                         float *packed);
RSD_KERNEL void rsd_stride1_pack_backward(const rsd_conv_shape *s, const float *weights,
                                          float *packed);
RSD_KERNEL void rsd_stride1_filter_gradient(const rsd_conv_shape *s, const float *accumulator,
                                            int add, float *gradient);
RSD_KERNEL size_t rsd_stride2_filter_floats(const rsd_conv_shape *s);
RSD_KERNEL void rsd_stride2_pack_forward(const rsd_conv_shape *s, const float *weights,
                                         float *packed);
RSD_KERNEL void rsd_stride2_pack_backward(const rsd_conv_shape *s, const float *weights,
                                          float *packed);
RSD_KERNEL void rsd_stride2_filter_gradient(const rsd_conv_shape *s, const float *accumulator,
                                            int add, float *gradient);

#endif
