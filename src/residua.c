/* The whole core as one translation unit: one compiler call per module (the compiler that npm
 * installs is itself WebAssembly and slow to start), and everything may be inlined. */
#include "core/pool.c"
#include "kernels/conv_direct.c"
#include "kernels/conv_winograd.c"
#include "api.c"
