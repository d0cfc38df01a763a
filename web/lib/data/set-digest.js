/** Tells whether images are the same as at an earlier visit. */

/** Bytes that are digested at once (a few ms), so that the page stays responsive. */
const PIECE = 1 << 22;

/** @param {Uint8Array} bytes */
async function sha256(bytes) {
  const buffer = await crypto.subtle.digest('SHA-256', /** @type {BufferSource} */ (bytes));
  return new Uint8Array(buffer);
}

/** A SHA-256 of all images and labels, as hexadecimal digits: of the digests of their pieces.
 * @param {import('../index.js').Dataset} dataset */
export async function digestOf({ train, test }) {
  const digests = [];
  for (const { buffer, byteOffset, byteLength } of [train, test].flatMap((set) => [
    set.images,
    set.labels,
  ])) {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    for (let at = 0; at === 0 || at < byteLength; at += PIECE) {
      digests.push(...(await sha256(bytes.subarray(at, at + PIECE))));
    }
  }
  const whole = await sha256(new Uint8Array(digests));
  return Array.from(whole, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
