/* Error messages: see diagnostics.h. Invariant: nothing is written beyond the message's bytes. */
#include "diagnostics.h"

void rsd_explain(rsd_error *error, const char *format, ...) {
  if (error == NULL || (uintptr_t)error % _Alignof(rsd_error) != 0) return;
  if (error->size != sizeof *error) return;
  rsd_text text = {error->message, sizeof error->message, 0};
  va_list arguments;
  va_start(arguments, format);
  rsd_text_add_list(&text, format, arguments);
  va_end(arguments);
  for (char *c = error->message; *c; c++)
    if (*c < ' ' || *c > '~') *c = '?';
}
