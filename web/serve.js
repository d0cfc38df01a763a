/** Serves the page to this machine, as any static host could, with the headers that allow threads;
 * and, if asked to, the user's own copy of CIFAR-10. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';

const PAGE = fileURLToPath(new URL('../dist/page', import.meta.url));
const FIRST_PORT = 8080;
const LAST_PORT = 8179;
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
};

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

/** Where the page finds a file that is offered to it. @param {string} file */
const offeredUrl = (file) => `offered/${encodeURIComponent(basename(file))}`;

/** The page learns what is offered from a meta element.
 * @param {string} page folder @param {string[]} offered */
async function indexHtml(page, offered) {
  const html = await readFile(join(page, 'index.html'), 'utf8');
  if (offered.length === 0) return html;
  const content = offered.map(offeredUrl).join(' ');
  return html.replace(
    /<head[^>]*>/,
    (head) => `${head}<meta name="residua-offered-data" content="${content}">`,
  );
}

/** @param {string} file @param {Request} request @param {Response} response */
async function sendFile(file, request, response) {
  const { size } = await stat(file);
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': size });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(file), response).catch(() => {}); // The reader left.
}

/** @param {string} page folder @param {string[]} offered files */
function handler(page, offered) {
  const serveStatic = sirv(page, { dev: true });
  const files = new Map(offered.map((file) => [`/${offeredUrl(file)}`, file]));
  return async (/** @type {Request} */ request, /** @type {Response} */ response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const path = (request.url ?? '').replace(/[?#].*/, '');
    const file = files.get(path);
    if (file) return sendFile(file, request, response);
    if (path === '/' || path === '/index.html') {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      return response.end(await indexHtml(page, offered));
    }
    serveStatic(request, response, () => {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found');
    });
  };
}

/** Listens on this port or, if none is asked for, on the first that is free.
 * @param {import('node:http').Server} server @param {number | undefined} port */
async function listen(server, port) {
  for (let at = port ?? FIRST_PORT; ; at++) {
    try {
      await once(server.listen(at, '127.0.0.1'), 'listening');
      return;
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (code !== 'EADDRINUSE' || port !== undefined || at === LAST_PORT) throw error;
    }
  }
}

/** @param {{ port?: number, offered?: string[], page?: string }} [options] `offered` files that the
 * page may fetch; `page` its folder */
export async function serve({ port, offered = [], page = PAGE } = {}) {
  const handle = handler(page, offered);
  const server = createServer((request, response) => {
    handle(request, response).catch((error) => {
      console.error(error);
      response.destroy();
    });
  });
  await listen(server, port);
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://localhost:${address.port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
