/** What every command does first, so that it works straight after a clone. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildError, root, run } from './process.js';

const OLDEST_NODE = 20;

/** @param {string} file @returns {Promise<Record<string, { version: string, optional?: boolean }>>} */
async function packagesOf(file) {
  const text = await readFile(join(root, file), 'utf8').catch(() => '{}');
  return JSON.parse(text).packages ?? {};
}

/** Whether a folder's node_modules/ holds what its lock file says; other systems' binaries may be
 * missing. @param {string} folder */
async function isInstalled(folder) {
  const wanted = await packagesOf(join(folder, 'package-lock.json'));
  const found = await packagesOf(join(folder, 'node_modules/.package-lock.json'));
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    return path === '' || (found[path] ? found[path].version === version : optional);
  });
}

/** Installs what a folder's lock file lists, unless it is there. What is said about that goes to
 * stderr. @param {string} folder @param {string[]} [flags] */
export async function install(folder, flags = []) {
  if (await isInstalled(folder)) return;
  console.error(`Installing what ${join(folder, 'package-lock.json')} lists ...`);
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--prefix', folder, ...flags];
  const [program, ...before] = npm ? [process.execPath, npm] : ['npm'];
  const code = await run(program, [...before, ...args], process.env, 2);
  if (code !== 0) throw new BuildError('npm ci failed; see above.');
}

export async function setUp() {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    throw new BuildError(
      `Node ${OLDEST_NODE} or later is needed; this is ${process.versions.node}.`,
    );
  }
  await install('.');
}
