/** ./build.sh: makes dist/ (WebAssembly modules, JavaScript bundles, the page) and build/. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { buildFuzz } from './fuzz.js';
import { functionsOf } from './header.js';
import { buildNative } from './native.js';
import { BuildError, root, runTool, sideBySide, writeWhole } from './process.js';
import { keyOf, readSources } from './sources.js';
import { findToolchain, TIERS } from './toolchains.js';

const HELP = `Usage: ./build.sh [options]
Makes dist/: the WebAssembly modules, the JavaScript of the package, and the page in dist/page/.
A module whose sources, flags and compiler have not changed is not made again.

  --toolchain NAME  auto: emcc if it is on PATH and knows relaxed SIMD, else npm
                    emcc: an Emscripten SDK
                    clang: a system clang of version 18 or later with lld
                    npm: the compiler that npm ci installs
                    default: the one that the last build was asked for, also by npm start and
                    npm test; auto at first and after --clean
  --tier NAME       scalar, simd128 or relaxed, each with and without threads; may be repeated;
                    default: all
  --tests           the C tests too, a module for each tier in build/tests/
  --wasi            the command for WASI hosts too (train, eval, predict), in build/wasi/; the tier
                    is simd128
  --bench           what npm run bench measures the machine's peak with, in build/bench/
  --native          instead: the core as a library for this machine, by make with $CC, else cc:
                    build/native/libresidua.a and a shared one; with --tests also its tests with AddressSanitizer
                    and UndefinedBehaviorSanitizer, build/native/tests, and with ThreadSanitizer,
                    build/native/tests-threads
  --fuzz            instead: what node tools/fuzz.js runs, in build/fuzz/, with a clang that has
                    libFuzzer ($CC if it is one)
  --prefix DIR      with --native: puts the library into DIR/lib, the header into DIR/include
                    and files for pkg-config and CMake below DIR/lib
  --debug           debug information, little optimisation
  --clean           removes dist/ and build/ first
  --help
`;

/** Holds the tables of a plan of the largest net, 280 KB. */
const STACK_BYTES = 393216;
/** Pages that a module with threads asks its imported memory to have: BASE_PAGES of
 * web/lib/core.js. */
const BASE_MEMORY = 16 * 65536;
const MAX_MEMORY = 65536 * 65536;

/** @typedef {import('./toolchains.js').Tier} Tier */
/** @typedef {import('./toolchains.js').Toolchain} Toolchain */
/** @typedef {import('./toolchains.js').Job} Job */
/** @typedef {import('./toolchains.js').Command} Command */
/** @typedef {{ file: string, job: Job | Command }} Module */

/**
 * @typedef {object} Options
 * @property {string} [toolchain]
 * @property {string[]} [tier]
 * @property {boolean} [tests]
 * @property {boolean} [wasi]
 * @property {boolean} [bench]
 * @property {boolean} [debug]
 */

/** Every function of the public header is exported. @param {string} header */
function exportFlags(header) {
  return functionsOf(header).map(({ name }) => `--export=${name}`);
}

/** @param {Tier} tier @param {boolean} threads @param {boolean} debug */
function compilerFlags(tier, threads, debug) {
  // The scalar tier is for browsers that are old and slow anyway: it is to be small.
  const optimised = tier === 'scalar' ? '-Os' : '-O3';
  const flags = ['-std=c11', ...(debug ? ['-O1', '-g'] : [optimised]), '-ffreestanding'];
  flags.push('-fvisibility=hidden', '-ffp-contract=off', '-fno-math-errno');
  // Kernels are vectors already; of other loops it makes 6 KB more a module, and nothing faster.
  flags.push('-fno-vectorize');
  flags.push('-mbulk-memory', '-mmutable-globals');
  if (tier !== 'scalar') flags.push('-msimd128');
  if (tier === 'relaxed') flags.push('-mrelaxed-simd');
  if (threads) flags.push('-pthread');
  return flags;
}

/** @param {string[]} exports @param {boolean} threads @param {boolean} debug */
function linkerFlags(exports, threads, debug) {
  const flags = ['--no-entry', '-z', `stack-size=${STACK_BYTES}`, '--stack-first', ...exports];
  if (!debug) flags.push('--strip-all');
  if (threads) flags.push('--shared-memory', '--import-memory');
  if (threads) flags.push(`--initial-memory=${BASE_MEMORY}`, `--max-memory=${MAX_MEMORY}`);
  return flags;
}

/** @param {Toolchain} toolchain @param {Tier[]} tiers @param {boolean} debug
 * @returns {Promise<Module[]>} */
async function coreModules(toolchain, tiers, debug) {
  const sources = await readSources(['include', 'src']);
  const exports = exportFlags(sources['include/residua.h']);
  exports.push('--export=__heap_base', '--export=__stack_pointer');
  return tiers.flatMap((tier) =>
    [false, true].map((threads) => ({
      file: `dist/residua-${tier}${threads ? '-threads' : ''}.wasm`,
      job: {
        sources,
        main: 'src/residua.c',
        compilerFlags: [...toolchain.flags, ...compilerFlags(tier, threads, debug)],
        linkerFlags: linkerFlags(exports, threads, debug),
      },
    })),
  );
}

/** Modules beside the package, in build/. */
const TESTS = {
  file: 'build/tests/residua-tests',
  folders: ['include', 'src', 'tests/core'],
  main: 'tests/core/main.c',
  exports: ['--export=run_tests', '--export=test_log'],
};
const PEAK = {
  file: 'build/bench/peak',
  folders: ['src', 'bench/peak'],
  main: 'bench/peak/peak.c',
  exports: ['fused_8', 'fused_10', 'fused_12', 'separate_6'].map((name) => `--export=${name}`),
};

/** @param {typeof TESTS} program @param {Toolchain} toolchain @param {Tier[]} tiers
 * @param {boolean} debug @returns {Promise<Module[]>} */
async function programModules({ file, folders, main, exports }, toolchain, tiers, debug) {
  const sources = await readSources(folders);
  return tiers.map((tier) => ({
    file: `${file}-${tier}.wasm`,
    job: {
      sources,
      main,
      compilerFlags: [...toolchain.flags, ...compilerFlags(tier, false, debug)],
      linkerFlags: linkerFlags(exports, false, debug),
    },
  }));
}

/** @param {boolean} debug @returns {Promise<Module>} */
async function commandModule(debug) {
  return {
    file: 'build/wasi/residua.wasm',
    job: {
      sources: await readSources(['include', 'src']),
      units: ['src/residua.c', 'src/command/main.c'],
      flags: compilerFlags('simd128', false, debug).filter((flag) => flag !== '-ffreestanding'),
    },
  };
}

/** The last module of each toolchain, in a file named after what made it.
 * @param {Toolchain} toolchain @param {Module} module */
async function cachedModule({ name, version, build, buildCommand }, { file, job }) {
  const folder = join(root, 'build/cache', name);
  const prefix = `${basename(file, '.wasm')}.`;
  const cache = `${prefix}${keyOf([version, job])}.wasm`;
  const found = await readFile(join(folder, cache)).catch(() => null);
  if (found) return { bytes: found, unchanged: true };
  const bytes = Buffer.from(await ('units' in job ? buildCommand(job) : build(job)));
  await writeWhole(join(folder, cache), bytes);
  const old = (await readdir(folder)).filter(
    (other) => other.startsWith(prefix) && other !== cache,
  );
  for (const other of old) await rm(join(folder, other), { force: true });
  return { bytes, unchanged: false };
}

/** @param {Toolchain} toolchain @param {Module} module */
async function buildModule(toolchain, module) {
  const { file } = module;
  const { bytes, unchanged } = await cachedModule(toolchain, module);
  await writeWhole(join(root, file), bytes);
  const sizes = [bytes.length, gzipSync(bytes, { level: 9 }).length];
  const [whole, packed] = sizes.map((size) => size.toLocaleString('en').padStart(9));
  console.log(`${file.padEnd(40)} ${whole} bytes ${packed} gzip${unchanged ? '  unchanged' : ''}`);
}

/** Those of the wanted tiers that the toolchain can make; for the others it prints a warning.
 * @param {Toolchain} toolchain @param {string[]} [wanted] */
async function chooseTiers(toolchain, wanted = TIERS) {
  const unknown = wanted.find((tier) => !TIERS.includes(/** @type {Tier} */ (tier)));
  if (unknown) throw new BuildError(`there is no tier ${unknown}; use ${TIERS.join(', ')}.`);
  const tiers = toolchain.tiers.filter((tier) => wanted.includes(tier));
  for (const tier of TIERS.filter((name) => wanted.includes(name) && !tiers.includes(name))) {
    const compiler = toolchain.version.split('\n')[0];
    console.error(
      `\n*** MISSING: this compiler cannot make the tier ${tier}: ${compiler}\n` +
        `*** There will be no residua-${tier}.wasm and no residua-${tier}-threads.wasm;` +
        ' use --toolchain=npm to have them.\n',
    );
    const files = [`dist/residua-${tier}.wasm`, `dist/residua-${tier}-threads.wasm`];
    for (const { file } of [TESTS, PEAK]) files.push(`${file}-${tier}.wasm`);
    for (const file of files) await rm(join(root, file), { force: true });
  }
  return tiers;
}

/** The toolchain that was asked for last, so that npm start and npm test keep what it has built. */
const CHOICE = join(root, 'build/toolchain');

async function lastToolchain() {
  const name = await readFile(CHOICE, 'utf8').catch(() => 'auto');
  return findToolchain(name).catch((error) => {
    if (!(error instanceof BuildError)) throw error;
    console.error(`The last build was by ${name}, but ${error.message}`);
    return findToolchain('auto');
  });
}

/** @param {Options} [options] */
export async function build(options = {}) {
  const { toolchain: name, tier, tests, wasi, bench, debug = false } = options;
  const toolchain = await (name === undefined ? lastToolchain() : findToolchain(name));
  try {
    console.log(`Toolchain ${toolchain.name}: ${toolchain.version.split('\n')[0]}`);
    const tiers = await chooseTiers(toolchain, tier);
    const modules = await coreModules(toolchain, tiers, debug);
    for (const program of [tests && TESTS, bench && PEAK]) {
      if (program) modules.push(...(await programModules(program, toolchain, tiers, debug)));
    }
    if (wasi) modules.push(await commandModule(debug));
    await sideBySide(modules, (module) => buildModule(toolchain, module));
  } finally {
    toolchain.close();
  }
  const { bundle } = await import('../web/bundle.js');
  await bundle(debug);
}

/** @type {import('node:util').ParseArgsConfig['options']} */
const OPTIONS = {
  toolchain: { type: 'string' },
  tier: { type: 'string', multiple: true },
  tests: { type: 'boolean' },
  wasi: { type: 'boolean' },
  bench: { type: 'boolean' },
  native: { type: 'boolean' },
  fuzz: { type: 'boolean' },
  prefix: { type: 'string' },
  debug: { type: 'boolean' },
  clean: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

async function main() {
  /** @type {Options & { native?: boolean, fuzz?: boolean, prefix?: string, clean?: boolean, help?: boolean }} */
  let options;
  try {
    options = parseArgs({ options: OPTIONS }).values;
    const { toolchain = 'auto' } = options;
    if (!['auto', 'emcc', 'clang', 'npm'].includes(toolchain)) {
      throw new Error(`there is no toolchain ${toolchain}; use auto, emcc, clang or npm.`);
    }
    if (options.prefix !== undefined && !(options.native && options.prefix)) {
      throw new Error('--prefix names the folder that --native installs to.');
    }
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message}\n\n${HELP}`);
    process.exitCode = 2;
    return;
  }
  if (options.help) return console.log(HELP);
  if (options.clean) {
    for (const folder of ['dist', 'build'])
      await rm(join(root, folder), { recursive: true, force: true });
  }
  if (options.fuzz) return buildFuzz();
  if (options.native) return buildNative(options);
  await build(options);
  if (options.toolchain) await writeWhole(CHOICE, options.toolchain);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await runTool(main);
