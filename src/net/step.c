/* One step of SGD, in two halves: gradients, then the update. Invariant: everything is checked before
 * anything is updated, so a step that diverges leaves the net as it was. */
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

/* Parameters that one rule is for. */
typedef struct span {
  ptrdiff_t from, count;
  int decays;
} span;
/* Returns 0, or what ends the walk: the bad parameter's number plus one. */
typedef ptrdiff_t (*span_visit)(rsd_net *net, const span *s, const rsd_sgd_rule *rule);

static ptrdiff_t visit_span(rsd_net *net, const span *s, float lr, span_visit visit) {
  const rsd_recipe *r = &net->recipe;
  rsd_sgd_rule rule = {lr, r->momentum, s->decays ? r->weight_decay : 0.0f, (int)r->nesterov};
  return visit(net, s, &rule);
}

/* The weights of a convolution or of the dense layer, and what stands beside them without decay. */
static ptrdiff_t visit_layer(rsd_net *net, const float *weights, size_t count, const float *end,
                             float lr, span_visit visit) {
  ptrdiff_t from = weights - net->parameters, rest = from + (ptrdiff_t)((count + 3) / 4 * 4);
  span decayed = {from, rest - from, 1}, others = {rest, end - net->parameters - rest, 0};
  ptrdiff_t bad = visit_span(net, &decayed, lr, visit);
  return bad ? bad : visit_span(net, &others, lr, visit);
}

/* All parameters that train: as one span, or layer by layer where they follow two rules. */
static ptrdiff_t visit_parameters(rsd_net *net, float lr, span_visit visit) {
  span all = {net->trained_from, net->parameter_floats - net->trained_from, 1};
  if (!net->recipe.no_decay_norm) return visit_span(net, &all, lr, visit);
  for (int i = 0; i < net->layer_count; i++) {
    const rsd_layer *l = &net->layers[i];
    if (l->frozen) continue;
    ptrdiff_t bad =
        visit_layer(net, l->weights, rsd_layer_weight_floats(l), l->beta + l->shape.out, lr, visit);
    if (bad) return bad;
  }
  return visit_layer(net, net->dense_weights, (size_t)net->spec.classes * (size_t)net->features,
                     net->parameters + net->parameter_floats, lr, visit);
}

static ptrdiff_t find_overflow(rsd_net *net, const span *s, const rsd_sgd_rule *rule) {
  ptrdiff_t bad = RSD_VECTOR(net, sgd_overflow)(s->count, rule, net->gradients + s->from,
                                                net->velocity + s->from, net->parameters + s->from);
  return bad == s->count ? 0 : s->from + bad + 1;
}
static ptrdiff_t update_span(rsd_net *net, const span *s, const rsd_sgd_rule *rule) {
  RSD_VECTOR(net, sgd)(s->count, rule, net->gradients + s->from, net->velocity + s->from,
                       net->parameters + s->from);
  return 0;
}

static rsd_status check_update(rsd_net *net, float lr, rsd_error *error) {
  ptrdiff_t bad = visit_parameters(net, lr, find_overflow) - 1;
  if (bad < 0) return RSD_OK;
  const char *what = rsd_is_finite(net->gradients[bad]) ? "the new value of" : "the gradient of";
  return fail_diverged(net, what, net->parameters + bad, error);
}

/* The loss of the logits, and its gradient in dlogits. */
static rsd_loss step_loss(rsd_net *net, const uint16_t *labels) {
  const rsd_recipe *r = &net->recipe;
  int images = (int)r->batch_size, classes = (int)net->spec.classes;
  int weighs = r->class_weights[0] > 0.0f;
  if (!weighs && !(r->mixup > 0.0f) && !(r->label_smoothing > 0.0f))
    return RSD_VECTOR(net, cross_entropy)(images, classes, net->logits, labels, net->dlogits);
  rsd_targets targets = {.images = images,
                         .classes = classes,
                         .labels = labels,
                         .share = rsd_recipe_share(r, net->progress.step),
                         .smoothing = r->label_smoothing,
                         .weights = weighs ? r->class_weights : NULL};
  return rsd_soft_cross_entropy(&targets, net->logits, net->dlogits);
}

/* After step t = 1, 2, ... the decay is at most (1 + t) / (10 + t), so that the first weights are soon
 * forgotten. */
static void update_averages(rsd_net *net) {
  double t = net->progress.step + 1.0, decay = (double)net->recipe.ema;
  if (!(decay > 0.0)) return;
  if (decay > (1.0 + t) / (10.0 + t)) decay = (1.0 + t) / (10.0 + t);
  rsd_average(net->state_floats, decay, net->parameters, net->averages);
}

static float next_lr(const rsd_net *net) {
  return net->recipe.schedule == RSD_SCHEDULE_OWN
             ? net->own_lr
             : rsd_recipe_rate(&net->recipe, net->spec.depth, net->progress.step);
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

rsd_status rsd_net_gradients(rsd_net *net, const rsd_batch *batch, rsd_error *error) {
  net->batch = *batch;
  net->ready_to_evaluate = 0;
  rsd_net_forward(net);
  net->loss = step_loss(net, batch->labels);
  net->last_batch = net->recipe.batch_size;
  rsd_status status = rsd_check_threads(net, error);
  if (status == RSD_OK) status = check_loss(net, &net->loss, error);
  if (status != RSD_OK) return status;
  rsd_net_backward(net);
  status = rsd_check_threads(net, error);
  net->has_gradients = status == RSD_OK;
  return status;
}

/* Passes read parameters; in evaluation mode of a run with averages they are these. */
static void swap_averages(rsd_net *net) {
  for (ptrdiff_t k = 0; net->recipe.ema > 0.0f && k < net->state_floats; k++) {
    float value = net->parameters[k];
    net->parameters[k] = net->averages[k];
    net->averages[k] = value;
  }
}

rsd_status rsd_net_input_gradient(rsd_net *net, const rsd_batch *batch, int count, float *gradient,
                                  rsd_error *error) {
  const rsd_recipe recipe = net->recipe;
  const rsd_progress progress = net->progress;
  swap_averages(net);
  rsd_zero(&net->recipe, sizeof net->recipe);
  net->recipe.images = net->recipe.batch_size = (uint32_t)count;
  net->progress.step = 0;
  net->progress.steps_per_epoch = 1;
  net->batch = *batch;
  net->input_gradient = gradient;
  rsd_net_forward(net);
  step_loss(net, batch->labels);
  rsd_net_backward(net);
  net->input_gradient = NULL;
  net->ready_to_evaluate = 0;
  net->recipe = recipe;
  net->progress = progress;
  swap_averages(net);
  rsd_net_forget_step(net);
  rsd_status status = rsd_check_threads(net, error);
  return status == RSD_OK ? rsd_check_logits(net, count, net->logits, error) : status;
}

rsd_status rsd_net_update(rsd_net *net, rsd_error *error) {
  ptrdiff_t from = net->trained_from;
  if (net->recipe.clip > 0.0f)
    rsd_clip(net->parameter_floats - from, net->recipe.clip, net->gradients + from);
  float lr = next_lr(net);
  rsd_status status = check_update(net, lr, error);
  if (status == RSD_OK) status = check_statistics(net, error);
  if (status != RSD_OK) return status;
  net->ready_to_evaluate = net->has_gradients = 0;
  update_running_statistics(net);
  visit_parameters(net, lr, update_span);
  update_averages(net);
  advance(net, &net->loss, lr);
  return RSD_OK;
}
