/** The figure in a real Chromium: what it says first, its labels, what it can show, pointing and zooming, and
 * how it looks on a phone, on paper and in forced colours. */
import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { clearOf, logTicks, smoothed } from '../../web/lab/charts/axes.js';
import { coinciding } from '../../web/lab/charts/curve-chart.js';
import { emphasised, FADED, isNamed } from '../../web/lab/charts/emphasis.js';
import { captionOf } from '../../web/lab/charts/figure-view.js';
import { textWidth } from '../../web/lab/charts/labels.js';
import { dotsOf } from '../../web/lab/charts/parts.js';
import { defaultExperiment, newRun } from '../../web/lab/experiment.js';
import { labMessages } from '../../web/lab/messages/index.js';
import { shareOf, workOf } from '../../web/lab/pace.js';
import { endsOf } from '../../web/lab/time-left.js';
import { translator } from '../../web/ui/messages.js';
import { boxOf, describeVisits, textOf } from './visit.js';

/** @typedef {import('./visit.js').Visitor} Visitor */

const IMAGES = 'images=96&testImages=32&tier=simd128';
const SMALL = `${IMAGES}&epochs=3`;
const FOUR = `${SMALL}&run=plain8&run=plain14&run=resnet8&run=resnet14`;

describe('axes', () => {
  it('smooth a curve from its first point on, or leave it as it is', () => {
    const points = [4, 0, 2, 2].map((value, at) => ({ at, value }));
    assert.deepEqual(smoothed(points, 0), points);
    const values = smoothed(points, 0.5).map(({ value }) => value);
    assert.deepEqual(values, [4, 2 / 1.5, 3 / 1.75, 3.5 / 1.875]);
  });

  it('have lines at 1, 2 and 5 of each power of ten, or at powers alone', () => {
    const near = (/** @type {number[]} */ ticks) =>
      ticks.map((tick) => Number(tick.toPrecision(3)));
    assert.deepEqual(near(logTicks([0.08, 1.1])), [0.1, 0.2, 0.5, 1]);
    assert.deepEqual(near(logTicks([1e-6, 1.1])), [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1]);
  });
});

describe('layers of a deep network', () => {
  it('are thinned to so many dots, with the range of each', () => {
    const values = Array.from({ length: 1202 }, (_, i) => (i % 2 === 0 ? 1 : 3));
    const dots = dotsOf(values, 100, [0, 10]);
    assert.ok(dots.length <= 100 && dots.length > 80, `${dots.length}`);
    for (const { low, high, value } of dots) {
      assert.ok(low === 1 && high === 3 && value > 1.5 && value < 2.5);
    }
    assert.equal(dotsOf(values.slice(0, 55), 100, [0, 10]).length, 55);
  });

  it('are marked where they lie beyond the axis', () => {
    const dots = dotsOf([0, 0.5, null, 7], 100, [0.1, 1]);
    assert.deepEqual(
      dots.map(({ layer, value, clipped }) => [layer, value, clipped]),
      [
        [1, 0.1, 'below'],
        [2, 0.5, null],
        [4, 1, 'above'],
      ],
    );
  });
});

describe('what is pointed at', () => {
  /** @param {string} name @param {string} network */
  const one = (name, network, recorded = false) => ({ names: [name], network, recorded });
  const all = [
    one('plain20', 'plain20'),
    one('plain20 Xavier', 'plain20'),
    one('r', 'resnet20', true),
  ];
  const opacities = (/** @type {Parameters<typeof emphasised>[1]} */ highlight, live = true) =>
    emphasised(all, highlight, live).map(({ opacity }) => opacity);

  it('is one network by its name, or all of its kind', () => {
    assert.deepEqual(opacities(null), [1, 1, FADED]);
    assert.deepEqual(opacities(null, false), [1, 1, 1]);
    assert.deepEqual(
      emphasised(all, 'plain20 Xavier', true).map(({ lit }) => lit),
      [false, true, false],
    );
    assert.deepEqual(
      emphasised(all.slice(1), 'plain20', true).map(({ lit }) => lit),
      [true, false],
    );
    assert.deepEqual(opacities('resnet110'), [1, 1, FADED]);
  });

  it('lights up its own name, and that of its kind unless another run has it', () => {
    const rows = ['plain20', 'plain20 Xavier'].map((name) => ({ name, config: newRun() }));
    const lit = (/** @type {string} */ highlight, some = rows) =>
      ['plain20', 'plain20 Xavier', 'plain56'].filter((word) => isNamed(word, highlight, some));
    assert.deepEqual(lit('plain20'), ['plain20']);
    assert.deepEqual(lit('plain20 Xavier'), ['plain20 Xavier']);
    assert.deepEqual(lit('plain20 Xavier', rows.slice(1)), ['plain20', 'plain20 Xavier']);
  });
});

describe('labels', () => {
  it('are one where learning rates end in one point', () => {
    /** @param {string} name @param {number} value */
    const series = (name, value, lit = false) =>
      /** @type {any} */ ({ name, lit, recorded: false, test: [{ at: 9, value }] });
    const named = (/** @type {any[]} */ all) =>
      coinciding(all).map((members) => members.map(({ name }) => name));
    const all = [series('a', 0.1), series('b', 0.1), series('c', 0.2), series('d', 0.1)];
    assert.deepEqual(named(all), [['a', 'b', 'd'], ['c']]);
    const pointed = [series('a', 0.1), series('b', 0.1, true), series('d', 0.1)];
    assert.deepEqual(named(pointed), [['a', 'd'], ['b']]);
  });

  it('take more room in bold', () => {
    const label = 'resnet20  0.000334';
    assert.ok(textWidth(label, 13, true) > 1.1 * textWidth(label, 13));
  });
});

describe('the caption', () => {
  /** @param {'en' | 'ko'} lang @param {Partial<import('../../web/lab/index.js').RunConfig>[]} runs */
  const caption = (lang, runs, figure = 'errors') => {
    const experiment = { ...defaultExperiment(), runs: runs.map((run) => newRun(run)) };
    const lab = {
      ...{ experiment, figure, isSynthetic: true, drawn: [], reference: { drawn: [] } },
      ...{ chart: { view: { smoothing: 0, overSeeds: true } }, runs: { haveSeeds: false } },
    };
    return captionOf(/** @type {any} */ ({ lab, t: translator(labMessages, lang), lang }));
  };
  const bare = /** @type {const} */ ({ norm: 'none' });

  it('says that no network has batch norm, where names cannot', () => {
    assert.match(caption('en', [bare, bare]), /two networks of width 4 without batch norm\./);
    assert.match(caption('en', [bare, bare], 'layers'), /of width 4 without batch norm in/);
    assert.match(caption('en', [bare, { ...bare, width: 8 }]), /two networks without batch norm\./);
    assert.match(caption('ko', [bare, bare]), /두 개\(너비 4, 배치 정규화 없음\)의/);
    assert.match(caption('ko', [bare, { ...bare, width: 8 }]), /두 개\(배치 정규화 없음\)의/);
    assert.match(caption('ko', [{}, { width: 8 }]), /두 개의 학습/);
    assert.doesNotMatch(caption('en', [bare, {}]), /batch norm/);
  });

  it('says how training errors are counted', () => {
    assert.match(caption('en', [{}]), /counted while the network trains/);
    assert.match(caption('ko', [{}]), /학습해 나가는 동안 센 값/);
    assert.doesNotMatch(caption('en', [{}], 'loss'), /counted/);
  });
});

describe('the label of guessing', () => {
  const area = { x: [0, 100], y: [0, 1] };

  it('stands over the curves that end just above its rule, and on the rule otherwise', () => {
    const spots = [
      { at: 10, value: 0.94 },
      { at: 90, value: 0.85 },
      { at: 90, value: 0.99 },
    ];
    assert.equal(clearOf(spots, area, 0.9), 0.9);
    assert.equal(clearOf([...spots, { at: 80, value: 0.92 }], area, 0.9), 0.92);
  });
});

describe('the time that is left', () => {
  const share = (/** @type {number} */ networks) => shareOf(networks, 1, 2);

  it('counts on the cores that networks leave as they end', () => {
    // Two cores, three networks: each has two thirds of its pace until the first has ended.
    const tasks = [20, 60, 60].map((left) => ({ left, rate: 1 }));
    const near = (/** @type {number[]} */ ends) => ends.map((end) => Math.round(end * 1e6) / 1e6);
    assert.deepEqual(near(endsOf(tasks, 4, share)), [30, 70, 70]);
    // Two at a time: the third begins when the first has ended.
    assert.deepEqual(near(endsOf(tasks, 2, share)), [20, 60, 80]);
  });

  it('counts a test image as the third of one that is trained on', () => {
    assert.equal(workOf(10, 2, { batchSize: 32, testImages: 300 }), 320 + 200);
  });
});

describeVisits('the figure', (visit) => {
  const lines = (/** @type {Visitor} */ visitor) =>
    visitor.shown.locator('.plot [data-mark=line] path').evaluateAll((all) =>
      all.map((one) => ({
        opacity: Number(one.getAttribute('stroke-opacity') ?? 1),
        width: Number(one.getAttribute('stroke-width')),
      })),
    );
  const labels = (/** @type {Visitor} */ visitor) =>
    visitor.shown.locator('.plot [data-mark=label] text');
  /** @param {Visitor} visitor @param {string} selector */
  const inView = async (visitor, selector) => {
    const { y, height } = await boxOf(visitor.shown.locator(selector));
    const { height: window } = visitor.page.viewportSize() ?? assert.fail();
    assert.ok(y >= 0 && y + height <= window, `${selector} at ${y} to ${y + height} of ${window}`);
  };
  const tools = (/** @type {Visitor} */ visitor) =>
    visitor.shown.locator('.figure-tools summary').click();

  for (const [how, options] of /** @type {[string, any][]} */ ([
    ['on a laptop', { width: 1280, height: 800 }],
    ['on a phone', { width: 390, height: 844, hasTouch: true, isMobile: true }],
  ])) {
    visit(`says first what happened, ${how}`, options, async (visitor) => {
      await visitor.open(FOUR);
      await inView(visitor, '.actions .primary');
      const cut = visitor.shown.locator('.plot').getByText('learning rate ÷ 10');
      await cut.waitFor(); // Of the recorded runs.
      await visitor.trainToTheEnd();
      await visitor.shown.locator('.headline').waitFor();
      await inView(visitor, '.headline');
      assert.equal(await cut.count(), 0, 'the schedule of these runs has no such cut');
      const [sentence, chart] = await Promise.all(
        ['.headline', '.plot'].map((part) => boxOf(visitor.shown.locator(part))),
      );
      assert.ok(sentence.y + sentence.height <= chart.y, 'above the chart');
      // One label a network, with its training and test error, outside the plot.
      assert.equal(await labels(visitor).count(), 4);
      for (const text of await labels(visitor).allTextContents()) {
        assert.match(text, /(plain|resnet)(8|14) *[\d.]+ \/ [\d.]+\u202f%/);
      }
      await visitor.checkWidth();
      assert.deepEqual(await visitor.violations(), []);
      await visitor.shoot(`figure-first-${options.width}`, false);
    });
  }

  visit(
    'has own curves stand out from the start, and recorded ones step back',
    {},
    async (visitor) => {
      const page = await visitor.open(`${IMAGES}&epochs=500&run=plain8`);
      const recorded = page.locator('.plot [data-mark=recorded] path');
      await recorded.first().waitFor();
      const opacity = () => recorded.first().getAttribute('stroke-opacity');
      assert.equal(Number((await opacity()) ?? 1), 1);
      assert.ok((await labels(visitor).count()) <= 8);
      await visitor.shown.locator('.actions .primary').click();
      await visitor.untilSo(
        async () => Number(await opacity()) === FADED,
        'recorded runs that step back',
      );
      await visitor.until((lab) => Number(lab.rows[0].run.tick?.step) > 2);
      await visitor.untilSo(async () => (await labels(visitor).count()) === 1, 'one label');
      assert.ok((await lines(visitor)).every((line) => line.opacity === 1));
      await visitor.button('Stop').click();
      await visitor.ended();
    },
  );

  visit('lights up what its row, a word or the pointer names', {}, async (visitor) => {
    const page = await visitor.open(`${SMALL}&run=plain20&run=plain56`);
    await visitor.lab((lab) => lab.reference.show(false));
    await visitor.trainToTheEnd();
    const dimmed = async () => (await lines(visitor)).filter(({ opacity }) => opacity < 1).length;
    const isDimmed = (/** @type {number} */ count) =>
      visitor.untilSo(async () => (await dimmed()) === count, `${count} dim`);
    await isDimmed(0);
    await page.locator('.networks-table tbody tr').first().hover();
    await isDimmed(2);
    await page.locator('h1').first().hover();
    await isDimmed(0);
    const word = page.locator('.looks [data-network=plain56]').first();
    await word.hover();
    await isDimmed(2);
    await page.locator('tr[data-network=plain56][data-lit]').waitFor();
    // The other way round: a line that is pointed at marks its row and its words.
    await page.locator('h1').first().hover();
    await isDimmed(0);
    const dot = page.locator('.plot [data-mark=dot] circle').first();
    let off = 3; // Another each time, or the pointer would not move.
    await visitor.untilSo(async () => {
      const end = await boxOf(dot);
      off = 7 - off;
      await page.mouse.move(end.x + off, end.y + off);
      return (await dimmed()) === 2;
    }, '2 dim by a dot');
    await page.locator('tr[data-lit]').waitFor();
    await page.locator('.looks [data-lit]').first().waitFor();
  });

  visit(
    'shows loss and learning rate, against epochs or time, smoothed, on a log scale',
    {},
    async (visitor) => {
      const page = await visitor.open(FOUR);
      await visitor.lab((lab) => lab.reference.show(false));
      await visitor.trainToTheEnd();
      const plot = page.locator('.plot');
      for (const [name, title, count] of /** @type {[string, string, number][]} */ ([
        ['loss', 'loss', 8],
        ['learning rate', 'learning rate', 4],
      ])) {
        await page.getByRole('radio', { name }).check();
        await plot.getByText(title, { exact: true }).first().waitFor();
        assert.equal((await lines(visitor)).length, count);
      }
      await page.getByRole('radio', { name: 'loss' }).check();
      const losses = await visitor.lab((lab) =>
        lab.rows.map(({ run }) => [
          Number(run.curve.train.at(-1)?.loss),
          Number(run.tick?.trainLoss),
        ]),
      );
      for (const [drawn, said] of losses) assert.ok(Math.abs(drawn - said) < 1e-9);
      await tools(visitor);
      await page.locator('select[name=against]').selectOption('epochs');
      await plot.getByText('epoch', { exact: true }).waitFor();
      await page.locator('select[name=against]').selectOption('seconds');
      await plot.getByText('time (min:s)').waitFor();
      await page.getByLabel('logarithmic').check();
      await page.locator('input[name=smoothing]').fill('0.9');
      await page
        .locator('figcaption', { hasText: 'Training curves are smoothed (0.90).' })
        .waitFor();
      assert.equal((await lines(visitor)).length, 8);
      assert.deepEqual(await visitor.violations(), []);
      await visitor.shoot('figure-loss', false);
    },
  );

  visit(
    'looks closer at what is dragged over or asked for by keys, and has a way back',
    {},
    async (visitor) => {
      const page = await visitor.open(FOUR);
      await visitor.lab((lab) => lab.reference.show(false));
      await visitor.trainToTheEnd();
      const domain = () =>
        page
          .locator('.plot [data-mark="x-axis tick label"] text')
          .allTextContents()
          .then((all) => all.map(Number));
      const whole = await domain();
      const box = await boxOf(page.locator('.plot'));
      await page.mouse.move(box.x + 150, box.y + 100);
      await page.mouse.down();
      await page.mouse.move(box.x + 320, box.y + 104, { steps: 4 });
      await page.locator('.cursor .selection').waitFor();
      await page.mouse.up();
      await page.locator('#whole-figure').waitFor();
      const closer = await domain();
      assert.ok(
        closer[0] > whole[0] && Number(closer.at(-1)) < Number(whole.at(-1)),
        `${closer} of ${whole}`,
      );
      await page.locator('#whole-figure').click();
      await visitor.untilSo(async () => `${await domain()}` === `${whole}`, 'the whole figure');
      // At its left end, the latest test lies before what is looked at.
      const axis = page.locator('.plot [data-mark="x-axis tick label"] text');
      const [from, to] = [await boxOf(axis.first()), await boxOf(axis.last())];
      const at = (/** @type {number} */ share) => from.x + share * (to.x - from.x);
      await page.mouse.move(at(0.6), box.y + 60);
      await page.mouse.down();
      await page.mouse.move(at(0.9), box.y + box.height - 60, { steps: 4 });
      await page.mouse.up();
      await page.locator('#whole-figure').waitFor();
      assert.equal(await page.evaluate(() => String(getSelection())), '', 'selects no text');
      await page.mouse.move(at(0.05), box.y + 80);
      await page.mouse.move(at(0.02), box.y + 90);
      await page.locator('.readout').waitFor();
      const shownFrom = (await boxOf(page.locator('.plot [data-mark="y-axis tick label"]'))).x;
      const dots = await page.locator('.cursor circle').all();
      for (const dot of dots) assert.ok((await boxOf(dot)).x > shownFrom, 'a dot outside');
      await page.keyboard.press('Escape');
      await page.locator('#whole-figure').click();
      await page.locator('.plot').focus();
      await page.keyboard.press('+');
      await page.locator('#whole-figure').waitFor();
      await page.keyboard.press('-');
      await page.locator('#whole-figure').waitFor({ state: 'detached' });
    },
  );

  visit('fills the screen', {}, async (visitor) => {
    const page = await visitor.open(FOUR);
    await visitor.trainToTheEnd();
    // Asked of the figure that is shown now: one that has just been replaced has no width.
    const width = () =>
      visitor.lab((lab) => lab.renderRoot.querySelector('.plot svg')?.clientWidth ?? 0);
    await visitor.untilSo(async () => (await width()) > 0, 'a figure that is drawn');
    const before = await width();
    await tools(visitor);
    await page.locator('#full-screen').click();
    await visitor.untilSo(
      async () => (await width()) > 1.4 * before,
      'a figure that fills the screen',
    );
    const whole = await visitor.lab((lab) =>
      ['.headline', '.chart', 'figcaption'].map((part) => {
        const { top, bottom } = lab.renderRoot.querySelector(part)?.getBoundingClientRect() ?? {};
        return Number(top) >= 0 && Number(bottom) <= innerHeight;
      }),
    );
    assert.deepEqual(whole, [true, true, true], 'all of it is in view');
    await visitor.shoot('figure-full', false);
    await tools(visitor);
    await page.locator('#full-screen').click();
    await visitor.untilSo(async () => (await width()) < 1.2 * before, 'a figure that is back');
  });

  const phone = { width: 390, height: 844, hasTouch: true, isMobile: true };
  visit('tells a finger its values, and has targets for it', phone, async (visitor) => {
    const page = await visitor.open(FOUR);
    await visitor.trainToTheEnd();
    const box = await boxOf(page.locator('.plot'));
    await page.touchscreen.tap(box.x + 120, box.y + 60);
    await page.locator('.readout').waitFor();
    assert.match(await textOf(page.locator('.readout')), /train.*%/s);
    await page.locator('h1').first().tap();
    await page.locator('.readout').waitFor({ state: 'detached' });
    const header = await boxOf(page.locator('header'));
    assert.ok(header.height < 64, `a header of ${header.height} px`);
    await tools(visitor);
    await visitor.button('Change the experiment').tap();
    await page.locator('.networks .remove').first().waitFor();
    const small = await page.evaluate(() => {
      const roots = [
        document,
        ...[...document.querySelectorAll('residua-lab')].map((lab) => lab.shadowRoot),
      ];
      const all = roots.flatMap((root) => [
        ...(root ?? document).querySelectorAll('button, select, summary, nav a, label, input'),
      ]);
      return all
        .filter((one) => !['checkbox', 'radio'].includes(one.getAttribute('type') ?? ''))
        .map((one) => {
          const { width, height } = one.getBoundingClientRect();
          return { name: one.textContent.trim() || one.outerHTML, side: Math.min(width, height) };
        })
        .filter(({ side }) => side > 0 && side < 43.5);
    });
    assert.deepEqual(small, []);
    await visitor.button('Done').tap();
    const toDrop = page.getByText(/\bdrop\b/).filter({ visible: true });
    assert.equal(await toDrop.count(), 0, 'a finger drops nothing');
    await page.locator('.menu-button').tap();
    await page.locator('#engine-chip').waitFor();
    await visitor.checkWidth();
    assert.deepEqual(await visitor.violations(), []);
    await visitor.shoot('figure-phone-menu', false);
  });

  visit(
    'keeps what pauses training in one row, in view, while it lasts',
    phone,
    async (visitor) => {
      const page = await visitor.open(`${IMAGES}&epochs=500&run=plain8`);
      await visitor.shown.locator('.actions .primary').tap();
      await visitor.until((lab) => Number(lab.rows[0].run.tick?.step) > 2);
      for (const place of [0, 400, 1200]) {
        await page.evaluate((to) => scrollTo(0, to), place);
        await inView(visitor, '#stop');
      }
      const { height } = await boxOf(visitor.shown.locator('.actions'));
      assert.ok(height < 70, `${height} px`);
      await page.locator('#stop').tap();
      await visitor.ended();
      assert.equal(
        await visitor.shown.locator('.actions').evaluate((one) => getComputedStyle(one).position),
        'static',
      );
    },
  );

  visit('is on white paper, in a dark theme too', { colorScheme: 'dark' }, async (visitor) => {
    const page = await visitor.open(FOUR);
    await page.locator('#theme').selectOption('dark');
    await visitor.trainToTheEnd();
    await page.emulateMedia({ media: 'print' });
    const seen = await visitor.shown.evaluate((lab) => {
      const style = (/** @type {string} */ part) =>
        getComputedStyle(/** @type {Element} */ (lab.shadowRoot?.querySelector(part)));
      return {
        ink: getComputedStyle(lab).color,
        bar: style('.actions').display,
        kinds: style('.kinds').display,
        left: style('.networks-table td.now').display,
        caption: style('figcaption').color,
      };
    });
    assert.equal(seen.ink, 'rgb(29, 29, 27)');
    assert.deepEqual([seen.bar, seen.kinds, seen.left], ['none', 'none', 'none']);
    assert.equal(seen.caption, 'rgb(98, 96, 90)');
    const pdf = await page.pdf({ format: 'A4' });
    assert.ok(pdf.length > 10000);
    await visitor.shoot('figure-print');
  });

  const forced = { forcedColors: /** @type {const} */ ('active') };
  visit('keeps its colours where colours are forced', forced, async (visitor) => {
    const page = await visitor.open(FOUR);
    await visitor.trainToTheEnd();
    const swatches = await page
      .locator('.networks-table .swatch')
      .evaluateAll((all) => all.map((one) => getComputedStyle(one).borderTopColor));
    assert.equal(new Set(swatches).size, 2, 'a hue for each family');
    const primary = await visitor.shown.locator('.actions .primary').evaluate((one) => {
      const { color, backgroundColor } = getComputedStyle(one);
      return [color, backgroundColor];
    });
    assert.notEqual(primary[0], primary[1]);
    const ground = await page.evaluate(() => {
      document.body.style.background = 'Canvas';
      return getComputedStyle(document.body).backgroundColor;
    });
    const edges = (/** @type {import('playwright-core').Locator} */ buttons) =>
      buttons.evaluateAll((all) => all.map((one) => getComputedStyle(one).borderTopColor));
    const quiet = await edges(visitor.shown.locator('button.quiet'));
    assert.deepEqual([...new Set(quiet)], [ground], 'what looks like a link has no edge');
    const [chosen, ...others] = await edges(page.locator('residua-strip').getByRole('radio'));
    assert.deepEqual([...new Set(others)], [ground], 'only the chosen image has an edge');
    assert.notEqual(chosen, ground);
    await visitor.shoot('figure-forced', false);
  });

  for (const width of [390, 1280]) {
    visit(`is gone through with Tab as it is seen, ${width} px`, { width }, async (visitor) => {
      await visitor.open(`${SMALL}&run=plain8`);
      await visitor.trainToTheEnd();
      const stops = await visitor.lab((lab) => {
        const all = 'button, summary, [tabindex="0"], input:checked';
        return [...lab.renderRoot.querySelectorAll(`.right :is(${all})`)]
          .filter((one) => one.checkVisibility())
          .map((one) => {
            const { top, bottom } = one.getBoundingClientRect();
            return { name: one.textContent?.trim(), top, bottom };
          });
      });
      assert.ok(stops.length > 8, `${stops.length} stops`);
      const back = stops.filter(({ bottom }, i) => bottom < (stops[i - 1]?.top ?? bottom));
      assert.deepEqual(back, []);
    });
  }

  visit('leaves the focus on its button when training begins and ends', {}, async (visitor) => {
    const page = await visitor.open(`${SMALL}&run=plain8`);
    const focused = () => visitor.lab((lab) => lab.shadowRoot?.activeElement?.className);
    await visitor.shown.locator('.actions .primary').focus();
    await page.keyboard.press('Enter');
    await visitor.until((lab) => lab.busy);
    assert.equal(await focused(), 'primary');
    await visitor.ended();
    assert.equal(await focused(), 'primary');
  });

  visit('says what helps where nothing answers', {}, async (visitor) => {
    const page = await visitor.open(`${SMALL}&run=plain8`);
    await visitor.lab((lab) => {
      lab.src = 'http://localhost:1/run.json';
    });
    await page.locator('.notice').waitFor();
    const said = (await page.locator('.notice').textContent()) ?? '';
    assert.match(
      said,
      /run.json could not be fetched, since nothing answers: check the connection/,
    );
    assert.doesNotMatch(said, /Failed to fetch/);
    visitor.complaints = [];
  });

  visit('is saved with its caption', {}, async (visitor) => {
    const page = await visitor.open(FOUR);
    await visitor.trainToTheEnd();
    await tools(visitor);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      visitor.button('Save as SVG').click(),
    ]);
    const svg = (await buffer(await download.createReadStream())).toString();
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
    const caption = await textOf(page.locator('figcaption'));
    assert.ok(
      texts
        .join('')
        .replace(/\s+/g, ' ')
        .includes(caption.replace(/\s+/g, ' ').trim().slice(8, 60)),
    );
  });
});
