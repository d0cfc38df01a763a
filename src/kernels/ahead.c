/* Memory that is far away, fetched in good time: see kernels.h. */
#include "kernels.h"

RSD_NOINLINE void rsd_keep_heads(ptrdiff_t floats, const float *lines, uint8_t *heads) {
  const uint8_t *at = (const uint8_t *)lines;
  RSD_NO_UNROLL
  for (ptrdiff_t i = 0; i < floats / RSD_LINE_FLOATS; i++)
    heads[i] = at[i * RSD_LINE_FLOATS * (ptrdiff_t)sizeof(float)];
}

static void add(rsd_ahead *ahead, float *lines, const uint8_t *heads, ptrdiff_t count) {
  RSD_ASSERT(ahead->count < RSD_MOST_AHEAD);
  rsd_far part = {lines, heads, count, 0};
  ahead->parts[ahead->count++] = part;
}

void rsd_ahead_add(rsd_ahead *ahead, float *lines, ptrdiff_t floats) {
  add(ahead, lines, NULL, floats / RSD_LINE_FLOATS);
}

void rsd_ahead_add_halves(rsd_ahead *ahead, float *lines, const uint8_t *heads, ptrdiff_t floats) {
  ptrdiff_t count = floats / RSD_LINE_FLOATS, half = count / 2;
  add(ahead, lines, heads, half);
  add(ahead, lines + half * RSD_LINE_FLOATS, heads + half, count - half);
}

void rsd_ahead_spread(rsd_ahead *ahead, int rows, int block_rows, int calls) {
  if (ahead == NULL) return;
  ptrdiff_t all = rsd_max(1, rows * calls / block_rows);
  for (int i = 0; i < ahead->count; i++)
    ahead->parts[i].share = (ahead->parts[i].count + all - 1) / all;
}

/* Zeros if there are no heads, which is known when inlined. */
RSD_INLINE void put_heads(ptrdiff_t count, volatile uint8_t *at, const uint8_t *heads) {
  enum { LINE = RSD_LINE_FLOATS * sizeof(float), UNROLLED = 4 };
  ptrdiff_t i = 0;
  RSD_NO_UNROLL
  for (; i + UNROLLED <= count; i += UNROLLED, at += UNROLLED * LINE)
    for (int k = 0; k < UNROLLED; k++)
      at[k * LINE] = heads ? heads[i + k] : 0;
  RSD_NO_UNROLL
  for (; i < count; i++, at += LINE)
    *at = heads ? heads[i] : 0;
}

static void fetch(rsd_far *part) {
  ptrdiff_t count = part->share < part->count ? part->share : part->count;
  volatile uint8_t *at = (uint8_t *)part->lines;
  if (part->heads) {
    put_heads(count, at, part->heads);
    part->heads += count;
  } else {
    put_heads(count, at, NULL);
  }
  part->lines += count * RSD_LINE_FLOATS;
  part->count -= count;
}

RSD_NOINLINE void rsd_ahead_fetch(rsd_ahead *ahead) {
  for (int i = 0; ahead && i < ahead->count; i++)
    fetch(&ahead->parts[i]);
}
