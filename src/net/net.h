/* A net as data: a table of convolutions and of the activations between them, with pointers into
 * one arena. Everything else walks these tables.
 *
 * Convolution i of the main path reads node i and makes node i+1:
 *   node 0      the normalised images
 *   node i+1    relu(norm(conv i) [+ shortcut])
 * While training, the raw outputs y of all convolutions are kept, and of the nodes only those that
 * a shortcut needs again; the others are recomputed from y where they are read. */
#ifndef RSD_NET_H
#define RSD_NET_H

#include "../../include/residua.h"
#include "../core/arena.h"
#include "../core/element.h"
#include "../core/math.h"
#include "../core/pool.h"
#include "../kernels/kernels.h"

#define RSD_STAGES 3
#define RSD_MAX_MAIN (RSD_MAX_DEPTH - 1)
#define RSD_MAX_CONVS (RSD_MAX_MAIN + (RSD_MAX_DEPTH - 2) / 2)
#define RSD_NORM_EPSILON 1e-5f
#define RSD_NORM_MOMENTUM 0.1f
/* A batch is cut into at most this many segments of at least four images. Each has its own
 * partial sums, added in order, which is why the number of threads changes no bit. */
#define RSD_MAX_SEGMENTS 16
#define RSD_MIN_SEGMENT_IMAGES 4
/* Evaluation takes this many images at a time through the whole net: at every size of plane they
 * fill whole groups of 16 tiles. */
#define RSD_INFERENCE_CHUNK 4

typedef struct rsd_layer {
  rsd_conv_shape shape; /* with padded channels */
  int in, out;          /* logical channels */
  int stage;            /* 1 .. 3 */
  int block;            /* in its stage; -1: the stem */
  int place;            /* 0: the stem, 1: conv1, 2: conv2, 3: the shortcut's projection */
  int frozen;
  const rsd_conv_method *training, *evaluation; /* how it convolves in each mode */
  float *weights, *gamma, *beta; /* beta is the bias where there is no norm (then gamma is NULL) */
  float *running_mean, *running_var;
  float *packed; /* for evaluation, norm folded in */
  float *scale, *shift; /* training: z = (y - mean) * scale + shift; inference: y * scale + shift */
  /* Training only. */
  float *y; /* [batch][oh][ow][out]; backward may leave a gradient there, see plan.c */
  uint8_t *y_line_bytes; /* see rsd_save_line_bytes; of the stored activations too */
  float *mean, *var; /* of the batch (var biased) */
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
  rsd_shortcut_kind shortcut_kind; /* the shortcut that is added, from node i-2 */
  rsd_layer *projection;
  rsd_pad_shape pad;
  float *stored; /* the activation, or NULL if recomputed */
  uint8_t *stored_line_bytes;
  float *gradient; /* with respect to the value before the ReLU */
} rsd_node;

/* Scratch of one thread; sizes are the largest that any layer needs. */
typedef struct rsd_scratch {
  float *activation[4]; /* a chunk of a node each */
  float *accumulator;
  float *convolution;
} rsd_scratch;

/* Sums over the values of one layer (padding adds nothing), in double, where squares of float32 are
 * exact and none overflows or vanishes. */
typedef struct rsd_layer_sums {
  double response, response_squares, activation_squares, shortcut_squares;
} rsd_layer_sums;

/* Training packs the filters of a main convolution, and of the projection beside it, while the one
 * before is at work, the last thing before they are used: so they are in the cache. */
typedef struct rsd_filters {
  float *main, *projection;
} rsd_filters;

/* A loaded run goes on when it is begun with its own recipe. */
typedef enum rsd_run_state { RSD_RUN_NONE, RSD_RUN_LOADED, RSD_RUN_BEGUN } rsd_run_state;

struct rsd_net {
  const rsd_net *self; /* where it was made: elsewhere its pointers are wrong */
  uint64_t bytes; /* of its memory, which begins with this struct */
  rsd_spec spec;
  rsd_capacity capacity;
  rsd_pool *pool;
  int main_convs, layer_count, node_count;
  rsd_layer layers[RSD_MAX_CONVS]; /* 0 .. main_convs-1 are the main path, projections follow */
  rsd_node nodes[RSD_MAX_MAIN + 1];
  float input_table[3][256];
  int features; /* logical inputs of the dense layer */
  float *dense_weights, *dense_bias;
  /* Parameters lie in one block, statistics in another; gradients and velocity mirror the first. */
  float *parameters, *gradients, *velocity, *statistics;
  ptrdiff_t parameter_floats, trained_from, statistic_floats;
  int ready_to_evaluate; /* every layer's packed, scale and shift are those of its weights */
  rsd_scratch scratch[RSD_MAX_THREADS];
  float *fold; /* one layer's weights times scale, while packing for inference */
  float *logits;
  rsd_layer_sums *layer_sums; /* [segments][main_convs] */
  /* Training only. */
  uint8_t const *images; /* of the step under way */
  rsd_filters filters[2]; /* of this convolution and the next, in turn */
  float *features_out, *dfeatures, *dlogits;
  float *filter_slots, *projection_slots; /* [segments][largest filter], of several threads */
  float *projection_dx; /* [batch] of the largest block input with a projection */
  double *sums; /* [segments][2 layers][2][largest channels] */
  ptrdiff_t filter_slot_floats, sum_channels;
  /* See run.c, which sets them. */
  rsd_run_state run;
  rsd_recipe recipe;
  rsd_progress progress;
  uint32_t
      last_batch; /* images of the last step, whose logits and outputs the buffers hold; 0: none */
};

/* ---- spec.c: every list of names ends with NULL, and a name's place is its constant. */
extern const char *const rsd_family_names[], *const rsd_shortcut_names[], *const rsd_norm_names[];
extern const char *const rsd_init_names[], *const rsd_schedule_names[], *const rsd_augment_names[];
rsd_spec rsd_spec_defaults(void);
rsd_recipe rsd_recipe_defaults(void);
/* Whether the values are within their limits. The size fields are not looked at. */
rsd_status rsd_check_depth(uint32_t depth, rsd_error *error);
rsd_status rsd_check_spec(const rsd_spec *spec, rsd_error *error);
rsd_status rsd_check_capacity(const rsd_capacity *capacity, rsd_error *error);
rsd_status rsd_check_recipe(const rsd_recipe *recipe, rsd_error *error);

/* ---- plan.c */
/* Fills the tables and lays everything out from arena->base on. */
void rsd_net_lay_out(rsd_net *net, const rsd_spec *spec, const rsd_capacity *capacity,
                     rsd_arena *arena);
int rsd_layer_out_height(const rsd_layer *layer);
int rsd_layer_out_width(const rsd_layer *layer);
size_t rsd_layer_weight_floats(const rsd_layer *layer);
ptrdiff_t rsd_node_floats(const rsd_node *node); /* of one image */
/* Images that are worked on at a time at this size of plane. */
int rsd_chunk_images(int height, int width);
int rsd_segment_images(int images); /* of each segment but the last */

/* ---- tensors.c: the named tensors, and PyTorch's layouts of them. */
int rsd_tensor_count(const rsd_net *net);
uint32_t rsd_parameter_count(const rsd_net *net);
void rsd_tensor_describe(const rsd_net *net, int index, rsd_tensor *tensor);
/* NULL if the net has no such part (no training memory, or a statistic's gradient). */
const float *rsd_tensor_part_of(const rsd_net *net, int index, rsd_tensor_part part);
/* The tensor that a parameter or statistic belongs to, by its place inside. */
void rsd_tensor_at(const rsd_net *net, const float *element, rsd_tensor *tensor);
/* `values` may be at any address, such as inside a file. */
void rsd_tensor_export(const rsd_net *net, int index, const float *from, void *values);
void rsd_tensor_import(const rsd_net *net, int index, const rsd_element *type, const void *values,
                       float *to);
/* The first of the `values` that a tensor cannot have: not finite, or a negative variance; the number
 * of its elements if there is none. */
uint32_t rsd_tensor_first_bad(const rsd_net *net, int index, const rsd_element *type,
                              const void *values);
void rsd_net_initialise(rsd_net *net);
int rsd_layer_tensor(const rsd_net *net, int layer); /* a main layer's weights */

/* ---- schedule.c */
uint32_t rsd_recipe_steps(const rsd_recipe *recipe);
float rsd_recipe_rate(const rsd_recipe *recipe, uint32_t depth, uint32_t step);
uint32_t rsd_recipe_image(const rsd_recipe *recipe, uint32_t epoch, uint32_t position);
rsd_crop rsd_recipe_crop(const rsd_recipe *recipe, uint32_t epoch, uint32_t image);

/* ---- inference.c */
/* Is shown what main layer `layer` makes of some images, in evaluation mode. */
typedef struct rsd_layer_observer {
  void *context;
  /* After norm, before the shortcut (NULL: none) is added and the ReLU. May be NULL: then the
   * epilogues stay fused. */
  void (*response)(void *context, int layer, int images, const float *z, const float *shortcut);
  void (*activation)(void *context, int layer, int images, const float *x);
} rsd_layer_observer;
/* Comes before rsd_net_run. */
void rsd_net_enter_evaluation(rsd_net *net);
/* features[images][channels] of the last node, of at most RSD_INFERENCE_CHUNK images, in the
 * scratch of one thread. `observer` may be NULL. */
float *rsd_net_run(rsd_net *net, const uint8_t *pixels, int images,
                   const rsd_layer_observer *observer, rsd_scratch *scratch);
rsd_status rsd_net_infer(rsd_net *net, const uint8_t *images, int count, float *logits,
                         rsd_error *error);

/* ---- step.c */
rsd_status rsd_net_step(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                        rsd_error *error);

/* Node i of the last step, for `images` of its images from `first` on: as good as its logits, and
 * as long. May lie in scratch->activation[0]. */
const float *rsd_net_step_node(rsd_net *net, int i, int first, int images, rsd_scratch *scratch);

/* ---- layer_stats.c */
void rsd_net_add_layer_stats(rsd_net *net, const uint8_t *images, int count,
                             rsd_layer_stats *stats);
void rsd_net_activation(rsd_net *net, const uint8_t *image, int layer, float *values);
void rsd_net_step_layer_stats(rsd_net *net, double *gradient_rms, double *activation_rms);

/* ---- run.c */
void rsd_net_set_run(rsd_net *net, rsd_run_state state, const rsd_recipe *recipe,
                     const rsd_progress *progress);
void rsd_net_begin_run(rsd_net *net, const rsd_recipe *recipe);
void rsd_net_forget_run(rsd_net *net);
/* Logits, outputs and gradients of the last step. */
void rsd_net_forget_step(rsd_net *net);
/* Of the next step, how many there are; 0 when the run is over. */
uint32_t rsd_net_next_images(const rsd_net *net, uint32_t *indices);
/* A step of the run; one that fails leaves nothing of a step behind. */
rsd_status rsd_net_run_step(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                            rsd_error *error);

#endif
