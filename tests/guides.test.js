/** Every code block of the guides runs, is the text of a file that another test runs, or has its reason here. Blocks
 * are counted in their order. JavaScript runs on fewer images, in one folder for each guide. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { POLICY_HEADERS } from '../web/page/policy.js';
import { makeGuideFiles } from './guide-files.js';
import {
  answers,
  listens,
  offersImages,
  placesFiles,
  showsPicture,
  showsRuns,
} from './guide-pages.js';
import { haveWriters } from './parquet/writers.js';
import { findProgram } from './programs.js';
import { skipWithout } from './skip.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
/** @param {string} name */
const read = (name) => readFile(path.join(ROOT, name), 'utf8');

/**
 * What a block is held against.
 * @typedef {object} Check
 * @property {string} what
 * @property {string | false} [skip] why it cannot be here
 * @property {(code: string, folder: string) => unknown} check
 */

/** Node runs it as a module, and it prints such lines. @param {RegExp} prints @returns {Check} */
const runs = (prints) => ({
  what: 'runs',
  async check(code, folder) {
    const small = code
      .replace(/\bimages: \d+/g, 'images: 64')
      .replace(/testImages: \d+/g, 'testImages: 16')
      .replace(/epochs: 12/g, 'epochs: 2');
    const file = path.join(folder, 'block.mjs');
    await writeFile(file, small);
    const { stdout } = await run(process.execPath, ['--no-warnings', file], { cwd: folder });
    assert.match(stdout, prints);
  },
});

/** A shell runs it, in the folder of all blocks before. What the guide calls otherwise is replaced.
 * @param {Record<string, string>} [replaced] @returns {Check} */
const inShell = (replaced = {}) => ({
  what: 'runs in a shell',
  skip: skipWithout(findProgram(['sh']), 'sh', true),
  async check(code, folder) {
    const ours = Object.entries(replaced).reduce(
      (text, [from, to]) => text.replaceAll(from, to),
      code,
    );
    const PATH = `${path.join(folder, 'bin')}${path.delimiter}${process.env.PATH}`;
    await run('sh', ['-ec', ours], { cwd: folder, env: { ...process.env, PATH } });
  },
});

/** Python understands it; the packages that it names are not here. @returns {Check} */
const isPython = () => ({
  what: 'is Python',
  skip: skipWithout(findProgram(['python3']), 'python3', true),
  check: (code) => run('python3', ['-c', 'import ast, sys; ast.parse(sys.argv[1])', code]),
});

/** JavaScript with what stands before it. @param {string} before @param {RegExp} prints @param {string} [after]
 * @returns {Check} */
const runsAfter = (before, prints, after = '') => {
  const { what, check } = runs(prints);
  return { what, check: (code, folder) => check(`${before}\n${code}\n${after}`, folder) };
};

/** It stands in this file, which another test runs. @param {string} file @returns {Check} */
const partOf = (file) => ({
  what: `is part of ${file}`,
  check: async (code) => assert.ok((await read(file)).includes(code), `${file} has no\n${code}`),
});

/** It asks for scripts of the package and files that exist. @returns {Check} */
const ourScripts = () => ({
  what: 'asks for scripts that exist',
  async check(code) {
    const { scripts } = JSON.parse(await read('package.json'));
    for (const line of code.trim().split('\n')) {
      const [program, ...words] = line.replace(/ #.*/, '').split(/\s+/);
      if (program === 'npm') assert.ok(words[0] === 'ci' || scripts[words[1]], line);
      else assert.ok(existsSync(path.join(ROOT, program)), line);
    }
  },
});

/** These headers are those of the project. @param {Record<string, string>} headers @returns {Check} */
const headers = (headers) => ({
  what: 'has the headers',
  check(code) {
    const lines = Object.entries(headers).map(([name, value]) => `  ${name}: ${value}\n`);
    assert.equal(code, `/*\n${lines.join('')}`);
  },
});

/** What block of C takes, and what for. @type {[string, string][]} */
const C_TOOLS = [
  ['make', 'the library'],
  ['cc', 'the library'],
  ['pkg-config', 'linking'],
  ['cmake', 'CMake'],
];
const skipC = C_TOOLS.map(([tool, what]) =>
  skipWithout(findProgram([tool]), `${tool}, for ${what},`, true),
).find(Boolean);
/** Where the guide to C runs: a home and a build of its own, compiled fast. @param {string} folder */
const atHome = (folder) => ({
  cwd: folder,
  env: { ...process.env, HOME: folder, BUILD: 'native', CFLAGS: '-O2', MAKEFLAGS: '-j2' },
});

/** It installs the C library. @returns {Check} */
const installs = () => ({
  what: 'runs in a shell',
  skip: skipC,
  async check(code, folder) {
    for (const name of ['Makefile', 'package.json', 'src', 'include', 'examples']) {
      await symlink(path.join(ROOT, name), path.join(folder, name));
    }
    await run('sh', ['-ec', code], atHome(folder));
    assert.ok(existsSync(path.join(folder, 'residua/include/residua.h')));
  },
});

/** Each of its compilers makes ./train, the last of which trains. @returns {Check} */
const links = () => ({
  what: 'runs in a shell',
  skip: skipC,
  async check(code, folder) {
    const compilers = code.match(/^cc .*$/gm)?.length;
    const counted = code.replace(/^cc .*$/gm, (line) => `${line}\nls -i train`);
    const { stdout } = await run('sh', ['-ec', `${counted}\n./train | head -n 1`], atHome(folder));
    assert.equal(stdout.match(/^\d+ train$/gm)?.length, compilers);
    assert.match(stdout, /^epoch 1: \d+ of 1984 training images wrong/m);
  },
});

/** It is the part of a CMake project that is about the library. @returns {Check} */
const builds = () => ({
  what: 'builds with CMake',
  skip: skipC,
  async check(code, folder) {
    const lines = ['cmake_minimum_required(VERSION 3.16)', 'project(guide C)'];
    lines.push('add_executable(my_program examples/c/train.c)', code);
    await writeFile(path.join(folder, 'CMakeLists.txt'), lines.join('\n'));
    const prefix = `-DCMAKE_PREFIX_PATH=${folder}/residua`;
    await run('cmake', ['-S', '.', '-B', 'cmake', prefix], atHome(folder));
    await run('cmake', ['--build', 'cmake'], atHome(folder));
    assert.ok(existsSync(path.join(folder, 'cmake/my_program')));
  },
});

/** Wasmtime runs it; Node's WASI with the same words, where there is no Wasmtime. @returns {Check} */
const runsInWasmtime = () => {
  const wasmtime = findProgram(['wasmtime']);
  return {
    what: `runs in ${wasmtime ? 'Wasmtime' : 'WASI of Node (*** NO WASMTIME FOUND ***)'}`,
    async check(code, folder) {
      const words = /^wasmtime run --dir=\. (.*)\n$/.exec(code)?.[1].split(' ') ?? [];
      const [module, ...args] = words;
      const host = wasmtime
        ? ['run', '--dir=.', module]
        : ['--no-warnings', path.join(ROOT, 'tests/run-wasi.js'), module, `{".": "${folder}"}`];
      const program = wasmtime ?? process.execPath;
      const { stdout } = await run(program, [...host, ...args], { cwd: folder });
      assert.match(stdout, /"done":true/);
      await rm(path.join(folder, 'r8.safetensors')); // The next block writes it too.
    },
  };
};

/** Another test runs it. @param {string} test @param {string} guide that it reads @returns {Check} */
const runBy = (test, guide) => ({
  what: `is run by ${test}`,
  check: async () => assert.ok((await read(test)).includes(guide), `${test} reads no ${guide}`),
});

/** It cannot run here. @param {string} reason @returns {Check} */
const because = (reason) => ({ what: `does not run here: ${reason}`, check: () => {} });

/** By guide, its blocks. @type {Record<string, Check[]>} */
const GUIDES = {
  'docs/EMBEDDING.md': [
    placesFiles,
    showsRuns,
    listens,
    showsPicture,
    answers,
    runBy('tests/jsx.test.js', 'docs/EMBEDDING.md'),
  ],
  'docs/guides/bundlers.md': [
    partOf('examples/rollup/rollup.config.js'),
    partOf('examples/parcel/package.json'),
    partOf('examples/esbuild/build.sh'),
    partOf('examples/esbuild-node/build.sh'),
    partOf('examples/next/next.config.js'),
    partOf('examples/sveltekit/vite.config.js'),
    partOf('examples/nuxt/nuxt.config.js'),
    partOf('examples/jest/jest.jsdom.config.js'),
    partOf('examples/deno/start.sh'),
    partOf('examples/bun/train.js'),
    partOf('examples/bun/build.sh'),
  ],
  'docs/guides/node.md': [
    runs(/^2 [\d.]+ [\d.]+$/m),
    runs(/^\w+ [\d.]+$/m),
    runs(/^TimeoutError [\d.]+$/m),
    // Long enough that it has not ended when its state is asked for.
    runs(/^40 [0-9a-f]{16}$/m),
    inShell(),
  ],
  'docs/guides/wasi.md': [ourScripts(), runsInWasmtime(), runs(/"done":true/)],
  'docs/guides/hosting.md': [
    ourScripts(),
    headers(POLICY_HEADERS),
    headers({
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    }),
    offersImages,
  ],
  'docs/guides/c.md': [installs(), links(), builds()],
  'docs/guides/command.md': [
    inShell(),
    inShell({ '--data cifar10': '--data cifar-10-binary.tar.gz' }),
    inShell({ '--data cifar10': '--data cifar-10-binary.tar.gz' }),
    inShell(),
    inShell({ '--data cifar10': '--data cifar-10-binary.tar.gz' }),
  ],
  'docs/guides/data.md': [
    inShell({
      PATH: 'cifar-10-binary.tar.gz',
      '--net resnet20 --data': '--net resnet20 --out r20.safetensors --data',
    }),
    inShell(),
    inShell({
      '--data cifar100': '--data cifar-100-python.tar.gz',
      '--data cifar10\n': '--data cifar-10-batches-py/\n',
    }),
    runsAfter(
      `import { fetchCifar10 } from 'residua';
globalThis.fetch = () => Promise.reject(new TypeError('there is no network'));
process.on('uncaughtException', ({ code }) => console.log(code));
const signal = AbortSignal.timeout(60000);`,
      /^NOT_FETCHED$/m,
    ),
    {
      ...inShell(),
      skip: skipWithout(haveWriters, 'writers of Parquet files (tests/parquet)', true),
    },
    because('tests/pictures.test.js reads folders like these'),
    inShell({ '--images 500': '--images 10' }),
    because('tests/pictures.test.js reads tables like this'),
    inShell(),
    runsAfter(
      `import { readFile } from 'node:fs/promises';
import { openDataset } from 'residua';
const dropped = [new File([await readFile('flowers.zip')], 'flowers.zip')];
globalThis.document = { querySelector: () => ({ files: dropped }) };`,
      /^flowers \[ 'rose', 'tulip' \]/m,
    ),
  ],
  'docs/guides/sweeps.md': [because('tests/sweep.test.js looks at the names of these files')],
  'docs/guides/weights.md': [inShell(), inShell(), isPython(), isPython()],
};

/** The blocks with a language, and those without. @param {string} text */
const blocksOf = (text) => [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, code]) => code);

/** The table of the last run of tests/hosts.full.js. @param {Record<string, any>} results */
function tableOf(results) {
  const lines = Object.entries(results).map(([name, { date, node, tools }]) => {
    const versions = Object.entries(tools).map(([tool, version]) => `${tool} ${version}`);
    return `| ${name} | ${versions.join(', ')} | ${node} | ${date} |\n`;
  });
  return `| example | with | Node | last run |\n|---|---|---|---|\n${lines.join('')}\n`;
}

describe('the guides', () => {
  it('show the last results of the examples', async () => {
    const table = tableOf(JSON.parse(await read('examples/results.json')));
    assert.ok((await read('docs/guides/bundlers.md')).includes(table), table);
  });

  it('are all run here', async () => {
    for (const name of await readdir(path.join(ROOT, 'docs/guides'))) {
      const guide = `docs/guides/${name}`;
      assert.equal(blocksOf(await read(guide)).length, GUIDES[guide]?.length ?? 0, guide);
    }
  });

  it('are linked from README.md', async () => {
    const text = await read('README.md');
    for (const guide of Object.keys(GUIDES)) assert.ok(text.includes(`](${guide})`), guide);
  });

  for (const [guide, checks] of Object.entries(GUIDES)) {
    describe(guide, async () => {
      // In the project, where 'residua' is the package itself.
      const folder = path.join(ROOT, 'build/guides', path.basename(guide, '.md'));
      const blocks = blocksOf(await read(guide));
      it(`has ${checks.length} blocks`, () => assert.equal(blocks.length, checks.length));
      it('is made ready', async () => {
        await rm(folder, { recursive: true, force: true });
        await makeGuideFiles(folder);
      });
      for (const [i, { what, skip, check }] of checks.entries()) {
        it(`block ${i + 1} ${what}`, { skip }, async () => {
          await check(blocks[i], folder);
        });
      }
      it('leaves nothing', () => rm(folder, { recursive: true }));
    });
  }
});
