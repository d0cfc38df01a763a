/* The metadata of a checkpoint: one table of fields a struct, by which they are written and read. */
#include "checkpoint.h"

typedef enum rsd_field_kind {
  FIELD_NUMBER, /* uint32 */
  FIELD_DECIMAL, /* float32 */
  FIELD_NAME, /* uint32, an index into `names` */
  FIELD_SEED, /* uint32 low and high half, as one number */
  FIELD_BITS /* 8 bytes, in hexadecimal */
} rsd_field_kind;

typedef struct rsd_field {
  const char *key;
  rsd_field_kind kind;
  size_t offset;
  const char *names[4];
} rsd_field;

struct rsd_fields {
  const rsd_field *table;
  int count;
};

static const rsd_field spec_table[] = {
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
static const rsd_field recipe_table[] = {
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
static const rsd_field step_table[] = {
    {"step", FIELD_NUMBER, offsetof(rsd_progress, step), {0}},
};
static const rsd_field progress_table[] = {
    {"progress.epoch_images", FIELD_NUMBER, offsetof(rsd_progress, epoch_images), {0}},
    {"progress.epoch_wrong", FIELD_NUMBER, offsetof(rsd_progress, epoch_wrong), {0}},
    {"progress.epoch_loss_sum", FIELD_BITS, offsetof(rsd_progress, epoch_loss_sum), {0}},
    {"progress.loss", FIELD_BITS, offsetof(rsd_progress, loss), {0}},
    {"progress.lr", FIELD_DECIMAL, offsetof(rsd_progress, lr), {0}},
    {"progress.trajectory", FIELD_BITS, offsetof(rsd_progress, trajectory_low), {0}},
};

#define FIELDS(table) {table, (int)(sizeof(table) / sizeof *(table))}
const rsd_fields rsd_spec_fields = FIELDS(spec_table);
const rsd_fields rsd_recipe_fields = FIELDS(recipe_table);
const rsd_fields rsd_step_field = FIELDS(step_table);
const rsd_fields rsd_progress_fields = FIELDS(progress_table);

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
void rsd_add_fields(rsd_text *text, const rsd_fields *fields, const void *from) {
  for (int i = 0; i < fields->count; i++)
    add_field(text, &fields->table[i], from);
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
rsd_status rsd_read_fields(const rsd_file *file, const rsd_fields *fields, void *to,
                           rsd_error *error) {
  for (int i = 0; i < fields->count; i++) {
    const rsd_field *f = &fields->table[i];
    const char *text = "";
    size_t length = 0;
    if (!rsd_file_metadata(file, f->key, &text, &length) || !parse_field(f, text, length, to))
      return rsd_fail(error, RSD_BAD_FILE,
                      "the file's metadata has \"%.*s\" for %s; save the file again.",
                      RSD_SHOWN(length, text), f->key);
  }
  return RSD_OK;
}
