/* Nets by name, from a spec or a file, and their evaluation over a whole set. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

void name_net(const rsd_spec *spec, char name[16]) {
  snprintf(name, 16, "%s%u", spec->family == RSD_PLAIN ? "plain" : "resnet", spec->depth);
}

void set_net_name(rsd_spec *spec) {
  const char *name = text_option("net");
  if (name && rsd_read_net_name(name, spec, &core_error) != RSD_OK)
    fail_usage("--net is plain20, resnet56 or the like, not \"%s\".", name);
}

static rsd_capacity capacity_for(uint32_t batch, uint32_t training) {
  uint32_t conv = choice_option("conv", RSD_OPTION_CONV, RSD_CONV_AUTO);
  return (rsd_capacity){sizeof(rsd_capacity), batch, training, thread_count(), conv, RSD_TIER_AUTO};
}

void check_plan(const rsd_spec *spec, uint32_t batch) {
  rsd_capacity capacity = capacity_for(batch, 1);
  rsd_plan plan = {.size = sizeof plan};
  check_flags(rsd_plan_net(spec, &capacity, &plan, &core_error));
}

rsd_net *make_net(const rsd_spec *spec, uint32_t batch, uint32_t training, uint64_t *file_bytes) {
  rsd_capacity capacity = capacity_for(batch, training);
  rsd_plan plan = {.size = sizeof plan};
  rsd_net *net;
  check(rsd_plan_net(spec, &capacity, &plan, &core_error));
  void *memory = allocate(plan.bytes);
  check(rsd_net_create(spec, &capacity, memory, (size_t)plan.bytes, &net, &core_error));
  use_threads(net);
  if (file_bytes) *file_bytes = plan.checkpoint_bytes;
  return net;
}

rsd_net *load_net(blob file, const char *path, uint32_t batch, rsd_spec *spec) {
  uint32_t known;
  spec->size = sizeof *spec;
  check(rsd_file_spec(file.at, file.length, spec, &known, NULL, &core_error));
  if (!known && text_option("net") == NULL)
    note(
        "%s does not say which net it is for; by its tensors: %u layers, shortcut %c (or say "
        "--net).",
        path, spec->depth, "ABC"[spec->shortcut]);
  set_net_name(spec);
  rsd_net *net = make_net(spec, batch, 0, NULL);
  check(rsd_net_load(net, file.at, file.length, &core_error));
  return net;
}

rsd_score evaluate(rsd_net *net, const image_set *set, uint32_t batch) {
  rsd_score whole = {sizeof whole, 0, 0.0}, part = {.size = sizeof part};
  for (uint32_t first = 0; first < set->count; first += batch) {
    uint32_t count = set->count - first < batch ? set->count - first : batch;
    check(rsd_evaluate(net, set->images + (size_t)first * RSD_IMAGE_BYTES, set->labels + first,
                       count, &part, &core_error));
    whole.wrong += part.wrong;
    whole.loss_sum += part.loss_sum;
  }
  return whole;
}
