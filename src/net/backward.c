/* The backward pass of a training step, from dlogits to the gradient of every parameter. Invariant:
 * partial sums of segments are added in order, whether one thread adds them where they go or
 * several threads keep slots. */
#include "training.h"

static float *gradient_at(const rsd_net *net, const float *parameter) {
  return net->gradients + (parameter - net->parameters);
}

/* Adds node i's gradient to the sums that the backward pass of its norm needs. */
static void add_gradient_sums(rsd_net *net, int i, int segment, int first, int images) {
  const rsd_node *node = &net->nodes[i];
  const rsd_layer *l = &net->layers[i - 1];
  int pixels = node->height * node->width;
  RSD_VECTOR(net, gradient_sums_add)(images, pixels, node->channels, gradient_of(node, first),
                                     y_of(l, first), l->mean, channel_sums(net, segment, 0, 0),
                                     channel_sums(net, segment, 0, 1));
  if (node->projection)
    RSD_VECTOR(net, gradient_sums_add)(
        images, pixels, node->channels, gradient_of(node, first), y_of(node->projection, first),
        node->projection->mean, channel_sums(net, segment, 1, 0), channel_sums(net, segment, 1, 1));
}

static void avgpool_backward_task(void *context, int segment, int thread) {
  const training_pass *p = context;
  rsd_net *net = p->net;
  const rsd_node *last = &net->nodes[net->main_convs];
  int end = segment_end(p, segment), chunk = rsd_chunk_images(last->height, last->width);
  clear_channel_sums(net, segment);
  for (int first = segment * p->per_segment; first < end; first += chunk) {
    int images = rsd_min(chunk, end - first);
    const float *x = rsd_net_step_node(net, net->main_convs, first, images, &net->scratch[thread]);
    RSD_VECTOR(net, average_pool_backward)(images, last->height * last->width, last->channels,
                                           net->dfeatures + (ptrdiff_t)first * last->channels, x,
                                           gradient_of(last, first));
    add_gradient_sums(net, net->main_convs, segment, first, images);
  }
}

/* Makes gamma's and beta's gradients from the segments' sums, and the coefficients of the norm's
 * backward pass. */
static void finish_norm_gradients(const training_pass *p, rsd_layer *l, int which) {
  const rsd_net *net = p->net;
  double count = (double)p->images * layer_out_pixels(l);
  for (int c = 0; c < l->shape.out; c++) {
    double dz = 0.0, dz_y = 0.0;
    for (int s = 0; s < p->segments; s++) {
      dz += channel_sums(net, s, which, 0)[c];
      dz_y += channel_sums(net, s, which, 1)[c];
    }
    gradient_at(net, l->beta)[c] = (float)dz;
    l->mean_dz[c] = l->dvar_coef[c] = 0.0f;
    if (l->gamma == NULL || net->input_gradient) continue;
    double var = (double)l->var[c] + (double)RSD_NORM_EPSILON;
    gradient_at(net, l->gamma)[c] = (float)(dz_y / __builtin_sqrt(var));
    l->mean_dz[c] = (float)(dz / count);
    l->dvar_coef[c] = (float)(dz_y / count / var);
  }
}

/* Makes dy in activation[1], dx in `dx` (unless NULL) and the filter gradient in the accumulator,
 * or += with `add`, for the later chunks of a segment. */
static void backward_layer(const rsd_net *net, const rsd_layer *l, const float *filters,
                           const rsd_node *out_node, int first, int images, const float *x,
                           float *dx, rsd_prefetch *prefetch, int add, rsd_scratch *scratch) {
  rsd_norm_gradient g = {l->scale, l->mean, l->mean_dz, l->dvar_coef};
  float *dy = scratch->activation[1];
  RSD_VECTOR(net, norm_backward)(images * layer_out_pixels(l), l->shape.out,
                                 gradient_of(out_node, first), y_of(l, first), &g, dy);
  l->training->backward(&l->shape, images, x, dy, filters, dx, prefetch, add, scratch->accumulator,
                        scratch->convolution);
}

/* Makes the gradient of the node that the convolution reads, from its dx and the shortcut's
 * gradient. */
static void finish_node_gradient(const training_pass *p, int first, int images, const float *x,
                                 float *dx) {
  rsd_net *net = p->net;
  const rsd_node *node = &net->nodes[p->conv];
  const float *shortcut = NULL;
  if (p->conv % 2 == 1) {
    const rsd_node *block_output = &net->nodes[p->conv + 2];
    if (block_output->shortcut_kind == RSD_SHORTCUT_KIND_IDENTITY)
      shortcut = gradient_of(block_output, first);
    if (block_output->shortcut_kind == RSD_SHORTCUT_KIND_PAD)
      RSD_VECTOR(net, pad_shortcut_backward)(&block_output->pad, images,
                                             gradient_of(block_output, first), dx);
  }
  RSD_VECTOR(net, relu_backward)(images * rsd_node_floats(node), dx, shortcut, x,
                                 gradient_of(node, first));
}

/* The gradient of images from dx of the stem, in planes. */
static void finish_input_gradient(const rsd_net *net, int first, int images, const float *dx) {
  float *to = net->input_gradient + (ptrdiff_t)first * RSD_IMAGE_BYTES;
  int pixels = RSD_IMAGE_SIDE * RSD_IMAGE_SIDE;
  for (int k = 0; k < images * 3 * pixels; k++)
    to[k] = dx[(k / (3 * pixels) * pixels + k % pixels) * 4 + k / pixels % 3];
}

static float *filter_slot(const rsd_net *net, int segment, int projection) {
  return (projection ? net->projection_slots : net->filter_slots) +
         segment * net->filter_slot_floats;
}

/* One thread takes the segments in order, so it adds their filter gradients where they go and needs
 * no slots. */
static int adds_gradients_in_place(const rsd_net *net) { return rsd_pool_threads(net->pool) == 1; }

/* Stores or adds the filter gradient that a segment's accumulator holds. */
static void store_filter_gradient(const rsd_net *net, const rsd_layer *l, int segment,
                                  int projection, const float *accumulator) {
  int at_once = adds_gradients_in_place(net);
  float *to = at_once ? gradient_at(net, l->weights) : filter_slot(net, segment, projection);
  l->training->filter_gradient(&l->shape, accumulator, at_once && segment > 0, to);
}

/* The projection comes first: it leaves its dx in projection_dx, which the main convolution then
 * adds to its own. */
static void projection_backward(const training_pass *p, const rsd_layer *l, int segment,
                                rsd_scratch *scratch) {
  rsd_net *net = p->net;
  const rsd_node *node = &net->nodes[p->conv], *block_output = &net->nodes[p->conv + 2];
  int start = segment * p->per_segment, end = segment_end(p, segment);
  int chunk = rsd_chunk_images(node->height, node->width);
  for (int first = start; first < end; first += chunk) {
    int images = rsd_min(chunk, end - first);
    rsd_pool_beat(net->pool);
    const float *x = rsd_net_step_node(net, p->conv, first, images, scratch);
    float *dx = needs_input_gradient(net, p->conv)
                    ? net->projection_dx + first * rsd_node_floats(node)
                    : NULL;
    backward_layer(net, l, backward_filters(net, p->conv)->projection, block_output, first, images,
                   x, dx, NULL, first > start, scratch);
  }
  store_filter_gradient(net, l, segment, 1, scratch->accumulator);
}

/* Prefetches the saved activations that backward reads. */
static void prefetch_saved(rsd_prefetch *prefetch, const rsd_net *net, int i, int first,
                           int images) {
  prefetch_y(prefetch, &net->layers[i], first, images);
  if (i == 0) return;
  prefetch_y(prefetch, &net->layers[i - 1], first, images);
  if (net->nodes[i].stored) prefetch_stored(prefetch, &net->nodes[i], first, images);
}

static void backward_segment(const training_pass *p, int segment, rsd_scratch *scratch) {
  rsd_net *net = p->net;
  const rsd_layer *l = &net->layers[p->conv], *projection = projection_beside(net, p->conv);
  const rsd_node *node = &net->nodes[p->conv];
  int start = segment * p->per_segment, end = segment_end(p, segment);
  int chunk = rsd_chunk_images(node->height, node->width),
      prefetch_limit = prefetch_end(p, segment);
  float *dx = needs_input_gradient(net, p->conv) ? scratch->activation[2] : NULL;
  if (projection) projection_backward(p, projection, segment, scratch);
  clear_channel_sums(net, segment);
  for (int first = start; first < end; first += chunk) {
    int images = rsd_min(chunk, end - first);
    rsd_pool_beat(net->pool);
    const float *x = rsd_net_step_node(net, p->conv, first, images, scratch);
    int next = first + images, prefetch_images = rsd_min(chunk, prefetch_limit - next);
    rsd_prefetch prefetch = {.count = 0};
    if (prefetch_images > 0) prefetch_saved(&prefetch, net, p->conv, next, prefetch_images);
    backward_layer(net, l, backward_filters(net, p->conv)->main, &net->nodes[p->conv + 1], first,
                   images, x, dx, &prefetch, first > start, scratch);
    if (p->conv == 0 && dx) finish_input_gradient(net, first, images, dx);
    if (p->conv == 0 || !dx) continue;
    ptrdiff_t floats = rsd_node_floats(node);
    if (projection) RSD_VECTOR(net, add)(images * floats, net->projection_dx + first * floats, dx);
    finish_node_gradient(p, first, images, x, dx);
    add_gradient_sums(net, p->conv, segment, first, images);
  }
  store_filter_gradient(net, l, segment, 0, scratch->accumulator);
}

void rsd_pack_backward(const rsd_net *net, int i) {
  const rsd_layer *l = &net->layers[i], *projection = projection_beside(net, i);
  const rsd_packed_filters *to = backward_filters(net, i);
  if (!needs_input_gradient(net, i)) return;
  l->training->pack_backward(&l->shape, l->weights, to->main);
  if (projection)
    projection->training->pack_backward(&projection->shape, projection->weights, to->projection);
}

/* Works on a segment; the last task packs the filters of the convolution before. */
static void backward_task(void *context, int task, int thread) {
  const training_pass *p = context;
  if (task < p->segments)
    backward_segment(p, task, &p->net->scratch[thread]);
  else if (p->conv > 0)
    rsd_pack_backward(p->net, p->conv - 1);
}

typedef struct slot_sum {
  const training_pass *pass;
  const rsd_layer *layer;
  int projection;
} slot_sum;

enum { SUM_TASKS = 16 };
static void sum_slots_task(void *context, int task, int thread) {
  (void)thread;
  const slot_sum *s = context;
  const rsd_net *net = s->pass->net;
  ptrdiff_t vectors = (ptrdiff_t)rsd_layer_weight_floats(s->layer) / 4;
  ptrdiff_t from = vectors * task / SUM_TASKS * 4, to = vectors * (task + 1) / SUM_TASKS * 4;
  RSD_VECTOR(net, sum_slots)(to - from, s->pass->segments, net->filter_slot_floats,
                             filter_slot(net, 0, s->projection) + from,
                             gradient_at(net, s->layer->weights) + from);
}

static void sum_filter_gradient(const training_pass *p, const rsd_layer *l, int projection) {
  slot_sum sum = {p, l, projection};
  if (!adds_gradients_in_place(p->net)) rsd_parallel(p->net->pool, SUM_TASKS, sum_slots_task, &sum);
}

static void finish_node_norm_gradients(const training_pass *p, int i) {
  finish_norm_gradients(p, &p->net->layers[i - 1], 0);
  if (p->net->nodes[i].projection) finish_norm_gradients(p, p->net->nodes[i].projection, 1);
}

void rsd_net_backward(rsd_net *net) {
  training_pass p = make_pass(net, net->main_convs);
  RSD_VECTOR(net, dense_backward)(
      p.images, net->features, (int)net->spec.classes, net->features_out,
      net->nodes[net->main_convs].channels, net->dense_weights, net->dlogits,
      gradient_at(net, net->dense_weights), gradient_at(net, net->dense_bias), net->dfeatures);
  if (!needs_input_gradient(net, net->main_convs)) return;
  rsd_parallel(net->pool, p.segments, avgpool_backward_task, &p);
  finish_node_norm_gradients(&p, net->main_convs);
  for (int i = net->main_convs - 1; i >= 0 && needs_input_gradient(net, i + 1); i--) {
    rsd_layer *projection = projection_beside(net, i);
    p.conv = i;
    rsd_parallel(net->pool, p.segments + 1, backward_task, &p);
    sum_filter_gradient(&p, &net->layers[i], 0);
    if (projection) sum_filter_gradient(&p, projection, 1);
    if (i > 0 && needs_input_gradient(net, i)) finish_node_norm_gradients(&p, i);
  }
}
