/** Fetching a published data set: what arrives whole is opened, what is cut is fetched from the start,
 * and whatever else arrives is an error that names it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { openDataset } from 'residua';
import { fetchSet } from '../web/lib/data/fetch.js';
import { Dataset } from '../web/lib/dataset.js';
import { CLI } from './command.js';
import { BATCHES, binaryFiles, madeUpBatch } from './data/fixtures.js';
import { publishedCifar10, serveOrigins, skipWithoutCifar10 } from './origins.js';

const PATHS = ['train', 'test'].map((part) => `cifar100/cifar100/${part}-00000-of-00001.parquet`);
const FILES = new Map(PATHS.map((path, i) => [path, new Uint8Array(40000 + i).fill(i + 1)]));

/** As many images as the whole CIFAR-100 has, all black. */
function whole() {
  const set = (/** @type {number} */ each) => ({
    images: new Uint8Array(each * 100 * 3072),
    labels: Uint16Array.from({ length: each * 100 }, (_, i) => i % 100),
  });
  const classes = Array.from({ length: 100 }, (_, i) => `class ${i}`);
  return new Dataset({ name: 'CIFAR-100', classes, train: set(500), test: set(100) });
}
const WHOLE = whole();

/** @param {any[]} files */
async function open(files) {
  for (const [i, { size, stream, slice }] of files.entries()) {
    assert.equal(size, 40000 + i);
    const bytes = new Uint8Array(await new Response(stream()).arrayBuffer());
    assert.deepEqual(bytes, FILES.get(PATHS[i]));
    assert.equal((await slice(1, 3).arrayBuffer()).byteLength, 2);
  }
  return WHOLE;
}

describe('a published data set', () => {
  /** @type {Awaited<ReturnType<typeof serveOrigins>>} */
  let origins;
  afterEach(() => origins.close());

  /** @param {import('./origins.js').Trouble[]} troubles
   * @param {Partial<import('../web/lib/index.js').FetchOptions>} [options] */
  async function fetchWith(troubles, options = {}) {
    origins = await serveOrigins(FILES, [...troubles]);
    return fetchSet('cifar100', { source: origins.url, ...options }, open);
  }

  it('comes whole across a redirect, by plain GET alone', async () => {
    /** @type {any[]} */
    const progress = [];
    const dataset = await fetchWith([], { onProgress: (one) => progress.push(one) });
    assert.equal(dataset, WHOLE);
    assert.equal(origins.seen.length, 4);
    assert.ok(origins.seen.every((line) => / GET /.test(line)));
    assert.equal(progress.at(-1).done, 80001);
    assert.equal(progress.at(-1).total, 80001);
    const done = progress.map((one) => one.done);
    assert.deepEqual(
      done,
      done.toSorted((a, b) => a - b),
    );
  });

  it('is fetched from the start again where the connection was cut, which progress says', async () => {
    const attempts = new Set();
    const dataset = await fetchWith([{ cut: 12000 }, { status: 503 }, {}], {
      onProgress: ({ file, attempt }) => attempts.add(`${file}.${attempt}`),
    });
    assert.equal(dataset, WHOLE);
    assert.ok(attempts.has('1.3'));
  });

  it('is given up after three tries', async () => {
    await assert.rejects(fetchWith([{ cut: 9000 }, { cut: 9000 }, { cut: 9000 }]), {
      code: 'NOT_FETCHED',
      message: /could not be fetched: .*Check the connection/,
    });
  });

  it('is not asked for twice where it is not there', async () => {
    await assert.rejects(fetchWith([{ status: 404 }]), {
      code: 'NOT_FETCHED',
      message: /is not there \(the server answered 404\)/,
    });
    assert.equal(origins.seen.length, 2);
  });

  it('cannot come from where nobody answers', async () => {
    origins = await serveOrigins(FILES);
    origins.close();
    await assert.rejects(fetchSet('cifar100', { source: origins.url }, open), {
      code: 'NOT_FETCHED',
      message: /ECONNREFUSED/,
    });
  });

  it('is cancelled at once, and what was fetched is dropped', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const fetching = fetchWith([{ stall: true }], {
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await assert.rejects(fetching, (error) => error === reason);
    origins.close();
    await assert.rejects(fetchWith([], { signal: AbortSignal.abort(reason) }), reason);
  });

  it('is refused if it is another', async () => {
    origins = await serveOrigins(FILES);
    const part = WHOLE.take({ images: 49999 });
    await assert.rejects(
      fetchSet('cifar100', { source: origins.url }, async () => part),
      {
        code: 'NOT_FETCHED',
        message: /is not CIFAR-100: it has 49999 training and 10000 test images/,
      },
    );
  });
});

/** The command with a cache folder and a source of its own.
 * @param {string} cache @param {string} source @param {string[]} args
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>} */
function residuaFrom(cache, source, ...args) {
  const env = { ...process.env, XDG_CACHE_HOME: cache, RESIDUA_DATA: source };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

const TRAIN = ['train', '--net', 'resnet8', '--width', '1', '--epochs', '1', '--images', '64'];
const BATCH = ['--batch', '32'];

describe('the command', () => {
  it('says what it fetches from whom, and keeps nothing of what is not the set', async () => {
    const cache = await mkdtemp(path.join(tmpdir(), 'residua-'));
    const origins = await serveOrigins(
      new Map(
        [...FILES].map(([name, bytes]) => [
          name.replaceAll('cifar100/cifar100', 'cifar10/plain_text'),
          bytes,
        ]),
      ),
    );
    try {
      const { code, stderr } = await residuaFrom(cache, origins.url, ...TRAIN, '--data', 'cifar10');
      assert.equal(code, 1, stderr);
      assert.match(stderr, /Fetching CIFAR-10 \(137 MB\) from http:/);
      assert.match(stderr, /What came from http:.* is not CIFAR-10: /);
      assert.deepEqual(await readdir(path.join(cache, 'residua')), []);
    } finally {
      origins.close();
      await rm(cache, { recursive: true });
    }
  });

  it('says what came between two tries, and calls a connection cut only where there was one', async () => {
    const cache = await mkdtemp(path.join(tmpdir(), 'residua-'));
    const names = [...FILES].map(([name, bytes]) => ({
      name: name.replaceAll('cifar100/cifar100', 'cifar10/plain_text'),
      bytes,
    }));
    const files = new Map(names.map(({ name, bytes }) => [name, bytes]));
    const origins = await serveOrigins(files, [{ cut: 12000 }, {}, { status: 503 }]);
    const asked = [...TRAIN, '--data', 'cifar10'];
    try {
      const { stderr } = await residuaFrom(cache, origins.url, ...asked);
      const tries = stderr.split('\n').filter((line) => /again\.$/.test(line));
      assert.deepEqual(tries, [
        'The connection was cut; this file begins at its start again.',
        `No data from ${new URL(origins.url).host}; trying again.`,
      ]);
      for (const source of ['http://127.0.0.1:1', 'http://nowhere.invalid']) {
        const nobody = await residuaFrom(cache, source, ...asked);
        assert.equal(nobody.code, 1);
        assert.doesNotMatch(nobody.stderr, /cut;/);
        assert.match(nobody.stderr, /^No data from (127\.0\.0\.1:1|nowhere\.invalid); trying/m);
        assert.match(nobody.stderr, /could not be fetched: .*(bad port|ENOTFOUND|EAI_AGAIN)/);
      }
    } finally {
      origins.close();
      await rm(cache, { recursive: true });
    }
  });

  it('trains on CIFAR-10 by name, as on its archive, and fetches it once', {
    skip: skipWithoutCifar10,
  }, async () => {
    const archive = String(process.env.CIFAR10);
    const files = publishedCifar10(await openDataset(archive));
    const cache = await mkdtemp(path.join(tmpdir(), 'residua-'));
    const origins = await serveOrigins(files, [{}, { cut: 1e6 }]);
    const args = [...TRAIN, ...BATCH, '--test-images', '10', '--tier', 'simd128', '--json'];
    try {
      const first = await residuaFrom(cache, origins.url, ...args, '--data', 'cifar10');
      assert.equal(first.code, 0, first.stderr);
      assert.match(first.stderr, /begins at its start again/);
      const requests = origins.seen.length;
      const second = await residuaFrom(cache, origins.url, ...args, '--data', 'cifar10');
      assert.equal(origins.seen.length, requests);
      const third = await residuaFrom(cache, origins.url, ...args, '--data', archive);
      const [digest, again, ofArchive] = [first, second, third].map(
        ({ stdout }) => JSON.parse(String(stdout.trim().split('\n').at(-1))).trajectory,
      );
      assert.equal(again, digest);
      assert.equal(ofArchive, digest);
    } finally {
      origins.close();
      await rm(cache, { recursive: true });
    }
  });

  it('keeps what was fetched when the command asks for labels that it has not', async () => {
    const cache = await mkdtemp(path.join(tmpdir(), 'residua-'));
    const folder = path.join(cache, 'residua/cifar10');
    try {
      await mkdir(folder, { recursive: true });
      const batches = new Map(BATCHES.map((name, i) => [name, madeUpBatch(i + 1, 8)]));
      for (const [name, bytes] of binaryFiles(batches, '')) {
        await writeFile(path.join(folder, String(name)), bytes);
      }
      const before = await readdir(folder);
      const asked = [...TRAIN, '--data', 'cifar10', '--labels', 'coarse'];
      const { code, stderr } = await residuaFrom(cache, 'http://127.0.0.1:1', ...asked);
      assert.equal(code, 1);
      assert.match(stderr, /has no coarse labels/);
      assert.deepEqual(await readdir(folder), before);
    } finally {
      await rm(cache, { recursive: true });
    }
  });

  it('leaves a local file that is called like a set alone', async () => {
    const { code, stderr } = await residuaFrom(
      '/nowhere',
      'http://127.0.0.1:1',
      ...TRAIN,
      '--data',
      './cifar10',
    );
    assert.equal(code, 1);
    assert.match(stderr, /There is no file or folder/);
  });
});
