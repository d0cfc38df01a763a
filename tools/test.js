/** npm test: installs, builds and tests, with as many test files at a time as there are cores. After
 * "npm test --", file names pick tests and --toolchain=NAME a compiler; --full adds the long tests,
 * *.full.js; --no-native leaves out the core's native tests. PROPERTY_SECONDS=300 tries each property
 * of tests/properties on new inputs for so long. */
import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { availableTiers } from '../tests/tiers.js';
import { build } from './build.js';
import { buildNative, compiler, compilerVersion } from './native.js';
import { BuildError, root, run, runTool } from './process.js';
import { setUp } from './setup.js';

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
  const { values, positionals } = parseArgs({
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
