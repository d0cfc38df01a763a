/* Text without libc: see text.h. Invariant: nothing is written beyond a text's capacity. */
#include "text.h"

#include "math.h"

size_t rsd_text_length(const char *text) {
  size_t length = 0;
  while (text[length])
    length++;
  return length;
}

RSD_NOINLINE int rsd_text_equal(const char *a, size_t length, const char *b) {
  for (size_t i = 0; i < length; i++)
    if (a[i] != b[i] || b[i] == 0) return 0;
  return b[length] == 0;
}

RSD_NOINLINE int rsd_text_starts(const char *text, size_t length, const char *prefix) {
  size_t n = rsd_text_length(prefix);
  return length >= n && rsd_same(text, prefix, n);
}

RSD_NOINLINE int rsd_text_ends(const char *text, size_t length, const char *suffix) {
  size_t n = rsd_text_length(suffix);
  return length >= n && rsd_same(text + length - n, suffix, n);
}

/* -------------------------------------------------------------- to decimal */

static void rsd_text_char(rsd_text *text, char c) {
  if (text->length + 1 < text->capacity) {
    text->bytes[text->length] = c;
    text->bytes[text->length + 1] = 0;
  }
  text->length++;
}

static void rsd_text_chars(rsd_text *text, const char *chars, size_t length) {
  for (size_t i = 0; i < length; i++)
    rsd_text_char(text, chars[i]);
}

/* At least `digits` of them. */
static void rsd_text_integer(rsd_text *text, uint64_t value, int digits) {
  char reversed[20];
  int count = 0;
  do {
    reversed[count++] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0 || count < digits);
  while (count > 0)
    rsd_text_char(text, reversed[--count]);
}

static void rsd_text_hex(rsd_text *text, uint64_t value) {
  for (int shift = 60; shift >= 0; shift -= 4)
    rsd_text_char(text, "0123456789abcdef"[value >> shift & 15]);
}

/* Off by a few units in the last place of a double beyond 10^22: seven digits more than the
 * nine that tell all float32 apart. */
static double rsd_scale10(double value, int exponent) {
  double power = 1.0;
  for (int i = exponent < 0 ? -exponent : exponent; i > 0; i--)
    power *= 10.0;
  return exponent < 0 ? value / power : value * power;
}

/* value = digits * 10^exponent, to `count` significant digits. */
static uint64_t rsd_digits(double value, int count, int *exponent) {
  int top = 0;
  while (rsd_scale10(1.0, top + 1) <= value)
    top++;
  while (rsd_scale10(1.0, top) > value)
    top--;
  *exponent = top - count + 1;
  return (uint64_t)(rsd_scale10(value, -*exponent) + 0.5);
}

/* The fewest digits that come back as the same float32; nine always do. */
static uint64_t rsd_shortest_digits(float value, int *exponent) {
  for (int count = 1; count < 9; count++) {
    uint64_t digits = rsd_digits((double)value, count, exponent);
    if ((float)rsd_scale10((double)digits, *exponent) == value) return digits;
  }
  return rsd_digits((double)value, 9, exponent);
}

static void rsd_text_fraction(rsd_text *text, uint64_t digits, int places) {
  uint64_t unit = 1;
  for (int i = 0; i < places; i++)
    unit *= 10;
  rsd_text_integer(text, digits / unit, 1);
  if (places == 0) return;
  rsd_text_char(text, '.');
  rsd_text_integer(text, digits % unit, places);
}

static void rsd_text_float(rsd_text *text, float value) {
  if (!rsd_is_finite(value)) {
    const char *word = value != value ? "NaN" : value > 0 ? "infinity" : "-infinity";
    rsd_text_chars(text, word, rsd_text_length(word));
    return;
  }
  if (rsd_bits32(value) >> 31) rsd_text_char(text, '-');
  if (value == 0) {
    rsd_text_char(text, '0');
    return;
  }
  int exponent;
  uint64_t digits = rsd_shortest_digits(value < 0 ? -value : value, &exponent);
  while (digits % 10 == 0) {
    digits /= 10;
    exponent++;
  }
  if (exponent >= 0 && exponent <= 9) {
    rsd_text_integer(text, digits, 1);
    for (int i = 0; i < exponent; i++)
      rsd_text_char(text, '0');
  } else if (exponent < 0 && exponent >= -12) {
    rsd_text_fraction(text, digits, -exponent);
  } else {
    rsd_text_integer(text, digits, 1);
    rsd_text_chars(text, exponent < 0 ? "e-" : "e", exponent < 0 ? 2 : 1);
    rsd_text_integer(text, (uint64_t)(exponent < 0 ? -exponent : exponent), 1);
  }
}

/* -------------------------------------------------------------- formatting */

static void rsd_text_signed(rsd_text *text, int value) {
  if (value < 0) rsd_text_char(text, '-');
  rsd_text_integer(text, value < 0 ? 0 - (uint64_t)(int64_t)value : (uint64_t)value, 1);
}

void rsd_text_add_list(rsd_text *text, const char *format, va_list arguments) {
  for (; *format; format++) {
    if (*format != '%') {
      rsd_text_char(text, *format);
      continue;
    }
    format++;
    if (*format == 's') {
      const char *string = va_arg(arguments, const char *);
      rsd_text_chars(text, string, rsd_text_length(string));
    } else if (*format == '.') {
      int length = va_arg(arguments, int);
      rsd_text_chars(text, va_arg(arguments, const char *), (size_t)length);
      format += 2; /* "*s" */
    } else if (*format == 'c') {
      rsd_text_char(text, (char)va_arg(arguments, int));
    } else if (*format == 'd') {
      rsd_text_signed(text, va_arg(arguments, int));
    } else if (*format == 'u') {
      rsd_text_integer(text, va_arg(arguments, unsigned), 1);
    } else if (*format == 'l') {
      rsd_text_integer(text, va_arg(arguments, unsigned long long), 1);
      format += 2; /* "lu" */
    } else if (*format == '0') {
      rsd_text_hex(text, va_arg(arguments, unsigned long long));
      format += 5; /* "16llx" */
    } else if (*format == 'g') {
      rsd_text_float(text, (float)va_arg(arguments, double));
    } else {
      rsd_text_char(text, *format); /* "%%" */
    }
  }
}

void rsd_text_add(rsd_text *text, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  rsd_text_add_list(text, format, arguments);
  va_end(arguments);
}

/* ------------------------------------------------------------ from decimal */

int rsd_parse_u64(const char *text, size_t length, uint64_t *value) {
  uint64_t sum = 0;
  for (size_t i = 0; i < length; i++) {
    uint64_t digit = (uint64_t)(text[i] - '0');
    if (digit > 9 || sum > UINT64_MAX / 10) return 0;
    sum = sum * 10 + digit;
    if (sum < digit) return 0;
  }
  *value = sum;
  return length > 0;
}

int rsd_parse_u32(const char *text, size_t length, uint32_t *value) {
  uint64_t wide;
  if (!rsd_parse_u64(text, length, &wide) || wide > UINT32_MAX) return 0;
  *value = (uint32_t)wide;
  return 1;
}

int rsd_parse_hex(const char *text, size_t length, uint64_t *value) {
  uint64_t sum = 0;
  if (length != 16) return 0;
  for (size_t i = 0; i < length; i++) {
    int is_digit = text[i] >= '0' && text[i] <= '9', is_letter = text[i] >= 'a' && text[i] <= 'f';
    if (!is_digit && !is_letter) return 0;
    sum = sum << 4 | (uint64_t)(is_digit ? text[i] - '0' : text[i] - 'a' + 10);
  }
  *value = sum;
  return 1;
}

/* An optional "e-05" at text[at]: adds it to *exponent and returns where it ends, 0 if broken. */
static size_t rsd_parse_exponent(const char *text, size_t length, size_t at, int *exponent) {
  if (at == length || (text[at] != 'e' && text[at] != 'E')) return at;
  at++;
  int negative = at < length && text[at] == '-';
  if (at < length && (text[at] == '-' || text[at] == '+')) at++;
  uint32_t value;
  if (!rsd_parse_u32(text + at, length - at, &value) || value > 99) return 0;
  *exponent += negative ? -(int)value : (int)value;
  return length;
}

int rsd_parse_float(const char *text, size_t length, float *value) {
  size_t at = length > 0 && text[0] == '-';
  size_t seen = 0;
  uint64_t digits = 0;
  int exponent = 0, point = 0;
  for (; at < length && (text[at] == '.' || (text[at] >= '0' && text[at] <= '9')); at++) {
    if (text[at] == '.') {
      if (point) return 0;
      point = 1;
    } else if (digits < UINT64_MAX / 100) {
      digits = digits * 10 + (uint64_t)(text[at] - '0');
      exponent -= point;
      seen++;
    } else {
      exponent += !point; /* further digits than a double holds only shift */
    }
  }
  if (seen == 0 || exponent > 99 || exponent < -99) return 0;
  if (rsd_parse_exponent(text, length, at, &exponent) != length) return 0;
  float magnitude = (float)rsd_scale10((double)digits, exponent);
  if (!rsd_is_finite(magnitude)) return 0;
  *value = text[0] == '-' ? -magnitude : magnitude;
  return 1;
}
