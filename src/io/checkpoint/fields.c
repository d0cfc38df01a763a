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
  const char *const *names;
} rsd_field;

struct rsd_fields {
  const rsd_field *table;
  int count;
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
  for (uint32_t i = 0; f->names[i]; i++)
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
