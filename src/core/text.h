/* Text without libc: bounded builders for error messages and file headers, and decimal numbers
 * both ways. */
#ifndef RSD_TEXT_H
#define RSD_TEXT_H

#include "../../include/residua.h"
#include "base.h"

#define RSD_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))

/* `length` goes on counting when the text no longer fits, so that a first pass over no bytes
 * at all measures. What fits is always zero-terminated. */
typedef struct rsd_text {
  char *bytes;
  size_t capacity;
  size_t length;
} rsd_text;

/* %s, %.*s, %c, %d, %u, %llu, %016llx and %%, as in printf, and %g: the shortest decimal that
 * rsd_parse_float turns into the same float32 (of the argument rounded to one). */
RSD_PRINTF(2, 3) void rsd_text_add(rsd_text *text, const char *format, ...);

/* Writes one sentence to error->message, unless error is NULL, misaligned or of another size. Names from files may hold any bytes;
 * those that are not printable ASCII become '?'. */
RSD_PRINTF(2, 3) void rsd_explain(rsd_error *error, const char *format, ...);
/* The same, and is `status`: a macro, so that compilers and checkers see which it is. */
#define rsd_fail(error, status, ...) (rsd_explain(error, __VA_ARGS__), (status))

/* Decimal ("0.5", "-1e-05") to float32; returns 0 unless all `length` characters are one finite
 * number. Right to the bit for the nine digits or fewer that a float32 needs. */
int rsd_parse_float(const char *text, size_t length, float *value);
/* Decimal digits alone. */
int rsd_parse_u64(const char *text, size_t length, uint64_t *value);
int rsd_parse_u32(const char *text, size_t length, uint32_t *value);
/* Sixteen hexadecimal digits, as %016llx writes them. */
int rsd_parse_hex(const char *text, size_t length, uint64_t *value);

size_t rsd_text_length(const char *text);
/* Whether the `length` characters at `a` are the zero-terminated `b`. */
int rsd_text_equal(const char *a, size_t length, const char *b);
int rsd_text_starts(const char *text, size_t length, const char *prefix);
int rsd_text_ends(const char *text, size_t length, const char *suffix);

#endif
