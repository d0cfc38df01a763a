/* Residua: train and run plain and residual CIFAR networks (He, Zhang, Ren, Sun, "Deep Residual Learning
 * for Image Recognition", arXiv 1512.03385, section 4.2).
 *
 * The functions stand in three tiers. Tier 1 trains, evaluates, saves and loads a network; its example
 * below is a whole program. Tier 2 gives control of each part: resumed runs, fine-tuning, tensors, threads.
 * Tier 3 looks inside: statistics of layers, activations, logits of a step.
 *
 * The core is freestanding C11: it calls no libc (natively, pthreads in pools), allocates nothing, does no
 * I/O and starts no threads. The caller brings memory, bytes and threads. All state is in the caller's
 * memory, but for rsd_use_wide_blocks in relaxed WebAssembly modules. Different nets may be used by
 * different threads at the same time; one net, and one pool, serves one call at a time.
 *
 * Conventions
 *   images     uint8, [count][3][32][32]: planes R, G, B, rows top to bottom, the order of pixels in a
 *              CIFAR-10 binary record. RSD_IMAGE_BYTES each.
 *   labels     uint16, [count], each below the net's number of classes.
 *   tensors    float32 in PyTorch's layouts and names (convolutions [out][in][y][x], the dense layer
 *              [classes][features]). The layouts inside the net are private.
 *   structs    begin with their own size: set `.size = sizeof(struct)` before every call. The two
 *              rsd_default_ functions set it themselves.
 *   memory     [n] after a pointer's name is how many elements it must have room for.
 *   results    depend on spec, recipe, seed, data and batch size alone, never on the number of threads.
 *              The tiers scalar and simd128 agree bit for bit; the relaxed tier (fused multiply-add where
 *              the hardware has it) agrees within rounding.
 *
 * Wrong calls. A function that can be called wrongly returns rsd_status. Unless that is RSD_OK, the call has
 * written nothing but `error`, and net, pool and run are as they were, save where a function says otherwise.
 * What holds for every function:
 *   RSD_BAD_ARGUMENT   a pointer is NULL, unless the function says that it may be; a pointer is not aligned
 *                      to its type (nets, pools and the memory for them: 64 bytes); the size field of a
 *                      struct is not its sizeof; a number or an enumeration is out of its range; memory reaches
 *                      beyond the address space or lies in the net's own; arguments overlap that must not;
 *                      a net or a pool is none, or its memory was moved.
 *   error              gets one sentence that names the problem and the fix, and nothing on success. It may
 *                      be NULL; where it is misaligned or its size field is wrong, nothing is written to it.
 *   RSD_BAD_STATE      of a call that computes on a pool of WebAssembly: a thread of the pool died at work. Make
 *                      the net again, from its last checkpoint.
 * Other statuses stand with each function. What cannot be checked: how large memory really is, and whether
 * a pointer points to memory at all.
 *
 * Example: six epochs on made-up images, then the net is saved, loaded and asked again.
 *
 *     #include <residua.h>
 *     #include <stdio.h>
 *     #include <stdlib.h>
 *     #include <string.h>
 *
 *     enum { IMAGES = 400, TESTS = 100, BATCH = 20 };
 *     static uint8_t images[IMAGES][RSD_IMAGE_BYTES], tests[TESTS][RSD_IMAGE_BYTES];
 *     static uint8_t batch[BATCH][RSD_IMAGE_BYTES];
 *     static uint16_t labels[IMAGES], test_labels[TESTS], batch_labels[BATCH];
 *     static rsd_error error = {sizeof error, ""};
 *
 *     static void check(rsd_status status) {
 *       if (status == RSD_OK) return;
 *       fprintf(stderr, "%s\n", error.message);
 *       exit(1);
 *     }
 *
 *     static rsd_net *make_net(const rsd_spec *spec, rsd_plan *plan) {
 *       const rsd_capacity capacity = {sizeof capacity, TESTS, 1, 1, RSD_CONV_AUTO, RSD_TIER_AUTO};
 *       rsd_net *net;
 *       plan->size = sizeof *plan;
 *       check(rsd_plan_net(spec, &capacity, plan, &error));
 *       size_t bytes = (size_t)(plan->bytes + 63) / 64 * 64;
 *       check(rsd_net_create(spec, &capacity, aligned_alloc(64, bytes), bytes, &net, &error));
 *       return net;
 *     }
 *
 *     int main(void) {
 *       rsd_spec spec;
 *       rsd_recipe recipe;
 *       rsd_plan plan;
 *       rsd_progress progress = {.size = sizeof progress};
 *       rsd_score before = {.size = sizeof before}, after = {.size = sizeof after};
 *       uint32_t indices[BATCH], count;
 *
 *       rsd_default_spec(&spec);  // ResNet-20, width 16, for CIFAR-10
 *       spec.depth = 8;
 *       spec.width = 8;
 *       rsd_net *net = make_net(&spec, &plan);
 *
 *       check(rsd_synthetic(0, 0, IMAGES, images[0], labels, &error));
 *       check(rsd_synthetic(1, 0, TESTS, tests[0], test_labels, &error));
 *
 *       rsd_default_recipe(&recipe);
 *       recipe.images = IMAGES;
 *       recipe.batch_size = BATCH;
 *       recipe.epochs = 6;
 *       recipe.lr = 0.05f;
 *       recipe.augment = RSD_AUGMENT_FLIP;
 *       check(rsd_train_begin(net, &recipe, &error));
 *       for (;;) {
 *         check(rsd_train_indices(net, indices, &count, &error));  // which images the next step wants
 *         if (count == 0) break;                                   // the run is over
 *         for (uint32_t i = 0; i < count; i++) {
 *           memcpy(batch[i], images[indices[i]], RSD_IMAGE_BYTES);
 *           batch_labels[i] = labels[indices[i]];
 *         }
 *         check(rsd_train_step(net, batch[0], batch_labels, &progress, &error));
 *       }
 *       check(rsd_evaluate(net, tests[0], test_labels, TESTS, &before, &error));
 *       printf("%u steps, then %u of %d test images are wrong\n", progress.step, before.wrong, TESTS);
 *
 *       size_t length;
 *       void *file = malloc((size_t)plan.checkpoint_bytes);  // safetensors
 *       check(rsd_net_save(net, 0, file, (size_t)plan.checkpoint_bytes, &length, &error));
 *       rsd_net *loaded = make_net(&spec, &plan);
 *       check(rsd_net_load(loaded, file, length, &error));
 *       check(rsd_evaluate(loaded, tests[0], test_labels, TESTS, &after, &error));
 *       printf("loaded, %u are\n", after.wrong);
 *       free(file);
 *       free(loaded);
 *       free(net);  // a net is its memory
 *       return before.wrong != after.wrong;
 *     }
 */
#ifndef RESIDUA_H
#define RESIDUA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
/* A shared library shows these functions alone. */
#if defined(__GNUC__) && !defined(__wasm__)
#pragma GCC visibility push(default)
#endif

/* Goes up whenever a struct or a function here changes its meaning. */
#define RSD_ABI_VERSION 4
/* Goes up whenever a change alters the bits that training produces. */
#define RSD_NUMERICS_VERSION 3

#define RSD_IMAGE_SIDE 32
#define RSD_IMAGE_BYTES (3 * RSD_IMAGE_SIDE * RSD_IMAGE_SIDE)
#define RSD_MAX_DEPTH 1202
#define RSD_MAX_WIDTH 256
#define RSD_MAX_CLASSES 1024
#define RSD_MAX_BATCH 4096
#define RSD_MAX_THREADS 64

typedef enum rsd_status {
  RSD_OK = 0,
  RSD_BAD_ARGUMENT = 1, /* a number out of range, a NULL, a struct of the wrong size */
  RSD_BAD_SPEC = 2, /* no such network: depth not 6n+2, width 0, ... */
  RSD_BAD_FILE = 3, /* bytes that are not what they should be: safetensors, records */
  RSD_MISMATCH = 4, /* a sound file, but not for this net: names, shapes, hyperparameters */
  RSD_NO_MEMORY = 5, /* the memory handed in is smaller than the plan */
  RSD_BAD_STATE = 6, /* a call out of order, such as a step before rsd_train_begin */
  RSD_DIVERGED = 7 /* a loss or a weight stopped being finite */
} rsd_status;

typedef struct rsd_error {
  uint32_t size;
  char message[508]; /* UTF-8, zero-terminated, one sentence */
} rsd_error;

/* ==========================================================================
 * Tier 1, the simple way: plan, create, train, evaluate, save, load
 * ========================================================================== */

/* --------------------------------------------------------- which network */

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
  uint32_t family; /* rsd_family */
  uint32_t depth; /* 6n+2: 8, 14, 20, ... RSD_MAX_DEPTH */
  uint32_t width; /* channels of stage 1; stages 2 and 3 have 2x and 4x. The paper: 16 */
  uint32_t shortcut; /* rsd_shortcut */
  uint32_t norm; /* rsd_norm; without norm, convolutions have a bias */
  uint32_t init; /* rsd_init */
  float init_sigma; /* for RSD_INIT_GAUSSIAN; finite always */
  uint32_t classes; /* 2 .. RSD_MAX_CLASSES */
  uint32_t frozen_stages; /* 0: train everything; 1: the stem and stage 1 keep parameters and
                             running statistics, and norm there runs as in evaluation;
                             2: stage 2 too; 3: only the dense layer trains */
  uint32_t seed_low; /* of the initial weights, low and high half */
  uint32_t seed_high;
  float mean[3]; /* inputs are (pixel/255 - mean) / stddev, per channel */
  float stddev[3];
} rsd_spec;

/* ResNet-20 of width 16, option A, batch norm, He, 10 classes, seed 1, CIFAR-10's mean and stddev. Does
 * nothing if `spec` is NULL or misaligned. */
void rsd_default_spec(rsd_spec *spec);

/* Sets family and depth by a network's name: "resnet20", "resnet-20", "ResNet-20", "plain56" and so on.
 * RSD_BAD_SPEC, and nothing set, if it is no such name; depth is checked by rsd_plan_net. */
rsd_status rsd_read_net_name(const char *name, rsd_spec *spec, rsd_error *error);

/* How 3x3 convolutions are computed; the stem's always directly in training. Winograd (Lavin and Gray,
 * arXiv 1509.09308) is F(4x4, 3x3) for stride 1, up to three times faster with rounding errors about
 * 10x larger, and F(4, 2) of odd and even pixels for stride 2. */
typedef enum rsd_conv { RSD_CONV_AUTO = 0, RSD_CONV_DIRECT = 1, RSD_CONV_WINOGRAD = 2 } rsd_conv;

/* How multiply-adds round. Exact: twice, and every machine and build gives the same bits. Relaxed: once,
 * where the processor has fused multiply-adds, which is faster and agrees within rounding. A native library
 * has both tiers; a WebAssembly module has one. */
typedef enum rsd_tier_choice {
  RSD_TIER_AUTO = 0, /* relaxed if there is that */
  RSD_TIER_EXACT = 1, /* RSD_BAD_ARGUMENT in a relaxed WebAssembly module */
  RSD_TIER_RELAXED = 2 /* RSD_BAD_ARGUMENT where there is no fused multiply-add */
} rsd_tier_choice;

typedef struct rsd_capacity {
  uint32_t size;
  uint32_t batch_size; /* the largest number of images in one call, 1 .. RSD_MAX_BATCH */
  uint32_t training; /* 0: inference only, far less memory; 1: training too */
  uint32_t threads; /* the largest pool that will work for this net, 1 .. RSD_MAX_THREADS */
  uint32_t conv; /* rsd_conv */
  uint32_t tier; /* rsd_tier_choice */
} rsd_capacity;

typedef struct rsd_plan {
  uint32_t size;
  uint32_t tensors; /* number of named tensors, see rsd_net_tensor */
  uint32_t parameters; /* number of trainable scalars, as PyTorch counts them */
  uint32_t convolutions; /* number of convolution layers, projections included */
  uint64_t bytes; /* memory for rsd_net_create: all that the net ever uses */
  uint64_t flops_per_image; /* forward, 2 per multiply-add, direct convolution */
  uint64_t checkpoint_bytes; /* upper bound of rsd_net_save, optimizer state included */
} rsd_plan;

/* How much memory a net of this spec takes, and what it will be. Allocates and computes nothing. Takes
 * 256 to 384 bytes of stack a layer: 40 KB at depth 110, 450 KB at RSD_MAX_DEPTH with option C.
 * RSD_BAD_SPEC: there is no such network; the message names the field. */
rsd_status rsd_plan_net(const rsd_spec *spec, const rsd_capacity *capacity, rsd_plan *plan,
                        rsd_error *error);

typedef struct rsd_net rsd_net;

/* Lays the net out in `memory` [bytes], which begins at a multiple of 64 and holds none of the other
 * arguments, and draws its initial weights. `*net` is valid as long as the memory, which must not move;
 * there is no destroy.
 * RSD_BAD_SPEC as rsd_plan_net; RSD_NO_MEMORY: `bytes` is less than plan.bytes. */
rsd_status rsd_net_create(const rsd_spec *spec, const rsd_capacity *capacity, void *memory,
                          size_t bytes, rsd_net **net, rsd_error *error);

/* ---------------------------------------------------------------- the data */

#define RSD_CIFAR_RECORD_BYTES (1 + RSD_IMAGE_BYTES)

/* Splits CIFAR-10 binary records (1 label byte, 3072 pixel bytes) into images [length / 3073] and labels
 * [length / 3073]; `classes` is from 1 to RSD_MAX_CLASSES. Input and outputs must not overlap.
 * RSD_BAD_FILE: `length` is 0 or no multiple of RSD_CIFAR_RECORD_BYTES, or a label is not below
 * `classes`. */
rsd_status rsd_cifar_decode(const uint8_t *records, size_t length, uint32_t classes,
                            uint8_t *images, uint16_t *labels, rsd_error *error);

/* The synthetic set, version RSD_SYNTHETIC_VERSION: ten classes of drawn shapes on grounds that
 * two classes share, the same everywhere and for every run. Runs on another version differ. Writes images [count] and labels [count], number `first` and those after it, of
 * split 0 (training) or 1 (test); first + count is below 2^32. The two must not overlap. An image does
 * not depend on how many are drawn. `count` may be 0: then the pointers are not looked at. */
#define RSD_SYNTHETIC_VERSION 2
#define RSD_SYNTHETIC_CLASSES 10
rsd_status rsd_synthetic(uint32_t split, uint32_t first, uint32_t count, uint8_t *images,
                         uint16_t *labels, rsd_error *error);

/* ---------------------------------------------------------------- training */

/* The learning rate over a run of T = epochs * floor(images / batch_size) steps.
 * paper:  section 4.2's 64k iterations scaled to T: lr, lr/10 from 32k, lr/100 from 48k; at
 *         a depth of 110 or more the first 400 (scaled) run at lr/10.
 * step:   linear warm-up over 20 steps, then lr, then lr/10 from 70 % of T on.
 * cosine: linear warm-up over 10 % of T, then a half cosine down to 0.
 * constant: lr throughout.
 * triangle: linear from 0 up to lr over 20 % of T, then linear down to 0.
 * own: what rsd_train_set_lr says; lr until it is called. */
typedef enum rsd_schedule {
  RSD_SCHEDULE_PAPER = 0,
  RSD_SCHEDULE_STEP = 1,
  RSD_SCHEDULE_COSINE = 2,
  RSD_SCHEDULE_CONSTANT = 3,
  RSD_SCHEDULE_TRIANGLE = 4,
  RSD_SCHEDULE_OWN = 5
} rsd_schedule;

/* After normalisation, so padding is zero. flip: mirrored left-right with probability 1/2.
 * crop_flip: padded by 4 on each side, a random 32x32 crop, then flip (section 4.2). shift_flip, for short
 * runs: padded by 2 and cropped, and mirrored in every other epoch, from the first or the second on
 * (arXiv 2404.00498, section 3.6: alternating flip). */
typedef enum rsd_augment {
  RSD_AUGMENT_NONE = 0,
  RSD_AUGMENT_FLIP = 1,
  RSD_AUGMENT_CROP_FLIP = 2,
  RSD_AUGMENT_SHIFT_FLIP = 3
} rsd_augment;

/* SGD as in PyTorch: v = momentum*v + grad + weight_decay*w; w -= lr*v, on every parameter.
 * Norm: epsilon 1e-5; running statistics with momentum 0.1 and unbiased variance.
 *
 * The fields from `nesterov` on are 0 where they are off, and then a run has the bits that it has
 * without them. A step takes them in this order: cutout, mixup, the loss with label_smoothing and
 * class_weights, clip, SGD, ema. */
typedef struct rsd_recipe {
  uint32_t size;
  uint32_t images; /* in the training set; the incomplete last batch of an epoch is dropped */
  uint32_t batch_size; /* 2 .. capacity.batch_size, and <= images */
  uint32_t epochs; /* 1 or more, and fewer than 2^31 steps in all */
  float lr; /* 0 or more, finite */
  float momentum; /* 0 or more, below 1 */
  float weight_decay; /* 0 or more, finite */
  uint32_t schedule; /* rsd_schedule */
  uint32_t augment; /* rsd_augment */
  uint32_t seed_low; /* of the order of images and, unless augment_seed is set, the augmentation */
  uint32_t seed_high;
  uint32_t nesterov; /* 1: Nesterov's momentum: w -= lr*(grad + weight_decay*w + momentum*v) */
  uint32_t no_decay_norm; /* 1: weight_decay leaves norm's gamma and beta and all biases alone */
  float label_smoothing; /* 0 .. below 1: the share of a target that all classes get evenly */
  float clip; /* above 0: gradients of a larger L2 norm, over all parameters, are scaled to it */
  float ema; /* above 0, below 1: the decay of averages of the weights, see below */
  float mixup; /* above 0 .. 1: images are mixed, with a share from Beta(mixup, mixup) */
  uint32_t cutout; /* 1 .. 32: the side of a square of zeros in each image, at a random place */
  uint32_t
      augment_seed_low; /* of augment, cutout and mixup, low and high half; 0: the recipe's seed */
  uint32_t augment_seed_high;
  float class_weights[RSD_MAX_CLASSES]; /* all 0: off; else above 0 for each of the net's classes,
                                           and 0 beyond: a label's share of the loss */
} rsd_recipe;

/* label_smoothing, class_weights: the loss of PyTorch's cross_entropy with both, its mean over the
 * weights of the labels. progress.loss is that loss.
 * mixup (Zhang et al., arXiv 1710.09412): one share a step, at least 1/2; image i gets the rest from
 * image i+1 of the batch (the last from the first), and so does its target. An image counts as wrong
 * by its own label.
 * cutout (DeVries and Taylor, arXiv 1708.04552): after augment; the square is cut at the border.
 * ema: average = d*average + (1-d)*weight after step t = 1, 2, ..., with d = min(ema, (1+t)/(10+t)), of
 * parameters and running statistics; it begins at the weights that the run begins with. Inference and
 * evaluation compute with the averages, and rsd_net_save without optimizer state writes them. A
 * checkpoint with optimizer state has both. When the run ends, the averages become the weights. */

/* 12 epochs in batches of 128, lr 0.1, momentum 0.9, weight decay 1e-4, RSD_SCHEDULE_STEP,
 * RSD_AUGMENT_CROP_FLIP, seed 1. `images` is 0, which no run accepts: set it. Does nothing if `recipe`
 * is NULL or misaligned. */
void rsd_default_recipe(rsd_recipe *recipe);

/* Fields of a spec, capacity or recipe whose values have names, in files and commands. */
typedef enum rsd_option {
  RSD_OPTION_FAMILY = 0,
  RSD_OPTION_SHORTCUT = 1,
  RSD_OPTION_NORM = 2,
  RSD_OPTION_INIT = 3,
  RSD_OPTION_CONV = 4,
  RSD_OPTION_SCHEDULE = 5,
  RSD_OPTION_AUGMENT = 6
} rsd_option;

/* The name of an option's value: rsd_option_name(RSD_OPTION_SCHEDULE, RSD_SCHEDULE_STEP) is "step". NULL
 * beyond the last value, and for what is no option. */
const char *rsd_option_name(uint32_t option, uint32_t value);

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

/* Begins a run; the net must have been planned for training. If a run is under way, or rsd_net_load
 * has brought one, it goes on instead, which needs the same recipe. Call rsd_train_end first to begin
 * a new run with the weights as they are.
 * RSD_MISMATCH: the run that would go on has another recipe; the message names a field and both values. */
rsd_status rsd_train_begin(rsd_net *net, const rsd_recipe *recipe, rsd_error *error);

/* Writes which images of the training set the next step takes, `indices` [batch_size], and how many
 * there are: `*count` is the recipe's batch_size, or 0 when the run is over.
 * RSD_BAD_STATE: no run has begun. A loaded run begins with rsd_train_begin. */
rsd_status rsd_train_indices(const rsd_net *net, uint32_t *indices, uint32_t *count,
                             rsd_error *error);

/* One step on `images` [batch_size] and `labels` [batch_size], in the order of rsd_train_indices.
 * RSD_BAD_STATE: no run has begun, or it is over.
 * RSD_DIVERGED: a number would not be finite; the message names its layer or tensor. Parameters,
 * momentum, statistics and progress are as before the step, but nothing is left of the last step's
 * logits, gradients and layer statistics. */
rsd_status rsd_train_step(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                          rsd_progress *progress, rsd_error *error);

/* --------------------------------------------------------------- inference */

/* Evaluation mode: norm uses the running statistics. `images` [count], count from 1 to capacity.batch_size,
 * `logits` [count][classes].
 * RSD_DIVERGED: an output is not finite. Training is not affected, but rsd_train_logits has nothing to give
 * until the next step. */
rsd_status rsd_infer(rsd_net *net, const uint8_t *images, uint32_t count, float *logits,
                     rsd_error *error);

typedef struct rsd_score {
  uint32_t size;
  uint32_t wrong; /* images whose largest logit is not their label's (ties: lowest class) */
  double
      loss_sum; /* sum over the images of the softmax cross-entropy, natural logarithm; in evaluation each
                    * image's is rounded to a multiple of 2^-32, so that the sums of any batches add up to one
                    * value (exactly, below 2^21) */
} rsd_score;

/* As rsd_infer, held against `labels` [count]. */
rsd_status rsd_evaluate(rsd_net *net, const uint8_t *images, const uint16_t *labels, uint32_t count,
                        rsd_score *score, rsd_error *error);

/* --------------------------------------------------------------- the files */

/* Checkpoints are safetensors (header length, JSON header, little-endian data) with PyTorch's tensor
 * names. `__metadata__` holds strings: format_version, net ("resnet20"), family, depth, width,
 * classes, norm, shortcut, init, init_sigma, seed, frozen_stages, mean and std ("a,b,c") and step;
 * with optimizer state also "recipe.<field>" (from nesterov on only what is not off, and class_weights
 * as numbers with commas between) and "progress.<field>", and tensors "optimizer.<name>", the momentum,
 * and with ema "average.<name>". A recipe with a field that this version does not know is refused. Where
 * there are averages and no run is loaded, they are the weights. The library and the commands add keys that the
 * core ignores, such as the digest of the images; docs/formats.md lists all. Float32 are written as the shortest
 * decimal that reads back as the same bits, doubles and the trajectory as the hexadecimal of their
 * bits. Loading accepts files without our metadata (but uses net, mean and std if they are there) and
 * of F16, BF16 or F64, which become float32. It ignores "*.num_batches_tracked" and a prefix that all
 * names share ("module.", "model._orig_mod."), and takes fc or classifier for linear and downsample
 * for shortcut. Every byte of the data must belong to one tensor. */

/* What net a file holds: make one of this spec to load it. The tensors tell width, blocks, classes,
 * norm and shortcuts, metadata the rest. A file without metadata and without shortcut tensors is taken
 * for a residual net with option A, which looks like a plain one (set spec->family yourself), with
 * CIFAR-10's mean and stddev. `*has_metadata` is 1 if the file says family, mean and stddev itself,
 * `*has_optimizer` 1 if it holds the state of a run; both may be NULL.
 * RSD_BAD_FILE: no safetensors file of such a net; RSD_BAD_SPEC: one of a net that cannot be. */
rsd_status rsd_file_spec(const void *bytes, size_t length, rsd_spec *spec, uint32_t *has_metadata,
                         uint32_t *has_optimizer, rsd_error *error);

/* Checks the whole file, then replaces parameters and running statistics, and, if the file has a run
 * and the net can train, momentum and position too; a run of the net before is over. The loaded run
 * goes on after rsd_train_begin with its recipe (rsd_file_run).
 * RSD_BAD_FILE: the bytes are not what they should be; RSD_MISMATCH: they are of another net. */
rsd_status rsd_net_load(rsd_net *net, const void *bytes, size_t length, rsd_error *error);

/* Writes a checkpoint to `bytes` [capacity] and its length to `*written`, which is at most
 * plan.checkpoint_bytes and not in `bytes`. `optimizer` 1: with the run, begun or loaded, so that it
 * can be resumed; 0: weights alone. What is saved can be loaded.
 * RSD_NO_MEMORY: `capacity` is too small. */
rsd_status rsd_net_save(const rsd_net *net, uint32_t optimizer, void *bytes, size_t capacity,
                        size_t *written, rsd_error *error);

/* ==========================================================================
 * Tier 2, explicit control: versions, runs, fine-tuning, tensors, threads
 * ========================================================================== */

uint32_t rsd_abi_version(void); /* RSD_ABI_VERSION of the library */
uint32_t rsd_numerics_version(void); /* RSD_NUMERICS_VERSION of the library */
/* The tier that RSD_TIER_AUTO is here: "scalar", "simd128" or "relaxed". Scalar and simd128 are exact. */
const char *rsd_tier(void);
/* What that tier computes with: "SSE2", "AVX2", "AVX2 and FMA", "NEON", "NEON and FMA"; "" where the compiler
 * alone knows. */
const char *rsd_instructions(void);

/* The spec that the net was made with. */
rsd_status rsd_net_spec(const rsd_net *net, rsd_spec *spec, rsd_error *error);

/* -------------------------------------------------------------------- runs */

/* The run that a file goes on with: its recipe, which says what a net must be planned for, and how far
 * it is. `progress` may be NULL.
 * RSD_BAD_FILE: no sound checkpoint; RSD_MISMATCH: weights alone. */
rsd_status rsd_file_run(const void *bytes, size_t length, rsd_recipe *recipe,
                        rsd_progress *progress, rsd_error *error);

/* How far the run is, begun or loaded.
 * RSD_BAD_STATE: there is no run. */
rsd_status rsd_train_progress(const rsd_net *net, rsd_progress *progress, rsd_error *error);

/* The first half of rsd_train_step: the forward and the backward pass. Gradients may then be read and
 * written (rsd_net_read, rsd_net_write); those of another call take their place. `score` is of the batch.
 * Statuses as rsd_train_step; RSD_DIVERGED: the loss is not finite. */
rsd_status rsd_train_gradients(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                               rsd_score *score, rsd_error *error);

/* The same for images of one's own making: `pixels` [batch_size][3][32][32], finite and of the scale of
 * bytes, 0 to 255, though not limited to it. They are augmented as the recipe says. */
rsd_status rsd_train_gradients_float(rsd_net *net, const float *pixels, const uint16_t *labels,
                                     rsd_score *score, rsd_error *error);

/* The second half: clips the gradients, updates the weights and counts the step.
 * RSD_BAD_STATE: there are no gradients since the last update. RSD_DIVERGED as rsd_train_step. */
rsd_status rsd_train_update(rsd_net *net, rsd_progress *progress, rsd_error *error);

/* Ends the run and forgets its recipe, position, momentum and gradients; the weights stay, or with `ema`
 * become their averages. Without a run it forgets the step that loaded weights are of. */
rsd_status rsd_train_end(rsd_net *net, rsd_error *error);

/* Sets the learning rate of the steps that follow, of a run with RSD_SCHEDULE_OWN; `lr` is 0 or more and
 * finite. A run that goes on has the rate of its last step.
 * RSD_BAD_STATE: no such run has begun. */
rsd_status rsd_train_set_lr(rsd_net *net, float lr, rsd_error *error);

/* For fine-tuning: loads everything but the head (linear.*) and the run, so that the net may have
 * another number of classes than the file. The net's head stays as it is, and its run is over.
 * RSD_BAD_FILE and RSD_MISMATCH as rsd_net_load. */
rsd_status rsd_net_load_features(rsd_net *net, const void *bytes, size_t length, rsd_error *error);

/* -------------------------------------------------------------- evaluation */

/* As rsd_evaluate, and says of each image which class has the largest logit, `predicted` [count], and its
 * probability, `probabilities` [count]: what confusion matrices are counted from. */
rsd_status rsd_evaluate_each(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                             uint32_t count, uint16_t *predicted, float *probabilities,
                             rsd_score *score, rsd_error *error);

/* What the dense layer reads, in evaluation mode: `features` [count][4 * width], the means over the pixels
 * of the last activation. `images` as in rsd_infer. Numbers that are not finite are no error here. */
rsd_status rsd_features(rsd_net *net, const uint8_t *images, uint32_t count, float *features,
                        rsd_error *error);

/* The gradient of the mean loss of `images` [count], count from 1 to capacity.batch_size, against `labels`
 * [count], with respect to the normalised inputs, in evaluation mode: `gradient` [count][3][32][32], in planes
 * as images are. Divide by stddev for that with respect to pixels / 255. The net must have been planned for
 * training. Training is not affected, but nothing is left of the last step: take gradients of parameters anew.
 * RSD_DIVERGED: an output is not finite; `gradient` has been written. */
rsd_status rsd_input_gradient(rsd_net *net, const uint8_t *images, const uint16_t *labels,
                              uint32_t count, float *gradient, rsd_error *error);

/* Turns `logits` [count][classes] into probabilities, in place. `count` is at least 1, `classes` from 1 to
 * RSD_MAX_CLASSES; a logit that is not finite is a bad argument. */
rsd_status rsd_softmax(float *logits, uint32_t count, uint32_t classes, rsd_error *error);

/* ----------------------------------------------------------------- tensors */

typedef enum rsd_tensor_kind {
  RSD_TENSOR_PARAMETER = 0, /* trained: has a gradient and a momentum buffer */
  RSD_TENSOR_STATISTIC = 1 /* running_mean, running_var */
} rsd_tensor_kind;

typedef enum rsd_tensor_part {
  RSD_PART_VALUE = 0,
  RSD_PART_GRADIENT = 1, /* of the last step's mean loss, clipped, without weight decay */
  RSD_PART_MOMENTUM = 2, /* the optimizer's velocity */
  RSD_PART_AVERAGE = 3 /* of a run with `ema`; of statistics too */
} rsd_tensor_part;

typedef struct rsd_tensor {
  uint32_t size;
  uint32_t kind; /* rsd_tensor_kind */
  uint32_t rank; /* 1 .. 4 */
  uint32_t shape[4]; /* unused dimensions are 1 */
  uint32_t elements; /* product of shape */
  char name[64]; /* PyTorch's: "layer1.0.conv1.weight" */
} rsd_tensor;

/* Tensors are numbered 0 .. plan.tensors-1 in PyTorch's order. */
rsd_status rsd_net_tensor(const rsd_net *net, uint32_t index, rsd_tensor *tensor, rsd_error *error);

/* Copies a tensor, or another part of it, to `values` [elements]. Gradients and momentum are 0 before the
 * first step of a run. A statistic has no gradient and no momentum, a net planned without training has
 * values only, and averages there are in a run with `ema`. */
rsd_status rsd_net_read(const rsd_net *net, uint32_t index, rsd_tensor_part part, float *values,
                        rsd_error *error);

/* The other way. Values must be finite, and a running_var not negative: what a file may hold. The next step
 * overwrites gradients; rsd_train_begin of a new run sets momentum to 0. */
rsd_status rsd_net_write(rsd_net *net, uint32_t index, rsd_tensor_part part, const float *values,
                         rsd_error *error);

/* ----------------------------------------------------------------- threads */

/* A fork-join pool. The caller starts the threads: each calls rsd_pool_work with an index of its own
 * and stays there until rsd_pool_stop. The thread that calls the net is index 0. */
typedef struct rsd_pool rsd_pool;

size_t rsd_pool_bytes(void); /* of memory for a pool */

/* `threads`, the caller's included, is from 1 to RSD_MAX_THREADS, and 1 in a build without threads.
 * `memory` [bytes] begins at a multiple of 64 and does not hold `pool`. `*pool` is valid as long as
 * the memory, which must not move.
 * RSD_NO_MEMORY: `bytes` is less than rsd_pool_bytes(). */
rsd_status rsd_pool_create(uint32_t threads, void *memory, size_t bytes, rsd_pool **pool,
                           rsd_error *error);

/* What each thread calls, with `index` from 1 to threads-1, each index once; returns when the pool
 * stops. */
rsd_status rsd_pool_work(rsd_pool *pool, uint32_t index, rsd_error *error);

/* Lets the threads return; no net may be at work on the pool. Join them before the memory is used for
 * anything else. Nets that still have the pool compute on the calling thread alone. */
rsd_status rsd_pool_stop(rsd_pool *pool, rsd_error *error);

/* From now on `net` computes on `pool`, which has at most capacity.threads threads; calls wait until all of
 * them have come. NULL: on the calling thread alone. */
rsd_status rsd_net_use_pool(rsd_net *net, rsd_pool *pool, rsd_error *error);

/* ==========================================================================
 * Tier 3, advanced: what flows through the layers, and speed
 * ========================================================================== */

/* -------------------------------------------------------- layer statistics */

/* The 3x3 convolutions are the layers 0 .. depth-2 here, in the order in which an image meets
 * them; layer 0 is the stem. A layer's response is what comes out of its norm (without norm: out of
 * the convolution and its bias), before the shortcut is added and before the ReLU; its activation
 * is what comes out of the ReLU. The filters are the values of the weight tensor: rsd_net_read. */
typedef struct rsd_layer_info {
  uint32_t size;
  uint32_t weights; /* number of its weight tensor: "layer1.0.conv2.weight" */
  uint32_t height; /* of its activation: 32, 16 and 8 in stages 1, 2 and 3 */
  uint32_t width;
  uint32_t channels;
  uint32_t has_shortcut; /* 1: a shortcut is added to its response: it ends a residual block */
} rsd_layer_info;

/* `layer` is from 0 to depth-2. */
rsd_status rsd_net_layer(const rsd_net *net, uint32_t layer, rsd_layer_info *info,
                         rsd_error *error);

/* What flows through a layer in evaluation mode, over all images, pixels and channels. Not finite
 * where the net's numbers are not. */
typedef struct rsd_layer_stats {
  uint32_t size;
  uint32_t images; /* measured so far; set 0 to begin */
  double response_mean;
  double response_std; /* figure 7 of the paper: sqrt(mean of (response - response_mean)^2) */
  double activation_rms; /* root mean square */
  double shortcut_rms; /* of what the shortcut adds to the response; 0 without shortcut */
  double residual_ratio; /* |F(x)| / |x| of the block that ends here: L2 norms of the response and
                             of x as the shortcut brings it, subsampled (A) or projected (B, C);
                             0 without shortcut */
} rsd_layer_stats;

/* Adds `images` [count], count from 1 to capacity.batch_size, to the statistics of all layers, `stats`
 * [depth-1]. The first call has `images` = 0 in each; later calls take what the one before has made.
 * Training is not affected. Numbers that are not finite are no error here. */
rsd_status rsd_add_layer_stats(rsd_net *net, const uint8_t *images, uint32_t count,
                               rsd_layer_stats *stats, rsd_error *error);

/* The activation of a layer for one image, in evaluation mode: `values` [height][width][channels] as
 * rsd_net_layer says. Numbers that are not finite are no error here either. */
rsd_status rsd_activation(rsd_net *net, const uint8_t *image, uint32_t layer, float *values,
                          rsd_error *error);

/* ----------------------------------------------------------- the last step */

/* Copies the last step's logits, before its update, to `logits` [batch_size][classes].
 * RSD_BAD_STATE: no step of this run has been taken, or it diverged, or its place has been taken since: by an
 * inference (rsd_infer, rsd_evaluate, rsd_evaluate_each, rsd_features, rsd_add_layer_stats, rsd_activation), by
 * rsd_input_gradient, or by a file. */
rsd_status rsd_train_logits(const rsd_net *net, float *logits, rsd_error *error);

/* What flowed through each layer in the last step, in training mode: `gradient_rms` [depth-1], the
 * root mean square over the elements of its weights' gradient (0 in frozen stages), which unlike the
 * L2 norm does not grow with the size of the layer, and `activation_rms` [depth-1], that over the
 * images, pixels and channels of its activation.
 * RSD_BAD_STATE as rsd_train_logits. */
rsd_status rsd_train_layer_stats(rsd_net *net, double *gradient_rms, double *activation_rms,
                                 rsd_error *error);

/* Writes to `*lr` the learning rate of step 0 .. T-1 of a run, T = epochs * floor(images /
 * batch_size), of a net of this depth.
 * RSD_BAD_SPEC: there is no net of this depth. */
rsd_status rsd_learning_rate(const rsd_recipe *recipe, uint32_t depth, uint32_t step, float *lr,
                             rsd_error *error);

/* ------------------------------------------------------------------- speed */

/* Of the relaxed tier; bits stay the same. 1: keep up to 15 vectors in registers, which makes training
 * 4 % faster where the compiler of the WebAssembly module can do that (V8 since 13.6), and a fifth slower
 * where it cannot (V8 12.4). 0, the default: 11 of them; every other value counts as 1. For the whole
 * WebAssembly instance; call it before there are nets. Other builds ignore it. */
void rsd_use_wide_blocks(uint32_t wide);

#if defined(__GNUC__) && !defined(__wasm__)
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif
#endif
