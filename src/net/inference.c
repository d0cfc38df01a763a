/* Evaluation mode: a few images at a time go through the whole net, so that their activations
 * stay in cache. Norm is folded into the convolutions, shortcut and ReLU into their epilogues. */
#include "../core/math.h"
#include "../core/text.h"
#include "net.h"

/* Four images fill whole groups of 16 tiles at every size of plane. */
#define INFERENCE_CHUNK 4

/* z = y * scale + shift from the running statistics. */
static void set_evaluation_factors(const rsd_layer *l) {
  for (int c = 0; c < l->shape.out; c++) {
    if (l->gamma == NULL) {
      l->scale[c] = 1.0f;
      l->shift[c] = l->beta[c];
      continue;
    }
    double inverse = 1.0 / __builtin_sqrt((double)l->running_var[c] + (double)RSD_NORM_EPSILON);
    double scale = (double)l->gamma[c] * inverse;
    l->scale[c] = (float)scale;
    l->shift[c] = (float)((double)l->beta[c] - (double)l->running_mean[c] * scale);
  }
}

static void pack_for_inference(rsd_net *net) {
  if (net->packed == RSD_PACKED_INFERENCE) return;
  for (int i = 0; i < net->layer_count; i++) {
    rsd_layer *l = &net->layers[i];
    set_evaluation_factors(l);
    ptrdiff_t rows = (ptrdiff_t)l->shape.kernel * l->shape.kernel * l->shape.in;
    for (ptrdiff_t row = 0; row < rows; row++)
      for (int c = 0; c < l->shape.out; c++)
        net->fold[row * l->shape.out + c] = l->weights[row * l->shape.out + c] * l->scale[c];
    l->method->pack_forward(&l->shape, net->fold, l->packed_forward);
  }
  net->packed = RSD_PACKED_INFERENCE;
}

static void run_layer(const rsd_layer *l, int images, const float *x, const float *residual,
                      int relu, float *y, rsd_scratch *scratch) {
  rsd_epilogue epilogue = {l->shift, residual, relu};
  l->method->forward(&l->shape, images, x, l->packed_forward, y, &epilogue, scratch->convolution);
}

/* The shortcut of node `i`, from the block's input x: x itself or computed into `out`. */
static const float *run_shortcut(const rsd_node *node, int images, const float *x, float *out,
                                 rsd_scratch *scratch) {
  switch (node->link) {
    case RSD_LINK_IDENTITY: return x;
    case RSD_LINK_PAD: rsd_pad_shortcut(&node->pad, images, x, out); return out;
    case RSD_LINK_PROJECTION:
      run_layer(node->projection, images, x, NULL, 0, out, scratch);
      return out;
    default: return NULL;
  }
}

/* features[images][channels] of the last node. */
static void run_chunk(rsd_net *net, const uint8_t *pixels, int images, float *features,
                      rsd_scratch *scratch) {
  float *x = scratch->activation[0], *middle = scratch->activation[1];
  float *out = scratch->activation[2], *shortcut = scratch->activation[3];
  rsd_crop whole = {0, 0, 0};
  for (int i = 0; i < images; i++)
    rsd_input(pixels + (ptrdiff_t)i * RSD_IMAGE_BYTES, &whole, net->input_table,
              middle + i * rsd_node_floats(&net->nodes[0]));
  run_layer(&net->layers[0], images, middle, NULL, 1, x, scratch);
  for (int i = 1; i < net->mains; i += 2) {
    const float *residual = run_shortcut(&net->nodes[i + 2], images, x, shortcut, scratch);
    run_layer(&net->layers[i], images, x, NULL, 1, middle, scratch);
    run_layer(&net->layers[i + 1], images, middle, residual, 1, out, scratch);
    float *swap = x;
    x = out;
    out = swap;
  }
  const rsd_node *last = &net->nodes[net->mains];
  rsd_average_pool(images, last->height * last->width, last->channels, x, features);
}

typedef struct inference_job {
  rsd_net *net;
  const uint8_t *images;
  int count;
  float *logits;
} inference_job;

static void infer_task(void *context, int task, int thread) {
  inference_job *job = context;
  rsd_net *net = job->net;
  int first = task * INFERENCE_CHUNK, images = rsd_min(INFERENCE_CHUNK, job->count - first);
  rsd_scratch *scratch = &net->scratch[thread];
  float *features = scratch->convolution; /* free again once the last convolution is done */
  int channels = net->nodes[net->mains].channels, classes = (int)net->spec.classes;
  run_chunk(net, job->images + (ptrdiff_t)first * RSD_IMAGE_BYTES, images, features, scratch);
  rsd_dense(images, net->features, classes, features, channels, net->dense_weights, net->dense_bias,
            job->logits + (ptrdiff_t)first * classes);
}

rsd_status rsd_net_infer(rsd_net *net, const uint8_t *images, int count, float *logits,
                         rsd_error *error) {
  inference_job job = {net, images, count, logits};
  pack_for_inference(net);
  net->last_batch = 0; /* its logits make way */
  rsd_parallel(net->pool, (count + INFERENCE_CHUNK - 1) / INFERENCE_CHUNK, infer_task, &job);
  for (int i = 0; i < count * (int)net->spec.classes; i++)
    if (!rsd_is_finite(logits[i]))
      return rsd_fail(error, RSD_DIVERGED,
                      "the net's outputs are not finite numbers: its weights have diverged; train "
                      "again with a smaller learning rate.");
  return RSD_OK;
}
