/* Trains a small residual network on the synthetic images and prints how often it errs:
 *   cc train.c $(pkg-config --cflags --libs residua) -o train && ./train */
#include <residua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGES = 2000, TESTS = 500, BATCH = 32, EPOCHS = 4 };

static uint8_t images[IMAGES][RSD_IMAGE_BYTES], tests[TESTS][RSD_IMAGE_BYTES];
static uint8_t batch[BATCH][RSD_IMAGE_BYTES];
static uint16_t labels[IMAGES], test_labels[TESTS], batch_labels[BATCH];
static rsd_error error = {sizeof error, ""};

static void check(rsd_status status) {
  if (status == RSD_OK) return;
  fprintf(stderr, "%s\n", error.message);
  exit(1);
}

int main(void) {
  rsd_spec spec;
  rsd_default_spec(&spec);
  spec.depth = 8;
  spec.width = 8;
  /* The exact tier prints the same numbers on every machine; RSD_TIER_AUTO is faster on most. */
  rsd_capacity capacity = {sizeof capacity, TESTS, 1, 1, RSD_CONV_AUTO, RSD_TIER_EXACT};
  rsd_plan plan = {.size = sizeof plan};
  check(rsd_plan_net(&spec, &capacity, &plan, &error));
  rsd_net *net;
  void *memory = aligned_alloc(64, (plan.bytes + 63) / 64 * 64);
  check(rsd_net_create(&spec, &capacity, memory, plan.bytes, &net, &error));

  check(rsd_synthetic(0, 0, IMAGES, images[0], labels, &error));
  check(rsd_synthetic(1, 0, TESTS, tests[0], test_labels, &error));
  rsd_recipe recipe;
  rsd_default_recipe(&recipe);
  recipe.images = IMAGES;
  recipe.batch_size = BATCH;
  recipe.epochs = EPOCHS;
  recipe.lr = 0.05f;
  recipe.augment = RSD_AUGMENT_FLIP;
  rsd_progress progress = {.size = sizeof progress};
  rsd_score score = {.size = sizeof score};
  uint32_t indices[BATCH], count;
  check(rsd_train_begin(net, &recipe, &error));
  for (;;) {
    check(rsd_train_indices(net, indices, &count, &error));
    if (count == 0) break;
    for (uint32_t i = 0; i < count; i++) {
      memcpy(batch[i], images[indices[i]], RSD_IMAGE_BYTES);
      batch_labels[i] = labels[indices[i]];
    }
    check(rsd_train_step(net, batch[0], batch_labels, &progress, &error));
    if (progress.step % progress.steps_per_epoch != 0) continue;
    check(rsd_evaluate(net, tests[0], test_labels, TESTS, &score, &error));
    printf("epoch %u: %u of %u training images wrong, %u of %d test images\n", progress.epoch,
           progress.epoch_wrong, progress.epoch_images, score.wrong, TESTS);
  }
  free(memory);
  return 0;
}
