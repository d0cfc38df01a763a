/* Pictures for predict, PPM or bare pixels: where the pixels begin, all of them are there. */
#include "command.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  blob file = {room(length, 1), length};
  memcpy(file.at, bytes, length);
  uint8_t *volatile kept = file.at; /* lives through the jump */
  if (setjmp(the_end) == 0) {
    size_t at = find_pixels(&file, "picture");
    MUST(at <= length && length - at >= RSD_IMAGE_BYTES);
  }
  free(kept);
  return 0;
}
