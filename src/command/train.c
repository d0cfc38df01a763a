/* The command train. Invariant: the lines it prints and the checkpoint it writes are those of the Node command,
 * to the byte. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

/* Options that a checkpoint stores. */
static const char *const SETTINGS[] = {
    "net",           "width",           "shortcut",   "init",         "norm",
    "images",        "epochs",          "batch",      "lr",           "seed",
    "momentum",      "weight-decay",    "schedule",   "augment",      "nesterov",
    "no-decay-norm", "label-smoothing", "clip",       "ema",          "mixup",
    "cutout",        "seed-weights",    "seed-order", "seed-augment", NULL};

typedef struct run {
  rsd_net *net;
  rsd_spec spec;
  rsd_recipe recipe;
  image_set train, test;
  uint8_t *images; /* of a step */
  uint16_t *labels;
  uint32_t *indices;
  blob file; /* room for a checkpoint */
  provenance provenance;
  double begun, epoch_begun;
  uint32_t epoch_first; /* the step that this process began its epoch with */
} run;

static void set_init(rsd_spec *spec) {
  const char *init = text_option("init");
  char *end = NULL;
  if (init == NULL || strcmp(init, "he") == 0) return;
  spec->init = strcmp(init, "xavier") == 0 ? RSD_INIT_XAVIER : RSD_INIT_GAUSSIAN;
  if (spec->init == RSD_INIT_XAVIER) return;
  if (strncmp(init, "gaussian:", 9) == 0) spec->init_sigma = strtof(init + 9, &end);
  if (end == NULL || end == init + 9 || *end)
    fail_usage("--init is he, xavier or, with its sigma, gaussian:0.01, not \"%s\".", init);
}

static void set_seed(const char *flag, uint64_t otherwise, uint32_t *low, uint32_t *high) {
  uint64_t seed = seed_option(flag, otherwise);
  *low = (uint32_t)seed;
  *high = (uint32_t)(seed >> 32);
}

static rsd_spec spec_of_options(void) {
  rsd_spec spec;
  rsd_default_spec(&spec);
  need_option("net");
  set_net_name(&spec);
  set_init(&spec);
  spec.width = count_option("width", spec.width);
  spec.shortcut = choice_option("shortcut", RSD_OPTION_SHORTCUT, spec.shortcut);
  spec.norm = choice_option("norm", RSD_OPTION_NORM, spec.norm);
  set_seed("seed-weights", seed_option("seed", 1), &spec.seed_low, &spec.seed_high);
  return spec;
}

static rsd_recipe recipe_of_options(void) {
  rsd_recipe recipe;
  rsd_default_recipe(&recipe);
  recipe.batch_size = count_option("batch", recipe.batch_size);
  recipe.epochs = count_option("epochs", recipe.epochs);
  recipe.lr = number_option("lr", recipe.lr);
  recipe.momentum = number_option("momentum", recipe.momentum);
  recipe.weight_decay = number_option("weight-decay", recipe.weight_decay);
  recipe.schedule = choice_option("schedule", RSD_OPTION_SCHEDULE, recipe.schedule);
  if (recipe.schedule == RSD_SCHEDULE_OWN) fail_usage("--schedule own needs a program around it.");
  recipe.augment = choice_option("augment", RSD_OPTION_AUGMENT, recipe.augment);
  recipe.nesterov = (uint32_t)switch_option("nesterov");
  recipe.no_decay_norm = (uint32_t)switch_option("no-decay-norm");
  recipe.label_smoothing = number_option("label-smoothing", 0.0f);
  recipe.clip = number_option("clip", 0.0f);
  recipe.ema = number_option("ema", 0.0f);
  recipe.mixup = number_option("mixup", 0.0f);
  recipe.cutout = count_option("cutout", 0);
  set_seed("seed-order", seed_option("seed", 1), &recipe.seed_low, &recipe.seed_high);
  set_seed("seed-augment", 0, &recipe.augment_seed_low, &recipe.augment_seed_high);
  return recipe;
}

/* Ends the program where a flag has a value that is wrong with any data. */
static void check_ranges(const rsd_spec *spec, const rsd_recipe *asked) {
  rsd_recipe recipe = *asked;
  float rate;
  recipe.images = recipe.batch_size;
  check_flags(rsd_learning_rate(&recipe, spec->depth, 0, &rate, &core_error));
  check_plan(spec, recipe.batch_size);
}

static void begin_new(run *r) {
  default_option("data", "synthetic");
  r->spec = spec_of_options();
  r->recipe = recipe_of_options();
  check_ranges(&r->spec, &r->recipe);
  read_data(r->spec.classes, 0, &r->train, &r->test);
  r->recipe.images = r->train.count;
}

/* Resumes from the checkpoint, whose bytes are returned. */
static blob begin_again(run *r, const char *path) {
  blob file = read_file(path);
  rsd_progress at = {.size = sizeof at};
  r->spec.size = sizeof r->spec;
  r->recipe.size = sizeof r->recipe;
  for (int i = 0; SETTINGS[i]; i++)
    if (text_option(SETTINGS[i]))
      fail_usage("The settings of %s hold; leave --%s out.", path, SETTINGS[i]);
  check(rsd_file_spec(file.at, file.length, &r->spec, NULL, NULL, &core_error));
  check(rsd_file_run(file.at, file.length, &r->recipe, &at, &core_error));
  complete_options(file, path);
  read_data(r->spec.classes, r->recipe.images, &r->train, &r->test);
  r->epoch_first = at.step;
  return file;
}

static void make_run(run *r, blob checkpoint) {
  uint64_t room;
  uint32_t batch = r->recipe.batch_size;
  describe(&r->train, &r->test, &r->provenance);
  if (checkpoint.at) check_same_data(checkpoint, &r->provenance);
  r->net = make_net(&r->spec, batch, 1, &room);
  if (checkpoint.at) check(rsd_net_load(r->net, checkpoint.at, checkpoint.length, &core_error));
  check(rsd_train_begin(r->net, &r->recipe, &core_error));
  r->file = (blob){allocate(room), (size_t)room};
  r->images = allocate((uint64_t)batch * RSD_IMAGE_BYTES);
  r->labels = allocate((uint64_t)batch * sizeof *r->labels);
  r->indices = allocate((uint64_t)batch * sizeof *r->indices);
  r->begun = r->epoch_begun = seconds_now();
}

static void keep_weights(const run *r) {
  blob file = r->file;
  if (text_option("out") == NULL) return;
  check(rsd_net_save(r->net, 0, file.at, file.length, &file.length, &core_error));
  blob whole = add_origin(file);
  write_file(text_option("out"), whole);
  free(whole.at);
}

static void keep_checkpoint(const run *r) {
  blob file = r->file;
  if (text_option("out") == NULL) return;
  check(rsd_net_save(r->net, 1, file.at, file.length, &file.length, &core_error));
  blob whole = add_provenance(file, &r->provenance);
  write_file(text_option("out"), whole);
  free(whole.at);
}

static void take_images(const run *r) {
  for (uint32_t i = 0; i < r->recipe.batch_size; i++) {
    memcpy(r->images + (size_t)i * RSD_IMAGE_BYTES,
           r->train.images + (size_t)r->indices[i] * RSD_IMAGE_BYTES, RSD_IMAGE_BYTES);
    r->labels[i] = r->train.labels[r->indices[i]];
  }
}

/* Prints as many digits as tell the numbers apart. */
static void report_epoch(const run *r, const rsd_progress *p, double speed) {
  char name[16];
  name_net(&r->spec, name);
  printf("{\"net\":\"%s\",\"epoch\":%u,\"images\":%u,\"lr\":%.7g", name, p->epoch, r->train.count,
         (double)p->lr);
  printf(",\"loss\":%.17g", p->loss);
  printf(",\"train_loss\":%.17g,\"train_error\":%.17g", p->epoch_loss_sum / p->epoch_images,
         (double)p->epoch_wrong / p->epoch_images);
  if (r->test.count > 0) {
    rsd_score score = evaluate(r->net, &r->test, r->recipe.batch_size);
    printf(",\"test_loss\":%.17g,\"test_error\":%.17g", score.loss_sum / r->test.count,
           (double)score.wrong / r->test.count);
  } else {
    printf(",\"test_loss\":null,\"test_error\":null");
  }
  printf(",\"trajectory\":\"%08x%08x\"", p->trajectory_high, p->trajectory_low);
  printf(",\"images_per_s\":%.1f,\"seconds\":%.3f}\n", speed, seconds_now() - r->begun);
  fflush(stdout);
}

static void end_epoch(run *r, const rsd_progress *p) {
  double images = (double)(p->step - r->epoch_first) * r->recipe.batch_size;
  double speed = images / (seconds_now() - r->epoch_begun);
  if (p->step < p->steps) keep_checkpoint(r);
  report_epoch(r, p, speed);
  r->epoch_first = p->step;
  r->epoch_begun = seconds_now();
}

static void report_end(const run *r) {
  char name[16];
  rsd_progress p = {.size = sizeof p};
  check(rsd_train_progress(r->net, &p, &core_error));
  name_net(&r->spec, name);
  printf("{\"done\":true,\"net\":\"%s\",\"trajectory\":\"%08x%08x\",\"tier\":\"%s\"", name,
         p.trajectory_high, p.trajectory_low, rsd_tier());
  printf(",\"threads\":%u,\"conv\":\"%s\",\"numerics\":%u}\n", thread_count(), conv_name(),
         rsd_numerics_version());
}

/* Gathers the images of the next step; returns 0 at the end of the run. */
static uint32_t next_images(run *r) {
  uint32_t count;
  check(rsd_train_indices(r->net, r->indices, &count, &core_error));
  return count;
}

void train(void) {
  run r = {0};
  blob checkpoint = {0};
  rsd_progress progress = {.size = sizeof progress};
  if (text_option("resume"))
    checkpoint = begin_again(&r, text_option("resume"));
  else
    begin_new(&r);
  if (text_option("out"))
    prepare_output(text_option("out"), text_option("resume"));
  else
    note("The trained net will not be kept; to keep it, add --out FILE.");
  make_run(&r, checkpoint);
  while (next_images(&r) > 0) {
    take_images(&r);
    check(rsd_train_step(r.net, r.images, r.labels, &progress, &core_error));
    if (progress.step % progress.steps_per_epoch == 0) end_epoch(&r, &progress);
  }
  keep_weights(&r);
  report_end(&r);
}
