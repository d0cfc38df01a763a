/* What --resume goes on with: a checkpoint says all that its run's bits depend on. Flags may only repeat
 * that, but for what --force lets differ: images, test images, convolution, tier and numerics. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

static const char *folder_end(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* `path` relative to the folder of the file `from`; an absolute path stays. */
static char *path_beside(const char *from, const char *path) {
  int length = *path == '/' ? 0 : (int)(folder_end(from) - from);
  size_t room = (size_t)length + strlen(path) + 1;
  char *joined = allocate(room);
  snprintf(joined, room, "%.*s%s", length, from, path);
  return joined;
}

static int is_there(const char *path) { return is_folder(path) || file_exists(path); }

/* The path of the images, relative to the checkpoint's folder or, as older files may have it, to
 * the present folder. */
static const char *stored_data_path(blob checkpoint, const char *file) {
  const char *stored = read_metadata(checkpoint, "data.path");
  if (stored == NULL) fail("%s does not say where its images are; say it with --data.", file);
  if (strcmp(stored, "synthetic") == 0) return stored;
  const char *beside = path_beside(file, stored);
  if (is_there(beside)) return beside;
  if (is_there(stored)) return stored;
  fail("the images of %s were in %s, where there is nothing now; say with --data where they are.",
       file, stored);
}

static void refuse(const char *file, const char *what, const char *there, const char *now) {
  if (there && strcmp(there, now) != 0 && !switch_option("force"))
    fail("the run in %s has %s %s, not %s; go on with what it has, or with --force.", file, what,
         there, now);
}

/* Takes one option from the checkpoint; a flag that differs ends the program unless --force is
 * given. */
static void take_option(blob checkpoint, const char *file, const char *name, const char *key) {
  const char *there = read_metadata(checkpoint, key);
  if (text_option(name)) refuse(file, name, there, text_option(name));
  if (there) default_option(name, there);
}

void complete_options(blob checkpoint, const char *file) {
  char numerics[11];
  int is_relaxed = strcmp(rsd_tier(), "relaxed") == 0;
  snprintf(numerics, sizeof numerics, "%u", rsd_numerics_version());
  refuse(file, "tier", read_metadata(checkpoint, "run.tier"), is_relaxed ? "relaxed" : "simd128");
  refuse(file, "numerics", read_metadata(checkpoint, "run.numerics"), numerics);
  take_option(checkpoint, file, "conv", "run.conv");
  take_option(checkpoint, file, "test-images", "data.test_images");
  if (text_option("data") == NULL) default_option("data", stored_data_path(checkpoint, file));
  default_option("out", file);
  if (read_metadata(checkpoint, "run.record"))
    note("This program keeps no records; that of the run ends here.");
}

/* The path from the folder of `out` to `path`, both relative to the present folder; `path` itself
 * where there is no such way. */
static char *path_from(const char *out, const char *path) {
  size_t steps = 0, length;
  const char *end = folder_end(out);
  for (const char *at = out; at < end; at += length + 1) {
    length = strcspn(at, "/");
    if (strncmp(at, "..", 2) == 0 && length == 2) steps = SIZE_MAX / 8;
    steps += length > 0 && !(length == 1 && *at == '.');
  }
  if (*path == '/' || *out == '/' || strcmp(path, "synthetic") == 0 || steps > LONGEST_PATH)
    steps = 0;
  size_t room = 3 * steps + strlen(path) + 1, at = 0;
  char *way = allocate(room);
  for (; steps > 0; steps--)
    at += (size_t)snprintf(way + at, room - at, "../");
  snprintf(way + at, room - at, "%s", path);
  return way;
}

void describe(const image_set *train, const image_set *test, provenance *now) {
  const char *out = text_option("out");
  now->path = path_from(out ? out : "", text_option("data"));
  digest_images(train, now->data);
  digest_images(test, now->test_data);
  snprintf(now->test_images, sizeof now->test_images, "%u", test->count);
  snprintf(now->numerics, sizeof now->numerics, "%u", rsd_numerics_version());
}

static int is_synthetic(void) { return strcmp(text_option("data"), "synthetic") == 0; }

static int differs(const char *there, const char *now) {
  return there && strcmp(there, now) != 0 && !switch_option("force");
}

void check_same_data(blob checkpoint, const provenance *now) {
  const char *tests = read_metadata(checkpoint, "data.test_digest");
  if (differs(read_metadata(checkpoint, "data.digest"), now->data))
    fail(
        "these are not the training images that the run began with; give those, or go on with "
        "--force.");
  if (strcmp(now->test_images, "0") != 0 && differs(tests, now->test_data))
    fail(
        "these are not the test images that the run began with; give those, or go on with "
        "--force.");
}

static const char *data_name(void) { return is_synthetic() ? "synthetic" : "CIFAR-10"; }

blob add_origin(blob file) {
  const metadata pairs[] = {{"data.name", data_name()}, {NULL, NULL}};
  return add_metadata(file, pairs);
}

blob add_provenance(blob file, const provenance *now) {
  int has_tests = strcmp(now->test_images, "0") != 0;
  const metadata pairs[] = {
      {"data.name", data_name()},
      {"data.path", now->path},
      {"data.digest", now->data},
      {"data.test_images", now->test_images},
      {"data.test_digest", has_tests ? now->test_data : NULL},
      {"run.tier", strcmp(rsd_tier(), "relaxed") == 0 ? "relaxed" : "simd128"},
      {"run.conv", conv_name()},
      {"run.numerics", now->numerics},
      {NULL, NULL},
  };
  return add_metadata(file, pairs);
}
