/* Parameters and statistics by PyTorch's names, in PyTorch's order and layouts. Invariant: outside
 * the core, tensors have no padded channels. */
#include "../core/rng.h"
#include "../core/text.h"
#include "net.h"

enum { FIELD_WEIGHT, FIELD_BIAS, FIELD_GAMMA, FIELD_BETA, FIELD_MEAN, FIELD_VAR };

/* What a tensor belongs to: a convolution, or the dense layer (layer NULL). */
typedef struct tensor_owner {
  const rsd_layer *layer;
  int field;
} tensor_owner;

static int fields_per_layer(const rsd_net *net) { return net->spec.norm == RSD_NORM_BATCH ? 5 : 2; }

int rsd_layer_tensor(const rsd_net *net, int layer) {
  return net->layers[layer].ordinal * fields_per_layer(net);
}

static tensor_owner owner_of(const rsd_net *net, int index) {
  static const int with_norm[] = {FIELD_WEIGHT, FIELD_GAMMA, FIELD_BETA, FIELD_MEAN, FIELD_VAR};
  int per = fields_per_layer(net), layers = net->layer_count * per;
  tensor_owner owner = {NULL, index - layers};
  RSD_ASSERT(index >= 0);
  if (index >= layers) return owner;
  owner.layer = &net->layers[net->ordered[index / per]];
  owner.field = per == 5 ? with_norm[index % per] : index % per;
  return owner;
}

int rsd_tensor_count(const rsd_net *net) { return net->layer_count * fields_per_layer(net) + 2; }

static void name_tensor(const tensor_owner *p, char name[64]) {
  static const char *const suffixes[] = {".weight", ".bias",         ".weight",
                                         ".bias",   ".running_mean", ".running_var"};
  rsd_text text = {name, 64, 0};
  int is_norm = p->field >= FIELD_GAMMA;
  if (p->layer == NULL)
    rsd_text_add(&text, "linear");
  else if (p->layer->role == RSD_ROLE_STEM)
    rsd_text_add(&text, "%s1", is_norm ? "bn" : "conv");
  else if (p->layer->role == RSD_ROLE_PROJECTION)
    rsd_text_add(&text, "layer%d.%d.shortcut.%d", p->layer->stage, p->layer->block, is_norm);
  else
    rsd_text_add(&text, "layer%d.%d.%s%d", p->layer->stage, p->layer->block,
                 is_norm ? "bn" : "conv", (int)p->layer->role);
  rsd_text_add(&text, "%s", suffixes[p->field]);
}

static void shape_tensor(const rsd_net *net, const tensor_owner *p, rsd_tensor *tensor) {
  uint32_t *shape = tensor->shape;
  tensor->rank = 1;
  shape[1] = shape[2] = shape[3] = 1;
  if (p->layer == NULL) {
    shape[0] = net->spec.classes;
    if (p->field == FIELD_WEIGHT) tensor->rank = 2, shape[1] = (uint32_t)net->features;
  } else {
    shape[0] = (uint32_t)p->layer->out;
    if (p->field == FIELD_WEIGHT) {
      tensor->rank = 4;
      shape[1] = (uint32_t)p->layer->in;
      shape[2] = shape[3] = (uint32_t)p->layer->shape.kernel;
    }
  }
  tensor->elements = shape[0] * shape[1] * shape[2] * shape[3];
}

void rsd_tensor_describe(const rsd_net *net, int index, rsd_tensor *tensor) {
  tensor_owner p = owner_of(net, index);
  tensor->kind = p.field >= FIELD_MEAN ? RSD_TENSOR_STATISTIC : RSD_TENSOR_PARAMETER;
  shape_tensor(net, &p, tensor);
  name_tensor(&p, tensor->name);
}

uint32_t rsd_parameter_count(const rsd_net *net) {
  uint32_t count = 0;
  rsd_tensor tensor;
  for (int i = 0; i < rsd_tensor_count(net); i++) {
    rsd_tensor_describe(net, i, &tensor);
    if (tensor.kind == RSD_TENSOR_PARAMETER) count += tensor.elements;
  }
  return count;
}

static float *value_of(const rsd_net *net, const tensor_owner *p) {
  const rsd_layer *l = p->layer;
  if (l == NULL) return p->field == FIELD_WEIGHT ? net->dense_weights : net->dense_bias;
  switch (p->field) {
    case FIELD_WEIGHT: return l->weights;
    case FIELD_BIAS: return l->beta;
    case FIELD_GAMMA: return l->gamma;
    case FIELD_BETA: return l->beta;
    case FIELD_MEAN: return l->running_mean;
    default: return l->running_var;
  }
}

const float *rsd_tensor_part_of(const rsd_net *net, int index, rsd_tensor_part part) {
  tensor_owner p = owner_of(net, index);
  float *value = value_of(net, &p);
  if (part == RSD_PART_VALUE) return value;
  if (part == RSD_PART_AVERAGE)
    return net->recipe.ema > 0.0f ? net->averages + (value - net->parameters) : NULL;
  if (!net->capacity.training || p.field >= FIELD_MEAN) return NULL;
  return (part == RSD_PART_GRADIENT ? net->gradients : net->velocity) + (value - net->parameters);
}

void rsd_tensor_at(const rsd_net *net, const float *element, rsd_tensor *tensor) {
  const float *nearest = NULL;
  for (int index = 0; index < rsd_tensor_count(net); index++) {
    const float *value = rsd_tensor_part_of(net, index, RSD_PART_VALUE);
    if (value > element || (nearest && value < nearest)) continue;
    nearest = value;
    rsd_tensor_describe(net, index, tensor);
  }
}

/* The index of element (o, i, tap) of a convolution's weights, which are [tap][in][out] inside and
 * [out][in][tap] outside. */
static ptrdiff_t inner_weight(const rsd_layer *l, int o, int i, int tap) {
  return ((ptrdiff_t)tap * l->shape.in + i) * l->shape.out + o;
}

/* The outer side may be unaligned bytes of a file. */
typedef void (*element_copy)(float *inner, char *outer, const rsd_element *type);
static void to_outer(float *inner, char *outer, const rsd_element *type) {
  (void)type;
  rsd_copy(outer, inner, sizeof(float));
}
static void to_inner(float *inner, char *outer, const rsd_element *type) {
  *inner = type->read(outer);
}

static void for_each_element(const rsd_net *net, int index, const rsd_element *type, float *inner,
                             char *outer, element_copy copy) {
  tensor_owner p = owner_of(net, index);
  rsd_tensor tensor;
  shape_tensor(net, &p, &tensor);
  if (tensor.rank < 4) {
    for (uint32_t k = 0; k < tensor.elements; k++)
      copy(inner + k, outer + (size_t)type->bytes * k, type);
    return;
  }
  int taps = p.layer->shape.kernel * p.layer->shape.kernel;
  for (int o = 0; o < p.layer->out; o++)
    for (int i = 0; i < p.layer->in; i++)
      for (int tap = 0; tap < taps; tap++, outer += type->bytes)
        copy(inner + inner_weight(p.layer, o, i, tap), outer, type);
}

void rsd_tensor_export(const rsd_net *net, int index, const float *from, void *values) {
  for_each_element(net, index, &rsd_float32, (float *)(uintptr_t)from, values, to_outer);
}
void rsd_tensor_import(const rsd_net *net, int index, const rsd_element *type, const void *values,
                       float *to) {
  for_each_element(net, index, type, to, (char *)(uintptr_t)values, to_inner);
}

uint32_t rsd_tensor_first_bad(const rsd_net *net, int index, const rsd_element *type,
                              const void *values) {
  rsd_tensor tensor;
  uint32_t k = 0;
  int is_variance = owner_of(net, index).field == FIELD_VAR;
  rsd_tensor_describe(net, index, &tensor);
  for (; k < tensor.elements; k++) {
    float x = type->read((const char *)values + (size_t)type->bytes * k);
    if (!rsd_is_finite(x) || (is_variance && x < 0.0f)) break;
  }
  return k;
}

/* ------------------------------------------------------- initial parameters */

static double init_deviation(const rsd_spec *spec, const rsd_tensor *t) {
  double fan_in = (double)t->shape[1] * t->shape[2] * t->shape[3];
  double fan_out = (double)t->shape[0] * t->shape[2] * t->shape[3];
  if (spec->init == RSD_INIT_GAUSSIAN) return (double)spec->init_sigma;
  return __builtin_sqrt(2.0 / (spec->init == RSD_INIT_HE ? fan_in : fan_in + fan_out));
}

static void fill(float *at, uint32_t count, float value) {
  for (uint32_t i = 0; i < count; i++)
    at[i] = value;
}

/* Draws by (tensor, element in PyTorch's order), so padding changes no weight. */
static void draw_weights(rsd_net *net, int index, const rsd_tensor *t) {
  tensor_owner p = owner_of(net, index);
  uint64_t seed = (uint64_t)net->spec.seed_high << 32 | net->spec.seed_low, k = 0;
  double deviation = init_deviation(&net->spec, t);
  float *at = value_of(net, &p);
  if (p.layer == NULL)
    for (; k < t->elements; k++)
      at[k] = (float)(deviation * rsd_random_normal(seed, (uint64_t)index, k));
  else
    for (int o = 0; o < p.layer->out; o++)
      for (int i = 0; i < p.layer->in; i++)
        for (int tap = 0; tap < p.layer->shape.kernel * p.layer->shape.kernel; tap++)
          at[inner_weight(p.layer, o, i, tap)] =
              (float)(deviation * rsd_random_normal(seed, (uint64_t)index, k++));
}

void rsd_net_initialise(rsd_net *net) {
  rsd_tensor t;
  rsd_zero(net->parameters, sizeof(float) * (size_t)net->parameter_floats);
  rsd_zero(net->statistics, sizeof(float) * (size_t)net->statistic_floats);
  for (int index = 0; index < rsd_tensor_count(net); index++) {
    tensor_owner p = owner_of(net, index);
    rsd_tensor_describe(net, index, &t);
    if (t.rank > 1) draw_weights(net, index, &t);
    if (p.field == FIELD_GAMMA || p.field == FIELD_VAR) fill(value_of(net, &p), t.elements, 1.0f);
  }
}
