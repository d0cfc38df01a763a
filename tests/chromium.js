/** A real Chromium for tests, if the machine has one. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const folders = (process.env.PATH ?? '').split(delimiter);
const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
const executablePath = process.env.CHROMIUM ?? candidates.find(isExecutable);

/** What to pass to `describe` or `it`: skips, loudly, where there is no Chromium; on a CI server
 * the test then runs, and fails. */
export const needsChromium =
  executablePath || process.env.CI === 'true'
    ? {}
    : { skip: '*** NO CHROMIUM FOUND: install one, or set CHROMIUM to its path. ***' };

export function launchChromium() {
  if (!executablePath) throw new Error('No Chromium found: install one, or set CHROMIUM.');
  return chromium.launch({ executablePath, args: FLAGS });
}
