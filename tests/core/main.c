/* The core and its tests as one translation unit: native programs under sanitizers, and a
 * wasm module per tier that exports run_tests and test_log. */
#if !defined(__wasm__)
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#endif

#include "../../src/residua.c"

#include "check.h"

#include "reference.c"
#include "test_kernels.c"
#include "test_net.c"
#include "test_api.c"
#include "test_divergence.c"
#include "test_layer_stats.c"
#include "test_io.c"
#include "test_runs.c"
#include "test_foreign.c"
#include "test_options.c"

static const char *wanted_tests = ""; /* those whose names contain it */
#define RUN_ALL(tests)                                         \
  for (size_t i = 0; i < sizeof(tests) / sizeof *(tests); i++) \
    if (test_contains((tests)[i].name, wanted_tests)) failures += test_run(&(tests)[i])

__attribute__((visibility("default"))) int run_tests(void);
__attribute__((visibility("default"))) const char *test_log(void);

/* Returns the number of failures. */
int run_tests(void) {
  int failures = 0;
  test_text.length = 0;
  RUN_ALL(kernel_tests);
  RUN_ALL(net_tests);
  RUN_ALL(api_tests);
  RUN_ALL(divergence_tests);
  RUN_ALL(layer_stats_tests);
  RUN_ALL(io_tests);
  RUN_ALL(state_tests);
  RUN_ALL(foreign_tests);
  RUN_ALL(option_tests);
  return failures;
}
const char *test_log(void) { return test_text.text; }

#if !defined(__wasm__)
int main(int count, char **arguments) {
  if (count > 1) wanted_tests = arguments[1];
  int failures = run_tests();
  fputs(test_log(), stdout);
  printf("%d failures\n", failures);
  return failures != 0;
}
#endif
