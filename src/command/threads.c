/* The threads that --threads asks for. Invariant: every number of threads gives the same bits, so no checkpoint
 * stores it. */
#include "command.h"

#if !defined(__wasm__)
#include <pthread.h>

typedef struct pool_thread {
  pthread_t thread;
  rsd_pool *pool;
  uint32_t index;
} pool_thread;

static void *work_for_pool(void *context) {
  pool_thread *t = context;
  rsd_pool_work(t->pool, t->index, NULL);
  return NULL;
}

/* They wait for work until the program ends. */
static void start_threads(rsd_pool *pool, uint32_t count) {
  pool_thread *threads = allocate(count * sizeof *threads);
  for (uint32_t i = 1; i < count; i++) {
    threads[i] = (pool_thread){.pool = pool, .index = i};
    if (pthread_create(&threads[i].thread, NULL, work_for_pool, &threads[i]) != 0)
      fail("Could not start %u threads; give --threads a smaller number.", count);
  }
}
#else
/* No pool of two threads can be made there. */
static void start_threads(rsd_pool *pool, uint32_t count) {
  (void)pool;
  (void)count;
}
#endif

uint32_t thread_count(void) { return count_option("threads", 1); }

void use_threads(rsd_net *net) {
  rsd_pool *pool;
  size_t bytes = rsd_pool_bytes();
  check(rsd_pool_create(thread_count(), allocate(bytes), bytes, &pool, &core_error));
  start_threads(pool, thread_count());
  check(rsd_net_use_pool(net, pool, &core_error));
}
