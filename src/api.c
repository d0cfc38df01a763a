/* The public functions. Invariant: arguments are checked here and only here, and nothing is written
 * before all checks of a call have passed. */
#include "check.h"
#include "io/checkpoint/checkpoint.h"
#include "io/data.h"

uint32_t rsd_abi_version(void) { return RSD_ABI_VERSION; }
uint32_t rsd_numerics_version(void) { return RSD_NUMERICS_VERSION; }
const char *rsd_tier(void) { return rsd_kernels_for(RSD_TIER_AUTO)->tier; }
const char *rsd_instructions(void) { return rsd_kernels_for(RSD_TIER_AUTO)->instructions; }

void rsd_use_wide_blocks(uint32_t wide) {
#if defined(__wasm_relaxed_simd__)
  rsd_wide_blocks = wide;
#else
  (void)wide;
#endif
}

void rsd_default_spec(rsd_spec *spec) {
  if (spec && (uintptr_t)spec % _Alignof(rsd_spec) == 0) *spec = rsd_spec_defaults();
}
void rsd_default_recipe(rsd_recipe *recipe) {
  if (recipe && (uintptr_t)recipe % _Alignof(rsd_recipe) == 0) *recipe = rsd_recipe_defaults();
}

const char *rsd_option_name(uint32_t option, uint32_t value) {
  return rsd_name_of_option(option, value);
}

rsd_status rsd_read_net_name(const char *name, rsd_spec *spec, rsd_error *error) {
  RSD_NEED_BYTES(NULL, name, 1);
  RSD_NEED_STRUCT(NULL, spec);
  if (rsd_parse_net_name(name, rsd_text_length(name), &spec->family, &spec->depth)) return RSD_OK;
  return rsd_fail(error, RSD_BAD_SPEC,
                  "\"%.*s\" names no network; write plain20, resnet56 or the like.",
                  RSD_SHOWN(rsd_text_length(name), name));
}

/* -------------------------------------------------------------- the memory */

static uint64_t convolution_flops(const rsd_layer *l) {
  return 2 * (uint64_t)(l->shape.kernel * l->shape.kernel) * (uint64_t)l->in * (uint64_t)l->out *
         (uint64_t)(rsd_layer_out_height(l) * rsd_layer_out_width(l));
}

RSD_OUT_OF_LINE rsd_plan describe_plan(const rsd_net *net, uint64_t bytes) {
  rsd_plan plan = {.size = sizeof plan,
                   .tensors = (uint32_t)rsd_tensor_count(net),
                   .parameters = rsd_parameter_count(net),
                   .convolutions = (uint32_t)net->layer_count,
                   .bytes = bytes,
                   .flops_per_image = 2 * (uint64_t)net->features * net->spec.classes,
                   .checkpoint_bytes = rsd_checkpoint_bytes(net)};
  for (int i = 0; i < net->layer_count; i++)
    plan.flops_per_image += convolution_flops(&net->layers[i]);
  return plan;
}

rsd_status rsd_plan_net(const rsd_spec *spec, const rsd_capacity *capacity, rsd_plan *plan,
                        rsd_error *error) {
  RSD_NEED_STRUCT(NULL, spec);
  RSD_NEED_STRUCT(NULL, capacity);
  RSD_NEED_STRUCT(NULL, plan);
  RSD_TRY(rsd_check_spec(spec, error));
  RSD_TRY(rsd_check_capacity(capacity, error));
  rsd_net net;
  rsd_arena arena = {0, 0};
  _Alignas(rsd_layer) char tables[rsd_table_bytes(spec)];
  rsd_net_lay_out(&net, spec, capacity, tables, &arena);
  *plan = describe_plan(&net, arena.used);
  return RSD_OK;
}

rsd_status rsd_net_create(const rsd_spec *spec, const rsd_capacity *capacity, void *memory,
                          size_t bytes, rsd_net **net, rsd_error *error) {
  rsd_plan plan = {.size = sizeof plan};
  RSD_TRY(rsd_plan_net(spec, capacity, &plan, error));
  RSD_NEED_ARRAY(NULL, net, 1);
  RSD_TRY(rsd_check_memory(NULL, "memory", memory, bytes, RSD_ARENA_ALIGNMENT, error));
  if (bytes < plan.bytes)
    return rsd_fail(error, RSD_NO_MEMORY,
                    "the net needs %llu MiB, %llu bytes were given; use a smaller "
                    "batch, width or depth.",
                    (unsigned long long)(plan.bytes >> 20) + 1, (unsigned long long)bytes);
  RSD_NEED_APART(memory, bytes, spec, sizeof *spec);
  RSD_NEED_APART(memory, bytes, capacity, sizeof *capacity);
  RSD_NEED_APART(memory, bytes, net, sizeof *net);
  rsd_arena arena = {(uint64_t)(uintptr_t)memory, 0};
  rsd_net *made = memory;
  rsd_net_lay_out(made, spec, capacity, NULL, &arena);
  rsd_net_initialise(made);
  rsd_net_forget_run(made);
  made->bytes = arena.used;
  made->self = made;
  *net = made;
  return RSD_OK;
}

rsd_status rsd_net_spec(const rsd_net *net, rsd_spec *spec, rsd_error *error) {
  RSD_TRY(rsd_check_net(net, error));
  RSD_NEED_STRUCT(net, spec);
  *spec = net->spec;
  return RSD_OK;
}

/* ----------------------------------------------------------------- tensors */

RSD_OUT_OF_LINE rsd_status check_index(const rsd_net *net, uint32_t index, rsd_error *error) {
  RSD_TRY(rsd_check_net(net, error));
  RSD_NEED(index < (uint32_t)rsd_tensor_count(net), "there is no tensor %u; the net has %d.", index,
           rsd_tensor_count(net));
  return RSD_OK;
}

rsd_status rsd_net_tensor(const rsd_net *net, uint32_t index, rsd_tensor *tensor,
                          rsd_error *error) {
  RSD_TRY(check_index(net, index, error));
  RSD_NEED_STRUCT(net, tensor);
  rsd_tensor_describe(net, (int)index, tensor);
  return RSD_OK;
}

/* `values` has room for all elements. */
RSD_OUT_OF_LINE rsd_status find_part(const rsd_net *net, uint32_t index, rsd_tensor_part part,
                                     const float *values, const float **at, rsd_error *error) {
  rsd_tensor tensor;
  RSD_TRY(check_index(net, index, error));
  RSD_NEED((uint32_t)part <= RSD_PART_AVERAGE, "there is no part %d of tensor %u.", (int)part,
           index);
  *at = rsd_tensor_part_of(net, (int)index, part);
  RSD_NEED(*at,
           "tensor %u has no part %d: a statistic, a net without training memory, or a run without "
           "averages.",
           index, (int)part);
  rsd_tensor_describe(net, (int)index, &tensor);
  RSD_NEED_ARRAY(net, values, tensor.elements);
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
  uint32_t bad = rsd_tensor_first_bad(net, (int)index, &rsd_float32, values);
  RSD_NEED(bad == tensor.elements,
           "element %u for %s is %g; give finite numbers, and variances from 0 on.", bad,
           tensor.name, (double)values[bad]);
  rsd_tensor_import(net, (int)index, &rsd_float32, values, (float *)(uintptr_t)at);
  net->ready_to_evaluate = 0;
  return RSD_OK;
}

/* --------------------------------------------------------------- inference */

rsd_status rsd_infer(rsd_net *net, const uint8_t *images, uint32_t count, float *logits,
                     rsd_error *error) {
  RSD_TRY(rsd_check_batch(net, images, count, error));
  RSD_NEED_ARRAY(net, logits, (uint64_t)count * net->spec.classes);
  RSD_TRY(rsd_net_infer(net, images, (int)count, net->logits, error));
  rsd_copy(logits, net->logits, sizeof(float) * count * net->spec.classes);
  return RSD_OK;
}

rsd_status rsd_evaluate(rsd_net *net, const uint8_t *images, const uint16_t *labels, uint32_t count,
                        rsd_score *score, rsd_error *error) {
  RSD_TRY(rsd_check_batch(net, images, count, error));
  RSD_TRY(rsd_check_labels(net, labels, count, error));
  RSD_NEED_STRUCT(net, score);
  RSD_TRY(rsd_net_infer(net, images, (int)count, net->logits, error));
  rsd_loss loss =
      RSD_VECTOR(net, cross_entropy)((int)count, (int)net->spec.classes, net->logits, labels, NULL);
  score->wrong = (uint32_t)loss.wrong;
  score->loss_sum = loss.sum;
  return RSD_OK;
}

/* Finds the class of the largest logit and its probability; replaces logits by probabilities. */
RSD_OUT_OF_LINE void predict(uint32_t count, uint32_t classes, float *logits, uint16_t *predicted,
                             float *probabilities) {
  for (uint32_t i = 0; i < count; i++, logits += classes) {
    uint32_t best = 0;
    for (uint32_t k = 1; k < classes; k++)
      if (logits[k] > logits[best]) best = k;
    rsd_softmax_rows(logits, 1, classes);
    predicted[i] = (uint16_t)best;
    probabilities[i] = logits[best];
  }
}

rsd_status rsd_evaluate_each(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                             uint32_t count, uint16_t *predicted, float *probabilities,
                             rsd_score *score, rsd_error *error) {
  RSD_TRY(rsd_check_batch(net, images, count, error));
  RSD_NEED_ARRAY(net, predicted, count);
  RSD_NEED_ARRAY(net, probabilities, count);
  RSD_TRY(rsd_evaluate(net, images, labels, count, score, error));
  predict(count, net->spec.classes, net->logits, predicted, probabilities);
  return RSD_OK;
}

rsd_status rsd_features(rsd_net *net, const uint8_t *images, uint32_t count, float *features,
                        rsd_error *error) {
  RSD_TRY(rsd_check_batch(net, images, count, error));
  RSD_NEED_ARRAY(net, features, (uint64_t)count * (uint64_t)net->features);
  rsd_net_features(net, images, (int)count, features);
  return RSD_OK;
}

rsd_status rsd_softmax(float *logits, uint32_t count, uint32_t classes, rsd_error *error) {
  RSD_NEED(count >= 1 && classes >= 1 && classes <= RSD_MAX_CLASSES,
           "%u rows of %u classes; give 1 row or more of 1 to %d.", count, classes,
           RSD_MAX_CLASSES);
  RSD_NEED_ARRAY(NULL, logits, (uint64_t)count * classes);
  for (size_t k = 0; k < (size_t)count * classes; k++)
    RSD_NEED(rsd_is_finite(logits[k]), "logit %u of row %u is %g; give finite numbers.",
             (uint32_t)(k % classes), (uint32_t)(k / classes), (double)logits[k]);
  rsd_softmax_rows(logits, count, classes);
  return RSD_OK;
}

/* -------------------------------------------------------- layer statistics */

RSD_OUT_OF_LINE rsd_status check_layer(const rsd_net *net, uint32_t layer, rsd_error *error) {
  RSD_TRY(rsd_check_net(net, error));
  RSD_NEED(layer < (uint32_t)net->main_convs, "there is no layer %u; the net has 0 to %d.", layer,
           net->main_convs - 1);
  return RSD_OK;
}

rsd_status rsd_net_layer(const rsd_net *net, uint32_t layer, rsd_layer_info *info,
                         rsd_error *error) {
  RSD_TRY(check_layer(net, layer, error));
  RSD_NEED_STRUCT(net, info);
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
  RSD_TRY(rsd_check_batch(net, images, count, error));
  RSD_NEED_ARRAY(net, stats, net->main_convs);
  for (int i = 0; i < net->main_convs; i++) {
    RSD_NEED(stats[i].size == sizeof *stats,
             "the size field of statistics %d is not %u; there is one for each of %d layers.", i,
             (uint32_t)sizeof *stats, net->main_convs);
    RSD_NEED(
        stats[i].images == stats->images && stats->images <= UINT32_MAX - count,
        "statistics %d are of %u images, statistics 0 of %u; give what the last call made, or 0.",
        i, stats[i].images, stats->images);
  }
  rsd_net_add_layer_stats(net, images, (int)count, stats);
  return RSD_OK;
}

rsd_status rsd_activation(rsd_net *net, const uint8_t *image, uint32_t layer, float *values,
                          rsd_error *error) {
  RSD_TRY(check_layer(net, layer, error));
  const rsd_node *node = &net->nodes[layer + 1];
  RSD_NEED_ARRAY(net, image, RSD_IMAGE_BYTES);
  RSD_NEED_ARRAY(net, values, node->height * node->width * net->layers[layer].out);
  rsd_net_activation(net, image, (int)layer, values);
  return RSD_OK;
}

/* ---------------------------------------------------------------- training */

rsd_status rsd_train_begin(rsd_net *net, const rsd_recipe *recipe, rsd_error *error) {
  RSD_TRY(rsd_check_net(net, error));
  RSD_NEED_STRUCT(net, recipe);
  RSD_NEED(net->capacity.training, "this net was planned for inference only.");
  RSD_TRY(rsd_check_recipe(recipe, error));
  RSD_TRY(rsd_check_class_weights(recipe, net->spec.classes, error));
  if (net->run != RSD_RUN_NONE) RSD_TRY(rsd_check_same_recipe(&net->recipe, recipe, error));
  RSD_NEED(recipe->batch_size <= net->capacity.batch_size,
           "batch_size %u is more than %u, what the net was planned for.", recipe->batch_size,
           net->capacity.batch_size);
  if (net->run == RSD_RUN_NONE)
    rsd_net_begin_run(net, recipe);
  else
    net->run = RSD_RUN_BEGUN;
  return RSD_OK;
}

rsd_status rsd_train_end(rsd_net *net, rsd_error *error) {
  RSD_TRY(rsd_check_net(net, error));
  rsd_net_end_run(net);
  return RSD_OK;
}

RSD_OUT_OF_LINE rsd_status check_begun(const rsd_net *net, rsd_error *error) {
  RSD_TRY(rsd_check_net(net, error));
  if (net->run == RSD_RUN_BEGUN) return RSD_OK;
  return rsd_fail(error, RSD_BAD_STATE, "no run is under way; call rsd_train_begin first.");
}

rsd_status rsd_train_set_lr(rsd_net *net, float lr, rsd_error *error) {
  RSD_TRY(check_begun(net, error));
  if (net->recipe.schedule != RSD_SCHEDULE_OWN)
    return rsd_fail(error, RSD_BAD_STATE,
                    "the run's schedule sets its learning rate; begin one with RSD_SCHEDULE_OWN.");
  RSD_NEED(lr >= 0.0f && rsd_is_finite(lr), "the learning rate must be a number from 0 on.");
  net->own_lr = lr;
  return RSD_OK;
}

rsd_status rsd_train_indices(const rsd_net *net, uint32_t *indices, uint32_t *count,
                             rsd_error *error) {
  RSD_TRY(check_begun(net, error));
  RSD_NEED_ARRAY(net, indices, net->recipe.batch_size);
  RSD_NEED_ARRAY(net, count, 1);
  *count = rsd_net_next_images(net, indices);
  return RSD_OK;
}

RSD_OUT_OF_LINE rsd_status check_not_over(const rsd_net *net, rsd_error *error) {
  RSD_TRY(check_begun(net, error));
  if (net->progress.step < net->progress.steps) return RSD_OK;
  return rsd_fail(error, RSD_BAD_STATE, "the run is over; call rsd_train_end to begin another.");
}

rsd_status rsd_train_step(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                          rsd_progress *progress, rsd_error *error) {
  RSD_TRY(check_not_over(net, error));
  RSD_TRY(rsd_check_batch(net, images, net->recipe.batch_size, error));
  RSD_TRY(rsd_check_labels(net, labels, net->recipe.batch_size, error));
  RSD_NEED_STRUCT(net, progress);
  const rsd_batch batch = {images, NULL, labels};
  RSD_TRY(rsd_net_run_gradients(net, &batch, error));
  RSD_TRY(rsd_net_run_update(net, error));
  *progress = net->progress;
  return RSD_OK;
}

RSD_OUT_OF_LINE rsd_status make_gradients(rsd_net *net, const rsd_batch *batch, rsd_score *score,
                                          rsd_error *error) {
  RSD_TRY(rsd_check_labels(net, batch->labels, net->recipe.batch_size, error));
  RSD_NEED_STRUCT(net, score);
  RSD_TRY(rsd_net_run_gradients(net, batch, error));
  score->wrong = (uint32_t)net->loss.wrong;
  score->loss_sum = net->loss.sum;
  return RSD_OK;
}

rsd_status rsd_train_gradients(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                               rsd_score *score, rsd_error *error) {
  const rsd_batch batch = {images, NULL, labels};
  RSD_TRY(check_not_over(net, error));
  RSD_TRY(rsd_check_batch(net, images, net->recipe.batch_size, error));
  return make_gradients(net, &batch, score, error);
}

rsd_status rsd_train_gradients_float(rsd_net *net, const float *pixels, const uint16_t *labels,
                                     rsd_score *score, rsd_error *error) {
  const rsd_batch batch = {NULL, pixels, labels};
  RSD_TRY(check_not_over(net, error));
  uint64_t count = (uint64_t)net->recipe.batch_size * RSD_IMAGE_BYTES;
  RSD_NEED_ARRAY(net, pixels, count);
  for (uint64_t k = 0; k < count; k++)
    RSD_NEED(rsd_is_finite(pixels[k]), "a pixel of image %u is %g; give finite numbers.",
             (uint32_t)(k / RSD_IMAGE_BYTES), (double)pixels[k]);
  return make_gradients(net, &batch, score, error);
}

rsd_status rsd_input_gradient(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                              uint32_t count, float *gradient, rsd_error *error) {
  const rsd_batch batch = {images, NULL, labels};
  RSD_TRY(rsd_check_batch(net, images, count, error));
  RSD_NEED(net->capacity.training, "this net was planned for inference only.");
  RSD_TRY(rsd_check_labels(net, labels, count, error));
  RSD_NEED_ARRAY(net, gradient, (uint64_t)count * RSD_IMAGE_BYTES);
  return rsd_net_input_gradient(net, &batch, (int)count, gradient, error);
}

rsd_status rsd_train_update(rsd_net *net, rsd_progress *progress, rsd_error *error) {
  RSD_TRY(check_begun(net, error));
  RSD_NEED_STRUCT(net, progress);
  if (!net->has_gradients)
    return rsd_fail(error, RSD_BAD_STATE,
                    "there are no gradients since the last update; call rsd_train_gradients.");
  RSD_TRY(rsd_net_run_update(net, error));
  *progress = net->progress;
  return RSD_OK;
}

rsd_status rsd_train_progress(const rsd_net *net, rsd_progress *progress, rsd_error *error) {
  RSD_TRY(rsd_check_net(net, error));
  RSD_NEED_STRUCT(net, progress);
  if (net->run == RSD_RUN_NONE)
    return rsd_fail(error, RSD_BAD_STATE, "no run is under way; call rsd_train_begin first.");
  *progress = net->progress;
  return RSD_OK;
}

RSD_OUT_OF_LINE rsd_status check_step_is_there(const rsd_net *net, rsd_error *error) {
  if (net->last_batch > 0) return RSD_OK;
  return rsd_fail(error, RSD_BAD_STATE,
                  "nothing is left of a training step of this run; take a step first.");
}

rsd_status rsd_train_logits(const rsd_net *net, float *logits, rsd_error *error) {
  RSD_TRY(rsd_check_net(net, error));
  RSD_TRY(check_step_is_there(net, error));
  RSD_NEED_ARRAY(net, logits, (uint64_t)net->last_batch * net->spec.classes);
  rsd_copy(logits, net->logits, sizeof(float) * net->last_batch * net->spec.classes);
  return RSD_OK;
}

rsd_status rsd_train_layer_stats(rsd_net *net, double *gradient_rms, double *activation_rms,
                                 rsd_error *error) {
  RSD_TRY(rsd_check_net(net, error));
  RSD_TRY(check_step_is_there(net, error));
  RSD_NEED_ARRAY(net, gradient_rms, net->main_convs);
  RSD_NEED_ARRAY(net, activation_rms, net->main_convs);
  rsd_net_step_layer_stats(net, gradient_rms, activation_rms);
  return RSD_OK;
}

rsd_status rsd_learning_rate(const rsd_recipe *recipe, uint32_t depth, uint32_t step, float *lr,
                             rsd_error *error) {
  RSD_NEED_STRUCT(NULL, recipe);
  RSD_TRY(rsd_check_recipe(recipe, error));
  RSD_TRY(rsd_check_depth(depth, error));
  RSD_NEED(step < rsd_recipe_steps(recipe), "there is no step %u; the run has 0 to %u.", step,
           rsd_recipe_steps(recipe) - 1);
  RSD_NEED_ARRAY(NULL, lr, 1);
  *lr = rsd_recipe_rate(recipe, depth, step);
  return RSD_OK;
}

/* --------------------------------------------------------------- the files */

rsd_status rsd_file_spec(const void *bytes, size_t length, rsd_spec *spec, uint32_t *has_metadata,
                         uint32_t *has_optimizer, rsd_error *error) {
  int metadata, optimizer;
  RSD_NEED_BYTES(NULL, bytes, length);
  RSD_NEED_STRUCT(NULL, spec);
  if (has_metadata) RSD_NEED_ARRAY(NULL, has_metadata, 1);
  if (has_optimizer) RSD_NEED_ARRAY(NULL, has_optimizer, 1);
  RSD_TRY(rsd_checkpoint_spec(bytes, length, spec, &metadata, &optimizer, error));
  if (has_metadata) *has_metadata = (uint32_t)metadata;
  if (has_optimizer) *has_optimizer = (uint32_t)optimizer;
  return RSD_OK;
}

rsd_status rsd_file_run(const void *bytes, size_t length, rsd_recipe *recipe,
                        rsd_progress *progress, rsd_error *error) {
  RSD_NEED_BYTES(NULL, bytes, length);
  RSD_NEED_STRUCT(NULL, recipe);
  if (progress) RSD_NEED_STRUCT(NULL, progress);
  return rsd_checkpoint_run(bytes, length, recipe, progress, error);
}

rsd_status rsd_net_load(rsd_net *net, const void *bytes, size_t length, rsd_error *error) {
  RSD_TRY(rsd_check_net(net, error));
  RSD_NEED_BYTES(net, bytes, length);
  return rsd_checkpoint_load(net, bytes, length, 0, error);
}

rsd_status rsd_net_load_features(rsd_net *net, const void *bytes, size_t length, rsd_error *error) {
  RSD_TRY(rsd_check_net(net, error));
  RSD_NEED_BYTES(net, bytes, length);
  return rsd_checkpoint_load(net, bytes, length, 1, error);
}

rsd_status rsd_net_save(const rsd_net *net, uint32_t optimizer, void *bytes, size_t capacity,
                        size_t *written, rsd_error *error) {
  RSD_TRY(rsd_check_net(net, error));
  RSD_NEED(optimizer <= 1, "optimizer is %u; it must be 0 or 1.", optimizer);
  RSD_NEED_BYTES(net, bytes, capacity);
  RSD_NEED_ARRAY(net, written, 1);
  RSD_NEED_APART(bytes, capacity, written, sizeof *written);
  return rsd_checkpoint_save(net, (int)optimizer, bytes, capacity, written, error);
}

/* ---------------------------------------------------------------- the data */

rsd_status rsd_cifar_decode(const uint8_t *records, size_t length, uint32_t classes,
                            uint8_t *images, uint16_t *labels, rsd_error *error) {
  uint64_t count = length / RSD_CIFAR_RECORD_BYTES;
  RSD_NEED(classes >= 1 && classes <= RSD_MAX_CLASSES, "classes is %u; it must be from 1 to %d.",
           classes, RSD_MAX_CLASSES);
  RSD_NEED_ARRAY(NULL, records, length);
  RSD_NEED_ARRAY(NULL, images, count * RSD_IMAGE_BYTES);
  RSD_NEED_ARRAY(NULL, labels, count);
  RSD_NEED_APART(records, length, images, count * RSD_IMAGE_BYTES);
  RSD_NEED_APART(records, length, labels, count * sizeof *labels);
  RSD_NEED_APART(images, count * RSD_IMAGE_BYTES, labels, count * sizeof *labels);
  return rsd_cifar_split(records, length, classes, images, labels, error);
}

rsd_status rsd_synthetic(uint32_t split, uint32_t first, uint32_t count, uint8_t *images,
                         uint16_t *labels, rsd_error *error) {
  RSD_NEED(split <= 1, "there is no split %u; 0 is training, 1 test.", split);
  RSD_NEED(count <= UINT32_MAX - first, "there are no %u images from %u on.", count, first);
  if (count == 0) return RSD_OK;
  RSD_NEED_ARRAY(NULL, images, (uint64_t)count * RSD_IMAGE_BYTES);
  RSD_NEED_ARRAY(NULL, labels, count);
  RSD_NEED_APART(images, (uint64_t)count * RSD_IMAGE_BYTES, labels, count * sizeof *labels);
  rsd_synthetic_draw(split, first, count, images, labels);
  return RSD_OK;
}

/* ----------------------------------------------------------------- threads */

rsd_status rsd_pool_create(uint32_t threads, void *memory, size_t bytes, rsd_pool **pool,
                           rsd_error *error) {
  RSD_NEED(threads >= 1 && threads <= rsd_pool_most_threads(),
           "threads is %u; this build can use 1 to %u.", threads, rsd_pool_most_threads());
  RSD_TRY(rsd_check_memory(NULL, "memory", memory, bytes, RSD_ARENA_ALIGNMENT, error));
  RSD_NEED_ARRAY(NULL, pool, 1);
  if (bytes < rsd_pool_bytes())
    return rsd_fail(error, RSD_NO_MEMORY, "a pool needs %u bytes of memory; give rsd_pool_bytes().",
                    (uint32_t)rsd_pool_bytes());
  RSD_NEED_APART(memory, bytes, pool, sizeof *pool);
  *pool = rsd_pool_make(threads, memory);
  return RSD_OK;
}

rsd_status rsd_pool_work(rsd_pool *pool, uint32_t index, rsd_error *error) {
  RSD_TRY(rsd_check_pool(pool, error));
  RSD_NEED(rsd_pool_serve(pool, index),
           "index %u is taken, or the pool has no such thread; give each an index of its own from "
           "1 to threads-1.",
           index);
  return RSD_OK;
}

rsd_status rsd_pool_stop(rsd_pool *pool, rsd_error *error) {
  RSD_TRY(rsd_check_pool(pool, error));
  rsd_pool_end(pool);
  return RSD_OK;
}

rsd_status rsd_net_use_pool(rsd_net *net, rsd_pool *pool, rsd_error *error) {
  RSD_TRY(rsd_check_net(net, error));
  if (pool) RSD_TRY(rsd_check_pool(pool, error));
  RSD_NEED((uint32_t)rsd_pool_threads(pool) <= net->capacity.threads,
           "the pool has %d threads, the net was planned for %u.", rsd_pool_threads(pool),
           net->capacity.threads);
  net->pool = pool;
  return RSD_OK;
}
