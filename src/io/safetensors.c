/* Reads the header of a safetensors file. Invariant: every length and offset is checked before it is used;
 * a file may hold any bytes. */
#include "safetensors.h"

#include "../core/diagnostics.h"

/* -------------------------------------------------------------------- JSON */

/* A position in the JSON text. Every read_* returns 0 where the text is not what it should be. */
typedef struct json {
  const char *at, *end;
} json;

static void skip_space(json *j) {
  while (j->at < j->end && (*j->at == ' ' || *j->at == '\n' || *j->at == '\r' || *j->at == '\t'))
    j->at++;
}
static int read_char(json *j, char c) {
  skip_space(j);
  if (j->at == j->end || *j->at != c) return 0;
  j->at++;
  return 1;
}
static int is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
/* What follows a backslash. */
static int read_escape(json *j) {
  static const char known[] = "\"\\/bfnrt";
  if (j->at == j->end) return 0;
  char c = *j->at++;
  for (const char *k = known; *k; k++)
    if (c == *k) return 1;
  for (int digit = 0; digit < 4; digit++, j->at++)
    if (c != 'u' || j->at == j->end || !is_hex(*j->at)) return 0;
  return 1;
}
/* The text between the quotes, escapes left as they are. */
static int read_string(json *j, const char **text, size_t *length) {
  if (!read_char(j, '"')) return 0;
  *text = j->at;
  while (j->at < j->end) {
    char c = *j->at++;
    if (c == '"') {
      *length = (size_t)(j->at - 1 - *text);
      return 1;
    }
    if ((unsigned char)c < ' ' || (c == '\\' && !read_escape(j))) return 0;
  }
  return 0;
}
/* Sizes: whole numbers below 2^53, the largest that JSON readers agree on. */
static int read_size(json *j, uint64_t *value) {
  skip_space(j);
  const char *from = j->at;
  for (*value = 0; j->at < j->end && *j->at >= '0' && *j->at <= '9'; j->at++) {
    *value = *value * 10 + (uint64_t)(*j->at - '0');
    if (*value >> 53) return 0;
  }
  return j->at > from && (*from != '0' || j->at == from + 1);
}

/* -------------------------------------------------------------- the header */

static int read_shape(json *j, rsd_file_tensor *t) {
  t->rank = 0;
  if (!read_char(j, '[')) return 0;
  if (read_char(j, ']')) return 1;
  do {
    if (t->rank == 4 || !read_size(j, &t->shape[t->rank++])) return 0;
  } while (read_char(j, ','));
  return read_char(j, ']');
}
static int read_offsets(json *j, rsd_file_tensor *t) {
  return read_char(j, '[') && read_size(j, &t->begin) && read_char(j, ',') &&
         read_size(j, &t->end) && read_char(j, ']');
}

/* Dtype, shape and data_offsets, each once, in any order, and nothing else. */
static int read_tensor(json *j, rsd_file_tensor *t) {
  enum { DTYPE = 1, SHAPE = 2, OFFSETS = 4 };
  int seen = 0;
  if (!read_char(j, '{')) return 0;
  do {
    const char *key;
    size_t length;
    int field = 0;
    if (!read_string(j, &key, &length) || !read_char(j, ':')) return 0;
    if (rsd_text_equal(key, length, "dtype") && read_string(j, &t->dtype, &t->dtype_length))
      field = DTYPE;
    else if (rsd_text_equal(key, length, "shape") && read_shape(j, t))
      field = SHAPE;
    else if (rsd_text_equal(key, length, "data_offsets") && read_offsets(j, t))
      field = OFFSETS;
    if (field == 0 || (seen & field)) return 0;
    seen |= field;
  } while (read_char(j, ','));
  if (seen != (DTYPE | SHAPE | OFFSETS)) return 0;
  t->type = rsd_element_named(t->dtype, t->dtype_length);
  return read_char(j, '}');
}

typedef enum entry { ENTRY_BROKEN, ENTRY_END, ENTRY_TENSOR, ENTRY_METADATA, ENTRY_PAIR } entry;

/* The key of an object's next entry, with its colon. `first` is 1 after the opening brace. */
static entry next_key(json *j, int first, const char **key, size_t *length) {
  if (read_char(j, '}')) return ENTRY_END;
  if (!first && !read_char(j, ',')) return ENTRY_BROKEN;
  if (!read_string(j, key, length) || !read_char(j, ':')) return ENTRY_BROKEN;
  for (size_t i = 0; i + 4 < *length; i++) /* \u0000 to \u007f */
    if (rsd_same(*key + i, "\\u00", 4) && (*key)[i + 4] < '8') return ENTRY_BROKEN;
  return ENTRY_PAIR;
}

/* The next entry of the metadata: a key and a string. */
static entry next_pair(json *j, int first, const char **key, size_t *key_length, const char **value,
                       size_t *length) {
  entry found = next_key(j, first, key, key_length);
  return found == ENTRY_PAIR && !read_string(j, value, length) ? ENTRY_BROKEN : found;
}

/* The next entry of the header; of __metadata__ only the key and the brace have been read then. */
static entry next_entry(json *j, rsd_file_tensor *t) {
  entry found = next_key(j, j->at[-1] == '{', &t->name, &t->name_length);
  if (found != ENTRY_PAIR) return found;
  if (rsd_text_equal(t->name, t->name_length, "__metadata__"))
    return read_char(j, '{') ? ENTRY_METADATA : ENTRY_BROKEN;
  return read_tensor(j, t) ? ENTRY_TENSOR : ENTRY_BROKEN;
}

/* Goes to the metadata's end, and returns how many pairs there are, -1 if they are broken. */
static int skip_metadata(json *j) {
  const char *key, *value;
  size_t key_length, length;
  entry found;
  int count = 0;
  while ((found = next_pair(j, count == 0, &key, &key_length, &value, &length)) == ENTRY_PAIR)
    if (++count > RSD_FILE_MAX_METADATA) return -1;
  return found == ENTRY_END ? count : -1;
}

int rsd_file_is_counter(const rsd_file_tensor *t) {
  return rsd_text_ends(t->name, t->name_length, ".num_batches_tracked");
}

int rsd_file_next(const rsd_file *file, const char **cursor, rsd_file_tensor *tensor) {
  json j = {*cursor ? *cursor : file->header + 1, file->header_end};
  entry found;
  while ((found = next_entry(&j, tensor)) == ENTRY_METADATA)
    skip_metadata(&j);
  *cursor = j.at;
  if (found != ENTRY_TENSOR) return 0;
  size_t n = file->prefix_length;
  if (tensor->name_length > n && rsd_same(tensor->name, file->prefix, n)) {
    tensor->name += n;
    tensor->name_length -= n;
  }
  return 1;
}

int rsd_file_next_metadata(const rsd_file *file, const char **cursor, rsd_file_tensor *t) {
  if (file->metadata == NULL) return 0;
  json j = {*cursor ? *cursor : file->metadata, file->header_end};
  entry found =
      next_pair(&j, *cursor == NULL, &t->name, &t->name_length, &t->dtype, &t->dtype_length);
  *cursor = j.at;
  return found == ENTRY_PAIR;
}

int rsd_file_metadata(const rsd_file *file, const char *key, const char **value, size_t *length) {
  const char *cursor = NULL;
  rsd_file_tensor t;
  while (rsd_file_next_metadata(file, &cursor, &t)) {
    if (!rsd_text_equal(t.name, t.name_length, key)) continue;
    *value = t.dtype;
    *length = t.dtype_length;
    return 1;
  }
  return 0;
}

/* ------------------------------------------------------------- its promises */

/* UINT64_MAX stands for more than fits in 32 bits times 32 bits, and in any net. */
static uint64_t shape_bytes(const rsd_file_tensor *t) {
  uint64_t bytes = t->type->bytes;
  for (uint32_t i = 0; i < t->rank; i++)
    if (t->shape[i] == 0) return 0;
  for (uint32_t i = 0; i < t->rank; i++) {
    if (bytes > UINT32_MAX || t->shape[i] > UINT32_MAX) return UINT64_MAX;
    bytes *= t->shape[i];
  }
  return bytes;
}

static rsd_status check_tensor(const rsd_file *file, const rsd_file_tensor *t, rsd_error *error) {
  if (t->type == NULL)
    return rsd_fail(error, RSD_BAD_FILE,
                    "tensor %.*s is of type %.*s, which safetensors does not have.",
                    RSD_SHOWN(t->name_length, t->name), RSD_SHOWN(t->dtype_length, t->dtype));
  if (t->begin > t->end || t->end > file->data_bytes)
    return rsd_fail(
        error, RSD_BAD_FILE,
        "tensor %.*s lies at bytes %llu to %llu of %llu; the file is damaged or cut off.",
        RSD_SHOWN(t->name_length, t->name), (unsigned long long)t->begin,
        (unsigned long long)t->end, (unsigned long long)file->data_bytes);
  if (t->end - t->begin != shape_bytes(t))
    return rsd_fail(error, RSD_BAD_FILE, "tensor %.*s has %llu bytes, which do not fit its shape.",
                    RSD_SHOWN(t->name_length, t->name), (unsigned long long)(t->end - t->begin));
  return RSD_OK;
}

/* Comparing all tensors with all others would let a file of a few megabytes keep us busy for
 * minutes, and there is no memory to sort them in. So they are sorted by the window: each walk
 * through the header finds the next WINDOW tensors by a key, and neighbours are compared. */
enum { WINDOW = 1024 };

typedef struct keyed {
  uint64_t key;
  const char *at; /* the cursor that the tensor comes after */
} keyed;

typedef uint64_t (*sort_key)(const rsd_file_tensor *t);
#define LEFT_OUT UINT64_MAX

/* Tensors without bytes share none. */
static uint64_t key_of_data(const rsd_file_tensor *t) {
  return t->begin < t->end ? t->begin : LEFT_OUT;
}
/* FNV-1a; that two names of 24,576 agree by chance in 63 bits does not happen. */
static uint64_t key_of_name(const rsd_file_tensor *t) {
  uint64_t hash = 0xcbf29ce484222325ull;
  for (size_t i = 0; i < t->name_length; i++)
    hash = (hash ^ (uint8_t)t->name[i]) * 0x100000001b3ull;
  return hash >> 1;
}

/* Of all that there is: rsd_file_next or next_metadata. */
typedef int (*walk)(const rsd_file *file, const char **cursor, rsd_file_tensor *t);

/* The WINDOW smallest keys from `floor` on, in order; returns how many there are. */
static int next_window(const rsd_file *file, walk next, sort_key key_of, uint64_t floor,
                       keyed *window) {
  const char *cursor = NULL, *from = NULL;
  rsd_file_tensor t;
  int count = 0;
  for (; next(file, &cursor, &t); from = cursor) {
    uint64_t key = key_of(&t);
    if (key == LEFT_OUT || key < floor || (count == WINDOW && key >= window[count - 1].key))
      continue;
    int at = count < WINDOW ? count++ : count - 1;
    for (; at > 0 && window[at - 1].key > key; at--)
      window[at] = window[at - 1];
    window[at].key = key;
    window[at].at = from;
  }
  return count;
}

/* Neighbours, by the key that sorts them. */
typedef rsd_status (*pair_check)(const rsd_file_tensor *a, const rsd_file_tensor *b,
                                 rsd_error *error);

static rsd_status check_data_apart(const rsd_file_tensor *a, const rsd_file_tensor *b,
                                   rsd_error *error) {
  if (a->end <= b->begin) return RSD_OK;
  return rsd_fail(error, RSD_BAD_FILE, "tensors %.*s and %.*s overlap; the file is damaged.",
                  RSD_SHOWN(a->name_length, a->name), RSD_SHOWN(b->name_length, b->name));
}
static rsd_status check_names_apart(const rsd_file_tensor *a, const rsd_file_tensor *b,
                                    rsd_error *error) {
  if (key_of_name(a) != key_of_name(b)) return RSD_OK;
  return rsd_fail(error, RSD_BAD_FILE, "the file has \"%.*s\" twice; keep one of them.",
                  RSD_SHOWN(b->name_length, b->name));
}

/* Each window begins with the last tensor of the one before. */
static rsd_status check_neighbours(const rsd_file *file, walk next, sort_key key_of,
                                   pair_check check, rsd_error *error) {
  keyed window[WINDOW];
  uint64_t floor = 0;
  for (;;) {
    int count = next_window(file, next, key_of, floor, window);
    rsd_file_tensor pair[2];
    for (int i = 0; i < count; i++) {
      const char *cursor = window[i].at;
      next(file, &cursor, &pair[i % 2]);
      rsd_status status = i == 0 ? RSD_OK : check(&pair[(i - 1) % 2], &pair[i % 2], error);
      if (status != RSD_OK) return status;
    }
    if (count < WINDOW) return RSD_OK;
    floor = window[count - 1].key;
  }
}

static rsd_status broken_header(const rsd_file *file, const json *j, rsd_error *error) {
  return rsd_fail(
      error, RSD_BAD_FILE,
      "this is no safetensors file, or a damaged one: its header is wrong near byte %llu.",
      8 + (unsigned long long)(j->at - file->header));
}

/* Every entry by itself. Counts the bytes that belong to tensors. */
static rsd_status check_entries(rsd_file *file, uint64_t *bytes, rsd_error *error) {
  json j = {file->header, file->header_end};
  rsd_file_tensor t;
  int tensors = 0;
  entry found;
  if (j.at == j.end || *j.at++ != '{') return broken_header(file, &j, error);
  while ((found = next_entry(&j, &t)) == ENTRY_TENSOR || found == ENTRY_METADATA) {
    if (found == ENTRY_METADATA) {
      if (file->metadata) break;
      file->metadata = j.at;
      if (skip_metadata(&j) < 0) break;
      continue;
    }
    if (++tensors > RSD_FILE_MAX_TENSORS)
      return rsd_fail(error, RSD_BAD_FILE,
                      "the file has more than %d tensors; no net here has as many.",
                      RSD_FILE_MAX_TENSORS);
    rsd_status status = check_tensor(file, &t, error);
    if (status != RSD_OK) return status;
    *bytes += t.end - t.begin;
  }
  skip_space(&j);
  return found == ENTRY_END && j.at == j.end ? RSD_OK : broken_header(file, &j, error);
}

/* Counters of batch norm are no part of a net, so what they begin with does not count. */
static void find_prefix(rsd_file *file) {
  const char *cursor = NULL;
  rsd_file_tensor t;
  size_t length = 0;
  while (rsd_file_next(file, &cursor, &t)) {
    if (rsd_file_is_counter(&t)) continue;
    if (file->prefix == NULL) {
      file->prefix = t.name;
      length = t.name_length;
    }
    size_t same = 0, end = 0;
    for (; same < length && same < t.name_length && t.name[same] == file->prefix[same]; same++)
      if (t.name[same] == '.') end = same + 1;
    length = end;
  }
  file->prefix_length = length;
}

static rsd_status check_file(rsd_file *file, rsd_error *error) {
  uint64_t bytes = 0;
  rsd_status status = check_entries(file, &bytes, error);
  if (status == RSD_OK)
    status = check_neighbours(file, rsd_file_next_metadata, key_of_name, check_names_apart, error);
  if (status == RSD_OK)
    status = check_neighbours(file, rsd_file_next, key_of_name, check_names_apart, error);
  if (status == RSD_OK)
    status = check_neighbours(file, rsd_file_next, key_of_data, check_data_apart, error);
  if (status == RSD_OK) find_prefix(file);
  if (status != RSD_OK || bytes == file->data_bytes) return status;
  return rsd_fail(error, RSD_BAD_FILE,
                  "%llu of the file's %llu bytes of data belong to no tensor; the file is damaged.",
                  (unsigned long long)(file->data_bytes - bytes),
                  (unsigned long long)file->data_bytes);
}

rsd_status rsd_file_open(const void *bytes, size_t length, rsd_file *file, rsd_error *error) {
  uint64_t header = 0;
  if (bytes == NULL || length < 8)
    return rsd_fail(error, RSD_BAD_FILE, "this is no safetensors file: it has only %llu bytes.",
                    (unsigned long long)(bytes ? length : 0));
  rsd_copy(&header, bytes, 8);
  if (header > RSD_FILE_MAX_HEADER)
    return rsd_fail(error, RSD_BAD_FILE,
                    "this is no safetensors file: its header would have more than %u bytes.",
                    RSD_FILE_MAX_HEADER);
  if (header > length - 8)
    return rsd_fail(error, RSD_BAD_FILE,
                    "this is no safetensors file, or it was cut off: its header should have %llu "
                    "bytes, the whole file has %llu.",
                    (unsigned long long)header, (unsigned long long)length);
  rsd_zero(file, sizeof *file);
  file->header = (const char *)bytes + 8;
  file->header_end = file->header + header;
  file->data = (const uint8_t *)file->header_end;
  file->data_bytes = length - 8 - header;
  return check_file(file, error);
}
