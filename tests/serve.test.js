/** The server of npm start. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { filesOfPath } from '../web/lib/data/paths.js';
import { serve } from '../web/serve.js';

/** As it is: fetch would tidy the path. */
async function statusOf(url, path) {
  const { hostname, port } = new URL(url);
  const asked = request({ hostname, port, path }).end();
  const [response] = await once(asked, 'response');
  response.resume();
  return response.statusCode;
}

describe('the server', () => {
  const archive = Buffer.alloc(300_000, 'archive');
  let folder;
  let server;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'residua-'));
    const page = join(folder, 'page');
    await mkdir(page);
    await writeFile(join(page, 'index.html'), '<!doctype html><head><title>x</title></head>');
    await writeFile(join(page, 'main.js'), '1;');
    await writeFile(join(page, 'residua-simd128.wasm'), '\0asm');
    await writeFile(join(folder, 'my data.tar.gz'), archive);
    await writeFile(join(folder, 'secret'), 'x');
    server = await serve({ page, port: 0, offered: [join(folder, 'my data.tar.gz')] });
  });
  after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  const get = (path, options) => fetch(new URL(path, server.url), options);

  it('isolates the page, so that it may use threads', async () => {
    for (const path of ['', 'main.js', 'residua-simd128.wasm', 'offered/my%20data.tar.gz']) {
      const { headers } = await get(path, { method: 'HEAD' });
      assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', path);
      assert.equal(headers.get('cross-origin-embedder-policy'), 'require-corp', path);
      assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', path);
    }
  });

  it('names types', async () => {
    const typeOf = async (path) => (await get(path)).headers.get('content-type');
    assert.match(await typeOf(''), /^text\/html/);
    assert.match(await typeOf('main.js'), /^text\/javascript/);
    assert.equal(await typeOf('residua-simd128.wasm'), 'application/wasm');
  });

  it('offers the data it was given, and says so in the page', async () => {
    const html = await (await get('')).text();
    const [, url] = /<meta name="residua-offered-data" content="([^"]*)">/.exec(html);
    const response = await get(url);
    assert.equal(Number(response.headers.get('content-length')), archive.length);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), archive);
  });

  it('gives nothing else away', async () => {
    for (const path of [
      '/secret',
      '/../secret',
      '/%2e%2e/secret',
      '/offered/../secret',
      '/offered/secret',
    ]) {
      assert.equal(await statusOf(server.url, path), 404, path);
    }
  });

  it('survives a reader who leaves', async () => {
    const controller = new AbortController();
    const response = await get('offered/my%20data.tar.gz', { signal: controller.signal });
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
