/** The same bits in every engine: V8 in three versions of Node and in Chromium, SpiderMonkey in
 * Firefox, JavaScriptCore in Bun; with 1, 2 and 3 threads; from a checkpoint at any step. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sendFile } from '../tools/send-file.js';
import { launchChromium, needsChromium } from './chromium.js';
import { needsFirefox, openFirefox } from './firefox.js';
import { listening } from './listening.js';

const PRINT = fileURLToPath(new URL('engines/print.js', import.meta.url));
const path = (/** @type {string | URL} */ relative) =>
  fileURLToPath(new URL(relative, import.meta.url));
const PROGRAMS = {
  'this Node': process.execPath,
  'Node 22': path('engines/node_modules/node22/bin/node'),
  'Node 24': path('engines/node_modules/node24/bin/node'),
  Bun: path('../examples/node_modules/.bin/bun'),
};
const STEPS = 8;
const PATIENCE = 120000;
/** Says how the known runs end in the browser that opens it. */
const PAGE = `<!doctype html><link rel="icon" href="data:,"><title>Runs</title>
<script type="module">
  const say = (what) => fetch('/', { method: 'POST', body: JSON.stringify(what) });
  try {
    const { allEnds } = await import('/engines/runs.js');
    await say({ found: await allEnds(await import('/dist/worker.js')) });
  } catch (error) {
    await say({ error: String(error) });
  }
</script>`;

const known = JSON.parse(await readFile(new URL('digests.json', import.meta.url), 'utf8'));

/** @param {string} url */
async function openChromium(url) {
  const browser = await launchChromium();
  await (await browser.newPage()).goto(url);
  return () => browser.close();
}

/** @param {Awaited<ReturnType<typeof import('./engines/runs.js').allEnds>>} found
 * @param {import('node:test').TestContext} t */
function check(found, t) {
  assert.equal(Object.keys(found).length, 9);
  let digests = 0;
  for (const [what, { name, ends }] of Object.entries(found)) {
    for (const [step, end] of ends.entries()) {
      assert.deepEqual(end, known[name], `${what}, from step ${step}`);
      digests++;
    }
  }
  assert.equal(digests, 9 + 3 * (STEPS - 1));
  t.diagnostic(`${digests} digests`);
}

describe('the known bits come from', () => {
  for (const [engine, program] of Object.entries(PROGRAMS)) {
    const missing = `*** NOT INSTALLED: run npm ci --ignore-scripts --prefix tests/engines, and for Bun
      npm ci --prefix examples. ***`;
    const skip = existsSync(program) || process.env.CI === 'true' ? false : missing;
    it(engine, { skip }, async (t) => {
      const { stdout } = await promisify(execFile)(program, [PRINT], { maxBuffer: 1e7 });
      check(JSON.parse(stdout), t);
    });
  }

  describe('the browser', () => {
    /** @type {import('node:http').Server} */
    let server;
    /** @type {string} */
    let url;
    /** Hears what the page has found. @type {(found: any) => void} */
    let onFound;
    before(async () => {
      const files = { dist: path('../dist'), engines: path('engines') };
      const served = Object.entries(files).map(([name, folder]) => ({
        prefix: `/${name}/`,
        folder,
      }));
      const made = await listening(async (request, response) => {
        response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
        response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
        if (request.method === 'POST') {
          onFound(JSON.parse(await text(request)));
          response.end();
          return;
        }
        const address = request.url ?? '';
        const found = served.find(({ prefix }) => address.startsWith(prefix));
        if (!found) {
          response.setHeader('Content-Type', 'text/html');
          response.end(PAGE);
          return;
        }
        request.url = address.slice(found.prefix.length - 1);
        sendFile(request, response, found.folder);
      });
      server = made.server;
      url = `${made.url}/`;
    });
    after(() => server.close());

    for (const [name, open, needs] of /** @type {[string, Function, object][]} */ ([
      ['Chromium', openChromium, needsChromium],
      ['Firefox', openFirefox, needsFirefox],
    ])) {
      it(name, { ...needs, timeout: PATIENCE }, async (t) => {
        const reported = new Promise((resolve) => (onFound = resolve));
        const close = await open(url);
        try {
          const { error, found } = await reported;
          assert.equal(error, undefined);
          check(found, t);
        } finally {
          await close();
        }
      });
    }
  });
});
