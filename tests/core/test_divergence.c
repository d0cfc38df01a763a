/* Training whose numbers stop being finite: the step says which, and leaves the net as it was. */
#include "check.h"
#include "reference.h"

/* A step that diverges leaves parameters, statistics, momentum and position as they were. */
static void test_divergence(void) {
  rsd_spec spec = spec_of(&net_cases[2]);
  test_net n = make_net(&spec, 4, 1);
  uint16_t labels[4];
  float logits[40];
  uint64_t before;
  rsd_recipe recipe = recipe_of(4, 4, 9, 0.1f);
  rsd_progress progress, after = {.size = sizeof after};
  rsd_score score = {.size = sizeof score};
  uint8_t *images = random_images(4, labels, 10);
  begin_run(&n, &recipe);
  take_step(&n, images, labels);
  float *weights = read_part(&n, n.plan.tensors - 2, RSD_PART_VALUE);
  for (int i = 0; i < 160; i++)
    weights[i] *= 2e38f / 0.5f;
  for (int i = 0; i < 160; i++)
    weights[i] = weights[i] > 3e38f ? 3e38f : weights[i] < -3e38f ? -3e38f : weights[i];
  CHECK(rsd_net_write(n.net, n.plan.tensors - 2, RSD_PART_VALUE, weights, &said) == RSD_OK);
  progress.size = sizeof progress;
  CHECK(rsd_train_progress(n.net, &progress, NULL) == RSD_OK);
  test_now.digest = 0;
  digest_net(&n, &progress);
  before = test_now.digest;
  CHECK_FAILS(rsd_train_step(n.net, images, labels, &after, &said), RSD_DIVERGED, "learning rate");
  CHECK_FAILS(rsd_infer(n.net, images, 4, logits, &said), RSD_DIVERGED, "not finite");
  CHECK_FAILS(rsd_evaluate(n.net, images, labels, 4, &score, &said), RSD_DIVERGED, "not finite");
  CHECK(rsd_train_progress(n.net, &progress, NULL) == RSD_OK);
  test_now.digest = 0;
  digest_net(&n, &progress);
  CHECK(test_now.digest == before);
}

/* A net that is about to take a step. */
typedef struct divergence {
  test_net n;
  uint16_t labels[4];
  uint8_t *images;
} divergence;

static divergence before_divergence(const net_case *c, rsd_recipe recipe) {
  rsd_spec spec = spec_of(c);
  divergence d = {.n = make_net_with(&spec, 4, 1, c->conv)};
  d.images = random_images(4, d.labels, (int)c->classes);
  begin_run(&d.n, &recipe);
  return d;
}

/* Multiplies those tensors whose names contain `name`. */
static void scale_tensors(const test_net *n, const char *name, float factor) {
  for (uint32_t i = 0; i < n->plan.tensors; i++) {
    rsd_tensor t = tensor_of(n, i);
    float *values = read_part(n, i, RSD_PART_VALUE);
    if (!is_named(&t, name)) continue;
    for (uint32_t k = 0; k < t.elements; k++)
      values[k] *= factor;
    CHECK(rsd_net_write(n->net, i, RSD_PART_VALUE, values, &said) == RSD_OK);
  }
}

/* The step itself says what is not finite, and leaves everything as it was. */
static void check_divergence(const divergence *d, const char *part) {
  rsd_progress before = {.size = sizeof before}, after = before;
  uint64_t digests[2], all = test_now.digest;
  for (int k = 0; k < 2; k++) {
    CHECK(rsd_train_progress(d->n.net, &before, NULL) == RSD_OK);
    test_now.digest = 0;
    digest_net(&d->n, &before);
    digests[k] = test_now.digest;
    if (k == 0)
      CHECK_FAILS(rsd_train_step(d->n.net, d->images, d->labels, &after, &said), RSD_DIVERGED,
                  part);
  }
  CHECK(digests[0] == digests[1]);
  test_now.digest = all;
}

/* A learning rate that is absurd makes weights infinite in one step, whose loss is still fine. */
static void test_divergence_of_weights(void) {
  for (int i = 0; i < NET_CASES; i++) {
    int blocks = test_block_count;
    rsd_recipe recipe = recipe_of(4, 4, 9, 3e38f);
    recipe.weight_decay = 1000.0f;
    divergence d = before_divergence(&net_cases[i], recipe);
    static const char *const first[] = {"new value of conv1.weight", "new value of layer2.0.conv1",
                                        "new value of layer3.0.conv1",
                                        "new value of linear.weight"};
    check_divergence(&d, first[net_cases[i].frozen_stages]);
    test_release(blocks);
  }
}

/* Each tensor is found, at its end too, and none beside it is blamed. */
static void test_divergence_of_momentum(void) {
  divergence d = before_divergence(&net_cases[6], recipe_of(4, 4, 9, 10.0f));
  for (uint32_t i = 0; i < d.n.plan.tensors; i++) {
    int blocks = test_block_count;
    rsd_tensor t = tensor_of(&d.n, i);
    if (t.kind == RSD_TENSOR_PARAMETER) {
      float *momentum = read_part(&d.n, i, RSD_PART_MOMENTUM), kept = momentum[t.elements - 1];
      momentum[t.elements - 1] = i % 2 ? 3e38f : -3e38f;
      CHECK(rsd_net_write(d.n.net, i, RSD_PART_MOMENTUM, momentum, &said) == RSD_OK);
      check_divergence(&d, t.name);
      momentum[t.elements - 1] = kept;
      CHECK(rsd_net_write(d.n.net, i, RSD_PART_MOMENTUM, momentum, &said) == RSD_OK);
    }
    test_release(blocks);
  }
  CHECK(take_step(&d.n, d.images, d.labels).step == 1);
}

/* Norm hides outputs whose variance float32 cannot hold: loss and gradients are finite. */
static void test_divergence_of_statistics(void) {
  divergence d = before_divergence(&net_cases[2], recipe_of(4, 4, 9, 0.1f));
  scale_tensors(&d.n, "layer2.0.conv2.weight", 1e21f);
  check_divergence(&d, "new value of layer2.0.bn2.running_var");
}

static void test_divergence_of_gradients(void) {
  divergence d = before_divergence(&net_cases[3], recipe_of(4, 4, 9, 0.1f));
  scale_tensors(&d.n, "conv", 1e-6f);
  scale_tensors(&d.n, "linear.weight", 1e37f);
  check_divergence(&d, "the gradient of");
}

static void test_divergence_of_outputs(void) {
  divergence d = before_divergence(&net_cases[9], recipe_of(4, 4, 9, 0.1f));
  scale_tensors(&d.n, "layer1.0.conv1.weight", 1e30f);
  scale_tensors(&d.n, "layer2.0.shortcut.0.weight", 1e20f);
  check_divergence(&d, "the output of the layer with layer2.0.shortcut.0.weight");
}

static const test_case divergence_tests[] = {
    {"divergence", test_divergence},
    {"divergence_of_weights", test_divergence_of_weights},
    {"divergence_of_momentum", test_divergence_of_momentum},
    {"divergence_of_statistics", test_divergence_of_statistics},
    {"divergence_of_gradients", test_divergence_of_gradients},
    {"divergence_of_outputs", test_divergence_of_outputs},
};
