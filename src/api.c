/* The public functions: arguments are checked here, and only here. */
#include "core/math.h"
#include "core/text.h"
#include "io/checkpoint/checkpoint.h"
#include "net/net.h"
#include "simd/vec.h"

#define RSD_TRY(call)                      \
  do {                                     \
    rsd_status status_ = (call);           \
    if (status_ != RSD_OK) return status_; \
  } while (0)
#define RSD_NEED(condition, ...)                                             \
  do {                                                                       \
    if (!(condition)) return rsd_fail(error, RSD_BAD_ARGUMENT, __VA_ARGS__); \
  } while (0)

uint32_t rsd_abi_version(void) { return RSD_ABI_VERSION; }
uint32_t rsd_numerics_version(void) { return RSD_NUMERICS_VERSION; }
const char *rsd_tier(void) { return RSD_TIER; }
void rsd_use_wide_blocks(uint32_t wide) { rsd_wide_blocks = wide; }

void rsd_default_spec(rsd_spec *spec) {
  rsd_spec s = {.size = sizeof(rsd_spec),
                .family = RSD_RESIDUAL,
                .depth = 20,
                .width = 16,
                .classes = 10,
                .init_sigma = 0.01f,
                .seed_low = 1,
                .mean = {0.4914f, 0.4822f, 0.4465f},
                .stddev = {0.2470f, 0.2435f, 0.2616f}};
  *spec = s;
}

/* -------------------------------------------------------------- the memory */

static uint64_t convolution_flops(const rsd_layer *l) {
  return 2 * (uint64_t)(l->shape.kernel * l->shape.kernel) * (uint64_t)l->in * (uint64_t)l->out *
         (uint64_t)(rsd_layer_out_height(l) * rsd_layer_out_width(l));
}

rsd_status rsd_plan_net(const rsd_spec *spec, const rsd_capacity *capacity, rsd_plan *plan,
                        rsd_error *error) {
  RSD_TRY(rsd_check_spec(spec, error));
  RSD_TRY(rsd_check_capacity(capacity, error));
  RSD_NEED(plan && plan->size == sizeof(rsd_plan),
           "the plan is missing or its size field is not %u.", (uint32_t)sizeof(rsd_plan));
  rsd_net net;
  rsd_arena arena = {0, 0};
  rsd_net_lay_out(&net, spec, capacity, &arena);
  plan->tensors = (uint32_t)rsd_tensor_count(&net);
  plan->parameters = rsd_parameter_count(&net);
  plan->convolutions = (uint32_t)net.layer_count;
  plan->bytes = arena.used;
  plan->flops_per_image = 2 * (uint64_t)net.features * spec->classes;
  for (int i = 0; i < net.layer_count; i++)
    plan->flops_per_image += convolution_flops(&net.layers[i]);
  plan->checkpoint_bytes = rsd_checkpoint_bytes(&net);
  return RSD_OK;
}

rsd_status rsd_net_create(const rsd_spec *spec, const rsd_capacity *capacity, void *memory,
                          size_t bytes, rsd_net **net, rsd_error *error) {
  rsd_plan plan = {.size = sizeof(rsd_plan)};
  RSD_TRY(rsd_plan_net(spec, capacity, &plan, error));
  RSD_NEED(memory && net && (uintptr_t)memory % RSD_ARENA_ALIGNMENT == 0,
           "the memory for a net must begin at a multiple of %d.", RSD_ARENA_ALIGNMENT);
  if (bytes < plan.bytes)
    return rsd_fail(error, RSD_NO_MEMORY,
                    "the net needs %llu MiB, %llu bytes were given; use a smaller "
                    "batch, width or depth.",
                    (unsigned long long)(plan.bytes >> 20) + 1, (unsigned long long)bytes);
  rsd_arena arena = {(uint64_t)(uintptr_t)memory, 0};
  rsd_net *made = memory;
  rsd_net_lay_out(made, spec, capacity, &arena);
  rsd_net_initialise(made);
  if (capacity->training) {
    rsd_zero(made->gradients, sizeof(float) * (size_t)made->parameter_floats);
    rsd_zero(made->velocity, sizeof(float) * (size_t)made->parameter_floats);
  }
  *net = made;
  return RSD_OK;
}

void rsd_net_spec(const rsd_net *net, rsd_spec *spec) { *spec = net->spec; }

rsd_status rsd_net_use_pool(rsd_net *net, rsd_pool *pool, rsd_error *error) {
  RSD_NEED((uint32_t)rsd_pool_threads(pool) <= net->capacity.threads,
           "the pool has %d threads, the net was planned for %u.", rsd_pool_threads(pool),
           net->capacity.threads);
  net->pool = pool;
  return RSD_OK;
}

/* ----------------------------------------------------------------- tensors */

rsd_status rsd_net_tensor(const rsd_net *net, uint32_t index, rsd_tensor *tensor,
                          rsd_error *error) {
  RSD_NEED(net && tensor && tensor->size == sizeof(rsd_tensor), "net or tensor is missing.");
  RSD_NEED(index < (uint32_t)rsd_tensor_count(net), "there is no tensor %u; the net has %d.", index,
           rsd_tensor_count(net));
  rsd_tensor_describe(net, (int)index, tensor);
  return RSD_OK;
}

static rsd_status find_part(const rsd_net *net, uint32_t index, rsd_tensor_part part,
                            const void *values, const float **at, rsd_error *error) {
  RSD_NEED(net && values, "net or values are missing.");
  RSD_NEED(index < (uint32_t)rsd_tensor_count(net) && part <= RSD_PART_MOMENTUM,
           "there is no part %d of tensor %u.", (int)part, index);
  *at = rsd_tensor_part_of(net, (int)index, part);
  RSD_NEED(*at, "tensor %u has values only: a statistic, or a net without training memory.", index);
  return RSD_OK;
}

rsd_status rsd_net_read(const rsd_net *net, uint32_t index, rsd_tensor_part part, float *values,
                        rsd_error *error) {
  const float *at;
  RSD_TRY(find_part(net, index, part, values, &at, error));
  rsd_tensor_export(net, (int)index, at, values);
  return RSD_OK;
}

rsd_status rsd_net_write(rsd_net *net, uint32_t index, rsd_tensor_part part, const float *values,
                         rsd_error *error) {
  const float *at;
  rsd_tensor tensor;
  RSD_TRY(find_part(net, index, part, values, &at, error));
  rsd_tensor_describe(net, (int)index, &tensor);
  for (uint32_t k = 0; k < tensor.elements; k++)
    RSD_NEED(rsd_is_finite(values[k]), "element %u for %s is not a finite number.", k, tensor.name);
  rsd_tensor_import(net, (int)index, values, (float *)(uintptr_t)at);
  net->ready_to_evaluate = 0;
  return RSD_OK;
}

/* --------------------------------------------------------------- inference */

static rsd_status check_batch(const rsd_net *net, const void *images, uint32_t count,
                              rsd_error *error) {
  RSD_NEED(net && images, "net or images are missing.");
  RSD_NEED(count >= 1 && count <= net->capacity.batch_size,
           "%u images in one call; this net was planned for 1 to %u.", count,
           net->capacity.batch_size);
  return RSD_OK;
}

static rsd_status check_labels(const rsd_net *net, const uint16_t *labels, uint32_t count,
                               rsd_error *error) {
  RSD_NEED(labels, "the labels are missing.");
  for (uint32_t i = 0; i < count; i++)
    RSD_NEED(labels[i] < net->spec.classes,
             "label %u of image %u is not below %u, the number of classes.", (uint32_t)labels[i], i,
             net->spec.classes);
  return RSD_OK;
}

rsd_status rsd_infer(rsd_net *net, const uint8_t *images, uint32_t count, float *logits,
                     rsd_error *error) {
  RSD_TRY(check_batch(net, images, count, error));
  RSD_NEED(logits, "the memory for logits is missing.");
  RSD_TRY(rsd_net_infer(net, images, (int)count, net->logits, error));
  rsd_copy(logits, net->logits, sizeof(float) * count * net->spec.classes);
  return RSD_OK;
}

rsd_status rsd_evaluate(rsd_net *net, const uint8_t *images, const uint16_t *labels, uint32_t count,
                        rsd_score *score, rsd_error *error) {
  RSD_TRY(check_batch(net, images, count, error));
  RSD_TRY(check_labels(net, labels, count, error));
  RSD_NEED(score && score->size == sizeof(rsd_score), "the score is missing or its size is wrong.");
  RSD_TRY(rsd_net_infer(net, images, (int)count, net->logits, error));
  rsd_loss loss = rsd_cross_entropy((int)count, (int)net->spec.classes, net->logits, labels, NULL);
  score->wrong = (uint32_t)loss.wrong;
  score->loss_sum = loss.sum;
  return RSD_OK;
}

/* The largest logit's class and probability; leaves probabilities where the logits were. */
static void predict(uint32_t count, uint32_t classes, float *logits, uint16_t *predicted,
                    float *probabilities) {
  for (uint32_t i = 0; i < count; i++) {
    const float *row = logits + i * classes;
    predicted[i] = 0;
    for (uint32_t k = 1; k < classes; k++)
      if (row[k] > row[predicted[i]]) predicted[i] = (uint16_t)k;
  }
  rsd_softmax(logits, count, classes);
  for (uint32_t i = 0; i < count; i++)
    probabilities[i] = logits[i * classes + predicted[i]];
}

rsd_status rsd_evaluate_each(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                             uint32_t count, uint16_t *predicted, float *probabilities,
                             rsd_score *score, rsd_error *error) {
  RSD_NEED(predicted && probabilities, "the memory for predictions or probabilities is missing.");
  RSD_TRY(rsd_evaluate(net, images, labels, count, score, error));
  predict(count, net->spec.classes, net->logits, predicted, probabilities);
  return RSD_OK;
}

/* -------------------------------------------------------- layer statistics */

static rsd_status check_layer(const rsd_net *net, uint32_t layer, rsd_error *error) {
  RSD_NEED(net, "the net to look at is missing.");
  RSD_NEED(layer < (uint32_t)net->main_convs, "there is no layer %u; the net has 0 to %d.", layer,
           net->main_convs - 1);
  return RSD_OK;
}

rsd_status rsd_net_layer(const rsd_net *net, uint32_t layer, rsd_layer_info *info,
                         rsd_error *error) {
  RSD_TRY(check_layer(net, layer, error));
  RSD_NEED(info && info->size == sizeof(rsd_layer_info),
           "the layer's info is missing or its size is wrong.");
  const rsd_node *node = &net->nodes[layer + 1];
  info->weights = (uint32_t)rsd_layer_tensor(net, (int)layer);
  info->height = (uint32_t)node->height;
  info->width = (uint32_t)node->width;
  info->channels = (uint32_t)net->layers[layer].out;
  info->has_shortcut = node->shortcut_kind != RSD_SHORTCUT_KIND_NONE;
  return RSD_OK;
}

rsd_status rsd_add_layer_stats(rsd_net *net, const uint8_t *images, uint32_t count,
                               rsd_layer_stats *stats, rsd_error *error) {
  RSD_TRY(check_batch(net, images, count, error));
  RSD_NEED(stats, "the memory for the statistics is missing.");
  for (int i = 0; i < net->main_convs; i++)
    RSD_NEED(stats[i].size == sizeof(rsd_layer_stats),
             "the size field of statistics %d is not %u; there is one for each of %d layers.", i,
             (uint32_t)sizeof(rsd_layer_stats), net->main_convs);
  rsd_net_add_layer_stats(net, images, (int)count, stats);
  return RSD_OK;
}

rsd_status rsd_activation(rsd_net *net, const uint8_t *image, uint32_t layer, float *values,
                          rsd_error *error) {
  RSD_TRY(check_layer(net, layer, error));
  RSD_NEED(image && values, "image or values are missing.");
  rsd_net_activation(net, image, (int)layer, values);
  return RSD_OK;
}

/* ---------------------------------------------------------------- training */

static rsd_status check_recipe(const rsd_net *net, const rsd_recipe *r, rsd_error *error) {
  RSD_NEED(net && r && r->size == sizeof(rsd_recipe),
           "net or recipe is missing, or its size is wrong.");
  RSD_NEED(net->capacity.training, "this net was planned for inference only.");
  RSD_NEED(r->batch_size >= 2 && r->batch_size <= net->capacity.batch_size,
           "batch_size %u is not from 2 to %u, what the net was planned for.", r->batch_size,
           net->capacity.batch_size);
  RSD_NEED(r->batch_size <= r->images,
           "a batch of %u images is more than the %u in the training set; use a smaller batch.",
           r->batch_size, r->images);
  RSD_NEED(r->epochs >= 1 && (uint64_t)r->epochs * (r->images / r->batch_size) < 0x7fffffffull,
           "epochs must be at least 1, and all steps together fewer than 2^31.");
  RSD_NEED(r->lr >= 0.0f && rsd_is_finite(r->lr), "the learning rate must be a number from 0 on.");
  RSD_NEED(r->momentum >= 0.0f && r->momentum < 1.0f, "momentum must be from 0 to below 1.");
  RSD_NEED(r->weight_decay >= 0.0f && rsd_is_finite(r->weight_decay),
           "weight_decay must be a number from 0 on.");
  RSD_NEED(r->schedule <= RSD_SCHEDULE_CONSTANT && r->augment <= RSD_AUGMENT_CROP_FLIP,
           "schedule or augment is not one of its constants.");
  return RSD_OK;
}

/* A run that goes on must go on with the same recipe; the struct has no padding. */
static rsd_status check_same_recipe(const rsd_recipe *has, const rsd_recipe *wanted,
                                    rsd_error *error) {
  static const char *const names[] = {"size",    "images",   "batch_size",   "epochs",
                                      "lr",      "momentum", "weight_decay", "schedule",
                                      "augment", "seed",     "seed"};
  for (size_t k = 0; k < sizeof(rsd_recipe) / sizeof(uint32_t); k++) {
    uint32_t a, b;
    rsd_copy(&a, (const char *)has + sizeof a * k, sizeof a);
    rsd_copy(&b, (const char *)wanted + sizeof b * k, sizeof b);
    if (a != b)
      return rsd_fail(error, RSD_MISMATCH,
                      "the run to go on with has another %s; give the same, or start afresh.",
                      names[k]);
  }
  return RSD_OK;
}

rsd_status rsd_train_begin(rsd_net *net, const rsd_recipe *recipe, rsd_error *error) {
  RSD_TRY(check_recipe(net, recipe, error));
  if (net->running) return check_same_recipe(&net->recipe, recipe, error);
  rsd_progress start = {.size = sizeof(rsd_progress),
                        .steps = rsd_recipe_steps(recipe),
                        .steps_per_epoch = recipe->images / recipe->batch_size,
                        .trajectory_low = 0x84222325u,
                        .trajectory_high = 0xcbf29ce4u};
  rsd_zero(net->velocity, sizeof(float) * (size_t)net->parameter_floats);
  rsd_net_set_training(net, recipe, &start);
  return RSD_OK;
}

void rsd_train_end(rsd_net *net) { net->running = 0; }

int rsd_net_get_training(const rsd_net *net, rsd_recipe *recipe, rsd_progress *progress) {
  if (!net->running) return 0;
  *recipe = net->recipe;
  *progress = net->progress;
  return 1;
}

void rsd_net_set_training(rsd_net *net, const rsd_recipe *recipe, const rsd_progress *progress) {
  net->recipe = *recipe;
  net->progress = *progress;
  net->running = 1;
}

/* A loaded run may have larger batches than the net; rsd_train_begin refuses it, then. */
static int can_step(const rsd_net *net) {
  return net->running && net->progress.step < net->progress.steps &&
         net->recipe.batch_size <= net->capacity.batch_size;
}

uint32_t rsd_train_indices(const rsd_net *net, uint32_t *indices) {
  const rsd_progress *at = &net->progress;
  if (!can_step(net)) return 0;
  uint32_t epoch = at->step / at->steps_per_epoch;
  uint32_t first = at->step % at->steps_per_epoch * net->recipe.batch_size;
  for (uint32_t i = 0; i < net->recipe.batch_size; i++)
    indices[i] = rsd_recipe_image(&net->recipe, epoch, first + i);
  return net->recipe.batch_size;
}

rsd_status rsd_train_step(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                          rsd_progress *progress, rsd_error *error) {
  RSD_NEED(net && images && progress && progress->size == sizeof(rsd_progress),
           "net, images or progress are missing.");
  if (!can_step(net))
    return rsd_fail(error, RSD_BAD_STATE, "no run is under way; call rsd_train_begin first.");
  RSD_TRY(check_labels(net, labels, net->recipe.batch_size, error));
  RSD_TRY(rsd_net_step(net, images, labels, error));
  *progress = net->progress;
  return RSD_OK;
}

rsd_status rsd_train_progress(const rsd_net *net, rsd_progress *progress, rsd_error *error) {
  RSD_NEED(net && progress && progress->size == sizeof(rsd_progress),
           "net or progress is missing.");
  if (!net->running)
    return rsd_fail(error, RSD_BAD_STATE, "no run is under way; call rsd_train_begin first.");
  *progress = net->progress;
  return RSD_OK;
}

rsd_status rsd_train_logits(const rsd_net *net, float *logits, rsd_error *error) {
  RSD_NEED(net && logits, "net or logits are missing.");
  if (net->last_batch == 0)
    return rsd_fail(error, RSD_BAD_STATE, "there are no training logits; take a step first.");
  rsd_copy(logits, net->logits, sizeof(float) * net->last_batch * net->spec.classes);
  return RSD_OK;
}

rsd_status rsd_train_layer_stats(rsd_net *net, double *gradient_rms, double *activation_rms,
                                 rsd_error *error) {
  RSD_NEED(net && gradient_rms && activation_rms, "net or statistics are missing.");
  if (net->last_batch == 0)
    return rsd_fail(error, RSD_BAD_STATE, "there are no statistics of a step; take a step first.");
  rsd_net_step_layer_stats(net, gradient_rms, activation_rms);
  return RSD_OK;
}
