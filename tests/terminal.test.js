/** What the command writes to a terminal or a pipe: nothing of a file's names reaches it raw, progress fits, and
 * a reader that leaves ends no training. */
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PNG } from 'pngjs';
import { createEngine, Dataset, ResiduaError, readRun } from 'residua';
import { progressLine } from '../web/cli/output.js';
import { inert } from '../web/lib/inert.js';
import { CLI, json, residua } from './command.js';
import { skipWithout } from './skip.js';

const RUN = [
  ...['--net', 'resnet8', '--width', '1', '--images', '64', '--test-images', '8'],
  ...['--batch', '16', '--lr', '0.01', '--tier', 'simd128', '--threads', '1'],
];
/** Escape, bell, C1 control, right-to-left override, line separator, zero-width space, lone half. */
const NASTY = '\u001b[31mcat\u0007\u009b2J\u202egnp.exe\u2028\u200b\ud800';
const LIVE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** @type {string} */
let folder;
const at = (/** @type {string} */ name) => path.join(folder, name);

/** Expects that a terminal would show all of it as it stands. @param {string} text */
function assertInert(text) {
  for (const line of text.split('\n')) assert.doesNotMatch(line, LIVE, JSON.stringify(line));
}

function picture() {
  const image = new PNG({ width: 32, height: 32 });
  image.data.fill(200);
  return PNG.sync.write(image);
}

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'residua-terminal-'));
  await writeFile(at('good.png'), picture());
  const engine = await createEngine({ threads: 1, tier: 'simd128' });
  const net = await engine.createNet({ family: 'residual', depth: 8, width: 1, classes: 2 });
  const images = { images: new Uint8Array(2 * 3072), labels: Uint16Array.of(0, 1) };
  const classes = [NASTY, 'b\ndog: 100.0 %'];
  const data = new Dataset({ name: 'set', classes, train: images, test: images });
  for await (const _ of net.train(data, { epochs: 1, batchSize: 2, lr: 0.01 }));
  await writeFile(at('nasty.safetensors'), await net.save());
  engine.dispose();
});
after(() => rm(folder, { recursive: true }));

describe('inert text', () => {
  it('shows each live character as its number, and leaves all others', () => {
    assert.equal(
      inert('a\u001b[2J\n\u202eb\u2066\u0085\u{e0041}'),
      ['a\\u001b[2J\\u000a\\u202eb\\u2066\\u0085\\udb40\\udc41'][0],
    );
    const plain = 'Mina’s "best" 나의 실행 \u00e9 שלום 👩\u200d🚀 می\u200cخواهم';
    assert.equal(inert(plain), plain);
  });

  it('leaves JSON that says the same', () => {
    const value = { [NASTY]: [NASTY, 'b\n\u202e', '\u{e0041}'] };
    const text = inert(JSON.stringify(value));
    assertInert(text);
    assert.deepEqual(JSON.parse(text), value);
  });

  it('is what errors say', () => {
    assertInert(new ResiduaError('BAD_FILE', 'test', `${NASTY} is bad`).message);
  });
});

describe('names from files', () => {
  it('are inert wherever the command prints them', async () => {
    const model = at('nasty.safetensors');
    for (const args of [
      ['info', model],
      ['info', model, '--json'],
      ['predict', '--model', model, at('good.png')],
      ['predict', '--model', model, at('good.png'), '--csv'],
      ['predict', '--model', model, at('good.png'), '--json'],
      ['eval', '--model', model, '--data', 'synthetic', '--test-images', '4'],
    ]) {
      const { stdout, stderr } = await residua(...args);
      assert.match(stdout + stderr, /\\u001b\[31mcat\\u0007/, args.join(' '));
      assertInert(stdout + stderr);
    }
    const [{ class_names }] = await json('info', model);
    assert.equal(class_names[1], 'b\ndog: 100.0 %');
  });

  it('and from folders and command lines, too', async () => {
    const name = '\u001b[31mred\u202e';
    for (const one of [name, 'blue']) {
      await mkdir(at(path.join('set', one)), { recursive: true });
      for (let i = 0; i < 5; i++)
        await copyFile(at('good.png'), at(path.join('set', one, `${i}.png`)));
      await writeFile(at(path.join('set', one, 'bad.png')), 'no picture');
    }
    const file = at('\u001b[2Jno\u202e.png');
    await writeFile(file, 'no picture');
    for (const args of [
      ['info', at('set')],
      ['train', ...RUN, '--data', at('set')],
      ['predict', '--model', at('nasty.safetensors'), at('set'), file],
      ['eval', '--model', file, '--data', 'synthetic'],
      [name],
      ['train', `--${name}`],
      ['train', '--net', name],
    ]) {
      const { code, stdout, stderr } = await residua(...args);
      assert.ok(Number(code) > 0);
      assert.match(stdout + stderr, /\\u001b\[/, args.join(' '));
      assertInert(stdout + stderr);
    }
  });
});

describe('a record', () => {
  it('of a data set with such a name is a sound run', async () => {
    const set = at('\u001b[31mset\n\u202e');
    for (const one of ['red', 'blue']) {
      await mkdir(path.join(set, one), { recursive: true });
      for (let i = 0; i < 16; i++) await copyFile(at('good.png'), path.join(set, one, `${i}.png`));
    }
    const run = [
      '--net',
      'resnet8',
      '--width',
      '1',
      '--batch',
      '8',
      '--lr',
      '0.01',
      '--epochs',
      '1',
    ];
    await json('train', ...run, '--data', set, '--record', at('nasty.json'));
    const { command, data } = readRun(await readFile(at('nasty.json'), 'utf8'));
    assert.equal(data.name, '\\u001b[31mset\\u000a\\u202e');
    assertInert(String(command));
  });
});

describe('predict', () => {
  const predict = (/** @type {string[]} */ ...args) =>
    residua('predict', '--model', at('nasty.safetensors'), ...args);

  it('answers for each good picture and names each bad one', async () => {
    await writeFile(at('bad.png'), 'no picture');
    const files = [at('good.png'), at('bad.png'), at('missing.png'), at('good.png')];
    const { code, stdout, stderr } = await predict(...files);
    assert.equal(code, 1);
    assert.equal(stdout.trimEnd().split('\n').length, 2);
    assert.deepEqual(
      stderr
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/.*(bad|missing).png/, '$1')),
      [
        'bad cannot be decoded (it is no picture); give a PNG or JPEG image.',
        'missing cannot be read: it does not exist.',
      ],
    );
    const lines = (await predict(...files, '--json')).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ file, top, error }) => [file, top?.length ?? error.split(' ')[1]]),
      [
        [files[0], 2],
        [files[1], 'cannot'],
        [files[2], 'cannot'],
        [files[3], 2],
      ],
    );
  });

  it('takes folders, stdin and the number of classes', async () => {
    await mkdir(at('folder/deep'), { recursive: true });
    for (const name of ['a.png', 'deep/b.png'])
      await copyFile(at('good.png'), at(`folder/${name}`));
    await writeFile(at('folder/notes.txt'), 'not a picture, and not meant as one');
    await mkdir(at('empty'));
    const answers = await json(
      'predict',
      '--model',
      at('nasty.safetensors'),
      at('folder'),
      '--top',
      '1',
    );
    assert.deepEqual(
      answers.map(({ file, top }) => [path.basename(file), top.length]),
      [
        ['a.png', 1],
        ['b.png', 1],
      ],
    );
    const empty = await predict(at('empty'));
    assert.equal(empty.code, 1);
    assert.match(empty.stderr, /empty is a folder without pictures/);
    for (const [bytes, code] of [
      [picture(), 0],
      ['no picture', 1],
    ]) {
      const child = spawn(process.execPath, [
        CLI,
        'predict',
        '--model',
        at('nasty.safetensors'),
        '-',
      ]);
      child.stdin.end(bytes);
      let text = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (piece) => (text += piece));
      assert.deepEqual(await once(child, 'close'), [code, null]);
      assert.match(text, code === 0 ? /^-: / : /^residua: What stdin holds cannot be decoded/);
    }
  });

  it('prints CSV that a spreadsheet takes as text', async () => {
    await copyFile(at('good.png'), at('a, "b".png'));
    const child = spawn(
      process.execPath,
      [CLI, 'predict', '--model', at('nasty.safetensors'), 'a, "b".png', '--csv', '--top', '1'],
      { cwd: folder },
    );
    let text = '';
    child.stdout.on('data', (piece) => (text += piece));
    await once(child, 'close');
    assert.match(text, /^file,rank,class,probability\n"a, ""b"".png",1,.*,0\.\d+\n$/s);
    assert.equal((await predict(at('good.png'), '--csv', '--json')).code, 2);
    assert.equal((await predict(at('good.png'), '--top', '0')).code, 2);
  });
});

/** Runs a pipeline of a shell; its exit code is the command's, and its output the reader's.
 * @param {string} command @param {string} reader
 * @returns {Promise<{ stdout: string, stderr: string, code: number }>} */
function piped(command, reader) {
  const script = `set -o pipefail; ${command} | ${reader}; echo "code \${PIPESTATUS[0]}"`;
  return new Promise((resolve) => {
    execFile('bash', ['-c', script], { cwd: folder }, (_, stdout, stderr) => {
      resolve({ stdout, stderr, code: Number(/code (\d+)/.exec(stdout)?.[1]) });
    });
  });
}
const hasBash = process.platform !== 'win32';

describe('a reader that leaves', { skip: skipWithout(hasBash, 'bash', false) }, () => {
  const node = `"${process.execPath}" "${CLI}"`;

  it('does not stop a training, nor lose its result', async () => {
    const train = `${node} train ${RUN.join(' ')} --epochs 200 --json --out piped.safetensors`;
    const { code, stderr, stdout } = await piped(train, 'head -n 1');
    assert.equal(code, 0, stderr);
    assert.equal(stdout.split('\n').length, 3);
    const notes = stderr
      .split('\n')
      .filter((line) => /^Nobody reads the output any more; train goes on\.$/.test(line));
    assert.equal(notes.length, 1, stderr);
    assert.doesNotMatch(stderr, /\n\s+at /);
    const [{ step, has_optimizer }] = await json('info', at('piped.safetensors'));
    assert.deepEqual([step, has_optimizer], [800, false]);
  });

  it('of stderr too, neither', async () => {
    const train = `${node} train ${RUN.join(' ')} --epochs 200 --json --out both.safetensors 2>&1`;
    const { code } = await piped(train, 'head -n 1');
    assert.equal(code, 0);
    assert.equal((await json('info', at('both.safetensors')))[0].step, 800);
  });

  it('ends what only prints, quietly and as pipes do', async () => {
    const many = `"${at('good.png')}" `.repeat(2000);
    const command = `${node} predict --model nasty.safetensors --threads 1 ${many}`;
    const { code, stderr } = await piped(command, 'head -n 1');
    assert.equal(code, 141);
    assert.doesNotMatch(stderr, /residua:|\n\s+at /);
  });
});

describe('progress', () => {
  const parts = ['1:02 left', 'resnet20 epoch 3/12', 'error 12.00 %'];

  it('says the time left first, and fits every width', () => {
    for (let columns = 1; columns < 100; columns++) {
      const line = progressLine(0.5, parts, columns);
      assert.ok(line.length <= columns, `${line.length} in ${columns}`);
      assert.ok('1:02 left'.startsWith(line.slice(0, 9)));
    }
    assert.equal(progressLine(0.5, parts, 30), '1:02 left  resnet20 epoch 3/12');
    assert.match(progressLine(0.5, parts, 29), /^1:02 left {2}[█░]{18}$/); // No part is cut.
    assert.match(progressLine(0.5, parts, 99), /^1:02 left {2}resnet.*12.00 % {2}█{12}░{12}$/);
  });

  const hasScript = () => {
    try {
      return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
    } catch {
      return false;
    }
  };

  it('is drawn on a terminal that can, and nowhere else', {
    skip: skipWithout(hasScript(), 'script of util-linux', false),
  }, async () => {
    const command = `"${process.execPath}" "${CLI}" train ${RUN.join(' ')} --epochs 300 > out.txt`;
    const typescript = async (/** @type {NodeJS.ProcessEnv} */ env) => {
      const file = at('typescript');
      const args = ['-qec', `stty columns 40; ${command}`, file];
      execFileSync('script', args, {
        cwd: folder,
        env: { ...process.env, ...env },
        stdio: 'ignore',
      });
      return readFile(file, 'utf8');
    };
    const drawn = await typescript({ TERM: 'xterm' });
    const frames = drawn
      .split('\r\u001b[K')
      .slice(1)
      .map((text) => text.split('\n')[0].trim());
    assert.ok(
      frames.some((frame) => /^\d+:\d\d left {2}resnet8 epoch/.test(frame)),
      drawn,
    );
    for (const frame of frames) assert.ok(frame.length < 40 || /[A-Z]/.test(frame[0]), frame);
    assert.ok(!(await typescript({ TERM: 'dumb' })).includes('\u001b'));
  });
});
