/** What all of Node has, and what test runners that pretend to be a browser there take away from it. */
export { CompressionStream, DecompressionStream, ReadableStream } from 'node:stream/web';
export { setImmediate } from 'node:timers';
export { TextDecoder, TextEncoder } from 'node:util';
export { MessageChannel } from 'node:worker_threads';
