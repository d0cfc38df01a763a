/** Pictures other than PNG, where there is no browser to decode them: JPEG. */
import jpeg from 'jpeg-js';

/** @param {string} kind @param {Uint8Array} bytes
 * @returns {Promise<import('../index.js').Picture>} */
export async function decodeOther(kind, bytes) {
  if (kind !== 'jpeg') {
    throw new Error(`${kind} is not decoded in Node; convert it to PNG or JPEG, or use a browser`);
  }
  // Its size was looked at.
  const limits = { maxResolutionInMP: 100, maxMemoryUsageInMB: 1024 };
  return jpeg.decode(bytes, { useTArray: true, ...limits });
}
