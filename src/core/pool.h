/* Fork-join: rsd_parallel runs task 0 .. tasks-1 on the pool's threads and returns when all are
 * done. Invariant: a task's result depends on its number alone, because any thread may take it;
 * `thread` (0 .. threads-1) picks scratch memory. */
#ifndef RSD_POOL_H
#define RSD_POOL_H

#include "../../include/residua.h"
#include "base.h"

typedef void (*rsd_task)(void *context, int task, int thread);

/* In `memory` of rsd_pool_bytes(). */
rsd_pool *rsd_pool_make(uint32_t threads, void *memory);
uint32_t rsd_pool_most_threads(void); /* in this build */
/* Whether a pool was made at this address. */
int rsd_is_pool(const rsd_pool *pool);
/* What thread `index` does until the pool ends. Returns 0 at once unless it is the first to come with
 * that index, which is from 1 to threads-1. */
int rsd_pool_serve(rsd_pool *pool, uint32_t index);
void rsd_pool_end(rsd_pool *pool);
void rsd_parallel(rsd_pool *pool, int tasks, rsd_task run, void *context);
/* A task calls this every few milliseconds, seconds at most: a pool without beats has lost a thread. `pool`
 * may be NULL. */
void rsd_pool_beat(rsd_pool *pool);
/* Whether a thread died at work: then rsd_parallel returned without its task done, and the caller works
 * alone from there on. */
int rsd_pool_lost_thread(const rsd_pool *pool);
/* 1 without a pool, and once it has ended or lost a thread. */
int rsd_pool_threads(const rsd_pool *pool);

#endif
