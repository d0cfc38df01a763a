/** node tools/fuzz.js: builds the targets of tests/fuzz and lets libFuzzer look for bytes that the core
 * does not stand. ./build.sh --fuzz only builds them. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CLANG_ALONE, FLAGS, keepMade, MEMORY } from './native.js';
import {
  BuildError,
  capture,
  outcome,
  readArguments,
  root,
  runTool,
  sideBySide,
  UsageError,
} from './process.js';

const HELP = `Usage: node tools/fuzz.js [--seconds N] [TARGET...]
Builds the fuzz targets and runs each for N seconds (default: 60) from its seeds in
tests/fuzz/corpus/TARGET, on one core. What it finds worth keeping goes to build/fuzz/found/TARGET,
where the next run goes on. An input that crashes goes to build/fuzz; the exit code is 1 then.
`;
const SOURCES = 'tests/fuzz';
const FOLDER = 'build/fuzz';
const SANITIZERS = [...MEMORY, CLANG_ALONE];
const CLANGS = ['clang', ...[24, 23, 22, 21, 20, 19, 18].map((version) => `clang-${version}`)];
/** Longer for one input than anything here takes, in seconds; memory in MiB. */
const LIMITS = ['-timeout=20', '-rss_limit_mb=1024', '-malloc_limit_mb=256'];

const seedsOf = (/** @type {string} */ target) => join(SOURCES, 'corpus', target);

/** The targets are those files that have seeds. @returns {Promise<string[]>} */
export async function fuzzTargets() {
  return (await readdir(join(root, SOURCES, 'corpus'))).sort();
}

/** A clang that can link with libFuzzer and AddressSanitizer: $CC if it is one, else the first on
 * PATH; nothing where there is none. */
export async function findFuzzer() {
  const folder = await mkdtemp(join(tmpdir(), 'residua-'));
  const source = join(folder, 'probe.c');
  const probe = [...SANITIZERS, '-fsanitize=fuzzer', source, '-o', join(folder, 'probe')];
  await writeFile(source, 'int LLVMFuzzerTestOneInput(const char *b, long n) { return !b && n; }');
  try {
    for (const clang of process.env.CC ? [process.env.CC, ...CLANGS] : CLANGS) {
      const linked = await capture(clang, probe).catch(() => null);
      if (linked !== null) return { clang, version: await capture(clang, ['--version']) };
    }
    return null;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The core is compiled once for all targets. */
export async function buildFuzz() {
  const fuzzer = await findFuzzer();
  if (!fuzzer) {
    throw new BuildError(
      "there is no clang with libFuzzer; install Debian's clang-22 and libclang-rt-22-dev, or set CC.",
    );
  }
  const { clang, version } = fuzzer;
  const core = `${FOLDER}/core.o`;
  const flags = [...FLAGS, ...SANITIZERS, '-O2', '-g'];
  await mkdir(join(root, FOLDER), { recursive: true });
  await keepMade(core, ['include', 'src'], [version, ...flags], async () => {
    const how = ['-fsanitize=fuzzer-no-link', '-c', 'src/residua.c', '-o', core];
    await capture(clang, [...flags, ...how]);
  });
  await sideBySide(await fuzzTargets(), async (target) => {
    const file = `${FOLDER}/${target}`;
    await keepMade(file, ['include', 'src', SOURCES], [version, ...flags], async () => {
      const how = ['-fsanitize=fuzzer', `${SOURCES}/${target}.c`, core, '-lpthread'];
      await capture(clang, [...flags, ...how, '-o', file]);
    });
  });
}

/** Fails with what was printed, and the path of the input if one is at fault.
 * @param {string} target @param {string[]} args */
async function runTarget(target, args) {
  const artifacts = `-artifact_prefix=${FOLDER}/${target}-`;
  // What the command says of a command line that is wrong would hide everything else.
  const all = [...LIMITS, artifacts, '-close_fd_mask=3', ...args];
  const { code, stderr } = await outcome(join(root, FOLDER, target), all);
  if (code === 0) return stderr;
  const [, input] = /Test unit written to (\S+)/.exec(stderr) ?? [];
  const reproducer = input ? `\nThe input is in ${input}` : '';
  throw new BuildError(`${target} crashed:\n${stderr.slice(-6000)}${reproducer}`);
}

/** Every committed seed once. @param {string} target */
export async function runSeeds(target) {
  const names = await readdir(join(root, seedsOf(target)));
  // Without files, libFuzzer would look for some without end.
  if (names.length === 0) throw new BuildError(`${seedsOf(target)} holds no seeds.`);
  const files = names.map((name) => join(seedsOf(target), name));
  await runTarget(target, files);
}

/** @param {string} target @param {number} seconds @param {string} [found] a folder that grows */
export async function fuzz(target, seconds, found = join(FOLDER, 'found', target)) {
  await mkdir(resolve(root, found), { recursive: true });
  const how = [`-max_total_time=${seconds}`, '-print_final_stats=1'];
  const said = await runTarget(target, [...how, found, seedsOf(target)]);
  const last = (/** @type {RegExp} */ pattern) => Number([...said.matchAll(pattern)].at(-1)?.[1]);
  return {
    executions: last(/number_of_executed_units:\s*(\d+)/g),
    perSecond: last(/average_exec_per_sec:\s*(\d+)/g),
    coverage: last(/ cov: (\d+)/g),
    features: last(/ ft: (\d+)/g),
  };
}

async function main() {
  const { values, positionals: wanted } = readArguments(HELP, {
    options: { seconds: { type: 'string', default: '60' } },
    allowPositionals: true,
  });
  const seconds = Number(values.seconds);
  if (!(seconds >= 1)) throw new UsageError(`--seconds takes a number from 1 on.\n\n${HELP}`);
  const targets = await fuzzTargets();
  const unknown = wanted.find((name) => !targets.includes(name));
  if (unknown) {
    throw new UsageError(
      `There is no target ${unknown}; there are ${targets.join(', ')}.\n\n${HELP}`,
    );
  }
  await buildFuzz();
  for (const target of wanted.length > 0 ? wanted : targets) {
    const { executions, perSecond, coverage, features } = await fuzz(target, seconds);
    const ran = `${executions} executions, ${perSecond}/s`;
    console.log(`${target.padEnd(12)} ${ran.padEnd(32)} cov: ${coverage} ft: ${features}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await runTool(main);
