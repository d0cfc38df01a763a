/* Evaluation mode. RSD_INFERENCE_CHUNK images at a time go through the net, so that their
 * activations stay in cache. Invariant: norm is folded into the convolutions' weights, which
 * rsd_net_enter_evaluation packs whenever the weights have changed. */
#include "../core/math.h"
#include "../core/diagnostics.h"
#include "../simd/vec.h"
#include "net.h"

/* Sets scale and shift of z = y * scale + shift from the running statistics. */
static void set_evaluation_factors(const rsd_net *net, const rsd_layer *l) {
  const float *beta = rsd_net_evaluated(net, l->beta);
  for (int c = 0; c < l->shape.out; c++) {
    if (l->gamma == NULL) {
      l->scale[c] = 1.0f;
      l->shift[c] = beta[c];
      continue;
    }
    double var = (double)rsd_net_evaluated(net, l->running_var)[c];
    double mean = (double)rsd_net_evaluated(net, l->running_mean)[c];
    double inverse = 1.0 / __builtin_sqrt(var + (double)RSD_NORM_EPSILON);
    double scale = (double)rsd_net_evaluated(net, l->gamma)[c] * inverse;
    l->scale[c] = (float)scale;
    l->shift[c] = (float)((double)beta[c] - mean * scale);
  }
}

void rsd_net_enter_evaluation(rsd_net *net) {
  net->last_batch = 0; /* evaluation overwrites the last step's logits and factors */
  if (net->ready_to_evaluate) return;
  for (int i = 0; i < net->layer_count; i++) {
    rsd_layer *l = &net->layers[i];
    const float *weights = rsd_net_evaluated(net, l->weights);
    set_evaluation_factors(net, l);
    ptrdiff_t rows = (ptrdiff_t)l->shape.kernel * l->shape.kernel * l->shape.in;
    for (ptrdiff_t row = 0; row < rows; row++)
      for (int c = 0; c < l->shape.out; c++)
        net->folded_weights[row * l->shape.out + c] = weights[row * l->shape.out + c] * l->scale[c];
    l->evaluation->pack_forward(&l->shape, net->folded_weights, l->packed);
  }
  net->ready_to_evaluate = 1;
}

static void run_layer(const rsd_layer *l, int images, const float *x, const float *residual,
                      int relu, float *y, rsd_scratch *scratch) {
  rsd_epilogue epilogue = {l->shift, residual, relu};
  l->evaluation->forward(&l->shape, images, x, l->packed, y, &epilogue, NULL, scratch->convolution);
}

/* Returns the shortcut of a node from the block's input x: x itself, or computed into `out`. */
static const float *run_shortcut(const rsd_net *net, const rsd_node *node, int images,
                                 const float *x, float *out, rsd_scratch *scratch) {
  switch (node->shortcut_kind) {
    case RSD_SHORTCUT_KIND_IDENTITY: return x;
    case RSD_SHORTCUT_KIND_PAD:
      RSD_VECTOR(net, pad_shortcut)(&node->pad, images, x, out);
      return out;
    case RSD_SHORTCUT_KIND_PROJECTION:
      run_layer(node->projection, images, x, NULL, 0, out, scratch);
      return out;
    default: return NULL;
  }
}

/* node = relu(z + residual), in place, with the bits of the fused epilogue. */
static void finish_node(const rsd_net *net, ptrdiff_t count, const float *residual, float *z) {
  if (residual) RSD_VECTOR(net, add)(count, residual, z);
  for (ptrdiff_t k = 0; k < count; k += 4)
    v4_store(z + k, v4_relu(v4_load(z + k)));
}

/* Computes node i+1 from node i, x. */
static void run_main_conv(const rsd_net *net, int i, int images, const float *x,
                          const float *residual, float *out, const rsd_layer_observer *observer,
                          rsd_scratch *scratch) {
  const rsd_layer *l = &net->layers[i];
  rsd_pool_beat(net->pool);
  if (observer && observer->on_response) {
    run_layer(l, images, x, NULL, 0, out, scratch);
    observer->on_response(observer->context, i, images, out, residual);
    finish_node(net, images * rsd_node_floats(&net->nodes[i + 1]), residual, out);
  } else {
    run_layer(l, images, x, residual, 1, out, scratch);
  }
  if (observer) observer->on_activation(observer->context, i, images, out);
}

float *rsd_net_run(rsd_net *net, const uint8_t *pixels, int images,
                   const rsd_layer_observer *observer, rsd_scratch *scratch) {
  float *x = scratch->activation[0], *middle = scratch->activation[1];
  float *out = scratch->activation[2], *shortcut = scratch->activation[3];
  float *features = scratch->convolution; /* free once the last convolution is done */
  rsd_crop no_crop = {0, 0, 0};
  for (int i = 0; i < images; i++)
    RSD_VECTOR(net, input)(pixels + (ptrdiff_t)i * RSD_IMAGE_BYTES, &no_crop, net->input_table,
                           middle + i * rsd_node_floats(&net->nodes[0]));
  run_main_conv(net, 0, images, middle, NULL, x, observer, scratch);
  for (int i = 1; i < net->main_convs; i += 2) {
    const float *residual = run_shortcut(net, &net->nodes[i + 2], images, x, shortcut, scratch);
    run_main_conv(net, i, images, x, NULL, middle, observer, scratch);
    run_main_conv(net, i + 1, images, middle, residual, out, observer, scratch);
    float *swap = x;
    x = out;
    out = swap;
  }
  const rsd_node *last = &net->nodes[net->main_convs];
  RSD_VECTOR(net, average_pool)(images, last->height * last->width, last->channels, x, features);
  return features;
}

typedef struct inference_job {
  rsd_net *net;
  const uint8_t *images;
  int count;
  float *logits, *features; /* one of them is NULL */
} inference_job;

static void infer_task(void *context, int task, int thread) {
  inference_job *job = context;
  rsd_net *net = job->net;
  int first = task * RSD_INFERENCE_CHUNK;
  int images = rsd_min(RSD_INFERENCE_CHUNK, job->count - first);
  int channels = net->nodes[net->main_convs].channels, classes = (int)net->spec.classes;
  const float *features = rsd_net_run(net, job->images + (ptrdiff_t)first * RSD_IMAGE_BYTES, images,
                                      NULL, &net->scratch[thread]);
  for (int i = 0; job->features && i < images; i++)
    rsd_copy(job->features + (ptrdiff_t)(first + i) * net->features, features + i * channels,
             sizeof(float) * (size_t)net->features);
  if (job->logits == NULL) return;
  RSD_VECTOR(net, dense)(images, net->features, classes, features, channels,
                         rsd_net_evaluated(net, net->dense_weights),
                         rsd_net_evaluated(net, net->dense_bias),
                         job->logits + (ptrdiff_t)first * classes);
}

static void run_inference(inference_job *job) {
  rsd_net_enter_evaluation(job->net);
  rsd_parallel(job->net->pool, (job->count + RSD_INFERENCE_CHUNK - 1) / RSD_INFERENCE_CHUNK,
               infer_task, job);
}

void rsd_net_features(rsd_net *net, const uint8_t *images, int count, float *features) {
  inference_job job = {net, images, count, NULL, features};
  run_inference(&job);
}

rsd_status rsd_net_infer(rsd_net *net, const uint8_t *images, int count, float *logits,
                         rsd_error *error) {
  inference_job job = {net, images, count, logits, NULL};
  run_inference(&job);
  rsd_status status = rsd_check_threads(net, error);
  return status == RSD_OK ? rsd_check_logits(net, count, logits, error) : status;
}

rsd_status rsd_check_logits(const rsd_net *net, int count, const float *logits, rsd_error *error) {
  for (int i = 0; i < count * (int)net->spec.classes; i++)
    if (!rsd_is_finite(logits[i]))
      return rsd_fail(error, RSD_DIVERGED,
                      "the net's outputs are not finite numbers: its weights have diverged; train "
                      "again with a smaller learning rate.");
  return RSD_OK;
}
