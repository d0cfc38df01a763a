/* Error messages. Invariant: a message is one sentence of printable ASCII that names the problem and the
 * fix. */
#ifndef RSD_DIAGNOSTICS_H
#define RSD_DIAGNOSTICS_H

#include "../../include/residua.h"
#include "text.h"

/* Writes one sentence to error->message, unless `error` is NULL, misaligned or of another size. Names
 * from files may hold any bytes; those that are not printable ASCII become '?'. */
RSD_PRINTF(2, 3) void rsd_explain(rsd_error *error, const char *format, ...);
/* Writes the sentence and evaluates to `status`: a macro, so that compilers and checkers see which
 * status it is. */
#define rsd_fail(error, status, ...) (rsd_explain(error, __VA_ARGS__), (status))

#endif
