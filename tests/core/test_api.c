/* The public functions' promises: what plans say, which arguments are refused and how, initial
 * weights, schedules, the order of images, and what a refused or failed call leaves behind. */
#include "check.h"
#include "reference.h"

static rsd_error said = {.size = sizeof said};

/* A refusal is one sentence, about `part`. */
#define CHECK_FAILS(call, status, part) test_fails(__FILE__, __LINE__, #call, call, status, part)
static void test_fails(const char *file, int line, const char *what, rsd_status got,
                       rsd_status wanted, const char *part) {
  size_t length = 0;
  while (said.message[length])
    length++;
  if (got == wanted && length > 20 && said.message[length - 1] == '.' &&
      test_contains(said.message, part)) {
    said.message[0] = 0;
    return;
  }
  test_fail(file, line, what);
  log_text("    status ");
  log_int(got);
  log_text(", message: ");
  log_text(said.message);
  log_text("\n");
  said.message[0] = 0;
}

/* ------------------------------------------------------------------- plans */

static rsd_plan plan_of(uint32_t family, uint32_t depth, uint32_t width, uint32_t shortcut) {
  rsd_spec spec;
  rsd_plan plan = {.size = sizeof plan};
  rsd_capacity capacity = {sizeof capacity, 1, 0, 1, RSD_CONV_AUTO, RSD_TIER_AUTO};
  rsd_default_spec(&spec);
  spec.family = family;
  spec.depth = depth;
  spec.width = width;
  spec.shortcut = shortcut;
  CHECK(rsd_plan_net(&spec, &capacity, &plan, NULL) == RSD_OK);
  return plan;
}

/* Parameters as PyTorch counts them; Table 6 of the paper rounds the first four. */
static void test_plans(void) {
  static const struct {
    uint32_t family, depth, width, shortcut, parameters, tensors, convolutions;
  } known[] = {
      {RSD_RESIDUAL, 20, 16, RSD_SHORTCUT_A, 269722, 97, 19},
      {RSD_RESIDUAL, 56, 16, RSD_SHORTCUT_A, 853018, 277, 55},
      {RSD_RESIDUAL, 110, 16, RSD_SHORTCUT_A, 1727962, 547, 109},
      {RSD_RESIDUAL, 1202, 16, RSD_SHORTCUT_A, 19421274, 6007, 1201},
      {RSD_RESIDUAL, 1202, 16, RSD_SHORTCUT_C, 20538714, 9007, 1801},
      {RSD_PLAIN, 20, 16, RSD_SHORTCUT_C, 269722, 97, 19},
      {RSD_RESIDUAL, 20, 16, RSD_SHORTCUT_B, 272474, 107, 21},
      {RSD_RESIDUAL, 8, 5, RSD_SHORTCUT_C, 7695 + 345, 52, 10},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    rsd_plan plan = plan_of(known[i].family, known[i].depth, known[i].width, known[i].shortcut);
    CHECK(plan.parameters == known[i].parameters);
    CHECK(plan.tensors == known[i].tensors);
    CHECK(plan.convolutions == known[i].convolutions);
    CHECK(plan.checkpoint_bytes > 8ull * plan.parameters);
  }
  /* 3x16 at 32x32, then six convolutions a stage, and 64 features to 10 classes. */
  CHECK(plan_of(RSD_RESIDUAL, 20, 16, RSD_SHORTCUT_A).flops_per_image == 2ull * 40551040);
}

static void test_tensor_names(void) {
  static const struct {
    uint32_t index;
    const char *name;
    uint32_t rank, shape[4];
  } known[] = {
      {0, "conv1.weight", 4, {4, 3, 3, 3}},
      {1, "bn1.weight", 1, {4, 1, 1, 1}},
      {4, "bn1.running_var", 1, {4, 1, 1, 1}},
      {5, "layer1.0.conv1.weight", 4, {4, 4, 3, 3}},
      {35, "layer2.0.shortcut.0.weight", 4, {8, 4, 1, 1}},
      {36, "layer2.0.shortcut.1.weight", 1, {8, 1, 1, 1}},
      {39, "layer2.0.shortcut.1.running_var", 1, {8, 1, 1, 1}},
      {75, "linear.weight", 2, {10, 16, 1, 1}},
      {76, "linear.bias", 1, {10, 1, 1, 1}},
  };
  rsd_spec spec = spec_of(&net_cases[4]);
  test_net n = make_net(&spec, 1, 0);
  CHECK(n.plan.tensors == 77);
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    rsd_tensor t = tensor_of(&n, known[i].index);
    CHECK(test_contains(t.name, known[i].name) && t.rank == known[i].rank);
    CHECK(test_same_bits(t.shape, known[i].shape, sizeof t.shape));
  }
}

/* --------------------------------------------------------------- arguments */

typedef void (*spoil_spec)(rsd_spec *spec);
static void test_net_names(void) {
  static const char *const residual[] = {"resnet20", "resnet-20", "ResNet-20", "RESNET20"};
  static const char *const wrong[] = {
      "",   "resnet",    "resnet-",   "resnet--20", "resnet20x", "vgg16", "plain 20",
      "20", "resnet+20", "plain-20-", "resnet 20",  "resnet2e1", "plain", "res"};
  rsd_spec spec;
  rsd_error error = {.size = sizeof error};
  rsd_default_spec(&spec);
  for (size_t i = 0; i < sizeof residual / sizeof *residual; i++) {
    spec.family = RSD_PLAIN, spec.depth = 8;
    CHECK(rsd_read_net_name(residual[i], &spec, &error) == RSD_OK);
    CHECK(spec.family == RSD_RESIDUAL && spec.depth == 20);
  }
  CHECK(rsd_read_net_name("Plain-56", &spec, &error) == RSD_OK);
  CHECK(spec.family == RSD_PLAIN && spec.depth == 56);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CHECK(rsd_read_net_name(wrong[i], &spec, &error) == RSD_BAD_SPEC);
    CHECK(spec.family == RSD_PLAIN && spec.depth == 56);
  }
  CHECK(rsd_text_equal("crop-flip", 9, rsd_option_name(RSD_OPTION_AUGMENT, RSD_AUGMENT_CROP_FLIP)));
  CHECK(rsd_option_name(RSD_OPTION_AUGMENT, 4) == NULL);
}

static void spoil_size(rsd_spec *s) { s->size = 4; }
static void spoil_depth(rsd_spec *s) { s->depth = 21; }
static void spoil_depth_low(rsd_spec *s) { s->depth = 2; }
static void spoil_depth_high(rsd_spec *s) { s->depth = 1208; }
static void spoil_width(rsd_spec *s) { s->width = 0; }
static void spoil_width_high(rsd_spec *s) { s->width = 257; }
static void spoil_classes(rsd_spec *s) { s->classes = 1; }
static void spoil_family(rsd_spec *s) { s->family = 2; }
static void spoil_frozen(rsd_spec *s) { s->frozen_stages = 4; }
static void spoil_stddev(rsd_spec *s) { s->stddev[1] = 0.0f; }
static void spoil_mean(rsd_spec *s) { s->mean[2] = __builtin_nanf(""); }
static void spoil_sigma(rsd_spec *s) {
  s->init = RSD_INIT_GAUSSIAN;
  s->init_sigma = 0.0f;
}
/* Not drawn with, but kept in files. */
static void spoil_idle_sigma(rsd_spec *s) { s->init_sigma = __builtin_nanf(""); }

static void test_bad_specs(void) {
  static const struct {
    spoil_spec spoil;
    rsd_status status;
    const char *part;
  } cases[] = {
      {spoil_size, RSD_BAD_ARGUMENT, "spec"},
      {spoil_depth, RSD_BAD_SPEC, "depth 21 is not 6n+2 (8, 14, 20, ... 1202)."},
      {spoil_depth_low, RSD_BAD_SPEC, "depth 2"},
      {spoil_depth_high, RSD_BAD_SPEC, "depth 1208"},
      {spoil_width, RSD_BAD_SPEC, "width 0"},
      {spoil_width_high, RSD_BAD_SPEC, "width 257"},
      {spoil_classes, RSD_BAD_SPEC, "classes"},
      {spoil_family, RSD_BAD_SPEC, "family"},
      {spoil_frozen, RSD_BAD_SPEC, "frozen"},
      {spoil_stddev, RSD_BAD_SPEC, "stddev"},
      {spoil_mean, RSD_BAD_SPEC, "mean"},
      {spoil_sigma, RSD_BAD_SPEC, "the sigma of init"},
      {spoil_idle_sigma, RSD_BAD_SPEC, "the sigma of init"},
  };
  rsd_capacity capacity = {sizeof capacity, 4, 1, 1, RSD_CONV_AUTO, RSD_TIER_AUTO};
  rsd_plan plan = {.size = sizeof plan};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    rsd_spec spec;
    rsd_default_spec(&spec);
    cases[i].spoil(&spec);
    CHECK_FAILS(rsd_plan_net(&spec, &capacity, &plan, &said), cases[i].status, cases[i].part);
    CHECK(plan.bytes == 0);
  }
  CHECK(rsd_plan_net(NULL, &capacity, &plan, NULL) == RSD_BAD_ARGUMENT);
}

/* The tier that a build with one set of kernels lacks. */
static uint32_t other_tier(void) {
  return rsd_tier()[0] == 'r' ? RSD_TIER_EXACT : RSD_TIER_RELAXED;
}

static void test_bad_capacities(void) {
  rsd_spec spec;
  rsd_plan plan = {.size = sizeof plan};
  rsd_default_spec(&spec);
  const rsd_capacity bad[] = {
      {sizeof *bad, 0, 1, 1, 0, 0},    {sizeof *bad, RSD_MAX_BATCH + 1, 1, 1, 0, 0},
      {sizeof *bad, 4, 1, 0, 0, 0},    {sizeof *bad, 4, 1, 65, 0, 0},
      {sizeof *bad, 4, 2, 1, 0, 0},    {sizeof *bad, 4, 1, 1, 3, 0},
      {sizeof *bad, 4, 1, 1, 0, 3},    {sizeof *bad, 4, 1, 1, 0, other_tier()},
      {sizeof *bad - 1, 4, 1, 1, 0, 0}};
  const char *const parts[] = {
      "batch_size 0", "batch_size 4097", "threads 0", "threads 65", "training",
      "conv",         "tier 3",          "no",        "capacity"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    CHECK_FAILS(rsd_plan_net(&spec, &bad[i], &plan, &said), RSD_BAD_ARGUMENT, parts[i]);
  CHECK_FAILS(rsd_plan_net(&spec, NULL, &plan, &said), RSD_BAD_ARGUMENT, "capacity");
  const rsd_capacity good = {sizeof good, 4, 1, 1, RSD_CONV_AUTO, RSD_TIER_AUTO};
  CHECK_FAILS(rsd_plan_net(&spec, &good, NULL, &said), RSD_BAD_ARGUMENT, "plan");
  plan.size = 0;
  CHECK_FAILS(rsd_plan_net(&spec, &good, &plan, &said), RSD_BAD_ARGUMENT, "plan");
}

static void test_bad_memory(void) {
  rsd_spec spec = spec_of(&net_cases[2]);
  rsd_capacity capacity = {sizeof capacity, 4, 1, 1, RSD_CONV_AUTO, RSD_TIER_AUTO};
  rsd_plan plan = {.size = sizeof plan};
  rsd_net *net = NULL;
  CHECK(rsd_plan_net(&spec, &capacity, &plan, NULL) == RSD_OK);
  size_t bytes = (size_t)plan.bytes;
  unsigned char *memory = test_memory(bytes + 8);
  CHECK_FAILS(rsd_net_create(&spec, &capacity, memory, bytes - 1, &net, &said), RSD_NO_MEMORY,
              "smaller");
  CHECK_FAILS(rsd_net_create(&spec, &capacity, memory + 8, bytes, &net, &said), RSD_BAD_ARGUMENT,
              "multiple of 64");
  CHECK_FAILS(rsd_net_create(&spec, &capacity, NULL, bytes, &net, &said), RSD_BAD_ARGUMENT,
              "memory");
  CHECK(net == NULL);
  for (size_t i = 0; i < bytes; i++)
    if (!CHECK(memory[i] == 0xff)) break; /* a refusal writes nothing */
}

static void test_bad_tensors(void) {
  rsd_spec spec = spec_of(&net_cases[2]);
  test_net n = make_net(&spec, 4, 0), trainable = make_net(&spec, 4, 1);
  rsd_tensor t = {.size = sizeof t};
  float values[16], before[4], after[4];
  CHECK_FAILS(rsd_net_tensor(n.net, n.plan.tensors, &t, &said), RSD_BAD_ARGUMENT, "no tensor");
  CHECK_FAILS(rsd_net_tensor(NULL, 0, &t, &said), RSD_BAD_ARGUMENT, "NULL");
  CHECK_FAILS(rsd_net_read(n.net, n.plan.tensors, RSD_PART_VALUE, values, &said), RSD_BAD_ARGUMENT,
              "tensor");
  CHECK_FAILS(rsd_net_read(n.net, 0, RSD_PART_GRADIENT, values, &said), RSD_BAD_ARGUMENT,
              "training");
  CHECK_FAILS(rsd_net_read(trainable.net, 3, RSD_PART_MOMENTUM, values, &said), RSD_BAD_ARGUMENT,
              "statistic");
  CHECK_FAILS(rsd_net_read(n.net, 1, RSD_PART_VALUE, NULL, &said), RSD_BAD_ARGUMENT, "NULL");
  CHECK(rsd_net_read(n.net, 1, RSD_PART_VALUE, before, NULL) == RSD_OK);
  for (int i = 0; i < 4; i++)
    values[i] = i == 2 ? __builtin_inff() : 5.0f;
  CHECK_FAILS(rsd_net_write(n.net, 1, RSD_PART_VALUE, values, &said), RSD_BAD_ARGUMENT,
              "element 2 for bn1.weight");
  CHECK(rsd_net_read(n.net, 1, RSD_PART_VALUE, after, NULL) == RSD_OK);
  CHECK(test_same_bits(before, after, sizeof before));
}

static void test_bad_inference(void) {
  rsd_spec spec = spec_of(&net_cases[2]);
  test_net n = make_net(&spec, 4, 0);
  uint16_t labels[5];
  float logits[50];
  rsd_score score = {.size = sizeof score};
  uint8_t *images = random_images(5, labels, 10);
  CHECK_FAILS(rsd_infer(n.net, images, 5, logits, &said), RSD_BAD_ARGUMENT, "5 images");
  CHECK_FAILS(rsd_infer(n.net, images, 0, logits, &said), RSD_BAD_ARGUMENT, "0 images");
  CHECK_FAILS(rsd_infer(n.net, NULL, 1, logits, &said), RSD_BAD_ARGUMENT, "NULL");
  CHECK_FAILS(rsd_infer(n.net, images, 1, NULL, &said), RSD_BAD_ARGUMENT, "NULL");
  CHECK_FAILS(rsd_evaluate(n.net, images, NULL, 1, &score, &said), RSD_BAD_ARGUMENT, "labels");
  CHECK_FAILS(rsd_evaluate(n.net, images, labels, 4, NULL, &said), RSD_BAD_ARGUMENT, "score");
  labels[3] = 10;
  CHECK_FAILS(rsd_evaluate(n.net, images, labels, 4, &score, &said), RSD_BAD_ARGUMENT,
              "label 10 of image 3");
}

typedef void (*spoil_recipe)(rsd_recipe *recipe);
static void spoil_batch_small(rsd_recipe *r) { r->batch_size = 1; }
static void spoil_batch_large(rsd_recipe *r) { r->images = r->batch_size = 9; }
static void spoil_images(rsd_recipe *r) { r->images = 3; }
static void spoil_no_images(rsd_recipe *r) { r->images = 0; }
static void spoil_epochs(rsd_recipe *r) { r->epochs = 0; }
static void spoil_steps(rsd_recipe *r) { r->images = r->epochs = 1u << 20; }
static void spoil_lr(rsd_recipe *r) { r->lr = __builtin_nanf(""); }
static void spoil_lr_sign(rsd_recipe *r) { r->lr = -0.1f; }
static void spoil_momentum(rsd_recipe *r) { r->momentum = 1.0f; }
static void spoil_decay(rsd_recipe *r) { r->weight_decay = __builtin_inff(); }
static void spoil_schedule(rsd_recipe *r) { r->schedule = 6; }
static void spoil_augment(rsd_recipe *r) { r->augment = 4; }
static void spoil_nesterov(rsd_recipe *r) { r->nesterov = 2; }
static void spoil_nesterov_alone(rsd_recipe *r) { r->nesterov = 1, r->momentum = 0.0f; }
static void spoil_no_decay_norm(rsd_recipe *r) { r->no_decay_norm = 2; }
static void spoil_smoothing(rsd_recipe *r) { r->label_smoothing = 1.0f; }
static void spoil_clip(rsd_recipe *r) { r->clip = -1.0f; }
static void spoil_ema(rsd_recipe *r) { r->ema = 1.0f; }
static void spoil_mixup(rsd_recipe *r) { r->mixup = __builtin_nanf(""); }
static void spoil_cutout(rsd_recipe *r) { r->cutout = 33; }
static void spoil_class_weight(rsd_recipe *r) { r->class_weights[0] = -1.0f; }
static void spoil_first_class_weight(rsd_recipe *r) { r->class_weights[1] = 1.0f; }
static void spoil_few_class_weights(rsd_recipe *r) {
  for (int k = 0; k < 9; k++)
    r->class_weights[k] = 1.0f;
}
static void spoil_many_class_weights(rsd_recipe *r) {
  for (int k = 0; k < 11; k++)
    r->class_weights[k] = 1.0f;
}

static void test_bad_recipes(void) {
  static const struct {
    spoil_recipe spoil;
    const char *part;
  } cases[] = {
      {spoil_batch_small, "batch_size 1"},
      {spoil_batch_large, "batch_size 9"},
      {spoil_images, "4 images is more than the 3"},
      {spoil_no_images, "set recipe.images to"},
      {spoil_epochs, "epochs"},
      {spoil_steps, "steps"},
      {spoil_lr, "learning rate"},
      {spoil_lr_sign, "learning rate"},
      {spoil_momentum, "momentum"},
      {spoil_decay, "weight_decay"},
      {spoil_schedule, "schedule"},
      {spoil_augment, "augment"},
      {spoil_nesterov, "nesterov"},
      {spoil_nesterov_alone, "needs a momentum"},
      {spoil_no_decay_norm, "no_decay_norm"},
      {spoil_smoothing, "label_smoothing"},
      {spoil_clip, "clip"},
      {spoil_ema, "ema"},
      {spoil_mixup, "mixup"},
      {spoil_cutout, "cutout"},
      {spoil_class_weight, "class_weights"},
      {spoil_first_class_weight, "class_weights"},
      {spoil_few_class_weights, "class_weights has 0 for class 9"},
      {spoil_many_class_weights, "class_weights has 1 for class 10"},
  };
  rsd_spec spec = spec_of(&net_cases[2]);
  test_net n = make_net(&spec, 8, 1), inference = make_net(&spec, 8, 0);
  const rsd_recipe good = recipe_of(8, 4, 2, 0.1f);
  rsd_progress progress = {.size = sizeof progress};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    rsd_recipe recipe = good;
    cases[i].spoil(&recipe);
    CHECK_FAILS(rsd_train_begin(n.net, &recipe, &said), RSD_BAD_ARGUMENT, cases[i].part);
    CHECK(rsd_train_progress(n.net, &progress, NULL) == RSD_BAD_STATE);
  }
  CHECK_FAILS(rsd_train_begin(n.net, NULL, &said), RSD_BAD_ARGUMENT, "recipe");
  CHECK_FAILS(rsd_train_begin(inference.net, &good, &said), RSD_BAD_ARGUMENT, "inference");
}

/* ------------------------------------------------------------------- states */

static void test_calls_out_of_order(void) {
  rsd_spec spec = spec_of(&net_cases[2]);
  test_net n = make_net(&spec, 4, 1);
  uint16_t labels[4];
  uint32_t indices[4];
  float logits[40];
  rsd_progress progress = {.size = sizeof progress};
  rsd_recipe recipe = recipe_of(8, 4, 1, 0.1f), other = recipe;
  uint8_t *images = random_images(4, labels, 10);
  CHECK(next_images(&n, indices) == 0);
  CHECK_FAILS(rsd_train_step(n.net, images, labels, &progress, &said), RSD_BAD_STATE,
              "rsd_train_begin");
  CHECK_FAILS(rsd_train_progress(n.net, &progress, &said), RSD_BAD_STATE, "rsd_train_begin");
  CHECK_FAILS(rsd_train_logits(n.net, logits, &said), RSD_BAD_STATE, "step");
  begin_run(&n, &recipe);
  other.lr = 0.2f;
  CHECK_FAILS(rsd_train_begin(n.net, &other, &said), RSD_MISMATCH,
              "the run to go on with has lr 0.1, not 0.2; give the same, or call rsd_train_end");
  other = recipe;
  other.images = other.batch_size = 2; /* as begin() of the library has it: the batch is named */
  CHECK_FAILS(rsd_train_begin(n.net, &other, &said), RSD_MISMATCH, "has batch_size 4, not 2;");
  other.batch_size = recipe.batch_size;
  other.images = 9;
  CHECK_FAILS(rsd_train_begin(n.net, &other, &said), RSD_MISMATCH, "has images 8, not 9;");
  other = recipe;
  other.schedule = RSD_SCHEDULE_COSINE;
  CHECK_FAILS(rsd_train_begin(n.net, &other, &said), RSD_MISMATCH, "schedule constant, not cosine");
  labels[1] = 10;
  CHECK_FAILS(rsd_train_step(n.net, images, labels, &progress, &said), RSD_BAD_ARGUMENT,
              "label 10 of image 1");
  CHECK_FAILS(rsd_train_step(n.net, images, NULL, &progress, &said), RSD_BAD_ARGUMENT, "labels");
  labels[1] = 0;
  CHECK_FAILS(rsd_train_step(n.net, NULL, labels, &progress, &said), RSD_BAD_ARGUMENT, "images");
  CHECK_FAILS(rsd_train_step(n.net, images, labels, NULL, &said), RSD_BAD_ARGUMENT, "progress");
  CHECK(take_step(&n, images, labels).step == 1);
  CHECK(rsd_infer(n.net, images, 4, logits, NULL) == RSD_OK); /* between steps is allowed ... */
  CHECK_FAILS(rsd_train_logits(n.net, logits, &said), RSD_BAD_STATE, "step");
  CHECK(rsd_net_write(n.net, 1, RSD_PART_VALUE, read_part(&n, 1, RSD_PART_VALUE), NULL) == RSD_OK);
  CHECK_FAILS(rsd_train_logits(n.net, logits, &said), RSD_BAD_STATE, "step");
  CHECK(take_step(&n, images, labels).epoch == 1);
  CHECK(rsd_train_logits(n.net, logits, NULL) == RSD_OK);
  CHECK(next_images(&n, indices) == 0);
  CHECK_FAILS(rsd_train_step(n.net, images, labels, &progress, &said), RSD_BAD_STATE, "run");
  CHECK(rsd_train_end(n.net, NULL) == RSD_OK);
  begin_run(&n, &other);
  CHECK(rsd_train_progress(n.net, &progress, NULL) == RSD_OK && progress.step == 0);
}

/* Evaluating between two steps changes nothing about them. */
static void test_evaluation_between_steps(void) {
  rsd_spec spec = spec_of(&net_cases[4]);
  rsd_recipe recipe = recipe_of(4, 4, 3, 0.1f);
  uint16_t labels[4];
  uint8_t *images = random_images(4, labels, 10);
  uint64_t digests[2];
  for (int evaluating = 0; evaluating <= 1; evaluating++) {
    test_net n = make_net(&spec, 4, 1);
    rsd_progress progress = {.size = sizeof progress};
    rsd_score score = {.size = sizeof score};
    begin_run(&n, &recipe);
    for (int step = 0; step < 3; step++) {
      progress = take_step(&n, images, labels);
      if (evaluating) CHECK(rsd_evaluate(n.net, images, labels, 3, &score, NULL) == RSD_OK);
    }
    test_now.digest = 0;
    digest_net(&n, &progress);
    digests[evaluating] = test_now.digest;
  }
  CHECK(digests[0] == digests[1]);
}

/* ---------------------------------------------------------- initial weights */

/* Mean 0, the deviation that the method says, and the shape of a normal distribution. */
static void check_draws(const test_net *n, uint32_t index, double deviation) {
  rsd_tensor t = tensor_of(n, index);
  const float *w = read_part(n, index, RSD_PART_VALUE);
  double mean = 0, square = 0, inside = 0, tail = 0, count = t.elements;
  for (uint32_t i = 0; i < t.elements; i++) {
    double z = (double)w[i] / deviation;
    mean += z / count;
    square += z * z / count;
    inside += (test_abs(z) < 1) / count;
    tail += (test_abs(z) > 2) / count;
  }
  double noise = 4 / __builtin_sqrt(count); /* four standard errors, or nearly */
  CHECK_BELOW(test_abs(mean), noise);
  CHECK_BELOW(test_abs(square - 1), 1.42 * noise);
  CHECK_BELOW(test_abs(inside - 0.6827), 0.47 * noise);
  CHECK_BELOW(test_abs(tail - 0.0455), 0.21 * noise);
}

static void test_initial_weights(void) {
  rsd_spec spec;
  rsd_default_spec(&spec);
  spec.depth = 8;
  spec.init_sigma = 0.01f;
  for (uint32_t init = 0; init <= RSD_INIT_GAUSSIAN; init++) {
    spec.init = init;
    test_net n = make_net(&spec, 1, 0);
    for (uint32_t i = 0; i < n.plan.tensors; i++) {
      rsd_tensor t = tensor_of(&n, i);
      double taps = (double)t.shape[2] * t.shape[3], fan_in = t.shape[1] * taps,
             fan_out = t.shape[0] * taps;
      double variance = init == RSD_INIT_HE ? 2 / fan_in : 2 / (fan_in + fan_out);
      int starts_at_one =
          is_named(&t, "running_var") || (is_named(&t, "bn") && is_named(&t, ".weight"));
      const float *w = read_part(&n, i, RSD_PART_VALUE);
      if (t.rank > 1)
        check_draws(&n, i, init == RSD_INIT_GAUSSIAN ? 0.01 : __builtin_sqrt(variance));
      for (uint32_t k = 0; t.rank == 1 && k < t.elements; k++)
        CHECK(w[k] == (starts_at_one ? 1.0f : 0.0f));
    }
    digest_part(&n, RSD_PART_VALUE);
  }
}

static void test_seeds(void) {
  rsd_spec spec = spec_of(&net_cases[2]);
  uint64_t digests[4];
  for (uint32_t i = 0; i < 4; i++) { /* twice the same, then another low and another high half */
    spec.seed_low = i == 2 ? 2 : 1;
    spec.seed_high = i == 3;
    test_net n = make_net(&spec, 1, 0);
    test_now.digest = 0;
    digest_part(&n, RSD_PART_VALUE);
    digests[i] = test_now.digest;
  }
  CHECK(digests[0] == digests[1]);
  CHECK(digests[0] != digests[2] && digests[0] != digests[3] && digests[2] != digests[3]);
}

/* ----------------------------------------------------- schedules and orders */

static float rate_of(const rsd_recipe *recipe, uint32_t depth, uint32_t step) {
  float rate = -1.0f;
  CHECK(rsd_learning_rate(recipe, depth, step, &rate, NULL) == RSD_OK);
  return rate;
}
static void check_rates(rsd_recipe recipe, uint32_t depth, const uint32_t *steps,
                        const double *rates, int count) {
  for (int i = 0; i < count; i++)
    CHECK_BELOW(test_abs((double)rate_of(&recipe, depth, steps[i]) - rates[i]), 1e-8);
}
static void test_schedules(void) {
  rsd_recipe recipe = recipe_of(6400, 64, 10, 0.1f); /* 1000 steps */
  const uint32_t paper_steps[] = {0, 6, 7, 499, 500, 749, 750, 999};
  recipe.schedule = RSD_SCHEDULE_PAPER;
  check_rates(recipe, 56, paper_steps, (double[]){0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001}, 8);
  check_rates(recipe, 110, paper_steps, (double[]){0.01, 0.01, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001},
              8);
  recipe.schedule = RSD_SCHEDULE_STEP;
  check_rates(recipe, 20, (uint32_t[]){0, 9, 19, 20, 699, 700, 999},
              (double[]){0.005, 0.05, 0.1, 0.1, 0.1, 0.01, 0.01}, 7);
  recipe.schedule = RSD_SCHEDULE_COSINE;
  check_rates(recipe, 20, (uint32_t[]){0, 49, 99, 100, 400, 550, 700},
              (double[]){0.001, 0.05, 0.1, 0.1, 0.075, 0.05, 0.025}, 7);
  CHECK(rate_of(&recipe, 20, 999) < 1e-6f);
  recipe.schedule = RSD_SCHEDULE_CONSTANT;
  check_rates(recipe, 20, (uint32_t[]){0, 999}, (double[]){0.1, 0.1}, 2);
  recipe.schedule = RSD_SCHEDULE_OWN;
  check_rates(recipe, 20, (uint32_t[]){0, 999}, (double[]){0.1, 0.1}, 2);
  recipe.schedule = RSD_SCHEDULE_TRIANGLE;
  check_rates(recipe, 20, (uint32_t[]){0, 99, 199, 200, 600, 999},
              (double[]){0.0005, 0.05, 0.1, 0.1, 0.05, 0.000125}, 6);
}

/* Every epoch visits each image at most once, in another order; which ones rest changes too. */
static void test_order(void) {
  enum { IMAGES = 103, BATCH = 4, STEPS = IMAGES / BATCH };
  rsd_spec spec = spec_of(&net_cases[13]); /* little to compute */
  rsd_recipe recipe = recipe_of(IMAGES, BATCH, 2, 0.0f);
  test_net n = make_net(&spec, BATCH, 1);
  uint16_t labels[BATCH];
  uint32_t indices[BATCH], first[BATCH];
  int seen[IMAGES], moved = 0;
  uint8_t *images = random_images(BATCH, labels, 10);
  begin_run(&n, &recipe);
  for (uint32_t step = 0; step < 2 * STEPS; step++) {
    if (step % STEPS == 0)
      for (int i = 0; i < IMAGES; i++)
        seen[i] = 0;
    CHECK(next_images(&n, indices) == BATCH);
    for (int i = 0; i < BATCH; i++)
      if (CHECK(indices[i] < IMAGES)) CHECK(seen[indices[i]]++ == 0);
    if (step == 0) __builtin_memcpy(first, indices, sizeof first);
    if (step == STEPS) moved = !test_same_bits(first, indices, sizeof first);
    test_digest(indices, sizeof indices);
    take_step(&n, images, labels);
  }
  CHECK(moved);
  CHECK(next_images(&n, indices) == 0);
}

/* All shifts up to `most` and both sides, about equally often. */
static void check_spread(const rsd_recipe *recipe, int most) {
  int shifts_x[9] = {0}, shifts_y[9] = {0}, flips = 0;
  int sides = 2 * most + 1, usual = 9000 / sides;
  for (uint32_t image = 0; image < 9000; image++) {
    rsd_crop crop = rsd_recipe_crop(recipe, 1, image);
    if (!CHECK(test_abs(crop.x) <= most && test_abs(crop.y) <= most)) return;
    shifts_x[crop.x + most]++;
    shifts_y[crop.y + most]++;
    flips += crop.flip;
  }
  for (int i = 0; i < sides; i++)
    CHECK(test_abs(shifts_x[i] - usual) < 150 && test_abs(shifts_y[i] - usual) < 150);
  CHECK(test_abs(flips - 4500) < 250);
}

static void test_augmentation(void) {
  rsd_recipe recipe = recipe_of(9000, 10, 2, 0.1f);
  recipe.augment = RSD_AUGMENT_CROP_FLIP;
  check_spread(&recipe, 4);
  recipe.augment = RSD_AUGMENT_SHIFT_FLIP;
  check_spread(&recipe, 2);
  for (uint32_t image = 0; image < 100; image++)
    for (uint32_t epoch = 0; epoch < 6; epoch++)
      CHECK(rsd_recipe_crop(&recipe, epoch, image).flip !=
            rsd_recipe_crop(&recipe, epoch + 1, image).flip);
  recipe.augment = RSD_AUGMENT_FLIP;
  check_spread(&recipe, 0);
  recipe.augment = RSD_AUGMENT_NONE;
  for (uint32_t image = 0; image < 20; image++)
    CHECK(rsd_recipe_crop(&recipe, 0, image).flip == 0);
}

static const test_case api_tests[] = {
    {"plans", test_plans},
    {"net_names", test_net_names},
    {"tensor_names", test_tensor_names},
    {"bad_specs", test_bad_specs},
    {"bad_capacities", test_bad_capacities},
    {"bad_memory", test_bad_memory},
    {"bad_tensors", test_bad_tensors},
    {"bad_inference", test_bad_inference},
    {"bad_recipes", test_bad_recipes},
    {"calls_out_of_order", test_calls_out_of_order},
    {"evaluation_between_steps", test_evaluation_between_steps},
    {"initial_weights", test_initial_weights},
    {"seeds", test_seeds},
    {"schedules", test_schedules},
    {"order", test_order},
    {"augmentation", test_augmentation},
};
