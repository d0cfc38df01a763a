/** Commands as they can be pasted into a shell. */
import { accessSync, constants, realpathSync } from 'node:fs';
import path from 'node:path';

const SAFE = /^[\w./][\w.,:=/+-]*$|^-[\w.,:=/+-]*$/;

/** A word that a shell takes as it is. @param {string} word */
export function quoted(word) {
  if (SAFE.test(word)) return word;
  if (process.platform === 'win32') return `"${word.replaceAll('"', '\\"')}"`;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** @param {string} file */
const resumeFlag = (file) => (file.startsWith('-') ? [`--resume=${file}`] : ['--resume', file]);

/** The flag that goes on with a checkpoint, as it can be pasted. @param {string} file */
export const resumeText = (file) => resumeFlag(file).map(quoted).join(' ');

/** The command that goes on with a checkpoint. What decides the bits stands in the file; the rest is said
 * again. @param {string} file @param {import('./flags.js').Values} values */
export function resumeCommand(file, { tier, threads, json }) {
  const words = resumeFlag(file);
  if (tier === 'scalar') words.push('--tier', tier); // Its bits are those of simd128.
  if (threads !== undefined) words.push('--threads', String(threads));
  if (json) words.push('--json');
  return [...programWords(), 'train', ...words].map(quoted).join(' ');
}

/** What runs this program from the present folder. @returns {string[]} */
function programWords() {
  const script = process.argv[1];
  const isOfPackage = path.basename(path.dirname(script)) === '.bin';
  if (isOfPackage) return ['npx', 'residua']; // Its folder is in the PATH only while npx runs.
  if (findProgram('residua')) return ['residua'];
  const node = findProgram('node');
  const isThisNode = node !== null && realpathSync(node) === realpathSync(process.execPath);
  return [isThisNode ? 'node' : process.execPath, script];
}

/** The program that a shell finds by its name. @param {string} name */
function findProgram(name) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const names = process.platform === 'win32' ? [`${name}.cmd`, `${name}.exe`] : [name];
  const files = folders.flatMap((folder) => names.map((one) => path.join(folder, one)));
  return files.find(isProgram) ?? null;
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
