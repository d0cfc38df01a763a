/* The passes between convolutions other than norm: the epilogue of inference, ReLU's backward pass,
 * option A's shortcut, SGD and the input's normalisation. Invariant: channels in the padding hold
 * zero before and after every pass. */
#include "../core/math.h"
#include "../simd/vec.h"
#include "kernels.h"

/* y = max(y + shift + residual, lower_bound), for `count` pixels. */
RSD_INLINE void epilogue_pixels(int count, ptrdiff_t channels, const float *shift, v4 lower_bound,
                                const float *residual, float *y) {
  RSD_NO_UNROLL
  for (ptrdiff_t c = 0; c < channels; c += 4)
    for (int p = 0; p < count; p++) {
      ptrdiff_t i = p * channels + c;
      v4 sum = v4_add(v4_load(y + i), v4_load(shift + c));
      if (residual) sum = v4_add(sum, v4_load(residual + i));
      v4_store(y + i, v4_max(sum, lower_bound));
    }
}

void rsd_epilogue_apply(const rsd_epilogue *e, int pixels, int channels, float *y) {
  v4 lower_bound = v4_splat(e->relu ? 0.0f : -__builtin_inff());
  const float *residual = e->residual;
  int p = 0;
  for (; p + RSD_PIXEL_GROUP <= pixels; p += RSD_PIXEL_GROUP, y += RSD_PIXEL_GROUP * channels) {
    epilogue_pixels(RSD_PIXEL_GROUP, channels, e->shift, lower_bound, residual, y);
    if (residual) residual += RSD_PIXEL_GROUP * channels;
  }
  for (; p < pixels; p++, y += channels) {
    epilogue_pixels(1, channels, e->shift, lower_bound, residual, y);
    if (residual) residual += channels;
  }
}

/* Handles `count` vectors, `stride` floats apart. */
RSD_INLINE void relu_backward_vectors(int count, ptrdiff_t stride, const float *gradient,
                                      const float *shortcut, const float *activation, float *dz) {
  for (int k = 0; k < count; k++) {
    v4 g = v4_load(gradient + k * stride);
    if (shortcut) g = v4_add(g, v4_load(shortcut + k * stride));
    v4_store(dz + k * stride, v4_gate(g, v4_load(activation + k * stride)));
  }
}

/* `has_shortcut` is a compile-time constant after inlining. */
RSD_INLINE void relu_backward(int has_shortcut, ptrdiff_t count, const float *gradient,
                              const float *shortcut, const float *activation, float *dz) {
  ptrdiff_t quarter = count / (4 * RSD_PIXEL_GROUP) * 4;
  RSD_NO_UNROLL
  for (ptrdiff_t i = 0; i < quarter; i += 4)
    relu_backward_vectors(RSD_PIXEL_GROUP, quarter, gradient + i,
                          has_shortcut ? shortcut + i : NULL, activation + i, dz + i);
  RSD_NO_UNROLL
  for (ptrdiff_t i = RSD_PIXEL_GROUP * quarter; i < count; i += 4)
    relu_backward_vectors(1, 0, gradient + i, has_shortcut ? shortcut + i : NULL, activation + i,
                          dz + i);
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

/* Option A copies the logical channels: padded ones may lie between them. */
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

/* One step of SGD for four weights. */
typedef struct sgd_factors {
  v4 momentum, decay, rate;
} sgd_factors;
typedef struct sgd_result {
  v4 velocity, weights;
} sgd_result;
RSD_INLINE sgd_factors splat_factors(const rsd_sgd_rule *rule) {
  sgd_factors k = {v4_splat(rule->momentum), v4_splat(rule->weight_decay), v4_splat(-rule->lr)};
  return k;
}
/* `nesterov` is a compile-time constant after inlining. */
RSD_INLINE sgd_result sgd_update(int nesterov, const sgd_factors *k, const float *gradient,
                                 const float *velocity, const float *weights) {
  v4 w = v4_load(weights);
  v4 g = v4_madd(k->decay, w, v4_load(gradient));
  v4 v = v4_madd(k->momentum, v4_load(velocity), g);
  sgd_result result = {v, v4_madd(k->rate, nesterov ? v4_madd(k->momentum, v, g) : v, w)};
  return result;
}

/* Returns zero for values below 1e-30. Filters of dead channels decay towards zero for good, and
 * many processors take several times as long for denormal numbers
 * (docs/experiments.md#numbers-below-the-normal-range). */
RSD_INLINE v4 flush_tiny(v4 x) {
  v4 size = v4_max(x, v4_sub(v4_zero(), x));
  return v4_gate(x, v4_sub(size, v4_splat(1e-30f)));
}

RSD_INLINE void sgd(int nesterov, ptrdiff_t count, const rsd_sgd_rule *rule, const float *gradient,
                    float *velocity, float *weights) {
  sgd_factors k = splat_factors(rule);
  for (ptrdiff_t i = 0; i < count; i += 4) {
    sgd_result next = sgd_update(nesterov, &k, gradient + i, velocity + i, weights + i);
    v4_store(velocity + i, next.velocity);
    v4_store(weights + i, flush_tiny(next.weights));
  }
}
void rsd_sgd(ptrdiff_t count, const rsd_sgd_rule *rule, const float *gradient, float *velocity,
             float *weights) {
  if (rule->nesterov)
    sgd(1, count, rule, gradient, velocity, weights);
  else
    sgd(0, count, rule, gradient, velocity, weights);
}

/* Zero times a value that is not finite is NaN, and NaN stays in a sum. So one branch tests all
 * weights, and a second pass finds the first bad one only if there is one. */
RSD_INLINE ptrdiff_t sgd_overflow(int nesterov, ptrdiff_t count, const rsd_sgd_rule *rule,
                                  const float *gradient, const float *velocity,
                                  const float *weights) {
  sgd_factors k = splat_factors(rule);
  v4 zeros = v4_zero();
  for (ptrdiff_t i = 0; i < count; i += 4)
    zeros = v4_madd(sgd_update(nesterov, &k, gradient + i, velocity + i, weights + i).weights,
                    v4_zero(), zeros);
  int finite = 1;
  for (int lane = 0; lane < 4; lane++)
    finite = finite && rsd_is_finite(v4_lane(zeros, lane));
  for (ptrdiff_t i = 0; !finite && i < count; i += 4) {
    v4 next = sgd_update(nesterov, &k, gradient + i, velocity + i, weights + i).weights;
    for (int lane = 0; lane < 4; lane++)
      if (!rsd_is_finite(v4_lane(next, lane))) return i + lane;
  }
  return count;
}
ptrdiff_t rsd_sgd_overflow(ptrdiff_t count, const rsd_sgd_rule *rule, const float *gradient,
                           const float *velocity, const float *weights) {
  return rule->nesterov ? sgd_overflow(1, count, rule, gradient, velocity, weights)
                        : sgd_overflow(0, count, rule, gradient, velocity, weights);
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
