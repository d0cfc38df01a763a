/* The command predict: the most probable classes of images, from PPM (P6) files or raw pixels. */
#include <stdio.h>
#include <string.h>

#include "command.h"

enum { PIXELS = RSD_IMAGE_SIDE * RSD_IMAGE_SIDE, TOP = 5, CIFAR10 = 10 };

static const char *const NAMES[CIFAR10] = {"airplane", "automobile", "bird",  "cat",  "deer",
                                           "dog",      "frog",       "horse", "ship", "truck"};

/* Reads a number in the header of a PPM file, after white space and comments. */
static int read_ppm_number(const blob *file, size_t *at) {
  int value = 0;
  while (*at < file->length && strchr(" \t\r\n#", file->at[*at]) && file->at[*at])
    if (file->at[(*at)++] == '#')
      while (*at < file->length && file->at[*at] != '\n')
        (*at)++;
  size_t first = *at;
  for (; *at < file->length && file->at[*at] >= '0' && file->at[*at] <= '9' && value < 100000;
       (*at)++)
    value = value * 10 + file->at[*at] - '0';
  return *at > first ? value : -1;
}

/* The offset of an image's pixels. */
static size_t find_pixels(const blob *file, const char *path) {
  size_t at = 2;
  if (file->length >= 2 && memcmp(file->at, "P6", 2) == 0) {
    int width = read_ppm_number(file, &at), height = read_ppm_number(file, &at);
    int most = read_ppm_number(file, &at);
    if (width == RSD_IMAGE_SIDE && height == RSD_IMAGE_SIDE && most == 255 &&
        file->length >= ++at + RSD_IMAGE_BYTES)
      return at;
    fail(
        "%s is a PPM image of %d x %d pixels with values to %d, or cut off; make it one of 32 x 32 "
        "with values to 255 (convert -resize 32x32! -depth 8).",
        path, width, height, most);
  }
  if (file->length == RSD_IMAGE_BYTES) return 0;
  fail(
      "%s is neither a PPM image (P6) nor %d bytes, 32 x 32 pixels red, green, blue; make it one "
      "(convert -resize 32x32! -depth 8 image.png image.ppm).",
      path, RSD_IMAGE_BYTES);
}

static void read_image(const char *path, uint8_t *planes) {
  blob file = read_file(path);
  const uint8_t *pixels = file.at + find_pixels(&file, path);
  for (int i = 0; i < PIXELS; i++)
    for (int channel = 0; channel < 3; channel++)
      planes[channel * PIXELS + i] = pixels[3 * i + channel];
}

static void print_text(const char *text) {
  putchar('"');
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (c < ' ')
      printf("\\u%04x", c);
    else
      printf(c == '"' || c == '\\' ? "\\%c" : "%c", c);
  }
  putchar('"');
}

/* Returns the most probable class and removes it from the list. */
static void print_best(float *shares, uint32_t classes) {
  uint32_t best = 0;
  for (uint32_t k = 1; k < classes; k++)
    if (shares[k] > shares[best]) best = k;
  if (classes == CIFAR10)
    printf("{\"class\":\"%s\"", NAMES[best]);
  else
    printf("{\"class\":\"class %u\"", best);
  printf(",\"probability\":%.6f}", (double)shares[best]);
  shares[best] = -1.0f;
}

static void report(const char *path, const char *net, float *shares, uint32_t classes) {
  printf("{\"file\":");
  print_text(path);
  printf(",\"net\":\"%s\",\"top\":[", net);
  for (uint32_t i = 0; i < TOP && i < classes; i++) {
    if (i > 0) putchar(',');
    print_best(shares, classes);
  }
  printf("]}\n");
}

void predict(char **files, int count) {
  const char *path = need_option("model");
  char name[16];
  rsd_spec spec;
  static uint8_t image[RSD_IMAGE_BYTES];
  static float shares[RSD_MAX_CLASSES];
  if (count == 0) fail_usage("IMAGE is missing.");
  rsd_net *net = load_net(read_file(path), path, 1, &spec);
  name_net(&spec, name);
  for (int i = 0; i < count; i++) {
    read_image(files[i], image);
    check(rsd_infer(net, image, 1, shares, &core_error));
    check(rsd_softmax(shares, 1, spec.classes, &core_error));
    report(files[i], name, shares, spec.classes);
  }
}
