/** The examples for frameworks, test runners and Deno: each is installed with its pinned tools and the packed package,
 * built, and run. HOSTS="next deno" picks some. The results of the last run stand in examples/results.json, which
 * docs/guides/bundlers.md shows; HOSTS_RECORD=1 writes them. Takes 15 minutes on two cores. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sendFile } from '../tools/send-file.js';
import { launchChromium, needsChromium } from './chromium.js';
import { json } from './command.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const EXAMPLES = path.join(ROOT, 'examples');
const RESULTS = path.join(EXAMPLES, 'results.json');
const NODE22 = path.join(ROOT, 'tests/engines/node_modules/node22/bin');
const PORT = 4600;

/**
 * @typedef {object} Host
 * @property {string[][]} steps commands; those that print the digest of training are tests themselves
 * @property {string} [serve] a folder of files, for Chromium
 * @property {string[]} [server] a command that listens on $PORT, whose page trains in Chromium
 * @property {string} [route] an address of that server that trains
 * @property {string} [bin] where the Node is that it needs
 */

const NEXT = { server: ['npx', 'next', 'start', '-p', String(PORT)], route: '/train' };
/** @type {Record<string, Host & { folder?: string }>} */
const HOSTS = {
  parcel: { steps: [['npx', 'parcel', 'build', 'index.html', '--no-cache']], serve: 'dist' },
  vitest: {
    steps: [
      ['npm', 'run', 'test'],
      ['npm', 'run', 'test:jsdom'],
    ],
  },
  jest: {
    steps: [
      ['npm', 'run', 'test'],
      ['npm', 'run', 'test:jsdom'],
    ],
  },
  deno: { steps: [['npm', 'start']] },
  sveltekit: { steps: [['npx', 'vite', 'build']], server: ['node', 'build'], route: '/train' },
  nuxt: {
    steps: [['npx', 'nuxt', 'build']],
    ...{ server: ['node', '.output/server/index.mjs'], route: '/train', bin: NODE22 },
  },
  'next-webpack': { folder: 'next', steps: [['npx', 'next', 'build', '--webpack']], ...NEXT },
  'next-turbopack': { folder: 'next', steps: [['npx', 'next', 'build', '--turbopack']], ...NEXT },
};
const picked = process.env.HOSTS?.split(' ') ?? Object.keys(HOSTS);

describe('the example for', needsChromium, () => {
  /** @type {string} */
  let folder;
  /** @type {string} */
  let tarball;
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** Of the run in all examples, by tier. @type {string[]} */
  const digests = [];
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'residua-hosts-'));
    const packed = await promisify(execFile)('npm', ['pack', ROOT, '--json'], { cwd: folder });
    tarball = path.join(folder, JSON.parse(packed.stdout)[0].filename);
    browser = await launchChromium();
    const sizes = ['--width', '4', '--images', '500', '--test-images', '100', '--epochs', '3'];
    for (const tier of ['relaxed', 'simd128']) {
      const lines = await json('train', '--net', 'resnet8', ...sizes, '--tier', tier).catch(
        () => [],
      );
      digests.push(lines.at(-1)?.trajectory);
    }
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  /** @param {string} text */
  const checkTrained = (text) => {
    const [, digest] = /epoch 3: .*\(([0-9a-f]{16})\)/.exec(text) ?? [];
    assert.ok(digest && digests.includes(digest), `${text}, not ${digests}`);
  };

  /** @param {string} url */
  async function trainsIn(url) {
    const page = await browser.newPage();
    /** @type {string[]} */
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(url);
    await page
      .waitForFunction(() => / 3: /.test(document.body.textContent ?? ''))
      .catch((error) => assert.fail(`${error.message}: ${complaints}`));
    checkTrained(String(await page.locator('body').innerText()));
    assert.deepEqual(complaints, []);
    await page.close();
  }

  for (const name of picked) {
    const { folder: example = name, steps, serve, server, route, bin } = HOSTS[name];
    it(name, { skip: bin && !existsSync(bin) && 'npm ci --prefix tests/engines' }, async () => {
      const cwd = path.join(folder, name);
      await cp(path.join(EXAMPLES, example), cwd, {
        recursive: true,
        filter: (from) => !from.includes('node_modules', EXAMPLES.length),
      });
      const PATH = bin ? `${bin}${path.delimiter}${process.env.PATH}` : process.env.PATH;
      const quiet = { NEXT_TELEMETRY_DISABLED: '1', NUXT_TELEMETRY_DISABLED: '1', NO_COLOR: '1' };
      const options = {
        cwd,
        maxBuffer: 1e7,
        env: { ...process.env, ...quiet, PATH, PORT: String(PORT) },
      };
      const run = (/** @type {string[]} */ [program, ...args]) =>
        promisify(execFile)(program, args, options);
      await run(['npm', 'install', tarball, '--ignore-scripts', '--no-audit', '--no-fund']);
      let printed = '';
      for (const step of steps) {
        const { stdout, stderr } = await run(step);
        printed = stdout + stderr;
        if (!serve && !server) checkTrained(printed);
      }
      if (serve) await served(path.join(cwd, serve), trainsIn);
      if (server) {
        const [program, ...args] = server;
        const process = spawn(program, args, { ...options, detached: true, stdio: 'ignore' });
        try {
          const url = `http://127.0.0.1:${PORT}`;
          const answer = await answerOf(`${url}${route ?? ''}`);
          if (route) checkTrained(answer);
          await trainsIn(url);
        } finally {
          global.process.kill(-Number(process.pid)); // npx and what it has started.
        }
      }
      if (process.env.HOSTS_RECORD) await record(name, example, bin !== undefined);
    });
  }
});

/** @param {string} folder @param {(url: string) => Promise<void>} visit */
async function served(folder, visit) {
  const server = createServer((request, response) => sendFile(request, response, folder));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await visit(`http://127.0.0.1:${port}`);
  server.close();
}

/** Waits until the server listens. @param {string} url */
async function answerOf(url) {
  for (let tries = 0; tries < 300; tries++) {
    const response = await fetch(url).catch(() => null);
    if (response) return response.text();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return assert.fail(`nothing listens at ${url}`);
}

/** @param {string} name @param {string} example @param {boolean} newer */
async function record(name, example, newer) {
  const results = JSON.parse(await readFile(RESULTS, 'utf8').catch(() => '{}'));
  const manifest = JSON.parse(await readFile(path.join(EXAMPLES, example, 'package.json'), 'utf8'));
  const node = newer ? '22' : process.versions.node.split('.')[0];
  const date = new Date().toISOString().slice(0, 10);
  results[name] = { date, node, tools: manifest.devDependencies };
  await writeFile(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
}
