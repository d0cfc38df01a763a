/** The parts of the workbench that need no browser. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { className } from '../../web/image/classes.js';
import { drawingMessages } from '../../web/image/drawing/messages/index.js';
import { followMessages } from '../../web/image/follow/messages/index.js';
import { countFor } from '../../web/image/images.js';
import { insideMessages } from '../../web/image/inside/messages/index.js';
import { classMessages } from '../../web/image/messages/classes.js';
import { imageMessages } from '../../web/image/messages/index.js';
import { stripMessages } from '../../web/image/strip/messages/index.js';
import { whyMessages } from '../../web/image/why/messages/index.js';
import { spread } from '../../web/lab/charts/spread.js';
import {
  defaultExperiment,
  FIELDS,
  MOST_RUNS,
  namesOf,
  newRun,
  problemsOf,
  specOf,
} from '../../web/lab/experiment.js';
import { fromHash, readLink, toHash } from '../../web/lab/hash.js';
import { labMessages } from '../../web/lab/messages/index.js';
import { cleanName } from '../../web/lab/runs/link-state.js';
import { summary } from '../../web/lab/summary.js';
import { Curve } from '../../web/lib/curve.js';
import { pageMessages } from '../../web/page/messages/index.js';
import { LANGS, translator } from '../../web/ui/messages.js';
import { prose } from '../../web/ui/prose.js';

describe('names from files', () => {
  it('are inert in every text and as names of classes', () => {
    const t = translator({ en: { said: ({ name }) => `${name} is bad` }, ko: {} }, 'en');
    assert.equal(t('said', { name: '\u202egnp.exe\n' }), '\\u202egnp.exe\\u000a is bad');
    assert.equal(className(['\u001b[2Jcat', 'dog'], 0, 'en'), '\\u001b[2Jcat');
  });
});

describe('messages', () => {
  for (const [name, messages] of Object.entries({
    ...{ labMessages, pageMessages, imageMessages, drawingMessages, followMessages },
    ...{ insideMessages, classMessages, stripMessages, whyMessages },
  })) {
    it(`${name} say everything in every language`, () => {
      assert.deepEqual(Object.keys(messages), [...LANGS]);
      const { en: original, ...others } = /** @type {Record<string, Record<string, unknown>>} */ (
        messages
      );
      for (const [lang, texts] of Object.entries(others)) {
        assert.deepEqual(Object.keys(texts), Object.keys(original), lang);
        for (const [key, text] of Object.entries(texts)) {
          assert.equal(
            typeof text,
            typeof original[key],
            `${key} takes values in one language only`,
          );
          for (const one of [text, original[key]]) {
            assert.notEqual(one, '', key);
            assert.doesNotMatch(String(one), /[\d}] %/, `${key} lets a line end before its %`);
          }
        }
      }
    });
  }

  it('keep a particle on the line of the parenthesis before it', () => {
    assert.deepEqual(prose('숏컷 연결(shortcut connection)을 두자 (논문) 더'), [
      '숏컷 연결(shortcut connection)\u2060을 두자 (논문) 더',
    ]);
  });

  it('have whole names of runs in sentences, each of which points at its own line', () => {
    const names = ['plain20', 'plain20 Xavier', 'plain20 Gaussian σ0.05', 'my (best)', ''];
    const pointed = (/** @type {string} */ text) =>
      prose(text, names).flatMap((part) => (typeof part === 'string' ? [] : [part.values[0]]));
    const text = 'plain20 2.1, plain20 Xavier 3, plain20 Gaussian σ0.05 4, resnet56 5, my (best) 6';
    assert.deepEqual(pointed(text), [...names.slice(0, 3), 'resnet56', 'my (best)']);
    assert.deepEqual(pointed('plain20 Xavier은 plain20보다, plain20 Gaussian σ0.055'), [
      ...['plain20 Xavier', 'plain20', 'plain20'],
    ]);
    assert.deepEqual(prose('tommy', ['my', 'tom']), ['tommy']);
  });

  it('name every field, value, unit and state that can be shown', () => {
    /** @type {Record<string, unknown>} */
    const texts = labMessages.en;
    for (const { name, options = [] } of FIELDS) {
      assert.ok(texts[`field_${name}`], name);
      for (const option of options.filter((value) => typeof value === 'string')) {
        assert.ok(texts[`${name}_${option}`], `${name}_${option}`);
      }
    }
  });
});

describe('an experiment', () => {
  it('is by default that of the design', () => {
    const { runs, ...shared } = defaultExperiment();
    assert.deepEqual(namesOf(runs), ['plain20', 'plain56', 'resnet20', 'resnet56']);
    assert.ok(runs.every(({ width }) => width === 4));
    const { images, testImages, epochs, batchSize, lr, momentum, schedule, augment } = shared;
    assert.deepEqual([images, testImages, epochs, batchSize], [5000, 1000, 12, 32]);
    assert.deepEqual([lr, momentum, schedule, augment], [0.5, 0, 'triangle', 'flip']);
    assert.equal(shared.weightDecay, 1e-4);
    assert.equal(shared.data, 'synthetic');
    assert.equal(toHash(defaultExperiment()), '');
    assert.deepEqual(problemsOf(defaultExperiment()), []);
  });

  it('comes back from its link', () => {
    /** @type {import('../../web/lab/index.js').Experiment} */
    const experiment = {
      ...defaultExperiment(),
      ...{ lr: 1e-6, weightDecay: 0, schedule: 'step', threads: 2, data: 'cifar10' },
      runs: [
        newRun({ family: 'residual', depth: 110, shortcut: 'C', seed: 2 ** 53 - 1 }),
        newRun({ depth: 8, width: 64, norm: 'none', init: 'gaussian', sigma: 1e-5 }),
      ],
    };
    assert.deepEqual(fromHash(`#${toHash(experiment)}`), experiment);
    assert.deepEqual(fromHash(''), defaultExperiment());
  });

  it('comes back with the weights that a network starts from, and is called so', () => {
    const fineTuned = newRun({ family: 'residual', from: 'resnet20-long', frozenStages: 2 });
    const runs = [fineTuned, newRun({ family: 'residual' })];
    const experiment = { ...defaultExperiment(), runs };
    const hash = toHash(experiment);
    assert.match(hash, /run=resnet20_from-resnet20-long_frozenStages-2&run=resnet20$/);
    assert.deepEqual(fromHash(hash), experiment);
    assert.deepEqual(namesOf(runs), ['resnet20 fine-tuned', 'resnet20']);
    assert.deepEqual(namesOf([fineTuned, { ...fineTuned, frozenStages: 0 }]), [
      'resnet20 fine-tuned 2 frozen',
      'resnet20 fine-tuned',
    ]);
    assert.equal(specOf(fineTuned, 3).frozenStages, 2);
    assert.deepEqual(fromHash('run=resnet20_from-..%2Fx'), defaultExperiment());
  });

  it('takes nothing from a link that does not fit', () => {
    const hash = 'epochs=0&lr=fast&images=1e9&tier=gpu&run=plain21&run=vgg-16&run=plain20_width-5';
    assert.deepEqual(fromHash(hash), defaultExperiment());
    const many = Array.from({ length: 50 }, (_, i) => `run=plain20_seed-${i}`).join('&');
    assert.equal(fromHash(many).runs.length, MOST_RUNS);
    assert.deepEqual(fromHash('run=plain20_seed-2&run=x').runs, [newRun({ seed: 2 })]);
  });

  it('is read from a link of any length', () => {
    const { linkState } = readLink(`run=plain20_name-x${'_hidden-yes'.repeat(200000)}`);
    assert.deepEqual(linkState, [{ name: 'x', hidden: true }]);
  });

  it('has no name that a link cannot hold', () => {
    assert.equal(cleanName('half \ud83d of one, \ude00'), 'half of one,');
    assert.equal(cleanName('\ud800'), undefined);
    assert.equal(cleanName('a\u202egnp\u001b'), 'a\\u202egnp');
    const linkState = [{ name: cleanName('a\ud83d\ude00_%5F \udfff') }];
    const experiment = { ...defaultExperiment(), runs: [newRun({ depth: 8 })] };
    assert.deepEqual(readLink(toHash(experiment, linkState)).linkState, linkState);
  });

  it('names its runs by what tells them apart', () => {
    /** @typedef {import('residua/element').RunConfig} RunConfig */
    /** @type {Partial<RunConfig>} */
    const residual = { family: 'residual', depth: 20 };
    const named = (/** @type {Partial<RunConfig>[]} */ ...runs) => namesOf(runs.map(newRun));
    assert.deepEqual(named(residual, { ...residual, shortcut: 'B', seed: 2 }), [
      'resnet20',
      'resnet20 B seed 2',
    ]);
    assert.deepEqual(named({ width: 8 }, { width: 8, depth: 56 }), ['plain20', 'plain56']);
    assert.deepEqual(named({}, { init: 'gaussian', norm: 'none' }), [
      'plain20',
      'plain20 no BN Gaussian',
    ]);
  });
});

/** Ticks of a run in which `errorAt` says how many of 10 images of a step are wrong.
 * @param {(step: number) => number} errorAt @param {number} perEpoch @param {number} epochs */
function ticksOf(errorAt, perEpoch, epochs) {
  /** @type {any[]} only what a curve reads */
  const ticks = [];
  let sum = 0;
  for (let step = 1; step <= perEpoch * epochs; step++) {
    const inEpoch = ((step - 1) % perEpoch) + 1;
    sum = (inEpoch === 1 ? 0 : sum) + errorAt(step);
    const tick = { step, steps: perEpoch * epochs, epochs, lr: 0.1, trainError: sum / inEpoch };
    ticks.push({ ...tick, kind: 'step' });
    if (inEpoch === perEpoch) ticks.push({ ...tick, kind: 'epoch', testError: 0.5 });
  }
  return ticks;
}

describe('a curve', () => {
  const errorAt = (/** @type {number} */ step) => ((step * 7) % 10) / 10;
  /** @param {number} from @param {number} to */
  const mean = (from, to) => {
    let sum = 0;
    for (let step = from + 1; step <= to; step++) sum += errorAt(step);
    return sum / (to - from);
  };

  it('is the mean over the last epoch of images, at epoch ends the train error', () => {
    const curve = new Curve();
    for (const tick of ticksOf(errorAt, 8, 5)) {
      curve.push(tick);
      const { step, error } = curve.train[curve.train.length - 1];
      assert.equal(step, tick.step);
      assert.ok(Math.abs(error - mean(Math.max(0, step - 8), step)) < 1e-12, `step ${step}`);
    }
    assert.deepEqual(
      curve.epochs.map(({ step }) => step),
      [8, 16, 24, 32, 40],
    );
    assert.equal(curve.test.length, 5);
  });

  it('stays small, and right at epoch ends, however many ticks come or are missed', () => {
    const curve = new Curve();
    const ticks = ticksOf(errorAt, 500, 20);
    for (const tick of ticks) if (tick.kind === 'epoch' || tick.step % 13 === 0) curve.push(tick);
    assert.ok(curve.train.length < 300, `${curve.train.length} points`);
    for (const tick of curve.epochs) {
      const point = curve.train.find(({ step }) => step === tick.step);
      assert.ok(Math.abs(Number(point?.error) - tick.trainError) < 1e-12);
    }
  });

  /** @param {number} step @param {number} drop */
  const lrAt = (step, drop) => (step < 20 ? step / 20 : step <= drop ? 1 : 0.1);

  it('knows where the learning rate fell', () => {
    const curve = new Curve();
    for (const tick of ticksOf(errorAt, 10, 10)) curve.push({ ...tick, lr: lrAt(tick.step, 70) });
    assert.deepEqual(curve.drops, [71]);
  });

  it('comes again from the ticks that it keeps', () => {
    for (const stop of [1, 777, 3501, 6000]) {
      const curve = new Curve();
      for (const tick of ticksOf(errorAt, 500, 12).slice(0, stop * 2)) {
        if (tick.kind === 'epoch' || tick.step % 7 < 3) {
          curve.push({ ...tick, lr: lrAt(tick.step, 3333) });
        }
      }
      const again = new Curve();
      for (const tick of curve.ticks) again.push(tick);
      assert.equal(curve.ticks.length, curve.train.length);
      for (const part of /** @type {const} */ (['train', 'test', 'epochs', 'drops', 'ticks'])) {
        assert.deepEqual(again[part], curve[part], `${part}, stopped at ${stop}`);
      }
    }
  });
});

describe('labels', () => {
  it('move apart as little as needed, in their order and within bounds', () => {
    assert.deepEqual(spread([10, 50, 90], 16, 0, 100), [10, 50, 90]);
    assert.deepEqual(spread([50, 50], 16, 0, 100), [42, 58]);
    assert.deepEqual(spread([99, 100], 16, 0, 100), [84, 100]);
    assert.deepEqual(spread([0, 1, 2], 16, 0, 100), [0, 16, 32]);
    for (let round = 0; round < 200; round++) {
      const wanted = Array.from(
        { length: 8 },
        (_, i) => (((round + 1) * (i + 3) * 7919) % 997) / 5,
      );
      const placed = spread(wanted, 16, 0, 200);
      const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
      for (const [rank, i] of order.entries()) {
        assert.ok(placed[i] >= -1e-9 && placed[i] <= 200 + 1e-9);
        if (rank > 0) assert.ok(placed[i] - placed[order[rank - 1]] >= 16 - 1e-9);
      }
    }
  });
});

describe('the summary', () => {
  const look = { t: translator(labMessages, 'en'), lang: 'en', synthetic: true };
  const { runs } = defaultExperiment();
  /** @param {number[]} errors @returns {any[]} */
  const rowsOf = (errors, state = 'finished') =>
    runs.map((config, i) => ({
      config,
      name: namesOf(runs)[i],
      run: { state, trainError: errors[i], testError: errors[i] },
    }));
  const tell = (/** @type {number[]} */ errors) =>
    summary(rowsOf(errors), look)
      .told.join(' ')
      .replace(/[\u202f\u2060]/g, '');

  it('says that depth hurt the plain networks and that shortcuts helped', () => {
    assert.equal(
      tell([0.517, 0.758, 0.422, 0.454]),
      'At 56 layers, shortcuts took the training error from 76% to 45%. plain56 ended at 75.8%' +
        ' training error, plain20 at 51.7%: the deeper network fits even the training set worse, so' +
        ' this is not overfitting. resnet56 ended at 45.4% training error, resnet20 at 42.2%: the' +
        ' difference is within chance.',
    );
  });

  it('says plainly that the effect does not show, whichever part of it', () => {
    const doubt = /^These runs do not show all that the paper found\. “Another seed” helps/;
    assert.match(tell([0.5, 0.75, 0.4, 0.6]), doubt);
    assert.match(tell([0.5, 0.75, 0.4, 0.6]), /depth cost 20\.0 points instead of 25\.0/);
    assert.match(tell([0.5, 0.51, 0.3, 0.3]), doubt);
    assert.match(tell([0.5, 0.75, 0.7, 0.72]), doubt);
    assert.match(
      tell([0.5, 0.75, 0.7, 0.72]),
      /72\.0% with them: they did not lower it by more than chance/,
    );
    assert.doesNotMatch(tell([0.5, 0.75, 0.4, 0.4]), doubt);
  });

  it('calls chance what lies within the spread over seeds', () => {
    const near = [0.5, 0.56, 0.4, 0.4];
    assert.match(tell(near), /plain56 ended at 56\.0%.*the difference is within chance/);
    const seeds = near.flatMap((error, i) =>
      [1, 2, 3, 4].map((seed) => ({
        ...{ config: { ...runs[i], seed }, name: `${namesOf(runs)[i]} seed ${seed}` },
        ...{ group: namesOf(runs)[i] },
        run: { state: 'finished', trainError: error + seed / 1000, testError: error },
      })),
    );
    const { told } = summary(/** @type {any[]} */ (seeds), look);
    assert.match(
      told.join(' '),
      /plain56 \(4 seeds\) ended at .* fits even the training set worse/,
    );
    assert.match(told.join(' '), /resnet56 \(4 seeds\) and resnet20 \(4 seeds\) both ended at/);
  });

  it('compares the options of the shortcut at each depth', () => {
    const compared = [20, 56].flatMap((depth) =>
      ['A', 'B', 'C'].map((shortcut, i) => {
        const config = newRun({ family: 'residual', depth, shortcut });
        const trainError = depth === 20 ? 0.4 + i / 100 : [0.39, 0.44, 0.66][i];
        return { config, name: shortcut, run: { state: 'finished', trainError, testError: 0.5 } };
      }),
    );
    const { told } = summary(/** @type {any[]} */ (compared), look);
    const text = told.join(' ').replace(/[\u202f\u2060]/g, '');
    assert.match(text, /At 20 layers, the options ended within chance of each other: A 40\.0%, B/);
    assert.match(
      text,
      /At 56 layers, the options ended further apart than by chance: A 39\.0%, B 44\.0%, C 66\.0%\./,
    );
  });

  it('names those that diverged, first if nothing else came of it', () => {
    const told = (/** @type {string[]} */ ...states) =>
      summary(
        states.map((state, i) => ({
          ...{ config: newRun({ depth: 20 + 36 * i }), name: `net${i}` },
          run: /** @type {any} */ ({ state, trainError: 0.5, testError: 0.6 }),
        })),
        look,
      ).told;
    assert.match(
      told('diverged', 'diverged')[0],
      /^Diverged: net0, net1\. A smaller learning rate/,
    );
    const [first, last] = told('finished', 'diverged');
    assert.match(first, /^net0 ended at/);
    assert.match(last, /^Diverged: net1\./);
  });

  it('speaks of several seeds as one, by their mean', () => {
    /** @param {number} depth @param {number} seed @param {number} trainError */
    const ended = (depth, seed, trainError) => ({
      ...{ name: `plain${depth} seed ${seed}`, group: `plain${depth}` },
      config: newRun({ depth, seed }),
      run: { state: 'finished', trainError, testError: trainError + 0.1 },
    });
    const rows = /** @type {any[]} */ ([
      ended(20, 1, 0.3),
      ended(20, 2, 0.4),
      ended(56, 1, 0.6),
      ended(56, 2, 0.7),
    ]);
    const { told, caveat } = summary(rows, look);
    const plainText = told.join(' ').replace(/[\u202f\u2060]/g, '');
    assert.match(
      plainText,
      /^plain56 \(2 seeds\) ended at 65\.0% training error, plain20 \(2 seeds\) at 35\.0%/,
    );
    assert.match(caveat, /means over the seeds shown, on synthetic images/);
    const mixed = summary(rows.slice(0, 3), look);
    assert.match(mixed.caveat, /one run/);
    const { told: one } = summary(rows.slice(0, 2), look);
    assert.match(
      one.join().replace(/[\u202f\u2060]/g, ''),
      /plain20 \(2 seeds\) ended at 35\.0% training error and 45\.0% test error/,
    );
  });

  it('claims nothing that did not happen', () => {
    assert.match(tell([0.5, 0.3, 0.4, 0.2]), /here the deeper network fits better/);
    assert.match(tell([0.5, 0.505, 0.4, 0.4]), /the difference is within chance/);
    assert.match(tell([0.5, 0.505, 0.4, 0.4]), /resnet56 and resnet20 both ended at 40\.0%/);
    assert.doesNotMatch(
      tell([0.5, 0.505, 0.5, 0.8]),
      /not overfitting.*not overfitting|With shortcuts/,
    );
    assert.doesNotMatch(tell([0.5, 0.6, 0.5, 0.7]), /At 56 layers, shortcuts brought/);
    assert.deepEqual(summary(rowsOf([0.5, 0.5, 0.5, 0.5], 'running'), look).told, []);
    const stopped = summary(rowsOf([0.5, 0.6, 0.5, 0.7], 'stopped'), look);
    assert.match(stopped.told.join(), /^Stopped before the end: plain20, plain56/);
    assert.equal(stopped.caveat, '');
  });
});

describe('test images for a network', () => {
  const source = {
    ...{ name: 'pictures', synthetic: false, images: 48, testImages: 12 },
    take: () => assert.fail('nothing is taken'),
  };
  const choice = /** @type {any} */ ({});
  const count = (/** @type {any} */ kind, /** @type {any} */ classNames) =>
    countFor(/** @type {any} */ ({ kind, choice }), { ...source, classNames });

  it('are those whose classes it has, by name', () => {
    assert.equal(count('cifar10', ['blue', 'green', 'red']), 0);
    assert.equal(count(['blue', 'green', 'red'], ['blue', 'green', 'red']), 12);
    assert.equal(count(['blue', 'red', 'green'], ['blue', 'green', 'red']), 0);
    assert.equal(count('cifar10', undefined), 12);
    assert.equal(count(['blue', 'green', 'red'], undefined), 0);
    assert.equal(count('numbers', ['blue', 'green', 'red']), 0);
  });
});
