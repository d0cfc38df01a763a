/* Every kernel against the reference. Kernels work on NHWC floats, the reference on planes of
 * doubles: to_planes and to_filters translate. */
#include "../../src/kernels/kernels.h"
#include "check.h"
#include "reference.h"

static double *to_planes(int images, int pixels, int channels, const float *x) {
  double *planes = test_doubles((ptrdiff_t)images * pixels * channels), *to = planes;
  for (int n = 0; n < images; n++)
    for (int c = 0; c < channels; c++)
      for (int p = 0; p < pixels; p++)
        *to++ = (double)x[((ptrdiff_t)n * pixels + p) * channels + c];
  return planes;
}
static double *from_planes(int images, int pixels, int channels, const double *planes) {
  double *x = test_doubles((ptrdiff_t)images * pixels * channels);
  for (int n = 0; n < images; n++)
    for (int c = 0; c < channels; c++)
      for (int p = 0; p < pixels; p++)
        x[((ptrdiff_t)n * pixels + p) * channels + c] = *planes++;
  return x;
}
/* [tap][in][out] and [out][in][tap]. */
static double *to_filters(int taps, int in, int out, const float *w) {
  double *filters = test_doubles((ptrdiff_t)taps * in * out), *to = filters;
  for (int o = 0; o < out; o++)
    for (int i = 0; i < in; i++)
      for (int t = 0; t < taps; t++)
        *to++ = (double)w[((ptrdiff_t)t * in + i) * out + o];
  return filters;
}
static double *from_filters(int taps, int in, int out, const double *filters) {
  double *w = test_doubles((ptrdiff_t)taps * in * out);
  for (int o = 0; o < out; o++)
    for (int i = 0; i < in; i++)
      for (int t = 0; t < taps; t++)
        w[((ptrdiff_t)t * in + i) * out + o] = *filters++;
  return w;
}
static double *to_doubles(ptrdiff_t count, const float *x) {
  double *to = test_doubles(count);
  for (ptrdiff_t i = 0; i < count; i++)
    to[i] = (double)x[i];
  return to;
}
static float *to_floats(ptrdiff_t count, const double *x) {
  float *to = test_floats(count);
  for (ptrdiff_t i = 0; i < count; i++)
    to[i] = (float)x[i];
  return to;
}
static void digest_floats(ptrdiff_t count, const float *x) {
  test_digest(x, sizeof(float) * (size_t)count);
}

/* ------------------------------------------------------------ convolutions */

/* Twice the worst of either method, a filter's gradient over 5 x 32 x 32 pixels. */
#define CONV_LIMIT 5e-6

/* One shape with its data, ready for both passes. */
typedef struct conv_case {
  const rsd_conv_method *method;
  rsd_conv_shape shape;
  ref_conv ref;
  ptrdiff_t x_floats, y_floats, w_floats;
  int y_pixels;
  float *x, *weights;
} conv_case;

static conv_case make_conv_case(const rsd_conv_method *method, const rsd_conv_shape *s,
                                int images) {
  int oh = ref_conv_out(s->height, s->stride), ow = ref_conv_out(s->width, s->stride);
  conv_case c = {.method = method, .shape = *s, .y_pixels = oh * ow};
  ref_conv ref = {images, s->in, s->out, s->height, s->width, s->kernel, s->stride};
  c.ref = ref;
  c.x_floats = (ptrdiff_t)images * s->height * s->width * s->in;
  c.y_floats = (ptrdiff_t)images * oh * ow * s->out;
  c.w_floats = (ptrdiff_t)s->kernel * s->kernel * s->in * s->out;
  c.x = test_random_floats(c.x_floats);
  c.weights = test_random_floats(c.w_floats);
  return c;
}

/* What an epilogue must make of a convolution's result y. */
static void expect_epilogue(const conv_case *c, const rsd_epilogue *e, double *y) {
  for (ptrdiff_t i = 0; i < c->y_floats; i++) {
    y[i] += (double)e->shift[i % c->shape.out] + (e->residual ? (double)e->residual[i] : 0.0);
    if (e->relu && y[i] < 0.0) y[i] = 0.0;
  }
}

static void check_conv_forward(const conv_case *c) {
  int images = c->ref.images, taps = c->shape.kernel * c->shape.kernel;
  const float *shift = test_random_floats(c->shape.out),
              *residual = test_random_floats(c->y_floats);
  float *packed = test_floats((ptrdiff_t)c->method->packed_floats(&c->shape));
  float *scratch = test_floats((ptrdiff_t)c->method->scratch_floats(&c->shape));
  float *y = test_floats(c->y_floats);
  double *planes = test_doubles(c->y_floats);
  ref_conv_forward(&c->ref, to_planes(images, c->shape.height * c->shape.width, c->shape.in, c->x),
                   to_filters(taps, c->shape.in, c->shape.out, c->weights), planes);
  c->method->pack_forward(&c->shape, c->weights, packed);
  rsd_epilogue epilogues[] = {
      {shift, NULL, 0}, {shift, NULL, 1}, {shift, residual, 0}, {shift, residual, 1}};
  for (int i = -1; i < 4; i++) {
    double *expected = from_planes(images, c->y_pixels, c->shape.out, planes);
    if (i >= 0) expect_epilogue(c, &epilogues[i], expected);
    c->method->forward(&c->shape, images, c->x, packed, y, i < 0 ? NULL : &epilogues[i], NULL,
                       scratch);
    CHECK_NEAR(c->y_floats, y, expected, CONV_LIMIT);
    digest_floats(c->y_floats, y);
  }
}

/* The first call overwrites the accumulator; the second adds, and wants no dx. The gradient of both is
 * written, then added once more. */
static void check_conv_backward(const conv_case *c) {
  int images = c->ref.images, taps = c->shape.kernel * c->shape.kernel,
      pixels = c->shape.height * c->shape.width;
  ptrdiff_t sums = (ptrdiff_t)c->method->accumulator_floats(&c->shape);
  const float *dy = test_random_floats(c->y_floats), *more_x = test_random_floats(c->x_floats);
  const float *more_dy = test_random_floats(c->y_floats);
  float *packed = test_floats((ptrdiff_t)c->method->packed_floats(&c->shape));
  float *scratch = test_floats((ptrdiff_t)c->method->scratch_floats(&c->shape));
  float *dx = test_floats(c->x_floats);
  float *accumulator = test_floats(sums), *dw = test_floats(c->w_floats);
  double *dx_planes = test_doubles(c->x_floats), *filters = test_doubles(c->w_floats);
  double *more_filters = test_doubles(c->w_floats);
  const double *dy_planes = to_planes(images, c->y_pixels, c->shape.out, dy);
  ref_conv_backward_data(&c->ref, dy_planes,
                         to_filters(taps, c->shape.in, c->shape.out, c->weights), dx_planes);
  ref_conv_backward_weights(&c->ref, to_planes(images, pixels, c->shape.in, c->x), dy_planes,
                            filters);
  ref_conv_backward_weights(&c->ref, to_planes(images, pixels, c->shape.in, more_x),
                            to_planes(images, c->y_pixels, c->shape.out, more_dy), more_filters);
  c->method->pack_backward(&c->shape, c->weights, packed);
  for (ptrdiff_t i = 0; i < sums; i++)
    accumulator[i] = 7.0f;
  c->method->backward(&c->shape, images, c->x, dy, packed, dx, NULL, 0, accumulator, scratch);
  c->method->filter_gradient(&c->shape, accumulator, 0, dw);
  CHECK_NEAR(c->x_floats, dx, from_planes(images, pixels, c->shape.in, dx_planes), CONV_LIMIT);
  CHECK_NEAR(c->w_floats, dw, from_filters(taps, c->shape.in, c->shape.out, filters), CONV_LIMIT);
  digest_floats(c->x_floats, dx);
  c->method->backward(&c->shape, images, more_x, more_dy, packed, NULL, NULL, 1, accumulator,
                      scratch);
  c->method->filter_gradient(&c->shape, accumulator, 0, dw);
  for (ptrdiff_t i = 0; i < c->w_floats; i++)
    filters[i] += more_filters[i];
  CHECK_NEAR(c->w_floats, dw, from_filters(taps, c->shape.in, c->shape.out, filters), CONV_LIMIT);
  digest_floats(c->w_floats, dw);
  c->method->filter_gradient(&c->shape, accumulator, 1, dw);
  for (ptrdiff_t i = 0; i < c->w_floats; i++)
    filters[i] *= 2.0;
  CHECK_NEAR(c->w_floats, dw, from_filters(taps, c->shape.in, c->shape.out, filters), CONV_LIMIT);
}

/* Says which shape the messages just before are about. */
static void name_conv_case(const rsd_conv_shape *s, int images) {
  const int numbers[] = {images, s->height, s->width, s->in, s->out, s->kernel, s->stride};
  const char *const names[] = {"    images ", ", height ", ", width ", ", in ",
                               ", out ",      ", kernel ", ", stride "};
  for (int i = 0; i < 7; i++) {
    log_text(names[i]);
    log_int(numbers[i]);
  }
  log_text("\n");
}

/* Walks through all pairs of sizes, channels and image counts taking turns beside them. */
static void for_conv_shapes(const rsd_conv_method *method, const int *sizes, int size_count,
                            int kernel, int stride, void (*check)(const conv_case *c)) {
  static const int channels[] = {4, 8, 12, 16, 20, 36, 64}, images[] = {1, 2, 3, 5};
  int turn = 0;
  for (int i = 0; i < size_count * size_count; i++) {
    rsd_conv_shape s = {sizes[i / size_count], sizes[i % size_count], 0, 0, kernel, stride};
    int count;
    do {
      s.in = channels[turn % 7];
      s.out = channels[(turn / 7 + 3 * turn) % 7];
      count = images[turn++ % 4];
    } while (count * s.height * s.width * s.in * s.out > 400000);
    int failures = test_now.failures;
    conv_case c = make_conv_case(method, &s, count);
    check(&c);
    test_release(0);
    if (test_now.failures > failures) name_conv_case(&s, count);
  }
}

/* Every method with the shapes that it is for. */
static void for_conv_methods(void (*check)(const conv_case *c)) {
  static const int sizes[] = {5, 7, 8, 9, 16, 32}, fours[] = {4, 8, 12, 16, 32},
                   eights[] = {8, 16, 24, 32};
  for (int kernel = 1; kernel <= 3; kernel += 2)
    for (int stride = 1; stride <= 2; stride++)
      for_conv_shapes(&rsd_conv_direct, sizes, 6, kernel, stride, check);
  for_conv_shapes(&rsd_conv_winograd_stride1, fours, 5, 3, 1, check);
  for_conv_shapes(&rsd_conv_winograd_stride2, eights, 4, 3, 2, check);
}
static void test_conv_forward(void) { for_conv_methods(check_conv_forward); }
static void test_conv_backward(void) { for_conv_methods(check_conv_backward); }

/* Blocks of any size give the same bits. */
static void check_same_bits(const conv_case *c) {
  int images = c->ref.images;
  ptrdiff_t packed_floats = (ptrdiff_t)c->method->packed_floats(&c->shape);
  ptrdiff_t sums = (ptrdiff_t)c->method->accumulator_floats(&c->shape);
  float *forward = test_floats(packed_floats), *backward = test_floats(packed_floats);
  float *scratch = test_floats((ptrdiff_t)c->method->scratch_floats(&c->shape));
  const float *dy = test_random_floats(c->y_floats);
  float *y[2], *dx[2], *sum[2];
  c->method->pack_forward(&c->shape, c->weights, forward);
  c->method->pack_backward(&c->shape, c->weights, backward);
  for (uint32_t wide = 0; wide <= 1; wide++) {
    y[wide] = test_floats(c->y_floats);
    dx[wide] = test_floats(c->x_floats);
    sum[wide] = test_floats(sums);
    for (ptrdiff_t i = 0; i < sums; i++)
      sum[wide][i] = 0.0f;
    rsd_use_wide_blocks(wide);
    c->method->forward(&c->shape, images, c->x, forward, y[wide], NULL, NULL, scratch);
    c->method->backward(&c->shape, images, c->x, dy, backward, dx[wide], NULL, 0, sum[wide],
                        scratch);
  }
  rsd_use_wide_blocks(0);
  CHECK(rsd_same((const char *)y[0], (const char *)y[1], sizeof(float) * (size_t)c->y_floats));
  CHECK(rsd_same((const char *)dx[0], (const char *)dx[1], sizeof(float) * (size_t)c->x_floats));
  for (ptrdiff_t i = 0; i < sums; i++) /* there may be gaps between frequencies */
    CHECK(sum[0][i] == sum[1][i]);
}
static void test_conv_wide_blocks(void) { for_conv_methods(check_same_bits); }

/* Lines to prefetch, with saved bytes that differ from what the lines hold, so that a store shows. */
enum { EXTRA_LINES = 37, LINE_BYTES = RSD_LINE_FLOATS * sizeof(float) };
static float *add_extra_lines(rsd_prefetch *prefetch, uint8_t line_bytes[EXTRA_LINES]) {
  float *extra = test_random_floats(EXTRA_LINES * RSD_LINE_FLOATS);
  rsd_save_line_bytes(EXTRA_LINES * RSD_LINE_FLOATS, extra, line_bytes);
  for (int i = 0; i < EXTRA_LINES; i++) {
    CHECK(line_bytes[i] == ((uint8_t *)extra)[i * LINE_BYTES]);
    line_bytes[i] ^= 0xff;
  }
  rsd_prefetch_for_read(prefetch, extra, line_bytes, EXTRA_LINES * RSD_LINE_FLOATS);
  return extra;
}

/* Every range is prefetched whole, with the saved bytes, and no result changes. Only Winograd prefetches, and
 * the smallest shapes make too few products to prefetch everything. */
static void check_prefetch(const conv_case *c) {
  int images = c->ref.images, prefetches = c->method != &rsd_conv_direct && c->y_pixels >= 64;
  ptrdiff_t sums = (ptrdiff_t)c->method->accumulator_floats(&c->shape);
  float *packed = test_floats((ptrdiff_t)c->method->packed_floats(&c->shape));
  float *scratch = test_floats((ptrdiff_t)c->method->scratch_floats(&c->shape));
  float *y[2] = {test_floats(c->y_floats), test_floats(c->y_floats)};
  float *dx[2] = {test_floats(c->x_floats), test_floats(c->x_floats)};
  float *sum[2] = {test_floats(sums), test_floats(sums)};
  const float *dy = test_random_floats(c->y_floats);
  uint8_t line_bytes[2][EXTRA_LINES];
  rsd_prefetch prefetch = {.count = 0}, back = {.count = 0};
  rsd_prefetch_for_write(&prefetch, y[1], c->y_floats);
  uint8_t *read = (uint8_t *)add_extra_lines(&prefetch, line_bytes[0]);
  uint8_t *read_back = (uint8_t *)add_extra_lines(&back, line_bytes[1]);
  for (ptrdiff_t i = 0; i < sums; i++)
    sum[0][i] = sum[1][i] = 0.0f;
  c->method->pack_forward(&c->shape, c->weights, packed);
  c->method->forward(&c->shape, images, c->x, packed, y[0], NULL, NULL, scratch);
  c->method->forward(&c->shape, images, c->x, packed, y[1], NULL, &prefetch, scratch);
  CHECK(rsd_same((const char *)y[0], (const char *)y[1], sizeof(float) * (size_t)c->y_floats));
  c->method->pack_backward(&c->shape, c->weights, packed);
  c->method->backward(&c->shape, images, c->x, dy, packed, dx[0], NULL, 0, sum[0], scratch);
  c->method->backward(&c->shape, images, c->x, dy, packed, dx[1], &back, 0, sum[1], scratch);
  CHECK(rsd_same((const char *)dx[0], (const char *)dx[1], sizeof(float) * (size_t)c->x_floats));
  CHECK(rsd_same((const char *)sum[0], (const char *)sum[1], sizeof(float) * (size_t)sums));
  for (int i = 0; prefetches && i < EXTRA_LINES; i++) {
    CHECK(read[i * LINE_BYTES] == line_bytes[0][i]);
    CHECK(read_back[i * LINE_BYTES] == line_bytes[1][i]);
  }
}
static void test_conv_prefetch(void) {
  rsd_conv_shape unequal_blocks = {32, 32, 12, 12, 3, 1};
  conv_case c = make_conv_case(&rsd_conv_winograd_stride1, &unequal_blocks, 1);
  check_prefetch(&c);
  for_conv_methods(check_prefetch);
}

/* A filter that copies the middle pixel, or its neighbour, must do so exactly. */
static void test_conv_exact(void) {
  rsd_conv_shape s = {6, 5, 4, 8, 3, 1};
  conv_case c = make_conv_case(&rsd_conv_direct, &s, 2);
  float *packed = test_floats((ptrdiff_t)c.method->packed_floats(&s));
  float *scratch = test_floats((ptrdiff_t)c.method->scratch_floats(&s)),
        *y = test_floats(c.y_floats);
  for (ptrdiff_t i = 0; i < c.w_floats; i++)
    c.weights[i] = 0.0f;
  c.weights[(4 * 4 + 2) * 8 + 5] = 1.0f; /* middle tap, in 2 to out 5 */
  c.weights[(3 * 4 + 1) * 8 + 6] = 1.0f; /* left neighbour, in 1 to out 6 */
  c.method->pack_forward(&s, c.weights, packed);
  c.method->forward(&s, 2, c.x, packed, y, NULL, NULL, scratch);
  for (int p = 0; p < 60; p++) {
    CHECK(y[p * 8 + 5] == c.x[p * 4 + 2]);
    CHECK(y[p * 8 + 6] == (p % 5 ? c.x[(p - 1) * 4 + 1] : 0.0f));
    CHECK(y[p * 8] == 0.0f);
  }
}

/* ---------------------------------------------------------- norm and ReLU */

static void test_epilogue(void) {
  const ptrdiff_t n = 7 * 12;
  const float *shift = test_random_floats(12), *residual = test_random_floats(n),
              *y = test_random_floats(n);
  float *out = test_floats(n);
  double *expected = test_doubles(n);
  for (int relu = 0; relu <= 1; relu++)
    for (int with = 0; with <= 1; with++) {
      rsd_epilogue e = {shift, with ? residual : NULL, relu};
      for (ptrdiff_t i = 0; i < n; i++) {
        out[i] = y[i];
        expected[i] = (double)y[i] + (double)shift[i % 12] + (with ? (double)residual[i] : 0.0);
        if (relu && expected[i] < 0.0) expected[i] = 0.0;
      }
      rsd_epilogue_apply(&e, 7, 12, out);
      CHECK_NEAR(n, out, expected, 2e-7);
      digest_floats(n, out);
    }
}

static void test_normalise(void) {
  const ptrdiff_t n = 9 * 8;
  const float *y = test_random_floats(n), *residual = test_random_floats(n);
  rsd_affine f = {test_random_floats(8), test_random_floats(8), test_random_floats(8)};
  rsd_affine g = {test_random_floats(8), test_random_floats(8), test_random_floats(8)};
  float *out = test_floats(n);
  double *expected = test_doubles(n);
  for (int variant = 0; variant < 3; variant++) { /* no residual, a plain one, a normalised one */
    for (ptrdiff_t i = 0; i < n; i++) {
      ptrdiff_t c = i % 8;
      double z = ((double)y[i] - (double)f.mean[c]) * (double)f.scale[c] + (double)f.shift[c];
      if (variant == 1) z += (double)residual[i];
      if (variant == 2)
        z += ((double)residual[i] - (double)g.mean[c]) * (double)g.scale[c] + (double)g.shift[c];
      expected[i] = z > 0.0 ? z : 0.0;
    }
    rsd_normalise(9, 8, y, &f, variant ? residual : NULL, variant == 2 ? &g : NULL, out);
    CHECK_NEAR(n, out, expected, 4e-7);
    digest_floats(n, out);
  }
}

/* A net that diverges must not look healthy because ReLU swallowed the NaN. */
static void test_relu_keeps_nan(void) {
  float *y = test_random_floats(4), *zero = test_floats(4), *one = test_floats(4),
        *out = test_floats(4);
  for (int i = 0; i < 4; i++)
    zero[i] = 0.0f, one[i] = 1.0f;
  rsd_affine f = {zero, one, zero};
  y[2] = __builtin_nanf("");
  rsd_normalise(1, 4, y, &f, NULL, NULL, out);
  CHECK(out[2] != out[2]);
  CHECK(out[1] == out[1]);
  rsd_epilogue e = {zero, NULL, 1};
  rsd_epilogue_apply(&e, 1, 4, y);
  CHECK(y[2] != y[2]);
}

/* A mean a thousand times the deviation: E[y^2] - E[y]^2 in float32 would be noise. */
static void test_moments(void) {
  const int images = 7, pixels = 25, channels = 12, n = images * pixels * channels;
  float *y = test_random_floats(n);
  rsd_moments m = {test_doubles(channels), test_doubles(channels), 0};
  double *mean = test_doubles(channels), *var = test_doubles(channels);
  ref_planes planes = {images, channels, pixels};
  for (int i = 0; i < n; i++)
    y[i] += 1000.0f * (float)(i % channels - 5);
  for (int c = 0; c < channels; c++)
    m.mean[c] = m.m2[c] = 0.0;
  rsd_moments_add(1, pixels, channels, y, &m);
  rsd_moments_add(4, pixels, channels, y + pixels * channels, &m);
  rsd_moments_add(2, pixels, channels, y + 5 * pixels * channels, &m);
  ref_moments(&planes, to_planes(images, pixels, channels, y), mean, var);
  CHECK(m.count == images * pixels);
  for (int c = 0; c < channels; c++)
    m.m2[c] /= images * pixels;
  CHECK_NEAR(channels, to_floats(channels, m.mean), mean, 2e-7);
  CHECK_NEAR(channels, to_floats(channels, m.m2), var, 1e-4);
  test_digest(m.mean, sizeof(double) * (size_t)channels);
  test_digest(m.m2, sizeof(double) * (size_t)channels);
}

/* The sums, what the net makes of them, and the backward pass, as one. */
static void test_norm_backward(void) {
  enum { IMAGES = 3, AREA = 35, CHANNELS = 8, ALL = IMAGES * AREA * CHANNELS };
  const float *y = test_random_floats(ALL), *dz = test_random_floats(ALL),
              *gamma = test_random_floats(CHANNELS);
  double sum_dz[CHANNELS] = {0}, sum_dz_y[CHANNELS] = {0};
  double mean[CHANNELS], var[CHANNELS], dgamma[CHANNELS], dbeta[CHANNELS];
  float scale[CHANNELS], mean_dz[CHANNELS], dvar_coef[CHANNELS], *dy = test_floats(ALL);
  double *dy_planes = test_doubles(ALL);
  const double *y_planes = to_planes(IMAGES, AREA, CHANNELS, y);
  ref_planes planes = {IMAGES, CHANNELS, AREA};
  ref_moments(&planes, y_planes, mean, var);
  ref_norm_backward(&planes, to_planes(IMAGES, AREA, CHANNELS, dz), y_planes,
                    to_doubles(CHANNELS, gamma), dy_planes, dgamma, dbeta);
  const float *means = to_floats(CHANNELS, mean);
  rsd_gradient_sums_add(2, AREA, CHANNELS, dz, y, means, sum_dz, sum_dz_y);
  rsd_gradient_sums_add(1, AREA, CHANNELS, dz + 2 * AREA * CHANNELS, y + 2 * AREA * CHANNELS, means,
                        sum_dz, sum_dz_y);
  for (int c = 0; c < CHANNELS; c++) {
    double deviation = __builtin_sqrt(var[c] + 1e-5);
    scale[c] = (float)((double)gamma[c] / deviation);
    mean_dz[c] = (float)(sum_dz[c] / (IMAGES * AREA));
    dvar_coef[c] = (float)(sum_dz_y[c] / (IMAGES * AREA) / (deviation * deviation));
    dgamma[c] *= deviation; /* the kernel's sum is over dz * (y - mean) */
  }
  CHECK_NEAR(CHANNELS, to_floats(CHANNELS, sum_dz), dbeta, 2e-6);
  CHECK_NEAR(CHANNELS, to_floats(CHANNELS, sum_dz_y), dgamma, 2e-6);
  rsd_norm_gradient g = {scale, means, mean_dz, dvar_coef};
  rsd_norm_backward(IMAGES * AREA, CHANNELS, dz, y, &g, dy);
  CHECK_NEAR(ALL, dy, from_planes(IMAGES, AREA, CHANNELS, dy_planes), 1e-6);
  test_digest(sum_dz, sizeof sum_dz);
  test_digest(sum_dz_y, sizeof sum_dz_y);
  digest_floats(ALL, dy);
}

static void test_relu_backward(void) {
  const ptrdiff_t n = 44;
  const float *gradient = test_random_floats(n), *shortcut = test_random_floats(n);
  float *activation = test_random_floats(n), *dz = test_floats(n);
  for (ptrdiff_t i = 0; i < n; i += 3)
    activation[i] = 0.0f;
  for (int with = 0; with <= 1; with++) {
    rsd_relu_backward(n, gradient, with ? shortcut : NULL, activation, dz);
    for (ptrdiff_t i = 0; i < n; i++)
      CHECK(dz[i] == (activation[i] > 0.0f ? gradient[i] + (with ? shortcut[i] : 0.0f) : 0.0f));
    digest_floats(n, dz);
  }
}

static void test_add(void) {
  const float *x = test_random_floats(20), *before = test_random_floats(20);
  float *to = test_floats(20);
  for (int i = 0; i < 20; i++)
    to[i] = before[i];
  rsd_add(20, x, to);
  for (int i = 0; i < 20; i++)
    CHECK(to[i] == before[i] + x[i]);
}

/* ------------------------------------------------------ shortcut and head */

/* Widths whose channels need padding too: 5 of 8 become 10 of 12. */
static void check_pad_shortcut(int in, int out, int height, int width) {
  const int images = 2, stored_in = (in + 3) / 4 * 4, stored_out = (out + 3) / 4 * 4,
            before = (out - in) / 2;
  const int pixels = height * width, out_pixels = pixels / 4;
  rsd_pad_shape s = {height, width, stored_in, stored_out, in, before};
  float *x = test_random_floats((ptrdiff_t)images * pixels * stored_in);
  float *y = test_floats((ptrdiff_t)images * out_pixels * stored_out);
  const float *dy = test_random_floats((ptrdiff_t)images * out_pixels * stored_out);
  double *wide = test_doubles((ptrdiff_t)images * pixels * stored_in), *expected;
  for (ptrdiff_t i = 0; i < (ptrdiff_t)images * pixels * stored_in; i++)
    if (i % stored_in >= in) x[i] = 0.0f;
  rsd_pad_shortcut(&s, images, x, y);
  /* The reference pads evenly; an odd surplus of stored channels goes where none of ours are. */
  int even = stored_in + 2 * before;
  expected = test_doubles((ptrdiff_t)images * out_pixels * even);
  ref_pad_shortcut(images, stored_in, even, height, width, to_planes(images, pixels, stored_in, x),
                   expected);
  expected = from_planes(images, out_pixels, even, expected);
  for (int p = 0; p < images * out_pixels; p++)
    for (int c = 0; c < stored_out; c++)
      CHECK((double)y[p * stored_out + c] == (c < even ? expected[p * even + c] : 0.0));
  digest_floats((ptrdiff_t)images * out_pixels * stored_out, y);

  double *dy_planes = test_doubles((ptrdiff_t)images * out_pixels * even);
  for (int n = 0; n < images; n++)
    for (int c = 0; c < even; c++)
      for (int p = 0; p < out_pixels; p++)
        dy_planes[(n * even + c) * out_pixels + p] =
            c >= before && c < before + in ? (double)dy[(n * out_pixels + p) * stored_out + c]
                                           : 0.0;
  ref_pad_shortcut_backward(images, stored_in, even, height, width, dy_planes, wide);
  wide = from_planes(images, pixels, stored_in, wide);
  float *dx = test_random_floats((ptrdiff_t)images * pixels * stored_in);
  for (ptrdiff_t i = 0; i < (ptrdiff_t)images * pixels * stored_in; i++)
    wide[i] += (double)dx[i];
  rsd_pad_shortcut_backward(&s, images, dy, dx);
  CHECK_NEAR((ptrdiff_t)images * pixels * stored_in, dx, wide, 1e-7);
  digest_floats((ptrdiff_t)images * pixels * stored_in, dx);
}
static void test_pad_shortcut(void) {
  check_pad_shortcut(4, 8, 6, 8);
  check_pad_shortcut(5, 10, 4, 4);
  check_pad_shortcut(6, 12, 8, 6);
  check_pad_shortcut(16, 32, 16, 16);
}

static void test_average_pool(void) {
  const int images = 3, pixels = 64, channels = 12;
  const ptrdiff_t n = images * pixels * channels;
  const float *x = test_random_floats(n), *dfeatures = test_random_floats(images * channels);
  float *features = test_floats(images * channels), *dz = test_floats(n);
  double *expected = test_doubles(images * channels), *dz_expected = test_doubles(n);
  ref_planes planes = {images, channels, pixels};
  rsd_average_pool(images, pixels, channels, x, features);
  ref_average_pool(&planes, to_planes(images, pixels, channels, x), expected);
  CHECK_NEAR(images * channels, features, expected, 2e-6);
  rsd_average_pool_backward(images, pixels, channels, dfeatures, x, dz);
  for (int i = 0; i < n; i++)
    dz_expected[i] =
        x[i] > 0.0f ? (double)dfeatures[i / (pixels * channels) * channels + i % channels] / pixels
                    : 0.0;
  CHECK_NEAR(n, dz, dz_expected, 2e-7);
  digest_floats(images * channels, features);
  digest_floats(n, dz);
}

static void check_dense(int images, int features, int stride, int classes) {
  float *x = test_random_floats((ptrdiff_t)images * stride);
  const float *w = test_random_floats((ptrdiff_t)classes * features),
              *bias = test_random_floats(classes);
  const float *dlogits = test_random_floats((ptrdiff_t)images * classes);
  float *logits = test_floats((ptrdiff_t)images * classes),
        *dw = test_floats((ptrdiff_t)classes * features);
  float *dbias = test_floats(classes), *dx = test_floats((ptrdiff_t)images * stride);
  double *xs = test_doubles((ptrdiff_t)images * features),
         *ws = to_doubles((ptrdiff_t)classes * features, w);
  double *expected = test_doubles((ptrdiff_t)images * classes),
         *dws = test_doubles((ptrdiff_t)classes * features);
  double *dbs = test_doubles(classes), *dxs = test_doubles((ptrdiff_t)images * features);
  for (int i = 0; i < images * features; i++)
    xs[i] = (double)x[i / features * stride + i % features];
  rsd_dense(images, features, classes, x, stride, w, bias, logits);
  ref_dense(images, features, classes, xs, ws, to_doubles(classes, bias), expected);
  CHECK_NEAR((ptrdiff_t)images * classes, logits, expected, 1e-6);
  rsd_dense_backward(images, features, classes, x, stride, w, dlogits, dw, dbias, dx);
  ref_dense_backward(images, features, classes, xs, ws,
                     to_doubles((ptrdiff_t)images * classes, dlogits), dws, dbs, dxs);
  CHECK_NEAR((ptrdiff_t)classes * features, dw, dws, 2e-6);
  CHECK_NEAR(classes, dbias, dbs, 2e-6);
  digest_floats((ptrdiff_t)images * classes, logits);
  digest_floats((ptrdiff_t)classes * features, dw);
  digest_floats((ptrdiff_t)images * stride, dx);
  for (int i = 0; i < images; i++) {
    CHECK_NEAR(features, dx + i * stride, dxs + i * features, 2e-6);
    for (int c = features; c < stride; c++)
      CHECK(dx[i * stride + c] == 0.0f);
  }
}
static void test_dense(void) {
  check_dense(3, 16, 16, 10);
  check_dense(5, 20, 20, 2);
  check_dense(2, 10, 12, 7);
  check_dense(16, 64, 64, 100);
}

/* Ordinary logits, huge ones, and ties, which count as the lowest class. */
static void test_cross_entropy(void) {
  const int images = 6, classes = 5, n = images * classes;
  float *logits = test_random_floats(n), *dlogits = test_floats(n), *chances = test_floats(n);
  const uint16_t labels[] = {0, 4, 2, 1, 3, 0};
  double *expected = test_doubles(n);
  for (int k = 0; k < classes; k++) {
    logits[1 * classes + k] *= 1000.0f;
    logits[2 * classes + k] = logits[2 * classes + k] * 90.0f - 5000.0f;
    logits[3 * classes + k] = 0.0f;
    logits[4 * classes + k] = k == 3 ? 2.0f : 1.0f;
    logits[5 * classes + k] = 0.0f;
  }
  for (int i = 0; i < n; i++)
    chances[i] = logits[i];
  double loss = ref_cross_entropy(images, classes, to_doubles(n, logits), labels, expected);
  rsd_loss ours = rsd_cross_entropy(images, classes, logits, labels, dlogits);
  CHECK_BELOW(test_abs(ours.sum / images - loss) / loss, 1e-12);
  CHECK_NEAR(n, dlogits, expected, 1e-7);
  int wrong = 1; /* image 3: all equal, its label is not class 0; images 4 and 5 are right */
  for (int i = 0; i < 3; i++)
    for (int k = 0; k < classes; k++)
      if (logits[i * classes + k] > logits[i * classes + labels[i]]) {
        wrong++;
        break;
      }
  CHECK(ours.wrong == wrong);
  double rounded = rsd_cross_entropy(images, classes, logits, labels, NULL).sum, on_grid = 0.0;
  CHECK_BELOW(test_abs(rounded - ours.sum), images * 0x1p-33);
  for (int i = images; i-- > 0;) /* in any order */
    on_grid += rsd_cross_entropy(1, classes, logits + i * classes, labels + i, NULL).sum;
  CHECK(on_grid == rounded);
  rsd_softmax_rows(chances, (uint32_t)images, (uint32_t)classes);
  for (int i = 0; i < n; i++)
    expected[i] = expected[i] * images + (i % classes == labels[i / classes]);
  CHECK_NEAR(n, chances, expected, 1e-7);
  test_digest(&ours.sum, sizeof ours.sum);
  digest_floats(n, dlogits);
  digest_floats(n, chances);
}

/* ----------------------------------------------------- optimizer and input */

static void test_sgd(void) {
  const int n = 36;
  const float *gradient = test_random_floats(n);
  float *velocity = test_random_floats(n), *weights = test_random_floats(n);
  double *v = to_doubles(n, velocity), *w = to_doubles(n, weights);
  const rsd_sgd_rule rule = {0.3f, 0.9f, 0.05f, 0};
  for (int step = 0; step < 3; step++) {
    rsd_sgd(n, &rule, gradient, velocity, weights);
    ref_sgd(n, (double)0.3f, (double)0.9f, (double)0.05f, to_doubles(n, gradient), v, w);
  }
  CHECK_NEAR(n, velocity, v, 5e-7);
  CHECK_NEAR(n, weights, w, 5e-7);
  digest_floats(n, velocity);
  digest_floats(n, weights);
}

/* Weights that decay away end as zeros, and never as numbers that slow processors down. */
static void test_sgd_decay(void) {
  float gradient[4] = {0}, velocity[4] = {0}, weights[4] = {0.1f, -0.1f, 1e-29f, -1e-35f};
  const rsd_sgd_rule rule = {0.5f, 0.0f, 1.0f, 0};
  for (int step = 0; step < 200; step++) {
    rsd_sgd(4, &rule, gradient, velocity, weights);
    for (int i = 0; i < 4; i++)
      CHECK(weights[i] == 0.0f || weights[i] >= 1e-30f || weights[i] <= -1e-30f);
  }
  for (int i = 0; i < 4; i++)
    CHECK(weights[i] == 0.0f);
}

static void test_sum_slots(void) {
  const float *from = test_random_floats(5 * 16);
  float *sum = test_floats(12);
  rsd_sum_slots(12, 5, 16, from, sum);
  for (int i = 0; i < 12; i++)
    CHECK(sum[i] == (((from[i] + from[16 + i]) + from[32 + i]) + from[48 + i]) + from[64 + i]);
}

/* Every shift, mirrored or not: by looking up where each pixel comes from. */
static void test_input(void) {
  enum { INPUT_SIDE = 32, INPUT_PLANE = INPUT_SIDE * INPUT_SIDE };
  const float mean[] = {0.4914f, 0.4822f, 0.4465f}, stddev[] = {0.2470f, 0.2435f, 0.2616f};
  float table[3][256];
  rsd_input_table(mean, stddev, table);
  uint8_t *image = test_memory(3 * INPUT_PLANE);
  float *out = test_floats(4 * INPUT_PLANE);
  for (int i = 0; i < 3 * INPUT_PLANE; i++)
    image[i] = (uint8_t)test_random();
  for (int i = 0; i < 9 * 9 * 2; i++) {
    rsd_crop crop = {i % 9 - 4, i / 9 % 9 - 4, i / 81};
    rsd_input(image, &crop, table, out);
    int right = 1;
    for (int p = 0; p < INPUT_PLANE; p++) {
      int x = p % INPUT_SIDE, y = p / INPUT_SIDE;
      int from_x = (crop.flip ? INPUT_SIDE - 1 - x : x) + crop.x, from_y = y + crop.y;
      int inside = from_x >= 0 && from_x < INPUT_SIDE && from_y >= 0 && from_y < INPUT_SIDE;
      for (int c = 0; c < 3; c++) {
        double pixel = inside ? (image[c * INPUT_PLANE + from_y * INPUT_SIDE + from_x] / 255.0 -
                                 (double)mean[c]) /
                                    (double)stddev[c]
                              : 0.0;
        right &= out[p * 4 + c] == (float)pixel;
      }
      right &= out[p * 4 + 3] == 0.0f;
    }
    CHECK(right);
    digest_floats(4 * INPUT_PLANE, out);
  }
}

static const test_case kernel_tests[] = {
    {"conv_forward", test_conv_forward},
    {"conv_backward", test_conv_backward},
    {"conv_wide_blocks", test_conv_wide_blocks},
    {"conv_prefetch", test_conv_prefetch},
    {"conv_exact", test_conv_exact},
    {"epilogue", test_epilogue},
    {"normalise", test_normalise},
    {"relu_keeps_nan", test_relu_keeps_nan},
    {"moments", test_moments},
    {"norm_backward", test_norm_backward},
    {"relu_backward", test_relu_backward},
    {"add", test_add},
    {"pad_shortcut", test_pad_shortcut},
    {"average_pool", test_average_pool},
    {"dense", test_dense},
    {"cross_entropy", test_cross_entropy},
    {"sgd", test_sgd},
    {"sgd_decay", test_sgd_decay},
    {"sum_slots", test_sum_slots},
    {"input", test_input},
};
