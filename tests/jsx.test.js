/** The JSX types of the elements compile in React, Preact and Solid, as they lie in dist/, and refuse what is wrong. So does
 * the block of docs/EMBEDDING.md, with React. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { skipWithout } from './skip.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LIBRARIES = path.join(ROOT, 'examples/node_modules');
/** In the project, where 'residua' is the package itself. */
const FOLDER = path.join(ROOT, 'build/jsx');
const skip = skipWithout(
  existsSync(path.join(LIBRARIES, 'preact')),
  'npm ci --prefix examples',
  true,
);

const guide = await readFile(path.join(ROOT, 'docs/EMBEDDING.md'), 'utf8');
const [, block] = /^```tsx\n([\s\S]*?)^```$/m.exec(guide) ?? [];

for (const [name, types] of [
  ['react', '@types/react'],
  ['preact', 'preact'],
  ['solid', 'solid-js'],
]) {
  it(`the elements have types for ${name}`, { skip }, async () => {
    const folder = path.join(FOLDER, name);
    await mkdir(folder, { recursive: true });
    const files = [path.join(ROOT, `tests/jsx/${name}.tsx`)];
    if (name === 'react') {
      const file = path.join(folder, 'embedding.tsx');
      await writeFile(file, String(block));
      files.push(file);
    }
    const library = path.join(LIBRARIES, types);
    const module = types.replace('@types/', '');
    const config = {
      compilerOptions: {
        ...{ strict: true, noEmit: true, skipLibCheck: false, types: [] },
        ...{ module: 'esnext', moduleResolution: 'bundler', target: 'es2023' },
        ...{ jsx: name === 'solid' ? 'preserve' : 'react-jsx', jsxImportSource: module },
        lib: ['es2023', 'esnext.disposable', 'dom', 'dom.iterable'],
        paths: { [module]: [library], [`${module}/*`]: [`${library}/*`] },
      },
      files,
    };
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = path.join(ROOT, 'node_modules/.bin/tsc');
    await promisify(execFile)(tsc, ['-p', folder]).catch(({ stdout }) => assert.fail(stdout));
    await rm(folder, { recursive: true });
  });
}
