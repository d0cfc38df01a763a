/* A file into a net: every tensor is checked against the net before the first is copied, so a net
 * is loaded whole or stays as it was. */
#include "../../core/math.h"
#include "checkpoint.h"

/* A tensor of the file, and of the net the one of that name. */
typedef struct match {
  rsd_file_tensor theirs;
  rsd_tensor ours;
  char name[RSD_NAME_BYTES]; /* ours for it, with the prefix of momentum */
  int index; /* -1: the net has none */
  int momentum;
} match;

/* Files are mostly in the net's order: the search begins after the last find. */
static void find_ours(const rsd_net *net, match *m) {
  const char *name = m->name + (m->momentum ? sizeof RSD_MOMENTUM_PREFIX - 1 : 0);
  int count = rsd_tensor_count(net), first = m->index + 1;
  for (int i = 0; i < count; i++) {
    m->index = (first + i) % count;
    rsd_tensor_describe(net, m->index, &m->ours);
    if (rsd_text_equal(name, rsd_text_length(name), m->ours.name)) return;
  }
  m->index = -1;
}

/* What is taken from a file. */
typedef enum selection { PARTS_RUN, PARTS_WEIGHTS, PARTS_FEATURES } selection;

static int is_head(const char *name) {
  return rsd_text_starts(name, rsd_text_length(name), RSD_HEAD_PREFIX);
}

/* Fine-tuning begins without the head and without a run. */
static int is_wanted(const match *m, selection wanted) {
  if (rsd_file_is_counter(&m->theirs)) return 0;
  return wanted != PARTS_FEATURES || !(m->momentum || is_head(m->name));
}

/* Returns 0 after the last; m->index starts as -1. */
static int next_match(const rsd_net *net, const rsd_file *file, selection wanted,
                      const char **cursor, match *m) {
  while (rsd_file_next(file, cursor, &m->theirs)) {
    rsd_name_of(&m->theirs, m->name);
    m->momentum = rsd_text_starts(m->name, rsd_text_length(m->name), RSD_MOMENTUM_PREFIX);
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
  if (m->index < 0 || (m->momentum && m->ours.kind != RSD_TENSOR_PARAMETER))
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

/* That every tensor of the file fits the net, and none of the net's is missing. */
static rsd_status check_tensors(const rsd_net *net, const rsd_file *file, selection wanted,
                                rsd_error *error) {
  uint8_t seen[2][5 * RSD_MAX_CONVS + 2] = {{0}, {0}};
  const char *cursor = NULL;
  match m = {.index = -1};
  while (next_match(net, file, wanted, &cursor, &m)) {
    rsd_status status = check_match(net, file, &m, error);
    if (status != RSD_OK) return status;
    if (seen[m.momentum][m.index])
      return rsd_fail(error, RSD_MISMATCH,
                      "the file has tensor %s under two names, one of them %.*s; keep one.", m.name,
                      RSD_SHOWN(m.theirs.name_length, m.theirs.name));
    seen[m.momentum][m.index] = 1;
  }
  for (int i = 0; i < rsd_tensor_count(net); i++) {
    rsd_tensor t;
    rsd_tensor_describe(net, i, &t);
    int needs_momentum = wanted == PARTS_RUN && t.kind == RSD_TENSOR_PARAMETER;
    if (wanted == PARTS_FEATURES && is_head(t.name)) continue;
    if (seen[0][i] && (seen[1][i] || !needs_momentum)) continue;
    return rsd_fail(error, RSD_MISMATCH,
                    "the file has no tensor %s%s; make the net that the file is for.",
                    seen[0][i] ? RSD_MOMENTUM_PREFIX : "", t.name);
  }
  return RSD_OK;
}

static void read_tensors(rsd_net *net, const rsd_file *file, selection wanted) {
  const char *cursor = NULL;
  match m = {.index = -1};
  while (next_match(net, file, wanted, &cursor, &m)) {
    if (m.momentum && wanted != PARTS_RUN) continue;
    const float *part =
        rsd_tensor_part_of(net, m.index, m.momentum ? RSD_PART_MOMENTUM : RSD_PART_VALUE);
    rsd_tensor_import(net, m.index, m.theirs.type, file->data + m.theirs.begin,
                      (float *)(uintptr_t)part);
  }
}

rsd_status rsd_checkpoint_load(rsd_net *net, const void *bytes, size_t length, int features_only,
                               rsd_error *error) {
  rsd_file file;
  rsd_recipe recipe = {.size = sizeof recipe};
  rsd_progress progress = {.size = sizeof progress};
  rsd_status status = rsd_file_open(bytes, length, &file, error);
  if (status != RSD_OK) return status;
  int with_run = !features_only && net->capacity.training && rsd_file_has_momentum(&file);
  selection wanted = features_only ? PARTS_FEATURES : with_run ? PARTS_RUN : PARTS_WEIGHTS;
  status = check_tensors(net, &file, wanted, error);
  if (!features_only) /* which weights need not say */
    rsd_read_fields(&file, &rsd_step_field, &progress, NULL);
  if (status == RSD_OK && with_run) status = rsd_file_read_run(&file, &recipe, &progress, error);
  if (status != RSD_OK) return status;
  rsd_net_set_run(net, with_run ? RSD_RUN_LOADED : RSD_RUN_NONE, &recipe, &progress);
  read_tensors(net, &file, wanted);
  net->ready_to_evaluate = 0;
  return RSD_OK;
}
