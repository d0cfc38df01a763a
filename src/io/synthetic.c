/* The synthetic set: one of ten shapes, textured and tilted, on a cloudy ground among strokes and
 * noise. As in photographs, one cue is easy and one is hard: the ground often has the colour of the
 * place where two of the classes live, and only the shape tells which of them it is. Even a network
 * that hardly trains learns the first, so it ends above guessing. Arithmetic is +, -, *, / and square
 * roots in double, so every compiler draws the same bytes. */
#include "data.h"

#include "../core/rng.h"

enum { SIDE = RSD_IMAGE_SIDE, PIXELS = SIDE * SIDE };

/* Random numbers of one image: by split, image and how many were drawn before. */
typedef struct dice {
  uint64_t seed, image, drawn;
} dice;

static double uniform(dice *d, double low, double high) {
  uint64_t bits = rsd_random(d->seed, d->image, d->drawn++);
  return low + (high - low) * (double)(bits >> 11) * 0x1p-53;
}
static int below(dice *d, int n) { return (int)uniform(d, 0, n); }
static double lesser(double a, double b) { return a < b ? a : b; }
static double greater(double a, double b) { return a > b ? a : b; }
static double size_of(double a) { return a < 0 ? -a : a; }
static double vector_length(double x, double y) { return __builtin_sqrt(x * x + y * y); }
static double unit(double x) { return x < 0 ? 0 : x > 1 ? 1 : x; }
static double fraction(double x) { return x - (int)x; }

/* ------------------------------------------------------------------ shapes
 * Signed distance to the edge, positive inside, in a frame where the shape fills [-1, 1]. */

static double bar(double x, double y, double w, double h) {
  return lesser(w - size_of(x), h - size_of(y));
}
static double star(double x, double y) {
  static const double nx[5] = {0, 0.9510565162951535, 0.5877852522924731, -0.5877852522924731,
                               -0.9510565162951535};
  static const double ny[5] = {1, 0.30901699437494745, -0.8090169943749475, -0.8090169943749475,
                               0.30901699437494745};
  double first = -9, second = -9;
  for (int i = 0; i < 5; i++) {
    double v = nx[i] * x + ny[i] * y;
    if (v > first)
      second = first, first = v;
    else if (v > second)
      second = v;
  }
  return 0.34 - second;
}
static double heart(double x, double y) {
  x = size_of(x), y += 0.08;
  double lobe = 0.46 - vector_length(x - 0.42, y + 0.28);
  double point = lesser(0.592 - 0.753 * x - 0.658 * y, (y + 0.25 - 0.356 * x) * 0.942);
  return greater(lobe, point);
}
static double rungs(double x, double y) {
  double edge = lesser(0.85 - size_of(x), 0.85 - size_of(y));
  return lesser(edge, 0.16 - lesser(size_of(y), size_of(size_of(y) - 0.66)));
}
static double shape_edge(int kind, double x, double y) {
  double r = vector_length(x, y);
  switch (kind) {
    case 0: return 0.85 - r;                                                      /* disc */
    case 1: return 0.2 - size_of(r - 0.7);                                        /* ring */
    case 2: return bar(x, y, 0.75, 0.75);                                         /* square */
    case 3: return 0.5 - greater(-y, size_of(x) * 0.8660254037844386 + y * 0.5);  /* triangle */
    case 4: return greater(bar(x, y, 0.27, 0.95), bar(x, y, 0.95, 0.27));         /* cross */
    case 5: return star(x, y);
    case 6: return heart(x, y);
    case 7: return lesser(0.95 - r, vector_length(x - 0.45, y) - 0.72); /* crescent */
    case 8: return rungs(x, y);
    default: return 0.32 - vector_length(size_of(x) - 0.5, size_of(y) - 0.5); /* four dots */
  }
}

/* ---------------------------------------------------------------- painting */

typedef struct rgb {
  double v[3];
} rgb;

static rgb any_colour(dice *d) {
  rgb c;
  for (int k = 0; k < 3; k++)
    c.v[k] = uniform(d, 20, 235);
  return c;
}
static rgb near_colour(dice *d, rgb c, double spread) {
  for (int k = 0; k < 3; k++)
    c.v[k] += uniform(d, -spread, spread);
  return c;
}
static double distance(rgb a, rgb b) {
  double x = a.v[0] - b.v[0], y = a.v[1] - b.v[1], z = a.v[2] - b.v[2];
  return __builtin_sqrt(x * x + y * y + z * z);
}
static rgb between(rgb a, rgb b, double t) {
  for (int k = 0; k < 3; k++)
    a.v[k] += (b.v[k] - a.v[k]) * t;
  return a;
}
static void any_direction(dice *d, double *x, double *y) {
  double square;
  do {
    *x = uniform(d, -1, 1);
    *y = uniform(d, -1, 1);
    square = *x * *x + *y * *y;
  } while (square > 1 || square < 0.01);
  double r = __builtin_sqrt(square);
  *x /= r;
  *y /= r;
}

/* Adds smooth value noise with knots every `cell` pixels. */
static void add_clouds(dice *d, double *field, int cell, double amplitude) {
  int n = SIDE / cell + 2;
  double knots[10 * 10];
  for (int i = 0; i < n * n; i++)
    knots[i] = uniform(d, -amplitude, amplitude);
  double from_x = uniform(d, 0, 1), from_y = uniform(d, 0, 1);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++) {
      double u = (double)x / cell + from_x, v = (double)y / cell + from_y;
      const double *k = knots + (int)v * n + (int)u;
      u = fraction(u), v = fraction(v);
      u = u * u * (3 - 2 * u), v = v * v * (3 - 2 * v);
      double top = k[0] + (k[1] - k[0]) * u, bottom = k[n] + (k[n + 1] - k[n]) * u;
      field[y * SIDE + x] += top + (bottom - top) * v;
    }
}

static void paint_stroke(dice *d, rgb *image) {
  rgb colour = any_colour(d);
  double opacity = uniform(d, 0.4, 1), cx = uniform(d, 0, SIDE), cy = uniform(d, 0, SIDE);
  double half = uniform(d, 1, 7), wide = uniform(d, 0.6, 1.8), co, si;
  any_direction(d, &co, &si);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++) {
      double along = greater(0, size_of((x - cx) * co + (y - cy) * si) - half);
      double cover = unit(wide - vector_length(along, (y - cy) * co - (x - cx) * si) + 0.5);
      image[y * SIDE + x] = between(image[y * SIDE + x], colour, cover * opacity);
    }
}
static void paint_strokes(dice *d, rgb *image, int most) {
  for (int n = below(d, most + 1); n > 0; n--)
    paint_stroke(d, image);
}

/* How a shape is filled: a fade, stripes, checks, or evenly. */
typedef struct texture {
  int kind;
  double x, y, period, phase;
} texture;
static double texture_at(const texture *t, double x, double y, double radius) {
  double across = x * t->x + y * t->y, far = t->phase + 64 * t->period;
  switch (t->kind) {
    case 0: return unit(across / (2 * radius) + 0.5);
    case 1:
      return unit((size_of(fraction((across + far) / t->period) - 0.5) - 0.25) * t->period + 0.5);
    case 2:
      return (fraction((x + far) / t->period) < 0.5) != (fraction((y + far) / t->period) < 0.5);
    default: return 0;
  }
}

static void paint_shape(dice *d, rgb *image, int kind, rgb colour, rgb second) {
  double radius = uniform(d, 8, 13), margin = radius * 0.75;
  double cx = uniform(d, margin, SIDE - 1 - margin), cy = uniform(d, margin, SIDE - 1 - margin);
  double opacity = uniform(d, 0.75, 1), slope = uniform(d, -0.4, 0.4);
  double co = 1 / __builtin_sqrt(1 + slope * slope), si = slope * co;
  texture t = {.kind = below(d, 4), .period = uniform(d, 4, 8)};
  t.phase = uniform(d, 0, t.period);
  any_direction(d, &t.x, &t.y);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++) {
      double px = x - cx, py = y - cy;
      if (vector_length(px, py) > 1.5 * radius) continue;
      double edge = shape_edge(kind, (px * co + py * si) / radius, (py * co - px * si) / radius);
      rgb filled = between(colour, second, texture_at(&t, px, py, radius));
      image[y * SIDE + x] =
          between(image[y * SIDE + x], filled, unit(edge * radius + 0.5) * opacity);
    }
}

/* Most grounds have a colour near that of the place where their class lives. */
static rgb ground_colour(dice *d, int kind) {
  static const rgb places[RSD_SYNTHETIC_CLASSES / 2] = {
      {{125, 180, 230}}, {{85, 150, 60}}, {{215, 180, 110}}, {{45, 45, 95}}, {{165, 70, 70}}};
  if (uniform(d, 0, 1) < 0.15) return any_colour(d);
  return near_colour(d, places[kind / 2], 30);
}

/* Most shapes have a colour near the one their class prefers. */
static rgb shape_colour(dice *d, int kind, rgb ground) {
  static const rgb preferred[RSD_SYNTHETIC_CLASSES] = {
      {{230, 120, 40}}, {{80, 200, 220}}, {{150, 90, 50}},   {{70, 170, 70}}, {{235, 235, 235}},
      {{240, 220, 60}}, {{220, 40, 60}},  {{150, 150, 220}}, {{60, 60, 60}},  {{200, 80, 200}}};
  int tinted = uniform(d, 0, 1) < 0.8;
  rgb c;
  do {
    c = tinted ? near_colour(d, preferred[kind], 50) : any_colour(d);
  } while (distance(c, ground) < 70);
  return c;
}

static void draw(uint32_t split, uint64_t index, uint8_t *out, uint16_t *label) {
  dice d = {0x5e5e0000u + split, index, 0};
  int kind = (int)rsd_permute(0x5e5e1000u + split, index / 10, (uint32_t)(index % 10), 10);
  rgb image[PIXELS], ground = ground_colour(&d, kind), other, second;
  double field[PIXELS] = {0};
  do
    other = any_colour(&d);
  while (distance(ground, other) > 120);
  add_clouds(&d, field, 8, 0.8);
  add_clouds(&d, field, 4, 0.4);
  for (int p = 0; p < PIXELS; p++)
    image[p] = between(ground, other, 0.5 + field[p] * 0.8);
  paint_strokes(&d, image, 4);
  rgb middle = between(ground, other, 0.5), colour = shape_colour(&d, kind, middle);
  /* A colour outside the cube that colours are drawn from may have no neighbour in it. */
  int tries = 0;
  do
    second = any_colour(&d);
  while ((distance(second, middle) < 70 || distance(second, colour) > 90) && ++tries < 1000);
  paint_shape(&d, image, kind, colour, second);
  paint_strokes(&d, image, 1);
  double grain = 10 * uniform(&d, 0.3, 1);
  for (int p = 0; p < PIXELS; p++)
    for (int k = 0; k < 3; k++) {
      double v = image[p].v[k] + grain * (uniform(&d, -1, 1) + uniform(&d, -1, 1));
      out[k * PIXELS + p] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v + 0.5);
    }
  *label = (uint16_t)kind;
}

void rsd_synthetic_draw(uint32_t split, uint32_t first, uint32_t count, uint8_t *images,
                        uint16_t *labels) {
  for (uint32_t i = 0; i < count; i++)
    draw(split, (uint64_t)first + i, images + (size_t)i * RSD_IMAGE_BYTES, labels + i);
}
