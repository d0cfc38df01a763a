/** Bundles the JavaScript into dist/, and the page, which needs nothing else, into dist/page/. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, extname, join, sep } from 'node:path';
import * as esbuild from 'esbuild';
import { root, writeWhole } from '../tools/process.js';
import { hasReference, REFERENCE } from '../tools/reference.js';
import { keyOf } from '../tools/sources.js';
import { serverLit } from './bundle-lit.js';
import { modelFiles } from './bundle-models.js';
import { smallPlot } from './bundle-plot.js';
import { smallTemplates } from './bundle-templates.js';
import { POLICY } from './page/policy.js';

const dist = join(root, 'dist');

/** @typedef {Map<string, Uint8Array>} Files content by path in dist/ */

/** @param {esbuild.BuildOptions} options */
async function bundled(options) {
  const { outputFiles, metafile } = await esbuild.build({
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    external: ['node:*'],
    charset: 'utf8',
    legalComments: 'linked',
    logLevel: 'warning',
    plugins: [smallPlot, smallTemplates],
    metafile: true,
    ...options,
  });
  const made = /** @type {esbuild.OutputFile[]} */ (outputFiles);
  /** @type {Files} */
  const files = new Map(made.map(({ path, contents }) => [path.slice(dist.length + 1), contents]));
  return { files, metafile: /** @type {esbuild.Metafile} */ (metafile) };
}

/** @param {esbuild.BuildOptions} options */
const files = async (options) => (await bundled(options)).files;

/** Where scripts are from that some visits need: parts of the library, which it imports for files of a kind, and
 * whatever looks into a network or at pictures of the reader's own. */
const LATER = /^web\/(lib|page\/pictures|image\/(?!strip\/))/;

/** @param {esbuild.Metafile} metafile @returns {Set<string>} paths in dist/ */
function laterScripts({ outputs }) {
  const isEntry = (/** @type {string | undefined} */ source) =>
    source !== undefined && !LATER.test(source);
  const first = new Set(Object.keys(outputs).filter((path) => isEntry(outputs[path].entryPoint)));
  for (const path of first) {
    const imported = outputs[path].imports.filter(({ kind }) => kind === 'import-statement');
    for (const { path: other } of imported) first.add(other);
  }
  const later = Object.keys(outputs).filter((path) => path.endsWith('.js') && !first.has(path));
  return new Set(later.map((path) => path.slice('dist/'.length)));
}

/** What the entries share is in a file of its own, so that they have one class ResiduaError.
 * @param {boolean} debug */
function packageFiles(debug) {
  return files({
    entryPoints: {
      index: 'web/lib/index.js',
      worker: 'web/worker/index.js',
      element: 'web/lab/index.js',
      image: 'web/image/index.js',
    },
    plugins: [smallPlot, smallTemplates, serverLit],
    splitting: true,
    minify: !debug,
    sourcemap: debug ? 'inline' : false,
  });
}

/** A script of workers is one file, since it may be run from a blob: URL.
 * @param {boolean} debug */
function workerFiles(debug) {
  return files({
    entryPoints: {
      'residua-worker': 'web/worker/worker.js',
      'residua-picture-worker': 'web/image/picture-worker.js',
    },
    minify: !debug,
    sourcemap: debug ? 'inline' : false,
  });
}

/** What is not ours in full shortness, before it is bundled with files whose names are kept.
 * @type {esbuild.Plugin} */
const shortLibraries = {
  name: 'short-libraries',
  setup(build) {
    build.onLoad({ filter: /node_modules.*\.m?js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const { code } = await esbuild.transform(source, { minify: true });
      return { contents: code };
    });
  },
};

/** The command, the entries for Node, which have decoders of images, and the script of its workers. They share a class
 * ResiduaError too. @param {boolean} debug */
function nodeFiles(debug) {
  const requireForCommonJs =
    "import { createRequire as requireFor } from 'node:module';\nconst require = requireFor(import.meta.url);";
  return files({
    entryPoints: {
      cli: 'web/cli/main.js',
      node: 'web/lib/node.js',
      'node-worker': 'web/worker/index.js',
      'residua-node-worker': 'web/worker/worker.js',
    },
    splitting: true,
    chunkNames: 'node-[hash]',
    platform: 'node',
    target: 'node20',
    banner: { js: requireForCommonJs },
    inject: ['web/lib/platform/node-globals.js'],
    define: { 'globalThis.RESIDUA_WEBP': JSON.stringify('./webp_dec.wasm') },
    // Node prints lines and names when something is thrown: ours are kept.
    plugins: debug ? [] : [shortLibraries],
    minifyWhitespace: !debug,
    minifySyntax: !debug,
    lineLimit: 120,
    sourcemap: debug ? 'inline' : false,
  });
}

/** What decodes WebP in Node. */
async function webpFiles() {
  const module = join(root, 'node_modules/@jsquash/webp/codec/dec/webp_dec.wasm');
  return /** @type {Files} */ (new Map([['webp_dec.wasm', await readFile(module)]]));
}

/** Copied as they are. @param {string} folder @param {RegExp} wanted @param {string} to */
async function copies(folder, wanted, to) {
  /** @type {Files} */
  const made = new Map();
  for (const name of (await readdir(folder)).filter((file) => wanted.test(file))) {
    made.set(join(to, name), await readFile(join(folder, name)));
  }
  return made;
}

/** The API reference as files of the page, if it has been made. */
async function referenceFiles() {
  /** @type {Files} */
  const made = new Map();
  if (!(await hasReference())) return made;
  const names = await readdir(REFERENCE, { recursive: true });
  for (const name of names.filter((one) => extname(one))) {
    made.set(join('api', name), await readFile(join(REFERENCE, name)));
  }
  return made;
}

/** The page has its policy in its head, and the address of its API reference. @param {string} file
 * @param {boolean} withReference */
async function indexHtml(file, withReference) {
  const html = (await readFile(file, 'utf8')).replace('POLICY', POLICY);
  if (!withReference) return html;
  return html.replace('</head>', '  <link rel="help" href="api/index.html" />\n  </head>');
}

/** The page: what it loads lies in a folder that bears a digest of all of it, so that whoever
 * has a page of one build never gets files of another.
 * @param {boolean} debug */
async function pageFiles(debug) {
  const page = join(root, 'web/page');
  const reference = await referenceFiles();
  const html = await indexHtml(join(page, 'index.html'), reference.size > 0);
  const samples = await copies(join(root, 'web/image/samples'), /\.jpg$/, 'samples');
  const [scripts, ...parts] = await Promise.all([
    bundled({
      entryPoints: {
        main: 'web/page/main.js',
        'data-worker': 'web/page/data/worker.js',
        'residua-picture-worker': 'web/image/picture-worker.js',
        style: 'web/page/style.css',
      },
      splitting: true,
      minify: !debug,
      sourcemap: debug ? 'inline' : false,
    }),
    workerFiles(debug),
    copies(page, /\.svg$/, ''),
    copies(dist, /^residua-.*\.wasm$/, ''),
  ]);
  const models = await modelFiles();
  const index = /** @type {const} */ (['models.json', Buffer.from(JSON.stringify(models.index))]);
  const loaded = new Map([scripts.files, samples, ...parts].flatMap((part) => [...part]));
  loaded.set(...index);
  const worker = await readFile(join(page, 'offline/service-worker.js'), 'utf8');
  const contents = [...loaded].map(([name, bytes]) => [
    name,
    Buffer.from(bytes).toString('base64'),
  ]);
  const id = `build-${keyOf([contents.sort(), html, worker]).slice(0, 16)}`;
  const later = new Set([...laterScripts(scripts.metafile), ...samples.keys()]);
  const names = [...loaded.keys()].filter((name) => !later.has(name));
  const made = await serviceWorkerFiles(id, names, [...models.made.keys()], debug);
  made.set('page/index.html', Buffer.from(html.replaceAll('BUILD/', `${id}/`)));
  for (const [name, content] of loaded) made.set(join('page', id, name), content);
  for (const [name, content] of [...models.made, ...reference]) {
    made.set(join('page', name), content);
  }
  return made;
}

/** Kept are the files that a visit needs, of the modules those of the tier that the browser takes by
 * itself; of the recorded runs the curves. Other scripts of the build and weights are kept once they have
 * been used.
 * @param {string} build @param {string[]} names @param {string[]} models @param {boolean} debug */
function serviceWorkerFiles(build, names, models, debug) {
  const kept = names.filter((name) => !/\.LEGAL\.txt$|scalar/.test(name)).sort();
  const curves = models.filter((name) => name.endsWith('.json'));
  const weights = models.filter((name) => !curves.includes(name));
  const page = { build, files: [...kept.map((name) => `${build}/${name}`), ...curves], weights };
  return files({
    entryPoints: { 'service-worker': 'web/page/offline/service-worker.js' },
    outdir: 'dist/page',
    format: 'iife',
    define: { 'globalThis.RESIDUA_PAGE': JSON.stringify(page) },
    minify: !debug,
    sourcemap: debug ? 'inline' : false,
  });
}

/** How declarations name each other: here, and in the package, where all lie side by side.
 * @type {Record<string, string>} */
const BESIDE = {
  "'../lib/index.js'": "'./index.js'",
  "'../worker/index.js'": "'./worker.js'",
  "'../lab/index.js'": "'./element.js'",
  "'../image/index.js'": "'./image.js'",
  "'../ui/host.js'": "'./host.js'",
  "'./properties.js'": "'./jsx-properties.js'",
};

/** In the package the types of all entries lie side by side.
 * @returns {Promise<Files>} */
async function typeFiles() {
  /** @type {Files} */
  const made = new Map();
  for (const [name, source] of [
    ['index', 'lib/index'],
    ['node', 'lib/node'],
    ['worker', 'worker/index'],
    ['element', 'lab/index'],
    ['image', 'image/index'],
    ['host', 'ui/host'],
    ['jsx-properties', 'jsx/properties'],
    ['react', 'jsx/react'],
    ['preact', 'jsx/preact'],
    ['solid', 'jsx/solid'],
  ]) {
    const text = await readFile(join(root, 'web', `${source}.d.ts`), 'utf8');
    // Examples are in the API reference: in the package they would take 4 KB.
    const short = text.replaceAll(/\n *\* @example\n *\* ```ts\n[\s\S]*?```(?=\n)/g, '');
    const beside = short.replaceAll(/'\.\.?\/(\w+)\/?(\w*)\.js'/g, (path) => BESIDE[path] ?? path);
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
  const names = [...made.keys()];
  for (const name of await readdir(dist, { recursive: true })) {
    const isModule = extname(name) === '.wasm' && dirname(name) === '.';
    const isMade = made.has(name) || names.some((one) => one.startsWith(join(name, sep)));
    if (!isModule && !isMade) await rm(join(dist, name), { recursive: true, force: true });
  }
}

/** Needs the modules in dist/. @param {boolean} debug names and source maps kept */
export async function bundle(debug) {
  const parts = await Promise.all([
    packageFiles(debug),
    workerFiles(debug),
    nodeFiles(debug),
    webpFiles(),
    typeFiles(),
    copies(join(root, 'web'), /^custom-elements\.json$/, ''),
    pageFiles(debug),
  ]);
  await write(new Map(parts.flatMap((part) => [...part])));
  await esbuild.stop(); // Its process would stay.
}
