/* Every kernel. A kernel works on a few images, on one thread, and knows nothing of nets: the net
 * cuts a batch into pieces and the pool spreads them.
 *
 * Layouts. Activations are NHWC float32. Weights are [tap][in][out], taps row by row. Pointers are
 * aligned to 16 bytes. Invariant: a channel count is the logical count rounded up to a multiple of
 * four; channels in the padding hold zero in activations, weights and gradients, and stay zero
 * through every operation. */
#ifndef RSD_KERNELS_H
#define RSD_KERNELS_H

#include "../core/base.h"
#include "prefetch.h"

#define RSD_MAX_CHANNELS 1024 /* the most that norm takes */
/* Passes over pixels take this many at a time, so that a channel's factors are loaded once for
 * them. Where the data comes from memory, the group is the next pixel of each of four quarters,
 * because a processor reads ahead along each (docs/kernels.md#passes-over-memory). */
#define RSD_PIXEL_GROUP 4

/* ------------------------------------------------------------ convolutions */

/* A convolution with padding kernel/2. height and width are the input's; the output's are those
 * divided by the stride, rounded up. */
typedef struct rsd_conv_shape {
  int height, width;
  int in, out; /* channels, multiples of four */
  int kernel; /* 3 or 1 */
  int stride; /* 1 or 2 */
} rsd_conv_shape;

/* What inference does to a convolution's output while it is still in registers or cache: y = relu(y
 * + shift + residual). */
typedef struct rsd_epilogue {
  const float *shift; /* [out] */
  const float *residual; /* like y, or NULL */
  int relu;
} rsd_epilogue;

/* One method of convolution: direct (any shape; the exact reference) or Winograd, for 3x3 filters
 * of stride 1 (height and width multiples of four) or 2 (multiples of eight). Sizes are in floats. */
typedef struct rsd_conv_method {
  size_t (*packed_floats)(const rsd_conv_shape *s); /* of each packed filter */
  size_t (*accumulator_floats)(const rsd_conv_shape *s); /* of the filter gradient's accumulator */
  size_t (*scratch_floats)(const rsd_conv_shape *s);
  void (*pack_forward)(const rsd_conv_shape *s, const float *weights, float *packed);
  void (*pack_backward)(const rsd_conv_shape *s, const float *weights, float *packed);
  /* y[images][oh][ow][out] = conv(x[images][h][w][in]). `epilogue` and `prefetch` may be NULL. */
  void (*forward)(const rsd_conv_shape *s, int images, const float *x, const float *packed_forward,
                  float *y, const rsd_epilogue *epilogue, rsd_prefetch *prefetch, float *scratch);
  /* dx = transposed conv(dy), unless dx is NULL. accumulator = the filter gradient, or += with
   * `add`. `prefetch` may be NULL. */
  void (*backward)(const rsd_conv_shape *s, int images, const float *x, const float *dy,
                   const float *packed_backward, float *dx, rsd_prefetch *prefetch, int add,
                   float *accumulator, float *scratch);
  /* gradient[tap][in][out] = the filter gradient in the accumulator, or += with `add`. */
  void (*filter_gradient)(const rsd_conv_shape *s, const float *accumulator, int add,
                          float *gradient);
} rsd_conv_method;

RSD_KERNEL_DATA const rsd_conv_method rsd_conv_direct;
RSD_KERNEL_DATA const rsd_conv_method rsd_conv_winograd_stride1;
RSD_KERNEL_DATA const rsd_conv_method rsd_conv_winograd_stride2;

/* y = relu(y + shift + residual) over `pixels` pixels, for methods that do not fuse the epilogue. */
RSD_KERNEL void rsd_epilogue_apply(const rsd_epilogue *epilogue, int pixels, int channels,
                                   float *y);

/* ------------------------------------------------- norm, ReLU and shortcuts */

/* z = (y - mean) * scale + shift, per channel. */
typedef struct rsd_affine {
  const float *mean, *scale, *shift; /* [channels] */
} rsd_affine;

/* out = relu(f(y) + residual_f(residual)). `residual` may be NULL; residual_f NULL is the identity. */
RSD_KERNEL void rsd_normalise(int pixels, int channels, const float *y, const rsd_affine *f,
                              const float *residual, const rsd_affine *residual_f, float *out);

/* Mean and sum of squared deviations (M2) per channel of `count` values each. */
typedef struct rsd_moments {
  double *mean, *m2; /* [channels] */
  int count;
} rsd_moments;

/* Merges the values of some images into `m` (Chan, Golub and LeVeque 1979). */
RSD_KERNEL void rsd_moments_add(int images, int pixels, int channels, const float *y,
                                rsd_moments *m);

/* Batch norm's backward pass (Ioffe and Szegedy, arXiv 1502.03167, section 3): dy = scale * (dz -
 * mean_dz - (y - mean) * dvar_coef), with scale = gamma / sqrt(var + epsilon) and dvar_coef =
 * mean(dz * (y - mean)) / (var + epsilon). */
typedef struct rsd_norm_gradient {
  const float *scale, *mean, *mean_dz, *dvar_coef; /* [channels] */
} rsd_norm_gradient;
RSD_KERNEL void rsd_norm_backward(int pixels, int channels, const float *dz, const float *y,
                                  const rsd_norm_gradient *gradient, float *dy);
/* sum_dz += dz, sum_dz_y += dz * (y - mean), per channel. */
RSD_KERNEL void rsd_gradient_sums_add(int images, int pixels, int channels, const float *dz,
                                      const float *y, const float *mean, double *sum_dz,
                                      double *sum_dz_y);

/* dz = activation > 0 ? gradient + shortcut : 0; shortcut may be NULL. */
RSD_KERNEL void rsd_relu_backward(ptrdiff_t count, const float *gradient, const float *shortcut,
                                  const float *activation, float *dz);

/* to += x */
RSD_KERNEL void rsd_add(ptrdiff_t count, const float *x, float *to);

/* Option A: x[::2, ::2] between zero channels. height and width are x's and even. The first
 * `channels` of x's `in` channels go to channel `before` and later of the `out` channels. */
typedef struct rsd_pad_shape {
  int height, width;
  int in, out;
  int channels, before;
} rsd_pad_shape;
RSD_KERNEL void rsd_pad_shortcut(const rsd_pad_shape *s, int images, const float *x, float *out);
/* dx += the gradient dout through the shortcut. */
RSD_KERNEL void rsd_pad_shortcut_backward(const rsd_pad_shape *s, int images, const float *dout,
                                          float *dx);

/* -------------------------------------------------------------------- head */

/* features[images][channels] = mean over pixels. */
RSD_KERNEL void rsd_average_pool(int images, int pixels, int channels, const float *x,
                                 float *features);
/* dz = the pooling's gradient, through the ReLU before it. */
RSD_KERNEL void rsd_average_pool_backward(int images, int pixels, int channels,
                                          const float *dfeatures, const float *activation,
                                          float *dz);

/* logits[images][classes] = x weights^T + bias. weights are [classes][features]; rows of x are
 * x_stride floats apart. */
RSD_KERNEL void rsd_dense(int images, int features, int classes, const float *x, int x_stride,
                          const float *weights, const float *bias, float *logits);
/* Overwrites all three gradients. */
RSD_KERNEL void rsd_dense_backward(int images, int features, int classes, const float *x,
                                   int x_stride, const float *weights, const float *dlogits,
                                   float *dweights, float *dbias, float *dx);

typedef struct rsd_loss {
  double sum; /* cross-entropy in nats, summed over the images */
  int wrong;
} rsd_loss;
/* dlogits, unless NULL, is the gradient of the mean loss. Without it each image's loss is rounded to a multiple of
 * 2^-32, so that the sums of batches of any sizes add up to one value. */
RSD_KERNEL rsd_loss rsd_cross_entropy(int images, int classes, const float *logits,
                                      const uint16_t *labels, float *dlogits);
/* ln sum exp(logits), with the largest logit subtracted first. */
RSD_KERNEL double rsd_log_sum_exp(int classes, const float *logits);
/* In place. */
RSD_KERNEL void rsd_softmax_rows(float *logits, uint32_t count, uint32_t classes);

/* ------------------------------------------------------- optimizer and input */

typedef struct rsd_sgd_rule {
  float lr, momentum, weight_decay;
  int nesterov;
} rsd_sgd_rule;
/* g = gradient + weight_decay*w; v = momentum*v + g; w -= lr*v, with nesterov lr*(g + momentum*v), then
 * 0 if below 1e-30 in size. count is a multiple of four. */
RSD_KERNEL void rsd_sgd(ptrdiff_t count, const rsd_sgd_rule *rule, const float *gradient,
                        float *velocity, float *weights);
/* The index of the first weight that this step would make infinite or NaN, which happens wherever
 * the gradient or the velocity is not finite; `count` if there is none. */
RSD_KERNEL ptrdiff_t rsd_sgd_overflow(ptrdiff_t count, const rsd_sgd_rule *rule,
                                      const float *gradient, const float *velocity,
                                      const float *weights);
/* sum = from[0] + from[stride] + ..., in slot order. count is a multiple of four. */
RSD_KERNEL void rsd_sum_slots(ptrdiff_t count, int slots, ptrdiff_t stride, const float *from,
                              float *sum);

#define RSD_INPUT_SIDE 32
/* Pixel (x, y) of the input is pixel (x + crop.x, y + crop.y) of the image, mirrored first with
 * `flip`. */
typedef struct rsd_crop {
  int x, y; /* -4 .. 4; pixels from outside are zero after normalisation */
  int flip;
} rsd_crop;
/* table[c][pixel] = (pixel/255 - mean) / stddev. */
RSD_KERNEL void rsd_input_table(const float mean[3], const float stddev[3], float table[3][256]);
/* From uint8 [3][32][32] to float [32][32][4]. */
RSD_KERNEL void rsd_input(const uint8_t *image, const rsd_crop *crop, float table[3][256],
                          float *out);
/* The same from float [3][32][32]. */
void rsd_input_float(const float *image, const rsd_crop *crop, const float mean[3],
                     const float stddev[3], float *out);

/* --------------------------------------------------------------- regularise.c */

/* What a loss compares logits with. Image i has `share` of its own label and the rest of that of the
 * next image of the batch; then every class gets `smoothing` / classes. */
typedef struct rsd_targets {
  int images, classes;
  const uint16_t *labels;
  float share, smoothing;
  const float *weights; /* [classes], or NULL */
} rsd_targets;
/* As rsd_cross_entropy. The mean loss is that over the weights of the images' own labels. */
rsd_loss rsd_soft_cross_entropy(const rsd_targets *targets, const float *logits, float *dlogits);
/* Sets a square of an input [32][32][4] to zero, as far as it is inside. */
void rsd_cut_out(int x, int y, int side, float *image);
/* image = share*image + (1-share)*other */
void rsd_mix_images(ptrdiff_t count, float share, const float *other, float *image);
/* Scales gradients of a larger L2 norm to `largest`, as PyTorch's clip_grad_norm_. */
void rsd_clip(ptrdiff_t count, float largest, float *gradient);
/* averages = decay*averages + (1-decay)*values */
void rsd_average(ptrdiff_t count, double decay, const float *values, float *averages);

#endif
