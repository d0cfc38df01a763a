/* The safetensors container: 8 bytes of header length, a JSON header, then the data. Reads files
 * that nobody vouches for: nothing is believed that was not checked. */
#ifndef RSD_SAFETENSORS_H
#define RSD_SAFETENSORS_H

#include "../../include/residua.h"
#include "../core/base.h"
#include "../core/element.h"

/* The format allows headers of 100 MB. The largest net here, with optimizer state and averages, has
 * 23,419 tensors and 3 MB; these limits bound what a hostile file can cost. */
#define RSD_FILE_MAX_TENSORS 24576
#define RSD_FILE_MAX_METADATA 2048
#define RSD_FILE_MAX_HEADER (8u << 20)

typedef struct rsd_file {
  const char *header, *header_end;
  const char *metadata; /* where the value of __metadata__ begins in the header, or NULL */
  const char *prefix; /* what the names of all tensors begin with: "module." and the like */
  size_t prefix_length;
  const uint8_t *data;
  uint64_t data_bytes;
} rsd_file;

/* Strings are as in the header: not terminated, escapes not resolved. No name has an escape that
 * stands for ASCII, so every reader of JSON sees the names of nets and of metadata as they are. */
typedef struct rsd_file_tensor {
  const char *name; /* without the prefix that all tensors share */
  size_t name_length;
  const char *dtype;
  size_t dtype_length;
  const rsd_element *type; /* of an opened file never NULL */
  uint32_t rank;
  uint64_t shape[4];
  uint64_t begin, end; /* in the data */
} rsd_file_tensor;

/* Checks the whole header: that it is JSON of the right form, that every tensor's bytes lie inside
 * the data and fit its shape, that no two share bytes or a name, that no bytes are left over, and
 * that each key of the metadata is there once. */
rsd_status rsd_file_open(const void *bytes, size_t length, rsd_file *file, rsd_error *error);
/* The next tensor of an opened file; *cursor starts as NULL. Returns 0 after the last. */
int rsd_file_next(const rsd_file *file, const char **cursor, rsd_file_tensor *tensor);
/* Batch norm's num_batches_tracked, which no net needs: its momentum is 0.1. */
int rsd_file_is_counter(const rsd_file_tensor *tensor);
/* A walk through the metadata, in the manner of rsd_file_next: the key is the name, the value is where
 * a tensor has its dtype. */
int rsd_file_next_metadata(const rsd_file *file, const char **cursor, rsd_file_tensor *t);
/* A value of __metadata__; 0 if there is no such key. */
int rsd_file_metadata(const rsd_file *file, const char *key, const char **value, size_t *length);

/* For messages: at most so much of a name, as "%.*s" wants it. */
#define RSD_SHOWN(length, text) (int)((length) < 80 ? (length) : 80), (text)

#endif
