/* One step of SGD. Every pass walks the segments of the batch in parallel and, inside one, chunks
 * of a few images, so that what a convolution reads and writes stays in cache. Partial sums are
 * kept per segment and added in order. */
#include "../core/text.h"
#include "net.h"

typedef struct pass {
  rsd_net *net;
  int main; /* which main convolution */
  int images, segments, per_segment;
} pass;

static pass make_pass(rsd_net *net, int main) {
  pass p = {.net = net, .main = main, .images = (int)net->recipe.batch_size};
  p.per_segment = rsd_segment_images(p.images);
  p.segments = (p.images + p.per_segment - 1) / p.per_segment;
  return p;
}
static int segment_end(const pass *p, int segment) {
  return rsd_min((segment + 1) * p->per_segment, p->images);
}

/* Per segment and layer (0: main, 1: projection) two rows of channel sums. */
static double *sums_of(const rsd_net *net, int segment, int layer, int row) {
  return net->sums + ((ptrdiff_t)(segment * 2 + layer) * 2 + row) * net->sum_channels;
}
static void clear_sums(const rsd_net *net, int segment) {
  rsd_zero(sums_of(net, segment, 0, 0), sizeof(double) * 4 * (size_t)net->sum_channels);
}
static int out_pixels(const rsd_layer *l) {
  return rsd_layer_out_height(l) * rsd_layer_out_width(l);
}
static ptrdiff_t out_floats(const rsd_layer *l) { return (ptrdiff_t)out_pixels(l) * l->shape.out; }
static float *y_of(const rsd_layer *l, int image) { return l->y + image * out_floats(l); }
static uint8_t *y_heads_of(const rsd_layer *l, int image) {
  return l->y_heads + image * out_floats(l) / RSD_LINE_FLOATS;
}
static float *stored_of(const rsd_node *n, int image) {
  return n->stored + image * rsd_node_floats(n);
}
static uint8_t *stored_heads_of(const rsd_node *n, int image) {
  return n->stored_heads + image * rsd_node_floats(n) / RSD_LINE_FLOATS;
}
static float *gradient_of(const rsd_node *n, int image) {
  return n->gradient + image * rsd_node_floats(n);
}
/* The projection that reads the same node as main convolution i, if any. */
static rsd_layer *projection_beside(const rsd_net *net, int i) {
  return i % 2 == 1 && i + 2 <= net->mains ? net->nodes[i + 2].projection : NULL;
}

/* ------------------------------------------------------------------ forward */

static rsd_affine affine_of(const rsd_layer *l) {
  rsd_affine f = {l->mean, l->scale, l->shift};
  return f;
}

/* Node i of `images` images from `first` on, computed into `out`. */
static void compute_node(rsd_net *net, int i, int first, int images, float *out,
                         rsd_scratch *scratch) {
  const rsd_node *node = &net->nodes[i];
  const rsd_layer *l = &net->layers[i - 1];
  const float *residual = NULL;
  rsd_affine f = affine_of(l), g = f;
  int projected = node->link == RSD_LINK_PROJECTION;
  if (projected) {
    residual = y_of(node->projection, first);
    g = affine_of(node->projection);
  } else if (node->link != RSD_LINK_NONE) {
    RSD_ASSERT(i >= 2);
    residual = stored_of(&net->nodes[i - 2], first);
    if (node->link == RSD_LINK_PAD) {
      rsd_pad_shortcut(&node->pad, images, residual, scratch->activation[3]);
      residual = scratch->activation[3];
    }
  }
  rsd_normalise(images * node->height * node->width, node->channels, y_of(l, first), &f, residual,
                projected ? &g : NULL, out);
}

/* The end of the images that a task may fetch ahead of time: those of another segment may be at work
 * on another thread. */
static int horizon(const pass *p, int segment) {
  return rsd_pool_threads(p->net->pool) == 1 ? p->images : segment_end(p, segment);
}
static void fetch_y(rsd_ahead *ahead, const rsd_layer *l, int first, int images) {
  rsd_ahead_add_halves(ahead, y_of(l, first), y_heads_of(l, first), images * out_floats(l));
}
static void fetch_stored(rsd_ahead *ahead, const rsd_node *node, int first, int images) {
  rsd_ahead_add_halves(ahead, stored_of(node, first), stored_heads_of(node, first),
                       images * rsd_node_floats(node));
}
/* What compute_node reads. */
static void fetch_sources(rsd_ahead *ahead, const rsd_net *net, int i, int first, int images) {
  const rsd_node *node = &net->nodes[i];
  fetch_y(ahead, &net->layers[i - 1], first, images);
  if (node->projection)
    fetch_y(ahead, node->projection, first, images);
  else if (node->link != RSD_LINK_NONE)
    fetch_stored(ahead, &net->nodes[i - 2], first, images);
}

/* Node i for the first time in this step: kept where it will be needed again. */
static const float *first_read(rsd_net *net, int i, int first, int images, rsd_scratch *scratch) {
  const rsd_node *node = &net->nodes[i];
  float *out = node->stored ? stored_of(node, first) : scratch->activation[0];
  if (i == 0) return out;
  compute_node(net, i, first, images, out, scratch);
  if (node->stored)
    rsd_keep_heads(images * rsd_node_floats(node), out, stored_heads_of(node, first));
  return out;
}
static const float *read_again(rsd_net *net, int i, int first, int images, rsd_scratch *scratch) {
  const rsd_node *node = &net->nodes[i];
  if (node->stored) return stored_of(node, first);
  compute_node(net, i, first, images, scratch->activation[0], scratch);
  return scratch->activation[0];
}

const float *rsd_net_step_node(rsd_net *net, int i, int first, int images, rsd_scratch *scratch) {
  return read_again(net, i, first, images, scratch);
}

/* Forward and backward of a convolution have different ones, so that the last one's forward pass can
 * pack what its backward pass needs. */
static const rsd_filters *forward_filters(const rsd_net *net, int i) {
  return &net->filters[i % 2];
}
static const rsd_filters *backward_filters(const rsd_net *net, int i) {
  return &net->filters[(i + 1) % 2];
}
/* Of the node that main convolution i reads. */
static int is_gradient_wanted(const rsd_net *net, int i) {
  return i > 0 && !net->layers[i - 1].frozen;
}

static void pack_forward(const rsd_net *net, int i) {
  const rsd_layer *l = &net->layers[i], *projection = projection_beside(net, i);
  const rsd_filters *to = forward_filters(net, i);
  l->training->pack_forward(&l->shape, l->weights, to->main);
  if (projection)
    projection->training->pack_forward(&projection->shape, projection->weights, to->projection);
}
static void pack_backward(const rsd_net *net, int i) {
  const rsd_layer *l = &net->layers[i], *projection = projection_beside(net, i);
  const rsd_filters *to = backward_filters(net, i);
  if (!is_gradient_wanted(net, i)) return;
  l->training->pack_backward(&l->shape, l->weights, to->main);
  if (projection)
    projection->training->pack_backward(&projection->shape, projection->weights, to->projection);
}

static void forward_layer(const rsd_layer *l, const float *filters, int first, int images,
                          const float *x, rsd_ahead *ahead, rsd_scratch *scratch,
                          rsd_moments *moments) {
  ptrdiff_t floats = out_floats(l);
  float *y = y_of(l, first);
  rsd_ahead_add(ahead, y, images * floats);
  l->training->forward(&l->shape, images, x, filters, y, NULL, ahead, scratch->convolution);
  rsd_keep_heads(images * floats, y, y_heads_of(l, first));
  if (l->gamma && !l->frozen) rsd_moments_add(images, out_pixels(l), l->shape.out, y, moments);
}

static void forward_segment(const pass *p, int segment, rsd_scratch *scratch) {
  rsd_net *net = p->net;
  const rsd_filters *filters = forward_filters(net, p->main);
  const rsd_node *made = &net->nodes[p->main + 1];
  const rsd_layer *projection = projection_beside(net, p->main);
  int end = segment_end(p, segment), chunk = rsd_chunk_images(made->height, made->width);
  int limit = horizon(p, segment);
  clear_sums(net, segment);
  rsd_moments m = {sums_of(net, segment, 0, 0), sums_of(net, segment, 0, 1), 0};
  rsd_moments mp = {sums_of(net, segment, 1, 0), sums_of(net, segment, 1, 1), 0};
  for (int first = segment * p->per_segment; first < end; first += chunk) {
    int images = rsd_min(chunk, end - first);
    const float *x = first_read(net, p->main, first, images, scratch);
    int next = first + images, later = rsd_min(chunk, limit - next);
    rsd_ahead ahead = {.count = 0}, beside = {.count = 0};
    if (p->main > 0 && later > 0) fetch_sources(&ahead, net, p->main, next, later);
    forward_layer(&net->layers[p->main], filters->main, first, images, x, &ahead, scratch, &m);
    if (projection)
      forward_layer(projection, filters->projection, first, images, x, &beside, scratch, &mp);
  }
}

/* The segments, then the filters of the convolution that comes next. */
static void forward_task(void *context, int task, int thread) {
  const pass *p = context;
  if (task < p->segments)
    forward_segment(p, task, &p->net->scratch[thread]);
  else if (p->main + 1 < p->net->mains)
    pack_forward(p->net, p->main + 1);
  else
    pack_backward(p->net, p->main);
}

/* Merges the segments' moments and sets what turns y into z: mean and scale. */
static void finish_forward(const pass *p, rsd_layer *l, int which) {
  for (int c = 0; c < l->shape.out; c++) {
    double mean = 0.0, m2 = 0.0, count = 0.0;
    for (int s = 0; s < p->segments; s++) {
      double added = (double)(segment_end(p, s) - s * p->per_segment) * out_pixels(l);
      double delta = sums_of(p->net, s, which, 0)[c] - mean;
      mean += delta * added / (count + added);
      m2 += sums_of(p->net, s, which, 1)[c] + delta * delta * count * added / (count + added);
      count += added;
    }
    if (l->frozen && l->gamma)
      mean = (double)l->running_mean[c], m2 = (double)l->running_var[c] * count;
    double inverse = 1.0 / __builtin_sqrt(m2 / count + (double)RSD_NORM_EPSILON);
    double scale = l->gamma ? (double)l->gamma[c] * inverse : 1.0;
    l->mean[c] = l->gamma ? (float)mean : 0.0f;
    l->var[c] = (float)(m2 / count);
    l->scale[c] = (float)scale;
    double rounded = l->gamma ? mean - (double)l->mean[c] : 0.0;
    l->shift[c] = (float)((double)l->beta[c] - rounded * scale);
  }
}

static void input_task(void *context, int image, int thread) {
  (void)thread;
  rsd_net *net = ((pass *)context)->net;
  const rsd_progress *at = &net->progress;
  uint32_t epoch = at->step / at->steps_per_epoch;
  uint32_t position = at->step % at->steps_per_epoch * net->recipe.batch_size + (uint32_t)image;
  rsd_crop crop =
      rsd_recipe_crop(&net->recipe, epoch, rsd_recipe_image(&net->recipe, epoch, position));
  rsd_input(net->images + (ptrdiff_t)image * RSD_IMAGE_BYTES, &crop, net->input_table,
            net->nodes[0].stored + image * rsd_node_floats(&net->nodes[0]));
}

static void pool_task(void *context, int segment, int thread) {
  const pass *p = context;
  rsd_net *net = p->net;
  const rsd_node *last = &net->nodes[net->mains];
  int end = segment_end(p, segment), chunk = rsd_chunk_images(last->height, last->width);
  for (int first = segment * p->per_segment; first < end; first += chunk) {
    int images = rsd_min(chunk, end - first);
    const float *x = first_read(net, net->mains, first, images, &net->scratch[thread]);
    rsd_average_pool(images, last->height * last->width, last->channels, x,
                     net->features_out + (ptrdiff_t)first * last->channels);
  }
}

static void forward(rsd_net *net) {
  pass p = make_pass(net, 0);
  rsd_parallel(net->pool, p.images, input_task, &p);
  pack_forward(net, 0);
  for (p.main = 0; p.main < net->mains; p.main++) {
    rsd_parallel(net->pool, p.segments + 1, forward_task, &p);
    finish_forward(&p, &net->layers[p.main], 0);
    if (projection_beside(net, p.main)) finish_forward(&p, projection_beside(net, p.main), 1);
  }
  rsd_parallel(net->pool, p.segments, pool_task, &p);
  rsd_dense(p.images, net->features, (int)net->spec.classes, net->features_out,
            net->nodes[net->mains].channels, net->dense_weights, net->dense_bias, net->logits);
}

/* ----------------------------------------------------------------- backward */

static float *gradient_at(const rsd_net *net, const float *parameter) {
  return net->gradients + (parameter - net->parameters);
}

/* Adds node i's gradient to the sums that its norm's backward pass needs. */
static void add_gradient_sums(rsd_net *net, int i, int segment, int first, int images) {
  const rsd_node *node = &net->nodes[i];
  const rsd_layer *l = &net->layers[i - 1];
  int pixels = node->height * node->width;
  rsd_gradient_sums_add(images, pixels, node->channels, gradient_of(node, first), y_of(l, first),
                        l->mean, sums_of(net, segment, 0, 0), sums_of(net, segment, 0, 1));
  if (node->projection)
    rsd_gradient_sums_add(images, pixels, node->channels, gradient_of(node, first),
                          y_of(node->projection, first), node->projection->mean,
                          sums_of(net, segment, 1, 0), sums_of(net, segment, 1, 1));
}

static void pool_backward_task(void *context, int segment, int thread) {
  const pass *p = context;
  rsd_net *net = p->net;
  const rsd_node *last = &net->nodes[net->mains];
  int end = segment_end(p, segment), chunk = rsd_chunk_images(last->height, last->width);
  clear_sums(net, segment);
  for (int first = segment * p->per_segment; first < end; first += chunk) {
    int images = rsd_min(chunk, end - first);
    const float *x = read_again(net, net->mains, first, images, &net->scratch[thread]);
    rsd_average_pool_backward(images, last->height * last->width, last->channels,
                              net->dfeatures + (ptrdiff_t)first * last->channels, x,
                              gradient_of(last, first));
    add_gradient_sums(net, net->mains, segment, first, images);
  }
}

/* gamma's and beta's gradients from the segments' sums, and the rest of the norm's backward. */
static void finish_gradient_sums(const pass *p, rsd_layer *l, int which) {
  const rsd_net *net = p->net;
  double count = (double)p->images * out_pixels(l);
  for (int c = 0; c < l->shape.out; c++) {
    double dz = 0.0, dz_y = 0.0;
    for (int s = 0; s < p->segments; s++) {
      dz += sums_of(net, s, which, 0)[c];
      dz_y += sums_of(net, s, which, 1)[c];
    }
    gradient_at(net, l->beta)[c] = (float)dz;
    l->mean_dz[c] = l->slope[c] = 0.0f;
    if (l->gamma == NULL) continue;
    double var = (double)l->var[c] + (double)RSD_NORM_EPSILON;
    gradient_at(net, l->gamma)[c] = (float)(dz_y / __builtin_sqrt(var));
    l->mean_dz[c] = (float)(dz / count);
    l->slope[c] = (float)(dz_y / count / var);
  }
}

/* dy into activation[1], then dx into `dx` (unless NULL) and the filters' gradient into the
 * accumulator, `add`ed to what the segment's images before have left there. */
static void backward_layer(const rsd_layer *l, const float *filters, const rsd_node *out_node,
                           int first, int images, const float *x, float *dx, rsd_ahead *ahead,
                           int add, rsd_scratch *scratch) {
  rsd_norm_gradient g = {l->scale, l->mean, l->mean_dz, l->slope};
  float *dy = scratch->activation[1];
  rsd_norm_backward(images * out_pixels(l), l->shape.out, gradient_of(out_node, first),
                    y_of(l, first), &g, dy);
  l->training->backward(&l->shape, images, x, dy, filters, dx, ahead, add, scratch->accumulator,
                        scratch->convolution);
}

/* The gradient of node i: what its convolution gave (dx), and what the shortcut brings. */
static void finish_node_gradient(const pass *p, int first, int images, const float *x, float *dx) {
  rsd_net *net = p->net;
  const rsd_node *node = &net->nodes[p->main];
  const float *shortcut = NULL;
  if (p->main % 2 == 1) {
    const rsd_node *joined = &net->nodes[p->main + 2];
    if (joined->link == RSD_LINK_IDENTITY) shortcut = gradient_of(joined, first);
    if (joined->link == RSD_LINK_PAD)
      rsd_pad_shortcut_backward(&joined->pad, images, gradient_of(joined, first), dx);
  }
  rsd_relu_backward(images * rsd_node_floats(node), dx, shortcut, x, gradient_of(node, first));
}

static float *filter_slot(const rsd_net *net, int segment, int projection) {
  return (projection ? net->projection_slots : net->filter_slots) +
         segment * net->filter_slot_floats;
}

/* Segments that one thread takes, one after the other, are added at once, in the same order, and need no
 * slots. */
static int is_added_at_once(const rsd_net *net) { return rsd_pool_threads(net->pool) == 1; }

/* What a segment's accumulator holds of layer l's gradient. */
static void keep_filter_gradient(const rsd_net *net, const rsd_layer *l, int segment,
                                 int projection, const float *accumulator) {
  int at_once = is_added_at_once(net);
  float *to = at_once ? gradient_at(net, l->weights) : filter_slot(net, segment, projection);
  l->training->filter_gradient(&l->shape, accumulator, at_once && segment > 0, to);
}

/* A projection's part of the segment goes first: it leaves its dx in projection_dx, which the main
 * convolution's part then adds to its own. */
static void projection_backward(const pass *p, const rsd_layer *l, int segment,
                                rsd_scratch *scratch) {
  rsd_net *net = p->net;
  const rsd_node *node = &net->nodes[p->main], *joined = &net->nodes[p->main + 2];
  int start = segment * p->per_segment, end = segment_end(p, segment);
  int chunk = rsd_chunk_images(node->height, node->width);
  for (int first = start; first < end; first += chunk) {
    int images = rsd_min(chunk, end - first);
    const float *x = read_again(net, p->main, first, images, scratch);
    float *dx = is_gradient_wanted(net, p->main)
                    ? net->projection_dx + first * rsd_node_floats(node)
                    : NULL;
    backward_layer(l, backward_filters(net, p->main)->projection, joined, first, images, x, dx,
                   NULL, first > start, scratch);
  }
  keep_filter_gradient(net, l, segment, 1, scratch->accumulator);
}

/* What the backward pass of main convolution i reads that the forward pass has kept. */
static void fetch_for_backward(rsd_ahead *ahead, const rsd_net *net, int i, int first, int images) {
  fetch_y(ahead, &net->layers[i], first, images);
  if (i == 0) return;
  fetch_y(ahead, &net->layers[i - 1], first, images);
  if (net->nodes[i].stored) fetch_stored(ahead, &net->nodes[i], first, images);
}

static void backward_segment(const pass *p, int segment, rsd_scratch *scratch) {
  rsd_net *net = p->net;
  const rsd_layer *l = &net->layers[p->main], *projection = projection_beside(net, p->main);
  const rsd_node *node = &net->nodes[p->main];
  int start = segment * p->per_segment, end = segment_end(p, segment);
  int chunk = rsd_chunk_images(node->height, node->width), limit = horizon(p, segment);
  float *dx = is_gradient_wanted(net, p->main) ? scratch->activation[2] : NULL;
  if (projection) projection_backward(p, projection, segment, scratch);
  clear_sums(net, segment);
  for (int first = start; first < end; first += chunk) {
    int images = rsd_min(chunk, end - first);
    const float *x = read_again(net, p->main, first, images, scratch);
    int next = first + images, later = rsd_min(chunk, limit - next);
    rsd_ahead ahead = {.count = 0};
    if (later > 0) fetch_for_backward(&ahead, net, p->main, next, later);
    backward_layer(l, backward_filters(net, p->main)->main, &net->nodes[p->main + 1], first, images,
                   x, dx, &ahead, first > start, scratch);
    if (!dx) continue;
    ptrdiff_t floats = rsd_node_floats(node);
    if (projection) rsd_add(images * floats, net->projection_dx + first * floats, dx);
    finish_node_gradient(p, first, images, x, dx);
    add_gradient_sums(net, p->main, segment, first, images);
  }
  keep_filter_gradient(net, l, segment, 0, scratch->accumulator);
}

/* As forward_task. */
static void backward_task(void *context, int task, int thread) {
  const pass *p = context;
  if (task < p->segments)
    backward_segment(p, task, &p->net->scratch[thread]);
  else if (p->main > 0)
    pack_backward(p->net, p->main - 1);
}

typedef struct slot_sum {
  const pass *pass;
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
  rsd_sum_slots(to - from, s->pass->segments, net->filter_slot_floats,
                filter_slot(net, 0, s->projection) + from,
                gradient_at(net, s->layer->weights) + from);
}

static void sum_filter_gradient(const pass *p, const rsd_layer *l, int projection) {
  slot_sum sum = {p, l, projection};
  if (!is_added_at_once(p->net)) rsd_parallel(p->net->pool, SUM_TASKS, sum_slots_task, &sum);
}

static void finish_node_sums(const pass *p, int i) {
  finish_gradient_sums(p, &p->net->layers[i - 1], 0);
  if (p->net->nodes[i].projection) finish_gradient_sums(p, p->net->nodes[i].projection, 1);
}

static void backward(rsd_net *net) {
  pass p = make_pass(net, net->mains);
  rsd_dense_backward(p.images, net->features, (int)net->spec.classes, net->features_out,
                     net->nodes[net->mains].channels, net->dense_weights, net->dlogits,
                     gradient_at(net, net->dense_weights), gradient_at(net, net->dense_bias),
                     net->dfeatures);
  if (net->layers[net->mains - 1].frozen) return;
  rsd_parallel(net->pool, p.segments, pool_backward_task, &p);
  finish_node_sums(&p, net->mains);
  for (int i = net->mains - 1; i >= 0 && !net->layers[i].frozen; i--) {
    rsd_layer *projection = projection_beside(net, i);
    p.main = i;
    rsd_parallel(net->pool, p.segments + 1, backward_task, &p);
    sum_filter_gradient(&p, &net->layers[i], 0);
    if (projection) sum_filter_gradient(&p, projection, 1);
    if (is_gradient_wanted(net, i)) finish_node_sums(&p, i);
  }
}

/* --------------------------------------------------------------------- step */

/* A channel's running statistics after this step; those of layer `l`, which has a norm. */
typedef struct statistics {
  float mean, var;
} statistics;
static statistics next_statistics(const rsd_net *net, const rsd_layer *l, int c) {
  float count = (float)net->recipe.batch_size * (float)out_pixels(l);
  float mean = l->running_mean[c], var = l->running_var[c];
  float unbiased = l->var[c] * (count / (count - 1.0f));
  statistics next = {mean + RSD_NORM_MOMENTUM * (l->mean[c] - mean),
                     var + RSD_NORM_MOMENTUM * (unbiased - var)};
  return next;
}

static void update_running_statistics(rsd_net *net) {
  for (int i = 0; i < net->layer_count; i++) {
    rsd_layer *l = &net->layers[i];
    for (int c = 0; l->gamma && !l->frozen && c < l->shape.out; c++) {
      statistics next = next_statistics(net, l, c);
      l->running_mean[c] = next.mean;
      l->running_var[c] = next.var;
    }
  }
}

/* What is not finite is looked for before anything is changed, so that the net stays as it was;
 * `element` is a parameter or statistic of the tensor that is to be named. */
static rsd_status diverged(const rsd_net *net, const char *what, const float *element,
                           rsd_error *error) {
  rsd_tensor t;
  rsd_tensor_at(net, element, &t);
  return rsd_fail(error, RSD_DIVERGED,
                  "training diverged at step %u: %s %s is not finite; train again with a smaller "
                  "learning rate.",
                  net->progress.step + 1, what, t.name);
}

static int is_output_finite(const rsd_net *net, const rsd_layer *l) {
  ptrdiff_t count = (ptrdiff_t)net->recipe.batch_size * out_floats(l);
  for (ptrdiff_t k = 0; k < count; k++)
    if (!rsd_is_finite(l->y[k])) return 0;
  return 1;
}
static rsd_status check_loss(const rsd_net *net, const rsd_loss *loss, rsd_error *error) {
  const char *output = "the output of the layer with";
  if (rsd_is_finite((float)loss->sum)) return RSD_OK;
  for (int i = 0; i < net->mains; i++) {
    const rsd_layer *projection = projection_beside(net, i);
    if (!is_output_finite(net, &net->layers[i]))
      return diverged(net, output, net->layers[i].weights, error);
    if (projection && !is_output_finite(net, projection))
      return diverged(net, output, projection->weights, error);
  }
  return diverged(net, "the loss after", net->dense_weights, error);
}

static rsd_status check_statistics(const rsd_net *net, rsd_error *error) {
  for (int i = 0; i < net->layer_count; i++) {
    const rsd_layer *l = &net->layers[i];
    for (int c = 0; l->gamma && !l->frozen && c < l->shape.out; c++) {
      statistics next = next_statistics(net, l, c);
      const float *bad = !rsd_is_finite(next.mean)  ? &l->running_mean[c]
                         : !rsd_is_finite(next.var) ? &l->running_var[c]
                                                    : NULL;
      if (bad) return diverged(net, "the new value of", bad, error);
    }
  }
  return RSD_OK;
}

static rsd_status check_update(const rsd_net *net, float lr, rsd_error *error) {
  ptrdiff_t from = net->trained_from, count = net->parameter_floats - from;
  const float *gradients = net->gradients + from, *parameters = net->parameters + from;
  ptrdiff_t bad = rsd_sgd_overflow(count, lr, net->recipe.momentum, net->recipe.weight_decay,
                                   gradients, net->velocity + from, parameters);
  if (bad == count) return RSD_OK;
  const char *what = rsd_is_finite(gradients[bad]) ? "the new value of" : "the gradient of";
  return diverged(net, what, parameters + bad, error);
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

rsd_status rsd_net_step(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                        rsd_error *error) {
  net->images = images;
  net->ready_to_evaluate = 0;
  forward(net);
  rsd_loss loss = rsd_cross_entropy((int)net->recipe.batch_size, (int)net->spec.classes,
                                    net->logits, labels, net->dlogits);
  net->last_batch = net->recipe.batch_size;
  rsd_status status = check_loss(net, &loss, error);
  if (status != RSD_OK) return status;
  backward(net);
  float lr = rsd_learning_rate(&net->recipe, net->spec.depth, net->progress.step);
  status = check_update(net, lr, error);
  if (status == RSD_OK) status = check_statistics(net, error);
  if (status != RSD_OK) return status;
  update_running_statistics(net);
  ptrdiff_t from = net->trained_from;
  rsd_sgd(net->parameter_floats - from, lr, net->recipe.momentum, net->recipe.weight_decay,
          net->gradients + from, net->velocity + from, net->parameters + from);
  advance(net, &loss, lr);
  return RSD_OK;
}
