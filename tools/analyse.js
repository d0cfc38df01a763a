/** node tools/analyse.js: what clang-tidy and cppcheck say of the C sources must be nothing. The list of
 * checks is in .clang-tidy. Where a tool is missing, its part is skipped with a printed warning; under CI=true it is an error. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BuildError,
  capture,
  outcome,
  readArguments,
  root,
  runTool,
  sideBySide,
} from './process.js';

const HELP = `Usage: npm run analyse
Lets clang-tidy and cppcheck look at the C sources. What is not installed is left out, with a warning.
`;
const OLDEST_TIDY = 18;
const OLDEST_CPPCHECK = 2;
const TIDIES = [24, 23, 22, 21, 20, 19, 18].map((version) => `clang-tidy-${version}`);
const NATIVE = ['-std=c11', '-Iinclude'];
/** The analyzer looks into functions of the first file alone, unless it is told that what is included is
 * meant too. That takes half a minute for the core, so the tests are left out of it. */
const WHOLE = [...NATIVE, '-Xclang', '-analyzer-opt-analyze-headers'];
const WASM = ['-std=c11', '--target=wasm32', '-msimd128', '-mrelaxed-simd', '-ffreestanding'];

/** Each translation unit, as it is compiled: the core is one, and another in WebAssembly. */
async function units() {
  const fuzz = await readdir(join(root, 'tests/fuzz'));
  const whole = ['src/residua.c', 'src/command/main.c'];
  const native = ['tests/core/main.c', 'examples/c/train.c'];
  native.push(...fuzz.filter((name) => name.endsWith('.c')).map((name) => `tests/fuzz/${name}`));
  return [
    ...whole.map((file) => ({ file, flags: WHOLE })),
    ...native.map((file) => ({ file, flags: NATIVE })),
    { file: 'src/residua.c', flags: [...WASM, '-pthread'] },
    { file: 'tests/core/main.c', flags: WASM },
    { file: 'bench/peak/peak.c', flags: WASM },
  ];
}

/** What it says that no code here can heed. */
const CPPCHECK_SUPPRESSED = [
  // It does not know how large a vector of four floats is, nor that what is inlined is known then.
  'ctuArrayIndex',
  'ctunullpointer',
  // It takes a struct that is about to be filled for one that is read.
  'ctuuninitvar',
];
const CPPCHECK = [
  ...['--std=c11', '--quiet', '--error-exitcode=1', '--enable=warning,performance,portability'],
  ...CPPCHECK_SUPPRESSED.map((id) => `--suppress=${id}`),
  // Without these it tries every mixture of instruction sets, for more than ten minutes.
  ...['RSD_HAS_VARIANTS', 'RSD_VARIANT', 'RSD_FUSED', 'RSD_INSTRUCTIONS'].map(
    (name) => `-U${name}`,
  ),
  ...['src/residua.c', 'src/command/main.c'],
];

/** The first program that there is, and is new enough; without one, a note or, in continuous
 * integration, an error.
 * @param {string} what @param {string[]} names @param {number} oldest */
async function find(what, names, oldest) {
  for (const name of names) {
    const version = await capture(name, ['--version']).catch(() => '');
    if (Number(/(\d+)\.\d/.exec(version)?.[1]) >= oldest) return name;
  }
  const problem = `there is no ${what}; on Debian, apt install ${what}.`;
  if (process.env.CI === 'true') throw new BuildError(problem);
  console.error(`*** NOT CHECKED: ${problem} ***`);
  return null;
}

/** @param {string} program @param {string[]} args */
async function check(program, args) {
  const { code, stdout, stderr } = await outcome(program, args);
  if (code === 0) return;
  console.error(`${stdout}${stderr}`);
  process.exitCode = 1;
}

await runTool(async () => {
  readArguments(HELP, {});
  const tidy = await find('clang-tidy-22', ['clang-tidy', ...TIDIES], OLDEST_TIDY);
  const cppcheck = await find('cppcheck', ['cppcheck'], OLDEST_CPPCHECK);
  if (tidy) {
    await sideBySide(await units(), ({ file, flags }) => {
      return check(tidy, ['--quiet', file, '--', ...flags]);
    });
  }
  if (cppcheck) await check(cppcheck, CPPCHECK);
});
