/* Spec, capacity and recipe, field by field what the fuzzer says: planned, made, trained for a step,
 * saved and loaded, or refused. */
#include "nets.h"

typedef struct request {
  rsd_spec spec;
  rsd_capacity capacity;
  rsd_recipe recipe;
} request;

static void check_rates(const rsd_recipe *recipe, uint32_t depth) {
  uint32_t steps = recipe->epochs * (recipe->images / recipe->batch_size);
  const uint32_t some[] = {0, steps / 2, steps - 1};
  for (int i = 0; i < 3; i++) {
    float rate = -1.0f;
    MUST(rsd_learning_rate(recipe, depth, some[i], &rate, &said) == RSD_OK);
    MUST(rate >= 0.0f && rate <= recipe->lr);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  request r = {0};
  memcpy(&r, bytes, length < sizeof r ? length : sizeof r);
  fuzz_net n = make_net(&r.spec, &r.capacity);
  if (n.net == NULL) return 0;
  check_inference(&n);
  rsd_status status = rsd_train_begin(n.net, &r.recipe, &said);
  MUST(is_one_of(status, RSD_OK, RSD_BAD_ARGUMENT, RSD_BAD_ARGUMENT));
  if (status == RSD_OK) {
    check_rates(&r.recipe, r.spec.depth);
    check_step(&n, &r.recipe);
  }
  check_round_trip(&n);
  free_net(&n);
  return 0;
}
