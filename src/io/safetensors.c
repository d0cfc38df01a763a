#include "safetensors.h"

#include "../core/text.h"

/* A position in the JSON text. Every read_* returns 0 where the text is not what it should be. */
typedef struct json {
  const char *at, *end;
} json;

static void skip_space(json *j) {
  while (j->at < j->end && (*j->at == ' ' || *j->at == '\n' || *j->at == '\r' || *j->at == '\t')) j->at++;
}
static int read_char(json *j, char c) {
  skip_space(j);
  if (j->at == j->end || *j->at != c) return 0;
  j->at++;
  return 1;
}
/* The text between the quotes, escapes left as they are. */
static int read_string(json *j, const char **text, size_t *length) {
  if (!read_char(j, '"')) return 0;
  *text = j->at;
  for (; j->at < j->end && *j->at != '"'; j->at++) {
    if ((unsigned char)*j->at < ' ') return 0;
    if (*j->at == '\\' && ++j->at == j->end) return 0;
  }
  *length = (size_t)(j->at - *text);
  return read_char(j, '"');
}
static int read_u64(json *j, uint64_t *value) {
  skip_space(j);
  const char *from = j->at;
  for (*value = 0; j->at < j->end && *j->at >= '0' && *j->at <= '9'; j->at++) {
    if (*value > (UINT64_MAX >> 1) / 10) return 0;
    *value = *value * 10 + (uint64_t)(*j->at - '0');
  }
  return j->at > from;
}

static int read_shape(json *j, rsd_file_tensor *t) {
  t->rank = 0;
  if (!read_char(j, '[')) return 0;
  if (read_char(j, ']')) return 1;
  do {
    if (t->rank == 4 || !read_u64(j, &t->shape[t->rank++])) return 0;
  } while (read_char(j, ','));
  return read_char(j, ']');
}
static int read_offsets(json *j, rsd_file_tensor *t) {
  return read_char(j, '[') && read_u64(j, &t->begin) && read_char(j, ',') && read_u64(j, &t->end) &&
         read_char(j, ']');
}

static int read_tensor(json *j, rsd_file_tensor *t) {
  unsigned seen = 0;
  if (!read_char(j, '{')) return 0;
  do {
    const char *key;
    size_t length;
    if (!read_string(j, &key, &length) || !read_char(j, ':')) return 0;
    if (rsd_text_equal(key, length, "dtype") && read_string(j, &t->dtype, &t->dtype_length))
      seen |= 1;
    else if (rsd_text_equal(key, length, "shape") && read_shape(j, t))
      seen |= 2;
    else if (rsd_text_equal(key, length, "data_offsets") && read_offsets(j, t))
      seen |= 4;
    else
      return 0;
  } while (read_char(j, ','));
  return seen == 7 && read_char(j, '}');
}

static int skip_metadata(json *j) {
  const char *text;
  size_t length;
  if (!read_char(j, '{')) return 0;
  if (read_char(j, '}')) return 1;
  do {
    if (!read_string(j, &text, &length) || !read_char(j, ':') || !read_string(j, &text, &length)) return 0;
  } while (read_char(j, ','));
  return read_char(j, '}');
}

/* Moves to the next tensor: 1, to the closing brace: 0, -1 where the text is wrong. */
static int step(json *j, rsd_file_tensor *t) {
  for (;;) {
    if (read_char(j, '}')) return 0;
    read_char(j, ',');
    if (!read_string(j, &t->name, &t->name_length) || !read_char(j, ':')) return -1;
    if (!rsd_text_equal(t->name, t->name_length, "__metadata__")) return read_tensor(j, t) ? 1 : -1;
    if (!skip_metadata(j)) return -1;
  }
}

int rsd_file_next(const rsd_file *file, const char **cursor, rsd_file_tensor *tensor) {
  json j = {*cursor ? *cursor : file->header + 1, file->header_end};
  int found = step(&j, tensor);
  *cursor = j.at;
  return found == 1;
}

int rsd_file_metadata(const rsd_file *file, const char *key, const char **value, size_t *length) {
  json j = {file->header + 1, file->header_end};
  rsd_file_tensor t;
  for (;;) {
    read_char(&j, ',');
    if (!read_string(&j, &t.name, &t.name_length) || !read_char(&j, ':')) return 0;
    if (rsd_text_equal(t.name, t.name_length, "__metadata__")) break;
    if (!read_tensor(&j, &t)) return 0;
  }
  if (!read_char(&j, '{')) return 0;
  do {
    const char *name;
    size_t n;
    if (!read_string(&j, &name, &n) || !read_char(&j, ':') || !read_string(&j, value, length)) return 0;
    if (rsd_text_equal(name, n, key)) return 1;
  } while (read_char(&j, ','));
  return 0;
}

static uint64_t dtype_bytes(const rsd_file_tensor *t) {
  static const struct {
    const char *name;
    uint64_t bytes;
  } types[] = {{"F32", 4}, {"F64", 8}, {"F16", 2}, {"BF16", 2}, {"I64", 8}, {"I32", 4}, {"I16", 2},
               {"I8", 1},  {"U8", 1},  {"BOOL", 1}, {"U16", 2}, {"U32", 4}, {"U64", 8}};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (rsd_text_equal(t->dtype, t->dtype_length, types[i].name)) return types[i].bytes;
  return 0;
}

static rsd_status check_tensor(const rsd_file *file, const rsd_file_tensor *t, rsd_error *error) {
  uint64_t bytes = dtype_bytes(t);
  int n = (int)(t->name_length < 100 ? t->name_length : 100);
  if (bytes == 0)
    return rsd_fail(error, RSD_BAD_FILE, "tensor %.*s has a number type that is not known here.", n, t->name);
  for (uint32_t i = 0; i < t->rank; i++) {
    if (t->shape[i] > file->data_bytes)
      return rsd_fail(error, RSD_BAD_FILE, "tensor %.*s claims to be larger than the file.", n, t->name);
    if (t->shape[i] && bytes > (uint64_t)1 << 62) break;
    bytes = bytes > file->data_bytes ? bytes : bytes * t->shape[i];
  }
  if (t->begin > t->end || t->end > file->data_bytes)
    return rsd_fail(error, RSD_BAD_FILE, "tensor %.*s lies outside the file, which may have been cut off.", n,
                    t->name);
  if (t->end - t->begin != bytes)
    return rsd_fail(error, RSD_BAD_FILE, "tensor %.*s has a shape that does not fit its %llu bytes.", n, t->name,
                    (unsigned long long)(t->end - t->begin));
  return RSD_OK;
}

/* Against all tensors before it. */
static rsd_status check_apart(const rsd_file *file, const char *before, const rsd_file_tensor *t,
                              rsd_error *error) {
  const char *cursor = NULL;
  rsd_file_tensor other;
  int n = (int)(t->name_length < 100 ? t->name_length : 100);
  while (cursor != before && rsd_file_next(file, &cursor, &other)) {
    if (cursor == before) break;
    if (other.name_length == t->name_length && rsd_same(other.name, t->name, t->name_length))
      return rsd_fail(error, RSD_BAD_FILE, "the file has tensor %.*s twice.", n, t->name);
    if (t->begin < other.end && other.begin < t->end)
      return rsd_fail(error, RSD_BAD_FILE, "tensor %.*s overlaps another tensor's data.", n, t->name);
  }
  return RSD_OK;
}

rsd_status rsd_file_open(const void *bytes, size_t length, rsd_file *file, rsd_error *error) {
  uint64_t header = 0;
  if (bytes == NULL || length < 10)
    return rsd_fail(error, RSD_BAD_FILE, "this is no safetensors file: it has only %llu bytes.",
                    (unsigned long long)length);
  rsd_copy(&header, bytes, 8);
  if (header > length - 8 || header > 100000000)
    return rsd_fail(error, RSD_BAD_FILE,
                    "this is no safetensors file, or it was cut off: its header claims %llu bytes, the file "
                    "has %llu.", (unsigned long long)header, (unsigned long long)length);
  file->header = (const char *)bytes + 8;
  file->header_end = file->header + header;
  file->data = (const uint8_t *)file->header_end;
  file->data_bytes = length - 8 - header;
  rsd_file_tensor t;
  json j = {file->header, file->header_end};
  if (header < 2 || file->header[0] != '{' || !read_char(&j, '{'))
    return rsd_fail(error, RSD_BAD_FILE, "this is no safetensors file: its header is not JSON.");
  int found, count = 0;
  while ((found = step(&j, &t)) == 1) {
    if (++count > RSD_FILE_MAX_TENSORS)
      return rsd_fail(error, RSD_BAD_FILE, "the file has more than %d tensors.", RSD_FILE_MAX_TENSORS);
    rsd_status status = check_tensor(file, &t, error);
    if (status == RSD_OK) status = check_apart(file, j.at, &t, error);
    if (status != RSD_OK) return status;
  }
  skip_space(&j);
  if (found < 0 || j.at != j.end)
    return rsd_fail(error, RSD_BAD_FILE, "the file's header is not what safetensors allows at byte %llu.",
                    (unsigned long long)(j.at - file->header) + 8);
  return RSD_OK;
}
