/** npm test: installs, builds and tests. */
import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { availableTiers } from '../tests/tiers.js';
import { build } from './build.js';
import { buildNative, compiler, compilerVersion } from './native.js';
import { BuildError, readArguments, root, run, runTool } from './process.js';
import { setUp } from './setup.js';

const HELP = `Usage: npm test -- [options] [FILE...]
Installs what is needed, builds and tests, all or the files named, with as many at a time as there are cores.

  --full              the long tests too, *.full.js
  --toolchain NAME    the compiler: auto, emcc, clang or npm
  --no-native         without the core's native tests
  --help

PROPERTY_SECONDS=300 tries each property of tests/properties on new inputs for so long.
`;
const MINUTES_PER_TEST = 10;

/** Those that visit pages first: they take longest, and whichever file comes last runs alone.
 * @param {boolean} full */
async function testFiles(full) {
  const names = await readdir(join(root, 'tests'), { recursive: true });
  const wanted = full ? /\.(test|full)\.js$/ : /\.test\.js$/;
  const files = names
    .filter((name) => wanted.test(name) && !name.split(sep).includes('node_modules'))
    .map((name) => join('tests', name))
    .sort();
  const isVisit = (/** @type {string} */ file) => file.startsWith(join('tests', 'web', sep));
  return [...files.filter(isVisit), ...files.filter((file) => !isVisit(file))];
}

async function buildNativeIfPossible() {
  if (await compilerVersion()) return buildNative({ tests: true });
  const problem = `THERE IS NO C COMPILER ${compiler}: the core's native tests are left out`;
  if (process.env.CI === 'true') throw new BuildError(`${problem}, which must not be under CI.`);
  console.error(`\n*** ${problem}; install gcc or clang, or set CC. ***\n`);
}

/** @param {boolean} long whether tests may take as long as they like */
function nodeFlags(long) {
  const flags = ['--test', '--test-reporter=spec'];
  flags.push(`--test-concurrency=${availableParallelism()}`);
  if (!long) flags.push(`--test-timeout=${MINUTES_PER_TEST * 60000}`);
  if (!availableTiers().includes('relaxed')) flags.push('--experimental-wasm-relaxed-simd');
  return flags;
}

await runTool(async () => {
  const { values, positionals } = readArguments(HELP, {
    options: {
      full: { type: 'boolean', default: false },
      toolchain: { type: 'string' },
      'no-native': { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  await setUp();
  await build({ toolchain: values.toolchain, tests: true, wasi: true, bench: true });
  const native = !values['no-native'];
  if (native) await buildNativeIfPossible();
  const env = { ...process.env };
  if (!native) env.NATIVE_TESTS = 'no';
  if (env.CIFAR10) env.CIFAR10 = resolve(env.INIT_CWD ?? '', env.CIFAR10);
  const files = positionals.length > 0 ? positionals : await testFiles(values.full);
  const flags = nodeFlags(values.full || env.PROPERTY_SECONDS !== undefined);
  // Installed by now.
  const { shareChromium } = await import('../tests/chromium.js');
  const browser = await shareChromium();
  try {
    process.exitCode = await run(process.execPath, [...flags, ...files], {
      ...env,
      ...browser?.env,
    });
  } finally {
    await browser?.close();
  }
});
