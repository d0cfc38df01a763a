/** The server of npm start. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { filesOfPath } from '../web/lib/data/paths.js';
import { POLICY, POLICY_HEADERS } from '../web/page/policy.js';
import { serve } from '../web/serve.js';

/** As it is: fetch would tidy the path, and choose the Host itself.
 * @param {string} url @param {string} path */
async function answerTo(url, path, { method = 'GET', headers = {} } = {}) {
  const { hostname, port } = new URL(url);
  const asked = request({ hostname, port, path, method, headers }).end();
  const [response] = await once(asked, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

describe('the server', () => {
  const archive = Buffer.alloc(300_000, 'archive');
  /** @type {string} */
  let folder;
  /** @type {Awaited<ReturnType<typeof serve>>} */
  let server;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'residua-'));
    const page = join(folder, 'page');
    await mkdir(page);
    await writeFile(join(page, 'index.html'), '<!doctype html><head><title>x</title></head>');
    await writeFile(join(page, 'main.js'), '1;');
    await writeFile(join(page, 'residua-simd128.wasm'), '\0asm');
    await writeFile(join(folder, 'my data.tar.gz'), archive);
    await writeFile(join(folder, 'secret'), 'secret');
    await writeFile(join(page, 'service-worker.js'), '1;');
    await writeFile(join(page, '.env'), 'hidden');
    await writeFile(join(page, 'digits'), '0123456789');
    const offered = [join(folder, 'my data.tar.gz')];
    for (const name of ['one', 'two']) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, '.batch'), name);
      offered.push(join(folder, name, '.batch'));
    }
    server = await serve({ page, port: 0, offered });
  });
  after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  /** @param {string} path @param {RequestInit} [options] */
  const get = (path, options) => fetch(new URL(path, server.url), options);

  it('isolates the page, so that it may use threads', async () => {
    for (const path of ['', 'main.js', 'residua-simd128.wasm', 'offered/1/my%20data.tar.gz']) {
      const { headers } = await get(path, { method: 'HEAD' });
      assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', path);
      assert.equal(headers.get('cross-origin-embedder-policy'), 'require-corp', path);
      assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', path);
    }
  });

  it('names types', async () => {
    const typeOf = async (/** @type {string} */ path) =>
      (await get(path)).headers.get('content-type') ?? '';
    assert.match(await typeOf(''), /^text\/html/);
    assert.match(await typeOf('main.js'), /^text\/javascript/);
    assert.equal(await typeOf('residua-simd128.wasm'), 'application/wasm');
  });

  it('offers the data it was given, and says so in the page', async () => {
    const html = await (await get('')).text();
    const [, url] = /<meta name="residua-offered-data" content="([^" ]*)/.exec(html) ?? [];
    const response = await get(url);
    assert.equal(Number(response.headers.get('content-length')), archive.length);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), archive);
  });

  it('gives each file that is offered an address of its own, whatever it is called', async () => {
    const html = await (await get('')).text();
    const [, content] = /<meta name="residua-offered-data" content="([^"]*)">/.exec(html) ?? [];
    const bodies = content.split(' ').map(async (url) => (await get(url)).text());
    assert.deepEqual((await Promise.all(bodies)).slice(1), ['one', 'two']);
  });

  it('says what page, workers and service worker may load, and who may show them', async () => {
    for (const path of ['', 'index.html', 'main.js', 'service-worker.js', 'offered/2/.batch']) {
      const { status, headers } = await get(path);
      assert.equal(status, 200, path);
      const policy = headers.get('content-security-policy');
      assert.equal(policy, `${POLICY}; frame-ancestors 'none'`, path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
      assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
    }
  });

  it('has the policy that the docs give for static hosts', async () => {
    const docs = await readFile(new URL('../docs/guides/hosting.md', import.meta.url), 'utf8');
    for (const [name, value] of Object.entries(POLICY_HEADERS)) {
      assert.ok(docs.includes(`\n  ${name}: ${value}\n`), name);
    }
  });

  it('allows for connections to itself and to Hugging Face alone', () => {
    const [, sources] = /connect-src ([^;]*);/.exec(POLICY) ?? [];
    const hosts = ['https://huggingface.co', 'https://*.huggingface.co', 'https://*.hf.co'];
    assert.deepEqual(sources.split(' '), ["'self'", ...hosts]);
  });

  /** @type {Record<string, [number, string | null, string?]>} */
  const RANGES = {
    'bytes=0-1': [206, '01', 'bytes 0-1/10'],
    'bytes=-3': [206, '789', 'bytes 7-9/10'],
    'bytes=-30': [200, '0123456789'],
    'bytes=-0': [416, null, 'bytes */10'],
    'bytes=8-': [206, '89', 'bytes 8-9/10'],
    'bytes=4-99999999999999999999': [206, '456789', 'bytes 4-9/10'],
    'bytes=10-': [416, null, 'bytes */10'],
    'bytes=5-2': [416, null, 'bytes */10'],
    'bytes=abc': [200, '0123456789'],
    'items=0-1': [200, '0123456789'],
  };
  for (const [range, [status, body, contentRange]] of Object.entries(RANGES)) {
    it(`answers to ${range} with ${status}`, async () => {
      const answer = await answerTo(server.url, '/digits', { headers: { Range: range } });
      assert.equal(answer.status, status);
      assert.equal(answer.headers['content-range'], contentRange);
      if (body !== null) assert.equal(answer.body, body);
      if (body !== null) assert.equal(Number(answer.headers['content-length']), body.length);
    });
  }

  it('gives parts of what is offered', async () => {
    const headers = { Range: 'bytes=-5' };
    const { status, body } = await answerTo(server.url, '/offered/1/my%20data.tar.gz', { headers });
    assert.deepEqual([status, body], [206, archive.subarray(-5).toString()]);
  });

  it('knows the methods GET and HEAD alone', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
      for (const path of ['/', '/main.js', '/offered/2/.batch']) {
        const { status, headers } = await answerTo(server.url, path, { method });
        assert.deepEqual([status, headers.allow], [405, 'GET, HEAD'], `${method} ${path}`);
      }
    }
    for (const path of ['/', '/main.js', '/offered/2/.batch']) {
      const { status, body } = await answerTo(server.url, path, { method: 'HEAD' });
      assert.deepEqual([status, body], [200, ''], path);
    }
  });

  it('answers to the names of this machine alone', async () => {
    const { port } = new URL(server.url);
    /** @param {string} host @param {string} path */
    const asked = async (host, path) =>
      (await answerTo(server.url, path, { headers: { Host: host } })).status;
    for (const host of ['localhost', `LOCALHOST:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
      assert.equal(await asked(host, '/offered/2/.batch'), 200, host);
    }
    for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example']) {
      for (const path of ['/', '/main.js', '/offered/2/.batch']) {
        assert.equal(await asked(host, path), 421, `${host} ${path}`);
      }
    }
  });

  it('names a mirror in the page, whose policy then allows that origin alone', async () => {
    const policy = `<meta content="default-src 'self'; connect-src 'self' https://a.example; x">`;
    const page = await mkdtemp(join(folder, 'mirrored-'));
    await writeFile(join(page, 'index.html'), `<!doctype html><head>${policy}</head>`);
    const source = 'https://data.example/a "mirror"; x';
    const mirrored = await serve({ page, port: 0, source });
    const response = await fetch(mirrored.url);
    const html = await response.text();
    mirrored.close();
    const header = response.headers.get('content-security-policy');
    assert.match(String(header), /; connect-src 'self' https:\/\/data\.example; /);
    const found = /<meta name="residua-data-source" content="([^"]*)">/.exec(html) ?? [];
    assert.equal(found?.[1], new URL(source).href);
    assert.match(html, /default-src 'self'; connect-src 'self' https:\/\/data\.example; x"/);
    await assert.rejects(serve({ page, port: 0, source: 'data.example' }), /Invalid URL/);
  });

  it('gives nothing else away', async () => {
    for (const path of [
      '/secret',
      '/../secret',
      '/%2e%2e/secret',
      '/offered/../secret',
      '/offered/secret',
      '/offered/1/../../secret',
      '/offered/1/secret',
      '/.env',
      '/digits%00',
    ]) {
      const { status, body } = await answerTo(server.url, path);
      assert.ok([400, 403, 404].includes(status), `${path}: ${status}`);
      assert.doesNotMatch(body, /secret|hidden/);
    }
  });

  it('survives a reader who leaves', async () => {
    const controller = new AbortController();
    const response = await get('offered/1/my%20data.tar.gz', { signal: controller.signal });
    controller.abort();
    await assert.rejects(response.arrayBuffer());
    assert.equal((await get('main.js')).status, 200);
  });

  it('takes the next port that is free, but not another than was asked for', async () => {
    const [first, second] = [await serve(), await serve()];
    try {
      const port = Number(new URL(first.url).port);
      assert.ok(port >= 8080);
      assert.ok(Number(new URL(second.url).port) > port);
      await assert.rejects(serve({ port }), { code: 'EADDRINUSE' });
    } finally {
      first.close();
      second.close();
    }
  });

  it('finds the files of a folder', async () => {
    const data = join(folder, 'cifar');
    await mkdir(data);
    for (const name of ['data_batch_1.bin', 'test_batch.bin', '.DS_Store']) {
      await writeFile(join(data, name), '');
    }
    const files = await filesOfPath(data);
    assert.deepEqual(files.sort(), [join(data, 'data_batch_1.bin'), join(data, 'test_batch.bin')]);
    await assert.rejects(filesOfPath(join(folder, 'nowhere')), /nowhere/);
  });
});
