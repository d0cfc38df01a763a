/* Whole nets against the reference: logits, gradients by finite differences, running statistics,
 * SGD, frozen stages, and that results are the same bits on every path to them. */
#include "check.h"
#include "reference.h"

enum { FEW = 5 /* images: two segments, the second not full */ };

typedef struct net_case {
  const char *name;
  uint32_t family, depth, width, shortcut, norm, frozen_stages, classes, conv;
} net_case;

static const net_case net_cases[] = {
    {"plain8-w4", RSD_PLAIN, 8, 4, RSD_SHORTCUT_A, RSD_NORM_BATCH, 0, 10, RSD_CONV_DIRECT},
    {"plain14-w4", RSD_PLAIN, 14, 4, RSD_SHORTCUT_A, RSD_NORM_BATCH, 0, 3, RSD_CONV_DIRECT},
    {"resnet8-A-w4", RSD_RESIDUAL, 8, 4, RSD_SHORTCUT_A, RSD_NORM_BATCH, 0, 10, RSD_CONV_DIRECT},
    {"resnet14-A-w5", RSD_RESIDUAL, 14, 5, RSD_SHORTCUT_A, RSD_NORM_BATCH, 0, 10, RSD_CONV_DIRECT},
    {"resnet14-B-w4", RSD_RESIDUAL, 14, 4, RSD_SHORTCUT_B, RSD_NORM_BATCH, 0, 10, RSD_CONV_DIRECT},
    {"resnet8-C-w5", RSD_RESIDUAL, 8, 5, RSD_SHORTCUT_C, RSD_NORM_BATCH, 0, 10, RSD_CONV_DIRECT},
    {"resnet14-C-w3", RSD_RESIDUAL, 14, 3, RSD_SHORTCUT_C, RSD_NORM_BATCH, 0, 17, RSD_CONV_DIRECT},
    {"plain8-w5-none", RSD_PLAIN, 8, 5, RSD_SHORTCUT_A, RSD_NORM_NONE, 0, 10, RSD_CONV_DIRECT},
    {"resnet8-A-w4-none", RSD_RESIDUAL, 8, 4, RSD_SHORTCUT_A, RSD_NORM_NONE, 0, 10,
     RSD_CONV_DIRECT},
    {"resnet8-C-w4-none", RSD_RESIDUAL, 8, 4, RSD_SHORTCUT_C, RSD_NORM_NONE, 0, 10,
     RSD_CONV_DIRECT},
    {"resnet14-A-w4-frozen1", RSD_RESIDUAL, 14, 4, RSD_SHORTCUT_A, RSD_NORM_BATCH, 1, 10,
     RSD_CONV_DIRECT},
    {"resnet8-B-w4-frozen2", RSD_RESIDUAL, 8, 4, RSD_SHORTCUT_B, RSD_NORM_BATCH, 2, 10,
     RSD_CONV_DIRECT},
    {"resnet8-C-w4-frozen3", RSD_RESIDUAL, 8, 4, RSD_SHORTCUT_C, RSD_NORM_BATCH, 3, 10,
     RSD_CONV_DIRECT},
    {"plain8-w5-none-frozen1", RSD_PLAIN, 8, 5, RSD_SHORTCUT_A, RSD_NORM_NONE, 1, 10,
     RSD_CONV_DIRECT},
    {"plain8-w4-winograd", RSD_PLAIN, 8, 4, RSD_SHORTCUT_A, RSD_NORM_BATCH, 0, 10,
     RSD_CONV_WINOGRAD},
    {"resnet8-C-w8-winograd", RSD_RESIDUAL, 8, 8, RSD_SHORTCUT_C, RSD_NORM_BATCH, 0, 10,
     RSD_CONV_WINOGRAD},
};
enum { NET_CASES = sizeof net_cases / sizeof *net_cases };

typedef struct test_net {
  rsd_spec spec;
  rsd_plan plan;
  rsd_net *net;
} test_net;

static rsd_spec spec_of(const net_case *c) {
  rsd_spec spec;
  rsd_default_spec(&spec);
  spec.family = c->family;
  spec.depth = c->depth;
  spec.width = c->width;
  spec.shortcut = c->shortcut;
  spec.norm = c->norm;
  spec.frozen_stages = c->frozen_stages;
  spec.classes = c->classes;
  return spec;
}

static test_net make_net_with(const rsd_spec *spec, uint32_t batch_size, uint32_t training,
                              uint32_t conv) {
  test_net made = {.spec = *spec, .plan = {.size = sizeof(rsd_plan)}};
  rsd_capacity capacity = {sizeof capacity, batch_size, training, 3, conv, RSD_TIER_AUTO};
  rsd_error error = {.size = sizeof error};
  if (!CHECK(rsd_plan_net(spec, &capacity, &made.plan, &error) == RSD_OK)) __builtin_trap();
  size_t bytes = (size_t)made.plan.bytes;
  if (!CHECK(rsd_net_create(spec, &capacity, test_memory(bytes), bytes, &made.net, &error) ==
             RSD_OK))
    __builtin_trap();
  return made;
}

static test_net make_net(const rsd_spec *spec, uint32_t batch_size, uint32_t training) {
  return make_net_with(spec, batch_size, training, RSD_CONV_DIRECT);
}

static rsd_tensor tensor_of(const test_net *n, uint32_t index) {
  rsd_tensor tensor = {.size = sizeof tensor};
  CHECK(rsd_net_tensor(n->net, index, &tensor, NULL) == RSD_OK);
  return tensor;
}
static float *read_part(const test_net *n, uint32_t index, rsd_tensor_part part) {
  float *values = test_floats((ptrdiff_t)tensor_of(n, index).elements);
  CHECK(rsd_net_read(n->net, index, part, values, NULL) == RSD_OK);
  return values;
}
static int is_named(const rsd_tensor *t, const char *part) { return test_contains(t->name, part); }

/* Away from the special values that nets begin with, so that every tensor has its effect. */
static void shake_net(const test_net *n) {
  for (uint32_t i = 0; i < n->plan.tensors; i++) {
    int blocks = test_block_count;
    rsd_tensor t = tensor_of(n, i);
    float *values = read_part(n, i, RSD_PART_VALUE);
    int variance = is_named(&t, "running_var"), gamma = t.rank == 1 && is_named(&t, "weight");
    for (uint32_t k = 0; t.rank == 1 && k < t.elements; k++)
      values[k] = variance || gamma ? test_uniform(0.5f, 1.5f) : test_uniform(-0.3f, 0.3f);
    CHECK(rsd_net_write(n->net, i, RSD_PART_VALUE, values, NULL) == RSD_OK);
    test_release(blocks);
  }
}

/* Blobs of colour with noise, which the classes of their labels have nothing to do with. */
static uint8_t *random_images(int count, uint16_t *labels, int classes) {
  uint8_t *images = test_memory((size_t)count * RSD_IMAGE_BYTES);
  for (int i = 0; i < count * 3; i++) {
    int base = test_below_int(200), slope = test_below_int(5) - 2;
    for (int p = 0; p < 1024; p++)
      images[i * 1024 + p] = (uint8_t)(base + slope * (p % 32 - 16) / 2 + test_below_int(40));
  }
  for (int i = 0; i < count; i++)
    labels[i] = (uint16_t)test_below_int(classes);
  return images;
}

static rsd_recipe recipe_of(uint32_t images, uint32_t batch_size, uint32_t epochs, float lr) {
  rsd_recipe recipe = {.size = sizeof recipe,
                       .images = images,
                       .batch_size = batch_size,
                       .epochs = epochs,
                       .lr = lr,
                       .momentum = 0.9f,
                       .weight_decay = 1e-4f,
                       .schedule = RSD_SCHEDULE_CONSTANT,
                       .seed_low = 7};
  return recipe;
}

static void digest_part(const test_net *n, rsd_tensor_part part) {
  for (uint32_t i = 0; i < n->plan.tensors; i++) {
    int blocks = test_block_count;
    rsd_tensor t = tensor_of(n, i);
    if (part == RSD_PART_VALUE || t.kind == RSD_TENSOR_PARAMETER)
      test_digest(read_part(n, i, part), sizeof(float) * t.elements);
    test_release(blocks);
  }
}

/* A step on the images as they are: all of the training set, in the order given. */
static rsd_progress take_step(const test_net *n, const uint8_t *images, const uint16_t *labels) {
  rsd_progress progress = {.size = sizeof progress};
  rsd_error error = {.size = sizeof error};
  if (!CHECK(rsd_train_step(n->net, images, labels, &progress, &error) == RSD_OK)) {
    log_text(error.message);
    log_text("\n");
  }
  return progress;
}
static void begin_run(const test_net *n, const rsd_recipe *recipe) {
  rsd_error error = {.size = sizeof error};
  CHECK(rsd_train_begin(n->net, recipe, &error) == RSD_OK);
}
/* How many images the next step wants; 0 also where there is no run. */
static uint32_t next_images(const test_net *n, uint32_t *indices) {
  uint32_t count = 0;
  rsd_status status = rsd_train_indices(n->net, indices, &count, NULL);
  CHECK(status == RSD_OK || (status == RSD_BAD_STATE && count == 0));
  return count;
}

/* ------------------------------------------------------------------ logits */

static void check_logits(const net_case *c) {
  rsd_spec spec = spec_of(c);
  test_net n = make_net_with(&spec, FEW, 1, c->conv);
  uint16_t labels[FEW];
  const int count = FEW * (int)c->classes;
  rsd_recipe recipe = recipe_of(FEW, FEW, 1, 0.0f);
  float *logits = test_floats(count);
  double *expected = test_doubles(count);
  shake_net(&n);
  uint8_t *images = random_images(FEW, labels, (int)c->classes);
  ref_net ref = ref_net_copy(n.net, n.plan.tensors);

  CHECK(rsd_infer(n.net, images, FEW, logits, NULL) == RSD_OK);
  ref_net_logits(&ref, images, FEW, 0, expected);
  CHECK_NEAR(count, logits, expected, 1e-5);
  test_digest(logits, sizeof(float) * (size_t)count);

  begin_run(&n, &recipe);
  rsd_progress progress = take_step(&n, images, labels);
  CHECK(rsd_train_logits(n.net, logits, NULL) == RSD_OK);
  ref_net_logits(&ref, images, FEW, 1, expected);
  CHECK_NEAR(count, logits, expected, 1e-5);
  test_digest(logits, sizeof(float) * (size_t)count);
  double loss = ref_net_loss(&ref, images, labels, FEW);
  CHECK_BELOW(test_abs(progress.loss - loss) / loss, 1e-6);
  for (uint32_t i = 0; i < n.plan.tensors; i++) { /* the running statistics have moved */
    rsd_tensor t = tensor_of(&n, i);
    if (t.kind == RSD_TENSOR_STATISTIC)
      CHECK_NEAR((ptrdiff_t)t.elements, read_part(&n, i, RSD_PART_VALUE), ref.tensors[i].next,
                 1e-5);
  }
}

static void for_net_cases(void (*check)(const net_case *c)) {
  for (int i = 0; i < NET_CASES; i++) {
    int failures = test_now.failures;
    check(&net_cases[i]);
    test_release(0);
    if (test_now.failures == failures) continue;
    log_text("    net ");
    log_text(net_cases[i].name);
    log_text("\n");
  }
}
static void test_logits(void) { for_net_cases(check_logits); }

/* Counts that leave a chunk of images part empty change no image's logits, and no sum of losses. */
static void test_inference_counts(void) {
  rsd_spec spec = spec_of(&net_cases[4]);
  test_net n = make_net(&spec, 9, 0);
  uint16_t labels[9];
  float all[90], some[90];
  rsd_score score = {.size = sizeof score}, part = score;
  shake_net(&n);
  uint8_t *images = random_images(9, labels, 10);
  CHECK(rsd_infer(n.net, images, 9, all, NULL) == RSD_OK);
  for (uint32_t count = 1; count < 9; count++) {
    CHECK(rsd_infer(n.net, images, count, some, NULL) == RSD_OK);
    CHECK(test_same_bits(all, some, sizeof(float) * 10 * count));
  }
  CHECK(rsd_evaluate(n.net, images, labels, 9, &score, NULL) == RSD_OK);
  double loss = 0;
  uint32_t wrong = 0;
  for (int i = 0; i < 9; i++) {
    CHECK(rsd_evaluate(n.net, images + i * RSD_IMAGE_BYTES, labels + i, 1, &part, NULL) == RSD_OK);
    loss += part.loss_sum;
    wrong += part.wrong;
  }
  CHECK(wrong == score.wrong);
  CHECK(loss == score.loss_sum);
}

/* --------------------------------------------------------------- gradients */

typedef struct difference {
  ref_net ref;
  ref_tensor *tensor;
  const uint8_t *images;
  const uint16_t *labels;
} difference;

/* The derivative of the reference's loss as the tensor moves along `direction`: its central
 * difference. Doubles allow a step so small that no ReLU changes its mind within it. */
static double difference_along(const difference *d, const double *direction) {
  const double step = 1e-8;
  double loss[2];
  for (int side = 0; side < 2; side++) {
    double by = side ? step : -step;
    for (uint32_t k = 0; k < d->tensor->info.elements; k++)
      d->tensor->values[k] += by * direction[k];
    loss[side] = ref_net_loss(&d->ref, d->images, d->labels, FEW);
    for (uint32_t k = 0; k < d->tensor->info.elements; k++)
      d->tensor->values[k] -= by * direction[k];
  }
  return (loss[1] - loss[0]) / (2 * step);
}

/* Along random signs, in which every element has its say. */
static void check_gradient(const difference *d, const float *gradient) {
  uint32_t count = d->tensor->info.elements;
  double *direction = test_doubles((ptrdiff_t)count), sum = 0.0, norm = 0.0;
  for (uint32_t k = 0; k < count; k++) {
    direction[k] = test_random() >> 31 ? 1.0 : -1.0;
    sum += direction[k] * (double)gradient[k];
    norm += (double)gradient[k] * (double)gradient[k];
  }
  norm = __builtin_sqrt(norm);
  if (CHECK(norm > 1e-4) &&
      CHECK_BELOW(test_abs(difference_along(d, direction) - sum) / norm, 5e-5))
    return;
  log_text("    tensor ");
  log_text(d->tensor->info.name);
  log_text("\n");
}

static int is_frozen(const net_case *c, const rsd_tensor *t) {
  if (c->frozen_stages == 0 || is_named(t, "linear")) return 0;
  return t->name[0] != 'l' || t->name[5] - '0' <= (int)c->frozen_stages;
}

static void check_gradients_of(const net_case *c) {
  rsd_spec spec = spec_of(c);
  test_net n = make_net_with(&spec, FEW, 1, c->conv);
  uint16_t labels[FEW];
  rsd_recipe recipe = recipe_of(FEW, FEW, 1, 0.0f);
  shake_net(&n);
  uint8_t *images = random_images(FEW, labels, (int)c->classes);
  difference d = {ref_net_copy(n.net, n.plan.tensors), NULL, images, labels};
  begin_run(&n, &recipe);
  take_step(&n, images, labels);
  for (uint32_t i = 0; i < n.plan.tensors; i++) {
    d.tensor = &d.ref.tensors[i];
    if (d.tensor->info.kind != RSD_TENSOR_PARAMETER || is_frozen(c, &d.tensor->info)) continue;
    int blocks = test_block_count;
    check_gradient(&d, read_part(&n, i, RSD_PART_GRADIENT));
    test_release(blocks);
  }
  digest_part(&n, RSD_PART_GRADIENT);
}
static void test_gradients(void) { for_net_cases(check_gradients_of); }

/* -------------------------------------------------------------- odd sizes */

/* Widths whose channels need padding or fill no whole block of a kernel, and batches that leave
 * segments and chunks part empty. */
static const struct {
  uint32_t width, batch_size, shortcut;
} odd_sizes[] = {
    {5, 37, RSD_SHORTCUT_A}, {6, 37, RSD_SHORTCUT_C}, {7, 5, RSD_SHORTCUT_B},
    {9, 13, RSD_SHORTCUT_A}, {10, 2, RSD_SHORTCUT_C}, {12, 6, RSD_SHORTCUT_B},
    {20, 3, RSD_SHORTCUT_A},
};
enum { ODD_SIZES = sizeof odd_sizes / sizeof *odd_sizes, MOST_ODD_IMAGES = 37 };

/* Moves the tensors of `ref` by `step` along `directions`, one for each that trains. */
static void move_along(ref_net *ref, double *const *directions, double step) {
  for (int i = 0; i < ref->count; i++)
    for (uint32_t k = 0; directions[i] && k < ref->tensors[i].info.elements; k++)
      ref->tensors[i].values[k] += step * directions[i][k];
}

/* All gradients at once: the derivative along random signs, in which every tensor has the same
 * say. */
static void check_all_gradients(const test_net *n, ref_net *ref, const uint8_t *images,
                                const uint16_t *labels, int count) {
  const double step = 1e-8;
  double **directions = (double **)test_memory((size_t)ref->count * sizeof *directions);
  double promised = 0.0, losses[2];
  int trained = 0;
  for (int i = 0; i < ref->count; i++) {
    const rsd_tensor *t = &ref->tensors[i].info;
    double norm = 0.0;
    directions[i] = NULL;
    if (t->kind != RSD_TENSOR_PARAMETER) continue;
    const float *gradient = read_part(n, (uint32_t)i, RSD_PART_GRADIENT);
    directions[i] = test_doubles((ptrdiff_t)t->elements);
    for (uint32_t k = 0; k < t->elements; k++)
      norm += (double)gradient[k] * (double)gradient[k];
    norm = __builtin_sqrt(norm);
    CHECK(norm > 1e-3);
    for (uint32_t k = 0; k < t->elements; k++) {
      directions[i][k] = (test_random() >> 31 ? 1.0 : -1.0) / norm;
      promised += directions[i][k] * (double)gradient[k];
    }
    trained++;
  }
  move_along(ref, directions, step);
  losses[1] = ref_net_loss(ref, images, labels, count);
  move_along(ref, directions, -2 * step);
  losses[0] = ref_net_loss(ref, images, labels, count);
  double error = test_abs((losses[1] - losses[0]) / (2 * step) - promised);
  CHECK_BELOW(error / __builtin_sqrt((double)trained), 1e-5);
}

static void check_odd_size(int which, uint32_t conv) {
  const uint32_t count = odd_sizes[which].batch_size;
  rsd_spec spec = spec_of(&net_cases[4]);
  rsd_recipe recipe = recipe_of(count, count, 1, 0.0f);
  uint16_t labels[MOST_ODD_IMAGES];
  spec.depth = 8;
  spec.width = odd_sizes[which].width;
  spec.shortcut = odd_sizes[which].shortcut;
  test_net n = make_net_with(&spec, count, 1, conv);
  shake_net(&n);
  uint8_t *images = random_images((int)count, labels, 10);
  float *logits = test_floats(10 * (ptrdiff_t)count);
  double *expected = test_doubles(10 * (ptrdiff_t)count);
  ref_net ref = ref_net_copy(n.net, n.plan.tensors);
  CHECK(rsd_infer(n.net, images, count, logits, NULL) == RSD_OK);
  ref_net_logits(&ref, images, (int)count, 0, expected);
  CHECK_NEAR(10 * (ptrdiff_t)count, logits, expected, 1e-5);
  begin_run(&n, &recipe);
  take_step(&n, images, labels);
  CHECK(rsd_train_logits(n.net, logits, NULL) == RSD_OK);
  ref_net_logits(&ref, images, (int)count, 1, expected);
  CHECK_NEAR(10 * (ptrdiff_t)count, logits, expected, 1e-5);
  check_all_gradients(&n, &ref, images, labels, (int)count);
  digest_part(&n, RSD_PART_GRADIENT);
}

static void test_odd_sizes(void) {
  for (int i = 0; i < ODD_SIZES; i++)
    for (uint32_t conv = RSD_CONV_DIRECT; conv <= RSD_CONV_WINOGRAD; conv++) {
      int failures = test_now.failures;
      check_odd_size(i, conv);
      test_release(0);
      if (test_now.failures == failures) continue;
      log_text(conv == RSD_CONV_DIRECT ? "    direct, width " : "    winograd, width ");
      log_int(odd_sizes[i].width);
      log_text(", batch ");
      log_int(odd_sizes[i].batch_size);
      log_text("\n");
    }
}

/* --------------------------------------------------------------- optimizer */

/* Two steps; what each makes of momentum and weights, from the gradient that it used. Frozen
 * tensors keep every bit, even under weight decay. */
static void check_sgd(const net_case *c) {
  rsd_spec spec = spec_of(c);
  test_net n = make_net_with(&spec, FEW, 1, c->conv);
  uint16_t labels[FEW];
  rsd_recipe recipe = recipe_of(FEW, FEW, 2, 0.05f);
  double **velocity = (double **)test_memory(n.plan.tensors * sizeof *velocity);
  recipe.weight_decay = 0.01f;
  shake_net(&n);
  uint8_t *images = random_images(FEW, labels, (int)c->classes);
  begin_run(&n, &recipe);
  for (int step = 0; step < 2; step++) {
    ref_net before = ref_net_copy(n.net, n.plan.tensors);
    take_step(&n, images, labels);
    for (uint32_t i = 0; i < n.plan.tensors; i++) {
      ref_tensor *t = &before.tensors[i];
      int count = (int)t->info.elements;
      float *after = read_part(&n, i, RSD_PART_VALUE);
      if (is_frozen(c, &t->info)) {
        for (int k = 0; k < count; k++)
          CHECK((double)after[k] == t->values[k]);
      } else if (t->info.kind == RSD_TENSOR_PARAMETER) {
        float *gradient = read_part(&n, i, RSD_PART_GRADIENT);
        double *g = test_doubles(count);
        if (step == 0) velocity[i] = test_doubles(count);
        for (int k = 0; k < count; k++) {
          g[k] = (double)gradient[k];
          if (step == 0) velocity[i][k] = 0.0;
        }
        ref_sgd(count, (double)0.05f, (double)0.9f, (double)0.01f, g, velocity[i], t->values);
        CHECK_NEAR(count, read_part(&n, i, RSD_PART_MOMENTUM), velocity[i], 1e-6);
        CHECK_NEAR(count, after, t->values, 1e-6);
      }
    }
  }
  digest_part(&n, RSD_PART_VALUE);
}
static void test_sgd_of_nets(void) { for_net_cases(check_sgd); }

/* A set small enough to learn by heart is learnt by heart. */
static void test_learns(void) {
  rsd_spec spec = spec_of(&net_cases[2]);
  test_net n = make_net(&spec, 16, 1);
  uint16_t labels[16];
  rsd_recipe recipe = recipe_of(16, 16, 60, 0.05f);
  uint8_t *images = random_images(16, labels, 10);
  rsd_progress progress = {.size = sizeof progress};
  rsd_score score = {.size = sizeof score};
  begin_run(&n, &recipe);
  for (int step = 0; step < 60; step++)
    progress = take_step(&n, images, labels);
  CHECK_BELOW(progress.loss, 0.05);
  CHECK(progress.epoch_wrong == 0);
  CHECK(rsd_evaluate(n.net, images, labels, 16, &score, NULL) == RSD_OK);
  CHECK(score.wrong <= 1);
}

/* ------------------------------------------------------------ determinism */

/* A run over the synthetic set, all steps or up to step `until`. */
static rsd_progress train_on(const test_net *n, const uint8_t *images, const uint16_t *labels,
                             uint32_t batch_size, uint32_t until) {
  int blocks = test_block_count;
  uint32_t *indices = test_memory(sizeof(uint32_t) * batch_size);
  uint8_t *batch = test_memory((size_t)batch_size * RSD_IMAGE_BYTES);
  uint16_t *batch_labels = test_memory(sizeof(uint16_t) * batch_size);
  rsd_progress progress = {.size = sizeof progress};
  while (progress.step < until && next_images(n, indices)) {
    for (uint32_t i = 0; i < batch_size; i++) {
      __builtin_memcpy(batch + i * RSD_IMAGE_BYTES, images + (size_t)indices[i] * RSD_IMAGE_BYTES,
                       RSD_IMAGE_BYTES);
      batch_labels[i] = labels[indices[i]];
    }
    progress = take_step(n, batch, batch_labels);
    if (test_now.failures) break;
  }
  test_release(blocks);
  return progress;
}

static void digest_net(const test_net *n, const rsd_progress *progress) {
  digest_part(n, RSD_PART_VALUE);
  digest_part(n, RSD_PART_MOMENTUM);
  test_digest(progress, sizeof *progress);
}

/* The runs whose digest must be the same on the scalar and the simd128 tier. */
static void test_short_training(void) {
  enum { IMAGES = 500, BATCH = 32 };
  rsd_spec spec = spec_of(&net_cases[3]);
  rsd_recipe recipe = recipe_of(IMAGES, BATCH, 1, 0.03f);
  uint8_t *images = test_memory(IMAGES * RSD_IMAGE_BYTES);
  uint16_t *labels = test_memory(IMAGES * sizeof(uint16_t));
  recipe.augment = RSD_AUGMENT_CROP_FLIP;
  recipe.schedule = RSD_SCHEDULE_STEP;
  CHECK(rsd_synthetic(0, 0, IMAGES, images, labels, NULL) == RSD_OK);
  for (uint32_t conv = RSD_CONV_DIRECT; conv <= RSD_CONV_WINOGRAD; conv++) {
    test_net n = make_net_with(&spec, BATCH, 1, conv);
    begin_run(&n, &recipe);
    rsd_progress progress = train_on(&n, images, labels, BATCH, ~0u);
    CHECK(progress.step == 15 && progress.steps == 15 && progress.epoch == 1);
    CHECK(progress.epoch_images == 480);
    digest_net(&n, &progress);
  }
}

/* trajectory is the FNV-1a 64 of the losses as float32, and the same seed gives the same run. */
static void test_trajectory(void) {
  rsd_spec spec = spec_of(&net_cases[2]);
  rsd_recipe recipe = recipe_of(FEW, FEW, 3, 0.05f);
  uint16_t labels[FEW];
  uint8_t *images = random_images(FEW, labels, 10);
  uint64_t hash = 0xcbf29ce484222325ull, trajectories[2];
  for (int run = 0; run < 2; run++) {
    test_net n = make_net(&spec, FEW, 1);
    rsd_progress progress = {.size = sizeof progress};
    begin_run(&n, &recipe);
    for (int step = 0; step < 3; step++) {
      progress = take_step(&n, images, labels);
      float loss = (float)progress.loss;
      uint32_t bits;
      __builtin_memcpy(&bits, &loss, 4);
      for (int i = 0; run == 0 && i < 4; i++)
        hash = (hash ^ (bits >> (8 * i) & 255)) * 1099511628211ull;
    }
    trajectories[run] = (uint64_t)progress.trajectory_high << 32 | progress.trajectory_low;
  }
  CHECK(trajectories[0] == hash);
  CHECK(trajectories[1] == hash);
}

#if !defined(__wasm__)
#include <pthread.h>
enum { MOST_THREADS = 3 };
typedef struct pool_thread {
  pthread_t thread;
  rsd_pool *pool;
  uint32_t index;
} pool_thread;
typedef struct threaded_pool {
  rsd_pool *pool;
  uint32_t count;
  pool_thread threads[MOST_THREADS];
} threaded_pool;
static void *run_pool_thread(void *context) {
  pool_thread *t = context;
  rsd_pool_work(t->pool, t->index, NULL);
  return NULL;
}

/* Natively with pthreads, also under ThreadSanitizer; the wasm modules' threads are tested from
 * JavaScript. */
static void start_threads(threaded_pool *p, uint32_t count) {
  size_t bytes = rsd_pool_bytes();
  p->count = count;
  CHECK(rsd_pool_create(count, test_memory(bytes), bytes, &p->pool, NULL) == RSD_OK);
  for (uint32_t i = 1; i < count; i++) {
    p->threads[i].pool = p->pool;
    p->threads[i].index = i;
    CHECK(pthread_create(&p->threads[i].thread, NULL, run_pool_thread, &p->threads[i]) == 0);
  }
}
static void stop_threads(threaded_pool *p) {
  CHECK(rsd_pool_stop(p->pool, NULL) == RSD_OK);
  for (uint32_t i = 1; i < p->count; i++)
    pthread_join(p->threads[i].thread, NULL);
}

/* No atomics here: that each task is run once, and seen by whoever forked, is the pool's promise. */
typedef struct task_counts {
  int runs[40], by_thread[MOST_THREADS];
} task_counts;
static void count_task(void *context, int task, int thread) {
  task_counts *counts = context;
  counts->runs[task]++;
  counts->by_thread[thread]++;
}

/* Some of the forks come while the threads still spin, others when they have gone to sleep. */
static void test_threads_take_tasks(void) {
  enum { FORKS = 400, LONG_WAIT = 50 };
  const struct timespec longer_than_spinning = {0, 2000000};
  for (uint32_t threads = 2; threads <= MOST_THREADS; threads++) {
    threaded_pool p;
    task_counts counts = {{0}, {0}};
    int wanted[40] = {0}, all = 0, run = 0;
    start_threads(&p, threads);
    for (int fork = 0; fork < FORKS; fork++) {
      int tasks = 1 + fork % 40;
      if (fork % LONG_WAIT == 0) nanosleep(&longer_than_spinning, NULL);
      rsd_parallel(p.pool, tasks, count_task, &counts);
      for (int i = 0; i < tasks; i++)
        CHECK(counts.runs[i] == ++wanted[i]);
      all += tasks;
    }
    stop_threads(&p);
    for (uint32_t i = 0; i < threads; i++)
      run += counts.by_thread[i];
    CHECK(run == all);
  }
}

static uint64_t digest_of_run(const test_net *n, const uint8_t *images, const uint16_t *labels,
                              uint32_t batch) {
  float *logits = test_floats((ptrdiff_t)batch * 10);
  double rms[2][7];
  rsd_layer_stats stats[7] = {{0}};
  rsd_progress progress = train_on(n, images, labels, batch, ~0u);
  for (int i = 0; i < 7; i++)
    stats[i].size = sizeof *stats;
  CHECK(rsd_train_layer_stats(n->net, rms[0], rms[1], NULL) == RSD_OK);
  CHECK(rsd_add_layer_stats(n->net, images, batch, stats, NULL) == RSD_OK);
  CHECK(rsd_infer(n->net, images, batch, logits, NULL) == RSD_OK);
  test_now.digest = 0;
  test_digest(rms, sizeof rms);
  test_digest(stats, sizeof stats);
  test_digest(logits, sizeof(float) * batch * 10);
  digest_net(n, &progress);
  return test_now.digest;
}

static void check_threads_train(rsd_recipe recipe) {
  enum { IMAGES = 60, BATCH = 20 };
  rsd_spec spec = spec_of(&net_cases[5]);
  uint8_t *images = test_memory(IMAGES * RSD_IMAGE_BYTES);
  uint16_t *labels = test_memory(IMAGES * sizeof(uint16_t));
  uint64_t digests[MOST_THREADS + 1];
  CHECK(rsd_synthetic(0, 0, IMAGES, images, labels, NULL) == RSD_OK);
  for (uint32_t threads = 1; threads <= MOST_THREADS; threads++) {
    test_net n = make_net(&spec, BATCH, 1);
    threaded_pool p;
    start_threads(&p, threads);
    CHECK(rsd_net_use_pool(n.net, p.pool, NULL) == RSD_OK);
    begin_run(&n, &recipe);
    digests[threads] = digest_of_run(&n, images, labels, BATCH);
    stop_threads(&p);
  }
  CHECK(digests[1] == digests[2] && digests[1] == digests[3]);
}
static void test_threads_train(void) {
  rsd_recipe recipe = recipe_of(60, 20, 1, 0.03f);
  check_threads_train(recipe);
  recipe.mixup = 0.5f;
  recipe.cutout = 16;
  recipe.ema = 0.9f;
  recipe.clip = 0.5f;
  check_threads_train(recipe);
}
#endif

static const test_case net_tests[] = {
    {"logits", test_logits},
    {"inference_counts", test_inference_counts},
    {"gradients", test_gradients},
    {"odd_sizes", test_odd_sizes},
    {"sgd_of_nets", test_sgd_of_nets},
    {"learns", test_learns},
    {"short_training", test_short_training},
    {"trajectory", test_trajectory},
#if !defined(__wasm__)
    {"threads_take_tasks", test_threads_take_tasks},
    {"threads_train", test_threads_train},
#endif
};
