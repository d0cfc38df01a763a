/* Changes safetensors files so that most stay files: what is changed blindly nearly always breaks the
 * length of the header, and then nothing behind it is reached. */
#ifndef RSD_FUZZ_FILES_H
#define RSD_FUZZ_FILES_H

#include "fuzz.h"

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t length, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most, unsigned seed);

/* The header may grow and shrink; the data moves, and the length follows. */
static size_t mutate_header(uint8_t *bytes, size_t length, size_t header, size_t most) {
  size_t data = length - 8 - header;
  uint8_t *tail = room(data, 1);
  memcpy(tail, bytes + 8 + header, data);
  uint64_t now = LLVMFuzzerMutate(bytes + 8, header, most - 8 - data);
  memcpy(bytes, &now, 8);
  memcpy(bytes + 8 + now, tail, data);
  free(tail);
  return 8 + (size_t)now + data;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t most, unsigned seed) {
  uint64_t header = UINT64_MAX;
  if (length >= 8) memcpy(&header, bytes, 8);
  if (length < 8 || header > length - 8 || length > most || seed % 8 == 0)
    return LLVMFuzzerMutate(bytes, length, most);
  if (seed % 8 <= 5) return mutate_header(bytes, length, (size_t)header, most);
  size_t data = length - 8 - (size_t)header;
  if (data > 0) LLVMFuzzerMutate(bytes + 8 + header, data, data);
  return length;
}

#endif
