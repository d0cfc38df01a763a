/* Prints what the WASI command computes of a set of images: the digest by which it knows a set, then the
 * labels and the images in canonical order. On stdin: the count, labels, images. Invariant: what it prints is
 * computed by src/command/canonical.c alone. */
#include <stdio.h>

#include "../../src/command/diagnostics.c"
#include "../../src/command/host.c"
#include "../../src/command/canonical.c"

static void read_items(void *items, size_t size, size_t count) {
  if (fread(items, size, count, stdin) != count) fail("The set is not whole.");
}

int main(void) {
  uint32_t count;
  read_items(&count, sizeof count, 1);
  image_set set = {allocate((uint64_t)count * RSD_IMAGE_BYTES),
                   allocate(count * sizeof *set.labels), count};
  read_items(set.labels, sizeof *set.labels, count);
  read_items(set.images, RSD_IMAGE_BYTES, count);
  numbered_key *keys = sorted_keys(&set);
  lanes digest = digest_of_keys(keys, count);
  printf("%08x%08x\n", (unsigned)digest.high, (unsigned)digest.low);
  permute(&set, keys);
  fwrite(set.labels, sizeof *set.labels, count, stdout);
  fwrite(set.images, RSD_IMAGE_BYTES, count, stdout);
  return 0;
}
