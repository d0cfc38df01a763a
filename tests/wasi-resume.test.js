/** Runs of the WASI command that are killed and resumed, here and in Node. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createEngine } from 'residua';
import { digestOfSets } from '../web/lib/data/set-digest.js';
import { openDataset } from '../web/lib/node.js';
import { CLI, json } from './command.js';
import { binaryFiles, madeUpBatch } from './data/fixtures.js';
import { skipWithout } from './skip.js';
import {
  at,
  fails,
  folder,
  ONE_THREAD,
  partsOf,
  residua,
  SMALL,
  skip,
  timeless,
  wasi,
  words,
} from './wasi-command.js';

/** @param {string[]} args */
const tar = (args) => promisify(execFile)('tar', args);
describe('a run of the WASI command that is killed', { skip }, () => {
  const LONG = ['--net', 'resnet8', ...SMALL, '--epochs', '30'];

  /** Kills a training after its first epoch. @param {string} file @param {string[]} flags */
  async function killed(file, ...flags) {
    const args = words('train', ...LONG, ...flags, '--out', `/files/${file}`);
    const child = spawn(process.execPath, args);
    child.stdout.once('data', () => child.kill('SIGKILL'));
    await once(child, 'close');
  }

  it('goes on from its checkpoint as if nothing had happened, here and in Node', async () => {
    await killed('killed.safetensors');
    await fails(
      1,
      /holds a run that was interrupted at step \d+; go on with --resume \/files\/killed\.safetensors, or /,
      ...['train', ...LONG, '--out', '/files/killed.safetensors'],
    );
    const before = await readFile(at('killed.safetensors'));
    await writeFile(at('other.safetensors'), before);
    const resume = (/** @type {string} */ file) => ['train', '--resume', file];
    const ours = timeless(await wasi(...resume('/files/killed.safetensors')));
    const nodes = timeless(await json(...resume(at('other.safetensors')), '--threads', '1'));
    assert.ok(ours[0].epoch > 1 && ours[0].epoch <= 30);
    assert.deepEqual(ours, nodes);
    const whole = timeless(await wasi('train', ...LONG));
    assert.deepEqual(ours, whole.slice(-ours.length));
    const files = ['killed', 'other'].map((file) => readFile(at(`${file}.safetensors`)));
    assert.deepEqual(partsOf(await files[0]), partsOf(await files[1]));
    const parts = (await readdir(folder)).filter((name) => /killed.*part/.test(name));
    assert.deepEqual(parts, []);
    await fails(1, /weights alone/, ...resume('/files/killed.safetensors'));
  });

  it('leaves no part files of those that died, and shares a file with those that live', async () => {
    await mkdir(at('shared'));
    const names = ['.net.00000001.part', '.net.0123abcd.part', '.net.more.00000001.part'];
    for (const name of names) await writeFile(at(`shared/${name}`), 'half');
    // By force, since whoever begins later may find the other's file.
    const run = (/** @type {string} */ seed) =>
      wasi('train', ...LONG, '--seed', seed, '--out', '/files/shared/net', '--force');
    const ends = (await Promise.all([run('1'), run('2')])).map((lines) => lines.at(-1).trajectory);
    assert.notEqual(ends[0], ends[1]);
    assert.deepEqual((await readdir(at('shared'))).sort(), [names[2], 'net']);
    const engine = await createEngine({ threads: 1 });
    const { spec } = await engine.inspect(await readFile(at('shared/net')));
    assert.ok(spec.seed === 1 || spec.seed === 2);
    engine.dispose();
  });

  const metadataOf = async (/** @type {string} */ file) =>
    partsOf(await readFile(at(file))).header.__metadata__;

  it("says in its checkpoint what Node's does, and either goes on with the other's", async () => {
    const counts = ['--images', '1400', '--test-images', '30', '--batch', '350'];
    const flags = [...counts, '--width', '1', '--conv', 'direct', '--epochs', '8'];
    await killed('said "here".safetensors', ...flags);
    const child = spawn(process.execPath, [
      ...[CLI, 'train', ...LONG, ...flags, ...ONE_THREAD, '--json'],
      ...['--out', at('said there.safetensors')],
    ]);
    child.stdout.once('data', () => child.kill('SIGINT'));
    await once(child, 'close');
    const said = ['said "here".safetensors', 'said there.safetensors'].map(metadataOf);
    const [ours, nodes] = (await Promise.all(said)).map((all) =>
      Object.entries(all).filter(([key]) => /^(data|run)\./.test(key)),
    );
    assert.equal(ours.length, 8);
    assert.deepEqual(Object.fromEntries(ours), Object.fromEntries(nodes));
    const whole = (await wasi('train', ...LONG, ...flags)).at(-1);
    const here = await json('train', '--resume', at('said "here".safetensors'), '--threads', '1');
    assert.deepEqual(here.at(-1), whole);
    const there = await wasi('train', '--resume', '/files/said there.safetensors');
    assert.deepEqual(there.at(-1), whole);
  });

  it('goes on with its own images, wherever it is begun, and refuses others', async () => {
    const own = ['--data', '/files/cifar', '--images', '64', '--test-images', '7'];
    await killed('own.safetensors', ...own);
    const resume = (/** @type {string[]} */ ...more) => [
      'train',
      '--resume',
      '/files/own.safetensors',
      ...more,
    ];
    assert.equal((await metadataOf('own.safetensors'))['data.path'], '/files/cifar');
    const refused = {
      'not the training images that the run began with': ['--data', 'synthetic'],
      'has test-images 7, not 8; .* with --force': ['--test-images', '8'],
      'has conv auto, not direct': ['--conv', 'direct'],
    };
    for (const [pattern, more] of Object.entries(refused)) {
      await fails(1, new RegExp(pattern), ...resume(...more));
    }
    await fails(2, /--force takes no value/, ...resume('--force=yes'));
    const others = ['--data', 'synthetic', '--test-images', '9', '--conv', 'direct', '--force'];
    const forced = await wasi(...resume(...others, '--out', '/files/forced.safetensors'));
    assert.equal(forced.at(-1).conv, 'direct');
    const header = await readFile(at('own.safetensors'), 'latin1');
    const bare = header
      .replace('"data.path"', '"note.path"')
      .replace('/files/cifar', '/files/go\\ne');
    await writeFile(at('bare.safetensors'), bare, 'latin1');
    await fails(
      1,
      /does not say where its images are/,
      'train',
      '--resume',
      '/files/bare.safetensors',
    );
    await writeFile(at('gone.safetensors'), bare.replace('"note.path"', '"data.path"'), 'latin1');
    await fails(1, /were in \/files\/go$/, 'train', '--resume', '/files/gone.safetensors');
    const whole = (await wasi('train', ...LONG, ...own)).at(-1);
    assert.deepEqual((await wasi(...resume())).at(-1), whole);
  });

  it('on a complete CIFAR-10 is the run of the Node command, whatever order its files have', {
    skip: skipWithout(process.env.CIFAR10, 'CIFAR10', false),
  }, async () => {
    const archive = at('cifar-10.tar.gz');
    await symlink(path.resolve(String(process.env.CIFAR10)), archive);
    await mkdir(at('complete'));
    await tar(['-xzf', archive, '-C', at('complete'), '--strip-components=1']);
    const file = (/** @type {string} */ name) => at(`complete/${name}.bin`);
    await rename(file('data_batch_1'), file('data_batch_x'));
    await rename(file('data_batch_2'), file('data_batch_1'));
    await rename(file('data_batch_x'), file('data_batch_2'));
    await killed('complete.safetensors', '--data', '/files/complete');
    const { 'data.digest': train, 'data.test_digest': test } =
      await metadataOf('complete.safetensors');
    const few = (await openDataset(archive)).take({ images: 64, testImages: 24 });
    assert.equal(train, await digestOfSets([few.train]));
    assert.equal(test, await digestOfSets([few.test]));
    const args = ['train', ...LONG, ...ONE_THREAD];
    const resumed = ['--resume', at('complete.safetensors'), '--data', archive, '--threads', '1'];
    const whole = (await json(...args, '--data', archive)).at(-1);
    assert.deepEqual((await wasi('train', ...LONG, '--data', '/files/complete')).at(-1), whole);
    assert.deepEqual((await json('train', ...resumed)).at(-1), whole);
  });

  it('keeps its settings', async () => {
    await killed('settings.safetensors');
    const resume = ['train', '--resume', '/files/settings.safetensors'];
    for (const flag of ['net', 'lr', 'epochs', 'images']) {
      await fails(
        2,
        new RegExp(`settings of .* hold; leave --${flag} out`),
        ...resume,
        `--${flag}`,
        '1',
      );
    }
    await fails(1, /64 training images were asked for/, ...resume, '--data', '/files/few');
    const { stderr } = await residua(...resume, '--test-images', '24');
    assert.equal(stderr.match(/^residua: /m), null);
  });

  before(async () => {
    if (skip) return;
    await mkdir(at('few'));
    const few = new Map([
      ['data_batch_1', madeUpBatch(1, 20)],
      ['test_batch', madeUpBatch(2, 30)],
    ]);
    for (const [name, bytes] of binaryFiles(few, '')) await writeFile(at(`few/${name}`), bytes);
  });
});
