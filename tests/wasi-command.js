/** The command for WASI hosts, run by Node's in a folder of the test file's own, which the program knows as
 * /files. It holds a few of CIFAR-10's files and a small model. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { binaryFiles, madeUpBatch } from './data/fixtures.js';
import { skipWithout } from './skip.js';

export const MODULE = fileURLToPath(new URL('../build/wasi/residua.wasm', import.meta.url));
const RUNNER = fileURLToPath(new URL('run-wasi.js', import.meta.url));
export const skip = skipWithout(existsSync(MODULE), 'build/wasi/residua.wasm', true);

/** @type {string} */
export let folder;
export const at = (/** @type {string} */ name) => path.join(folder, name);

/** What a host is started with: the test's folder, which the program knows as /files.
 * @param {string[]} args */
export const words = (...args) => [
  '--no-warnings',
  RUNNER,
  MODULE,
  JSON.stringify({ '/files': folder }),
  ...args,
];

/** @param {string[]} args */
export function residua(...args) {
  return new Promise((resolve) => {
    execFile(process.execPath, words(...args), (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

export const objects = (/** @type {string} */ stdout) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** @param {string[]} args */
export async function wasi(...args) {
  const { code, stdout, stderr } = await residua(...args);
  assert.equal(code, 0, stderr);
  return objects(stdout);
}

/** @param {number} code @param {RegExp} pattern @param {string[]} args */
export async function fails(code, pattern, ...args) {
  const result = await residua(...args);
  assert.equal(result.code, code, result.stderr);
  const lines = result.stderr
    .split('\n')
    .filter((/** @type {string} */ line) => line.startsWith('residua: '));
  assert.equal(lines.length, 1, result.stderr);
  assert.match(lines[0], pattern);
}

/** Without what depends on the clock. @param {any[]} lines */
export const timeless = (lines) =>
  lines.map(({ images_per_s, seconds, ...line }) => {
    assert.ok(line.done || images_per_s > 0);
    return line;
  });

export const ONE_THREAD = ['--tier', 'simd128', '--threads', '1'];
export const SMALL = ['--width', '4', '--images', '64', '--test-images', '24', '--batch', '16'];
export const QUICK = ['--net', 'resnet8', ...SMALL, '--epochs', '2'];

before(async () => {
  if (skip) return;
  folder = await mkdtemp(path.join(tmpdir(), 'residua-'));
  await mkdir(at('cifar'));
  const batches = new Map([1, 3].map((n) => [`data_batch_${n}`, madeUpBatch(n, 40)]));
  batches.set('test_batch', madeUpBatch(6, 30));
  for (const [name, bytes] of binaryFiles(batches, '')) await writeFile(at(`cifar/${name}`), bytes);
  await wasi('train', ...QUICK, '--out', '/files/model.safetensors');
});
after(() => folder && rm(folder, { recursive: true }));

/** Metadata, tensors and data of a safetensors file, but for the names of classes and data, which only the
 * command for Node writes. @param {Buffer} file */
export function partsOf(file) {
  const end = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, end).toString());
  delete header.__metadata__.class_names;
  return { header, data: file.subarray(end) };
}
