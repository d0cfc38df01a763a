/** The entry for Node: the same, with another platform. */
export * from './index.js';
