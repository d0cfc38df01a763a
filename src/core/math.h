/* Elementary functions, without libm. Invariant: every host computes the same bits. All are in
 * double, accurate to a few units in the last place on the ranges used here. */
#ifndef RSD_MATH_H
#define RSD_MATH_H

#include "base.h"

#define RSD_PI 3.14159265358979323846
#define RSD_LN2 0.693147180559945309417

RSD_INLINE uint64_t rsd_bits64(double x) {
  uint64_t bits;
  rsd_copy(&bits, &x, sizeof bits);
  return bits;
}
RSD_INLINE double rsd_double(uint64_t bits) {
  double x;
  rsd_copy(&x, &bits, sizeof x);
  return x;
}
RSD_INLINE uint32_t rsd_bits32(float x) {
  uint32_t bits;
  rsd_copy(&bits, &x, sizeof bits);
  return bits;
}
RSD_INLINE float rsd_float(uint32_t bits) {
  float x;
  rsd_copy(&x, &bits, sizeof x);
  return x;
}
RSD_INLINE int rsd_is_finite(float x) { return (rsd_bits32(x) & 0x7f800000u) != 0x7f800000u; }

/* Natural logarithm of a positive normal number: x = 2^e * m, m in [sqrt(1/2), sqrt(2)), and
 * ln m = 2 artanh((m-1)/(m+1)). */
RSD_OUT_OF_LINE double rsd_log(double x) {
  uint64_t bits = rsd_bits64(x);
  int exponent = (int)(bits >> 52) - 1023;
  double m = rsd_double((bits & 0x000fffffffffffffull) | 0x3ff0000000000000ull);
  if (m > 1.41421356237309504880) {
    m *= 0.5;
    exponent++;
  }
  double s = (m - 1.0) / (m + 1.0), s2 = s * s, sum = 0.0;
  for (int k = 23; k >= 1; k -= 2)
    sum = sum * s2 + 1.0 / k;
  return 2.0 * s * sum + exponent * RSD_LN2;
}

/* e^x for x in [-700, 700]; smaller x give 0. x = k ln 2 + r, Taylor series in r. */
RSD_OUT_OF_LINE double rsd_exp(double x) {
  if (!(x >= -700.0)) return x == x ? 0.0 : x;
  int k = (int)(x / RSD_LN2 + (x < 0 ? -0.5 : 0.5));
  double r = (x - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10;
  double sum = 1.0;
  for (int n = 14; n >= 1; n--)
    sum = 1.0 + sum * r / n;
  return sum * rsd_double((uint64_t)(k + 1023) << 52);
}

/* cos(2 pi turns) for turns in [0, 1]. */
RSD_OUT_OF_LINE double rsd_cos_turns(double turns) {
  if (turns > 0.5) turns = 1.0 - turns;
  double sign = 1.0;
  if (turns > 0.25) {
    turns = 0.5 - turns;
    sign = -1.0;
  }
  double x2 = (2.0 * RSD_PI * turns) * (2.0 * RSD_PI * turns), sum = 1.0;
  for (int n = 20; n >= 2; n -= 2)
    sum = 1.0 - sum * x2 / (n * (n - 1));
  return sign * sum;
}

#endif
