/* What outlives its run, its step or its pool: nothing. Buffers here are as large as one call fills
 * them, so that AddressSanitizer sees a byte too many. */
#include "check.h"
#include "reference.h"

enum { WIDE = 4, NARROW = 2 };

typedef struct run_case {
  test_net n;
  uint16_t labels[WIDE];
  uint8_t *images;
} run_case;

static rsd_recipe batches_of(uint32_t batch) { return recipe_of(batch, batch, 2, 10.0f); }

/* A net that has taken one step of a run with the largest batch. */
static run_case after_wide_step(void) {
  rsd_spec spec = spec_of(&net_cases[2]);
  run_case c = {.n = make_net(&spec, WIDE, 1)};
  rsd_recipe recipe = batches_of(WIDE);
  c.images = random_images(WIDE, c.labels, 10);
  begin_run(&c.n, &recipe);
  CHECK(take_step(&c.n, c.images, c.labels).step == 1);
  return c;
}

static int is_part_zero(const test_net *n, rsd_tensor_part part) {
  for (uint32_t i = 0; i < n->plan.tensors; i++) {
    rsd_tensor t = tensor_of(n, i);
    const float *values = t.kind == RSD_TENSOR_PARAMETER ? read_part(n, i, part) : NULL;
    for (uint32_t k = 0; values && k < t.elements; k++)
      if (values[k] != 0.0f) return 0;
  }
  return 1;
}

static void check_nothing_of_a_step(const test_net *n) {
  double *stats = test_doubles(2 * 7);
  float *logits = test_floats(NARROW * 10);
  CHECK_FAILS(rsd_train_logits(n->net, logits, &said), RSD_BAD_STATE, "take a step");
  CHECK_FAILS(rsd_train_layer_stats(n->net, stats, stats + 7, &said), RSD_BAD_STATE, "take a step");
  CHECK(is_part_zero(n, RSD_PART_GRADIENT));
}

/* No run, no step of one, and no momentum. */
static void check_no_run(const test_net *n) {
  rsd_progress progress = {.size = sizeof progress};
  uint32_t indices[WIDE], count = 7;
  check_nothing_of_a_step(n);
  CHECK(is_part_zero(n, RSD_PART_MOMENTUM));
  CHECK_FAILS(rsd_train_progress(n->net, &progress, &said), RSD_BAD_STATE, "rsd_train_begin");
  CHECK_FAILS(rsd_train_indices(n->net, indices, &count, &said), RSD_BAD_STATE, "rsd_train_begin");
  CHECK(count == 7);
}

/* The logits of a wide batch are not handed to who asks for those of a narrow one. */
static void test_a_narrower_run(void) {
  run_case c = after_wide_step();
  rsd_recipe narrow = batches_of(NARROW);
  CHECK(rsd_train_end(c.n.net, &said) == RSD_OK);
  check_no_run(&c.n);
  begin_run(&c.n, &narrow);
  check_nothing_of_a_step(&c.n);
  CHECK(take_step(&c.n, c.images, c.labels).step == 1);
  CHECK(rsd_train_logits(c.n.net, test_floats(NARROW * 10), &said) == RSD_OK);
}

/* What `file` brings replaces all that the run before has left. */
static void test_loading_over_a_run(void) {
  run_case c = after_wide_step(), other = after_wide_step();
  test_file weights = save_net(&other.n, 0), run = save_net(&other.n, 1);
  CHECK(load_net(&c.n, weights));
  check_no_run(&c.n);
  c = after_wide_step();
  CHECK(rsd_net_load_features(c.n.net, run.bytes, run.length, &said) == RSD_OK);
  check_no_run(&c.n);
  c = after_wide_step();
  CHECK(load_net(&c.n, run));
  check_nothing_of_a_step(&c.n);
  CHECK(!is_part_zero(&c.n, RSD_PART_MOMENTUM));
}

/* A step of a loaded run needs a caller who knows its batch size. */
static void test_a_loaded_run_is_begun(void) {
  run_case c = after_wide_step();
  test_file run = save_net(&c.n, 1);
  rsd_recipe recipe = batches_of(WIDE), found = {.size = sizeof found};
  rsd_progress progress = {.size = sizeof progress};
  uint32_t indices[WIDE], count;
  CHECK(load_net(&c.n, run));
  CHECK_FAILS(rsd_train_indices(c.n.net, indices, &count, &said), RSD_BAD_STATE, "rsd_train_begin");
  CHECK_FAILS(rsd_train_step(c.n.net, c.images, c.labels, &progress, &said), RSD_BAD_STATE,
              "rsd_train_begin");
  CHECK(rsd_train_progress(c.n.net, &progress, &said) == RSD_OK && progress.step == 1);
  CHECK(rsd_file_run(run.bytes, run.length, &found, NULL, &said) == RSD_OK);
  CHECK(test_same_bits(&found, &recipe, sizeof found));
  begin_run(&c.n, &found);
  CHECK(next_images(&c.n, indices) == WIDE);
  CHECK(take_step(&c.n, c.images, c.labels).step == 2);
  CHECK(next_images(&c.n, indices) == 0);
  CHECK_FAILS(rsd_train_step(c.n.net, c.images, c.labels, &progress, &said), RSD_BAD_STATE, "over");
}

/* Files that are saved afterwards do not say that the weights are of a step of that run. */
static void test_an_ended_run_has_no_step(void) {
  run_case c = after_wide_step();
  CHECK(test_contains(save_net(&c.n, 0).bytes + 8, "\"step\":\"1\""));
  CHECK(rsd_train_end(c.n.net, &said) == RSD_OK);
  CHECK(test_contains(save_net(&c.n, 1).bytes + 8, "\"step\":\"0\""));
  CHECK(rsd_train_end(c.n.net, &said) == RSD_OK); /* twice does no harm */
  check_no_run(&c.n);
}

/* A step that diverged leaves no logits, and no gradient that never became a step. */
static void test_a_failed_step_leaves_nothing(void) {
  run_case c = after_wide_step();
  rsd_progress progress = {.size = sizeof progress};
  float *momentum = read_part(&c.n, 0, RSD_PART_MOMENTUM);
  momentum[0] = 3e38f;
  CHECK(rsd_net_write(c.n.net, 0, RSD_PART_MOMENTUM, momentum, &said) == RSD_OK);
  CHECK_FAILS(rsd_train_step(c.n.net, c.images, c.labels, &progress, &said), RSD_DIVERGED,
              "new value of conv1.weight");
  check_nothing_of_a_step(&c.n);
  CHECK(rsd_train_progress(c.n.net, &progress, &said) == RSD_OK && progress.step == 1);
}

/* ------------------------------------------------------------------- writes */

/* Whatever can be written can be saved and loaded; the same is refused by both. */
static void test_writes_that_files_refuse(void) {
  static const float values[] = {-1.0f, -1e-45f, 0.0f, 1.0f, 3e38f};
  rsd_spec spec = spec_of(&net_cases[2]);
  test_net n = make_net(&spec, WIDE, 1);
  for (uint32_t i = 0; i < n.plan.tensors; i++) {
    int blocks = test_block_count;
    rsd_tensor t = tensor_of(&n, i);
    float *all = read_part(&n, i, RSD_PART_VALUE), kept = all[t.elements - 1];
    for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
      all[t.elements - 1] = values[k];
      rsd_status status = rsd_net_write(n.net, i, RSD_PART_VALUE, all, &said);
      int is_refused = is_named(&t, "running_var") && values[k] < 0.0f;
      CHECK(status == (is_refused ? RSD_BAD_ARGUMENT : RSD_OK));
      CHECK(load_net(&n, save_net(&n, 0)));
    }
    all[t.elements - 1] = kept;
    CHECK(rsd_net_write(n.net, i, RSD_PART_VALUE, all, &said) == RSD_OK);
    test_release(blocks);
  }
}

/* -------------------------------------------------------------------- pools */

static rsd_pool *make_pool(uint32_t threads) {
  rsd_pool *pool = NULL;
  size_t bytes = rsd_pool_bytes();
  CHECK(rsd_pool_create(threads, test_memory(bytes), bytes, &pool, &said) == RSD_OK);
  return pool;
}

/* Only threads that nobody has been yet work, and a pool that has stopped leaves the caller alone. */
static void test_a_stopped_pool(void) {
#if RSD_HAS_THREADS
  rsd_spec spec = spec_of(&net_cases[2]);
  test_net n = make_net(&spec, WIDE, 1);
  rsd_recipe recipe = batches_of(WIDE);
  uint16_t labels[WIDE];
  uint8_t *images = random_images(WIDE, labels, 10);
  rsd_pool *pool = make_pool(2), *large = make_pool(4);
  CHECK_FAILS(rsd_net_use_pool(n.net, large, &said), RSD_BAD_ARGUMENT, "4 threads");
  CHECK(rsd_net_use_pool(n.net, pool, &said) == RSD_OK);
  CHECK(rsd_pool_stop(pool, &said) == RSD_OK);
  CHECK(rsd_pool_work(pool, 1, &said) == RSD_OK); /* returns, since the pool has stopped */
  CHECK_FAILS(rsd_pool_work(pool, 1, &said), RSD_BAD_ARGUMENT, "taken");
  CHECK_FAILS(rsd_pool_work(pool, 0, &said), RSD_BAD_ARGUMENT, "index 0");
  CHECK_FAILS(rsd_pool_work(pool, 2, &said), RSD_BAD_ARGUMENT, "index 2");
  begin_run(&n, &recipe);
  CHECK(take_step(&n, images, labels).step == 1);
#endif
  CHECK(rsd_pool_stop(make_pool(1), &said) == RSD_OK);
}

static const test_case state_tests[] = {
    {"a_narrower_run", test_a_narrower_run},
    {"loading_over_a_run", test_loading_over_a_run},
    {"a_loaded_run_is_begun", test_a_loaded_run_is_begun},
    {"an_ended_run_has_no_step", test_an_ended_run_has_no_step},
    {"a_failed_step_leaves_nothing", test_a_failed_step_leaves_nothing},
    {"writes_that_files_refuse", test_writes_that_files_refuse},
    {"a_stopped_pool", test_a_stopped_pool},
};
