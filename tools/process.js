/** What the tools share: the project's folder, its files and other programs. */
import { execFile, spawn } from 'node:child_process';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** A fault that the user can mend: its message is all that is shown. */
export class BuildError extends Error {}

/** Runs a program in the project's folder and returns what it prints on stdout.
 * @param {string} program @param {string[]} args @returns {Promise<string>} */
export function capture(program, args) {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error) reject(new BuildError(`${program} failed:\n${stderr || error.message}`));
      else resolve(stdout);
    });
  });
}

/** Runs a program in the project's folder and returns how it ended, whatever that was.
 * @param {string} program @param {string[]} args
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>} */
export function outcome(program, args) {
  return new Promise((resolve) => {
    execFile(program, args, { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error ? 1 : 0;
      resolve({ code, stdout, stderr: stderr || (error?.message ?? '') });
    });
  });
}

/** Runs a program in the project's folder, its output going to ours; returns its exit code.
 * @param {string} program @param {string[]} args @param {NodeJS.ProcessEnv} [env]
 * @param {1 | 2} [out] where its stdout goes @returns {Promise<number>} */
export function run(program, args, env = process.env, out = 1) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['inherit', out, 'inherit'], env });
    child.on('error', (error) => reject(new BuildError(`${program}: ${error.message}`)));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** Runs `work` on every item, as many at a time as there are cores.
 * @template T @param {T[]} items @param {(item: T) => Promise<void>} work */
export async function sideBySide(items, work) {
  const waiting = [...items];
  const runOne = async () => {
    for (let item = waiting.shift(); item; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, runOne));
}

/** Where CIFAR-10's archive is, seen from the folder that npm was called in. */
export function archiveGiven() {
  const given = process.env.CIFAR10;
  if (!given) throw new BuildError('Set CIFAR10 to the path of cifar-10-binary.tar.gz.');
  return resolve(process.env.INIT_CWD ?? '', given);
}

/** --help was given: its text is all there is to do. */
class HelpAsked extends Error {}

/** The command line is wrong: exit code 2. */
export class UsageError extends BuildError {}

/** What a tool is called with. A flag that it does not have, or --help, ends it before it does anything.
 * @template {import('node:util').ParseArgsConfig} T @param {string} help @param {T} config without --help
 * @returns {ReturnType<typeof parseArgs<T>>} */
export function readArguments(help, config) {
  const options = {
    ...config.options,
    help: { type: /** @type {const} */ ('boolean'), short: 'h' },
  };
  let read;
  try {
    read = parseArgs({ ...config, options });
  } catch (error) {
    throw new UsageError(`${/** @type {Error} */ (error).message}\n\n${help.trimEnd()}`);
  }
  if (/** @type {{ help?: boolean }} */ (read.values).help) throw new HelpAsked(help.trimEnd());
  return /** @type {any} */ (read);
}

/** The number that a flag is given. @param {string} flag @param {string} text @param {number} [least] */
export function countOf(flag, text, least = 1) {
  const count = Number(text);
  if (Number.isInteger(count) && count >= least) return count;
  throw new BuildError(`--${flag} is a whole number of ${least} or more, not "${text}".`);
}

/** Of a program that a shell's pipe ended: 128 and the number of SIGPIPE. */
const BROKEN_PIPE = 141;

/** Runs the main function of a tool, until it ends or the reader of stdout has gone, as head does.
 * @param {() => Promise<void>} main */
export async function runTool(main) {
  process.stdout.on('error', (error) => {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPIPE') throw error;
    process.exit(BROKEN_PIPE);
  });
  try {
    await main();
  } catch (error) {
    if (error instanceof HelpAsked) return console.log(error.message);
    process.exitCode = error instanceof UsageError ? 2 : 1;
    if (error instanceof BuildError) console.error(error.message);
    else throw error;
  }
}

/** Writes beside and renames, so that nobody ever reads half a file.
 * @param {string} path @param {string | Uint8Array} content @param {number} [mode] */
export async function writeWhole(path, content, mode) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.${process.pid}`, content, { mode });
  await rename(`${path}.${process.pid}`, path);
}
