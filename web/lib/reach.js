/** fetch, with a reason where nothing answers: browsers say no more than "Failed to fetch", each in words of
 * its own. */

/** @param {string | URL} address @param {RequestInit} [options] */
export async function reach(address, options) {
  try {
    return await fetch(address, options);
  } catch (error) {
    options?.signal?.throwIfAborted();
    const name =
      String(address)
        .replace(/[?#].*/, '')
        .replace(/.*\//, '') || String(address);
    const advice = 'check the connection and try again';
    throw new Error(`${name} could not be fetched, since nothing answers: ${advice}.`, {
      cause: error,
    });
  }
}
