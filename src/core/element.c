/* Numbers as files store them, little-endian. Invariant: half precision and bfloat16 convert
 * exactly to float32; a double is rounded to the nearest, or to infinity. */
#include "element.h"

#include "math.h"
#include "text.h"

static float read_float32(const void *at) {
  float x;
  rsd_copy(&x, at, sizeof x);
  return x;
}
static float read_float64(const void *at) {
  double x;
  rsd_copy(&x, at, sizeof x);
  return (float)x;
}
static float read_bfloat16(const void *at) {
  uint16_t bits;
  rsd_copy(&bits, at, sizeof bits);
  return rsd_float((uint32_t)bits << 16);
}
/* Sign, five bits of exponent (biased by 15) and ten of mantissa. */
static float read_float16(const void *at) {
  uint16_t bits;
  rsd_copy(&bits, at, sizeof bits);
  uint32_t sign = (uint32_t)(bits >> 15) << 31, exponent = bits >> 10 & 31, mantissa = bits & 1023;
  if (exponent == 0) { /* subnormal: multiples of 2^-24 */
    float magnitude = (float)mantissa * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  uint32_t wide = exponent == 31 ? 255 : exponent + 112;
  return rsd_float(sign | wide << 23 | mantissa << 13);
}

const rsd_element rsd_float32 = {"F32", 4, read_float32};

const rsd_element *rsd_element_named(const char *name, size_t length) {
  static const rsd_element others[] = {
      {"F64", 8, read_float64}, {"F16", 2, read_float16}, {"BF16", 2, read_bfloat16},
      {"I64", 8, NULL},         {"I32", 4, NULL},         {"I16", 2, NULL},
      {"I8", 1, NULL},          {"U64", 8, NULL},         {"U32", 4, NULL},
      {"U16", 2, NULL},         {"U8", 1, NULL},          {"F8_E4M3", 1, NULL},
      {"F8_E5M2", 1, NULL},     {"BOOL", 1, NULL}};
  if (rsd_text_equal(name, length, rsd_float32.name)) return &rsd_float32;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (rsd_text_equal(name, length, others[i].name)) return &others[i];
  return NULL;
}
