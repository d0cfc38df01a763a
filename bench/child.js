/** Cases in processes of their own, pinned to as many cores as they have threads. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { root } from '../tools/process.js';

const LONGEST_MS = 300000;
/** Debian's PyTorch is not seen by other Pythons that may come first. */
const PYTHONS = ['python3', '/usr/bin/python3'];
const NEEDS_FLAG = process.version.startsWith('v20.');

/** @param {string} program @param {string[]} args */
const runs = (program, args) => spawnSync(program, args).status === 0;

/** The cores that this process may use, in Linux's notation: "0-3,6". */
function allowedCores() {
  const status = readFileSync('/proc/self/status', 'utf8');
  const ranges = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1].split(',') ?? [];
  return ranges.flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** The last ones, since systems tend to use the first for their own work. */
const cores =
  process.platform === 'linux' && runs('taskset', ['--version']) ? allowedCores() : null;
export const isPinned = cores !== null;

export function pythonWithTorch() {
  const python = PYTHONS.find((program) => runs(program, ['-c', 'import torch']));
  if (!python) throw new Error('there is no PyTorch; install python3-torch');
  return python;
}

/** @param {'full' | 'quick'} pace @param {import('./cases.js').Case & { peer?: string }} wanted */
function command(pace, wanted) {
  const args = [pace, JSON.stringify(wanted)];
  if (wanted.peer !== 'pytorch') {
    const flags = NEEDS_FLAG ? ['--experimental-wasm-relaxed-simd'] : [];
    return [process.execPath, ...flags, 'bench/run-case.js', ...args];
  }
  return [pythonWithTorch(), 'bench/pytorch.py', ...args];
}

/** What is worth showing of a failed program's stderr. @param {string} stderr */
function reason(stderr) {
  const lines = stderr.trim().split('\n');
  return lines.find((line) => /^\w*Error: /.test(line)) ?? lines.at(-1) ?? '';
}

/** @param {'full' | 'quick'} pace @param {import('./cases.js').Case & { peer?: string }} wanted
 * @returns {Promise<any>} what the case printed */
export async function runCase(pace, wanted) {
  const available = availableParallelism();
  if (wanted.threads > available) {
    throw new Error(`it takes ${wanted.threads} cores; there is only ${available}`);
  }
  const pin = cores ? ['taskset', '-c', cores.slice(-wanted.threads).join(',')] : [];
  const [program, ...args] = [...pin, ...command(pace, wanted)];
  const options = { cwd: root, timeout: LONGEST_MS };
  const { stdout } = await promisify(execFile)(program, args, options).catch((error) => {
    throw new Error(
      error.killed ? `it took more than ${LONGEST_MS / 1000} s` : reason(error.stderr),
    );
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
