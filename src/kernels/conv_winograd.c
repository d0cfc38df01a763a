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
#include "gemm.h"
#include "kernels.h"

#define TILE 4                          /* output pixels along a side */
#define SPAN 6                          /* input pixels along a side */
#define FREQUENCIES (SPAN * SPAN)
#define FREQUENCY_PADDING 16            /* floats */
#ifndef BLOCK_TILES
#define BLOCK_TILES 16
#endif

static const float A_POINT = 0.70710678f; /* a */
static const float B_POINT = 1.41421356f; /* b = 1/a */

/* ------------------------------------------------- one-dimensional transforms
 * Each applies one matrix to a column or row of vectors, one channel per lane. Rows of the matrices
 * that belong to +-a and +-b differ in the sign of their odd part only. */

typedef struct points {
  v4 a, b, half, two, sum;
} points;
RSD_INLINE points constants(void) {
  points p = {v4_constant(A_POINT), v4_constant(B_POINT), v4_constant(0.5f), v4_constant(2.0f),
              v4_constant(2.5f)};
  return p;
}

/* out = B^T d */
RSD_INLINE void transform_input(const points *p, const v4 d[SPAN], v4 out[SPAN]) {
  v4 even_a = v4_nmadd(p->two, d[2], d[4]), odd_a = v4_nmadd(p->two, d[1], d[3]);
  v4 even_b = v4_nmadd(p->half, d[2], d[4]), odd_b = v4_nmadd(p->half, d[1], d[3]);
  out[0] = v4_nmadd(p->sum, d[2], v4_add(d[0], d[4]));
  out[1] = v4_madd(p->a, odd_a, even_a);
  out[2] = v4_nmadd(p->a, odd_a, even_a);
  out[3] = v4_madd(p->b, odd_b, even_b);
  out[4] = v4_nmadd(p->b, odd_b, even_b);
  out[5] = v4_nmadd(p->sum, d[3], v4_add(d[1], d[5]));
}

/* out = B m, the transpose of transform_input */
RSD_INLINE void transform_input_gradient(const points *p, const v4 m[SPAN], v4 out[SPAN]) {
  v4 even_a = v4_add(m[1], m[2]), odd_a = v4_mul(p->a, v4_sub(m[1], m[2]));
  v4 even_b = v4_add(m[3], m[4]), odd_b = v4_mul(p->b, v4_sub(m[3], m[4]));
  out[0] = m[0];
  out[1] = v4_nmadd(p->two, odd_a, v4_nmadd(p->half, odd_b, m[5]));
  out[2] = v4_nmadd(p->two, even_a, v4_nmadd(p->half, even_b, v4_nmadd(p->sum, m[0], v4_zero())));
  out[3] = v4_nmadd(p->sum, m[5], v4_add(odd_a, odd_b));
  out[4] = v4_add(m[0], v4_add(even_a, even_b));
  out[5] = m[5];
}

/* out = A^T m */
RSD_INLINE void transform_output(const points *p, const v4 m[SPAN], v4 out[TILE]) {
  v4 even_a = v4_add(m[1], m[2]), odd_a = v4_mul(p->a, v4_sub(m[1], m[2]));
  v4 even_b = v4_add(m[3], m[4]), odd_b = v4_mul(p->b, v4_sub(m[3], m[4]));
  out[0] = v4_add(m[0], v4_add(even_a, even_b));
  out[1] = v4_add(odd_a, odd_b);
  out[2] = v4_madd(p->half, even_a, v4_mul(p->two, even_b));
  out[3] = v4_madd(p->half, odd_a, v4_madd(p->two, odd_b, m[5]));
}

/* out = A dy, the transpose of transform_output */
RSD_INLINE void transform_output_gradient(const points *p, const v4 dy[TILE], v4 out[SPAN]) {
  v4 even_a = v4_madd(p->half, dy[2], dy[0]), odd_a = v4_madd(p->half, dy[3], dy[1]);
  v4 even_b = v4_madd(p->two, dy[2], dy[0]), odd_b = v4_madd(p->two, dy[3], dy[1]);
  out[0] = dy[0];
  out[1] = v4_madd(p->a, odd_a, even_a);
  out[2] = v4_nmadd(p->a, odd_a, even_a);
  out[3] = v4_madd(p->b, odd_b, even_b);
  out[4] = v4_nmadd(p->b, odd_b, even_b);
  out[5] = dy[3];
}

/* out = G g */
RSD_INLINE void transform_filter(const v4 g[3], v4 out[SPAN]) {
  v4 even_a = v4_madd(v4_splat(2.0f), g[0], g[2]), odd_a = v4_mul(v4_splat(2 * A_POINT), g[1]);
  v4 even_b = v4_madd(v4_splat(0.5f), g[0], g[2]), odd_b = v4_mul(v4_splat(0.5f * B_POINT), g[1]);
  v4 third = v4_splat(1.0f / 3.0f);
  out[0] = g[0];
  out[1] = v4_mul(v4_splat(-1.0f / 3.0f), v4_add(even_a, odd_a));
  out[2] = v4_mul(v4_splat(-1.0f / 3.0f), v4_sub(even_a, odd_a));
  out[3] = v4_mul(third, v4_add(even_b, odd_b));
  out[4] = v4_mul(third, v4_sub(even_b, odd_b));
  out[5] = g[2];
}

/* out = G^T u, the transpose of transform_filter */
RSD_INLINE void transform_filter_gradient(const v4 u[SPAN], v4 out[3]) {
  v4 third = v4_splat(1.0f / 3.0f);
  v4 even_a = v4_mul(v4_splat(-1.0f / 3.0f), v4_add(u[1], u[2]));
  v4 even_b = v4_mul(third, v4_add(u[3], u[4]));
  v4 odd_a = v4_mul(v4_splat(-1.0f / 3.0f), v4_sub(u[1], u[2]));
  v4 odd_b = v4_mul(third, v4_sub(u[3], u[4]));
  out[0] = v4_madd(v4_splat(2.0f), even_a, v4_madd(v4_splat(0.5f), even_b, u[0]));
  out[1] = v4_madd(v4_splat(2 * A_POINT), odd_a, v4_mul(v4_splat(0.5f * B_POINT), odd_b));
  out[2] = v4_add(v4_add(even_a, even_b), u[5]);
}

/* --------------------------------------------------------------- block layout */

/* Images are taken as one tall picture and cut into rows of tiles; a block is a few of those. */
typedef struct winograd {
  int columns, rows; /* tiles across and down an image */
  int block_rows;    /* tile rows of a block */
  ptrdiff_t in_stride, out_stride; /* floats between frequencies */
  float *in;    /* V, then dV: [36][tiles][in] */
  float *out;   /* M or D: [36][tiles][out] */
  float *lines; /* [width + 2][6][4]: a tile row transformed along one axis, for four channels */
  float *zeros, *unused; /* [width][in]: a row of pixels outside, to read from and to write to */
} winograd;

static int block_rows(const rsd_conv_shape *s) {
  return rsd_max(1, BLOCK_TILES / (s->width / TILE));
}
static ptrdiff_t frequency_stride(const rsd_conv_shape *s, int channels) {
  int tiles = rsd_round_up(block_rows(s) * (s->width / TILE), 4);
  return (ptrdiff_t)tiles * channels + FREQUENCY_PADDING;
}
static ptrdiff_t lines_floats(const rsd_conv_shape *s) {
  return (ptrdiff_t)(s->width + 2) * SPAN * 4;
}

static size_t winograd_scratch_floats(const rsd_conv_shape *s) {
  ptrdiff_t strides = frequency_stride(s, s->in) + frequency_stride(s, s->out);
  return (size_t)(FREQUENCIES * strides + lines_floats(s) + 2 * (ptrdiff_t)s->width * s->in);
}

static winograd winograd_layout(const rsd_conv_shape *s, float *scratch) {
  RSD_ASSERT(s->kernel == 3 && s->stride == 1 && s->height % TILE == 0 && s->width % TILE == 0);
  winograd w = {.columns = s->width / TILE,
                .rows = s->height / TILE,
                .block_rows = block_rows(s),
                .in_stride = frequency_stride(s, s->in),
                .out_stride = frequency_stride(s, s->out)};
  w.in = scratch;
  w.out = w.in + FREQUENCIES * w.in_stride;
  w.lines = w.out + FREQUENCIES * w.out_stride;
  w.zeros = w.lines + lines_floats(s);
  w.unused = w.zeros + (ptrdiff_t)s->width * s->in;
  rsd_zero(w.zeros, sizeof(float) * (size_t)(s->width * s->in));
  return w;
}

/* The products take tiles in fours: the missing ones of a last block become zeros. */
static void zero_missing_tiles(int tiles, int channels, float *v, ptrdiff_t stride) {
  int missing = rsd_round_up(tiles, 4) - tiles;
  if (missing == 0) return;
  for (int f = 0; f < FREQUENCIES; f++)
    rsd_zero(v + f * stride + (ptrdiff_t)tiles * channels,
             sizeof(float) * (size_t)(missing * channels));
}

/* ------------------------------------------------------------------ transforms
 * Four channels at a time. Those of x and dx work on a row of tiles: what neighbouring tiles share
 * is then transformed along the vertical axis once. */

/* lines[1 + x][i] = (B^T d)[i], with rows[i] + x*channels the six pixels of column x. */
static RSD_NOINLINE void input_columns(int width, int channels, const float *const rows[SPAN],
                                       ptrdiff_t channel, float *lines) {
  const float *r0 = rows[0] + channel, *r1 = rows[1] + channel, *r2 = rows[2] + channel;
  const float *r3 = rows[3] + channel, *r4 = rows[4] + channel, *r5 = rows[5] + channel;
  points p = constants();
  RSD_NO_UNROLL
  for (int x = 0; x < width; x++) {
    v4 d[SPAN] = {v4_load(r0), v4_load(r1), v4_load(r2), v4_load(r3), v4_load(r4), v4_load(r5)};
    v4 out[SPAN];
    transform_input(&p, d, out);
    lines += SPAN * 4;
    RSD_OPAQUE(lines);
    for (int i = 0; i < SPAN; i++) v4_store(lines + 4 * i, out[i]);
    r0 += channels, r1 += channels, r2 += channels, r3 += channels, r4 += channels, r5 += channels;
  }
}

/* v[f][tile] = (lines B)[f] */
static RSD_NOINLINE void input_tiles(int tiles, int channels, const float *lines, float *v,
                                     ptrdiff_t stride) {
  points p = constants();
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, lines += TILE * SPAN * 4, v += channels) {
    float *to = v;
    const float *line = lines;
    RSD_NO_UNROLL
    for (int i = 0; i < SPAN; i++, line += 4) {
      v4 d[SPAN], out[SPAN];
      RSD_OPAQUE(line);
      for (int j = 0; j < SPAN; j++) d[j] = v4_load(line + j * SPAN * 4);
      transform_input(&p, d, out);
      for (int j = 0; j < SPAN; j++, to += stride) v4_store(to, out[j]);
    }
  }
}

/* V of tile row `row`. */
static void input_row(const rsd_conv_shape *s, const winograd *w, const float *x, int row,
                      float *v) {
  ptrdiff_t pitch = (ptrdiff_t)s->width * s->in;
  const float *rows[SPAN];
  for (int i = 0; i < SPAN; i++) rows[i] = x + ((ptrdiff_t)row * TILE + i - 1) * pitch;
  if (row % w->rows == 0) rows[0] = w->zeros;
  if (row % w->rows == w->rows - 1) rows[SPAN - 1] = w->zeros;
  rsd_zero(w->lines, sizeof(float) * SPAN * 4);
  rsd_zero(w->lines + lines_floats(s) - SPAN * 4, sizeof(float) * SPAN * 4);
  for (int c = 0; c < s->in; c += 4) {
    input_columns(s->width, s->in, rows, c, w->lines);
    input_tiles(w->columns, s->in, w->lines, v + c, w->in_stride);
  }
}

/* lines[4*tile + j][i] (+)= (dV B^T)[i][j]: a tile's first two columns are its left neighbour's
 * last two as well. */
static RSD_NOINLINE void input_gradient_tiles(int tiles, int channels, const float *dv,
                                              ptrdiff_t stride, float *lines) {
  rsd_zero(lines, sizeof(float) * 2 * SPAN * 4);
  points p = constants();
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, lines += TILE * SPAN * 4, dv += channels) {
    const float *from = dv;
    float *to = lines;
    RSD_NO_UNROLL
    for (int i = 0; i < SPAN; i++, to += 4) {
      v4 m[SPAN], out[SPAN];
      for (int j = 0; j < SPAN; j++, from += stride) m[j] = v4_load(from);
      transform_input_gradient(&p, m, out);
      RSD_OPAQUE(to);
      for (int j = 0; j < 2; j++)
        v4_store(to + j * SPAN * 4, v4_add(v4_load(to + j * SPAN * 4), out[j]));
      for (int j = 2; j < SPAN; j++) v4_store(to + j * SPAN * 4, out[j]);
    }
  }
}

/* dx = B lines, column by column. The first two of the six rows are the tile row above's last two
 * as well: `above` holds what that left there. */
static RSD_NOINLINE void input_gradient_columns(int width, int channels, const float *lines,
                                                const float *const above[2], float *const rows[SPAN],
                                                ptrdiff_t channel) {
  const float *a0 = above[0] + channel, *a1 = above[1] + channel;
  float *r0 = rows[0] + channel, *r1 = rows[1] + channel, *r2 = rows[2] + channel;
  float *r3 = rows[3] + channel, *r4 = rows[4] + channel, *r5 = rows[5] + channel;
  points p = constants();
  RSD_NO_UNROLL
  for (int x = 0; x < width; x++) {
    v4 m[SPAN], out[SPAN];
    lines += SPAN * 4;
    RSD_OPAQUE(lines);
    for (int i = 0; i < SPAN; i++) m[i] = v4_load(lines + 4 * i);
    transform_input_gradient(&p, m, out);
    v4_store(r0, v4_add(v4_load(a0), out[0]));
    v4_store(r1, v4_add(v4_load(a1), out[1]));
    v4_store(r2, out[2]);
    v4_store(r3, out[3]);
    v4_store(r4, out[4]);
    v4_store(r5, out[5]);
    a0 += channels, a1 += channels;
    r0 += channels, r1 += channels, r2 += channels, r3 += channels, r4 += channels, r5 += channels;
  }
}

/* dx of tile row `row`, after that of the row above. */
static void input_gradient_row(const rsd_conv_shape *s, const winograd *w, const float *dv, int row,
                               float *dx) {
  ptrdiff_t pitch = (ptrdiff_t)s->width * s->in;
  float *rows[SPAN];
  for (int i = 0; i < SPAN; i++) rows[i] = dx + ((ptrdiff_t)row * TILE + i - 1) * pitch;
  const float *above[2] = {rows[0], rows[1]};
  if (row % w->rows == 0) {
    rows[0] = w->unused;
    above[0] = above[1] = w->zeros;
  }
  if (row % w->rows == w->rows - 1) rows[SPAN - 1] = w->unused;
  for (int c = 0; c < s->in; c += 4) {
    input_gradient_tiles(w->columns, s->in, dv + c, w->in_stride, w->lines);
    input_gradient_columns(s->width, s->in, w->lines, above, rows, c);
  }
}

/* y = relu(A^T M A + shift + residual) of a row of tiles. */
static RSD_NOINLINE void output_tiles(int tiles, int channels, const float *m, ptrdiff_t stride,
                                      float *y, ptrdiff_t pitch, const rsd_epilogue *e) {
  points p = constants();
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, m += channels) {
    const float *from = m;
    float half[SPAN * TILE * 4];
    float *line = half;
    RSD_NO_UNROLL
    for (int i = 0; i < SPAN; i++, line += TILE * 4) {
      RSD_OPAQUE(line);
      v4 d[SPAN], out[TILE];
      for (int j = 0; j < SPAN; j++, from += stride) d[j] = v4_load(from);
      transform_output(&p, d, out);
      for (int j = 0; j < TILE; j++) v4_store(line + j * 4, out[j]);
    }
    const float *column = half;
    RSD_NO_UNROLL
    for (int j = 0; j < TILE; j++, y += channels, column += 4) {
      v4 d[SPAN], out[TILE];
      RSD_OPAQUE(column);
      for (int i = 0; i < SPAN; i++) d[i] = v4_load(column + i * TILE * 4);
      transform_output(&p, d, out);
      for (int i = 0; i < TILE; i++) v4_store(y + i * pitch, out[i]);
    }
  }
  (void)e;
}

static void output_row(const rsd_conv_shape *s, const winograd *w, const float *m, int row, float *y,
                       const rsd_epilogue *e) {
  ptrdiff_t pitch = (ptrdiff_t)s->width * s->out;
  y += row * TILE * pitch;
  for (int c = 0; c < s->out; c += 4)
    output_tiles(w->columns, s->out, m + c, w->out_stride, y + c, pitch, e);
  if (e) {
    rsd_epilogue o = *e;
    if (o.residual) o.residual += row * TILE * pitch;
    rsd_epilogue_apply(&o, TILE * s->width, s->out, y);
  }
}

/* D = A dy A^T of a row of tiles. */
static RSD_NOINLINE void output_gradient_tiles(int tiles, int channels, const float *dy,
                                               ptrdiff_t pitch, float *d, ptrdiff_t stride) {
  points p = constants();
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, d += channels) {
    float *to = d;
    float half[TILE * SPAN * 4];
    float *line = half;
    RSD_NO_UNROLL
    for (int j = 0; j < TILE; j++, dy += channels, line += SPAN * 4) {
      RSD_OPAQUE(line);
      v4 column[TILE], out[SPAN];
      for (int i = 0; i < TILE; i++) column[i] = v4_load(dy + i * pitch);
      transform_output_gradient(&p, column, out);
      for (int i = 0; i < SPAN; i++) v4_store(line + i * 4, out[i]);
    }
    const float *from = half;
    RSD_NO_UNROLL
    for (int i = 0; i < SPAN; i++, from += 4) {
      v4 row[TILE], out[SPAN];
      RSD_OPAQUE(from);
      for (int j = 0; j < TILE; j++) row[j] = v4_load(from + j * SPAN * 4);
      transform_output_gradient(&p, row, out);
      for (int j = 0; j < SPAN; j++, to += stride) v4_store(to, out[j]);
    }
  }
}

static void output_gradient_row(const rsd_conv_shape *s, const winograd *w, const float *dy, int row,
                                float *d) {
  ptrdiff_t pitch = (ptrdiff_t)s->width * s->out;
  for (int c = 0; c < s->out; c += 4)
    output_gradient_tiles(w->columns, s->out, dy + row * TILE * pitch + c, pitch, d + c,
                          w->out_stride);
}

/* -------------------------------------------------------------------- products */

/* c[f][tiles][columns] = a[f][tiles][depth] b[f], b packed in panels of eight or four columns. */
RSD_INLINE void multiply_depth(int tiles, int depth, int columns, const float *a,
                               ptrdiff_t a_stride, const float *b, float *c, ptrdiff_t c_stride) {
  for (int f = 0; f < FREQUENCIES; f++, a += a_stride, c += c_stride) {
    int n = 0;
    for (; n + 8 <= columns; n += 8, b += 8 * depth)
      for (int t = 0; t < tiles; t += 4)
        gemm_block(4, 2, depth, a + t * depth, depth, b, c + t * columns + n, columns);
    if (n < columns) {
      for (int t = 0; t < tiles; t += 4)
        gemm_block(4, 1, depth, a + t * depth, depth, b, c + t * columns + n, columns);
      b += 4 * depth;
    }
  }
}

/* Strides that the compiler knows make loads cheaper. */
#define MULTIPLY(depth)                                                                          \
  static RSD_NOINLINE void multiply_##depth(int tiles, int columns, const float *a,              \
                                            ptrdiff_t a_stride, const float *b, float *c,        \
                                            ptrdiff_t c_stride) {                                \
    multiply_depth(tiles, depth, columns, a, a_stride, b, c, c_stride);                          \
  }
MULTIPLY(4) MULTIPLY(8) MULTIPLY(16) MULTIPLY(32) MULTIPLY(64)
static RSD_NOINLINE void multiply_any(int tiles, int depth, int columns, const float *a,
                                      ptrdiff_t a_stride, const float *b, float *c,
                                      ptrdiff_t c_stride) {
  multiply_depth(tiles, depth, columns, a, a_stride, b, c, c_stride);
}

static void multiply(int tiles, int depth, int columns, const float *a, ptrdiff_t a_stride,
                     const float *b, float *c, ptrdiff_t c_stride) {
  tiles = rsd_round_up(tiles, 4);
  switch (depth) {
    case 4: multiply_4(tiles, columns, a, a_stride, b, c, c_stride); break;
    case 8: multiply_8(tiles, columns, a, a_stride, b, c, c_stride); break;
    case 16: multiply_16(tiles, columns, a, a_stride, b, c, c_stride); break;
    case 32: multiply_32(tiles, columns, a, a_stride, b, c, c_stride); break;
    case 64: multiply_64(tiles, columns, a, a_stride, b, c, c_stride); break;
    default: multiply_any(tiles, depth, columns, a, a_stride, b, c, c_stride);
  }
}

/* sum[f][rows][columns] += transpose(a[f][tiles][rows]) b[f][tiles][columns] */
static RSD_NOINLINE void multiply_transposed(int tiles, int rows, int columns, const float *a,
                                             ptrdiff_t a_stride, const float *b, ptrdiff_t b_stride,
                                             float *sum) {
  for (int f = 0; f < FREQUENCIES; f++, a += a_stride, b += b_stride)
    for (int r = 0; r < rows; r += 4, sum += 4 * columns) {
      int n = 0;
      for (; n + 8 <= columns; n += 8)
        gemm_transposed_block(4, 2, tiles, a + r, rows, b + n, columns, sum + n, columns);
      if (n < columns)
        gemm_transposed_block(4, 1, tiles, a + r, rows, b + n, columns, sum + n, columns);
    }
}

/* --------------------------------------------------------------------- filters */

static size_t winograd_filter_floats(const rsd_conv_shape *s) {
  return (size_t)FREQUENCIES * (size_t)s->in * (size_t)s->out;
}

/* U = G g G^T for four filters at once, g[9]; u[f * stride]. */
static void filter_to_frequencies(const v4 g[9], float *u, ptrdiff_t stride) {
  v4 half[3][SPAN], out[SPAN];
  for (int j = 0; j < 3; j++) {
    v4 column[3] = {g[j], g[3 + j], g[6 + j]};
    transform_filter(column, half[j]);
  }
  for (int i = 0; i < SPAN; i++) {
    v4 row[3] = {half[0][i], half[1][i], half[2][i]};
    transform_filter(row, out);
    for (int j = 0; j < SPAN; j++) v4_store(u + (i * SPAN + j) * stride, out[j]);
  }
}

/* Where row k of the panel with column n lies in packed[rows][columns]; n is a multiple of four. */
static ptrdiff_t panel_offset(int rows, int columns, int k, int n) {
  int panel = n / 8 * 8, width = rsd_min(8, columns - panel);
  return (ptrdiff_t)panel * rows + (ptrdiff_t)k * width + (n - panel);
}

/* packed[f][panel of out][in][8] */
static void winograd_pack_forward(const rsd_conv_shape *s, const float *weights, float *packed) {
  ptrdiff_t tap = (ptrdiff_t)s->in * s->out;
  for (int i = 0; i < s->in; i++)
    for (int o = 0; o < s->out; o += 4) {
      v4 g[9];
      for (int t = 0; t < 9; t++) g[t] = v4_load(weights + t * tap + (ptrdiff_t)i * s->out + o);
      filter_to_frequencies(g, packed + panel_offset(s->in, s->out, i, o), tap);
    }
}

/* packed[f][panel of in][out][8] */
static void winograd_pack_backward(const rsd_conv_shape *s, const float *weights, float *packed) {
  ptrdiff_t tap = (ptrdiff_t)s->in * s->out;
  for (int i = 0; i < s->in; i += 4)
    for (int o = 0; o < s->out; o += 4) {
      v4 g[4][9];
      for (int t = 0; t < 9; t++) {
        const float *from = weights + t * tap + (ptrdiff_t)i * s->out + o;
        v4 block[4];
        for (int k = 0; k < 4; k++) block[k] = v4_load(from + (ptrdiff_t)k * s->out);
        v4_transpose(block);
        for (int k = 0; k < 4; k++) g[k][t] = block[k];
      }
      for (int k = 0; k < 4; k++)
        filter_to_frequencies(g[k], packed + panel_offset(s->out, s->in, o + k, i), tap);
    }
}

/* dg = G^T dU G */
static void winograd_filter_gradient(const rsd_conv_shape *s, const float *accumulator,
                                     float *gradient) {
  ptrdiff_t stride = (ptrdiff_t)s->in * s->out;
  for (ptrdiff_t at = 0; at < stride; at += 4) {
    v4 half[3][SPAN], out[3];
    for (int j = 0; j < SPAN; j++) {
      v4 column[SPAN];
      for (int i = 0; i < SPAN; i++) column[i] = v4_load(accumulator + at + (i * SPAN + j) * stride);
      transform_filter_gradient(column, out);
      for (int i = 0; i < 3; i++) half[i][j] = out[i];
    }
    for (int i = 0; i < 3; i++) {
      transform_filter_gradient(half[i], out);
      for (int j = 0; j < 3; j++) v4_store(gradient + at + (i * 3 + j) * stride, out[j]);
    }
  }
}

/* ---------------------------------------------------------------- convolutions */

static void winograd_forward(const rsd_conv_shape *s, int images, const float *x,
                             const float *packed, float *y, const rsd_epilogue *epilogue,
                             float *scratch) {
  winograd w = winograd_layout(s, scratch);
  int rows = images * w.rows;
  for (int row = 0; row < rows; row += w.block_rows) {
    int count = rsd_min(w.block_rows, rows - row), tiles = count * w.columns;
    for (int r = 0; r < count; r++)
      input_row(s, &w, x, row + r, w.in + (ptrdiff_t)r * w.columns * s->in);
    zero_missing_tiles(tiles, s->in, w.in, w.in_stride);
    multiply(tiles, s->in, s->out, w.in, w.in_stride, packed, w.out, w.out_stride);
    for (int r = 0; r < count; r++)
      output_row(s, &w, w.out + (ptrdiff_t)r * w.columns * s->out, row + r, y, epilogue);
  }
}

static void winograd_backward(const rsd_conv_shape *s, int images, const float *x, const float *dy,
                              const float *packed, float *dx, float *accumulator, float *scratch) {
  winograd w = winograd_layout(s, scratch);
  int rows = images * w.rows;
  for (int row = 0; row < rows; row += w.block_rows) {
    int count = rsd_min(w.block_rows, rows - row), tiles = count * w.columns;
    for (int r = 0; r < count; r++) {
      input_row(s, &w, x, row + r, w.in + (ptrdiff_t)r * w.columns * s->in);
      output_gradient_row(s, &w, dy, row + r, w.out + (ptrdiff_t)r * w.columns * s->out);
    }
    multiply_transposed(tiles, s->in, s->out, w.in, w.in_stride, w.out, w.out_stride, accumulator);
    if (dx == NULL) continue;
    zero_missing_tiles(tiles, s->out, w.out, w.out_stride);
    multiply(tiles, s->out, s->in, w.out, w.out_stride, packed, w.in, w.in_stride);
    for (int r = 0; r < count; r++)
      input_gradient_row(s, &w, w.in + (ptrdiff_t)r * w.columns * s->in, row + r, dx);
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
