/* What the files of a training step share: how a pass walks a batch, and where its buffers are.
 *
 * A batch is cut into segments, which the pool spreads over its threads. A segment walks in chunks
 * of a few images, so that what a convolution reads and writes stays in cache. Invariant: each
 * segment has partial sums of its own, which are added in order, so the number of threads changes
 * no bit. */
#ifndef RSD_TRAINING_H
#define RSD_TRAINING_H

#include "net.h"

typedef struct training_pass {
  rsd_net *net;
  int conv; /* index of the main convolution */
  int images, segments, per_segment;
} training_pass;

static inline training_pass make_pass(rsd_net *net, int conv) {
  training_pass p = {.net = net, .conv = conv, .images = (int)net->recipe.batch_size};
  p.per_segment = rsd_segment_images(p.images);
  p.segments = (p.images + p.per_segment - 1) / p.per_segment;
  return p;
}
static inline int segment_end(const training_pass *p, int segment) {
  return rsd_min((segment + 1) * p->per_segment, p->images);
}

/* Channel sums of a segment: two rows for the main convolution (layer 0), two for the projection
 * (1). */
static inline double *channel_sums(const rsd_net *net, int segment, int layer, int row) {
  return net->sums + ((ptrdiff_t)(segment * 2 + layer) * 2 + row) * net->sum_channels;
}
static inline void clear_channel_sums(const rsd_net *net, int segment) {
  rsd_zero(channel_sums(net, segment, 0, 0), sizeof(double) * 4 * (size_t)net->sum_channels);
}
static inline int layer_out_pixels(const rsd_layer *l) {
  return rsd_layer_out_height(l) * rsd_layer_out_width(l);
}
static inline ptrdiff_t layer_out_floats(const rsd_layer *l) {
  return (ptrdiff_t)layer_out_pixels(l) * l->shape.out;
}
static inline float *y_of(const rsd_layer *l, int image) {
  return l->y + image * layer_out_floats(l);
}
static inline uint8_t *y_line_bytes_of(const rsd_layer *l, int image) {
  return l->y_line_bytes + image * layer_out_floats(l) / RSD_LINE_FLOATS;
}
static inline float *stored_of(const rsd_node *n, int image) {
  return n->stored + image * rsd_node_floats(n);
}
static inline uint8_t *stored_line_bytes_of(const rsd_node *n, int image) {
  return n->stored_line_bytes + image * rsd_node_floats(n) / RSD_LINE_FLOATS;
}
static inline float *gradient_of(const rsd_node *n, int image) {
  return n->gradient + image * rsd_node_floats(n);
}
/* The projection that reads the same node as main convolution i, or NULL. */
static inline rsd_layer *projection_beside(const rsd_net *net, int i) {
  return i % 2 == 1 && i + 2 <= net->main_convs ? net->nodes[i + 2].projection : NULL;
}

/* The end of the images that a segment may prefetch. With several threads that is its own end:
 * another thread may be working on the next segment. */
static inline int prefetch_end(const training_pass *p, int segment) {
  return rsd_pool_threads(p->net->pool) == 1 ? p->images : segment_end(p, segment);
}
static inline void prefetch_y(rsd_prefetch *prefetch, const rsd_layer *l, int first, int images) {
  rsd_prefetch_for_read(prefetch, y_of(l, first), y_line_bytes_of(l, first),
                        images * layer_out_floats(l));
}
static inline void prefetch_stored(rsd_prefetch *prefetch, const rsd_node *node, int first,
                                   int images) {
  rsd_prefetch_for_read(prefetch, stored_of(node, first), stored_line_bytes_of(node, first),
                        images * rsd_node_floats(node));
}

/* Forward and backward of a convolution alternate between the two buffers, so that the last one's
 * forward pass can pack what its backward pass needs. */
static inline const rsd_packed_filters *forward_filters(const rsd_net *net, int i) {
  return &net->filters[i % 2];
}
static inline const rsd_packed_filters *backward_filters(const rsd_net *net, int i) {
  return &net->filters[(i + 1) % 2];
}
/* 1: norm has the statistics of the batch. */
static inline int uses_batch_statistics(const rsd_net *net, const rsd_layer *l) {
  return !l->frozen && !net->input_gradient;
}
/* 1: the node that main convolution i reads needs a gradient. */
static inline int needs_input_gradient(const rsd_net *net, int i) {
  return net->input_gradient || (i > 0 && !net->layers[i - 1].frozen);
}

/* Computes net->logits and keeps what the backward pass reads. */
void rsd_net_forward(rsd_net *net);
/* Computes the gradients of all parameters that are not frozen from net->dlogits. */
void rsd_net_backward(rsd_net *net);
/* Packs the filters that the backward pass of main convolution i reads. */
void rsd_pack_backward(const rsd_net *net, int i);

#endif
