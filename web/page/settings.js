/** What the reader has chosen, kept for the next visit where the browser lets the page. */

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
