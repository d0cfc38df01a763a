/* Winograd convolution F(4x4, 3x3), stride 1: tiles of 4x4 output pixels, each from 6x6 input pixels
 * (Lavin and Gray, arXiv 1509.09308). 36 multiplications per tile and pair of channels replace 144. With
 * d a tile of x, g a filter, y a tile of the output and f one of the 36 frequencies:
 *
 *   forward    V = B^T d B      U = G g G^T      M[f] = V[f] U[f]               y = A^T M A
 *   backward   D = A dy A^T     dV[f] = D[f] transpose(U[f])                    dx = B dV B^T
 *                               dU[f] += transpose(V[f]) D[f]                   dg = G^T dU G
 *
 * Invariant: backward is the exact transpose of forward, so D serves both gradients; tiles of dx overlap
 * by two pixels and add up there. docs/kernels.md#f4x4-3x3 explains the method and the layouts. */
#include "../../simd/vec.h"
#include "../kernels.h"
#include "transforms.h"
#include "winograd.h"

/* --------------------------------------------------------------------- blocks
 * The images form one tall picture, cut into rows of tiles. A block is a few such rows. */

typedef struct stride1_workspace {
  int tile_columns, tile_rows; /* tiles across and down an image */
  int block_rows; /* rows of tiles in a block */
  winograd_tiles in; /* V, then dV */
  winograd_tiles out; /* M or D */
  float *halves; /* [width + 2][in / 4][6][4]: vertical halves of a row of tiles */
  float *zero_row, *discard_row; /* [width][in]: stand in for rows outside the image */
} stride1_workspace;

static int stride1_block_rows(const rsd_conv_shape *s) {
  return winograd_block_rows(s->in + s->out, s->width / WINOGRAD_TILE);
}
static ptrdiff_t stride1_block_stride(const rsd_conv_shape *s, int channels) {
  return winograd_stride(rsd_round_up(stride1_block_rows(s) * (s->width / WINOGRAD_TILE), 4),
                         channels);
}
static ptrdiff_t stride1_halves_floats(const rsd_conv_shape *s) {
  return (ptrdiff_t)(s->width + 2) * STRIDE1_SPAN * s->in;
}

static size_t stride1_scratch_floats(const rsd_conv_shape *s) {
  ptrdiff_t strides = stride1_block_stride(s, s->in) + stride1_block_stride(s, s->out);
  return (size_t)(STRIDE1_FREQUENCIES * strides + stride1_halves_floats(s) +
                  2 * (ptrdiff_t)s->width * s->in);
}

static stride1_workspace stride1_lay_out(const rsd_conv_shape *s, float *scratch) {
  RSD_ASSERT(s->kernel == 3 && s->stride == 1 && s->height % WINOGRAD_TILE == 0 &&
             s->width % WINOGRAD_TILE == 0);
  stride1_workspace w = {.tile_columns = s->width / WINOGRAD_TILE,
                         .tile_rows = s->height / WINOGRAD_TILE,
                         .block_rows = stride1_block_rows(s),
                         .out = {scratch, s->out, stride1_block_stride(s, s->out)}};
  winograd_tiles in = {scratch + STRIDE1_FREQUENCIES * w.out.stride, s->in,
                       stride1_block_stride(s, s->in)};
  w.in = in;
  w.halves = in.data + STRIDE1_FREQUENCIES * in.stride;
  w.zero_row = w.halves + stride1_halves_floats(s);
  w.discard_row = w.zero_row + (ptrdiff_t)s->width * s->in;
  rsd_zero(w.zero_row, sizeof(float) * 2 * (size_t)(s->width * s->in));
  return w;
}

/* Returns M over V: a frequency's product is written where the frequency before was read, whose
 * lines are in the first-level cache. D cannot lie there, because backward needs it beside V. */
static winograd_tiles stride1_output_in_place(const stride1_workspace *w) {
  ptrdiff_t longer = w->out.stride > w->in.stride ? w->out.stride - w->in.stride : 0;
  winograd_tiles m = w->out;
  m.data = w->in.data - w->out.stride - (STRIDE1_FREQUENCIES - 1) * longer;
  return m;
}

/* ------------------------------------------------------------------ transforms
 * Each handles a row of tiles. In x and dx tiles overlap and share the vertical half of the
 * transform, which runs over columns of pixels into `halves`, [1 + column][channels / 4][6][4],
 * with one column of padding on either side. The horizontal half goes tile by tile, all channels of
 * a tile before the next, so it meets each cache line once and only the `halves` of one row must
 * stay in the first-level cache. Functions that read or write frequencies exist twice: with the
 * stride that nearly every block has as a constant, and with any other. */
#define STRIDE1_COMMON_STRIDE (512 + WINOGRAD_PADDING)

/* halves = B^T x, for `count` groups of four channels; `rows` are the rows of the six pixels of a
 * column. */
static RSD_NOINLINE void stride1_input_columns(int count, const float *const rows[STRIDE1_SPAN],
                                               float *halves) {
  const float *r0 = rows[0], *r1 = rows[1], *r2 = rows[2];
  const float *r3 = rows[3], *r4 = rows[4], *r5 = rows[5];
  stride1_coefficients k = stride1_load_coefficients();
  ptrdiff_t at = 0;
  RSD_NO_UNROLL
  for (int x = 0; x < count; x++, at += 4, halves += STRIDE1_SPAN * 4) {
    v4 d[STRIDE1_SPAN] = {v4_load(r0 + at), v4_load(r1 + at), v4_load(r2 + at),
                          v4_load(r3 + at), v4_load(r4 + at), v4_load(r5 + at)};
    v4 out[STRIDE1_SPAN];
    stride1_transform_input(&k, d, out);
    RSD_OPAQUE(halves);
    for (int i = 0; i < STRIDE1_SPAN; i++)
      v4_store(halves + i * 4, out[i]);
  }
}

/* V = halves B */
RSD_INLINE void stride1_input_tiles_at(int tiles, int channels, const float *halves, float *v,
                                       ptrdiff_t stride) {
  stride1_coefficients k = stride1_load_coefficients();
  ptrdiff_t column = (ptrdiff_t)channels * STRIDE1_SPAN;
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, halves += (WINOGRAD_TILE - 1) * column) {
    RSD_NO_UNROLL
    for (int c = 0; c < channels; c += 4, v += 4) {
      float *to = v;
      RSD_NO_UNROLL
      for (int i = 0; i < STRIDE1_SPAN; i++, halves += 4) {
        const float *from = halves;
        v4 d[STRIDE1_SPAN], out[STRIDE1_SPAN];
        for (int j = 0; j < STRIDE1_SPAN; j++, from += column)
          d[j] = v4_load(from);
        stride1_transform_input(&k, d, out);
        for (int j = 0; j < STRIDE1_SPAN; j++, to += stride)
          v4_store(to, out[j]);
      }
    }
  }
}
static RSD_NOINLINE void stride1_input_tiles(int tiles, int channels, const float *halves, float *v,
                                             ptrdiff_t stride) {
  if (stride == STRIDE1_COMMON_STRIDE)
    stride1_input_tiles_at(tiles, channels, halves, v, STRIDE1_COMMON_STRIDE);
  else
    stride1_input_tiles_at(tiles, channels, halves, v, stride);
}

/* Makes V of one row of tiles. */
static void stride1_input_row(const rsd_conv_shape *s, const stride1_workspace *w, const float *x,
                              int row, float *v) {
  ptrdiff_t pitch = (ptrdiff_t)s->width * s->in, edge = (ptrdiff_t)STRIDE1_SPAN * s->in;
  const float *rows[STRIDE1_SPAN];
  for (int i = 0; i < STRIDE1_SPAN; i++)
    rows[i] = x + ((ptrdiff_t)row * WINOGRAD_TILE + i - 1) * pitch;
  if (row % w->tile_rows == 0) rows[0] = w->zero_row;
  if (row % w->tile_rows == w->tile_rows - 1) rows[STRIDE1_SPAN - 1] = w->zero_row;
  rsd_zero(w->halves, sizeof(float) * (size_t)edge);
  rsd_zero(w->halves + stride1_halves_floats(s) - edge, sizeof(float) * (size_t)edge);
  stride1_input_columns(s->width * s->in / 4, rows, w->halves + edge);
  stride1_input_tiles(w->tile_columns, s->in, w->halves, v, w->in.stride);
}

/* halves = dV B^T. A tile's first two columns are also the last two of the tile before, so they are
 * added to. */
RSD_INLINE void stride1_input_gradient_tiles_at(int tiles, int channels, const float *dv,
                                                ptrdiff_t stride, float *halves) {
  stride1_coefficients k = stride1_load_coefficients();
  ptrdiff_t column = (ptrdiff_t)channels * STRIDE1_SPAN;
  rsd_zero(halves, sizeof(float) * 2 * (size_t)column);
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, halves += (WINOGRAD_TILE - 1) * column) {
    RSD_NO_UNROLL
    for (int c = 0; c < channels; c += 4, dv += 4) {
      const float *from = dv;
      RSD_NO_UNROLL
      for (int i = 0; i < STRIDE1_SPAN; i++, halves += 4) {
        float *to = halves;
        v4 m[STRIDE1_SPAN], out[STRIDE1_SPAN];
        for (int j = 0; j < STRIDE1_SPAN; j++, from += stride)
          m[j] = v4_load(from);
        stride1_transform_input_gradient(&k, m, out);
        v4_store(to, v4_add(v4_load(to), out[0]));
        to += column;
        v4_store(to, v4_add(v4_load(to), out[1]));
        for (int j = 2; j < STRIDE1_SPAN; j++)
          v4_store(to += column, out[j]);
      }
    }
  }
}
static RSD_NOINLINE void stride1_input_gradient_tiles(int tiles, int channels, const float *dv,
                                                      ptrdiff_t stride, float *halves) {
  if (stride == STRIDE1_COMMON_STRIDE)
    stride1_input_gradient_tiles_at(tiles, channels, dv, STRIDE1_COMMON_STRIDE, halves);
  else
    stride1_input_gradient_tiles_at(tiles, channels, dv, stride, halves);
}

/* dx = B halves. The first two of the six rows are also the last two of the tiles above, so they
 * are added to. */
static RSD_NOINLINE void stride1_input_gradient_columns(int count, const float *halves,
                                                        float *const rows[STRIDE1_SPAN]) {
  float *r0 = rows[0], *r1 = rows[1], *r2 = rows[2];
  float *r3 = rows[3], *r4 = rows[4], *r5 = rows[5];
  stride1_coefficients k = stride1_load_coefficients();
  ptrdiff_t at = 0;
  RSD_NO_UNROLL
  for (int x = 0; x < count; x++, at += 4, halves += STRIDE1_SPAN * 4) {
    v4 m[STRIDE1_SPAN], out[STRIDE1_SPAN];
    RSD_OPAQUE(halves);
    RSD_OPAQUE(at);
    for (int i = 0; i < STRIDE1_SPAN; i++)
      m[i] = v4_load(halves + i * 4);
    stride1_transform_input_gradient(&k, m, out);
    v4_store(r0 + at, v4_add(v4_load(r0 + at), out[0]));
    v4_store(r1 + at, v4_add(v4_load(r1 + at), out[1]));
    v4_store(r2 + at, out[2]);
    v4_store(r3 + at, out[3]);
    v4_store(r4 + at, out[4]);
    v4_store(r5 + at, out[5]);
  }
}

/* Makes dx of one row of tiles; the row above must be done. */
static void stride1_input_gradient_row(const rsd_conv_shape *s, const stride1_workspace *w,
                                       const float *dv, int row, float *dx) {
  ptrdiff_t pitch = (ptrdiff_t)s->width * s->in;
  float *rows[STRIDE1_SPAN];
  for (int i = 0; i < STRIDE1_SPAN; i++)
    rows[i] = dx + ((ptrdiff_t)row * WINOGRAD_TILE + i - 1) * pitch;
  if (row % w->tile_rows == 0) {
    rows[0] = w->discard_row;
    rsd_zero(rows[1], sizeof(float) * (size_t)pitch);
  }
  if (row % w->tile_rows == w->tile_rows - 1) rows[STRIDE1_SPAN - 1] = w->discard_row;
  stride1_input_gradient_tiles(w->tile_columns, s->in, dv, w->in.stride, w->halves);
  stride1_input_gradient_columns(s->width * s->in / 4, w->halves + (ptrdiff_t)STRIDE1_SPAN * s->in,
                                 rows);
}

/* half[6][4] = M A of one tile. */
RSD_INLINE void stride1_output_half(const stride1_coefficients *k, const float *m, ptrdiff_t stride,
                                    float *half) {
  RSD_NO_UNROLL
  for (int i = 0; i < STRIDE1_SPAN; i++, half += WINOGRAD_TILE * 4) {
    v4 d[STRIDE1_SPAN], out[WINOGRAD_TILE];
    for (int j = 0; j < STRIDE1_SPAN; j++, m += stride)
      d[j] = v4_load(m);
    stride1_transform_output(k, d, out);
    RSD_OPAQUE(half);
    for (int j = 0; j < WINOGRAD_TILE; j++)
      v4_store(half + j * 4, out[j]);
  }
}

/* out = A^T half, for one column. */
RSD_INLINE void stride1_output_column(const stride1_coefficients *k, const float *half,
                                      v4 out[WINOGRAD_TILE]) {
  v4 d[STRIDE1_SPAN];
  RSD_OPAQUE(half);
  for (int i = 0; i < STRIDE1_SPAN; i++)
    d[i] = v4_load(half + i * WINOGRAD_TILE * 4);
  stride1_transform_output(k, d, out);
}

/* y = A^T M A, tile by tile: the cost of y's first touch then spreads over the work. */
RSD_INLINE void stride1_output_tiles_at(int tiles, int channels, const float *m, ptrdiff_t stride,
                                        float *y, ptrdiff_t pitch) {
  stride1_coefficients k = stride1_load_coefficients();
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, y += (WINOGRAD_TILE - 1) * channels) {
    RSD_NO_UNROLL
    for (int c = 0; c < channels; c += 4, m += 4, y += 4) {
      float half[STRIDE1_SPAN * WINOGRAD_TILE * 4], *to = y;
      stride1_output_half(&k, m, stride, half);
      RSD_NO_UNROLL
      for (int j = 0; j < WINOGRAD_TILE; j++, to += channels) {
        v4 out[WINOGRAD_TILE];
        stride1_output_column(&k, half + j * 4, out);
        for (int i = 0; i < WINOGRAD_TILE; i++)
          v4_store(to + i * pitch, out[i]);
      }
    }
  }
}
static RSD_NOINLINE void stride1_output_tiles(int tiles, int channels, const float *m,
                                              ptrdiff_t stride, float *y, ptrdiff_t pitch) {
  if (stride == STRIDE1_COMMON_STRIDE)
    stride1_output_tiles_at(tiles, channels, m, STRIDE1_COMMON_STRIDE, y, pitch);
  else
    stride1_output_tiles_at(tiles, channels, m, stride, y, pitch);
}

/* y = relu(A^T M A + shift + residual); `at` is the index of the first pixel in y and residual. */
static RSD_NOINLINE void stride1_output_tiles_epilogue(int tiles, int channels, const float *m,
                                                       ptrdiff_t stride, float *y, ptrdiff_t pitch,
                                                       ptrdiff_t at, const rsd_epilogue *e) {
  stride1_coefficients k = stride1_load_coefficients();
  v4 lower_bound = v4_splat(e->relu ? 0.0f : -__builtin_inff());
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, at += (WINOGRAD_TILE - 1) * channels) {
    RSD_NO_UNROLL
    for (int c = 0; c < channels; c += 4, m += 4, at += 4) {
      float half[STRIDE1_SPAN * WINOGRAD_TILE * 4];
      v4 shift = v4_load(e->shift + c);
      stride1_output_half(&k, m, stride, half);
      RSD_NO_UNROLL
      for (int j = 0; j < WINOGRAD_TILE; j++) {
        ptrdiff_t pixel = at + (ptrdiff_t)j * channels;
        v4 out[WINOGRAD_TILE];
        stride1_output_column(&k, half + j * WINOGRAD_TILE, out);
        for (int i = 0; i < WINOGRAD_TILE; i++)
          out[i] = v4_add(out[i], shift);
        for (int i = 0; e->residual && i < WINOGRAD_TILE; i++)
          out[i] = v4_add(out[i], v4_load(e->residual + pixel + i * pitch));
        for (int i = 0; i < WINOGRAD_TILE; i++)
          v4_store(y + pixel + i * pitch, v4_max(out[i], lower_bound));
      }
    }
  }
}

/* Makes y of one row of tiles. */
static void stride1_output_row(const rsd_conv_shape *s, const stride1_workspace *w, const float *m,
                               int row, float *y, const rsd_epilogue *e) {
  ptrdiff_t pitch = (ptrdiff_t)s->width * s->out, at = row * WINOGRAD_TILE * pitch;
  if (e == NULL)
    stride1_output_tiles(w->tile_columns, s->out, m, w->out.stride, y + at, pitch);
  else
    stride1_output_tiles_epilogue(w->tile_columns, s->out, m, w->out.stride, y, pitch, at, e);
}

/* D = A dy A^T, tile by tile. */
RSD_INLINE void stride1_output_gradient_tiles_at(int tiles, int channels, const float *dy,
                                                 ptrdiff_t pitch, float *d, ptrdiff_t stride) {
  stride1_coefficients k = stride1_load_coefficients();
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, dy += (WINOGRAD_TILE - 1) * channels) {
    RSD_NO_UNROLL
    for (int c = 0; c < channels; c += 4, d += 4, dy += 4) {
      float half[WINOGRAD_TILE * STRIDE1_SPAN * 4], *to = half, *at = d;
      const float *pixel = dy, *from = half;
      RSD_NO_UNROLL
      for (int j = 0; j < WINOGRAD_TILE; j++, pixel += channels, to += STRIDE1_SPAN * 4) {
        v4 column[WINOGRAD_TILE], out[STRIDE1_SPAN];
        for (int i = 0; i < WINOGRAD_TILE; i++)
          column[i] = v4_load(pixel + i * pitch);
        stride1_transform_output_gradient(&k, column, out);
        RSD_OPAQUE(to);
        for (int i = 0; i < STRIDE1_SPAN; i++)
          v4_store(to + i * 4, out[i]);
      }
      RSD_NO_UNROLL
      for (int i = 0; i < STRIDE1_SPAN; i++, from += 4) {
        v4 row[WINOGRAD_TILE], out[STRIDE1_SPAN];
        RSD_OPAQUE(from);
        for (int j = 0; j < WINOGRAD_TILE; j++)
          row[j] = v4_load(from + j * STRIDE1_SPAN * 4);
        stride1_transform_output_gradient(&k, row, out);
        for (int j = 0; j < STRIDE1_SPAN; j++, at += stride)
          v4_store(at, out[j]);
      }
    }
  }
}
static RSD_NOINLINE void stride1_output_gradient_tiles(int tiles, int channels, const float *dy,
                                                       ptrdiff_t pitch, float *d,
                                                       ptrdiff_t stride) {
  if (stride == STRIDE1_COMMON_STRIDE)
    stride1_output_gradient_tiles_at(tiles, channels, dy, pitch, d, STRIDE1_COMMON_STRIDE);
  else
    stride1_output_gradient_tiles_at(tiles, channels, dy, pitch, d, stride);
}

/* Makes D of one row of tiles. */
static void stride1_output_gradient_row(const rsd_conv_shape *s, const stride1_workspace *w,
                                        const float *dy, int row, float *d) {
  ptrdiff_t pitch = (ptrdiff_t)s->width * s->out;
  stride1_output_gradient_tiles(w->tile_columns, s->out, dy + row * WINOGRAD_TILE * pitch, pitch, d,
                                w->out.stride);
}

/* ---------------------------------------------------------------- convolutions */

/* Makes V, and D unless dy is NULL, of the block that starts at tile row `row`; returns its rows. */
static int stride1_fill_block(const rsd_conv_shape *s, const stride1_workspace *w, int images,
                              int row, const float *x, const float *dy) {
  int rows = rsd_min(w->block_rows, images * w->tile_rows - row), tiles = rows * w->tile_columns;
  for (int r = 0; r < rows; r++) {
    ptrdiff_t first = (ptrdiff_t)r * w->tile_columns;
    stride1_input_row(s, w, x, row + r, w->in.data + first * s->in);
    if (dy) stride1_output_gradient_row(s, w, dy, row + r, w->out.data + first * s->out);
  }
  rsd_winograd_zero_tail(STRIDE1_FREQUENCIES, tiles, &w->in);
  if (dy) rsd_winograd_zero_tail(STRIDE1_FREQUENCIES, tiles, &w->out);
  return rows;
}

static void stride1_forward(const rsd_conv_shape *s, int images, const float *x,
                            const float *packed, float *y, const rsd_epilogue *epilogue,
                            rsd_prefetch *prefetch, float *scratch) {
  stride1_workspace w = stride1_lay_out(s, scratch);
  w.out = stride1_output_in_place(&w);
  rsd_prefetch_spread(prefetch, images * w.tile_rows, w.block_rows,
                      STRIDE1_FREQUENCIES * winograd_panels(s->out));
  for (int row = 0; row < images * w.tile_rows; row += w.block_rows) {
    int rows = stride1_fill_block(s, &w, images, row, x, NULL);
    int tiles = rsd_round_up(rows * w.tile_columns, 4);
    rsd_winograd_multiply(STRIDE1_FREQUENCIES, tiles, &w.in, packed, &w.out, prefetch);
    for (int r = 0; r < rows; r++)
      stride1_output_row(s, &w, w.out.data + (ptrdiff_t)r * w.tile_columns * s->out, row + r, y,
                         epilogue);
  }
}

/* Prefetches during the products for dU, which store lower_bound. */
static void stride1_backward(const rsd_conv_shape *s, int images, const float *x, const float *dy,
                             const float *packed, float *dx, rsd_prefetch *prefetch, int add,
                             float *accumulator, float *scratch) {
  stride1_workspace w = stride1_lay_out(s, scratch);
  rsd_prefetch_spread(prefetch, images * w.tile_rows, w.block_rows,
                      STRIDE1_FREQUENCIES * winograd_panels(s->out));
  for (int row = 0; row < images * w.tile_rows; row += w.block_rows) {
    int rows = stride1_fill_block(s, &w, images, row, x, dy);
    int tiles = rsd_round_up(rows * w.tile_columns, 4);
    rsd_winograd_multiply_transposed(STRIDE1_FREQUENCIES, tiles, &w.in, &w.out, add || row,
                                     accumulator, prefetch);
    if (dx == NULL) continue;
    rsd_winograd_multiply(STRIDE1_FREQUENCIES, tiles, &w.out, packed, &w.in, NULL);
    for (int r = 0; r < rows; r++)
      stride1_input_gradient_row(s, &w, w.in.data + (ptrdiff_t)r * w.tile_columns * s->in, row + r,
                                 dx);
  }
}

RSD_KERNEL const rsd_conv_method rsd_conv_winograd_stride1 = {
    .packed_floats = rsd_stride1_filter_floats,
    .accumulator_floats = rsd_stride1_filter_floats,
    .scratch_floats = stride1_scratch_floats,
    .pack_forward = rsd_stride1_pack_forward,
    .pack_backward = rsd_stride1_pack_backward,
    .forward = stride1_forward,
    .backward = stride1_backward,
    .filter_gradient = rsd_stride1_filter_gradient,
};
