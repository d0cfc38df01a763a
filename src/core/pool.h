/* Fork-join: rsd_parallel runs task 0 .. tasks-1 on the pool's threads and returns when all are
 * done. Tasks are handed out as threads become free, so a task's result must depend on its number
 * alone; `thread` (0 .. threads-1) only picks scratch memory. */
#ifndef RSD_POOL_H
#define RSD_POOL_H

#include "../../include/residua.h"
#include "base.h"

typedef void (*rsd_task)(void *context, int task, int thread);

void rsd_parallel(rsd_pool *pool, int tasks, rsd_task run, void *context);
int rsd_pool_threads(const rsd_pool *pool);

#endif
