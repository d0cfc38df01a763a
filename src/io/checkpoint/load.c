/* A file into a net: every tensor is checked against the net before the first is copied, so a net
 * is loaded whole or stays as it was. */
#include "../../core/math.h"
#include "checkpoint.h"

/* A tensor of the file, and of the net the one of that name. */
typedef struct match {
  rsd_file_tensor theirs;
  rsd_tensor ours;
  char name[RSD_NAME_BYTES]; /* ours for it, with the prefix of its part */
  int index; /* -1: the net has none */
  rsd_tensor_part part;
} match;

static const char *prefix_of(rsd_tensor_part part) {
  return part == RSD_PART_MOMENTUM  ? RSD_MOMENTUM_PREFIX
         : part == RSD_PART_AVERAGE ? RSD_AVERAGE_PREFIX
                                    : "";
}
static rsd_tensor_part part_of(const char *name) {
  size_t length = rsd_text_length(name);
  return rsd_text_starts(name, length, RSD_MOMENTUM_PREFIX)  ? RSD_PART_MOMENTUM
         : rsd_text_starts(name, length, RSD_AVERAGE_PREFIX) ? RSD_PART_AVERAGE
                                                             : RSD_PART_VALUE;
}

/* The first tensor of the block that a name is of, "layer2.17.": files may be in any order, and a net has
 * thousands of tensors. */
static int first_of_block(const rsd_net *net, const char *name, size_t length) {
  int blocks = ((int)net->spec.depth - 2) / 6, stage = length > 7 ? name[5] - '1' : 0;
  uint32_t block;
  size_t end = 7;
  while (end < length && name[end] != '.')
    end++;
  if (!rsd_text_starts(name, length, "layer") || stage < 0 || stage >= RSD_STAGES ||
      !rsd_parse_u32(name + 7, end - 7, &block) || block >= (uint32_t)blocks)
    return 0;
  return rsd_layer_tensor(net, 1 + 2 * (stage * blocks + (int)block));
}

static void find_ours(const rsd_net *net, match *m) {
  const char *name = m->name + rsd_text_length(prefix_of(m->part));
  int count = rsd_tensor_count(net), first = first_of_block(net, name, rsd_text_length(name));
  for (int i = 0; i < count; i++) {
    m->index = (first + i) % count;
    rsd_tensor_describe(net, m->index, &m->ours);
    if (rsd_text_equal(name, rsd_text_length(name), m->ours.name)) return;
  }
  m->index = -1;
}

/* What is taken from a file. Without its run, averages take the place of the weights. */
typedef struct selection {
  int run, head, averages;
} selection;

static int is_head(const char *name) {
  return rsd_text_starts(name, rsd_text_length(name), RSD_HEAD_PREFIX);
}

/* Fine-tuning begins without the head and without a run. */
static int is_wanted(const match *m, const selection *wanted) {
  if (rsd_file_is_counter(&m->theirs)) return 0;
  return wanted->head ||
         !(m->part == RSD_PART_MOMENTUM || is_head(m->name + rsd_text_length(prefix_of(m->part))));
}

/* Returns 0 after the last. */
static int next_match(const rsd_net *net, const rsd_file *file, const selection *wanted,
                      const char **cursor, match *m) {
  while (rsd_file_next(file, cursor, &m->theirs)) {
    rsd_name_of(&m->theirs, m->name);
    m->part = part_of(m->name);
    if (!is_wanted(m, wanted)) continue;
    find_ours(net, m);
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

static rsd_status check_values(const rsd_net *net, const rsd_file *file, const match *m,
                               rsd_error *error) {
  const rsd_element *type = m->theirs.type;
  const uint8_t *values = file->data + m->theirs.begin;
  uint32_t bad = rsd_tensor_first_bad(net, m->index, type, values);
  if (bad == m->ours.elements) return RSD_OK;
  return rsd_fail(error, RSD_BAD_FILE,
                  "element %u of tensor %.*s is %g; the file is damaged, or its training diverged.",
                  bad, RSD_SHOWN(m->theirs.name_length, m->theirs.name),
                  (double)type->read(values + (size_t)type->bytes * bad));
}

static rsd_status check_match(const rsd_net *net, const rsd_file *file, const match *m,
                              rsd_error *error) {
  const rsd_file_tensor *t = &m->theirs;
  if (m->index < 0 || (m->part == RSD_PART_MOMENTUM && m->ours.kind != RSD_TENSOR_PARAMETER))
    return rsd_fail(error, RSD_MISMATCH,
                    "the file has a tensor %.*s, which this net does not have; make the net "
                    "that the file is for.",
                    RSD_SHOWN(t->name_length, t->name));
  if (t->type->read == NULL)
    return rsd_fail(error, RSD_MISMATCH,
                    "tensor %.*s is %.*s; convert it to F32, F64, F16 or BF16.",
                    RSD_SHOWN(t->name_length, t->name), RSD_SHOWN(t->dtype_length, t->dtype));
  rsd_status status = check_shape(m, error);
  return status == RSD_OK ? check_values(net, file, m, error) : status;
}

/* Whether a file must have this part of a tensor. */
static int is_needed(const selection *wanted, rsd_tensor_part part, const rsd_tensor *t) {
  if (!wanted->head && is_head(t->name)) return 0;
  if (part == RSD_PART_MOMENTUM) return wanted->run && t->kind == RSD_TENSOR_PARAMETER;
  return part == RSD_PART_VALUE || (part == RSD_PART_AVERAGE && wanted->averages);
}

/* That every tensor of the file fits the net, and none of the net's is missing. */
static rsd_status check_tensors(const rsd_net *net, const rsd_file *file, const selection *wanted,
                                rsd_error *error) {
  uint8_t seen[RSD_PART_AVERAGE + 1][5 * RSD_MAX_CONVS + 2] = {{0}};
  const char *cursor = NULL;
  match m;
  while (next_match(net, file, wanted, &cursor, &m)) {
    rsd_status status = check_match(net, file, &m, error);
    if (status != RSD_OK) return status;
    if (seen[m.part][m.index])
      return rsd_fail(error, RSD_MISMATCH,
                      "the file has tensor %s under two names, one of them %.*s; keep one.", m.name,
                      RSD_SHOWN(m.theirs.name_length, m.theirs.name));
    seen[m.part][m.index] = 1;
  }
  for (int i = 0; i < rsd_tensor_count(net); i++) {
    rsd_tensor t;
    rsd_tensor_describe(net, i, &t);
    for (rsd_tensor_part part = RSD_PART_VALUE; part <= RSD_PART_AVERAGE; part++)
      if (!seen[part][i] && is_needed(wanted, part, &t))
        return rsd_fail(error, RSD_MISMATCH,
                        "the file has no tensor %s%s; make the net that the file is for.",
                        prefix_of(part), t.name);
  }
  return RSD_OK;
}

/* Where a tensor of the file goes; NULL: nowhere. */
static const float *target_of(const rsd_net *net, const match *m, const selection *wanted) {
  if (wanted->run) return rsd_tensor_part_of(net, m->index, m->part);
  if (m->part != (wanted->averages ? RSD_PART_AVERAGE : RSD_PART_VALUE)) return NULL;
  return rsd_tensor_part_of(net, m->index, RSD_PART_VALUE);
}

static void read_tensors(rsd_net *net, const rsd_file *file, const selection *wanted) {
  const char *cursor = NULL;
  match m;
  while (next_match(net, file, wanted, &cursor, &m)) {
    const float *to = target_of(net, &m, wanted);
    if (to)
      rsd_tensor_import(net, m.index, m.theirs.type, file->data + m.theirs.begin,
                        (float *)(uintptr_t)to);
  }
}

/* The run of the file, which must fit its tensors and the net. */
static rsd_status read_run(const rsd_net *net, const rsd_file *file, const selection *wanted,
                           rsd_recipe *recipe, rsd_progress *progress, rsd_error *error) {
  rsd_status status = rsd_file_read_run(file, recipe, progress, error);
  if (status == RSD_OK) status = rsd_check_class_weights(recipe, net->spec.classes, error);
  if (status != RSD_OK || wanted->averages == (recipe->ema > 0.0f)) return status;
  return rsd_fail(error, RSD_BAD_FILE, "the file has %s, its recipe %s; save the file again.",
                  wanted->averages ? "averages of weights" : "no averages of weights",
                  wanted->averages ? "none" : "some");
}

rsd_status rsd_checkpoint_load(rsd_net *net, const void *bytes, size_t length, int features_only,
                               rsd_error *error) {
  rsd_file file;
  rsd_recipe recipe = {.size = sizeof recipe};
  rsd_progress progress = {.size = sizeof progress};
  rsd_status status = rsd_file_open(bytes, length, &file, error);
  if (status != RSD_OK) return status;
  selection wanted = {.head = !features_only, .averages = rsd_file_has(&file, RSD_AVERAGE_PREFIX)};
  wanted.run = !features_only && net->capacity.training && rsd_file_has_momentum(&file);
  if (!features_only) /* which weights need not say */
    rsd_read_fields(&file, &rsd_step_field, &progress, NULL);
  status = check_tensors(net, &file, &wanted, error);
  if (status == RSD_OK && wanted.run)
    status = read_run(net, &file, &wanted, &recipe, &progress, error);
  if (status != RSD_OK) return status;
  rsd_net_set_run(net, wanted.run ? RSD_RUN_LOADED : RSD_RUN_NONE, &recipe, &progress);
  read_tensors(net, &file, &wanted);
  net->ready_to_evaluate = 0;
  return RSD_OK;
}
