/* The one-dimensional transforms of both Winograd methods. Each multiplies one of the matrices B^T, A^T
 * and G, or a transpose of one, by a row or column of vectors; a lane is a channel. Invariant: a
 * gradient's transform is the exact transpose of the transform that it belongs to.
 * docs/kernels.md#winograd derives the matrices. */
#ifndef RSD_WINOGRAD_TRANSFORMS_H
#define RSD_WINOGRAD_TRANSFORMS_H

#include "../../simd/vec.h"
#include "winograd.h"

/* ---------------------------------------------------------- stride 1: F(4x4, 3x3)
 * The points are 0, +-a, +-b and infinity with a = 1/sqrt(2) and b = sqrt(2). Since a*b = 1, the
 * matrices are as cheap as those of Lavin and Gray (a = 1, b = 2), and rounding errors are four times
 * smaller. The rows for +a and -a, and for +b and -b, differ in the sign of the odd part only.
 *
 *         | 1    0   -5/2   0    1    0 |         | 1     0      0  |         | 1    0    0    0  |
 *         | 0   -b    -2    a    1    0 |         |-2/3 -2a/3  -1/3 |         | 1    a   1/2  a/2 |
 *   B^T = | 0    b    -2   -a    1    0 |     G = |-2/3  2a/3  -1/3 |     A = | 1   -a   1/2 -a/2 |
 *         | 0   -a   -1/2   b    1    0 |         | 1/6  b/6    1/3 |         | 1    b    2    2b |
 *         | 0    a   -1/2  -b    1    0 |         | 1/6 -b/6    1/3 |         | 1   -b    2   -2b |
 *         | 0    1     0  -5/2   0    1 |         | 0     0      1  |         | 0    0    0    1  | */

#define STRIDE1_A_POINT 0.70710678f
#define STRIDE1_B_POINT 1.41421356f

typedef struct stride1_coefficients {
  v4 a, b, half, two, five_halves;
} stride1_coefficients;

RSD_INLINE stride1_coefficients stride1_load_coefficients(void) {
  stride1_coefficients k = {v4_constant(STRIDE1_A_POINT), v4_constant(STRIDE1_B_POINT),
                            v4_constant(0.5f), v4_constant(2.0f), v4_constant(2.5f)};
  return k;
}

/* out = B^T d */
RSD_INLINE void stride1_transform_input(const stride1_coefficients *k, const v4 d[STRIDE1_SPAN],
                                        v4 out[STRIDE1_SPAN]) {
  v4 even_a = v4_nmadd(k->two, d[2], d[4]), odd_a = v4_nmadd(k->two, d[1], d[3]);
  v4 even_b = v4_nmadd(k->half, d[2], d[4]), odd_b = v4_nmadd(k->half, d[1], d[3]);
  out[0] = v4_nmadd(k->five_halves, d[2], v4_add(d[0], d[4]));
  out[1] = v4_madd(k->a, odd_a, even_a);
  out[2] = v4_nmadd(k->a, odd_a, even_a);
  out[3] = v4_madd(k->b, odd_b, even_b);
  out[4] = v4_nmadd(k->b, odd_b, even_b);
  out[5] = v4_nmadd(k->five_halves, d[3], v4_add(d[1], d[5]));
}

/* out = B m */
RSD_INLINE void stride1_transform_input_gradient(const stride1_coefficients *k,
                                                 const v4 m[STRIDE1_SPAN], v4 out[STRIDE1_SPAN]) {
  v4 even_a = v4_add(m[1], m[2]), odd_a = v4_mul(k->a, v4_sub(m[1], m[2]));
  v4 even_b = v4_add(m[3], m[4]), odd_b = v4_mul(k->b, v4_sub(m[3], m[4]));
  v4 minus_m0 = v4_nmadd(k->five_halves, m[0], v4_zero());
  out[0] = m[0];
  out[1] = v4_nmadd(k->two, odd_a, v4_nmadd(k->half, odd_b, m[5]));
  out[2] = v4_nmadd(k->two, even_a, v4_nmadd(k->half, even_b, minus_m0));
  out[3] = v4_nmadd(k->five_halves, m[5], v4_add(odd_a, odd_b));
  out[4] = v4_add(m[0], v4_add(even_a, even_b));
  out[5] = m[5];
}

/* out = A^T m */
RSD_INLINE void stride1_transform_output(const stride1_coefficients *k, const v4 m[STRIDE1_SPAN],
                                         v4 out[WINOGRAD_TILE]) {
  v4 even_a = v4_add(m[1], m[2]), odd_a = v4_mul(k->a, v4_sub(m[1], m[2]));
  v4 even_b = v4_add(m[3], m[4]), odd_b = v4_mul(k->b, v4_sub(m[3], m[4]));
  out[0] = v4_add(m[0], v4_add(even_a, even_b));
  out[1] = v4_add(odd_a, odd_b);
  out[2] = v4_madd(k->half, even_a, v4_mul(k->two, even_b));
  out[3] = v4_madd(k->half, odd_a, v4_madd(k->two, odd_b, m[5]));
}

/* out = A dy */
RSD_INLINE void stride1_transform_output_gradient(const stride1_coefficients *k,
                                                  const v4 dy[WINOGRAD_TILE],
                                                  v4 out[STRIDE1_SPAN]) {
  v4 even_a = v4_madd(k->half, dy[2], dy[0]), odd_a = v4_madd(k->half, dy[3], dy[1]);
  v4 even_b = v4_madd(k->two, dy[2], dy[0]), odd_b = v4_madd(k->two, dy[3], dy[1]);
  out[0] = dy[0];
  out[1] = v4_madd(k->a, odd_a, even_a);
  out[2] = v4_nmadd(k->a, odd_a, even_a);
  out[3] = v4_madd(k->b, odd_b, even_b);
  out[4] = v4_nmadd(k->b, odd_b, even_b);
  out[5] = dy[3];
}

typedef struct stride1_filter_coefficients {
  v4 third, minus_third, two, half, two_a, half_b;
} stride1_filter_coefficients;

RSD_INLINE stride1_filter_coefficients stride1_load_filter_coefficients(void) {
  stride1_filter_coefficients k = {
      v4_constant(1.0f / 3.0f), v4_constant(-1.0f / 3.0f),        v4_constant(2.0f),
      v4_constant(0.5f),        v4_constant(2 * STRIDE1_A_POINT), v4_constant(STRIDE1_B_POINT / 2)};
  return k;
}

/* out = G g */
RSD_INLINE void stride1_transform_filter(const stride1_filter_coefficients *k, const v4 g[3],
                                         v4 out[STRIDE1_SPAN]) {
  v4 even_a = v4_madd(k->two, g[0], g[2]), odd_a = v4_mul(k->two_a, g[1]);
  v4 even_b = v4_madd(k->half, g[0], g[2]), odd_b = v4_mul(k->half_b, g[1]);
  out[0] = g[0];
  out[1] = v4_mul(k->minus_third, v4_add(even_a, odd_a));
  out[2] = v4_mul(k->minus_third, v4_sub(even_a, odd_a));
  out[3] = v4_mul(k->third, v4_add(even_b, odd_b));
  out[4] = v4_mul(k->third, v4_sub(even_b, odd_b));
  out[5] = g[2];
}

/* out = G^T u */
RSD_INLINE void stride1_transform_filter_gradient(const stride1_filter_coefficients *k,
                                                  const v4 u[STRIDE1_SPAN], v4 out[3]) {
  v4 even_a = v4_mul(k->minus_third, v4_add(u[1], u[2]));
  v4 even_b = v4_mul(k->third, v4_add(u[3], u[4]));
  v4 odd_a = v4_mul(k->minus_third, v4_sub(u[1], u[2]));
  v4 odd_b = v4_mul(k->third, v4_sub(u[3], u[4]));
  out[0] = v4_madd(k->two, even_a, v4_madd(k->half, even_b, u[0]));
  out[1] = v4_madd(k->two_a, odd_a, v4_mul(k->half_b, odd_b));
  out[2] = v4_add(v4_add(even_a, even_b), u[5]);
}

/* ------------------------------------- stride 2: F(4, 2) over odd and even pixels
 * The points are +-a, +-1 and infinity with a = 3/8, whose powers are exact. A 3-tap filter of stride 2
 * is a 2-tap filter over the odd pixels o plus a 1-tap filter over the even pixels e:
 * y[i] = w[0] x[2i-1] + w[2] x[2i+1] + w[1] x[2i]. A single tap has nothing at infinity. With q = a^2
 * and s = 1/(2(1-q)):
 *
 *         |-a  -1   a   1   0 |         |-s/a  -s |         | 1   a   q   aq |
 *         | a  -1  -a   1   0 |         | s/a  -s |         | 1  -a   q  -aq |
 *   B^T = |-q  -q   1   1   0 |     G = |  s    s |     A = | 1   1   1   1  |
 *         | q  -q  -1   1   0 |         | -s    s |         | 1  -1   1  -1  |
 *         | q   0 -1-q  0   1 |         |  0    1 |         | 0   0   0   1  |
 *
 *   y = A^T ((G (w[0] w[2])^T) (B^T o) + (G (w[1] 0)^T) (B^T (e 0)^T)), products element-wise. */

#define STRIDE2_POINT 0.375f /* a */
#define STRIDE2_SQUARE (STRIDE2_POINT * STRIDE2_POINT)

typedef struct stride2_coefficients {
  v4 a, a2, a3, one_a2;
} stride2_coefficients;

RSD_INLINE stride2_coefficients stride2_load_coefficients(void) {
  stride2_coefficients k = {v4_constant(STRIDE2_POINT), v4_constant(STRIDE2_SQUARE),
                            v4_constant(STRIDE2_SQUARE * STRIDE2_POINT),
                            v4_constant(1.0f + STRIDE2_SQUARE)};
  return k;
}

/* out = B^T d, of five odd pixels or four even ones. `count` is a compile-time constant after
 * inlining, as in the functions below. */
RSD_INLINE void stride2_transform_input(const stride2_coefficients *k, int count, const v4 *d,
                                        v4 *out) {
  v4 even_a = v4_sub(d[2], d[0]), odd_a = v4_sub(d[3], d[1]);
  v4 even_1 = v4_nmadd(k->a2, d[0], d[2]), odd_1 = v4_nmadd(k->a2, d[1], d[3]);
  out[0] = v4_madd(k->a, even_a, odd_a);
  out[1] = v4_nmadd(k->a, even_a, odd_a);
  out[2] = v4_add(odd_1, even_1);
  out[3] = v4_sub(odd_1, even_1);
  if (count == STRIDE2_ODD) out[4] = v4_nmadd(k->a2, even_a, v4_sub(d[4], d[2]));
}

/* out = B m */
RSD_INLINE void stride2_transform_input_gradient(const stride2_coefficients *k, int count,
                                                 const v4 *m, v4 *out) {
  v4 even_a = v4_mul(k->a, v4_sub(m[1], m[0])), odd_a = v4_add(m[0], m[1]);
  v4 even_1 = v4_sub(m[2], m[3]), odd_1 = v4_add(m[2], m[3]);
  out[0] = v4_nmadd(k->a2, even_1, even_a);
  out[1] = v4_nmadd(k->a2, odd_1, v4_sub(v4_zero(), odd_a));
  out[2] = v4_sub(even_1, even_a);
  out[3] = v4_add(odd_a, odd_1);
  if (count == STRIDE2_EVEN) return;
  out[0] = v4_madd(k->a2, m[4], out[0]);
  out[2] = v4_nmadd(k->one_a2, m[4], out[2]);
  out[4] = m[4];
}

/* out = A^T m */
RSD_INLINE void stride2_transform_output(const stride2_coefficients *k, const v4 m[STRIDE2_ODD],
                                         v4 out[WINOGRAD_TILE]) {
  v4 even_a = v4_add(m[0], m[1]), odd_a = v4_sub(m[0], m[1]);
  v4 even_1 = v4_add(m[2], m[3]), odd_1 = v4_sub(m[2], m[3]);
  out[0] = v4_add(even_a, even_1);
  out[1] = v4_madd(k->a, odd_a, odd_1);
  out[2] = v4_madd(k->a2, even_a, even_1);
  out[3] = v4_madd(k->a3, odd_a, v4_add(odd_1, m[4]));
}

/* out = A dy */
RSD_INLINE void stride2_transform_output_gradient(const stride2_coefficients *k,
                                                  const v4 dy[WINOGRAD_TILE], v4 out[STRIDE2_ODD]) {
  v4 even_a = v4_madd(k->a2, dy[2], dy[0]), odd_a = v4_madd(k->a2, dy[3], dy[1]);
  v4 even_1 = v4_add(dy[0], dy[2]), odd_1 = v4_add(dy[1], dy[3]);
  out[0] = v4_madd(k->a, odd_a, even_a);
  out[1] = v4_nmadd(k->a, odd_a, even_a);
  out[2] = v4_add(even_1, odd_1);
  out[3] = v4_sub(even_1, odd_1);
  out[4] = dy[3];
}

/* The factors s and s/a of G. */
#define STRIDE2_SMALL (0.5f / (1.0f - STRIDE2_SQUARE))
#define STRIDE2_LARGE (0.5f / (STRIDE2_POINT * (1.0f - STRIDE2_SQUARE)))

/* out = G (w[0] w[2]) and G (w[1] 0) */
RSD_OUT_OF_LINE void stride2_transform_filter(const v4 w[3], v4 out[STRIDE2_SPAN]) {
  v4 large = v4_splat(STRIDE2_LARGE), small = v4_splat(STRIDE2_SMALL);
  v4 first = v4_mul(large, w[0]), last = v4_mul(small, w[2]), other = v4_mul(small, w[0]);
  out[0] = v4_sub(v4_sub(v4_zero(), first), last);
  out[1] = v4_sub(first, last);
  out[2] = v4_add(other, last);
  out[3] = v4_sub(last, other);
  out[4] = w[2];
  out[5] = v4_nmadd(large, w[1], v4_zero());
  out[6] = v4_mul(large, w[1]);
  out[7] = v4_mul(small, w[1]);
  out[8] = v4_nmadd(small, w[1], v4_zero());
}

/* The transpose of stride2_transform_filter: out = G^T u. */
RSD_INLINE void stride2_transform_filter_gradient(const v4 u[STRIDE2_SPAN], v4 out[3]) {
  v4 large = v4_splat(STRIDE2_LARGE), small = v4_splat(STRIDE2_SMALL);
  v4 last = v4_sub(v4_add(u[2], u[3]), v4_add(u[0], u[1]));
  out[0] = v4_madd(large, v4_sub(u[1], u[0]), v4_mul(small, v4_sub(u[2], u[3])));
  out[1] = v4_madd(large, v4_sub(u[6], u[5]), v4_mul(small, v4_sub(u[7], u[8])));
  out[2] = v4_madd(small, last, u[4]);
}

#endif
