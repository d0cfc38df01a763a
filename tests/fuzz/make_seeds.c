/* Writes the seeds of tests/fuzz/corpus, README.md says how to remake them. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <sys/stat.h>

#include "nets.h"

static char folder[512];

static void begin_target(const char *corpus, const char *target) {
  MUST(snprintf(folder, sizeof folder, "%s/%s", corpus, target) < (int)sizeof folder);
  mkdir(folder, 0777);
}
static void write_seed(const char *name, const void *bytes, size_t length) {
  char path[1024];
  MUST(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path);
  FILE *file = fopen(path, "wb");
  MUST(file && fwrite(bytes, 1, length, file) == length && fclose(file) == 0);
}
static void write_text(const char *name, const char *text) { write_seed(name, text, strlen(text)); }

/* As small as nets are. */
static rsd_spec spec_of(uint32_t family, uint32_t shortcut, uint32_t norm, uint32_t classes) {
  rsd_spec spec;
  rsd_default_spec(&spec);
  spec.family = family;
  spec.depth = 8;
  spec.width = 1;
  spec.shortcut = shortcut;
  spec.norm = norm;
  spec.classes = classes;
  return spec;
}
static const rsd_recipe recipe = {.size = sizeof recipe,
                                  .images = 9,
                                  .batch_size = 2,
                                  .epochs = 3,
                                  .lr = 0.01f,
                                  .momentum = 0.9f,
                                  .weight_decay = 1e-4f,
                                  .schedule = RSD_SCHEDULE_COSINE,
                                  .augment = RSD_AUGMENT_CROP_FLIP,
                                  .seed_low = 1};
static const rsd_capacity capacity = {sizeof capacity, 2, 1, 1, RSD_CONV_AUTO, RSD_TIER_AUTO};

static void write_checkpoint(const char *name, rsd_spec spec, int trained) {
  fuzz_net n = make_net(&spec, &capacity);
  if (trained) {
    MUST(rsd_train_begin(n.net, &recipe, &said) == RSD_OK);
    check_step(&n, &recipe);
  }
  fuzz_file file = save_net(&n);
  write_seed(name, file.bytes, file.length);
  free(file.bytes);
  free_net(&n);
}

static void write_header(const char *name, const char *header, size_t data) {
  uint8_t bytes[1024] = {0};
  uint64_t length = strlen(header);
  memcpy(bytes, &length, 8);
  memcpy(bytes + 8, header, (size_t)length + 1);
  write_seed(name, bytes, 8 + (size_t)length + data);
}

static void write_headers(void) {
  write_header("empty", "{}", 0);
  write_header("one", "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8);
  write_header("more",
               "{\"__metadata__\":{\"format_version\":\"1\",\"a\":\"\\u00e9\\n\"},"
               "\"module.b\":{\"dtype\":\"BF16\",\"shape\":[2,1,2],\"data_offsets\":[8,16]},"
               "\"a\" : { \"shape\" : [ ] , \"data_offsets\" : [0, 8], \"dtype\":\"I64\"}}  ",
               16);
  write_header("prefix",
               "{\"net.fc.bias\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]},"
               "\"net.layer2.0.downsample.1.bias\":{\"dtype\":\"F64\",\"shape\":[1],"
               "\"data_offsets\":[8,16]}}",
               16);
}

static void write_records(void) {
  static uint8_t bytes[1 + 2 * RSD_CIFAR_RECORD_BYTES] = {10};
  for (int i = 0; i < 2; i++)
    bytes[1 + i * RSD_CIFAR_RECORD_BYTES] = (uint8_t)(7 * i);
  write_seed("one", bytes, 1 + RSD_CIFAR_RECORD_BYTES);
  write_seed("two", bytes, sizeof bytes);
}

static void write_request(const char *name, rsd_spec spec, rsd_capacity room_for) {
  struct {
    rsd_spec spec;
    rsd_capacity capacity;
    rsd_recipe recipe;
  } request = {spec, room_for, recipe};
  write_seed(name, &request, sizeof request);
}

static void write_requests(void) {
  rsd_spec gaussian = spec_of(RSD_PLAIN, 0, RSD_NORM_NONE, 3);
  rsd_capacity idle = {sizeof idle, 1, 0, 2, RSD_CONV_DIRECT, RSD_TIER_AUTO};
  gaussian.init = RSD_INIT_GAUSSIAN;
  write_request("plain", gaussian, capacity);
  write_request("A", spec_of(RSD_RESIDUAL, RSD_SHORTCUT_A, RSD_NORM_BATCH, 10), capacity);
  write_request("C", spec_of(RSD_RESIDUAL, RSD_SHORTCUT_C, RSD_NORM_BATCH, 10), capacity);
  write_request("B", spec_of(RSD_RESIDUAL, RSD_SHORTCUT_B, RSD_NORM_NONE, 2), idle);
}

static void write_numbers(void) {
  static const char *const texts[] = {
      "0",   "-0.4914", "1e-45",      "34028235e31",      "1e39",
      "nan", "1.5e+10", "4294967295", "123456789abcdef0", "18446744073709551616"};
  char name[8];
  for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++) {
    snprintf(name, sizeof name, "%d", i);
    write_text(name, texts[i]);
  }
}

static void write_command_lines(void) {
  write_text("train",
             "train\n--net\nresnet20\n--width=4\n--shortcut=B\n--init\ngaussian:0.01\n--norm=none\n"
             "--epochs=3\n--batch=32\n--lr=1e-2\n--momentum=.5\n--weight-decay\n0\n--seed=9");
  write_text("names", "train\n--net=plain8\n--init=xavier\n--schedule=cosine\n--augment=flip");
  write_text("eval", "eval\n--model\na.safetensors\n--data=b\n--test-images=7\n--conv=direct");
  write_text("predict", "predict\n--model=a\nb.ppm\nc.ppm");
}

static void write_pictures(void) {
  static uint8_t pixels[64 + RSD_IMAGE_BYTES];
  size_t header = (size_t)snprintf((char *)pixels, 64, "P6\n# a comment\n32 32\n255\n");
  memset(pixels + header, 0, RSD_IMAGE_BYTES);
  write_seed("ppm", pixels, header + RSD_IMAGE_BYTES);
  write_seed("bare", pixels + header, RSD_IMAGE_BYTES);
  write_text("small", "P6 16 16 255\n");
}

/* Bytes as calls.c reads them. ASIS: an argument that is not made wrong. */
#define ASIS 63
#define MAKE(net) net, 1, 0, 0, 0, 0, 0, 0, 1, 3, 1, 0, 0
#define BEGIN(net, images, batch) net, 0, images, batch, 2, 1, 7, 3, 2, ASIS, ASIS, ASIS
#define GO_ON(net) net, 0, 1, ASIS, ASIS, ASIS
#define STEP(net) net, 1, ASIS, ASIS, ASIS, ASIS, ASIS, ASIS, ASIS, ASIS, ASIS
#define RESULTS(net) net, 3, ASIS, ASIS, ASIS, ASIS, ASIS
#define SAVE(net, file, optimizer) net, 4, file, optimizer, ASIS, ASIS
#define LOAD(net, file, whole) net, 5, file, whole, 1, ASIS, ASIS
#define END(net) net, 6, ASIS
#define INFER(net) net, 7, 2, ASIS, ASIS, ASIS
#define EVALUATE(net) net, 8, 1, ASIS, 1, ASIS, ASIS, ASIS, ASIS, ASIS
#define WRITE(net, tensor, value) net, 9, tensor, 0, ASIS, ASIS, value, 0, ASIS, ASIS
#define LAYERS(net, layer) net, 10, layer, 1, ASIS, ASIS, ASIS, ASIS
#define POOL(net, threads) net, 11, threads, ASIS

static void write_calls(void) {
  static const uint8_t narrower[] = {MAKE(0),        BEGIN(0, 8, 4), STEP(0), RESULTS(0), END(0),
                                     BEGIN(0, 4, 2), RESULTS(0),     STEP(0), RESULTS(0)};
  static const uint8_t resumed[] = {MAKE(0),       BEGIN(0, 8, 4), STEP(0), SAVE(0, 0, 1),
                                    MAKE(1),       LOAD(1, 0, 1),  STEP(1), GO_ON(1),
                                    STEP(1),       RESULTS(1),     END(1),  SAVE(1, 1, 1),
                                    LOAD(0, 1, 1), LOAD(0, 0, 0)};
  static const uint8_t looking[] = {MAKE(0),    WRITE(0, 4, 2), INFER(0), EVALUATE(0), LAYERS(0, 2),
                                    POOL(0, 3), BEGIN(0, 9, 3), STEP(0),  RESULTS(0),  STEP(0)};
  write_seed("narrower", narrower, sizeof narrower);
  write_seed("resumed", resumed, sizeof resumed);
  write_seed("looking", looking, sizeof looking);
}

int main(int count, char **arguments) {
  const char *corpus = count == 2 ? arguments[1] : "tests/fuzz/corpus";
  begin_target(corpus, "checkpoint");
  write_checkpoint("A-run", spec_of(RSD_RESIDUAL, RSD_SHORTCUT_A, RSD_NORM_NONE, 2), 1);
  write_checkpoint("C", spec_of(RSD_RESIDUAL, RSD_SHORTCUT_C, RSD_NORM_BATCH, 10), 0);
  write_checkpoint("plain-run", spec_of(RSD_PLAIN, 0, RSD_NORM_BATCH, 3), 1);
  begin_target(corpus, "safetensors");
  write_headers();
  begin_target(corpus, "cifar");
  write_records();
  begin_target(corpus, "net");
  write_requests();
  begin_target(corpus, "numbers");
  write_numbers();
  begin_target(corpus, "options");
  write_command_lines();
  begin_target(corpus, "picture");
  write_pictures();
  begin_target(corpus, "calls");
  write_calls();
  return 0;
}
