/* What a recipe may add to a step: each against naive loops in double, and that a run with all of them
 * is saved, loaded and gone on with like any other. */
#include "check.h"
#include "reference.h"

/* ----------------------------------------------------------------- the loss */

/* PyTorch's cross_entropy with label_smoothing and weight for both labels of mixed images. */
static double ref_soft_loss(const rsd_targets *t, const double *logits) {
  double sum = 0.0, weights = 0.0;
  for (int i = 0; i < t->images; i++, logits += t->classes) {
    double largest = logits[0], exps = 0.0;
    int own = t->labels[i], other = t->labels[(i + 1) % t->images];
    for (int k = 1; k < t->classes; k++)
      if (logits[k] > largest) largest = logits[k];
    for (int k = 0; k < t->classes; k++)
      exps += ref_exp(logits[k] - largest);
    for (int k = 0; k < t->classes; k++) {
      double weight = t->weights ? (double)t->weights[k] : 1.0, share = (double)t->share;
      double one_hot = share * (k == own) + (1.0 - share) * (k == other);
      double q = one_hot * (1.0 - (double)t->smoothing) + (double)t->smoothing / t->classes;
      sum += weight * q * (largest + ref_log(exps) - logits[k]);
    }
    weights += t->weights ? (double)t->weights[own] : 1.0;
  }
  return sum / weights;
}

static void check_loss_of(const rsd_targets *t) {
  int count = t->images * t->classes;
  float *logits = test_random_floats(count), *gradient = test_floats(count);
  for (int i = 0; i < count; i++)
    logits[i] *= 4.0f;
  double *moved = to_doubles(count, logits), *slopes = test_doubles(count);
  rsd_loss loss = rsd_soft_cross_entropy(t, logits, gradient);
  double wanted = ref_soft_loss(t, moved);
  CHECK_BELOW(test_abs(loss.sum / t->images - wanted) / wanted, 1e-12);
  for (int i = 0; i < count; i++) {
    double at = moved[i], step = 1e-6;
    moved[i] = at + step;
    double above = ref_soft_loss(t, moved);
    moved[i] = at - step;
    slopes[i] = (above - ref_soft_loss(t, moved)) / (2 * step);
    moved[i] = at;
  }
  CHECK_NEAR(count, gradient, slopes, 1e-6);
  test_digest(gradient, sizeof *gradient * (size_t)count);
}

static void test_soft_targets(void) {
  static const uint16_t labels[] = {2, 0, 2, 1, 3};
  static const float weights[] = {1.0f, 0.25f, 3.0f, 0.5f};
  for (int i = 0; i < 8; i++) {
    rsd_targets t = {.images = 5, .classes = 4, .labels = labels, .share = 1.0f};
    if (i & 1) t.share = 0.7f;
    if (i & 2) t.smoothing = 0.1f;
    if (i & 4) t.weights = weights;
    check_loss_of(&t);
  }
}

/* With nothing on, the loss is that of the usual recipe. */
static void test_hard_targets(void) {
  static const uint16_t labels[] = {2, 0, 1};
  const rsd_targets t = {.images = 3, .classes = 3, .labels = labels, .share = 1.0f};
  float soft[9], hard[9];
  const float *logits = test_random_floats(9);
  rsd_loss a = rsd_soft_cross_entropy(&t, logits, soft);
  rsd_loss b = rsd_cross_entropy(3, 3, logits, labels, hard);
  CHECK(a.wrong == b.wrong);
  CHECK_BELOW(test_abs(a.sum - b.sum), 1e-12);
  for (int i = 0; i < 9; i++)
    CHECK_BELOW(test_abs((double)soft[i] - (double)hard[i]), 1e-7);
}

/* ---------------------------------------------------------------- the images */

static void set_input(const uint8_t *image, const rsd_crop *crop, const rsd_cut *cut, int side,
                      const test_net *n, double *out) {
  float *normalised = test_floats(RSD_IMAGE_SIDE * RSD_IMAGE_SIDE * 4);
  rsd_input(image, crop, n->net->input_table, normalised);
  for (int y = 0; y < RSD_IMAGE_SIDE; y++)
    for (int x = 0; x < RSD_IMAGE_SIDE; x++) {
      int from_x = cut->x - side / 2, from_y = cut->y - side / 2;
      int inside = x >= from_x && x < from_x + side && y >= from_y && y < from_y + side;
      for (int c = 0; c < 4; c++) {
        int at = (y * RSD_IMAGE_SIDE + x) * 4 + c;
        out[at] = side > 0 && inside ? 0.0 : (double)normalised[at];
      }
    }
}

/* The images of a step as the net has read them. */
static void check_inputs(rsd_recipe recipe) {
  enum { FLOATS = RSD_IMAGE_SIDE * RSD_IMAGE_SIDE * 4 };
  rsd_spec spec = spec_of(&net_cases[2]);
  test_net n = make_net(&spec, FEW, 1);
  uint16_t labels[FEW];
  double *inputs[FEW];
  uint8_t *images = random_images(FEW, labels, 10);
  recipe.augment = RSD_AUGMENT_CROP_FLIP;
  begin_run(&n, &recipe);
  for (uint32_t i = 0; i < FEW; i++) {
    uint32_t number = rsd_recipe_image(&recipe, 0, i);
    rsd_crop crop = rsd_recipe_crop(&recipe, 0, number);
    rsd_cut cut = rsd_recipe_cut(&recipe, 0, number);
    inputs[i] = test_doubles(FLOATS);
    set_input(images + i * RSD_IMAGE_BYTES, &crop, &cut, (int)recipe.cutout, &n, inputs[i]);
  }
  take_step(&n, images, labels);
  double share = (double)rsd_recipe_share(&recipe, 0);
  for (int i = 0; i < FEW; i++) {
    double *mixed = test_doubles(FLOATS);
    for (int k = 0; k < FLOATS; k++)
      mixed[k] = share * inputs[i][k] + (1.0 - share) * inputs[(i + 1) % FEW][k];
    CHECK_NEAR(FLOATS, n.net->nodes[0].stored + i * FLOATS, mixed, 1e-7);
  }
}

static void test_mixed_and_cut_images(void) {
  for (int i = 0; i < 4; i++) {
    rsd_recipe recipe = recipe_of(FEW, FEW, 1, 0.1f);
    recipe.mixup = i & 1 ? 0.5f : 0.0f;
    recipe.cutout = i & 2 ? 15 : 0;
    check_inputs(recipe);
    test_release(0);
  }
}

/* Beta(a, a) has the mean 1/2 and the variance 1 / (4 (2a + 1)); the larger of share and 1-share has the
 * same distance from 1/2. A cutout's middle is anywhere. */
static void test_shares_and_cuts(void) {
  enum { DRAWS = 20000 };
  static const float alphas[] = {1e-3f, 0.1f, 0.2f, 1.0f};
  for (size_t i = 0; i < sizeof alphas / sizeof *alphas; i++) {
    rsd_recipe recipe = {.mixup = alphas[i], .seed_low = 5};
    double squares = 0.0, wanted = 0.25 / (2.0 * (double)alphas[i] + 1.0);
    for (uint32_t step = 0; step < DRAWS; step++) {
      double share = (double)rsd_recipe_share(&recipe, step);
      CHECK(share >= 0.5 && share <= 1.0);
      squares += (share - 0.5) * (share - 0.5) / (double)DRAWS;
    }
    CHECK_BELOW(test_abs(squares - wanted) / wanted, 0.02);
  }
  rsd_recipe recipe = {.seed_low = 5};
  int seen[RSD_IMAGE_SIDE][RSD_IMAGE_SIDE] = {{0}}, least = DRAWS;
  for (uint32_t image = 0; image < DRAWS; image++) {
    rsd_cut cut = rsd_recipe_cut(&recipe, 1, image);
    if (CHECK(cut.x >= 0 && cut.x < RSD_IMAGE_SIDE && cut.y >= 0 && cut.y < RSD_IMAGE_SIDE))
      seen[cut.y][cut.x]++;
  }
  for (int k = 0; k < RSD_IMAGE_SIDE * RSD_IMAGE_SIDE; k++)
    if (seen[k / 32][k % 32] < least) least = seen[k / 32][k % 32];
  CHECK(least > 0);
}

/* How many of the images of an epoch stand elsewhere, or are varied otherwise. */
typedef struct changes {
  int order, crops, cuts, shares;
} changes;

static changes changes_between(const rsd_recipe *a, const rsd_recipe *b) {
  changes found = {0, 0, 0, 0};
  for (uint32_t i = 0; i < a->images; i++) {
    rsd_crop crops[] = {rsd_recipe_crop(a, 1, i), rsd_recipe_crop(b, 1, i)};
    rsd_cut cuts[] = {rsd_recipe_cut(a, 1, i), rsd_recipe_cut(b, 1, i)};
    found.order += rsd_recipe_image(a, 1, i) != rsd_recipe_image(b, 1, i);
    found.crops += !test_same_bits(&crops[0], &crops[1], sizeof *crops);
    found.cuts += !test_same_bits(&cuts[0], &cuts[1], sizeof *cuts);
    found.shares += rsd_recipe_share(a, i) < rsd_recipe_share(b, i) ||
                    rsd_recipe_share(a, i) > rsd_recipe_share(b, i);
  }
  return found;
}

/* Order and augmentation have one seed, or each its own, to the last of its 64 bits. */
static void test_seed_of_augmentation(void) {
  enum { IMAGES = 400, MOST = IMAGES * 9 / 10 };
  rsd_recipe one = recipe_of(IMAGES, 4, 1, 0.1f), other = one, high = one;
  one.augment = RSD_AUGMENT_CROP_FLIP;
  one.mixup = 0.5f;
  one.seed_low = 3;
  one.seed_high = 5;
  other = high = one;
  other.augment_seed_low = 3;
  other.augment_seed_high = 5;
  changes c = changes_between(&one, &other);
  CHECK(c.order + c.crops + c.cuts + c.shares == 0);
  high.augment_seed_high = 1u << 31;
  c = changes_between(&one, &high);
  CHECK(c.order == 0 && c.crops > MOST && c.cuts > MOST && c.shares > MOST);
  other.seed_low = 4;
  c = changes_between(&one, &other);
  CHECK(c.order > MOST && c.crops + c.cuts + c.shares == 0);
}

/* ------------------------------------------------------------- the update */

/* Momentum, weights and averages of a net, replayed in double. */
typedef struct replay {
  rsd_recipe recipe;
  double **velocity, **averages;
} replay;

static int has_decay(const rsd_recipe *r, const rsd_tensor *t) {
  return !r->no_decay_norm || t->rank > 1;
}

static void replay_tensor(const replay *r, const test_net *n, uint32_t i, const ref_tensor *before,
                          int step) {
  int count = (int)before->info.elements;
  double *weights = before->values, t = step + 1.0;
  if (before->info.kind == RSD_TENSOR_PARAMETER) {
    const float *gradient = read_part(n, i, RSD_PART_GRADIENT);
    for (int k = 0; k < count; k++) {
      double momentum = (double)r->recipe.momentum, lr = (double)r->recipe.lr;
      double decay = has_decay(&r->recipe, &before->info) ? (double)r->recipe.weight_decay : 0.0;
      double g = (double)gradient[k] + decay * weights[k];
      double v = momentum * r->velocity[i][k] + g;
      r->velocity[i][k] = v;
      weights[k] -= lr * (r->recipe.nesterov ? g + momentum * v : v);
    }
    CHECK_NEAR(count, read_part(n, i, RSD_PART_MOMENTUM), r->velocity[i], 2e-6);
    CHECK_NEAR(count, read_part(n, i, RSD_PART_VALUE), weights, 2e-6);
  }
  if (!(r->recipe.ema > 0.0f)) return;
  const float *after = read_part(n, i, RSD_PART_VALUE);
  double d = (double)r->recipe.ema;
  if (d > (1.0 + t) / (10.0 + t)) d = (1.0 + t) / (10.0 + t);
  for (int k = 0; k < count; k++)
    r->averages[i][k] = d * r->averages[i][k] + (1.0 - d) * (double)after[k];
  CHECK_NEAR(count, read_part(n, i, RSD_PART_AVERAGE), r->averages[i], 2e-6);
}

static rsd_recipe with_all(rsd_recipe recipe) {
  recipe.nesterov = 1;
  recipe.no_decay_norm = 1;
  recipe.label_smoothing = 0.1f;
  recipe.clip = 0.5f;
  recipe.ema = 0.9f;
  recipe.mixup = 0.2f;
  recipe.cutout = 8;
  recipe.augment_seed_high = 7;
  for (int k = 0; k < 10; k++)
    recipe.class_weights[k] = 0.5f + 0.25f * (float)k;
  return recipe;
}

static void check_updates(const net_case *c) {
  rsd_spec spec = spec_of(c);
  if (spec.classes != 10) return;
  test_net n = make_net_with(&spec, FEW, 1, c->conv);
  uint16_t labels[FEW];
  replay r = {.recipe = with_all(recipe_of(FEW, FEW, 3, 0.05f))};
  r.recipe.weight_decay = 0.01f;
  shake_net(&n);
  uint8_t *images = random_images(FEW, labels, 10);
  ref_net start = ref_net_copy(n.net, n.plan.tensors);
  r.velocity = (double **)test_memory(n.plan.tensors * sizeof *r.velocity);
  r.averages = (double **)test_memory(n.plan.tensors * sizeof *r.averages);
  for (uint32_t i = 0; i < n.plan.tensors; i++) {
    r.averages[i] = start.tensors[i].values;
    r.velocity[i] = test_doubles((ptrdiff_t)start.tensors[i].info.elements);
    for (uint32_t k = 0; k < start.tensors[i].info.elements; k++)
      r.velocity[i][k] = 0.0;
  }
  begin_run(&n, &r.recipe);
  for (int step = 0; step < 3; step++) {
    ref_net before = ref_net_copy(n.net, n.plan.tensors);
    take_step(&n, images, labels);
    for (uint32_t i = 0; i < n.plan.tensors; i++)
      if (!is_frozen(c, &before.tensors[i].info))
        replay_tensor(&r, &n, i, &before.tensors[i], step);
  }
  digest_part(&n, RSD_PART_VALUE);
  digest_part(&n, RSD_PART_AVERAGE);
}
static void test_updates(void) { for_net_cases(check_updates); }

static double gradient_norm(const test_net *n) {
  double squares = 0.0;
  for (uint32_t i = 0; i < n->plan.tensors; i++) {
    rsd_tensor t = tensor_of(n, i);
    const float *g = t.kind == RSD_TENSOR_PARAMETER ? read_part(n, i, RSD_PART_GRADIENT) : NULL;
    for (uint32_t k = 0; g && k < t.elements; k++)
      squares += (double)g[k] * (double)g[k];
  }
  return __builtin_sqrt(squares);
}

/* The gradient keeps its direction, and only a longer one is cut. */
static void test_clipping(void) {
  rsd_spec spec = spec_of(&net_cases[2]);
  rsd_recipe recipe = recipe_of(FEW, FEW, 1, 0.1f);
  uint16_t labels[FEW];
  uint8_t *images = random_images(FEW, labels, 10);
  test_net whole = make_net(&spec, FEW, 1), cut = make_net(&spec, FEW, 1);
  test_net same = make_net(&spec, FEW, 1);
  begin_run(&whole, &recipe);
  take_step(&whole, images, labels);
  double norm = gradient_norm(&whole);
  recipe.clip = (float)(norm / 4);
  begin_run(&cut, &recipe);
  take_step(&cut, images, labels);
  CHECK_BELOW(test_abs(gradient_norm(&cut) - norm / 4) / norm, 1e-6);
  const float *a = read_part(&whole, 0, RSD_PART_GRADIENT);
  const float *b = read_part(&cut, 0, RSD_PART_GRADIENT);
  int count = (int)tensor_of(&cut, 0).elements;
  double *quarter = to_doubles(count, a);
  for (int k = 0; k < count; k++)
    quarter[k] /= 4;
  CHECK_NEAR(count, b, quarter, 1e-6);
  recipe.clip = (float)(norm * 2);
  begin_run(&same, &recipe);
  take_step(&same, images, labels);
  CHECK(digest_of_values(&same) == digest_of_values(&whole));
}

/* --------------------------------------------------------------- the averages */

static const float *logits_of(const test_net *n, const uint8_t *images) {
  float *logits = test_floats(FEW * 10);
  CHECK(rsd_infer(n->net, images, FEW, logits, &said) == RSD_OK);
  return logits;
}
static int answers_alike(const test_net *a, const test_net *b, const uint8_t *images) {
  return test_same_bits(logits_of(a, images), logits_of(b, images), sizeof(float) * FEW * 10);
}

/* Evaluation, files without a run, nets that cannot train and the end of the run have the averages. */
static void test_averages_are_evaluated(void) {
  rsd_spec spec = spec_of(&net_cases[4]);
  rsd_recipe recipe = recipe_of(FEW, FEW, 4, 0.1f);
  recipe.ema = 0.5f;
  test_net n = make_net(&spec, FEW, 1), wanted = make_net(&spec, FEW, 0);
  test_net other = make_net(&spec, FEW, 1), inference = make_net(&spec, FEW, 0);
  uint16_t labels[FEW];
  uint8_t *images = random_images(FEW, labels, 10);
  CHECK(rsd_net_read(n.net, 0, RSD_PART_AVERAGE, test_floats(4 * 27), &said) == RSD_BAD_ARGUMENT);
  begin_run(&n, &recipe);
  for (int step = 0; step < 3; step++)
    take_step(&n, images, labels);
  for (uint32_t i = 0; i < n.plan.tensors; i++)
    CHECK(rsd_net_write(wanted.net, i, RSD_PART_VALUE, read_part(&n, i, RSD_PART_AVERAGE), &said) ==
          RSD_OK);
  CHECK(answers_alike(&n, &wanted, images));
  test_file weights = save_net(&n, 0), run = save_net(&n, 1);
  CHECK(load_net(&other, weights) && answers_alike(&other, &wanted, images));
  CHECK(load_net(&inference, run) && answers_alike(&inference, &wanted, images));
  CHECK(load_net(&other, run) && answers_alike(&other, &wanted, images));
  CHECK(digest_of_values(&other) == digest_of_values(&n));
  CHECK(rsd_net_load_features(other.net, run.bytes, run.length, &said) == RSD_OK);
  CHECK(test_same_bits(read_part(&other, 0, RSD_PART_VALUE), read_part(&wanted, 0, RSD_PART_VALUE),
                       sizeof(float) * tensor_of(&n, 0).elements));
  CHECK(rsd_train_end(n.net, &said) == RSD_OK && answers_alike(&n, &wanted, images));
  CHECK(digest_of_values(&n) == digest_of_values(&wanted));
}

/* A checkpoint of averages lacks none of them. */
static void test_averages_in_files(void) {
  rsd_recipe recipe = with_all(odd_recipe());
  test_net n = trained_net(&recipe, 2);
  test_file file = save_net(&n, 1);
  CHECK_FAILS(load_bad(&n, edit(file, "average.bn1.bias", "average.bn1.blas")), RSD_MISMATCH,
              "has a tensor average.bn1.blas");
  CHECK_FAILS(load_bad(&n, edit(file, "average.bn1.bias", "a.num_batches_tracked")), RSD_MISMATCH,
              "no tensor average.bn1.bias");
  CHECK_FAILS(load_bad(&n, edit(file, "recipe.ema", "skip.ema")), RSD_BAD_FILE,
              "averages of weights");
}

/* ---------------------------------------------------------------- whole runs */

/* As test_resume, with everything on. */
static void test_resume_with_options(void) {
  rsd_recipe recipe = with_all(odd_recipe()), told = {.size = sizeof told}, other = recipe;
  test_net n = trained_net(&recipe, 6), again = make_net(&n.spec, 4, 1);
  uint16_t labels[4];
  uint32_t indices[4];
  test_file file = save_net(&n, 1);
  CHECK(rsd_file_run(file.bytes, file.length, &told, NULL, &said) == RSD_OK);
  CHECK(test_same_bits(&told, &recipe, sizeof recipe));
  if (!load_net(&again, file)) return;
  test_file second = save_net(&again, 1);
  CHECK(second.length == file.length && test_same_bits(second.bytes, file.bytes, file.length));
  other.class_weights[9] = 7.0f;
  CHECK_FAILS(rsd_train_begin(again.net, &other, &said), RSD_MISMATCH, "class_weights");
  other = recipe;
  other.cutout = 9;
  CHECK_FAILS(rsd_train_begin(again.net, &other, &said), RSD_MISMATCH, "cutout");
  other = recipe;
  other.augment_seed_low = 1;
  CHECK_FAILS(rsd_train_begin(again.net, &other, &said), RSD_MISMATCH, "augment_seed");
  other.augment_seed_high = 1; /* a seed is one number of 64 bits */
  CHECK_FAILS(rsd_train_begin(again.net, &other, &said), RSD_MISMATCH, ", not 4294967297;");
  other = recipe;
  rsd_zero(other.class_weights, sizeof other.class_weights);
  CHECK_FAILS(rsd_train_begin(again.net, &other, &said), RSD_MISMATCH, ", not none;");
  begin_run(&again, &recipe);
  while (next_images(&n, indices)) {
    uint8_t *images = random_images(4, labels, 10);
    take_step(&n, images, labels);
    take_step(&again, images, labels);
  }
  file = save_net(&n, 1);
  second = save_net(&again, 1);
  CHECK(second.length == file.length && test_same_bits(second.bytes, file.bytes, file.length));
  test_digest(file.bytes, file.length);
}

/* Files of runs without options are as they were before there were any. */
static void test_options_that_are_off(void) {
  rsd_recipe recipe = odd_recipe();
  test_net n = trained_net(&recipe, 1);
  test_file file = save_net(&n, 1);
  static const char *const keys[] = {"nesterov", "no_decay", "smoothing", "clip",    "ema",
                                     "mixup",    "cutout",   "augment_",  "class_w", "average"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    CHECK(!test_contains(file.bytes + 8, keys[i]));
}

/* The rate is the caller's, and a run that goes on has that of its last step. */
static void test_own_rates(void) {
  rsd_spec spec = spec_of(&net_cases[2]);
  rsd_recipe recipe = recipe_of(FEW, FEW, 3, 0.25f);
  test_net n = make_net(&spec, FEW, 1), again = make_net(&spec, FEW, 1);
  uint16_t labels[FEW];
  uint8_t *images = random_images(FEW, labels, 10);
  CHECK_FAILS(rsd_train_set_lr(n.net, 0.1f, &said), RSD_BAD_STATE, "rsd_train_begin");
  begin_run(&n, &recipe);
  CHECK_FAILS(rsd_train_set_lr(n.net, 0.1f, &said), RSD_BAD_STATE, "RSD_SCHEDULE_OWN");
  CHECK(rsd_train_end(n.net, &said) == RSD_OK);
  recipe.schedule = RSD_SCHEDULE_OWN;
  begin_run(&n, &recipe);
  CHECK(take_step(&n, images, labels).lr == 0.25f);
  CHECK_FAILS(rsd_train_set_lr(n.net, -1.0f, &said), RSD_BAD_ARGUMENT, "learning rate");
  CHECK_FAILS(rsd_train_set_lr(n.net, __builtin_inff(), &said), RSD_BAD_ARGUMENT, "learning rate");
  CHECK(rsd_train_set_lr(n.net, 0.125f, &said) == RSD_OK);
  CHECK(take_step(&n, images, labels).lr == 0.125f);
  if (!load_net(&again, save_net(&n, 1))) return;
  begin_run(&again, &recipe);
  CHECK(take_step(&again, images, labels).lr == 0.125f);
}

/* ---------------------------------------------------------------- half steps */

static float *floats_of(const uint8_t *images, int count) {
  float *pixels = test_floats((ptrdiff_t)count * RSD_IMAGE_BYTES);
  for (ptrdiff_t k = 0; k < (ptrdiff_t)count * RSD_IMAGE_BYTES; k++)
    pixels[k] = (float)images[k];
  return pixels;
}

/* Gradients and an update are a step, from bytes or from floats of the same values. */
static void test_halves_of_a_step(void) {
  rsd_spec spec = spec_of(&net_cases[4]);
  rsd_recipe recipe = with_all(recipe_of(FEW, FEW, 3, 0.05f));
  test_net whole = make_net(&spec, FEW, 1), halves = make_net(&spec, FEW, 1);
  uint16_t labels[FEW];
  rsd_score score = {.size = sizeof score};
  rsd_progress progress = {.size = sizeof progress};
  recipe.augment = RSD_AUGMENT_CROP_FLIP;
  uint8_t *images = random_images(FEW, labels, 10);
  float *pixels = floats_of(images, FEW);
  begin_run(&whole, &recipe);
  begin_run(&halves, &recipe);
  for (int step = 0; step < 3; step++) {
    rsd_progress wanted = take_step(&whole, images, labels);
    CHECK_FAILS(rsd_train_update(halves.net, &progress, &said), RSD_BAD_STATE, "no gradients");
    if (step != 1)
      CHECK(rsd_train_gradients(halves.net, images, labels, &score, &said) == RSD_OK);
    else
      CHECK(rsd_train_gradients_float(halves.net, pixels, labels, &score, &said) == RSD_OK);
    CHECK(score.loss_sum / (double)FEW == wanted.loss);
    if (step == 2) logits_of(&halves, images); /* a look between the halves changes nothing */
    CHECK(rsd_train_update(halves.net, &progress, &said) == RSD_OK);
    CHECK(test_same_bits(&progress, &wanted, sizeof wanted));
  }
  CHECK(state_digest(&whole) == state_digest(&halves));
  CHECK(answers_alike(&whole, &halves, images));
  CHECK_FAILS(rsd_train_gradients(halves.net, images, labels, &score, &said), RSD_BAD_STATE,
              "over");
  begin_run(&halves, &recipe);
  CHECK(rsd_train_end(halves.net, &said) == RSD_OK);
  begin_run(&halves, &recipe);
  pixels[RSD_IMAGE_BYTES] = __builtin_inff();
  CHECK_FAILS(rsd_train_gradients_float(halves.net, pixels, labels, &score, &said),
              RSD_BAD_ARGUMENT, "pixel of image 1");
}

/* The update takes the gradients that are there. */
static void test_gradients_of_ones_own(void) {
  rsd_spec spec = spec_of(&net_cases[2]);
  rsd_recipe recipe = recipe_of(FEW, FEW, 1, 0.5f);
  test_net n = make_net(&spec, FEW, 1);
  uint16_t labels[FEW];
  rsd_score score = {.size = sizeof score};
  rsd_progress progress = {.size = sizeof progress};
  uint8_t *images = random_images(FEW, labels, 10);
  recipe.weight_decay = 0.0f;
  begin_run(&n, &recipe);
  CHECK(rsd_train_gradients(n.net, images, labels, &score, &said) == RSD_OK);
  int count = (int)tensor_of(&n, 0).elements;
  float *before = read_part(&n, 0, RSD_PART_VALUE), *gradient = test_random_floats(count);
  CHECK(rsd_net_write(n.net, 0, RSD_PART_GRADIENT, gradient, &said) == RSD_OK);
  CHECK(rsd_train_update(n.net, &progress, &said) == RSD_OK);
  double *wanted = to_doubles(count, before);
  for (int k = 0; k < count; k++)
    wanted[k] -= 0.5 * (double)gradient[k];
  CHECK_NEAR(count, read_part(&n, 0, RSD_PART_VALUE), wanted, 1e-6);
}

/* The dense layer makes the logits of them. */
static void test_features_of_images(void) {
  rsd_spec spec = spec_of(&net_cases[3]);
  test_net n = make_net(&spec, FEW, 0);
  uint16_t labels[FEW];
  shake_net(&n);
  uint8_t *images = random_images(FEW, labels, 10);
  const int features = 4 * (int)spec.width, count = FEW * features;
  float *found = test_floats(count), *logits = test_floats(FEW * 10);
  CHECK(rsd_features(n.net, images, FEW, found, &said) == RSD_OK);
  const float *w = read_part(&n, n.plan.tensors - 2, RSD_PART_VALUE);
  const float *bias = read_part(&n, n.plan.tensors - 1, RSD_PART_VALUE);
  double *wanted = test_doubles(FEW * 10);
  for (int i = 0; i < FEW * 10; i++) {
    wanted[i] = (double)bias[i % 10];
    for (int c = 0; c < features; c++)
      wanted[i] += (double)w[i % 10 * features + c] * (double)found[i / 10 * features + c];
  }
  CHECK(rsd_infer(n.net, images, FEW, logits, &said) == RSD_OK);
  CHECK_NEAR(FEW * 10, logits, wanted, 1e-6);
  test_digest(found, sizeof(float) * (size_t)count);
}

static double mean_loss(const test_net *n, const uint8_t *images, const uint16_t *labels) {
  rsd_score score = {.size = sizeof score};
  CHECK(rsd_evaluate(n->net, images, labels, FEW, &score, &said) == RSD_OK);
  return score.loss_sum / (double)FEW;
}

/* One step of a byte up and down, at the pixels of the largest gradients, where rounding weighs least. A step
 * of a byte crosses some ReLUs; tests/pytorch holds the gradient against PyTorch's to 1e-5. */
static void check_input_gradient(const net_case *c) {
  enum { BYTES = FEW * RSD_IMAGE_BYTES, LOOKS = 12 };
  rsd_spec spec = spec_of(c);
  test_net n = make_net_with(&spec, FEW, 1, c->conv);
  uint16_t labels[FEW];
  shake_net(&n);
  uint8_t *images = random_images(FEW, labels, (int)spec.classes);
  float *gradient = test_floats(BYTES), *rest = test_floats(BYTES), largest = 0.0f;
  CHECK(rsd_input_gradient(n.net, images, labels, FEW, gradient, &said) == RSD_OK);
  test_digest(gradient, sizeof(float) * BYTES);
  for (int k = 0; k < BYTES; k++)
    rest[k] = gradient[k];
  for (int one = 0; one < LOOKS; one++) {
    int at = 0;
    for (int k = 0; k < BYTES; k++)
      if (rest[k] * rest[k] > rest[at] * rest[at] && images[k] > 0 && images[k] < 255) at = k;
    float g = rest[at];
    if (one == 0) largest = g < 0.0f ? -g : g;
    rest[at] = 0.0f;
    images[at]++;
    double up = mean_loss(&n, images, labels);
    images[at] -= 2;
    double down = mean_loss(&n, images, labels);
    images[at]++;
    double step = 2.0 / 255.0 / (double)spec.stddev[at / 1024 % 3];
    CHECK_BELOW(test_abs((up - down) / step - (double)g) / (double)largest, 0.25);
  }
}
static void test_input_gradients(void) { for_net_cases(check_input_gradient); }

/* A run goes on as without it, but for the gradients of a step that is half done. */
static void test_input_gradient_in_a_run(void) {
  rsd_recipe recipe = with_all(odd_recipe());
  test_net n = trained_net(&recipe, 3), alone = make_net(&n.spec, 4, 1);
  if (!load_net(&alone, save_net(&n, 1))) return;
  begin_run(&alone, &recipe);
  uint16_t labels[4];
  float *gradient = test_floats(4 * RSD_IMAGE_BYTES), *one = test_floats(RSD_IMAGE_BYTES);
  rsd_progress progress = {.size = sizeof progress};
  rsd_score score = {.size = sizeof score};
  uint8_t *images = random_images(4, labels, 10);
  CHECK(rsd_train_gradients(n.net, images, labels, &score, &said) == RSD_OK);
  CHECK(rsd_input_gradient(n.net, images, labels, 4, gradient, &said) == RSD_OK);
  CHECK(rsd_input_gradient(n.net, images, labels, 1, one, &said) == RSD_OK);
  for (int k = 0; k < RSD_IMAGE_BYTES; k++)
    CHECK(test_abs((double)one[k] - 4.0 * (double)gradient[k]) <= 1e-5);
  CHECK_FAILS(rsd_train_update(n.net, &progress, &said), RSD_BAD_STATE, "no gradients");
  take_step(&n, images, labels);
  take_step(&alone, images, labels);
  test_file file = save_net(&n, 1), other = save_net(&alone, 1);
  CHECK(other.length == file.length && test_same_bits(other.bytes, file.bytes, file.length));
  test_net inference = make_net(&n.spec, 4, 0);
  CHECK_FAILS(rsd_input_gradient(inference.net, images, labels, 4, gradient, &said),
              RSD_BAD_ARGUMENT, "inference");
}

static const test_case option_tests[] = {
    {"input_gradients", test_input_gradients},
    {"input_gradient_in_a_run", test_input_gradient_in_a_run},
    {"halves_of_a_step", test_halves_of_a_step},
    {"gradients_of_ones_own", test_gradients_of_ones_own},
    {"features_of_images", test_features_of_images},
    {"soft_targets", test_soft_targets},
    {"hard_targets", test_hard_targets},
    {"mixed_and_cut_images", test_mixed_and_cut_images},
    {"shares_and_cuts", test_shares_and_cuts},
    {"seed_of_augmentation", test_seed_of_augmentation},
    {"updates", test_updates},
    {"clipping", test_clipping},
    {"averages_are_evaluated", test_averages_are_evaluated},
    {"averages_in_files", test_averages_in_files},
    {"resume_with_options", test_resume_with_options},
    {"options_that_are_off", test_options_that_are_off},
    {"own_rates", test_own_rates},
};
