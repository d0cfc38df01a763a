/* Batch norm: its forward pass with shortcut and ReLU, the batch's moments, and its backward pass.
 * Invariant: long sums are sums in double of short sums in float32 (docs/numerics.md#norm). */
#include "../simd/vec.h"
#include "kernels.h"

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

/* Handles `count` pixels, `stride` floats apart. `count` and `kind` are compile-time constants
 * after inlining. */
RSD_INLINE void normalise_pixels(residual_kind kind, int count, ptrdiff_t stride,
                                 ptrdiff_t channels, const float *y, const rsd_affine *f,
                                 const float *residual, const rsd_affine *residual_f, float *out) {
  RSD_NO_UNROLL
  for (ptrdiff_t c = 0; c < channels; c += 4) {
    factors k = load_factors(f, c), kr = k;
    if (kind == NORMALISED_RESIDUAL) kr = load_factors(residual_f, c);
    for (int p = 0; p < count; p++) {
      ptrdiff_t i = p * stride + c;
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
  ptrdiff_t quarter = pixels / RSD_PIXEL_GROUP * channels, all = pixels * channels;
  RSD_NO_UNROLL
  for (ptrdiff_t i = 0; i < quarter; i += channels)
    normalise_pixels(kind, RSD_PIXEL_GROUP, quarter, channels, y + i, f, residual + i, residual_f,
                     out + i);
  RSD_NO_UNROLL
  for (ptrdiff_t i = RSD_PIXEL_GROUP * quarter; i < all; i += channels)
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

/* Sums are sums in double of float32 sums of this many pixels: short chains round less. Four of
 * them run side by side, because each addition waits for the one before. */
enum { SUM_PIXELS = 16, SUM_PARTS = 4, ALL_PARTS = SUM_PARTS * SUM_PIXELS };

static int next_sum_pixels(int pixels) {
  return pixels >= ALL_PARTS ? ALL_PARTS : rsd_min(SUM_PIXELS, pixels);
}

/* sum[c] and squares[c] += the deviations from pivot[c] and their squares, over `parts` x `pixels`
 * values. `parts` is a compile-time constant after inlining. */
RSD_INLINE void deviation_parts(int parts, int pixels, int channels, const float *y,
                                const float *pivot, double *sum, double *squares) {
  v4 s[SUM_PARTS], q[SUM_PARTS], mu = v4_load(pivot);
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

/* Mean and M2 of one image, from the deviations from a pivot near its mean; never E[y^2] - E[y]^2. */
static RSD_NOINLINE void image_moments(int pixels, int channels, const float *y, const float *pivot,
                                       double *mean, double *m2) {
  for (int c = 0; c < channels; c++)
    mean[c] = m2[c] = 0.0;
  for (int left = pixels, taken; left > 0; left -= taken, y += (ptrdiff_t)taken * channels) {
    taken = next_sum_pixels(left);
    for (int c = 0; c < channels; c += 4)
      if (taken == ALL_PARTS)
        deviation_parts(SUM_PARTS, SUM_PIXELS, channels, y + c, pivot + c, mean + c, m2 + c);
      else
        deviation_parts(1, taken, channels, y + c, pivot + c, mean + c, m2 + c);
  }
  for (int c = 0; c < channels; c++) {
    double offset = mean[c] / pixels;
    mean[c] = (double)pivot[c] + offset;
    m2[c] -= offset * offset * pixels;
  }
}

/* The pivot is the mean of the images before; for the first image, that of a few pixels. If it is
 * far from an image's own mean, M2 of all images is as much larger, so the rounding error stays as
 * small relative to it. */
void rsd_moments_add(int images, int pixels, int channels, const float *y, rsd_moments *m) {
  double mean[RSD_MAX_CHANNELS], m2[RSD_MAX_CHANNELS];
  float pivot[RSD_MAX_CHANNELS];
  for (int i = 0; i < images; i++, y += (ptrdiff_t)pixels * channels) {
    double seen = m->count, weight = pixels / (seen + pixels);
    if (m->count == 0) rsd_average_pool(1, rsd_min(8, pixels), channels, y, pivot);
    for (int c = 0; m->count > 0 && c < channels; c++)
      pivot[c] = (float)m->mean[c];
    image_moments(pixels, channels, y, pivot, mean, m2);
    for (int c = 0; c < channels; c++) {
      double delta = mean[c] - m->mean[c];
      m->mean[c] += delta * weight;
      m->m2[c] += m2[c] + delta * delta * seen * weight;
    }
    m->count += pixels;
  }
}

/* `count` pixels, `stride` floats apart; `count` is a compile-time constant after inlining. */
RSD_INLINE void norm_backward_pixels(int count, ptrdiff_t stride, ptrdiff_t channels,
                                     const float *dz, const float *y, const rsd_norm_gradient *g,
                                     float *dy) {
  RSD_NO_UNROLL
  for (ptrdiff_t c = 0; c < channels; c += 4) {
    v4 mean = v4_load(g->mean + c), mean_dz = v4_load(g->mean_dz + c);
    v4 dvar_coef = v4_load(g->dvar_coef + c), scale = v4_load(g->scale + c);
    for (int p = 0; p < count; p++) {
      ptrdiff_t i = p * stride + c;
      v4 centred = v4_sub(v4_load(y + i), mean), d = v4_sub(v4_load(dz + i), mean_dz);
      v4_store(dy + i, v4_mul(v4_nmadd(centred, dvar_coef, d), scale));
    }
  }
}

void rsd_norm_backward(int pixels, int channels, const float *dz, const float *y,
                       const rsd_norm_gradient *g, float *dy) {
  ptrdiff_t quarter = (ptrdiff_t)(pixels / RSD_PIXEL_GROUP) * channels;
  RSD_NO_UNROLL
  for (ptrdiff_t i = 0; i < quarter; i += channels)
    norm_backward_pixels(RSD_PIXEL_GROUP, quarter, channels, dz + i, y + i, g, dy + i);
  RSD_NO_UNROLL
  for (ptrdiff_t i = RSD_PIXEL_GROUP * quarter; i < (ptrdiff_t)pixels * channels; i += channels)
    norm_backward_pixels(1, 0, channels, dz + i, y + i, g, dy + i);
}

/* sum_dz += dz and sum_dz_y += dz * (y - mean), over `parts` x `pixels` pixels. */
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
    taken = next_sum_pixels(left);
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
