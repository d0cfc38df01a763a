/* Direct convolution, of any shape. In NHWC the taps of one filter row lie side by side, so a 3x3
 * convolution is three segments of 3*in contiguous floats per pixel: a product of shifted pixels
 * with packed filters. Invariant: no chain of float32 additions is longer than CHAIN, but for the
 * filters' gradient. docs/kernels.md#direct-convolution draws it. */
#include "gemm.h"
#include "kernels.h"

/* How a run of output pixels lies in memory, and how much is summed for each. */
typedef struct direct_geometry {
  ptrdiff_t a_pixel;   /* input floats from one output pixel to the next */
  ptrdiff_t a_segment; /* input floats from one filter row to the next */
  ptrdiff_t c_pixel;   /* output floats from one pixel to the next */
  int segments;
  int depth; /* floats per segment */
} direct_geometry;

/* Rounding errors grow with the length of a chain of additions, and near zero they decide what a
 * ReLU lets through. Chains of at most this many terms are added to each other
 * (docs/numerics.md#sums). */
#define CHAIN 12

/* Makes one block of `rows` pixels by 4 * `vectors` channels. After inlining, rows, vectors and
 * a_pixel are compile-time constants. */
RSD_INLINE void direct_block(const direct_geometry *r, ptrdiff_t a_pixel, int rows, int vectors,
                             const float *a, const float *b, float *c) {
  int first = 1;
  RSD_NO_UNROLL
  for (int g = 0; g < r->segments; g++, a += r->a_segment) {
    const float *at = a;
    RSD_NO_UNROLL
    for (int from = 0; from < r->depth; from += CHAIN) {
      v4 sum[8];
      for (int i = 0; i < rows * vectors; i++)
        sum[i] = v4_zero();
      const float *end = at + rsd_min(CHAIN, r->depth - from);
      RSD_NO_UNROLL
      for (; at < end; at++, b += 4 * vectors) {
        RSD_OPAQUE(at);
        RSD_OPAQUE(b);
        gemm_step(rows, vectors, at, a_pixel, b, sum);
      }
      for (int row = 0; row < rows; row++)
        for (int v = 0; v < vectors; v++) {
          float *to = c + row * r->c_pixel + 4 * v;
          v4 chain = sum[row * vectors + v];
          v4_store(to, first ? chain : v4_add(v4_load(to), chain));
        }
      first = 0;
    }
  }
}

/* Makes all pixels of a row for one panel of eight or four channels. */
RSD_INLINE void direct_row(const direct_geometry *r, ptrdiff_t a_pixel, int channels, int pixels,
                           const float *a, const float *b, float *c) {
  int p = 0;
  if (channels >= 8)
    for (; p + 4 <= pixels; p += 4)
      direct_block(r, a_pixel, 4, 2, a + p * a_pixel, b, c + p * r->c_pixel);
  else
    for (; p + 8 <= pixels; p += 8)
      direct_block(r, a_pixel, 8, 1, a + p * a_pixel, b, c + p * r->c_pixel);
  for (; p < pixels; p++)
    if (channels >= 8)
      direct_block(r, a_pixel, 1, 2, a + p * a_pixel, b, c + p * r->c_pixel);
    else
      direct_block(r, a_pixel, 1, 1, a + p * a_pixel, b, c + p * r->c_pixel);
}

/* Code for the distances of common widths, which fold into the loads. */
#define DIRECT_ROW(distance)                                                                 \
  static RSD_NOINLINE void direct_row_##distance(const direct_geometry *r, int channels,     \
                                                 int pixels, const float *a, const float *b, \
                                                 float *c) {                                 \
    direct_row(r, distance, channels, pixels, a, b, c);                                      \
  }
DIRECT_ROW(4)
DIRECT_ROW(16)
DIRECT_ROW(32)
DIRECT_ROW(64)

static RSD_NOINLINE void direct_row_any(const direct_geometry *r, int channels, int pixels,
                                        const float *a, const float *b, float *c) {
  direct_row(r, r->a_pixel, channels, pixels, a, b, c);
}

typedef void direct_row_function(const direct_geometry *r, int channels, int pixels, const float *a,
                                 const float *b, float *c);
static direct_row_function *direct_row_for(ptrdiff_t a_pixel) {
  switch (a_pixel) {
    case 4: return direct_row_4;
    case 16: return direct_row_16;
    case 32: return direct_row_32;
    case 64: return direct_row_64;
    default: return direct_row_any;
  }
}

/* Makes `lines` rows of pixels, all channels. */
static void direct_plane(const direct_geometry *r, int lines, int pixels, int channels,
                         const float *a, ptrdiff_t a_line, const float *packed, float *c,
                         ptrdiff_t c_line) {
  direct_row_function *row = direct_row_for(r->a_pixel);
  for (int n = 0; n < channels; n += 8) {
    const float *panel = packed + (ptrdiff_t)n * r->segments * r->depth;
    for (int line = 0; line < lines; line++) {
      row(r, channels - n, pixels, a + line * a_line, panel, c + line * c_line + n);
    }
  }
}

/* Copies an image into zeros, which have `before` rows and columns before it and the others after. */
static void direct_pad(const float *image, int height, int width, int channels, int before,
                       int padded_height, int padded_width, float *padded) {
  ptrdiff_t line = (ptrdiff_t)padded_width * channels, row = (ptrdiff_t)width * channels;
  rsd_zero(padded, sizeof(float) * (size_t)(padded_height * line));
  for (int y = 0; y < height; y++)
    rsd_copy(padded + (y + before) * line + (ptrdiff_t)before * channels, image + y * row,
             sizeof(float) * (size_t)row);
}

static int out_size(int size, int stride) { return (size + stride - 1) / stride; }
static int padding(const rsd_conv_shape *s) { return s->kernel / 2; }
static size_t padded_input_floats(const rsd_conv_shape *s) {
  int p = 2 * padding(s);
  return (size_t)(s->height + p) * (size_t)(s->width + p) * (size_t)s->in;
}

static size_t direct_packed_floats(const rsd_conv_shape *s) {
  return (size_t)s->kernel * (size_t)s->kernel * (size_t)s->in * (size_t)s->out;
}
static size_t direct_scratch_floats(const rsd_conv_shape *s) {
  size_t dy = (size_t)(out_size(s->height, s->stride) + 2) *
              (size_t)(out_size(s->width, s->stride) + 2) * (size_t)s->out;
  return padded_input_floats(s) + dy;
}

/* packed[panel][tap row][tap column][in][8] */
static void direct_pack_forward(const rsd_conv_shape *s, const float *weights, float *packed) {
  int rows = s->kernel * s->kernel * s->in;
  for (int n = 0; n < s->out; n += 8)
    for (int row = 0; row < rows; row++)
      for (int c = n; c < rsd_min(n + 8, s->out); c++)
        *packed++ = weights[(ptrdiff_t)row * s->out + c];
}

static void direct_forward(const rsd_conv_shape *s, int images, const float *x, const float *packed,
                           float *y, const rsd_epilogue *epilogue, rsd_prefetch *prefetch,
                           float *scratch) {
  (void)prefetch;
  int p = padding(s), oh = out_size(s->height, s->stride), ow = out_size(s->width, s->stride);
  int padded_width = s->width + 2 * p;
  ptrdiff_t line = (ptrdiff_t)padded_width * s->in;
  direct_geometry r = {(ptrdiff_t)s->stride * s->in, line, s->out, s->kernel, s->kernel * s->in};
  ptrdiff_t x_image = (ptrdiff_t)s->height * s->width * s->in,
            y_image = (ptrdiff_t)oh * ow * s->out;
  for (int i = 0; i < images; i++) {
    const float *a = x + i * x_image;
    float *to = y + i * y_image;
    if (p) {
      direct_pad(a, s->height, s->width, s->in, p, s->height + 2 * p, padded_width, scratch);
      a = scratch;
    }
    direct_plane(&r, oh, ow, s->out, a, s->stride * line, packed, to, (ptrdiff_t)ow * s->out);
    if (epilogue) {
      rsd_epilogue e = *epilogue;
      if (e.residual) e.residual += i * y_image;
      rsd_epilogue_apply(&e, oh * ow, s->out, to);
    }
  }
}

/* ---------------------------------------------------------------- backward
 * dx[iy] = the sum of w[tap] dy[(iy + p - tap) / stride] over the taps for which that is whole.
 * With stride 1 there is one phase, with all taps reversed. With stride 2, even and odd rows (and
 * columns) of dx are phases of their own, small convolutions: even ones use tap 1, odd ones taps 2
 * and 0. A 1x1 filter reaches the even ones only. */

/* The taps of one phase, in the order of dy's rows (or columns); returns how many. */
static int phase_taps(const rsd_conv_shape *s, int phase, int taps[3]) {
  if (s->kernel == 1) {
    taps[0] = 0;
    return phase == 0;
  }
  if (s->stride == 1) {
    taps[0] = 2, taps[1] = 1, taps[2] = 0;
    return 3;
  }
  if (phase == 0) {
    taps[0] = 1;
    return 1;
  }
  taps[0] = 2, taps[1] = 0;
  return 2;
}

/* For each phase packed[panel][tap row][tap column][out][8 of in]. */
static void direct_pack_backward(const rsd_conv_shape *s, const float *weights, float *packed) {
  for (int phase = 0; phase < s->stride * s->stride; phase++) {
    int ty[3], tx[3];
    int rows = phase_taps(s, phase / s->stride, ty), columns = phase_taps(s, phase % s->stride, tx);
    for (int n = 0; n < s->in; n += 8)
      for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
          for (int k = 0; k < s->out; k++)
            for (int c = n; c < rsd_min(n + 8, s->in); c++)
              *packed++ =
                  weights[((ptrdiff_t)(ty[i] * s->kernel + tx[j]) * s->in + c) * s->out + k];
  }
}

static void direct_backward_data(const rsd_conv_shape *s, const float *dy, const float *packed,
                                 float *dx, float *scratch) {
  int oh = out_size(s->height, s->stride), ow = out_size(s->width, s->stride);
  int before = s->stride == 1 ? padding(s) : 0, after = padding(s);
  int padded_width = ow + before + after;
  if (after) direct_pad(dy, oh, ow, s->out, before, oh + before + after, padded_width, scratch);
  const float *a = after ? scratch : dy;
  ptrdiff_t line = (ptrdiff_t)padded_width * s->out;
  for (int phase = 0; phase < s->stride * s->stride; phase++) {
    int py = phase / s->stride, px = phase % s->stride, unused[3];
    int rows = phase_taps(s, py, unused), columns = phase_taps(s, px, unused);
    direct_geometry r = {s->out, line, (ptrdiff_t)s->stride * s->in, rows, columns * s->out};
    if (rows * columns == 0) continue;
    direct_plane(&r, (s->height - py + s->stride - 1) / s->stride,
                 (s->width - px + s->stride - 1) / s->stride, s->in, a, line, packed,
                 dx + ((ptrdiff_t)py * s->width + px) * s->in,
                 (ptrdiff_t)s->stride * s->width * s->in);
    packed += (ptrdiff_t)rows * columns * s->out * s->in;
  }
}

/* Some rows of pixels of x, shifted by one tap, and of dy: strides in floats. */
typedef struct filter_rows {
  int rows, pixels;
  ptrdiff_t x_row, x_pixel, dy_row, dy_pixel;
} filter_rows;

/* sum[4 of taps*in][4*vectors of out] += transpose(x) dy. */
RSD_INLINE void filter_block(int vectors, const filter_rows *r, const float *x, const float *dy,
                             float *sum, ptrdiff_t sum_row) {
  v4 c[8];
  for (int i = 0; i < 4; i++)
    for (int v = 0; v < vectors; v++)
      c[i * vectors + v] = v4_load(sum + i * sum_row + 4 * v);
  RSD_NO_UNROLL
  for (int row = 0; row < r->rows; row++) {
    const float *a = x + row * r->x_row, *b = dy + row * r->dy_row;
    RSD_NO_UNROLL
    for (int p = 0; p < r->pixels; p++, a += r->x_pixel, b += r->dy_pixel) {
      RSD_OPAQUE(a);
      RSD_OPAQUE(b);
      gemm_step(4, vectors, a, 1, b, c);
    }
  }
  for (int i = 0; i < 4; i++)
    for (int v = 0; v < vectors; v++)
      v4_store(sum + i * sum_row + 4 * v, c[i * vectors + v]);
}

/* The gradient of one filter row over those pixels: sum[taps*in][out]. */
static RSD_NOINLINE void filter_row(const filter_rows *r, int inputs, int out, const float *x,
                                    const float *dy, float *sum) {
  for (int n = 0; n < out; n += 8)
    for (int i = 0; i < inputs; i += 4) {
      float *to = sum + (ptrdiff_t)i * out + n;
      if (out - n >= 8)
        filter_block(2, r, x + i, dy + n, to, out);
      else
        filter_block(1, r, x + i, dy + n, to, out);
    }
}

/* Pixels that filter_row takes at a time, so that they stay in the first-level cache. */
#define FILTER_PIXELS 128

static void direct_backward_filter(const rsd_conv_shape *s, const float *x, const float *dy,
                                   float *accumulator, float *scratch) {
  int p = padding(s), oh = out_size(s->height, s->stride), ow = out_size(s->width, s->stride);
  int padded_width = s->width + 2 * p;
  const float *a = x;
  if (p) {
    direct_pad(x, s->height, s->width, s->in, p, s->height + 2 * p, padded_width, scratch);
    a = scratch;
  }
  ptrdiff_t line = (ptrdiff_t)padded_width * s->in;
  int rows = rsd_max(1, FILTER_PIXELS / ow), inputs = s->kernel * s->in;
  for (int row = 0; row < oh; row += rows) {
    filter_rows r = {rsd_min(rows, oh - row), ow,    s->stride * line, (ptrdiff_t)s->stride * s->in,
                     (ptrdiff_t)ow * s->out,  s->out};
    for (int tap = 0; tap < s->kernel; tap++)
      filter_row(&r, inputs, s->out, a + ((ptrdiff_t)row * s->stride + tap) * line,
                 dy + (ptrdiff_t)row * ow * s->out, accumulator + (ptrdiff_t)tap * inputs * s->out);
  }
}

static void direct_backward(const rsd_conv_shape *s, int images, const float *x, const float *dy,
                            const float *packed, float *dx, rsd_prefetch *prefetch, int add,
                            float *accumulator, float *scratch) {
  (void)prefetch;
  ptrdiff_t x_image = (ptrdiff_t)s->height * s->width * s->in;
  ptrdiff_t dy_image =
      (ptrdiff_t)out_size(s->height, s->stride) * out_size(s->width, s->stride) * s->out;
  if (!add) rsd_zero(accumulator, sizeof(float) * direct_packed_floats(s));
  if (dx && s->kernel == 1 && s->stride == 2)
    rsd_zero(dx, sizeof(float) * (size_t)(images * x_image));
  for (int i = 0; i < images; i++) {
    direct_backward_filter(s, x + i * x_image, dy + i * dy_image, accumulator, scratch);
    if (dx)
      direct_backward_data(s, dy + i * dy_image, packed, dx + i * x_image,
                           scratch + padded_input_floats(s));
  }
}

static void direct_filter_gradient(const rsd_conv_shape *s, const float *accumulator, int add,
                                   float *gradient) {
  size_t floats = direct_packed_floats(s);
  if (add)
    rsd_add((ptrdiff_t)floats, accumulator, gradient);
  else
    rsd_copy(gradient, accumulator, sizeof(float) * floats);
}

RSD_KERNEL const rsd_conv_method rsd_conv_direct = {
    .packed_floats = direct_packed_floats,
    .accumulator_floats = direct_packed_floats,
    .scratch_floats = direct_scratch_floats,
    .pack_forward = direct_pack_forward,
    .pack_backward = direct_pack_backward,
    .forward = direct_forward,
    .backward = direct_backward,
    .filter_gradient = direct_filter_gradient,
};
