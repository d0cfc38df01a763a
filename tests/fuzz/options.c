/* Command lines, a word a line: what they say becomes a spec and a recipe, or a sentence on stderr and
 * the end. */
#include "command.h"

enum { MOST_WORDS = 32 };

static int split(char *text, char *words[MOST_WORDS + 1]) {
  int count = 0;
  for (char *at = text; at && count < MOST_WORDS;) {
    char *next = strchr(at, '\n');
    if (next) *next++ = 0;
    words[count++] = at;
    at = next;
  }
  words[count] = NULL;
  return count;
}

/* As main has it, up to where files would be opened. */
static void read_command_line(char **words) {
  int count = 0;
  char **operands = read_options(words[0], words + 1, &count);
  choice_option("conv", RSD_OPTION_CONV, RSD_CONV_AUTO);
  if (strcmp(words[0], "predict") == 0) return;
  no_operands(operands, count);
  rsd_spec spec = spec_of_options();
  rsd_recipe recipe = recipe_of_options();
  rsd_capacity capacity = {sizeof capacity, 1, 0, 1, RSD_CONV_AUTO, RSD_TIER_AUTO};
  rsd_plan plan = {.size = sizeof plan};
  rsd_status status = rsd_plan_net(&spec, &capacity, &plan, &core_error);
  MUST(is_one_of(status, RSD_OK, RSD_BAD_SPEC, RSD_BAD_SPEC));
  MUST(recipe.schedule < RSD_SCHEDULE_OWN && recipe.augment <= RSD_AUGMENT_SHIFT_FLIP);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  char *volatile text = room(length + 1, 1); /* lives through the jump */
  char *words[MOST_WORDS + 1];
  memcpy(text, bytes, length);
  text[length] = 0;
  memset((void *)given, 0, sizeof given);
  split(text, words);
  if (setjmp(the_end) == 0) read_command_line(words);
  free(text);
  return 0;
}
