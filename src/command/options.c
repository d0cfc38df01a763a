/* The flags of all commands: what they take, what help says of them, and how they are read. Invariant: every
 * flag is in the table `options`, and a command refuses flags of other commands. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

enum { TRAIN = 1, EVAL = 2, PREDICT = 4 };

static const struct option {
  const char *name;
  int commands;
  const char *value, *help;
} options[] = {
    {"net", TRAIN | EVAL | PREDICT, "NAME", "plain20, resnet56, ...: with 6n+2 layers"},
    {"width", TRAIN, "N", "channels of the first stage (16)"},
    {"shortcut", TRAIN, "A|B|C", "where the width grows: A pads, B and C project (A)"},
    {"init", TRAIN, "he|xavier|gaussian:S", "how weights are drawn (he)"},
    {"norm", TRAIN, "batch|none", "batch normalisation or none (batch)"},
    {"data", TRAIN | EVAL, "FOLDER|synthetic",
     "CIFAR-10's extracted .bin files, or made-up images"},
    {"images", TRAIN, "N", "train on the first N images (all; synthetic: 5000)"},
    {"test-images", TRAIN | EVAL, "N", "test on the first N images (all; synthetic: 1000)"},
    {"epochs", TRAIN, "N", "passes over the images (12)"},
    {"batch", TRAIN, "N", "images in a step (128)"},
    {"lr", TRAIN, "X", "learning rate (0.1)"},
    {"momentum", TRAIN, "X", "of SGD (0.9)"},
    {"weight-decay", TRAIN, "X", "of SGD (1e-4)"},
    {"schedule", TRAIN, "paper|step|cosine|constant|triangle", "of the learning rate (step)"},
    {"augment", TRAIN, "none|flip|crop-flip|shift-flip", "of the training images (crop-flip)"},
    {"nesterov", TRAIN, "", "Nesterov's momentum"},
    {"no-decay-norm", TRAIN, "", "no weight decay of norm and biases"},
    {"label-smoothing", TRAIN, "X", "share of a target that all classes get evenly (0)"},
    {"clip", TRAIN, "X", "largest L2 norm of the gradients (off)"},
    {"ema", TRAIN, "X", "evaluate and keep averages of the weights, of this decay (off)"},
    {"mixup", TRAIN, "X", "mix images by shares from Beta(X, X) (off)"},
    {"cutout", TRAIN, "N", "side of a square of zeros in each image, in pixels (off)"},
    {"seed", TRAIN, "N", "of weights, order and augmentation (1)"},
    {"seed-weights", TRAIN, "N", "of the initial weights (--seed)"},
    {"seed-order", TRAIN, "N", "of the order of images (--seed)"},
    {"seed-augment", TRAIN, "N", "of their augmentation, 1 or more (that of the order)"},
    {"out", TRAIN, "FILE.safetensors", "where checkpoints and, at the end, the weights go"},
    {"resume", TRAIN, "FILE", "go on with the run of a checkpoint; its settings hold"},
    {"force", TRAIN, "", "replace a file; resume with other images, tier, conv or numerics"},
    {"model", EVAL | PREDICT, "FILE.safetensors", "the weights"},
    {"conv", TRAIN | EVAL | PREDICT, "auto|direct|winograd",
     "how to compute 3x3 convolutions (auto)"},
    {"threads", TRAIN | EVAL | PREDICT, "N",
     "threads to compute with (1; WASI hosts allow no more)"},
};
enum { OPTIONS = sizeof options / sizeof *options };

static const char *given[OPTIONS];

static int bit_of(const char *command) {
  return strcmp(command, "train") == 0 ? TRAIN : strcmp(command, "eval") == 0 ? EVAL : PREDICT;
}

/* The index of the option that the first `length` letters name; -1 if there is none. */
static int find_option(const char *name, size_t length, int commands) {
  for (int i = 0; i < OPTIONS; i++)
    if (strlen(options[i].name) == length && memcmp(options[i].name, name, length) == 0 &&
        (options[i].commands & commands))
      return i;
  return -1;
}

/* Stores the option at `words`; returns how many words it takes. */
static int read_option(char **words, int commands) {
  const char *name = words[0] + 2, *equals = strchr(name, '=');
  size_t length = equals ? (size_t)(equals - name) : strlen(name);
  int i = find_option(name, length, commands);
  if (i < 0) fail_usage("There is no flag --%.*s.", (int)length, name);
  int is_switch = *options[i].value == 0;
  if (is_switch && equals) fail_usage("--%s takes no value.", options[i].name);
  if (is_switch) return given[i] = "yes", 1;
  given[i] = equals ? equals + 1 : words[1];
  if (given[i] == NULL || *given[i] == 0 || (!equals && strncmp(given[i], "--", 2) == 0))
    fail_usage("--%s needs a value: --%s %s.", options[i].name, options[i].name, options[i].value);
  return equals ? 1 : 2;
}

char **read_options(const char *command, char **words, int *count) {
  char **operands = words;
  int found = 0;
  while (*words) {
    if (strncmp(*words, "--", 2) == 0)
      words += read_option(words, bit_of(command));
    else
      operands[found++] = *words++;
  }
  *count = found;
  return operands;
}

void print_options(const char *command) {
  for (int i = 0; i < OPTIONS; i++) {
    if (!(options[i].commands & bit_of(command))) continue;
    int column = printf("  --%s %s", options[i].name, options[i].value);
    printf("%*s%s\n", column < 38 ? 38 - column : 2, "", options[i].help);
  }
}

const char *text_option(const char *name) {
  int i = find_option(name, strlen(name), TRAIN | EVAL | PREDICT);
  return i < 0 ? NULL : given[i];
}

int switch_option(const char *name) { return text_option(name) != NULL; }

void default_option(const char *name, const char *value) {
  int i = find_option(name, strlen(name), TRAIN | EVAL | PREDICT);
  if (given[i] == NULL) given[i] = value;
}

const char *need_option(const char *name) {
  if (text_option(name) == NULL) fail_usage("--%s is missing.", name);
  return text_option(name);
}

static uint64_t whole_number(const char *name, uint64_t most) {
  const char *text = text_option(name);
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end || errno || value > most)
    fail_usage("--%s takes a whole number, not \"%s\".", name, text);
  return value;
}

uint32_t count_option(const char *name, uint32_t otherwise) {
  return text_option(name) ? (uint32_t)whole_number(name, UINT32_MAX) : otherwise;
}

uint64_t seed_option(const char *name, uint64_t otherwise) {
  return text_option(name) ? whole_number(name, (1ull << 53) - 1) : otherwise;
}

float number_option(const char *name, float otherwise) {
  const char *text = text_option(name);
  char *end;
  if (text == NULL) return otherwise;
  double value = strtod(text, &end);
  if (strspn(text, "+-.0123456789eE") != strlen(text) || *end)
    fail_usage("--%s takes a number, not \"%s\".", name, text);
  return (float)value;
}

uint32_t choice_option(const char *name, rsd_option option, uint32_t otherwise) {
  const char *text = text_option(name);
  if (text == NULL) return otherwise;
  for (uint32_t i = 0; rsd_option_name(option, i); i++)
    if (strcmp(text, rsd_option_name(option, i)) == 0) return i;
  fail_usage("--%s is one of %s, not \"%s\".", name,
             options[find_option(name, strlen(name), TRAIN | EVAL | PREDICT)].value, text);
}

const char *conv_name(void) {
  return rsd_option_name(RSD_OPTION_CONV, choice_option("conv", RSD_OPTION_CONV, RSD_CONV_AUTO));
}

void no_operands(char **words, int count) {
  if (count > 0) fail_usage("\"%s\" is an extra word; leave it out.", words[0]);
}
