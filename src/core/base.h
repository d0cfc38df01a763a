/* What every file of the core needs: compiler attributes, sizes, memory, assertions. Invariant: no
 * libc. */
#ifndef RSD_BASE_H
#define RSD_BASE_H

#include <stddef.h>
#include <stdint.h>

#define RSD_NOINLINE __attribute__((noinline))
/* For a function in a header that many places call and none often: one copy keeps modules small. */
#define RSD_OUT_OF_LINE static __attribute__((noinline, unused))
#define RSD_INLINE static inline __attribute__((always_inline))

/* Linkage of kernels. A native library holds the kernels once for each set of instructions, and only
 * their tables have names outside (kernels/variants.h). */
#if defined(RSD_VARIANT)
#define RSD_KERNEL static __attribute__((unused))
#define RSD_KERNEL_DATA static
#else
#define RSD_KERNEL
#define RSD_KERNEL_DATA extern
#endif

/* V8 keeps about ten vectors in registers. Without this, clang unrolls short loops and V8 spills.
 * It stands before every loop of a micro-kernel. */
#if defined(__clang__)
#define RSD_NO_UNROLL _Pragma("clang loop unroll(disable)")
#else
#define RSD_NO_UNROLL
#endif

/* Hides the pointer's origin from the compiler. In a micro-kernel's loop clang then addresses from
 * the pointer itself, with constant offsets inside the loads. */
#define RSD_OPAQUE(pointer) __asm__("" : "+r"(pointer))

/* A broken invariant is a bug of the core: api.c has checked the caller's data. */
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
