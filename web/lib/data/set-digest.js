/** The digest of sets of images: equal digests mean equal pixels and labels in equal order. The command
 * for WASI hosts computes the same (src/command/digest.c). */

/** @typedef {import('../index.js').Images} Images */

/** Bytes that are digested at once (a few ms), so that the event loop has its turns. */
export const PIECE_BYTES = 1 << 22;

/** Web pages have it in secure contexts alone (https, localhost). */
export const canDigest = () => globalThis.crypto?.subtle !== undefined;

/** @param {Uint8Array} bytes @returns {Promise<string>} hexadecimal digits */
export async function sha256(bytes) {
  const copy = new Uint8Array(bytes); // Shared memory is refused.
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', copy));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The bytes of each set's images, and then of its labels (16 bits each, little-endian).
 * @param {Images[]} sets */
export function partsOf(sets) {
  return sets
    .flatMap((set) => [set.images, set.labels])
    .map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
}

/** The SHA-256s of the pieces, of 4 MiB, of each part; an empty part is one empty piece.
 * @param {Images[]} sets */
export async function pieceDigests(sets) {
  const digests = [];
  for (const part of partsOf(sets)) {
    for (let at = 0; at === 0 || at < part.length; at += PIECE_BYTES) {
      digests.push(await sha256(part.subarray(at, at + PIECE_BYTES)));
    }
  }
  return digests;
}

/** The SHA-256 over those of the pieces. @param {string[]} pieces */
export function digestOfPieces(pieces) {
  const bytes = pieces.join('').match(/../g) ?? [];
  return sha256(Uint8Array.from(bytes, (digits) => Number.parseInt(digits, 16)));
}

/** @param {Images[]} sets */
export async function digestOfSets(sets) {
  return digestOfPieces(await pieceDigests(sets));
}

/** Of a whole data set. @param {import('../index.js').Dataset} dataset */
export const digestOf = ({ train, test }) => digestOfSets([train, test]);
