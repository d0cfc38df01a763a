/** A real Chromium for tests, if the machine has one: its engine alone where that will do, since windows, menus
 * and the like cost a third of the time of a visit. */
import { spawn } from 'node:child_process';
import { chromium } from 'playwright-core';
import { findProgram } from './programs.js';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ENGINES = ['chromium-headless-shell', 'chrome-headless-shell'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const executablePath = process.env.CHROMIUM ?? findProgram(BROWSERS);
const enginePath = process.env.CHROMIUM ?? findProgram([...ENGINES, ...BROWSERS]);

/** What to pass to `describe` or `it`: skips, loudly, where there is no Chromium; on a CI server
 * the test then runs, and fails. */
export const needsChromium =
  executablePath || process.env.CI === 'true'
    ? {}
    : { skip: '*** NO CHROMIUM FOUND: install one, or set CHROMIUM to its path. ***' };

/** Where the browser that all test files share is, if tools/test.js has launched one. */
const SHARED = 'SHARED_CHROMIUM';
const NOT_FOUND = 'No Chromium found: install one, or set CHROMIUM.';

/** Launches a browser that test files find in their environment; null where there is no Chromium. */
export async function shareChromium() {
  if (!enginePath) return null;
  const server = await chromium.launchServer({ executablePath: enginePath, args: FLAGS });
  return { env: { [SHARED]: server.wsEndpoint() }, close: () => server.close() };
}

/** The shared browser, if there is one; with flags of its own, such as those of a camera, a whole one. Whoever
 * closes what this gives closes what it opened there.
 * @param {string[]} [flags] @returns {Promise<import('playwright-core').Browser>} */
export function launchChromium(flags = []) {
  if (flags.length > 0) return launchWholeChromium(flags);
  const shared = process.env[SHARED];
  if (shared) return chromium.connect(shared);
  if (!enginePath) throw new Error(NOT_FOUND);
  return chromium.launch({ executablePath: enginePath, args: FLAGS });
}

/** A browser with all that its owner has, windows too, which is what benchmarks measure. @param {string[]} [flags] */
export function launchWholeChromium(flags = []) {
  if (!executablePath) throw new Error(NOT_FOUND);
  return chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
}

/** A Chromium as its owner has it, with tabs that hide each other and a profile on disk, which
 * outlives it. @param {string} profile folder */
export async function launchChromiumOf(profile) {
  if (!executablePath) throw new Error(NOT_FOUND);
  const own = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`];
  const child = spawn(executablePath, [...FLAGS, ...own, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const address = await new Promise((resolve, reject) => {
    let said = '';
    child.once('exit', () => reject(new Error(`Chromium did not start: ${said}`)));
    child.stderr.on('data', (text) => {
      said += text;
      const [, found] = /listening on (ws:\S+)/.exec(said) ?? [];
      if (found) resolve(found);
    });
  });
  const browser = await chromium.connectOverCDP(address, { noDefaults: true });
  const kill = () => {
    child.kill('SIGKILL');
    return ended;
  };
  return { context: browser.contexts()[0], kill };
}
