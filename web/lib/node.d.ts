/** In Node, `residua` declares the same as elsewhere.
 * @module residua
 */
export * from './index.js';
