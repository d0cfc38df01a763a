/* One block of memory, handed out from the front and never freed. Invariant: laying a net out
 * twice, first with base 0 to measure and then for real, takes the same bytes. */
#ifndef RSD_ARENA_H
#define RSD_ARENA_H

#include "base.h"

#define RSD_ARENA_ALIGNMENT 64

typedef struct rsd_arena {
  uint64_t base; /* address; 0 to measure */
  uint64_t used;
} rsd_arena;

RSD_OUT_OF_LINE void *rsd_arena_take(rsd_arena *arena, uint64_t bytes) {
  uint64_t at = arena->base + arena->used;
  arena->used += (bytes + RSD_ARENA_ALIGNMENT - 1) / RSD_ARENA_ALIGNMENT * RSD_ARENA_ALIGNMENT;
  return (void *)(uintptr_t)at;
}
RSD_OUT_OF_LINE float *rsd_arena_floats(rsd_arena *arena, uint64_t count) {
  return (float *)rsd_arena_take(arena, count * sizeof(float));
}

/* Begins in the given eighth of a 4 KiB page. A load waits for an earlier store whose address
 * agrees in the last 12 bits, on Intel's processors at least, until all bits are compared. Buffers
 * of whole pages would agree where one pass reads one and writes the other. */
#define RSD_PAGE_BYTES 4096
RSD_OUT_OF_LINE float *rsd_arena_floats_at(rsd_arena *arena, uint64_t eighth, uint64_t count) {
  arena->used += (eighth * (RSD_PAGE_BYTES / 8) - arena->used) % RSD_PAGE_BYTES;
  return rsd_arena_floats(arena, count);
}

#endif
