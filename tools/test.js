/** npm test: installs, builds and tests. Arguments pick test files; --full adds the long ones,
 * tests/*.full.js. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { availableTiers } from '../tests/tiers.js';
import { build } from './build.js';
import { buildNative, compiler, hasCompiler } from './native.js';
import { BuildError, root, run, runTool } from './process.js';
import { setUp } from './setup.js';

const MINUTES_PER_TEST = 10;

/** @param {boolean} full */
async function testFiles(full) {
  const names = await readdir(join(root, 'tests'), { recursive: true });
  const wanted = full ? /\.(test|full)\.js$/ : /\.test\.js$/;
  return names
    .filter((name) => wanted.test(name))
    .map((name) => join('tests', name))
    .sort();
}

async function buildNativeIfPossible() {
  if (await hasCompiler()) return buildNative();
  const problem = `THERE IS NO C COMPILER ${compiler}: the core's native tests are left out`;
  if (process.env.CI === 'true') throw new BuildError(`${problem}, which must not be under CI.`);
  console.error(`\n*** ${problem}; install gcc or clang, or set CC. ***\n`);
}

/** @param {boolean} full */
function nodeFlags(full) {
  const flags = ['--test', '--test-reporter=spec'];
  if (!full) flags.push(`--test-timeout=${MINUTES_PER_TEST * 60000}`);
  if (!availableTiers().includes('relaxed')) flags.push('--experimental-wasm-relaxed-simd');
  return flags;
}

await runTool(async () => {
  const full = process.argv.includes('--full');
  const chosen = process.argv.slice(2).filter((argument) => argument !== '--full');
  await setUp();
  await build({ tests: true });
  await buildNativeIfPossible();
  const env = { ...process.env };
  if (env.CIFAR10) env.CIFAR10 = resolve(env.INIT_CWD ?? '', env.CIFAR10);
  const files = chosen.length > 0 ? chosen : await testFiles(full);
  process.exitCode = await run(process.execPath, [...nodeFlags(full), ...files], env);
});
