/* Numbers as text: what is read as one can be written, and is read as the same again. */
#include "../../src/core/diagnostics.h"
#include "fuzz.h"

static uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static void check_float(const char *text, size_t length) {
  float value, again;
  char written[64];
  rsd_text out = {written, sizeof written, 0};
  if (!rsd_parse_float(text, length, &value)) return;
  MUST(isfinite(value));
  rsd_text_add(&out, "%g", (double)value);
  MUST(out.length < sizeof written && rsd_parse_float(written, out.length, &again));
  MUST(bits_of(value) == bits_of(again));
}

static void check_integers(const char *text, size_t length) {
  uint64_t wide, again;
  uint32_t narrow;
  char written[64];
  rsd_text out = {written, sizeof written, 0};
  int is_wide = rsd_parse_u64(text, length, &wide);
  MUST(rsd_parse_u32(text, length, &narrow) == (is_wide && wide <= UINT32_MAX));
  if (is_wide) {
    rsd_text_add(&out, "%llu", (unsigned long long)wide);
    MUST(rsd_parse_u64(written, out.length, &again) && again == wide);
  }
  if (rsd_parse_hex(text, length, &wide)) {
    out.length = 0;
    rsd_text_add(&out, "%016llx", (unsigned long long)wide);
    MUST(out.length == length && same_bytes(written, text, length));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  rsd_error error = {sizeof error, ""};
  check_float((const char *)bytes, length);
  check_integers((const char *)bytes, length);
  int shown = length < sizeof error.message ? (int)length : (int)sizeof error.message;
  rsd_explain(&error, "%.*s.", shown, (const char *)bytes);
  for (const char *c = error.message; *c; c++)
    MUST(*c >= ' ' && *c <= '~');
  return 0;
}
