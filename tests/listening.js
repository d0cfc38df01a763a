/** HTTP servers of tests, on a free port of this machine. */
import { once } from 'node:events';
import { createServer } from 'node:http';

/** A server that listens, and its address without a slash at its end.
 * @param {import('node:http').RequestListener} listener */
export async function listening(listener) {
  const server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { server, url: `http://127.0.0.1:${port}` };
}
