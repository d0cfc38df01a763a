/** What people expect of a trainer: validation, the best weights, early stopping, longer runs, configurations, run
 * folders, curves and event files. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createEngine, Dataset, RECIPES, readRun } from 'residua';
import { csvCurve, svgCurve, textCurve } from '../web/cli/curve.js';
import { commandOf } from '../web/cli/record.js';
import { crc32c } from '../web/cli/tensorboard.js';
import { Best } from '../web/cli/validation.js';
import { drawValidation } from '../web/lib/data/splits.js';
import { CLI, jsonIn, residuaIn } from './command.js';

const NET = ['--net', 'resnet8', '--width', '2', '--tier', 'simd128', '--threads', '1'];
const DATA = ['--images', '200', '--test-images', '40', '--batch', '20', '--lr', '0.02'];
const RUN = [...NET, ...DATA];

/** @type {string} */
let folder;
const at = (/** @type {string} */ name) => path.join(folder, name);

/** Runs the command in the folder. @param {string[]} args */
const residua = (...args) => residuaIn(folder, ...args);

/** @param {string[]} args */
const lines = (...args) => jsonIn(folder, ...args);

/** @param {number} code @param {RegExp} pattern @param {string[]} args */
async function fails(code, pattern, ...args) {
  const result = await residua(...args);
  assert.equal(result.code, code, result.stderr);
  assert.match(result.stderr, pattern);
}

/** Trains until Ctrl-C after the first epoch. @param {string[]} args */
async function stopped(...args) {
  const child = spawn(process.execPath, [CLI, ...args, '--json'], { cwd: folder });
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  child.stdout.once('data', () => child.kill('SIGINT'));
  const [code] = await once(child, 'close');
  assert.equal(code, 130, stderr);
  return stderr;
}

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'residua-trainer-'));
});
after(() => rm(folder, { recursive: true }));

describe('validation images', () => {
  const labels = Uint16Array.from({ length: 200 }, (_, i) => ((i * i) % 7) % 3);

  it('are drawn from each class by the seed, and none of them is trained on', () => {
    const { train, validation } = drawValidation(labels, 0.1, 1);
    assert.deepEqual(
      [...train, ...validation].sort((a, b) => a - b),
      Array.from(labels, (_, i) => i),
    );
    for (const label of [0, 1, 2]) {
      const of = (/** @type {number[]} */ numbers) =>
        numbers.filter((i) => labels[i] === label).length;
      assert.equal(of(validation), Math.round((of(train) + of(validation)) * 0.1));
    }
    assert.deepEqual(drawValidation(labels, 0.1, 1), { train, validation });
    for (const seed of [2, 2n ** 40n + 1n]) {
      assert.notDeepEqual(drawValidation(labels, 0.1, seed).validation, validation);
    }
  });

  it('are scored after each epoch, by the library and in workers alike', async () => {
    const { createEngine: createWorkers } = await import('residua/worker');
    const scores = [];
    for (const create of [createEngine, createWorkers]) {
      const engine = await create({ threads: 1, tier: 'simd128' });
      const { train, test, classes } = await engine.synthetic({ images: 40, testImages: 30 });
      const none = { images: new Uint8Array(0), labels: new Uint16Array(0) };
      const data = new Dataset({ name: 'set', classes, train, test: none });
      const net = await engine.createNet({ family: 'plain', depth: 8, width: 2 });
      const recipe = { epochs: 2, batchSize: 20, lr: 0.01 };
      const ticks = [];
      for await (const tick of net.train(data, { ...recipe, validation: test })) {
        if (tick.kind === 'epoch') ticks.push([tick.validationError, tick.validationLoss]);
      }
      const { error, loss } = await net.evaluate(test);
      assert.deepEqual(ticks[1], [error, loss]);
      scores.push(ticks);
      assert.throws(() => net.train(data, { ...recipe, validation: none }), /no validation images/);
      engine.dispose();
    }
    assert.deepEqual(scores[0], scores[1]);
  });

  it('leave the test set alone, and are stated', async () => {
    const { stderr, stdout, code } = await residua(
      'train',
      ...RUN,
      '--epochs',
      '1',
      '--validation',
      '0.1',
    );
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /Validation: 20 of 200 training images, drawn from each class by seed 1; 180 are/,
    );
    assert.match(stdout, /val error +test error/);
    const [epoch] = await lines('train', ...RUN, '--epochs', '1', '--validation', '0.1');
    assert.equal(epoch.images, 180);
    assert.ok(epoch.validation_error >= 0 && epoch.test_error >= 0);
    await fails(1, /leaves 0 for validation/, 'train', ...RUN, '--validation', '0.001');
    for (const share of ['0', '1', '-0.5']) {
      await fails(2, /--validation is a share/, 'train', ...RUN, `--validation=${share}`);
    }
  });
});

describe('the best weights', () => {
  it('are those of the smallest validation error, then of the smallest loss', () => {
    const best = new Best();
    /** @param {number} epoch @param {number} validationError @param {number} validationLoss */
    const take = (epoch, validationError, validationLoss) =>
      best.take(/** @type {any} */ ({ epoch, validationError, validationLoss }));
    assert.equal(best.take(/** @type {any} */ ({ epoch: 1, testError: 0 })), false);
    assert.deepEqual(
      [take(1, 0.5, 1), take(2, 0.4, 2), take(3, 0.4, 1.5), take(4, 0.4, 1.5), take(5, 0.6, 0.1)],
      [true, true, true, false, false],
    );
    assert.equal(best.found?.epoch, 3);
    assert.deepEqual([best.isOver(5, 3), best.isOver(6, 3), best.isOver(99)], [false, true, false]);
    assert.deepEqual(new Best(best.metadata).found, best.found);
  });

  it('stand beside the last, and are those of their epoch', async () => {
    const args = [
      'train',
      ...RUN,
      '--epochs',
      '6',
      '--validation',
      '0.2',
      '--out',
      'w.safetensors',
    ];
    const all = await lines(...args);
    const { best_epoch, best_validation_error } = all.at(-1);
    const errors = all.slice(0, -1).map((line) => [line.validation_error, line.validation_loss]);
    const least = [...errors].sort((a, b) => a[0] - b[0] || a[1] - b[1])[0];
    assert.equal(best_epoch, errors.indexOf(least) + 1);
    assert.equal(best_validation_error, least[0]);
    const scoreOf = async (/** @type {string} */ model) =>
      (await lines('eval', '--model', model, '--data', 'synthetic', '--test-images', '40'))[0]
        .error;
    assert.equal(await scoreOf('w.best.safetensors'), all[best_epoch - 1].test_error);
    assert.equal(await scoreOf('w.safetensors'), all[5].test_error);
    const stepOf = async (/** @type {string} */ file) => (await lines('info', file))[0].step;
    assert.deepEqual(
      [await stepOf('w.best.safetensors'), await stepOf('w.safetensors')],
      [8 * best_epoch, 48],
    );

    await lines(...args.slice(0, -1), 'only.safetensors', '--keep', 'best');
    assert.equal(await stepOf('only.safetensors'), 8 * best_epoch);
    await lines(...args.slice(0, -1), 'last.safetensors', '--keep', 'last');
    const names = await readdir(folder);
    assert.deepEqual(names.filter((name) => /^(only|last)\./.test(name)).sort(), [
      'last.safetensors',
      'only.safetensors',
    ]);
    await fails(2, /--keep chooses by validation/, 'train', ...RUN, '--keep', 'best', '--out', 'x');
    await fails(2, /--patience chooses by validation/, 'train', ...RUN, '--patience', '2');
    await fails(1, /w\.best\.safetensors already exists/, ...args.slice(0, -1), 'w');
  });
});

describe('early stopping', () => {
  it('ends a run after so many epochs without a better one, with the weights of the last', async () => {
    const args = ['train', ...RUN, '--lr', '0', '--epochs', '9', '--validation', '0.2'];
    const { code, stderr, stdout } = await residua(
      ...args,
      '--patience',
      '2',
      '--out',
      'early/',
      '--json',
    );
    assert.equal(code, 0, stderr);
    const all = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.match(stderr, /Stopped early: 2 epochs brought no better validation error/);
    assert.equal(all.at(-1).stopped_early, true);
    const { epoch } = all.at(-2);
    assert.equal(epoch, all.at(-1).best_epoch + 2);
    assert.ok(epoch < 9);
    const [{ step }] = await lines('info', 'early/last.safetensors');
    assert.equal(step, 8 * epoch);
    await fails(
      2,
      /stopped early, after 2 epochs.*larger --patience/,
      'train',
      '--resume',
      'early/last.safetensors',
    );
    const [next] = await lines('train', '--resume', 'early/last.safetensors', '--patience', '9');
    assert.equal(next.epoch, epoch + 1);
  });
});

describe('a longer run', () => {
  it('has the bits of one that was as long from the start, where its schedule is constant', async () => {
    const args = ['train', ...RUN, '--schedule', 'constant', '--validation', '0.2'];
    await lines(
      ...args,
      '--epochs',
      '2',
      '--out',
      'short.safetensors',
      '--keep-state',
      '--record',
      'short.json',
    );
    const longer = await lines('train', '--resume', 'short.safetensors', '--extend', '2');
    const whole = await lines(
      ...args,
      '--epochs',
      '4',
      '--out',
      'whole.safetensors',
      '--keep-state',
    );
    assert.equal(longer.at(-1).trajectory, whole.at(-1).trajectory);
    assert.deepEqual(longer.map((line) => line.epoch).slice(0, -1), [3, 4]);
    assert.equal(longer.at(-2).validation_loss, whole.at(-2).validation_loss);
    const { recipe, state, ticks } = readRun(await readFile(at('short.json'), 'utf8'));
    assert.deepEqual([recipe.epochs, state], [4, 'finished']);
    const epochs = ticks.filter(({ kind }) => kind === 'epoch').map(({ step }) => step);
    assert.deepEqual(epochs, [8, 16, 24, 32]);
    const other = ['--extend', '1', '--lr', '0.001', '--schedule', 'constant'];
    assert.equal((await lines('train', '--resume', 'short.safetensors', ...other))[0].lr, 0.001);
  });

  it('takes the state of a finished run', async () => {
    await lines('train', ...RUN, '--epochs', '1', '--out', 'bare.safetensors');
    const extend = ['train', '--resume', 'bare.safetensors', '--extend', '1'];
    await fails(
      1,
      /weights alone, .*; --extend .* --keep-state or --out DIR\/; .* --from/,
      ...extend,
    );
    const { stdout } = await residua('train', '--help');
    assert.match(stdout.replace(/\s+/g, ' '), /for --extend; --out DIR\/ always does/);
    await lines('train', ...RUN, '--epochs', '1', '--out', 'state.safetensors', '--keep-state');
    await fails(
      1,
      /is over; add epochs to it with --extend N/,
      'train',
      '--resume',
      'state.safetensors',
    );
    await fails(2, /--resume is missing/, 'train', ...RUN, '--extend', '1');
    await fails(2, /--extend is 1 or more/, ...extend.slice(0, 3), '--extend', '0');
  });
});

describe('a run folder', () => {
  it('holds all that a run makes, and goes on', async () => {
    const args = ['train', ...RUN, '--epochs', '30', '--validation', '0.2', '--out', 'runs/one/'];
    const stderr = await stopped(...args);
    const [, command] = /Go on with: .* train (.*)/.exec(stderr) ?? [];
    assert.equal(command, '--resume runs/one/last.safetensors --threads 1 --json');
    const resumed = await lines('train', ...command.replace(' --json', '').split(' '));
    const whole = await lines(...args.slice(0, -1), 'runs/two/');
    assert.equal(resumed.at(-1).trajectory, whole.at(-1).trajectory);
    assert.equal(resumed.at(-1).best_epoch, whole.at(-1).best_epoch);
    const names = (await readdir(at('runs/one'))).map((name) =>
      name.replace(/tfevents.*/, 'tfevents'),
    );
    assert.deepEqual(names.sort(), [
      ...['best.safetensors', 'config.json', 'curve.csv', 'curve.svg'],
      ...['events.out.tfevents', 'events.out.tfevents', 'last.safetensors', 'run.json'],
    ]);
    for (const name of ['best.safetensors', 'last.safetensors']) {
      const [one, two] = await Promise.all(
        ['one', 'two'].map(
          async (run) =>
            (await lines('eval', '--model', `runs/${run}/${name}`, '--data', 'synthetic'))[0].wrong,
        ),
      );
      assert.equal(one, two);
    }
    const csv = await readFile(at('runs/one/curve.csv'), 'utf8');
    assert.equal(csv.trimEnd().split('\r\n').length, 31);
    await fails(1, /last\.safetensors already exists/, ...args);
    await fails(
      2,
      /A run folder keeps everything/,
      ...args.slice(0, -1),
      'runs/three/',
      '--keep',
      'best',
    );
    await writeFile(at('file'), '');
    await fails(
      2,
      /run folder file\/ cannot be made: a file is in its place/,
      ...args.slice(0, -1),
      'file/',
    );
  });

  it('has a configuration that makes the same run again', async () => {
    const args = [
      '--net',
      'plain8',
      '--width',
      '3',
      '--init',
      'xavier',
      ...DATA,
      '--tier',
      'simd128',
    ];
    const first = await lines(
      'train',
      ...args,
      '--epochs',
      '2',
      '--seed',
      '7',
      '--validation',
      '0.1',
      '--out',
      'conf/',
    );
    const config = JSON.parse(await readFile(at('conf/config.json'), 'utf8'));
    assert.deepEqual(
      [config.net, config.width, config.momentum, config.seed],
      ['plain8', 3, 0.9, '7'],
    );
    const again = await lines(
      'train',
      '--config',
      'conf/config.json',
      '--out',
      'again.safetensors',
    );
    assert.equal(again.at(-1).trajectory, first.at(-1).trajectory);
    assert.deepEqual(JSON.parse(await readFile(at('again.config.json'), 'utf8')), config);
    const other = await lines('train', '--config', 'conf/config.json', '--seed', '8');
    assert.notEqual(other.at(-1).trajectory, first.at(-1).trajectory);
    // A fine-tuned run says the same of itself when it goes on.
    const tune = ['--from', 'conf/best.safetensors', '--freeze', '1', '--epochs', '1'];
    await lines('train', ...tune, ...DATA, '--out', 'tuned/');
    const tuned = JSON.parse(await readFile(at('tuned/config.json'), 'utf8'));
    for (const [folder, before] of /** @type {const} */ ([
      ['conf', config],
      ['tuned', tuned],
    ])) {
      await lines('train', '--resume', `${folder}/last.safetensors`, '--extend', '1');
      const after = JSON.parse(await readFile(at(`${folder}/config.json`), 'utf8'));
      assert.deepEqual(after, { ...before, epochs: before.epochs + 1 });
      assert.deepEqual(Object.keys(after), Object.keys(before));
    }
  });
});

describe('the command in a record', () => {
  it('has names of files, not the folders of this machine', () => {
    const words = [
      'train',
      '-d',
      '/home/me/set',
      '-o/home/me/x',
      '--curve=/home/me/c.svg',
      '--out',
      '/home/me/runs/a/',
    ];
    assert.equal(commandOf(words), 'residua train -d set -ox --curve=c.svg --out a/');
  });
});

describe('seeds', () => {
  const ofRun = async (/** @type {string[]} */ ...flags) => {
    const file = 'seed.safetensors';
    const args = [
      'train',
      ...RUN,
      '--lr',
      '0',
      '--epochs',
      '1',
      ...flags,
      '--out',
      file,
      '--force',
    ];
    const end = (await lines(...args)).at(-1);
    const engine = await createEngine({ threads: 1 });
    const net = await engine.loadNet(await readFile(at(file)));
    const [{ values }] = await net.tensors();
    engine.dispose();
    return { weights: values.join(), trajectory: end.trajectory };
  };

  it('of weights and order are separate, and --seed sets both', async () => {
    const one = await ofRun();
    const weights = await ofRun('--seed-weights', '2');
    const order = await ofRun('--seed-order', '2');
    const both = await ofRun('--seed', '2');
    assert.notEqual(weights.weights, one.weights);
    assert.equal(order.weights, one.weights);
    assert.notEqual(order.trajectory, one.trajectory);
    assert.deepEqual(await ofRun('--seed-weights', '2', '--seed-order', '2'), both);
    assert.deepEqual(await ofRun('--seed', '2', '--seed-order', '1'), weights);
    const varied = await ofRun('--seed-augment', '2');
    assert.equal(varied.weights, one.weights);
    assert.equal(new Set([one, order, both, varied].map(({ trajectory }) => trajectory)).size, 4);
    assert.deepEqual(await ofRun('--seed', '2', '--seed-augment', '2'), both);
    const kept = [
      'train',
      ...RUN,
      '--epochs',
      '1',
      '--seed-order',
      '5',
      '--seed-augment',
      '16777217',
      '--out',
      'seeds/',
    ];
    await lines(...kept);
    const config = JSON.parse(await readFile(at('seeds/config.json'), 'utf8'));
    assert.deepEqual(
      [config['seed-weights'], config['seed-order'], config.seed, config['seed-augment']],
      ['1', '5', undefined, 16777217],
    );
    const resume = ['train', '--resume', 'seeds/last.safetensors', '--extend', '1'];
    await fails(1, /has seed 5, not 1/, ...resume, '--seed', '1');
    // The nearest float32 of both is the same.
    const near = [...resume, '--seed-augment', '16777216'];
    await fails(1, /has --seed-augment 16777217, not 16777216; leave --seed-augment out/, ...near);
    await lines(...resume, '--seed-order', '5', '--seed-augment', '16777217');
  });
});

describe('a configuration', () => {
  it('is refused where it is none', async () => {
    /** @type {[string, RegExp][]} */
    const refused = [
      ['{', /bad\.json is not JSON/],
      ['[]', /no JSON object of flags/],
      ['{"epoch": 3}', /bad\.json: There is no flag --epoch; did you mean --epochs\?/],
      ['{"resume": "x"}', /bad\.json: There is no flag --resume/],
      ['{"epochs": "many"}', /bad\.json: --epochs takes a whole number, not "many"/],
      ['{"epochs": [1]}', /bad\.json: "epochs" is neither text, a number, true nor false/],
    ];
    for (const [text, pattern] of refused) {
      await writeFile(at('bad.json'), text);
      await fails(2, pattern, 'train', '--config', 'bad.json');
    }
    await fails(
      1,
      /none\.json cannot be read: it does not exist/,
      'train',
      '--config',
      'none.json',
    );
  });
});

describe('a named recipe', () => {
  const { spec, recipe } = RECIPES.fast;

  it('stands for flags, which go before it', async () => {
    const small = ['--images', '200', '--test-images', '40', '--batch', '20', '--epochs', '1'];
    const fast = ['train', '--recipe', 'fast', '--net', 'resnet8', '--width', '2', ...small];
    await lines(...fast, '--threads', '1', '--out', 'fast/');
    const config = JSON.parse(await readFile(at('fast/config.json'), 'utf8'));
    const { lr, momentum, schedule, nesterov } = recipe;
    assert.deepEqual(
      [config.net, config.width, config.epochs, config.batch],
      ['resnet8', 2, 1, 20],
    );
    assert.deepEqual(
      [config.lr, config.momentum, config.schedule, config.nesterov],
      [lr, momentum, schedule, nesterov],
    );
    const few = ['--net', 'resnet8', '--width', '2', '--images', '40', '--epochs', '1'];
    const { stderr } = await residua('train', '--recipe', 'fast', ...few);
    assert.match(stderr, /--batch is 40, since there are fewer than \d+ training images/);
    // The network of a file stays what it is.
    await lines(
      'train',
      '--recipe',
      'fast',
      '--from',
      'fast/last.safetensors',
      ...small,
      '--out',
      'on/',
    );
    assert.equal(JSON.parse(await readFile(at('on/config.json'), 'utf8')).net, 'resnet8');
  });

  it('is the network and the recipe of the library', async () => {
    const engine = await createEngine({ tier: 'simd128', threads: 1 });
    const net = await engine.createNet({ ...spec, width: 2 });
    const data = await engine.synthetic({ images: 256, testImages: 10 });
    for await (const _ of net.train(data, { ...recipe, epochs: 1 })) break;
    const { recipe: kept } = await engine.inspect(await net.save({ optimizer: true }));
    assert.deepEqual({ ...kept, ...recipe, epochs: 1 }, kept);
    engine.dispose();
  });

  it('is refused where there is no such one, or a run goes on', async () => {
    await fails(2, /--recipe is one of fast, not "slow"/, 'train', '--recipe', 'slow');
    const resumed = ['--resume', 'x.safetensors', '--recipe', 'fast'];
    await fails(2, /--resume keeps the recipe of the run/, 'train', ...resumed);
  });
});

describe('a curve', () => {
  /** @param {number} epoch @param {number} trainError @param {object} [more] */
  const tick = (epoch, trainError, more) => ({
    ...{ kind: 'epoch', step: epoch * 10, steps: 40, epoch, epochs: 4, lr: 0.1, loss: 1 },
    ...{
      trainLoss: 1,
      trainError,
      imagesPerSecond: 100,
      seconds: epoch,
      trajectory: '0'.repeat(16),
    },
    ...more,
  });
  const epochs = /** @type {any} */ ([
    tick(1, 0.8, { testError: 0.9, testLoss: 2 }),
    tick(2, 0.4, { testError: 0.6, testLoss: 2, validationError: 0.5, validationLoss: 1 }),
    tick(4, 0, { testError: 0.1, testLoss: 2 }),
  ]);
  const drawn = { name: '<b>&"run\u202e', data: 'set', epochs };

  it('fits a terminal of any width', () => {
    for (const columns of [20, 40, 80, 200]) {
      const [, ...rows] = textCurve(drawn, columns);
      for (const line of rows) assert.ok(line.length <= columns, `${line.length} of ${columns}`);
    }
    const rows = textCurve(drawn, 60);
    assert.match(rows[1], /^100 % │/);
    assert.match(rows[12], /^ {2}0 % │ +·$/);
    assert.ok(rows.join('').includes('+') && rows.join('').includes('o'));
  });

  it('is an SVG in which names are text', () => {
    const svg = svgCurve(drawn);
    assert.match(svg, /&#60;b&#62;&#38;&#34;run\\u202e on set/);
    assert.equal(svg.match(/<polyline/g)?.length, 3);
    for (const [, points] of svg.matchAll(/points="([^"]+)"/g)) {
      for (const number of points.split(/[ ,]/))
        assert.ok(Number(number) >= 0 && Number(number) <= 720);
    }
  });

  it('is a CSV with a line for each epoch', () => {
    const [head, first, second] = csvCurve(drawn).split('\r\n');
    assert.match(
      head,
      /^epoch,step,lr,train_loss,train_error,validation_loss,validation_error,test_loss/,
    );
    assert.equal(first, '1,10,0.1,1,0.8,,,2,0.9,100,1');
    assert.equal(second, '2,20,0.1,1,0.4,1,0.5,2,0.6,100,2');
  });

  it('is drawn from a record, and kept by train', async () => {
    await lines('train', ...RUN, '--epochs', '2', '--record', 'drawn.json', '--curve', 'drawn.csv');
    assert.match((await residua('curve', 'drawn.json')).stdout, /^Error of resnet8 on synthetic: /);
    assert.equal((await residua('curve', 'drawn.json', '--out', 'again.csv')).code, 0);
    const [kept, again] = await Promise.all(
      ['drawn.csv', 'again.csv'].map(
        async (name) => (await readFile(at(name), 'utf8')).split('\r\n').length,
      ),
    );
    assert.deepEqual([kept, again], [4, 4]);
    await lines('train', ...RUN, '--epochs', '1', '--out', 'drawn/');
    assert.match((await residua('curve', 'drawn')).stdout, /^Error of resnet8 on synthetic: /);
    for (const file of ['drawn/curve.svg', 'drawn.csv', 'drawn/last.safetensors'])
      await fails(2, /is no run; give the RUN\.json .* or the folder of a run/, 'curve', file);
    await fails(1, /run\.json cannot be read: it does not exist/, 'curve', '.');
    await fails(2, /x\.gif must end in \.svg or \.csv/, 'curve', 'drawn.json', '--out', 'x.gif');
    await fails(2, /x\.gif must end in/, 'train', ...RUN, '--curve', 'x.gif');
    // Before anything is trained or written.
    const png = await residua('train', ...RUN, '--out', 'n.safetensors', '--curve', 'sub/x.png');
    assert.deepEqual(
      [png.code, png.stdout, (await readdir(folder)).includes('n.safetensors')],
      [2, '', false],
    );
    const advice = /must end in \.svg or \.csv.*write x\.svg.* ImageMagick: magick x\.svg x\.png\./;
    assert.match(png.stderr, advice);
    await link(at('again.csv'), at('y'));
    const one = ['--force', '--record', 'y', '--curve', 'again.csv'];
    await fails(2, /--record and --curve are one file/, 'train', ...RUN, ...one);
  });
});

/** Fields of a message by number, each as its bytes or number. @param {Uint8Array} bytes */
function fieldsOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let place = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[place++];
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  /** @type {[number, any][]} */
  const fields = [];
  while (place < bytes.length) {
    const tag = varint();
    const [field, type] = [tag >> 3, tag & 7];
    const size = type === 2 ? varint() : Number({ 0: 0, 1: 8, 5: 4 }[type]);
    const value =
      type === 0
        ? varint()
        : type === 1
          ? view.getFloat64(place, true)
          : type === 5
            ? view.getFloat32(place, true)
            : bytes.subarray(place, place + size);
    fields.push([field, value]);
    place += size;
  }
  return fields;
}

/** The events of a file, whose checksums are checked. @param {Buffer} bytes */
function eventsOf(bytes) {
  const unmask = (/** @type {number} */ masked) => {
    const crc = (masked - 0xa282ead8) >>> 0;
    return ((crc << 15) | (crc >>> 17)) >>> 0;
  };
  const events = [];
  for (let place = 0; place < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(place));
    const data = bytes.subarray(place + 12, place + 12 + length);
    assert.equal(unmask(bytes.readUInt32LE(place + 8)), crc32c(bytes.subarray(place, place + 8)));
    assert.equal(unmask(bytes.readUInt32LE(place + 12 + length)), crc32c(data));
    events.push(Object.fromEntries(fieldsOf(data)));
    place += 16 + length;
  }
  return events;
}

describe('event files for TensorBoard', () => {
  it('have the checksum of Castagnoli', () => {
    assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
  });

  it('hold the figures of each epoch, and say where a run goes on', async () => {
    const args = [
      'train',
      ...RUN,
      '--epochs',
      '30',
      '--out',
      'board.safetensors',
      '--tensorboard',
      'logs',
    ];
    await stopped(...args);
    const all = await lines('train', '--resume', 'board.safetensors');
    const names = (await readdir(at('logs'))).sort();
    assert.equal(names.length, 2);
    const [, second] = await Promise.all(
      names.map(async (name) => eventsOf(await readFile(at(path.join('logs', name))))),
    );
    const order = second[1][7] ? second : eventsOf(await readFile(at(path.join('logs', names[0]))));
    assert.equal(Buffer.from(order[0][3]).toString(), 'brain.Event:2');
    assert.deepEqual(fieldsOf(order[1][7]), [[1, 1]]);
    assert.ok(Math.abs(order[0][1] - Date.now() / 1000) < 600);
    const last = order[order.length - 1];
    assert.equal(last[2], 300);
    const scalars = Object.fromEntries(
      fieldsOf(last[5]).map(([, value]) => {
        const { 1: tag, 2: number } = Object.fromEntries(fieldsOf(value));
        return [Buffer.from(tag).toString(), number];
      }),
    );
    assert.equal(scalars['error/test'], Math.fround(all.at(-2).test_error));
    assert.equal(scalars['loss/train'], Math.fround(all.at(-2).train_loss));
    assert.ok(!('error/validation' in scalars));
  });
});
