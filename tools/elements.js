/** node tools/elements.js: web/custom-elements.json, what editors and catalogues of elements read, from the declarations
 * of both elements. */
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { readArguments, runTool } from './process.js';
import { install } from './setup.js';

const FILE = new URL('../web/custom-elements.json', import.meta.url);
/** By the script in the package. */
const SOURCES = { 'dist/element.js': 'lab', 'dist/image.js': 'image' };

export async function manifest() {
  const analyzer = '@custom-elements-manifest/analyzer/index.js';
  const { create, ts } = await import(
    new URL(`docs/node_modules/${analyzer}`, import.meta.url).href
  );
  const modules = await Promise.all(
    Object.entries(SOURCES).map(async ([path, folder]) => {
      const text = await readFile(new URL(`../web/${folder}/index.d.ts`, import.meta.url), 'utf8');
      return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
    }),
  );
  return `${JSON.stringify(create({ modules }), null, 2)}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runTool(async () => {
    readArguments('Usage: node tools/elements.js\nWrites the manifest of the custom elements.', {});
    await install('tools/docs');
    await writeFile(FILE, await manifest());
  });
}
