/* The least that tests need, without libc, so that they run the same natively and as a wasm
 * module: checks that write to a text log, memory that is watched at its ends, random numbers,
 * and a digest of the bits that the code under test produced. */
#ifndef RSD_TEST_CHECK_H
#define RSD_TEST_CHECK_H

#include "../../include/residua.h"

/* --------------------------------------------------------------------- log */

static struct {
  char text[1 << 16];
  size_t length;
} test_text;

static struct {
  const char *name;
  int failures;
  double error, limit; /* of the CHECK_NEAR that came closest to its limit */
  uint64_t digest;     /* FNV-1a 64 */
} test_now;

static void log_text(const char *text) {
  while (*text && test_text.length < sizeof test_text.text - 1)
    test_text.text[test_text.length++] = *text++;
  test_text.text[test_text.length] = 0;
}
static void log_int(long long value) {
  char digits[24], *at = digits + sizeof digits;
  unsigned long long rest =
      value < 0 ? 0ull - (unsigned long long)value : (unsigned long long)value;
  *--at = 0;
  do
    *--at = (char)('0' + rest % 10);
  while (rest /= 10);
  if (value < 0) *--at = '-';
  log_text(at);
}
static void log_hex(uint64_t value) {
  char digits[17] = {0};
  for (int i = 15; i >= 0; i--, value >>= 4)
    digits[i] = "0123456789abcdef"[value & 15];
  log_text(digits);
}
/* Two digits and an exponent: "3.1e-7". */
static void log_number(double value) {
  int exponent = 0;
  if (!(value < 1e300)) return log_text("not a number");
  while (value > 0 && value < 1)
    value *= 10, exponent--;
  while (value >= 9.95)
    value /= 10, exponent++;
  long long tenths = (long long)(value * 10 + 0.5);
  log_int(tenths / 10);
  log_text(".");
  log_int(tenths % 10);
  log_text("e");
  log_int(exponent);
}

static int test_fail(const char *file, int line, const char *what) {
  if (test_now.failures++ >= 10) return 0; /* enough to see the pattern */
  log_text("  ");
  log_text(file);
  log_text(":");
  log_int(line);
  log_text(": ");
  log_text(what);
  log_text("\n");
  return 0;
}

/* ------------------------------------------------------------------ checks */

#define CHECK(condition) ((condition) ? 1 : test_fail(__FILE__, __LINE__, #condition))
/* max |ours - reference| <= limit * max |reference|. */
#define CHECK_NEAR(count, ours, reference, limit) \
  test_near(__FILE__, __LINE__, #ours, count, ours, reference, limit)
/* An error, however it is measured, at most `limit`. */
#define CHECK_BELOW(error, limit) test_below(__FILE__, __LINE__, #error, error, limit)

static double test_abs(double x) { return x < 0 ? -x : x; }

static int test_below(const char *file, int line, const char *what, double error, double limit) {
  if (!(error / limit <= test_now.error / test_now.limit))
    test_now.error = error, test_now.limit = limit;
  if (error <= limit) return 1;
  test_fail(file, line, what);
  log_text("    error ");
  log_number(error);
  log_text(", limit ");
  log_number(limit);
  log_text("\n");
  return 0;
}

static double test_error(ptrdiff_t count, const float *ours, const double *reference) {
  double worst = 0, largest = 0;
  for (ptrdiff_t i = 0; i < count; i++) {
    double error = test_abs((double)ours[i] - reference[i]);
    if (!(error <= worst)) worst = error; /* NaN too, and it stays */
    if (worst != worst) return worst;
    if (test_abs(reference[i]) > largest) largest = test_abs(reference[i]);
  }
  return largest > 0 ? worst / largest : worst;
}
static int test_near(const char *file, int line, const char *what, ptrdiff_t count,
                     const float *ours, const double *reference, double limit) {
  return test_below(file, line, what, test_error(count, ours, reference), limit);
}

static int test_same_bits(const void *a, const void *b, size_t bytes) {
  const unsigned char *p = a, *q = b;
  for (size_t i = 0; i < bytes; i++)
    if (p[i] != q[i]) return 0;
  return 1;
}
static int test_contains(const char *text, const char *part) {
  for (;; text++) {
    const char *a = text, *b = part;
    while (*b && *a == *b)
      a++, b++;
    if (*b == 0) return 1;
    if (*text == 0) return 0;
  }
}

/* Adds bits to the digest that the scalar and the simd128 build must have in common. */
static void test_digest(const void *bits, size_t bytes) {
  const unsigned char *p = bits;
  for (size_t i = 0; i < bytes; i++)
    test_now.digest = (test_now.digest ^ p[i]) * 0x100000001b3ull;
}

/* ------------------------------------------------------------------ memory */

/* Natively every block is malloc's, so that AddressSanitizer watches its ends; in wasm a known
 * pattern follows it. All bytes are 0xff at first: as floats, NaN. */
#define TEST_BLOCKS 4096
#define TEST_CANARY 64
static struct {
  unsigned char *at;
  size_t bytes;
} test_blocks[TEST_BLOCKS];
static int test_block_count;

#if defined(__wasm__)
extern unsigned char __heap_base;
static unsigned char *test_take(size_t bytes) {
  static uintptr_t start;
  int last = test_block_count - 1;
  if (start == 0) start = ((uintptr_t)&__heap_base + 63) / 64 * 64;
  uintptr_t at =
      last < 0 ? start : (uintptr_t)test_blocks[last].at + test_blocks[last].bytes + TEST_CANARY;
  at = (at + 63) / 64 * 64;
  size_t have = __builtin_wasm_memory_size(0) << 16, need = at + bytes + TEST_CANARY;
  if (need > have && __builtin_wasm_memory_grow(0, (need - have + 65535) >> 16) == (size_t)-1)
    __builtin_trap();
  for (size_t i = 0; i < TEST_CANARY; i++)
    ((unsigned char *)at)[bytes + i] = (unsigned char)(0xa5 ^ i);
  return (unsigned char *)at;
}
static void test_give_back(unsigned char *at, size_t bytes) {
  int whole = 1;
  for (size_t i = 0; i < TEST_CANARY; i++)
    whole &= at[bytes + i] == (unsigned char)(0xa5 ^ i);
  CHECK(whole && "nothing is written past the end of a block");
}
#else
static unsigned char *test_take(size_t bytes) {
  void *at = NULL;
  if (posix_memalign(&at, 64, bytes) != 0) abort();
  return at;
}
static void test_give_back(unsigned char *at, size_t bytes) {
  (void)bytes;
  free(at);
}
#endif

/* Lives until test_release(what test_block_count was before), at most until the test's end. */
static void *test_memory(size_t bytes) {
  if (test_block_count == TEST_BLOCKS) __builtin_trap();
  unsigned char *at = test_take(bytes ? bytes : 1);
  __builtin_memset(at, 0xff, bytes);
  test_blocks[test_block_count].at = at;
  test_blocks[test_block_count++].bytes = bytes ? bytes : 1;
  return at;
}
static float *test_floats(ptrdiff_t count) { return test_memory(sizeof(float) * (size_t)count); }
static double *test_doubles(ptrdiff_t count) { return test_memory(sizeof(double) * (size_t)count); }
static void test_release(int count) {
  while (test_block_count > count) {
    test_block_count--;
    test_give_back(test_blocks[test_block_count].at, test_blocks[test_block_count].bytes);
  }
}

/* ---------------------------------------------------------- random numbers */

static uint64_t test_state;
static uint32_t test_random(void) { /* Knuth's MMIX generator, its high half */
  test_state = test_state * 6364136223846793005ull + 1442695040888963407ull;
  return (uint32_t)(test_state >> 32);
}
static int test_below_int(int limit) { return (int)(test_random() % (uint32_t)limit); }
static float test_uniform(float low, float high) {
  return (float)((double)low + ((double)high - (double)low) * test_random() * 0x1p-32);
}
static float *test_random_floats(ptrdiff_t count) {
  float *at = test_floats(count);
  for (ptrdiff_t i = 0; i < count; i++)
    at[i] = test_uniform(-1, 1);
  return at;
}

/* ------------------------------------------------------------------ runner */

typedef struct test_case {
  const char *name;
  void (*run)(void);
} test_case;

static int test_run(const test_case *test) {
  test_now.name = test->name;
  test_now.failures = 0;
  test_now.error = 0;
  test_now.limit = 1;
  test_now.digest = 0xcbf29ce484222325ull;
  test_state = 1;
  test->run();
  test_release(0);
  log_text(test_now.failures ? "FAIL " : "ok ");
  log_text(test_now.name);
  log_text(" error ");
  log_number(test_now.error);
  log_text(" limit ");
  log_number(test_now.limit);
  log_text(" digest ");
  log_hex(test_now.digest);
  log_text("\n");
  return test_now.failures;
}

#endif
