/** What build.sh makes, and how it answers. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { availableTiers } from './tiers.js';

const ROOT = new URL('../', import.meta.url);

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
      assert.ok(instance.exports.__heap_base.value <= limits.initial * 65536);
      const own = { env: { memory: new WebAssembly.Memory(limits) } };
      await assert.rejects(WebAssembly.instantiate(module, own), /shared/);
    });
  }
});

describe('build.sh', () => {
  it('explains itself', async () => {
    const { code, stdout } = await build('--help');
    assert.equal(code, 0);
    for (const option of ['--toolchain', '--tier', '--tests', '--native', '--debug', '--clean']) {
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
