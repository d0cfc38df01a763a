/** What a drop holds: loose files, and those in folders with their paths. A file's path begins with the
 * name of the folder that was dropped. */

/** A file in a folder. @typedef {{ path: string, file: File }} Placed */

/** @param {DataTransfer | null} transfer which is empty once its event is over
 * @returns {Promise<{ files: File[], placed: Placed[] }>} */
export async function droppedFiles(transfer) {
  const items = [...(transfer?.items ?? [])].filter(({ kind }) => kind === 'file');
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? null);
  const folders = entries.filter((entry) => entry?.isDirectory);
  if (folders.length === 0) return { files: [...(transfer?.files ?? [])], placed: [] };
  const lists = entries.map((entry) => (entry ? filesIn(entry) : []));
  return { files: [], placed: (await Promise.all(lists)).flat() };
}

/** @param {File[]} files of an input for folders @returns {Placed[]} */
export function placedFiles(files) {
  return files.map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** @param {FileSystemEntry} entry @returns {Promise<Placed[]>} */
async function filesIn(entry) {
  if (entry.isFile) {
    const { file } = /** @type {FileSystemFileEntry} */ (entry);
    const found = await new Promise((resolve, reject) => file.call(entry, resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ''), file: found }];
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {FileSystemEntry[]} */
  const inside = [];
  for (;;) {
    // A hundred at a time, until there are none.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    inside.push(...some);
  }
  return (await Promise.all(inside.map(filesIn))).flat();
}
