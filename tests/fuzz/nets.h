/* Nets whose specs came from the fuzzer, and what must hold of them. */
#ifndef RSD_FUZZ_NETS_H
#define RSD_FUZZ_NETS_H

#include "fuzz.h"

/* Larger nets are refused before anything is allocated. */
enum { MOST_BYTES = 24 << 20, MOST_IMAGES = 64 };

typedef struct fuzz_net {
  rsd_net *net; /* NULL: refused */
  void *memory;
  rsd_spec spec;
  rsd_capacity capacity;
  rsd_plan plan;
} fuzz_net;

typedef struct fuzz_file {
  uint8_t *bytes;
  size_t length;
} fuzz_file;

static rsd_error said = {sizeof said, ""};

static inline fuzz_net make_net(const rsd_spec *spec, const rsd_capacity *capacity) {
  static _Alignas(64) char no_room[64];
  fuzz_net n = {.spec = *spec, .capacity = *capacity, .plan = {.size = sizeof(rsd_plan)}};
  rsd_status status = rsd_plan_net(spec, capacity, &n.plan, &said);
  MUST(is_one_of(status, RSD_OK, RSD_BAD_ARGUMENT, RSD_BAD_SPEC));
  MUST(status == RSD_OK || said.message[0]);
  if (status == RSD_OK && n.plan.bytes <= MOST_BYTES) {
    n.memory = aligned_alloc(64, (size_t)n.plan.bytes);
    MUST(n.memory);
    memset(n.memory, 0xff, (size_t)n.plan.bytes); /* as floats, NaN */
    status = rsd_net_create(spec, capacity, n.memory, (size_t)n.plan.bytes, &n.net, &said);
    MUST(status == RSD_OK && n.net);
  } else {
    rsd_status refused = rsd_net_create(spec, capacity, no_room, sizeof no_room, &n.net, &said);
    MUST(refused == (status == RSD_OK ? RSD_NO_MEMORY : status) && n.net == NULL);
  }
  return n;
}

static inline void free_net(fuzz_net *n) {
  free(n->memory);
  n->memory = NULL;
}

static inline fuzz_file save_net(const fuzz_net *n) {
  fuzz_file file = {room((size_t)n->plan.checkpoint_bytes, 1), 0};
  MUST(rsd_net_save(n->net, 1, file.bytes, (size_t)n->plan.checkpoint_bytes, &file.length, &said) ==
       RSD_OK);
  return file;
}
static inline int same_files(const fuzz_file *a, const fuzz_file *b) {
  return a->length == b->length && same_bytes(a->bytes, b->bytes, a->length);
}

/* What a net saves is for a net of its spec, which saves it again, byte for byte. */
static inline void check_round_trip(const fuzz_net *n) {
  fuzz_file first = save_net(n);
  rsd_spec found = {.size = sizeof found};
  MUST(rsd_file_spec(first.bytes, first.length, &found, NULL, NULL, &said) == RSD_OK);
  MUST(same_bytes(&found, &n->spec, sizeof found));
  fuzz_net other = make_net(&found, &n->capacity);
  MUST(rsd_net_load(other.net, first.bytes, first.length, &said) == RSD_OK);
  fuzz_file second = save_net(&other);
  MUST(same_files(&first, &second));
  free_net(&other);
  free(first.bytes);
  free(second.bytes);
}

/* Images and labels for any batch here. */
static inline const uint8_t *some_images(uint32_t classes, uint16_t labels[MOST_IMAGES]) {
  static uint8_t images[MOST_IMAGES * RSD_IMAGE_BYTES];
  static uint16_t drawn[MOST_IMAGES];
  static int made;
  if (!made) MUST(rsd_synthetic(0, 0, MOST_IMAGES, images, drawn, &said) == RSD_OK);
  made = 1;
  for (int i = 0; i < MOST_IMAGES; i++)
    labels[i] = (uint16_t)(drawn[i] % classes);
  return images;
}

/* A net answers, or says that its numbers have grown beyond all bounds. */
static inline void check_inference(const fuzz_net *n) {
  uint16_t labels[MOST_IMAGES], predicted = 0xffff;
  const uint8_t *images = some_images(n->spec.classes, labels);
  float *logits = room(n->spec.classes, sizeof *logits), probability = -1.0f;
  rsd_score score = {.size = sizeof score};
  rsd_status status = rsd_infer(n->net, images, 1, logits, &said);
  MUST(is_one_of(status, RSD_OK, RSD_OK, RSD_DIVERGED));
  for (uint32_t k = 0; status == RSD_OK && k < n->spec.classes; k++)
    MUST(isfinite(logits[k]));
  rsd_status again =
      rsd_evaluate_each(n->net, images, labels, 1, &predicted, &probability, &score, &said);
  MUST(again == status);
  MUST(status != RSD_OK || (predicted < n->spec.classes && probability > 0.0f &&
                            probability <= 1.0f && score.loss_sum >= -1e-6));
  free(logits);
}

/* A step of the run of this recipe, if it can begin or go on: its images are in the set, and a net that diverges is
 * as it was. */
static inline void check_step(const fuzz_net *n, const rsd_recipe *recipe) {
  uint32_t indices[MOST_IMAGES];
  uint16_t labels[MOST_IMAGES];
  const uint8_t *images = some_images(n->spec.classes, labels);
  rsd_progress progress = {.size = sizeof progress};
  if (n->capacity.batch_size > MOST_IMAGES) return;
  uint32_t count = 0;
  if (rsd_train_begin(n->net, recipe, &said) != RSD_OK) return;
  MUST(rsd_train_indices(n->net, indices, &count, &said) == RSD_OK);
  if (count == 0) return;
  MUST(count == recipe->batch_size);
  for (uint32_t i = 0; i < count; i++)
    MUST(indices[i] < recipe->images);
  fuzz_file before = save_net(n);
  rsd_status status = rsd_train_step(n->net, images, labels, &progress, &said);
  MUST(is_one_of(status, RSD_OK, RSD_OK, RSD_DIVERGED));
  fuzz_file after = save_net(n);
  MUST(status == RSD_OK ? progress.step > 0 : same_files(&before, &after));
  free(before.bytes);
  free(after.bytes);
}

#endif
