/** Runs a WASI command: run-wasi.js MODULE FOLDERS ARGUMENT..., where FOLDERS is JSON: the folders
 * that it may open, by the names that it knows them by. */
import { readFile } from 'node:fs/promises';
import { WASI } from 'node:wasi';

const [file, folders, ...args] = process.argv.slice(2);
const preopens = JSON.parse(folders);
const wasi = new WASI({ version: 'preview1', args: ['residua', ...args], preopens });
const module = await WebAssembly.compile(await readFile(file));
const imports = wasi.getImportObject();
// Called through JavaScript: calls straight from hot code crash Node 20 and 22 (nodejs/node#53087).
for (const functions of Object.values(imports)) {
  for (const [name, run] of Object.entries(functions))
    functions[name] = (/** @type {unknown[]} */ ...values) => run(...values);
}
process.exitCode = wasi.start(
  await WebAssembly.instantiate(module, /** @type {WebAssembly.Imports} */ (imports)),
);
