/** The API reference that npm run docs makes: where it is, and whether it is of the present declarations.
 * A page has it, and a link to it, only then. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildError, root, run, writeWhole } from './process.js';
import { keyOf } from './sources.js';

export const REFERENCE = join(root, 'build/docs');
const KEY = join(root, 'build/docs.key');
const SOURCES = [
  ...['web/lib/index.d.ts', 'web/lib/node.d.ts', 'web/lab/index.d.ts'],
  ...['tools/docs/typedoc.json', 'tools/docs/tsconfig.json', 'tools/docs/package-lock.json'],
];

async function presentKey() {
  return keyOf(await Promise.all(SOURCES.map((file) => readFile(join(root, file), 'utf8'))));
}

/** Whether build/docs/ is there and of the present declarations. */
export async function hasReference() {
  return (await readFile(KEY, 'utf8').catch(() => '')) === (await presentKey());
}

export async function makeReference() {
  await rm(KEY, { force: true });
  await rm(REFERENCE, { recursive: true, force: true });
  const typedoc = join(root, 'tools/docs/node_modules/typedoc/bin/typedoc');
  const code = await run(process.execPath, [typedoc, '--options', 'tools/docs/typedoc.json']);
  if (code !== 0) throw new BuildError('TypeDoc failed; see above.');
  await writeWhole(KEY, await presentKey());
}
