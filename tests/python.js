/** Python's packages, for tests that hold ours against others' programs. */
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

/** Debian's own comes first: its packages are the ones that apt installs. */
const PYTHONS = ['/usr/bin/python3', 'python3'];

/** A Python that has a package; null if none here has it. @param {string} name */
export function pythonWith(name) {
  const hasIt = (/** @type {string} */ python) => {
    try {
      execFileSync(python, ['-c', `import ${name}`], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  return PYTHONS.find(hasIt) ?? null;
}

/** Runs a script and returns what it prints. @param {string} python @param {...string} args */
export async function runPython(python, ...args) {
  const { stdout } = await promisify(execFile)(python, args, { maxBuffer: 1 << 26 });
  return stdout;
}
