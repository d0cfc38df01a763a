/** The digest of sets of images: equal digests mean equal pixels and labels in equal order. The command
 * for WASI hosts computes the same (src/command/digest.c). */

/** Bytes that are digested at once (a few ms), so that the event loop has its turns. */
const PIECE = 1 << 22;

/** Web pages have it in secure contexts alone (https, localhost). */
export const canDigest = () => globalThis.crypto?.subtle !== undefined;

/** @param {Uint8Array} bytes */
async function sha256(bytes) {
  const copy = new Uint8Array(bytes); // Shared memory is refused.
  return new Uint8Array(await crypto.subtle.digest('SHA-256', copy));
}

/** Of a whole data set. @param {import('../index.js').Dataset} dataset */
export const digestOf = ({ train, test }) => digestOfSets([train, test]);

/** A SHA-256 as hexadecimal digits: over the SHA-256s of the pieces, of 4 MiB, of each set's images
 * and then of its labels (16 bits each, little-endian).
 * @param {import('../index.js').Images[]} sets */
export async function digestOfSets(sets) {
  const digests = [];
  for (const { buffer, byteOffset, byteLength } of sets.flatMap((set) => [
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
