/* The data set that --data names: CIFAR-10's extracted .bin files, or synthetic images. Invariant: a set is whole
 * or the program ends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

enum { SYNTHETIC_IMAGES = 5000, SYNTHETIC_TEST_IMAGES = 1000, CLASSES = 10 };

static const char *const TRAIN_FILES[] = {"data_batch_1.bin", "data_batch_2.bin",
                                          "data_batch_3.bin", "data_batch_4.bin",
                                          "data_batch_5.bin", NULL};
static const char *const TEST_FILES[] = {"test_batch.bin", NULL};

static image_set room_for(uint32_t count) {
  image_set set = {allocate((uint64_t)count * RSD_IMAGE_BYTES), allocate(2ull * count), count};
  return set;
}

static image_set synthetic(uint32_t split, uint32_t count) {
  image_set set = room_for(count);
  check(rsd_synthetic(split, 0, count, set.images, set.labels, &core_error));
  return set;
}

static void join(char path[LONGEST_PATH], const char *folder, const char *name) {
  if (snprintf(path, LONGEST_PATH, "%s/%s", folder, name) >= LONGEST_PATH)
    fail("the path %s is too long.", folder);
}

/* Appends the images of a file to `*set`. */
static void add_file(const char *path, uint32_t classes, image_set *set) {
  blob records = read_file(path);
  uint32_t more = (uint32_t)(records.length / RSD_CIFAR_RECORD_BYTES);
  image_set whole = room_for(set->count + more);
  memcpy(whole.images, set->images, (size_t)set->count * RSD_IMAGE_BYTES);
  memcpy(whole.labels, set->labels, sizeof(uint16_t) * set->count);
  rsd_status status = rsd_cifar_decode(records.at, records.length, classes,
                                       whole.images + (size_t)set->count * RSD_IMAGE_BYTES,
                                       whole.labels + set->count, &core_error);
  if (status != RSD_OK) fail("%s: %s", path, core_error.message);
  free(set->images);
  free(set->labels);
  free(records.at);
  *set = whole;
}

/* Names what the folder holds instead. Archives need gzip and tar, which the Node command has. */
static _Noreturn void fail_missing(const char *folder, const char *name) {
  char python[LONGEST_PATH], inner[LONGEST_PATH];
  join(python, folder, "test_batch");
  join(inner, folder, "cifar-10-batches-bin/test_batch.bin");
  if (file_exists(folder))
    fail(
        "%s is a file; this program reads a folder of extracted .bin files: unpack "
        "cifar-10-binary.tar.gz (tar -xzf) and name the folder of data_batch_1.bin.",
        folder);
  if (file_exists(inner))
    fail("the files are one folder further: name %s/cifar-10-batches-bin.", folder);
  if (file_exists(python))
    fail(
        "%s holds the python version of CIFAR-10; this program reads the binary one, from "
        "cifar-10-binary.tar.gz.",
        folder);
  fail("%s has no %s; name the folder of CIFAR-10's extracted .bin files.", folder, name);
}

static image_set read_files(const char *folder, const char *const *names, uint32_t classes) {
  char path[LONGEST_PATH];
  image_set set = room_for(0);
  for (int i = 0; names[i]; i++) {
    join(path, folder, names[i]);
    if (file_exists(path)) add_file(path, classes, &set);
  }
  if (set.count == 0) fail_missing(folder, names[0]);
  canonicalise(&set);
  return set;
}

static void cut(image_set *set, const char *kind, uint32_t wanted) {
  if (wanted > set->count)
    fail("%u %s images were asked for, but there are %u.", wanted, kind, set->count);
  set->count = wanted;
}

void read_data(uint32_t classes, uint32_t images, image_set *train, image_set *test) {
  const char *data = text_option("data") ? text_option("data") : "synthetic";
  if (classes != CLASSES)
    fail("the net has %u classes, the images %d; take a net with as many.", classes, CLASSES);
  images = count_option("images", images);
  if (strcmp(data, "synthetic") == 0) {
    images = images ? images : SYNTHETIC_IMAGES;
    *test = synthetic(1, count_option("test-images", SYNTHETIC_TEST_IMAGES));
    if (train) *train = synthetic(0, images);
    if (train)
      note("Data: %u synthetic images to train on, %u to test on; not photographs.", images,
           test->count);
    return;
  }
  *test = read_files(data, TEST_FILES, classes);
  cut(test, "test", count_option("test-images", test->count));
  if (train == NULL) return;
  *train = read_files(data, TRAIN_FILES, classes);
  cut(train, "training", images ? images : train->count);
}
