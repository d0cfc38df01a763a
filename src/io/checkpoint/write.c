/* A net to a safetensors file: metadata, PyTorch's tensor names, and of a run its momentum. The
 * header is made twice: the first pass counts its bytes, the second writes them. */
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

/* Returns the bytes of data that the header describes. */
static uint64_t add_header(rsd_text *text, const rsd_net *net, int with_run) {
  uint64_t offset = 0;
  add_metadata(text, net, with_run);
  for (int momentum = 0; momentum <= with_run; momentum++)
    for (int i = 0; i < rsd_tensor_count(net); i++) {
      rsd_tensor t;
      rsd_tensor_describe(net, i, &t);
      if (!momentum || t.kind == RSD_TENSOR_PARAMETER)
        add_tensor(text, momentum ? RSD_MOMENTUM_PREFIX : "", &t, &offset);
    }
  rsd_text_add(text, "}");
  while (text->length % 8)
    rsd_text_add(text, " ");
  return offset;
}

/* Numbers in the metadata may grow to their ten or fifteen characters. */
uint64_t rsd_checkpoint_bytes(const rsd_net *net) {
  rsd_text measure = {NULL, 0, 0};
  uint64_t data = add_header(&measure, net, 1);
  return 8 + measure.length + 1024 + data;
}

static void write_tensors(const rsd_net *net, int with_run, char *to) {
  for (int momentum = 0; momentum <= with_run; momentum++)
    for (int i = 0; i < rsd_tensor_count(net); i++) {
      rsd_tensor t;
      rsd_tensor_describe(net, i, &t);
      if (momentum && t.kind != RSD_TENSOR_PARAMETER) continue;
      rsd_tensor_export(
          net, i, rsd_tensor_part_of(net, i, momentum ? RSD_PART_MOMENTUM : RSD_PART_VALUE), to);
      to += sizeof(float) * t.elements;
    }
}

rsd_status rsd_checkpoint_save(const rsd_net *net, int optimizer, void *bytes, size_t capacity,
                               size_t *written, rsd_error *error) {
  int with_run = optimizer && net->run != RSD_RUN_NONE;
  rsd_text measure = {NULL, 0, 0};
  uint64_t data = add_header(&measure, net, with_run), header = measure.length;
  unsigned long long whole = 8 + header + data;
  if (capacity < whole)
    return rsd_fail(error, RSD_NO_MEMORY,
                    "the file needs %llu bytes, %llu were given; give plan.checkpoint_bytes.",
                    whole, (unsigned long long)capacity);
  /* The zero that ends the text is where the data begins, and is overwritten. */
  rsd_text text = {(char *)bytes + 8, (size_t)header + 1, 0};
  rsd_copy(bytes, &header, 8);
  add_header(&text, net, with_run);
  write_tensors(net, with_run, (char *)bytes + 8 + header);
  *written = (size_t)whole;
  return RSD_OK;
}
