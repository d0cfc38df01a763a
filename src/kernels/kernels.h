/* Every kernel. They work on a few images at a time, on one thread, and know nothing of nets:
 * the net cuts a batch into pieces and the pool spreads those.
 *
 * Layouts. Activations are NHWC float32. A channel count C here is always the logical count
 * rounded up to a multiple of four; the channels in the padding hold zeros in activations,
 * weights and gradients, and stay zero through every operation. Weights are [tap][in][out],
 * taps row by row. All pointers are 16-byte aligned. */
#ifndef RSD_KERNELS_H
#define RSD_KERNELS_H

#include "../core/base.h"

/* ------------------------------------------------------------ convolutions */

/* A convolution with padding kernel/2: height and width are the input's, the output's are
 * those divided by the stride, rounded up. */
typedef struct rsd_conv_shape {
  int height, width;
  int in, out;  /* channels, multiples of four */
  int kernel;   /* 3 or 1 */
  int stride;   /* 1 or 2 */
} rsd_conv_shape;

/* What inference does to a convolution's output while it is still in registers or cache:
 * y = relu(y + shift + residual). */
typedef struct rsd_epilogue {
  const float *shift;    /* [out] */
  const float *residual; /* like y, or NULL */
  int relu;
} rsd_epilogue;

/* One method of convolution: direct (any shape; the exact reference) or Winograd F(4x4, 3x3)
 * (3x3, stride 1, height and width multiples of four). Sizes are in floats. */
typedef struct rsd_conv_method {
  size_t (*packed_floats)(const rsd_conv_shape *s);      /* of each packed filter */
  size_t (*accumulator_floats)(const rsd_conv_shape *s); /* of the filter gradient's accumulator */
  size_t (*scratch_floats)(const rsd_conv_shape *s);
  void (*pack_forward)(const rsd_conv_shape *s, const float *weights, float *packed);
  void (*pack_backward)(const rsd_conv_shape *s, const float *weights, float *packed);
  /* y[images][oh][ow][out] = conv(x[images][h][w][in]); epilogue may be NULL. */
  void (*forward)(const rsd_conv_shape *s, int images, const float *x, const float *packed_forward,
                  float *y, const rsd_epilogue *epilogue, float *scratch);
  /* dx = transposed conv(dy), unless dx is NULL; accumulator += the filters' gradient. */
  void (*backward)(const rsd_conv_shape *s, int images, const float *x, const float *dy,
                   const float *packed_backward, float *dx, float *accumulator, float *scratch);
  /* gradient[tap][in][out] = what the accumulator stands for. */
  void (*filter_gradient)(const rsd_conv_shape *s, const float *accumulator, float *gradient);
} rsd_conv_method;

extern const rsd_conv_method rsd_conv_direct;
extern const rsd_conv_method rsd_conv_winograd;

/* y = relu(y + shift + residual) over `pixels` pixels, for methods that do not fuse it. */
void rsd_epilogue_apply(const rsd_epilogue *epilogue, int pixels, int channels, float *y);

#endif
