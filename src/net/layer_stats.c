/* Statistics of what flows through the layers, over many images or in the last step, and the
 * activation of one layer for one image. Invariant: sums are in double, where squares of float32
 * are exact, and channels in the padding do not count (docs/numerics.md#layer-statistics). */
#include "net.h"

/* count is a multiple of four. The order of additions is the same in every build. */
static void add_sums(ptrdiff_t count, const float *x, double *sum, double *squares) {
  double s[4] = {0.0, 0.0, 0.0, 0.0}, q[4] = {0.0, 0.0, 0.0, 0.0};
  for (ptrdiff_t k = 0; k < count; k += 4)
    for (int lane = 0; lane < 4; lane++) {
      double value = (double)x[k + lane];
      s[lane] += value;
      q[lane] += value * value;
    }
  *sum += (s[0] + s[1]) + (s[2] + s[3]);
  *squares += (q[0] + q[1]) + (q[2] + q[3]);
}
static void add_squares(ptrdiff_t count, const float *x, double *squares) {
  double unused = 0.0;
  add_sums(count, x, &unused, squares);
}

/* The number of values of a layer over `images` images. */
static double layer_elements(const rsd_net *net, int layer, double images) {
  const rsd_node *node = &net->nodes[layer + 1];
  return images * node->height * node->width * net->layers[layer].out;
}

/* --------------------------------------------------------- evaluation mode */

typedef struct stats_job {
  rsd_net *net;
  const uint8_t *images;
  int count;
} stats_job;

/* The sums over one segment. */
typedef struct segment_sums {
  const rsd_net *net;
  rsd_layer_sums *layers; /* [main_convs] */
} segment_sums;

static void add_response(void *context, int layer, int images, const float *z,
                         const float *shortcut) {
  const segment_sums *to = context;
  rsd_layer_sums *sums = &to->layers[layer];
  ptrdiff_t count = images * rsd_node_floats(&to->net->nodes[layer + 1]);
  add_sums(count, z, &sums->response, &sums->response_squares);
  if (shortcut) add_squares(count, shortcut, &sums->shortcut_squares);
}

static void add_activation(void *context, int layer, int images, const float *x) {
  const segment_sums *to = context;
  add_squares(images * rsd_node_floats(&to->net->nodes[layer + 1]), x,
              &to->layers[layer].activation_squares);
}

static void stats_task(void *context, int segment, int thread) {
  const stats_job *m = context;
  rsd_net *net = m->net;
  int per = rsd_segment_images(m->count), end = rsd_min((segment + 1) * per, m->count);
  segment_sums sums = {net, net->layer_sums + (ptrdiff_t)segment * net->main_convs};
  rsd_layer_observer observer = {&sums, add_response, add_activation};
  rsd_zero(sums.layers, sizeof *sums.layers * (size_t)net->main_convs);
  for (int first = segment * per; first < end; first += RSD_INFERENCE_CHUNK)
    rsd_net_run(net, m->images + (ptrdiff_t)first * RSD_IMAGE_BYTES,
                rsd_min(RSD_INFERENCE_CHUNK, end - first), &observer, &net->scratch[thread]);
}

/* The sums from which earlier calls made these statistics. */
static rsd_layer_sums sums_of_stats(const rsd_layer_stats *s, double elements) {
  rsd_layer_sums sums = {0.0, 0.0, 0.0, 0.0};
  if (s->images == 0) return sums;
  double mean = s->response_mean, deviation = s->response_std;
  sums.response = mean * elements;
  sums.response_squares = (deviation * deviation + mean * mean) * elements;
  sums.activation_squares = s->activation_rms * s->activation_rms * elements;
  sums.shortcut_squares = s->shortcut_rms * s->shortcut_rms * elements;
  return sums;
}

static void set_stats(const rsd_layer_sums *sums, double elements, rsd_layer_stats *s) {
  double mean = sums->response / elements;
  double variance = sums->response_squares / elements - mean * mean;
  s->response_mean = mean;
  s->response_std = variance < 0.0 ? 0.0 : __builtin_sqrt(variance);
  s->activation_rms = __builtin_sqrt(sums->activation_squares / elements);
  s->shortcut_rms = __builtin_sqrt(sums->shortcut_squares / elements);
  s->residual_ratio = sums->shortcut_squares == 0.0
                          ? 0.0
                          : __builtin_sqrt(sums->response_squares / sums->shortcut_squares);
}

void rsd_net_add_layer_stats(rsd_net *net, const uint8_t *images, int count,
                             rsd_layer_stats *stats) {
  stats_job m = {net, images, count};
  int per = rsd_segment_images(count), segments = (count + per - 1) / per;
  rsd_net_enter_evaluation(net);
  rsd_parallel(net->pool, segments, stats_task, &m);
  for (int i = 0; i < net->main_convs; i++) {
    rsd_layer_stats *s = &stats[i];
    rsd_layer_sums total = sums_of_stats(s, layer_elements(net, i, s->images));
    for (int segment = 0; segment < segments; segment++) {
      const rsd_layer_sums *part = &net->layer_sums[(ptrdiff_t)segment * net->main_convs + i];
      total.response += part->response;
      total.response_squares += part->response_squares;
      total.activation_squares += part->activation_squares;
      total.shortcut_squares += part->shortcut_squares;
    }
    s->images += (uint32_t)count;
    set_stats(&total, layer_elements(net, i, s->images), s);
  }
}

/* Where one layer's activation goes, without its padded channels. */
typedef struct activation_copy {
  const rsd_net *net;
  int layer;
  float *values;
} activation_copy;

static void copy_activation(void *context, int layer, int images, const float *x) {
  const activation_copy *to = context;
  const rsd_node *node = &to->net->nodes[layer + 1];
  int channels = to->net->layers[layer].out;
  if (layer != to->layer) return;
  for (ptrdiff_t p = 0; p < (ptrdiff_t)images * node->height * node->width; p++)
    rsd_copy(to->values + p * channels, x + p * node->channels, sizeof(float) * (size_t)channels);
}

void rsd_net_activation(rsd_net *net, const uint8_t *image, int layer, float *values) {
  activation_copy copy = {net, layer, values};
  rsd_layer_observer observer = {&copy, NULL, copy_activation};
  rsd_net_enter_evaluation(net);
  rsd_net_run(net, image, 1, &observer, &net->scratch[0]);
}

/* --------------------------------------------------------------- last step */

typedef struct step_stats {
  rsd_net *net;
  double *gradient_rms, *activation_rms;
} step_stats;

static double gradient_rms_of(const rsd_net *net, const rsd_layer *l) {
  int taps = l->shape.kernel * l->shape.kernel;
  double squares = 0.0;
  add_squares((ptrdiff_t)rsd_layer_weight_floats(l),
              net->gradients + (l->weights - net->parameters), &squares);
  return __builtin_sqrt(squares / ((double)taps * l->in * l->out));
}

/* Each task takes a whole layer, so sums need no slots. */
static void step_stats_task(void *context, int layer, int thread) {
  const step_stats *to = context;
  rsd_net *net = to->net;
  const rsd_node *node = &net->nodes[layer + 1];
  int count = (int)net->last_batch, chunk = rsd_chunk_images(node->height, node->width);
  double squares = 0.0;
  for (int first = 0; first < count; first += chunk) {
    int images = rsd_min(chunk, count - first);
    const float *x = rsd_net_step_node(net, layer + 1, first, images, &net->scratch[thread]);
    add_squares(images * rsd_node_floats(node), x, &squares);
  }
  to->activation_rms[layer] = __builtin_sqrt(squares / layer_elements(net, layer, count));
  to->gradient_rms[layer] = gradient_rms_of(net, &net->layers[layer]);
}

void rsd_net_step_layer_stats(rsd_net *net, double *gradient_rms, double *activation_rms) {
  step_stats to = {net, gradient_rms, activation_rms};
  rsd_parallel(net->pool, net->main_convs, step_stats_task, &to);
}
