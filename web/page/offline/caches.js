/** What the page and its service worker keep in the browser, under names that no other page of the
 * same origin has. @param {string} scope of the service worker: the page's folder */
export function cachesOf(scope) {
  const prefix = `residua ${scope} `;
  return {
    /** @param {string} build */
    ofBuild: (build) => prefix + build,
    /** @param {string} name */
    isOfBuild: (name) => name.startsWith(`${prefix}build-`),
    /** Weights of recorded runs that were used, of whatever build. */
    weights: `${prefix}weights`,
    /** Is there, though empty, if the reader has chosen isolation: the only storage that both page
     * and service worker can read without asking each other. */
    isolation: `${prefix}isolation`,
  };
}
