/* The whole core as one translation unit: one compiler call per module (the compiler that npm
 * installs is itself WebAssembly and slow to start), and everything may be inlined. */
#include "core/text.c"
#include "core/pool.c"
#include "kernels/conv_direct.c"
#include "kernels/elementwise.c"
#include "kernels/head.c"
#include "net/plan.c"
#include "net/tensors.c"
#include "net/schedule.c"
#include "net/inference.c"
#include "net/training.c"
#include "api.c"
