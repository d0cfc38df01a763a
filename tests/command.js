/** The command, run as a user runs it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** Runs the command to its end.
 * @param {string[]} args @returns {Promise<{ code: unknown, stdout: string, stderr: string }>} */
export const residua = (...args) => residuaIn(undefined, ...args);

/** The same in a folder; undefined: the present one.
 * @param {string | undefined} folder @param {string[]} args
 * @returns {ReturnType<typeof residua>} */
export function residuaIn(folder, ...args) {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

/** Runs a command that succeeds, and returns the objects that it prints.
 * @param {string[]} args @returns {Promise<any[]>} */
export const json = (...args) => jsonIn(undefined, ...args);

/** The same in a folder. @param {string | undefined} folder @param {string[]} args
 * @returns {Promise<any[]>} */
export async function jsonIn(folder, ...args) {
  const { code, stdout, stderr } = await residuaIn(folder, ...args, '--json');
  assert.equal(code, 0, stderr);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
