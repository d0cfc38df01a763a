/** The built page in a real browser: training, its controls and its states. */
import assert from 'node:assert/strict';
import { describeVisits, textOf } from './visit.js';

/** Small enough for a test; the networks are those that the page opens with. */
const SHORT = 'epochs=3&images=320&testImages=64';
const FOUR = ['plain20', 'plain56', 'resnet20', 'resnet56'];

/** Trains a network of the page's engine that is no run: 40 steps, in which a paused run takes none.
 * @param {import('./visit.js').Visitor} visitor */
function trainAnother(visitor) {
  return visitor.lab(async ({ engine }) => {
    if (!engine) throw new Error('the page has no engine');
    const data = await engine.synthetic({ images: 320, testImages: 0 });
    const net = await engine.createNet({ family: 'plain', depth: 8, width: 4 });
    await net.train(data, { epochs: 2, batchSize: 16 }).done;
    net.dispose();
  });
}

describeVisits('the page', (visit) => {
  visit('opens ready to run the four networks of the design', {}, async (visitor) => {
    const page = await visitor.open();
    const lab = await visitor.lab(({ experiment, state, rows }) => {
      return { experiment, state, names: rows.map(({ name }) => name) };
    });
    assert.deepEqual(lab.names, FOUR);
    assert.equal(lab.state, 'idle');
    const { epochs, images, testImages, batchSize, lr } = lab.experiment;
    assert.deepEqual([epochs, images, testImages, batchSize, lr], [12, 5000, 1000, 32, 0.5]);
    assert.equal(await visitor.button('Train four networks here').isEnabled(), true);
    await page.locator('#engine-chip', { hasText: 'this machine' }).waitFor();
    await page
      .locator('#engine', { hasText: /relaxed SIMD, \d thread/ })
      .waitFor({ state: 'attached' });
    assert.match(await textOf(page.locator('figcaption')), /5,000 synthetic images/);
    assert.match(await textOf(page.locator('.tags')), /synthetic data|recorded, CIFAR-10/);
    assert.equal(await page.locator('svg[role=img]').count(), 1);
    await visitor.shoot('opened');
  });

  visit('leads to the API reference where that has been made', {}, async (visitor) => {
    const page = await visitor.open('', { ready: false });
    const link = page.getByRole('link', { name: 'The library’s reference' });
    if (process.env.CI === 'true') assert.equal(await link.count(), 1, 'npm run docs makes it');
    if ((await link.count()) === 0) return;
    await link.click();
    await page.getByRole('link', { name: 'residua/element' }).first().click();
    await page.getByRole('heading', { name: 'residua/element' }).waitFor();
  });

  visit('trains all four on synthetic images, and says what happened', {}, async (visitor) => {
    const page = await visitor.open(SHORT);
    await visitor.button('Train four networks here').click();
    await visitor.until((lab) => lab.rows.every(({ run }) => run.state === 'running'));
    await visitor.until((lab) => lab.rows.every(({ run }) => Number(run.tick?.step) > 2));
    assert.equal(await page.locator('.callout').count(), 0);
    await visitor.ended();
    assert.deepEqual(await visitor.states(), Array(4).fill('finished'));

    const ticks = await visitor.lab((lab) =>
      lab.rows.map(({ run }) => run.curve.epochs.map((tick) => [tick.trainError, tick.testError])),
    );
    const expected = [0, 1, 2].map((epoch) =>
      ticks.flatMap((run) => run[epoch].map((error) => Number((Number(error) * 100).toFixed(1)))),
    );
    assert.deepEqual(await visitor.tickTable(), expected);

    assert.equal(await page.locator('.plot [data-mark=line] path').count(), 8);
    const label = await page.locator('.plot svg').getAttribute('aria-description');
    for (const name of FOUR) assert.match(label ?? '', new RegExp(`${name}: training [\\d.]+`));
    assert.match(await textOf(page.locator('.callout')), /plain56.* ended at [\d.]+/);
    assert.match(
      await textOf(page.locator('.callout')),
      /one run of small networks on synthetic images/,
    );
    assert.match(await textOf(page.locator('.said')), /has finished: training error/);
    assert.equal(await visitor.button('Train again').isEnabled(), true);
  });

  visit('pauses, goes on and stops', {}, async (visitor) => {
    await visitor.open('images=320&testImages=64&epochs=500&run=plain8&run=resnet8');
    const steps = () => visitor.lab((lab) => lab.rows.map(({ run }) => run.tick?.step));
    await visitor.button('Train two networks here').click();
    await visitor.until((lab) => lab.rows.every(({ run }) => Number(run.tick?.step) > 2));
    await visitor.button('Pause').click();
    assert.deepEqual(await visitor.states(), ['paused', 'paused']);
    await trainAnother(visitor);
    const paused = await steps();
    await trainAnother(visitor);
    assert.deepEqual(await steps(), paused);
    await visitor.button('Resume').click();
    await visitor.until(
      (lab, before) => lab.rows.every(({ run }, i) => Number(run.tick?.step) > Number(before[i])),
      paused,
    );
    assert.equal(await visitor.page.locator('fieldset:not([disabled])').count(), 0);
    await visitor.button('Stop').click();
    await visitor.ended();
    assert.deepEqual(await visitor.states(), ['stopped', 'stopped']);
    assert.match(await textOf(visitor.page.locator('.callout')), /Stopped before the end/);
    assert.equal(await visitor.button('Train two networks here').isEnabled(), true);
  });

  visit(
    'goes on with what was stopped, by a button or Undo, and it comes to the same end',
    {},
    async (visitor) => {
      const short =
        'lr=0.03&images=320&testImages=16&epochs=40&tier=simd128&run=plain8&run=resnet8';
      const page = await visitor.open(short);
      const goOn = visitor.button('Go on');
      const stopAfter = async (/** @type {number} */ step) => {
        await visitor.until(
          (lab, at) => lab.rows.every(({ run }) => Number(run.tick?.step) >= at),
          step,
        );
        await visitor.lab((lab) => lab.stop());
        await visitor.statesAre('stopped', 'stopped');
        await goOn.waitFor();
      };
      await visitor.button('Train two networks here').click();
      await stopAfter(2);
      await goOn.click();
      await stopAfter(5);
      await page.keyboard.press('Control+z');
      await visitor.statesAre('finished', 'finished');
      await visitor.ended();
      const ends = () =>
        visitor.lab((lab) =>
          lab.rows.map(({ run }) => [
            run.tick?.trajectory,
            run.tick?.step,
            run.curve.epochs.length,
          ]),
        );
      const went = await ends();
      // Nothing is left of the stopped ones.
      await visitor.until((lab) => lab.runs.ended.length === 2);
      await visitor.button('Train again').click();
      await visitor.ended();
      assert.deepEqual(await ends(), went);
      await visitor.until((lab) => lab.runs.ended.length === 2);
    },
  );

  visit('trains only what is new, until something changes for all', {}, async (visitor) => {
    await visitor.open('images=64&testImages=10&epochs=1&run=plain8');
    await visitor.trainToTheEnd();
    await visitor.lab((lab) => lab.panel.addRun());
    await visitor.lab((lab) => lab.panel.changeRun(1, { family: 'residual' }));
    await visitor.statesAre('finished', 'ready');
    await visitor.button('Train this network here').click();
    await visitor.ended();
    assert.deepEqual(await visitor.states(), ['finished', 'finished']);
    await visitor.lab((lab) => lab.change({ threads: 1 }));
    await visitor.until((lab) => lab.ready && lab.preparation.planned);
    assert.deepEqual(await visitor.states(), ['finished', 'finished']);
    await visitor.lab((lab) => lab.change({ lr: 0.1 }));
    await visitor.statesAre('ready', 'ready');
  });

  visit('can be used by keyboard alone', {}, async (visitor) => {
    const page = await visitor.open('images=64&testImages=10&epochs=1');
    const focused = () =>
      page.evaluate(() => {
        let at = /** @type {any} */ (document.activeElement);
        while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return at.name || at.textContent.trim();
      });
    /** Tabs to what is called so. @param {RegExp} name */
    const tabTo = async (name, key = 'Tab') => {
      for (let presses = 0; presses < 80; presses++) {
        await page.keyboard.press(key);
        if (name.test(await focused())) return;
      }
      assert.fail(`${name} cannot be reached; the focus is on ${await focused()}`);
    };
    await tabTo(/^Change the experiment/);
    await page.keyboard.press('Enter');
    await visitor.untilSo(async () => (await focused()) === 'The experiment');
    await tabTo(/^depth$/);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await tabTo(/^Add a network|^\+/);
    await page.keyboard.press('Enter');
    await tabTo(/^seed$/);
    await page.keyboard.press('Control+A');
    await page.keyboard.type('7');
    await tabTo(/^epochs$/);
    await page.keyboard.press('Control+A');
    await page.keyboard.type('2');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    await visitor.untilSo(async () => (await focused()) === 'Change the experiment');
    const { runs, epochs } = await visitor.lab((lab) => lab.experiment);
    assert.equal(epochs, 2);
    assert.deepEqual(
      runs.map(({ depth, seed }) => [depth, seed]),
      [
        [8, 1],
        [56, 1],
        [20, 1],
        [56, 1],
        [8, 7],
      ],
    );
    assert.match(page.url(), /run=plain8&.*run=plain8_seed-7$/);
    await tabTo(/^Train five networks here/, 'Shift+Tab');
    await page.keyboard.press('Enter');
    await visitor.until((lab) => lab.state === 'running');
    assert.equal(await focused(), 'Pause');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Stop');
    await page.keyboard.press('Enter');
    await visitor.ended();
    await visitor.untilSo(async () => /^Train/.test(await focused()));
    await page.keyboard.press('Enter');
    await visitor.ended();
    assert.deepEqual(await visitor.states(), Array(5).fill('finished'));
    assert.match(await focused(), /^Train again/);
  });

  visit('refuses what cannot be, and says where', {}, async (visitor) => {
    const page = await visitor.open('images=64&testImages=10');
    await visitor.button('Change the experiment').click();
    const epochs = page.locator('input[name=epochs]');
    await epochs.fill('0');
    await epochs.press('Tab');
    assert.match(await textOf(page.locator('.problem')), /From 1 to 1000/);
    assert.equal(await epochs.getAttribute('aria-invalid'), 'true');
    assert.equal(await visitor.button(/^Train/).isEnabled(), false);
    const why = page.locator('#obstacle');
    assert.match(await textOf(why), /“epochs” has no value that works\. From 1 to 1000/);
    await visitor.button('Done').click();
    await why.getByRole('button', { name: 'Show it' }).click();
    await page.locator('#training-title:focus').waitFor();
    await epochs.fill('1');
    await epochs.press('Tab');
    await page.locator('select[name=batchSize]').selectOption('128');
    assert.match(await textOf(page.locator('.notice')), /batch of 128 is larger/);
    assert.equal(await visitor.button(/^Train/).isEnabled(), false);
    await page.locator('select[name=batchSize]').selectOption('32');
    await visitor.until((lab) => lab.ready && lab.preparation.planned);
    await page.getByText(/Memory planned: \d+.MiB/).waitFor();
  });

  visit('survives divergence and a lack of memory', {}, async (visitor) => {
    const hopeless = 'run=plain20_norm-none_init-gaussian_sigma-10&run=resnet110_width-64';
    const page = await visitor.open(
      `images=512&testImages=10&epochs=2&batchSize=512&${hopeless}&run=plain8`,
    );
    await visitor.trainToTheEnd();
    assert.deepEqual(await visitor.states(), ['diverged', 'failed', 'finished']);
    const notices = await page.locator('.notice').allTextContents();
    assert.match(notices[0], /plain20.* diverged: .*smaller learning rate/s);
    assert.match(notices[1], /resnet110.* did not fit in memory/s);
    await visitor.shoot('troubles');
    await visitor.lab((lab) => lab.panel.removeRun(0));
    await visitor.lab((lab) => lab.panel.removeRun(0));
    await visitor.untilSo(async () => (await page.locator('.notice').count()) === 0);
  });

  visit('says so where there is no SIMD, and can do without', {}, async (visitor) => {
    await visitor.context.addInitScript(() => {
      WebAssembly.validate = () => false;
    });
    const page = await visitor.open('images=64&testImages=10&epochs=1&run=plain8', {
      ready: false,
    });
    await page.waitForSelector('.notice');
    assert.match(await textOf(page.locator('.notice')), /cannot run it yet.*update/s);
    assert.equal(await visitor.button(/^Train/).isEnabled(), false);
    await visitor.shoot('no-simd');
    await visitor.button('Try it slowly, without SIMD').click();
    await visitor.until((lab) => lab.ready && lab.preparation.planned);
    await visitor.trainToTheEnd();
    await page.locator('#engine', { hasText: /no SIMD/ }).waitFor({ state: 'attached' });
  });

  visit('leaves no worker behind when the workbench is removed', {}, async (visitor) => {
    const page = await visitor.open('images=320&testImages=64&epochs=500&run=plain8&run=resnet8');
    await visitor.button(/^Train/).click();
    await visitor.until((lab) => lab.rows.every(({ run }) => Number(run.tick?.step) > 2));
    assert.ok(page.workers().length >= 4, `${page.workers().length} workers`);
    await page.evaluate(() => document.querySelector('residua-lab')?.remove());
    await visitor.untilSo(async () => page.workers().length === 1);
    assert.deepEqual(
      page.workers().map((worker) => worker.url().replace(/.*\//, '')),
      ['data-worker.js'],
    );
  });

  for (const width of [360, 390, 1280]) {
    for (const [lang, theme] of [
      ['en-US', 'light'],
      ['ko-KR', 'dark'],
    ]) {
      const options = { width, height: 844, locale: lang, colorScheme: theme };
      visit(`fits in ${width} px, ${lang}, ${theme}`, options, async (visitor) => {
        const name = `${width}-${lang.slice(0, 2)}-${theme}`;
        const page = await visitor.open(SHORT);
        await visitor.checkWidth();
        await page.locator('button.primary').click();
        await visitor.until((lab) => lab.busy);
        await visitor.ended();
        await visitor.tickTable();
        await visitor.checkWidth();
        await visitor.shoot(name);
        if (width === 1280) {
          // Just before the second column goes, and just after.
          for (const least of [1080, 1079]) {
            await page.setViewportSize({ width: least, height: 844 });
            await visitor.checkWidth();
          }
          await page.setViewportSize({ width, height: 844 });
        }
        await page.locator('#change').click();
        await visitor.shown.locator('[part=panel]').waitFor();
        await visitor.checkWidth();
        await visitor.shoot(`${name}-panel`, width === 1280);
      });
    }
  }

  visit(
    'speaks the other language and takes the other theme at once, and next time',
    {},
    async (visitor) => {
      await visitor.open('images=64&testImages=10');
      await visitor.page.locator('#lang').selectOption('ko');
      await visitor.page.locator('#theme').selectOption('dark');
      const check = async () => {
        assert.equal(await textOf(visitor.page.locator('h1')), '깊다고 나빠질 이유는 없다');
        assert.equal(await visitor.button('여기서 신경망 네 개 학습시키기').count(), 1);
        const ground = () => getComputedStyle(document.body).backgroundColor;
        assert.equal(await visitor.page.evaluate(ground), 'rgb(20, 22, 26)');
      };
      await check();
      await visitor.open('images=64&testImages=10');
      await check();
    },
  );
});
