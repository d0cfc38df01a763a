/* The command eval: counts the test images that a trained net gets wrong. Invariant: it prints what the Node
 * command prints with --json. */
#include <stdio.h>

#include "command.h"

enum { BATCH = 128 };

void evaluate_model(void) {
  const char *path = need_option("model");
  char name[16];
  rsd_spec spec;
  image_set test;
  need_option("data");
  rsd_net *net = load_net(read_file(path), path, BATCH, &spec);
  read_data(spec.classes, 0, NULL, &test);
  if (test.count == 0) fail_usage("--test-images takes one or more.");
  double begun = seconds_now();
  rsd_score score = evaluate(net, &test, BATCH);
  double speed = test.count / (seconds_now() - begun);
  name_net(&spec, name);
  printf("{\"net\":\"%s\",\"total\":%u,\"wrong\":%u,\"error\":%.6f,\"images_per_s\":%.1f}\n", name,
         test.count, score.wrong, (double)score.wrong / test.count, speed);
}
