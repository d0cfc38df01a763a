/* Everything between the convolutions: one pass over a few images each. */
#include "../core/math.h"
#include "../simd/vec.h"
#include "kernels.h"

/* Passes over pixels take four at a time, so that a channel's factors are loaded once for them. Where
 * what they read comes from afar, the four are the next ones of four parts of the pixels: a processor
 * reads ahead only so far along each run of addresses that it follows, and of several at a time
 * (training is 4 % faster, docs/ARCHITECTURE.md). */
#define PIXEL_GROUP 4

/* y = max(y + shift + residual, least), for `count` pixels. */
RSD_INLINE void epilogue_pixels(int count, ptrdiff_t channels, const float *shift, v4 least,
                                const float *residual, float *y) {
  RSD_NO_UNROLL
  for (ptrdiff_t c = 0; c < channels; c += 4)
    for (int p = 0; p < count; p++) {
      ptrdiff_t i = p * channels + c;
      v4 sum = v4_add(v4_load(y + i), v4_load(shift + c));
      if (residual) sum = v4_add(sum, v4_load(residual + i));
      v4_store(y + i, v4_max(sum, least));
    }
}

void rsd_epilogue_apply(const rsd_epilogue *e, int pixels, int channels, float *y) {
  v4 least = v4_splat(e->relu ? 0.0f : -__builtin_inff());
  const float *residual = e->residual;
  int p = 0;
  for (; p + PIXEL_GROUP <= pixels; p += PIXEL_GROUP, y += PIXEL_GROUP * channels) {
    epilogue_pixels(PIXEL_GROUP, channels, e->shift, least, residual, y);
    if (residual) residual += PIXEL_GROUP * channels;
  }
  for (; p < pixels; p++, y += channels) {
    epilogue_pixels(1, channels, e->shift, least, residual, y);
    if (residual) residual += channels;
  }
}

/* (y - mean) * scale + shift: near zero, where ReLU decides, the difference is exact. */
typedef struct factors {
  v4 mean, scale, shift;
} factors;
RSD_INLINE factors load_factors(const rsd_affine *f, ptrdiff_t c) {
  factors k = {v4_load(f->mean + c), v4_load(f->scale + c), v4_load(f->shift + c)};
  return k;
}
RSD_INLINE v4 affine(const factors *k, v4 y) {
  return v4_madd(v4_sub(y, k->mean), k->scale, k->shift);
}

typedef enum residual_kind { NO_RESIDUAL, PLAIN_RESIDUAL, NORMALISED_RESIDUAL } residual_kind;

/* `count` pixels, `apart` floats from each other; count and kind are known when inlined. */
RSD_INLINE void normalise_pixels(residual_kind kind, int count, ptrdiff_t apart, ptrdiff_t channels,
                                 const float *y, const rsd_affine *f, const float *residual,
                                 const rsd_affine *residual_f, float *out) {
  RSD_NO_UNROLL
  for (ptrdiff_t c = 0; c < channels; c += 4) {
    factors k = load_factors(f, c), kr = k;
    if (kind == NORMALISED_RESIDUAL) kr = load_factors(residual_f, c);
    for (int p = 0; p < count; p++) {
      ptrdiff_t i = p * apart + c;
      v4 z = affine(&k, v4_load(y + i));
      if (kind == PLAIN_RESIDUAL) z = v4_add(z, v4_load(residual + i));
      if (kind == NORMALISED_RESIDUAL) z = v4_add(z, affine(&kr, v4_load(residual + i)));
      v4_store(out + i, v4_relu(z));
    }
  }
}

RSD_INLINE void normalise(residual_kind kind, int pixels, ptrdiff_t channels, const float *y,
                          const rsd_affine *f, const float *residual, const rsd_affine *residual_f,
                          float *out) {
  ptrdiff_t part = pixels / PIXEL_GROUP * channels, all = pixels * channels;
  RSD_NO_UNROLL
  for (ptrdiff_t i = 0; i < part; i += channels)
    normalise_pixels(kind, PIXEL_GROUP, part, channels, y + i, f, residual + i, residual_f,
                     out + i);
  RSD_NO_UNROLL
  for (ptrdiff_t i = PIXEL_GROUP * part; i < all; i += channels)
    normalise_pixels(kind, 1, 0, channels, y + i, f, residual + i, residual_f, out + i);
}

void rsd_normalise(int pixels, int channels, const float *y, const rsd_affine *f,
                   const float *residual, const rsd_affine *residual_f, float *out) {
  if (residual == NULL)
    normalise(NO_RESIDUAL, pixels, channels, y, f, y, NULL, out);
  else if (residual_f == NULL)
    normalise(PLAIN_RESIDUAL, pixels, channels, y, f, residual, NULL, out);
  else
    normalise(NORMALISED_RESIDUAL, pixels, channels, y, f, residual, residual_f, out);
}

/* Long sums are sums in double of sums in float of this many pixels: short chains of roundings. Four
 * of them are computed side by side, since each addition waits for the one before. */
enum { SUM_PIXELS = 16, SUM_PARTS = 4, ALL_PARTS = SUM_PARTS * SUM_PIXELS };

static int taken_at_once(int pixels) {
  return pixels >= ALL_PARTS ? ALL_PARTS : rsd_min(SUM_PIXELS, pixels);
}

/* sum[c] and squares[c] += the sums of the deviations from near[c] and of their squares, of `parts`
 * (known when inlined) times `pixels` values. */
RSD_INLINE void deviation_parts(int parts, int pixels, int channels, const float *y,
                                const float *near, double *sum, double *squares) {
  v4 s[SUM_PARTS], q[SUM_PARTS], mu = v4_load(near);
  ptrdiff_t next = (ptrdiff_t)pixels * channels;
  for (int k = 0; k < parts; k++)
    s[k] = q[k] = v4_zero();
  RSD_NO_UNROLL
  for (ptrdiff_t i = 0; i < next; i += channels)
    for (int k = 0; k < parts; k++) {
      v4 d = v4_sub(v4_load(y + k * next + i), mu);
      s[k] = v4_add(s[k], d);
      q[k] = v4_madd(d, d, q[k]);
    }
  for (int k = 0; k < parts; k++) {
    v4_add_to_doubles(s[k], sum);
    v4_add_to_doubles(q[k], squares);
  }
}

/* Mean and M2 of one image, from the deviations from what is near its mean: never
 * E[y^2] - E[y]^2. */
static RSD_NOINLINE void image_moments(int pixels, int channels, const float *y, const float *near,
                                       double *mean, double *m2) {
  for (int c = 0; c < channels; c++)
    mean[c] = m2[c] = 0.0;
  for (int left = pixels, taken; left > 0; left -= taken, y += (ptrdiff_t)taken * channels) {
    taken = taken_at_once(left);
    for (int c = 0; c < channels; c += 4)
      if (taken == ALL_PARTS)
        deviation_parts(SUM_PARTS, SUM_PIXELS, channels, y + c, near + c, mean + c, m2 + c);
      else
        deviation_parts(1, taken, channels, y + c, near + c, mean + c, m2 + c);
  }
  for (int c = 0; c < channels; c++) {
    double beside = mean[c] / pixels;
    mean[c] = (double)near[c] + beside;
    m2[c] -= beside * beside * pixels;
  }
}

/* Deviations are from the mean of the images before, in the first from that of a few pixels. Where that
 * is far from an image's own mean, M2 of all is as much larger, so that what rounding takes is as small
 * beside it. */
void rsd_moments_add(int images, int pixels, int channels, const float *y, rsd_moments *m) {
  double mean[RSD_MAX_CHANNELS], m2[RSD_MAX_CHANNELS];
  float near[RSD_MAX_CHANNELS];
  for (int i = 0; i < images; i++, y += (ptrdiff_t)pixels * channels) {
    double seen = m->count, weight = pixels / (seen + pixels);
    if (m->count == 0) rsd_average_pool(1, rsd_min(8, pixels), channels, y, near);
    for (int c = 0; m->count > 0 && c < channels; c++)
      near[c] = (float)m->mean[c];
    image_moments(pixels, channels, y, near, mean, m2);
    for (int c = 0; c < channels; c++) {
      double delta = mean[c] - m->mean[c];
      m->mean[c] += delta * weight;
      m->m2[c] += m2[c] + delta * delta * seen * weight;
    }
    m->count += pixels;
  }
}

/* As normalise_pixels. */
RSD_INLINE void norm_backward_pixels(int count, ptrdiff_t apart, ptrdiff_t channels,
                                     const float *dz, const float *y, const rsd_norm_gradient *g,
                                     float *dy) {
  RSD_NO_UNROLL
  for (ptrdiff_t c = 0; c < channels; c += 4) {
    v4 mean = v4_load(g->mean + c), mean_dz = v4_load(g->mean_dz + c);
    v4 slope = v4_load(g->slope + c), scale = v4_load(g->scale + c);
    for (int p = 0; p < count; p++) {
      ptrdiff_t i = p * apart + c;
      v4 centred = v4_sub(v4_load(y + i), mean), d = v4_sub(v4_load(dz + i), mean_dz);
      v4_store(dy + i, v4_mul(v4_nmadd(centred, slope, d), scale));
    }
  }
}

void rsd_norm_backward(int pixels, int channels, const float *dz, const float *y,
                       const rsd_norm_gradient *g, float *dy) {
  ptrdiff_t part = (ptrdiff_t)(pixels / PIXEL_GROUP) * channels;
  RSD_NO_UNROLL
  for (ptrdiff_t i = 0; i < part; i += channels)
    norm_backward_pixels(PIXEL_GROUP, part, channels, dz + i, y + i, g, dy + i);
  RSD_NO_UNROLL
  for (ptrdiff_t i = PIXEL_GROUP * part; i < (ptrdiff_t)pixels * channels; i += channels)
    norm_backward_pixels(1, 0, channels, dz + i, y + i, g, dy + i);
}

/* sums += dz and dz * (y - mean), of `parts` times `pixels` pixels. */
RSD_INLINE void gradient_parts(int parts, int pixels, int channels, const float *dz, const float *y,
                               const float *mean, double *sum_dz, double *sum_dz_y) {
  v4 s[SUM_PARTS], sy[SUM_PARTS], mu = v4_load(mean);
  ptrdiff_t next = (ptrdiff_t)pixels * channels;
  for (int k = 0; k < parts; k++)
    s[k] = sy[k] = v4_zero();
  RSD_NO_UNROLL
  for (ptrdiff_t i = 0; i < next; i += channels)
    for (int k = 0; k < parts; k++) {
      v4 d = v4_load(dz + k * next + i);
      s[k] = v4_add(s[k], d);
      sy[k] = v4_madd(d, v4_sub(v4_load(y + k * next + i), mu), sy[k]);
    }
  for (int k = 0; k < parts; k++) {
    v4_add_to_doubles(s[k], sum_dz);
    v4_add_to_doubles(sy[k], sum_dz_y);
  }
}

void rsd_gradient_sums_add(int images, int pixels, int channels, const float *dz, const float *y,
                           const float *mean, double *sum_dz, double *sum_dz_y) {
  for (int left = images * pixels, taken; left > 0; left -= taken) {
    taken = taken_at_once(left);
    for (int c = 0; c < channels; c += 4)
      if (taken == ALL_PARTS)
        gradient_parts(SUM_PARTS, SUM_PIXELS, channels, dz + c, y + c, mean + c, sum_dz + c,
                       sum_dz_y + c);
      else
        gradient_parts(1, taken, channels, dz + c, y + c, mean + c, sum_dz + c, sum_dz_y + c);
    dz += (ptrdiff_t)taken * channels;
    y += (ptrdiff_t)taken * channels;
  }
}

/* `count` vectors, `apart` floats from each other. */
RSD_INLINE void relu_backward_vectors(int count, ptrdiff_t apart, const float *gradient,
                                      const float *shortcut, const float *activation, float *dz) {
  for (int k = 0; k < count; k++) {
    v4 g = v4_load(gradient + k * apart);
    if (shortcut) g = v4_add(g, v4_load(shortcut + k * apart));
    v4_store(dz + k * apart, v4_gate(g, v4_load(activation + k * apart)));
  }
}

/* Whether there is a shortcut is known when inlined. */
RSD_INLINE void relu_backward(int joined, ptrdiff_t count, const float *gradient,
                              const float *shortcut, const float *activation, float *dz) {
  ptrdiff_t part = count / (4 * PIXEL_GROUP) * 4;
  RSD_NO_UNROLL
  for (ptrdiff_t i = 0; i < part; i += 4)
    relu_backward_vectors(PIXEL_GROUP, part, gradient + i, joined ? shortcut + i : NULL,
                          activation + i, dz + i);
  RSD_NO_UNROLL
  for (ptrdiff_t i = PIXEL_GROUP * part; i < count; i += 4)
    relu_backward_vectors(1, 0, gradient + i, joined ? shortcut + i : NULL, activation + i, dz + i);
}

void rsd_relu_backward(ptrdiff_t count, const float *gradient, const float *shortcut,
                       const float *activation, float *dz) {
  if (shortcut)
    relu_backward(1, count, gradient, shortcut, activation, dz);
  else
    relu_backward(0, count, gradient, NULL, activation, dz);
}

void rsd_add(ptrdiff_t count, const float *x, float *to) {
  for (ptrdiff_t i = 0; i < count; i += 4)
    v4_store(to + i, v4_add(v4_load(to + i), v4_load(x + i)));
}

/* Option A works on logical channels: padded ones may lie between them. */
void rsd_pad_shortcut(const rsd_pad_shape *s, int images, const float *x, float *out) {
  int oh = s->height / 2, ow = s->width / 2;
  rsd_zero(out, sizeof(float) * (size_t)images * (size_t)(oh * ow) * (size_t)s->out);
  for (int i = 0; i < images; i++)
    for (int y = 0; y < oh; y++)
      for (int c = 0; c < ow; c++, out += s->out)
        rsd_copy(out + s->before,
                 x + (((ptrdiff_t)i * s->height + 2 * y) * s->width + 2 * c) * s->in,
                 sizeof(float) * (size_t)s->channels);
}

void rsd_pad_shortcut_backward(const rsd_pad_shape *s, int images, const float *dout, float *dx) {
  int oh = s->height / 2, ow = s->width / 2;
  for (int i = 0; i < images; i++)
    for (int y = 0; y < oh; y++)
      for (int c = 0; c < ow; c++, dout += s->out) {
        float *to = dx + (((ptrdiff_t)i * s->height + 2 * y) * s->width + 2 * c) * s->in;
        for (int k = 0; k < s->channels; k++)
          to[k] += dout[s->before + k];
      }
}

void rsd_average_pool(int images, int pixels, int channels, const float *x, float *features) {
  for (int i = 0; i < images; i++)
    for (int c = 0; c < channels; c += 4) {
      v4 sum = v4_zero();
      for (int p = 0; p < pixels; p++)
        sum = v4_add(sum, v4_load(x + ((ptrdiff_t)i * pixels + p) * channels + c));
      v4_store(features + (ptrdiff_t)i * channels + c, v4_mul(sum, v4_splat(1.0f / (float)pixels)));
    }
}

void rsd_average_pool_backward(int images, int pixels, int channels, const float *dfeatures,
                               const float *activation, float *dz) {
  for (int i = 0; i < images; i++)
    for (int p = 0; p < pixels; p++)
      for (int c = 0; c < channels; c += 4) {
        ptrdiff_t at = ((ptrdiff_t)i * pixels + p) * channels + c;
        v4 g = v4_mul(v4_load(dfeatures + (ptrdiff_t)i * channels + c),
                      v4_splat(1.0f / (float)pixels));
        v4_store(dz + at, v4_gate(g, v4_load(activation + at)));
      }
}

/* What a step of SGD makes of four weights and their velocity. */
typedef struct sgd_factors {
  v4 momentum, decay, rate;
} sgd_factors;
typedef struct sgd_result {
  v4 velocity, weights;
} sgd_result;
RSD_INLINE sgd_factors splat_factors(float lr, float momentum, float weight_decay) {
  sgd_factors k = {v4_splat(momentum), v4_splat(weight_decay), v4_splat(-lr)};
  return k;
}
RSD_INLINE sgd_result sgd_of(const sgd_factors *k, const float *gradient, const float *velocity,
                             const float *weights) {
  v4 w = v4_load(weights);
  v4 g = v4_madd(k->decay, w, v4_load(gradient));
  v4 v = v4_madd(k->momentum, v4_load(velocity), g);
  sgd_result result = {v, v4_madd(k->rate, v, w)};
  return result;
}

/* Zero in the place of what is next to it. The filters of dead channels decay towards zero for good,
 * and many processors take several times as long for numbers below 1e-38 (bench/README.md). */
RSD_INLINE v4 without_tiny(v4 x) {
  v4 size = v4_max(x, v4_sub(v4_zero(), x));
  return v4_gate(x, v4_sub(size, v4_splat(1e-30f)));
}

void rsd_sgd(ptrdiff_t count, float lr, float momentum, float weight_decay, const float *gradient,
             float *velocity, float *weights) {
  sgd_factors k = splat_factors(lr, momentum, weight_decay);
  for (ptrdiff_t i = 0; i < count; i += 4) {
    sgd_result next = sgd_of(&k, gradient + i, velocity + i, weights + i);
    v4_store(velocity + i, next.velocity);
    v4_store(weights + i, without_tiny(next.weights));
  }
}

/* Zero times what is not finite is NaN, which stays: one branch for all, and another pass, which
 * finds the first, only where something diverges. */
ptrdiff_t rsd_sgd_overflow(ptrdiff_t count, float lr, float momentum, float weight_decay,
                           const float *gradient, const float *velocity, const float *weights) {
  sgd_factors k = splat_factors(lr, momentum, weight_decay);
  v4 zeros = v4_zero();
  for (ptrdiff_t i = 0; i < count; i += 4)
    zeros = v4_madd(sgd_of(&k, gradient + i, velocity + i, weights + i).weights, v4_zero(), zeros);
  int finite = 1;
  for (int lane = 0; lane < 4; lane++)
    finite = finite && rsd_is_finite(v4_lane(zeros, lane));
  for (ptrdiff_t i = 0; !finite && i < count; i += 4) {
    v4 next = sgd_of(&k, gradient + i, velocity + i, weights + i).weights;
    for (int lane = 0; lane < 4; lane++)
      if (!rsd_is_finite(v4_lane(next, lane))) return i + lane;
  }
  return count;
}

void rsd_sum_slots(ptrdiff_t count, int slots, ptrdiff_t stride, const float *from, float *sum) {
  for (ptrdiff_t i = 0; i < count; i += 4) {
    v4 total = v4_load(from + i);
    for (int s = 1; s < slots; s++)
      total = v4_add(total, v4_load(from + s * stride + i));
    v4_store(sum + i, total);
  }
}

void rsd_input_table(const float mean[3], const float stddev[3], float table[3][256]) {
  for (int c = 0; c < 3; c++)
    for (int pixel = 0; pixel < 256; pixel++)
      table[c][pixel] = (float)((pixel / 255.0 - (double)mean[c]) / (double)stddev[c]);
}

void rsd_input(const uint8_t *image, const rsd_crop *crop, float table[3][256], float *out) {
  enum { SIDE = RSD_INPUT_SIDE, PLANE = SIDE * SIDE };
  rsd_zero(out, sizeof(float) * PLANE * 4);
  for (int y = 0; y < SIDE; y++) {
    int from_y = y + crop->y;
    if (from_y < 0 || from_y >= SIDE) continue;
    for (int x = 0; x < SIDE; x++) {
      int from_x = (crop->flip ? SIDE - 1 - x : x) + crop->x;
      if (from_x < 0 || from_x >= SIDE) continue;
      for (int c = 0; c < 3; c++)
        out[(y * SIDE + x) * 4 + c] = table[c][image[c * PLANE + from_y * SIDE + from_x]];
    }
  }
}
