/** The same API as the in-thread entry, with one worker for each network. */
export * from '../lib/index.js';
