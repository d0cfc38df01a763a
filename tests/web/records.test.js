/** What the workbench makes of runs, where no browser is needed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { haveSeeds, overSeeds, seriesOf } from '../../web/lab/charts/series.js';
import {
  configOf,
  copiesOf,
  defaultExperiment,
  FIELDS,
  keysOf,
  namesOf,
  newRun,
  problemsOf,
  recipeOf,
  resolveConfig,
  specOf,
} from '../../web/lab/experiment.js';
import { fromHash, toHash } from '../../web/lab/hash.js';
import { labMessages } from '../../web/lab/messages/index.js';
import { experimentOf, PRESETS } from '../../web/lab/panel/presets.js';
import { csvOf } from '../../web/lab/runs/csv.js';
import { MOST_RUNS, RunExchange } from '../../web/lab/runs/exchange.js';
import { jsonOf, runOf } from '../../web/lab/runs/format.js';
import { spreadOf } from '../../web/lab/runs/groups-view.js';
import { referencesFor } from '../../web/lab/runs/reference.js';
import { rowsOf } from '../../web/lab/runs/rows.js';
import { Run } from '../../web/lab/runs/run.js';
import { readRunFile } from '../../web/lib/formats/read-run.js';
import { readRun, writeRun } from '../../web/lib/formats/run-file.js';
import { completeRecipe, RECIPE_OPTIONS } from '../../web/lib/spec.js';
import { aRun, OPTIONS } from '../runs.js';

const fieldOf = (/** @type {string} */ name) => FIELDS.find((field) => field.name === name);

describe('a run from a file', () => {
  it('goes to a file as the same', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const text = writeRun(aRun(seed));
      const record = readRun(text);
      assert.equal(jsonOf(record.name, runOf(record)), text, `seed ${seed}`);
    }
  });

  it('is a network with the whole recipe as its own', () => {
    const spec = { family: 'residual', depth: 20, width: 12, shortcut: 'B', seed: 3 };
    const config = configOf(aRun(2, { spec: { ...spec, norm: 'none', init: 'gaussian:0.02' } }));
    const expected = { ...spec, norm: 'none', init: 'gaussian', sigma: 0.02 };
    for (const [name, value] of Object.entries(expected))
      assert.equal(/** @type {any} */ (config)[name], value);
    const { recipe } = aRun(2);
    assert.deepEqual([config.lr, config.epochs], [recipe.lr, recipe.epochs]);
  });
});

/** What the page trains when it repeats a network of these experiments. @param {any} experiment */
function repeated(experiment) {
  const [run] = experiment.runs;
  const whole = resolveConfig(experiment, run);
  return { spec: specOf(run, 10), recipe: completeRecipe(recipeOf(whole), run.seed) };
}

describe('a run that is repeated', () => {
  const spec = { width: 8, init: 'he', frozenStages: 0, mean: [0.5, 0.25, 0], std: [1, 2, 1e-7] };
  const recipe = { batchSize: 32, lr: 0.05, momentum: 0.5, schedule: 'triangle', seed: 6 };
  const bare = Object.fromEntries(Object.keys(RECIPE_OPTIONS).map((name) => [name, undefined]));
  const base = { spec: { ...spec, depth: 20, seed: 5 }, recipe: { ...recipe, ...bare } };
  /** @param {import('residua').RunRecord} record */
  const experimentOf = (record) => ({ ...defaultExperiment(), runs: [configOf(record)] });
  /** A file, and what it says. @param {object} [change] of its recipe */
  const read = (change) => {
    const record = aRun(3, { ...base, recipe: { ...base.recipe, ...change } });
    return readRun(writeRun(record));
  };

  it('has each part that a recipe may add, from its file, in a link and in its name', () => {
    assert.deepEqual(Object.keys(OPTIONS), Object.keys(RECIPE_OPTIONS), 'each has an example');
    const plain = experimentOf(read());
    for (const [name, value] of [...Object.entries(OPTIONS), ['seed', 7]]) {
      const record = read({ [/** @type {string} */ (name)]: value });
      const experiment = experimentOf(record);
      assert.deepEqual(/** @type {any} */ (record.recipe)[/** @type {string} */ (name)], value);
      assert.deepEqual(problemsOf(experiment), [], `${name}`);
      assert.deepEqual(repeated(experiment).recipe, record.recipe);
      const linked = fromHash(toHash(experiment));
      assert.deepEqual(repeated(linked).recipe, record.recipe, `${name} in a link`);
      assert.deepEqual(repeated(JSON.parse(JSON.stringify(experiment))).recipe, record.recipe);
      assert.notDeepEqual(keysOf(experiment, ''), keysOf(plain, ''));
      const [one, other] = namesOf([...experiment.runs, ...plain.runs]);
      assert.notEqual(one, other);
      const [copy] = copiesOf(plain, experiment.runs[0], {
        ...{ field: fieldOf('depth') ?? assert.fail(), values: [8], seeds: 1 },
      });
      const { seed: _, ...rest } = record.recipe;
      assert.deepEqual(
        { ...repeated({ ...plain, runs: [copy] }).recipe, seed: _ },
        { ...rest, seed: _ },
      );
    }
  });

  it('has all of its file, or a value that is named', () => {
    let repeats = 0;
    for (let i = 1; i <= 400; i++) {
      const some = i % 2 ? { spec: { width: 16 }, recipe: { batchSize: 128, lr: 0.1 } } : {};
      const record = readRun(writeRun(aRun(i, some)));
      const experiment = experimentOf(record);
      const problems = problemsOf(experiment);
      if (problems.length > 0) continue;
      repeats++;
      for (const one of [experiment, fromHash(toHash(experiment))]) {
        const { spec: made, recipe: trained } = repeated(one);
        if (made.family === 'plain') made.shortcut = record.spec.shortcut; // It has none.
        assert.deepEqual([made, trained], [record.spec, record.recipe]);
      }
    }
    assert.ok(repeats > 100);
    const own = problemsOf(experimentOf(read({ schedule: 'own' })));
    assert.deepEqual(
      own.map(({ field, problem }) => [field.name, problem]),
      [['schedule', 'choice']],
    );
  });

  it('is shown with the names of all its parts', () => {
    for (const { name } of FIELDS)
      for (const messages of Object.values(labMessages))
        assert.ok(`field_${name}` in messages, name);
  });
});

describe('CSV', () => {
  it('has a line for each tick, with names that need it in quotes', () => {
    const run = runOf(readRun(writeRun(aRun(4, { data: { name: 'set' } }))));
    const csv = csvOf([
      { name: 'a, "b"', run },
      { name: 'c', run },
    ]);
    const lines = csv.split('\r\n');
    assert.equal(lines.pop(), '');
    assert.equal(lines.length, 1 + 2 * run.curve.ticks.length);
    assert.ok(lines[1].startsWith('"a, ""b""",set,'));
    assert.ok(lines.at(-1)?.startsWith('c,set,'));
    const columns = lines[0].split(',');
    const last = lines[lines.length - 1].split(',');
    assert.equal(last.length, columns.length);
    assert.equal(Number(last[columns.indexOf('step')]), run.tick?.step);
    assert.equal(Number(last[columns.indexOf('train_error')]), run.tick?.trainError);
  });
});

describe('CSV of runs from strangers', () => {
  it('has no name that a spreadsheet would compute', () => {
    const run = runOf(readRun(writeRun(aRun(4, { data: { name: '@SUM(A1)' } }))));
    const names = ['=HYPERLINK("x","y")', '+1', '-1', ' =1', 'a=1'];
    const lines = csvOf(names.map((name) => ({ name, run }))).split('\r\n');
    const starts = ['"\'=HYPERLINK(""x"",""y"")"', "'+1", "'-1", "' =1", 'a=1'];
    for (const [i, start] of starts.entries()) {
      const line = lines[1 + i * run.curve.ticks.length];
      assert.ok(line.startsWith(`${start},'@SUM(A1),`), line);
    }
  });
});

describe('a drop of runs', () => {
  const files = (/** @type {number} */ count) =>
    Array.from({ length: count }, (_, i) => new File(['{}'], `${i}.json`));
  const lab = () => ({
    runs: {
      imported: /** @type {unknown[]} */ ([]),
      /** @param {unknown} read */
      add(read) {
        return this.imported.push(read) > 0;
      },
    },
    engineOptions: { worker: false },
    t: (/** @type {string} */ key) => key,
    said: /** @type {string[]} */ ([]),
    /** @param {string} text */
    say(text) {
      this.said.push(text);
    },
    requestUpdate() {},
    invalidate() {},
  });

  it('of more than the chart takes is refused whole, in one sentence', async () => {
    const exchange = new RunExchange(/** @type {any} */ (lab()));
    await exchange.open(files(10000));
    assert.equal(exchange.refused.length, 1);
    assert.match(exchange.refused[0].error.message, /runsTooMany/);
  });

  it('counts the runs that are there, and takes as many as it can', async () => {
    const full = lab();
    const exchange = new RunExchange(/** @type {any} */ (full));
    await exchange.open(files(MOST_RUNS));
    assert.equal(exchange.refused.length, MOST_RUNS);
    assert.doesNotMatch(exchange.refused[0].error.message, /runsTooMany/);
    assert.match(full.said.at(-1) ?? '', /runRefused/);
    full.runs.imported.push('one');
    await exchange.open(files(MOST_RUNS));
    assert.equal(exchange.refused.length, 1);
  });

  it('that is cancelled adds nothing, and the next one is read', async () => {
    const one = lab();
    const exchange = new RunExchange(/** @type {any} */ (one));
    const runs = [1, 2, 3].map((seed) => new File([writeRun(aRun(seed))], `${seed}.json`));
    const opened = exchange.open(runs);
    exchange.cancel();
    await opened;
    assert.deepEqual(
      [one.runs.imported.length, exchange.reading, one.said],
      [0, null, ['said_notRead']],
    );
    await exchange.open(runs);
    assert.equal(one.runs.imported.length, 3);
  });
});

describe('files of runs', () => {
  const fileOf = (/** @type {any} */ run) => new File([writeRun(run)], 'run.json');

  it('are read with the ticks that the curve is made of', async () => {
    const ended = { state: 'finished', data: { images: 2000 } };
    const run = aRun(8, { ...ended, recipe: { epochs: 1, batchSize: 2 } });
    for (const tick of run.ticks) tick.lr = 0.1;
    const { record } = await readRunFile(fileOf(run));
    const whole = runOf(readRun(writeRun(run)));
    assert.ok(run.ticks.length === 1000 && record.ticks.length < 500);
    assert.deepEqual(runOf(record).curve, whole.curve);
  });

  it('are the same when the run is', async () => {
    const contents = await Promise.all(
      [aRun(1), aRun(1), aRun(2)].map(async (run) => (await readRunFile(fileOf(run))).content),
    );
    assert.equal(new Set(contents).size, 2);
  });
});

describe('copies of a network', () => {
  const { runs: _, ...shared } = defaultExperiment();
  const base = newRun({ family: 'residual', depth: 20 });
  const experiment = { ...shared, runs: [base] };
  /** @param {string} name @param {(string | number)[]} values */
  const copies = (name, values, seeds = 1, from = base) => {
    const field = fieldOf(name) ?? assert.fail(name);
    return copiesOf(experiment, from, { field, values, seeds });
  };

  it('differ in one field', () => {
    assert.deepEqual(copies('shortcut', ['B']), [{ ...base, shortcut: 'B' }]);
    assert.deepEqual(copies('lr', [0.1]), [{ ...base, lr: 0.1 }]);
    assert.deepEqual(copies('seed', [4, 9], 3), [
      { ...base, seed: 4 },
      { ...base, seed: 9 },
    ]);
  });

  it('are made for each value and seed, but not twice', () => {
    assert.deepEqual(
      copies('lr', [experiment.lr, 0.1], 3).map(({ lr, seed }) => [lr, seed]),
      [
        [undefined, 2],
        [undefined, 3],
        [0.1, 1],
        [0.1, 2],
        [0.1, 3],
      ],
    );
    assert.deepEqual(copies('shortcut', ['A']), []);
    assert.equal(copies('width', [8, 8]).length, 1);
    assert.deepEqual(copies('lr', [experiment.lr], 1, { ...base, lr: 0.1 }), []);
  });

  it('come back from a link, are checked and are named by what is theirs', () => {
    const more = copies('augment', ['crop-flip']).concat(copies('lr', [1e-5], 2));
    const all = { ...experiment, runs: [base, ...more] };
    assert.deepEqual(fromHash(toHash(all)), all);
    assert.deepEqual(problemsOf(all), []);
    assert.deepEqual(namesOf(all.runs), [
      'resnet20',
      'resnet20 crop-flip',
      'resnet20 lr 0.00001',
      'resnet20 lr 0.00001 seed 2',
    ]);
    const bad = { ...all, runs: [{ ...base, lr: 99 }] };
    assert.deepEqual(
      problemsOf(bad).map(({ field, run, problem }) => [field.name, run, problem]),
      [['lr', 0, 'range']],
    );
    assert.deepEqual(fromHash('run=plain20_lr-99').runs, defaultExperiment().runs);
    assert.deepEqual(fromHash('run=plain20_images-64').runs, defaultExperiment().runs);
  });
});

/** Networks that nobody has trained. */
const noChoice = () => undefined;
const noRun = () => new Run();

/** Rows of runs from files. @param {import('residua').RunRecord[]} records */
function rowsFrom(...records) {
  const imported = records.map((record) => ({
    config: configOf(record),
    name: record.name,
    run: runOf(record),
    origin: /** @type {const} */ ('file'),
  }));
  return { imported, rows: rowsOf([], noRun, imported, noChoice) };
}

describe('rows', () => {
  it('have names of their own, and colours that tell them apart', () => {
    const runs = [newRun(), newRun({ seed: 2 }), newRun({ lr: 0.1 })];
    const record = aRun(1, { name: 'plain20', spec: { family: 'plain', depth: 20 } });
    const { imported } = rowsFrom(record, { ...record, trajectory: '0' });
    const rows = rowsOf(runs, noRun, imported, noChoice);
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['plain20', 'plain20 seed 2', 'plain20 lr 0.1', 'plain20 (2)', 'plain20 (3)'],
    );
    const colors = rows.map(({ color }) => color);
    assert.equal(colors[0], colors[1]);
    assert.equal(new Set(colors).size, 4);
    const choices = new WeakMap([[runs[0], { name: 'mine', hidden: true }]]);
    const [first, second] = rowsOf(runs, noRun, [], (run) => choices.get(run));
    assert.deepEqual([first.name, first.hidden, second.hidden], ['mine', true, false]);
  });
});

describe('curves of several seeds', () => {
  it('have a mean, and a band from the lowest to the highest', () => {
    const curve = (/** @type {number[]} */ ...values) =>
      values.map((value, i) => ({ step: (i + 1) * 10, value }));
    const { mean, band } = overSeeds([
      curve(0.9, 0.5, 0.1),
      curve(0.7, 0.3),
      [
        { step: 5, value: 0.9 },
        { step: 15, value: 0.7 },
        { step: 25, value: 0.1 },
      ],
    ]);
    /** @param {number} value @param {number} expected */
    const near = (value, expected) => assert.ok(Math.abs(value - expected) < 1e-12);
    assert.deepEqual(
      mean.map(({ step }) => step),
      [10, 20],
    );
    near(mean[0].value, (0.9 + 0.7 + 0.8) / 3);
    near(mean[1].value, (0.5 + 0.3 + 0.4) / 3);
    near(band[0].low, 0.7);
    near(band[0].high, 0.9);
    near(band[1].low, 0.3);
    near(band[1].high, 0.5);
  });

  it('are those of runs that differ in nothing else', () => {
    /** @param {string} key @param {{ name: string, count: number }} args */
    const t = (key, args) => `${key} ${args.name} ${args.count}`;
    const record = aRun(6, { state: 'finished' });
    /** @param {number} seed */
    const seeded = (seed, change = {}) => ({
      ...record,
      spec: { ...record.spec, seed },
      recipe: { ...record.recipe, seed, ...change },
    });
    const { rows } = rowsFrom(seeded(1), seeded(2), seeded(3), seeded(4, { momentum: 0.123 }));
    assert.equal(haveSeeds(rows), true);
    const wanted = /** @type {any} */ ({
      measure: 'errors',
      against: 'steps',
      smoothing: 0,
      recorded: false,
      t,
    });
    /** @param {typeof rows} all @param {boolean} asMean */
    const drawn = (all, asMean) => seriesOf(all, { ...wanted, overSeeds: asMean });
    const series = drawn(rows, true);
    assert.deepEqual(
      series.map(({ name, bands }) => [name, bands !== undefined]),
      [
        [`seeds ${rows[0].name} 3`, true],
        [rows[3].name, false],
      ],
    );
    assert.equal(drawn(rows, false).length, 4);
    assert.equal(haveSeeds(rows.slice(2)), false);
    assert.equal(haveSeeds(rowsFrom(seeded(1), seeded(1)).rows), false);
    const twice = drawn(rowsFrom(seeded(1), seeded(2), seeded(1)).rows, true);
    assert.deepEqual(
      twice.map(({ bands }) => bands !== undefined),
      [true, false],
    );
  });
});

describe('groups of seeds', () => {
  it('have a mean and the standard deviation of a sample', () => {
    const { mean, deviation } = spreadOf([2, 4, 4, 4, 5, 5, 7, 9]);
    assert.equal(mean, 5);
    assert.ok(Math.abs(Number(deviation) - Math.sqrt(32 / 7)) < 1e-12);
    assert.deepEqual(spreadOf([3]), { mean: 3, deviation: null });
  });
});

describe('presets', () => {
  const first = defaultExperiment();

  it('are sound, alone and on few images', () => {
    const few = /** @type {any} */ ({ name: 'mine', images: 60, testImages: 12 });
    for (const preset of PRESETS) {
      for (const source of [null, few]) {
        const experiment = experimentOf(preset, first, source);
        const { id } = preset;
        assert.deepEqual(problemsOf(experiment), [], id);
        assert.ok(source === null || experiment.data !== 'cifar10' || experiment.images <= 60, id);
        assert.ok(experiment.data === 'cifar10' || experiment.images === first.images, id);
      }
    }
  });

  it('come to the same from anywhere, on the images and the machine that the reader has', () => {
    const own = /** @type {const} */ ({ data: 'cifar10', tier: 'scalar', threads: 2 });
    for (const preset of PRESETS) {
      const wanted = experimentOf(preset, { ...first, ...own }, null);
      assert.deepEqual({ ...wanted, ...own }, wanted, preset.id);
      for (const before of PRESETS) {
        const there = { ...experimentOf(before, first, null), ...own };
        assert.deepEqual(experimentOf(preset, there, null), wanted, `${before.id}, ${preset.id}`);
      }
    }
  });
});

describe('the marks of Table 6', () => {
  it('are those of networks on the chart, once each', () => {
    const rows = /** @type {const} */ (['plain', 'residual', 'residual', 'residual']).map(
      (family, i) => ({ config: newRun({ family, depth: [20, 56, 56, 26][i] }) }),
    );
    const marks = referencesFor(/** @type {any[]} */ (rows));
    assert.deepEqual(marks, [{ name: 'resnet56', error: 0.0697 }]);
  });
});
