/* The canonical order of a complete CIFAR-10, the same as web/lib/data/canonical.js has: each part is
 * sorted by a 64-bit key of each (image, label) pair. Invariant: every other set keeps its order. */
#include <stdlib.h>
#include <string.h>

#include "command.h"

enum { WORDS_OF_IMAGE = RSD_IMAGE_BYTES / 4 };

/* Two lanes; as a whole it is the key by which records are sorted. */
typedef struct lanes {
  uint32_t high, low;
} lanes;

typedef struct numbered_key {
  lanes key;
  uint32_t number; /* of the record */
} numbered_key;

typedef struct complete_part {
  uint32_t count;
  lanes digest;
} complete_part;

/* CIFAR-10's training and test images. */
static const complete_part COMPLETE_PARTS[] = {{50000, {0xf4b42154, 0x34b72527}},
                                               {10000, {0x7d24cf81, 0xe677b859}}};

static lanes begin_hash(uint32_t seed) { return (lanes){seed ^ 0x243f6a88, seed ^ 0x85a308d3}; }

static lanes add_word(lanes hash, uint32_t word) {
  hash.high = (hash.high ^ word) * 0x9e3779b1u;
  hash.high ^= hash.high >> 15;
  hash.low = (hash.low + word) * 0x85ebca77u;
  hash.low ^= hash.low >> 13;
  return hash;
}

/* WebAssembly is little-endian, as the words of the key are. */
static lanes key_of(const image_set *set, uint32_t i) {
  const uint8_t *image = set->images + (size_t)i * RSD_IMAGE_BYTES;
  lanes hash = begin_hash(set->labels[i]);
  for (int w = 0; w < WORDS_OF_IMAGE; w++) {
    uint32_t word;
    memcpy(&word, image + 4 * w, sizeof word);
    hash = add_word(hash, word);
  }
  return hash;
}

static int ascending(uint32_t a, uint32_t b) { return (a > b) - (a < b); }

/* Records with equal keys keep their order. */
static int compare_keys(const void *left, const void *right) {
  const numbered_key *a = left, *b = right;
  int by_high = ascending(a->key.high, b->key.high), by_low = ascending(a->key.low, b->key.low);
  return by_high ? by_high : by_low ? by_low : ascending(a->number, b->number);
}

static numbered_key *sorted_keys(const image_set *set) {
  numbered_key *keys = allocate((uint64_t)set->count * sizeof *keys);
  for (uint32_t i = 0; i < set->count; i++)
    keys[i] = (numbered_key){key_of(set, i), i};
  qsort(keys, set->count, sizeof *keys, compare_keys);
  return keys;
}

static lanes digest_of_keys(const numbered_key *keys, uint32_t count) {
  lanes hash = begin_hash(count);
  for (uint32_t i = 0; i < count; i++)
    hash = add_word(add_word(hash, keys[i].key.high), keys[i].key.low);
  return hash;
}

static void move_record(const image_set *from, uint32_t number, image_set *to, uint32_t place) {
  memcpy(to->images + (size_t)place * RSD_IMAGE_BYTES,
         from->images + (size_t)number * RSD_IMAGE_BYTES, RSD_IMAGE_BYTES);
  to->labels[place] = from->labels[number];
}

/* Puts record keys[i].number at place i, along the cycles of the permutation, with room for one image. A
 * record that is in its place has its own number. */
static void permute(image_set *set, numbered_key *keys) {
  uint8_t image[RSD_IMAGE_BYTES];
  uint16_t label;
  image_set first = {image, &label, 1};
  for (uint32_t start = 0; start < set->count; start++) {
    if (keys[start].number == start) continue;
    move_record(set, start, &first, 0);
    uint32_t at = start, from;
    for (; (from = keys[at].number) != start; at = from) {
      move_record(set, from, set, at);
      keys[at].number = at;
    }
    move_record(&first, 0, set, at);
    keys[at].number = at;
  }
}

void canonicalise(image_set *set) {
  for (size_t i = 0; i < sizeof COMPLETE_PARTS / sizeof *COMPLETE_PARTS; i++) {
    if (set->count != COMPLETE_PARTS[i].count) continue;
    numbered_key *keys = sorted_keys(set);
    lanes digest = digest_of_keys(keys, set->count), wanted = COMPLETE_PARTS[i].digest;
    if (digest.high == wanted.high && digest.low == wanted.low) permute(set, keys);
    free(keys);
  }
}
