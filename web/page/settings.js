/** The reader's settings. They last until the next visit where the browser lets the page store them. */

/** @param {string} key */
export function remembered(key) {
  try {
    return localStorage.getItem(`residua-${key}`);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} value */
export function remember(key, value) {
  try {
    localStorage.setItem(`residua-${key}`, value);
  } catch {
    // Then it holds for this visit only.
  }
}
