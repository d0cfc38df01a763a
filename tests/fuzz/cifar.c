/* CIFAR records, after a byte that says how many classes there are: they are refused whole or come
 * apart without loss, and a net can see what is in them. */
#include "nets.h"

static void check_record(const uint8_t *record, const uint8_t *image, uint16_t label) {
  MUST(record[0] == label && same_bytes(record + 1, image, RSD_IMAGE_BYTES));
}

static rsd_net *small_net(void) {
  static fuzz_net n;
  rsd_spec spec;
  const rsd_capacity capacity = {sizeof capacity, 1, 0, 1, RSD_CONV_AUTO, RSD_TIER_AUTO};
  rsd_default_spec(&spec);
  spec.depth = 8;
  spec.width = 1;
  if (n.net == NULL) n = make_net(&spec, &capacity);
  return n.net;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  if (length == 0) return 0;
  uint32_t classes = *bytes++;
  size_t count = --length / RSD_CIFAR_RECORD_BYTES;
  uint8_t *images = room(count, RSD_IMAGE_BYTES);
  uint16_t *labels = room(count, sizeof *labels);
  float logits[10];
  rsd_status status = rsd_cifar_decode(bytes, length, classes, images, labels, &said);
  MUST(is_one_of(status, RSD_OK, RSD_BAD_FILE, classes ? RSD_OK : RSD_BAD_ARGUMENT));
  for (size_t i = 0; status == RSD_OK && i < count; i++) {
    MUST(labels[i] < classes);
    check_record(bytes + i * RSD_CIFAR_RECORD_BYTES, images + i * RSD_IMAGE_BYTES, labels[i]);
  }
  if (status == RSD_OK) MUST(rsd_infer(small_net(), images, 1, logits, &said) == RSD_OK);
  free(images);
  free(labels);
  return 0;
}
