/* The container and the names in it: whatever passes its checks can be walked through, each byte of
 * the data belongs to one tensor, each number can be read, and each name has an end. */
#include "../../src/io/checkpoint/checkpoint.h"
#include "files.h"

static void check_tensor(const rsd_file *file, const rsd_file_tensor *t, uint8_t *owned) {
  MUST(t->begin <= t->end && t->end <= file->data_bytes && t->rank <= 4);
  MUST(t->name >= file->header && t->name + t->name_length <= file->header_end);
  for (uint64_t i = t->begin; i < t->end; i++)
    MUST(owned[i]++ == 0);
}

static void check_numbers(const rsd_file *file, const rsd_file_tensor *t) {
  char name[RSD_NAME_BYTES];
  MUST(t->type && (t->end - t->begin) % t->type->bytes == 0);
  if (t->type->read)
    for (uint64_t i = t->begin; i < t->end; i += t->type->bytes)
      t->type->read(file->data + i);
  memset(name, 'x', sizeof name);
  rsd_name_of(t, name);
  MUST(memchr(name, 0, sizeof name) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  static const char *const keys[] = {"format_version", "net", "", "a"};
  rsd_error error = {sizeof error, ""};
  rsd_file file;
  rsd_file_tensor tensor;
  const char *cursor = NULL, *value;
  size_t value_length;
  rsd_status status = rsd_file_open(bytes, length, &file, &error);
  MUST(status == RSD_OK || (status == RSD_BAD_FILE && error.message[0]));
  if (status != RSD_OK) return 0;
  uint8_t *owned = room((size_t)file.data_bytes, 1);
  while (rsd_file_next(&file, &cursor, &tensor)) {
    check_tensor(&file, &tensor, owned);
    check_numbers(&file, &tensor);
  }
  for (uint64_t i = 0; i < file.data_bytes; i++)
    MUST(owned[i] == 1);
  free(owned);
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (rsd_file_metadata(&file, keys[i], &value, &value_length))
      MUST(value >= file.header && value + value_length <= file.header_end);
  return 0;
}
