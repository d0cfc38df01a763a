/** The core and its tests for this machine. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildError, capture, root, writeWhole } from './process.js';
import { keyOf, readSources } from './sources.js';

const FLAGS = [
  ...['-std=c11', '-ffp-contract=off', '-fno-math-errno', '-Wall', '-Wextra', '-Wshadow'],
  ...['-Wconversion', '-Wstrict-prototypes', '-Wdouble-promotion', '-Werror'],
];
const SANITIZERS = ['-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
const KEY = 'build/native/key';

export const compiler = process.env.CC || 'cc';

/** What the C compiler says of itself; nothing where there is none. */
export function compilerVersion() {
  return capture(compiler, ['--version']).catch(() => '');
}

/** @param {boolean} debug @param {string} version */
async function nativeKey(debug, version) {
  const sources = await readSources(['include', 'src', 'tests/core']);
  return keyOf([debug, version, FLAGS, SANITIZERS, sources]);
}

export async function buildNative(debug = false) {
  const version = await compilerVersion();
  if (!version) {
    throw new BuildError(`there is no C compiler ${compiler}; install gcc or clang, or set CC.`);
  }
  const object = 'build/native/residua.o';
  const library = 'build/native/libresidua.a';
  const tests = 'build/native/tests';
  const key = await nativeKey(debug, version);
  const unchanged = (await readFile(join(root, KEY), 'utf8').catch(() => '')) === key;
  if (!unchanged) {
    await writeWhole(join(root, KEY), '');
    const optimise = debug ? ['-O0', '-g'] : ['-O3'];
    await capture(compiler, [...FLAGS, ...optimise, '-c', 'src/residua.c', '-o', object]);
    await capture('ar', ['rcs', library, object]);
    const flags = [...FLAGS, ...SANITIZERS, debug ? '-O0' : '-O1', '-g'];
    await capture(compiler, [...flags, 'tests/core/main.c', '-o', tests, '-lpthread', '-lm']);
    await writeWhole(join(root, KEY), key);
  }
  const state = unchanged ? 'unchanged' : `built with ${version.split('\n')[0]}`;
  console.log(`${library} and ${tests}: ${state}`);
}
