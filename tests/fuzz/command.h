/* The command for WASI hosts, as a part of a target: where it would end the program, it goes back to
 * the target. It is given no path to open. */
#ifndef RSD_FUZZ_COMMAND_H
#define RSD_FUZZ_COMMAND_H

#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdio.h>

#include "fuzz.h"

static jmp_buf the_end;
static _Noreturn void go_back(int code) { longjmp(the_end, code); }

#define exit go_back
#define main command_main
int command_main(int argc, char **argv);
#include "../../src/command/main.c"
#undef main
#undef exit

#endif
