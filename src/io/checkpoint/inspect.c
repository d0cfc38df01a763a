/* What net and what run a file holds, by its tensors and by its metadata. Where both say something,
 * they must agree. */
#include "../../core/math.h"
#include "checkpoint.h"

static uint32_t to_u32(uint64_t size) { return size < UINT32_MAX ? (uint32_t)size : UINT32_MAX; }

/* What the names and shapes of a file's tensors say. */
typedef struct look {
  uint32_t width, classes;
  uint32_t blocks[10]; /* by stage, from 1 on */
  rsd_shortcut shortcut;
  int has_stem_norm, has_block_norm, has_bottlenecks;
  const char *family; /* of a net without ResNet's layers, if its names tell it */
} look;

static const char *family_of(const char *name, size_t length) {
  static const char *const families[][2] = {
      {"features.denseblock", "a DenseNet"},        {"dense1.", "a DenseNet"},
      {"features.", "a VGG, AlexNet or MobileNet"}, {"block1.layer.", "a wide ResNet"},
      {"cls_token", "a vision transformer"},
  };
  for (size_t i = 0; i < sizeof families / sizeof *families; i++)
    if (rsd_text_starts(name, length, families[i][0])) return families[i][1];
  return NULL;
}

static void look_at_layer(look *l, const char *name, size_t length) {
  uint32_t stage = length > 6 && name[6] == '.' ? (uint32_t)(name[5] - '0') : 10;
  if (stage > 9) return;
  if (rsd_text_ends(name, length, ".conv1.weight")) l->blocks[stage]++;
  if (rsd_text_ends(name, length, ".conv3.weight")) l->has_bottlenecks = 1;
  if (rsd_text_ends(name, length, ".bn1.weight")) l->has_block_norm = 1;
  if (!rsd_text_ends(name, length, ".0.shortcut.0.weight")) return;
  if (stage == 1) l->shortcut = RSD_SHORTCUT_C;
  if (stage == 2 && l->shortcut != RSD_SHORTCUT_C) l->shortcut = RSD_SHORTCUT_B;
}

static void look_at_file(const rsd_file *file, look *l) {
  const char *cursor = NULL;
  char name[RSD_NAME_BYTES];
  rsd_file_tensor t;
  rsd_zero(l, sizeof *l);
  while (rsd_file_next(file, &cursor, &t)) {
    rsd_name_of(&t, name);
    size_t length = rsd_text_length(name);
    if (rsd_text_starts(name, length, "layer")) look_at_layer(l, name, length);
    if (rsd_text_equal(name, length, "conv1.weight") && t.rank == 4) l->width = to_u32(t.shape[0]);
    if (rsd_text_equal(name, length, "linear.weight") && t.rank == 2)
      l->classes = to_u32(t.shape[0]);
    if (rsd_text_equal(name, length, "bn1.weight")) l->has_stem_norm = 1;
    if (l->family == NULL) l->family = family_of(name, length);
  }
}

#define LOADABLE                                                                              \
  "this program loads the plain and residual nets of He et al. for CIFAR: three stages of n " \
  "basic blocks, 6n+2 layers, each convolution before its norm."

/* Says what a net is that is not of this family, as far as its tensors tell. */
static rsd_status check_family(const look *l, rsd_error *error) {
  uint32_t blocks = 0, stages = 0;
  for (uint32_t stage = 1; stage < 10; stage++)
    if (l->blocks[stage]) blocks += l->blocks[stages = stage];
  int preactivation = l->has_block_norm && !l->has_stem_norm;
  if (blocks == 0 && l->family)
    return rsd_fail(error, RSD_BAD_FILE, "the file looks like %s; " LOADABLE, l->family);
  if (l->width == 0 || l->classes == 0)
    return rsd_fail(
        error, RSD_BAD_FILE,
        "the file holds no network of this family: conv1.weight or linear.weight is missing.");
  if (stages <= 3 && !l->has_bottlenecks && !preactivation) return RSD_OK;
  return rsd_fail(
      error, RSD_BAD_FILE,
      "the file looks like a %sResNet-%u with %u stages of %s blocks and width %u; " LOADABLE,
      preactivation ? "pre-activation " : "", (l->has_bottlenecks ? 3 : 2) * blocks + 2, stages,
      l->has_bottlenecks ? "bottleneck" : "basic", l->width);
}

/* Option A has no tensors, and neither has a plain net: residual is assumed. */
static rsd_status spec_from_tensors(const rsd_file *file, rsd_spec *spec, rsd_error *error) {
  look l;
  look_at_file(file, &l);
  spec->width = l.width;
  spec->classes = l.classes;
  spec->norm = l.has_stem_norm ? RSD_NORM_BATCH : RSD_NORM_NONE;
  spec->shortcut = l.shortcut;
  spec->depth = 6 * l.blocks[1] + 2;
  return check_family(&l, error);
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
  uint32_t family = RSD_RESIDUAL, depth;
  int named = rsd_parse_net_name(name, name_length, &family, &depth);
  rsd_status status = spec_from_tensors(file, spec, error);
  if (named) spec->family = family;
  if (status == RSD_OK && own) status = spec_from_metadata(file, spec, error);
  if (status == RSD_OK) status = read_channels(file, "mean", spec->mean, &has_mean, error);
  if (status == RSD_OK) status = read_channels(file, "std", spec->stddev, &has_std, error);
  if (status != RSD_OK) return status;
  *known = (own || named) && has_mean && has_std;
  return rsd_check_spec(spec, error);
}

int rsd_file_has(const rsd_file *file, const char *prefix) {
  const char *cursor = NULL;
  rsd_file_tensor t;
  while (rsd_file_next(file, &cursor, &t))
    if (rsd_text_starts(t.name, t.name_length, prefix)) return 1;
  return 0;
}
int rsd_file_has_momentum(const rsd_file *file) { return rsd_file_has(file, RSD_MOMENTUM_PREFIX); }

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

/* A cross-entropy, or a sum of them: finite and not negative. */
static int is_loss(double x) { return (rsd_bits64(x) >> 52 & 0x7ff) != 0x7ff && x >= 0; }

/* Whether a run of this recipe can be there. */
static int is_position(const rsd_recipe *r, const rsd_progress *p) {
  uint32_t in_epoch = p->step == 0 ? 0 : (p->step - 1) % p->steps_per_epoch + 1;
  return p->step <= p->steps && p->epoch_images == in_epoch * r->batch_size &&
         p->epoch_wrong <= p->epoch_images && is_loss(p->loss) && is_loss(p->epoch_loss_sum);
}

rsd_status rsd_file_read_run(const rsd_file *file, rsd_recipe *recipe, rsd_progress *progress,
                             rsd_error *error) {
  recipe->size = sizeof *recipe;
  progress->size = sizeof *progress;
  rsd_status status = rsd_read_fields(file, &rsd_recipe_fields, recipe, error);
  if (status == RSD_OK) status = rsd_read_fields(file, &rsd_option_fields, recipe, error);
  if (status == RSD_OK) status = rsd_check_recipe_keys(file, error);
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
