/* From a spec to the tables of a net and their addresses in the arena. Invariant: the layout
 * depends on spec and capacity alone, so measuring and creating a net take the same bytes. */
#include "net.h"

int rsd_layer_out_height(const rsd_layer *l) {
  return (l->shape.height + l->shape.stride - 1) / l->shape.stride;
}
int rsd_layer_out_width(const rsd_layer *l) {
  return (l->shape.width + l->shape.stride - 1) / l->shape.stride;
}
ptrdiff_t rsd_node_floats(const rsd_node *node) {
  return (ptrdiff_t)node->height * node->width * node->channels;
}
/* 256 pixels are 16 Winograd tiles: enough to fill the vector units, few enough for the caches. */
int rsd_chunk_images(int height, int width) { return rsd_max(1, 256 / (height * width)); }

int rsd_segment_images(int images) {
  return rsd_max(RSD_MIN_SEGMENT_IMAGES, (images + RSD_MAX_SEGMENTS - 1) / RSD_MAX_SEGMENTS);
}

/* ------------------------------------------------------------- the topology */

static void choose_methods(const rsd_net *net, rsd_layer *l) {
  int direct = net->capacity.conv == RSD_CONV_DIRECT || l->shape.kernel != 3;
  const rsd_conv_method *tiled =
      l->shape.stride == 1 ? RSD_METHOD(net, winograd_stride1) : RSD_METHOD(net, winograd_stride2);
  l->evaluation = direct ? RSD_METHOD(net, direct) : tiled;
  /* Winograd's errors in the stem would decide ReLUs in every layer behind it
   * (docs/numerics.md#winograd-points). */
  l->training = l->in == 3 ? RSD_METHOD(net, direct) : l->evaluation;
}

static rsd_layer *add_layer(rsd_net *net, int index, const rsd_node *input, int in, int out,
                            int kernel, int stride) {
  rsd_layer *layer = &net->layers[index];
  rsd_conv_shape shape = {.height = input->height,
                          .width = input->width,
                          .in = rsd_round_up(in, 4),
                          .out = rsd_round_up(out, 4),
                          .kernel = kernel,
                          .stride = stride};
  layer->shape = shape;
  layer->in = in;
  layer->out = out;
  choose_methods(net, layer);
  net->layer_count++;
  return layer;
}

static void set_position(rsd_net *net, rsd_layer *layer, int stage, int block,
                         rsd_layer_role role) {
  layer->stage = stage;
  layer->block = block;
  layer->role = role;
  layer->frozen = (uint32_t)stage <= net->spec.frozen_stages;
}

static void set_node(rsd_node *node, const rsd_layer *source) {
  node->height = rsd_layer_out_height(source);
  node->width = rsd_layer_out_width(source);
  node->channels = source->shape.out;
}

/* Adds the shortcut into node `index` from the block's input, two nodes before. */
static void add_shortcut(rsd_net *net, int index, int in, int out, int stride) {
  rsd_node *node = &net->nodes[index];
  const rsd_node *from = &net->nodes[index - 2];
  const rsd_layer *conv1 = &net->layers[index - 2];
  if (net->spec.family == RSD_PLAIN) return;
  if (net->spec.shortcut == RSD_SHORTCUT_C || (net->spec.shortcut == RSD_SHORTCUT_B && in != out)) {
    node->shortcut_kind = RSD_SHORTCUT_KIND_PROJECTION;
    node->projection = add_layer(net, net->layer_count, from, in, out, 1, stride);
    set_position(net, node->projection, conv1->stage, conv1->block, RSD_ROLE_PROJECTION);
  } else if (in != out) {
    rsd_pad_shape pad = {.height = from->height,
                         .width = from->width,
                         .in = from->channels,
                         .out = node->channels,
                         .channels = in,
                         .before = (out - in) / 2};
    node->shortcut_kind = RSD_SHORTCUT_KIND_PAD;
    node->pad = pad;
  } else {
    node->shortcut_kind = RSD_SHORTCUT_KIND_IDENTITY;
  }
}

static int count_layers(const rsd_spec *spec) {
  int depth = (int)spec->depth, projections = 0;
  if (spec->family == RSD_RESIDUAL && spec->shortcut == RSD_SHORTCUT_B)
    projections = RSD_STAGES - 1;
  if (spec->family == RSD_RESIDUAL && spec->shortcut == RSD_SHORTCUT_C)
    projections = (depth - 2) / 2;
  return depth - 1 + projections;
}

size_t rsd_table_bytes(const rsd_spec *spec) {
  return (size_t)count_layers(spec) * (sizeof(rsd_layer) + sizeof(int)) +
         spec->depth * sizeof(rsd_node);
}

static void place_tables(rsd_net *net, void *tables) {
  int layers = count_layers(&net->spec);
  rsd_zero(tables, rsd_table_bytes(&net->spec));
  net->layers = tables;
  net->nodes = (rsd_node *)(void *)(net->layers + layers);
  net->ordered = (int *)(void *)(net->nodes + net->spec.depth);
}

static void append_layer(rsd_net *net, rsd_layer *layer, int ordinal) {
  layer->ordinal = ordinal;
  net->ordered[ordinal] = (int)(layer - net->layers);
}

static void set_order(rsd_net *net) {
  int count = 0;
  for (int i = 0; i < net->main_convs; i++) {
    rsd_layer *projection = net->nodes[i + 1].projection;
    append_layer(net, &net->layers[i], count++);
    if (projection) append_layer(net, projection, count++);
  }
  RSD_ASSERT(count == net->layer_count);
}

static void build_topology(rsd_net *net) {
  int blocks = ((int)net->spec.depth - 2) / 6, width = (int)net->spec.width, in = width;
  net->main_convs = 1 + 6 * blocks;
  net->layer_count = 0;
  net->node_count = net->main_convs + 1;
  rsd_node input = {.height = RSD_IMAGE_SIDE, .width = RSD_IMAGE_SIDE, .channels = 4};
  net->nodes[0] = input;
  set_position(net, add_layer(net, 0, &net->nodes[0], 3, width, 3, 1), 1, -1, RSD_ROLE_STEM);
  set_node(&net->nodes[1], &net->layers[0]);
  for (int i = 1; i < net->main_convs; i++) {
    int stage = (i - 1) / (2 * blocks), within = (i - 1) % (2 * blocks), out = width << stage;
    int stride = stage > 0 && within == 0 ? 2 : 1, first = within % 2 == 0;
    set_position(net, add_layer(net, i, &net->nodes[i], first ? in : out, out, 3, stride),
                 stage + 1, within / 2, first ? RSD_ROLE_CONV1 : RSD_ROLE_CONV2);
    set_node(&net->nodes[i + 1], &net->layers[i]);
    if (!first) in = out;
  }
  in = width;
  for (int i = 2; i < net->main_convs; i += 2) {
    int out = net->layers[i].out, stride = net->layers[i - 1].shape.stride;
    add_shortcut(net, i + 1, in, out, stride);
    in = out;
  }
  net->features = in;
  set_order(net);
}

_Static_assert(RSD_MAX_WIDTH << (RSD_STAGES - 1) <= RSD_MAX_CHANNELS, "kernels take all widths");

/* --------------------------------------------------------------- the arena */

static size_t max_size(size_t a, size_t b) { return a > b ? a : b; }

size_t rsd_layer_weight_floats(const rsd_layer *l) {
  return (size_t)(l->shape.kernel * l->shape.kernel) * (size_t)l->shape.in * (size_t)l->shape.out;
}
static size_t max_weight_floats(const rsd_net *net) {
  size_t max = 0;
  for (int i = 0; i < net->layer_count; i++)
    max = max_size(max, rsd_layer_weight_floats(&net->layers[i]));
  return max;
}

static void lay_out_parameters(rsd_net *net, rsd_arena *arena) {
  uint64_t from = arena->used;
  int has_norm = net->spec.norm == RSD_NORM_BATCH;
  net->parameters = rsd_arena_floats(arena, 0);
  for (int stage = 1; stage <= RSD_STAGES; stage++) {
    if ((uint32_t)stage == net->spec.frozen_stages + 1)
      net->trained_from = (ptrdiff_t)((arena->used - from) / sizeof(float));
    for (int i = 0; i < net->layer_count; i++) {
      rsd_layer *l = &net->layers[i];
      if (l->stage != stage) continue;
      l->weights = rsd_arena_floats(arena, rsd_layer_weight_floats(l));
      l->gamma = has_norm ? rsd_arena_floats(arena, (uint64_t)l->shape.out) : NULL;
      l->beta = rsd_arena_floats(arena, (uint64_t)l->shape.out);
    }
  }
  if (net->spec.frozen_stages == RSD_STAGES)
    net->trained_from = (ptrdiff_t)((arena->used - from) / sizeof(float));
  net->dense_weights =
      rsd_arena_floats(arena, (uint64_t)net->spec.classes * (uint64_t)net->features);
  net->dense_bias = rsd_arena_floats(arena, net->spec.classes);
  net->parameter_floats = (ptrdiff_t)((arena->used - from) / sizeof(float));
  from = arena->used;
  net->statistics = rsd_arena_floats(arena, 0);
  for (int i = 0; has_norm && i < net->layer_count; i++) {
    rsd_layer *l = &net->layers[i];
    l->running_mean = rsd_arena_floats(arena, (uint64_t)l->shape.out);
    l->running_var = rsd_arena_floats(arena, (uint64_t)l->shape.out);
  }
  net->statistic_floats = (ptrdiff_t)((arena->used - from) / sizeof(float));
  net->state_floats = net->parameter_floats + net->statistic_floats;
}

/* Eighths of a page where buffers begin. Buffers that one pass reads and writes have different ones
 * (see arena.h). Outputs of blocks alternate between two, because each is made from the one before. */
enum { Y_OFFSET, GRADIENT_OFFSET, STORED_OFFSET, OTHER_STORED_OFFSET, ACTIVATION_OFFSET };

static void lay_out_layers(rsd_net *net, rsd_arena *arena) {
  uint64_t batch = net->capacity.batch_size;
  for (int i = 0; i < net->layer_count; i++) {
    rsd_layer *l = &net->layers[i];
    uint64_t out = (uint64_t)l->shape.out;
    l->packed = rsd_arena_floats(arena, l->evaluation->packed_floats(&l->shape));
    l->scale = rsd_arena_floats(arena, out);
    l->shift = rsd_arena_floats(arena, out);
    if (!net->capacity.training) continue;
    l->mean = rsd_arena_floats(arena, out);
    l->var = rsd_arena_floats(arena, out);
    l->mean_dz = rsd_arena_floats(arena, out);
    l->dvar_coef = rsd_arena_floats(arena, out);
    uint64_t y = batch * (uint64_t)(rsd_layer_out_height(l) * rsd_layer_out_width(l)) * out;
    l->y = rsd_arena_floats_at(arena, Y_OFFSET, y);
    l->y_line_bytes = rsd_arena_take(arena, y / RSD_LINE_FLOATS);
  }
}

/* Gradients of block inputs and outputs, and all gradients of plain nets, share one buffer per
 * stage; each replaces the one before. A gradient inside a block replaces the output of the
 * convolution that reads the node: its backward pass was the last to need it, so it is in the
 * cache. */
static void lay_out_nodes(rsd_net *net, rsd_arena *arena) {
  uint64_t batch = net->capacity.batch_size;
  int residual = net->spec.family == RSD_RESIDUAL;
  float *gradient = NULL;
  for (int i = 0; i < net->node_count; i++) {
    rsd_node *node = &net->nodes[i];
    int block_output = i % 2 == 1;
    uint64_t floats = batch * (uint64_t)rsd_node_floats(node);
    if (i == 0 || (residual && block_output)) {
      node->stored =
          rsd_arena_floats_at(arena, i % 4 < 2 ? STORED_OFFSET : OTHER_STORED_OFFSET, floats);
      node->stored_line_bytes = rsd_arena_take(arena, floats / RSD_LINE_FLOATS);
    }
    if (i == 0) continue;
    if (i == 1 || node->height != net->nodes[i - 1].height)
      gradient = rsd_arena_floats_at(arena, GRADIENT_OFFSET, floats);
    node->gradient = residual && !block_output ? net->layers[i].y : gradient;
  }
}

static void lay_out_filters(rsd_net *net, rsd_arena *arena) {
  size_t main = 0, projection = 0;
  for (int i = 0; i < net->layer_count; i++) {
    const rsd_layer *l = &net->layers[i];
    size_t *max = i < net->main_convs ? &main : &projection;
    *max = max_size(*max, l->training->packed_floats(&l->shape));
  }
  for (int k = 0; k < 2; k++) {
    net->filters[k].main = rsd_arena_floats(arena, main);
    net->filters[k].projection = rsd_arena_floats(arena, projection);
  }
}

static void lay_out_training(rsd_net *net, rsd_arena *arena) {
  uint64_t batch = net->capacity.batch_size;
  size_t slot = max_weight_floats(net), channels = 0;
  for (int i = 0; i < net->layer_count; i++)
    channels = max_size(channels, (size_t)net->layers[i].shape.out);
  net->gradients = rsd_arena_floats(arena, (uint64_t)net->parameter_floats);
  net->velocity = rsd_arena_floats(arena, (uint64_t)net->parameter_floats);
  net->features_out = rsd_arena_floats(arena, batch * channels);
  net->dfeatures = rsd_arena_floats(arena, batch * channels);
  net->dlogits = rsd_arena_floats(arena, batch * net->spec.classes);
  net->filter_slot_floats = (ptrdiff_t)slot;
  net->sum_channels = (ptrdiff_t)channels;
  if (net->capacity.threads > 1)
    net->filter_slots = rsd_arena_floats(arena, RSD_MAX_SEGMENTS * slot);
  if (net->layer_count > net->main_convs) {
    if (net->capacity.threads > 1)
      net->projection_slots = rsd_arena_floats(arena, RSD_MAX_SEGMENTS * slot);
    net->projection_dx = rsd_arena_floats(arena, batch * (uint64_t)rsd_node_floats(&net->nodes[1]));
  }
  net->sums = rsd_arena_take(arena, RSD_MAX_SEGMENTS * 4 * channels * sizeof(double));
  net->averages = rsd_arena_floats(arena, (uint64_t)net->state_floats);
  lay_out_filters(net, arena);
  lay_out_nodes(net, arena);
}

static void lay_out_scratch(rsd_net *net, rsd_arena *arena) {
  size_t activation = 0, accumulator = 0, convolution = 0;
  for (int i = 0; i < net->node_count; i++) {
    const rsd_node *node = &net->nodes[i], *output = &net->nodes[rsd_min(i + 1, net->main_convs)];
    int images = rsd_min(RSD_INFERENCE_CHUNK, (int)net->capacity.batch_size);
    if (net->capacity.training)
      images = rsd_max(images, rsd_chunk_images(output->height, output->width));
    activation = max_size(activation, (size_t)images * (size_t)rsd_node_floats(node));
  }
  for (int i = 0; i < net->layer_count; i++) {
    const rsd_layer *l = &net->layers[i];
    accumulator = max_size(accumulator, l->training->accumulator_floats(&l->shape));
    convolution = max_size(convolution, l->training->scratch_floats(&l->shape));
    convolution = max_size(convolution, l->evaluation->scratch_floats(&l->shape));
  }
  for (uint32_t t = 0; t < net->capacity.threads; t++) {
    for (uint64_t k = 0; k < 4; k++)
      net->scratch[t].activation[k] = rsd_arena_floats_at(arena, ACTIVATION_OFFSET + k, activation);
    net->scratch[t].convolution = rsd_arena_floats(arena, convolution);
    if (net->capacity.training) net->scratch[t].accumulator = rsd_arena_floats(arena, accumulator);
  }
}

/* Segments of the largest batch; smaller ones have no more. */
static uint64_t max_segments(const rsd_net *net) {
  int batch = (int)net->capacity.batch_size;
  return (uint64_t)rsd_min(RSD_MAX_SEGMENTS,
                           (batch + RSD_MIN_SEGMENT_IMAGES - 1) / RSD_MIN_SEGMENT_IMAGES);
}

void rsd_net_lay_out(rsd_net *net, const rsd_spec *spec, const rsd_capacity *capacity, void *tables,
                     rsd_arena *arena) {
  rsd_zero(net, sizeof *net);
  net->spec = *spec;
  net->capacity = *capacity;
  net->kernels = rsd_kernels_for(capacity->tier);
  rsd_arena_take(arena, sizeof(rsd_net));
  void *own = rsd_arena_take(arena, rsd_table_bytes(spec));
  place_tables(net, tables ? tables : own);
  build_topology(net);
  rsd_input_table(net->spec.mean, net->spec.stddev, net->input_table);
  lay_out_parameters(net, arena);
  lay_out_layers(net, arena);
  net->folded_weights = rsd_arena_floats(arena, max_weight_floats(net));
  net->logits = rsd_arena_floats(arena, (uint64_t)capacity->batch_size * spec->classes);
  net->layer_sums = rsd_arena_take(
      arena, max_segments(net) * (uint64_t)net->main_convs * sizeof *net->layer_sums);
  if (capacity->training) lay_out_training(net, arena);
  lay_out_scratch(net, arena);
}
