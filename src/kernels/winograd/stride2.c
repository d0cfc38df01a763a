/* Winograd convolution of 3x3 filters with stride 2: tiles of 4x4 output pixels, each from 9x9
 * input pixels. Odd and even pixels are convolved separately with stride 1, with two taps and one,
 * F(4, 2), and added as frequencies. 81 multiplications per tile and pair of channels replace 144.
 * Invariant: backward is the exact transpose of forward, as in stride1.c; tiles of dx overlap by
 * one pixel. docs/kernels.md#strided-winograd explains the method and the layouts. */
#include "../../simd/vec.h"
#include "../kernels.h"
#include "transforms.h"
#include "winograd.h"

#define STRIDE2_HALF (STRIDE2_SPAN * 4) /* floats of a column's values, four channels each */

/* --------------------------------------------------------------------- blocks
 * As in stride1.c: the images form one tall picture, and a block is a few rows of its tiles. */

typedef struct stride2_workspace {
  int tile_columns, tile_rows; /* tiles across and down an image */
  int block_rows; /* rows of tiles in a block */
  winograd_tiles in[STRIDE2_GROUPS]; /* V, then dV */
  winograd_tiles out; /* M or D */
  float *halves; /* [width + 1][in / 4][9][4]: one column of padding comes first */
  float *zero_row, *discard_row; /* [width][in]: stand in for the row above an image */
} stride2_workspace;

static int stride2_block_rows(const rsd_conv_shape *s) {
  return winograd_block_rows(s->in + s->out, s->width / STRIDE2_STEP);
}
static int stride2_block_tiles(const rsd_conv_shape *s) {
  return rsd_round_up(stride2_block_rows(s) * (s->width / STRIDE2_STEP), 4);
}

static ptrdiff_t stride2_out_floats(const rsd_conv_shape *s) {
  return STRIDE2_FREQUENCIES * winograd_stride(stride2_block_tiles(s), s->out);
}
static ptrdiff_t stride2_halves_floats(const rsd_conv_shape *s) {
  return (ptrdiff_t)(s->width + 1) * STRIDE2_SPAN * s->in;
}

static size_t stride2_scratch_floats(const rsd_conv_shape *s) {
  return (size_t)(stride2_matrices_floats(s, stride2_block_tiles(s)) + stride2_out_floats(s) +
                  stride2_halves_floats(s) + 2 * (ptrdiff_t)s->width * s->in);
}

static stride2_workspace stride2_lay_out(const rsd_conv_shape *s, float *scratch) {
  RSD_ASSERT(s->kernel == 3 && s->stride == 2);
  RSD_ASSERT(s->height % STRIDE2_STEP == 0 && s->width % STRIDE2_STEP == 0);
  int tiles = stride2_block_tiles(s);
  stride2_workspace w = {.tile_columns = s->width / STRIDE2_STEP,
                         .tile_rows = s->height / STRIDE2_STEP,
                         .block_rows = stride2_block_rows(s)};
  for (int g = 0; g < STRIDE2_GROUPS; g++) {
    int channels = stride2_phases(g) * s->in;
    winograd_tiles in = {scratch, channels, winograd_stride(tiles, channels)};
    w.in[g] = in;
    scratch += STRIDE2_GROUP[g] * in.stride;
  }
  winograd_tiles out = {scratch, s->out, winograd_stride(tiles, s->out)};
  w.out = out;
  w.halves = scratch + stride2_out_floats(s);
  w.zero_row = w.halves + stride2_halves_floats(s);
  w.discard_row = w.zero_row + (ptrdiff_t)s->width * s->in;
  rsd_zero(w.zero_row, sizeof(float) * 2 * (size_t)(s->width * s->in));
  return w;
}

/* Where row i (of nine) of V is, from tile `first` on: the four finite values across of odd pixels,
 * then, s->in floats further, those of even pixels; and the value at infinity. */
typedef struct stride2_row {
  float *finite, *infinite;
  ptrdiff_t stride; /* floats between the four finite values */
  int finite_pitch, infinite_pitch; /* floats between tiles */
} stride2_row;

static stride2_row stride2_in_row(const rsd_conv_shape *s, const stride2_workspace *w, int i,
                                  int first) {
  int even = i >= STRIDE2_ODD, f = even ? i - STRIDE2_ODD : i, is_infinite = f == STRIDE2_ODD - 1;
  const winograd_tiles *in = &w->in[is_infinite], *last = &w->in[is_infinite + 1];
  float *finite = in->data + (ptrdiff_t)4 * (is_infinite ? 1 : f) * in->stride;
  float *infinite = last->data + (is_infinite ? 0 : f) * last->stride;
  if (even) finite += 2 * s->in, infinite += s->in;
  stride2_row row = {finite + (ptrdiff_t)first * in->channels,
                     infinite + (ptrdiff_t)first * last->channels, in->stride, in->channels,
                     last->channels};
  return row;
}

/* Row i (of five) of M or D: its first finite frequency, and the one at infinity. */
RSD_INLINE ptrdiff_t stride2_out_row(int i) { return i < 4 ? 4 * i : 20; }
RSD_INLINE ptrdiff_t stride2_out_infinite(int i) { return i < 4 ? 16 + i : 24; }

/* ------------------------------------------------------------------ transforms
 * As in stride1.c; neighbouring tiles share one column and one row of pixels. */

/* halves = B^T x, for `count` groups of four channels; `rows` are the rows of the nine pixels of a
 * column. */
static RSD_NOINLINE void stride2_input_columns(int count, const float *const rows[STRIDE2_SPAN],
                                               float *halves) {
  stride2_coefficients k = stride2_load_coefficients();
  ptrdiff_t at = 0;
  RSD_NO_UNROLL
  for (int x = 0; x < count; x++, at += 4, halves += STRIDE2_HALF) {
    v4 d[STRIDE2_ODD], out[STRIDE2_ODD];
    RSD_OPAQUE(halves);
    for (int i = 0; i < STRIDE2_ODD; i++)
      d[i] = v4_load(rows[2 * i] + at);
    stride2_transform_input(&k, STRIDE2_ODD, d, out);
    for (int i = 0; i < STRIDE2_ODD; i++)
      v4_store(halves + 4 * i, out[i]);
    for (int i = 0; i < STRIDE2_EVEN; i++)
      d[i] = v4_load(rows[2 * i + 1] + at);
    stride2_transform_input(&k, STRIDE2_EVEN, d, out);
    for (int i = 0; i < STRIDE2_EVEN; i++)
      v4_store(halves + 4 * (STRIDE2_ODD + i), out[i]);
  }
}

/* One row of V = halves B; values of even columns follow those of odd columns. */
static RSD_NOINLINE void stride2_input_tiles(int tiles, int channels, const float *halves,
                                             const stride2_row *to) {
  stride2_coefficients k = stride2_load_coefficients();
  ptrdiff_t column = (ptrdiff_t)channels * STRIDE2_SPAN;
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, halves += (STRIDE2_STEP - 1) * column) {
    float *at = to->finite + t * to->finite_pitch,
          *infinite = to->infinite + t * to->infinite_pitch;
    RSD_NO_UNROLL
    for (int c = 0; c < channels; c += 4, at += 4, infinite += 4, halves += STRIDE2_HALF) {
      v4 d[STRIDE2_ODD], out[STRIDE2_ODD];
      for (int j = 0; j < STRIDE2_ODD; j++)
        d[j] = v4_load(halves + 2 * j * column);
      stride2_transform_input(&k, STRIDE2_ODD, d, out);
      for (int j = 0; j < STRIDE2_EVEN; j++)
        v4_store(at + j * to->stride, out[j]);
      v4_store(infinite, out[4]);
      for (int j = 0; j < STRIDE2_EVEN; j++)
        d[j] = v4_load(halves + (2 * j + 1) * column);
      stride2_transform_input(&k, STRIDE2_EVEN, d, out);
      for (int j = 0; j < STRIDE2_EVEN; j++)
        v4_store(at + channels + j * to->stride, out[j]);
    }
  }
}

/* Makes V of one row of tiles, in the block from tile `first` on. */
static void stride2_input_row(const rsd_conv_shape *s, const stride2_workspace *w, const float *x,
                              int row, int first) {
  ptrdiff_t pitch = (ptrdiff_t)s->width * s->in;
  const float *rows[STRIDE2_SPAN];
  for (int i = 0; i < STRIDE2_SPAN; i++)
    rows[i] = x + ((ptrdiff_t)row * STRIDE2_STEP + i - 1) * pitch;
  if (row % w->tile_rows == 0) rows[0] = w->zero_row;
  ptrdiff_t column = (ptrdiff_t)STRIDE2_SPAN * s->in;
  rsd_zero(w->halves, sizeof(float) * (size_t)column);
  stride2_input_columns(s->width * s->in / 4, rows, w->halves + column);
  for (int i = 0; i < STRIDE2_SPAN; i++) {
    stride2_row to = stride2_in_row(s, w, i, first);
    stride2_input_tiles(w->tile_columns, s->in, w->halves + 4 * i, &to);
  }
}

/* halves = one row of dV B^T. A tile's first column is also the last of the tile before, so it is
 * added to. */
static RSD_NOINLINE void stride2_input_gradient_tiles(int tiles, int channels,
                                                      const stride2_row *from, float *halves) {
  stride2_coefficients k = stride2_load_coefficients();
  ptrdiff_t column = (ptrdiff_t)channels * STRIDE2_SPAN;
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, halves += (STRIDE2_STEP - 1) * column) {
    const float *at = from->finite + t * from->finite_pitch;
    const float *infinite = from->infinite + t * from->infinite_pitch;
    RSD_NO_UNROLL
    for (int c = 0; c < channels; c += 4, at += 4, infinite += 4, halves += STRIDE2_HALF) {
      v4 m[STRIDE2_ODD], out[STRIDE2_ODD];
      for (int j = 0; j < STRIDE2_EVEN; j++)
        m[j] = v4_load(at + j * from->stride);
      m[4] = v4_load(infinite);
      stride2_transform_input_gradient(&k, STRIDE2_ODD, m, out);
      v4_store(halves, t ? v4_add(v4_load(halves), out[0]) : out[0]);
      for (int j = 1; j < STRIDE2_ODD; j++)
        v4_store(halves + 2 * j * column, out[j]);
      for (int j = 0; j < STRIDE2_EVEN; j++)
        m[j] = v4_load(at + channels + j * from->stride);
      stride2_transform_input_gradient(&k, STRIDE2_EVEN, m, out);
      for (int j = 0; j < STRIDE2_EVEN; j++)
        v4_store(halves + (2 * j + 1) * column, out[j]);
    }
  }
}

/* dx = B halves. The first of the nine rows is also the last of the tiles above, so it is added to. */
static RSD_NOINLINE void stride2_input_gradient_columns(int count, const float *halves,
                                                        float *const rows[STRIDE2_SPAN]) {
  stride2_coefficients k = stride2_load_coefficients();
  ptrdiff_t at = 0;
  RSD_NO_UNROLL
  for (int x = 0; x < count; x++, at += 4, halves += STRIDE2_HALF) {
    v4 m[STRIDE2_ODD], out[STRIDE2_ODD];
    RSD_OPAQUE(halves);
    for (int i = 0; i < STRIDE2_ODD; i++)
      m[i] = v4_load(halves + 4 * i);
    stride2_transform_input_gradient(&k, STRIDE2_ODD, m, out);
    v4_store(rows[0] + at, v4_add(v4_load(rows[0] + at), out[0]));
    for (int i = 1; i < STRIDE2_ODD; i++)
      v4_store(rows[2 * i] + at, out[i]);
    for (int i = 0; i < STRIDE2_EVEN; i++)
      m[i] = v4_load(halves + 4 * (STRIDE2_ODD + i));
    stride2_transform_input_gradient(&k, STRIDE2_EVEN, m, out);
    for (int i = 0; i < STRIDE2_EVEN; i++)
      v4_store(rows[2 * i + 1] + at, out[i]);
  }
}

/* Makes dx of one row of tiles, in the block from tile `first` on; the row above must be done. */
static void stride2_input_gradient_row(const rsd_conv_shape *s, const stride2_workspace *w,
                                       int first, int row, float *dx) {
  ptrdiff_t pitch = (ptrdiff_t)s->width * s->in;
  float *rows[STRIDE2_SPAN];
  for (int i = 0; i < STRIDE2_SPAN; i++)
    rows[i] = dx + ((ptrdiff_t)row * STRIDE2_STEP + i - 1) * pitch;
  if (row % w->tile_rows == 0) rows[0] = w->discard_row;
  for (int i = 0; i < STRIDE2_SPAN; i++) {
    stride2_row from = stride2_in_row(s, w, i, first);
    stride2_input_gradient_tiles(w->tile_columns, s->in, &from, w->halves + 4 * i);
  }
  stride2_input_gradient_columns(s->width * s->in / 4, w->halves + (ptrdiff_t)STRIDE2_SPAN * s->in,
                                 rows);
}

/* half[5][4][4] = M A of one tile. */
RSD_INLINE void stride2_output_half(const stride2_coefficients *k, const float *m, ptrdiff_t stride,
                                    float *half) {
  RSD_NO_UNROLL
  for (int i = 0; i < STRIDE2_ODD; i++, half += WINOGRAD_TILE * 4) {
    const float *at = m + stride2_out_row(i) * stride;
    v4 d[STRIDE2_ODD], out[WINOGRAD_TILE];
    for (int j = 0; j < 4; j++)
      d[j] = v4_load(at + j * stride);
    d[4] = v4_load(m + stride2_out_infinite(i) * stride);
    stride2_transform_output(k, d, out);
    RSD_OPAQUE(half);
    for (int j = 0; j < WINOGRAD_TILE; j++)
      v4_store(half + j * 4, out[j]);
  }
}

/* y = A^T M A, with the epilogue if there is one; `at` is the index of the tile's first pixel and
 * channel in y. */
RSD_INLINE void stride2_output_tile(const stride2_coefficients *k, const float *m, ptrdiff_t stride,
                                    int channels, ptrdiff_t pitch, ptrdiff_t at, float *y,
                                    const rsd_epilogue *e) {
  float half[STRIDE2_ODD * WINOGRAD_TILE * 4], *column = half;
  stride2_output_half(k, m, stride, half);
  RSD_NO_UNROLL
  for (int j = 0; j < WINOGRAD_TILE; j++, at += channels, column += 4) {
    v4 d[STRIDE2_ODD], out[WINOGRAD_TILE];
    RSD_OPAQUE(column);
    for (int i = 0; i < STRIDE2_ODD; i++)
      d[i] = v4_load(column + i * WINOGRAD_TILE * 4);
    stride2_transform_output(k, d, out);
    for (int i = 0; i < WINOGRAD_TILE; i++) {
      if (e) out[i] = v4_add(out[i], v4_load(e->shift + at % channels));
      if (e && e->residual) out[i] = v4_add(out[i], v4_load(e->residual + at + i * pitch));
      if (e && e->relu) out[i] = v4_relu(out[i]);
      v4_store(y + at + i * pitch, out[i]);
    }
  }
}

/* Makes y of one row of tiles, in the block from tile `first` on. */
static RSD_NOINLINE void stride2_output_row(const rsd_conv_shape *s, const stride2_workspace *w,
                                            int first, int row, float *y,
                                            const rsd_epilogue *epilogue) {
  stride2_coefficients k = stride2_load_coefficients();
  ptrdiff_t pitch = (ptrdiff_t)s->width / 2 * s->out, at = row * WINOGRAD_TILE * pitch;
  const float *m = w->out.data + (ptrdiff_t)first * s->out;
  for (int t = 0; t < w->tile_columns; t++, at += (WINOGRAD_TILE - 1) * s->out)
    for (int c = 0; c < s->out; c += 4, m += 4, at += 4) {
      if (epilogue)
        stride2_output_tile(&k, m, w->out.stride, s->out, pitch, at, y, epilogue);
      else
        stride2_output_tile(&k, m, w->out.stride, s->out, pitch, at, y, NULL);
    }
}

/* D = A dy A^T of one tile. */
RSD_INLINE void stride2_output_gradient_tile(const stride2_coefficients *k, const float *dy,
                                             int channels, ptrdiff_t pitch, float *d,
                                             ptrdiff_t stride) {
  float half[WINOGRAD_TILE * STRIDE2_ODD * 4], *to = half;
  RSD_NO_UNROLL
  for (int j = 0; j < WINOGRAD_TILE; j++, dy += channels, to += STRIDE2_ODD * 4) {
    v4 column[WINOGRAD_TILE], out[STRIDE2_ODD];
    for (int i = 0; i < WINOGRAD_TILE; i++)
      column[i] = v4_load(dy + i * pitch);
    stride2_transform_output_gradient(k, column, out);
    RSD_OPAQUE(to);
    for (int i = 0; i < STRIDE2_ODD; i++)
      v4_store(to + i * 4, out[i]);
  }
  const float *from = half;
  RSD_NO_UNROLL
  for (int i = 0; i < STRIDE2_ODD; i++, from += 4) {
    float *at = d + stride2_out_row(i) * stride;
    v4 row[WINOGRAD_TILE], out[STRIDE2_ODD];
    RSD_OPAQUE(from);
    for (int j = 0; j < WINOGRAD_TILE; j++)
      row[j] = v4_load(from + j * STRIDE2_ODD * 4);
    stride2_transform_output_gradient(k, row, out);
    for (int j = 0; j < 4; j++)
      v4_store(at + j * stride, out[j]);
    v4_store(d + stride2_out_infinite(i) * stride, out[4]);
  }
}

/* Makes D of one row of tiles, in the block from tile `first` on. */
static RSD_NOINLINE void stride2_output_gradient_row(const rsd_conv_shape *s,
                                                     const stride2_workspace *w, const float *dy,
                                                     int row, int first) {
  stride2_coefficients k = stride2_load_coefficients();
  ptrdiff_t pitch = (ptrdiff_t)s->width / 2 * s->out;
  float *d = w->out.data + (ptrdiff_t)first * s->out;
  dy += row * WINOGRAD_TILE * pitch;
  for (int t = 0; t < w->tile_columns; t++, dy += (WINOGRAD_TILE - 1) * s->out)
    for (int c = 0; c < s->out; c += 4, d += 4, dy += 4)
      stride2_output_gradient_tile(&k, dy, s->out, pitch, d, w->out.stride);
}

/* ---------------------------------------------------------------- convolutions */

/* Makes V, and D unless dy is NULL, of the block that starts at tile row `row`; returns its rows. */
static int stride2_fill_block(const rsd_conv_shape *s, const stride2_workspace *w, int images,
                              int row, const float *x, const float *dy) {
  int rows = rsd_min(w->block_rows, images * w->tile_rows - row), tiles = rows * w->tile_columns;
  for (int r = 0; r < rows; r++) {
    stride2_input_row(s, w, x, row + r, r * w->tile_columns);
    if (dy) stride2_output_gradient_row(s, w, dy, row + r, r * w->tile_columns);
  }
  for (int g = 0; g < STRIDE2_GROUPS; g++)
    rsd_winograd_zero_tail(STRIDE2_GROUP[g], tiles, &w->in[g]);
  if (dy) rsd_winograd_zero_tail(STRIDE2_FREQUENCIES, tiles, &w->out);
  return rows;
}

/* The part of M or D that one group of frequencies has. */
static winograd_tiles stride2_out_group(const stride2_workspace *w, int group) {
  winograd_tiles out = w->out;
  for (int g = 0; g < group; g++)
    out.data += STRIDE2_GROUP[g] * out.stride;
  return out;
}

static void stride2_forward(const rsd_conv_shape *s, int images, const float *x,
                            const float *packed, float *y, const rsd_epilogue *epilogue,
                            rsd_prefetch *prefetch, float *scratch) {
  stride2_workspace w = stride2_lay_out(s, scratch);
  rsd_prefetch_spread(prefetch, images * w.tile_rows, w.block_rows,
                      STRIDE2_FREQUENCIES * winograd_panels(s->out));
  for (int row = 0; row < images * w.tile_rows; row += w.block_rows) {
    int rows = stride2_fill_block(s, &w, images, row, x, NULL);
    int tiles = rsd_round_up(rows * w.tile_columns, 4);
    const float *filters = packed;
    for (int g = 0; g < STRIDE2_GROUPS; g++) {
      winograd_tiles m = stride2_out_group(&w, g);
      filters = rsd_winograd_multiply(STRIDE2_GROUP[g], tiles, &w.in[g], filters, &m, prefetch);
    }
    for (int r = 0; r < rows; r++)
      stride2_output_row(s, &w, r * w.tile_columns, row + r, y, epilogue);
  }
}

/* Prefetches during the products for dU, which store least. */
static void stride2_backward(const rsd_conv_shape *s, int images, const float *x, const float *dy,
                             const float *packed, float *dx, rsd_prefetch *prefetch, int add,
                             float *accumulator, float *scratch) {
  stride2_workspace w = stride2_lay_out(s, scratch);
  rsd_prefetch_spread(prefetch, images * w.tile_rows, w.block_rows,
                      STRIDE2_FREQUENCIES * winograd_panels(s->out));
  for (int row = 0; row < images * w.tile_rows; row += w.block_rows) {
    int rows = stride2_fill_block(s, &w, images, row, x, dy);
    int tiles = rsd_round_up(rows * w.tile_columns, 4);
    const float *filters = packed;
    float *sum = accumulator;
    for (int g = 0; g < STRIDE2_GROUPS; g++) {
      winograd_tiles d = stride2_out_group(&w, g);
      sum = rsd_winograd_multiply_transposed(STRIDE2_GROUP[g], tiles, &w.in[g], &d, add || row, sum,
                                             prefetch);
      if (dx) filters = rsd_winograd_multiply(STRIDE2_GROUP[g], tiles, &d, filters, &w.in[g], NULL);
    }
    for (int r = 0; dx && r < rows; r++)
      stride2_input_gradient_row(s, &w, r * w.tile_columns, row + r, dx);
  }
}

RSD_KERNEL const rsd_conv_method rsd_conv_winograd_stride2 = {
    .packed_floats = rsd_stride2_filter_floats,
    .accumulator_floats = rsd_stride2_filter_floats,
    .scratch_floats = stride2_scratch_floats,
    .pack_forward = rsd_stride2_pack_forward,
    .pack_backward = rsd_stride2_pack_backward,
    .forward = stride2_forward,
    .backward = stride2_backward,
    .filter_gradient = rsd_stride2_filter_gradient,
};
