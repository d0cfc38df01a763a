/* Chooses a variant by what the processor can do. Invariant: the choice depends on the machine alone. */
#include "variants.h"

#include "../../include/residua.h"

extern const rsd_kernels rsd_kernels_base;

#if defined(RSD_HAS_VARIANTS) && defined(__x86_64__)
extern const rsd_kernels rsd_kernels_avx2, rsd_kernels_fma;

const rsd_kernels *rsd_kernels_for(uint32_t tier) {
  int avx2 = __builtin_cpu_supports("avx2"), fma = avx2 && __builtin_cpu_supports("fma");
  if (tier != RSD_TIER_EXACT && fma) return &rsd_kernels_fma;
  if (tier == RSD_TIER_RELAXED) return NULL;
  return avx2 ? &rsd_kernels_avx2 : &rsd_kernels_base;
}
#elif defined(RSD_HAS_VARIANTS) && defined(__aarch64__)
extern const rsd_kernels rsd_kernels_fma;

const rsd_kernels *rsd_kernels_for(uint32_t tier) {
  return tier == RSD_TIER_EXACT ? &rsd_kernels_base : &rsd_kernels_fma;
}
#else
const rsd_kernels *rsd_kernels_for(uint32_t tier) {
  int relaxed = rsd_kernels_base.tier[0] == 'r';
  if (tier != RSD_TIER_AUTO && relaxed != (tier == RSD_TIER_RELAXED)) return NULL;
  return &rsd_kernels_base;
}
#endif
