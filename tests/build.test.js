/** What build.sh makes, and how it answers. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { availableTiers } from './tiers.js';

const ROOT = new URL('../', import.meta.url);

/** @param {string} name */
async function moduleOf(name) {
  const bytes = await readFile(new URL(`dist/residua-${name}.wasm`, ROOT));
  return WebAssembly.compile(bytes);
}

/** Declarations stand at the beginning of a line. */
async function headerFunctions() {
  const header = await readFile(new URL('include/residua.h', ROOT), 'utf8');
  return [...header.matchAll(/^\w[\w *]*\b(rsd_\w+)\(/gm)].map(([, name]) => name);
}

/** @param {string[]} args */
async function build(...args) {
  const script = fileURLToPath(new URL('tools/build.js', ROOT));
  const { error, stdout, stderr } = await promisify(execFile)(process.execPath, [script, ...args])
    .then((output) => ({ error: { code: 0 }, ...output }))
    .catch((failure) => ({ error: failure, stdout: failure.stdout, stderr: failure.stderr }));
  return { code: error.code, stdout, stderr };
}

describe('a module', () => {
  for (const tier of availableTiers()) {
    it(`of tier ${tier} exports the header and needs nothing`, async () => {
      const module = await moduleOf(tier);
      assert.deepEqual(WebAssembly.Module.imports(module), []);
      const exported = WebAssembly.Module.exports(module).map(({ name }) => name);
      const functions = await headerFunctions();
      assert.ok(functions.length > 25);
      const others = ['memory', '__heap_base', '__stack_pointer'];
      assert.deepEqual(exported.sort(), [...functions, ...others].sort());
    });

    it(`of tier ${tier} with threads needs a shared memory only`, async () => {
      const module = await moduleOf(`${tier}-threads`);
      const imports = [{ module: 'env', name: 'memory', kind: 'memory' }];
      assert.deepEqual(WebAssembly.Module.imports(module), imports);
      const limits = { initial: 16, maximum: 65536 };
      const shared = new WebAssembly.Memory({ ...limits, shared: true });
      const instance = await WebAssembly.instantiate(module, { env: { memory: shared } });
      assert.ok(
        /** @type {WebAssembly.Global} */ (instance.exports.__heap_base).value <=
          limits.initial * 65536,
      );
      const own = { env: { memory: new WebAssembly.Memory(limits) } };
      await assert.rejects(WebAssembly.instantiate(module, own), /shared/);
    });
  }
});

describe('build.sh', () => {
  it('explains itself', async () => {
    const { code, stdout } = await build('--help');
    assert.equal(code, 0);
    for (const option of [
      '--toolchain',
      '--tier',
      '--tests',
      '--native',
      '--debug',
      '--clean',
      '--wasi',
      '--prefix',
      '--fuzz',
    ]) {
      assert.ok(stdout.includes(option), option);
    }
  });

  it('refuses what it does not know', async () => {
    for (const args of [['--fast'], ['--toolchain=tcc'], ['stray']]) {
      const { code, stdout, stderr } = await build(...args);
      assert.equal(code, 2, args.join(' '));
      assert.equal(stdout, '');
      assert.match(stderr, /Usage/);
    }
    const { code, stderr } = await build('--toolchain=npm', '--tier=avx');
    assert.equal(code, 1);
    assert.equal(stderr, 'there is no tier avx; use scalar, simd128, relaxed.\n');
  });
});

describe('a tier that a compiler cannot make', () => {
  /** A copy of the project, and an emcc that knows no relaxed SIMD, as Debian 12's. @param {string} folder */
  async function projectWithOldEmcc(folder) {
    for (const part of ['include', 'src', 'tools', 'web', 'tests/tiers.js', 'package.json']) {
      await cp(new URL(part, ROOT), path.join(folder, part), { recursive: true });
    }
    await symlink(fileURLToPath(new URL('node_modules', ROOT)), path.join(folder, 'node_modules'));
    await mkdir(path.join(folder, 'bin'));
    const programs = {
      emcc: 'test "$1" = --version && echo "emcc that is old"',
      'em-config': 'echo /nowhere',
    };
    for (const [name, script] of Object.entries(programs)) {
      await writeFile(path.join(folder, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
  }

  it('is named as missing, and is not taken from an earlier build', async (context) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'residua-'));
    context.after(() => rm(folder, { recursive: true }));
    await projectWithOldEmcc(folder);
    const stale = ['dist/residua-relaxed.wasm', 'dist/residua-relaxed-threads.wasm'];
    await mkdir(path.join(folder, 'dist'));
    for (const file of stale) await writeFile(path.join(folder, file), 'of another compiler');
    const env = { ...process.env, PATH: `${path.join(folder, 'bin')}:${process.env.PATH}` };
    const run = (/** @type {string[]} */ ...args) =>
      promisify(execFile)(process.execPath, args, { env, cwd: folder });
    const { stderr } = await run('tools/build.js', '--toolchain=emcc', '--tier=relaxed');
    assert.match(
      stderr,
      /^\*\*\* MISSING: this compiler cannot make the tier relaxed: emcc that is/m,
    );
    assert.match(
      stderr,
      /no residua-relaxed\.wasm and no residua-relaxed-threads\.wasm; use --tool/,
    );
    const again = await run('tools/build.js', '--tier=relaxed');
    assert.match(again.stdout, /^Toolchain emcc: emcc that is old/);
    const names = await readdir(path.join(folder, 'dist'), { recursive: true });
    assert.deepEqual(
      names.filter((name) => name.includes('relaxed')),
      [],
    );
    const ask = "import('./tests/tiers.js').then((m) => console.log(m.availableTiers().join()))";
    const tiers = await run('--experimental-wasm-relaxed-simd', '-e', ask);
    assert.equal(tiers.stdout, 'scalar,simd128\n');
    assert.equal(tiers.stderr, '*** NOT TESTED: tier relaxed; it was not built. ***\n');
  });
});
