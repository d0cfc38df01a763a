/* Files: text and numbers, safetensors headers that lie, checkpoints of our own and of others, what
 * becomes of damaged ones, CIFAR records, the synthetic set. */
#include "check.h"
#include "reference.h"

/* -------------------------------------------------------------------- text */

static size_t length_of(const char *text) {
  size_t length = 0;
  while (text[length])
    length++;
  return length;
}
static int is_text(const char *a, const char *b) {
  return length_of(a) == length_of(b) && test_same_bits(a, b, length_of(a));
}
static const char *written(float value) {
  static char text[40];
  rsd_text t = {text, sizeof text, 0};
  rsd_text_add(&t, "%g", (double)value);
  return text;
}

static void test_decimals(void) {
  static const struct {
    float value;
    const char *text;
  } known[] = {{0.1f, "0.1"},       {1e-4f, "0.0001"},         {0.4703f, "0.4703"},
               {128.0f, "128"},     {-2.5f, "-2.5"},           {0.0f, "0"},
               {-0.0f, "-0"},       {16777216.0f, "16777216"}, {1e10f, "1e10"},
               {1e-20f, "1e-20"},   {1e-45f, "1e-45"},         {3.4028235e38f, "34028235e31"},
               {0.2435f, "0.2435"}, {1.0f / 3, "0.33333334"}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (CHECK(is_text(written(known[i].value), known[i].text))) continue;
    log_text(written(known[i].value));
    log_text("\n");
  }
  for (int i = 0; i < 20000; i++) {
    uint32_t bits = test_random();
    float value, back = 0;
    rsd_copy(&value, &bits, sizeof value);
    if (!rsd_is_finite(value)) continue;
    CHECK(rsd_parse_float(written(value), length_of(written(value)), &back));
    CHECK(test_same_bits(&value, &back, sizeof back));
  }
}

static void test_numbers_refused(void) {
  static const char *const no_floats[] = {"",      "-",     ".",  "e5",  "1e",   "1e-", "--1",
                                          "1.2.3", " 1",    "1 ", "nan", "inf",  "0x1", "1e39",
                                          "1,2",   "1e400", "+1", "1e+", "1e1.", "1-",  "1e999"};
  static const char *const no_integers[] = {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "4294967296"};
  float f = 7;
  uint32_t u = 7;
  uint64_t wide = 7;
  for (size_t i = 0; i < sizeof no_floats / sizeof *no_floats; i++)
    CHECK(!rsd_parse_float(no_floats[i], length_of(no_floats[i]), &f));
  for (size_t i = 0; i < sizeof no_integers / sizeof *no_integers; i++)
    CHECK(!rsd_parse_u32(no_integers[i], length_of(no_integers[i]), &u));
  CHECK(!rsd_parse_u64("18446744073709551616", 20, &wide));
  CHECK(!rsd_parse_hex("123456789abcdefg", 16, &wide) && !rsd_parse_hex("123", 3, &wide));
  CHECK(f == 7 && u == 7 && wide == 7);
  CHECK(rsd_parse_u64("18446744073709551615", 20, &wide) && wide == UINT64_MAX);
  CHECK(rsd_parse_hex("0123456789abcdef", 16, &wide) && wide == 0x0123456789abcdefull);
  CHECK(rsd_parse_float("-1e-05", 6, &f) && f == -1e-5f);
}

static void test_messages(void) {
  rsd_error error = {.size = sizeof error};
  char name[600];
  CHECK(rsd_fail(&error, RSD_BAD_FILE, "%s %.*s %d %u %llu%%.", "a\x01\xff", 2, "xyz", -5, 7u,
                 9ull) == RSD_BAD_FILE);
  CHECK(is_text(error.message, "a?? xy -5 7 9%."));
  __builtin_memset(name, 'a', sizeof name);
  name[sizeof name - 1] = 0;
  rsd_explain(&error, "%s", name);
  CHECK(length_of(error.message) == sizeof error.message - 1);
  CHECK(rsd_fail(NULL, RSD_DIVERGED, "%s", name) == RSD_DIVERGED);
}

/* ------------------------------------------------------------- safetensors */

typedef struct test_file {
  char *bytes;
  size_t length;
} test_file;

/* In a block of just its length, so that reading past the end is noticed. */
static test_file copy_file(const char *bytes, size_t length) {
  test_file copy = {test_memory(length), length};
  rsd_copy(copy.bytes, bytes, length);
  return copy;
}
/* The data is zeros. */
static test_file make_file(const char *header, size_t header_length, size_t data) {
  test_file file = {test_memory(8 + header_length + data), 8 + header_length + data};
  uint64_t length = header_length;
  rsd_copy(file.bytes, &length, 8);
  rsd_copy(file.bytes + 8, header, header_length);
  rsd_zero(file.bytes + 8 + header_length, data);
  return file;
}
static rsd_status open_file(test_file file) {
  rsd_file opened;
  return rsd_file_open(file.bytes, file.length, &opened, &said);
}

#define ENTRY(name, dtype, shape, offsets) \
  "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":[" shape "],\"data_offsets\":[" offsets "]}"
#define TWO ENTRY("a", "F32", "2", "0,8")

static void test_sound_headers(void) {
  static const struct {
    const char *header;
    size_t data;
    int tensors;
  } sound[] = {
      {"{}", 0, 0},
      {"{} \n\t ", 0, 0},
      {"{" TWO "}", 8, 1},
      {"{" TWO "}      ", 8, 1},
      {"{ \"a\" : { \"shape\" : [ 2 ] ,\r\n\"data_offsets\":[0 , 8],\"dtype\":\"F32\"} }", 8, 1},
      {"{\"__metadata__\":{}," TWO "}", 8, 1},
      {"{" TWO ",\"__metadata__\":{\"k\":\"v\",\"l\":\"\\u00e9\\\\\\\"\\n\"}," ENTRY("b", "U8", "3",
                                                                                     "8,11") "}",
       11, 2},
      {"{" ENTRY("a", "F32", "", "0,4") "," ENTRY("b", "BF16", "2,1,2", "4,12") "}", 12, 2},
      {"{" ENTRY("b", "F64", "1", "8,16") "," ENTRY("a", "I64", "", "0,8") "}", 16, 2},
      {"{" ENTRY("a", "F32", "0", "0,0") "," ENTRY("b", "F32", "9007199254740991,0,3", "0,0") "}",
       0, 2},
      {"{" ENTRY("a", "F32", "2", "0,8") "," ENTRY("b", "F32", "0", "4,4") "}", 8, 2},
  };
  for (size_t i = 0; i < sizeof sound / sizeof *sound; i++) {
    test_file f = make_file(sound[i].header, length_of(sound[i].header), sound[i].data);
    rsd_file file;
    rsd_file_tensor t;
    const char *cursor = NULL;
    int tensors = 0;
    if (!CHECK(rsd_file_open(f.bytes, f.length, &file, &said) == RSD_OK)) {
      log_text(sound[i].header);
      log_text(said.message);
      log_text("\n");
      continue;
    }
    while (rsd_file_next(&file, &cursor, &t))
      tensors++;
    CHECK(tensors == sound[i].tensors);
  }
}

static void test_metadata_values(void) {
  const char header[] = "{" TWO ",\"__metadata__\":{\"k\":\"v\",\"key\":\"\",\"l\":\"7\"}}",
             *value = NULL;
  test_file f = make_file(header, sizeof header - 1, 8);
  rsd_file file;
  size_t length = 0;
  CHECK(rsd_file_open(f.bytes, f.length, &file, &said) == RSD_OK);
  CHECK(rsd_file_metadata(&file, "l", &value, &length) && length == 1 && *value == '7');
  CHECK(rsd_file_metadata(&file, "key", &value, &length) && length == 0);
  CHECK(!rsd_file_metadata(&file, "ke", &value, &length) &&
        !rsd_file_metadata(&file, "a", &value, &length));
}

static void test_lying_headers(void) {
  static const struct {
    const char *header;
    size_t data;
    const char *part;
  } broken[] = {
      {"", 0, "header is wrong near byte 8"},
      {"[]", 0, "header is wrong"},
      {" {}", 0, "header is wrong"},
      {"{", 0, "header is wrong"},
      {"{}}", 0, "header is wrong near byte 10"},
      {"{,}", 0, "header is wrong"},
      {"{" TWO, 8, "header is wrong"},
      {"{" TWO ",}", 8, "header is wrong"},
      {"{," TWO "}", 8, "header is wrong"},
      {"{" TWO " " ENTRY("b", "F32", "0", "0,0") "}", 8, "header is wrong"},
      {"{\"a\"}", 0, "header is wrong"},
      {"{\"a\":1}", 0, "header is wrong"},
      {"{\"a\":{}}", 0, "header is wrong"},
      {"{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}", 0, "header is wrong"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8, "header is wrong"},
      {"{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
       "header is wrong"},
      {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"more\":1}}", 8,
       "header is wrong"},
      {"{\"a\":{\"dtype\":7,\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "header is wrong"},
      {"{\"a\":{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}", 8, "header is wrong"},
      {"{" ENTRY("a", "F32", "-2", "0,8") "}", 8, "header is wrong"},
      {"{" ENTRY("a", "F32", "2.0", "0,8") "}", 8, "header is wrong"},
      {"{" ENTRY("a", "F32", "02", "0,8") "}", 8, "header is wrong"},
      {"{" ENTRY("a", "F32", "2,", "0,8") "}", 8, "header is wrong"},
      {"{" ENTRY("a", "F32", "1,1,1,1,2", "0,8") "}", 8, "header is wrong"},
      {"{" ENTRY("a", "F32", "2", "0,8,8") "}", 8, "header is wrong"},
      {"{" ENTRY("a", "F32", "2", "8") "}", 8, "header is wrong"},
      {"{" ENTRY("a", "F32", "18446744073709551618", "0,8") "}", 8, "header is wrong"},
      {"{" ENTRY("a\n", "F32", "2", "0,8") "}", 8, "header is wrong"},
      {"{" ENTRY("a\\q", "F32", "2", "0,8") "}", 8, "header is wrong"},
      {"{" ENTRY("a\\u12g4", "F32", "2", "0,8") "}", 8, "header is wrong"},
      {"{\"a", 0, "header is wrong"},
      {"{\"a\\", 0, "header is wrong"},
      {"{\"a\\u00", 0, "header is wrong"},
      {"{\"__metadata__\":{\"a\":1}}", 0, "header is wrong"},
      {"{\"__metadata__\":{\"a\":{}}}", 0, "header is wrong"},
      {"{\"__metadata__\":{\"a\":\"b\",}}", 0, "header is wrong"},
      {"{\"__metadata__\":[]}", 0, "header is wrong"},
      {"{\"__metadata__\":{},\"__metadata__\":{}}", 0, "header is wrong"},
      {"{" ENTRY("a", "F31", "2", "0,8") "}", 8, "tensor a is of type F31"},
      {"{" ENTRY("a", "F32", "2", "0,8") "}", 7, "tensor a lies at bytes 0 to 8 of 7"},
      {"{" ENTRY("a", "F32", "2", "8,0") "}", 8, "tensor a lies at bytes 8 to 0 of 8"},
      {"{" ENTRY("a", "F32", "0", "9,9") "}", 8, "tensor a lies at bytes 9 to 9 of 8"},
      {"{" ENTRY("a", "F32", "2", "9007199254740983,9007199254740991") "}", 8,
       "tensor a lies at bytes"},
      {"{" ENTRY("a", "F32", "3", "0,8") "}", 8,
       "tensor a has 8 bytes, which do not fit its shape"},
      {"{" ENTRY("a", "F32", "1073741825,4", "0,16") "}", 16, "do not fit its shape"},
      {"{" ENTRY("a", "F32", "4294967296,4294967296", "0,0") "}", 0, "do not fit its shape"},
      {"{" ENTRY("a", "F32", "2147483648,2147483648,2147483648,2147483648", "0,0") "}", 0,
       "do not fit its shape"},
      {"{" ENTRY("a", "F32", "9007199254740991,9007199254740991", "0,4") "}", 4,
       "do not fit its shape"},
      {"{" TWO "," ENTRY("b", "F32", "2", "0,8") "}", 8, "tensors a and b overlap"},
      {"{" ENTRY("b", "F32", "2", "4,12") "," TWO "}", 12, "tensors a and b overlap"},
      {"{" ENTRY("a", "F32", "4", "0,16") "," ENTRY("b", "F32", "1", "4,8") "}", 16,
       "tensors a and b overlap"},
      {"{" TWO "," ENTRY("a", "F32", "2", "8,16") "}", 16, "has \"a\" twice"},
      {"{" TWO "," ENTRY("\\u0062", "F32", "2", "8,16") "}", 16, "header is wrong"},
      {"{\"__metadata__\":{\"step\":\"1\",\"l\":\"\",\"step\":\"1\"}," TWO "}", 8,
       "has \"step\" twice"},
      {"{\"__metadata__\":{\"st\\u0065p\":\"1\"}}", 0, "header is wrong"},
      {"{" TWO "," ENTRY("b", "F32", "2", "12,20") "}", 20,
       "4 of the file's 20 bytes of data belong to no tensor"},
      {"{" TWO "}", 9, "1 of the file's 9 bytes"},
      {"{}", 1, "1 of the file's 1 bytes"},
  };
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    int failures = test_now.failures;
    CHECK_FAILS(open_file(make_file(broken[i].header, length_of(broken[i].header), broken[i].data)),
                RSD_BAD_FILE, broken[i].part);
    if (test_now.failures == failures) continue;
    log_text(broken[i].header);
    log_text("\n");
  }
}

static void test_lying_lengths(void) {
  static const char header[] = "{" TWO "}";
  enum { HEADER = sizeof header - 1, FILE_BYTES = 8 + HEADER + 8 };
  static const uint64_t lies[] = {
      0,        5,         HEADER - 1, HEADER + 1, HEADER + 8,     HEADER + 9, FILE_BYTES,
      1u << 20, 100000001, 1ull << 32, 1ull << 63, UINT64_MAX - 7, UINT64_MAX};
  for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
    test_file file = make_file(header, HEADER, 8);
    rsd_copy(file.bytes, &lies[i], 8);
    CHECK_FAILS(open_file(file), RSD_BAD_FILE, "");
  }
  for (size_t length = 0; length < FILE_BYTES; length++) {
    test_file file = make_file(header, HEADER, 8);
    CHECK_FAILS(open_file(copy_file(file.bytes, length)), RSD_BAD_FILE, "");
  }
  CHECK_FAILS(open_file((test_file){NULL, 100}), RSD_BAD_FILE, "this is no safetensors file");
}

/* `count` tensors of four bytes in a scattered order; tensor `odd` has the name and the place of
 * other tensors. */
static test_file many_tensors(uint32_t count, uint32_t odd, uint32_t name, uint32_t place) {
  size_t room = 80 * (size_t)count + 8;
  char *header = test_memory(room);
  rsd_text text = {header, room, 0};
  for (uint32_t i = 0; i < count; i++) {
    uint32_t shuffled = i * 997 % count, at = i == odd ? place : shuffled;
    rsd_text_add(&text, "%c\"t%u\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%u,%u]}",
                 i ? ',' : '{', i == odd ? name : i, 4 * at, 4 * at + 4);
  }
  rsd_text_add(&text, "}");
  return make_file(header, text.length, 4 * (size_t)count);
}

static void test_many_tensors(void) {
  static const uint32_t counts[] = {1, 2, 1023, 1024, 1025, 2047, 2048, 2100, 4096};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    int blocks = test_block_count;
    uint32_t n = counts[i];
    CHECK(open_file(many_tensors(n, n, 0, 0)) == RSD_OK);
    for (uint32_t k = 1; k < n; k += n / 5 + 1) {
      CHECK_FAILS(open_file(many_tensors(n, k, k - 1, k * 997 % n)), RSD_BAD_FILE, "twice");
      CHECK_FAILS(open_file(many_tensors(n, k, k, (k - 1) * 997 % n)), RSD_BAD_FILE, "overlap");
    }
    test_release(blocks);
  }
  CHECK(open_file(many_tensors(24576, 24576, 0, 0)) == RSD_OK);
  CHECK_FAILS(open_file(many_tensors(24577, 0, 0, 0)), RSD_BAD_FILE, "more than 24576 tensors");
}

/* ------------------------------------------------------------- checkpoints */

static test_file save_net(const test_net *n, uint32_t optimizer) {
  size_t room = (size_t)n->plan.checkpoint_bytes, length = 0;
  char *bytes = test_memory(room);
  CHECK(rsd_net_save(n->net, optimizer, bytes, room, &length, &said) == RSD_OK);
  CHECK(length <= room && bytes[length] == (char)0xff);
  return copy_file(bytes, length);
}
static rsd_status load_bad(const test_net *n, test_file file) {
  return rsd_net_load(n->net, file.bytes, file.length, &said);
}
static int load_net(const test_net *n, test_file file) {
  if (CHECK(load_bad(n, file) == RSD_OK)) return 1;
  log_text(said.message);
  log_text("\n");
  return 0;
}

/* The file with the first `from` of its header replaced. */
static test_file edit(test_file file, const char *from, const char *to) {
  uint64_t header;
  rsd_copy(&header, file.bytes, 8);
  size_t at = 8, n = length_of(from), m = length_of(to);
  while (at + n <= 8 + header && !test_same_bits(file.bytes + at, from, n))
    at++;
  if (!CHECK(at + n <= 8 + header)) log_text(from);
  test_file made = {test_memory(file.length - n + m), file.length - n + m};
  rsd_copy(made.bytes, file.bytes, at);
  rsd_copy(made.bytes + at, to, m);
  rsd_copy(made.bytes + at + m, file.bytes + at + n, file.length - at - n);
  header = header - n + m;
  rsd_copy(made.bytes, &header, 8);
  return made;
}

/* Everything that a failed load must leave alone. */
static uint64_t state_digest(const test_net *n) {
  uint64_t before = test_now.digest;
  rsd_progress progress = {.size = sizeof progress};
  digest_part(n, RSD_PART_VALUE);
  digest_part(n, RSD_PART_MOMENTUM);
  CHECK(rsd_train_progress(n->net, &progress, NULL) == RSD_OK);
  test_digest(&progress, sizeof progress);
  uint64_t digest = test_now.digest;
  test_now.digest = before;
  return digest;
}

static uint64_t digest_of_values(const test_net *n) {
  uint64_t before = test_now.digest;
  test_now.digest = 0;
  digest_part(n, RSD_PART_VALUE);
  uint64_t digest = test_now.digest;
  test_now.digest = before;
  return digest;
}

static test_net trained_net(const rsd_recipe *recipe, int steps) {
  rsd_spec spec = spec_of(&net_cases[3]);
  test_net n = make_net(&spec, recipe->batch_size, 1);
  uint16_t labels[8];
  begin_run(&n, recipe);
  for (int i = 0; i < steps; i++)
    take_step(&n, random_images((int)recipe->batch_size, labels, 10), labels);
  return n;
}

static rsd_recipe odd_recipe(void) {
  rsd_recipe recipe = {.size = sizeof recipe,
                       .images = 17,
                       .batch_size = 4,
                       .epochs = 3,
                       .lr = 0.0123f,
                       .momentum = 0.87f,
                       .weight_decay = 3e-5f,
                       .schedule = RSD_SCHEDULE_COSINE,
                       .augment = RSD_AUGMENT_CROP_FLIP,
                       .seed_low = 0xfffffff1,
                       .seed_high = 0xffffffff};
  return recipe;
}

/* A run that was saved, loaded elsewhere and gone on with is the run without that. */
static void test_resume(void) {
  rsd_recipe recipe = odd_recipe(), other = recipe;
  test_net n = trained_net(&recipe, 6), again = make_net(&n.spec, 4, 1);
  test_file file = save_net(&n, 1);
  uint32_t wanted[4], indices[4];
  uint16_t labels[4];
  rsd_recipe told = {.size = sizeof told};
  rsd_progress at = {.size = sizeof at};
  CHECK(rsd_file_run(file.bytes, file.length, &told, &at, &said) == RSD_OK &&
        test_same_bits(&told, &recipe, sizeof recipe) && at.step == 6 && at.steps == 12);
  if (!load_net(&again, file)) return;
  CHECK(state_digest(&n) == state_digest(&again));
  test_file second = save_net(&again, 1);
  CHECK(second.length == file.length && test_same_bits(second.bytes, file.bytes, file.length));
  other.lr *= 2;
  CHECK_FAILS(rsd_train_begin(again.net, &other, &said), RSD_MISMATCH, "lr");
  begin_run(&again, &recipe);
  while (next_images(&n, wanted)) {
    uint8_t *images = random_images(4, labels, 10);
    CHECK(next_images(&again, indices) == 4 && test_same_bits(wanted, indices, sizeof wanted));
    take_step(&n, images, labels);
    take_step(&again, images, labels);
  }
  CHECK(next_images(&again, indices) == 0 && state_digest(&n) == state_digest(&again));
  test_digest(file.bytes, file.length);
}

/* Every field of a spec, and numbers of every size. */
static void test_spec_round_trip(void) {
  for (int i = 0; i < NET_CASES; i++) {
    int blocks = test_block_count;
    rsd_spec spec = spec_of(&net_cases[i]), found = {.size = sizeof found};
    spec.init = (uint32_t)i % 3;
    spec.init_sigma = 0.0123f;
    spec.classes = 2 + (uint32_t)i * 37;
    spec.seed_low = 0xffffffff - (uint32_t)i;
    spec.seed_high = (uint32_t)i * 0x11111111u;
    spec.stddev[1] = 1.0f / 3;
    test_net n = make_net(&spec, 2, 0);
    test_file file = save_net(&n, 0);
    CHECK(rsd_file_spec(file.bytes, file.length, &found, NULL, NULL, &said) == RSD_OK);
    CHECK(test_same_bits(&spec, &found, sizeof spec));
    test_digest(file.bytes, file.length);
    test_release(blocks);
  }
}

/* Files of others that say a little: net, mean and std count, and what the tensors tell. */
static void test_little_metadata(void) {
  for (int i = 0; i < NET_CASES; i++) {
    int blocks = test_block_count;
    rsd_spec spec = spec_of(&net_cases[i]), found = {.size = sizeof found};
    uint32_t has_metadata = 7;
    spec.frozen_stages = 0;
    spec.mean[1] = 0.25f;
    test_net n = make_net(&spec, 2, 0);
    test_file file =
        edit(edit(save_net(&n, 0), "format_version", "format"), "\"depth\":", "\"deep\":");
    CHECK(rsd_file_spec(file.bytes, file.length, &found, &has_metadata, NULL, &said) == RSD_OK);
    CHECK(has_metadata == 1 && test_same_bits(&spec, &found, sizeof spec));
    file = edit(file, "\"net\"", "\"name\"");
    CHECK(rsd_file_spec(file.bytes, file.length, &found, &has_metadata, NULL, &said) == RSD_OK);
    CHECK(has_metadata == 0 && found.family == RSD_RESIDUAL && found.mean[1] == 0.25f);
    found.family = spec.family;
    test_net other = make_net(&found, 2, 0);
    CHECK(load_net(&other, file));
    test_release(blocks);
  }
}

static void test_what_is_loaded(void) {
  rsd_recipe recipe = odd_recipe();
  rsd_progress progress = {.size = sizeof progress};
  uint32_t indices[4], has_optimizer = 0;
  test_net n = trained_net(&recipe, 2), small = make_net(&n.spec, 2, 1),
           idle = make_net(&n.spec, 4, 0);
  rsd_spec found = {.size = sizeof found};
  test_file run = save_net(&n, 1), weights = save_net(&n, 0);
  CHECK(rsd_file_spec(run.bytes, run.length, &found, NULL, &has_optimizer, &said) == RSD_OK &&
        has_optimizer == 1);
  CHECK(run.length > weights.length + 4 * n.plan.parameters);
  CHECK_FAILS(rsd_file_run(weights.bytes, weights.length, &recipe, NULL, &said), RSD_MISMATCH,
              "weights alone");
  CHECK_FAILS(rsd_file_run(run.bytes, run.length / 2, &recipe, NULL, &said), RSD_BAD_FILE, ".");
  progress.size = 4;
  CHECK_FAILS(rsd_file_run(run.bytes, run.length, &recipe, &progress, &said), RSD_BAD_ARGUMENT,
              "size");
  progress.size = sizeof progress;
  /* Weights alone end the run. */
  CHECK(load_net(&n, weights) && next_images(&n, indices) == 0);
  CHECK(rsd_train_progress(n.net, &progress, &said) == RSD_BAD_STATE);
  /* A net that cannot train takes the weights of a run. */
  CHECK(load_net(&idle, run) && digest_of_values(&n) == digest_of_values(&idle));
  /* A net with room for two images holds a run with batches of four, but takes no step. */
  CHECK(load_net(&small, run) && next_images(&small, indices) == 0);
  CHECK_FAILS(rsd_train_begin(small.net, &recipe, &said), RSD_BAD_ARGUMENT, "batch_size 4");
  test_file moved = save_net(&small, 1);
  CHECK(moved.length == run.length && test_same_bits(moved.bytes, run.bytes, run.length));
}

/* The features of a file with ten classes in a net with three, which keeps its own head. */
static void test_features(void) {
  rsd_recipe recipe = odd_recipe();
  uint32_t indices[4];
  test_net n = trained_net(&recipe, 2);
  rsd_spec spec = n.spec;
  spec.classes = 3;
  test_net three = make_net(&spec, 4, 1), fresh = make_net(&spec, 4, 1);
  test_file run = save_net(&n, 1);
  CHECK_FAILS(load_bad(&three, run), RSD_MISMATCH, "shape [10,20] in the file and [3,20]");
  CHECK(digest_of_values(&three) == digest_of_values(&fresh));
  CHECK(rsd_net_load_features(three.net, run.bytes, run.length, &said) == RSD_OK);
  CHECK(next_images(&three, indices) == 0);
  for (uint32_t i = 0; i < three.plan.tensors; i++) {
    rsd_tensor t = tensor_of(&three, i);
    int is_head = test_same_bits(t.name, "linear.", 7);
    const test_net *source = is_head ? &fresh : &n;
    float *wanted = test_memory(4 * t.elements), *found = test_memory(4 * t.elements);
    CHECK(rsd_net_read(source->net, i, RSD_PART_VALUE, wanted, &said) == RSD_OK);
    CHECK(rsd_net_read(three.net, i, RSD_PART_VALUE, found, &said) == RSD_OK);
    CHECK(test_same_bits(wanted, found, 4 * t.elements));
  }
  /* What is wrong with the rest of the file is still found. */
  CHECK_FAILS(rsd_net_load_features(three.net, run.bytes, run.length - 1, &said), RSD_BAD_FILE, "");
  test_file other = edit(run, "layer1.0.conv1.weight", "layer4.0.conv1.weight");
  CHECK_FAILS(rsd_net_load_features(three.net, other.bytes, other.length, &said), RSD_MISMATCH,
              "layer4.0.conv1.weight");
}

static void test_save_refused(void) {
  rsd_spec spec = spec_of(&net_cases[0]);
  test_net n = make_net(&spec, 2, 0);
  test_file file = save_net(&n, 0);
  char *room = test_memory(file.length);
  size_t length = 7;
  CHECK_FAILS(rsd_net_save(n.net, 0, room, file.length - 1, &length, &said), RSD_NO_MEMORY,
              "plan.checkpoint_bytes");
  CHECK(length == 7 && room[0] == (char)0xff && room[file.length - 1] == (char)0xff);
  CHECK(rsd_net_save(n.net, 0, room, file.length, &length, &said) == RSD_OK &&
        length == file.length);
  CHECK(test_same_bits(room, file.bytes, length));
  CHECK_FAILS(rsd_net_save(n.net, 0, NULL, file.length, &length, &said), RSD_BAD_ARGUMENT, "NULL");
  CHECK_FAILS(rsd_net_load(NULL, room, length, &said), RSD_BAD_ARGUMENT, "NULL");
}

/* Each is refused, and the net, in the middle of a run, is as before. */
static void test_damaged_checkpoints(void) {
  static const struct {
    const char *from, *to, *part;
    rsd_status status;
  } damages[] = {
      {"\"F32\"", "\"I32\"", "tensor conv1.weight is I32; convert it to F32", RSD_MISMATCH},
      {"[5,3,3,3]", "[5,9,1,3]",
       "tensor conv1.weight has shape [5,9,1,3] in the file and [5,3,3,3]", RSD_MISMATCH},
      {"[5,3,3,3]", "[5,27]", "tensor conv1.weight has shape [5,27] in the file", RSD_MISMATCH},
      {"[5]", "[]", "tensor bn1.weight has 20 bytes, which do not fit its shape", RSD_BAD_FILE},
      {"layer1.0.conv1.weight", "layer4.0.conv1.weight", "has a tensor layer4.0.conv1.weight",
       RSD_MISMATCH},
      {"\"bn1.bias", "\"b\\u006e1.bias", "header is wrong", RSD_BAD_FILE},
      {"\"bn1.bias", "\"b\\u00e41.bias", "has a tensor b\\u00e41.bias", RSD_MISMATCH},
      {"layer1.0.bn1.running_mean", "a.num_batches_tracked", "no tensor layer1.0.bn1.running_mean",
       RSD_MISMATCH},
      {"optimizer.linear.bias", "linear.bias", "has \"linear.bias\" twice", RSD_BAD_FILE},
      {"optimizer.linear.bias", "optimizer.linear.blas", "has a tensor optimizer.linear.blas",
       RSD_MISMATCH},
      {"optimizer.linear.bias", "a.num_batches_tracked", "no tensor optimizer.linear.bias",
       RSD_MISMATCH},
      {"optimizer.bn1.bias", "optimizer.bn1.running_mean",
       "has a tensor optimizer.bn1.running_mean", RSD_MISMATCH},
      {"recipe.lr", "recipe.rl", "has \"\" for \"recipe.lr\"", RSD_BAD_FILE},
      {"\"recipe.schedule\":\"cosine", "\"recipe.schedule\":\"cosinus",
       "has \"cosinus\" for \"recipe.schedule\"", RSD_BAD_FILE},
      {"\"recipe.lr\"", "\"recipe.zip\":\"1\",\"recipe.lr\"", "recipe.zip, which this version",
       RSD_BAD_FILE},
      {"\"recipe.lr\"", "\"recipe.clip\":\"x\",\"recipe.lr\"", "has \"x\" for \"recipe.clip\"",
       RSD_BAD_FILE},
      {"\"recipe.lr\"", "\"recipe.clip\":\"-1\",\"recipe.lr\"", "clip must be", RSD_BAD_FILE},
      {"\"recipe.lr\"", "\"recipe.ema\":\"0.5\",\"recipe.lr\"", "no averages of weights",
       RSD_BAD_FILE},
      {"\"recipe.lr\"", "\"recipe.class_weights\":\"1,2,\",\"recipe.lr\"",
       "for \"recipe.class_weights\"", RSD_BAD_FILE},
      {"\"recipe.lr\"", "\"recipe.class_weights\":\"1,2\",\"recipe.lr\"",
       "class_weights has 0 for class 2", RSD_BAD_ARGUMENT},
      {"progress.loss\":\"", "progress.loss\":\"z", "for \"progress.loss\"", RSD_BAD_FILE},
      {"progress.loss\":\"400", "progress.loss\":\"7ff", "a run that cannot be", RSD_BAD_FILE},
      {"progress.loss\":\"400", "progress.loss\":\"c00", "a run that cannot be", RSD_BAD_FILE},
      {"epoch_loss_sum\":\"40", "epoch_loss_sum\":\"c0", "a run that cannot be", RSD_BAD_FILE},
      {"\"step\":\"3\"", "\"step\":\"13\"", "a run that cannot be: step 13 of 3 epochs",
       RSD_BAD_FILE},
      {"\"step\":\"3\"", "\"step\":\"4294967295\"", "a run that cannot be", RSD_BAD_FILE},
      {"batch_size\":\"4", "batch_size\":\"0", "in batches of 0", RSD_BAD_FILE},
      {"batch_size\":\"4", "batch_size\":\"18", "in batches of 18", RSD_BAD_FILE},
      {"epochs\":\"3", "epochs\":\"4294967295", "of 4294967295 epochs", RSD_BAD_FILE},
      {"epoch_images\":\"12", "epoch_images\":\"16", "a run that cannot be", RSD_BAD_FILE},
      {"epoch_wrong\":\"", "epoch_wrong\":\"9", "a run that cannot be", RSD_BAD_FILE},
  };
  rsd_recipe recipe = odd_recipe();
  test_net n = trained_net(&recipe, 3);
  test_file file = save_net(&n, 1);
  uint16_t labels[4];
  take_step(&n, random_images(4, labels, 10), labels);
  uint64_t before = state_digest(&n);
  for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
    int blocks = test_block_count;
    CHECK_FAILS(load_bad(&n, edit(file, damages[i].from, damages[i].to)), damages[i].status,
                damages[i].part);
    CHECK(state_digest(&n) == before);
    test_release(blocks);
  }
}

static void test_contradictions(void) {
  static const struct {
    const char *from, *to, *part;
  } wrong[] = {
      {"format_version\":\"1", "format_version\":\"2", "format version 2, this program reads 1"},
      {"depth\":\"14", "depth\":\"20", "disagree on depth"},
      {"width\":\"5", "width\":\"4", "disagree on width"},
      {"classes\":\"10", "classes\":\"11", "disagree on classes"},
      {"norm\":\"batch", "norm\":\"none", "disagree on norm"},
      {"shortcut\":\"A", "shortcut\":\"B", "disagree on shortcut"},
      {"family\":\"residual", "family\":\"dense", "has \"dense\" for \"family\""},
      {"seed\":\"1", "seed\":\"-1", "has \"-1\" for \"seed\""},
      {"mean\":\"0.4914,", "mean\":\"", "the file's mean is \"0.4822,0.4465\""},
      {"mean\":\"0.4914,", "mean\":\"1,0.4914,", "the file's mean is"},
      {"mean\":\"0.4914,", "mean\":\"nan,", "the file's mean is"},
      {"\"linear.weight", "\"head.weight", "conv1.weight or linear.weight is missing"},
  };
  rsd_spec spec = spec_of(&net_cases[3]), found = {.size = sizeof found}, before = found;
  test_net n = make_net(&spec, 2, 0);
  test_file file = save_net(&n, 0);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    test_file f = edit(file, wrong[i].from, wrong[i].to);
    CHECK_FAILS(rsd_file_spec(f.bytes, f.length, &found, NULL, NULL, &said), RSD_BAD_FILE,
                wrong[i].part);
  }
  test_file f = edit(file, "std\":\"0.247", "std\":\"-0.247");
  CHECK_FAILS(rsd_file_spec(f.bytes, f.length, &found, NULL, NULL, &said), RSD_BAD_SPEC,
              "stddev above 0");
  CHECK(test_same_bits(&found, &before, sizeof found));
  found.size = 4;
  CHECK_FAILS(rsd_file_spec(file.bytes, file.length, &found, NULL, NULL, &said), RSD_BAD_ARGUMENT,
              "size");
}

/* Puts `value` into an element of the saved file's tensor number `index`. */
static void spoil(const test_net *n, test_file file, uint32_t index, uint32_t element,
                  float value) {
  uint64_t at;
  rsd_copy(&at, file.bytes, 8);
  at += 8;
  for (uint32_t i = 0; i < index; i++)
    at += 4 * tensor_of(n, i).elements;
  rsd_copy(file.bytes + at + 4 * element, &value, sizeof value);
}

static void test_bad_weights(void) {
  rsd_recipe recipe = odd_recipe();
  test_net n = trained_net(&recipe, 1);
  uint64_t before = state_digest(&n);
  for (uint32_t i = 0; i < n.plan.tensors; i++) {
    int blocks = test_block_count;
    rsd_tensor t = tensor_of(&n, i);
    test_file file = save_net(&n, 1);
    spoil(&n, file, i, t.elements - 1, i % 2 ? __builtin_nanf("") : -__builtin_inff());
    CHECK_FAILS(load_bad(&n, file), RSD_BAD_FILE, t.name);
    spoil(&n, file, i, t.elements - 1, -0.5f);
    if (is_named(&t, "running_var"))
      CHECK_FAILS(load_bad(&n, file), RSD_BAD_FILE, "running_var is -0.5");
    else
      CHECK(rsd_net_write(n.net, i, RSD_PART_VALUE, read_part(&n, i, RSD_PART_VALUE), NULL) ==
            RSD_OK);
    test_release(blocks);
  }
  test_file file = save_net(&n, 1);
  float nan = __builtin_nanf("");
  rsd_copy(file.bytes + file.length - 4, &nan, 4);
  CHECK_FAILS(load_bad(&n, file), RSD_BAD_FILE, "element 9 of tensor optimizer.linear.bias is NaN");
  CHECK(state_digest(&n) == before);
}

/* Whatever a few changed bytes make of a file: refused, or loaded, but nothing in between. */
static void test_random_damage(void) {
  static const char likely[] = "0123456789,:[]{}\"\\ -.eEF";
  rsd_recipe recipe = odd_recipe();
  test_net n = trained_net(&recipe, 2);
  test_file file = save_net(&n, 1);
  rsd_spec found = {.size = sizeof found};
  uint64_t header, before = state_digest(&n);
  rsd_copy(&header, file.bytes, 8);
  for (int i = 0; i < 1000; i++) {
    int blocks = test_block_count, reach = i % 8 ? (int)header + 8 : 8;
    test_file damaged = copy_file(file.bytes, file.length);
    for (int k = test_below_int(3); k >= 0; k--)
      damaged.bytes[test_below_int(reach)] =
          i % 2 ? likely[test_below_int((int)sizeof likely - 1)] : (char)test_random();
    rsd_status status = load_bad(&n, damaged);
    CHECK(status == RSD_OK || status == RSD_BAD_FILE || status == RSD_MISMATCH);
    if (status == RSD_OK) load_net(&n, file);
    status = rsd_file_spec(damaged.bytes, damaged.length, &found, NULL, NULL, &said);
    CHECK(status == RSD_OK || status == RSD_BAD_FILE || status == RSD_BAD_SPEC);
    test_release(blocks);
    if (i % 20 == 0) CHECK(state_digest(&n) == before);
  }
  said.message[0] = 0;
}

/* ------------------------------------------------------------------ images */

static void test_cifar_records(void) {
  enum { RECORDS = 3, LENGTH = RECORDS * RSD_CIFAR_RECORD_BYTES };
  uint8_t *records = test_memory(LENGTH), *images = test_memory(RECORDS * RSD_IMAGE_BYTES);
  uint16_t *labels = test_memory(RECORDS * sizeof *labels);
  for (int i = 0; i < LENGTH; i++)
    records[i] = (uint8_t)test_random();
  for (int i = 0; i < RECORDS; i++)
    records[i * RSD_CIFAR_RECORD_BYTES] = (uint8_t)(7 + i);
  CHECK_FAILS(rsd_cifar_decode(records, LENGTH, 9, images, labels, &said), RSD_BAD_FILE,
              "record 2 has label 9");
  CHECK_FAILS(rsd_cifar_decode(records, LENGTH - 1, 10, images, labels, &said), RSD_BAD_FILE,
              "9218 bytes");
  CHECK_FAILS(rsd_cifar_decode(records, 0, 10, images, labels, &said), RSD_BAD_FILE, "0 bytes");
  CHECK_FAILS(rsd_cifar_decode(NULL, LENGTH, 10, images, labels, &said), RSD_BAD_ARGUMENT, "NULL");
  CHECK(images[0] == 0xff && labels[0] == 0xffff);
  CHECK(rsd_cifar_decode(records, LENGTH, 10, images, labels, &said) == RSD_OK);
  for (int i = 0; i < RECORDS; i++) {
    CHECK(labels[i] == 7 + i);
    CHECK(test_same_bits(images + i * RSD_IMAGE_BYTES, records + i * RSD_CIFAR_RECORD_BYTES + 1,
                         RSD_IMAGE_BYTES));
  }
}

/* Image i is the same alone and among others, the splits differ, every class is in every ten. */
static void test_synthetic_set(void) {
  enum { MANY = 40 };
  uint8_t *images = test_memory(MANY * RSD_IMAGE_BYTES), *one = test_memory(RSD_IMAGE_BYTES);
  uint16_t labels[MANY], label;
  CHECK(rsd_synthetic(1, 0, MANY, images, labels, NULL) == RSD_OK);
  for (uint32_t i = 0; i < MANY; i++) {
    CHECK(rsd_synthetic(1, i, 1, one, &label, NULL) == RSD_OK);
    CHECK(label == labels[i] && test_same_bits(one, images + i * RSD_IMAGE_BYTES, RSD_IMAGE_BYTES));
    CHECK(rsd_synthetic(0, i, 1, one, &label, NULL) == RSD_OK);
    CHECK(!test_same_bits(one, images + i * RSD_IMAGE_BYTES, RSD_IMAGE_BYTES));
  }
  for (int ten = 0; ten < MANY; ten += 10) {
    int seen = 0;
    for (int i = 0; i < 10; i++)
      seen |= 1 << labels[ten + i];
    CHECK(seen == (1 << RSD_SYNTHETIC_CLASSES) - 1);
  }
}

static uint64_t synthetic_digest(uint32_t split, uint32_t first, uint32_t count) {
  uint64_t before = test_now.digest;
  uint8_t *images = test_memory((size_t)count * RSD_IMAGE_BYTES);
  uint16_t *labels = test_memory(count * sizeof(uint16_t));
  CHECK(rsd_synthetic(split, first, count, images, labels, NULL) == RSD_OK);
  test_now.digest = 0xcbf29ce484222325ull;
  test_digest(images, (size_t)count * RSD_IMAGE_BYTES);
  test_digest(labels, count * sizeof(uint16_t));
  uint64_t digest = test_now.digest;
  test_now.digest = before;
  return digest;
}

/* What the set shows may change only together with RSD_SYNTHETIC_VERSION. */
static void test_synthetic_version(void) {
  CHECK(synthetic_digest(0, 0, 200) == 0xd29c29900d74e9a0ull);
  CHECK(synthetic_digest(1, 4000000000u, 200) == 0x374b4a1bdbeeab15ull);
}

static const test_case io_tests[] = {
    {"decimals", test_decimals},
    {"numbers_refused", test_numbers_refused},
    {"messages", test_messages},
    {"sound_headers", test_sound_headers},
    {"metadata_values", test_metadata_values},
    {"lying_headers", test_lying_headers},
    {"lying_lengths", test_lying_lengths},
    {"many_tensors", test_many_tensors},
    {"resume", test_resume},
    {"spec_round_trip", test_spec_round_trip},
    {"little_metadata", test_little_metadata},
    {"what_is_loaded", test_what_is_loaded},
    {"features", test_features},
    {"save_refused", test_save_refused},
    {"damaged_checkpoints", test_damaged_checkpoints},
    {"contradictions", test_contradictions},
    {"bad_weights", test_bad_weights},
    {"random_damage", test_random_damage},
    {"cifar_records", test_cifar_records},
    {"synthetic_set", test_synthetic_set},
    {"synthetic_version", test_synthetic_version},
};
