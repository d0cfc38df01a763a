/** The library for C and C++: the header, what build.sh --native installs, and the example. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createEngine } from 'residua';
import { compiler } from '../tools/native.js';
import { skipWithout } from './skip.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WARNINGS = ['-Wall', '-Wextra', '-pedantic', '-Werror'];
const run = promisify(execFile);

/** Those of the programs that there are. */
function present(...programs) {
  return programs.filter((program) => {
    try {
      return execFileSync(program, ['--version'], { stdio: 'ignore' }) === null;
    } catch {
      return false;
    }
  });
}

const C = present('cc', 'gcc', 'clang', 'clang-22');
const CXX = present('c++', 'g++', 'clang++', 'clang++-22');
const skipC = skipWithout(C.length, 'a C compiler', true);
const skipCxx = skipWithout(CXX.length, 'a C++ compiler', true);
const skipPkgConfig = skipC || skipWithout(present('pkg-config').length, 'pkg-config', true);

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
    const [wrong, tested] = [tick.trainError * 1984, tick.testError * 500].map(Math.round);
    lines.push(
      `epoch ${tick.epoch}: ${wrong} of 1984 training images wrong, ${tested} of 500 test images\n`,
    );
  }
  engine.dispose();
  return lines.join('');
}

describe('build.sh --native --prefix', { skip: skipPkgConfig }, () => {
  const build = (...args) => run(process.execPath, [path.join(ROOT, 'tools/build.js'), ...args]);
  const flagsOf = async (prefix) => {
    const env = { ...process.env, PKG_CONFIG_PATH: path.join(prefix, 'lib/pkgconfig') };
    const { stdout } = await run('pkg-config', ['--cflags', '--libs', 'residua'], { env });
    return stdout.trim().split(/\s+/);
  };
  let prefix;
  before(async () => {
    const first = path.join(folder, 'first');
    await build('--native', `--prefix=${first}`);
    prefix = path.join(folder, 'moved');
    await rename(first, prefix);
  });

  it('installs a library, a header and a file for pkg-config, nothing else', async () => {
    const files = await readdir(prefix, { recursive: true, withFileTypes: true });
    const names = files.filter((file) => file.isFile()).map(({ name }) => name);
    assert.deepEqual(names.sort(), ['libresidua.a', 'residua.h', 'residua.pc']);
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
    const sizeOf = (pattern) =>
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
      const { stdout } = await run(example);
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
      const { stdout } = await run(example);
      const [, wrong] = /^120 steps, then (\d+) of 100 test images are wrong\n/.exec(stdout) ?? [];
      assert.equal(stdout.split('\n')[1], `loaded, ${wrong} are`, program);
      assert.ok(Number(wrong) < 85, `${wrong} of 100 are wrong, by chance 90 would be`);
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
