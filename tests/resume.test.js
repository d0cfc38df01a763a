/** Runs that are interrupted: what the command prints is pasted into a shell, and ends with the digest of
 * the run that nobody disturbed; a checkpoint goes on with nothing else than it began with. */
import assert from 'node:assert/strict';
import { exec, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { PNG } from 'pngjs';
import { createEngine } from 'residua';
import { CLI, residuaIn } from './command.js';
import { skipWithout } from './skip.js';

const RECIPE = ['--epochs', '30', '--batch', '16', '--lr', '0.01', '--seed', '3'];
const COUNTS = ['--images', '48', '--test-images', '12'];
const MACHINE = ['--tier', 'simd128', '--conv', 'direct', '--threads', '1'];
/** @typedef {import('residua').Tick} Tick */

const LONG = ['--net', 'resnet8', '--width', '4', ...RECIPE, ...MACHINE];

/** @type {string} */
let folder;
const at = (/** @type {string} */ name) => path.join(folder, name);

/** Runs the command in the folder. @param {string[]} args */
const residua = (...args) => residuaIn(folder, ...args);

/** @param {RegExp} pattern @param {string[]} args */
async function fails(pattern, ...args) {
  const { code, stderr } = await residua(...args);
  assert.equal(code, 1, stderr);
  const lines = stderr.split('\n').filter((line) => line.startsWith('residua: '));
  assert.equal(lines.length, 1, stderr);
  assert.match(lines[0], pattern);
}

/** Trains until Ctrl-C after the first epoch; what it said. @param {string[]} args */
async function stopped(...args) {
  const child = spawn(process.execPath, [CLI, 'train', ...args, '--json'], { cwd: folder });
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  child.stdout.once('data', () => child.kill('SIGINT'));
  const [code] = await once(child, 'close');
  assert.equal(code, 130, stderr);
  return stderr;
}

/** The last line: the digest and the arithmetic. @param {string} stdout */
const endOf = (stdout) => JSON.parse(/.*$/.exec(stdout.trimEnd())?.[0] ?? '');

/** The end of a run that nobody disturbed. @param {string[]} args */
const wholeOf = async (...args) => endOf((await residua('train', ...args, '--json')).stdout);

/** Runs what was printed, as it stands.
 * @param {string} stderr @param {import('node:child_process').ExecOptions} options */
async function paste(stderr, options = {}) {
  const [, command] = /Go on with: (.*)/.exec(stderr) ?? assert.fail(stderr);
  return endOf(String((await promisify(exec)(command, { cwd: folder, ...options })).stdout));
}

/** A picture of one colour. @param {number} red @param {number} green @param {number} blue */
function png(red, green, blue) {
  const image = new PNG({ width: 32, height: 32 });
  for (let i = 0; i < image.data.length; i += 4) image.data.set([red, green, blue, 255], i);
  return PNG.sync.write(image);
}

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "residua it's resumed-"));
  for (const [name, [red, green]] of Object.entries({ green: [0, 150], red: [150, 0] })) {
    await mkdir(at(`my pictures/${name}`), { recursive: true });
    for (let i = 0; i < 60; i++) {
      await writeFile(at(`my pictures/${name}/${i}.png`), png(red + i, green + i, 3 * i));
    }
  }
});
after(() => rm(folder, { recursive: true }));

describe('the command that is printed at Ctrl-C', () => {
  const cifar = process.env.CIFAR10 && path.resolve(process.env.CIFAR10);
  const parquet = cifar && path.join(path.dirname(cifar), 'cifar10-test-sample.parquet');
  /** @type {Record<string, { data: string[], name: string, skip?: boolean }>} */
  const sources = {
    'a Parquet file, part of it held out': {
      data: ['--data', 'sample.parquet', '--holdout', '0.3'],
      name: 'parquet.safetensors',
      skip: !(parquet && existsSync(parquet)),
    },
    synthetic: { data: [], name: 'made up.safetensors' },
    'a folder': { data: ['--data', 'my pictures'], name: "runs/it's mine.safetensors" },
    'CIFAR-10': { data: ['--data', cifar ?? ''], name: '-c.safetensors', skip: !cifar },
  };
  for (const [source, { data, name, skip = false }] of Object.entries(sources)) {
    it(`goes on as if nothing had happened, with ${source}`, {
      skip: skipWithout(!skip, 'CIFAR10, or the file beside it,', false),
    }, async () => {
      await mkdir(at('runs'), { recursive: true });
      if (parquet) await copyFile(parquet, at('sample.parquet')); // Its own name says that it is a test set.
      const args = [...LONG, ...data, ...COUNTS];
      const whole = await wholeOf(...args);
      assert.deepEqual(await paste(await stopped(...args, `--out=${name}`)), whole);
      const { stdout } = await residua('info', `./${name}`);
      assert.match(stdout, /has optimizer +no/); // The weights took the checkpoint's place.
    });
  }

  it('keeps the record, and may be stopped again', async () => {
    const files = ['--out', 'runs/again.safetensors', '--record', 'again.json'];
    const whole = await wholeOf(...LONG, ...COUNTS);
    await stopped(...LONG, ...COUNTS, ...files);
    const stderr = await stopped('--resume', 'runs/again.safetensors', '--threads', '1');
    assert.deepEqual(await paste(stderr), whole);
    const { state, data, ticks } = JSON.parse(await readFile(at('again.json'), 'utf8'));
    assert.deepEqual([state, data.images, data.testImages], ['finished', 48, 12]);
    const epochs = ticks
      .filter((/** @type {Tick} */ { kind }) => kind === 'epoch')
      .map((/** @type {Tick} */ { step }) => step);
    assert.deepEqual(
      epochs,
      Array.from({ length: 30 }, (_, i) => 3 * (i + 1)),
    );
  });

  it('is of the program that was run: residua where a shell knows that', async () => {
    await mkdir(at('bin'));
    await writeFile(at('bin/residua'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`, {
      mode: 0o755,
    });
    const env = { ...process.env, PATH: `${at('bin')}:${process.env.PATH}` };
    const args = ['train', ...LONG, ...COUNTS, '--out', 'shim.safetensors', '--json'];
    const child = spawn('residua', args, { cwd: folder, env });
    let stderr = '';
    child.stderr.on('data', (text) => (stderr += text));
    child.stdout.once('data', () => child.kill('SIGINT'));
    await once(child, 'close');
    assert.match(
      stderr,
      /Go on with: residua train --resume shim\.safetensors --threads 1 --json\n/,
    );
    const whole = await wholeOf(...LONG, ...COUNTS);
    assert.deepEqual(await paste(stderr, { env }), whole);
  });

  it('is announced: without --out nothing will be kept', async () => {
    const stderr = await stopped(...LONG, ...COUNTS);
    assert.match(stderr, /^The trained net will not be kept; to keep it, add --out FILE\.\n/);
    assert.match(stderr, /nothing was kept, since there is no --out/);
  });
});

describe('a checkpoint', () => {
  const out = 'own.safetensors';
  const resume = (/** @type {string[]} */ ...args) => ['train', '--resume', out, ...args];
  /** @type {Buffer} */
  let bytes;
  before(async () => {
    await stopped(...LONG, '--data', 'my pictures', '--holdout', '0.2', ...COUNTS, '--out', out);
    bytes = await readFile(at(out));
  });

  it('refuses other images and another arithmetic by name', async () => {
    await fails(/net has 2 classes, the data set 10/, ...resume('--data', 'synthetic'));
    await fails(/has images 48, not 40; leave --images out/, ...resume('--images', '40'));
    await fails(
      /has test-images 12, not 5; leave --test-images out/,
      ...resume('--test-images', '5'),
    );
    await fails(/has --holdout 0\.2, not 0\.3/, ...resume('--holdout', '0.3'));
    await fails(/has conv direct, not winograd; .* --force/, ...resume('--conv', 'winograd'));
    await fails(/has tier simd128, not relaxed; .* --force/, ...resume('--tier', 'relaxed'));
    await fails(/has lr 0.01, not 0.02/, ...resume('--lr', '0.02'));
    assert.deepEqual(await readFile(at(out)), bytes);
  });

  it('refuses images that have changed, or that are gone', async () => {
    const [image, other] = ['my pictures/green/0.png', 'my pictures/green/1.png'].map(at);
    const kept = await readFile(image);
    await writeFile(image, await readFile(other));
    await fails(/not the training images/, ...resume());
    await writeFile(image, kept);
    await rename(at('my pictures'), at('elsewhere'));
    await fails(/images of own\.safetensors were in my pictures, .* say with --data/, ...resume());
    const { code, stderr } = await residua(
      ...resume('--data', 'elsewhere', '--out', 'b.safetensors'),
    );
    await rename(at('elsewhere'), at('my pictures'));
    assert.equal(code, 0, stderr);
    assert.deepEqual(await readFile(at(out)), bytes);
  });

  it('goes on with others by force', async () => {
    const others = ['--data', 'synthetic', '--test-images', '5', '--conv', 'winograd'];
    await fails(/2 classes, the data set 10/, ...resume(...others, '--force'));
    const mixed = ['--test-images', '5', '--conv', 'winograd', '--force', '--out', 'c.safetensors'];
    const { code, stderr, stdout } = await residua(...resume(...mixed, '--json'));
    assert.equal(code, 0, stderr);
    assert.equal(endOf(stdout).conv, 'winograd');
  });

  it('that does not say where its images are needs --data', async () => {
    const engine = await createEngine({ tier: 'simd128', threads: 1 });
    const net = await engine.loadNet(bytes);
    const { metadata } = await engine.inspect(await net.save({ optimizer: true }));
    assert.equal(metadata['data.path'], 'my pictures');
    const header = 8 + Number(bytes.readBigUInt64LE(0));
    const text = bytes.toString('latin1', 0, header);
    const bare = text.replace('"data.path"', '"note.path"');
    assert.notEqual(bare, text);
    await writeFile(
      at('bare.safetensors'),
      Buffer.concat([Buffer.from(bare, 'latin1'), bytes.subarray(header)]),
    );
    await fails(
      /does not say where its images are; say it with --data/,
      'train',
      '--resume',
      'bare.safetensors',
    );
    engine.dispose();
  });

  it('of other numerics is refused', async () => {
    const header = 8 + Number(bytes.readBigUInt64LE(0));
    const text = bytes.toString('latin1', 0, header);
    const older = text.replace(/"run.numerics":"\d"/, '"run.numerics":"1"');
    await writeFile(
      at('old.safetensors'),
      Buffer.concat([Buffer.from(older, 'latin1'), bytes.subarray(header)]),
    );
    await fails(
      /has numerics 1, this program \d+; .* --force/,
      'train',
      '--resume',
      'old.safetensors',
    );
  });
});
