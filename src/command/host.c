/* Memory and the clock of the host. Invariant: memory is aligned to 64 bytes, as nets need it. */
#include <stdlib.h>
#include <time.h>

#include "command.h"

void *allocate(uint64_t bytes) {
  uint64_t rounded = (bytes + 63) / 64 * 64;
  void *memory = rounded <= SIZE_MAX ? aligned_alloc(64, (size_t)rounded) : NULL;
  if (memory == NULL)
    fail("Could not allocate %llu MiB; use a smaller batch, width or depth, or fewer images.",
         (unsigned long long)(bytes >> 20) + 1);
  return memory;
}

double seconds_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}
