/** The planner: what it reckons, and in the panel of a real browser. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createEngine, RECIPES } from 'residua';
import { defaultExperiment, newRun } from '../../web/lab/experiment.js';
import {
  cellsOf,
  DEPTHS,
  measure,
  networksOf,
  Planner,
  secondsPerEpoch,
  WIDTHS,
} from '../../web/lab/panel/planner.js';
import { Resources } from '../../web/lab/resources.js';
import { learnSpeed } from '../../web/lab/time-left.js';
import { describeVisits, textOf } from './visit.js';

/** @typedef {import('./visit.js').Visitor} Visitor */

const MIB = 2 ** 20;

/** For each width or depth, its cells from small to large.
 * @param {{ width: number, depth: number, epochs: number, bytes: number }[]} cells */
const lines = (cells) => [
  ...WIDTHS.map((wanted) => cells.filter(({ width }) => width === wanted)),
  ...DEPTHS.map((wanted) => cells.filter(({ depth }) => depth === wanted)),
];

describe('the planner', () => {
  const experiment = defaultExperiment();
  const perFlop = new Map(WIDTHS.map((width) => [width, 1e-10]));
  const limits = { minutes: 10, mebibytes: 1024 };
  /** @type {import('residua').Engine} */
  let engine;
  /** @type {Parameters<typeof cellsOf>[4]} */
  let planOf;
  before(async () => {
    engine = await createEngine({ tier: 'simd128', threads: 1 });
    const resources = new Resources();
    planOf = (wanted) => resources.plan(wanted, engine, null);
  });
  after(() => engine.dispose());

  it('makes all networks of one size, and those that are then the same one', () => {
    assert.deepEqual(networksOf(experiment, 32, 8), [
      newRun({ family: 'plain', depth: 32, width: 8 }),
      newRun({ family: 'residual', depth: 32, width: 8 }),
    ]);
    const seeds = { ...experiment, runs: [newRun({ epochs: 3 }), newRun({ seed: 2, lr: 1 })] };
    assert.deepEqual(networksOf(seeds, 20, 4), [newRun(), newRun({ seed: 2, lr: 1 })]);
  });

  it('counts whole batches and the test, on cores that are shared', () => {
    const some = { ...experiment, images: 100, testImages: 30, batchSize: 32 };
    assert.equal(secondsPerEpoch(some, [1000], 0.5, 0.25), 1000 * 0.5 * (96 + 10));
    assert.equal(secondsPerEpoch(some, Array(8).fill(1000), 0.5, 0.25), 2 * 500 * 106);
  });

  it('says what fits: fewer epochs and more memory the larger the networks', async () => {
    const cells = await cellsOf(experiment, perFlop, 0.5, limits, planOf);
    assert.equal(cells.length, DEPTHS.length * WIDTHS.length);
    for (const line of lines(cells)) {
      for (const [i, { epochs, bytes }] of line.slice(1).entries()) {
        assert.ok(epochs < line[i].epochs && bytes > line[i].bytes, `${epochs} ${bytes}`);
      }
    }
    for (const { depth, width, bytes, epochs, change } of cells) {
      const specs = /** @type {const} */ (['plain', 'residual']).map((family) => ({
        family,
        depth,
        width,
      }));
      const plans = await Promise.all(specs.map((spec) => engine.plan(spec, { batchSize: 32 })));
      // One copy, since Node shares memory.
      const images = 6000 * (3 * 32 * 32 + 2);
      assert.equal(bytes, plans[0].bytes + plans[1].bytes + images);
      assert.deepEqual(change, { runs: networksOf(experiment, depth, width), epochs });
      // The time that this takes fits, and one epoch more does not.
      const seconds = secondsPerEpoch(
        experiment,
        plans.map(({ flopsPerImage }) => flopsPerImage),
        1e-10,
        0.5,
      );
      assert.ok(epochs * seconds <= 600 && (epochs + 1) * seconds > 600);
    }
  });

  it('refuses what is over the memory or the time', async () => {
    const all = await cellsOf(experiment, perFlop, 0.5, limits, planOf);
    const middle = [...all].sort((a, b) => a.bytes - b.bytes)[7];
    const mebibytes = middle.bytes / MIB;
    const cells = await cellsOf(experiment, perFlop, 0.5, { minutes: 10, mebibytes }, planOf);
    for (const { bytes, lacks } of cells) {
      assert.equal(lacks, bytes > middle.bytes ? 'memory' : null);
    }
    assert.equal(cells.filter(({ lacks }) => lacks).length, 7);
    const hurried = { minutes: 1e-6, mebibytes: 1e6 };
    const none = await cellsOf(experiment, perFlop, 0.5, hurried, planOf);
    assert.ok(none.every(({ lacks }) => lacks === 'time'));
  });

  it('takes over how fast networks were trained', () => {
    const planner = new Planner(new Resources(), () => {});
    const runs = [newRun(), newRun({ depth: 56 }), newRun({ width: 8 }), newRun({ width: 16 })];
    const lab = /** @type {any} */ ({
      ...{ experiment: { ...experiment, batchSize: 512, runs }, engine, planner },
      preparation: { planned: { flops: [100, 300, 400, 900] } },
    });
    const rates = [10, 2, 5, undefined];
    const jobs = runs.map((config, index) => ({ config, index, run: { rate: rates[index] } }));
    learnSpeed(lab, /** @type {any[]} */ (jobs));
    const known = WIDTHS.map((width) => planner.secondsPerFlop(engine, 512, width));
    assert.deepEqual(known, [(1 / 10 + 1 / 2) / 400, 1 / 5 / 400, undefined]);
    assert.equal(planner.secondsPerFlop(engine, 256, 4), undefined);
  });

  it('measures every width, and stops when told', async () => {
    const data = await engine.synthetic({ images: 32, testImages: 0 });
    const { perFlop: found, spread } = await measure(
      engine,
      data,
      32,
      new AbortController().signal,
    );
    assert.deepEqual([...found.keys()], WIDTHS);
    for (const seconds of found.values()) assert.ok(seconds > 1e-12 && seconds < 1e-6);
    assert.ok(spread > 0, `${spread}`);
    const reason = new Error('enough');
    await assert.rejects(measure(engine, data, 32, AbortSignal.abort(reason)), reason);
  });
});

describeVisits('the time that training will take', (visit) => {
  visit('stands beside the button, and follows the experiment', {}, async (visitor) => {
    visitor.samples = true;
    const page = await visitor.open('images=640&testImages=100&epochs=2&run=plain8&run=resnet8');
    const said = page.locator('#takes');
    await said.waitFor();
    assert.match(await textOf(said), /^about \d+ s$/);
    const seconds = () => visitor.lab((lab) => lab.timeToTrain ?? NaN);
    const before = await seconds();
    assert.ok(before > 0, `${before}`);
    await visitor.lab((lab) => lab.change({ epochs: 1000 }));
    await visitor.until((lab) => lab.timeToTrain !== undefined);
    assert.ok(Math.abs((await seconds()) / before - 500) < 1e-6, `${await seconds()}`);
    await said.getByText(/^about [\d.]+ (s|min|h)$/).waitFor();
    assert.equal(await visitor.shown.locator('.primary').getAttribute('aria-describedby'), 'takes');
    await visitor.shown.locator('.primary').click();
    await said.waitFor({ state: 'detached' });
    await visitor.until((lab) => lab.rows.every(({ run }) => run.rate !== undefined));
    await visitor.lab((lab) => lab.stop());
    await visitor.ended();
    // From here on it is said by how fast these were.
    const [found, trained] = await visitor.lab(({ engine, planner, preparation, rows }) => {
      const sum = (/** @type {number[]} */ all) => all.reduce((total, one) => total + one, 0);
      const took = rows.map(({ run }) => 1 / Number(run.rate));
      return [
        engine && planner.secondsPerFlop(engine, 32, 4),
        sum(took) / sum(preparation.planned?.flops ?? []),
      ];
    });
    assert.equal(found, trained);
    // Nothing was measured of this batch; once it is looked at, it is.
    await visitor.lab((lab) => lab.change({ batchSize: 64 }));
    await said.waitFor({ state: 'detached' });
    await said.waitFor();
  });
});

describeVisits('the preset of a real classifier', (visit) => {
  visit('says how long it takes here, and is the recipe of the library', {}, async (visitor) => {
    visitor.samples = true;
    const page = await visitor.open('images=640&testImages=100&epochs=2&run=plain8');
    await visitor.lab((lab) => lab.openPanel());
    const preset = page.getByRole('button', {
      name: /^A real classifier in about [\d.]+ (min|h)$/,
    });
    await preset.waitFor();
    await visitor.checkWidth();
    await visitor.shoot('timed-preset');
    await preset.click();
    const { runs, ...shared } = await visitor.lab((lab) => lab.experiment);
    const { spec, recipe } = RECIPES.fast;
    const [network, ...others] = runs;
    assert.deepEqual(others, []);
    const whole = { ...shared, ...network };
    assert.deepEqual({ ...whole, ...spec, ...recipe }, whole);
    assert.deepEqual([whole.data, whole.images, whole.testImages], ['cifar10', 50000, 10000]);
  });
});

describeVisits('the planner in the panel', (visit) => {
  const SMALL = 'epochs=1&images=128&testImages=40&run=plain8&run=resnet8';

  /** @param {Visitor} visitor @param {string} press */
  async function measured(visitor, press) {
    await visitor.lab((lab) => lab.openPanel('planner'));
    await visitor.button(press).click();
    await visitor.page.locator('.planner').waitFor();
  }
  const cells = (/** @type {Visitor} */ visitor) => visitor.lab((lab) => lab.planner.cells);

  visit('measures, fills its table and sets the experiment', {}, async (visitor) => {
    const page = await visitor.open(SMALL);
    await measured(visitor, 'Measure this machine');
    const found = await cells(visitor);
    for (const line of lines(found).slice(0, WIDTHS.length)) {
      for (const [i, { epochs }] of line.slice(1).entries()) {
        assert.ok(epochs > 0 && epochs <= line[i].epochs);
      }
    }
    assert.equal(await page.locator('.planner tbody button').count(), found.length);
    assert.match(await textOf(page.locator('#planner')), /varied by up to ±[\d,]+\u202f%/);
    const { epochs, bytes } =
      found.find(({ depth, width }) => depth === 32 && width === 8) ?? assert.fail();
    await visitor.button(/^32 layers, width 8: /).click();
    const experiment = await visitor.lab((lab) => lab.experiment);
    assert.equal(experiment.epochs, epochs);
    assert.deepEqual(
      experiment.runs.map(({ family, depth, width }) => [family, depth, width]),
      [
        ['plain', 32, 8],
        ['residual', 32, 8],
      ],
    );
    await visitor.until((lab) => lab.preparation.planned !== null);
    const planned = await visitor.lab(
      ({ preparation: { planned } }) => planned && planned.networks + planned.images,
    );
    assert.equal(planned, bytes);
    assert.match(page.url(), /run=plain32_width-8&run=resnet32_width-8$/);
    const chosen = page.locator('.planner [aria-pressed=true]');
    await chosen.waitFor();
    assert.match(await textOf(chosen), /32 layers, width 8/);
  });

  visit('follows its limits, and measures again for another batch', {}, async (visitor) => {
    const page = await visitor.open(SMALL);
    await measured(visitor, 'Measure this machine');
    const most = (await cells(visitor)).find(({ depth, width }) => depth === 20 && width === 8);
    assert.ok(most);
    await page.locator('input[name=mebibytes]').fill(String(most.bytes / MIB));
    await page.locator('input[name=mebibytes]').press('Tab');
    await page.getByText('too large').first().waitFor();
    for (const { bytes, lacks } of await cells(visitor)) {
      assert.equal(lacks === 'memory', bytes > most.bytes);
    }
    assert.equal(await visitor.button(/^110 layers, width 16/).count(), 0);
    await page.locator('input[name=minutes]').fill('soon');
    await page.locator('input[name=minutes]').press('Tab');
    assert.match(await textOf(page.locator('#planner .problem')), /From 0 to 1440/);
    await page.locator('.planner').waitFor({ state: 'detached' });
    await page.locator('input[name=minutes]').fill('10');
    await page.locator('input[name=minutes]').press('Tab');
    await page.locator('.planner').waitFor();
    await page.locator('select[name=batchSize]').selectOption('64');
    await page.locator('.planner').waitFor({ state: 'detached' });
    assert.equal(await visitor.button('Measure this machine').isEnabled(), true);
  });

  visit('gives way to training', {}, async (visitor) => {
    await visitor.open(SMALL);
    await visitor.lab((lab) => lab.openPanel('planner'));
    await visitor.button('Measure this machine').click();
    await visitor.page.getByText('Measuring:').waitFor();
    await visitor.trainToTheEnd();
    assert.deepEqual(await visitor.states(), ['finished', 'finished']);
    await visitor.until((lab) => !lab.planner.measuring);
    assert.equal(await visitor.page.getByText('The measurement failed').count(), 0);
  });

  for (const [width, locale, colorScheme] of /** @type {[number, string, string][]} */ ([
    [360, 'ko-KR', 'dark'],
    [1280, 'en-US', 'light'],
  ])) {
    const options = { width, locale, colorScheme };
    visit(`fits in ${width} px, ${locale}`, options, async (visitor) => {
      await visitor.open('batchSize=128');
      await measured(visitor, locale === 'ko-KR' ? '속도 측정' : 'Measure this machine');
      await visitor.checkWidth();
      assert.deepEqual(await visitor.violations(), []);
      await visitor.page.locator('.planner').scrollIntoViewIfNeeded();
      await visitor.shoot(`planner-${width}`, width === 1280);
    });
  }
});
