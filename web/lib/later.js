/** Parts of the library that few files need are fetched at their first use. Invariant: whoever needs one
 * gets it, or an error that names what to do. */

/** @template T @param {Promise<T>} part what import() returned @returns {Promise<T>} */
export async function fetched(part) {
  try {
    return await part;
  } catch (cause) {
    const message =
      'The part of Residua that this needs cannot be fetched; connect to the network and try again.';
    throw new Error(message, { cause });
  }
}
