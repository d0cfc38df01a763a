/* Images and labels from records, and made up. Arguments have been checked; bytes of records have not. */
#ifndef RSD_DATA_H
#define RSD_DATA_H

#include "../../include/residua.h"
#include "../core/base.h"

rsd_status rsd_cifar_split(const uint8_t *records, size_t length, uint32_t classes, uint8_t *images,
                           uint16_t *labels, rsd_error *error);
void rsd_synthetic_draw(uint32_t split, uint32_t first, uint32_t count, uint8_t *images,
                        uint16_t *labels);

#endif
