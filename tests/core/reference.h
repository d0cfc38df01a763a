/* What the core must compute, as naive loops over doubles in PyTorch's layouts: images
 * [image][channel][y][x], filters [out][in][y][x]. Written from the paper and PyTorch's
 * documentation, sharing nothing with src/. */
#ifndef RSD_TEST_REFERENCE_H
#define RSD_TEST_REFERENCE_H

#include "../../include/residua.h"

double ref_exp(double x);
double ref_log(double x);

/* Padding is kernel/2. height and width are the input's. */
typedef struct ref_conv {
  int images, in, out, height, width, kernel, stride;
} ref_conv;
int ref_conv_out(int size, int stride);
void ref_conv_forward(const ref_conv *s, const double *x, const double *w, double *y);
void ref_conv_backward_data(const ref_conv *s, const double *dy, const double *w, double *dx);
void ref_conv_backward_weights(const ref_conv *s, const double *x, const double *dy, double *dw);

/* Values [images][channels][pixels]. var is the biased one. */
typedef struct ref_planes {
  int images, channels, pixels;
} ref_planes;
void ref_moments(const ref_planes *s, const double *y, double *mean, double *var);
/* z = (y - mean) / sqrt(var + 1e-5) * gamma + beta */
void ref_norm(const ref_planes *s, const double *y, const double *mean, const double *var,
              const double *gamma, const double *beta, double *z);
/* Batch norm's, through the batch's own mean and variance. */
void ref_norm_backward(const ref_planes *s, const double *dz, const double *y, const double *gamma,
                       double *dy, double *dgamma, double *dbeta);

/* Option A: x[::2, ::2], zero channels evenly before and after. */
void ref_pad_shortcut(int images, int in, int out, int height, int width, const double *x,
                      double *y);
void ref_pad_shortcut_backward(int images, int in, int out, int height, int width, const double *dy,
                               double *dx);
void ref_average_pool(const ref_planes *s, const double *x, double *features);
void ref_dense(int images, int features, int classes, const double *x, const double *w,
               const double *bias, double *logits);
void ref_dense_backward(int images, int features, int classes, const double *x, const double *w,
                        const double *dlogits, double *dw, double *dbias, double *dx);
/* The mean over the images; dlogits may be NULL. */
double ref_cross_entropy(int images, int classes, const double *logits, const uint16_t *labels,
                         double *dlogits);
void ref_sgd(int count, double lr, double momentum, double weight_decay, const double *gradient,
             double *velocity, double *weights);

/* A whole net: its tensors by name, in double. */
typedef struct ref_tensor {
  rsd_tensor info;
  double *values; /* free to be changed */
  double *next;   /* statistics: what they are after a training forward */
} ref_tensor;
typedef struct ref_net {
  rsd_spec spec;
  int count;
  ref_tensor *tensors;
} ref_net;
/* A copy of what `net` holds now; its memory is the test's. */
ref_net ref_net_copy(const rsd_net *net, uint32_t tensors);
/* Training mode uses the batch's statistics, save in frozen stages. */
void ref_net_logits(const ref_net *net, const uint8_t *images, int count, int training,
                    double *logits);
/* What a layer of the main path computed, [image][channel][y][x]. */
typedef struct ref_outputs {
  ptrdiff_t count;
  double *response;   /* after norm */
  double *shortcut;   /* what is added then, or NULL */
  double *activation; /* after the ReLU */
} ref_outputs;
/* From now on ref_net_logits shows each layer of the main path, in order; its memory then is the
 * test's. NULL: no longer. */
void ref_net_watch(void (*watch)(const ref_outputs *outputs));
double ref_net_loss(const ref_net *net, const uint8_t *images, const uint16_t *labels, int count);

#endif
