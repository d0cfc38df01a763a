/* The C command, for WASI hosts and for this machine: train, eval and predict. A WASI host opens folders for it.
 * Invariant: it prints what the Node command prints with --json. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <string.h>

#include "command.h"

#include "diagnostics.c"
#include "host.c"
#include "options.c"
#include "wasi_paths.c"
#include "files.c"
#include "metadata.c"
#include "canonical.c"
#include "data.c"
#include "digest.c"
#include "resume.c"
#include "threads.c"
#include "net.c"
#include "train.c"
#include "evaluate.c"
#include "predict.c"

static const char *const COMMANDS[][3] = {
    {"train", "--net NAME [--data FOLDER] [--out FILE]",
     "trains a net; without --data on made-up images"},
    {"eval", "--model FILE --data FOLDER", "counts the test images that a trained net gets wrong"},
    {"predict", "--model FILE IMAGE...",
     "says what images show: PPM (P6) of 32 x 32 pixels, or 3,072 bytes RGBRGB..."},
};
enum { COUNT = sizeof COMMANDS / sizeof *COMMANDS };

static void help(void) {
  printf(
      "Trains and runs plain and residual CIFAR networks.\n\n"
      "Usage: residua COMMAND [flags]\n");
  for (int i = 0; i < COUNT; i++) {
    printf("\nresidua %s %s\n  %s\n\n", COMMANDS[i][0], COMMANDS[i][1], COMMANDS[i][2]);
    print_options(COMMANDS[i][0]);
  }
  printf(
      "\nResults are printed on stdout, one JSON object a line. Exit code: 0 done, 1 the input is "
      "at\nfault, 2 the command line is. Paths are those within the folders that the program was "
      "given.\n");
}

int main(int argc, char **argv) {
  int count = 0;
  if (argc < 2) fail_usage("Name a command.");
  const char *name = argv[1];
  if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0) return help(), 0;
  for (int i = 0; i < COUNT; i++)
    if (strcmp(name, COMMANDS[i][0]) == 0) count++;
  if (count == 0) fail_usage("There is no command \"%s\".", name);
  char **operands = read_options(name, argv + 2, &count);
  if (strcmp(name, "predict") == 0) return predict(operands, count), 0;
  no_operands(operands, count);
  if (strcmp(name, "train") == 0)
    train();
  else
    evaluate_model();
  return 0;
}
