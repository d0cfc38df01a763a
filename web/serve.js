/** Serves the page to this machine, as any static host could, with the headers that allow threads;
 * and, if asked to, the user's own copy of CIFAR-10, or the address of a mirror of it. Invariant: a page of
 * another origin gets nothing, under whatever name it finds this machine. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pathOf, refuse, sendFile } from '../tools/send-file.js';
import { POLICY_HEADERS } from './page/policy.js';

const PAGE = fileURLToPath(new URL('../dist/page', import.meta.url));
const FIRST_PORT = 8080;
const LAST_PORT = 8179;
const METHODS = ['GET', 'HEAD'];
/** The names of this machine, with or without a port. A page of elsewhere whose own name has come to lead
 * to this machine asks by that name. */
const OWN_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
const HEADERS = {
  ...POLICY_HEADERS,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
};

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

/** Where the page finds the files that are offered to it, each at an address of its own.
 * @param {string[]} files */
const offeredUrls = (files) =>
  files.map((file, i) => `offered/${i + 1}/${encodeURIComponent(basename(file))}`);

/** The page learns what is offered, and where to fetch CIFAR-10, from meta elements. Its policy allows that
 * place in the stead of the publisher.
 * @param {string} page folder @param {string[]} offered @param {URL[]} sources */
async function indexHtml(page, offered, sources) {
  const html = await readFile(join(page, 'index.html'), 'utf8');
  const metas = [
    ...(offered.length > 0 ? [metaOf('offered-data', offeredUrls(offered).join(' '))] : []),
    ...(sources[0] ? [metaOf('data-source', sources[0].href)] : []),
  ];
  const told = html.replace(/<head[^>]*>/, (head) => head + metas.join(''));
  return sources.length > 0 ? allowing(told, sources) : told;
}

/** @param {string} name @param {string} content without quotes, as addresses are */
const metaOf = (name, content) => `<meta name="residua-${name}" content="${content}">`;

/** A policy that allows these origins in the stead of the publisher's. @param {string} policy
 * @param {URL[]} sources */
function allowing(policy, sources) {
  const origins = sources.map(({ origin }) => ` ${origin}`).join('');
  return policy.replace(/connect-src [^;]*/, `connect-src 'self'${origins}`);
}

/** Says why to whoever is not served. @param {Request} request @param {Response} response */
function isRefused(request, response) {
  if (!OWN_HOST.test(request.headers.host ?? '')) {
    refuse(response, 421, 'This server answers to localhost, 127.0.0.1 and [::1] alone.');
    return true;
  }
  if (METHODS.includes(request.method ?? '')) return false;
  const allowed = METHODS.join(', ');
  refuse(response, 405, `This server knows the methods ${allowed}.`, { Allow: allowed });
  return true;
}

/** @param {URL[]} sources */
function headersAllowing(sources) {
  const name = 'Content-Security-Policy';
  return { ...HEADERS, [name]: allowing(HEADERS[name], sources) };
}

/** @param {string} page folder @param {string[]} offered files @param {URL[]} sources */
function handler(page, offered, sources) {
  const files = new Map(offeredUrls(offered).map((url, i) => [`/${url}`, offered[i]]));
  const headers = sources.length > 0 ? headersAllowing(sources) : HEADERS;
  return async (/** @type {Request} */ request, /** @type {Response} */ response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (isRefused(request, response)) return;
    const path = pathOf(request);
    const file = files.get(path);
    if (file) return sendFile(request, response, dirname(file), basename(path), 'allow');
    if (path === '/' || path === '/index.html') {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      return response.end(await indexHtml(page, offered, sources));
    }
    // TypeDoc's pages have scripts inside.
    if (path.startsWith('/api/')) response.removeHeader('Content-Security-Policy');
    sendFile(request, response, page);
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

/** @param {{ port?: number, offered?: string[], source?: string, redirects?: string[], page?: string }}
 *   [options] `offered` files that the page may fetch; `source` the address of a mirror of CIFAR-10, and
 *   `redirects` where that leads on to; `page` its folder */
export async function serve({ port, offered = [], source, redirects = [], page = PAGE } = {}) {
  const sources = source ? [source, ...redirects].map((one) => new URL(one)) : [];
  const handle = handler(page, offered, sources);
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
