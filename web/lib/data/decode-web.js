/** Pictures other than PNG, as the browser decodes them: without what it would do to colours, which
 * Node does not do either. */

/** @param {string} _kind @param {Uint8Array} bytes
 * @returns {Promise<import('../index.js').Picture>} */
export async function decodeOther(_kind, bytes) {
  const file = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)]);
  const bitmap = await createImageBitmap(file, { colorSpaceConversion: 'none' }).catch(() => {
    throw new Error('this browser cannot decode it');
  });
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, data };
}
