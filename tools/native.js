/** The core and its tests for this machine. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildError, capture, root } from './process.js';

const FLAGS = [
  ...['-std=c11', '-ffp-contract=off', '-fno-math-errno', '-Wall', '-Wextra', '-Wshadow'],
  ...['-Wconversion', '-Wstrict-prototypes', '-Wdouble-promotion', '-Werror'],
];
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

export const compiler = process.env.CC || 'cc';

/** Whether there is a C compiler to build with. */
export async function hasCompiler() {
  return Boolean(await capture(compiler, ['--version']).catch(() => ''));
}

export async function buildNative(debug = false) {
  if (!(await hasCompiler())) {
    throw new BuildError(`there is no C compiler ${compiler}; install gcc or clang, or set CC.`);
  }
  await mkdir(join(root, 'build/native'), { recursive: true });
  const object = 'build/native/residua.o';
  const library = 'build/native/libresidua.a';
  const optimise = debug ? ['-O0', '-g'] : ['-O3'];
  await capture(compiler, [...FLAGS, ...optimise, '-c', 'src/residua.c', '-o', object]);
  await capture('ar', ['rcs', library, object]);
  await capture(compiler, [
    ...[...FLAGS, ...SANITIZERS, debug ? '-O0' : '-O1', '-g', 'tests/core/main.c'],
    ...['-o', 'build/native/tests', '-lpthread', '-lm'],
  ]);
  console.log(`${library} and build/native/tests, built with ${compiler}`);
}
