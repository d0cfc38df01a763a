/** What a file is called. @param {File | string} from a file or the address of one */
export function nameOf(from) {
  return typeof from === 'string' ? decodeURIComponent(from.replace(/.*\//, '')) : from.name;
}
