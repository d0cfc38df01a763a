/* One step of SGD. Invariant: everything is checked before anything is updated, so a step that
 * diverges leaves the net as it was. */
#include "../core/diagnostics.h"
#include "training.h"

/* The running statistics of channel c of layer l after this step; l has a norm. */
typedef struct running_statistics {
  float mean, var;
} running_statistics;
static running_statistics next_statistics(const rsd_net *net, const rsd_layer *l, int c) {
  float count = (float)net->recipe.batch_size * (float)layer_out_pixels(l);
  float mean = l->running_mean[c], var = l->running_var[c];
  float unbiased = l->var[c] * (count / (count - 1.0f));
  running_statistics next = {mean + RSD_NORM_MOMENTUM * (l->mean[c] - mean),
                             var + RSD_NORM_MOMENTUM * (unbiased - var)};
  return next;
}

static void update_running_statistics(rsd_net *net) {
  for (int i = 0; i < net->layer_count; i++) {
    rsd_layer *l = &net->layers[i];
    for (int c = 0; l->gamma && !l->frozen && c < l->shape.out; c++) {
      running_statistics next = next_statistics(net, l, c);
      l->running_mean[c] = next.mean;
      l->running_var[c] = next.var;
    }
  }
}

/* Names the tensor that `element`, a parameter or statistic, belongs to. */
static rsd_status fail_diverged(const rsd_net *net, const char *what, const float *element,
                                rsd_error *error) {
  rsd_tensor t;
  rsd_tensor_at(net, element, &t);
  return rsd_fail(error, RSD_DIVERGED,
                  "training diverged at step %u: %s %s is not finite; train again with a smaller "
                  "learning rate.",
                  net->progress.step + 1, what, t.name);
}

static int is_output_finite(const rsd_net *net, const rsd_layer *l) {
  ptrdiff_t count = (ptrdiff_t)net->recipe.batch_size * layer_out_floats(l);
  for (ptrdiff_t k = 0; k < count; k++)
    if (!rsd_is_finite(l->y[k])) return 0;
  return 1;
}
static rsd_status check_loss(const rsd_net *net, const rsd_loss *loss, rsd_error *error) {
  const char *output = "the output of the layer with";
  if (rsd_is_finite((float)loss->sum)) return RSD_OK;
  for (int i = 0; i < net->main_convs; i++) {
    const rsd_layer *projection = projection_beside(net, i);
    if (!is_output_finite(net, &net->layers[i]))
      return fail_diverged(net, output, net->layers[i].weights, error);
    if (projection && !is_output_finite(net, projection))
      return fail_diverged(net, output, projection->weights, error);
  }
  return fail_diverged(net, "the loss after", net->dense_weights, error);
}

static rsd_status check_statistics(const rsd_net *net, rsd_error *error) {
  for (int i = 0; i < net->layer_count; i++) {
    const rsd_layer *l = &net->layers[i];
    for (int c = 0; l->gamma && !l->frozen && c < l->shape.out; c++) {
      running_statistics next = next_statistics(net, l, c);
      const float *bad = !rsd_is_finite(next.mean)  ? &l->running_mean[c]
                         : !rsd_is_finite(next.var) ? &l->running_var[c]
                                                    : NULL;
      if (bad) return fail_diverged(net, "the new value of", bad, error);
    }
  }
  return RSD_OK;
}

static rsd_status check_update(const rsd_net *net, float lr, rsd_error *error) {
  ptrdiff_t from = net->trained_from, count = net->parameter_floats - from;
  const float *gradients = net->gradients + from, *parameters = net->parameters + from;
  ptrdiff_t bad =
      RSD_VECTOR(net, sgd_overflow)(count, lr, net->recipe.momentum, net->recipe.weight_decay,
                                    gradients, net->velocity + from, parameters);
  if (bad == count) return RSD_OK;
  const char *what = rsd_is_finite(gradients[bad]) ? "the new value of" : "the gradient of";
  return fail_diverged(net, what, parameters + bad, error);
}

static void advance(rsd_net *net, const rsd_loss *loss, float lr) {
  rsd_progress *at = &net->progress;
  uint32_t batch = net->recipe.batch_size;
  float mean = (float)(loss->sum / batch);
  uint64_t hash = (uint64_t)at->trajectory_high << 32 | at->trajectory_low;
  for (int byte = 0; byte < 4; byte++)
    hash = (hash ^ (rsd_bits32(mean) >> (8 * byte) & 255)) * 0x100000001b3ull;
  at->trajectory_low = (uint32_t)hash;
  at->trajectory_high = (uint32_t)(hash >> 32);
  if (at->step % at->steps_per_epoch == 0)
    at->epoch_images = at->epoch_wrong = 0, at->epoch_loss_sum = 0.0;
  at->lr = lr;
  at->step++;
  at->epoch = at->step / at->steps_per_epoch;
  at->epoch_images += batch;
  at->epoch_wrong += (uint32_t)loss->wrong;
  at->epoch_loss_sum += loss->sum;
  at->loss = loss->sum / batch;
}

rsd_status rsd_check_threads(const rsd_net *net, rsd_error *error) {
  if (!rsd_pool_lost_thread(net->pool)) return RSD_OK;
  return rsd_fail(error, RSD_BAD_STATE,
                  "a thread of the net's pool died at work; make the net again from its last "
                  "checkpoint.");
}

rsd_status rsd_net_step(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                        rsd_error *error) {
  net->images = images;
  net->ready_to_evaluate = 0;
  rsd_net_forward(net);
  rsd_loss loss = RSD_VECTOR(net, cross_entropy)(
      (int)net->recipe.batch_size, (int)net->spec.classes, net->logits, labels, net->dlogits);
  net->last_batch = net->recipe.batch_size;
  rsd_status status = rsd_check_threads(net, error);
  if (status == RSD_OK) status = check_loss(net, &loss, error);
  if (status != RSD_OK) return status;
  rsd_net_backward(net);
  status = rsd_check_threads(net, error);
  if (status != RSD_OK) return status;
  float lr = rsd_recipe_rate(&net->recipe, net->spec.depth, net->progress.step);
  status = check_update(net, lr, error);
  if (status == RSD_OK) status = check_statistics(net, error);
  if (status != RSD_OK) return status;
  update_running_statistics(net);
  ptrdiff_t from = net->trained_from;
  RSD_VECTOR(net, sgd)(net->parameter_floats - from, lr, net->recipe.momentum,
                       net->recipe.weight_decay, net->gradients + from, net->velocity + from,
                       net->parameters + from);
  advance(net, &loss, lr);
  return RSD_OK;
}
