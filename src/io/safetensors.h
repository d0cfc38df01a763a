/* The safetensors container: 8 bytes of header length, a JSON header, then the data. Reads files
 * that nobody vouches for: nothing is believed that was not checked. */
#ifndef RSD_SAFETENSORS_H
#define RSD_SAFETENSORS_H

#include "../../include/residua.h"
#include "../core/base.h"

#define RSD_FILE_MAX_TENSORS 2048

typedef struct rsd_file {
  const char *header, *header_end;
  const uint8_t *data;
  uint64_t data_bytes;
} rsd_file;

typedef struct rsd_file_tensor {
  const char *name; /* not terminated */
  size_t name_length;
  const char *dtype;
  size_t dtype_length;
  uint32_t rank;
  uint64_t shape[4];
  uint64_t begin, end;
} rsd_file_tensor;

/* Checks the whole header: syntax, sizes, that tensors lie inside the data and do not overlap. */
rsd_status rsd_file_open(const void *bytes, size_t length, rsd_file *file, rsd_error *error);
/* The next tensor of an opened file; *cursor starts as NULL. Returns 0 after the last. */
int rsd_file_next(const rsd_file *file, const char **cursor, rsd_file_tensor *tensor);
/* The raw text of a __metadata__ value; 0 if there is no such key. */
int rsd_file_metadata(const rsd_file *file, const char *key, const char **value, size_t *length);

#endif
