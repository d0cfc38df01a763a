/* The training run of a net, and what its last step left in the buffers. Invariant: every run
 * begins and ends in rsd_net_set_run, which empties them, so nothing outlives the run or the step
 * that it belongs to. */
#include "net.h"

void rsd_net_forget_step(rsd_net *net) {
  net->last_batch = 0;
  if (net->capacity.training)
    rsd_zero(net->gradients, sizeof(float) * (size_t)net->parameter_floats);
}

void rsd_net_set_run(rsd_net *net, rsd_run_state state, const rsd_recipe *recipe,
                     const rsd_progress *progress) {
  rsd_net_forget_step(net);
  if (net->capacity.training)
    rsd_zero(net->velocity, sizeof(float) * (size_t)net->parameter_floats);
  net->run = state;
  net->recipe = *recipe;
  net->progress = *progress;
}

void rsd_net_forget_run(rsd_net *net) {
  const rsd_recipe recipe = {.size = sizeof recipe};
  const rsd_progress progress = {.size = sizeof progress};
  rsd_net_set_run(net, RSD_RUN_NONE, &recipe, &progress);
}

void rsd_net_begin_run(rsd_net *net, const rsd_recipe *recipe) {
  const rsd_progress start = {.size = sizeof start,
                              .steps = rsd_recipe_steps(recipe),
                              .steps_per_epoch = recipe->images / recipe->batch_size,
                              .trajectory_low = 0x84222325u,
                              .trajectory_high = 0xcbf29ce4u};
  rsd_net_set_run(net, RSD_RUN_BEGUN, recipe, &start);
}

uint32_t rsd_net_next_images(const rsd_net *net, uint32_t *indices) {
  const rsd_progress *at = &net->progress;
  if (at->step == at->steps) return 0;
  uint32_t epoch = at->step / at->steps_per_epoch;
  uint32_t first = at->step % at->steps_per_epoch * net->recipe.batch_size;
  for (uint32_t i = 0; i < net->recipe.batch_size; i++)
    indices[i] = rsd_recipe_image(&net->recipe, epoch, first + i);
  return net->recipe.batch_size;
}

rsd_status rsd_net_run_step(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                            rsd_error *error) {
  rsd_status status = rsd_net_step(net, images, labels, error);
  net->images = NULL;
  if (status != RSD_OK) rsd_net_forget_step(net);
  return status;
}
