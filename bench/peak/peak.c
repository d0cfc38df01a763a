/* What the machine can do at most in this tier: multiplications and additions in registers alone,
 * in as many independent chains as it takes to hide their latency. More chains, and V8 runs out of
 * registers. Which is fastest depends on both, so the best counts. Each chain does 8 operations a
 * pass: 4 lanes are multiplied and added to. */
#include "../../src/simd/vec.h"

/* Chains of the core's own multiply-add, which settle at 2. */
RSD_INLINE float fused(uint32_t passes, int chains) {
  v4 half = v4_constant(0.5f), one = v4_constant(1.0f);
  v4 x[12], sum = v4_zero();
  for (int k = 0; k < chains; k++)
    x[k] = v4_splat((float)k);
#pragma clang loop unroll(disable)
  for (uint32_t pass = 0; pass < passes; pass++) {
    for (int k = 0; k < chains; k++)
      x[k] = v4_madd(x[k], half, one);
  }
  for (int k = 0; k < chains; k++)
    sum = v4_add(sum, x[k]);
  return v4_lane(sum, 0);
}

/* Where a multiply-add is two instructions, one waits for the other; these do not. */
RSD_INLINE float separate(uint32_t passes, int chains) {
  v4 one = v4_constant(1.0f);
  v4 x[6], y[6], sum = v4_zero();
  for (int k = 0; k < chains; k++)
    x[k] = y[k] = v4_splat((float)k);
#pragma clang loop unroll(disable)
  for (uint32_t pass = 0; pass < passes; pass++) {
    for (int k = 0; k < chains; k++) {
      y[k] = v4_add(y[k], x[k]);
      x[k] = v4_mul(x[k], one);
    }
  }
  for (int k = 0; k < chains; k++)
    sum = v4_add(sum, v4_add(x[k], y[k]));
  return v4_lane(sum, 0);
}

float fused_8(uint32_t passes) { return fused(passes, 8); }
float fused_10(uint32_t passes) { return fused(passes, 10); }
float fused_12(uint32_t passes) { return fused(passes, 12); }
float separate_6(uint32_t passes) { return separate(passes, 6); }
