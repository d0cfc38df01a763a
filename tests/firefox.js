/** A real Firefox for tests, if the machine has one. It opens pages as its owner would, without a driver:
 * under WebDriver, workers that start workers come to a standstill now and then. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './programs.js';

const NAMES = ['firefox-esr', 'firefox'];

const executablePath = process.env.FIREFOX ?? findProgram(NAMES);

/** What to pass to `describe` or `it`: skips, loudly, where there is no Firefox; on a CI server the test
 * then runs, and fails. */
export const needsFirefox =
  executablePath || process.env.CI === 'true'
    ? {}
    : { skip: '*** NO FIREFOX FOUND: install one, or set FIREFOX to its path. ***' };

/** Opens a page in a profile of its own. @param {string} url @returns {Promise<() => Promise<void>>} what
 * ends it */
export async function openFirefox(url) {
  if (!executablePath) throw new Error('No Firefox found: install one, or set FIREFOX.');
  const profile = await mkdtemp(join(tmpdir(), 'residua-firefox-'));
  const flags = ['--headless', '--no-remote', '--profile', profile];
  const child = spawn(executablePath, [...flags, url], { stdio: 'ignore' });
  return async () => {
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
}
