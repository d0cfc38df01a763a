/** Sends files of a folder over HTTP: types, ranges and conditions by RFC 9110. Invariant: nothing outside
 * the folder, but where a link in it leads, and no name that begins with a dot, unless they are allowed. */
import { STATUS_CODES } from 'node:http';
import send from 'send';

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

/** The last bytes, as many as there are. Where more are asked for, the library refuses what is to be answered
 * with the whole. */
const SUFFIX = /^bytes=-0*[1-9]\d*$/;

/** @param {Request} request */
export const pathOf = ({ url = '' }) => url.replace(/[?#].*/, '');

/** @param {Response} response @param {number} status @param {string} problem
 * @param {Record<string, string>} [headers] */
export function refuse(response, status, problem, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...headers });
  response.end(problem);
}

/** @param {Request} request @param {Response} response @param {string} folder
 * @param {string} [path] below the folder, as addresses have it
 * @param {'ignore' | 'allow'} [dotfiles] what is done with names that begin with a dot */
export function sendFile(request, response, folder, path = pathOf(request), dotfiles = 'ignore') {
  if (!response.hasHeader('Cache-Control')) response.setHeader('Cache-Control', 'no-store');
  send(request, path, { root: folder, cacheControl: false, dotfiles })
    .on('error', ({ status, headers }) => {
      if (status !== 416 || !SUFFIX.test(request.headers.range ?? '')) {
        return refuse(response, status, STATUS_CODES[status] ?? '', headers);
      }
      delete request.headers.range;
      response.removeHeader('Content-Range');
      sendFile(request, response, folder, path, dotfiles);
    })
    .pipe(response);
}
