/** The C library against the WebAssembly modules and PyTorch, on one core: node bench/native.js, after
 * ./build.sh --bench and with make, a C compiler and python3-torch. Cases take turns, so all meet the same
 * machine; the median of the rounds counts. */
import { mkdir } from 'node:fs/promises';
import { capture, runTool } from '../tools/process.js';
import { like } from './cases.js';
import { runCase } from './child.js';

const ROUNDS = 5;
const STEPS = 20;
const FOLDER = 'build/bench';
const PROGRAM = `${FOLDER}/native`;

async function build() {
  const compiler = process.env.CC || 'cc';
  await mkdir(FOLDER, { recursive: true });
  await capture('make', ['-j2', `CC=${compiler}`]);
  const library = 'build/native/libresidua.a';
  const flags = ['-std=c11', '-O2', '-Iinclude', 'bench/native.c', library, '-pthread'];
  await capture(compiler, [...flags, '-o', PROGRAM]);
  return (await capture(compiler, ['--version'])).split('\n')[0];
}

/** @param {number} tier */
const native = async (tier) =>
  JSON.parse(await capture(PROGRAM, [String(tier), String(STEPS)])).images_per_s;

/** @param {Parameters<typeof runCase>[1]} wanted */
const other = async (wanted) => (await runCase('quick', wanted)).images_per_s;

const CASES = {
  'C library, exact': () => native(1),
  'WebAssembly, simd128': () => other(like({ tier: 'simd128' })),
  'C library, relaxed': () => native(2),
  'WebAssembly, relaxed': () => other(like({ tier: 'relaxed' })),
  PyTorch: () => other({ ...like({}), peer: 'pytorch' }),
};

await runTool(async () => {
  console.log(`Compiler: ${await build()}`);
  /** @type {Record<string, number[]>} */
  const rates = Object.fromEntries(Object.keys(CASES).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, measure] of Object.entries(CASES)) rates[name].push(await measure());
  }
  const median = (/** @type {string} */ name) =>
    rates[name].sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  console.log('| resnet20, width 16, batch 128, one core | images/s |\n|---|---|');
  for (const name of Object.keys(CASES)) console.log(`| ${name} | ${median(name).toFixed(0)} |`);
  const ratio = (/** @type {string} */ one, /** @type {string} */ base) =>
    console.log(`\n${one} against ${base}: ${(median(one) / median(base)).toFixed(2)}`);
  ratio('C library, exact', 'WebAssembly, simd128');
  ratio('C library, relaxed', 'PyTorch');
});
