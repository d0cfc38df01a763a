/* What calls.test.js hands to the public functions: sound arguments, named as residua.h names them. Every
 * buffer is as large as the header asks, so that AddressSanitizer sees a byte too many, and a call that is
 * refused must leave all of them, and the whole memory of the net, as they were. */
#ifndef RSD_CALLS_FIXTURE_H
#define RSD_CALLS_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../include/residua.h"

enum { BATCH = 4, LAYERS = 7, WIDTH = 3, CLASSES = 10, STEM_PIXELS = 32 * 32, BUFFERS = 64 };

static struct {
  unsigned char *at, *copy;
  size_t bytes;
} buffers[BUFFERS];
static int buffer_count, failures;

/* Kept until the next set_up. */
static void *buffer(size_t bytes) {
  void *at = NULL;
  if (buffer_count == BUFFERS || posix_memalign(&at, 64, bytes)) abort();
  memset(at, 0xab, bytes);
  buffers[buffer_count].at = at;
  buffers[buffer_count].copy = malloc(bytes);
  buffers[buffer_count++].bytes = bytes;
  return at;
}
static void *sized(uint32_t bytes) {
  uint32_t *at = buffer(bytes);
  memset(at, 0, bytes);
  *at = bytes;
  return at;
}

static rsd_spec *spec;
static rsd_capacity *capacity;
static rsd_plan *plan;
static rsd_recipe *recipe;
static rsd_progress *progress;
static rsd_tensor *tensor;
static rsd_score *score;
static rsd_layer_info *info;
static rsd_layer_stats *stats;
static rsd_error *error;
static rsd_net *net, **made_net, *no_net, *moved_net;
static rsd_pool *pool, **made_pool, *no_pool, *moved_pool;
static void *memory, *pool_memory, *bytes;
static uint8_t *images, *image, *records;
static uint16_t *labels, *predicted;
static float *values, *logits, *probabilities, *lr, *pixels, *features, *gradient;
static double *gradient_rms, *activation_rms;
static uint32_t *indices, *wanted, *has_metadata, *has_optimizer;
static size_t *written, length, net_bytes, file_room;

static void must(rsd_status status) {
  if (status == RSD_OK) return;
  fprintf(stderr, "the fixture failed: %s\n", error->message);
  exit(2);
}

static void set_up_net(void) {
  rsd_default_spec(spec);
  spec->depth = LAYERS + 1;
  spec->width = WIDTH;
  capacity->batch_size = BATCH;
  capacity->training = capacity->threads = 1;
  must(rsd_plan_net(spec, capacity, plan, error));
  net_bytes = (size_t)plan->bytes;
  memory = buffer(net_bytes);
  must(rsd_net_create(spec, capacity, buffer(net_bytes), net_bytes, &net, error));
  moved_net = buffer(net_bytes);
  memcpy(moved_net, net, net_bytes);
  no_net = buffer(net_bytes);
  memset(no_net, 0, net_bytes);
}

static void set_up_pools(void) {
  pool_memory = buffer(rsd_pool_bytes());
  must(rsd_pool_create(1, buffer(rsd_pool_bytes()), rsd_pool_bytes(), &pool, error));
  moved_pool = buffer(rsd_pool_bytes());
  memcpy(moved_pool, pool, rsd_pool_bytes());
  no_pool = buffer(rsd_pool_bytes());
  memset(no_pool, 0, rsd_pool_bytes());
}

/* One step of two, and what it left as a file. */
static void set_up_run(void) {
  rsd_default_recipe(recipe);
  recipe->images = recipe->batch_size = BATCH;
  recipe->epochs = 2;
  recipe->schedule = RSD_SCHEDULE_OWN;
  must(rsd_synthetic(0, 0, BATCH, images, labels, error));
  must(rsd_train_begin(net, recipe, error));
  must(rsd_train_step(net, images, labels, progress, error));
  for (int k = 0; k < BATCH * RSD_IMAGE_BYTES; k++)
    pixels[k] = (float)images[k];
  must(rsd_train_gradients(net, images, labels, score, error));
  must(rsd_net_read(net, 0, RSD_PART_VALUE, values, error));
  file_room = (size_t)plan->checkpoint_bytes;
  void *file = malloc(file_room);
  must(rsd_net_save(net, 1, file, file_room, &length, error));
  bytes = buffer(length);
  memcpy(bytes, file, length);
  free(file);
  for (int i = 0; i < 2; i++)
    records[i * RSD_CIFAR_RECORD_BYTES] = (uint8_t)i;
}

static void set_up(void) {
  while (buffer_count > 0) {
    free(buffers[--buffer_count].at);
    free(buffers[buffer_count].copy);
  }
  spec = sized(sizeof *spec);
  capacity = sized(sizeof *capacity);
  plan = sized(sizeof *plan);
  recipe = sized(sizeof *recipe);
  progress = sized(sizeof *progress);
  tensor = sized(sizeof *tensor);
  score = sized(sizeof *score);
  info = sized(sizeof *info);
  error = sized(sizeof *error);
  stats = buffer(sizeof *stats * LAYERS);
  memset(stats, 0, sizeof *stats * LAYERS);
  for (int i = 0; i < LAYERS; i++)
    stats[i].size = sizeof *stats;
  images = buffer(BATCH * RSD_IMAGE_BYTES);
  pixels = buffer(BATCH * RSD_IMAGE_BYTES * sizeof *pixels);
  features = buffer(BATCH * 4 * WIDTH * sizeof *features);
  gradient = buffer(BATCH * RSD_IMAGE_BYTES * sizeof *gradient);
  image = buffer(RSD_IMAGE_BYTES);
  records = buffer(2 * RSD_CIFAR_RECORD_BYTES);
  labels = buffer(BATCH * sizeof *labels);
  predicted = buffer(BATCH * sizeof *predicted);
  probabilities = buffer(BATCH * sizeof *probabilities);
  logits = buffer(BATCH * CLASSES * sizeof *logits);
  values = buffer(STEM_PIXELS * WIDTH * sizeof *values);
  gradient_rms = buffer(LAYERS * sizeof *gradient_rms);
  activation_rms = buffer(LAYERS * sizeof *activation_rms);
  indices = buffer(BATCH * sizeof *indices);
  wanted = buffer(sizeof *wanted);
  lr = buffer(sizeof *lr);
  has_metadata = buffer(sizeof *has_metadata);
  has_optimizer = buffer(sizeof *has_optimizer);
  written = buffer(sizeof *written);
  made_net = buffer(sizeof *made_net);
  made_pool = buffer(sizeof *made_pool);
  set_up_net();
  set_up_pools();
  set_up_run();
  for (int i = 0; i < BATCH * CLASSES; i++)
    logits[i] = (float)i;
  error->message[0] = 0;
  for (int i = 0; i < buffer_count; i++)
    memcpy(buffers[i].copy, buffers[i].at, buffers[i].bytes);
}

/* ------------------------------------------------------------------ the cases */

static void fail(const char *call, const char *problem) {
  failures++;
  printf("%s: %s (\"%s\")\n", call, problem, error->message);
}

static int is_error(const void *at) {
  return (const char *)at >= (char *)error && (const char *)at < (char *)(error + 1);
}

static void check_refusal(rsd_status status, rsd_status expected, const char *part,
                          const char *call) {
  size_t end = strlen(error->message);
  if (status != expected) fail(call, "another status");
  if (end < 20 || error->message[end - 1] != '.') fail(call, "no sentence");
  if (!strstr(error->message, part)) fail(call, part);
  for (int i = 0; i < buffer_count; i++)
    if (!is_error(buffers[i].at) && memcmp(buffers[i].at, buffers[i].copy, buffers[i].bytes))
      fail(call, "something was written");
  error->message[0] = 0;
}

/* Nothing is said where there is no room to say it. */
static void check_silence(rsd_status status, rsd_status expected, const char *call) {
  if (status != expected) fail(call, "another status without a sound error");
  if (error->message[0]) fail(call, "a message in an unsound error");
}

static void check_success(rsd_status status, const char *call) {
  if (status != RSD_OK) fail(call, "refused");
}

#define REFUSED(expected, part, call) check_refusal(call, expected, part, #call)
#define SILENT(expected, call) check_silence(call, expected, #call)
#define ACCEPTED(call) check_success(call, #call)
#define SIZE_OF(at, wrong, statement) \
  do {                                \
    uint32_t right_ = (at)->size;     \
    (at)->size = (wrong);             \
    buffers_follow(at);               \
    statement;                        \
    (at)->size = right_;              \
    buffers_follow(at);               \
  } while (0)

/* What the test itself changes is no fault. */
static void buffers_follow(const void *at) {
  for (int i = 0; i < buffer_count; i++)
    if (buffers[i].at == at) memcpy(buffers[i].copy, buffers[i].at, buffers[i].bytes);
}

#endif
