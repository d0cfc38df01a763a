/** What kind of array a value is, whichever realm made it. Frames, and the contexts of test runners, have classes of
 * their own, for which `instanceof` is false. */

const typed = Object.getPrototypeOf(Uint8Array.prototype);
const tag = /** @type {PropertyDescriptor} */ (
  Object.getOwnPropertyDescriptor(typed, Symbol.toStringTag)
);
/** "Uint8Array", or undefined for what is no typed array. @param {unknown} value @returns {string | undefined} */
const kindOf = (value) => tag.get?.call(value);

/** @param {unknown} value @returns {value is Uint8Array} */
export const isBytes = (value) => kindOf(value) === 'Uint8Array';
/** @param {unknown} value @returns {value is Uint16Array} */
export const isUint16s = (value) => kindOf(value) === 'Uint16Array';
/** @param {unknown} value @returns {value is Float32Array} */
export const isFloats = (value) => kindOf(value) === 'Float32Array';

/** Is a buffer shared memory? @param {ArrayBufferLike} buffer */
export const isSharedBuffer = (buffer) =>
  Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]';
