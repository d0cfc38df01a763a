/* Which specs and capacities are valid. Invariant: the rest of the core runs on checked ones only. */
#include "../core/text.h"
#include "net.h"

static int is_depth(uint32_t depth) {
  return depth >= 8 && depth <= RSD_MAX_DEPTH && (depth - 2) % 6 == 0;
}
static int is_positive(float x) { return x > 0.0f && x < 1e6f; }

rsd_status rsd_check_spec(const rsd_spec *spec, rsd_error *error) {
  if (spec == NULL || spec->size != sizeof(rsd_spec))
    return rsd_fail(error, RSD_BAD_ARGUMENT, "the spec is missing or its size field is not %u.",
                    (uint32_t)sizeof(rsd_spec));
  if (spec->family > RSD_RESIDUAL || spec->shortcut > RSD_SHORTCUT_C ||
      spec->norm > RSD_NORM_NONE || spec->init > RSD_INIT_GAUSSIAN)
    return rsd_fail(error, RSD_BAD_SPEC,
                    "family, shortcut, norm or init is not one of its constants.");
  if (!is_depth(spec->depth))
    return rsd_fail(
        error, RSD_BAD_SPEC,
        "depth %u is not 6n+2 from 8 to %d; use 8, 14, 20, 26, 32, 38, 44, 50, 56 or 110.",
        spec->depth, RSD_MAX_DEPTH);
  if (spec->width < 1 || spec->width > RSD_MAX_WIDTH)
    return rsd_fail(error, RSD_BAD_SPEC, "width %u is not from 1 to %d; the paper's is 16.",
                    spec->width, RSD_MAX_WIDTH);
  if (spec->classes < 2 || spec->classes > RSD_MAX_CLASSES)
    return rsd_fail(error, RSD_BAD_SPEC, "classes is %u; it must be from 2 to %d.", spec->classes,
                    RSD_MAX_CLASSES);
  if (spec->frozen_stages > RSD_STAGES)
    return rsd_fail(error, RSD_BAD_SPEC, "frozen_stages is %u; it must be from 0 to %d.",
                    spec->frozen_stages, RSD_STAGES);
  /* Files keep it whatever the init is, and hold finite numbers only. */
  int needs_sigma = spec->init == RSD_INIT_GAUSSIAN;
  if (!rsd_is_finite(spec->init_sigma) || (needs_sigma && !is_positive(spec->init_sigma)))
    return rsd_fail(error, RSD_BAD_SPEC,
                    "init_sigma, the standard deviation of Gaussian init, must be above 0 for that "
                    "and finite always; try 0.01.");
  for (int c = 0; c < 3; c++)
    if (!is_positive(spec->stddev[c]) || !(spec->mean[c] > -1e6f && spec->mean[c] < 1e6f))
      return rsd_fail(
          error, RSD_BAD_SPEC,
          "mean and stddev must be finite numbers on pixels divided by 255, stddev above 0.");
  return RSD_OK;
}

rsd_status rsd_check_capacity(const rsd_capacity *capacity, rsd_error *error) {
  if (capacity == NULL || capacity->size != sizeof(rsd_capacity))
    return rsd_fail(error, RSD_BAD_ARGUMENT, "the capacity is missing or its size field is not %u.",
                    (uint32_t)sizeof(rsd_capacity));
  if (capacity->batch_size < 1 || capacity->batch_size > RSD_MAX_BATCH)
    return rsd_fail(error, RSD_BAD_ARGUMENT, "batch_size %u is not from 1 to %d.",
                    capacity->batch_size, RSD_MAX_BATCH);
  if (capacity->threads < 1 || capacity->threads > RSD_MAX_THREADS)
    return rsd_fail(error, RSD_BAD_ARGUMENT, "threads %u is not from 1 to %d.", capacity->threads,
                    RSD_MAX_THREADS);
  if (capacity->training > 1 || capacity->conv > RSD_CONV_WINOGRAD)
    return rsd_fail(error, RSD_BAD_ARGUMENT, "training must be 0 or 1, conv one of its constants.");
  return RSD_OK;
}
