/** A worker that compiles and links with @yowasp/clang. */
import { posix } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { commands, Exit, runLLVM } from '@yowasp/clang';

/** Its file system knows no ".." and keeps include/ for itself, so the sources move to project/
 * and their includes are written from there. */
const FOLDER = 'project';

/** @param {Record<string, string>} sources */
function fileTree(sources) {
  /** @type {import('@yowasp/clang').Tree} */
  const tree = {};
  for (const [path, text] of Object.entries(sources)) {
    const folders = [FOLDER, ...path.split('/')];
    const name = /** @type {string} */ (folders.pop());
    /** @type {any} */
    let at = tree;
    for (const folder of folders) at = at[folder] ??= {};
    at[name] = text.replace(/^(\s*#\s*include\s*)"([^"]+)"/gm, (_, include, file) => {
      return `${include}"${posix.join(FOLDER, posix.dirname(path), file)}"`;
    });
  }
  return tree;
}

/** Its 100 MB, without a report on how they arrive. */
// Without arguments it only loads; the types do not know it.
const loaded = runLLVM(/** @type {any} */ (null), {}, { fetchProgress() {} });

/** @typedef {import('./toolchains.js').Job} Job */
/** @typedef {import('./toolchains.js').Command} Command */
/** @typedef {{ stdout: (bytes: Uint8Array | null) => void, stderr: (bytes: Uint8Array | null) => void }} Output */

/** @param {Job} job @param {Output} options */
async function buildModule({ sources, main, compilerFlags, linkerFlags }, options) {
  const compiled = await commands.clang(
    [...compilerFlags, '-I.', '-c', `${FOLDER}/${main}`, '-o', 'module.o'],
    fileTree(sources),
    options,
  );
  const linked = await commands['wasm-ld'](
    [...linkerFlags, 'module.o', '-o', 'module.wasm'],
    { 'module.o': compiled?.['module.o'] ?? '' },
    options,
  );
  return linked?.['module.wasm'];
}

/** @param {Command} command @param {Output} options */
async function buildCommand({ sources, units, flags }, options) {
  const files = units.map((unit) => `${FOLDER}/${unit}`);
  const args = [...flags, '-I.', ...files, '-o', 'program.wasm'];
  return (await commands.clang(args, fileTree(sources), options))?.['program.wasm'];
}

/** @param {Job | Command} job */
async function build(job) {
  let messages = '';
  const decoder = new TextDecoder();
  /** @param {Uint8Array | null} bytes */
  const collect = (bytes) => {
    if (bytes) messages += decoder.decode(bytes, { stream: true });
  };
  const options = { stdout: collect, stderr: collect };
  await loaded;
  try {
    const module = await ('units' in job ? buildCommand(job, options) : buildModule(job, options));
    return { module, messages };
  } catch (error) {
    if (error instanceof Exit) return { messages };
    throw error;
  }
}

parentPort?.on('message', async (job) => parentPort?.postMessage(await build(job)));
