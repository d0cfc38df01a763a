/* The strings in the `__metadata__` of a safetensors file that the core does not know: those of others are
 * found, ours are added. The files are ones that the core has found sound or has written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

/* What the core begins its files with. */
static const char OPENING[] = "{\"__metadata__\":{";
enum { LENGTH_BYTES = 8, OPENING_LENGTH = sizeof OPENING - 1 };

/* A string of the header as it stands there, without its quotes. */
typedef struct span {
  const char *at, *end;
} span;

static span header_of(blob file) {
  uint64_t length;
  memcpy(&length, file.at, LENGTH_BYTES);
  const char *at = (const char *)file.at + LENGTH_BYTES;
  return (span){at, at + length};
}

/* Passes what may stand before a string or a brace. */
static void skip_between(span *text) {
  while (text->at < text->end && strchr(" \t\r\n:,", *text->at))
    text->at++;
}

/* The string that begins at its first quote. */
static span take_string(span *text) {
  span string = {text->at + 1, text->at + 1};
  while (string.end < text->end && *string.end != '"')
    string.end += *string.end == '\\' ? 2 : 1;
  if (string.end > text->end) string.end = text->end;
  text->at = string.end < text->end ? string.end + 1 : text->end;
  return string;
}

/* Passes the description of a tensor. */
static void skip_object(span *text) {
  int depth = 0;
  do {
    if (*text->at == '"') {
      take_string(text);
      continue;
    }
    depth += (*text->at == '{') - (*text->at == '}');
    text->at++;
  } while (depth > 0 && text->at < text->end);
}

static int is_string(span s, const char *text) {
  size_t length = (size_t)(s.end - s.at);
  return strlen(text) == length && memcmp(s.at, text, length) == 0;
}

static uint32_t read_unit(const char *at, const char *end) {
  char digits[5] = "";
  if (end - at >= 4) memcpy(digits, at, 4);
  return (uint32_t)strtoul(digits, NULL, 16);
}

static char *put_utf8(char *to, uint32_t c) {
  static const uint8_t leads[] = {0, 0xc0, 0xe0, 0xf0};
  int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  *to++ = (char)(leads[more] | c >> (6 * more));
  while (more-- > 0)
    *to++ = (char)(0x80 | (c >> (6 * more) & 0x3f));
  return to;
}

/* Takes the escape at `*at`, behind its backslash. */
static char *put_escaped(char *to, const char **at, const char *end) {
  static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
  char letter = *(*at)++;
  const char *found = strchr(letters, letter);
  if (letter != 'u') return *to = found ? meant[found - letters] : letter, to + 1;
  uint32_t unit = read_unit(*at, end), low = 0;
  *at += 4;
  if (unit >> 10 == 0x36 && end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u')
    low = read_unit(*at + 2, end);
  if (low >> 10 != 0x37) return put_utf8(to, unit >> 11 == 0x1b ? 0xfffd : unit);
  *at += 6;
  return put_utf8(to, 0x10000 + ((unit & 0x3ff) << 10 | (low & 0x3ff)));
}

/* No escape is shorter than what it stands for. */
static char *unescaped(span s) {
  char *text = allocate((uint64_t)(s.end - s.at) + 1), *to = text;
  for (const char *at = s.at; at < s.end;) {
    if (*at == '\\' && at + 1 < s.end) {
      at++;
      to = put_escaped(to, &at, s.end);
    } else {
      *to++ = *at++;
    }
  }
  *to = 0;
  return text;
}

static int is_at_string(span *text) {
  skip_between(text);
  return text->at < text->end && *text->at == '"';
}

/* Goes to the first key of the metadata; 0 if there are none. */
static int enter_metadata(span *header) {
  header->at++;
  while (is_at_string(header)) {
    span name = take_string(header);
    skip_between(header);
    if (is_string(name, "__metadata__")) return header->at++, 1;
    skip_object(header);
  }
  return 0;
}

char *read_metadata(blob file, const char *key) {
  span header = header_of(file);
  if (!enter_metadata(&header)) return NULL;
  while (is_at_string(&header)) {
    span name = take_string(&header);
    if (!is_at_string(&header)) return NULL;
    span value = take_string(&header);
    if (is_string(name, key)) return unescaped(value);
  }
  return NULL;
}

/* Writes a JSON string. */
static char *put_string(char *to, const char *text) {
  *to++ = '"';
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    const char *form = c == '"' || c == '\\' ? "\\%c" : c < 0x20 ? "\\u%04x" : "%c";
    to += sprintf(to, form, c);
  }
  *to++ = '"';
  return to;
}

/* `"key":"value",` for each pair, in memory of its own. */
static blob text_of(const metadata *pairs) {
  uint64_t room = 1;
  for (const metadata *pair = pairs; pair->key; pair++)
    if (pair->value) room += 6 * (strlen(pair->key) + strlen(pair->value)) + 6;
  char *text = allocate(room), *to = text;
  for (; pairs->key; pairs++) {
    if (pairs->value == NULL) continue;
    to = put_string(to, pairs->key);
    *to++ = ':';
    to = put_string(to, pairs->value);
    *to++ = ',';
  }
  return (blob){(uint8_t *)text, (size_t)(to - text)};
}

blob add_metadata(blob file, const metadata *pairs) {
  blob text = text_of(pairs);
  uint64_t header = (uint64_t)(header_of(file).end - header_of(file).at);
  size_t more = text.length, spaces = (8 - more % 8) % 8;
  size_t before = LENGTH_BYTES + OPENING_LENGTH, end = LENGTH_BYTES + (size_t)header;
  blob made = {allocate(file.length + more + spaces), file.length + more + spaces};
  uint8_t *to = made.at + before;
  header += more + spaces;
  memcpy(made.at, &header, LENGTH_BYTES);
  memcpy(made.at + LENGTH_BYTES, OPENING, OPENING_LENGTH);
  memcpy(to, text.at, more);
  memcpy(to + more, file.at + before, end - before);
  memset(to + more + end - before, ' ', spaces);
  memcpy(made.at + end + more + spaces, file.at + end, file.length - end);
  free(text.at);
  return made;
}
