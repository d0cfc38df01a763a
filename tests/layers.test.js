/** The layer rule of docs/ARCHITECTURE.md#layers: what stands higher may include or import what stands
 * lower, never the other way. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** What a folder's files may use beside their own folder; the first folder that a path begins with
 * counts. @type {readonly (readonly [folder: string, may: readonly string[]])[]} */
const C_LAYERS = [
  ['include', []],
  ['src/residua.c', ['src']],
  [
    'src/api.c',
    ['src/check.h', 'include', 'src/io', 'src/net', 'src/kernels', 'src/simd', 'src/core'],
  ],
  ['src/check.h', ['src/net', 'src/core']],
  ['src/command', ['include/residua.h']],
  ['src/io', ['include', 'src/net', 'src/kernels', 'src/simd', 'src/core']],
  ['src/net', ['include', 'src/kernels', 'src/simd', 'src/core']],
  ['src/kernels', ['include', 'src/simd', 'src/core']],
  ['src/simd', ['src/core']],
  ['src/core', ['include']],
];
const LIB = ['web/lib'];
const WORKER = ['web/worker', ...LIB];
const UI = ['web/ui', ...WORKER];
/** @type {typeof C_LAYERS} */
const JS_LAYERS = [
  ['web/page', ['web/lab', 'web/image', ...UI]],
  ['web/cli', LIB],
  ['web/lab', UI],
  ['web/jsx', ['web/lab', 'web/image']],
  ['web/image', UI],
  ['web/ui', WORKER],
  ['web/worker', LIB],
  ['web/lib', []],
];

/** @param {string} name @param {string} folder */
const isIn = (name, folder) => name === folder || name.startsWith(`${folder}/`);

/** @param {string} folder @param {RegExp} ending */
async function filesIn(folder, ending) {
  const names = await readdir(path.join(ROOT, folder), { recursive: true });
  return names
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => ending.test(name))
    .sort();
}

/** The arrows of these files that point the wrong way.
 * @param {typeof C_LAYERS} layers @param {string[]} files @param {RegExp} pattern whose group is what a
 * file uses, relative to itself */
async function wrongArrows(layers, files, pattern) {
  /** @type {string[]} */
  const wrong = [];
  let arrows = 0;
  for (const file of files) {
    const [folder, may] =
      layers.find(([name]) => isIn(file, name)) ?? assert.fail(`${file}: where?`);
    const text = await readFile(path.join(ROOT, file), 'utf8');
    for (const [, used] of text.matchAll(pattern)) {
      const target = path.posix.join(path.posix.dirname(file), used);
      arrows++;
      if (!isIn(target, folder) && !may.some((allowed) => isIn(target, allowed)))
        wrong.push(`${file} uses ${target}`);
    }
  }
  assert.ok(arrows > 40, `only ${arrows} arrows were found`);
  return wrong;
}

describe('the layer rule', () => {
  it('holds for what C files include', async () => {
    const files = [...(await filesIn('include', /\.h$/)), ...(await filesIn('src', /\.[ch]$/))];
    assert.deepEqual(await wrongArrows(C_LAYERS, files, /^#include "([^"]+)"/gm), []);
  });

  it('holds for what JavaScript imports, types included', async () => {
    const all = await filesIn('web', /\.(js|ts)$/);
    const files = all.filter((file) => file.split('/').length > 2); // the others build and serve
    const imports = /\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g;
    assert.deepEqual(await wrongArrows(JS_LAYERS, files, imports), []);
  });

  it('sees an arrow that points the wrong way', async () => {
    const strict = C_LAYERS.map(([folder]) => /** @type {const} */ ([folder, []]));
    const wrong = await wrongArrows(
      strict,
      await filesIn('src', /\.[ch]$/),
      /^#include "([^"]+)"/gm,
    );
    assert.ok(wrong.includes('src/net/step.c uses src/core/diagnostics.h'), wrong.join('\n'));
  });
});

describe('every file', () => {
  it('opens with what it holds', async () => {
    const folders = ['include', 'src', 'web', 'tools', 'bench', 'tests'];
    const found = await Promise.all(folders.map((folder) => filesIn(folder, /\.([ch]|js|css)$/)));
    const files = found.flat().filter((file) => !file.includes('node_modules/'));
    assert.ok(files.length > 300);
    const silent = await Promise.all(
      files.map(async (file) => {
        const text = await readFile(path.join(ROOT, file), 'utf8');
        return /^(#!.*\n)?\/\*\*? [^@\s]/.test(text) ? [] : [file];
      }),
    );
    assert.deepEqual(silent.flat(), []);
  });
});
