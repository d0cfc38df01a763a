/** The core as a library for this machine, its tests, and its place in a prefix. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BuildError, capture, root, writeWhole } from './process.js';
import { keyOf, readSources } from './sources.js';

const WARNINGS = [
  ...['-Wall', '-Wextra', '-Wshadow', '-Wconversion', '-Wstrict-prototypes'],
  ...['-Wdouble-promotion', '-Werror'],
];
export const FLAGS = ['-std=c11', '-ffp-contract=off', '-fno-math-errno', ...WARNINGS];
/** The tests run twice: all of them watched for what a thread may do wrong by itself, and those of
 * threads for what several may. */
export const MEMORY = [
  '-fsanitize=address,undefined,float-cast-overflow',
  '-fno-sanitize-recover=all',
];
export const CLANG_ALONE = '-fsanitize=implicit-conversion';
const THREADS = ['-fsanitize=thread'];
const FOLDER = 'build/native';

export const compiler = process.env.CC || 'cc';

/** What the C compiler says of itself; nothing where there is none. */
export function compilerVersion() {
  return capture(compiler, ['--version']).catch(() => '');
}

/** The compiler's version; throws where there is no compiler. */
async function neededVersion() {
  const version = await compilerVersion();
  if (version) return version;
  throw new BuildError(`there is no C compiler ${compiler}; install gcc or clang, or set CC.`);
}

/** Makes a file unless it is there, made of the same sources in the same way.
 * @param {string} file @param {string[]} folders of its sources @param {string[]} how
 * @param {() => Promise<void>} make */
export async function keepMade(file, folders, how, make) {
  const key = keyOf([how, await readSources(folders)]);
  const keyFile = join(root, `${file}.key`);
  const unchanged = (await readFile(keyFile, 'utf8').catch(() => '')) === key;
  if (!unchanged) {
    await writeWhole(keyFile, '');
    await make();
    await writeWhole(keyFile, key);
  }
  console.log(`${file}: ${unchanged ? 'unchanged' : 'built'}`);
}

/** The Makefile says how the library is made; it remakes what has changed.
 * @param {boolean} debug @param {string} [prefix] to install to */
async function buildLibrary(debug, prefix) {
  const flags = [...WARNINGS, ...(debug ? ['-O0', '-g'] : ['-O3'])].join(' ');
  const install = prefix ? ['install', `PREFIX=${resolve(prefix)}`] : [];
  await capture('make', ['-j2', `CC=${compiler}`, `CFLAGS=${flags}`, ...install]);
  if (prefix) console.log(`Installed in ${resolve(prefix)}: lib, include`);
}

/** @param {string} file @param {string[]} sanitizers @param {string} version of the compiler
 * @param {boolean} debug */
async function buildTests(file, sanitizers, version, debug) {
  const flags = [...FLAGS, ...sanitizers, debug ? '-O0' : '-O1', '-g'];
  await keepMade(file, ['include', 'src', 'tests/core'], [version, ...flags], async () => {
    await capture(compiler, [...flags, 'tests/core/main.c', '-o', file, '-lpthread', '-lm']);
  });
}

/** Full optimisation makes compilers look further, and warn of more. */
export const COMMAND_FLAGS = ['-O3', '-march=native', ...FLAGS, '-Iinclude', '-Isrc'];

/** The command of src/command for this very machine, in the exact tier. @returns {Promise<string>} its path */
export async function commandFor() {
  const version = await neededVersion();
  const file = `${FOLDER}/residua`;
  await keepMade(file, ['include', 'src'], [version, ...COMMAND_FLAGS], async () => {
    const sources = ['src/residua.c', 'src/command/main.c'];
    await capture(compiler, [...COMMAND_FLAGS, ...sources, '-o', file, '-lpthread', '-lm']);
  });
  return join(root, file);
}

/** @param {{ debug?: boolean, tests?: boolean, prefix?: string }} options */
export async function buildNative({ debug = false, tests = false, prefix }) {
  const version = await neededVersion();
  console.log(`Compiler ${compiler}: ${version.split('\n')[0]}`);
  const builds = [buildLibrary(debug, prefix)];
  if (tests) {
    const memory = version.includes('clang') ? [...MEMORY, CLANG_ALONE] : MEMORY;
    builds.push(buildTests(`${FOLDER}/tests`, memory, version, debug));
    builds.push(buildTests(`${FOLDER}/tests-threads`, THREADS, version, debug));
  }
  await Promise.all(builds);
}
