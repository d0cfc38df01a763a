/* The forward pass of a training step: convolutions keep their raw outputs y and the batch's statistics;
 * activations are computed from y where they are read. Invariant: a node is stored only if a shortcut reads
 * it again; rsd_net_step_node recomputes the others with the same bits. */
#include "training.h"

static rsd_affine affine_of(const rsd_layer *l) {
  rsd_affine f = {l->mean, l->scale, l->shift};
  return f;
}

/* Computes node i of `images` images from `first` on into `out`. */
static void compute_node(rsd_net *net, int i, int first, int images, float *out,
                         rsd_scratch *scratch) {
  const rsd_node *node = &net->nodes[i];
  const rsd_layer *l = &net->layers[i - 1];
  const float *residual = NULL;
  rsd_affine f = affine_of(l), g = f;
  int is_projected = node->shortcut_kind == RSD_SHORTCUT_KIND_PROJECTION;
  if (is_projected) {
    residual = y_of(node->projection, first);
    g = affine_of(node->projection);
  } else if (node->shortcut_kind != RSD_SHORTCUT_KIND_NONE) {
    RSD_ASSERT(i >= 2);
    residual = stored_of(&net->nodes[i - 2], first);
    if (node->shortcut_kind == RSD_SHORTCUT_KIND_PAD) {
      RSD_VECTOR(net, pad_shortcut)(&node->pad, images, residual, scratch->activation[3]);
      residual = scratch->activation[3];
    }
  }
  RSD_VECTOR(net, normalise)(images * node->height * node->width, node->channels, y_of(l, first),
                             &f, residual, is_projected ? &g : NULL, out);
}

/* Prefetches what compute_node reads. */
static void prefetch_node_inputs(rsd_prefetch *prefetch, const rsd_net *net, int i, int first,
                                 int images) {
  const rsd_node *node = &net->nodes[i];
  prefetch_y(prefetch, &net->layers[i - 1], first, images);
  if (node->projection)
    prefetch_y(prefetch, node->projection, first, images);
  else if (node->shortcut_kind != RSD_SHORTCUT_KIND_NONE)
    prefetch_stored(prefetch, &net->nodes[i - 2], first, images);
}

/* Computes node i for the first time in a step, and stores it if it is read again. */
static const float *forward_node(rsd_net *net, int i, int first, int images, rsd_scratch *scratch) {
  const rsd_node *node = &net->nodes[i];
  float *out = node->stored ? stored_of(node, first) : scratch->activation[0];
  if (i == 0) return out;
  compute_node(net, i, first, images, out, scratch);
  if (node->stored)
    rsd_save_line_bytes(images * rsd_node_floats(node), out, stored_line_bytes_of(node, first));
  return out;
}
const float *rsd_net_step_node(rsd_net *net, int i, int first, int images, rsd_scratch *scratch) {
  const rsd_node *node = &net->nodes[i];
  if (node->stored) return stored_of(node, first);
  compute_node(net, i, first, images, scratch->activation[0], scratch);
  return scratch->activation[0];
}

static void pack_forward(const rsd_net *net, int i) {
  const rsd_layer *l = &net->layers[i], *projection = projection_beside(net, i);
  const rsd_packed_filters *to = forward_filters(net, i);
  l->training->pack_forward(&l->shape, l->weights, to->main);
  if (projection)
    projection->training->pack_forward(&projection->shape, projection->weights, to->projection);
}
static void forward_layer(const rsd_net *net, const rsd_layer *l, const float *filters, int first,
                          int images, const float *x, rsd_prefetch *prefetch, rsd_scratch *scratch,
                          rsd_moments *moments) {
  ptrdiff_t floats = layer_out_floats(l);
  float *y = y_of(l, first);
  rsd_prefetch_for_write(prefetch, y, images * floats);
  l->training->forward(&l->shape, images, x, filters, y, NULL, prefetch, scratch->convolution);
  rsd_save_line_bytes(images * floats, y, y_line_bytes_of(l, first));
  if (l->gamma && uses_batch_statistics(net, l))
    RSD_VECTOR(net, moments_add)(images, layer_out_pixels(l), l->shape.out, y, moments);
}

static void forward_segment(const training_pass *p, int segment, rsd_scratch *scratch) {
  rsd_net *net = p->net;
  const rsd_packed_filters *filters = forward_filters(net, p->conv);
  const rsd_node *output_node = &net->nodes[p->conv + 1];
  const rsd_layer *projection = projection_beside(net, p->conv);
  int end = segment_end(p, segment),
      chunk = rsd_chunk_images(output_node->height, output_node->width);
  int prefetch_limit = prefetch_end(p, segment);
  clear_channel_sums(net, segment);
  rsd_moments moments = {channel_sums(net, segment, 0, 0), channel_sums(net, segment, 0, 1), 0};
  rsd_moments projection_moments = {channel_sums(net, segment, 1, 0),
                                    channel_sums(net, segment, 1, 1), 0};
  for (int first = segment * p->per_segment; first < end; first += chunk) {
    int images = rsd_min(chunk, end - first);
    rsd_pool_beat(net->pool);
    const float *x = forward_node(net, p->conv, first, images, scratch);
    int next = first + images, prefetch_images = rsd_min(chunk, prefetch_limit - next);
    rsd_prefetch prefetch = {.count = 0}, projection_prefetch = {.count = 0};
    if (p->conv > 0 && prefetch_images > 0)
      prefetch_node_inputs(&prefetch, net, p->conv, next, prefetch_images);
    forward_layer(net, &net->layers[p->conv], filters->main, first, images, x, &prefetch, scratch,
                  &moments);
    if (projection)
      forward_layer(net, projection, filters->projection, first, images, x, &projection_prefetch,
                    scratch, &projection_moments);
  }
}

/* Works on a segment; the last task packs the filters of the next convolution. */
static void forward_task(void *context, int task, int thread) {
  const training_pass *p = context;
  if (task < p->segments)
    forward_segment(p, task, &p->net->scratch[thread]);
  else if (p->conv + 1 < p->net->main_convs)
    pack_forward(p->net, p->conv + 1);
  else
    rsd_pack_backward(p->net, p->conv);
}

/* Merges the segments' moments, and sets mean, scale and shift, which turn y into z. */
static void finish_batch_statistics(const training_pass *p, rsd_layer *l, int which) {
  for (int c = 0; c < l->shape.out; c++) {
    double mean = 0.0, m2 = 0.0, count = 0.0;
    for (int s = 0; s < p->segments; s++) {
      double added = (double)(segment_end(p, s) - s * p->per_segment) * layer_out_pixels(l);
      double delta = channel_sums(p->net, s, which, 0)[c] - mean;
      mean += delta * added / (count + added);
      m2 += channel_sums(p->net, s, which, 1)[c] + delta * delta * count * added / (count + added);
      count += added;
    }
    if (l->gamma && !uses_batch_statistics(p->net, l))
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

/* An image of the batch as the recipe augments it. */
static void augmented_input(rsd_net *net, int image, float *out) {
  const rsd_recipe *recipe = &net->recipe;
  const rsd_progress *at = &net->progress;
  uint32_t epoch = at->step / at->steps_per_epoch;
  uint32_t position = at->step % at->steps_per_epoch * recipe->batch_size + (uint32_t)image;
  uint32_t number = rsd_recipe_image(recipe, epoch, position);
  rsd_crop crop = rsd_recipe_crop(recipe, epoch, number);
  ptrdiff_t first = (ptrdiff_t)image * RSD_IMAGE_BYTES;
  if (net->batch.bytes)
    RSD_VECTOR(net, input)(net->batch.bytes + first, &crop, net->input_table, out);
  else
    rsd_input_float(net->batch.floats + first, &crop, net->spec.mean, net->spec.stddev, out);
  if (recipe->cutout == 0) return;
  rsd_cut cut = rsd_recipe_cut(recipe, epoch, number);
  rsd_cut_out(cut.x, cut.y, (int)recipe->cutout, out);
}

static void input_task(void *context, int image, int thread) {
  const training_pass *p = context;
  rsd_net *net = p->net;
  float *out = stored_of(&net->nodes[0], image), *other = net->scratch[thread].activation[0];
  augmented_input(net, image, out);
  if (!(net->recipe.mixup > 0.0f)) return;
  augmented_input(net, (image + 1) % p->images, other);
  rsd_mix_images(rsd_node_floats(&net->nodes[0]),
                 rsd_recipe_share(&net->recipe, net->progress.step), other, out);
}

static void avgpool_task(void *context, int segment, int thread) {
  const training_pass *p = context;
  rsd_net *net = p->net;
  const rsd_node *last = &net->nodes[net->main_convs];
  int end = segment_end(p, segment), chunk = rsd_chunk_images(last->height, last->width);
  for (int first = segment * p->per_segment; first < end; first += chunk) {
    int images = rsd_min(chunk, end - first);
    const float *x = forward_node(net, net->main_convs, first, images, &net->scratch[thread]);
    RSD_VECTOR(net, average_pool)(images, last->height * last->width, last->channels, x,
                                  net->features_out + (ptrdiff_t)first * last->channels);
  }
}

void rsd_net_forward(rsd_net *net) {
  training_pass p = make_pass(net, 0);
  rsd_parallel(net->pool, p.images, input_task, &p);
  pack_forward(net, 0);
  for (p.conv = 0; p.conv < net->main_convs; p.conv++) {
    rsd_parallel(net->pool, p.segments + 1, forward_task, &p);
    finish_batch_statistics(&p, &net->layers[p.conv], 0);
    if (projection_beside(net, p.conv))
      finish_batch_statistics(&p, projection_beside(net, p.conv), 1);
  }
  rsd_parallel(net->pool, p.segments, avgpool_task, &p);
  RSD_VECTOR(net, dense)(p.images, net->features, (int)net->spec.classes, net->features_out,
                         net->nodes[net->main_convs].channels, net->dense_weights, net->dense_bias,
                         net->logits);
}
