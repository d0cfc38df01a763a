/* Sequences of calls: the fuzzer's bytes choose the functions, their arguments and which of these are
 * wrong. Two nets and two files are at hand. What a call fills is just as large as the header says, a call
 * that fails changes neither net nor output, and a model of the run says which calls must succeed. */
#include "nets.h"

enum { NETS = 2, FILES = 2, MOST_CALLS = 48, MOST_BATCH = 4, MOST_CLASSES = 4 };

static struct {
  const uint8_t *at, *end;
} input;

static uint32_t byte(void) { return input.at < input.end ? *input.at++ : 0; }
static uint32_t below(uint32_t limit) { return limit > 0 ? byte() % limit : 0; }

/* A net and what the header says of its run. */
typedef struct model {
  fuzz_net n;
  fuzz_file state; /* as it was saved after the last call */
  int loaded, begun, has_step;
  rsd_recipe recipe; /* of the run */
} model;

static model nets[NETS];
static fuzz_file files[FILES];
static model *m;
static int may_differ; /* the call has changed what a file of the net would hold */
static int is_spoilt; /* an argument of the call is wrong, whatever the net's state is */

/* Now and then a pointer is NULL, or lies in the net. */
static void *maybe_wrong(void *right) {
  uint32_t choice = below(64);
  if (choice > 1) return right;
  is_spoilt = 1;
  return choice == 0 ? NULL : m->n.net;
}
static rsd_net *maybe_no_net(void) {
  if (below(64) != 0) return m->n.net;
  is_spoilt = 1;
  return NULL;
}
static uint32_t maybe_wrong_size(uint32_t right) {
  if (below(64) != 0) return right;
  is_spoilt = 1;
  return below(2) ? 0 : right + 4;
}

/* Output that a failed call must leave alone. */
typedef struct output {
  uint8_t *bytes, *before;
  size_t length;
} output;
static output output_of(size_t length) {
  output o = {room(length, 1), room(length, 1), length};
  memset(o.bytes, 0xab, length);
  memset(o.before, 0xab, length);
  return o;
}
static void end_output(output *o, rsd_status status) {
  MUST(status == RSD_OK || same_bytes(o->bytes, o->before, o->length));
  free(o->bytes);
  free(o->before);
}

static void check_status(rsd_status status) {
  MUST((uint32_t)status <= RSD_DIVERGED);
  MUST(status == RSD_OK || said.message[0]);
  MUST(!is_spoilt || status == RSD_BAD_ARGUMENT || status == RSD_BAD_STATE);
}
/* A call that must succeed unless an argument is wrong, or its numbers have grown beyond all bounds. */
static void check_done(rsd_status status, int may_diverge) {
  check_status(status);
  MUST(is_spoilt || status == RSD_OK || (may_diverge && status == RSD_DIVERGED));
}

/* ---------------------------------------------------------------- the calls */

static void drop_net(void) {
  free_net(&m->n);
  free(m->state.bytes);
  memset(m, 0, sizeof *m);
}

static void make_new_net(void) {
  rsd_spec spec;
  rsd_default_spec(&spec);
  spec.family = below(2);
  spec.depth = 8;
  spec.width = 1 + below(3);
  spec.shortcut = below(3);
  spec.norm = below(2);
  spec.init = below(3);
  spec.frozen_stages = below(4);
  spec.classes = 2 + below(MOST_CLASSES - 1);
  spec.seed_low = byte();
  const rsd_capacity capacity = {
      sizeof capacity, 1 + below(MOST_BATCH), below(4) != 0, 1 + below(3), below(3), RSD_TIER_AUTO};
  drop_net();
  m->n = make_net(&spec, &capacity);
  MUST(m->n.net);
  m->state = save_net(&m->n);
  may_differ = 1;
}

static void infer(void) {
  uint16_t labels[MOST_IMAGES];
  const uint8_t *images = some_images(m->n.spec.classes, labels);
  uint32_t count = below(MOST_BATCH + 2);
  output logits = output_of(sizeof(float) * count * m->n.spec.classes);
  is_spoilt = count == 0 || count > m->n.capacity.batch_size;
  rsd_status status = rsd_infer(maybe_no_net(), maybe_wrong((void *)(uintptr_t)images), count,
                                maybe_wrong(logits.bytes), &said);
  check_done(status, 1);
  if (!is_spoilt) m->has_step = 0;
  end_output(&logits, status);
}

static void evaluate(void) {
  uint16_t labels[MOST_IMAGES];
  const uint8_t *images = some_images(m->n.spec.classes, labels);
  uint32_t count = 1 + below(m->n.capacity.batch_size);
  output predicted = output_of(2 * count), probabilities = output_of(4 * count);
  rsd_score score = {.size = maybe_wrong_size(sizeof score)};
  if (below(32) == 0) labels[below(count)] = 0xffff, is_spoilt = 1;
  rsd_status status = rsd_evaluate_each(
      maybe_no_net(), images, maybe_wrong(labels), count, maybe_wrong(predicted.bytes),
      maybe_wrong(probabilities.bytes), maybe_wrong(&score), &said);
  check_done(status, 1);
  if (!is_spoilt) m->has_step = 0;
  end_output(&predicted, status);
  end_output(&probabilities, status);
}

static void begin(void) {
  rsd_recipe recipe;
  rsd_default_recipe(&recipe);
  if ((m->loaded || m->begun) && below(4) != 0) {
    recipe = m->recipe;
  } else {
    recipe.images = below(12);
    recipe.batch_size = below(MOST_BATCH + 2);
    recipe.epochs = below(4);
    recipe.lr = below(8) ? 0.05f : 1e30f;
    recipe.momentum = (float)below(9) / 8.0f;
    recipe.schedule = below(5);
    recipe.augment = below(4);
  }
  recipe.size = maybe_wrong_size(sizeof recipe);
  rsd_status status = rsd_train_begin(maybe_no_net(), maybe_wrong(&recipe), &said);
  check_status(status);
  MUST(is_one_of(status, RSD_OK, RSD_BAD_ARGUMENT, RSD_MISMATCH));
  if (status != RSD_OK) return;
  MUST(m->n.capacity.training && recipe.batch_size <= m->n.capacity.batch_size);
  if (m->loaded || m->begun)
    MUST(same_bytes(&recipe, &m->recipe, sizeof recipe));
  else
    m->has_step = 0;
  may_differ = 1;
  m->recipe = recipe;
  m->begun = 1;
  m->loaded = 0;
}

static void end(void) {
  rsd_status status = rsd_train_end(maybe_no_net(), &said);
  check_done(status, 0);
  if (status != RSD_OK) return;
  may_differ = 1;
  m->loaded = m->begun = m->has_step = 0;
}

static uint32_t indices(void) {
  uint32_t batch = m->begun ? m->recipe.batch_size : 1, *count = room(1, sizeof *count);
  output wanted = output_of(sizeof(uint32_t) * batch);
  *count = 0;
  rsd_status status =
      rsd_train_indices(maybe_no_net(), maybe_wrong(wanted.bytes), maybe_wrong(count), &said);
  check_status(status);
  MUST(is_spoilt || (status == RSD_OK) == m->begun);
  MUST(*count == 0 || (status == RSD_OK && *count == batch));
  uint32_t found = *count;
  for (uint32_t i = 0; i < found; i++) {
    uint32_t index;
    memcpy(&index, wanted.bytes + sizeof index * i, sizeof index);
    MUST(index < m->recipe.images);
  }
  end_output(&wanted, status);
  free(count);
  return found;
}

static void step(void) {
  uint16_t labels[MOST_IMAGES], *own;
  const uint8_t *images = some_images(m->n.spec.classes, labels);
  uint32_t batch = m->begun ? m->recipe.batch_size : 1;
  rsd_progress progress = {.size = sizeof progress}, before = progress;
  MUST((rsd_train_progress(m->n.net, &before, &said) == RSD_OK) == (m->begun || m->loaded));
  int is_over = before.step == before.steps;
  own = room(batch, sizeof *own);
  memcpy(own, labels, sizeof *own * batch);
  if (below(32) == 0) own[below(batch)] = (uint16_t)m->n.spec.classes, is_spoilt = 1;
  progress.size = maybe_wrong_size(sizeof progress);
  rsd_status status = rsd_train_step(maybe_no_net(), maybe_wrong((void *)(uintptr_t)images),
                                     maybe_wrong(own), maybe_wrong(&progress), &said);
  check_status(status);
  if (!is_spoilt)
    MUST(m->begun && !is_over ? is_one_of(status, RSD_OK, RSD_OK, RSD_DIVERGED)
                              : status == RSD_BAD_STATE);
  MUST(status != RSD_OK || progress.step == before.step + 1);
  may_differ = status == RSD_OK;
  if (status == RSD_OK || status == RSD_DIVERGED) m->has_step = status == RSD_OK;
  free(own);
}

static void step_results(void) {
  uint32_t layers = m->n.spec.depth - 1, batch = m->has_step ? m->recipe.batch_size : 1;
  output logits = output_of(sizeof(float) * batch * m->n.spec.classes);
  output gradients = output_of(sizeof(double) * layers),
         outputs = output_of(sizeof(double) * layers);
  rsd_status status = rsd_train_logits(maybe_no_net(), maybe_wrong(logits.bytes), &said);
  check_status(status);
  MUST(is_spoilt || (status == RSD_OK) == m->has_step);
  end_output(&logits, status);
  is_spoilt = 0;
  status = rsd_train_layer_stats(maybe_no_net(), maybe_wrong(gradients.bytes),
                                 maybe_wrong(outputs.bytes), &said);
  check_status(status);
  MUST(is_spoilt || (status == RSD_OK) == m->has_step);
  end_output(&gradients, status);
  end_output(&outputs, status);
}

/* A tensor is read, and written back with a value that may be impossible. */
static void tensor(void) {
  static const float values[] = {0.0f, 1.0f, -1.0f, 3e38f, -1e-45f, INFINITY, NAN};
  uint32_t index = below(m->n.plan.tensors + 1);
  rsd_tensor_part part = (rsd_tensor_part)below(4);
  rsd_tensor info = {.size = sizeof info};
  if (rsd_net_tensor(m->n.net, index, &info, &said) != RSD_OK) {
    MUST(index == m->n.plan.tensors);
    info.elements = 1;
  }
  output o = output_of(sizeof(float) * info.elements);
  rsd_status status = rsd_net_read(maybe_no_net(), index, part, maybe_wrong(o.bytes), &said);
  check_status(status);
  if (status == RSD_OK) {
    float value = values[below(7)], *at = (float *)(void *)o.bytes;
    at[below(info.elements)] = value;
    status = rsd_net_write(maybe_no_net(), index, part, maybe_wrong(at), &said);
    check_status(status);
    MUST(status != RSD_OK || isfinite(value));
    may_differ = status == RSD_OK;
    free(o.bytes);
    free(o.before);
  } else {
    end_output(&o, status);
  }
}

static void save(void) {
  fuzz_file *file = &files[below(FILES)];
  uint32_t optimizer = below(3);
  size_t capacity = (size_t)m->n.plan.checkpoint_bytes, written = 0;
  uint8_t *bytes = room(capacity, 1);
  if (optimizer > 1) is_spoilt = 1;
  rsd_status status =
      rsd_net_save(maybe_no_net(), optimizer, maybe_wrong(bytes), capacity, &written, &said);
  check_done(status, 0);
  if (status == RSD_OK) {
    free(file->bytes);
    file->bytes = room(written, 1);
    file->length = written;
    memcpy(file->bytes, bytes, written);
  }
  free(bytes);
}

static void load(void) {
  const fuzz_file *file = &files[below(FILES)];
  int features_only = below(4) == 0;
  size_t length = below(16) == 0 ? file->length / 2 : file->length;
  rsd_recipe recipe = {.size = sizeof recipe};
  if (file->bytes == NULL) return;
  rsd_status status = (features_only ? rsd_net_load_features : rsd_net_load)(
      maybe_no_net(), maybe_wrong(file->bytes), length, &said);
  check_status(status);
  if (status != RSD_OK) return;
  may_differ = 1;
  m->begun = m->has_step = 0;
  m->loaded = !features_only && m->n.capacity.training &&
              rsd_file_run(file->bytes, length, &recipe, NULL, &said) == RSD_OK;
  m->recipe = recipe;
}

static void layers(void) {
  uint16_t labels[MOST_IMAGES];
  const uint8_t *images = some_images(m->n.spec.classes, labels);
  uint32_t count = m->n.spec.depth - 1, layer = below(count + 1);
  rsd_layer_info info = {.size = sizeof info};
  rsd_layer_stats *stats = room(count, sizeof *stats);
  for (uint32_t i = 0; i < count; i++)
    stats[i].size = sizeof *stats;
  if (below(16) == 0) stats[below(count)].images = 0xffffffff, is_spoilt = 1;
  rsd_status status = rsd_add_layer_stats(maybe_no_net(), images, 1, maybe_wrong(stats), &said);
  check_done(status, 0);
  if (!is_spoilt) m->has_step = 0;
  free(stats);
  is_spoilt = layer == count;
  status = rsd_net_layer(m->n.net, layer, &info, &said);
  check_done(status, 0);
  output o = output_of(sizeof(float) * info.height * info.width * info.channels);
  status = rsd_activation(maybe_no_net(), images, layer, maybe_wrong(o.bytes), &said);
  check_done(status, 0);
  if (!is_spoilt) m->has_step = 0;
  end_output(&o, status);
}

/* Pools of one thread, and larger ones that have stopped: nobody works for them here. */
static void pool(void) {
  static _Alignas(64) uint8_t memory[NETS][1024];
  uint32_t threads = below(5);
  rsd_pool *made = NULL;
  MUST(rsd_pool_bytes() <= sizeof *memory);
  MUST(rsd_net_use_pool(m->n.net, NULL, &said) == RSD_OK);
  rsd_status status = rsd_pool_create(threads, memory[m - nets], sizeof *memory, &made, &said);
  MUST((status == RSD_OK) == (threads > 0));
  if (status != RSD_OK) return;
  MUST(rsd_pool_work(made, threads, &said) == RSD_BAD_ARGUMENT);
  status = threads > 1 ? rsd_net_use_pool(m->n.net, made, &said) : RSD_OK;
  MUST((status == RSD_OK) == (threads <= m->n.capacity.threads || threads == 1));
  if (threads > 1) MUST(rsd_pool_stop(made, &said) == RSD_OK);
  MUST(rsd_net_use_pool(maybe_no_net(), made, &said) == (is_spoilt ? RSD_BAD_ARGUMENT : RSD_OK));
}

static void indices_and_step(void) {
  indices();
  is_spoilt = 0;
  step();
}

/* --------------------------------------------------------------- the sequence */

/* The calls that matter most stand here more than once. */
static void (*const calls[])(void) = {
    begin,        indices_and_step, step,   step_results, save, load,  end,
    infer,        evaluate,         tensor, layers,       pool, begin, indices_and_step,
    step_results, make_new_net};
enum { CALLS = sizeof calls / sizeof *calls };

static void call_one(void) {
  m = &nets[below(NETS)];
  void (*call)(void) = m->n.net ? calls[below(CALLS)] : make_new_net;
  is_spoilt = may_differ = 0;
  said.message[0] = 0;
  call();
  fuzz_file now = save_net(&m->n);
  MUST(may_differ || same_files(&now, &m->state));
  free(m->state.bytes);
  m->state = now;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  input.at = bytes;
  input.end = bytes + length;
  for (int i = 0; i < MOST_CALLS && input.at < input.end; i++)
    call_one();
  for (m = nets; m < nets + NETS; m++) {
    if (m->n.net) check_round_trip(&m->n);
    drop_net();
  }
  for (int i = 0; i < FILES; i++) {
    free(files[i].bytes);
    files[i].bytes = NULL;
  }
  return 0;
}
