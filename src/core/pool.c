/* The fork-join pool, on WebAssembly atomics or POSIX threads; without either it runs every task itself.
 * Invariant: `run`, `context` and `tasks` change only while no thread works. */
#include "pool.h"

#if defined(__wasm_atomics__)
#define RSD_HAS_THREADS 1
#elif !defined(__wasm__)
#define RSD_HAS_THREADS 1
#include <pthread.h>
#else
#define RSD_HAS_THREADS 0
#endif

struct rsd_pool {
  const rsd_pool *self; /* where it was made */
  uint64_t serving; /* a bit for each thread that has come */
  uint32_t threads;
  uint32_t stop;
  rsd_task run;
  void *context;
  uint32_t tasks;
  uint32_t next; /* the next task to hand out */
  uint32_t generation; /* incremented by every fork */
  uint32_t working; /* threads, other than the caller, that have not finished this fork */
  uint32_t beats; /* goes up while any thread gets on with a task */
  uint32_t lost; /* 1: a thread did not finish its task */
#if !defined(__wasm__)
  pthread_mutex_t mutex;
  pthread_cond_t changed;
#endif
};

/* Spinning takes about a tenth of a millisecond, as long as sleeping and waking, and bridges the
 * gaps between the layers of a step. A longer wait frees the core. */
#define RSD_SPINS 100000

static void rsd_pool_take_tasks(rsd_pool *pool, int thread) {
  for (;;) {
    uint32_t task = __atomic_fetch_add(&pool->next, 1, __ATOMIC_RELAXED);
    if (task >= pool->tasks) return;
    pool->run(pool->context, (int)task, thread);
  }
}

void rsd_pool_beat(rsd_pool *pool) {
  if (pool) __atomic_fetch_add(&pool->beats, 1, __ATOMIC_RELAXED);
}

int rsd_pool_lost_thread(const rsd_pool *pool) { return pool && pool->lost; }

#if RSD_HAS_THREADS
#if defined(__wasm__)
/* Waits of this length without a beat, one after the other, mean that a thread is dead. They are counted
 * because a machine that sleeps ends one wait early, but not all of them. */
#define RSD_WAIT_NS 1000000000
#define RSD_SILENT_WAITS 20

/* Not inlined: the baseline compiler of Node 20's V8 loses locals around this instruction in the
 * loop of a larger function, and the pool then hangs. */
RSD_NOINLINE static void rsd_pool_sleep(rsd_pool *pool, uint32_t *word, uint32_t seen) {
  (void)pool;
  __builtin_wasm_memory_atomic_wait32((int *)word, (int)seen, -1);
}
RSD_NOINLINE static int rsd_pool_doze(uint32_t *word, uint32_t seen) {
  enum { TIMED_OUT = 2 };
  return __builtin_wasm_memory_atomic_wait32((int *)word, (int)seen, RSD_WAIT_NS) == TIMED_OUT;
}
static void rsd_pool_wake(rsd_pool *pool, uint32_t *word) {
  (void)pool;
  __builtin_wasm_memory_atomic_notify((int *)word, RSD_MAX_THREADS);
}
#else
static void rsd_pool_sleep(rsd_pool *pool, uint32_t *word, uint32_t seen) {
  pthread_mutex_lock(&pool->mutex);
  while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == seen)
    pthread_cond_wait(&pool->changed, &pool->mutex);
  pthread_mutex_unlock(&pool->mutex);
}
static void rsd_pool_wake(rsd_pool *pool, uint32_t *word) {
  (void)word;
  pthread_mutex_lock(&pool->mutex);
  pthread_cond_broadcast(&pool->changed);
  pthread_mutex_unlock(&pool->mutex);
}
#endif

/* Returns when *word is no longer `seen`. */
static void rsd_pool_await(rsd_pool *pool, uint32_t *word, uint32_t seen) {
  for (int spin = 0; spin < RSD_SPINS; spin++)
    if (__atomic_load_n(word, __ATOMIC_ACQUIRE) != seen) return;
  while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == seen)
    rsd_pool_sleep(pool, word, seen);
}

static void rsd_pool_fork(rsd_pool *pool) {
  __atomic_store_n(&pool->working, pool->threads - 1, __ATOMIC_RELAXED);
  __atomic_fetch_add(&pool->generation, 1, __ATOMIC_RELEASE);
  rsd_pool_wake(pool, &pool->generation);
}

#if defined(__wasm__)
/* A worker of a page can die without a word, for want of memory say. */
static void rsd_pool_join(rsd_pool *pool) {
  uint32_t beats = 0;
  for (int spin = 0, silent = 0; silent < RSD_SILENT_WAITS;) {
    uint32_t working = __atomic_load_n(&pool->working, __ATOMIC_ACQUIRE);
    if (working == 0) return;
    if (spin++ < RSD_SPINS) continue;
    spin = 0;
    if (!rsd_pool_doze(&pool->working, working)) continue;
    uint32_t now = __atomic_load_n(&pool->beats, __ATOMIC_RELAXED);
    silent = now == beats ? silent + 1 : 0;
    beats = now;
  }
  pool->lost = 1;
}
#else
static void rsd_pool_join(rsd_pool *pool) {
  for (;;) {
    uint32_t working = __atomic_load_n(&pool->working, __ATOMIC_ACQUIRE);
    if (working == 0) return;
    rsd_pool_await(pool, &pool->working, working);
  }
}
#endif

int rsd_pool_serve(rsd_pool *pool, uint32_t index) {
  uint32_t seen = 0;
  if (index < 1 || index >= pool->threads) return 0;
  if (__atomic_fetch_or(&pool->serving, 1ull << index, __ATOMIC_RELAXED) >> index & 1) return 0;
  for (;;) {
    rsd_pool_await(pool, &pool->generation, seen);
    seen++;
    if (__atomic_load_n(&pool->stop, __ATOMIC_ACQUIRE)) return 1;
    rsd_pool_take_tasks(pool, (int)index);
    __atomic_fetch_sub(&pool->working, 1, __ATOMIC_RELEASE);
    rsd_pool_wake(pool, &pool->working);
  }
}

void rsd_pool_end(rsd_pool *pool) {
  __atomic_store_n(&pool->stop, 1, __ATOMIC_RELEASE);
  rsd_pool_fork(pool);
}
#else
static void rsd_pool_fork(rsd_pool *pool) { (void)pool; }
static void rsd_pool_join(rsd_pool *pool) { (void)pool; }
int rsd_pool_serve(rsd_pool *pool, uint32_t index) {
  (void)pool;
  (void)index;
  return 0;
}
void rsd_pool_end(rsd_pool *pool) { (void)pool; }
#endif

size_t rsd_pool_bytes(void) { return sizeof(rsd_pool); }

uint32_t rsd_pool_most_threads(void) { return RSD_HAS_THREADS ? RSD_MAX_THREADS : 1; }

rsd_pool *rsd_pool_make(uint32_t threads, void *memory) {
  rsd_pool *made = memory;
  rsd_zero(made, sizeof *made);
  made->self = made;
  made->threads = threads;
#if !defined(__wasm__)
  pthread_mutex_init(&made->mutex, NULL);
  pthread_cond_init(&made->changed, NULL);
#endif
  return made;
}

int rsd_is_pool(const rsd_pool *pool) { return pool->self == pool; }

int rsd_pool_threads(const rsd_pool *pool) {
  if (pool == NULL || pool->lost || __atomic_load_n(&pool->stop, __ATOMIC_RELAXED)) return 1;
  return (int)pool->threads;
}

void rsd_parallel(rsd_pool *pool, int tasks, rsd_task run, void *context) {
  if (rsd_pool_threads(pool) == 1 || tasks == 1) {
    for (int task = 0; task < tasks; task++)
      run(context, task, 0);
    return;
  }
  pool->run = run;
  pool->context = context;
  pool->tasks = (uint32_t)tasks;
  __atomic_store_n(&pool->next, 0, __ATOMIC_RELAXED);
  rsd_pool_fork(pool);
  rsd_pool_take_tasks(pool, 0);
  rsd_pool_join(pool);
}
