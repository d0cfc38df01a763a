/* Whole checkpoints: what net and run a file holds, and loading it into a net of that spec, or into a
 * small one if it says none, and into one with another head. */
#include "files.h"
#include "nets.h"

enum { BATCH = 2, OTHER_CLASSES = 3 };

static const rsd_capacity capacity = {sizeof capacity, BATCH, 1, 1, RSD_CONV_AUTO, RSD_TIER_AUTO};

/* Loads, if the file is for the net; otherwise nothing has changed. */
static int load(const fuzz_net *n, int features_only, const uint8_t *bytes, size_t length) {
  fuzz_file before = save_net(n);
  rsd_status status =
      (features_only ? rsd_net_load_features : rsd_net_load)(n->net, bytes, length, &said);
  MUST(is_one_of(status, RSD_OK, RSD_BAD_FILE, RSD_MISMATCH));
  fuzz_file after = save_net(n);
  MUST(status == RSD_OK || same_files(&before, &after));
  free(before.bytes);
  free(after.bytes);
  return status == RSD_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  rsd_spec spec = {.size = sizeof spec};
  rsd_recipe recipe = {.size = sizeof recipe};
  rsd_progress progress = {.size = sizeof progress};
  uint32_t known = 2, has_optimizer = 2;
  rsd_status status = rsd_file_spec(bytes, length, &spec, &known, &has_optimizer, &said);
  MUST(is_one_of(status, RSD_OK, RSD_BAD_FILE, RSD_BAD_SPEC));
  MUST(status != RSD_OK || (known <= 1 && has_optimizer <= 1));
  rsd_status run = rsd_file_run(bytes, length, &recipe, &progress, &said);
  MUST(is_one_of(run, RSD_OK, RSD_BAD_FILE, RSD_MISMATCH));
  MUST(run != RSD_OK || (progress.step <= progress.steps && recipe.batch_size <= recipe.images));
  if (status != RSD_OK) {
    rsd_default_spec(&spec);
    spec.depth = 8;
    spec.width = 1;
  }
  fuzz_net n = make_net(&spec, &capacity);
  if (n.net && load(&n, 0, bytes, length)) {
    check_inference(&n);
    check_round_trip(&n);
    check_step(&n, &recipe);
    check_round_trip(&n);
  }
  free_net(&n);
  spec.classes = OTHER_CLASSES;
  n = make_net(&spec, &capacity);
  if (n.net && load(&n, 1, bytes, length)) check_inference(&n);
  free_net(&n);
  return 0;
}
