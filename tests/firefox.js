/** A real Firefox for tests, if the machine has one. */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMES = ['firefox-esr', 'firefox'];
const DRIVER = new URL('engines/node_modules/puppeteer-core/', import.meta.url);

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
const executablePath = process.env.FIREFOX ?? candidates.find(isExecutable);
const there = executablePath && existsSync(fileURLToPath(DRIVER));

/** What to pass to `describe` or `it`: skips, loudly, where there is no Firefox or nothing to drive it
 * with; on a CI server the test then runs, and fails. */
export const needsFirefox =
  there || process.env.CI === 'true'
    ? {}
    : { skip: '*** NO FIREFOX, or no npm ci --ignore-scripts --prefix tests/engines. ***' };

/** Driven by WebDriver BiDi. */
export async function launchFirefox() {
  if (!executablePath) throw new Error('No Firefox found: install one, or set FIREFOX.');
  const { default: puppeteer } = await import(
    new URL('lib/esm/puppeteer/puppeteer-core.js', DRIVER).href
  );
  return puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
}
