/** The chapters in a real browser: what each opens with, its variations, and the ways between. */
import assert from 'node:assert/strict';
import { describeVisits, textOf } from './visit.js';

/** @typedef {import('./visit.js').Visitor} Visitor */

const SMALL = 'epochs=1&images=64&testImages=10';
/** Pixels at the end of the row of links that fade where it scrolls. */
const FADED = 32;

describeVisits('chapters', (visit) => {
  const names = (/** @type {Visitor} */ visitor) =>
    visitor.lab((lab) => lab.rows.map(({ name }) => name));
  const hash = (/** @type {Visitor} */ visitor) => visitor.page.evaluate(() => location.hash);
  /** @param {Visitor} visitor @param {string} name */
  const chapter = async (visitor, name) => {
    await visitor.page.locator('.chapters').getByRole('link', { name }).click();
    await visitor.until((lab) => lab.preparation.planned !== null);
  };

  visit('the first adds the depths between, and keeps what is trained', {}, async (visitor) => {
    await visitor.open(SMALL);
    await visitor.trainToTheEnd();
    await visitor.button('Add 32 and 44 layers').click();
    const depths = [20, 32, 44, 56];
    const expected = ['plain', 'resnet'].flatMap((name) => depths.map((d) => `${name}${d}`));
    assert.deepEqual(await names(visitor), expected);
    const ended = await visitor.states();
    assert.deepEqual(
      expected.filter((_, i) => ended[i] === 'finished'),
      ['plain20', 'plain56', 'resnet20', 'resnet56'],
    );
    assert.equal(await visitor.button('Train four networks here').isEnabled(), true);
    assert.match(await hash(visitor), /^#epochs=1&.*run=resnet44/);
  });

  visit('of the gradients: they vanish, explode, or neither', {}, async (visitor) => {
    const page = await visitor.open('chapter=signals');
    const flows = () =>
      visitor.lab((lab) =>
        Object.fromEntries(
          lab.rows.map(({ name, run: { firstLayerStats: first } }) => {
            if (!first) throw new Error(`${name} has no statistics`);
            const grown = (/** @type {number[]} */ values) => values[values.length - 1] / values[0];
            return [
              name,
              { activation: grown(first.activationRms), gradient: first.gradientRms[0] },
            ];
          }),
        ),
      );
    const train = async () => {
      await visitor.lab((lab) => lab.change({ images: 320, testImages: 10, epochs: 1 }));
      await visitor.trainToTheEnd();
    };
    await train();
    const drawn = await flows();
    const [he, small, large] = ['', ' Gaussian σ0.05', ' Gaussian σ0.5'].map(
      (init) => drawn[`plain20${init}`],
    );
    assert.ok(small.activation < 1e-8 && small.gradient < 1e-12, JSON.stringify(small));
    assert.ok(large.activation > 1e5 && large.gradient > 1e5, JSON.stringify(large));
    assert.ok(he.activation > 1e-3 && he.activation < 1e3, JSON.stringify(he));
    assert.ok(he.gradient > 1e-4 && he.gradient < 1e2, JSON.stringify(he));
    assert.deepEqual(await visitor.states(), ['finished', 'finished', 'finished', 'diverged']);
    // Two parts of four networks, first and latest; what has vanished to zero is not drawn.
    assert.ok((await page.locator('.plot [data-mark=line] path').count()) >= 14);
    assert.match(
      String(await page.locator('.plot svg').getAttribute('aria-description')),
      /plain20 Xavier: activation/,
    );
    await visitor.shoot('signals');
    const callout = async () => (await textOf(page.locator('.callout'))).replace(/\s+/g, ' ');
    assert.match(
      await callout(),
      /last layer’s activations divided by the first one’s, in the first step: /,
    );
    const withNorm = visitor.button('The same with batch norm');
    await withNorm.click();
    assert.equal(await withNorm.getAttribute('aria-pressed'), 'true');
    await train();
    for (const [name, { activation, gradient }] of Object.entries(await flows())) {
      assert.ok(activation > 0.1 && activation < 10, `${name}: ${activation}`);
      assert.ok(gradient > 1e-3 && gradient < 1e2, `${name}: ${gradient}`);
    }
    assert.match(
      await callout(),
      /first layer’s gradient .* in the first step: [\d.]+ in plain20, [\d.]+ in plain20 Xavier, [\d.]+ in/,
    );
    await page.getByRole('radio', { name: 'error', exact: true }).check();
    assert.match(await textOf(page.locator('figcaption')), /^Figure. Training error/);
  });

  visit('of the shortcut: block, costs and experiments', {}, async (visitor) => {
    const page = await visitor.open('chapter=shortcut');
    assert.equal(await page.title(), 'Residua: A shortcut changes the question');
    assert.deepEqual(await names(visitor), ['plain56', 'resnet20', 'resnet56']);
    assert.match(
      String(await page.locator('.block svg').getAttribute('aria-label')),
      /added to F\(x\)/,
    );
    // The paper's Table 6 has 0.85 million for 56 layers of option A.
    const costs = page.locator('.options tbody .number');
    await costs.getByText('853,018').waitFor();
    assert.deepEqual(await costs.allTextContents(), ['853,018', '855,770', '900,858']);
    await visitor.button('Compare options A, B and C').click();
    assert.deepEqual(await names(visitor), [
      ...['resnet20', 'resnet20 B', 'resnet20 C'],
      ...['resnet56', 'resnet56 B', 'resnet56 C'],
    ]);
    await visitor.button('110 layers').click();
    assert.deepEqual(await names(visitor), ['resnet56', 'resnet110']);
    assert.equal(await visitor.lab((lab) => lab.experiment.schedule), 'paper');
    assert.match(
      await hash(visitor),
      /^#chapter=shortcut&schedule=paper&run=resnet56&run=resnet110$/,
    );
    await visitor.shoot('shortcut');
  });

  visit('of the branches: responses of every layer, live', {}, async (visitor) => {
    const page = await visitor.open(`chapter=branches&${SMALL}`);
    await visitor.lab((lab) => lab.reference.show(false));
    await visitor.button('Train four networks here').click();
    await visitor.ended();
    const measured = await visitor.lab((lab) =>
      lab.rows.map(({ run }) => [
        run.layers?.length,
        run.layers?.filter(({ residualRatio }) => residualRatio !== null).length,
      ]),
    );
    assert.deepEqual(measured, [
      [19, 0],
      [55, 0],
      [19, 9],
      [55, 27],
    ]);
    await page.locator('.plot [data-mark=line] path').first().waitFor({ state: 'attached' });
    // In order and by size for all, the ratio for the residual ones.
    assert.equal(await page.locator('.plot [data-mark=line] path').count(), 10);
    assert.match(await textOf(page.locator('.callout')), /responses of resnet56 have a/);
    assert.match(await textOf(page.locator('figcaption')), /width 4, on synthetic test/);
    await visitor.checkWidth();
    await visitor.shoot('branches');
  });

  visit('keep their curves, and train on, while another is read', {}, async (visitor) => {
    const page = await visitor.open('images=320&testImages=64&epochs=500&run=plain8');
    await visitor.button('Train this network here').click();
    await visitor.until((lab) => Number(lab.rows[0].run.tick?.step) > 2);
    await chapter(visitor, 'Shortcuts');
    assert.match(await page.title(), /^\d+ % · Residua: A shortcut changes the question$/);
    const marks = page.locator('.chapters a', { has: page.getByRole('img', { name: 'training' }) });
    assert.match(await textOf(marks), /^Depth/);
    assert.equal(await textOf(page.locator('h1:visible')), 'A shortcut changes the question');
    assert.equal(await textOf(page.locator('a[aria-current=page]')), 'Shortcuts');
    await chapter(visitor, 'Depth');
    assert.deepEqual(await names(visitor), ['plain8']);
    assert.deepEqual(await visitor.states(), ['running']);
    const seen = await visitor.lab((lab) => Number(lab.rows[0].run.tick?.step));
    await visitor.until((lab, before) => Number(lab.rows[0].run.tick?.step) > before, seen);
    await visitor.button('Stop').click();
    await visitor.ended();
    assert.equal(await page.title(), 'Residua: Deeper should not be worse');
    assert.equal(await marks.count(), 0);
  });

  visit('lead on to the next, by link and by the browser’s way back', {}, async (visitor) => {
    const page = await visitor.open();
    await page.getByRole('link', { name: 'Next chapter: Was it the gradients?' }).click();
    await page.locator('#lab-signals table').first().waitFor();
    assert.equal(await page.evaluate(() => scrollY), 0);
    await page.goBack();
    assert.equal(await textOf(page.locator('h1:visible')), 'Deeper should not be worse');
    await visitor.open('chapter=no-such-chapter&epochs=3');
    assert.equal(await visitor.page.title(), 'Residua: Deeper should not be worse');
    assert.equal(await visitor.lab((lab) => lab.experiment.epochs), 3);
    await visitor.page.getByText('names a chapter “no-such-chapter”').waitFor();
    await chapter(visitor, 'Shortcuts');
    assert.equal(await visitor.page.getByText('names a chapter').count(), 0);
  });

  visit('and their experiments are places of the history', {}, async (visitor) => {
    const page = await visitor.open(SMALL);
    await visitor.trainToTheEnd();
    await visitor.lab((lab) => lab.panel.edit({ lr: 0.1 }));
    await visitor.statesAre(...Array(4).fill('ready'));
    await visitor.button('Add 32 and 44 layers').click();
    await visitor.until((lab) => lab.rows.length === 8);
    await chapter(visitor, 'Shortcuts');
    await visitor.button('110 layers').click();
    assert.deepEqual(await names(visitor), ['resnet56', 'resnet110']);
    const back = async (/** @type {string} */ shown) => {
      await page.goBack();
      await visitor.untilSo(async () => (await names(visitor)).join() === shown, shown);
    };
    const four = ['plain20', 'plain56', 'resnet20', 'resnet56'].join();
    await back('plain56,resnet20,resnet56');
    await back('plain20,plain32,plain44,plain56,resnet20,resnet32,resnet44,resnet56');
    await back(four);
    assert.equal(await visitor.lab((lab) => lab.experiment.lr), 0.1);
    await page.goBack();
    await visitor.statesAre(...Array(4).fill('finished'));
    assert.equal(await visitor.lab((lab) => lab.experiment.lr), 0.5);
    await page.goForward();
    await visitor.statesAre(...Array(4).fill('ready'));
    await page.goForward();
    await visitor.until((lab) => lab.rows.length === 8);
    await page.goForward();
    await visitor.untilSo(async () => (await names(visitor)).length === 3);
    await page.goForward();
    await visitor.untilSo(async () => (await names(visitor)).join() === 'resnet56,resnet110');
    assert.match(await hash(visitor), /^#chapter=shortcut&schedule=paper/);
  });

  // Contrast is a theme's, names are a language's: two visits see both of each.
  const LOOKS = [
    ['light', 'en-US'],
    ['dark', 'ko-KR'],
  ];
  for (const [colorScheme, locale] of LOOKS) {
    const how = { colorScheme, locale };
    visit(`are accessible, ${colorScheme}, ${locale}`, how, async (visitor) => {
      for (const id of ['depth', 'signals', 'shortcut', 'branches']) {
        await visitor.open(`chapter=${id}&${SMALL}`);
        assert.deepEqual(await visitor.violations(), []);
        await visitor.trainToTheEnd();
        await visitor.lab((lab) => lab.openPanel());
        assert.deepEqual(await visitor.violations(), []);
      }
    });
  }

  for (const [theme, locale] of LOOKS) {
    const phone = { width: 390, height: 844, colorScheme: theme, locale };
    visit(`fit a phone, ${theme}, ${locale}`, phone, async (visitor) => {
      for (const id of ['signals', 'shortcut', 'branches']) {
        const page = await visitor.open(`chapter=${id}`);
        await visitor.checkWidth();
        const link = await page.locator('.chapters [aria-current]').boundingBox();
        const row = await page.locator('.chapters').boundingBox();
        assert.ok(link && row && link.x >= row.x, 'the link to the chapter is in view');
        assert.ok(link.x + link.width <= row.x + row.width - FADED, 'nor is it faded');
        const parts = ['.chart', '.actions', '.kinds', '.networks-table', 'figcaption'];
        const boxes = await Promise.all(
          parts.map((part) => visitor.shown.locator(part).first().boundingBox()),
        );
        const tops = boxes.map((box) => box?.y ?? NaN);
        assert.deepEqual(
          tops,
          tops.toSorted((a, b) => a - b),
          parts.join(' above '),
        );
        await visitor.shoot(`${id}-phone-${theme}`);
      }
    });
  }
});
