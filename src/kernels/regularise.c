/* What a recipe or a caller may add to a step: soft targets and class weights in the loss, images in
 * floats, mixup, cutout, clipped gradients, averages of weights. Invariant: nothing here runs in a step
 * that leaves it off, so the code is made small, not fast. */
#include "../core/math.h"
#include "kernels.h"

/* The share of class k in the target of image i. */
static double target_share(const rsd_targets *t, int i, int k) {
  double smooth = (double)t->smoothing;
  double own = k == t->labels[i] ? (double)t->share : 0.0;
  double other = k == t->labels[(i + 1) % t->images] ? 1.0 - (double)t->share : 0.0;
  return (1.0 - smooth) * (own + other) + smooth / t->classes;
}
static double class_weight(const rsd_targets *t, int k) {
  return t->weights ? (double)t->weights[k] : 1.0;
}

rsd_loss rsd_soft_cross_entropy(const rsd_targets *t, const float *logits, float *dlogits) {
  rsd_loss loss = {0.0, 0};
  double weight = 0.0;
  for (int i = 0; i < t->images; i++)
    weight += class_weight(t, t->labels[i]);
  for (int i = 0; i < t->images; i++, logits += t->classes, dlogits += t->classes) {
    double total = rsd_log_sum_exp(t->classes, logits), pull = 0.0;
    int best = 0;
    for (int k = 0; k < t->classes; k++) {
      double q = target_share(t, i, k) * class_weight(t, k);
      loss.sum += q * (total - (double)logits[k]);
      pull += q;
      if (logits[k] > logits[best]) best = k;
    }
    loss.wrong += best != t->labels[i];
    for (int k = 0; k < t->classes; k++)
      dlogits[k] = (float)((rsd_exp((double)logits[k] - total) * pull -
                            target_share(t, i, k) * class_weight(t, k)) /
                           weight);
  }
  loss.sum *= t->images / weight;
  return loss;
}

void rsd_input_float(const float *image, const rsd_crop *crop, const float mean[3],
                     const float stddev[3], float *out) {
  enum { SIDE = RSD_INPUT_SIDE, PLANE = SIDE * SIDE };
  rsd_zero(out, sizeof(float) * PLANE * 4);
  for (int k = 0; k < 3 * PLANE; k++) {
    int c = k / PLANE, y = k / SIDE % SIDE, x = k % SIDE;
    int from_x = (crop->flip ? SIDE - 1 - x : x) + crop->x, from_y = y + crop->y;
    if (from_x < 0 || from_x >= SIDE || from_y < 0 || from_y >= SIDE) continue;
    double pixel = (double)image[c * PLANE + from_y * SIDE + from_x];
    out[(y * SIDE + x) * 4 + c] = (float)((pixel / 255.0 - (double)mean[c]) / (double)stddev[c]);
  }
}

void rsd_cut_out(int x, int y, int side, float *image) {
  int from_x = rsd_max(0, x - side / 2), to_x = rsd_min(RSD_INPUT_SIDE, x - side / 2 + side);
  int from_y = rsd_max(0, y - side / 2), to_y = rsd_min(RSD_INPUT_SIDE, y - side / 2 + side);
  for (int row = from_y; row < to_y; row++)
    for (int k = 4 * from_x; k < 4 * to_x; k++)
      image[row * RSD_INPUT_SIDE * 4 + k] = 0.0f;
}

void rsd_mix_images(ptrdiff_t count, float share, const float *other, float *image) {
  for (ptrdiff_t k = 0; k < count; k++)
    image[k] = (float)((double)share * (double)image[k] + (1.0 - (double)share) * (double)other[k]);
}

void rsd_clip(ptrdiff_t count, float largest, float *gradient) {
  double squares = 0.0;
  for (ptrdiff_t k = 0; k < count; k++)
    squares += (double)gradient[k] * (double)gradient[k];
  double scale = (double)largest / (__builtin_sqrt(squares) + 1e-6);
  for (ptrdiff_t k = 0; scale < 1.0 && k < count; k++)
    gradient[k] = (float)((double)gradient[k] * scale);
}

void rsd_average(ptrdiff_t count, double decay, const float *values, float *averages) {
  for (ptrdiff_t k = 0; k < count; k++)
    averages[k] = (float)(decay * (double)averages[k] + (1.0 - decay) * (double)values[k]);
}
