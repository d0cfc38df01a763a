/* A net to a safetensors file: metadata, PyTorch's tensor names, and of a run its momentum and averages.
 * The header is made twice: the first pass counts its bytes, the second writes them. */
#include "checkpoint.h"

static void add_channels(rsd_text *text, const char *key, const float v[3]) {
  rsd_text_add(text, ",\"%s\":\"%g,%g,%g\"", key, (double)v[0], (double)v[1], (double)v[2]);
}

static void add_metadata(rsd_text *text, const rsd_net *net, int with_run) {
  const rsd_spec *s = &net->spec;
  rsd_text_add(text,
               "{\"__metadata__\":{\"format_version\":\"" RSD_FORMAT_VERSION "\",\"net\":\"%s%u\"",
               s->family == RSD_PLAIN ? "plain" : "resnet", s->depth);
  rsd_add_fields(text, &rsd_spec_fields, s);
  add_channels(text, "mean", s->mean);
  add_channels(text, "std", s->stddev);
  rsd_add_fields(text, &rsd_step_field, &net->progress);
  if (with_run) {
    rsd_add_fields(text, &rsd_recipe_fields, &net->recipe);
    rsd_add_fields(text, &rsd_option_fields, &net->recipe);
    rsd_add_fields(text, &rsd_progress_fields, &net->progress);
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

/* What a file can hold of each tensor. A file has the first one, two or three. */
static const struct {
  const char *prefix;
  rsd_tensor_part part;
} file_parts[] = {{"", RSD_PART_VALUE},
                  {RSD_MOMENTUM_PREFIX, RSD_PART_MOMENTUM},
                  {RSD_AVERAGE_PREFIX, RSD_PART_AVERAGE}};
enum { WEIGHTS = 1, RUN = 2, RUN_WITH_AVERAGES = 3 };

static int has_part(int part, const rsd_tensor *t) {
  return file_parts[part].part != RSD_PART_MOMENTUM || t->kind == RSD_TENSOR_PARAMETER;
}

/* Returns the bytes of data that the header describes. */
static uint64_t add_header(rsd_text *text, const rsd_net *net, int count) {
  uint64_t offset = 0;
  add_metadata(text, net, count >= RUN);
  for (int part = 0; part < count; part++)
    for (int i = 0; i < rsd_tensor_count(net); i++) {
      rsd_tensor t;
      rsd_tensor_describe(net, i, &t);
      if (has_part(part, &t)) add_tensor(text, file_parts[part].prefix, &t, &offset);
    }
  rsd_text_add(text, "}");
  while (text->length % 8)
    rsd_text_add(text, " ");
  return offset;
}

/* Numbers in the metadata may grow to their ten or fifteen characters, and the recipe may have more
 * fields. */
uint64_t rsd_checkpoint_bytes(const rsd_net *net) {
  rsd_text measure = {NULL, 0, 0};
  uint64_t data = add_header(&measure, net, RUN_WITH_AVERAGES);
  return 8 + measure.length + 1024 + rsd_fields_bytes(&rsd_option_fields) + data;
}

/* Weights alone are those that evaluation computes with. */
static void write_tensors(const rsd_net *net, int count, char *to) {
  for (int part = 0; part < count; part++)
    for (int i = 0; i < rsd_tensor_count(net); i++) {
      rsd_tensor t;
      rsd_tensor_describe(net, i, &t);
      if (!has_part(part, &t)) continue;
      const float *from = rsd_tensor_part_of(net, i, file_parts[part].part);
      rsd_tensor_export(net, i, count == WEIGHTS ? rsd_net_evaluated(net, from) : from, to);
      to += sizeof(float) * t.elements;
    }
}

rsd_status rsd_checkpoint_save(const rsd_net *net, int optimizer, void *bytes, size_t capacity,
                               size_t *written, rsd_error *error) {
  int has_run = optimizer && net->run != RSD_RUN_NONE;
  int count = !has_run ? WEIGHTS : net->recipe.ema > 0.0f ? RUN_WITH_AVERAGES : RUN;
  rsd_text measure = {NULL, 0, 0};
  uint64_t data = add_header(&measure, net, count), header = measure.length;
  unsigned long long whole = 8 + header + data;
  if (capacity < whole)
    return rsd_fail(error, RSD_NO_MEMORY,
                    "the file needs %llu bytes, %llu were given; give plan.checkpoint_bytes.",
                    whole, (unsigned long long)capacity);
  /* The zero that ends the text is where the data begins, and is overwritten. */
  rsd_text text = {(char *)bytes + 8, (size_t)header + 1, 0};
  rsd_copy(bytes, &header, 8);
  add_header(&text, net, count);
  write_tensors(net, count, (char *)bytes + 8 + header);
  *written = (size_t)whole;
  return RSD_OK;
}
