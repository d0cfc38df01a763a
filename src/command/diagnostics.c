#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

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

void *need_memory(uint64_t bytes) {
  uint64_t rounded = (bytes + 63) / 64 * 64;
  void *memory = rounded <= SIZE_MAX ? aligned_alloc(64, (size_t)rounded) : NULL;
  if (memory == NULL)
    fail(
        "%llu MiB of memory could not be had; use a smaller batch, width or depth, or fewer "
        "images.",
        (unsigned long long)(bytes >> 20) + 1);
  return memory;
}

double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}
