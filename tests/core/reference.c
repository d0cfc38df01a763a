/* The reference that kernels and nets are compared with; reference.h describes it. Invariant: it shares no code
 * with src/. */
#include "reference.h"

#include "check.h"

/* --------------------------------------------------------------- functions */

/* x = k ln 2 + r, then the series of e^r, then k doublings or halvings. */
double ref_exp(double x) {
  int k = 0;
  double sum = 1.0;
  if (x < -740.0) return 0.0;
  while (x - k * 0.693147180559945309417 > 0.35)
    k++;
  while (x - k * 0.693147180559945309417 < -0.35)
    k--;
  double r = x - k * 0.693147180559945309417;
  for (int n = 20; n >= 1; n--)
    sum = 1.0 + sum * r / n;
  for (; k > 0; k--)
    sum *= 2.0;
  for (; k < 0; k++)
    sum *= 0.5;
  return sum;
}
/* Halley's iteration on e^y = x. */
double ref_log(double x) {
  double y = 0.0;
  double rest = x;
  for (; rest > 1.5; y += 0.693)
    rest *= 0.5;
  for (; rest < 0.75; y -= 0.693)
    rest *= 2.0;
  for (int i = 0; i < 5; i++) {
    double e = ref_exp(y);
    y += 2.0 * (x - e) / (x + e);
  }
  return y;
}

/* ------------------------------------------------------------ convolutions */

int ref_conv_out(int size, int stride) { return (size + stride - 1) / stride; }

/* One tap of one filter over one plane: which outputs it reaches, and their input. */
typedef struct ref_tap {
  int from_y, to_y, from_x, to_x; /* output rows and columns */
  int shift_y, shift_x; /* input = output * stride + shift */
  ptrdiff_t x_plane, y_plane, weight;
} ref_tap;
typedef void (*ref_tap_visit)(const ref_conv *s, const ref_tap *t, const double *a, const double *b,
                              double *c);

static void ref_tap_range(int size, int out, int stride, int shift, int *from, int *to) {
  *from = 0;
  *to = out;
  while (*from * stride + shift < 0)
    ++*from;
  while (*to > *from && (*to - 1) * stride + shift >= size)
    --*to;
}

static void ref_for_taps(const ref_conv *s, ref_tap_visit visit, const double *a, const double *b,
                         double *c) {
  int oh = ref_conv_out(s->height, s->stride), ow = ref_conv_out(s->width, s->stride);
  for (int n = 0; n < s->images; n++)
    for (int o = 0; o < s->out; o++)
      for (int i = 0; i < s->in; i++)
        for (int k = 0; k < s->kernel * s->kernel; k++) {
          ref_tap t = {.shift_y = k / s->kernel - s->kernel / 2,
                       .shift_x = k % s->kernel - s->kernel / 2,
                       .x_plane = ((ptrdiff_t)n * s->in + i) * s->height * s->width,
                       .y_plane = ((ptrdiff_t)n * s->out + o) * oh * ow,
                       .weight = ((ptrdiff_t)o * s->in + i) * s->kernel * s->kernel + k};
          ref_tap_range(s->height, oh, s->stride, t.shift_y, &t.from_y, &t.to_y);
          ref_tap_range(s->width, ow, s->stride, t.shift_x, &t.from_x, &t.to_x);
          visit(s, &t, a, b, c);
        }
}

/* Nearly all the tests' time goes here, and sanitizers would make it six times as much. */
#define REF_HOT __attribute__((no_sanitize("address", "undefined")))

static ptrdiff_t ref_x_row(const ref_conv *s, const ref_tap *t, int y) {
  return t->x_plane + (ptrdiff_t)(y * s->stride + t->shift_y) * s->width + t->shift_x;
}
static ptrdiff_t ref_y_row(const ref_conv *s, const ref_tap *t, int y) {
  return t->y_plane + (ptrdiff_t)y * ref_conv_out(s->width, s->stride);
}
REF_HOT static void ref_tap_forward(const ref_conv *s, const ref_tap *t, const double *x,
                                    const double *w, double *y) {
  double weight = w[t->weight];
  for (int r = t->from_y; r < t->to_y; r++) {
    const double *x_row = x + ref_x_row(s, t, r);
    double *y_row = y + ref_y_row(s, t, r);
    for (int c = t->from_x; c < t->to_x; c++)
      y_row[c] += x_row[c * s->stride] * weight;
  }
}
REF_HOT static void ref_tap_data(const ref_conv *s, const ref_tap *t, const double *dy,
                                 const double *w, double *dx) {
  double weight = w[t->weight];
  for (int r = t->from_y; r < t->to_y; r++) {
    const double *dy_row = dy + ref_y_row(s, t, r);
    double *dx_row = dx + ref_x_row(s, t, r);
    for (int c = t->from_x; c < t->to_x; c++)
      dx_row[c * s->stride] += dy_row[c] * weight;
  }
}
REF_HOT static void ref_tap_weights(const ref_conv *s, const ref_tap *t, const double *x,
                                    const double *dy, double *dw) {
  for (int r = t->from_y; r < t->to_y; r++) {
    const double *dy_row = dy + ref_y_row(s, t, r), *x_row = x + ref_x_row(s, t, r);
    for (int c = t->from_x; c < t->to_x; c++)
      dw[t->weight] += dy_row[c] * x_row[c * s->stride];
  }
}

static void ref_clear(ptrdiff_t count, double *at) {
  for (ptrdiff_t i = 0; i < count; i++)
    at[i] = 0.0;
}
void ref_conv_forward(const ref_conv *s, const double *x, const double *w, double *y) {
  ref_clear((ptrdiff_t)s->images * s->out * ref_conv_out(s->height, s->stride) *
                ref_conv_out(s->width, s->stride),
            y);
  ref_for_taps(s, ref_tap_forward, x, w, y);
}
void ref_conv_backward_data(const ref_conv *s, const double *dy, const double *w, double *dx) {
  ref_clear((ptrdiff_t)s->images * s->in * s->height * s->width, dx);
  ref_for_taps(s, ref_tap_data, dy, w, dx);
}
void ref_conv_backward_weights(const ref_conv *s, const double *x, const double *dy, double *dw) {
  ref_clear((ptrdiff_t)s->out * s->in * s->kernel * s->kernel, dw);
  ref_for_taps(s, ref_tap_weights, x, dy, dw);
}

/* -------------------------------------------------------------------- norm */

static ptrdiff_t ref_at(const ref_planes *s, int n, int c, int p) {
  return ((ptrdiff_t)n * s->channels + c) * s->pixels + p;
}
#define REF_FOR_CHANNEL(s)              \
  for (int n = 0; n < (s)->images; n++) \
    for (int p = 0; p < (s)->pixels; p++)

void ref_moments(const ref_planes *s, const double *y, double *mean, double *var) {
  double count = (double)s->images * s->pixels;
  for (int c = 0; c < s->channels; c++) {
    double sum = 0.0, squares = 0.0;
    REF_FOR_CHANNEL(s) sum += y[ref_at(s, n, c, p)];
    mean[c] = sum / count;
    REF_FOR_CHANNEL(s) {
      double d = y[ref_at(s, n, c, p)] - mean[c];
      squares += d * d;
    }
    var[c] = squares / count;
  }
}
void ref_norm(const ref_planes *s, const double *y, const double *mean, const double *var,
              const double *gamma, const double *beta, double *z) {
  for (int c = 0; c < s->channels; c++) {
    double deviation = __builtin_sqrt(var[c] + 1e-5);
    REF_FOR_CHANNEL(s)
    z[ref_at(s, n, c, p)] = (y[ref_at(s, n, c, p)] - mean[c]) / deviation * gamma[c] + beta[c];
  }
}
/* With xhat = (y - mean) / deviation:
 * dy = gamma / deviation * (dz - mean(dz) - xhat * mean(dz * xhat)). */
void ref_norm_backward(const ref_planes *s, const double *dz, const double *y, const double *gamma,
                       double *dy, double *dgamma, double *dbeta) {
  int blocks = test_block_count;
  double count = (double)s->images * s->pixels;
  double *mean = test_doubles(s->channels), *var = test_doubles(s->channels);
  ref_moments(s, y, mean, var);
  for (int c = 0; c < s->channels; c++) {
    double deviation = __builtin_sqrt(var[c] + 1e-5);
    dgamma[c] = dbeta[c] = 0.0;
    REF_FOR_CHANNEL(s) {
      dbeta[c] += dz[ref_at(s, n, c, p)];
      dgamma[c] += dz[ref_at(s, n, c, p)] * (y[ref_at(s, n, c, p)] - mean[c]) / deviation;
    }
    REF_FOR_CHANNEL(s) {
      double xhat = (y[ref_at(s, n, c, p)] - mean[c]) / deviation;
      dy[ref_at(s, n, c, p)] =
          gamma[c] / deviation *
          (dz[ref_at(s, n, c, p)] - dbeta[c] / count - xhat * dgamma[c] / count);
    }
  }
  test_release(blocks);
}

/* -------------------------------------------- shortcut, head and optimizer */

void ref_pad_shortcut(int images, int in, int out, int height, int width, const double *x,
                      double *y) {
  int oh = height / 2, ow = width / 2, before = (out - in) / 2;
  ref_clear((ptrdiff_t)images * out * oh * ow, y);
  for (int n = 0; n < images; n++)
    for (int c = 0; c < in; c++)
      for (int p = 0; p < oh * ow; p++)
        y[((ptrdiff_t)n * out + before + c) * oh * ow + p] =
            x[(((ptrdiff_t)n * in + c) * height + 2 * (p / ow)) * width + 2 * (p % ow)];
}
void ref_pad_shortcut_backward(int images, int in, int out, int height, int width, const double *dy,
                               double *dx) {
  int oh = height / 2, ow = width / 2, before = (out - in) / 2;
  ref_clear((ptrdiff_t)images * in * height * width, dx);
  for (int n = 0; n < images; n++)
    for (int c = 0; c < in; c++)
      for (int p = 0; p < oh * ow; p++)
        dx[(((ptrdiff_t)n * in + c) * height + 2 * (p / ow)) * width + 2 * (p % ow)] =
            dy[((ptrdiff_t)n * out + before + c) * oh * ow + p];
}
void ref_average_pool(const ref_planes *s, const double *x, double *features) {
  ref_clear((ptrdiff_t)s->images * s->channels, features);
  for (int c = 0; c < s->channels; c++)
    REF_FOR_CHANNEL(s) features[n * s->channels + c] += x[ref_at(s, n, c, p)] / s->pixels;
}
void ref_dense(int images, int features, int classes, const double *x, const double *w,
               const double *bias, double *logits) {
  for (int n = 0; n < images; n++)
    for (int k = 0; k < classes; k++) {
      logits[n * classes + k] = bias[k];
      for (int c = 0; c < features; c++)
        logits[n * classes + k] += x[n * features + c] * w[k * features + c];
    }
}
void ref_dense_backward(int images, int features, int classes, const double *x, const double *w,
                        const double *dlogits, double *dw, double *dbias, double *dx) {
  ref_clear((ptrdiff_t)classes * features, dw);
  ref_clear(classes, dbias);
  ref_clear((ptrdiff_t)images * features, dx);
  for (int n = 0; n < images; n++)
    for (int k = 0; k < classes; k++) {
      double d = dlogits[n * classes + k];
      dbias[k] += d;
      for (int c = 0; c < features; c++) {
        dw[k * features + c] += d * x[n * features + c];
        dx[n * features + c] += d * w[k * features + c];
      }
    }
}
double ref_cross_entropy(int images, int classes, const double *logits, const uint16_t *labels,
                         double *dlogits) {
  double loss = 0.0;
  for (int n = 0; n < images; n++, logits += classes) {
    double largest = logits[0], sum = 0.0;
    for (int k = 1; k < classes; k++)
      if (logits[k] > largest) largest = logits[k];
    for (int k = 0; k < classes; k++)
      sum += ref_exp(logits[k] - largest);
    loss += (largest + ref_log(sum) - logits[labels[n]]) / images;
    for (int k = 0; dlogits && k < classes; k++)
      dlogits[n * classes + k] = (ref_exp(logits[k] - largest) / sum - (k == labels[n])) / images;
  }
  return loss;
}
void ref_sgd(int count, double lr, double momentum, double weight_decay, const double *gradient,
             double *velocity, double *weights) {
  for (int i = 0; i < count; i++) {
    velocity[i] = momentum * velocity[i] + gradient[i] + weight_decay * weights[i];
    weights[i] -= lr * velocity[i];
  }
}

/* ----------------------------------------------------------------- the net */

ref_net ref_net_copy(const rsd_net *net, uint32_t tensors) {
  ref_net copy = {.count = (int)tensors};
  copy.spec.size = sizeof(rsd_spec);
  copy.spec.size = sizeof copy.spec;
  CHECK(rsd_net_spec(net, &copy.spec, NULL) == RSD_OK);
  copy.tensors = test_memory(tensors * sizeof(ref_tensor));
  for (uint32_t i = 0; i < tensors; i++) {
    ref_tensor *t = &copy.tensors[i];
    t->info.size = sizeof(rsd_tensor);
    rsd_net_tensor(net, i, &t->info, NULL);
    t->values = test_doubles((ptrdiff_t)t->info.elements);
    t->next = test_doubles((ptrdiff_t)t->info.elements);
    int blocks = test_block_count;
    float *values = test_floats((ptrdiff_t)t->info.elements);
    rsd_net_read(net, i, RSD_PART_VALUE, values, NULL);
    for (uint32_t k = 0; k < t->info.elements; k++)
      t->values[k] = t->next[k] = (double)values[k];
    test_release(blocks);
  }
  return copy;
}

/* Stage 1, block -1: the stem, whose tensors have no prefix. */
typedef struct ref_layer {
  int stage, block, stride;
  const char *conv, *norm;
} ref_layer;

typedef struct ref_maps {
  int channels, side;
  double *values;
} ref_maps;

static ref_tensor *ref_find(const ref_net *net, const ref_layer *l, const char *part,
                            const char *end) {
  char name[64], *to = name;
  const char *pieces[] = {"layer", NULL, ".", NULL, ".", part, ".", end};
  for (int i = l->block < 0 ? 5 : 0; i < 8; i++) {
    if (pieces[i] == NULL) {
      int number = i == 1 ? l->stage : l->block;
      if (number >= 10) *to++ = (char)('0' + number / 10);
      *to++ = (char)('0' + number % 10);
    } else {
      for (const char *from = pieces[i]; *from;)
        *to++ = *from++;
    }
  }
  *to++ = 0;
  for (int i = 0; i < net->count; i++)
    if (test_same_bits(net->tensors[i].info.name, name, (size_t)(to - name)))
      return &net->tensors[i];
  log_text("    the net has no tensor ");
  log_text(name);
  log_text("\n");
  __builtin_trap();
}

static void ref_apply_norm(const ref_net *net, const ref_layer *l, const ref_planes *s,
                           int training, double *y) {
  ref_tensor *mean = ref_find(net, l, l->norm, "running_mean");
  ref_tensor *var = ref_find(net, l, l->norm, "running_var");
  const double *gamma = ref_find(net, l, l->norm, "weight")->values;
  const double *beta = ref_find(net, l, l->norm, "bias")->values;
  if (!training || (uint32_t)l->stage <= net->spec.frozen_stages) {
    ref_norm(s, y, mean->values, var->values, gamma, beta, y);
    return;
  }
  double *m = test_doubles(s->channels), *v = test_doubles(s->channels);
  double count = (double)s->images * s->pixels;
  ref_moments(s, y, m, v);
  for (int c = 0; c < s->channels; c++) {
    mean->next[c] = 0.9 * mean->values[c] + 0.1 * m[c];
    var->next[c] = 0.9 * var->values[c] + 0.1 * v[c] * count / (count - 1.0);
  }
  ref_norm(s, y, m, v, gamma, beta, y);
}

static ref_maps ref_conv_norm(const ref_net *net, const ref_layer *l, int images, int training,
                              const ref_maps *x) {
  const ref_tensor *w = ref_find(net, l, l->conv, "weight");
  ref_conv s = {images,
                (int)w->info.shape[1],
                (int)w->info.shape[0],
                x->side,
                x->side,
                (int)w->info.shape[2],
                l->stride};
  ref_maps y = {s.out, ref_conv_out(x->side, l->stride), NULL};
  ref_planes planes = {images, y.channels, y.side * y.side};
  y.values = test_doubles((ptrdiff_t)images * y.channels * planes.pixels);
  ref_conv_forward(&s, x->values, w->values, y.values);
  if (net->spec.norm == RSD_NORM_BATCH) {
    ref_apply_norm(net, l, &planes, training, y.values);
  } else {
    const double *bias = ref_find(net, l, l->conv, "bias")->values;
    for (int c = 0; c < y.channels; c++)
      REF_FOR_CHANNEL(&planes) y.values[ref_at(&planes, n, c, p)] += bias[c];
  }
  return y;
}

static ptrdiff_t ref_maps_count(const ref_maps *x, int images) {
  return (ptrdiff_t)images * x->channels * x->side * x->side;
}
static void ref_relu(const ref_maps *x, int images) {
  for (ptrdiff_t i = 0; i < ref_maps_count(x, images); i++)
    if (x->values[i] < 0.0) x->values[i] = 0.0;
}

static void (*ref_watch)(const ref_outputs *outputs);
void ref_net_watch(void (*watch)(const ref_outputs *outputs)) { ref_watch = watch; }

static double *ref_copy(ptrdiff_t count, const double *x) {
  double *copy = test_doubles(count);
  for (ptrdiff_t i = 0; i < count; i++)
    copy[i] = x[i];
  return copy;
}

/* relu(y + shortcut), in place; shortcut may be NULL. */
static void ref_join(ref_maps *y, const ref_maps *shortcut, int images) {
  ptrdiff_t count = ref_maps_count(y, images);
  ref_outputs seen = {count, NULL, NULL, NULL};
  if (ref_watch) seen.response = ref_copy(count, y->values);
  if (ref_watch && shortcut) seen.shortcut = ref_copy(count, shortcut->values);
  for (ptrdiff_t i = 0; shortcut && i < count; i++)
    y->values[i] += shortcut->values[i];
  ref_relu(y, images);
  if (ref_watch) {
    seen.activation = ref_copy(count, y->values);
    ref_watch(&seen);
  }
}

static ref_maps ref_shortcut(const ref_net *net, int stage, int block, int images, int training,
                             const ref_maps *x, int out, int stride) {
  ref_layer projection = {stage, block, stride, "shortcut.0", "shortcut.1"};
  if (net->spec.shortcut == RSD_SHORTCUT_C ||
      (net->spec.shortcut == RSD_SHORTCUT_B && out != x->channels))
    return ref_conv_norm(net, &projection, images, training, x);
  if (out == x->channels) return *x;
  ref_maps y = {out, x->side / 2, NULL};
  y.values = test_doubles(ref_maps_count(&y, images));
  ref_pad_shortcut(images, x->channels, out, x->side, x->side, x->values, y.values);
  return y;
}

static ref_maps ref_block(const ref_net *net, int stage, int block, int images, int training,
                          const ref_maps *x) {
  int stride = stage > 1 && block == 0 ? 2 : 1;
  ref_layer first = {stage, block, stride, "conv1", "bn1"},
            second = {stage, block, 1, "conv2", "bn2"};
  ref_maps middle = ref_conv_norm(net, &first, images, training, x);
  ref_join(&middle, NULL, images);
  ref_maps y = ref_conv_norm(net, &second, images, training, &middle), shortcut;
  int residual = net->spec.family == RSD_RESIDUAL;
  if (residual) shortcut = ref_shortcut(net, stage, block, images, training, x, y.channels, stride);
  ref_join(&y, residual ? &shortcut : NULL, images);
  return y;
}

static ref_maps ref_input(const ref_net *net, const uint8_t *images, int count) {
  ref_maps x = {3, RSD_IMAGE_SIDE, test_doubles((ptrdiff_t)count * RSD_IMAGE_BYTES)};
  for (ptrdiff_t i = 0; i < (ptrdiff_t)count * RSD_IMAGE_BYTES; i++) {
    int c = (int)(i / (RSD_IMAGE_SIDE * RSD_IMAGE_SIDE) % 3);
    x.values[i] = (images[i] / 255.0 - (double)net->spec.mean[c]) / (double)net->spec.stddev[c];
  }
  return x;
}

void ref_net_logits(const ref_net *net, const uint8_t *images, int count, int training,
                    double *logits) {
  int blocks = test_block_count;
  ref_layer stem = {1, -1, 1, "conv1", "bn1"}, head = {4, -1, 1, NULL, NULL};
  ref_maps x = ref_input(net, images, count);
  x = ref_conv_norm(net, &stem, count, training, &x);
  ref_join(&x, NULL, count);
  for (int stage = 1; stage <= 3; stage++)
    for (int block = 0; block < ((int)net->spec.depth - 2) / 6; block++)
      x = ref_block(net, stage, block, count, training, &x);
  ref_planes last = {count, x.channels, x.side * x.side};
  double *features = test_doubles((ptrdiff_t)count * x.channels);
  ref_average_pool(&last, x.values, features);
  ref_dense(count, x.channels, (int)net->spec.classes, features,
            ref_find(net, &head, "linear", "weight")->values,
            ref_find(net, &head, "linear", "bias")->values, logits);
  if (!ref_watch) test_release(blocks);
}

double ref_net_loss(const ref_net *net, const uint8_t *images, const uint16_t *labels, int count) {
  int blocks = test_block_count;
  double *logits = test_doubles((ptrdiff_t)count * (int)net->spec.classes);
  ref_net_logits(net, images, count, 1, logits);
  double loss = ref_cross_entropy(count, (int)net->spec.classes, logits, labels, NULL);
  test_release(blocks);
  return loss;
}
