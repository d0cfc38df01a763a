/** The C tests of tests/core: in WebAssembly on every tier, and natively under AddressSanitizer and
 * UndefinedBehaviorSanitizer, and those of threads under ThreadSanitizer. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { availableTiers } from './tiers.js';

const BUILD = new URL('../build/', import.meta.url);

/** @param {string} tier */
const moduleOf = (tier) => new URL(`tests/residua-tests-${tier}.wasm`, BUILD);

/** What keeps a program from being tested, where it could not be built.
 * @param {URL} file @param {string} problem */
function skipUnlessBuilt(file, problem) {
  return existsSync(file) ? {} : { skip: `*** ${problem} ***` };
}

/** @param {WebAssembly.Memory} memory @param {number} at */
function textAt(memory, at) {
  const bytes = new Uint8Array(memory.buffer, at);
  return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
}

/** Runs all tests of a module and returns their log. A trap ends them, and the log says where.
 * @param {string} tier */
async function runModule(tier) {
  const { instance } = await WebAssembly.instantiate(await readFile(moduleOf(tier)));
  const { memory, run_tests, test_log } = /** @type {any} */ (instance.exports);
  let failures;
  try {
    failures = run_tests();
  } catch (trap) {
    assert.fail(`${textAt(memory, test_log())}then ${trap}`);
  }
  const log = textAt(memory, test_log());
  assert.equal(failures, 0, log);
  return log;
}

/** @param {string} log */
function digestsIn(log) {
  return [...log.matchAll(/^ok (\w+) .*digest (\w+)$/gm)].map(
    ([, name, bits]) => `${name} ${bits}`,
  );
}

/** @param {string} name */
const native = (name) => new URL(`native/${name}`, BUILD);

/** Runs one of the native test programs. @param {string} name @param {string} wanted tests @returns
 * {Promise<{ error?: Error, stdout: string, stderr: string }>} */
const runNative = (name, wanted) =>
  promisify(execFile)(fileURLToPath(native(name)), [wanted], { maxBuffer: 1 << 26 }).catch(
    (error) => ({ error, stdout: error.stdout, stderr: error.stderr }),
  );

const PROGRAMS = [
  { name: 'tests', wanted: '', watched: 'memory and undefined behaviour' },
  { name: 'tests-threads', wanted: 'threads', watched: 'data races' },
];
/** They take long, and run while this process is busy with the modules. Continuous integration runs
 * them once for each C compiler, not for each that makes modules. */
const programs = (process.env.NATIVE_TESTS === 'no' ? [] : PROGRAMS).map(
  ({ name, wanted, watched }) => ({ name, watched, ended: runNative(name, wanted) }),
);

describe('the core', () => {
  /** @type {Map<string, string>} */
  const logs = new Map();
  for (const tier of availableTiers()) {
    it(`on tier ${tier}`, skipUnlessBuilt(moduleOf(tier), `NOT BUILT: tier ${tier}`), async () => {
      logs.set(tier, await runModule(tier));
    });
  }

  it('computes the same bits on scalar and simd128', (context) => {
    const [scalar, simd128] = ['scalar', 'simd128'].map((tier) => logs.get(tier));
    if (!scalar || !simd128) return context.skip('*** needs both tiers to pass ***');
    assert.ok(digestsIn(scalar).length > 30);
    assert.deepEqual(digestsIn(simd128), digestsIn(scalar));
  });

  for (const { name, watched, ended } of programs) {
    it(
      `natively, watched for ${watched}`,
      skipUnlessBuilt(native(name), 'NO NATIVE BUILD'),
      async () => {
        const { error, stdout, stderr } = await ended;
        assert.ok(!error, `${stdout}${stderr}${error}`);
        assert.match(stdout, /^ok threads_train /m);
      },
    );
  }
});
