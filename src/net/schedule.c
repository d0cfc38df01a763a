/* What a recipe sets for each step: the learning rate, the images and their augmentation.
 * Invariant: each is a function of (recipe, step) alone, so a resumed run continues with the same
 * ones. */
#include "../core/rng.h"
#include "net.h"

enum { STREAM_ORDER = 1u << 20, STREAM_AUGMENT, STREAM_CUTOUT, STREAM_MIXUP };

static uint64_t order_seed(const rsd_recipe *r) {
  return (uint64_t)r->seed_high << 32 | r->seed_low;
}
static uint64_t augment_seed(const rsd_recipe *r) {
  uint64_t own = (uint64_t)r->augment_seed_high << 32 | r->augment_seed_low;
  return own ? own : order_seed(r);
}

uint32_t rsd_recipe_steps(const rsd_recipe *recipe) {
  return recipe->epochs * (recipe->images / recipe->batch_size);
}

/* Section 4.2 of the paper: lr/10 from 32k and lr/100 from 48k of 64k iterations; 110 layers run at
 * lr/10 for the first 400. */
static double paper_rate(double lr, uint32_t depth, double done) {
  if (depth >= 110 && done < 400.0 / 64000.0) return lr * 0.1;
  return done < 0.5 ? lr : done < 0.75 ? lr * 0.1 : lr * 0.01;
}
static double step_rate(double lr, uint32_t step, double done) {
  if (done >= 0.7) return lr * 0.1;
  return step < 20 ? lr * (step + 1) / 20.0 : lr;
}
static double cosine_rate(double lr, uint32_t step, uint32_t steps) {
  uint32_t warm = steps / 10;
  if (step < warm) return lr * (step + 1) / warm;
  return lr * 0.5 * (1.0 + rsd_cos_turns(0.5 * (step - warm) / (steps - warm)));
}

/* The peak is lr, at the last step of the first fifth; the last step is one step above 0. */
static double triangle_rate(double lr, uint32_t step, uint32_t steps) {
  uint32_t up = steps / 5;
  return step < up ? lr * (step + 1) / up : lr * (steps - step) / (steps - up);
}

float rsd_recipe_rate(const rsd_recipe *recipe, uint32_t depth, uint32_t step) {
  uint32_t steps = rsd_recipe_steps(recipe);
  double lr = (double)recipe->lr, done = (double)step / steps;
  switch (recipe->schedule) {
    case RSD_SCHEDULE_PAPER: return (float)paper_rate(lr, depth, done);
    case RSD_SCHEDULE_STEP: return (float)step_rate(lr, step, done);
    case RSD_SCHEDULE_COSINE: return (float)cosine_rate(lr, step, steps);
    case RSD_SCHEDULE_TRIANGLE: return (float)triangle_rate(lr, step, steps);
    default: return recipe->lr;
  }
}

uint32_t rsd_recipe_image(const rsd_recipe *recipe, uint32_t epoch, uint32_t position) {
  return rsd_permute(order_seed(recipe), STREAM_ORDER + ((uint64_t)epoch << 32), position,
                     recipe->images);
}

/* By how many pixels an image is moved at most. */
static int most_shift(const rsd_recipe *recipe) {
  switch (recipe->augment) {
    case RSD_AUGMENT_CROP_FLIP: return 4;
    case RSD_AUGMENT_SHIFT_FLIP: return 2;
    default: return 0;
  }
}

/* From -most to most, each as likely, by the lower 24 bits. */
static int shift_by(uint64_t bits, int most) {
  return (int)((bits & 0xffffff) * (2 * (uint64_t)most + 1) >> 24) - most;
}

rsd_crop rsd_recipe_crop(const rsd_recipe *recipe, uint32_t epoch, uint32_t image) {
  uint64_t seed = augment_seed(recipe);
  uint64_t bits = rsd_random(seed, STREAM_AUGMENT, (uint64_t)epoch << 32 | image);
  int most = most_shift(recipe);
  rsd_crop crop = {shift_by(bits >> 8, most), shift_by(bits >> 32, most), (int)(bits & 1)};
  if (recipe->augment == RSD_AUGMENT_NONE) crop.flip = 0;
  if (recipe->augment == RSD_AUGMENT_SHIFT_FLIP)
    crop.flip = (int)((rsd_random(seed, STREAM_AUGMENT, image) ^ epoch) & 1);
  return crop;
}

rsd_cut rsd_recipe_cut(const rsd_recipe *recipe, uint32_t epoch, uint32_t image) {
  uint64_t bits = rsd_random(augment_seed(recipe), STREAM_CUTOUT, (uint64_t)epoch << 32 | image);
  rsd_cut cut = {(int)(bits & (RSD_IMAGE_SIDE - 1)), (int)(bits >> 32 & (RSD_IMAGE_SIDE - 1))};
  return cut;
}

/* Beta(a, a) from two uniform numbers to the power of 1/a, whose sum is at most 1 (Johnk 1964), by their
 * logarithms, since the powers may underflow. The larger of share and 1-share. */
float rsd_recipe_share(const rsd_recipe *recipe, uint32_t step) {
  if (!(recipe->mixup > 0.0f)) return 1.0f;
  for (uint64_t k = (uint64_t)step << 32;; k += 2) {
    double x = rsd_random_log(augment_seed(recipe), STREAM_MIXUP, k) / (double)recipe->mixup;
    double y = rsd_random_log(augment_seed(recipe), STREAM_MIXUP, k + 1) / (double)recipe->mixup;
    if (rsd_exp(x) + rsd_exp(y) <= 1.0)
      return (float)(1.0 / (1.0 + rsd_exp(x < y ? x - y : y - x)));
  }
}
