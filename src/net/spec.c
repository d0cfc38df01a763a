/* Specs, capacities and recipes: their defaults, limits and names. Invariant: the rest of the core
 * gets checked ones only, which can be planned, trained and saved. */
#include "../core/math.h"
#include "../core/diagnostics.h"
#include "net.h"

const char *const rsd_family_names[] = {"plain", "residual", NULL};
const char *const rsd_shortcut_names[] = {"A", "B", "C", NULL};
const char *const rsd_norm_names[] = {"batch", "none", NULL};
const char *const rsd_init_names[] = {"he", "xavier", "gaussian", NULL};
const char *const rsd_schedule_names[] = {"paper",    "step", "cosine", "constant",
                                          "triangle", "own",  NULL};
const char *const rsd_augment_names[] = {"none", "flip", "crop-flip", "shift-flip", NULL};
static const char *const conv_names[] = {"auto", "direct", "winograd", NULL};

const char *rsd_name_of_option(uint32_t option, uint32_t value) {
  /* In the order of rsd_option. */
  static const char *const *const names[] = {
      rsd_family_names, rsd_shortcut_names, rsd_norm_names,   rsd_init_names,
      conv_names,       rsd_schedule_names, rsd_augment_names};
  if (option >= sizeof names / sizeof *names) return NULL;
  for (uint32_t i = 0; names[option][i]; i++)
    if (i == value) return names[option][i];
  return NULL;
}

/* Whether `text` begins with `prefix`, capital letters counting as small ones. */
static int starts(const char *text, size_t length, const char *prefix) {
  size_t i = 0;
  for (; prefix[i]; i++) {
    char c = i < length ? text[i] : 0;
    if (c >= 'A' && c <= 'Z') c = (char)(c + 'a' - 'A');
    if (c != prefix[i]) return 0;
  }
  return 1;
}

int rsd_parse_net_name(const char *text, size_t length, uint32_t *family, uint32_t *depth) {
  int plain = starts(text, length, "plain"), residual = starts(text, length, "resnet");
  size_t at = plain ? 5 : 6;
  if (!plain && !residual) return 0;
  if (at < length && text[at] == '-') at++;
  if (!rsd_parse_u32(text + at, length - at, depth)) return 0;
  *family = plain ? RSD_PLAIN : RSD_RESIDUAL;
  return 1;
}

rsd_spec rsd_spec_defaults(void) {
  rsd_spec spec = {.size = sizeof spec,
                   .family = RSD_RESIDUAL,
                   .depth = 20,
                   .width = 16,
                   .classes = 10,
                   .init_sigma = 0.01f,
                   .seed_low = 1,
                   .mean = {0.4914f, 0.4822f, 0.4465f},
                   .stddev = {0.2470f, 0.2435f, 0.2616f}};
  return spec;
}

rsd_recipe rsd_recipe_defaults(void) {
  rsd_recipe recipe = {.size = sizeof recipe,
                       .batch_size = 128,
                       .epochs = 12,
                       .lr = 0.1f,
                       .momentum = 0.9f,
                       .weight_decay = 1e-4f,
                       .schedule = RSD_SCHEDULE_STEP,
                       .augment = RSD_AUGMENT_CROP_FLIP,
                       .seed_low = 1};
  return recipe;
}

static int is_positive(float x) { return x > 0.0f && x < 1e6f; }

rsd_status rsd_check_depth(uint32_t depth, rsd_error *error) {
  if (depth >= 8 && depth <= RSD_MAX_DEPTH && (depth - 2) % 6 == 0) return RSD_OK;
  return rsd_fail(error, RSD_BAD_SPEC, "depth %u is not 6n+2 (8, 14, 20, ... %d).", depth,
                  RSD_MAX_DEPTH);
}

static rsd_status check_init(const rsd_spec *spec, rsd_error *error) {
  /* Checkpoints hold init_sigma for every init, and finite numbers only. */
  int needs_sigma = spec->init == RSD_INIT_GAUSSIAN;
  if (rsd_is_finite(spec->init_sigma) && (!needs_sigma || is_positive(spec->init_sigma)))
    return RSD_OK;
  return rsd_fail(error, RSD_BAD_SPEC,
                  "the sigma of init must be finite, and above 0 for Gaussian init; try 0.01.");
}

static rsd_status check_normalisation(const rsd_spec *spec, rsd_error *error) {
  for (int c = 0; c < 3; c++)
    if (!is_positive(spec->stddev[c]) || !(spec->mean[c] > -1e6f && spec->mean[c] < 1e6f))
      return rsd_fail(
          error, RSD_BAD_SPEC,
          "mean and stddev must be finite numbers on pixels divided by 255, stddev above 0.");
  return RSD_OK;
}

rsd_status rsd_check_spec(const rsd_spec *spec, rsd_error *error) {
  if (spec->family > RSD_RESIDUAL || spec->shortcut > RSD_SHORTCUT_C ||
      spec->norm > RSD_NORM_NONE || spec->init > RSD_INIT_GAUSSIAN)
    return rsd_fail(error, RSD_BAD_SPEC,
                    "family, shortcut, norm or init is not one of its constants.");
  rsd_status status = rsd_check_depth(spec->depth, error);
  if (status != RSD_OK) return status;
  if (spec->width < 1 || spec->width > RSD_MAX_WIDTH)
    return rsd_fail(error, RSD_BAD_SPEC, "width %u is not from 1 to %d; the paper's is 16.",
                    spec->width, RSD_MAX_WIDTH);
  if (spec->classes < 2 || spec->classes > RSD_MAX_CLASSES)
    return rsd_fail(error, RSD_BAD_SPEC, "classes is %u; it must be from 2 to %d.", spec->classes,
                    RSD_MAX_CLASSES);
  if (spec->frozen_stages > RSD_STAGES)
    return rsd_fail(error, RSD_BAD_SPEC, "frozen_stages is %u; it must be from 0 to %d.",
                    spec->frozen_stages, RSD_STAGES);
  status = check_init(spec, error);
  return status == RSD_OK ? check_normalisation(spec, error) : status;
}

rsd_status rsd_check_capacity(const rsd_capacity *capacity, rsd_error *error) {
  if (capacity->batch_size < 1 || capacity->batch_size > RSD_MAX_BATCH)
    return rsd_fail(error, RSD_BAD_ARGUMENT, "batch_size %u is not from 1 to %d.",
                    capacity->batch_size, RSD_MAX_BATCH);
  if (capacity->threads < 1 || capacity->threads > RSD_MAX_THREADS)
    return rsd_fail(error, RSD_BAD_ARGUMENT, "threads %u is not from 1 to %d.", capacity->threads,
                    RSD_MAX_THREADS);
  if (capacity->training > 1 || capacity->conv > RSD_CONV_WINOGRAD)
    return rsd_fail(error, RSD_BAD_ARGUMENT, "training must be 0 or 1, conv one of its constants.");
  if (capacity->tier > RSD_TIER_RELAXED)
    return rsd_fail(error, RSD_BAD_ARGUMENT, "tier %u is none of rsd_tier_choice.", capacity->tier);
  if (!rsd_kernels_for(capacity->tier))
    return rsd_fail(error, RSD_BAD_ARGUMENT,
                    "This build or this processor has no %s tier; choose RSD_TIER_AUTO.",
                    capacity->tier == RSD_TIER_EXACT ? "exact" : "relaxed");
  return RSD_OK;
}

static rsd_status check_extras(const rsd_recipe *r, rsd_error *error) {
  if (r->nesterov > 1 || r->no_decay_norm > 1)
    return rsd_fail(error, RSD_BAD_ARGUMENT, "nesterov and no_decay_norm must be 0 or 1.");
  if (r->nesterov && !(r->momentum > 0.0f))
    return rsd_fail(error, RSD_BAD_ARGUMENT, "nesterov needs a momentum above 0.");
  if (!(r->label_smoothing >= 0.0f && r->label_smoothing < 1.0f))
    return rsd_fail(error, RSD_BAD_ARGUMENT, "label_smoothing must be from 0 to below 1.");
  if (!(r->clip >= 0.0f) || !rsd_is_finite(r->clip))
    return rsd_fail(error, RSD_BAD_ARGUMENT, "clip must be a number from 0 on; 0 is off.");
  if (!(r->ema >= 0.0f && r->ema < 1.0f))
    return rsd_fail(error, RSD_BAD_ARGUMENT, "ema must be from 0, which is off, to below 1.");
  if (!(r->mixup >= 0.0f && r->mixup <= 1.0f))
    return rsd_fail(error, RSD_BAD_ARGUMENT, "mixup must be from 0, which is off, to 1.");
  if (r->cutout > RSD_IMAGE_SIDE)
    return rsd_fail(error, RSD_BAD_ARGUMENT, "cutout must be from 0, which is off, to %d.",
                    RSD_IMAGE_SIDE);
  for (uint32_t k = 0; k < RSD_MAX_CLASSES; k++)
    if (!(r->class_weights[k] >= 0.0f && r->class_weights[k] < 1e6f) ||
        (r->class_weights[k] > 0.0f && !(r->class_weights[0] > 0.0f)))
      return rsd_fail(error, RSD_BAD_ARGUMENT,
                      "class_weights must be below 1e6, and above 0 for all classes or 0 for all.");
  return RSD_OK;
}

rsd_status rsd_check_recipe(const rsd_recipe *r, rsd_error *error) {
  if (r->batch_size < 2 || r->batch_size > RSD_MAX_BATCH)
    return rsd_fail(error, RSD_BAD_ARGUMENT, "batch_size %u is not from 2 to %d.", r->batch_size,
                    RSD_MAX_BATCH);
  if (r->images == 0)
    return rsd_fail(error, RSD_BAD_ARGUMENT,
                    "the recipe has 0 images; set recipe.images to the number of training images.");
  if (r->batch_size > r->images)
    return rsd_fail(
        error, RSD_BAD_ARGUMENT,
        "a batch of %u images is more than the %u in the training set; use a smaller batch.",
        r->batch_size, r->images);
  if (r->epochs < 1 || (uint64_t)r->epochs * (r->images / r->batch_size) >= 0x7fffffffull)
    return rsd_fail(error, RSD_BAD_ARGUMENT,
                    "epochs must be at least 1, and all steps together fewer than 2^31.");
  if (!(r->lr >= 0.0f) || !rsd_is_finite(r->lr))
    return rsd_fail(error, RSD_BAD_ARGUMENT, "the learning rate must be a number from 0 on.");
  if (!(r->momentum >= 0.0f && r->momentum < 1.0f))
    return rsd_fail(error, RSD_BAD_ARGUMENT, "momentum must be from 0 to below 1.");
  if (!(r->weight_decay >= 0.0f) || !rsd_is_finite(r->weight_decay))
    return rsd_fail(error, RSD_BAD_ARGUMENT, "weight_decay must be a number from 0 on.");
  if (r->schedule > RSD_SCHEDULE_OWN || r->augment > RSD_AUGMENT_SHIFT_FLIP)
    return rsd_fail(error, RSD_BAD_ARGUMENT, "schedule or augment is not one of its constants.");
  return check_extras(r, error);
}

rsd_status rsd_check_class_weights(const rsd_recipe *r, uint32_t classes, rsd_error *error) {
  if (!(r->class_weights[0] > 0.0f)) return RSD_OK; /* rsd_check_recipe: then all are 0 */
  for (uint32_t k = 0; k < RSD_MAX_CLASSES; k++)
    if ((r->class_weights[k] > 0.0f) != (k < classes))
      return rsd_fail(error, RSD_BAD_ARGUMENT,
                      "class_weights has %g for class %u; give a weight above 0 for each of the "
                      "net's %u classes, and for no more.",
                      (double)r->class_weights[k], k, classes);
  return RSD_OK;
}
