/* Files of other programs: their names, types of numbers and prefixes, and nets of other families. */

/* ----------------------------------------------------------- types of numbers */

static double power_of_two(int exponent) {
  double power = 1.0;
  for (int i = 0; i < (exponent < 0 ? -exponent : exponent); i++)
    power *= 2.0;
  return exponent < 0 ? 1.0 / power : power;
}

/* By the definition of IEEE 754's binary16; finite ones. */
static double half_value(uint32_t bits) {
  int exponent = (int)(bits >> 10 & 31), mantissa = (int)(bits & 1023);
  double magnitude = exponent == 0 ? mantissa * power_of_two(-24)
                                   : (1024 + mantissa) * power_of_two(exponent - 25);
  return bits >> 15 ? -magnitude : magnitude;
}

/* The half below a number's magnitude. */
static uint16_t half_of(float value) {
  double magnitude = value < 0 ? -(double)value : (double)value;
  uint32_t bits = 0;
  for (uint32_t bit = 1u << 14; bit; bit >>= 1)
    if ((bits | bit) < 0x7c00 && half_value(bits | bit) <= magnitude) bits |= bit;
  return (uint16_t)(bits | (value < 0 ? 0x8000u : 0));
}

static void test_halves(void) {
  const rsd_element *type = rsd_element_named("F16", 3);
  for (uint32_t bits = 0; bits < 0x10000; bits++) {
    uint16_t half = (uint16_t)bits;
    float value = type->read(&half);
    if ((bits & 0x7c00) == 0x7c00)
      CHECK(!rsd_is_finite(value) && (value != value) == ((bits & 1023) != 0));
    else
      CHECK((double)value == half_value(bits) && rsd_bits32(value) >> 31 == bits >> 15);
  }
}

static void test_other_elements(void) {
  static const double wide[] = {0.1, -1e-50, 1e-40, 3.4028234e38, 16777217.0};
  const rsd_element *brain = rsd_element_named("BF16", 4), *type = rsd_element_named("F64", 3);
  for (uint32_t bits = 0; bits < 0x10000; bits += 7) {
    uint16_t upper = (uint16_t)bits;
    float value = brain->read(&upper);
    CHECK(rsd_bits32(value) == bits << 16);
  }
  for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
    CHECK(type->read(&wide[i]) == (float)wide[i]);
  double huge = 1e300;
  CHECK(!rsd_is_finite(type->read(&huge)));
  CHECK(rsd_element_named("F31", 3) == NULL && rsd_element_named("F3", 2) == NULL);
  CHECK(rsd_element_named("I64", 3)->read == NULL && rsd_element_named("U16", 3)->bytes == 2);
}

/* ---------------------------------------------------------------------- files */

typedef struct foreign_style {
  const char *prefix, *head, *shortcut, *dtype;
} foreign_style;

static const foreign_style styles[] = {
    {"module.", "linear", "shortcut", "F32"},
    {"", "fc", "downsample", "F16"},
    {"module._orig_mod.", "classifier", "downsample", "BF16"},
    {"net.", "fc", "shortcut", "F64"},
};

/* What the type makes of a value, which becomes the net's, so that it can be compared. */
static float write_number(const char *dtype, float value, char *to) {
  double wide = (double)value;
  uint16_t half = half_of(value), upper = (uint16_t)(rsd_bits32(value) >> 16);
  if (is_text(dtype, "F32")) rsd_copy(to, &value, 4);
  if (is_text(dtype, "F64")) rsd_copy(to, &wide, 8);
  if (is_text(dtype, "F16")) rsd_copy(to, &half, 2);
  if (is_text(dtype, "BF16")) rsd_copy(to, &upper, 2);
  if (is_text(dtype, "F16")) return (float)half_value(half);
  return is_text(dtype, "BF16") ? rsd_float((uint32_t)upper << 16) : value;
}

static void add_foreign_name(rsd_text *header, const foreign_style *style, const char *name) {
  size_t length = length_of(name);
  if (rsd_text_starts(name, length, "linear."))
    rsd_text_add(header, "\"%s%s%s\"", style->prefix, style->head, name + length_of("linear"));
  else if (length > 18 && test_same_bits(name + 9, "shortcut", 8))
    rsd_text_add(header, "\"%s%.*s%s%s\"", style->prefix, 9, name, style->shortcut, name + 17);
  else
    rsd_text_add(header, "\"%s%s\"", style->prefix, name);
}

/* As PyTorch's users write them: no metadata, spaces, last tensor first, and the counters that batch
 * norm has. The data begins at an odd address. */
static test_file foreign_file(const test_net *n, const foreign_style *style) {
  uint32_t size = rsd_element_named(style->dtype, length_of(style->dtype))->bytes, offset = 0;
  size_t room = 2 * (size_t)n->plan.checkpoint_bytes + 200 * n->plan.tensors;
  char *bytes = test_memory(room);
  rsd_text header = {bytes + 8, room - 8, 0};
  for (uint32_t i = n->plan.tensors; i-- > 0; rsd_text_add(&header, "}")) {
    rsd_tensor t = tensor_of(n, i);
    rsd_text_add(&header, offset ? ", " : "{ ");
    add_foreign_name(&header, style, t.name);
    rsd_text_add(&header, " : {\"shape\": [%u", t.shape[0]);
    for (uint32_t k = 1; k < t.rank; k++)
      rsd_text_add(&header, ", %u", t.shape[k]);
    rsd_text_add(&header, "], \"data_offsets\": [%u, %u], \"dtype\": \"%s\"", offset,
                 offset + size * t.elements, style->dtype);
    offset += size * t.elements;
  }
  rsd_text_add(&header, ",\"%sbn1.num_batches_tracked\":", style->prefix);
  rsd_text_add(&header, "{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[%u,%u]}}", offset,
               offset + 8);
  while (header.length % 2 == 0)
    rsd_text_add(&header, " ");
  uint64_t length = header.length;
  rsd_copy(bytes, &length, 8);
  char *to = bytes + 8 + length;
  for (uint32_t i = n->plan.tensors; i-- > 0;) {
    rsd_tensor t = tensor_of(n, i);
    float *values = read_part(n, i, RSD_PART_VALUE);
    for (uint32_t k = 0; k < t.elements; k++, to += size)
      values[k] = write_number(style->dtype, values[k], to);
    CHECK(rsd_net_write(n->net, i, RSD_PART_VALUE, values, &said) == RSD_OK);
  }
  return copy_file(bytes, (size_t)(to - bytes) + 8);
}

static void load_foreign(const net_case *c, uint32_t classes, const foreign_style *style) {
  rsd_spec spec = spec_of(c), found = {.size = sizeof found};
  uint32_t has_metadata = 9, has_optimizer = 9;
  spec.classes = classes;
  test_net n = make_net(&spec, 1, 0);
  shake_net(&n);
  test_file file = foreign_file(&n, style);
  CHECK(rsd_file_spec(file.bytes, file.length, &found, &has_metadata, &has_optimizer, &said) ==
        RSD_OK);
  CHECK(has_metadata == 0 && has_optimizer == 0);
  CHECK(found.family == RSD_RESIDUAL && found.shortcut == c->shortcut && found.norm == c->norm);
  CHECK(found.depth == c->depth && found.width == c->width && found.classes == classes);
  found.family = c->family;
  found.seed_low = 2;
  test_net other = make_net(&found, 1, 0);
  CHECK(digest_of_values(&other) != digest_of_values(&n));
  CHECK(load_net(&other, file) && digest_of_values(&other) == digest_of_values(&n));
}

/* Topology from the tensors alone; a plain net looks like one with option A. */
static void test_foreign_files(void) {
  for (int i = 0; i < NET_CASES; i++)
    for (size_t style = 0; style < sizeof styles / sizeof *styles; style++) {
      int blocks = test_block_count;
      load_foreign(&net_cases[i], 2 + (uint32_t)i, &styles[style]);
      test_release(blocks);
    }
}

/* Nothing of a name is guessed: what two names stand for, and what stands outside of the prefix, is
 * refused. */
static void test_foreign_names_refused(void) {
  static const struct {
    const char *from, *to, *part;
  } wrong[] = {
      {"\"module.bn1.bias", "\"bn1.bias", "has a tensor module.linear.bias"},
      {"\"module.bn1.bias", "\"module.fc.bias", "tensor linear.bias under two names"},
      {"\"module.linear.bias", "\"module.xfc.bias", "has a tensor xfc.bias"},
      {"\"module.linear.bias", "\"module.layer1.0.fc.bias", "has a tensor layer1.0.fc.bias"},
      {"\"module.bn1.bias", "\"module.bn1.bias.bias", "has a tensor bn1.bias.bias"},
  };
  rsd_spec spec = spec_of(&net_cases[3]);
  spec.classes = spec.width; /* so bn1.bias and linear.bias have one shape */
  test_net n = make_net(&spec, 1, 0);
  test_file file = foreign_file(&n, &styles[0]);
  uint64_t before = digest_of_values(&n);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    CHECK_FAILS(load_bad(&n, edit(file, wrong[i].from, wrong[i].to)), RSD_MISMATCH, wrong[i].part);
  CHECK(digest_of_values(&n) == before);
}

/* --------------------------------------------------------------- other families */

/* A file of tensors of shape [0], but for the stem's and the head's weights. */
static test_file named_tensors(const char *const *names, const char *stem, const char *head) {
  size_t room = 4096;
  char *bytes = test_memory(room);
  rsd_text header = {bytes, room, 0};
  rsd_text_add(&header, "{");
  for (; *names; names++)
    rsd_text_add(&header, ENTRY("%s", "F32", "0", "0,0") ",", *names);
  rsd_text_add(&header, ENTRY("%s", "F32", "64,0,3,3", "0,0") ",", stem);
  rsd_text_add(&header, ENTRY("%s", "F32", "10,0", "0,0") "}", head);
  return make_file(bytes, header.length, 0);
}

static void test_other_families(void) {
  static const struct {
    const char *names[8], *stem, *head, *part;
  } others[] = {
      {{"bn1.weight", "layer1.0.conv1.weight", "layer2.0.conv1.weight", "layer3.0.conv1.weight",
        "layer4.0.conv1.weight"},
       "conv1.weight",
       "fc.weight",
       "a ResNet-10 with 4 stages of basic blocks and width 64; this program loads"},
      {{"m.bn1.weight", "m.layer1.0.conv1.weight", "m.layer1.0.conv3.weight"},
       "m.conv1.weight",
       "m.linear.weight",
       "a ResNet-5 with 1 stages of bottleneck blocks and width 64"},
      {{"layer1.0.bn1.weight", "layer1.0.conv1.weight", "layer3.0.conv1.weight"},
       "conv1.weight",
       "linear.weight",
       "a pre-activation ResNet-6 with 3 stages of basic blocks"},
      {{"features.0.weight", "features.3.weight"},
       "features.5.weight",
       "classifier.weight",
       "a VGG, AlexNet or MobileNet"},
      {{"features.denseblock1.denselayer1.conv1.weight"},
       "features.conv0.weight",
       "classifier.weight",
       "a DenseNet"},
      {{"block1.layer.0.bn1.weight"}, "conv1.weight", "fc.weight", "a wide ResNet"},
      {{"encoder.weight"}, "decoder.weight", "head.weight", "conv1.weight or linear.weight is"},
  };
  rsd_spec found = {.size = sizeof found};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    test_file file = named_tensors(others[i].names, others[i].stem, others[i].head);
    CHECK_FAILS(rsd_file_spec(file.bytes, file.length, &found, NULL, NULL, &said), RSD_BAD_FILE,
                others[i].part);
  }
}

static const test_case foreign_tests[] = {
    {"halves", test_halves},
    {"other_elements", test_other_elements},
    {"foreign_files", test_foreign_files},
    {"foreign_names_refused", test_foreign_names_refused},
    {"other_families", test_other_families},
};
