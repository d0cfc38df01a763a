/* Prefetching, for which WebAssembly has no instruction. A store into a cache line brings the line
 * into the cache, and nothing waits for it. Convolutions call rsd_prefetch_next from their
 * products, which seldom store. Invariant: a prefetch changes no value that is read again: where a
 * line's contents are needed, it stores the line's own first byte, of which a copy is kept
 * (docs/kernels.md#prefetch). */
#ifndef RSD_PREFETCH_H
#define RSD_PREFETCH_H

#include "../core/base.h"

#define RSD_LINE_FLOATS 16

/* line_bytes[i] = the first byte of line i. */
RSD_KERNEL void rsd_save_line_bytes(ptrdiff_t floats, const float *lines, uint8_t *line_bytes);

typedef struct rsd_prefetch_range {
  float *lines;
  const uint8_t *line_bytes; /* NULL: the contents will be overwritten */
  ptrdiff_t count; /* lines that are left */
  ptrdiff_t share; /* lines per call of rsd_prefetch_next */
} rsd_prefetch_range;

/* What one call of a convolution prefetches. The ranges advance side by side, because a processor reads
 * ahead along each of them. */
#define RSD_MAX_PREFETCH_RANGES 8
typedef struct rsd_prefetch {
  rsd_prefetch_range ranges[RSD_MAX_PREFETCH_RANGES];
  int count;
} rsd_prefetch;

/* Adds `floats` that will be overwritten. */
RSD_KERNEL void rsd_prefetch_for_write(rsd_prefetch *prefetch, float *lines, ptrdiff_t floats);
/* Adds `floats` that will be read, as two ranges; `line_bytes` is what rsd_save_line_bytes wrote. */
RSD_KERNEL void rsd_prefetch_for_read(rsd_prefetch *prefetch, float *lines,
                                      const uint8_t *line_bytes, ptrdiff_t floats);
/* Divides the ranges among the calls of rsd_prefetch_next of a convolution that walks `rows` in blocks and
 * makes `calls` of them a block. It counts whole blocks only, so that outputs are prefetched before a
 * shorter last block writes them. `prefetch` may be NULL in both functions. */
RSD_KERNEL void rsd_prefetch_spread(rsd_prefetch *prefetch, int rows, int block_rows, int calls);
RSD_KERNEL void rsd_prefetch_next(rsd_prefetch *prefetch);

#endif
