/** The entry for Node: also reads data from files. */

export { readImageFolder } from './data/image-folder.js';
export { readCifar10Path } from './data/node.js';
export * from './index.js';
