/* Everything between the convolutions: one pass over a few images each. */
#include "../simd/vec.h"
#include "kernels.h"

void rsd_epilogue_apply(const rsd_epilogue *e, int pixels, int channels, float *y) {
  ptrdiff_t n = (ptrdiff_t)pixels * channels;
  for (ptrdiff_t i = 0, c = 0; i < n; i += 4) {
    v4 sum = v4_add(v4_load(y + i), v4_load(e->shift + c));
    if (e->residual) sum = v4_add(sum, v4_load(e->residual + i));
    v4_store(y + i, e->relu ? v4_relu(sum) : sum);
    if ((c += 4) == channels) c = 0;
  }
}

/* (y - mean) * scale + shift: near zero, where ReLU decides, the difference is exact. */
RSD_INLINE v4 affine(const rsd_affine *f, int c, v4 y) {
  return v4_madd(v4_sub(y, v4_load(f->mean + c)), v4_load(f->scale + c), v4_load(f->shift + c));
}

void rsd_normalise(int pixels, int channels, const float *y, const rsd_affine *f,
                   const float *residual, const rsd_affine *residual_f, float *out) {
  for (int p = 0; p < pixels; p++)
    for (int c = 0; c < channels; c += 4) {
      ptrdiff_t i = (ptrdiff_t)p * channels + c;
      v4 z = affine(f, c, v4_load(y + i));
      if (residual) {
        v4 r = v4_load(residual + i);
        z = v4_add(z, residual_f ? affine(residual_f, c, r) : r);
      }
      v4_store(out + i, v4_relu(z));
    }
}

/* Long sums are made of sums of this many pixels: shorter chains of roundings. */
#define SUM_PIXELS 32

/* Mean and M2 of one image, of four channels, in two passes: never E[y^2] - E[y]^2. The second
 * also finds what rounding has left out of the mean. */
static void image_moments(int pixels, int channels, const float *y, double mean[4], double m2[4]) {
  v4 sum = v4_zero(), rest = v4_zero(), squares = v4_zero();
  for (int from = 0; from < pixels; from += SUM_PIXELS) {
    v4 part = v4_zero();
    for (int p = from; p < rsd_min(from + SUM_PIXELS, pixels); p++)
      part = v4_add(part, v4_load(y + (ptrdiff_t)p * channels));
    sum = v4_add(sum, part);
  }
  v4 mu = v4_mul(sum, v4_splat(1.0f / (float)pixels));
  for (int from = 0; from < pixels; from += SUM_PIXELS) {
    v4 part = v4_zero(), left = v4_zero();
    for (int p = from; p < rsd_min(from + SUM_PIXELS, pixels); p++) {
      v4 d = v4_sub(v4_load(y + (ptrdiff_t)p * channels), mu);
      left = v4_add(left, d);
      part = v4_madd(d, d, part);
    }
    rest = v4_add(rest, left);
    squares = v4_add(squares, part);
  }
  for (int k = 0; k < 4; k++) {
    double correction = (double)v4_lane(rest, k) / pixels;
    mean[k] = (double)v4_lane(mu, k) + correction;
    m2[k] = (double)v4_lane(squares, k) - correction * correction * pixels;
  }
}

void rsd_moments_add(int images, int pixels, int channels, const float *y, rsd_moments *m) {
  for (int i = 0; i < images; i++, y += (ptrdiff_t)pixels * channels) {
    double seen = m->count, weight = pixels / (seen + pixels), mean[4], m2[4];
    for (int c = 0; c < channels; c += 4) {
      image_moments(pixels, channels, y + c, mean, m2);
      for (int k = 0; k < 4; k++) {
        double delta = mean[k] - m->mean[c + k];
        m->mean[c + k] += delta * weight;
        m->m2[c + k] += m2[k] + delta * delta * seen * weight;
      }
    }
    m->count += pixels;
  }
}

void rsd_norm_backward(int pixels, int channels, const float *dz, const float *y,
                       const rsd_norm_gradient *g, float *dy) {
  for (int p = 0; p < pixels; p++)
    for (int c = 0; c < channels; c += 4) {
      ptrdiff_t i = (ptrdiff_t)p * channels + c;
      v4 centred = v4_sub(v4_load(y + i), v4_load(g->mean + c));
      v4 d = v4_sub(v4_load(dz + i), v4_load(g->mean_dz + c));
      d = v4_sub(d, v4_mul(centred, v4_load(g->slope + c)));
      v4_store(dy + i, v4_mul(d, v4_load(g->scale + c)));
    }
}

void rsd_gradient_sums_add(int images, int pixels, int channels, const float *dz, const float *y,
                           const float *mean, double *sum_dz, double *sum_dz_y) {
  for (int from = 0; from < images * pixels; from += SUM_PIXELS)
    for (int c = 0; c < channels; c += 4) {
      v4 s = v4_zero(), sy = v4_zero(), mu = v4_load(mean + c);
      for (int p = from; p < rsd_min(from + SUM_PIXELS, images * pixels); p++) {
        v4 d = v4_load(dz + (ptrdiff_t)p * channels + c);
        s = v4_add(s, d);
        sy = v4_madd(d, v4_sub(v4_load(y + (ptrdiff_t)p * channels + c), mu), sy);
      }
      for (int k = 0; k < 4; k++) {
        sum_dz[c + k] += (double)v4_lane(s, k);
        sum_dz_y[c + k] += (double)v4_lane(sy, k);
      }
    }
}

void rsd_relu_backward(ptrdiff_t count, const float *gradient, const float *shortcut,
                       const float *activation, float *dz) {
  for (ptrdiff_t i = 0; i < count; i += 4) {
    v4 g = v4_load(gradient + i);
    if (shortcut) g = v4_add(g, v4_load(shortcut + i));
    v4_store(dz + i, v4_gate(g, v4_load(activation + i)));
  }
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

void rsd_sgd(ptrdiff_t count, float lr, float momentum, float weight_decay, const float *gradient,
             float *velocity, float *weights) {
  v4 mu = v4_splat(momentum), decay = v4_splat(weight_decay), rate = v4_splat(-lr);
  for (ptrdiff_t i = 0; i < count; i += 4) {
    v4 w = v4_load(weights + i);
    v4 g = v4_madd(decay, w, v4_load(gradient + i));
    v4 v = v4_madd(mu, v4_load(velocity + i), g);
    v4_store(velocity + i, v);
    v4_store(weights + i, v4_madd(rate, v, w));
  }
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
