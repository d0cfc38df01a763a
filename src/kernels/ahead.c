/* Memory that is far away, fetched in good time: see kernels.h. */
#include "kernels.h"

RSD_NOINLINE void rsd_keep_heads(ptrdiff_t floats, const float *lines, uint8_t *heads) {
  const uint8_t *at = (const uint8_t *)lines;
  RSD_NO_UNROLL
  for (ptrdiff_t i = 0; i < floats / RSD_LINE_FLOATS; i++)
    heads[i] = at[i * RSD_LINE_FLOATS * (ptrdiff_t)sizeof(float)];
}

RSD_NOINLINE void rsd_ahead_add(rsd_ahead *ahead, float *lines, const uint8_t *heads,
                                ptrdiff_t floats) {
  RSD_ASSERT(ahead->count < RSD_MOST_AHEAD);
  rsd_far part = {lines, heads, floats / RSD_LINE_FLOATS};
  ahead->parts[ahead->count++] = part;
}

void rsd_ahead_spread(rsd_ahead *ahead, int rows, int block_rows, int products) {
  if (ahead) ahead->products = rows * products / block_rows;
}

static void fetch(rsd_far *part, ptrdiff_t count) {
  volatile uint8_t *at = (uint8_t *)part->lines;
  RSD_NO_UNROLL
  for (ptrdiff_t i = 0; i < count; i++, at += RSD_LINE_FLOATS * sizeof(float))
    *at = part->heads ? part->heads[i] : 0;
  part->lines += count * RSD_LINE_FLOATS;
  if (part->heads) part->heads += count;
  part->count -= count;
}

RSD_NOINLINE void rsd_ahead_fetch(rsd_ahead *ahead) {
  if (ahead == NULL || ahead->products == 0) return;
  for (int i = 0; i < ahead->count; i++)
    fetch(&ahead->parts[i], (ahead->parts[i].count + ahead->products - 1) / ahead->products);
  ahead->products--;
}
