/* What every file of the core needs: compiler attributes, sizes, memory, assertions. */
#ifndef RSD_BASE_H
#define RSD_BASE_H

#include <stddef.h>
#include <stdint.h>

#define RSD_NOINLINE __attribute__((noinline))
/* For a header's function that many places call, none of them hot: one copy, small modules. */
#define RSD_OUT_OF_LINE static __attribute__((noinline, unused))
#define RSD_INLINE static inline __attribute__((always_inline))

/* V8 keeps about ten vectors in registers; clang unrolls short loops unasked and V8 then
 * spills. Stands before every micro-kernel loop. */
#if defined(__clang__)
#define RSD_NO_UNROLL _Pragma("clang loop unroll(disable)")
#else
#define RSD_NO_UNROLL
#endif

/* Hides where the pointer came from. Stands in a micro-kernel loop so that clang addresses from the
 * pointer as it is, with constant offsets inside the loads, and does not add each time anew. */
#define RSD_OPAQUE(pointer) __asm__("" : "+r"(pointer))

/* Broken invariants are bugs of the core, never of the caller's data: api.c has checked that. */
#define RSD_ASSERT(condition)           \
  do {                                  \
    if (!(condition)) __builtin_trap(); \
  } while (0)

RSD_INLINE void rsd_copy(void *to, const void *from, size_t bytes) {
  __builtin_memcpy(to, from, bytes);
}
RSD_INLINE void rsd_zero(void *at, size_t bytes) { __builtin_memset(at, 0, bytes); }
RSD_INLINE int rsd_same(const char *a, const char *b, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (a[i] != b[i]) return 0;
  return 1;
}
RSD_INLINE int rsd_min(int a, int b) { return a < b ? a : b; }
RSD_INLINE int rsd_max(int a, int b) { return a > b ? a : b; }
RSD_INLINE int rsd_round_up(int n, int multiple) {
  return (n + multiple - 1) / multiple * multiple;
}

#endif
