/* CIFAR-10's binary records. */
#include "data.h"

#include "../core/diagnostics.h"

rsd_status rsd_cifar_split(const uint8_t *records, size_t length, uint32_t classes, uint8_t *images,
                           uint16_t *labels, rsd_error *error) {
  size_t count = length / RSD_CIFAR_RECORD_BYTES;
  if (length == 0 || length % RSD_CIFAR_RECORD_BYTES != 0)
    return rsd_fail(error, RSD_BAD_FILE,
                    "%llu bytes are not whole records of %d; the file may have been cut off.",
                    (unsigned long long)length, RSD_CIFAR_RECORD_BYTES);
  for (size_t i = 0; i < count; i++)
    if (records[i * RSD_CIFAR_RECORD_BYTES] >= classes)
      return rsd_fail(error, RSD_BAD_FILE, "record %llu has label %u; it must be below %u.",
                      (unsigned long long)i, records[i * RSD_CIFAR_RECORD_BYTES], classes);
  for (size_t i = 0; i < count; i++, records += RSD_CIFAR_RECORD_BYTES) {
    labels[i] = records[0];
    rsd_copy(images + i * RSD_IMAGE_BYTES, records + 1, RSD_IMAGE_BYTES);
  }
  return RSD_OK;
}
