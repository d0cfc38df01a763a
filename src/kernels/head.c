/* The head: global average pooling, the dense layer, softmax and cross-entropy, with their backward
 * passes. Invariant: logits and losses are summed in double. */
#include "../core/math.h"
#include "../simd/vec.h"
#include "kernels.h"

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

void rsd_dense(int images, int features, int classes, const float *x, int x_stride,
               const float *weights, const float *bias, float *logits) {
  for (int i = 0; i < images; i++, x += x_stride)
    for (int k = 0; k < classes; k++) {
      double sum = (double)bias[k];
      for (int c = 0; c < features; c++)
        sum += (double)x[c] * (double)weights[(ptrdiff_t)k * features + c];
      *logits++ = (float)sum;
    }
}

void rsd_dense_backward(int images, int features, int classes, const float *x, int x_stride,
                        const float *weights, const float *dlogits, float *dweights, float *dbias,
                        float *dx) {
  rsd_zero(dx, sizeof(float) * (size_t)images * (size_t)x_stride);
  rsd_zero(dweights, sizeof(float) * (size_t)classes * (size_t)features);
  rsd_zero(dbias, sizeof(float) * (size_t)classes);
  for (int i = 0; i < images; i++, x += x_stride, dx += x_stride, dlogits += classes)
    for (int k = 0; k < classes; k++) {
      float d = dlogits[k];
      const float *w = weights + (ptrdiff_t)k * features;
      float *dw = dweights + (ptrdiff_t)k * features;
      dbias[k] += d;
      for (int c = 0; c < features; c++) {
        dw[c] += d * x[c];
        dx[c] += d * w[c];
      }
    }
}

double rsd_log_sum_exp(int classes, const float *logits) {
  float largest = logits[0];
  double sum = 0.0;
  for (int k = 1; k < classes; k++)
    if (logits[k] > largest) largest = logits[k];
  for (int k = 0; k < classes; k++)
    sum += rsd_exp((double)logits[k] - (double)largest);
  return (double)largest + rsd_log(sum);
}

/* To a multiple of 2^-32: sums of such numbers are exact below 2^21, in any order. */
static double on_grid(double loss) { return (loss + 0x1.8p20) - 0x1.8p20; }

rsd_loss rsd_cross_entropy(int images, int classes, const float *logits, const uint16_t *labels,
                           float *dlogits) {
  rsd_loss loss = {0.0, 0};
  for (int i = 0; i < images; i++, logits += classes) {
    double total = rsd_log_sum_exp(classes, logits);
    double own = total - (double)logits[labels[i]];
    int best = 0;
    for (int k = 1; k < classes; k++)
      if (logits[k] > logits[best]) best = k;
    loss.sum += dlogits ? own : on_grid(own);
    loss.wrong += best != labels[i];
    for (int k = 0; dlogits && k < classes; k++)
      *dlogits++ = (float)((rsd_exp((double)logits[k] - total) - (k == labels[i])) / images);
  }
  return loss;
}

void rsd_softmax_rows(float *logits, uint32_t count, uint32_t classes) {
  for (uint32_t i = 0; i < count; i++, logits += classes) {
    double total = rsd_log_sum_exp((int)classes, logits);
    for (uint32_t k = 0; k < classes; k++)
      logits[k] = (float)rsd_exp((double)logits[k] - total);
  }
}
