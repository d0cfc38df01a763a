/** npm run lint: checks the style of all sources; with --fix (npm run format) mends it. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, version } from '@wasm-fmt/clang-format';
import { readArguments, root, run, runTool } from './process.js';

const HELP = `Usage: npm run lint -- [options]
Checks the style of all sources.

  --fix    mends it, as npm run format does
  --help
`;
const C_FOLDERS = ['include', 'src', 'tests', 'examples', 'bench'];

async function cFiles() {
  const lists = C_FOLDERS.map(async (folder) => {
    const names = await readdir(join(root, folder), { recursive: true }).catch(() => []);
    return names
      .filter((name) => /^(?!(.*\/)?node_modules\/).*\.[ch]$/.test(name))
      .map((name) => join(folder, name));
  });
  return (await Promise.all(lists)).flat();
}

/** @param {boolean} fix @returns {Promise<string[]>} the files that differ */
async function formatC(fix) {
  const style = await readFile(join(root, '.clang-format'), 'utf8');
  const differing = [];
  for (const file of await cFiles()) {
    const path = join(root, file);
    const text = await readFile(path, 'utf8');
    const formatted = format(text, file, style);
    if (formatted === text) continue;
    differing.push(file);
    if (fix) await writeFile(path, formatted);
  }
  return differing;
}

await runTool(async () => {
  const { values } = readArguments(HELP, { options: { fix: { type: 'boolean', default: false } } });
  const { fix } = values;
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const args = ['check', '--error-on-warnings', ...(fix ? ['--write'] : [])];
  process.exitCode = await run(process.execPath, [biome, ...args]);
  const differing = await formatC(fix);
  if (fix || differing.length === 0) return;
  console.error(`Not as clang-format ${version()} writes them; npm run format mends it:`);
  for (const file of differing) console.error(`  ${file}`);
  process.exitCode = 1;
});
