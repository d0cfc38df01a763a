/* Four float lanes. No other file knows which instruction set a build has:
 *   vec_portable.h   scalar tier and native builds (compiler vectors)
 *   vec_wasm.h       simd128 and relaxed tiers, which differ in v4_madd and its variants only
 * Invariant: every operation is the same IEEE operation per lane in both files, so that scalar and
 * simd128 agree bit for bit (builds pass -ffp-contract=off). */
#ifndef RSD_VEC_H
#define RSD_VEC_H

#if defined(__wasm_simd128__)
#include "vec_wasm.h"
#else
#include "vec_portable.h"
#endif

RSD_INLINE v4 v4_zero(void) { return v4_splat(0.0f); }
/* NaN stays NaN, so a diverging net is detected. */
RSD_INLINE v4 v4_relu(v4 x) { return v4_max(x, v4_zero()); }

#endif
