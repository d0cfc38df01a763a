/* The kernels once for each set of instructions, chosen at run time. A build for one set alone, such as
 * a WebAssembly module, calls its kernels directly. Invariant: variants of one tier give the same
 * bits. */
#ifndef RSD_VARIANTS_H
#define RSD_VARIANTS_H

#include "kernels.h"

/* Kernels that compute with vectors; all others are compiled once. */
#define RSD_VECTOR_KERNELS(X) \
  X(normalise)                \
  X(moments_add)              \
  X(norm_backward)            \
  X(gradient_sums_add)        \
  X(relu_backward)            \
  X(add)                      \
  X(pad_shortcut)             \
  X(pad_shortcut_backward)    \
  X(average_pool)             \
  X(average_pool_backward)    \
  X(dense)                    \
  X(dense_backward)           \
  X(cross_entropy)            \
  X(sgd)                      \
  X(sgd_overflow)             \
  X(sum_slots)                \
  X(input)

#define RSD_KERNEL_FIELD(name) __typeof__ (&rsd_##name)(name);
typedef struct rsd_kernels {
  const char *tier; /* "scalar", "simd128" or "relaxed" */
  const char *instructions; /* "SSE2", "AVX2", ...; "" where the compiler alone knows */
#if defined(RSD_HAS_VARIANTS)
  const rsd_conv_method *direct, *winograd_stride1, *winograd_stride2;
  RSD_VECTOR_KERNELS(RSD_KERNEL_FIELD)
#endif
} rsd_kernels;
#undef RSD_KERNEL_FIELD

/* The fastest variant of a tier that this machine can run: an enum rsd_tier_choice of residua.h; NULL if
 * there is none. */
const rsd_kernels *rsd_kernels_for(uint32_t tier);

#if defined(RSD_HAS_VARIANTS)
#define RSD_VECTOR(net, name) ((net)->kernels->name)
#define RSD_METHOD(net, name) ((net)->kernels->name)
#else
#define RSD_VECTOR(net, name) ((void)(net), rsd_##name)
#define RSD_METHOD(net, name) ((void)(net), &rsd_conv_##name)
#endif

#endif
