/** The command for WASI hosts, run by Node's: the same numbers as the command for Node has. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PNG } from 'pngjs';
import { createEngine } from 'residua';
import { digestOfSets } from '../web/lib/data/set-digest.js';
import { openDataset } from '../web/lib/node.js';
import { CLI, json } from './command.js';
import { binaryFiles, madeUpBatch, pythonFiles, tarGz } from './data/fixtures.js';
import { skipWithout } from './skip.js';

/** @param {string[]} args */
const tar = (args) => promisify(execFile)('tar', args);
const MODULE = fileURLToPath(new URL('../build/wasi/residua.wasm', import.meta.url));
const RUNNER = fileURLToPath(new URL('run-wasi.js', import.meta.url));
const skip = skipWithout(existsSync(MODULE), 'build/wasi/residua.wasm', true);

/** @type {string} */
let folder;
const at = (/** @type {string} */ name) => path.join(folder, name);

/** What a host is started with: the test's folder, which the program knows as /files.
 * @param {string[]} args */
const words = (...args) => [
  '--no-warnings',
  RUNNER,
  MODULE,
  JSON.stringify({ '/files': folder }),
  ...args,
];

/** @param {string[]} args */
function residua(...args) {
  return new Promise((resolve) => {
    execFile(process.execPath, words(...args), (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

const objects = (/** @type {string} */ stdout) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** @param {string[]} args */
async function wasi(...args) {
  const { code, stdout, stderr } = await residua(...args);
  assert.equal(code, 0, stderr);
  return objects(stdout);
}

/** @param {number} code @param {RegExp} pattern @param {string[]} args */
async function fails(code, pattern, ...args) {
  const result = await residua(...args);
  assert.equal(result.code, code, result.stderr);
  const lines = result.stderr
    .split('\n')
    .filter((/** @type {string} */ line) => line.startsWith('residua: '));
  assert.equal(lines.length, 1, result.stderr);
  assert.match(lines[0], pattern);
}

/** Without what depends on the clock. @param {any[]} lines */
const timeless = (lines) =>
  lines.map(({ images_per_s, seconds, ...line }) => {
    assert.ok(line.done || images_per_s > 0);
    return line;
  });

const ONE_THREAD = ['--tier', 'simd128', '--threads', '1'];
const SMALL = ['--width', '4', '--images', '64', '--test-images', '24', '--batch', '16'];
const QUICK = ['--net', 'resnet8', ...SMALL, '--epochs', '2'];

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

/** Metadata, tensors and data of a safetensors file, but for the names of classes, which only the
 * command for Node writes. @param {Buffer} file */
function partsOf(file) {
  const end = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, end).toString());
  delete header.__metadata__.class_names;
  return { header, data: file.subarray(end) };
}

describe('the WASI command', { skip }, () => {
  it('needs nothing but WASI', async () => {
    const module = await WebAssembly.compile(await readFile(MODULE));
    const modules = new Set(WebAssembly.Module.imports(module).map((item) => item.module));
    assert.deepEqual([...modules], ['wasi_snapshot_preview1']);
  });

  it('explains itself', async () => {
    for (const name of ['help', '--help']) {
      const { code, stdout, stderr } = await residua(name);
      assert.deepEqual([code, stderr], [0, '']);
      for (const part of [
        'residua train --net',
        'residua eval --model',
        'residua predict --model',
      ]) {
        assert.ok(stdout.includes(part), part);
      }
      for (const flag of ['data FOLDER', 'out FILE', 'resume FILE', 'images N']) {
        assert.match(stdout, new RegExp(`^ {2}--${flag}`, 'm'));
      }
    }
  });

  const recipes = {
    'the defaults': [],
    'every flag': [
      ...['--net', 'plain8', '--init', 'gaussian:0.1', '--norm', 'none', '--lr', '1e-3'],
      ...['--momentum', '0', '--weight-decay=0', '--schedule', 'cosine', '--augment', 'flip'],
      ...['--seed', '9007199254740991', '--conv', 'direct', '--test-images', '7'],
    ],
    'projections, an odd width, the batch of a last one': [
      ...['--net', 'resnet14', '--shortcut', 'B', '--width', '5', '--batch', '20'],
      ...['--init', 'xavier', '--schedule', 'paper', '--test-images', '0'],
    ],
  };
  for (const [name, more] of Object.entries(recipes)) {
    it(`trains as Node's does: ${name}`, async () => {
      for (const file of ['ours', 'nodes']) await rm(at(`${file}.safetensors`), { force: true });
      const args = ['train', ...QUICK, ...more];
      const ours = await wasi(...args, '--out', '/files/ours.safetensors');
      const nodes = await json(...args, ...ONE_THREAD, '--out', at('nodes.safetensors'));
      assert.deepEqual(timeless(ours), timeless(nodes));
      const files = ['ours', 'nodes'].map((file) => readFile(at(`${file}.safetensors`)));
      assert.deepEqual(partsOf(await files[0]), partsOf(await files[1]));
    });
  }

  it("trains on CIFAR-10's files as Node's does", async () => {
    const args = ['train', '--net', 'ResNet-8', '--width', '4', '--batch', '16', '--epochs', '1'];
    const ours = await wasi(...args, '--data', '/files/cifar');
    const nodes = await json(...args, ...ONE_THREAD, '--data', at('cifar'));
    assert.equal(ours[0].images, 80);
    assert.deepEqual(timeless(ours), timeless(nodes));
  });

  it("evaluates as Node's does", async () => {
    for (const [ours, nodes] of [
      ['synthetic', 'synthetic'],
      ['/files/cifar', at('cifar')],
    ]) {
      const [our] = await wasi('eval', '--model', '/files/model.safetensors', '--data', ours);
      const model = ['--model', at('model.safetensors')];
      const [node] = await json('eval', ...model, ...ONE_THREAD, '--data', nodes);
      assert.deepEqual(timeless([our]), timeless([node]));
    }
  });

  it("predicts as Node's does, from PPM and from bare pixels", async () => {
    const pixels = Buffer.from(Array.from({ length: 3072 }, (_, i) => (i * i + 5 * i) % 256));
    const png = new PNG({ width: 32, height: 32 });
    for (let i = 0; i < 1024; i++) {
      for (let c = 0; c < 4; c++) png.data[4 * i + c] = c < 3 ? pixels[3 * i + c] : 255;
    }
    await writeFile(at('image.png'), PNG.sync.write(png));
    const header = 'P6 # a comment 99\n32\t32\n# another\n255\n';
    await writeFile(at('image.ppm'), Buffer.concat([Buffer.from(header), pixels]));
    await writeFile(at('raw "image"'), pixels);
    const model = (/** @type {string} */ name) => ['predict', '--model', name];
    const ours = await wasi(
      ...model('/files/model.safetensors'),
      ...['/files/image.ppm', '/files/raw "image"'],
    );
    const [node] = await json(...model(at('model.safetensors')), ...ONE_THREAD, at('image.png'));
    assert.equal(node.top.length, 5);
    assert.deepEqual(ours, [
      { ...node, file: '/files/image.ppm' },
      { ...node, file: '/files/raw "image"' },
    ]);
  });
});

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
    const flags = [...counts, '--width', '1', '--conv', 'direct'];
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

describe('the WASI command refuses', { skip }, () => {
  it('a wrong command line, with exit code 2', async () => {
    await fails(2, /Name a command\. See: residua help/);
    await fails(2, /There is no command "trian"/, 'trian');
    await fails(2, /There is no flag --epoch\./, 'train', '--epoch', '3');
    await fails(2, /There is no flag --epochs\./, 'eval', '--epochs', '3');
    await fails(2, /--net is missing/, 'train');
    await fails(2, /--model is missing/, 'eval', '--data', 'synthetic');
    await fails(2, /--data is missing/, 'eval', '--model', '/files/model.safetensors');
    await fails(2, /IMAGE is missing/, 'predict', '--model', '/files/model.safetensors');
    await fails(2, /"more" is an extra word; leave it out/, 'train', '--net', 'resnet8', 'more');
    const train = (/** @type {string[]} */ ...args) => ['train', '--net', 'resnet8', ...args];
    for (const count of ['two', '1.5', '-1', '4294967296', '']) {
      await fails(
        2,
        /--epochs (takes a whole number|needs a value)/,
        ...train(`--epochs=${count}`),
      );
    }
    for (const lr of ['fast', 'inf', 'nan', '0x1', '1e', '.']) {
      await fails(2, /--lr takes a number, not/, ...train('--lr', lr));
    }
    await fails(2, /--seed takes a whole number/, ...train('--seed', '9007199254740992'));
    await fails(2, /--shortcut is one of A\|B\|C, not "D"/, ...train('--shortcut', 'D'));
    await fails(2, /--init is he, xavier or/, ...train('--init', 'gaussian:'));
    await fails(2, /--lr needs a value: --lr X/, ...train('--lr'));
    await fails(2, /--lr needs a value/, ...train('--lr', '--epochs', '3'));
    for (const net of ['vgg16', 'resnet', 'plain--20', 'resnet20x']) {
      await fails(2, /--net is plain20, .* not/, 'train', '--net', net);
    }
  });

  it('what cannot be, with exit code 1', async () => {
    const train = (/** @type {string[]} */ ...args) => ['train', ...QUICK, ...args];
    await fails(1, /6n\+2/, ...train('--net', 'resnet9'));
    await fails(1, /a batch of 65 images is more than the 64/, ...train('--batch', '65'));
    await fails(1, /step \d+.*finite/, ...train('--lr', '1e30'));
    const huge = ['--net', 'resnet110', '--width', '256', '--images', '512', '--batch', '512'];
    await fails(1, /Could not allocate \d+ MiB; use a smaller/, ...train(...huge));
  });

  it('images that are not the extracted ones', async () => {
    const data = (/** @type {string} */ name) => [
      'train',
      '--net',
      'resnet8',
      '--data',
      `/files/${name}`,
    ];
    await writeFile(at('cifar-10-binary.tar.gz'), await tarGz(binaryFiles()));
    await fails(
      1,
      /is a file; this program reads .*extracted.*tar -xzf/,
      ...data('cifar-10-binary.tar.gz'),
    );
    await mkdir(at('outer/cifar-10-batches-bin'), { recursive: true });
    await writeFile(at('outer/cifar-10-batches-bin/test_batch.bin'), '');
    await fails(1, /name \/files\/outer\/cifar-10-batches-bin\./, ...data('outer'));
    await mkdir(at('python'));
    for (const [name, bytes] of pythonFiles(undefined, ''))
      await writeFile(at(`python/${name}`), bytes);
    await fails(1, /python version .* reads the binary one/, ...data('python'));
    await fails(1, /nowhere has no test_batch\.bin/, ...data('nowhere'));
    await mkdir(at('cut'));
    await writeFile(at('cut/test_batch.bin'), Buffer.alloc(3074));
    await fails(1, /cut\/test_batch\.bin: 3074 bytes are not whole records/, ...data('cut'));
    const few = [...data('cifar'), '--images', '81'];
    await fails(1, /81 training images were asked for, but there are 80/, ...few);
  });

  it('to replace what is not its own, unless it is forced to', async () => {
    /** @param {string} name @param {string[]} more */
    const out = (name, ...more) => ['train', ...QUICK, '--out', `/files/${name}`, ...more];
    await mkdir(at('outputs'));
    await writeFile(at('outputs/there'), 'of somebody else');
    await fails(1, /outputs\/there already exists; .* --force/, ...out('outputs/there'));
    assert.equal(await readFile(at('outputs/there'), 'utf8'), 'of somebody else');
    await wasi(...out('outputs/there', '--force'));
    await symlink('there', at('outputs/link'));
    await fails(1, /link is a link; name the file itself/, ...out('outputs/link', '--force'));
    const server = createServer().listen(at('outputs/socket'));
    await once(server, 'listening');
    await fails(1, /socket is a device, a pipe or a socket/, ...out('outputs/socket', '--force'));
    server.close();
  });

  it('a name that is too long, and no other', async () => {
    const out = (/** @type {string} */ name) => [
      'train',
      ...QUICK,
      '--out',
      `/files/outputs/${name}`,
    ];
    const name = `${'a'.repeat(237)}가가가가가가`;
    assert.equal(Buffer.byteLength(name), 255);
    await wasi(...out(name));
    await fails(1, /cannot be written: the name is too long/, ...out(`${name}b`));
    await writeFile(at('outputs/empty'), '');
    await fails(1, /cannot be written: a file is in the place/, ...out('empty/x'));
    await wasi(...out('empty'));
    assert.deepEqual(
      (await readdir(at('outputs'))).filter((file) => file.endsWith('.part')),
      [],
    );
  });

  it('files that it cannot read or write, before it works', async () => {
    const model = (/** @type {string} */ name) => ['eval', '--data', 'synthetic', '--model', name];
    await fails(1, /none cannot be read: it does not exist/, ...model('/files/none'));
    await fails(1, /files cannot be read: it is a folder/, ...model('/files'));
    await fails(1, /passwd cannot be read: .*no folder that was opened/, ...model('/etc/passwd'));
    await fails(1, /cannot be read/, ...model('/files/../etc/passwd'));
    await writeFile(at('bad.safetensors'), 'hello, world, this is no such file');
    await fails(1, /header/, ...model('/files/bad.safetensors'));
    const out = (/** @type {string} */ name) => ['train', ...QUICK, '--out', name];
    await fails(1, /cannot be written: it does not exist/, ...out('/files/nowhere/x'));
    await fails(1, /\/elsewhere cannot be written/, ...out('/elsewhere'));
    await fails(1, /is a folder; name a file/, ...out('/files/cifar'));
    assert.ok((await stat(at('cifar'))).isDirectory());
  });

  it('images of another kind', async () => {
    const predict = (/** @type {string} */ name) => [
      'predict',
      '--model',
      '/files/model.safetensors',
      `/files/${name}`,
    ];
    await writeFile(at('large.ppm'), `P6 33 32 255\n${'x'.repeat(33 * 96)}`);
    await fails(
      1,
      /large\.ppm is a PPM image of 33 x 32 .* make it one of 32 x 32/,
      ...predict('large.ppm'),
    );
    await writeFile(at('cut.ppm'), 'P6 32 32 255\nxyz');
    await fails(1, /cut\.ppm is a PPM image .* or cut off/, ...predict('cut.ppm'));
    await writeFile(at('short'), 'P');
    await fails(1, /short is neither a PPM image \(P6\) nor 3072 bytes/, ...predict('short'));
  });
});
