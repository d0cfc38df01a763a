/* Filters to frequencies and back, for both Winograd methods: U = G g G^T, packed for the forward pass
 * and, transposed, for the backward pass; and the filters' gradient dg = G^T dU G. Invariant: packed
 * filters and their gradient's accumulator dU are [frequency][panel of 8 channels][channel][8], the order
 * in which the product reads and writes them; a last panel may have four channels. */
#include "../../simd/vec.h"
#include "../kernels.h"
#include "transforms.h"
#include "winograd.h"

/* --------------------------------------------------------------------- stride 1 */

/* Floats from one frequency of U or dU to the next. */
static ptrdiff_t stride1_filter_stride(const rsd_conv_shape *s) {
  return winograd_stride(s->in, s->out);
}
size_t rsd_stride1_filter_floats(const rsd_conv_shape *s) {
  return (size_t)(STRIDE1_FREQUENCIES * stride1_filter_stride(s));
}

/* Filters are transformed in strips of some channels and one panel, one half of the transform
 * before the other. Reads and writes then touch few runs of addresses, along which a processor
 * reads ahead. A strip has `rows` rows of `width` floats; its rows are contiguous on the side of
 * the frequencies. */
enum { STRIDE1_STRIP = 128, STRIDE1_STRIP_CHANNELS = STRIDE1_STRIP / 8 };

/* to[6] = G from[3]; rows of `from` are `pitch` floats apart. */
static RSD_NOINLINE void stride1_filter_strip(int rows, int width, const float *from,
                                              ptrdiff_t pitch, ptrdiff_t from_stride, float *to,
                                              ptrdiff_t to_stride) {
  stride1_filter_coefficients k = stride1_load_filter_coefficients();
  RSD_NO_UNROLL
  for (int row = 0; row < rows; row++, from += pitch) {
    RSD_NO_UNROLL
    for (int at = 0; at < width; at += 4, to += 4) {
      const float *in = from + at;
      v4 g[3] = {v4_load(in), v4_load(in + from_stride), v4_load(in + 2 * from_stride)},
         out[STRIDE1_SPAN];
      float *next = to;
      stride1_transform_filter(&k, g, out);
      for (int i = 0; i < STRIDE1_SPAN; i++, next += to_stride)
        v4_store(next, out[i]);
    }
  }
}

/* U = half G^T for `count` filters; `half` is [6][3][STRIDE1_STRIP], frequency f of U begins at u +
 * f * stride. */
static void stride1_filter_halves_to_frequencies(int count, const float *half, float *u,
                                                 ptrdiff_t stride) {
  for (int i = 0; i < STRIDE1_SPAN; i++)
    stride1_filter_strip(1, count, half + i * 3 * STRIDE1_STRIP, 0, STRIDE1_STRIP,
                         u + i * STRIDE1_SPAN * stride, stride);
}

/* packed[f][panel of out][in][8] */
void rsd_stride1_pack_forward(const rsd_conv_shape *s, const float *weights, float *packed) {
  ptrdiff_t tap = (ptrdiff_t)s->in * s->out;
  for (int panel = 0; panel < s->out; panel += 8) {
    int width = rsd_min(8, s->out - panel);
    for (int first = 0; first < s->in; first += STRIDE1_STRIP_CHANNELS) {
      int channels = rsd_min(STRIDE1_STRIP_CHANNELS, s->in - first);
      const float *g = weights + (ptrdiff_t)first * s->out + panel;
      float half[STRIDE1_SPAN * 3 * STRIDE1_STRIP];
      for (int j = 0; j < 3; j++)
        stride1_filter_strip(channels, width, g + j * tap, s->out, 3 * tap,
                             half + j * STRIDE1_STRIP, 3 * STRIDE1_STRIP);
      stride1_filter_halves_to_frequencies(channels * width, half, packed,
                                           stride1_filter_stride(s));
      packed += channels * width;
    }
  }
}

/* g[channels][width] = transpose(weights[width][channels]); rows of `weights` are `pitch` floats
 * apart. */
static void stride1_transpose_strip(int channels, int width, const float *weights, ptrdiff_t pitch,
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
void rsd_stride1_pack_backward(const rsd_conv_shape *s, const float *weights, float *packed) {
  ptrdiff_t tap = (ptrdiff_t)s->in * s->out;
  for (int panel = 0; panel < s->in; panel += 8) {
    int width = rsd_min(8, s->in - panel);
    for (int first = 0; first < s->out; first += STRIDE1_STRIP_CHANNELS) {
      int channels = rsd_min(STRIDE1_STRIP_CHANNELS, s->out - first), count = channels * width;
      float g[9 * STRIDE1_STRIP], half[STRIDE1_SPAN * 3 * STRIDE1_STRIP];
      for (int t = 0; t < 9; t++)
        stride1_transpose_strip(channels, width,
                                weights + t * tap + (ptrdiff_t)panel * s->out + first, s->out,
                                g + t * STRIDE1_STRIP);
      for (int j = 0; j < 3; j++)
        stride1_filter_strip(1, count, g + j * STRIDE1_STRIP, 0, 3 * STRIDE1_STRIP,
                             half + j * STRIDE1_STRIP, 3 * STRIDE1_STRIP);
      stride1_filter_halves_to_frequencies(count, half, packed, stride1_filter_stride(s));
      packed += count;
    }
  }
}

/* to[3] = G^T from[6], or += with `add`; rows of `to` are `pitch` floats apart. */
static RSD_NOINLINE void stride1_filter_gradient_strip(int rows, int width, const float *from,
                                                       ptrdiff_t from_stride, int add, float *to,
                                                       ptrdiff_t pitch, ptrdiff_t to_stride) {
  stride1_filter_coefficients k = stride1_load_filter_coefficients();
  RSD_NO_UNROLL
  for (int row = 0; row < rows; row++, to += pitch) {
    RSD_NO_UNROLL
    for (int at = 0; at < width; at += 4, from += 4) {
      const float *next = from;
      float *last = to + at;
      v4 u[STRIDE1_SPAN], out[3];
      for (int i = 0; i < STRIDE1_SPAN; i++, next += from_stride)
        u[i] = v4_load(next);
      stride1_transform_filter_gradient(&k, u, out);
      for (int i = 0; add && i < 3; i++)
        out[i] = v4_add(v4_load(last + i * to_stride), out[i]);
      for (int i = 0; i < 3; i++)
        v4_store(last + i * to_stride, out[i]);
    }
  }
}

/* dg = G^T dU G; dU has the layout of U. */
void rsd_stride1_filter_gradient(const rsd_conv_shape *s, const float *accumulator, int add,
                                 float *gradient) {
  ptrdiff_t tap = (ptrdiff_t)s->in * s->out, stride = stride1_filter_stride(s);
  for (int panel = 0; panel < s->out; panel += 8) {
    int width = rsd_min(8, s->out - panel);
    for (int first = 0; first < s->in; first += STRIDE1_STRIP_CHANNELS) {
      int channels = rsd_min(STRIDE1_STRIP_CHANNELS, s->in - first), count = channels * width;
      float half[3 * STRIDE1_SPAN * STRIDE1_STRIP],
          *dg = gradient + (ptrdiff_t)first * s->out + panel;
      for (int j = 0; j < STRIDE1_SPAN; j++)
        stride1_filter_gradient_strip(1, count, accumulator + j * stride, STRIDE1_SPAN * stride, 0,
                                      half + j * STRIDE1_STRIP, 0, STRIDE1_SPAN * STRIDE1_STRIP);
      for (int i = 0; i < 3; i++)
        stride1_filter_gradient_strip(channels, width, half + i * STRIDE1_SPAN * STRIDE1_STRIP,
                                      STRIDE1_STRIP, add, dg + 3 * i * tap, s->out, tap);
      accumulator += count;
    }
  }
}

/* ------------------------------------------------------------------- stride 2
 * U and dU are [frequency][panel of outputs][channels of the frequency's phases][8], one group of
 * frequencies after the other, each frequency with its padding. */

size_t rsd_stride2_filter_floats(const rsd_conv_shape *s) {
  return (size_t)stride2_matrices_floats(s, s->out);
}

/* Where value (i, j) of a filter's 9x9 lies in U. */
typedef struct stride2_position {
  ptrdiff_t frequency; /* floats before the frequency */
  int depth; /* channels of the frequency, over all its phases */
  int channel; /* first channel of the phase */
} stride2_position;

static RSD_NOINLINE stride2_position stride2_locate(const rsd_conv_shape *s, int i, int j) {
  int even_i = i >= STRIDE2_ODD, even_j = j >= STRIDE2_ODD;
  int v = even_i ? i - STRIDE2_ODD : i, h = even_j ? j - STRIDE2_ODD : j;
  int group = (v == 4) + (h == 4), index = 0, phase = 0;
  if (group == 0) index = 4 * v + h, phase = 2 * even_i + even_j;
  if (group == 1) index = h == 4 ? v : 4 + h, phase = h == 4 ? even_i : even_j;
  stride2_position place = {0, stride2_phases(group) * s->in, phase * s->in};
  for (int g = 0; g < group; g++)
    place.frequency += STRIDE2_GROUP[g] * winograd_stride(s->out, stride2_phases(g) * s->in);
  place.frequency += index * winograd_stride(s->out, place.depth);
  return place;
}

typedef struct stride2_positions {
  stride2_position of[STRIDE2_SPAN * STRIDE2_SPAN];
} stride2_positions;

static void stride2_locate_all(const rsd_conv_shape *s, stride2_positions *positions) {
  for (int f = 0; f < STRIDE2_SPAN * STRIDE2_SPAN; f++)
    positions->of[f] = stride2_locate(s, f / STRIDE2_SPAN, f % STRIDE2_SPAN);
}

/* u[9][9] = G g G^T of four filters at once, g[9]. */
static RSD_NOINLINE void stride2_filter_to_frequencies(const v4 g[9],
                                                       v4 u[STRIDE2_SPAN * STRIDE2_SPAN]) {
  v4 half[3][STRIDE2_SPAN];
  for (int j = 0; j < 3; j++) {
    v4 column[3] = {g[j], g[3 + j], g[6 + j]};
    stride2_transform_filter(column, half[j]);
  }
  RSD_NO_UNROLL
  for (int i = 0; i < STRIDE2_SPAN; i++) {
    v4 row[3] = {half[0][i], half[1][i], half[2][i]};
    stride2_transform_filter(row, u + i * STRIDE2_SPAN);
  }
}

/* packed[frequency][panel of out][channel][8] */
void rsd_stride2_pack_forward(const rsd_conv_shape *s, const float *weights, float *packed) {
  ptrdiff_t tap = (ptrdiff_t)s->in * s->out;
  stride2_positions positions;
  stride2_locate_all(s, &positions);
  for (int i = 0; i < s->in; i++)
    for (int o = 0; o < s->out; o += 4) {
      v4 g[9], u[STRIDE2_SPAN * STRIDE2_SPAN];
      for (int t = 0; t < 9; t++)
        g[t] = v4_load(weights + t * tap + (ptrdiff_t)i * s->out + o);
      stride2_filter_to_frequencies(g, u);
      int panel = o / 8 * 8, width = rsd_min(8, s->out - panel);
      RSD_NO_UNROLL
      for (int f = 0; f < STRIDE2_SPAN * STRIDE2_SPAN; f++) {
        const stride2_position *p = &positions.of[f];
        ptrdiff_t at = (ptrdiff_t)panel * p->depth + (ptrdiff_t)(p->channel + i) * width;
        v4_store(packed + p->frequency + at + o - panel, u[f]);
      }
    }
}

/* packed[frequency][panel of channels][out][8] */
void rsd_stride2_pack_backward(const rsd_conv_shape *s, const float *weights, float *packed) {
  ptrdiff_t tap = (ptrdiff_t)s->in * s->out;
  stride2_positions positions;
  stride2_locate_all(s, &positions);
  for (int i = 0; i < s->in; i += 4)
    for (int o = 0; o < s->out; o++) {
      v4 g[9], u[STRIDE2_SPAN * STRIDE2_SPAN];
      for (int t = 0; t < 9; t++) {
        float four[4];
        for (int k = 0; k < 4; k++)
          four[k] = weights[t * tap + (ptrdiff_t)(i + k) * s->out + o];
        g[t] = v4_load(four);
      }
      stride2_filter_to_frequencies(g, u);
      RSD_NO_UNROLL
      for (int f = 0; f < STRIDE2_SPAN * STRIDE2_SPAN; f++) {
        const stride2_position *p = &positions.of[f];
        int channel = p->channel + i, panel = channel / 8 * 8;
        ptrdiff_t at = (ptrdiff_t)panel * s->out + (ptrdiff_t)o * rsd_min(8, p->depth - panel);
        v4_store(packed + p->frequency + at + channel - panel, u[f]);
      }
    }
}

/* Strips as for stride 1. */
enum { STRIDE2_STRIP = 64, STRIDE2_STRIP_CHANNELS = STRIDE2_STRIP / 8 };

/* to[3] = G^T from[9], or += with `add`; rows of `to` are `pitch` floats apart. */
static RSD_NOINLINE void stride2_filter_gradient_strip(int rows, int width,
                                                       const float *const from[STRIDE2_SPAN],
                                                       int add, float *to, ptrdiff_t pitch,
                                                       ptrdiff_t to_stride) {
  ptrdiff_t read = 0;
  RSD_NO_UNROLL
  for (int row = 0; row < rows; row++, to += pitch) {
    RSD_NO_UNROLL
    for (int at = 0; at < width; at += 4, read += 4) {
      v4 u[STRIDE2_SPAN], out[3];
      for (int i = 0; i < STRIDE2_SPAN; i++)
        u[i] = v4_load(from[i] + read);
      stride2_transform_filter_gradient(u, out);
      for (int i = 0; add && i < 3; i++)
        out[i] = v4_add(v4_load(to + i * to_stride + at), out[i]);
      for (int i = 0; i < 3; i++)
        v4_store(to + i * to_stride + at, out[i]);
    }
  }
}

/* The gradient of `channels` input channels from `first` on and one panel of outputs. */
static void stride2_strip_gradient(const rsd_conv_shape *s, const stride2_positions *positions,
                                   const float *accumulator, int panel, int first, int channels,
                                   int add, float *gradient) {
  int width = rsd_min(8, s->out - panel);
  ptrdiff_t tap = (ptrdiff_t)s->in * s->out;
  float half[3][STRIDE2_SPAN][STRIDE2_STRIP], *dg = gradient + (ptrdiff_t)first * s->out + panel;
  const float *from[STRIDE2_SPAN];
  for (int j = 0; j < STRIDE2_SPAN; j++) {
    for (int i = 0; i < STRIDE2_SPAN; i++) {
      const stride2_position *p = &positions->of[i * STRIDE2_SPAN + j];
      from[i] = accumulator + p->frequency + (ptrdiff_t)panel * p->depth +
                (ptrdiff_t)(p->channel + first) * width;
    }
    stride2_filter_gradient_strip(1, channels * width, from, 0, half[0][j], 0,
                                  STRIDE2_SPAN * STRIDE2_STRIP);
  }
  for (int i = 0; i < 3; i++) {
    for (int j = 0; j < STRIDE2_SPAN; j++)
      from[j] = half[i][j];
    stride2_filter_gradient_strip(channels, width, from, add, dg + 3 * i * tap, s->out, tap);
  }
}

void rsd_stride2_filter_gradient(const rsd_conv_shape *s, const float *accumulator, int add,
                                 float *gradient) {
  stride2_positions positions;
  stride2_locate_all(s, &positions);
  for (int panel = 0; panel < s->out; panel += 8)
    for (int first = 0; first < s->in; first += STRIDE2_STRIP_CHANNELS)
      stride2_strip_gradient(s, &positions, accumulator, panel, first,
                             rsd_min(STRIDE2_STRIP_CHANNELS, s->in - first), add, gradient);
}
