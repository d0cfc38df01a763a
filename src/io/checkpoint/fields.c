/* The metadata of a checkpoint: one table of fields a struct, by which they are written and read. */
#include "checkpoint.h"

typedef enum rsd_field_kind {
  FIELD_NUMBER, /* uint32 */
  FIELD_DECIMAL, /* float32 */
  FIELD_NAME, /* uint32, an index into `names` */
  FIELD_SEED, /* uint32 low and high half, as one number */
  FIELD_BITS, /* 8 bytes, in hexadecimal */
  FIELD_LIST /* float32 [RSD_MAX_CLASSES], with commas between, up to the last that is not 0 */
} rsd_field_kind;

typedef struct rsd_field {
  const char *key;
  rsd_field_kind kind;
  size_t offset;
  const char *const *names;
} rsd_field;

struct rsd_fields {
  const rsd_field *table;
  int count;
  int are_optional; /* not there where they are 0 */
};

static const rsd_field spec_table[] = {
    {"family", FIELD_NAME, offsetof(rsd_spec, family), rsd_family_names},
    {"depth", FIELD_NUMBER, offsetof(rsd_spec, depth), NULL},
    {"width", FIELD_NUMBER, offsetof(rsd_spec, width), NULL},
    {"classes", FIELD_NUMBER, offsetof(rsd_spec, classes), NULL},
    {"norm", FIELD_NAME, offsetof(rsd_spec, norm), rsd_norm_names},
    {"shortcut", FIELD_NAME, offsetof(rsd_spec, shortcut), rsd_shortcut_names},
    {"init", FIELD_NAME, offsetof(rsd_spec, init), rsd_init_names},
    {"init_sigma", FIELD_DECIMAL, offsetof(rsd_spec, init_sigma), NULL},
    {"seed", FIELD_SEED, offsetof(rsd_spec, seed_low), NULL},
    {"frozen_stages", FIELD_NUMBER, offsetof(rsd_spec, frozen_stages), NULL},
};
static const rsd_field recipe_table[] = {
    {"recipe.images", FIELD_NUMBER, offsetof(rsd_recipe, images), NULL},
    {"recipe.batch_size", FIELD_NUMBER, offsetof(rsd_recipe, batch_size), NULL},
    {"recipe.epochs", FIELD_NUMBER, offsetof(rsd_recipe, epochs), NULL},
    {"recipe.lr", FIELD_DECIMAL, offsetof(rsd_recipe, lr), NULL},
    {"recipe.momentum", FIELD_DECIMAL, offsetof(rsd_recipe, momentum), NULL},
    {"recipe.weight_decay", FIELD_DECIMAL, offsetof(rsd_recipe, weight_decay), NULL},
    {"recipe.schedule", FIELD_NAME, offsetof(rsd_recipe, schedule), rsd_schedule_names},
    {"recipe.augment", FIELD_NAME, offsetof(rsd_recipe, augment), rsd_augment_names},
    {"recipe.seed", FIELD_SEED, offsetof(rsd_recipe, seed_low), NULL},
};
static const rsd_field option_table[] = {
    {"recipe.nesterov", FIELD_NUMBER, offsetof(rsd_recipe, nesterov), NULL},
    {"recipe.no_decay_norm", FIELD_NUMBER, offsetof(rsd_recipe, no_decay_norm), NULL},
    {"recipe.label_smoothing", FIELD_DECIMAL, offsetof(rsd_recipe, label_smoothing), NULL},
    {"recipe.clip", FIELD_DECIMAL, offsetof(rsd_recipe, clip), NULL},
    {"recipe.ema", FIELD_DECIMAL, offsetof(rsd_recipe, ema), NULL},
    {"recipe.mixup", FIELD_DECIMAL, offsetof(rsd_recipe, mixup), NULL},
    {"recipe.cutout", FIELD_NUMBER, offsetof(rsd_recipe, cutout), NULL},
    {"recipe.augment_seed", FIELD_SEED, offsetof(rsd_recipe, augment_seed_low), NULL},
    {"recipe.class_weights", FIELD_LIST, offsetof(rsd_recipe, class_weights), NULL},
};
static const rsd_field step_table[] = {
    {"step", FIELD_NUMBER, offsetof(rsd_progress, step), NULL},
};
static const rsd_field progress_table[] = {
    {"progress.epoch_images", FIELD_NUMBER, offsetof(rsd_progress, epoch_images), NULL},
    {"progress.epoch_wrong", FIELD_NUMBER, offsetof(rsd_progress, epoch_wrong), NULL},
    {"progress.epoch_loss_sum", FIELD_BITS, offsetof(rsd_progress, epoch_loss_sum), NULL},
    {"progress.loss", FIELD_BITS, offsetof(rsd_progress, loss), NULL},
    {"progress.lr", FIELD_DECIMAL, offsetof(rsd_progress, lr), NULL},
    {"progress.trajectory", FIELD_BITS, offsetof(rsd_progress, trajectory_low), NULL},
};

#define FIELDS(table, are_optional) {table, (int)(sizeof(table) / sizeof *(table)), are_optional}
const rsd_fields rsd_spec_fields = FIELDS(spec_table, 0);
const rsd_fields rsd_recipe_fields = FIELDS(recipe_table, 0);
const rsd_fields rsd_option_fields = FIELDS(option_table, 1);
const rsd_fields rsd_step_field = FIELDS(step_table, 0);
const rsd_fields rsd_progress_fields = FIELDS(progress_table, 0);

static float list_item(const char *list, int i) {
  float item;
  rsd_copy(&item, list + sizeof item * (size_t)i, sizeof item);
  return item;
}
static void add_list(rsd_text *text, const char *list) {
  int count = RSD_MAX_CLASSES;
  while (count > 0 && list_item(list, count - 1) == 0.0f)
    count--;
  for (int i = 0; i < count; i++)
    rsd_text_add(text, i ? ",%g" : "%g", (double)list_item(list, i));
}

static void add_value(rsd_text *text, const rsd_field *f, const void *from) {
  const char *at = (const char *)from + f->offset;
  uint32_t number;
  uint64_t bits;
  float decimal;
  rsd_copy(&number, at, sizeof number);
  rsd_copy(&decimal, at, sizeof decimal);
  if (f->kind == FIELD_LIST) add_list(text, at);
  if (f->kind == FIELD_NUMBER) rsd_text_add(text, "%u", number);
  if (f->kind == FIELD_DECIMAL) rsd_text_add(text, "%g", (double)decimal);
  if (f->kind == FIELD_NAME) rsd_text_add(text, "%s", f->names[number]);
  if (f->kind == FIELD_SEED || f->kind == FIELD_BITS) {
    rsd_copy(&bits, at, sizeof bits);
    rsd_text_add(text, f->kind == FIELD_SEED ? "%llu" : "%016llx", (unsigned long long)bits);
  }
}
static void add_field(rsd_text *text, const rsd_field *f, const void *from) {
  rsd_text_add(text, ",\"%s\":\"", f->key);
  add_value(text, f, from);
  rsd_text_add(text, "\"");
}
static int is_off(const rsd_field *f, const void *from) {
  uint64_t bits = 0; /* of a seed, a number, a decimal or the first of a list */
  rsd_copy(&bits, (const char *)from + f->offset, f->kind == FIELD_SEED ? 8 : 4);
  return bits == 0;
}
void rsd_add_fields(rsd_text *text, const rsd_fields *fields, const void *from) {
  for (int i = 0; i < fields->count; i++)
    if (!fields->are_optional || !is_off(&fields->table[i], from))
      add_field(text, &fields->table[i], from);
}

static int parse_name(const rsd_field *f, const char *text, size_t length, uint32_t *value) {
  for (uint32_t i = 0; f->names[i]; i++)
    if (rsd_text_equal(text, length, f->names[i])) {
      *value = i;
      return 1;
    }
  return 0;
}
static int parse_list(const char *text, size_t length, char *to) {
  size_t from = 0;
  int count = 0;
  for (; from <= length && count < RSD_MAX_CLASSES; count++) {
    size_t end = from;
    float item;
    while (end < length && text[end] != ',')
      end++;
    if (!rsd_parse_float(text + from, end - from, &item)) return 0;
    rsd_copy(to + sizeof item * (size_t)count, &item, sizeof item);
    from = end + 1;
  }
  return from > length;
}
static int parse_field(const rsd_field *f, const char *text, size_t length, void *to) {
  uint32_t number;
  uint64_t bits;
  float decimal;
  char *at = (char *)to + f->offset;
  switch (f->kind) {
    case FIELD_LIST: return parse_list(text, length, at);
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

/* Whole as far as it fits, which a list may not; "none" for an empty one. */
static void show_value(char shown[64], const rsd_field *f, const rsd_recipe *recipe) {
  rsd_text text = {shown, 64, 0};
  add_value(&text, f, recipe);
  if (text.length == 0) rsd_text_add(&text, "none");
  for (size_t k = 60; text.length >= 64 && k < 63; k++)
    shown[k] = '.';
}
static int is_same(const rsd_field *f, const rsd_recipe *a, const rsd_recipe *b) {
  size_t bytes = f->kind == FIELD_LIST ? sizeof a->class_weights : f->kind == FIELD_SEED ? 8 : 4;
  for (size_t k = f->offset; k < f->offset + bytes; k++)
    if (((const char *)a)[k] != ((const char *)b)[k]) return 0;
  return 1;
}
static rsd_status check_same(const rsd_field *f, const rsd_recipe *has, const rsd_recipe *wanted,
                             rsd_error *error) {
  char there[64], given[64];
  if (is_same(f, has, wanted)) return RSD_OK;
  show_value(there, f, has);
  show_value(given, f, wanted);
  return rsd_fail(error, RSD_MISMATCH,
                  "the run to go on with has %s %s, not %s; give the same, or call rsd_train_end "
                  "to begin another.",
                  f->key + sizeof "recipe." - 1, there, given);
}
rsd_status rsd_check_same_recipe(const rsd_recipe *has, const rsd_recipe *wanted,
                                 rsd_error *error) {
  rsd_status status = RSD_OK;
  /* The number of images last: where a run goes step by step, it is the batch size again. */
  for (int i = 1; status == RSD_OK && i <= rsd_recipe_fields.count; i++)
    status = check_same(&recipe_table[i % rsd_recipe_fields.count], has, wanted, error);
  for (int i = 0; status == RSD_OK && i < rsd_option_fields.count; i++)
    status = check_same(&option_table[i], has, wanted, error);
  return status;
}

/* Numbers take at most fifteen characters and a comma. */
uint64_t rsd_fields_bytes(const rsd_fields *fields) {
  uint64_t bytes = 0;
  for (int i = 0; i < fields->count; i++)
    bytes += 48 + (fields->table[i].kind == FIELD_LIST ? 16u * RSD_MAX_CLASSES : 0u);
  return bytes;
}

static int has_key(const rsd_fields *fields, const rsd_file_tensor *pair) {
  for (int i = 0; i < fields->count; i++)
    if (rsd_text_equal(pair->name, pair->name_length, fields->table[i].key)) return 1;
  return 0;
}
rsd_status rsd_check_recipe_keys(const rsd_file *file, rsd_error *error) {
  const char *cursor = NULL;
  rsd_file_tensor pair;
  while (rsd_file_next_metadata(file, &cursor, &pair))
    if (rsd_text_starts(pair.name, pair.name_length, "recipe.") &&
        !has_key(&rsd_recipe_fields, &pair) && !has_key(&rsd_option_fields, &pair))
      return rsd_fail(error, RSD_BAD_FILE,
                      "the file's run has %.*s, which this version does not know; use a newer one.",
                      RSD_SHOWN(pair.name_length, pair.name));
  return RSD_OK;
}

rsd_status rsd_read_fields(const rsd_file *file, const rsd_fields *fields, void *to,
                           rsd_error *error) {
  for (int i = 0; i < fields->count; i++) {
    const rsd_field *f = &fields->table[i];
    const char *text = "";
    size_t length = 0;
    int is_there = rsd_file_metadata(file, f->key, &text, &length);
    if (fields->are_optional && !is_there) continue;
    if (!is_there || !parse_field(f, text, length, to))
      return rsd_fail(error, RSD_BAD_FILE,
                      "the file's metadata has \"%.*s\" for \"%s\"; save the file again.",
                      RSD_SHOWN(length, text), f->key);
  }
  return RSD_OK;
}
