/* Nets to and from safetensors files. */
#include "../core/text.h"
#include "../net/net.h"
#include "safetensors.h"

#define OPTIMIZER "optimizer."

static const char *const family_names[] = {"plain", "residual"};
static const char *const shortcut_names[] = {"A", "B", "C"};
static const char *const norm_names[] = {"batch", "none"};

/* The words of recipe and progress by name; doubles as their low and high halves. */
typedef struct word {
  const char *name;
  int in_progress, is_float;
  size_t offset;
} word;
#define RECIPE(field, is_float) {"recipe." #field, 0, is_float, offsetof(rsd_recipe, field)}
#define PROGRESS(field) {"progress." #field, 1, 0, offsetof(rsd_progress, field)}
static const word words[] = {
    RECIPE(images, 0), RECIPE(batch_size, 0), RECIPE(epochs, 0), RECIPE(lr, 1), RECIPE(momentum, 1),
    RECIPE(weight_decay, 1), RECIPE(schedule, 0), RECIPE(augment, 0), RECIPE(seed_low, 0),
    RECIPE(seed_high, 0), PROGRESS(step), PROGRESS(epoch_images), PROGRESS(epoch_wrong),
    {"progress.lr", 1, 1, offsetof(rsd_progress, lr)},
    PROGRESS(trajectory_low), PROGRESS(trajectory_high),
    {"progress.loss_low", 1, 0, offsetof(rsd_progress, loss)},
    {"progress.loss_high", 1, 0, offsetof(rsd_progress, loss) + 4},
    {"progress.epoch_loss_sum_low", 1, 0, offsetof(rsd_progress, epoch_loss_sum)},
    {"progress.epoch_loss_sum_high", 1, 0, offsetof(rsd_progress, epoch_loss_sum) + 4},
};
enum { WORDS = sizeof words / sizeof *words };

/* ------------------------------------------------------------------ writing */

static void add_floats(rsd_text *text, const char *key, const float v[3]) {
  rsd_text_add(text, ",\"%s\":\"%g,%g,%g\"", key, (double)v[0], (double)v[1], (double)v[2]);
}

static void add_metadata(rsd_text *text, const rsd_net *net, int optimizer) {
  const rsd_spec *s = &net->spec;
  rsd_text_add(text, "{\"__metadata__\":{\"format_version\":\"1\",\"net\":\"%s%u\",\"family\":\"%s\"",
               s->family == RSD_PLAIN ? "plain" : "resnet", s->depth, family_names[s->family]);
  rsd_text_add(text, ",\"depth\":\"%u\",\"width\":\"%u\",\"shortcut\":\"%s\",\"norm\":\"%s\"", s->depth, s->width,
               shortcut_names[s->shortcut], norm_names[s->norm]);
  rsd_text_add(text, ",\"classes\":\"%u\",\"step\":\"%u\"", s->classes, net->progress.step);
  rsd_text_add(text, ",\"frozen_stages\":\"%u\",\"init\":\"%u\",\"init_sigma\":\"%g\"", s->frozen_stages, s->init,
               (double)s->init_sigma);
  rsd_text_add(text, ",\"seed_low\":\"%u\",\"seed_high\":\"%u\"", s->seed_low, s->seed_high);
  add_floats(text, "mean", s->mean);
  add_floats(text, "std", s->stddev);
  for (int i = 0; optimizer && i < WORDS; i++) {
    const char *from = words[i].in_progress ? (const char *)&net->progress : (const char *)&net->recipe;
    uint32_t bits;
    float number;
    rsd_copy(&bits, from + words[i].offset, 4);
    rsd_copy(&number, &bits, 4);
    if (words[i].is_float)
      rsd_text_add(text, ",\"%s\":\"%g\"", words[i].name, (double)number);
    else
      rsd_text_add(text, ",\"%s\":\"%u\"", words[i].name, bits);
  }
  rsd_text_add(text, "}");
}

static void add_tensor(rsd_text *text, const char *prefix, const rsd_tensor *t, uint64_t *offset) {
  rsd_text_add(text, ",\"%s%s\":{\"dtype\":\"F32\",\"shape\":[%u", prefix, t->name, t->shape[0]);
  for (uint32_t i = 1; i < t->rank; i++) rsd_text_add(text, ",%u", t->shape[i]);
  rsd_text_add(text, "],\"data_offsets\":[%llu,", (unsigned long long)*offset);
  *offset += 4ull * t->elements;
  rsd_text_add(text, "%llu]}", (unsigned long long)*offset);
}

/* Returns the bytes of data that the header describes. */
static uint64_t add_header(rsd_text *text, const rsd_net *net, int optimizer) {
  uint64_t offset = 0;
  add_metadata(text, net, optimizer);
  for (int pass = 0; pass <= optimizer; pass++)
    for (int i = 0; i < rsd_tensor_count(net); i++) {
      rsd_tensor t;
      rsd_tensor_describe(net, i, &t);
      if (pass == 0 || t.kind == RSD_TENSOR_PARAMETER) add_tensor(text, pass ? OPTIMIZER : "", &t, &offset);
    }
  rsd_text_add(text, "}");
  while (text->length % 8) rsd_text_add(text, " ");
  return offset;
}

/* Numbers in the metadata may grow to their ten or fifteen characters. */
uint64_t rsd_checkpoint_bytes(const rsd_net *net) {
  rsd_text measure = {NULL, 0, 0};
  uint64_t data = add_header(&measure, net, 1);
  return 8 + measure.length + 1024 + data;
}

rsd_status rsd_net_save(const rsd_net *net, uint32_t optimizer, void *bytes, size_t capacity, size_t *written,
                        rsd_error *error) {
  int with_run = optimizer != 0 && net->running;
  rsd_text measure = {NULL, 0, 0};
  uint64_t data = add_header(&measure, net, with_run), header = measure.length;
  if (bytes == NULL || capacity < 8 + header + data + 1)
    return rsd_fail(error, RSD_NO_MEMORY, "the file needs %llu bytes; give plan.checkpoint_bytes.",
                    (unsigned long long)(9 + header + data));
  rsd_text text = {(char *)bytes + 8, (size_t)header + 1, 0};
  rsd_copy(bytes, &header, 8);
  add_header(&text, net, with_run);
  float *to = (float *)(void *)((char *)bytes + 8 + header);
  for (int pass = 0; pass <= with_run; pass++)
    for (int i = 0; i < rsd_tensor_count(net); i++) {
      rsd_tensor t;
      rsd_tensor_describe(net, i, &t);
      if (pass && t.kind != RSD_TENSOR_PARAMETER) continue;
      rsd_tensor_export(net, i, rsd_tensor_part_of(net, i, pass ? RSD_PART_MOMENTUM : RSD_PART_VALUE), to);
      to += t.elements;
    }
  *written = (size_t)(8 + header + data);
  return RSD_OK;
}

/* ------------------------------------------------------------------ reading */

static int starts_with(const char *text, size_t length, const char *prefix) {
  size_t n = rsd_text_length(prefix);
  return length >= n && rsd_same(text, prefix, n);
}
static int ends_with(const char *text, size_t length, const char *suffix) {
  size_t n = rsd_text_length(suffix);
  return length >= n && rsd_same(text + length - n, suffix, n);
}

/* A tensor's name without "module.", which PyTorch's DataParallel puts before it. */
static void own_name(const rsd_file_tensor *t, const char **name, size_t *length) {
  int skip = starts_with(t->name, t->name_length, "module.") ? 7 : 0;
  *name = t->name + skip;
  *length = t->name_length - (size_t)skip;
}

static int find_tensor(const rsd_file *file, const char *prefix, const char *name, rsd_file_tensor *t) {
  const char *cursor = NULL, *own;
  size_t length, skip = rsd_text_length(prefix);
  while (rsd_file_next(file, &cursor, t)) {
    own_name(t, &own, &length);
    if (starts_with(own, length, prefix) && rsd_text_equal(own + skip, length - skip, name)) return 1;
  }
  return 0;
}

static int metadata_u32(const rsd_file *file, const char *key, uint32_t *value) {
  const char *text;
  size_t length;
  return rsd_file_metadata(file, key, &text, &length) && rsd_parse_u32(text, length, value);
}
static int metadata_name(const rsd_file *file, const char *key, const char *const *names, uint32_t count,
                         uint32_t *value) {
  const char *text;
  size_t length;
  if (!rsd_file_metadata(file, key, &text, &length)) return 0;
  for (uint32_t i = 0; i < count; i++)
    if (rsd_text_equal(text, length, names[i])) {
      *value = i;
      return 1;
    }
  return 0;
}
static int metadata_floats(const rsd_file *file, const char *key, float *values, int count) {
  const char *text;
  size_t length, from = 0;
  float read[3];
  if (!rsd_file_metadata(file, key, &text, &length)) return 0;
  for (int i = 0; i < count; i++) {
    size_t to = from;
    while (to < length && text[to] != ',') to++;
    if (!rsd_parse_float(text + from, to - from, &read[i])) return 0;
    from = to + 1;
  }
  rsd_copy(values, read, sizeof(float) * (size_t)count);
  return 1;
}

/* How many blocks stage 1 has, by its conv1 weights. */
static uint32_t count_blocks(const rsd_file *file) {
  rsd_file_tensor t;
  uint32_t blocks = 0;
  for (;; blocks++) {
    char name[64];
    rsd_text text = {name, sizeof name, 0};
    rsd_text_add(&text, "layer1.%u.conv1.weight", blocks);
    if (blocks > RSD_MAX_DEPTH || !find_tensor(file, "", name, &t)) return blocks;
  }
}

static rsd_status spec_from_tensors(const rsd_file *file, rsd_spec *spec, rsd_error *error) {
  rsd_file_tensor stem, dense, t;
  if (!find_tensor(file, "", "conv1.weight", &stem) || stem.rank != 4 ||
      !find_tensor(file, "", "linear.weight", &dense) || dense.rank != 2)
    return rsd_fail(error, RSD_BAD_FILE,
                    "the file holds no CIFAR network: conv1.weight or linear.weight is missing.");
  spec->width = (uint32_t)stem.shape[0];
  spec->classes = (uint32_t)dense.shape[0];
  spec->depth = 6 * count_blocks(file) + 2;
  spec->norm = find_tensor(file, "", "bn1.weight", &t) ? RSD_NORM_BATCH : RSD_NORM_NONE;
  spec->shortcut = find_tensor(file, "", "layer1.0.shortcut.0.weight", &t)   ? RSD_SHORTCUT_C
                   : find_tensor(file, "", "layer2.0.shortcut.0.weight", &t) ? RSD_SHORTCUT_B
                                                                             : RSD_SHORTCUT_A;
  return RSD_OK;
}

static int spec_from_metadata(const rsd_file *file, rsd_spec *spec) {
  rsd_spec s = *spec;
  if (!metadata_name(file, "family", family_names, 2, &s.family) || !metadata_u32(file, "depth", &s.depth) ||
      !metadata_u32(file, "width", &s.width) || !metadata_u32(file, "classes", &s.classes) ||
      !metadata_name(file, "shortcut", shortcut_names, 3, &s.shortcut) ||
      !metadata_name(file, "norm", norm_names, 2, &s.norm))
    return 0;
  metadata_u32(file, "frozen_stages", &s.frozen_stages);
  metadata_u32(file, "init", &s.init);
  metadata_floats(file, "init_sigma", &s.init_sigma, 1);
  metadata_u32(file, "seed_low", &s.seed_low);
  metadata_u32(file, "seed_high", &s.seed_high);
  *spec = s;
  return 1;
}

rsd_status rsd_file_spec(const void *bytes, size_t length, rsd_spec *spec, uint32_t *has_metadata,
                         uint32_t *has_optimizer, rsd_error *error) {
  rsd_file file;
  rsd_file_tensor t;
  rsd_spec found;
  if (spec == NULL || spec->size != sizeof(rsd_spec))
    return rsd_fail(error, RSD_BAD_ARGUMENT, "the spec is missing or its size is wrong.");
  rsd_status status = rsd_file_open(bytes, length, &file, error);
  if (status != RSD_OK) return status;
  rsd_default_spec(&found);
  int own = spec_from_metadata(&file, &found);
  if (!own) status = spec_from_tensors(&file, &found, error);
  if (status != RSD_OK) return status;
  metadata_floats(&file, "mean", found.mean, 3);
  metadata_floats(&file, "std", found.stddev, 3);
  status = rsd_check_spec(&found, error);
  if (status != RSD_OK) return status;
  *spec = found;
  if (has_metadata) *has_metadata = (uint32_t)own;
  if (has_optimizer) *has_optimizer = (uint32_t)find_tensor(&file, OPTIMIZER, "linear.weight", &t);
  return RSD_OK;
}

static int same_shape(const rsd_tensor *a, const rsd_file_tensor *b) {
  if (a->rank != b->rank) return 0;
  for (uint32_t i = 0; i < a->rank; i++)
    if (a->shape[i] != b->shape[i]) return 0;
  return 1;
}

static float float_at(const rsd_file *file, const rsd_file_tensor *t, uint32_t i) {
  float x;
  rsd_copy(&x, file->data + t->begin + 4ull * i, sizeof x);
  return x;
}

static rsd_status check_wanted(const rsd_file *file, const char *prefix, const rsd_tensor *wanted,
                               rsd_error *error) {
  rsd_file_tensor t;
  int is_var = ends_with(wanted->name, rsd_text_length(wanted->name), "running_var");
  if (!find_tensor(file, prefix, wanted->name, &t))
    return rsd_fail(error, RSD_MISMATCH, "the file has no tensor %s%s, which this net needs.", prefix, wanted->name);
  if (!rsd_text_equal(t.dtype, t.dtype_length, "F32"))
    return rsd_fail(error, RSD_MISMATCH, "tensor %s%s is %.*s; convert it to F32.", prefix, wanted->name,
                    (int)(t.dtype_length < 10 ? t.dtype_length : 10), t.dtype);
  if (!same_shape(wanted, &t))
    return rsd_fail(error, RSD_MISMATCH, "tensor %s%s has shape [%llu,...] of rank %u; this net needs [%u,%u,%u,%u].",
                    prefix, wanted->name, (unsigned long long)(t.rank ? t.shape[0] : 0), t.rank, wanted->shape[0],
                    wanted->shape[1], wanted->shape[2], wanted->shape[3]);
  for (uint32_t i = 0; i < wanted->elements; i++) {
    float x = float_at(file, &t, i);
    if (!rsd_is_finite(x) || (is_var && x < 0.0f))
      return rsd_fail(error, RSD_BAD_FILE, "element %u of tensor %s%s is %s; the file is damaged or its training "
                      "diverged.", i, prefix, wanted->name, rsd_is_finite(x) ? "negative" : "not a finite number");
  }
  return RSD_OK;
}

static int find_index(const rsd_net *net, const char *name, size_t length) {
  rsd_tensor t;
  for (int i = 0; i < rsd_tensor_count(net); i++) {
    rsd_tensor_describe(net, i, &t);
    if (rsd_text_equal(name, length, t.name)) return i;
  }
  return -1;
}

static rsd_status check_all(const rsd_net *net, const rsd_file *file, int optimizer, rsd_error *error) {
  rsd_tensor wanted;
  rsd_file_tensor t;
  const char *cursor = NULL, *name;
  size_t length;
  for (int i = 0; i < rsd_tensor_count(net); i++) {
    rsd_tensor_describe(net, i, &wanted);
    rsd_status status = check_wanted(file, "", &wanted, error);
    if (status == RSD_OK && optimizer && wanted.kind == RSD_TENSOR_PARAMETER)
      status = check_wanted(file, OPTIMIZER, &wanted, error);
    if (status != RSD_OK) return status;
  }
  while (rsd_file_next(file, &cursor, &t)) {
    own_name(&t, &name, &length);
    if (ends_with(name, length, ".num_batches_tracked") || starts_with(name, length, OPTIMIZER)) continue;
    if (find_index(net, name, length) < 0)
      return rsd_fail(error, RSD_MISMATCH, "the file has a tensor %.*s, which this net has not.",
                      (int)(length < 100 ? length : 100), name);
  }
  return RSD_OK;
}

static int read_run(const rsd_file *file, rsd_recipe *recipe, rsd_progress *progress) {
  rsd_zero(recipe, sizeof *recipe);
  rsd_zero(progress, sizeof *progress);
  for (int i = 0; i < WORDS; i++) {
    char *to = (words[i].in_progress ? (char *)progress : (char *)recipe) + words[i].offset;
    uint32_t bits;
    float number;
    if (words[i].is_float ? !metadata_floats(file, words[i].name, &number, 1)
                          : !metadata_u32(file, words[i].name, &bits))
      return 0;
    if (words[i].is_float) rsd_copy(&bits, &number, 4);
    rsd_copy(to, &bits, 4);
  }
  recipe->size = sizeof *recipe;
  progress->size = sizeof *progress;
  if (recipe->batch_size == 0 || recipe->batch_size > recipe->images || recipe->epochs == 0) return 0;
  progress->steps_per_epoch = recipe->images / recipe->batch_size;
  progress->steps = rsd_recipe_steps(recipe);
  progress->epoch = progress->step / progress->steps_per_epoch;
  return progress->step <= progress->steps;
}

static void read_tensors(rsd_net *net, const rsd_file *file, int optimizer) {
  for (int pass = 0; pass <= optimizer; pass++)
    for (int i = 0; i < rsd_tensor_count(net); i++) {
      rsd_tensor wanted;
      rsd_file_tensor t;
      rsd_tensor_describe(net, i, &wanted);
      if (pass && wanted.kind != RSD_TENSOR_PARAMETER) continue;
      RSD_ASSERT(find_tensor(file, pass ? OPTIMIZER : "", wanted.name, &t));
      const float *part = rsd_tensor_part_of(net, i, pass ? RSD_PART_MOMENTUM : RSD_PART_VALUE);
      rsd_tensor_import(net, i, (const float *)(const void *)(file->data + t.begin), (float *)(uintptr_t)part);
    }
}

rsd_status rsd_net_load(rsd_net *net, const void *bytes, size_t length, rsd_error *error) {
  rsd_file file;
  rsd_file_tensor t;
  rsd_recipe recipe;
  rsd_progress progress;
  rsd_status status = rsd_file_open(bytes, length, &file, error);
  if (status != RSD_OK) return status;
  if ((uintptr_t)file.data % sizeof(float) != 0)
    return rsd_fail(error, RSD_BAD_FILE, "the file's data does not begin at a multiple of four bytes; save it again.");
  int optimizer = net->capacity.training && find_tensor(&file, OPTIMIZER, "linear.weight", &t);
  status = check_all(net, &file, optimizer, error);
  if (status != RSD_OK) return status;
  if (optimizer && !read_run(&file, &recipe, &progress))
    return rsd_fail(error, RSD_BAD_FILE, "the file has momentum, but not the recipe and position of its run.");
  read_tensors(net, &file, optimizer);
  net->packed = RSD_PACKED_NONE;
  net->running = 0;
  if (optimizer) rsd_net_set_training(net, &recipe, &progress);
  return RSD_OK;
}
