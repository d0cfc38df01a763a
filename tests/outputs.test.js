/** The files that the command writes: nothing is replaced that is not the run's own, a run's record and
 * its checkpoint are of one run and of one step, and nobody's left-overs stay. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CLI, residuaIn } from './command.js';

const RECIPE = ['--batch', '16', '--lr', '0.01', '--tier', 'simd128', '--threads', '1'];
const RUN = ['--net', 'plain8', '--width', '1', '--images', '32', '--test-images', '4', ...RECIPE];
const SHORT = ['train', ...RUN, '--epochs', '1'];
const LONG = ['train', ...RUN, '--epochs', '300', '--json'];
/** @typedef {import('residua').Tick} Tick */

const posix = { skip: process.platform === 'win32' && 'Windows has no such files' };

/** @type {string} */
let folder;
const at = (/** @type {string} */ name) => path.join(folder, name);

/** Runs the command in the folder. @param {string[]} args */
const residua = (...args) => residuaIn(folder, ...args);

/** @param {string[]} args */
async function succeeds(...args) {
  const result = await residua(...args);
  assert.equal(result.code, 0, result.stderr);
  return result;
}

/** Fails before it trains. @param {number} code @param {RegExp} pattern @param {string[]} args */
async function fails(code, pattern, ...args) {
  const result = await residua(...args);
  assert.equal(result.code, code, result.stderr);
  assert.match(result.stderr, pattern);
  assert.doesNotMatch(result.stdout, /\d/);
}

/** Trains until a signal after the first line, and so many milliseconds.
 * @param {NodeJS.Signals} signal @param {number} delay @param {string[]} args */
async function ended(signal, delay, ...args) {
  const child = spawn(process.execPath, [CLI, ...args], { cwd: folder });
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  child.stdout.once('data', () => setTimeout(() => child.kill(signal), delay));
  await once(child, 'close');
  return stderr;
}

const partsIn = async (name = '.') =>
  (await readdir(at(name))).filter((file) => file.endsWith('.part'));
const isWeights = async (/** @type {string} */ name) => {
  const bytes = await readFile(at(name));
  return bytes.toString('latin1', 8, 40).includes('__metadata__');
};

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'residua-outputs-'));
});
after(() => rm(folder, { recursive: true }));

describe('an output file', () => {
  it('does not take the place of another file, unless it is forced to', async () => {
    await writeFile(at('there'), 'of somebody else');
    await fails(1, /^residua: there already exists; .* --force\.$/m, ...SHORT, '--out', 'there');
    await fails(1, /there already exists/, ...SHORT, '--record', 'there');
    assert.equal(await readFile(at('there'), 'utf8'), 'of somebody else');
    await succeeds(...SHORT, '--out', 'there', '--force');
    assert.ok(await isWeights('there'));
    await fails(1, /there already exists/, ...SHORT, '--out', 'there');
    await fails(1, /there already exists/, 'export', '--model', 'there', '--out', 'there');
    await writeFile(at('empty'), '');
    await succeeds(...SHORT, '--out', 'empty');
  });

  it('is not called what it is not', async () => {
    const train = (/** @type {string[]} */ ...args) => [...SHORT, ...args];
    /** @type {[string[], RegExp][]} */
    const misnamed = [
      [
        train('--out', 'w.txt'),
        /--out writes safetensors, and w\.txt ends in \.txt; name w\.safetensors, or a folder with its slash: w\/\./,
      ],
      [
        train('--out', 'sub/w.PT'),
        /name sub.w\.safetensors, then run: residua convert sub.w\.safetensors sub\/w\.PT\./,
      ],
      [train('--out', 'w.onnx'), /: residua export --model w\.safetensors --out w\.onnx\./],
      [
        train('--record', 'w.csv'),
        /--record writes json, and w\.csv ends in \.csv; name w\.json\./,
      ],
      [
        ['export', '--model', 'there', '--out', 'w.pb'],
        /--out writes onnx, and w\.pb ends in \.pb; name w\.onnx\./,
      ],
    ];
    for (const [args, pattern] of misnamed) await fails(2, pattern, ...args);
    const { stdout } = await residua('train', '--help');
    assert.match(stdout.replace(/\s+/g, ' '), /FILE, which ends in \.safetensors or has no ending/);
  });

  it('may be the checkpoint that is gone on with, and no other', async () => {
    for (const name of ['a', 'b']) await ended('SIGINT', 0, ...LONG, '--out', name);
    const b = await readFile(at('b'));
    await fails(
      1,
      /b holds a run that was interrupted at step \d+; go on with --resume b, or begin anew with --force\.$/m,
      ...LONG,
      ...['--out', 'b'],
    );
    await fails(1, /b already exists/, 'train', '--resume', 'a', '--out', 'b');
    await succeeds('train', '--resume', 'a', '--out', './a');
    assert.deepEqual(await readFile(at('b')), b);
  });

  it('of a run folder, too, says how to go on with what was interrupted, but not with what is over', async () => {
    const out = ['--out', 'run folder/'];
    await ended('SIGINT', 0, ...LONG, ...out);
    const advice = /last\.safetensors holds a run .* --resume 'run folder\/last\.safetensors', or/;
    await fails(1, process.platform === 'win32' ? /--resume "run/ : advice, ...LONG, ...out);
    await succeeds(...SHORT, ...out, '--force');
    await fails(1, /last\.safetensors already exists/, ...SHORT, ...out);
  });

  it('is no folder, device, pipe or socket', posix, async () => {
    const server = net.createServer().listen(at('socket'));
    await once(server, 'listening');
    await new Promise((resolve) => execFile('mkfifo', [at('pipe')], resolve));
    await mkdir(at('folder'));
    for (const name of ['socket', 'pipe', 'folder']) {
      for (const force of [[], ['--force']]) {
        const pattern = new RegExp(`${name} is a ${name}; name a file`);
        await fails(1, pattern, ...SHORT, '--out', name, ...force);
      }
    }
    const convert = ['export', '--model', 'x', '--out', 'folder/'];
    await fails(1, /folder\/ is a folder; name a file/, ...convert);
    assert.ok((await lstat(at('pipe'))).isFIFO() && (await lstat(at('socket'))).isSocket());
    server.close();
  });

  it('is no device', posix, async (t) => {
    const code = await new Promise((resolve) => {
      execFile('mknod', [at('null'), 'c', '1', '3'], (error) => resolve(error ? error.code : 0));
    });
    if (code !== 0) return t.skip('*** NOT TESTED: making a device takes root ***');
    await fails(1, /null is a device; name a file/, ...SHORT, '--out', 'null', '--force');
    assert.ok((await lstat(at('null'))).isCharacterDevice());
  });

  it('is written where a link leads, and the link stays', posix, async () => {
    await mkdir(at('store'));
    await writeFile(at('store/target'), 'old');
    await symlink('store/target', at('link'));
    await fails(1, /link already exists/, ...SHORT, '--out', 'link');
    await succeeds(...SHORT, '--out', 'link', '--force');
    assert.equal(await readlink(at('link')), 'store/target');
    assert.ok(await isWeights('store/target'));
    await symlink('nowhere', at('dangling'));
    await fails(1, /dangling is a link to nothing/, ...SHORT, '--out', 'dangling', '--force');
    assert.deepEqual(await partsIn('store'), []);
  });

  it('keeps its mode', posix, async () => {
    await writeFile(at('private'), 'old', { mode: 0o600 });
    await succeeds(...SHORT, '--out', 'private', '--force');
    assert.equal((await stat(at('private'))).mode & 0o777, 0o600);
    await ended('SIGINT', 0, ...LONG, '--out', 'shared');
    await chmod(at('shared'), 0o664);
    await succeeds('train', '--resume', 'shared');
    assert.equal((await stat(at('shared'))).mode & 0o777, 0o664);
  });

  it('has a name that is checked to the last byte', posix, async () => {
    for (const name of ['a'.repeat(255), '가'.repeat(85)]) {
      assert.equal(Buffer.byteLength(name), 255);
      await succeeds(...SHORT, '--out', name);
      assert.ok(await isWeights(name));
      await fails(1, /cannot be written: the name is too long/, ...SHORT, '--out', `${name}b`);
    }
    await writeFile(at('file'), '');
    await fails(
      1,
      /file\/x cannot be written: a file is in the place/,
      ...SHORT,
      '--out',
      'file/x',
    );
    assert.deepEqual(await partsIn(), []);
  });

  it('is not the record too, under whatever name', posix, async () => {
    /** @param {string} out @param {string} record */
    const both = (out, record) => [...SHORT, '--force', '--out', out, '--record', record];
    await mkdir(at('real'));
    await symlink('real', at('other'));
    await writeFile(at('one'), 'x');
    await link(at('one'), at('two'));
    await symlink('one', at('three'));
    const pairs = [
      ['run', 'run'],
      ['run', './real/../run'],
      ['run', 'RUN'],
      ['real/run', 'other/run'],
      ['one', 'two'],
      ['one', 'three'],
    ];
    for (const pair of pairs)
      await fails(2, /--out and --record are one file/, ...both(pair[0], pair[1]));
  });

  it('leaves no part files, of its own or of those that died', async () => {
    const names = ['.swept.0123abcd.part', '.swept.123e4567-e89b-42d3-a456-426614174000.part'];
    const others = ['.swept.more.0123abcd.part', '.swept.notes.part', '.other.0123abcd.part'];
    for (const name of [...names, ...others]) await writeFile(at(name), 'half');
    await succeeds(...SHORT, '--out', 'swept');
    assert.deepEqual((await partsIn()).sort(), others.sort());
    for (const name of others) await rm(at(name));
  });
});

describe('a record', () => {
  const read = async (/** @type {string} */ name) => JSON.parse(await readFile(at(name), 'utf8'));
  const stepOf = async (/** @type {string} */ name) => {
    const bytes = await readFile(at(name));
    const header = bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE(0)));
    return Number(JSON.parse(header).__metadata__.step);
  };

  it('is never behind its checkpoint, and whole after kills', async () => {
    const files = ['--out', 'killed', '--record', 'killed.json'];
    await ended('SIGKILL', 0, ...LONG, ...files);
    for (let i = 0; i < 6; i++) {
      const [{ ticks }, step] = [await read('killed.json'), await stepOf('killed')];
      assert.ok(ticks.at(-1).step >= step, `${ticks.at(-1).step} of ${step}`);
      await ended('SIGKILL', (i * 7) % 23, 'train', '--resume', 'killed', '--json');
    }
    await succeeds('train', '--resume', 'killed');
    const { state, ticks } = await read('killed.json');
    const epochs = ticks
      .filter((/** @type {Tick} */ { kind }) => kind === 'epoch')
      .map((/** @type {Tick} */ { step }) => step / 2);
    assert.equal(state, 'finished');
    assert.deepEqual(
      epochs,
      Array.from({ length: 300 }, (_, i) => i + 1),
    );
    assert.deepEqual(await partsIn(), []);
  });

  it('that is missing is begun where the run goes on', async () => {
    await ended('SIGINT', 0, ...LONG, '--out', 'bare', '--record', 'bare.json');
    await rm(at('bare.json'));
    const { stderr } = await succeeds('train', '--resume', 'bare');
    assert.match(stderr, /record in bare\.json begins after step \d+: there was none/);
    assert.equal((await read('bare.json')).state, 'finished');
  });

  it('of another run is refused, and by force replaced', async () => {
    const files = (/** @type {string} */ name) => ['--out', name, '--record', `${name}.json`];
    await ended('SIGINT', 0, ...LONG, ...files('seed1'), '--seed', '1');
    await ended('SIGINT', 0, ...LONG, ...files('seed2'), '--seed', '2');
    await ended('SIGINT', 0, ...LONG, ...files('more'), '--images', '48');
    const before = await readFile(at('seed1.json'));
    /** @param {string} name @param {string[]} more */
    const resume = (name, ...more) => ['train', '--resume', name, '--record', ...more];
    const other = /seed1\.json records another run: its net has seed 1, not 2; .* --force/;
    await fails(1, other, ...resume('seed2', 'seed1.json'));
    await fails(1, /another run: its data has/, ...resume('more', 'seed1.json'));
    await writeFile(at('no.json'), '{}');
    await fails(1, /no\.json is JSON, but not a run/, ...resume('more', 'no.json'));
    assert.deepEqual(await readFile(at('seed1.json')), before);
    const { stderr } = await succeeds(...resume('seed2', 'seed1.json', '--force'));
    assert.match(stderr, /begins after step \d+: the one that was there records another run/);
    const { spec, ticks } = await read('seed1.json');
    assert.equal(spec.seed, 2);
    assert.ok(ticks[0].step > 1);
  });

  it('that ends before the checkpoint, or had other losses, is refused', async () => {
    await ended('SIGINT', 20, ...LONG, '--out', 'cut', '--record', 'cut.json');
    const record = await read('cut.json');
    const write = (/** @type {object} */ changed) =>
      writeFile(at('cut.json'), JSON.stringify({ ...record, ...changed }));
    const ticks = record.ticks.slice(0, 1);
    await write({ ticks, trajectory: ticks[0].trajectory });
    await fails(1, /ends at step \d+, the checkpoint is of step \d+/, 'train', '--resume', 'cut');
    const trajectory = '0123456789abcdef';
    const last = { ...record.ticks.at(-1), trajectory };
    await write({ ticks: [...record.ticks.slice(0, -1), last], trajectory });
    await fails(1, /another run: its losses are others/, 'train', '--resume', 'cut');
  });
});
