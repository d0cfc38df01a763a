/* Text without libc: bounded builders for messages and file headers, and decimal numbers both ways.
 * Invariant: a float32 that is written and read again has the same bits. */
#ifndef RSD_TEXT_H
#define RSD_TEXT_H

#include <stdarg.h>

#include "base.h"

#define RSD_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))

/* `length` counts on when the text no longer fits, so a pass over no bytes at all measures. The part
 * that fits is zero-terminated. */
typedef struct rsd_text {
  char *bytes;
  size_t capacity;
  size_t length;
} rsd_text;

/* %s, %.*s, %c, %d, %u, %llu, %016llx and %%, as in printf, and %g: the shortest decimal that
 * rsd_parse_float turns into the same float32 (of the argument rounded to one). */
RSD_PRINTF(2, 3) void rsd_text_add(rsd_text *text, const char *format, ...);
void rsd_text_add_list(rsd_text *text, const char *format, va_list arguments);

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
