/** Runs a WASI command: run-wasi.js MODULE FOLDERS ARGUMENT..., where FOLDERS is JSON: the folders
 * that it may open, by the names that it knows them by. */
import { readFile } from 'node:fs/promises';
import { WASI } from 'node:wasi';

const [file, folders, ...args] = process.argv.slice(2);
const preopens = JSON.parse(folders);
const wasi = new WASI({ version: 'preview1', args: ['residua', ...args], preopens });
const module = await WebAssembly.compile(await readFile(file));
process.exitCode = wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject()));
