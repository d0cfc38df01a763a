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

/** Whether node_modules/ holds what the lock file says; other systems' binaries may be missing. */
async function isInstalled() {
  const wanted = await packagesOf('package-lock.json');
  const found = await packagesOf('node_modules/.package-lock.json');
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    return path === '' || (found[path] ? found[path].version === version : optional);
  });
}

export async function setUp() {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    throw new BuildError(
      `Node ${OLDEST_NODE} or later is needed; this is ${process.versions.node}.`,
    );
  }
  if (await isInstalled()) return;
  console.log('Installing what package-lock.json lists ...');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund'];
  const code = npm ? await run(process.execPath, [npm, ...args]) : await run('npm', args);
  if (code !== 0) throw new BuildError('npm ci failed; see above.');
}
