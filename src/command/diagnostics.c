/* Notes, errors and exit codes. Invariant: stdout holds results alone; everything here goes to stderr, one
 * sentence each. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"

rsd_error core_error = {sizeof(rsd_error), ""};

void note(const char *format, ...) {
  va_list values;
  va_start(values, format);
  vfprintf(stderr, format, values);
  va_end(values);
  fputc('\n', stderr);
}

static void complain(const char *format, va_list values, const char *rest) {
  fflush(stdout);
  fputs("residua: ", stderr);
  vfprintf(stderr, format, values);
  fputs(rest, stderr);
}

void fail(const char *format, ...) {
  va_list values;
  va_start(values, format);
  complain(format, values, "\n");
  va_end(values);
  exit(EXIT_INPUT);
}

void fail_usage(const char *format, ...) {
  va_list values;
  va_start(values, format);
  complain(format, values, " See: residua help\n");
  va_end(values);
  exit(EXIT_USAGE);
}

void check(rsd_status status) {
  if (status != RSD_OK) fail("%s", core_error.message);
}

void check_flags(rsd_status status) {
  if (status != RSD_OK) fail_usage("%s", core_error.message);
}
