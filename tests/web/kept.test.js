/** Runs that have ended stay: over a reload, in two tabs, through edits, deletions and full storage. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultExperiment, keysOf, newRun, withOtherSeeds } from '../../web/lab/experiment.js';
import { coloured } from '../../web/lab/runs/rows.js';
import { BATCHES, binaryFiles, madeUpBatch, tarGz } from '../data/fixtures.js';
import { keptFiles, keptHeads } from './survival.js';
import { boxOf, describeVisits, textOf } from './visit.js';

/** @typedef {import('./visit.js').Visitor} Visitor */

const SMALL = 'lr=0.03&images=128&testImages=40&epochs=1&tier=simd128';
const ONE = `${SMALL}&run=plain8`;
const TWO = `${ONE}&run=resnet8_seed-5`;

/** An archive of images that a seed decides. */
async function archive() {
  const batches = new Map(BATCHES.map((name, i) => [name, madeUpBatch(1 + i, 200)]));
  const buffer = Buffer.from(await tarGz(binaryFiles(batches)));
  return { name: 'cifar-10-binary.tar.gz', mimeType: 'application/gzip', buffer };
}

describe('what a network comes to', () => {
  const runs = [newRun(), newRun({ depth: 56 })];
  const experiment = { ...defaultExperiment(), lr: 0.03, runs };
  /** @param {Partial<import('../../web/lab/index.js').Experiment>} change */
  const keys = (change, source = '') => keysOf({ ...experiment, ...change }, source);

  it('depends on all that decides its bits but the machine', () => {
    const [first, second] = keys({});
    assert.notEqual(first, second);
    /** @type {Partial<import('../../web/lab/index.js').Experiment>[]} */
    const changes = [{ lr: 0.1 }, { images: 64 }, { testImages: 9 }, { data: 'cifar10' }];
    for (const change of changes) {
      assert.notEqual(keys(change)[0], first, JSON.stringify(change));
    }
    assert.deepEqual(keys({ threads: 1, tier: 'scalar' }), [first, second]);
    assert.deepEqual(keys({}, 'other images'), [first, second]);
    assert.notDeepEqual(keys({ data: 'cifar10' }, 'a'), keys({ data: 'cifar10' }, 'b'));
    assert.equal(keys({ lr: 0.1, runs: [newRun({ lr: 0.03 })] })[0], first);
    const [one, other] = keys({ runs: [newRun(), newRun()] });
    assert.equal(one, first);
    assert.notEqual(other, first);
  });

  it('has another seed in each copy, which the experiment does not have', () => {
    const runs = [newRun({ seed: 3 }), newRun({ seed: 4 }), newRun({ depth: 8 })];
    const seeds = withOtherSeeds({ ...experiment, runs }).map(({ depth, seed }) => [depth, seed]);
    assert.deepEqual(seeds, [
      [20, 5],
      [8, 2],
    ]);
    const many = Array.from({ length: 30 }, (_, i) => newRun({ width: 8, lr: 1 / (i + 1) }));
    assert.deepEqual(withOtherSeeds({ ...experiment, runs: many }), []);
  });
});

describe('colours', () => {
  const slots = new Map();
  const colorsOf = (/** @type {string[]} */ ...kinds) =>
    coloured(
      kinds.map((kind) => /** @type {any} */ ({ config: newRun(), kind })),
      slots,
    ).map(({ color }) => color);

  it('stay with their networks when others come and go', () => {
    const [a, b, c] = colorsOf('a', 'b', 'c');
    assert.equal(new Set([a, b, c]).size, 3);
    assert.deepEqual(colorsOf('c'), [c]);
    assert.deepEqual(colorsOf('d', 'c'), [a, c]);
    assert.deepEqual(colorsOf('c', 'b', 'b'), [c, b, b]);
    const [again, taken] = colorsOf('d', 'a');
    assert.equal(again, a);
    assert.notEqual(taken, a);
  });
});

describeVisits('runs that have ended', (visit) => {
  const list = (/** @type {Visitor} */ visitor) => visitor.shown.locator('.kept');
  const openList = async (/** @type {Visitor} */ visitor) => {
    await list(visitor).locator('summary').click();
    await list(visitor).locator('li').first().waitFor();
  };
  const names = (/** @type {Visitor} */ visitor) =>
    visitor.lab((lab) => lab.runs.ended.map(({ name }) => name).toReversed());
  const stored = (/** @type {Visitor} */ visitor, /** @type {number} */ count) =>
    visitor.until(
      (lab, wanted) => lab.runs.ended.filter(({ bytes }) => bytes > 0).length === wanted,
      count,
    );
  const undo = (/** @type {Visitor} */ visitor) => visitor.shown.locator('.undo');
  /** @param {Visitor} visitor @param {string[]} wanted names that the kept files begin with */
  const namedOnDisk = (visitor, wanted) =>
    visitor.untilSo(async () => {
      const heads = await keptHeads(visitor.page);
      return wanted.every((name) => heads.some((head) => head.includes(`"${name}\\"`)));
    });

  visit('are there after a reload, with their weights', {}, async (visitor) => {
    const page = await visitor.open(TWO);
    await visitor.trainToTheEnd();
    await stored(visitor, 2);
    const came = () =>
      visitor.lab((lab) =>
        Promise.all(
          lab.rows.map(async ({ name, run }) => {
            const bytes = new Uint8Array(await /** @type {Blob} */ (run.weights).arrayBuffer());
            const trajectory = run.tick?.trajectory;
            return [name, run.state, trajectory, run.curve.ticks.length, bytes.join()];
          }),
        ),
      );
    const before = await came();
    await page.reload();
    await visitor.until((lab) => lab.rows.every(({ run }) => run.state === 'finished'));
    assert.deepEqual(await came(), before);
    // The page is drawn at most every 150 ms.
    await page.locator('.reproduction').waitFor({ state: 'detached' });
    await visitor.untilSo(() => visitor.button('Train again').isEnabled());
    await visitor.untilSo(
      async () => (await page.locator('.plot [data-mark=line] path').count()) >= 4,
    );

    await openList(visitor);
    const text = await textOf(list(visitor));
    assert.match(text, /Runs trained here: 2 \(\d+.kB of 256.MB\)/);
    assert.match(text, /: 1 epoch of 128 synthetic images, learning rate 0.03/);
    assert.match(text, /plain8\s+finished, train [\d.]+.%.*, test [\d.]+.%/s);
    assert.ok(text.includes(String(before[0][2])), 'the digest');
    assert.deepEqual(await visitor.violations(), []);
    await visitor.checkWidth();
    await visitor.shoot('kept');
    const row = list(visitor).locator('li').nth(1);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      row.getByRole('button', { name: 'Weights' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'resnet8-seed-5.safetensors');
  });

  visit('keep the names that they are given', {}, async (visitor) => {
    const page = await visitor.open(TWO);
    await visitor.trainToTheEnd();
    await stored(visitor, 2);
    const ended = () =>
      visitor.lab((lab) =>
        lab.runs.ended
          .toSorted((a, b) => a.index - b.index)
          .map(({ name, when }) => ({ name, when })),
      );
    const before = await ended();
    await openList(visitor);
    const rename = () => list(visitor).getByRole('button', { name: 'Rename' });
    const input = () => list(visitor).locator('[name=kept-name]');
    await rename().first().click();
    await input().fill('thrown away');
    await input().press('Escape');
    await input().waitFor({ state: 'detached' });
    await rename().first().click();
    await page.keyboard.type('my  first'); // The name is selected.
    await page.keyboard.press('Enter');
    await visitor.until((lab) => lab.rows[0].name === 'my first');
    assert.equal(
      await rename()
        .first()
        .evaluate((one) => one.matches(':focus')),
      true,
    );
    await visitor.button('Tools for resnet8 seed 5').click();
    await page.locator('input[name=run-name]').fill('my second');
    await page.locator('input[name=run-name]').press('Tab');
    await visitor.until((lab) => lab.runs.ended.every(({ name }) => name.startsWith('my ')));
    const sizes = () => visitor.lab((lab) => lab.rows.map(({ run }) => run.weights?.size));
    const size = await sizes();
    await page.waitForTimeout(50); // Another millisecond, if the names took the date of now.
    await namedOnDisk(visitor, ['my first', 'my second']);

    // Not by the address, which has the names too.
    await visitor.open(TWO);
    await visitor.statesAre('finished', 'finished');
    const [first, second] = before;
    assert.deepEqual(await ended(), [
      { name: 'my first', when: first.when },
      { name: 'my second', when: second.when },
    ]);
    assert.deepEqual(await visitor.lab((lab) => lab.rows.map(({ name }) => name)), [
      ...['my first', 'my second'],
    ]);
    assert.deepEqual(await sizes(), size);

    await openList(visitor);
    await rename().first().click();
    await input().fill('');
    await input().press('Enter');
    await visitor.until((lab) => lab.rows[0].name === 'plain8');
    await namedOnDisk(visitor, ['plain8', 'my second']);
    await visitor.page.reload();
    await visitor.statesAre('finished', 'finished');
    assert.deepEqual(
      (await ended()).map(({ name }) => name),
      ['plain8', 'my second'],
    );
  });

  visit('take two names at once', {}, async (visitor) => {
    await visitor.open(TWO);
    await visitor.trainToTheEnd();
    await stored(visitor, 2);
    await visitor.lab((lab) => {
      lab.runs.rename(lab.rows[0].config, 'one');
      lab.runs.rename(lab.rows[1].config, 'other');
    });
    await namedOnDisk(visitor, ['one', 'other']);
  });

  visit('are known to be kept while something is done to them', {}, async (visitor) => {
    await visitor.open(TWO);
    await visitor.trainToTheEnd();
    await stored(visitor, 2);
    const missed = await visitor.lab(async (lab) => {
      const [entry] = lab.runs.ended;
      const renamings = Promise.all(
        ['a', 'b', 'c', 'd'].map((to) => lab.archive.rename(entry, to)),
      );
      let looks = 0;
      let [isOver, seen] = [false, 0];
      void renamings.then(() => {
        isOver = true;
      });
      for (; !isOver; looks++) {
        await lab.recovery.look();
        if (lab.runs.ended.every(({ bytes }) => bytes > 0)) seen++;
      }
      return { looks: looks > 0, missed: looks - seen };
    });
    assert.deepEqual(missed, { looks: true, missed: 0 });
  });

  visit('are listed as soon as they are back', {}, async (visitor) => {
    await visitor.open(TWO);
    await visitor.trainToTheEnd();
    await stored(visitor, 2);
    await openList(visitor);
    const counts = await visitor.lab(async (lab) => {
      const count = () => lab.renderRoot.querySelectorAll('.kept li').length;
      await lab.archive.remove(lab.runs.ended[0]);
      await lab.updateComplete;
      const removed = count();
      const undone = lab.undo.undo();
      await lab.updateComplete;
      const back = count();
      await undone;
      return { removed, back };
    });
    assert.deepEqual(counts, { removed: 1, back: 2 });
  });

  visit('are deleted for good, or brought back', {}, async (visitor) => {
    const page = await visitor.open(TWO);
    await visitor.trainToTheEnd();
    await stored(visitor, 2);
    await openList(visitor);
    const remove = () => list(visitor).getByRole('button', { name: 'Delete' }).first().click();
    await remove();
    await undo(visitor).getByText('plain8 has been deleted').waitFor();
    await visitor.statesAre('ready', 'finished');
    assert.equal((await keptFiles(page)).filter((name) => name.endsWith('.run')).length, 1);
    await undo(visitor).getByRole('button', { name: 'Undo' }).click();
    await visitor.statesAre('finished', 'finished');
    await stored(visitor, 2);
    await undo(visitor).waitFor({ state: 'detached' });
    await remove();
    await visitor.statesAre('ready', 'finished');
    await page.keyboard.press('Control+z');
    await visitor.statesAre('finished', 'finished');
    await stored(visitor, 2);
    const size = await visitor.lab((lab) =>
      /** @type {Blob} */ (lab.rows[0].run.weights).arrayBuffer().then((b) => b.byteLength),
    );
    assert.ok(size > 1000);
    await remove();
    await visitor.statesAre('ready', 'finished');
    await page.reload();
    await visitor.statesAre('ready', 'finished');
    await openList(visitor);
    await remove();
    await visitor.statesAre('ready', 'ready');
    assert.deepEqual(await keptFiles(page), []);
  });

  visit('stay when a value is changed, and are back when it is', {}, async (visitor) => {
    const page = await visitor.open(TWO);
    await visitor.trainToTheEnd();
    const lines = async (/** @type {number} */ count) => {
      const paths = page.locator('.plot [data-mark=line] path');
      await visitor.untilSo(async () => (await paths.count()) === count, `${count} lines`);
    };
    await lines(4);
    const colors = () => visitor.lab((lab) => lab.rows.map(({ color }) => color));
    const before = await colors();
    await visitor.lab((lab) => lab.panel.edit({ lr: 0.1 }));
    await visitor.statesAre('ready', 'ready');
    assert.deepEqual(await colors(), before);
    assert.deepEqual(await visitor.lab((lab) => lab.runs.all.map(({ name }) => name)), [
      ...['plain8', 'resnet8 seed 5', 'plain8 lr 0.03', 'resnet8 lr 0.03 seed 5'],
    ]);
    await lines(4);
    const before8 = /Trained here before: plain8 lr 0.03/;
    await page.locator('figcaption', { hasText: before8 }).waitFor();
    await visitor.button('Train two networks here').click();
    await visitor.ended();
    await lines(8);
    await visitor.shoot('kept-beside');
    await visitor.lab((lab) => lab.panel.edit({ lr: 0.03 }));
    await visitor.statesAre('finished', 'finished');
    assert.deepEqual(
      await visitor.lab((lab) => lab.rows.map(({ run }) => run.facts?.recipe.lr)),
      [0.03, 0.03],
    );
    assert.equal((await names(visitor)).length, 4);
    await visitor.lab((lab) => lab.panel.changeRun(0, { depth: 14 }));
    await visitor.statesAre('ready', 'finished');
    await visitor.lab((lab) => lab.panel.changeRun(0, { depth: 8 }));
    await visitor.statesAre('finished', 'finished');
  });

  visit('are no more when they come out the same again', {}, async (visitor) => {
    const page = await visitor.open(ONE);
    await visitor.trainToTheEnd();
    await visitor.trainToTheEnd();
    await visitor.until((lab) => lab.runs.ended.length === 1);
    await stored(visitor, 1);
    assert.deepEqual(await names(visitor), ['plain8']);
    await visitor.button('Another seed').click();
    await visitor.until((lab) => lab.rows.length === 2);
    await visitor.ended();
    await visitor.statesAre('finished', 'finished');
    assert.deepEqual(
      await visitor.lab((lab) => lab.experiment.runs.map(({ seed }) => seed)),
      [1, 2],
    );
    assert.match(page.url(), /run=plain8_ended[^&]*&run=plain8_seed-2/);
  });

  visit('come back when networks are taken out, or all is reset', {}, async (visitor) => {
    const page = await visitor.open(TWO);
    await visitor.trainToTheEnd();
    await visitor.lab((lab) => lab.runs.rename(lab.rows[0].config, 'mine'));
    await visitor.button('Tools for mine').click();
    await visitor.button('Take out of the experiment').click();
    await undo(visitor).getByText('mine has been taken out').waitFor();
    await visitor.statesAre('finished');
    assert.equal((await names(visitor)).length, 2);
    await page.keyboard.press('Control+z');
    await visitor.statesAre('finished', 'finished');
    assert.equal(await visitor.lab((lab) => lab.rows[0].name), 'mine');
    await visitor.button('Change the experiment').click();
    await visitor.button('Back to the four networks').click();
    await visitor.statesAre('ready', 'ready', 'ready', 'ready');
    // What is being written keeps its own undo.
    await page.locator('input[name=epochs]').focus();
    await page.keyboard.press('Control+z');
    await visitor.statesAre('ready', 'ready', 'ready', 'ready');
    await undo(visitor).getByRole('button', { name: 'Undo' }).click();
    await visitor.statesAre('finished', 'finished');
    assert.equal(await visitor.lab((lab) => lab.rows[0].name), 'mine');
  });

  visit('have a way back in view when one is taken out', {}, async (visitor) => {
    await visitor.open('images=64&testImages=32&epochs=1&run=plain8&run=plain14&run=resnet8');
    await visitor.trainToTheEnd();
    await visitor.button('Change the experiment').click();
    await visitor.button('Take plain14 out').click();
    await visitor.untilSo(async () => {
      const { y, height } = await boxOf(undo(visitor));
      return y >= 0 && y + height <= 800;
    }, 'the way back in view');
  });

  visit('stay when a value is set for all, or a preset chosen', {}, async (visitor) => {
    const page = await visitor.open(TWO);
    await visitor.trainToTheEnd();
    await visitor.button('Change the experiment').click();
    await page.locator('select[name=all-field]').selectOption('width');
    await page.locator('select[name=all-value]').selectOption('8');
    await visitor.statesAre('ready', 'ready');
    await undo(visitor).getByText('“width” has been set for all: two networks').waitFor();
    await page.keyboard.press('Control+z');
    await visitor.statesAre('finished', 'finished');
    await page.locator('select[name=all-field]').selectOption('seed');
    await page.locator('input[name=all-value]').fill('9');
    await page.locator('input[name=all-value]').press('Tab');
    await visitor.until((lab) => lab.experiment.runs.every(({ seed }) => seed === 9));
    await visitor.button('Figure 6, small').click();
    await visitor.until((lab) => lab.rows.length === 9);
    await visitor.checkWidth();
    await visitor.shoot('presets');
    assert.deepEqual(await visitor.violations(), []);
    await undo(visitor).getByRole('button', { name: 'Undo' }).click();
    await visitor.until((lab) => lab.experiment.runs.every(({ seed }) => seed === 9));
  });

  visit('are the same in two tabs', {}, async (visitor) => {
    const page = await visitor.open(TWO);
    const other = await visitor.context.newPage();
    await other.goto(page.url());
    const states = () =>
      other.evaluate(() =>
        [...document.querySelectorAll('residua-lab')]
          .flatMap((lab) => /** @type {any} */ (lab).rows)
          .map(({ run }) => run.state)
          .join(),
      );
    await visitor.untilSo(async () => (await states()) === 'ready,ready');
    await page.bringToFront();
    await visitor.trainToTheEnd();
    await visitor.untilSo(async () => (await states()) === 'finished,finished');
    await openList(visitor);
    await list(visitor).getByRole('button', { name: 'Delete' }).first().click();
    await visitor.untilSo(async () => (await states()) === 'ready,finished');
    await undo(visitor).getByRole('button', { name: 'Undo' }).click();
    await visitor.untilSo(async () => (await states()) === 'finished,finished');
  });

  visit('go when there are more than fit, the oldest first', {}, async (visitor) => {
    await visitor.open(ONE);
    await visitor.trainToTheEnd();
    await stored(visitor, 1);
    // The first takes nearly all that there is.
    await visitor.page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const folder = await (await root.getDirectoryHandle('residua')).getDirectoryHandle('runs');
      for await (const one of /** @type {any} */ (folder).values()) {
        const file = await one.getFileHandle('0.run');
        const writable = await file.createWritable({ keepExistingData: true });
        await writable.truncate(255.99e6);
        await writable.close();
      }
    });
    await visitor.page.reload();
    await visitor.statesAre('finished');
    await visitor.lab((lab) => lab.panel.addRun());
    await visitor.lab((lab) => lab.panel.changeRun(1, { family: 'residual' }));
    await visitor.statesAre('finished', 'ready');
    await visitor.trainToTheEnd();
    await visitor.statesAre('ready', 'finished');
    assert.match(
      await textOf(list(visitor)),
      /Runs trained here: 1.*To stay within 256.MB, the oldest have gone: plain8\./s,
    );
  });

  visit('are said not to be kept while storage is full', {}, async (visitor) => {
    const page = await visitor.open(ONE);
    await visitor.trainToTheEnd();
    await stored(visitor, 1);
    const session = await visitor.context.newCDPSession(page);
    const { origin } = new URL(visitor.url);
    const limit = (/** @type {number | undefined} */ quotaSize) =>
      session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
    await limit(1000);
    await visitor.lab((lab) => lab.panel.edit({ lr: 0.1 }));
    await visitor.statesAre('ready');
    await visitor.shown.locator('.actions .primary').click();
    await visitor.until((lab) => lab.rows[0].run.state === 'finished');
    await page.locator('.runs > .note').getByText('not enough storage left').waitFor();
    await openList(visitor);
    await list(visitor).getByText('in this tab only').waitFor();
    assert.equal((await names(visitor)).length, 2);
    await limit(undefined);
    await stored(visitor, 2);
    await visitor.untilSo(async () => (await page.locator('.runs > .note').count()) === 0);
    await page.reload();
    await visitor.until((lab) => lab.runs.ended.length === 2);
  });

  visit('on images are found by them, whoever brings them', {}, async (visitor) => {
    const files = await archive();
    const page = await visitor.open(ONE);
    await visitor.drop(files);
    await visitor.until((lab) => lab.source !== null && lab.ready);
    await visitor.lab((lab) => lab.change({ images: 128, testImages: 40 }));
    await visitor.until((lab) => lab.ready && lab.preparation.planned);
    await visitor.trainToTheEnd();
    await stored(visitor, 1);
    await page.reload();
    await visitor.until((lab) => lab.rows[0].run.state === 'finished');
    await openList(visitor);
    assert.match(await textOf(list(visitor)), /128 CIFAR-10 images/);
    await visitor.lab((lab) => lab.change({ data: 'synthetic' }));
    await visitor.statesAre('ready');
    await visitor.lab((lab) => lab.change({ data: 'cifar10' }));
    await visitor.statesAre('finished');
  });

  visit('are kept when they were stopped, and come back as such', {}, async (visitor) => {
    await visitor.open('images=320&testImages=64&epochs=500&run=plain8');
    await visitor.button('Train this network here').click();
    await visitor.until((lab) => Number(lab.rows[0].run.tick?.step) > 2);
    await visitor.button('Stop').click();
    await visitor.ended();
    await stored(visitor, 1);
    const step = await visitor.lab((lab) => lab.rows[0].run.tick?.step);
    await visitor.page.reload();
    await visitor.statesAre('stopped');
    assert.equal(await visitor.lab((lab) => lab.rows[0].run.tick?.step), step);
    assert.equal(await visitor.button('Train this network here').isEnabled(), true);
  });

  visit(
    'open the experiment that they were trained in',
    { locale: 'ko-KR', width: 390 },
    async (visitor) => {
      await visitor.open(TWO);
      await visitor.trainToTheEnd();
      await stored(visitor, 2);
      await visitor.open(`${SMALL}&run=plain14`);
      await visitor.until((lab) => lab.runs.ended.length === 2);
      await openList(visitor);
      await visitor.checkWidth();
      await visitor.shoot('kept-390-ko');
      await list(visitor).getByRole('checkbox').first().check();
      await visitor.until((lab) => lab.drawn.length === 1);
      await visitor.button('이 실험 열기').click();
      await visitor.statesAre('finished', 'finished');
      assert.deepEqual(await visitor.lab((lab) => lab.drawn.length), 2);
    },
  );
});
