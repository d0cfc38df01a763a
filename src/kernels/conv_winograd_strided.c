/* Winograd convolution for 3x3 filters of stride 2, in tiles of 4x4 output pixels, each from 9x9 input
 * pixels. Along either side the odd pixels and the even ones are convolutions of stride 1 on their own
 * (x[-1] is odd), with two taps and with one:
 *
 *   y[i] = w[0] x[2i-1] + w[2] x[2i+1]  +  w[1] x[2i]
 *
 * Both are interpolated at +-a, +-1 and infinity, F(4, 2), and added there, before the way back; one
 * tap has nothing at infinity. So nine pixels become nine numbers, five from the odd ones and four from
 * the even ones, and a tile becomes 81, which 81 multiplications per pair of channels turn into M's 25
 * frequencies; they replace 144. With o the odd pixels, e the even ones, q = a^2, s = 1/(2(1-q)):
 *
 *         |-a  -1   a   1   0 |         |-s/a  -s |         | 1   a   q   aq |
 *         | a  -1  -a   1   0 |         | s/a  -s |         | 1  -a   q  -aq |
 *   B^T = |-q  -q   1   1   0 |     G = |  s    s |     A = | 1   1   1   1  |
 *         | q  -q  -1   1   0 |         | -s    s |         | 1  -1   1  -1  |
 *         | q   0 -1-q  0   1 |         |  0    1 |         | 0   0   0   1  |
 *
 *   y = A^T ((G (w[0] w[2])^T) (B^T o) + (G (w[1] 0)^T) (B^T (e 0)^T))
 *
 * with element-wise products. In two dimensions rows and columns are treated so, one after the other,
 * and the backward pass is the exact transpose, as in conv_winograd.c. Odd or even down and odd or even
 * across are four "phases". A frequency's product takes the phases that it has side by side, as if they
 * were channels: sixteen frequencies have four, the eight with one infinity two, the last has one.
 *
 * With a = 3/8 rounding errors are little more than half of those of the usual points, 0, +-1 and 1/2,
 * and the powers of a are exact. */
#include "../simd/vec.h"
#include "kernels.h"
#include "winograd.h"

#define STRIDED_SPAN 9 /* input pixels along a side, and numbers made of them */
#define STRIDED_ODD 5 /* of which so many are odd; the last is the one at infinity */
#define STRIDED_EVEN 4
#define STRIDED_STEP 8 /* input pixels from one tile to the next */
#define STRIDED_GROUPS 3 /* of frequencies with as many phases: see STRIDED_GROUP */
#define STRIDED_FREQUENCIES 25
#define STRIDED_LINE (STRIDED_SPAN * 4) /* floats of a column's numbers, four channels each */

/* Frequencies and phases by how many infinities there are. In order, with v down and h across:
 * (v, h) 16 times, (v, infinity) and (infinity, h) 4 times each, (infinity, infinity). */
static const int STRIDED_GROUP[STRIDED_GROUPS] = {16, 8, 1};
static int strided_phases(int group) { return 4 >> group; }

/* ------------------------------------------------- one-dimensional transforms */

#define STRIDED_POINT 0.375f /* a */
#define STRIDED_SQUARE (STRIDED_POINT * STRIDED_POINT)

typedef struct strided_coefficients {
  v4 a, a2, a3, one_a2;
} strided_coefficients;

RSD_INLINE strided_coefficients strided_load_coefficients(void) {
  strided_coefficients k = {v4_constant(STRIDED_POINT), v4_constant(STRIDED_SQUARE),
                            v4_constant(STRIDED_SQUARE * STRIDED_POINT),
                            v4_constant(1.0f + STRIDED_SQUARE)};
  return k;
}

/* out = B^T d of five odd pixels or four even ones; known when inlined, as everywhere. */
RSD_INLINE void strided_input(const strided_coefficients *k, int count, const v4 *d, v4 *out) {
  v4 even_a = v4_sub(d[2], d[0]), odd_a = v4_sub(d[3], d[1]);
  v4 even_1 = v4_nmadd(k->a2, d[0], d[2]), odd_1 = v4_nmadd(k->a2, d[1], d[3]);
  out[0] = v4_madd(k->a, even_a, odd_a);
  out[1] = v4_nmadd(k->a, even_a, odd_a);
  out[2] = v4_add(odd_1, even_1);
  out[3] = v4_sub(odd_1, even_1);
  if (count == STRIDED_ODD) out[4] = v4_nmadd(k->a2, even_a, v4_sub(d[4], d[2]));
}

/* out = B m */
RSD_INLINE void strided_input_gradient(const strided_coefficients *k, int count, const v4 *m,
                                       v4 *out) {
  v4 even_a = v4_mul(k->a, v4_sub(m[1], m[0])), odd_a = v4_add(m[0], m[1]);
  v4 even_1 = v4_sub(m[2], m[3]), odd_1 = v4_add(m[2], m[3]);
  out[0] = v4_nmadd(k->a2, even_1, even_a);
  out[1] = v4_nmadd(k->a2, odd_1, v4_sub(v4_zero(), odd_a));
  out[2] = v4_sub(even_1, even_a);
  out[3] = v4_add(odd_a, odd_1);
  if (count == STRIDED_EVEN) return;
  out[0] = v4_madd(k->a2, m[4], out[0]);
  out[2] = v4_nmadd(k->one_a2, m[4], out[2]);
  out[4] = m[4];
}

/* out = A^T m */
RSD_INLINE void strided_output(const strided_coefficients *k, const v4 m[STRIDED_ODD],
                               v4 out[WINOGRAD_TILE]) {
  v4 even_a = v4_add(m[0], m[1]), odd_a = v4_sub(m[0], m[1]);
  v4 even_1 = v4_add(m[2], m[3]), odd_1 = v4_sub(m[2], m[3]);
  out[0] = v4_add(even_a, even_1);
  out[1] = v4_madd(k->a, odd_a, odd_1);
  out[2] = v4_madd(k->a2, even_a, even_1);
  out[3] = v4_madd(k->a3, odd_a, v4_add(odd_1, m[4]));
}

/* out = A dy */
RSD_INLINE void strided_output_gradient(const strided_coefficients *k, const v4 dy[WINOGRAD_TILE],
                                        v4 out[STRIDED_ODD]) {
  v4 even_a = v4_madd(k->a2, dy[2], dy[0]), odd_a = v4_madd(k->a2, dy[3], dy[1]);
  v4 even_1 = v4_add(dy[0], dy[2]), odd_1 = v4_add(dy[1], dy[3]);
  out[0] = v4_madd(k->a, odd_a, even_a);
  out[1] = v4_nmadd(k->a, odd_a, even_a);
  out[2] = v4_add(even_1, odd_1);
  out[3] = v4_sub(even_1, odd_1);
  out[4] = dy[3];
}

/* s and s/a */
#define STRIDED_SMALL (0.5f / (1.0f - STRIDED_SQUARE))
#define STRIDED_LARGE (0.5f / (STRIDED_POINT * (1.0f - STRIDED_SQUARE)))

/* out = G (w[0] w[2]) and G (w[1] 0) */
static RSD_NOINLINE void strided_filter(const v4 w[3], v4 out[STRIDED_SPAN]) {
  v4 large = v4_splat(STRIDED_LARGE), small = v4_splat(STRIDED_SMALL);
  v4 first = v4_mul(large, w[0]), last = v4_mul(small, w[2]), other = v4_mul(small, w[0]);
  out[0] = v4_sub(v4_sub(v4_zero(), first), last);
  out[1] = v4_sub(first, last);
  out[2] = v4_add(other, last);
  out[3] = v4_sub(last, other);
  out[4] = w[2];
  out[5] = v4_nmadd(large, w[1], v4_zero());
  out[6] = v4_mul(large, w[1]);
  out[7] = v4_mul(small, w[1]);
  out[8] = v4_nmadd(small, w[1], v4_zero());
}

/* The transpose of that. */
RSD_INLINE void strided_filter_gradient(const v4 u[STRIDED_SPAN], v4 out[3]) {
  v4 large = v4_splat(STRIDED_LARGE), small = v4_splat(STRIDED_SMALL);
  v4 last = v4_sub(v4_add(u[2], u[3]), v4_add(u[0], u[1]));
  out[0] = v4_madd(large, v4_sub(u[1], u[0]), v4_mul(small, v4_sub(u[2], u[3])));
  out[1] = v4_madd(large, v4_sub(u[6], u[5]), v4_mul(small, v4_sub(u[7], u[8])));
  out[2] = v4_madd(small, last, u[4]);
}

/* --------------------------------------------------------------------- blocks
 * As in conv_winograd.c: images are one tall picture, and a block is a few rows of tiles of it. */

typedef struct strided {
  int columns, rows; /* tiles across and down an image */
  int block_rows; /* rows of tiles in a block */
  winograd_tiles in[STRIDED_GROUPS]; /* V, then dV */
  winograd_tiles out; /* M or D */
  float *lines; /* [width + 1][in / 4][9][4]: a column of padding before the others */
  float *zeros, *unused; /* [width][in]: the row above an image */
} strided;

static int strided_block_rows(const rsd_conv_shape *s) {
  return winograd_block_rows(s->in + s->out, s->width / STRIDED_STEP);
}
static int strided_block_tiles(const rsd_conv_shape *s) {
  return rsd_round_up(strided_block_rows(s) * (s->width / STRIDED_STEP), 4);
}

/* Floats of the matrices of all frequencies, of `rows` tiles or filters' channels: with the channels
 * of the phases, and without. */
static ptrdiff_t strided_in_floats(const rsd_conv_shape *s, int rows) {
  ptrdiff_t floats = 0;
  for (int g = 0; g < STRIDED_GROUPS; g++)
    floats += STRIDED_GROUP[g] * winograd_stride(rows, strided_phases(g) * s->in);
  return floats;
}
static ptrdiff_t strided_out_floats(const rsd_conv_shape *s) {
  return STRIDED_FREQUENCIES * winograd_stride(strided_block_tiles(s), s->out);
}
static ptrdiff_t strided_lines_floats(const rsd_conv_shape *s) {
  return (ptrdiff_t)(s->width + 1) * STRIDED_SPAN * s->in;
}

static size_t strided_scratch_floats(const rsd_conv_shape *s) {
  return (size_t)(strided_in_floats(s, strided_block_tiles(s)) + strided_out_floats(s) +
                  strided_lines_floats(s) + 2 * (ptrdiff_t)s->width * s->in);
}

static strided strided_lay_out(const rsd_conv_shape *s, float *scratch) {
  RSD_ASSERT(s->kernel == 3 && s->stride == 2);
  RSD_ASSERT(s->height % STRIDED_STEP == 0 && s->width % STRIDED_STEP == 0);
  int tiles = strided_block_tiles(s);
  strided w = {.columns = s->width / STRIDED_STEP,
               .rows = s->height / STRIDED_STEP,
               .block_rows = strided_block_rows(s)};
  for (int g = 0; g < STRIDED_GROUPS; g++) {
    int channels = strided_phases(g) * s->in;
    winograd_tiles in = {scratch, channels, winograd_stride(tiles, channels)};
    w.in[g] = in;
    scratch += STRIDED_GROUP[g] * in.stride;
  }
  winograd_tiles out = {scratch, s->out, winograd_stride(tiles, s->out)};
  w.out = out;
  w.lines = scratch + strided_out_floats(s);
  w.zeros = w.lines + strided_lines_floats(s);
  w.unused = w.zeros + (ptrdiff_t)s->width * s->in;
  rsd_zero(w.zeros, sizeof(float) * 2 * (size_t)(s->width * s->in));
  return w;
}

/* Where the numbers of row i (of nine) of a block's tiles are, from tile `first` and channel c on: five
 * across of odd pixels, of which the last is the one at infinity, and four of even ones, which follow
 * the first four by s->in floats. */
typedef struct strided_row {
  float *at, *infinite;
  ptrdiff_t stride; /* between the four */
  int pitch, infinite_pitch; /* between tiles */
} strided_row;

static strided_row strided_in_row(const rsd_conv_shape *s, const strided *w, int i, int first) {
  int even = i >= STRIDED_ODD, f = even ? i - STRIDED_ODD : i, infinite = f == STRIDED_ODD - 1;
  const winograd_tiles *in = &w->in[infinite], *last = &w->in[infinite + 1];
  float *at = in->at + (ptrdiff_t)4 * (infinite ? 1 : f) * in->stride;
  float *beside = last->at + (infinite ? 0 : f) * last->stride;
  if (even) at += 2 * s->in, beside += s->in;
  strided_row row = {at + (ptrdiff_t)first * in->channels,
                     beside + (ptrdiff_t)first * last->channels, in->stride, in->channels,
                     last->channels};
  return row;
}

/* The frequency of M or D at row i of five: the first of four, and the one at infinity. */
RSD_INLINE ptrdiff_t strided_out_row(int i) { return i < 4 ? 4 * i : 20; }
RSD_INLINE ptrdiff_t strided_out_infinite(int i) { return i < 4 ? 16 + i : 24; }

/* ------------------------------------------------------------------ transforms
 * As in conv_winograd.c; neighbours share one column and one row of pixels. */

/* lines = B^T x, of `count` groups of four channels; rows are those of the nine pixels of a column. */
static RSD_NOINLINE void strided_input_columns(int count, const float *const rows[STRIDED_SPAN],
                                               float *lines) {
  strided_coefficients k = strided_load_coefficients();
  ptrdiff_t at = 0;
  RSD_NO_UNROLL
  for (int x = 0; x < count; x++, at += 4, lines += STRIDED_LINE) {
    v4 d[STRIDED_ODD], out[STRIDED_ODD];
    RSD_OPAQUE(lines);
    for (int i = 0; i < STRIDED_ODD; i++)
      d[i] = v4_load(rows[2 * i] + at);
    strided_input(&k, STRIDED_ODD, d, out);
    for (int i = 0; i < STRIDED_ODD; i++)
      v4_store(lines + 4 * i, out[i]);
    for (int i = 0; i < STRIDED_EVEN; i++)
      d[i] = v4_load(rows[2 * i + 1] + at);
    strided_input(&k, STRIDED_EVEN, d, out);
    for (int i = 0; i < STRIDED_EVEN; i++)
      v4_store(lines + 4 * (STRIDED_ODD + i), out[i]);
  }
}

/* One row of V = lines B; those of even columns follow those of odd ones. */
static RSD_NOINLINE void strided_input_tiles(int tiles, int channels, const float *lines,
                                             const strided_row *to) {
  strided_coefficients k = strided_load_coefficients();
  ptrdiff_t column = (ptrdiff_t)channels * STRIDED_SPAN;
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, lines += (STRIDED_STEP - 1) * column) {
    float *at = to->at + t * to->pitch, *infinite = to->infinite + t * to->infinite_pitch;
    RSD_NO_UNROLL
    for (int c = 0; c < channels; c += 4, at += 4, infinite += 4, lines += STRIDED_LINE) {
      v4 d[STRIDED_ODD], out[STRIDED_ODD];
      for (int j = 0; j < STRIDED_ODD; j++)
        d[j] = v4_load(lines + 2 * j * column);
      strided_input(&k, STRIDED_ODD, d, out);
      for (int j = 0; j < STRIDED_EVEN; j++)
        v4_store(at + j * to->stride, out[j]);
      v4_store(infinite, out[4]);
      for (int j = 0; j < STRIDED_EVEN; j++)
        d[j] = v4_load(lines + (2 * j + 1) * column);
      strided_input(&k, STRIDED_EVEN, d, out);
      for (int j = 0; j < STRIDED_EVEN; j++)
        v4_store(at + channels + j * to->stride, out[j]);
    }
  }
}

/* V of one row of tiles, into the block from tile `first` on. */
static void strided_input_row(const rsd_conv_shape *s, const strided *w, const float *x, int row,
                              int first) {
  ptrdiff_t pitch = (ptrdiff_t)s->width * s->in;
  const float *rows[STRIDED_SPAN];
  for (int i = 0; i < STRIDED_SPAN; i++)
    rows[i] = x + ((ptrdiff_t)row * STRIDED_STEP + i - 1) * pitch;
  if (row % w->rows == 0) rows[0] = w->zeros;
  ptrdiff_t column = (ptrdiff_t)STRIDED_SPAN * s->in;
  rsd_zero(w->lines, sizeof(float) * (size_t)column);
  strided_input_columns(s->width * s->in / 4, rows, w->lines + column);
  for (int i = 0; i < STRIDED_SPAN; i++) {
    strided_row to = strided_in_row(s, w, i, first);
    strided_input_tiles(w->columns, s->in, w->lines + 4 * i, &to);
  }
}

/* lines = one row of dV B^T; a tile's first column is the last of the tile before as well. */
static RSD_NOINLINE void strided_input_gradient_tiles(int tiles, int channels,
                                                      const strided_row *from, float *lines) {
  strided_coefficients k = strided_load_coefficients();
  ptrdiff_t column = (ptrdiff_t)channels * STRIDED_SPAN;
  RSD_NO_UNROLL
  for (int t = 0; t < tiles; t++, lines += (STRIDED_STEP - 1) * column) {
    const float *at = from->at + t * from->pitch;
    const float *infinite = from->infinite + t * from->infinite_pitch;
    RSD_NO_UNROLL
    for (int c = 0; c < channels; c += 4, at += 4, infinite += 4, lines += STRIDED_LINE) {
      v4 m[STRIDED_ODD], out[STRIDED_ODD];
      for (int j = 0; j < STRIDED_EVEN; j++)
        m[j] = v4_load(at + j * from->stride);
      m[4] = v4_load(infinite);
      strided_input_gradient(&k, STRIDED_ODD, m, out);
      v4_store(lines, t ? v4_add(v4_load(lines), out[0]) : out[0]);
      for (int j = 1; j < STRIDED_ODD; j++)
        v4_store(lines + 2 * j * column, out[j]);
      for (int j = 0; j < STRIDED_EVEN; j++)
        m[j] = v4_load(at + channels + j * from->stride);
      strided_input_gradient(&k, STRIDED_EVEN, m, out);
      for (int j = 0; j < STRIDED_EVEN; j++)
        v4_store(lines + (2 * j + 1) * column, out[j]);
    }
  }
}

/* dx = B lines; the first of the nine rows is the last of the tiles above as well. */
static RSD_NOINLINE void strided_input_gradient_columns(int count, const float *lines,
                                                        float *const rows[STRIDED_SPAN]) {
  strided_coefficients k = strided_load_coefficients();
  ptrdiff_t at = 0;
  RSD_NO_UNROLL
  for (int x = 0; x < count; x++, at += 4, lines += STRIDED_LINE) {
    v4 m[STRIDED_ODD], out[STRIDED_ODD];
    RSD_OPAQUE(lines);
    for (int i = 0; i < STRIDED_ODD; i++)
      m[i] = v4_load(lines + 4 * i);
    strided_input_gradient(&k, STRIDED_ODD, m, out);
    v4_store(rows[0] + at, v4_add(v4_load(rows[0] + at), out[0]));
    for (int i = 1; i < STRIDED_ODD; i++)
      v4_store(rows[2 * i] + at, out[i]);
    for (int i = 0; i < STRIDED_EVEN; i++)
      m[i] = v4_load(lines + 4 * (STRIDED_ODD + i));
    strided_input_gradient(&k, STRIDED_EVEN, m, out);
    for (int i = 0; i < STRIDED_EVEN; i++)
      v4_store(rows[2 * i + 1] + at, out[i]);
  }
}

/* dx of one row of tiles, after the row above; the block has them from tile `first` on. */
static void strided_input_gradient_row(const rsd_conv_shape *s, const strided *w, int first,
                                       int row, float *dx) {
  ptrdiff_t pitch = (ptrdiff_t)s->width * s->in;
  float *rows[STRIDED_SPAN];
  for (int i = 0; i < STRIDED_SPAN; i++)
    rows[i] = dx + ((ptrdiff_t)row * STRIDED_STEP + i - 1) * pitch;
  if (row % w->rows == 0) rows[0] = w->unused;
  for (int i = 0; i < STRIDED_SPAN; i++) {
    strided_row from = strided_in_row(s, w, i, first);
    strided_input_gradient_tiles(w->columns, s->in, &from, w->lines + 4 * i);
  }
  strided_input_gradient_columns(s->width * s->in / 4, w->lines + (ptrdiff_t)STRIDED_SPAN * s->in,
                                 rows);
}

/* half[5][4][4] = M A of one tile. */
RSD_INLINE void strided_output_half(const strided_coefficients *k, const float *m, ptrdiff_t stride,
                                    float *half) {
  RSD_NO_UNROLL
  for (int i = 0; i < STRIDED_ODD; i++, half += WINOGRAD_TILE * 4) {
    const float *at = m + strided_out_row(i) * stride;
    v4 d[STRIDED_ODD], out[WINOGRAD_TILE];
    for (int j = 0; j < 4; j++)
      d[j] = v4_load(at + j * stride);
    d[4] = v4_load(m + strided_out_infinite(i) * stride);
    strided_output(k, d, out);
    RSD_OPAQUE(half);
    for (int j = 0; j < WINOGRAD_TILE; j++)
      v4_store(half + j * 4, out[j]);
  }
}

/* y = A^T M A, with what an epilogue does; at: of the tile's first pixel and channel in y. */
RSD_INLINE void strided_output_tile(const strided_coefficients *k, const float *m, ptrdiff_t stride,
                                    int channels, ptrdiff_t pitch, ptrdiff_t at, float *y,
                                    const rsd_epilogue *e) {
  float half[STRIDED_ODD * WINOGRAD_TILE * 4], *column = half;
  strided_output_half(k, m, stride, half);
  RSD_NO_UNROLL
  for (int j = 0; j < WINOGRAD_TILE; j++, at += channels, column += 4) {
    v4 d[STRIDED_ODD], out[WINOGRAD_TILE];
    RSD_OPAQUE(column);
    for (int i = 0; i < STRIDED_ODD; i++)
      d[i] = v4_load(column + i * WINOGRAD_TILE * 4);
    strided_output(k, d, out);
    for (int i = 0; i < WINOGRAD_TILE; i++) {
      if (e) out[i] = v4_add(out[i], v4_load(e->shift + at % channels));
      if (e && e->residual) out[i] = v4_add(out[i], v4_load(e->residual + at + i * pitch));
      if (e && e->relu) out[i] = v4_relu(out[i]);
      v4_store(y + at + i * pitch, out[i]);
    }
  }
}

/* y of one row of tiles, which the block has from tile `first` on. */
static RSD_NOINLINE void strided_output_row(const rsd_conv_shape *s, const strided *w, int first,
                                            int row, float *y, const rsd_epilogue *epilogue) {
  strided_coefficients k = strided_load_coefficients();
  ptrdiff_t pitch = (ptrdiff_t)s->width / 2 * s->out, at = row * WINOGRAD_TILE * pitch;
  const float *m = w->out.at + (ptrdiff_t)first * s->out;
  for (int t = 0; t < w->columns; t++, at += (WINOGRAD_TILE - 1) * s->out)
    for (int c = 0; c < s->out; c += 4, m += 4, at += 4) {
      if (epilogue)
        strided_output_tile(&k, m, w->out.stride, s->out, pitch, at, y, epilogue);
      else
        strided_output_tile(&k, m, w->out.stride, s->out, pitch, at, y, NULL);
    }
}

/* D = A dy A^T of one tile. */
RSD_INLINE void strided_output_gradient_tile(const strided_coefficients *k, const float *dy,
                                             int channels, ptrdiff_t pitch, float *d,
                                             ptrdiff_t stride) {
  float half[WINOGRAD_TILE * STRIDED_ODD * 4], *to = half;
  RSD_NO_UNROLL
  for (int j = 0; j < WINOGRAD_TILE; j++, dy += channels, to += STRIDED_ODD * 4) {
    v4 column[WINOGRAD_TILE], out[STRIDED_ODD];
    for (int i = 0; i < WINOGRAD_TILE; i++)
      column[i] = v4_load(dy + i * pitch);
    strided_output_gradient(k, column, out);
    RSD_OPAQUE(to);
    for (int i = 0; i < STRIDED_ODD; i++)
      v4_store(to + i * 4, out[i]);
  }
  const float *from = half;
  RSD_NO_UNROLL
  for (int i = 0; i < STRIDED_ODD; i++, from += 4) {
    float *at = d + strided_out_row(i) * stride;
    v4 row[WINOGRAD_TILE], out[STRIDED_ODD];
    RSD_OPAQUE(from);
    for (int j = 0; j < WINOGRAD_TILE; j++)
      row[j] = v4_load(from + j * STRIDED_ODD * 4);
    strided_output_gradient(k, row, out);
    for (int j = 0; j < 4; j++)
      v4_store(at + j * stride, out[j]);
    v4_store(d + strided_out_infinite(i) * stride, out[4]);
  }
}

/* D of one row of tiles, into the block from tile `first` on. */
static RSD_NOINLINE void strided_output_gradient_row(const rsd_conv_shape *s, const strided *w,
                                                     const float *dy, int row, int first) {
  strided_coefficients k = strided_load_coefficients();
  ptrdiff_t pitch = (ptrdiff_t)s->width / 2 * s->out;
  float *d = w->out.at + (ptrdiff_t)first * s->out;
  dy += row * WINOGRAD_TILE * pitch;
  for (int t = 0; t < w->columns; t++, dy += (WINOGRAD_TILE - 1) * s->out)
    for (int c = 0; c < s->out; c += 4, d += 4, dy += 4)
      strided_output_gradient_tile(&k, dy, s->out, pitch, d, w->out.stride);
}

/* --------------------------------------------------------------------- filters
 * U and dU: [frequency][panel of out][channels of its phases][8], one group after the other, each
 * frequency with its padding. */

static size_t strided_filter_floats(const rsd_conv_shape *s) {
  return (size_t)strided_in_floats(s, s->out);
}

/* Where number (i, j) of nine by nine is among the filters. */
typedef struct strided_place {
  ptrdiff_t frequency; /* floats before the frequency's matrix */
  int depth; /* its channels */
  int channel; /* the first of the phase */
} strided_place;

static RSD_NOINLINE strided_place strided_place_of(const rsd_conv_shape *s, int i, int j) {
  int even_i = i >= STRIDED_ODD, even_j = j >= STRIDED_ODD;
  int v = even_i ? i - STRIDED_ODD : i, h = even_j ? j - STRIDED_ODD : j;
  int group = (v == 4) + (h == 4), index = 0, phase = 0;
  if (group == 0) index = 4 * v + h, phase = 2 * even_i + even_j;
  if (group == 1) index = h == 4 ? v : 4 + h, phase = h == 4 ? even_i : even_j;
  strided_place place = {0, strided_phases(group) * s->in, phase * s->in};
  for (int g = 0; g < group; g++)
    place.frequency += STRIDED_GROUP[g] * winograd_stride(s->out, strided_phases(g) * s->in);
  place.frequency += index * winograd_stride(s->out, place.depth);
  return place;
}

typedef struct strided_places {
  strided_place of[STRIDED_SPAN * STRIDED_SPAN];
} strided_places;

static void strided_find_places(const rsd_conv_shape *s, strided_places *places) {
  for (int f = 0; f < STRIDED_SPAN * STRIDED_SPAN; f++)
    places->of[f] = strided_place_of(s, f / STRIDED_SPAN, f % STRIDED_SPAN);
}

/* u[9][9] of four filters at once, g[9]. */
static RSD_NOINLINE void strided_filter_to_frequencies(const v4 g[9],
                                                       v4 u[STRIDED_SPAN * STRIDED_SPAN]) {
  v4 half[3][STRIDED_SPAN];
  for (int j = 0; j < 3; j++) {
    v4 column[3] = {g[j], g[3 + j], g[6 + j]};
    strided_filter(column, half[j]);
  }
  RSD_NO_UNROLL
  for (int i = 0; i < STRIDED_SPAN; i++) {
    v4 row[3] = {half[0][i], half[1][i], half[2][i]};
    strided_filter(row, u + i * STRIDED_SPAN);
  }
}

/* packed[frequency][panel of out][channel][8] */
static void strided_pack_forward(const rsd_conv_shape *s, const float *weights, float *packed) {
  ptrdiff_t tap = (ptrdiff_t)s->in * s->out;
  strided_places places;
  strided_find_places(s, &places);
  for (int i = 0; i < s->in; i++)
    for (int o = 0; o < s->out; o += 4) {
      v4 g[9], u[STRIDED_SPAN * STRIDED_SPAN];
      for (int t = 0; t < 9; t++)
        g[t] = v4_load(weights + t * tap + (ptrdiff_t)i * s->out + o);
      strided_filter_to_frequencies(g, u);
      int panel = o / 8 * 8, width = rsd_min(8, s->out - panel);
      RSD_NO_UNROLL
      for (int f = 0; f < STRIDED_SPAN * STRIDED_SPAN; f++) {
        const strided_place *p = &places.of[f];
        ptrdiff_t at = (ptrdiff_t)panel * p->depth + (ptrdiff_t)(p->channel + i) * width;
        v4_store(packed + p->frequency + at + o - panel, u[f]);
      }
    }
}

/* packed[frequency][panel of channels][out][8] */
static void strided_pack_backward(const rsd_conv_shape *s, const float *weights, float *packed) {
  ptrdiff_t tap = (ptrdiff_t)s->in * s->out;
  strided_places places;
  strided_find_places(s, &places);
  for (int i = 0; i < s->in; i += 4)
    for (int o = 0; o < s->out; o++) {
      v4 g[9], u[STRIDED_SPAN * STRIDED_SPAN];
      for (int t = 0; t < 9; t++) {
        float four[4];
        for (int k = 0; k < 4; k++)
          four[k] = weights[t * tap + (ptrdiff_t)(i + k) * s->out + o];
        g[t] = v4_load(four);
      }
      strided_filter_to_frequencies(g, u);
      RSD_NO_UNROLL
      for (int f = 0; f < STRIDED_SPAN * STRIDED_SPAN; f++) {
        const strided_place *p = &places.of[f];
        int channel = p->channel + i, panel = channel / 8 * 8;
        ptrdiff_t at = (ptrdiff_t)panel * s->out + (ptrdiff_t)o * rsd_min(8, p->depth - panel);
        v4_store(packed + p->frequency + at + channel - panel, u[f]);
      }
    }
}

/* Strips as in conv_winograd.c. */
enum { STRIDED_STRIP = 64, STRIDED_STRIP_CHANNELS = STRIDED_STRIP / 8 };

/* to[3] = the transpose of G times from[9], or += if `add`; rows of `to` are `pitch` floats apart. */
static RSD_NOINLINE void strided_filter_gradient_strip(int rows, int width,
                                                       const float *const from[STRIDED_SPAN],
                                                       int add, float *to, ptrdiff_t pitch,
                                                       ptrdiff_t to_apart) {
  ptrdiff_t read = 0;
  RSD_NO_UNROLL
  for (int row = 0; row < rows; row++, to += pitch) {
    RSD_NO_UNROLL
    for (int at = 0; at < width; at += 4, read += 4) {
      v4 u[STRIDED_SPAN], out[3];
      for (int i = 0; i < STRIDED_SPAN; i++)
        u[i] = v4_load(from[i] + read);
      strided_filter_gradient(u, out);
      for (int i = 0; add && i < 3; i++)
        out[i] = v4_add(v4_load(to + i * to_apart + at), out[i]);
      for (int i = 0; i < 3; i++)
        v4_store(to + i * to_apart + at, out[i]);
    }
  }
}

/* Of `channels` from `first` on and the panel from `panel` on. */
static void strided_strip_gradient(const rsd_conv_shape *s, const strided_places *places,
                                   const float *accumulator, int panel, int first, int channels,
                                   int add, float *gradient) {
  int width = rsd_min(8, s->out - panel);
  ptrdiff_t tap = (ptrdiff_t)s->in * s->out;
  float half[3][STRIDED_SPAN][STRIDED_STRIP], *dg = gradient + (ptrdiff_t)first * s->out + panel;
  const float *from[STRIDED_SPAN];
  for (int j = 0; j < STRIDED_SPAN; j++) {
    for (int i = 0; i < STRIDED_SPAN; i++) {
      const strided_place *p = &places->of[i * STRIDED_SPAN + j];
      from[i] = accumulator + p->frequency + (ptrdiff_t)panel * p->depth +
                (ptrdiff_t)(p->channel + first) * width;
    }
    strided_filter_gradient_strip(1, channels * width, from, 0, half[0][j], 0,
                                  STRIDED_SPAN * STRIDED_STRIP);
  }
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < STRIDED_SPAN; j++)
      from[j] = half[i][j];
    strided_filter_gradient_strip(channels, width, from, add, dg + 3 * i * tap, s->out, tap);
  }
}

static void strided_conv_filter_gradient(const rsd_conv_shape *s, const float *accumulator, int add,
                                         float *gradient) {
  strided_places places;
  strided_find_places(s, &places);
  for (int panel = 0; panel < s->out; panel += 8)
    for (int first = 0; first < s->in; first += STRIDED_STRIP_CHANNELS)
      strided_strip_gradient(s, &places, accumulator, panel, first,
                             rsd_min(STRIDED_STRIP_CHANNELS, s->in - first), add, gradient);
}

/* ---------------------------------------------------------------- convolutions */

/* V and D of the block that starts at `row`; D unless dy is NULL. Returns its rows. */
static int strided_fill_block(const rsd_conv_shape *s, const strided *w, int images, int row,
                              const float *x, const float *dy) {
  int rows = rsd_min(w->block_rows, images * w->rows - row), tiles = rows * w->columns;
  for (int r = 0; r < rows; r++) {
    strided_input_row(s, w, x, row + r, r * w->columns);
    if (dy) strided_output_gradient_row(s, w, dy, row + r, r * w->columns);
  }
  for (int g = 0; g < STRIDED_GROUPS; g++)
    rsd_winograd_zero_missing(STRIDED_GROUP[g], tiles, &w->in[g]);
  if (dy) rsd_winograd_zero_missing(STRIDED_FREQUENCIES, tiles, &w->out);
  return rows;
}

/* M or D of one group's frequencies. */
static winograd_tiles strided_out_group(const strided *w, int group) {
  winograd_tiles out = w->out;
  for (int g = 0; g < group; g++)
    out.at += STRIDED_GROUP[g] * out.stride;
  return out;
}

static void strided_forward(const rsd_conv_shape *s, int images, const float *x,
                            const float *packed, float *y, const rsd_epilogue *epilogue,
                            rsd_ahead *ahead, float *scratch) {
  strided w = strided_lay_out(s, scratch);
  rsd_ahead_spread(ahead, images * w.rows, w.block_rows,
                   STRIDED_FREQUENCIES * winograd_panels(s->out));
  for (int row = 0; row < images * w.rows; row += w.block_rows) {
    int rows = strided_fill_block(s, &w, images, row, x, NULL);
    int tiles = rsd_round_up(rows * w.columns, 4);
    const float *filters = packed;
    for (int g = 0; g < STRIDED_GROUPS; g++) {
      winograd_tiles m = strided_out_group(&w, g);
      filters = rsd_winograd_multiply(STRIDED_GROUP[g], tiles, &w.in[g], filters, &m, ahead);
    }
    for (int r = 0; r < rows; r++)
      strided_output_row(s, &w, r * w.columns, row + r, y, epilogue);
  }
}

/* What is ahead comes with the products of the sums, which store least. */
static void strided_backward(const rsd_conv_shape *s, int images, const float *x, const float *dy,
                             const float *packed, float *dx, rsd_ahead *ahead, int add,
                             float *accumulator, float *scratch) {
  strided w = strided_lay_out(s, scratch);
  rsd_ahead_spread(ahead, images * w.rows, w.block_rows,
                   STRIDED_FREQUENCIES * winograd_panels(s->out));
  for (int row = 0; row < images * w.rows; row += w.block_rows) {
    int rows = strided_fill_block(s, &w, images, row, x, dy);
    int tiles = rsd_round_up(rows * w.columns, 4);
    const float *filters = packed;
    float *sum = accumulator;
    for (int g = 0; g < STRIDED_GROUPS; g++) {
      winograd_tiles d = strided_out_group(&w, g);
      sum = rsd_winograd_multiply_transposed(STRIDED_GROUP[g], tiles, &w.in[g], &d, add || row, sum,
                                             ahead);
      if (dx) filters = rsd_winograd_multiply(STRIDED_GROUP[g], tiles, &d, filters, &w.in[g], NULL);
    }
    for (int r = 0; dx && r < rows; r++)
      strided_input_gradient_row(s, &w, r * w.columns, row + r, dx);
  }
}

const rsd_conv_method rsd_conv_winograd_strided = {
    .packed_floats = strided_filter_floats,
    .accumulator_floats = strided_filter_floats,
    .scratch_floats = strided_scratch_floats,
    .pack_forward = strided_pack_forward,
    .pack_backward = strided_pack_backward,
    .forward = strided_forward,
    .backward = strided_backward,
    .filter_gradient = strided_conv_filter_gradient,
};
