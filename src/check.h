/* Checks of a caller's arguments. Invariant: every pointer is checked before its target is read,
 * and a refusal is one sentence that names the argument. */
#ifndef RSD_CHECK_H
#define RSD_CHECK_H

#include "core/arena.h"
#include "core/diagnostics.h"
#include "net/net.h"

#define RSD_TRY(call)                      \
  do {                                     \
    rsd_status status_ = (call);           \
    if (status_ != RSD_OK) return status_; \
  } while (0)
#define RSD_NEED(condition, ...)                                             \
  do {                                                                       \
    if (!(condition)) return rsd_fail(error, RSD_BAD_ARGUMENT, __VA_ARGS__); \
  } while (0)

/* Needs an array of `count` values; `net` may be NULL. */
#define RSD_NEED_ARRAY(net, values, count)                                                        \
  RSD_TRY(rsd_check_memory(net, #values, (const void *)(values),                                  \
                           (uint64_t)(count) * sizeof *(values), _Alignof(__typeof__(*(values))), \
                           error))
#define RSD_NEED_BYTES(net, at, length) RSD_TRY(rsd_check_memory(net, #at, at, length, 1, error))
/* Needs a struct that begins with its size. */
#define RSD_NEED_STRUCT(net, at)                                                           \
  do {                                                                                     \
    RSD_NEED_ARRAY(net, at, 1);                                                            \
    RSD_NEED((at)->size == sizeof *(at), "the size field of " #at " is %u; set it to %u.", \
             (at)->size, (uint32_t)sizeof *(at));                                          \
  } while (0)
#define RSD_NEED_APART(a, a_bytes, b, b_bytes)                                   \
  RSD_NEED(!rsd_overlap((const void *)(a), a_bytes, (const void *)(b), b_bytes), \
           #a " and " #b " overlap; keep them apart.")

RSD_OUT_OF_LINE int rsd_overlap(const void *a, uint64_t a_bytes, const void *b, uint64_t b_bytes) {
  uint64_t from_a = (uintptr_t)a, from_b = (uintptr_t)b;
  return from_a < from_b + b_bytes && from_b < from_a + a_bytes;
}

RSD_OUT_OF_LINE rsd_status rsd_check_memory(const rsd_net *net, const char *name, const void *at,
                                            uint64_t bytes, uint32_t alignment, rsd_error *error) {
  RSD_NEED(at, "%s is NULL; give a pointer.", name);
  RSD_NEED((uintptr_t)at % alignment == 0, "%s does not begin at a multiple of %u bytes; align it.",
           name, alignment);
  RSD_NEED(bytes <= UINTPTR_MAX - (uintptr_t)at, "%s cannot have %llu bytes; give its true length.",
           name, (unsigned long long)bytes);
  RSD_NEED(!net || !rsd_overlap(at, bytes, net, net->bytes),
           "%s lies in the memory of the net; give other memory.", name);
  return RSD_OK;
}

RSD_OUT_OF_LINE rsd_status rsd_check_net(const rsd_net *net, rsd_error *error) {
  RSD_TRY(rsd_check_memory(NULL, "net", net, sizeof *net, RSD_ARENA_ALIGNMENT, error));
  RSD_NEED(net->self == net, "this is no net, or its memory was moved; call rsd_net_create.");
  return RSD_OK;
}

RSD_OUT_OF_LINE rsd_status rsd_check_pool(const rsd_pool *pool, rsd_error *error) {
  RSD_TRY(rsd_check_memory(NULL, "pool", pool, rsd_pool_bytes(), RSD_ARENA_ALIGNMENT, error));
  RSD_NEED(rsd_is_pool(pool), "this is no pool, or its memory was moved; call rsd_pool_create.");
  return RSD_OK;
}

RSD_OUT_OF_LINE rsd_status rsd_check_batch(const rsd_net *net, const uint8_t *images,
                                           uint32_t count, rsd_error *error) {
  RSD_TRY(rsd_check_net(net, error));
  RSD_NEED(count >= 1 && count <= net->capacity.batch_size,
           "%u images in one call; this net was planned for 1 to %u.", count,
           net->capacity.batch_size);
  RSD_NEED_ARRAY(net, images, (uint64_t)count * RSD_IMAGE_BYTES);
  return RSD_OK;
}

RSD_OUT_OF_LINE rsd_status rsd_check_labels(const rsd_net *net, const uint16_t *labels,
                                            uint32_t count, rsd_error *error) {
  RSD_NEED_ARRAY(net, labels, count);
  for (uint32_t i = 0; i < count; i++)
    RSD_NEED(labels[i] < net->spec.classes,
             "label %u of image %u is not below %u, the number of classes.", (uint32_t)labels[i], i,
             net->spec.classes);
  return RSD_OK;
}

#endif
