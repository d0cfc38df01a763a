/** What a file is called; of one in a folder, the folder.
 * @param {File | string | { path: string }} from a file or the address of one */
export function nameOf(from) {
  if (typeof from === 'object' && 'path' in from) return from.path.replace(/\/.*/, '');
  return typeof from === 'string' ? decodeURIComponent(from.replace(/.*\//, '')) : from.name;
}
