/** npm run release: publishes the package with provenance; npm run release -- --dry-run shows what would go
 * out. Neither does anything in a tree with changes, or without a section of CHANGELOG.md for the version,
 * which package.json alone decides. Publishing also takes the version's tag. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { BuildError, readArguments, root, run, runTool } from './process.js';

const HELP = `Usage: npm run release -- [options]
Publishes the package, with provenance, from a tree without changes whose commit has the version's tag.

  --dry-run    shows what would go out, and publishes nothing
  --help
`;

/** What CHANGELOG.md says of a version, without its heading; null if it has no such section.
 * @param {string} changelog @param {string} version */
export function changelogSection(changelog, version) {
  const [, ...sections] = changelog.split(/^## /m);
  const section = sections.find((one) => /^\[?([^\s\]]+)/.exec(one)?.[1] === version);
  return section?.slice(section.indexOf('\n')).trim() || null;
}

/** @param {string} folder @param {string} program @param {string[]} args */
async function output(folder, program, args) {
  const options = { cwd: folder, maxBuffer: 1 << 26 };
  const { stdout } = await promisify(execFile)(program, args, options).catch((error) => {
    throw new BuildError(`${program} ${args.join(' ')} failed:\n${error.stderr || error.message}`);
  });
  return stdout;
}

/** The version that a project's tree would release, and its notes.
 * @param {string} folder @param {boolean} publish @returns {Promise<{ version: string, notes: string }>} */
async function checkTree(folder, publish) {
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const changes = (await output(folder, 'git', ['status', '--porcelain'])).trim();
  if (changes) throw new BuildError(`The tree has changes; commit or remove them:\n${changes}`);
  const notes = changelogSection(await readFile(join(folder, 'CHANGELOG.md'), 'utf8'), version);
  if (!notes) {
    const advice = `write "## ${version} - DATE" over what is new in it`;
    throw new BuildError(`CHANGELOG.md has no section for version ${version}; ${advice}.`);
  }
  const tags = (await output(folder, 'git', ['tag', '--points-at', 'HEAD'])).split('\n');
  if (publish && !tags.includes(`v${version}`)) {
    throw new BuildError(`This commit has no tag v${version}; tag the commit to be released.`);
  }
  return { version, notes };
}

/** Shows what would go out, and publishes it unless it is a dry run.
 * @param {object} options
 * @param {string} options.folder of the project
 * @param {boolean} options.dryRun
 * @param {() => Promise<void>} options.build makes what the package holds
 * @param {(text: string) => void} [options.print] */
export async function release({ folder, dryRun, build, print = console.log }) {
  const { version, notes } = await checkTree(folder, !dryRun);
  await build();
  const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [{ name, files, size, unpackedSize }] = JSON.parse(await output(folder, 'npm', pack));
  const bytes = (/** @type {number} */ count) => count.toLocaleString('en').padStart(11);
  print(`${name} ${version}\n`);
  for (const file of files) print(`${bytes(file.size)}  ${file.path}`);
  print(`${bytes(unpackedSize)}  in ${files.length} files; packed ${size.toLocaleString('en')}\n`);
  print(`${notes}\n`);
  if (dryRun) return print('A dry run: nothing has been published.');
  const code = await run('npm', ['publish', '--provenance', '--access', 'public']);
  if (code !== 0) throw new BuildError('npm publish failed; see above.');
}

async function main() {
  const { values } = readArguments(HELP, {
    options: { 'dry-run': { type: 'boolean', default: false } },
  });
  const build = async () => {
    const { setUp } = await import('./setup.js');
    await setUp();
    await (await import('./build.js')).build({ toolchain: 'npm' });
  };
  await release({ folder: root, dryRun: values['dry-run'], build });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await runTool(main);
