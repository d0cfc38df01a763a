/** Downloads of files that the page has made. */

/** How long a browser may take to fetch one, in ms. */
const KEPT = 60000;

/** @param {string} name @param {string} extension @param {Blob} content */
export function download(name, extension, content) {
  const href = URL.createObjectURL(content);
  Object.assign(document.createElement('a'), { href, download: fileName(name, extension) }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEPT);
}

/** What a file of that name is called, without what file systems refuse.
 * @param {string} name @param {string} extension */
export function fileName(name, extension) {
  const stem = name.replaceAll(/[\s\p{Cc}\\/:*?"<>|]+/gu, '-').replaceAll(/^[-.]+|[-.]+$/g, '');
  return `${stem || 'residua'}.${extension}`;
}
