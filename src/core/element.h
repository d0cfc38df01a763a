/* Types of numbers in files: their size, and how each is read as a float32. */
#ifndef RSD_ELEMENT_H
#define RSD_ELEMENT_H

#include "base.h"

typedef struct rsd_element {
  const char *name; /* the dtype of safetensors */
  uint32_t bytes;
  float (*read)(const void *at); /* reads from any address; NULL if the type is no floating-point
                                  * number, or has 8 bits */
} rsd_element;

extern const rsd_element rsd_float32;

/* NULL if safetensors has no such dtype. */
const rsd_element *rsd_element_named(const char *name, size_t length);

#endif
