/** Two local servers that answer as the publisher of CIFAR-10 does: the first redirects to signed
 * addresses of the second, which sends the file with permission for every page, and refuses HEAD and
 * preflights. Each can be told to fail. */
import { crc32, deflateSync } from 'node:zlib';
import { listening } from './listening.js';
import { haveWriters, writeByHyparquet } from './parquet/writers.js';

/**
 * @typedef {object} Trouble
 * @property {number} [cut] bytes after which the connection ends, once for each time it is listed
 * @property {number} [status] instead of the file
 * @property {number} [slow] ms between pieces
 * @property {boolean} [stall] nothing more after the first piece
 */

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Content-Length, Content-Range, ETag, X-Linked-Size',
};

/** @param {Map<string, Uint8Array>} files by path @param {Trouble[]} [troubles] one for each request of
 * a file, in turn; none when they are used up */
export async function serveOrigins(files, troubles = []) {
  /** Requests that reached either server. @type {string[]} */
  const seen = [];
  const store = await listening((request, response) => {
    seen.push(`store ${request.method} ${request.url}`);
    const path = decodeURIComponent((request.url ?? '').replace(/\?.*/, '').slice(1));
    const file = files.get(path);
    if (request.method !== 'GET' || request.headers.range) {
      response.writeHead(403, { 'Content-Type': 'application/xml' });
      response.end('<Error>AccessDenied</Error>');
      return;
    }
    const trouble = troubles.shift() ?? {};
    if (!file || trouble.status) {
      response.writeHead(trouble.status ?? 404, CORS);
      response.end('not here');
      return;
    }
    response.writeHead(200, {
      ...CORS,
      'Content-Type': 'application/octet-stream',
      'Content-Length': file.length,
      'Content-Disposition': `inline; filename="${path.replace(/.*\//, '')}"`,
      ETag: '"f00"',
      'Accept-Ranges': 'bytes',
    });
    void send(response, file, trouble);
  });
  const hub = await listening((request, response) => {
    seen.push(`hub ${request.method} ${request.url}`);
    const path = (request.url ?? '').slice(1);
    if (!files.has(path)) {
      response.writeHead(404, { ...CORS, 'X-Error-Code': 'EntryNotFound' });
      response.end('Entry not found');
      return;
    }
    const signed = `${store.url}/${encodeURIComponent(path)}?X-Amz-Signature=abc&Expires=1`;
    response.writeHead(302, { ...CORS, Location: signed, 'X-Linked-Size': '1' });
    response.end(`Found. Redirecting to ${signed}`);
  });
  return {
    url: hub.url,
    storeUrl: store.url,
    seen,
    close() {
      for (const { server } of [hub, store]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

/** @param {import('node:http').ServerResponse} response @param {Uint8Array} file
 * @param {Trouble} trouble */
async function send(response, file, { cut, slow, stall }) {
  const piece = Math.max(1, Math.ceil(file.length / 8));
  for (let at = 0; at < file.length; at += piece) {
    if (cut !== undefined && at + piece > cut) {
      response.write(file.subarray(at, cut));
      // What was written arrives first. Without a header, a browser would ask again by itself.
      return response.socket?.destroySoon();
    }
    response.write(file.subarray(at, at + piece));
    if (stall) return;
    if (slow) await new Promise((resolve) => setTimeout(resolve, slow));
  }
  response.end();
}

/** Why the whole CIFAR-10 cannot be served here; false if it can. */
export const skipWithoutCifar10 =
  !process.env.CIFAR10 || !haveWriters
    ? 'CIFAR10 is not set, or the packages of tests/parquet are not installed'
    : false;

/** The published files of CIFAR-10, by path, made of the archive that CIFAR10 names.
 * @param {import('../web/lib/index.js').Dataset} dataset */
export function publishedCifar10({ train, test }) {
  const file = (/** @type {import('../web/lib/index.js').Images} */ { images, labels }) => {
    const pictures = Array.from(labels, (_, i) => ({
      bytes: pngOf(images.subarray(i * 3072, (i + 1) * 3072)),
    }));
    return writeByHyparquet(pictures, { label: Array.from(labels, BigInt) }, { rows: 10000 });
  };
  return new Map([
    ['cifar10/plain_text/train-00000-of-00001.parquet', new Uint8Array(file(train))],
    ['cifar10/plain_text/test-00000-of-00001.parquet', new Uint8Array(file(test))],
  ]);
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** 32 x 32, 8 bits, red, green and blue. */
const HEADER = chunk('IHDR', Buffer.from('00000020000000200802000000', 'hex'));
const END = chunk('IEND', Buffer.alloc(0));

/** A PNG file, packed as little as costs no time. @param {Uint8Array} planes of an image of 32 x 32 */
function pngOf(planes) {
  const rows = Buffer.alloc(32 * 97); // A row begins with its filter: none.
  for (let i = 0; i < 1024; i++) {
    const at = 97 * (i >> 5) + 1 + 3 * (i & 31);
    for (let c = 0; c < 3; c++) rows[at + c] = planes[1024 * c + i];
  }
  return Buffer.concat([SIGNATURE, HEADER, chunk('IDAT', deflateSync(rows, { level: 1 })), END]);
}

/** @param {string} type @param {Buffer} content */
function chunk(type, content) {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type), content, Buffer.alloc(4)]);
  bytes.writeUInt32BE(content.length, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}
