// Bundles the JavaScript into dist/, one self-contained file per entry of the package.
import { copyFile } from 'node:fs/promises';
import { build } from 'esbuild';

const entries = [
  ['web/lib/index.js', 'index.js'],
  ['web/worker/index.js', 'worker.js'],
  ['web/worker/worker.js', 'residua-worker.js'],
];

for (const [entry, file] of entries) {
  await build({
    entryPoints: [entry],
    outfile: `dist/${file}`,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    external: ['node:*'],
    target: 'es2022',
    legalComments: 'linked',
    logLevel: 'warning',
  });
}
await copyFile('web/lib/index.d.ts', 'dist/index.d.ts');
await copyFile('web/worker/index.d.ts', 'dist/worker.d.ts');
