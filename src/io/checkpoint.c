/* Nets to and from safetensors files. */
#include "../core/math.h"
#include "../core/text.h"
#include "../net/net.h"
#include "safetensors.h"

#define FORMAT_VERSION "1"
#define OPTIMIZER "optimizer."
#define HEAD "linear."

/* ---------------------------------------------------------------- metadata
 * Every value is a string. Decimals are the shortest that come back as the same float32; doubles
 * and the trajectory are the sixteen hexadecimal digits of their bits. */

typedef enum rsd_field_kind {
  FIELD_NUMBER,  /* uint32 */
  FIELD_DECIMAL, /* float32 */
  FIELD_NAME,    /* uint32 that counts in `names` */
  FIELD_SEED,    /* uint32 low and high half, as one number */
  FIELD_BITS     /* 8 bytes, in hexadecimal */
} rsd_field_kind;

typedef struct rsd_field {
  const char *key;
  rsd_field_kind kind;
  size_t offset;
  const char *names[4];
} rsd_field;

static const rsd_field spec_fields[] = {
    {"family", FIELD_NAME, offsetof(rsd_spec, family), {"plain", "residual"}},
    {"depth", FIELD_NUMBER, offsetof(rsd_spec, depth), {0}},
    {"width", FIELD_NUMBER, offsetof(rsd_spec, width), {0}},
    {"classes", FIELD_NUMBER, offsetof(rsd_spec, classes), {0}},
    {"norm", FIELD_NAME, offsetof(rsd_spec, norm), {"batch", "none"}},
    {"shortcut", FIELD_NAME, offsetof(rsd_spec, shortcut), {"A", "B", "C"}},
    {"init", FIELD_NAME, offsetof(rsd_spec, init), {"he", "xavier", "gaussian"}},
    {"init_sigma", FIELD_DECIMAL, offsetof(rsd_spec, init_sigma), {0}},
    {"seed", FIELD_SEED, offsetof(rsd_spec, seed_low), {0}},
    {"frozen_stages", FIELD_NUMBER, offsetof(rsd_spec, frozen_stages), {0}},
};
static const rsd_field recipe_fields[] = {
    {"recipe.images", FIELD_NUMBER, offsetof(rsd_recipe, images), {0}},
    {"recipe.batch_size", FIELD_NUMBER, offsetof(rsd_recipe, batch_size), {0}},
    {"recipe.epochs", FIELD_NUMBER, offsetof(rsd_recipe, epochs), {0}},
    {"recipe.lr", FIELD_DECIMAL, offsetof(rsd_recipe, lr), {0}},
    {"recipe.momentum", FIELD_DECIMAL, offsetof(rsd_recipe, momentum), {0}},
    {"recipe.weight_decay", FIELD_DECIMAL, offsetof(rsd_recipe, weight_decay), {0}},
    {"recipe.schedule",
     FIELD_NAME,
     offsetof(rsd_recipe, schedule),
     {"paper", "step", "cosine", "constant"}},
    {"recipe.augment", FIELD_NAME, offsetof(rsd_recipe, augment), {"none", "flip", "crop-flip"}},
    {"recipe.seed", FIELD_SEED, offsetof(rsd_recipe, seed_low), {0}},
};
static const rsd_field step_field = {"step", FIELD_NUMBER, offsetof(rsd_progress, step), {0}};
static const rsd_field progress_fields[] = {
    {"progress.epoch_images", FIELD_NUMBER, offsetof(rsd_progress, epoch_images), {0}},
    {"progress.epoch_wrong", FIELD_NUMBER, offsetof(rsd_progress, epoch_wrong), {0}},
    {"progress.epoch_loss_sum", FIELD_BITS, offsetof(rsd_progress, epoch_loss_sum), {0}},
    {"progress.loss", FIELD_BITS, offsetof(rsd_progress, loss), {0}},
    {"progress.lr", FIELD_DECIMAL, offsetof(rsd_progress, lr), {0}},
    {"progress.trajectory", FIELD_BITS, offsetof(rsd_progress, trajectory_low), {0}},
};
#define COUNT(fields) (int)(sizeof(fields) / sizeof *(fields))

static void add_field(rsd_text *text, const rsd_field *f, const void *from) {
  const char *at = (const char *)from + f->offset;
  uint32_t number;
  uint64_t bits;
  float decimal;
  rsd_copy(&number, at, sizeof number);
  rsd_copy(&decimal, at, sizeof decimal);
  rsd_text_add(text, ",\"%s\":\"", f->key);
  if (f->kind == FIELD_NUMBER) rsd_text_add(text, "%u", number);
  if (f->kind == FIELD_DECIMAL) rsd_text_add(text, "%g", (double)decimal);
  if (f->kind == FIELD_NAME) rsd_text_add(text, "%s", f->names[number]);
  if (f->kind == FIELD_SEED || f->kind == FIELD_BITS) {
    rsd_copy(&bits, at, sizeof bits);
    rsd_text_add(text, f->kind == FIELD_SEED ? "%llu" : "%016llx", (unsigned long long)bits);
  }
  rsd_text_add(text, "\"");
}
static void add_fields(rsd_text *text, const rsd_field *fields, int count, const void *from) {
  for (int i = 0; i < count; i++)
    add_field(text, &fields[i], from);
}

static int parse_name(const rsd_field *f, const char *text, size_t length, uint32_t *value) {
  for (uint32_t i = 0; i < 4 && f->names[i]; i++)
    if (rsd_text_equal(text, length, f->names[i])) {
      *value = i;
      return 1;
    }
  return 0;
}
static int parse_field(const rsd_field *f, const char *text, size_t length, void *to) {
  uint32_t number;
  uint64_t bits;
  float decimal;
  char *at = (char *)to + f->offset;
  switch (f->kind) {
    case FIELD_DECIMAL:
      if (!rsd_parse_float(text, length, &decimal)) return 0;
      rsd_copy(at, &decimal, sizeof decimal);
      return 1;
    case FIELD_SEED:
    case FIELD_BITS:
      if (!(f->kind == FIELD_SEED ? rsd_parse_u64 : rsd_parse_hex)(text, length, &bits)) return 0;
      rsd_copy(at, &bits, sizeof bits);
      return 1;
    default:
      if (!(f->kind == FIELD_NAME ? parse_name(f, text, length, &number)
                                  : rsd_parse_u32(text, length, &number)))
        return 0;
      rsd_copy(at, &number, sizeof number);
      return 1;
  }
}
static rsd_status read_fields(const rsd_file *file, const rsd_field *fields, int count, void *to,
                              rsd_error *error) {
  for (int i = 0; i < count; i++) {
    const char *text = "";
    size_t length = 0;
    if (!rsd_file_metadata(file, fields[i].key, &text, &length) ||
        !parse_field(&fields[i], text, length, to))
      return rsd_fail(error, RSD_BAD_FILE,
                      "the file's metadata has \"%.*s\" for %s; save the file again.",
                      RSD_SHOWN(length, text), fields[i].key);
  }
  return RSD_OK;
}

/* ------------------------------------------------------------------ writing */

static void add_channels(rsd_text *text, const char *key, const float v[3]) {
  rsd_text_add(text, ",\"%s\":\"%g,%g,%g\"", key, (double)v[0], (double)v[1], (double)v[2]);
}

static void add_metadata(rsd_text *text, const rsd_net *net, int with_run) {
  const rsd_spec *s = &net->spec;
  rsd_text_add(text,
               "{\"__metadata__\":{\"format_version\":\"" FORMAT_VERSION "\",\"net\":\"%s%u\"",
               s->family == RSD_PLAIN ? "plain" : "resnet", s->depth);
  add_fields(text, spec_fields, COUNT(spec_fields), s);
  add_channels(text, "mean", s->mean);
  add_channels(text, "std", s->stddev);
  add_field(text, &step_field, &net->progress);
  if (with_run) {
    add_fields(text, recipe_fields, COUNT(recipe_fields), &net->recipe);
    add_fields(text, progress_fields, COUNT(progress_fields), &net->progress);
  }
  rsd_text_add(text, "}");
}

static void add_tensor(rsd_text *text, const char *prefix, const rsd_tensor *t, uint64_t *offset) {
  rsd_text_add(text, ",\"%s%s\":{\"dtype\":\"F32\",\"shape\":[%u", prefix, t->name, t->shape[0]);
  for (uint32_t i = 1; i < t->rank; i++)
    rsd_text_add(text, ",%u", t->shape[i]);
  rsd_text_add(text, "],\"data_offsets\":[%llu,", (unsigned long long)*offset);
  *offset += 4ull * t->elements;
  rsd_text_add(text, "%llu]}", (unsigned long long)*offset);
}

/* Returns the bytes of data that the header describes. */
static uint64_t add_header(rsd_text *text, const rsd_net *net, int with_run) {
  uint64_t offset = 0;
  add_metadata(text, net, with_run);
  for (int momentum = 0; momentum <= with_run; momentum++)
    for (int i = 0; i < rsd_tensor_count(net); i++) {
      rsd_tensor t;
      rsd_tensor_describe(net, i, &t);
      if (!momentum || t.kind == RSD_TENSOR_PARAMETER)
        add_tensor(text, momentum ? OPTIMIZER : "", &t, &offset);
    }
  rsd_text_add(text, "}");
  while (text->length % 8)
    rsd_text_add(text, " ");
  return offset;
}

/* Numbers in the metadata may grow to their ten or fifteen characters. */
uint64_t rsd_checkpoint_bytes(const rsd_net *net) {
  rsd_text measure = {NULL, 0, 0};
  uint64_t data = add_header(&measure, net, 1);
  return 8 + measure.length + 1024 + data;
}

static void write_tensors(const rsd_net *net, int with_run, char *to) {
  for (int momentum = 0; momentum <= with_run; momentum++)
    for (int i = 0; i < rsd_tensor_count(net); i++) {
      rsd_tensor t;
      rsd_tensor_describe(net, i, &t);
      if (momentum && t.kind != RSD_TENSOR_PARAMETER) continue;
      rsd_tensor_export(
          net, i, rsd_tensor_part_of(net, i, momentum ? RSD_PART_MOMENTUM : RSD_PART_VALUE), to);
      to += sizeof(float) * t.elements;
    }
}

rsd_status rsd_net_save(const rsd_net *net, uint32_t optimizer, void *bytes, size_t capacity,
                        size_t *written, rsd_error *error) {
  if (net == NULL || bytes == NULL || written == NULL)
    return rsd_fail(error, RSD_BAD_ARGUMENT, "net, bytes or written are missing.");
  int with_run = optimizer != 0 && net->running;
  rsd_text measure = {NULL, 0, 0};
  uint64_t data = add_header(&measure, net, with_run), header = measure.length;
  unsigned long long whole = 8 + header + data;
  if (capacity < whole)
    return rsd_fail(error, RSD_NO_MEMORY,
                    "the file needs %llu bytes, %llu were given; give plan.checkpoint_bytes.",
                    whole, (unsigned long long)capacity);
  /* The zero that ends the text is where the data begins, and is overwritten. */
  rsd_text text = {(char *)bytes + 8, (size_t)header + 1, 0};
  rsd_copy(bytes, &header, 8);
  add_header(&text, net, with_run);
  write_tensors(net, with_run, (char *)bytes + 8 + header);
  *written = (size_t)whole;
  return RSD_OK;
}

/* -------------------------------------------------------- what net it holds */

static int starts_with(const char *text, size_t length, const char *prefix) {
  size_t n = rsd_text_length(prefix);
  return length >= n && rsd_same(text, prefix, n);
}
static int ends_with(const char *text, size_t length, const char *suffix) {
  size_t n = rsd_text_length(suffix);
  return length >= n && rsd_same(text + length - n, suffix, n);
}

static uint32_t to_u32(uint64_t size) { return size < UINT32_MAX ? (uint32_t)size : UINT32_MAX; }

/* Option A has no tensors either: plain nets look the same, and residual is assumed. */
static rsd_status spec_from_tensors(const rsd_file *file, rsd_spec *spec, rsd_error *error) {
  const char *cursor = NULL;
  rsd_file_tensor t;
  uint32_t blocks = 0;
  spec->width = spec->classes = 0;
  spec->norm = RSD_NORM_NONE;
  while (rsd_file_next(file, &cursor, &t)) {
    const char *name = t.name;
    size_t length = t.name_length;
    if (rsd_text_equal(name, length, "conv1.weight") && t.rank == 4)
      spec->width = to_u32(t.shape[0]);
    if (rsd_text_equal(name, length, "linear.weight") && t.rank == 2)
      spec->classes = to_u32(t.shape[0]);
    if (rsd_text_equal(name, length, "bn1.weight")) spec->norm = RSD_NORM_BATCH;
    if (rsd_text_equal(name, length, "layer1.0.shortcut.0.weight")) spec->shortcut = RSD_SHORTCUT_C;
    if (rsd_text_equal(name, length, "layer2.0.shortcut.0.weight") &&
        spec->shortcut != RSD_SHORTCUT_C)
      spec->shortcut = RSD_SHORTCUT_B;
    if (starts_with(name, length, "layer1.") && ends_with(name, length, ".conv1.weight")) blocks++;
  }
  spec->depth = 6 * blocks + 2;
  if (spec->width > 0 && spec->classes > 0) return RSD_OK;
  return rsd_fail(
      error, RSD_BAD_FILE,
      "the file holds no network of this family: conv1.weight or linear.weight is missing.");
}

/* Our own files say everything; what the tensors say too must be the same. */
static rsd_status spec_from_metadata(const rsd_file *file, rsd_spec *spec, rsd_error *error) {
  rsd_spec said = *spec;
  rsd_status status = read_fields(file, spec_fields, COUNT(spec_fields), &said, error);
  if (status != RSD_OK) return status;
  const char *differs = said.depth != spec->depth       ? "depth"
                        : said.width != spec->width     ? "width"
                        : said.classes != spec->classes ? "classes"
                        : said.norm != spec->norm       ? "norm"
                        : said.family == RSD_RESIDUAL && said.shortcut != spec->shortcut
                            ? "shortcut"
                            : NULL;
  if (differs)
    return rsd_fail(error, RSD_BAD_FILE,
                    "the file's metadata and its tensors disagree on %s; save the file again.",
                    differs);
  *spec = said;
  return RSD_OK;
}

/* "0.4914,0.4822,0.4465". *has is 0 if the file does not say. */
static rsd_status read_channels(const rsd_file *file, const char *key, float values[3], int *has,
                                rsd_error *error) {
  const char *text;
  size_t length, from = 0;
  float read[3];
  *has = rsd_file_metadata(file, key, &text, &length);
  for (int i = 0; *has && i < 3; i++) {
    size_t to = from;
    while (to < length && (i == 2 || text[to] != ','))
      to++;
    if (from > length || !rsd_parse_float(text + from, to - from, &read[i]))
      return rsd_fail(error, RSD_BAD_FILE,
                      "the file's %s is \"%.*s\"; it must be three numbers with commas between.",
                      key, RSD_SHOWN(length, text));
    from = to + 1;
  }
  if (*has) rsd_copy(values, read, sizeof read);
  return RSD_OK;
}

static rsd_status read_spec(const rsd_file *file, rsd_spec *spec, int *known, rsd_error *error) {
  const char *version, *name = "";
  size_t length, name_length = 0;
  int has_mean, has_std, own = rsd_file_metadata(file, "format_version", &version, &length);
  if (own && !rsd_text_equal(version, length, FORMAT_VERSION))
    return rsd_fail(error, RSD_BAD_FILE,
                    "the file has format version %.*s, this program reads " FORMAT_VERSION
                    "; use a newer one.",
                    RSD_SHOWN(length, version));
  rsd_file_metadata(file, "net", &name, &name_length);
  int plain = starts_with(name, name_length, "plain"),
      residual = starts_with(name, name_length, "resnet");
  rsd_status status = spec_from_tensors(file, spec, error);
  if (plain) spec->family = RSD_PLAIN;
  if (status == RSD_OK && own) status = spec_from_metadata(file, spec, error);
  if (status == RSD_OK) status = read_channels(file, "mean", spec->mean, &has_mean, error);
  if (status == RSD_OK) status = read_channels(file, "std", spec->stddev, &has_std, error);
  if (status != RSD_OK) return status;
  *known = (own || plain || residual) && has_mean && has_std;
  return rsd_check_spec(spec, error);
}

static int has_momentum(const rsd_file *file) {
  const char *cursor = NULL;
  rsd_file_tensor t;
  while (rsd_file_next(file, &cursor, &t))
    if (starts_with(t.name, t.name_length, OPTIMIZER)) return 1;
  return 0;
}

rsd_status rsd_file_spec(const void *bytes, size_t length, rsd_spec *spec, uint32_t *has_metadata,
                         uint32_t *has_optimizer, rsd_error *error) {
  rsd_file file;
  rsd_spec found;
  int known = 0;
  if (spec == NULL || spec->size != sizeof(rsd_spec))
    return rsd_fail(error, RSD_BAD_ARGUMENT, "the spec is missing or its size field is not %u.",
                    (uint32_t)sizeof(rsd_spec));
  rsd_default_spec(&found);
  rsd_status status = rsd_file_open(bytes, length, &file, error);
  if (status == RSD_OK) status = read_spec(&file, &found, &known, error);
  if (status != RSD_OK) return status;
  *spec = found;
  if (has_metadata) *has_metadata = (uint32_t)known;
  if (has_optimizer) *has_optimizer = (uint32_t)has_momentum(&file);
  return RSD_OK;
}

/* ------------------------------------------------------------------ reading */

/* A tensor of the file, and of the net the one of that name. */
typedef struct match {
  rsd_file_tensor theirs;
  rsd_tensor ours;
  int index; /* -1: the net has none */
  int momentum;
} match;

/* Files are mostly in the net's order: the search begins after the last find. */
static void find_ours(const rsd_net *net, const char *name, size_t length, match *m) {
  int count = rsd_tensor_count(net), first = m->index + 1;
  for (int i = 0; i < count; i++) {
    m->index = (first + i) % count;
    rsd_tensor_describe(net, m->index, &m->ours);
    if (rsd_text_equal(name, length, m->ours.name)) return;
  }
  m->index = -1;
}

/* What is taken from a file. */
typedef enum selection { PARTS_RUN, PARTS_WEIGHTS, PARTS_FEATURES } selection;

/* Fine-tuning begins without the head and without a run. */
static int is_wanted(const rsd_file_tensor *t, int momentum, selection wanted) {
  if (ends_with(t->name, t->name_length, ".num_batches_tracked")) return 0;
  return wanted != PARTS_FEATURES || !(momentum || starts_with(t->name, t->name_length, HEAD));
}

/* Returns 0 after the last; m->index starts as -1. */
static int next_match(const rsd_net *net, const rsd_file *file, selection wanted,
                      const char **cursor, match *m) {
  const rsd_file_tensor *t = &m->theirs;
  while (rsd_file_next(file, cursor, &m->theirs)) {
    m->momentum = starts_with(t->name, t->name_length, OPTIMIZER);
    if (!is_wanted(t, m->momentum, wanted)) continue;
    size_t skip = m->momentum ? sizeof OPTIMIZER - 1 : 0;
    find_ours(net, t->name + skip, t->name_length - skip, m);
    return 1;
  }
  return 0;
}

static void write_shape(char text[96], uint32_t rank, const uint64_t *shape) {
  rsd_text t = {text, 96, 0};
  rsd_text_add(&t, "[");
  for (uint32_t i = 0; i < rank; i++)
    rsd_text_add(&t, i ? ",%llu" : "%llu", (unsigned long long)shape[i]);
  rsd_text_add(&t, "]");
}

static rsd_status check_shape(const match *m, rsd_error *error) {
  char theirs[96], ours[96];
  uint64_t shape[4];
  int same = m->ours.rank == m->theirs.rank;
  for (uint32_t i = 0; i < m->ours.rank; i++) {
    shape[i] = m->ours.shape[i];
    same = same && shape[i] == m->theirs.shape[i];
  }
  if (same) return RSD_OK;
  write_shape(theirs, m->theirs.rank, m->theirs.shape);
  write_shape(ours, m->ours.rank, shape);
  return rsd_fail(error, RSD_MISMATCH,
                  "tensor %.*s has shape %s in the file and %s in this net; make the net "
                  "that the file is for.",
                  RSD_SHOWN(m->theirs.name_length, m->theirs.name), theirs, ours);
}

static rsd_status check_values(const rsd_file *file, const match *m, rsd_error *error) {
  int is_variance = ends_with(m->ours.name, rsd_text_length(m->ours.name), ".running_var");
  for (uint32_t i = 0; i < m->ours.elements; i++) {
    float x;
    rsd_copy(&x, file->data + m->theirs.begin + sizeof x * i, sizeof x);
    if (!rsd_is_finite(x) || (is_variance && x < 0.0f))
      return rsd_fail(error, RSD_BAD_FILE,
                      "element %u of tensor %.*s is %g; the file is damaged, or its training "
                      "diverged.",
                      i, RSD_SHOWN(m->theirs.name_length, m->theirs.name), (double)x);
  }
  return RSD_OK;
}

static rsd_status check_match(const rsd_file *file, const match *m, rsd_error *error) {
  const rsd_file_tensor *t = &m->theirs;
  if (m->index < 0 || (m->momentum && m->ours.kind != RSD_TENSOR_PARAMETER))
    return rsd_fail(error, RSD_MISMATCH,
                    "the file has a tensor %.*s, which this net does not have; make the net "
                    "that the file is for.",
                    RSD_SHOWN(t->name_length, t->name));
  if (!rsd_text_equal(t->dtype, t->dtype_length, "F32"))
    return rsd_fail(error, RSD_MISMATCH, "tensor %.*s is %.*s; convert it to F32.",
                    RSD_SHOWN(t->name_length, t->name), RSD_SHOWN(t->dtype_length, t->dtype));
  rsd_status status = check_shape(m, error);
  return status == RSD_OK ? check_values(file, m, error) : status;
}

/* That every tensor of the file fits the net, and none of the net's is missing. */
static rsd_status check_tensors(const rsd_net *net, const rsd_file *file, selection wanted,
                                rsd_error *error) {
  uint8_t seen[2][5 * RSD_MAX_CONVS + 2] = {{0}, {0}};
  const char *cursor = NULL;
  match m = {.index = -1};
  while (next_match(net, file, wanted, &cursor, &m)) {
    rsd_status status = check_match(file, &m, error);
    if (status != RSD_OK) return status;
    seen[m.momentum][m.index] = 1;
  }
  for (int i = 0; i < rsd_tensor_count(net); i++) {
    rsd_tensor t;
    rsd_tensor_describe(net, i, &t);
    int needs_momentum = wanted == PARTS_RUN && t.kind == RSD_TENSOR_PARAMETER;
    if (wanted == PARTS_FEATURES && starts_with(t.name, rsd_text_length(t.name), HEAD)) continue;
    if (seen[0][i] && (seen[1][i] || !needs_momentum)) continue;
    return rsd_fail(error, RSD_MISMATCH,
                    "the file has no tensor %s%s; make the net that the file is for.",
                    seen[0][i] ? OPTIMIZER : "", t.name);
  }
  return RSD_OK;
}

static int is_finite_double(double x) { return (rsd_bits64(x) >> 52 & 0x7ff) != 0x7ff; }

/* Whether a run can be there at all; the rest of the recipe is checked when it goes on. */
static int is_position(const rsd_recipe *r, const rsd_progress *p) {
  uint32_t in_epoch = p->step == 0 ? 0 : (p->step - 1) % p->steps_per_epoch + 1;
  return p->step <= p->steps && p->epoch_images == in_epoch * r->batch_size &&
         p->epoch_wrong <= p->epoch_images && is_finite_double(p->loss) &&
         is_finite_double(p->epoch_loss_sum);
}

static rsd_status read_run(const rsd_file *file, rsd_recipe *recipe, rsd_progress *progress,
                           rsd_error *error) {
  recipe->size = sizeof *recipe;
  progress->size = sizeof *progress;
  rsd_status status = read_fields(file, recipe_fields, COUNT(recipe_fields), recipe, error);
  if (status == RSD_OK) status = read_fields(file, &step_field, 1, progress, error);
  if (status == RSD_OK)
    status = read_fields(file, progress_fields, COUNT(progress_fields), progress, error);
  if (status != RSD_OK) return status;
  int possible = recipe->batch_size > 0 && recipe->batch_size <= recipe->images;
  progress->steps_per_epoch = possible ? recipe->images / recipe->batch_size : 1;
  possible = possible && (uint64_t)recipe->epochs * progress->steps_per_epoch < 0x7fffffffull;
  progress->steps = possible ? rsd_recipe_steps(recipe) : 0;
  progress->epoch = progress->step / progress->steps_per_epoch;
  if (possible && is_position(recipe, progress)) return RSD_OK;
  return rsd_fail(
      error, RSD_BAD_FILE,
      "the file's metadata describes a run that cannot be: step %u of %u epochs of %u images in "
      "batches of %u; save the file again.",
      progress->step, recipe->epochs, recipe->images, recipe->batch_size);
}

rsd_status rsd_file_run(const void *bytes, size_t length, rsd_recipe *recipe,
                        rsd_progress *progress, rsd_error *error) {
  rsd_file file;
  rsd_recipe found = {0};
  rsd_progress at = {0};
  if (recipe == NULL || recipe->size != sizeof *recipe ||
      (progress && progress->size != sizeof *progress))
    return rsd_fail(error, RSD_BAD_ARGUMENT,
                    "the recipe is missing, or its size or that of the progress is wrong.");
  rsd_status status = rsd_file_open(bytes, length, &file, error);
  if (status == RSD_OK && !has_momentum(&file))
    return rsd_fail(error, RSD_MISMATCH,
                    "the file holds weights alone; go on from one with the state of a run.");
  if (status == RSD_OK) status = read_run(&file, &found, &at, error);
  if (status != RSD_OK) return status;
  *recipe = found;
  if (progress) *progress = at;
  return RSD_OK;
}

static void read_tensors(rsd_net *net, const rsd_file *file, selection wanted) {
  const char *cursor = NULL;
  match m = {.index = -1};
  while (next_match(net, file, wanted, &cursor, &m)) {
    if (m.momentum && wanted != PARTS_RUN) continue;
    const float *part =
        rsd_tensor_part_of(net, m.index, m.momentum ? RSD_PART_MOMENTUM : RSD_PART_VALUE);
    rsd_tensor_import(net, m.index, file->data + m.theirs.begin, (float *)(uintptr_t)part);
  }
}

static rsd_status load(rsd_net *net, const void *bytes, size_t length, int features_only,
                       rsd_error *error) {
  rsd_file file;
  rsd_recipe recipe = {0};
  rsd_progress progress = {0};
  if (net == NULL) return rsd_fail(error, RSD_BAD_ARGUMENT, "the net to load into is missing.");
  rsd_status status = rsd_file_open(bytes, length, &file, error);
  if (status != RSD_OK) return status;
  int with_run = !features_only && net->capacity.training && has_momentum(&file);
  selection wanted = features_only ? PARTS_FEATURES : with_run ? PARTS_RUN : PARTS_WEIGHTS;
  status = check_tensors(net, &file, wanted, error);
  if (!features_only) /* which weights need not say */
    read_fields(&file, &step_field, 1, &progress, NULL);
  if (status == RSD_OK && with_run) status = read_run(&file, &recipe, &progress, error);
  if (status != RSD_OK) return status;
  read_tensors(net, &file, wanted);
  net->ready_to_evaluate = 0;
  net->last_batch = 0;
  net->progress = progress;
  net->recipe = recipe;
  net->running = (uint32_t)with_run;
  return RSD_OK;
}

rsd_status rsd_net_load(rsd_net *net, const void *bytes, size_t length, rsd_error *error) {
  return load(net, bytes, length, 0, error);
}

rsd_status rsd_net_load_features(rsd_net *net, const void *bytes, size_t length, rsd_error *error) {
  return load(net, bytes, length, 1, error);
}
