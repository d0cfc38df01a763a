/* What net and what run a file holds, by its tensors and by its metadata. Where both say something,
 * they must agree. */
#include "../../core/math.h"
#include "checkpoint.h"

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
    if (rsd_text_starts(name, length, "layer1.") && rsd_text_ends(name, length, ".conv1.weight"))
      blocks++;
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
  rsd_status status = rsd_read_fields(file, &rsd_spec_fields, &said, error);
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
  if (own && !rsd_text_equal(version, length, RSD_FORMAT_VERSION))
    return rsd_fail(error, RSD_BAD_FILE,
                    "the file has format version %.*s, this program reads " RSD_FORMAT_VERSION
                    "; use a newer one.",
                    RSD_SHOWN(length, version));
  rsd_file_metadata(file, "net", &name, &name_length);
  int plain = rsd_text_starts(name, name_length, "plain"),
      residual = rsd_text_starts(name, name_length, "resnet");
  rsd_status status = spec_from_tensors(file, spec, error);
  if (plain) spec->family = RSD_PLAIN;
  if (status == RSD_OK && own) status = spec_from_metadata(file, spec, error);
  if (status == RSD_OK) status = read_channels(file, "mean", spec->mean, &has_mean, error);
  if (status == RSD_OK) status = read_channels(file, "std", spec->stddev, &has_std, error);
  if (status != RSD_OK) return status;
  *known = (own || plain || residual) && has_mean && has_std;
  return rsd_check_spec(spec, error);
}

int rsd_file_has_momentum(const rsd_file *file) {
  const char *cursor = NULL;
  rsd_file_tensor t;
  while (rsd_file_next(file, &cursor, &t))
    if (rsd_text_starts(t.name, t.name_length, RSD_MOMENTUM_PREFIX)) return 1;
  return 0;
}

rsd_status rsd_checkpoint_spec(const void *bytes, size_t length, rsd_spec *spec, int *has_metadata,
                               int *has_optimizer, rsd_error *error) {
  rsd_file file;
  rsd_spec found = rsd_spec_defaults();
  int known = 0;
  rsd_status status = rsd_file_open(bytes, length, &file, error);
  if (status == RSD_OK) status = read_spec(&file, &found, &known, error);
  if (status != RSD_OK) return status;
  *has_metadata = known;
  *has_optimizer = rsd_file_has_momentum(&file);
  *spec = found;
  return RSD_OK;
}

static int is_finite_double(double x) { return (rsd_bits64(x) >> 52 & 0x7ff) != 0x7ff; }

/* Whether a run of this recipe can be there. */
static int is_position(const rsd_recipe *r, const rsd_progress *p) {
  uint32_t in_epoch = p->step == 0 ? 0 : (p->step - 1) % p->steps_per_epoch + 1;
  return p->step <= p->steps && p->epoch_images == in_epoch * r->batch_size &&
         p->epoch_wrong <= p->epoch_images && is_finite_double(p->loss) &&
         is_finite_double(p->epoch_loss_sum);
}

rsd_status rsd_file_read_run(const rsd_file *file, rsd_recipe *recipe, rsd_progress *progress,
                             rsd_error *error) {
  recipe->size = sizeof *recipe;
  progress->size = sizeof *progress;
  rsd_status status = rsd_read_fields(file, &rsd_recipe_fields, recipe, error);
  if (status == RSD_OK) status = rsd_read_fields(file, &rsd_step_field, progress, error);
  if (status == RSD_OK) status = rsd_read_fields(file, &rsd_progress_fields, progress, error);
  if (status != RSD_OK) return status;
  rsd_error why = {sizeof why, "the step is not one of the run's."};
  if (rsd_check_recipe(recipe, &why) == RSD_OK) {
    progress->steps_per_epoch = recipe->images / recipe->batch_size;
    progress->steps = rsd_recipe_steps(recipe);
    progress->epoch = progress->step / progress->steps_per_epoch;
    if (is_position(recipe, progress)) return RSD_OK;
  }
  return rsd_fail(
      error, RSD_BAD_FILE,
      "the file's metadata describes a run that cannot be: step %u of %u epochs of %u images in "
      "batches of %u; %s",
      progress->step, recipe->epochs, recipe->images, recipe->batch_size, why.message);
}

rsd_status rsd_checkpoint_run(const void *bytes, size_t length, rsd_recipe *recipe,
                              rsd_progress *progress, rsd_error *error) {
  rsd_file file;
  rsd_recipe found = {0};
  rsd_progress at = {0};
  rsd_status status = rsd_file_open(bytes, length, &file, error);
  if (status == RSD_OK && !rsd_file_has_momentum(&file))
    return rsd_fail(error, RSD_MISMATCH,
                    "the file holds weights alone; go on from one with the state of a run.");
  if (status == RSD_OK) status = rsd_file_read_run(&file, &found, &at, error);
  if (status != RSD_OK) return status;
  *recipe = found;
  if (progress) *progress = at;
  return RSD_OK;
}
