/* The names that other programs give to the tensors of these nets. No other place knows them: readers
 * of other formats keep the names they find and make a safetensors file of the tensors. */
#include "checkpoint.h"

typedef struct alias {
  const char *theirs, *ours;
} alias;

static const alias *alias_at(const char *name, size_t length) {
  static const alias aliases[] = {
      {"fc.", "linear."},
      {"classifier.", "linear."},
      {"downsample.", "shortcut."},
  };
  for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
    if (rsd_text_starts(name, length, aliases[i].theirs)) return &aliases[i];
  return NULL;
}

void rsd_name_of(const rsd_file_tensor *t, char name[RSD_NAME_BYTES]) {
  rsd_text text = {name, RSD_NAME_BYTES, 0};
  name[0] = 0;
  for (size_t i = 0; i < t->name_length && text.length < RSD_NAME_BYTES;) {
    int begins_part = i == 0 || t->name[i - 1] == '.';
    const alias *found = begins_part ? alias_at(t->name + i, t->name_length - i) : NULL;
    if (found)
      rsd_text_add(&text, "%s", found->ours);
    else
      rsd_text_add(&text, "%c", t->name[i]);
    i += found ? rsd_text_length(found->theirs) : 1;
  }
}
