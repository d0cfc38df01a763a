/* Four float lanes. The one place that knows which instruction set a build has:
 *   vec_portable.h   scalar tier and native builds (compiler vectors, plain C semantics)
 *   vec_wasm.h       simd128 and relaxed tiers; they differ in v4_madd and its kin only
 * Every operation is the same IEEE operation per lane in both, so that scalar and simd128
 * agree bit for bit (builds pass -ffp-contract=off). */
#ifndef RSD_VEC_H
#define RSD_VEC_H

#if defined(__wasm_simd128__)
#include "vec_wasm.h"
#else
#include "vec_portable.h"
#endif

RSD_INLINE v4 v4_zero(void) { return v4_splat(0.0f); }
/* NaN stays NaN, so that a diverging net is seen. */
RSD_INLINE v4 v4_relu(v4 x) { return v4_max(x, v4_zero()); }

#endif
