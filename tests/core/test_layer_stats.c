/* What flows through the layers: every figure against the naive reference, the same bits on any
 * number of threads, and no effect on training. */
#include "check.h"
#include "reference.h"

enum { MOST_LAYERS = 13 /* of the nets here */ };

/* What the reference saw of each layer in its last pass. */
static struct {
  int layers, images;
  ref_outputs of[MOST_LAYERS];
} ref_seen;

static void see_layer(const ref_outputs *stats) {
  if (ref_seen.layers == MOST_LAYERS) __builtin_trap();
  ref_seen.of[ref_seen.layers++] = *stats;
}

/* The reference's stats; their memory is the test's. */
static void run_reference(const ref_net *ref, const uint8_t *images, int count, int training) {
  double *logits = test_doubles(count * (int)ref->spec.classes);
  ref_seen.layers = 0;
  ref_seen.images = count;
  ref_net_watch(see_layer);
  ref_net_logits(ref, images, count, training, logits);
  ref_net_watch(NULL);
}

static double mean_of(const ref_outputs *s, const double *x) {
  double sum = 0.0;
  for (ptrdiff_t k = 0; k < s->count; k++)
    sum += x[k];
  return sum / (double)s->count;
}
static double rms_of(const ref_outputs *s, const double *x) {
  double squares = 0.0;
  for (ptrdiff_t k = 0; x && k < s->count; k++)
    squares += x[k] * x[k];
  return __builtin_sqrt(squares / (double)s->count);
}
/* In two passes, unlike the core. */
static double deviation_of(const ref_outputs *s, const double *x) {
  double mean = mean_of(s, x), squares = 0.0;
  for (ptrdiff_t k = 0; k < s->count; k++)
    squares += (x[k] - mean) * (x[k] - mean);
  return __builtin_sqrt(squares / (double)s->count);
}

static void check_figure(double ours, double expected, double scale) {
  CHECK_BELOW(test_abs(ours - expected) / scale, 1e-5);
}

static rsd_layer_stats *no_stats(int layers) {
  rsd_layer_stats *stats = test_memory(sizeof *stats * (size_t)layers);
  __builtin_memset(stats, 0, sizeof *stats * (size_t)layers);
  for (int i = 0; i < layers; i++)
    stats[i].size = sizeof *stats;
  return stats;
}

/* ------------------------------------------------------------------ layers */

static void check_layers(const net_case *c) {
  rsd_spec spec = spec_of(c);
  test_net n = make_net_with(&spec, 1, 0, c->conv);
  uint32_t blocks = (c->depth - 2) / 6;
  for (uint32_t i = 0; i < c->depth - 1; i++) {
    rsd_layer_info info = {.size = sizeof info};
    uint32_t stage = i == 0 ? 0 : (i - 1) / (2 * blocks), within = (i - 1) % (2 * blocks);
    char name[] = "layer1.0.conv1.weight";
    name[5] = (char)('1' + stage);
    name[7] = (char)('0' + within / 2);
    name[13] = (char)('1' + within % 2);
    CHECK(rsd_net_layer(n.net, i, &info, NULL) == RSD_OK);
    rsd_tensor t = tensor_of(&n, info.weights);
    CHECK(test_same_bits(t.name, i == 0 ? "conv1.weight" : name, i == 0 ? 13 : sizeof name));
    CHECK(info.height == 32u >> stage && info.width == info.height);
    CHECK(info.channels == t.shape[0] && info.channels == c->width << stage);
    CHECK(info.has_shortcut == (c->family == RSD_RESIDUAL && i > 0 && i % 2 == 0));
  }
}
static void test_layers(void) { for_net_cases(check_layers); }

/* ----------------------------------------------------------- measurements */

static void check_measures(const net_case *c) {
  rsd_spec spec = spec_of(c);
  test_net n = make_net_with(&spec, FEW, 0, c->conv);
  uint16_t labels[FEW];
  int layers = (int)c->depth - 1;
  shake_net(&n);
  uint8_t *images = random_images(FEW, labels, (int)c->classes);
  ref_net ref = ref_net_copy(n.net, n.plan.tensors);
  rsd_layer_stats *stats = no_stats(layers), *parts = no_stats(layers);
  run_reference(&ref, images, FEW, 0);
  CHECK(ref_seen.layers == layers);
  CHECK(rsd_add_layer_stats(n.net, images, FEW, stats, NULL) == RSD_OK);
  test_digest(stats, sizeof *stats * (size_t)layers);
  CHECK(rsd_add_layer_stats(n.net, images, 2, parts, NULL) == RSD_OK);
  CHECK(rsd_add_layer_stats(n.net, images + 2 * RSD_IMAGE_BYTES, FEW - 2, parts, NULL) == RSD_OK);
  for (int i = 0; i < layers; i++) {
    const ref_outputs *r = &ref_seen.of[i];
    const rsd_layer_stats *s = &stats[i], *p = &parts[i];
    double response = rms_of(r, r->response), shortcut = rms_of(r, r->shortcut);
    check_figure(s->response_mean, mean_of(r, r->response), response);
    check_figure(s->response_std, deviation_of(r, r->response), response);
    check_figure(s->activation_rms, rms_of(r, r->activation), response);
    check_figure(s->shortcut_rms, shortcut, response);
    check_figure(s->residual_ratio, r->shortcut ? response / shortcut : 0.0, 1.0);
    CHECK(s->images == FEW && p->images == FEW);
    for (int k = 0; k < 5; k++) { /* in two calls as in one */
      double whole = (&s->response_mean)[k], both = (&p->response_mean)[k];
      CHECK_BELOW(test_abs(whole - both) / response, 1e-12);
    }
  }
}
static void test_measures(void) { for_net_cases(check_measures); }

static void check_activations(const net_case *c) {
  rsd_spec spec = spec_of(c);
  test_net n = make_net_with(&spec, 1, 0, c->conv);
  uint16_t labels[1];
  shake_net(&n);
  uint8_t *images = random_images(1, labels, (int)c->classes);
  ref_net ref = ref_net_copy(n.net, n.plan.tensors);
  rsd_layer_stats *stats = no_stats((int)c->depth - 1);
  run_reference(&ref, images, 1, 0);
  CHECK(rsd_add_layer_stats(n.net, images, 1, stats, NULL) == RSD_OK);
  for (uint32_t layer = 0; layer < c->depth - 1; layer++) {
    const ref_outputs *r = &ref_seen.of[layer];
    rsd_layer_info info = {.size = sizeof info};
    CHECK(rsd_net_layer(n.net, layer, &info, NULL) == RSD_OK);
    ptrdiff_t pixels = (ptrdiff_t)info.height * (ptrdiff_t)info.width,
              channels = (ptrdiff_t)info.channels;
    float *values = test_floats(r->count);
    double *expected = test_doubles(r->count);
    CHECK(pixels * channels == r->count);
    for (ptrdiff_t k = 0; k < r->count; k++)
      expected[k] = r->activation[k % channels * pixels + k / channels];
    CHECK(rsd_activation(n.net, images, layer, values, NULL) == RSD_OK);
    CHECK_NEAR(r->count, values, expected, 2e-5);
    double squares = 0.0; /* of the same bits, although measuring takes nets apart */
    for (ptrdiff_t k = 0; k < r->count; k++)
      squares += (double)values[k] * (double)values[k];
    double rms = __builtin_sqrt(squares / (double)r->count);
    CHECK_BELOW(test_abs(rms - stats[layer].activation_rms), rms * 1e-12);
    test_digest(values, sizeof(float) * (size_t)r->count);
  }
}
static void test_activations(void) { for_net_cases(check_activations); }

/* Weights that shrink or grow what flows by about 10^5 in each layer: no figure vanishes that float32 can
 * hold, although its square could not. */
static void test_small_and_large_stats(void) {
  rsd_spec spec = spec_of(&net_cases[7]); /* plain-8 without norm */
  test_net n = make_net(&spec, 1, 0);
  uint16_t labels[1];
  uint8_t *images = random_images(1, labels, 10);
  for (int large = 0; large <= 1; large++) {
    for (uint32_t i = 0; i < n.plan.tensors; i++) {
      rsd_tensor t = tensor_of(&n, i);
      float *values = read_part(&n, i, RSD_PART_VALUE);
      for (uint32_t k = 0; k < t.elements; k++)
        values[k] = t.rank < 4 ? 0.0f : large ? 1e3f : 1e-6f;
      CHECK(rsd_net_write(n.net, i, RSD_PART_VALUE, values, NULL) == RSD_OK);
    }
    rsd_layer_stats *stats = no_stats(7);
    ref_net ref = ref_net_copy(n.net, n.plan.tensors);
    run_reference(&ref, images, 1, 0);
    CHECK(rsd_add_layer_stats(n.net, images, 1, stats, NULL) == RSD_OK);
    CHECK(large ? stats[6].activation_rms > 1e24 : stats[6].activation_rms < 1e-24);
    for (int i = 0; i < 7; i++) {
      double rms = rms_of(&ref_seen.of[i], ref_seen.of[i].activation);
      CHECK(rms > 0.0);
      check_figure(stats[i].activation_rms, rms, rms);
    }
  }
}

/* --------------------------------------------------------------- last step */

static void check_step_stats(const net_case *c) {
  rsd_spec spec = spec_of(c);
  test_net n = make_net_with(&spec, FEW, 1, c->conv);
  uint16_t labels[FEW];
  int layers = (int)c->depth - 1;
  rsd_recipe recipe = recipe_of(FEW, FEW, 2, 0.1f);
  double gradients[MOST_LAYERS], activations[MOST_LAYERS];
  shake_net(&n);
  uint8_t *images = random_images(FEW, labels, (int)c->classes);
  begin_run(&n, &recipe);
  for (int step = 0; step < 2; step++) {
    ref_net ref = ref_net_copy(n.net, n.plan.tensors);
    run_reference(&ref, images, FEW, 1);
    take_step(&n, images, labels);
    CHECK(rsd_train_layer_stats(n.net, gradients, activations, NULL) == RSD_OK);
    test_digest(gradients, sizeof(double) * (size_t)layers);
    test_digest(activations, sizeof(double) * (size_t)layers);
    for (int i = 0; i < layers; i++) {
      rsd_layer_info info = {.size = sizeof info};
      double rms = rms_of(&ref_seen.of[i], ref_seen.of[i].activation), squares = 0.0;
      check_figure(activations[i], rms, rms);
      CHECK(rsd_net_layer(n.net, (uint32_t)i, &info, NULL) == RSD_OK);
      rsd_tensor t = tensor_of(&n, info.weights);
      float *gradient = read_part(&n, info.weights, RSD_PART_GRADIENT);
      for (uint32_t k = 0; k < t.elements; k++)
        squares += (double)gradient[k] * (double)gradient[k];
      double expected = __builtin_sqrt(squares / t.elements);
      CHECK_BELOW(test_abs(gradients[i] - expected), expected * 1e-12);
      CHECK(is_frozen(c, &t) ? gradients[i] == 0.0 : gradients[i] > 0.0);
    }
  }
}
static void test_step_stats(void) { for_net_cases(check_step_stats); }

/* Measuring between two steps changes nothing about them. */
static void test_measuring_between_steps(void) {
  rsd_spec spec = spec_of(&net_cases[4]);
  rsd_recipe recipe = recipe_of(4, 4, 3, 0.1f);
  uint16_t labels[4];
  uint8_t *images = random_images(4, labels, 10);
  uint64_t digests[2];
  double gradients[MOST_LAYERS], activations[MOST_LAYERS];
  float *maps = test_floats(32 * 32 * 4);
  for (int measuring = 0; measuring <= 1; measuring++) {
    test_net n = make_net(&spec, 4, 1);
    rsd_progress progress = {.size = sizeof progress};
    begin_run(&n, &recipe);
    for (int step = 0; step < 3; step++) {
      progress = take_step(&n, images, labels);
      if (!measuring) continue;
      CHECK(rsd_train_layer_stats(n.net, gradients, activations, NULL) == RSD_OK);
      CHECK(rsd_add_layer_stats(n.net, images, 3, no_stats(13), NULL) == RSD_OK);
      CHECK(rsd_activation(n.net, images, 1, maps, NULL) == RSD_OK);
    }
    test_now.digest = 0;
    digest_net(&n, &progress);
    digests[measuring] = test_now.digest;
  }
  CHECK(digests[0] == digests[1]);
}

/* ------------------------------------------------------------- predictions */

static void test_predictions(void) {
  enum { COUNT = 9, CLASSES = 3 };
  rsd_spec spec = spec_of(&net_cases[1]);
  test_net n = make_net(&spec, COUNT, 0);
  uint16_t labels[COUNT], predicted[COUNT];
  float logits[COUNT * CLASSES], probabilities[COUNT];
  rsd_score score = {.size = sizeof score}, each = score;
  shake_net(&n);
  uint8_t *images = random_images(COUNT, labels, CLASSES);
  CHECK(rsd_infer(n.net, images, COUNT, logits, NULL) == RSD_OK);
  CHECK(rsd_evaluate(n.net, images, labels, COUNT, &score, NULL) == RSD_OK);
  CHECK(rsd_evaluate_each(n.net, images, labels, COUNT, predicted, probabilities, &each, NULL) ==
        RSD_OK);
  CHECK(test_same_bits(&score, &each, sizeof score));
  CHECK(rsd_softmax(logits, COUNT, CLASSES, NULL) == RSD_OK);
  uint32_t wrong = 0;
  for (int i = 0; i < COUNT; i++) {
    int best = 0;
    for (int k = 1; k < CLASSES; k++)
      if (logits[i * CLASSES + k] > logits[i * CLASSES + best]) best = k;
    CHECK(predicted[i] == best);
    CHECK(test_same_bits(&probabilities[i], &logits[i * CLASSES + best], sizeof(float)));
    wrong += predicted[i] != labels[i];
  }
  CHECK(wrong == score.wrong && wrong > 0);
}

/* ---------------------------------------------------------------- refusals */

static void test_bad_stats(void) {
  rsd_spec spec = spec_of(&net_cases[2]);
  test_net n = make_net(&spec, 4, 1);
  uint16_t labels[5], predicted[4];
  float values[4], *maps = test_floats(32 * 32 * 4);
  double gradients[7], activations[7];
  rsd_score score = {.size = sizeof score};
  rsd_layer_info info = {.size = sizeof info};
  rsd_layer_stats *stats = no_stats(7);
  rsd_recipe recipe = recipe_of(4, 4, 2, 0.1f);
  uint8_t *images = random_images(5, labels, 10);
  CHECK_FAILS(rsd_net_layer(n.net, 7, &info, &said), RSD_BAD_ARGUMENT, "no layer 7");
  CHECK_FAILS(rsd_net_layer(NULL, 0, &info, &said), RSD_BAD_ARGUMENT, "net");
  CHECK_FAILS(rsd_net_layer(n.net, 0, NULL, &said), RSD_BAD_ARGUMENT, "info");
  CHECK_FAILS(rsd_add_layer_stats(n.net, images, 5, stats, &said), RSD_BAD_ARGUMENT, "5 images");
  CHECK_FAILS(rsd_add_layer_stats(n.net, images, 4, NULL, &said), RSD_BAD_ARGUMENT, "NULL");
  stats[6].size = 4;
  CHECK_FAILS(rsd_add_layer_stats(n.net, images, 4, stats, &said), RSD_BAD_ARGUMENT,
              "statistics 6");
  CHECK(stats[0].images == 0);
  CHECK_FAILS(rsd_activation(n.net, images, 7, maps, &said), RSD_BAD_ARGUMENT, "no layer 7");
  CHECK_FAILS(rsd_activation(n.net, NULL, 0, maps, &said), RSD_BAD_ARGUMENT, "NULL");
  CHECK_FAILS(rsd_evaluate_each(n.net, images, labels, 4, NULL, values, &score, &said),
              RSD_BAD_ARGUMENT, "predicted");
  CHECK_FAILS(rsd_evaluate_each(n.net, images, labels, 4, predicted, NULL, &score, &said),
              RSD_BAD_ARGUMENT, "probabilities");
  CHECK_FAILS(rsd_train_layer_stats(n.net, gradients, activations, &said), RSD_BAD_STATE, "step");
  begin_run(&n, &recipe);
  take_step(&n, images, labels);
  CHECK_FAILS(rsd_train_layer_stats(n.net, gradients, NULL, &said), RSD_BAD_ARGUMENT, "NULL");
  CHECK(rsd_train_layer_stats(n.net, gradients, activations, NULL) == RSD_OK);
  CHECK(rsd_activation(n.net, images, 0, maps, NULL) == RSD_OK);
  CHECK_FAILS(rsd_train_layer_stats(n.net, gradients, activations, &said), RSD_BAD_STATE, "step");
}

static const test_case layer_stats_tests[] = {
    {"layers", test_layers},           {"measures", test_measures},
    {"activations", test_activations}, {"small_and_large_stats", test_small_and_large_stats},
    {"step_stats", test_step_stats},   {"measuring_between_steps", test_measuring_between_steps},
    {"predicted", test_predictions},   {"bad_stats", test_bad_stats},
};
