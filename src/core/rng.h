/* Counter-based random numbers. Invariant: each is a function of (seed, stream, counter), so a
 * resumed run and any number of threads see the same ones. */
#ifndef RSD_RNG_H
#define RSD_RNG_H

#include "math.h"

/* The finaliser of splitmix64 (Steele, Lea and Flood 2014): a bijection that mixes well. */
RSD_INLINE uint64_t rsd_mix(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9ull;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

RSD_OUT_OF_LINE uint64_t rsd_random(uint64_t seed, uint64_t stream, uint64_t counter) {
  uint64_t key = rsd_mix(rsd_mix(seed + 0x9e3779b97f4a7c15ull) + stream * 0xd1342543de82ef95ull);
  return rsd_mix(key + (counter + 1) * 0x9e3779b97f4a7c15ull);
}

/* The logarithm of a uniform number from (0, 1]. */
RSD_OUT_OF_LINE double rsd_random_log(uint64_t seed, uint64_t stream, uint64_t counter) {
  return rsd_log((double)((rsd_random(seed, stream, counter) >> 11) + 1) * 0x1p-53);
}

/* A standard normal number (Box and Muller 1958). */
RSD_OUT_OF_LINE double rsd_random_normal(uint64_t seed, uint64_t stream, uint64_t counter) {
  double log_u = rsd_random_log(seed, stream, 2 * counter);
  double v = (double)(rsd_random(seed, stream, 2 * counter + 1) >> 11) * 0x1p-53; /* [0, 1) */
  return __builtin_sqrt(-2.0 * log_u) * rsd_cos_turns(v);
}

/* Element `index` of a random permutation of 0 .. count-1: a Feistel network on the next even
 * number of bits, repeated until the result is below count (Black and Rogaway 2002). It needs no
 * table. */
RSD_OUT_OF_LINE uint32_t rsd_permute(uint64_t seed, uint64_t stream, uint32_t index,
                                     uint32_t count) {
  int half = 1;
  while (((uint64_t)1 << (2 * half)) < count)
    half++;
  uint64_t mask = ((uint64_t)1 << half) - 1, x = index;
  do {
    uint64_t left = x >> half, right = x & mask;
    for (uint64_t round = 0; round < 6; round++) {
      uint64_t next = left ^ (rsd_random(seed, stream, (round << 32) | right) & mask);
      left = right;
      right = next;
    }
    x = left << half | right;
  } while (x >= count);
  return (uint32_t)x;
}

#endif
