/* A net as data: a table of convolutions and a table of the nodes between them, with pointers into
 * one arena. Everything else walks these tables.
 *
 *   node 0      the normalised images
 *   node i+1    relu(norm(main convolution i of node i) + shortcut)
 *
 * Invariant: training keeps the raw outputs y of all convolutions and, of the nodes, those that a
 * shortcut reads again; the others are recomputed from y where they are read. */
#ifndef RSD_NET_H
#define RSD_NET_H

#include "../../include/residua.h"
#include "../core/arena.h"
#include "../core/element.h"
#include "../core/math.h"
#include "../core/pool.h"
#include "../kernels/variants.h"

#define RSD_STAGES 3
#define RSD_MAX_CONVS (RSD_MAX_DEPTH - 1 + (RSD_MAX_DEPTH - 2) / 2)
#define RSD_NORM_EPSILON 1e-5f
#define RSD_NORM_MOMENTUM 0.1f
/* A batch is cut into at most this many segments of at least four images. Each has partial sums of
 * its own, added in order, so the number of threads changes no bit. */
#define RSD_MAX_SEGMENTS 16
#define RSD_MIN_SEGMENT_IMAGES 4
/* Images that evaluation takes at a time through the whole net: at every size of plane they fill
 * groups of 16 tiles. */
#define RSD_INFERENCE_CHUNK 4

typedef enum rsd_layer_role {
  RSD_ROLE_STEM,
  RSD_ROLE_CONV1,
  RSD_ROLE_CONV2,
  RSD_ROLE_PROJECTION
} rsd_layer_role;

typedef struct rsd_layer {
  rsd_conv_shape shape; /* channels padded to a multiple of four */
  int in, out;          /* without padding */
  int stage;            /* 1 .. 3 */
  int block;            /* within its stage; -1 for the stem */
  rsd_layer_role role;
  int ordinal; /* among the layers in PyTorch's order: each projection after the conv2 that it joins */
  int frozen;
  const rsd_conv_method *training, *evaluation; /* the convolution method in each mode */
  float *weights, *gamma, *beta; /* without norm gamma is NULL and beta is the bias */
  float *running_mean, *running_var;
  float *packed; /* filters for evaluation, norm folded in */
  float *scale, *shift; /* training: z = (y - mean) * scale + shift; inference: y * scale + shift */
  /* Training only. */
  float *y; /* [batch][oh][ow][out]; backward may replace it by a gradient, see plan.c */
  uint8_t *y_line_bytes; /* of y, see prefetch.h */
  float *mean, *var; /* of the batch; var is biased */
  float *mean_dz, *dvar_coef; /* see rsd_norm_gradient */
} rsd_layer;

typedef enum rsd_shortcut_kind {
  RSD_SHORTCUT_KIND_NONE,
  RSD_SHORTCUT_KIND_IDENTITY,
  RSD_SHORTCUT_KIND_PAD,
  RSD_SHORTCUT_KIND_PROJECTION
} rsd_shortcut_kind;

typedef struct rsd_node {
  int height, width, channels; /* padded channels */
  rsd_shortcut_kind shortcut_kind; /* the shortcut from node i-2 */
  rsd_layer *projection;
  rsd_pad_shape pad;
  float *stored; /* the activation; NULL if it is recomputed */
  uint8_t *stored_line_bytes;
  float *gradient; /* with respect to the value before the ReLU */
} rsd_node;

/* Scratch memory of one thread, as large as any layer needs. */
typedef struct rsd_scratch {
  float *activation[4]; /* each holds a chunk of a node */
  float *accumulator;
  float *convolution;
} rsd_scratch;

/* Sums over the values of one layer, without padding. In double, squares of float32 are exact and
 * none overflows or vanishes. */
typedef struct rsd_layer_sums {
  double response, response_squares, activation_squares, shortcut_squares;
} rsd_layer_sums;

/* Packed filters of a main convolution and of the projection that reads the same node. They are
 * packed while the convolution before is at work, so that they are in the cache when used. */
typedef struct rsd_packed_filters {
  float *main, *projection;
} rsd_packed_filters;

/* A loaded run goes on when it is begun with its own recipe. */
typedef enum rsd_run_state { RSD_RUN_NONE, RSD_RUN_LOADED, RSD_RUN_BEGUN } rsd_run_state;

/* What a step is taken on: images in bytes or, if `bytes` is NULL, in floats. */
typedef struct rsd_batch {
  const uint8_t *bytes;
  const float *floats;
  const uint16_t *labels;
} rsd_batch;

struct rsd_net {
  const rsd_net *self; /* where it was made: elsewhere its pointers are wrong */
  uint64_t bytes; /* of its memory, which begins with this struct */
  rsd_spec spec;
  rsd_capacity capacity;
  const rsd_kernels *kernels;
  rsd_pool *pool;
  int main_convs, layer_count, node_count;
  rsd_layer *layers; /* [layer_count]: main convolutions, then projections */
  rsd_node *nodes; /* [node_count] */
  int *ordered; /* [layer_count]: the layer of each ordinal */
  float input_table[3][256];
  int features; /* inputs of the dense layer, without padding */
  float *dense_weights, *dense_bias;
  /* Parameters lie in one block, statistics in another. Gradients and velocity have the layout of
   * the parameters. */
  float *parameters, *gradients, *velocity, *statistics;
  ptrdiff_t parameter_floats, trained_from, statistic_floats;
  /* Of parameters and statistics, which are one block of state_floats; of use in runs with `ema`. */
  float *averages;
  ptrdiff_t state_floats;
  int ready_to_evaluate; /* 1: packed, scale and shift of every layer match its weights */
  rsd_scratch scratch[RSD_MAX_THREADS];
  float *folded_weights; /* weights of one layer times scale */
  float *logits;
  rsd_layer_sums *layer_sums; /* [segments][main_convs] */
  /* Training only. */
  rsd_batch batch; /* of the present step */
  rsd_loss loss; /* of the gradients, if there are any */
  int has_gradients; /* that rsd_net_update can use */
  rsd_packed_filters filters[2]; /* of this convolution and the next, alternating */
  float *features_out, *dfeatures, *dlogits;
  float *filter_slots, *projection_slots; /* [segments][largest filter], for several threads */
  float *projection_dx; /* [batch][largest block input with a projection] */
  double *sums; /* [segments][2 layers][2][largest channels] */
  ptrdiff_t filter_slot_floats, sum_channels;
  /* [batch][3][32][32]: where a pass puts the inputs' gradient. It then runs in evaluation mode: norm has
   * the running statistics, and nothing is frozen. NULL: a pass of training. */
  float *input_gradient;
  /* See run.c, which sets them. */
  rsd_run_state run;
  rsd_recipe recipe;
  rsd_progress progress;
  float own_lr; /* of the next step, with RSD_SCHEDULE_OWN */
  uint32_t last_batch; /* images of the last step, whose logits and outputs are kept; 0: none */
};

/* ---- spec.c: every list of names ends with NULL, and a name's place is its constant. */
extern const char *const rsd_family_names[], *const rsd_shortcut_names[], *const rsd_norm_names[];
extern const char *const rsd_init_names[], *const rsd_schedule_names[], *const rsd_augment_names[];
const char *rsd_name_of_option(uint32_t option, uint32_t value);
/* "resnet20", "resnet-20", "ResNet-20" and so on; returns 0 unless all of it is one. */
int rsd_parse_net_name(const char *text, size_t length, uint32_t *family, uint32_t *depth);
rsd_spec rsd_spec_defaults(void);
rsd_recipe rsd_recipe_defaults(void);
/* Whether the values are within their limits. The size fields are not looked at. */
rsd_status rsd_check_depth(uint32_t depth, rsd_error *error);
rsd_status rsd_check_spec(const rsd_spec *spec, rsd_error *error);
rsd_status rsd_check_capacity(const rsd_capacity *capacity, rsd_error *error);
rsd_status rsd_check_recipe(const rsd_recipe *recipe, rsd_error *error);
/* Whether class_weights, if there are any, are of a net with so many classes. */
rsd_status rsd_check_class_weights(const rsd_recipe *recipe, uint32_t classes, rsd_error *error);

/* ---- plan.c */
/* The bytes of a net's tables: layers, nodes and their order. */
size_t rsd_table_bytes(const rsd_spec *spec);
/* Fills the tables and lays everything out from arena->base on. `tables` is where the tables are while
 * a plan is measured; NULL: in the arena. */
void rsd_net_lay_out(rsd_net *net, const rsd_spec *spec, const rsd_capacity *capacity, void *tables,
                     rsd_arena *arena);
int rsd_layer_out_height(const rsd_layer *layer);
int rsd_layer_out_width(const rsd_layer *layer);
size_t rsd_layer_weight_floats(const rsd_layer *layer);
ptrdiff_t rsd_node_floats(const rsd_node *node); /* of one image */
/* The number of images in a chunk at this size of plane. */
int rsd_chunk_images(int height, int width);
int rsd_segment_images(int images); /* images of each segment but the last */

/* ---- tensors.c: tensors by PyTorch's names, in PyTorch's layouts */
int rsd_tensor_count(const rsd_net *net);
uint32_t rsd_parameter_count(const rsd_net *net);
void rsd_tensor_describe(const rsd_net *net, int index, rsd_tensor *tensor);
/* NULL if there is no such part: a net without training memory, the gradient of a statistic, or averages
 * of a run without them. */
const float *rsd_tensor_part_of(const rsd_net *net, int index, rsd_tensor_part part);
/* The tensor that holds a parameter or statistic, found by its address. */
void rsd_tensor_at(const rsd_net *net, const float *element, rsd_tensor *tensor);
/* `values` may be unaligned, such as inside a file. */
void rsd_tensor_export(const rsd_net *net, int index, const float *from, void *values);
void rsd_tensor_import(const rsd_net *net, int index, const rsd_element *type, const void *values,
                       float *to);
/* The first of the `values` that a tensor cannot have: not finite, or a negative variance; the number
 * of its elements if there is none. */
uint32_t rsd_tensor_first_bad(const rsd_net *net, int index, const rsd_element *type,
                              const void *values);
void rsd_net_initialise(rsd_net *net);
int rsd_layer_tensor(const rsd_net *net, int layer); /* index of the weights of main convolution
                                                      * `layer` */

/* ---- schedule.c */
uint32_t rsd_recipe_steps(const rsd_recipe *recipe);
float rsd_recipe_rate(const rsd_recipe *recipe, uint32_t depth, uint32_t step);
uint32_t rsd_recipe_image(const rsd_recipe *recipe, uint32_t epoch, uint32_t position);
rsd_crop rsd_recipe_crop(const rsd_recipe *recipe, uint32_t epoch, uint32_t image);
/* Where the middle of an image's cutout is. */
typedef struct rsd_cut {
  int x, y;
} rsd_cut;
rsd_cut rsd_recipe_cut(const rsd_recipe *recipe, uint32_t epoch, uint32_t image);
/* An image's own share in mixup, from 1/2 on; 1 without mixup. */
float rsd_recipe_share(const rsd_recipe *recipe, uint32_t step);

/* ---- inference.c */
/* Callbacks that receive what main convolution `layer` produced for some images, in evaluation
 * mode. */
typedef struct rsd_layer_observer {
  void *context;
  /* The response z, after norm and before ReLU, and the shortcut that will be added (NULL: none).
   * NULL keeps the epilogues fused. */
  void (*on_response)(void *context, int layer, int images, const float *z, const float *shortcut);
  void (*on_activation)(void *context, int layer, int images, const float *x);
} rsd_layer_observer;
/* Must precede rsd_net_run. */
void rsd_net_enter_evaluation(rsd_net *net);
/* Returns features[images][channels], the pooled last node, for at most RSD_INFERENCE_CHUNK images,
 * in the thread's scratch memory. `observer` may be NULL. */
float *rsd_net_run(rsd_net *net, const uint8_t *pixels, int images,
                   const rsd_layer_observer *observer, rsd_scratch *scratch);
rsd_status rsd_net_infer(rsd_net *net, const uint8_t *images, int count, float *logits,
                         rsd_error *error);
/* RSD_DIVERGED if one is not finite. */
rsd_status rsd_check_logits(const rsd_net *net, int count, const float *logits, rsd_error *error);
void rsd_net_features(rsd_net *net, const uint8_t *images, int count, float *features);

/* ---- step.c */
/* RSD_BAD_STATE if a thread of the pool died at work: what it should have computed is missing. */
rsd_status rsd_check_threads(const rsd_net *net, rsd_error *error);
/* The two halves of a step. */
rsd_status rsd_net_gradients(rsd_net *net, const rsd_batch *batch, rsd_error *error);
rsd_status rsd_net_update(rsd_net *net, rsd_error *error);
/* The gradient of the mean loss of so many images, in evaluation mode. Nothing is left of the last step. */
rsd_status rsd_net_input_gradient(rsd_net *net, const rsd_batch *batch, int count, float *gradient,
                                  rsd_error *error);

/* Node i of the last step for `images` images from `first` on, valid as long as that step's logits.
 * It may lie in scratch->activation[0]. */
const float *rsd_net_step_node(rsd_net *net, int i, int first, int images, rsd_scratch *scratch);

/* ---- layer_stats.c */
void rsd_net_add_layer_stats(rsd_net *net, const uint8_t *images, int count,
                             rsd_layer_stats *stats);
void rsd_net_activation(rsd_net *net, const uint8_t *image, int layer, float *values);
void rsd_net_step_layer_stats(rsd_net *net, double *gradient_rms, double *activation_rms);

/* ---- run.c */
/* Where inference finds a parameter or statistic: its average, if the run has averages. */
const float *rsd_net_evaluated(const rsd_net *net, const float *value);
void rsd_net_set_run(rsd_net *net, rsd_run_state state, const rsd_recipe *recipe,
                     const rsd_progress *progress);
void rsd_net_begin_run(rsd_net *net, const rsd_recipe *recipe);
void rsd_net_forget_run(rsd_net *net);
/* Forgets the run, and keeps its averages as the weights if it has any. */
void rsd_net_end_run(rsd_net *net);
/* Logits, outputs and gradients of the last step. */
void rsd_net_forget_step(rsd_net *net);
/* Of the next step, how many there are; 0 when the run is over. */
uint32_t rsd_net_next_images(const rsd_net *net, uint32_t *indices);
/* The halves of a step of the run; one that fails leaves nothing of a step behind. */
rsd_status rsd_net_run_gradients(rsd_net *net, const rsd_batch *batch, rsd_error *error);
rsd_status rsd_net_run_update(rsd_net *net, rsd_error *error);

#endif
