/* Trains with a thread pool of the caller: the library starts no threads, it is lent some.
 *   cc pool.c $(pkg-config --cflags --libs residua) -o pool && ./pool 2
 * Every number of threads prints the same loss. */
#include <pthread.h>
#include <residua.h>
#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 64, STEPS = 8, MOST_THREADS = 8 };

static uint8_t images[BATCH][RSD_IMAGE_BYTES];
static uint16_t labels[BATCH];
static rsd_error error = {sizeof error, ""};

static void check(rsd_status status) {
  if (status == RSD_OK) return;
  fprintf(stderr, "%s\n", error.message);
  exit(1);
}

struct worker {
  pthread_t thread;
  rsd_pool *pool;
  uint32_t index;
};

static void *work(void *at) {
  struct worker *self = at;
  rsd_pool_work(self->pool, self->index, NULL); /* returns after rsd_pool_stop */
  return NULL;
}

static void *aligned(size_t bytes) { return aligned_alloc(64, (bytes + 63) / 64 * 64); }

int main(int argc, char **argv) {
  uint32_t threads = argc > 1 ? (uint32_t)atoi(argv[1]) : 2;
  if (argc > 2 || threads < 1 || threads > MOST_THREADS) {
    fprintf(stderr, "usage: pool [THREADS], from 1 to %d\n", MOST_THREADS);
    return 2;
  }
  rsd_spec spec;
  rsd_default_spec(&spec);
  spec.width = 8;
  rsd_capacity capacity = {sizeof capacity, BATCH, 1, threads, RSD_CONV_AUTO, RSD_TIER_EXACT};
  rsd_plan plan = {.size = sizeof plan};
  rsd_net *net;
  check(rsd_plan_net(&spec, &capacity, &plan, &error));
  void *memory = aligned((size_t)plan.bytes);
  check(rsd_net_create(&spec, &capacity, memory, (size_t)plan.bytes, &net, &error));

  rsd_pool *pool;
  void *room = aligned(rsd_pool_bytes());
  check(rsd_pool_create(threads, room, rsd_pool_bytes(), &pool, &error));
  struct worker workers[MOST_THREADS];
  for (uint32_t i = 1; i < threads; i++) { /* the caller is thread 0 */
    workers[i].pool = pool;
    workers[i].index = i;
    if (pthread_create(&workers[i].thread, NULL, work, &workers[i])) return 1;
  }
  check(rsd_net_use_pool(net, pool, &error));

  check(rsd_synthetic(0, 0, BATCH, images[0], labels, &error));
  rsd_recipe recipe;
  rsd_default_recipe(&recipe);
  recipe.images = BATCH;
  recipe.batch_size = BATCH;
  recipe.epochs = STEPS;
  recipe.lr = 0.05f;
  check(rsd_train_begin(net, &recipe, &error));
  rsd_progress progress = {.size = sizeof progress};
  uint32_t indices[BATCH], count;
  for (int step = 0; step < STEPS; step++) {
    check(rsd_train_indices(net, indices, &count, &error));
    uint8_t batch[BATCH][RSD_IMAGE_BYTES];
    uint16_t batch_labels[BATCH];
    for (uint32_t i = 0; i < count; i++) {
      for (int k = 0; k < RSD_IMAGE_BYTES; k++)
        batch[i][k] = images[indices[i]][k];
      batch_labels[i] = labels[indices[i]];
    }
    check(rsd_train_step(net, batch[0], batch_labels, &progress, &error));
  }
  printf("loss %.9g\n", (double)progress.loss);

  check(rsd_pool_stop(pool, &error));
  for (uint32_t i = 1; i < threads; i++)
    pthread_join(workers[i].thread, NULL);
  free(room);
  free(memory);
  return 0;
}
