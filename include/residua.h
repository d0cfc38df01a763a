/* Residua: train and run plain and residual CIFAR networks (He, Zhang, Ren, Sun,
 * "Deep Residual Learning for Image Recognition", arXiv 1512.03385, section 4.2).
 *
 * The core is freestanding C11: it calls no libc, allocates nothing, keeps no global
 * state, does no I/O and starts no threads. The caller brings memory, bytes and threads.
 *
 * Conventions
 *   images     uint8, [count][3][32][32], planes R, G, B, rows top to bottom: the pixel
 *              order of a CIFAR-10 binary record.
 *   labels     uint16, [count], each in 0 .. classes-1.
 *   tensors    float32 in PyTorch's layouts and names at this border (convolutions OIHW,
 *              the dense layer [classes][features]); the layouts inside are private.
 *   errors     a function that can fail returns rsd_status and writes one sentence, which
 *              names the problem and the fix, to `error` (which may be NULL). On failure
 *              no output is written and the net is as it was before the call.
 *   structs    begin with their own size: set `.size = sizeof(struct)` before every call.
 *   pointers   must be aligned to their type; memory for nets and pools to 64 bytes.
 *   results    depend on spec, recipe, seed, data and batch size alone, never on the number
 *              of threads. The scalar and simd128 tiers agree bit for bit; the relaxed tier
 *              (fused multiply-add where the hardware has it) agrees within rounding.
 *
 * A training run, in full:
 *
 *   rsd_spec spec;
 *   rsd_default_spec(&spec);                     // resnet-20, width 16
 *   rsd_capacity capacity = {sizeof capacity, 128, 1, 1, RSD_CONV_AUTO};
 *   rsd_plan plan = {sizeof plan};
 *   rsd_plan_net(&spec, &capacity, &plan, &error);
 *   rsd_net *net;
 *   rsd_net_create(&spec, &capacity, aligned_alloc(64, plan.bytes), plan.bytes, &net, &error);
 *   rsd_train_begin(net, &recipe, &error);
 *   while (rsd_train_indices(net, indices, &count, &error) == RSD_OK && count > 0) {
 *     ... gather images[] and labels[] by index ...
 *     rsd_train_step(net, images, labels, &result, &error);
 *   }
 */
#ifndef RESIDUA_H
#define RESIDUA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Goes up whenever a struct or a function here changes its meaning. */
#define RSD_ABI_VERSION 2
/* Goes up whenever a change alters the bits that training produces. */
#define RSD_NUMERICS_VERSION 3

#define RSD_IMAGE_SIDE 32
#define RSD_IMAGE_BYTES (3 * RSD_IMAGE_SIDE * RSD_IMAGE_SIDE)
#define RSD_MAX_DEPTH 110
#define RSD_MAX_WIDTH 256
#define RSD_MAX_CLASSES 1024
#define RSD_MAX_BATCH 4096
#define RSD_MAX_THREADS 64

uint32_t rsd_abi_version(void);
uint32_t rsd_numerics_version(void);
/* "scalar", "simd128" or "relaxed": what this build of the core computes with. */
const char *rsd_tier(void);
/* Speed alone, of the relaxed tier; bits stay the same. 1: keep up to 15 vectors in registers, which
 * makes training 4 % faster where the compiler of the WebAssembly module can do that (V8 since
 * 13.6), and a fifth slower where it cannot (V8 12.4). 0, the default: 11 of them. For the whole
 * WebAssembly instance; call it before there are nets. Other builds ignore it. */
void rsd_use_wide_blocks(uint32_t wide);

/* ------------------------------------------------------------------ errors */

typedef enum rsd_status {
  RSD_OK = 0,
  RSD_BAD_ARGUMENT = 1, /* a number out of range, a NULL, a struct of the wrong size */
  RSD_BAD_SPEC = 2,     /* no such network: depth not 6n+2, width 0, ... */
  RSD_BAD_FILE = 3,     /* bytes that are not what they should be: safetensors, records */
  RSD_MISMATCH = 4,     /* a sound file, but not for this net: names, shapes, hyperparameters */
  RSD_NO_MEMORY = 5,    /* the memory handed in is smaller than the plan */
  RSD_BAD_STATE = 6,    /* a call out of order, such as a step before rsd_train_begin */
  RSD_DIVERGED = 7      /* a loss or a weight stopped being finite */
} rsd_status;

typedef struct rsd_error {
  uint32_t size;
  char message[508]; /* UTF-8, zero-terminated, one sentence */
} rsd_error;

/* ----------------------------------------------------------- specification */

typedef enum rsd_family { RSD_PLAIN = 0, RSD_RESIDUAL = 1 } rsd_family;

/* Section 3.3 and Table 4: what a shortcut does where the width grows.
 * A: subsample x[::2, ::2], pad the new channels with zeros evenly before and after;
 * B: 1x1 projection (with norm) where the width grows, identity elsewhere;
 * C: 1x1 projection in every block. Ignored by plain nets. */
typedef enum rsd_shortcut {
  RSD_SHORTCUT_A = 0,
  RSD_SHORTCUT_B = 1,
  RSD_SHORTCUT_C = 2
} rsd_shortcut;

typedef enum rsd_norm { RSD_NORM_BATCH = 0, RSD_NORM_NONE = 1 } rsd_norm;

/* How weights of convolutions and of the dense layer are drawn, all normal with mean 0.
 * He (arXiv 1502.01852, eq. 10): variance 2/fan_in. Xavier (Glorot and Bengio 2010,
 * eq. 12): variance 2/(fan_in + fan_out). Gaussian: standard deviation `init_sigma`.
 * Biases and beta start at 0, gamma at 1. */
typedef enum rsd_init { RSD_INIT_HE = 0, RSD_INIT_XAVIER = 1, RSD_INIT_GAUSSIAN = 2 } rsd_init;

typedef struct rsd_spec {
  uint32_t size;
  uint32_t family;        /* rsd_family */
  uint32_t depth;         /* 6n+2: 8, 14, 20, ... RSD_MAX_DEPTH */
  uint32_t width;         /* channels of stage 1; stages 2 and 3 have 2x and 4x. The paper: 16 */
  uint32_t shortcut;      /* rsd_shortcut */
  uint32_t norm;          /* rsd_norm; without norm, convolutions have a bias */
  uint32_t init;          /* rsd_init */
  float init_sigma;       /* for RSD_INIT_GAUSSIAN; finite always */
  uint32_t classes;       /* 2 .. RSD_MAX_CLASSES */
  uint32_t frozen_stages; /* 0: train everything; 1: the stem and stage 1 keep parameters and
                             running statistics, and norm there runs as in evaluation;
                             2: stage 2 too; 3: only the dense layer trains */
  uint32_t seed_low;      /* of the initial weights, low and high half */
  uint32_t seed_high;
  float mean[3];          /* inputs are (pixel/255 - mean) / stddev, per channel */
  float stddev[3];
} rsd_spec;

/* resnet-20, width 16, option A, batch norm, He, 10 classes, CIFAR-10's mean and stddev. */
void rsd_default_spec(rsd_spec *spec);

/* -------------------------------------------------------------- the memory */

/* How 3x3 convolutions are computed; the stem's always directly in training. Winograd (Lavin and Gray,
 * arXiv 1509.09308) is F(4x4, 3x3) for stride 1, up to three times faster with rounding errors about
 * 10x larger, and F(4, 2) of odd and even pixels for stride 2. */
typedef enum rsd_conv { RSD_CONV_AUTO = 0, RSD_CONV_DIRECT = 1, RSD_CONV_WINOGRAD = 2 } rsd_conv;

typedef struct rsd_capacity {
  uint32_t size;
  uint32_t batch_size; /* the largest number of images in one call, 1 .. RSD_MAX_BATCH */
  uint32_t training;   /* 0: inference only, far less memory; 1: training too */
  uint32_t threads;    /* the largest pool that will work for this net, 1 .. RSD_MAX_THREADS */
  uint32_t conv;       /* rsd_conv */
} rsd_capacity;

typedef struct rsd_plan {
  uint32_t size;
  uint32_t tensors;          /* number of named tensors, see rsd_net_tensor */
  uint32_t parameters;       /* number of trainable scalars, as PyTorch counts them */
  uint32_t convolutions;     /* number of convolution layers, projections included */
  uint64_t bytes;            /* memory for rsd_net_create: all that the net ever uses */
  uint64_t flops_per_image;  /* forward, 2 per multiply-add, direct convolution */
  uint64_t checkpoint_bytes; /* upper bound of rsd_net_save, optimizer state included */
} rsd_plan;

rsd_status rsd_plan_net(const rsd_spec *spec, const rsd_capacity *capacity, rsd_plan *plan,
                        rsd_error *error);

typedef struct rsd_net rsd_net;

/* Lays the net out in `memory` and draws its initial weights. There is no destroy: when the
 * caller is done with the memory, so is the net. */
rsd_status rsd_net_create(const rsd_spec *spec, const rsd_capacity *capacity, void *memory,
                          size_t bytes, rsd_net **net, rsd_error *error);
rsd_status rsd_net_spec(const rsd_net *net, rsd_spec *spec, rsd_error *error);

/* ----------------------------------------------------------------- tensors */

typedef enum rsd_tensor_kind {
  RSD_TENSOR_PARAMETER = 0, /* trained: has a gradient and a momentum buffer */
  RSD_TENSOR_STATISTIC = 1  /* running_mean, running_var */
} rsd_tensor_kind;

typedef enum rsd_tensor_part {
  RSD_PART_VALUE = 0,
  RSD_PART_GRADIENT = 1, /* of the last step's mean loss, without weight decay */
  RSD_PART_MOMENTUM = 2  /* the optimizer's velocity */
} rsd_tensor_part;

typedef struct rsd_tensor {
  uint32_t size;
  uint32_t kind;     /* rsd_tensor_kind */
  uint32_t rank;     /* 1 .. 4 */
  uint32_t shape[4]; /* unused dimensions are 1 */
  uint32_t elements; /* product of shape */
  char name[64];     /* PyTorch's: "layer1.0.conv1.weight" */
} rsd_tensor;

/* Tensors are numbered 0 .. plan.tensors-1 in PyTorch's order. */
rsd_status rsd_net_tensor(const rsd_net *net, uint32_t index, rsd_tensor *tensor, rsd_error *error);
/* Copies a tensor, or its gradient or momentum, out to or in from `values` [elements]. */
rsd_status rsd_net_read(const rsd_net *net, uint32_t index, rsd_tensor_part part, float *values,
                        rsd_error *error);
rsd_status rsd_net_write(rsd_net *net, uint32_t index, rsd_tensor_part part, const float *values,
                         rsd_error *error);

/* --------------------------------------------------------------- inference */

/* Evaluation mode (running statistics). `logits` is [count][classes], count <= batch_size. */
rsd_status rsd_infer(rsd_net *net, const uint8_t *images, uint32_t count, float *logits,
                     rsd_error *error);

typedef struct rsd_score {
  uint32_t size;
  uint32_t wrong;  /* images whose largest logit is not their label's (ties: lowest class) */
  double loss_sum; /* sum over the images of the softmax cross-entropy, natural logarithm */
} rsd_score;

rsd_status rsd_evaluate(rsd_net *net, const uint8_t *images, const uint16_t *labels, uint32_t count,
                        rsd_score *score, rsd_error *error);

/* As rsd_evaluate, and says of each image which class has the largest logit, `predicted` [count],
 * and its probability, `probabilities` [count]: what confusion matrices are counted from. */
rsd_status rsd_evaluate_each(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                             uint32_t count, uint16_t *predicted, float *probabilities,
                             rsd_score *score, rsd_error *error);

/* Turns logits [count][classes] into probabilities, in place. */
rsd_status rsd_softmax(float *logits, uint32_t count, uint32_t classes, rsd_error *error);

/* -------------------------------------------------------- layer statistics */

/* The 3x3 convolutions are the layers 0 .. depth-2 here, in the order in which an image meets
 * them; layer 0 is the stem. A layer's response is what comes out of its norm (without norm: out of
 * the convolution and its bias), before the shortcut is added and before the ReLU; its activation
 * is what comes out of the ReLU. The filters are the values of the weight tensor: rsd_net_read. */
typedef struct rsd_layer_info {
  uint32_t size;
  uint32_t weights;      /* number of its weight tensor: "layer1.0.conv2.weight" */
  uint32_t height;       /* of its activation: 32, 16 and 8 in stages 1, 2 and 3 */
  uint32_t width;
  uint32_t channels;
  uint32_t has_shortcut; /* 1: a shortcut is added to its response: it ends a residual block */
} rsd_layer_info;

rsd_status rsd_net_layer(const rsd_net *net, uint32_t layer, rsd_layer_info *info,
                         rsd_error *error);

/* What flows through a layer in evaluation mode, over all images, pixels and channels. Not finite
 * where the net's numbers are not. */
typedef struct rsd_layer_stats {
  uint32_t size;
  uint32_t images;        /* measured so far; set 0 to begin */
  double response_mean;
  double response_std;    /* figure 7 of the paper: sqrt(mean of (response - response_mean)^2) */
  double activation_rms;  /* root mean square */
  double shortcut_rms;    /* of what the shortcut adds to the response; 0 without shortcut */
  double residual_ratio; /* |F(x)| / |x| of the block that ends here: L2 norms of the response and
                             of x as the shortcut brings it, subsampled (A) or projected (B, C);
                             0 without shortcut */
} rsd_layer_stats;

/* Adds these images to the statistics of all layers: `stats` [depth-1], count <= batch_size. The first call
 * has `images` = 0 in each. Training is not affected. */
rsd_status rsd_add_layer_stats(rsd_net *net, const uint8_t *images, uint32_t count,
                               rsd_layer_stats *stats, rsd_error *error);
/* The activation of a layer for one image, in evaluation mode: `values` [height][width][channels]
 * as rsd_net_layer says. */
rsd_status rsd_activation(rsd_net *net, const uint8_t *image, uint32_t layer, float *values,
                          rsd_error *error);

/* ---------------------------------------------------------------- training */

/* The learning rate over a run of T = epochs * floor(images / batch_size) steps.
 * paper:  section 4.2's 64k iterations scaled to T: lr, lr/10 from 32k, lr/100 from 48k; at
 *         depth 110 the first 400 (scaled) run at lr/10.
 * step:   linear warm-up over 20 steps, then lr, then lr/10 from 70 % of T on.
 * cosine: linear warm-up over 10 % of T, then a half cosine down to 0.
 * constant: lr throughout. */
typedef enum rsd_schedule {
  RSD_SCHEDULE_PAPER = 0,
  RSD_SCHEDULE_STEP = 1,
  RSD_SCHEDULE_COSINE = 2,
  RSD_SCHEDULE_CONSTANT = 3
} rsd_schedule;

/* After normalisation, so padding is zero. flip: mirrored left-right with probability 1/2.
 * crop_flip: padded by 4 on each side, a random 32x32 crop, then flip (section 4.2). */
typedef enum rsd_augment {
  RSD_AUGMENT_NONE = 0,
  RSD_AUGMENT_FLIP = 1,
  RSD_AUGMENT_CROP_FLIP = 2
} rsd_augment;

/* SGD as in PyTorch: v = momentum*v + grad + weight_decay*w; w -= lr*v, on every parameter.
 * Norm: epsilon 1e-5; running statistics with momentum 0.1 and unbiased variance. */
typedef struct rsd_recipe {
  uint32_t size;
  uint32_t images; /* in the training set; the last images mod batch_size of an epoch rest */
  uint32_t batch_size; /* <= capacity.batch_size and <= images */
  uint32_t epochs;
  float lr;
  float momentum;
  float weight_decay;
  uint32_t schedule; /* rsd_schedule */
  uint32_t augment; /* rsd_augment */
  uint32_t seed_low; /* of the order of images and of the augmentation */
  uint32_t seed_high;
} rsd_recipe;

/* 12 epochs in batches of 128, lr 0.1, momentum 0.9, weight decay 1e-4, step, crop_flip, seed 1. Set
 * `images` yourself: it is 0. */
void rsd_default_recipe(rsd_recipe *recipe);

typedef struct rsd_progress {
  uint32_t size;
  uint32_t step; /* steps done */
  uint32_t steps; /* steps in the whole run */
  uint32_t steps_per_epoch;
  uint32_t epoch; /* epochs completed */
  uint32_t epoch_images; /* images seen in the epoch of the last step */
  uint32_t epoch_wrong; /* of those, wrong ones, in training mode */
  float lr; /* of the last step */
  double loss; /* mean over the last batch */
  double epoch_loss_sum; /* over epoch_images */
  uint32_t trajectory_low; /* FNV-1a 64 over the little-endian float32 bits of every loss */
  uint32_t trajectory_high;
} rsd_progress;

/* Starts a run, or goes on with the one that rsd_net_load brought: then the recipe must be the
 * one in the file, or RSD_MISMATCH names the first hyperparameter that differs (call
 * rsd_train_end first to start afresh from the loaded weights). */
rsd_status rsd_train_begin(rsd_net *net, const rsd_recipe *recipe, rsd_error *error);
/* Writes the indices [batch_size] of the next step's images, and to `count` how many there are: the
 * batch size, or 0 when the run is over. */
rsd_status rsd_train_indices(const rsd_net *net, uint32_t *indices, uint32_t *count,
                             rsd_error *error);
/* One step on the images that rsd_train_indices named, in that order. RSD_DIVERGED, whose message
 * names the layer or tensor, comes before a number that is not finite gets into parameters, momentum
 * or statistics, which are left as they were before the step. */
rsd_status rsd_train_step(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                          rsd_progress *progress, rsd_error *error);
rsd_status rsd_train_progress(const rsd_net *net, rsd_progress *progress, rsd_error *error);
/* Ends the run and forgets momentum, gradients and position; the weights stay. Without a run it
 * changes nothing else. */
rsd_status rsd_train_end(rsd_net *net, rsd_error *error);
/* Copies the last step's logits [batch_size][classes], before its update. Inference and loading
 * overwrite them: RSD_BAD_STATE, then. */
rsd_status rsd_train_logits(const rsd_net *net, float *logits, rsd_error *error);
/* What flowed through each layer in the last step, in training mode: the root mean square over the
 * elements of its weights' gradient (0 in frozen stages), which unlike the L2 norm, sqrt(elements)
 * times as large, does not grow with the size of the layer, and that over the images, pixels and
 * channels of its activation; [depth-1] each. RSD_BAD_STATE as for rsd_train_logits. */
rsd_status rsd_train_layer_stats(rsd_net *net, double *gradient_rms, double *activation_rms,
                                 rsd_error *error);
/* The learning rate that `recipe` gives step 0 .. T-1 of a net of this depth. */
rsd_status rsd_learning_rate(const rsd_recipe *recipe, uint32_t depth, uint32_t step, float *lr,
                             rsd_error *error);

/* --------------------------------------------------------------- the files */

/* Checkpoints are safetensors (header length, JSON header, little-endian data) with PyTorch's
 * tensor names. `__metadata__` holds strings: format_version, net ("resnet20"), family, depth,
 * width, classes, norm, shortcut, init, init_sigma, seed, frozen_stages, mean and std ("a,b,c")
 * and step; with optimizer state also "recipe.<field>" and "progress.<field>", and tensors
 * "optimizer.<name>", the momentum. What a run's bits depend on beside these, the library and the
 * commands add, and the core ignores: data.name, data.path (where the images are: "synthetic" or a
 * path, relative to the folder of the checkpoint), data.digest and data.test_digest (of the training
 * and the test images, in 64 hexadecimal digits: a SHA-256 over the SHA-256s of the pieces of 4 MiB of
 * the pixels and then of the 16-bit labels), data.test_images (their number), run.tier ("simd128" stands
 * for scalar too), run.conv, run.numerics, and run.record, the path of the record. Float32 are written as the shortest decimal that reads back as
 * the same bits, doubles and the trajectory as the hexadecimal of their bits.
 * Loading accepts files without our metadata (but uses net, mean and std if they are there) and of
 * F16, BF16 or F64, which become float32. It ignores "*.num_batches_tracked" and a prefix that all
 * names share ("module.", "model._orig_mod."), and takes fc or classifier for linear and downsample
 * for shortcut. Every byte of the data must belong to one tensor. */

/* What net a file holds, by its tensors (width, blocks, classes, norm, shortcuts), and by its
 * metadata what those do not tell: without, it is residual with option A if it has no shortcut
 * tensors, which plain nets cannot be told from (set spec->family yourself), with CIFAR-10's mean
 * and stddev. `has_metadata`: whether the file tells family, mean and stddev itself. It and
 * `has_optimizer` may be NULL. */
rsd_status rsd_file_spec(const void *bytes, size_t length, rsd_spec *spec, uint32_t *has_metadata,
                         uint32_t *has_optimizer, rsd_error *error);
/* The run that a file goes on with: its recipe, which says what a net must be planned for, and where
 * it stands. RSD_MISMATCH if the file holds weights alone. `progress` may be NULL. */
rsd_status rsd_file_run(const void *bytes, size_t length, rsd_recipe *recipe,
                        rsd_progress *progress, rsd_error *error);
/* Checks everything first, then replaces parameters and statistics, and momentum and position
 * if the file has them and the net can train. */
rsd_status rsd_net_load(rsd_net *net, const void *bytes, size_t length, rsd_error *error);
/* For fine-tuning: everything but the head (linear.*) and the run, so the net may have another number
 * of classes than the file. The net's head stays as it is, and its run, if there was one, is over. */
rsd_status rsd_net_load_features(rsd_net *net, const void *bytes, size_t length, rsd_error *error);
/* `*written` <= plan.checkpoint_bytes. With `optimizer` = 1 a run under way goes into the file too,
 * which can then be resumed. */
rsd_status rsd_net_save(const rsd_net *net, uint32_t optimizer, void *bytes, size_t capacity,
                        size_t *written, rsd_error *error);

/* ---------------------------------------------------------------- the data */

#define RSD_CIFAR_RECORD_BYTES (1 + RSD_IMAGE_BYTES)

/* Splits CIFAR-10 binary records (1 label byte, 3072 pixel bytes) into images and labels.
 * `length` must be a multiple of RSD_CIFAR_RECORD_BYTES, every label below `classes`. */
rsd_status rsd_cifar_decode(const uint8_t *records, size_t length, uint32_t classes,
                            uint8_t *images, uint16_t *labels, rsd_error *error);

/* The synthetic set, version RSD_SYNTHETIC_VERSION: ten classes, procedural, the same
 * everywhere and for every run. Image i of a split does not depend on how many are drawn.
 * Splits: 0 training, 1 test. */
#define RSD_SYNTHETIC_VERSION 1
#define RSD_SYNTHETIC_CLASSES 10
rsd_status rsd_synthetic(uint32_t split, uint32_t first, uint32_t count, uint8_t *images,
                         uint16_t *labels, rsd_error *error);

/* ----------------------------------------------------------------- threads */

/* A fork-join pool. The caller starts the threads: each calls rsd_pool_work with its own
 * index 1 .. threads-1 and stays there until rsd_pool_stop. The thread that calls the net is
 * index 0. One pool serves one call at a time. */
typedef struct rsd_pool rsd_pool;

size_t rsd_pool_bytes(void);
rsd_status rsd_pool_create(uint32_t threads, void *memory, size_t bytes, rsd_pool **pool,
                           rsd_error *error);
rsd_status rsd_pool_work(rsd_pool *pool, uint32_t index, rsd_error *error);
rsd_status rsd_pool_stop(rsd_pool *pool, rsd_error *error);
/* From now on `net` computes on `pool` (NULL: on the calling thread alone). */
rsd_status rsd_net_use_pool(rsd_net *net, rsd_pool *pool, rsd_error *error);

#ifdef __cplusplus
}
#endif
#endif
