/** The command, run as a user runs it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** Runs the command to its end.
 * @param {string[]} args @returns {Promise<{ code: unknown, stdout: string, stderr: string }>} */
export function residua(...args) {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

/** Runs a command that succeeds, and returns the objects that it prints.
 * @param {string[]} args @returns {Promise<any[]>} */
export async function json(...args) {
  const { code, stdout, stderr } = await residua(...args, '--json');
  assert.equal(code, 0, stderr);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
