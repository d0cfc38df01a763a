/* The training run of a net, and what its last step left in the buffers. Invariant: every run
 * begins and ends in rsd_net_set_run, which empties them, so nothing outlives the run or the step
 * that it belongs to. */
#include "net.h"

void rsd_net_forget_step(rsd_net *net) {
  net->last_batch = 0;
  net->has_gradients = 0;
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
  net->own_lr = progress->step > 0 ? progress->lr : recipe->lr;
  net->ready_to_evaluate = 0;
  if (recipe->ema > 0.0f)
    rsd_copy(net->averages, net->parameters, sizeof(float) * (size_t)net->state_floats);
}

const float *rsd_net_evaluated(const rsd_net *net, const float *value) {
  return net->recipe.ema > 0.0f ? net->averages + (value - net->parameters) : value;
}

void rsd_net_forget_run(rsd_net *net) {
  const rsd_recipe recipe = {.size = sizeof recipe};
  const rsd_progress progress = {.size = sizeof progress};
  rsd_net_set_run(net, RSD_RUN_NONE, &recipe, &progress);
}

void rsd_net_end_run(rsd_net *net) {
  if (net->recipe.ema > 0.0f)
    rsd_copy(net->parameters, net->averages, sizeof(float) * (size_t)net->state_floats);
  rsd_net_forget_run(net);
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

rsd_status rsd_net_run_gradients(rsd_net *net, const rsd_batch *batch, rsd_error *error) {
  static const rsd_batch none = {NULL, NULL, NULL};
  rsd_status status = rsd_net_gradients(net, batch, error);
  net->batch = none;
  if (status != RSD_OK) rsd_net_forget_step(net);
  return status;
}
rsd_status rsd_net_run_update(rsd_net *net, rsd_error *error) {
  rsd_status status = rsd_net_update(net, error);
  if (status != RSD_OK) rsd_net_forget_step(net);
  return status;
}
