/* The whole core as one translation unit. The compiler that npm installs is itself WebAssembly and
 * slow to start, so a module is one compiler call; and everything may be inlined. Invariant:
 * file-level names are unique. */
#include "core/text.c"
#include "core/diagnostics.c"
#include "core/element.c"
#include "core/pool.c"
#include "kernels/kernels.c"
#include "kernels/variants.c"
#include "net/inference.c"
#include "net/forward.c"
#include "net/backward.c"
#include "net/layer_stats.c"

/* From here on no loop is long in a step of the usual recipe, so code is made small: a module is 5 KB
 * gzip smaller. */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)
#endif
#include "kernels/regularise.c"
#include "net/spec.c"
#include "net/plan.c"
#include "net/tensors.c"
#include "net/schedule.c"
#include "net/run.c"
#include "net/step.c"
#include "io/safetensors.c"
#include "io/checkpoint/fields.c"
#include "io/checkpoint/names.c"
#include "io/checkpoint/write.c"
#include "io/checkpoint/inspect.c"
#include "io/checkpoint/load.c"
#include "io/cifar.c"
#include "io/synthetic.c"
#include "api.c"
#if defined(__clang__)
#pragma clang attribute pop
#endif
