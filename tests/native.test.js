/** The library for C and C++: the header, what build.sh --native installs, and the example. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createEngine } from 'residua';
import { COMMAND_FLAGS, commandFor, compiler } from '../tools/native.js';
import { findProgram } from './programs.js';
import { skipWithout } from './skip.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WARNINGS = ['-Wall', '-Wextra', '-pedantic', '-Werror'];
const run = promisify(execFile);

/** Those of the programs that there are, each once whatever its names. @param {string[]} names */
function present(...names) {
  const known = new Set();
  return names.filter((name) => {
    const file = findProgram([name]);
    const program = file && realpathSync(file);
    if (!program || known.has(program)) return false;
    return known.add(program);
  });
}

const C = present(compiler, 'cc', 'gcc', 'clang', 'clang-22');
const CXX = present('c++', 'g++', 'clang++', 'clang++-22');
const skipC = skipWithout(C.length, 'a C compiler', true);
const skipCxx = skipWithout(CXX.length, 'a C++ compiler', true);
/** Its name says the version of the interface. */
const SHARED = `libresidua.so.${/RSD_ABI_VERSION (\d+)/.exec(await readFile(path.join(ROOT, 'include/residua.h'), 'utf8'))?.[1]}`;
const skipPkgConfig = skipC || skipWithout(present('pkg-config').length, 'pkg-config', true);

/** @type {string} */
let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'residua-'));
});
after(() => rm(folder, { recursive: true }));

describe('residua.h', () => {
  const USE = `#include "residua.h"
#include "residua.h"
int main(void) { rsd_spec spec; rsd_default_spec(&spec); return rsd_abi_version() != RSD_ABI_VERSION; }
`;
  /** @param {string} name @param {string[]} compilers @param {string[]} standards */
  const compiles = async (name, compilers, standards) => {
    const file = path.join(folder, name);
    await writeFile(file, USE);
    for (const program of compilers) {
      for (const standard of standards) {
        const flags = [`-std=${standard}`, ...WARNINGS, '-fsyntax-only'];
        await run(program, [...flags, '-I', path.join(ROOT, 'include'), file]);
      }
    }
  };

  it('is C', { skip: skipC }, () => compiles('use.c', C, ['c99', 'c11', 'c17']));
  it('is C++', { skip: skipCxx }, () => compiles('use.cpp', CXX, ['c++11', 'c++17', 'c++20']));
});

describe('the command for this machine', { skip: skipC }, () => {
  it('trains to the same bits with every number of threads', async () => {
    const command = await commandFor();
    const words = ['train', '--net', 'resnet8', '--width', '4', '--images', '64', '--batch', '32'];
    words.push('--test-images', '16', '--epochs', '2');
    const made = new Set();
    for (const threads of [1, 2, 3]) {
      const out = path.join(folder, `of-${threads}.safetensors`);
      const { stdout } = await run(command, [...words, '--out', out, '--threads', `${threads}`]);
      assert.match(stdout, new RegExp(`"done":true.*"threads":${threads},`));
      made.add((await readFile(out)).toString('latin1'));
    }
    assert.equal(made.size, 1);
  });

  it(`compiles without a warning, with ${C.join(', ')}`, async () => {
    for (const program of C) {
      const object = path.join(folder, 'main.o');
      const args = [...COMMAND_FLAGS, '-c', 'src/command/main.c', '-o', object];
      await run(program, args, { cwd: ROOT });
    }
  });
});

/** The example in the comment that opens the header. @param {string} header */
function exampleOf(header) {
  const [, block] = /^ \* Example:.*\n((?: \*(?: {5}.*)?\n)+)/m.exec(header) ?? [];
  assert.ok(block, 'the header has an example');
  return block.replace(/^ \*(?: {5})?/gm, '');
}

/** What the example prints, computed by the module for pages. */
async function exampleLines() {
  const engine = await createEngine({ tier: 'simd128' });
  const data = await engine.synthetic({ images: 2000, testImages: 500 });
  const net = await engine.createNet({ family: 'residual', depth: 8, width: 8 });
  /** @type {import('residua').Recipe} */
  const recipe = { epochs: 4, batchSize: 32, lr: 0.05, augment: 'flip', schedule: 'step' };
  const lines = [];
  for await (const tick of net.train(data, recipe)) {
    if (tick.kind !== 'epoch') continue;
    const [wrong, tested] = [tick.trainError * 1984, Number(tick.testError) * 500].map(Math.round);
    lines.push(
      `epoch ${tick.epoch}: ${wrong} of 1984 training images wrong, ${tested} of 500 test images\n`,
    );
  }
  engine.dispose();
  return lines.join('');
}

describe('build.sh --native --prefix', { skip: skipPkgConfig }, () => {
  const build = (/** @type {string[]} */ ...args) =>
    run(process.execPath, [path.join(ROOT, 'tools/build.js'), ...args]);
  const flagsOf = async (/** @type {string} */ prefix) => {
    const env = { ...process.env, PKG_CONFIG_PATH: path.join(prefix, 'lib/pkgconfig') };
    const { stdout } = await run('pkg-config', ['--cflags', '--libs', 'residua'], { env });
    return stdout.trim().split(/\s+/);
  };
  /** @type {string} */
  let prefix;
  /** The prefix is none that programs look in. */
  const loading = () => ({ ...process.env, LD_LIBRARY_PATH: path.join(prefix, 'lib') });
  before(async () => {
    const first = path.join(folder, 'first');
    await build('--native', `--prefix=${first}`);
    prefix = path.join(folder, 'moved');
    await rename(first, prefix);
  });

  it('installs a library, a header and a file for pkg-config, nothing else', async () => {
    const files = await readdir(prefix, { recursive: true, withFileTypes: true });
    const names = files.filter((file) => file.isFile()).map(({ name }) => name);
    assert.deepEqual(names.sort(), [
      'libresidua.a',
      SHARED,
      'residua-config-version.cmake',
      'residua-config.cmake',
      'residua.h',
      'residua.pc',
    ]);
    const { version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
    const env = { ...process.env, PKG_CONFIG_PATH: path.join(prefix, 'lib/pkgconfig') };
    const { stdout } = await run('pkg-config', ['--modversion', 'residua'], { env });
    assert.equal(stdout.trim(), version);
  });

  it('has no global state: no section of the library can be written', {
    skip: skipWithout(present('size').length, 'the program size, of binutils', true),
  }, async () => {
    const { stdout } = await run('size', ['-A', path.join(prefix, 'lib/libresidua.a')]);
    const sections = [...stdout.matchAll(/^(\.\S+)\s+(\d+)/gm)];
    const sizeOf = (/** @type {RegExp} */ pattern) =>
      sections.reduce((sum, [, name, size]) => sum + (pattern.test(name) ? Number(size) : 0), 0);
    assert.ok(sizeOf(/^\.text/) > 100_000, stdout);
    // Constants that hold addresses are in .data.rel.ro, which is read-only once the program runs.
    assert.equal(sizeOf(/^\.(data(?!\.rel\.ro)|bss|tdata|tbss)/), 0, stdout);
  });

  const compilers = [...new Set([compiler, ...C])];
  it(`lets the example train, with ${compilers.join(', ')}`, async () => {
    const expected = await exampleLines();
    const flags = await flagsOf(prefix);
    for (const program of compilers) {
      const example = path.join(folder, `train-${path.basename(program)}`);
      const source = path.join(ROOT, 'examples/c/train.c');
      await run(program, ['-std=c11', ...WARNINGS, source, ...flags, '-o', example]);
      const { stdout } = await run(example, [], { env: loading() });
      assert.equal(stdout, expected, program);
    }
  });

  it(`runs the example in the header, with ${compilers.join(', ')}`, async () => {
    const header = await readFile(path.join(prefix, 'include/residua.h'), 'utf8');
    const source = path.join(folder, 'simple.c');
    await writeFile(source, exampleOf(header));
    const flags = await flagsOf(prefix);
    for (const program of compilers) {
      const example = path.join(folder, `simple-${path.basename(program)}`);
      await run(program, ['-std=c11', ...WARNINGS, source, ...flags, '-o', example]);
      const { stdout } = await run(example, [], { env: loading() });
      const [, wrong] = /^120 steps, then (\d+) of 100 test images are wrong\n/.exec(stdout) ?? [];
      assert.equal(stdout.split('\n')[1], `loaded, ${wrong} are`, program);
      assert.ok(Number(wrong) < 85, `${wrong} of 100 are wrong, by chance 90 would be`);
    }
  });

  it('shows the functions of the header and no others', {
    skip: skipWithout(present('nm').length, 'the program nm, of binutils', true),
  }, async () => {
    const { stdout } = await run('nm', ['-D', '--defined-only', path.join(prefix, 'lib', SHARED)]);
    const shown = [...stdout.matchAll(/ T (\w+)$/gm)].map(([, name]) => name);
    const header = await readFile(path.join(prefix, 'include/residua.h'), 'utf8');
    const declared = [...header.matchAll(/^[a-z].*?\b(rsd_\w+)\(/gm)].map(([, name]) => name);
    assert.deepEqual(shown.sort(), declared.sort());
  });

  it('lends itself to threads of the caller, and every number of them gives one loss', async () => {
    const program = path.join(folder, 'pool');
    const source = path.join(ROOT, 'examples/c/pool.c');
    await run(compiler, [
      '-std=c11',
      ...WARNINGS,
      source,
      ...(await flagsOf(prefix)),
      '-o',
      program,
    ]);
    const losses = await Promise.all(
      ['1', '2', '3'].map((n) => run(program, [n], { env: loading() })),
    );
    assert.match(losses[0].stdout, /^loss [\d.]+\n$/);
    assert.deepEqual(new Set(losses.map(({ stdout }) => stdout)).size, 1);
  });

  it('works from C++', { skip: skipCxx }, async () => {
    const program = path.join(folder, 'train-cpp');
    const source = path.join(ROOT, 'examples/c/train.cpp');
    const flags = ['-std=c++17', ...WARNINGS, source, ...(await flagsOf(prefix)), '-o', program];
    await run(CXX[0], flags);
    const { stdout } = await run(program, [], { env: loading() });
    assert.match(stdout, /^120 steps, \d+ of 400 training images are wrong\n$/);
  });

  it('works from Python by ctypes', {
    skip: skipWithout(present('python3').length, 'python3', true),
  }, async () => {
    const records = path.join(folder, 'records.bin');
    const engine = await createEngine({ tier: 'simd128' });
    const { test } = await engine.synthetic({ images: 100, testImages: 150 });
    const bytes = Array.from({ length: 150 }, (_, i) => [
      Uint8Array.of(test.labels[i]),
      test.images.subarray(3072 * i, 3072 * (i + 1)),
    ]);
    await writeFile(records, Buffer.concat(bytes.flat()));
    const weights = path.join(ROOT, 'models/resnet20.safetensors');
    const net = await engine.loadNet(await readFile(weights));
    const { wrong } = await net.evaluate(test);
    engine.dispose();
    const source = path.join(ROOT, 'examples/c/evaluate.py');
    const { stdout } = await run('python3', [source, weights, records], { env: loading() });
    assert.equal(stdout, `${wrong} of 150 images are wrong\n`);
    /** @type {[number, RegExp, string[]][]} */
    const bad = [
      [2, /^usage: evaluate\.py WEIGHTS\.safetensors RECORDS\.bin\n$/, []],
      [1, /^[^\n]*No such file[^\n]*\n$/, [weights, 'nowhere.bin']],
    ];
    for (const [exit, pattern, args] of bad) {
      await assert.rejects(run('python3', [source, ...args], { env: loading() }), (error) => {
        assert.match(/** @type {any} */ (error).stderr, pattern);
        return /** @type {any} */ (error).code === exit;
      });
    }
  });

  it('is found by CMake', {
    skip: skipWithout(present('cmake').length, 'cmake', true),
  }, async () => {
    const project = path.join(folder, 'cmake');
    await mkdir(project);
    await writeFile(
      path.join(project, 'CMakeLists.txt'),
      `cmake_minimum_required(VERSION 3.16)
project(uses_residua C)
find_package(residua REQUIRED)
foreach(kind residua static)
  add_executable(with_\${kind} ${path.join(ROOT, 'examples/c/train.c')})
  target_link_libraries(with_\${kind} residua::\${kind})
endforeach()
`,
    );
    await run('cmake', ['-S', project, '-B', `${project}/build`, `-DCMAKE_PREFIX_PATH=${prefix}`]);
    await run('cmake', ['--build', `${project}/build`]);
    const expected = await exampleLines();
    for (const kind of ['residua', 'static']) {
      const { stdout } = await run(`${project}/build/with_${kind}`);
      assert.equal(stdout, expected);
    }
  });

  it('is refused without a folder, and without --native', async () => {
    for (const args of [['--native', '--prefix='], [`--prefix=${folder}`]]) {
      await assert.rejects(build(...args), ({ code, stderr }) => {
        assert.match(stderr, /--prefix names the folder that --native installs to/);
        return code === 2;
      });
    }
  });
});

describe('make', { skip: skipC || skipWithout(present('make').length, 'make', true) }, () => {
  const make = (/** @type {string[]} */ ...args) => run('make', ['-C', ROOT, '-j2', ...args]);
  const EXAMPLE = path.join(ROOT, 'examples/c/train.c');
  /** @param {string} library @param {string} name */
  const linked = async (library, name) => {
    const program = path.join(folder, name);
    const flags = ['-std=c11', '-I', path.join(ROOT, 'include'), EXAMPLE, library, '-pthread'];
    await run(C[0], [...flags, '-o', program]);
    return (await run(program)).stdout;
  };

  it('stages an installation, with a compiler that has arguments and flags of the user', async () => {
    const stage = path.join(folder, 'stage');
    const build = path.join(folder, 'staged');
    const made = [`CC=${C[0]} -g`, 'CFLAGS=-O1 -ffast-math', `BUILD=${build}`];
    const where = [`DESTDIR=${stage}`, 'PREFIX=/usr', 'LIB=lib/here', ...made];
    await make('install', ...where);
    const lib = path.join(stage, 'usr/lib/here');
    const names = (await readdir(lib)).sort();
    assert.deepEqual(names, ['cmake', 'libresidua.a', 'libresidua.so', SHARED, 'pkgconfig']);
    // Fast mathematics would change bits: what they depend on comes last.
    assert.equal(
      await linked(path.join(lib, 'libresidua.a'), 'staged-train'),
      await exampleLines(),
    );
    await writeFile(path.join(lib, 'other.a'), '');
    await make('uninstall', ...where);
    const left = await readdir(stage, { recursive: true, withFileTypes: true });
    const files = left.filter((file) => !file.isDirectory()).map(({ name }) => name);
    assert.deepEqual(files, ['other.a']);
  });

  it('runs the tests of the core, and says what it can do', async () => {
    const made = [`CC=${C[0]}`, 'CFLAGS=-O1', `BUILD=${path.join(folder, 'checked')}`];
    assert.match((await make('check', ...made)).stdout, /^ok .*\n0 failures$/ms);
    const { stdout } = await run('make', ['-C', ROOT, 'help']);
    for (const target of ['check', 'install', 'uninstall', 'help'])
      assert.match(stdout, new RegExp(`^  make ${target} `, 'm'));
  });

  it('gives the same bits with the vectors that every machine has', async () => {
    const build = path.join(folder, 'plain');
    await make(`BUILD=${build}`, 'VARIANTS=');
    assert.equal(
      await linked(path.join(build, 'libresidua.a'), 'plain-train'),
      await exampleLines(),
    );
  });
});
