/** The three compilers that make the WebAssembly modules. Each compiles one translation unit to an
 * object and links that with wasm-ld itself, so that flags and exports are the same for all:
 *   emcc    an Emscripten SDK on PATH, recent enough for relaxed SIMD
 *   clang   a system clang of version 18 or later with its wasm-ld
 *   npm     @yowasp/clang, itself WebAssembly: nothing but Node is needed */
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { BuildError, capture, root } from './process.js';

/** @typedef {'scalar' | 'simd128' | 'relaxed'} Tier */

/**
 * What becomes one module.
 * @typedef {object} Job
 * @property {Record<string, string>} sources text by path from the root of the project
 * @property {string} main the translation unit, one of the sources
 * @property {string[]} compilerFlags
 * @property {string[]} linkerFlags
 */

/**
 * What becomes a program for WASI hosts, with a libc.
 * @typedef {object} Command
 * @property {Record<string, string>} sources text by path from the root of the project
 * @property {string[]} units the translation units, some of the sources
 * @property {string[]} flags
 */

/**
 * @typedef {object} Toolchain
 * @property {string} name
 * @property {string} version part of what makes a module, besides sources and flags
 * @property {Tier[]} tiers those that it can make
 * @property {string[]} flags its own compiler flags
 * @property {(job: Job) => Promise<Uint8Array>} build
 * @property {(command: Command) => Promise<Uint8Array>} buildCommand
 * @property {() => void} close ends what it has running
 */

/** @type {Tier[]} */
export const TIERS = ['scalar', 'simd128', 'relaxed'];
const OLDEST_CLANG = 18;
const CLANGS = ['clang', ...[24, 23, 22, 21, 20, 19, 18].map((version) => `clang-${version}`)];

const WARNINGS =
  '-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wdouble-promotion -Werror'.split(' ');

/** @param {string} name auto, emcc, clang or npm @returns {Promise<Toolchain>} */
export async function findToolchain(name) {
  if (name === 'npm') return npmToolchain();
  if (name === 'clang') return clangToolchain();
  const emcc = await emccToolchain();
  if (name === 'auto') return emcc?.tiers.includes('relaxed') ? emcc : npmToolchain();
  if (emcc) return emcc;
  throw new BuildError('there is no emcc on PATH; install Emscripten or use --toolchain=npm.');
}

/** Runs a compiler and a linker of this machine in a folder of their own.
 * @param {string} compiler @param {string} linker */
function systemBuild(compiler, linker) {
  return async (/** @type {Job} */ { main, compilerFlags, linkerFlags }) => {
    const folder = await mkdtemp(join(tmpdir(), 'residua-'));
    try {
      const object = join(folder, 'module.o');
      const module = join(folder, 'module.wasm');
      await capture(compiler, [...compilerFlags, '-c', main, '-o', object]);
      await capture(linker, [...linkerFlags, object, '-o', module]);
      return await readFile(module);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
}

/** For wasm-ld: a stack that holds a plan of the largest net, and that overflows into a trap. */
const COMMAND_STACK = 1 << 20;
const COMMAND_LINKER_FLAGS = [
  `-Wl,-z,stack-size=${COMMAND_STACK}`,
  ...['-Wl,--stack-first', '-Wl,--strip-all'],
];

/** Runs a compiler of this machine, which links too.
 * @param {string} compiler @param {string[]} own flags */
function systemCommandBuild(compiler, own) {
  return async (/** @type {Command} */ { units, flags }) => {
    const folder = await mkdtemp(join(tmpdir(), 'residua-'));
    try {
      const program = join(folder, 'program.wasm');
      await capture(compiler, [...own, ...flags, ...units, '-o', program]);
      return await readFile(program);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
}

/** Where Debian's wasi-libc is. */
const WASI_SYSROOT = '/usr';

/** @param {string} compiler */
function clangCommandBuild(compiler) {
  // The newer name of the target has other folders, and old versions of wasm-opt spoil programs.
  const target = ['--target=wasm32-wasi', `--sysroot=${WASI_SYSROOT}`, '-Wno-deprecated'];
  const flags = [...target, ...WARNINGS, '--no-wasm-opt', ...COMMAND_LINKER_FLAGS];
  const build = systemCommandBuild(compiler, flags);
  return async (/** @type {Command} */ command) => {
    await access(join(WASI_SYSROOT, 'lib/wasm32-wasi/libc.a')).catch(() => {
      throw new BuildError(
        "there is no wasi-libc; install Debian's wasi-libc and the compiler's libclang-rt-dev-wasm32," +
          ' or use --toolchain=npm.',
      );
    });
    return build(command);
  };
}

/** @returns {Promise<Toolchain>} */
async function clangToolchain() {
  for (const compiler of CLANGS) {
    const version = await capture(compiler, ['--version']).catch(() => '');
    if (!(Number(/version (\d+)/.exec(version)?.[1]) >= OLDEST_CLANG)) continue;
    const linker = (await capture(compiler, ['-print-prog-name=wasm-ld'])).trim();
    if (!(await capture(linker, ['--version']).catch(() => ''))) continue;
    return {
      name: 'clang',
      version,
      tiers: TIERS,
      flags: ['--target=wasm32', ...WARNINGS],
      build: systemBuild(compiler, linker),
      buildCommand: clangCommandBuild(compiler),
      close() {},
    };
  }
  throw new BuildError(
    `there is no clang of version ${OLDEST_CLANG} or later with wasm-ld on PATH; install clang` +
      ' and lld, or use --toolchain=npm.',
  );
}

const RELAXED_PROBE = `#include <wasm_simd128.h>
v128_t probe(v128_t a, v128_t b, v128_t c) { return wasm_f32x4_relaxed_madd(a, b, c); }
`;
/** f32x4.relaxed_madd as it was standardised; older compilers had other codes. Looked for by hand,
 * since Node 20 validates it only with a flag. */
const RELAXED_MADD = Buffer.from([0xfd, 0x85, 0x02]);

/** What of WASI its own libc does not call is unknown to it, and so would be errors. */
const EMSCRIPTEN_COMMAND = [
  ...['-sSTANDALONE_WASM', '-sALLOW_MEMORY_GROWTH', '-sMAXIMUM_MEMORY=4GB'],
  ...['-sERROR_ON_UNDEFINED_SYMBOLS=0', '-sWARN_ON_UNDEFINED_SYMBOLS=0'],
  `-sTOTAL_STACK=${COMMAND_STACK}`,
];

/** @returns {Promise<Toolchain | null>} */
async function emccToolchain() {
  const version = await capture('emcc', ['--version']).catch(() => '');
  if (!version) return null;
  const llvm = (await capture('em-config', ['LLVM_ROOT'])).trim();
  const build = systemBuild('emcc', join(llvm, 'wasm-ld'));
  const relaxed = await canRelax(build);
  return {
    name: 'emcc',
    version,
    tiers: relaxed ? TIERS : ['scalar', 'simd128'],
    flags: [],
    build,
    buildCommand: systemCommandBuild('emcc', EMSCRIPTEN_COMMAND),
    close() {},
  };
}

/** @param {Toolchain['build']} build */
async function canRelax(build) {
  const folder = await mkdtemp(join(tmpdir(), 'residua-'));
  try {
    const main = join(folder, 'probe.c');
    await writeFile(main, RELAXED_PROBE);
    const compilerFlags = ['-O1', '-msimd128', '-mrelaxed-simd'];
    const module = await build({
      sources: {},
      main,
      compilerFlags,
      linkerFlags: ['--no-entry', '--export=probe'],
    });
    return Buffer.from(module).includes(RELAXED_MADD);
  } catch {
    return false;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @returns {Promise<Toolchain>} */
async function npmToolchain() {
  const folder = join(root, 'node_modules/@yowasp/clang');
  await access(folder).catch(() => {
    throw new BuildError('@yowasp/clang is not installed; run npm ci first.');
  });
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const workers = new Workers(new URL('./npm-clang.js', import.meta.url));
  return {
    name: 'npm',
    version: `@yowasp/clang ${version}`,
    tiers: TIERS,
    flags: ['--target=wasm32', ...WARNINGS],
    build: (job) => workers.ask(job),
    buildCommand: ({ sources, units, flags }) => {
      const own = ['--target=wasm32-wasip1', ...WARNINGS, ...COMMAND_LINKER_FLAGS];
      return workers.ask({ sources, units, flags: [...own, ...flags] });
    },
    close: () => workers.close(),
  };
}

/** Workers that stay: the compiler takes long to start and is quick from its second file on. */
class Workers {
  #script;
  /** @type {Worker[]} */
  #idle = [];

  /** @param {URL} script */
  constructor(script) {
    this.#script = script;
  }

  /** @param {Job | Command} job @returns {Promise<Uint8Array>} */
  async ask(job) {
    const worker = this.#idle.pop() ?? new Worker(this.#script);
    worker.postMessage(job);
    const [{ module, messages }] = await once(worker, 'message');
    this.#idle.push(worker);
    if (!module) throw new BuildError(`the compiler failed:\n${messages}`);
    return module;
  }

  close() {
    for (const worker of this.#idle) void worker.terminate();
  }
}
