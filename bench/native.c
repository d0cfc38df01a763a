/* Training of resnet20, width 16, batch 128, on one core by the C library: native TIER STEPS, where TIER is 1
 * for exact and 2 for relaxed. Prints images per second, the median of the steps. */
#define _POSIX_C_SOURCE 200112L
#include <residua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { IMAGES = 1280, BATCH = 128, MOST_STEPS = 1000, WARM_UP = 2 };

static uint8_t images[IMAGES][RSD_IMAGE_BYTES], batch[BATCH][RSD_IMAGE_BYTES];
static uint16_t labels[IMAGES], batch_labels[BATCH];
static rsd_error error = {sizeof error, ""};

static void check(rsd_status status) {
  if (status == RSD_OK) return;
  fprintf(stderr, "%s\n", error.message);
  exit(1);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double step_seconds(rsd_net *net, rsd_progress *progress) {
  uint32_t indices[BATCH], count;
  double start = seconds();
  check(rsd_train_indices(net, indices, &count, &error));
  for (uint32_t i = 0; i < count; i++) {
    memcpy(batch[i], images[indices[i]], RSD_IMAGE_BYTES);
    batch_labels[i] = labels[indices[i]];
  }
  check(rsd_train_step(net, batch[0], batch_labels, progress, &error));
  return seconds() - start;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  int steps = atoi(argv[2]);
  if (steps < 1 || steps > MOST_STEPS) return 2;
  rsd_spec spec;
  rsd_default_spec(&spec);
  rsd_capacity capacity = {sizeof capacity, BATCH, 1, 1, RSD_CONV_AUTO, (uint32_t)atoi(argv[1])};
  rsd_plan plan = {.size = sizeof plan};
  rsd_net *net;
  check(rsd_plan_net(&spec, &capacity, &plan, &error));
  void *memory = aligned_alloc(64, (size_t)(plan.bytes + 63) / 64 * 64);
  check(rsd_net_create(&spec, &capacity, memory, (size_t)plan.bytes, &net, &error));
  check(rsd_synthetic(0, 0, IMAGES, images[0], labels, &error));
  rsd_recipe recipe;
  rsd_default_recipe(&recipe);
  recipe.images = IMAGES;
  recipe.batch_size = BATCH;
  recipe.epochs = 1000;
  recipe.lr = 0.01f;
  check(rsd_train_begin(net, &recipe, &error));
  rsd_progress progress = {.size = sizeof progress};
  static double times[MOST_STEPS];
  for (int i = 0; i < WARM_UP; i++)
    step_seconds(net, &progress);
  for (int i = 0; i < steps; i++)
    times[i] = step_seconds(net, &progress);
  qsort(times, (size_t)steps, sizeof *times, by_size);
  printf("{\"images_per_s\": %.2f}\n", BATCH / times[steps / 2]);
  free(memory);
  return 0;
}
