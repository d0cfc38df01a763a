/* Winograd convolution F(4x4, 3x3): 3x3 filters, stride 1, in tiles of 4x4 output pixels, each from
 * 6x6 input pixels (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", arXiv
 * 1509.09308). 36 multiplications per tile and pair of channels replace 144. With d a tile of x, g
 * a filter and y a tile of the output:
 *
 *   forward    V = B^T d B      U = G g G^T      M[f] = V[f] U[f]               y = A^T M A
 *   backward   D = A dy A^T     dV[f] = D[f] transpose(U[f])                    dx = B dV B^T
 *                               dU[f] += transpose(V[f]) D[f]                   dg = G^T dU G
 *
 * V, U and M hold 36 "frequencies" f, and per frequency the convolution is a product of matrices:
 * tiles by input channels times input by output channels. Backward is the exact transpose of
 * forward, so D serves both gradients. Tiles of dx overlap by two pixels and add up there.
 *
 * The matrices interpolate polynomials at 0, +-a, +-b and infinity. Lavin and Gray take a = 1,
 * b = 2. Here a = 1/sqrt(2), b = sqrt(2), as in ncnn: no more operations, since a*b = 1, and four
 * times smaller rounding errors, since powers of the points stay close to one.
 *
 *         | 1    0   -5/2   0    1    0 |         | 1     0      0  |         | 1    0    0    0  |
 *         | 0   -b    -2    a    1    0 |         |-2/3 -2a/3  -1/3 |         | 1    a   1/2  a/2 |
 *   B^T = | 0    b    -2   -a    1    0 |     G = |-2/3  2a/3  -1/3 |     A = | 1   -a   1/2 -a/2 |
 *         | 0   -a   -1/2   b    1    0 |         | 1/6  b/6    1/3 |         | 1    b    2    2b |
 *         | 0    a   -1/2  -b    1    0 |         | 1/6 -b/6    1/3 |         | 1   -b    2   -2b |
 *         | 0    1     0  -5/2   0    1 |         | 0     0      1  |         | 0    0    0    1  |
 *
 * What makes it fast (docs/ARCHITECTURE.md, kernel facts): blocks of tiles small enough for the
 * second-level cache; transforms and products as separate functions over a whole row of tiles or a
 * block; and 64 bytes between frequencies, because with power-of-two strides all 36 streams would
 * fall into one set of the cache. */
#include "../simd/vec.h"
#include "kernels.h"
#include "winograd.h"

#define TILE WINOGRAD_TILE
#define SPAN 6 /* input pixels along a side */
#define FREQUENCIES (SPAN * SPAN)

/* ------------------------------------------------- one-dimensional transforms
 * Each multiplies one of the matrices by a row or column of vectors, a channel per lane. What the
 * matrices hold for +a and -a (+b and -b) differs in the sign of the odd part only. */

#define A_POINT 0.70710678f
#define B_POINT 1.41421356f

typedef struct coefficients {
  v4 a, b, half, two, five_halves;
} coefficients;

RSD_INLINE coefficients load_coefficients(void) {
  coefficients k = {v4_constant(A_POINT), v4_constant(B_POINT), v4_constant(0.5f),
                    v4_constant(2.0f), v4_constant(2.5f)};
  return k;
}

/* out = B^T d */
RSD_INLINE void transform_input(const coefficients *k, const v4 d[SPAN], v4 out[SPAN]) {
  v4 even_a = v4_nmadd(k->two, d[2], d[4]), odd_a = v4_nmadd(k->two, d[1], d[3]);
  v4 even_b = v4_nmadd(k->half, d[2], d[4]), odd_b = v4_nmadd(k->half, d[1], d[3]);
  out[0] = v4_nmadd(k->five_halves, d[2], v4_add(d[0], d[4]));
  out[1] = v4_madd(k->a, odd_a, even_a);
  out[2] = v4_nmadd(k->a, odd_a, even_a);
  out[3] = v4_madd(k->b, odd_b, even_b);
  out[4] = v4_nmadd(k->b, odd_b, even_b);
  out[5] = v4_nmadd(k->five_halves, d[3], v4_add(d[1], d[5]));
}

/* out = B m */
RSD_INLINE void transform_input_gradient(const coefficients *k, const v4 m[SPAN], v4 out[SPAN]) {
  v4 even_a = v4_add(m[1], m[2]), odd_a = v4_mul(k->a, v4_sub(m[1], m[2]));
  v4 even_b = v4_add(m[3], m[4]), odd_b = v4_mul(k->b, v4_sub(m[3], m[4]));
  v4 minus_m0 = v4_nmadd(k->five_halves, m[0], v4_zero());
  out[0] = m[0];
  out[1] = v4_nmadd(k->two, odd_a, v4_nmadd(k->half, odd_b, m[5]));
  out[2] = v4_nmadd(k->two, even_a, v4_nmadd(k->half, even_b, minus_m0));
  out[3] = v4_nmadd(k->five_halves, m[5], v4_add(odd_a, odd_b));
  out[4] = v4_add(m[0], v4_add(even_a, even_b));
  out[5] = m[5];
}

/* out = A^T m */
RSD_INLINE void transform_output(const coefficients *k, const v4 m[SPAN], v4 out[TILE]) {
  v4 even_a = v4_add(m[1], m[2]), odd_a = v4_mul(k->a, v4_sub(m[1], m[2]));
  v4 even_b = v4_add(m[3], m[4]), odd_b = v4_mul(k->b, v4_sub(m[3], m[4]));
  out[0] = v4_add(m[0], v4_add(even_a, even_b));
  out[1] = v4_add(odd_a, odd_b);
  out[2] = v4_madd(k->half, even_a, v4_mul(k->two, even_b));
  out[3] = v4_madd(k->half, odd_a, v4_madd(k->two, odd_b, m[5]));
}

/* out = A dy */
RSD_INLINE void transform_output_gradient(const coefficients *k, const v4 dy[TILE], v4 out[SPAN]) {
  v4 even_a = v4_madd(k->half, dy[2], dy[0]), odd_a = v4_madd(k->half, dy[3], dy[1]);
  v4 even_b = v4_madd(k->two, dy[2], dy[0]), odd_b = v4_madd(k->two, dy[3], dy[1]);
  out[0] = dy[0];
  out[1] = v4_madd(k->a, odd_a, even_a);
  out[2] = v4_nmadd(k->a, odd_a, even_a);
  out[3] = v4_madd(k->b, odd_b, even_b);
  out[4] = v4_nmadd(k->b, odd_b, even_b);
  out[5] = dy[3];
}

typedef struct filter_coefficients {
  v4 third, minus_third, two, half, two_a, half_b;
} filter_coefficients;

RSD_INLINE filter_coefficients load_filter_coefficients(void) {
  filter_coefficients k = {v4_constant(1.0f / 3.0f), v4_constant(-1.0f / 3.0f),
                           v4_constant(2.0f),        v4_constant(0.5f),
                           v4_constant(2 * A_POINT), v4_constant(B_POINT / 2)};
  return k;
}

/* out = G g */
RSD_INLINE void transform_filter(const filter_coefficients *k, const v4 g[3], v4 out[SPAN]) {
  v4 even_a = v4_madd(k->two, g[0], g[2]), odd_a = v4_mul(k->two_a, g[1]);
  v4 even_b = v4_madd(k->half, g[0], g[2]), odd_b = v4_mul(k->half_b, g[1]);
  out[0] = g[0];
  out[1] = v4_mul(k->minus_third, v4_add(even_a, odd_a));
  out[2] = v4_mul(k->minus_third, v4_sub(even_a, odd_a));
  out[3] = v4_mul(k->third, v4_add(even_b, odd_b));
  out[4] = v4_mul(k->third, v4_sub(even_b, odd_b));
  out[5] = g[2];
}

/* out = G^T u */
RSD_INLINE void transform_filter_gradient(const filter_coefficients *k, const v4 u[SPAN],
                                          v4 out[3]) {
  v4 even_a = v4_mul(k->minus_third, v4_add(u[1], u[2]));
  v4 even_b = v4_mul(k->third, v4_add(u[3], u[4]));
  v4 odd_a = v4_mul(k->minus_third, v4_sub(u[1], u[2]));
  v4 odd_b = v4_mul(k->third, v4_sub(u[3], u[4]));
  out[0] = v4_madd(k->two, even_a, v4_madd(k->half, even_b, u[0]));
  out[1] = v4_madd(k->two_a, odd_a, v4_mul(k->half_b, odd_b));
  out[2] = v4_add(v4_add(even_a, even_b), u[5]);
}

/* --------------------------------------------------------------------- blocks
 * Images are taken as one tall picture and cut into rows of tiles; a block is a few of those. */

typedef struct winograd {
  int columns, rows; /* tiles across and down an image */
  int block_rows; /* rows of tiles in a block */
  winograd_tiles in; /* V, then dV */
  winograd_tiles out; /* M or D */
  float *lines; /* [width + 2][in / 4][6][4], see the transforms */
  float *zeros, *unused; /* [width][in]: rows above and below the image */
} winograd;

static int block_rows(const rsd_conv_shape *s) {
  return winograd_block_rows(s->in + s->out, s->width / TILE);
}
static ptrdiff_t block_stride(const rsd_conv_shape *s, int channels) {
  return winograd_stride(rsd_round_up(block_rows(s) * (s->width / TILE), 4), channels);
}
static ptrdiff_t lines_floats(const rsd_conv_shape *s) {
  return (ptrdiff_t)(s->width + 2) * SPAN * s->in;
}

static size_t winograd_scratch_floats(const rsd_conv_shape *s) {
  ptrdiff_t strides = block_stride(s, s->in) + block_stride(s, s->out);
  return (size_t)(FREQUENCIES * strides + lines_floats(s) + 2 * (ptrdiff_t)s->width * s->in);
}

static winograd lay_out(const rsd_conv_shape *s, float *scratch) {
  RSD_ASSERT(s->kernel == 3 && s->stride == 1 && s->height % TILE == 0 && s->width % TILE == 0);
  winograd w = {.columns = s->width / TILE,
                .rows = s->height / TILE,
                .block_rows = block_rows(s),
                .out = {scratch, s->out, block_stride(s, s->out)}};
  winograd_tiles in = {scratch + FREQUENCIES * w.out.stride, s->in, block_stride(s, s->in)};
  w.in = in;
  w.lines = in.at + FREQUENCIES * in.stride;
  w.zeros = w.lines + lines_floats(s);
  w.unused = w.zeros + (ptrdiff_t)s->width * s->in;
  rsd_zero(w.zeros, sizeof(float) * 2 * (size_t)(s->width * s->in));
  return w;
}

/* M in the place of V: a frequency's product is written where the one before was read, so that it meets
 * the first-level cache. D, which the backward pass needs beside V, has a place of its own. */
static winograd_tiles output_in_place(const winograd *w) {
  ptrdiff_t longer = w->out.stride > w->in.stride ? w->out.stride - w->in.stride : 0;
  winograd_tiles m = w->out;
  m.at = w->in.at - w->out.stride - (FREQUENCIES - 1) * longer;
  return m;
}

/* ------------------------------------------------------------------ transforms
 * Of a row of tiles. Where tiles overlap, in x and dx, the vertical half of a transform is shared by
 * neighbours: it works on columns of pixels, and `lines` holds their six numbers,
 * [1 + column][channels / 4][6][4], with one column of padding on either side. The other half goes tile
 * by tile, all channels of one before the next: so it meets each line of the cache once, and the row's
 * worth of `lines` is all that the first-level cache has to keep. What reads or writes frequencies comes
 * twice, once with the distance between them that nearly every block has, which is then part of each
 * address. */
#define COMMON_STRIDE (512 + WINOGRAD_PADDING)

/* lines = B^T x, of `count` groups of four channels; rows are those of the six pixels of a column. */
static RSD_NOINLINE void input_columns(int count, const float *const rows[SPAN], float *lines) {
  const float *r0 = rows[0], *r1 = rows[1], *r2 = rows[2];
  const float *r3 = rows[3], *r4 = rows[4], *r5 = rows[5];
  coefficients k = load_coefficients();
  ptrdiff_t at = 0;
  RSD_NO_UNROLL
  for (int x = 0; x < count; x++, at += 4, lines += SPAN * 4) {
    v4 d[SPAN] = {v4_load(r0 + at), v4_load(r1 + at), v4_load(r2 + at),
                  v4_load(r3 + at), v4_load(r4 + at), v4_load(r5 + at)};
    v4 out[SPAN];
    transform_input(&k, d, out);
    RSD_OPAQUE(lines);
    for (int i = 0; i < SPAN; i++)
      v4_store(lines + i * 4, out[i]);
  }
}

/* V = lines B */
RSD_INLINE void input_tiles_at(int tiles, int channels, const float *lines, float *v,
                               ptrdiff_t stride) {
  coefficients k = load_coefficients();
  ptrdiff_t column = (ptrdiff_t)channels * SPAN;
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, lines += (TILE - 1) * column) {
    RSD_NO_UNROLL
    for (int c = 0; c < channels; c += 4, v += 4) {
      float *to = v;
      RSD_NO_UNROLL
      for (int i = 0; i < SPAN; i++, lines += 4) {
        const float *from = lines;
        v4 d[SPAN], out[SPAN];
        for (int j = 0; j < SPAN; j++, from += column)
          d[j] = v4_load(from);
        transform_input(&k, d, out);
        for (int j = 0; j < SPAN; j++, to += stride)
          v4_store(to, out[j]);
      }
    }
  }
}
static RSD_NOINLINE void input_tiles(int tiles, int channels, const float *lines, float *v,
                                     ptrdiff_t stride) {
  if (stride == COMMON_STRIDE)
    input_tiles_at(tiles, channels, lines, v, COMMON_STRIDE);
  else
    input_tiles_at(tiles, channels, lines, v, stride);
}

/* V of one row of tiles. */
static void input_row(const rsd_conv_shape *s, const winograd *w, const float *x, int row,
                      float *v) {
  ptrdiff_t pitch = (ptrdiff_t)s->width * s->in, edge = (ptrdiff_t)SPAN * s->in;
  const float *rows[SPAN];
  for (int i = 0; i < SPAN; i++)
    rows[i] = x + ((ptrdiff_t)row * TILE + i - 1) * pitch;
  if (row % w->rows == 0) rows[0] = w->zeros;
  if (row % w->rows == w->rows - 1) rows[SPAN - 1] = w->zeros;
  rsd_zero(w->lines, sizeof(float) * (size_t)edge);
  rsd_zero(w->lines + lines_floats(s) - edge, sizeof(float) * (size_t)edge);
  input_columns(s->width * s->in / 4, rows, w->lines + edge);
  input_tiles(w->columns, s->in, w->lines, v, w->in.stride);
}

/* lines = dV B^T; the first two columns of a tile are the last two of the tile before as well. */
RSD_INLINE void input_gradient_tiles_at(int tiles, int channels, const float *dv, ptrdiff_t stride,
                                        float *lines) {
  coefficients k = load_coefficients();
  ptrdiff_t column = (ptrdiff_t)channels * SPAN;
  rsd_zero(lines, sizeof(float) * 2 * (size_t)column);
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, lines += (TILE - 1) * column) {
    RSD_NO_UNROLL
    for (int c = 0; c < channels; c += 4, dv += 4) {
      const float *from = dv;
      RSD_NO_UNROLL
      for (int i = 0; i < SPAN; i++, lines += 4) {
        float *to = lines;
        v4 m[SPAN], out[SPAN];
        for (int j = 0; j < SPAN; j++, from += stride)
          m[j] = v4_load(from);
        transform_input_gradient(&k, m, out);
        v4_store(to, v4_add(v4_load(to), out[0]));
        to += column;
        v4_store(to, v4_add(v4_load(to), out[1]));
        for (int j = 2; j < SPAN; j++)
          v4_store(to += column, out[j]);
      }
    }
  }
}
static RSD_NOINLINE void input_gradient_tiles(int tiles, int channels, const float *dv,
                                              ptrdiff_t stride, float *lines) {
  if (stride == COMMON_STRIDE)
    input_gradient_tiles_at(tiles, channels, dv, COMMON_STRIDE, lines);
  else
    input_gradient_tiles_at(tiles, channels, dv, stride, lines);
}

/* dx = B lines; the first two of the six rows are the last two of the tiles above as well. */
static RSD_NOINLINE void input_gradient_columns(int count, const float *lines,
                                                float *const rows[SPAN]) {
  float *r0 = rows[0], *r1 = rows[1], *r2 = rows[2];
  float *r3 = rows[3], *r4 = rows[4], *r5 = rows[5];
  coefficients k = load_coefficients();
  ptrdiff_t at = 0;
  RSD_NO_UNROLL
  for (int x = 0; x < count; x++, at += 4, lines += SPAN * 4) {
    v4 m[SPAN], out[SPAN];
    RSD_OPAQUE(lines);
    RSD_OPAQUE(at);
    for (int i = 0; i < SPAN; i++)
      m[i] = v4_load(lines + i * 4);
    transform_input_gradient(&k, m, out);
    v4_store(r0 + at, v4_add(v4_load(r0 + at), out[0]));
    v4_store(r1 + at, v4_add(v4_load(r1 + at), out[1]));
    v4_store(r2 + at, out[2]);
    v4_store(r3 + at, out[3]);
    v4_store(r4 + at, out[4]);
    v4_store(r5 + at, out[5]);
  }
}

/* dx of one row of tiles, after the row above. */
static void input_gradient_row(const rsd_conv_shape *s, const winograd *w, const float *dv, int row,
                               float *dx) {
  ptrdiff_t pitch = (ptrdiff_t)s->width * s->in;
  float *rows[SPAN];
  for (int i = 0; i < SPAN; i++)
    rows[i] = dx + ((ptrdiff_t)row * TILE + i - 1) * pitch;
  if (row % w->rows == 0) {
    rows[0] = w->unused;
    rsd_zero(rows[1], sizeof(float) * (size_t)pitch);
  }
  if (row % w->rows == w->rows - 1) rows[SPAN - 1] = w->unused;
  input_gradient_tiles(w->columns, s->in, dv, w->in.stride, w->lines);
  input_gradient_columns(s->width * s->in / 4, w->lines + (ptrdiff_t)SPAN * s->in, rows);
}

/* half[6][4] = M A of one tile. */
RSD_INLINE void output_half(const coefficients *k, const float *m, ptrdiff_t stride, float *half) {
  RSD_NO_UNROLL
  for (int i = 0; i < SPAN; i++, half += TILE * 4) {
    v4 d[SPAN], out[TILE];
    for (int j = 0; j < SPAN; j++, m += stride)
      d[j] = v4_load(m);
    transform_output(k, d, out);
    RSD_OPAQUE(half);
    for (int j = 0; j < TILE; j++)
      v4_store(half + j * 4, out[j]);
  }
}

/* out = A^T half, one column of it. */
RSD_INLINE void output_column(const coefficients *k, const float *half, v4 out[TILE]) {
  v4 d[SPAN];
  RSD_OPAQUE(half);
  for (int i = 0; i < SPAN; i++)
    d[i] = v4_load(half + i * TILE * 4);
  transform_output(k, d, out);
}

/* y = A^T M A. Tile by tile, so that what y's lines cost at their first touch is spread over the work. */
RSD_INLINE void output_tiles_at(int tiles, int channels, const float *m, ptrdiff_t stride, float *y,
                                ptrdiff_t pitch) {
  coefficients k = load_coefficients();
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, y += (TILE - 1) * channels) {
    RSD_NO_UNROLL
    for (int c = 0; c < channels; c += 4, m += 4, y += 4) {
      float half[SPAN * TILE * 4], *to = y;
      output_half(&k, m, stride, half);
      RSD_NO_UNROLL
      for (int j = 0; j < TILE; j++, to += channels) {
        v4 out[TILE];
        output_column(&k, half + j * 4, out);
        for (int i = 0; i < TILE; i++)
          v4_store(to + i * pitch, out[i]);
      }
    }
  }
}
static RSD_NOINLINE void output_tiles(int tiles, int channels, const float *m, ptrdiff_t stride,
                                      float *y, ptrdiff_t pitch) {
  if (stride == COMMON_STRIDE)
    output_tiles_at(tiles, channels, m, COMMON_STRIDE, y, pitch);
  else
    output_tiles_at(tiles, channels, m, stride, y, pitch);
}

/* y = relu(A^T M A + shift + residual); at: of the first pixel in y and residual. */
static RSD_NOINLINE void output_tiles_epilogue(int tiles, int channels, const float *m,
                                               ptrdiff_t stride, float *y, ptrdiff_t pitch,
                                               ptrdiff_t at, const rsd_epilogue *e) {
  coefficients k = load_coefficients();
  v4 least = v4_splat(e->relu ? 0.0f : -__builtin_inff());
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, at += (TILE - 1) * channels) {
    RSD_NO_UNROLL
    for (int c = 0; c < channels; c += 4, m += 4, at += 4) {
      float half[SPAN * TILE * 4];
      v4 shift = v4_load(e->shift + c);
      output_half(&k, m, stride, half);
      RSD_NO_UNROLL
      for (int j = 0; j < TILE; j++) {
        ptrdiff_t pixel = at + (ptrdiff_t)j * channels;
        v4 out[TILE];
        output_column(&k, half + j * TILE, out);
        for (int i = 0; i < TILE; i++)
          out[i] = v4_add(out[i], shift);
        for (int i = 0; e->residual && i < TILE; i++)
          out[i] = v4_add(out[i], v4_load(e->residual + pixel + i * pitch));
        for (int i = 0; i < TILE; i++)
          v4_store(y + pixel + i * pitch, v4_max(out[i], least));
      }
    }
  }
}

/* y of one row of tiles. */
static void output_row(const rsd_conv_shape *s, const winograd *w, const float *m, int row,
                       float *y, const rsd_epilogue *e) {
  ptrdiff_t pitch = (ptrdiff_t)s->width * s->out, at = row * TILE * pitch;
  if (e == NULL)
    output_tiles(w->columns, s->out, m, w->out.stride, y + at, pitch);
  else
    output_tiles_epilogue(w->columns, s->out, m, w->out.stride, y, pitch, at, e);
}

/* D = A dy A^T, tile by tile as well. */
RSD_INLINE void output_gradient_tiles_at(int tiles, int channels, const float *dy, ptrdiff_t pitch,
                                         float *d, ptrdiff_t stride) {
  coefficients k = load_coefficients();
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, dy += (TILE - 1) * channels) {
    RSD_NO_UNROLL
    for (int c = 0; c < channels; c += 4, d += 4, dy += 4) {
      float half[TILE * SPAN * 4], *to = half, *at = d;
      const float *pixel = dy, *from = half;
      RSD_NO_UNROLL
      for (int j = 0; j < TILE; j++, pixel += channels, to += SPAN * 4) {
        v4 column[TILE], out[SPAN];
        for (int i = 0; i < TILE; i++)
          column[i] = v4_load(pixel + i * pitch);
        transform_output_gradient(&k, column, out);
        RSD_OPAQUE(to);
        for (int i = 0; i < SPAN; i++)
          v4_store(to + i * 4, out[i]);
      }
      RSD_NO_UNROLL
      for (int i = 0; i < SPAN; i++, from += 4) {
        v4 row[TILE], out[SPAN];
        RSD_OPAQUE(from);
        for (int j = 0; j < TILE; j++)
          row[j] = v4_load(from + j * SPAN * 4);
        transform_output_gradient(&k, row, out);
        for (int j = 0; j < SPAN; j++, at += stride)
          v4_store(at, out[j]);
      }
    }
  }
}
static RSD_NOINLINE void output_gradient_tiles(int tiles, int channels, const float *dy,
                                               ptrdiff_t pitch, float *d, ptrdiff_t stride) {
  if (stride == COMMON_STRIDE)
    output_gradient_tiles_at(tiles, channels, dy, pitch, d, COMMON_STRIDE);
  else
    output_gradient_tiles_at(tiles, channels, dy, pitch, d, stride);
}

/* D of one row of tiles. */
static void output_gradient_row(const rsd_conv_shape *s, const winograd *w, const float *dy,
                                int row, float *d) {
  ptrdiff_t pitch = (ptrdiff_t)s->width * s->out;
  output_gradient_tiles(w->columns, s->out, dy + row * TILE * pitch, pitch, d, w->out.stride);
}

/* --------------------------------------------------------------------- filters */

/* Floats between frequencies of a packed filter and of dU. */
static ptrdiff_t filter_stride(const rsd_conv_shape *s) { return winograd_stride(s->in, s->out); }
static size_t winograd_filter_floats(const rsd_conv_shape *s) {
  return (size_t)(FREQUENCIES * filter_stride(s));
}

/* Filters are transformed a strip at a time, of some channels and one panel, and one half of the transform
 * before the other: so what is read and written lies in few runs of addresses, on which a processor reads
 * ahead. Strips are `rows` times `width` floats, on one side without gaps. */
enum { STRIP = 128, STRIP_CHANNELS = STRIP / 8 };

/* to[6] = G from[3]; rows of `from` are `pitch` floats apart. */
static RSD_NOINLINE void filter_strip(int rows, int width, const float *from, ptrdiff_t pitch,
                                      ptrdiff_t from_apart, float *to, ptrdiff_t to_apart) {
  filter_coefficients k = load_filter_coefficients();
  RSD_NO_UNROLL
  for (int row = 0; row < rows; row++, from += pitch) {
    RSD_NO_UNROLL
    for (int at = 0; at < width; at += 4, to += 4) {
      const float *in = from + at;
      v4 g[3] = {v4_load(in), v4_load(in + from_apart), v4_load(in + 2 * from_apart)}, out[SPAN];
      float *next = to;
      transform_filter(&k, g, out);
      for (int i = 0; i < SPAN; i++, next += to_apart)
        v4_store(next, out[i]);
    }
  }
}

/* U = half G^T, of `count` filters, half[6][3][STRIP]; u[f * stride]. */
static void filter_halves_to_frequencies(int count, const float *half, float *u, ptrdiff_t stride) {
  for (int i = 0; i < SPAN; i++)
    filter_strip(1, count, half + i * 3 * STRIP, 0, STRIP, u + i * SPAN * stride, stride);
}

/* packed[f][panel of out][in][8] */
static void winograd_pack_forward(const rsd_conv_shape *s, const float *weights, float *packed) {
  ptrdiff_t tap = (ptrdiff_t)s->in * s->out;
  for (int panel = 0; panel < s->out; panel += 8) {
    int width = rsd_min(8, s->out - panel);
    for (int first = 0; first < s->in; first += STRIP_CHANNELS) {
      int channels = rsd_min(STRIP_CHANNELS, s->in - first);
      const float *g = weights + (ptrdiff_t)first * s->out + panel;
      float half[SPAN * 3 * STRIP];
      for (int j = 0; j < 3; j++)
        filter_strip(channels, width, g + j * tap, s->out, 3 * tap, half + j * STRIP, 3 * STRIP);
      filter_halves_to_frequencies(channels * width, half, packed, filter_stride(s));
      packed += channels * width;
    }
  }
}

/* g[channels][width] = transpose(weights[width][channels]), whose rows are `pitch` floats apart. */
static void transpose_strip(int channels, int width, const float *weights, ptrdiff_t pitch,
                            float *g) {
  RSD_NO_UNROLL
  for (int i = 0; i < width; i += 4, g += 4, weights += 4 * pitch) {
    RSD_NO_UNROLL
    for (int o = 0; o < channels; o += 4) {
      v4 block[4];
      for (int k = 0; k < 4; k++)
        block[k] = v4_load(weights + k * pitch + o);
      v4_transpose(block);
      for (int k = 0; k < 4; k++)
        v4_store(g + (o + k) * width, block[k]);
    }
  }
}

/* packed[f][panel of in][out][8] */
static void winograd_pack_backward(const rsd_conv_shape *s, const float *weights, float *packed) {
  ptrdiff_t tap = (ptrdiff_t)s->in * s->out;
  for (int panel = 0; panel < s->in; panel += 8) {
    int width = rsd_min(8, s->in - panel);
    for (int first = 0; first < s->out; first += STRIP_CHANNELS) {
      int channels = rsd_min(STRIP_CHANNELS, s->out - first), count = channels * width;
      float g[9 * STRIP], half[SPAN * 3 * STRIP];
      for (int t = 0; t < 9; t++)
        transpose_strip(channels, width, weights + t * tap + (ptrdiff_t)panel * s->out + first,
                        s->out, g + t * STRIP);
      for (int j = 0; j < 3; j++)
        filter_strip(1, count, g + j * STRIP, 0, 3 * STRIP, half + j * STRIP, 3 * STRIP);
      filter_halves_to_frequencies(count, half, packed, filter_stride(s));
      packed += count;
    }
  }
}

/* to[3] = G^T from[6], or += if `add`; rows of `to` are `pitch` floats apart. */
static RSD_NOINLINE void filter_gradient_strip(int rows, int width, const float *from,
                                               ptrdiff_t from_apart, int add, float *to,
                                               ptrdiff_t pitch, ptrdiff_t to_apart) {
  filter_coefficients k = load_filter_coefficients();
  RSD_NO_UNROLL
  for (int row = 0; row < rows; row++, to += pitch) {
    RSD_NO_UNROLL
    for (int at = 0; at < width; at += 4, from += 4) {
      const float *next = from;
      float *last = to + at;
      v4 u[SPAN], out[3];
      for (int i = 0; i < SPAN; i++, next += from_apart)
        u[i] = v4_load(next);
      transform_filter_gradient(&k, u, out);
      for (int i = 0; add && i < 3; i++)
        out[i] = v4_add(v4_load(last + i * to_apart), out[i]);
      for (int i = 0; i < 3; i++)
        v4_store(last + i * to_apart, out[i]);
    }
  }
}

/* dg = G^T dU G; dU is laid out like U. */
static void winograd_filter_gradient(const rsd_conv_shape *s, const float *accumulator, int add,
                                     float *gradient) {
  ptrdiff_t tap = (ptrdiff_t)s->in * s->out, stride = filter_stride(s);
  for (int panel = 0; panel < s->out; panel += 8) {
    int width = rsd_min(8, s->out - panel);
    for (int first = 0; first < s->in; first += STRIP_CHANNELS) {
      int channels = rsd_min(STRIP_CHANNELS, s->in - first), count = channels * width;
      float half[3 * SPAN * STRIP], *dg = gradient + (ptrdiff_t)first * s->out + panel;
      for (int j = 0; j < SPAN; j++)
        filter_gradient_strip(1, count, accumulator + j * stride, SPAN * stride, 0,
                              half + j * STRIP, 0, SPAN * STRIP);
      for (int i = 0; i < 3; i++)
        filter_gradient_strip(channels, width, half + i * SPAN * STRIP, STRIP, add,
                              dg + 3 * i * tap, s->out, tap);
      accumulator += count;
    }
  }
}

/* ---------------------------------------------------------------- convolutions */

/* V and D of the block that starts at `row`; D unless dy is NULL. */
static int fill_block(const rsd_conv_shape *s, const winograd *w, int images, int row,
                      const float *x, const float *dy) {
  int rows = rsd_min(w->block_rows, images * w->rows - row), tiles = rows * w->columns;
  for (int r = 0; r < rows; r++) {
    ptrdiff_t first = (ptrdiff_t)r * w->columns;
    input_row(s, w, x, row + r, w->in.at + first * s->in);
    if (dy) output_gradient_row(s, w, dy, row + r, w->out.at + first * s->out);
  }
  rsd_winograd_zero_missing(FREQUENCIES, tiles, &w->in);
  if (dy) rsd_winograd_zero_missing(FREQUENCIES, tiles, &w->out);
  return rows;
}

static void winograd_forward(const rsd_conv_shape *s, int images, const float *x,
                             const float *packed, float *y, const rsd_epilogue *epilogue,
                             rsd_ahead *ahead, float *scratch) {
  winograd w = lay_out(s, scratch);
  w.out = output_in_place(&w);
  rsd_ahead_spread(ahead, images * w.rows, w.block_rows, FREQUENCIES * winograd_panels(s->out));
  for (int row = 0; row < images * w.rows; row += w.block_rows) {
    int rows = fill_block(s, &w, images, row, x, NULL);
    int tiles = rsd_round_up(rows * w.columns, 4);
    rsd_winograd_multiply(FREQUENCIES, tiles, &w.in, packed, &w.out, ahead);
    for (int r = 0; r < rows; r++)
      output_row(s, &w, w.out.at + (ptrdiff_t)r * w.columns * s->out, row + r, y, epilogue);
  }
}

/* What is ahead comes with the products of the sums, which store least. */
static void winograd_backward(const rsd_conv_shape *s, int images, const float *x, const float *dy,
                              const float *packed, float *dx, rsd_ahead *ahead, int add,
                              float *accumulator, float *scratch) {
  winograd w = lay_out(s, scratch);
  rsd_ahead_spread(ahead, images * w.rows, w.block_rows, FREQUENCIES * winograd_panels(s->out));
  for (int row = 0; row < images * w.rows; row += w.block_rows) {
    int rows = fill_block(s, &w, images, row, x, dy);
    int tiles = rsd_round_up(rows * w.columns, 4);
    rsd_winograd_multiply_transposed(FREQUENCIES, tiles, &w.in, &w.out, add || row, accumulator,
                                     ahead);
    if (dx == NULL) continue;
    rsd_winograd_multiply(FREQUENCIES, tiles, &w.out, packed, &w.in, NULL);
    for (int r = 0; r < rows; r++)
      input_gradient_row(s, &w, w.in.at + (ptrdiff_t)r * w.columns * s->in, row + r, dx);
  }
}

const rsd_conv_method rsd_conv_winograd = {
    .packed_floats = winograd_filter_floats,
    .accumulator_floats = winograd_filter_floats,
    .scratch_floats = winograd_scratch_floats,
    .pack_forward = winograd_pack_forward,
    .pack_backward = winograd_pack_backward,
    .forward = winograd_forward,
    .backward = winograd_backward,
    .filter_gradient = winograd_filter_gradient,
};
