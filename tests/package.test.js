/** The package as its users get it: packed, installed, bundled and run, in the examples. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sendFile } from '../tools/send-file.js';
import { launchChromium, needsChromium } from './chromium.js';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const EXAMPLES = path.join(ROOT, 'examples');
const BIN = path.join(EXAMPLES, 'node_modules', '.bin');
/** Six modules of WebAssembly are half of it; the command, which nobody's page loads, is 20 KB, what decodes WebP in
 * Node is 60 KB, the element of a picture is 50 KB, and signals for all calls of both entries are 5 KB. */
const MOST_BYTES = 900e3;
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The least that pages of their own origin need. */
const STRICT = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "connect-src 'self'",
    'img-src data:',
  ].join('; '),
};

/** Bundlers and other runtimes are a few hundred megabytes that few need. */
const needsTools =
  existsSync(BIN) || process.env.CI === 'true'
    ? {}
    : { skip: '*** NOT INSTALLED: run npm ci --prefix examples. ***' };

/** Where the package is installed, beside copies of the examples. */
/** @type {string} */
let project;
/** @type {string} */
let tarball;

/** @param {string} folder of the project @param {string} program @param {string[]} args */
async function run(folder, program, ...args) {
  const options = { cwd: path.join(project, folder), maxBuffer: 1e7 };
  const { stdout } = await promisify(execFile)(program, args, options);
  return stdout;
}
const npm = (/** @type {string[]} */ ...args) => run('', 'npm', ...args);
/** @param {string} folder @param {string} name @param {string[]} args */
const tool = (folder, name, ...args) => run(folder, path.join(BIN, name), ...args);

before(async () => {
  project = await mkdtemp(path.join(tmpdir(), 'residua-package-'));
  const packed = await npm('pack', ROOT, '--json');
  tarball = path.join(project, JSON.parse(packed)[0].filename);
  await cp(EXAMPLES, project, {
    recursive: true,
    filter: (from) => !/node_modules|package(-lock)?\.json$/.test(path.relative(EXAMPLES, from)),
  });
  await writeFile(path.join(project, 'package.json'), '{ "private": true, "type": "module" }');
  await npm('install', tarball, '--offline', '--no-audit', '--no-fund');
});
after(() => rm(project, { recursive: true }));

describe('the package', () => {
  const installed = (/** @type {string[]} */ ...parts) =>
    path.join(project, 'node_modules', 'residua', ...parts);

  it('is small, and brings nothing else', async () => {
    const { size } = await stat(tarball);
    assert.ok(size <= MOST_BYTES, `${size} bytes`);
    const { dependencies = {} } = JSON.parse(await readFile(installed('package.json'), 'utf8'));
    assert.deepEqual(dependencies, {});
    assert.deepEqual(await readdir(path.join(project, 'node_modules')).then(visible), ['residua']);
    assert.deepEqual((await readdir(installed())).sort(), [
      ...['LICENSE', 'README.md', 'dist', 'include', 'package.json'],
    ]);
    assert.ok(!existsSync(installed('dist', 'page')));
  });

  it('mentions no module of Node in what browsers get', async () => {
    for (const file of await webFiles(installed('dist'))) {
      assert.doesNotMatch(await readFile(file, 'utf8'), /["']node:/, file);
    }
  });

  it('has a command', async () => {
    const { version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
    const bin = path.join(project, 'node_modules', '.bin', 'residua');
    assert.equal(await run('', bin, 'version'), `${version}\n`);
  });

  it('satisfies publint and arethetypeswrong', needsTools, async () => {
    await tool('', 'publint', '--strict', installed());
    await tool('', 'attw', tarball, '--profile', 'esm-only');
  });
});

const visible = (/** @type {string[]} */ names) => names.filter((name) => !name.startsWith('.'));

/** Scripts that a browser can come to load, from the entries on. @param {string} dist */
async function webFiles(dist) {
  const found = new Set([
    'index.js',
    'worker.js',
    'element.js',
    'image.js',
    'residua-worker.js',
    'residua-picture-worker.js',
  ]);
  for (const name of found) {
    const text = await readFile(path.join(dist, name), 'utf8');
    for (const [, other] of text.matchAll(/["']\.\/([\w-]+\.js)["']/g)) found.add(other);
  }
  return [...found].map((name) => path.join(dist, name));
}

/** "epoch 3: ..." of each line, and the digest in brackets. @param {string} text */
function endOf(text) {
  const [, epoch, digest] = /epoch (\S+): .* \(([0-9a-f]{16})\)\s*$/.exec(text) ?? [];
  return { epoch, digest };
}

describe('the example', () => {
  /** The digest of the run in all examples, by tier. @type {Record<string, string>} */
  const digests = {};
  before(async () => {
    const flags = ['--width', '4', '--images', '500', '--test-images', '100', '--epochs', '3'];
    const bin = path.join(project, 'node_modules', '.bin', 'residua');
    for (const tier of ['relaxed', 'simd128']) {
      const args = ['train', '--net', 'resnet8', ...flags, '--tier', tier, '--json'];
      const lines = await run('', bin, ...args).catch(() => '{}'); // Not every build has it.
      digests[tier] = JSON.parse(/.*$/.exec(lines.trim())?.[0] ?? '').trajectory;
    }
  });
  /** @param {string} text that the example leaves behind */
  const checkEnd = (text) => {
    const { epoch, digest } = endOf(text);
    assert.equal(epoch, '3', text);
    assert.ok(Object.values(digests).includes(digest), `${text}, not ${JSON.stringify(digests)}`);
  };

  it('for Node trains', async () => {
    checkEnd(await run('node', process.execPath, 'train.js'));
  });

  it('for Node trains in Bun', needsTools, async () => {
    checkEnd(await tool('node', 'bun', 'train.js'));
  });

  /** Runs an example's script with the tools, in the project. @param {string} folder */
  async function buildBy(folder) {
    const script = await readFile(path.join(project, folder, 'build.sh'), 'utf8');
    const here = script
      .replaceAll('node_modules/', '../node_modules/')
      .replace('npx esbuild', path.join(BIN, 'esbuild'))
      .replace('bun build', `${path.join(BIN, 'bun')} build`);
    await run(folder, 'sh', '-c', here);
  }

  it('for Node trains as one bundle of esbuild, without the package', needsTools, async () => {
    await buildBy('esbuild-node');
    const alone = await mkdtemp(path.join(tmpdir(), 'residua-bundle-'));
    await cp(path.join(project, 'esbuild-node/dist'), alone, { recursive: true });
    await writeFile(path.join(alone, 'package.json'), '{ "type": "module" }');
    const { stdout } = await promisify(execFile)(process.execPath, [path.join(alone, 'train.js')]);
    checkEnd(stdout);
    await rm(alone, { recursive: true });
  });

  it('for Bun trains as one program, without the package', needsTools, async () => {
    await buildBy('bun');
    const alone = await mkdtemp(path.join(tmpdir(), 'residua-bun-'));
    await cp(path.join(project, 'bun/train'), path.join(alone, 'train'));
    const { stdout } = await promisify(execFile)(path.join(alone, 'train'), [], { cwd: alone });
    checkEnd(stdout);
    await rm(alone, { recursive: true });
  });

  describe('in Chromium', needsChromium, () => {
    /** @type {import('playwright-core').Browser} */
    let browser;
    /** @type {import('node:http').Server[]} */
    const servers = [];
    /** What pages complain of. @type {string[]} */
    const complaints = [];
    before(async () => {
      browser = await launchChromium();
    });
    after(async () => {
      await browser?.close();
      for (const server of servers) server.close();
    });

    /** @param {string} folder of the project @param {Record<string, string>} [headers] */
    async function serve(folder, headers = {}) {
      const server = createServer((request, response) => {
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        sendFile(request, response, path.join(project, folder));
      });
      servers.push(server.listen(0, '127.0.0.1'));
      await new Promise((resolve) => server.once('listening', resolve));
      return `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
    }

    /** Opens a page, and complains of what it complains of. @param {string} url */
    async function open(url) {
      const page = await browser.newPage();
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        const isIcon = message.location().url.endsWith('/favicon.ico');
        if (message.type() === 'error' && !isIcon) complaints.push(message.text());
      });
      await page.goto(url);
      return page;
    }

    /** @param {string} url @param {string} selector of what shows the epochs */
    async function trained(url, selector) {
      const page = await open(url);
      await page
        .waitForFunction(
          (where) => / 3: /.test(document.querySelector(where)?.textContent ?? ''),
          selector,
        )
        .catch((error) => assert.fail(`${error.message}: ${complaints}`));
      checkEnd(String(await page.textContent(selector)));
      assert.deepEqual(complaints, []);
      await page.close();
    }

    /** Trains what the workbench opens with, made small. @param {import('playwright-core').Page} page */
    async function trainLab(page) {
      await page
        .waitForFunction(() => document.querySelector('residua-lab')?.engine)
        .catch(async (error) => {
          const why = await page.evaluate(
            () => document.querySelector('residua-lab')?.error?.message,
          );
          assert.fail(`${error.message}: ${why}`);
        });
      return page.evaluate(async () => {
        const [lab] = document.querySelectorAll('residua-lab');
        const runs = lab.experiment.runs.slice(0, 1).map((run) => ({ ...run, depth: 8 }));
        lab.experiment = { ...lab.experiment, runs, images: 200, testImages: 50, epochs: 1 };
        await lab.updateComplete;
        await lab.train();
        const threads = lab.engine?.threads;
        return { state: lab.runs.all[0].run.state, threads, isolated: crossOriginIsolated };
      });
    }

    /** Shows a picture to the element. @param {import('playwright-core').Page} page */
    async function pictureAnswered(page) {
      await page.locator('residua-image #choose-picture').waitFor();
      const probabilities = await page.evaluate(async () => {
        const [element] = document.querySelectorAll('residua-image');
        const canvas = Object.assign(document.createElement('canvas'), { width: 40, height: 30 });
        canvas.getContext('2d')?.fillRect(5, 5, 20, 20);
        const content = await new Promise((resolve) => canvas.toBlob(resolve));
        await element.take([new File([/** @type {Blob} */ (content)], 'mine.png')]);
        return element.answer?.classes.map(({ probability }) => probability);
      });
      const sum = probabilities?.reduce((all, one) => all + one, 0);
      assert.ok(Math.abs(Number(sum) - 1) < 1e-5, `${probabilities}: ${complaints}`);
      await page.locator('residua-why canvas').first().waitFor();
      assert.deepEqual(complaints, []);
    }

    const BUNDLERS = {
      vite: { build: () => tool('vite', 'vite', 'build'), folder: 'dist' },
      webpack: {
        async build() {
          await tool('webpack', 'webpack-cli');
          await cp(
            path.join(project, 'webpack/index.html'),
            path.join(project, 'webpack/dist/index.html'),
          );
        },
        folder: 'dist',
      },
      esbuild: {
        build: () => buildBy('esbuild'),
        folder: 'public',
      },
      rollup: {
        async build() {
          // Its configuration imports plugins.
          await symlink(
            path.join(EXAMPLES, 'node_modules'),
            path.join(project, 'rollup/node_modules'),
          );
          await tool('rollup', 'rollup', '--config');
          await cp(
            path.join(project, 'rollup/index.html'),
            path.join(project, 'rollup/dist/index.html'),
          );
        },
        folder: 'dist',
      },
    };
    for (const [name, { build, folder }] of Object.entries(BUNDLERS)) {
      it(`for ${name} trains, alone and with threads`, needsTools, async () => {
        await build();
        await trained(await serve(`${name}/${folder}`), 'body');
        await trained(await serve(`${name}/${folder}`, ISOLATED), 'body');
      });
    }

    it('for Vite takes a new user ten lines and seconds', needsTools, async (t) => {
      const empty = await mkdtemp(path.join(project, 'empty-'));
      for (const name of ['index.html', 'main.js']) {
        await cp(path.join(EXAMPLES, 'vite', name), path.join(empty, name));
      }
      await writeFile(path.join(empty, 'package.json'), '{ "private": true, "type": "module" }');
      const lines = (await readFile(path.join(empty, 'main.js'), 'utf8')).trim().split('\n');
      assert.ok(lines.filter((line) => line !== '').length <= 10, `${lines.length} lines`);

      const begin = performance.now();
      const flags = ['--offline', '--no-audit', '--no-fund'];
      await run(path.relative(project, empty), 'npm', 'install', tarball, ...flags);
      const installed = performance.now();
      const server = execFile(path.join(BIN, 'vite'), ['--port', '0', '--host', '127.0.0.1'], {
        cwd: empty,
        env: { ...process.env, NO_COLOR: '1' },
      });
      try {
        const url = await new Promise((resolve, reject) => {
          server.stdout?.on('data', (text) => {
            const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(text)) ?? [];
            if (found) resolve(found);
          });
          server.on('error', reject); // Vite is not installed.
          server.on('exit', () => reject(new Error('Vite ended')));
        });
        await trained(url, 'body');
        const [whole, first] = [performance.now(), installed].map((now) =>
          ((now - begin) / 1000).toFixed(1),
        );
        t.diagnostic(
          `installed after ${first} s, three epochs trained in the page after ${whole} s`,
        );
      } finally {
        server.kill();
      }
    });

    it('without a build shows the workbench, under a strict policy', async () => {
      await cp(
        path.join(project, 'node_modules/residua/dist'),
        path.join(project, 'script-tag/residua'),
        {
          recursive: true,
        },
      );
      for (const headers of [STRICT, { ...STRICT, ...ISOLATED }]) {
        const page = await open(await serve('script-tag', headers));
        const { state, threads, isolated } = await trainLab(page);
        assert.equal(state, 'finished');
        assert.equal(isolated, 'Cross-Origin-Opener-Policy' in headers);
        assert.equal(Number(threads) > 1, isolated);
        assert.deepEqual(complaints, []);
        await page.close();
      }
    });

    it('of a picture answers without a build, under a strict policy', async () => {
      const flags = ['--width', '4', '--images', '200', '--test-images', '50', '--epochs', '1'];
      const bin = path.join(project, 'node_modules', '.bin', 'residua');
      const out = path.join(project, 'script-tag/weights.safetensors');
      await run('', bin, 'train', '--net', 'resnet8', ...flags, '--out', out);
      const page = await open(`${await serve('script-tag', STRICT)}/image.html`);
      await pictureAnswered(page);
      await page.close();
    });

    it('from another origin runs in workers of blobs, and without workers', async () => {
      const cdn = await serve('node_modules', { 'Access-Control-Allow-Origin': '*' });
      await mkdir(path.join(project, 'cdn/here'), { recursive: true });
      for (const name of ['index.html', 'main.js']) {
        const text = await readFile(path.join(project, 'cdn', name), 'utf8');
        assert.match(text, /https:\/\/cdn\.example/);
        await writeFile(
          path.join(project, 'cdn/here', name),
          text.replaceAll('https://cdn.example', cdn),
        );
      }
      const policy = [
        "default-src 'none'",
        `script-src 'self' ${cdn} 'wasm-unsafe-eval'`,
        "style-src 'self' 'unsafe-inline'",
        `connect-src ${cdn}`,
        'worker-src blob:',
        'img-src data:',
      ];
      const url = await serve('cdn/here', { 'Content-Security-Policy': policy.join('; ') });
      await trained(url, 'p');
      const page = await open(url);
      assert.equal((await trainLab(page)).state, 'finished');
      await page.evaluate(async (entry) => {
        await import(entry);
        document.body.append(document.createElement('residua-image'));
      }, `${cdn}/residua/dist/image.js`);
      await page.locator('#train-small').click();
      await pictureAnswered(page);
      await page.close();
    });
  });
});
