/* All kernels as one translation unit, and their table. A native library compiles this file once more for
 * each set of instructions, with RSD_VARIANT naming the table and RSD_INSTRUCTIONS what it computes with. */
#include "variants.h"

#include "prefetch.c"
#include "direct.c"
#include "winograd/product.c"
#include "winograd/filters.c"
#include "winograd/stride1.c"
#include "winograd/stride2.c"
#include "norm.c"
#include "elementwise.c"
#include "head.c"

#if !defined(RSD_VARIANT)
#define RSD_VARIANT base
#endif
#if defined(RSD_INSTRUCTIONS)
#elif defined(__SSE2__)
#define RSD_INSTRUCTIONS "SSE2"
#elif defined(__ARM_NEON)
#define RSD_INSTRUCTIONS "NEON"
#else
#define RSD_INSTRUCTIONS ""
#endif
#define RSD_TABLE_NAME(variant) RSD_TABLE_OF(variant)
#define RSD_TABLE_OF(variant) rsd_kernels_##variant

#define RSD_KERNEL_ENTRY(name) .name = rsd_##name,
extern const rsd_kernels RSD_TABLE_NAME(RSD_VARIANT);
const rsd_kernels RSD_TABLE_NAME(RSD_VARIANT) = {.tier = RSD_TIER,
                                                 .instructions = RSD_INSTRUCTIONS,
#if defined(RSD_HAS_VARIANTS)
                                                 .direct = &rsd_conv_direct,
                                                 .winograd_stride1 = &rsd_conv_winograd_stride1,
                                                 .winograd_stride2 = &rsd_conv_winograd_stride2,
                                                 RSD_VECTOR_KERNELS(RSD_KERNEL_ENTRY)
#endif
};
#undef RSD_KERNEL_ENTRY
