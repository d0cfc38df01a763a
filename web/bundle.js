/** Bundles the JavaScript into dist/, and the page, which needs nothing else, into dist/page/. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import * as esbuild from 'esbuild';
import { root, writeWhole } from '../tools/process.js';

const dist = join(root, 'dist');

/** @typedef {Map<string, Uint8Array>} Files content by path in dist/ */

/** @param {esbuild.BuildOptions} options @returns {Promise<Files>} */
async function files(options) {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    external: ['node:*'],
    legalComments: 'linked',
    logLevel: 'warning',
    ...options,
  });
  const made = /** @type {esbuild.OutputFile[]} */ (outputFiles);
  return new Map(made.map(({ path, contents }) => [path.slice(dist.length + 1), contents]));
}

/** What the entries share is in a file of its own, so that they have one class ResiduaError.
 * @param {boolean} debug */
function packageFiles(debug) {
  return files({
    entryPoints: {
      index: 'web/lib/index.js',
      worker: 'web/worker/index.js',
      element: 'web/element/index.js',
    },
    splitting: true,
    sourcemap: debug && 'inline',
  });
}

/** The script of workers is one file, since it may be run from a blob: URL.
 * @param {string} outdir @param {boolean} debug @param {boolean} minify */
function workerFiles(outdir, debug, minify) {
  return files({
    entryPoints: { 'residua-worker': 'web/worker/worker.js' },
    outdir,
    minify,
    sourcemap: debug && 'inline',
  });
}

/** @param {boolean} debug */
function commandFiles(debug) {
  const requireForCommonJs =
    "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);";
  return files({
    entryPoints: { cli: 'web/cli/main.js' },
    platform: 'node',
    target: 'node20',
    banner: { js: requireForCommonJs },
    sourcemap: debug && 'inline',
  });
}

/** @param {boolean} debug */
async function pageFiles(debug) {
  const made = await files({
    entryPoints: {
      main: 'web/page/main.js',
      'data-worker': 'web/page/data-worker.js',
      style: 'web/page/style.css',
    },
    outdir: 'dist/page',
    splitting: true,
    minify: !debug,
    sourcemap: debug && 'inline',
  });
  const page = join(root, 'web/page');
  const names = await readdir(page, { recursive: true, withFileTypes: true });
  for (const entry of names.filter((file) => file.isFile() && !/\.(js|css)$/.test(file.name))) {
    const path = join(entry.parentPath, entry.name);
    made.set(join('page', path.slice(page.length + 1)), await readFile(path));
  }
  for (const name of (await readdir(dist)).filter((file) => file.endsWith('.wasm'))) {
    made.set(join('page', name), await readFile(join(dist, name)));
  }
  return made;
}

/** In the package the types of all entries lie side by side.
 * @returns {Promise<Files>} */
async function typeFiles() {
  /** @type {Files} */
  const made = new Map();
  for (const [name, folder] of [
    ['index', 'lib'],
    ['worker', 'worker'],
    ['element', 'element'],
  ]) {
    const text = await readFile(join(root, 'web', folder, 'index.d.ts'), 'utf8');
    const beside = text.replaceAll(/'\.\.\/(lib|worker)\/index\.js'/g, (_, entry) => {
      return entry === 'lib' ? "'./index.js'" : "'./worker.js'";
    });
    made.set(`${name}.d.ts`, Buffer.from(beside));
  }
  return made;
}

/** Writes what has changed and removes what is left of earlier builds. @param {Files} made */
async function write(made) {
  for (const [name, content] of made) {
    const path = join(dist, name);
    const old = await readFile(path).catch(() => null);
    if (old?.equals(content)) continue;
    await writeWhole(path, content, name === 'cli.js' ? 0o755 : 0o644);
  }
  const found = await readdir(dist, { recursive: true, withFileTypes: true });
  for (const entry of found.filter((file) => file.isFile())) {
    const name = join(entry.parentPath, entry.name).slice(dist.length + 1);
    const isModule = extname(name) === '.wasm' && dirname(name) === '.';
    if (!isModule && !made.has(name)) await rm(join(dist, name));
  }
}

/** Needs the modules in dist/. @param {boolean} debug names and source maps kept */
export async function bundle(debug) {
  const parts = await Promise.all([
    packageFiles(debug),
    workerFiles('dist', debug, false),
    commandFiles(debug),
    typeFiles(),
    pageFiles(debug),
    workerFiles('dist/page', debug, !debug),
  ]);
  await write(new Map(parts.flatMap((part) => [...part])));
  await esbuild.stop(); // Its process would stay.
}
