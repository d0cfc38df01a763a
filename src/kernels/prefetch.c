/* Prefetches by storing one byte into each line; prefetch.h states the invariant. */
#include "prefetch.h"

RSD_NOINLINE void rsd_save_line_bytes(ptrdiff_t floats, const float *lines, uint8_t *line_bytes) {
  const uint8_t *at = (const uint8_t *)lines;
  RSD_NO_UNROLL
  for (ptrdiff_t i = 0; i < floats / RSD_LINE_FLOATS; i++)
    line_bytes[i] = at[i * RSD_LINE_FLOATS * (ptrdiff_t)sizeof(float)];
}

static void add_range(rsd_prefetch *prefetch, float *lines, const uint8_t *line_bytes,
                      ptrdiff_t count) {
  RSD_ASSERT(prefetch->count < RSD_MAX_PREFETCH_RANGES);
  rsd_prefetch_range range = {lines, line_bytes, count, 0};
  prefetch->ranges[prefetch->count++] = range;
}

void rsd_prefetch_for_write(rsd_prefetch *prefetch, float *lines, ptrdiff_t floats) {
  add_range(prefetch, lines, NULL, floats / RSD_LINE_FLOATS);
}

void rsd_prefetch_for_read(rsd_prefetch *prefetch, float *lines, const uint8_t *line_bytes,
                           ptrdiff_t floats) {
  ptrdiff_t count = floats / RSD_LINE_FLOATS, half = count / 2;
  add_range(prefetch, lines, line_bytes, half);
  add_range(prefetch, lines + half * RSD_LINE_FLOATS, line_bytes + half, count - half);
}

void rsd_prefetch_spread(rsd_prefetch *prefetch, int rows, int block_rows, int calls) {
  if (prefetch == NULL) return;
  ptrdiff_t shares = rsd_max(1, rows * calls / block_rows);
  for (int i = 0; i < prefetch->count; i++)
    prefetch->ranges[i].share = (prefetch->ranges[i].count + shares - 1) / shares;
}

/* Stores zeros if line_bytes is NULL, which is a compile-time constant after inlining. */
RSD_INLINE void store_line_bytes(ptrdiff_t count, volatile uint8_t *at, const uint8_t *line_bytes) {
  enum { LINE = RSD_LINE_FLOATS * sizeof(float), UNROLLED = 4 };
  ptrdiff_t i = 0;
  RSD_NO_UNROLL
  for (; i + UNROLLED <= count; i += UNROLLED, at += UNROLLED * LINE)
    for (int k = 0; k < UNROLLED; k++)
      at[k * LINE] = line_bytes ? line_bytes[i + k] : 0;
  RSD_NO_UNROLL
  for (; i < count; i++, at += LINE)
    *at = line_bytes ? line_bytes[i] : 0;
}

static void prefetch_lines(rsd_prefetch_range *range) {
  ptrdiff_t count = range->share < range->count ? range->share : range->count;
  volatile uint8_t *at = (uint8_t *)range->lines;
  if (range->line_bytes) {
    store_line_bytes(count, at, range->line_bytes);
    range->line_bytes += count;
  } else {
    store_line_bytes(count, at, NULL);
  }
  range->lines += count * RSD_LINE_FLOATS;
  range->count -= count;
}

RSD_NOINLINE void rsd_prefetch_next(rsd_prefetch *prefetch) {
  for (int i = 0; prefetch && i < prefetch->count; i++)
    prefetch_lines(&prefetch->ranges[i]);
}
