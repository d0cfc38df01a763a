/* What the targets share. A target feeds the core what the fuzzer made up, by the public header where
 * that has the function, and holds it to what the header promises: a status that the call may have,
 * a net that is as it was where a call failed, and one that works where it did not. */
#ifndef RSD_FUZZ_H
#define RSD_FUZZ_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../include/residua.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* A promise that is not kept is reported as a crash. */
#define MUST(condition)                 \
  do {                                  \
    if (!(condition)) __builtin_trap(); \
  } while (0)

static inline int is_one_of(rsd_status status, rsd_status a, rsd_status b, rsd_status c) {
  return status == a || status == b || status == c;
}

static inline int same_bytes(const void *a, const void *b, size_t length) {
  return memcmp(a, b, length) == 0;
}

/* In a block of just its length, so that a byte too many is noticed. */
static inline void *room(size_t count, size_t bytes) {
  void *at = calloc(count ? count : 1, bytes);
  MUST(at);
  return at;
}

#endif
