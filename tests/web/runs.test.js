/** Runs as things on the page: to name, hide, delete, copy, sweep, save, hand on and take in. */
import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { PNG } from 'pngjs';
import { createEngine, readRun, writeRun } from 'residua';
import { aRun } from '../runs.js';
import { describeVisits, textOf } from './visit.js';

/** @typedef {import('./visit.js').Visitor} Visitor */

const SMALL = 'images=128&testImages=40&epochs=2&tier=simd128';
/** @type {import('./visit.js').Options} */
const BLOCKED = { serviceWorkers: 'block' };
const TWO = `${SMALL}&run=plain8&run=resnet8_seed-5`;

/** A classmate's run, as a file that is dropped or chosen. */
const file = (/** @type {import('residua').RunRecord} */ run, name = 'mina.json') => {
  return { name, mimeType: 'application/json', buffer: Buffer.from(writeRun(run)) };
};
const mina = aRun(11, {
  ...{ name: 'Mina', spec: { family: 'residual', depth: 20 }, state: 'finished' },
  data: { name: 'CIFAR-10', synthetic: false, images: 640, testImages: 100 },
  recipe: { epochs: 3, batchSize: 32 },
});

describeVisits('runs on the page', (visit) => {
  /** What the page gives the reader when something is pressed.
   * @param {Visitor} visitor @param {() => Promise<unknown>} press */
  async function downloaded(visitor, press) {
    const [download] = await Promise.all([visitor.page.waitForEvent('download'), press()]);
    return {
      name: download.suggestedFilename(),
      bytes: await buffer(await download.createReadStream()),
    };
  }

  /** @param {Visitor} visitor @param {string} name */
  const tools = async (visitor, name) => {
    await visitor.button(`Tools for ${name}`).click();
    return visitor.page.getByRole('group', { name: `Tools for ${name}` });
  };
  const names = (/** @type {Visitor} */ visitor) =>
    visitor.page
      .locator('.networks-table tbody th')
      .allTextContents()
      .then((texts) => texts.map((text) => text.trim()));
  /** The choices below the figure. */
  const openTools = (/** @type {Visitor} */ visitor) =>
    visitor.shown.locator('.figure-tools summary').click();
  /** The figure is drawn a little after what it shows has changed.
   * @param {Visitor} visitor @param {number} count */
  const haveLines = async (visitor, count) => {
    const lines = visitor.page.locator('.plot [data-mark=line] path');
    await visitor.untilSo(async () => (await lines.count()) === count, `${count} lines`);
  };

  visit('are exported, and join the chart of another visit as the same', {}, async (visitor) => {
    await visitor.open(TWO);
    let group = await tools(visitor, 'plain8');
    assert.equal(await group.getByRole('button', { name: 'Save the run' }).isEnabled(), false);
    await visitor.button('Tools for plain8').click();
    await visitor.trainToTheEnd();
    group = await tools(visitor, 'resnet8 seed 5');
    const save = () => group.getByRole('button', { name: 'Save the run' }).click();
    const { name, bytes } = await downloaded(visitor, save);
    assert.equal(name, 'resnet8-seed-5.json');
    const text = bytes.toString();
    const run = readRun(text);
    assert.equal(writeRun(run), text);
    assert.deepEqual([run.name, run.state, run.spec.seed], ['resnet8 seed 5', 'finished', 5]);
    assert.deepEqual([run.machine.tier, run.data.synthetic], ['simd128', true]);
    const live = await visitor.lab(({ rows }) => {
      const { tick, curve } = rows[1].run;
      return { trajectory: tick?.trajectory, errors: curve.epochs.map((one) => one.testError) };
    });
    assert.equal(run.trajectory, live.trajectory);
    assert.deepEqual(
      run.ticks.filter(({ kind }) => kind === 'epoch').map(({ testError }) => testError),
      live.errors,
    );

    await visitor.open(`${SMALL}&run=plain14`);
    await visitor.drop({ name, mimeType: 'application/json', buffer: bytes });
    await visitor.until((lab) => lab.runs.all.length === 2);
    assert.deepEqual(await names(visitor), ['plain14', 'resnet8 seed 5']);
    await haveLines(visitor, 2);
    group = await tools(visitor, 'resnet8 seed 5');
    const again = await downloaded(visitor, save);
    assert.equal(again.bytes.toString(), text);
    assert.equal(await group.getByRole('button', { name: 'weights' }).count(), 0);
    const [recipe, spec] = [run.recipe, run.spec];
    const engine = await createEngine({ tier: 'simd128', threads: 1 });
    const net = await engine.createNet(spec);
    const { images, testImages } = run.data;
    let last;
    for await (const tick of net.train(await engine.synthetic({ images, testImages }), recipe)) {
      last = tick;
    }
    engine.dispose();
    assert.equal(last?.trajectory, run.trajectory);
  });

  visit('of a classmate join the chart, with what they are', {}, async (visitor) => {
    const page = await visitor.open(TWO);
    await visitor.drop([file(mina), file({ ...mina, name: 'plain8', state: 'stopped' }, 'b.json')]);
    await visitor.until((lab) => lab.runs.all.length === 4);
    assert.deepEqual((await names(visitor)).slice(2), ['Mina', 'plain8 (2)']);
    await page.locator('.plot [data-mark=line] path').first().waitFor();
    await haveLines(visitor, 4);
    assert.match(
      await textOf(page.locator('figcaption')),
      /From files: Mina \(3 epochs of 640 CIFAR-10 images\); plain8 \(2\)/,
    );
    assert.equal(await page.locator('.tag').count(), 0);
    assert.match(await textOf(page.locator('.networks-table')), /from a file, finished/);
    const steps = mina.ticks.length;
    const domain = await textOf(page.locator('.plot [data-mark^="x-axis tick label"]'));
    assert.ok(domain.includes(String(Math.floor(steps / 20) * 20)), domain);
    await visitor.trainToTheEnd();
    await haveLines(visitor, 8);
    assert.equal(await textOf(page.locator('.tag')), 'partly synthetic data');
    await visitor.drop(file(mina));
    await page.locator('.said').getByText('Mina is on the chart already').waitFor();
    assert.equal((await names(visitor)).length, 4);
    const long = { ...mina, name: 'J'.repeat(80) };
    await page.locator('input[name=runs]').setInputFiles(file(long, 'c.json'));
    await visitor.until((lab) => lab.runs.all.length === 5);
    await visitor.checkWidth();
    await visitor.shoot('classmates');
    await page.setViewportSize({ width: 360, height: 800 });
    await visitor.untilSo(() => page.evaluate(() => document.documentElement.scrollWidth <= 360));
    const [table, place] = await page
      .locator('.networks-table')
      .evaluate((one) => [
        one.getBoundingClientRect().width,
        Number(one.parentElement?.clientWidth),
      ]);
    assert.ok(table <= place, `a table of ${table} px in ${place} px`);
    await visitor.shoot('classmates-360');
  });

  visit('that are no runs are refused, and say why', {}, async (visitor) => {
    const page = await visitor.open(TWO);
    const text = writeRun(mina);
    /** @param {string} name @param {string} content */
    const bad = (name, content) => ({ name, mimeType: '', buffer: Buffer.from(content) });
    await visitor.drop([
      bad('cut.json', text.slice(0, 500)),
      bad('other.json', '{"a": 1}'),
      bad('wrong.json', text.replace('"depth": 20', '"depth": 21')),
      file(mina),
    ]);
    await visitor.until((lab) => lab.runs.all.length === 3);
    const notices = await page.locator('.notice').allTextContents();
    assert.equal(notices.length, 3);
    assert.match(notices[0], /cut.json could not.*cut.json is not JSON, or it was cut off/s);
    assert.match(notices[1], /other.json is JSON, but not a run/);
    assert.match(notices[2], /wrong.json is not a sound run: spec.depth is 21, not 6n\+2/);
    await visitor.shoot('refused-runs');
    const close = visitor.button('Close this notice');
    await close.nth(1).click();
    assert.deepEqual(
      (await page.locator('.notice').allTextContents()).map((text) => text.trim().split(' ')[0]),
      ['cut.json', 'wrong.json'],
    );
    assert.notEqual(await page.evaluate(() => document.activeElement?.localName), 'body');
    await visitor.drop(file({ ...mina, name: 'Jun' }));
    await visitor.until((lab) => lab.runs.all.length === 4);
    assert.equal(await page.locator('.notice').count(), 0);
  });

  visit('that are many are refused in one sentence', {}, async (visitor) => {
    const page = await visitor.open(TWO);
    const noRuns = Array.from({ length: 12 }, (_, i) => {
      return { name: `${i}.json`, mimeType: '', buffer: Buffer.from('{}') };
    });
    await visitor.drop(noRuns);
    await page.getByText('Nor could 7 other files').waitFor();
    assert.equal(await page.locator('.notice').count(), 6);
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      for (let i = 0; i < 10000; i++) dataTransfer.items.add(new File(['{}'], `${i}.json`));
      const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
      document.querySelector('h1')?.dispatchEvent(drop);
    });
    const notice = page.locator('.notice').getByText('at most 100 runs from files, and would have');
    await notice.waitFor();
    assert.equal(await page.locator('.notice').count(), 1);
  });

  visit('are read in a worker, which can be cancelled', BLOCKED, async (visitor) => {
    const script = '**/residua-worker.js';
    await visitor.context.route(script, async (route) => {
      const response = await route.fetch();
      const stuck = 'Blob.prototype.text = () => new Promise(() => {});';
      await route.fulfill({ response, body: `${stuck}\n${await response.text()}` });
    });
    const page = await visitor.open(TWO);
    await page.evaluate(() => {
      Blob.prototype.text = () => Promise.reject(new Error('the page reads the file itself'));
    });
    await visitor.drop([file(mina), file({ ...mina, name: 'Jun' }, 'jun.json')]);
    await page.getByText('Reading runs: 0 of 2 files').waitFor();
    await visitor.shoot('reading-runs');
    await visitor.button('Cancel').click();
    await page.locator('.said').getByText('no run was added').waitFor();
    await visitor.untilSo(async () => (await page.locator('.reading').count()) === 0);
    assert.equal(await visitor.lab((lab) => lab.runs.all.length), 2);
    await visitor.context.unroute(script);
    await visitor.drop(file(mina));
    await visitor.until((lab) => lab.runs.all.length === 3);
    visitor.complaints = visitor.complaints.filter((one) => !/registration blocked/.test(one));
  });

  visit('that no worker can read are named', BLOCKED, async (visitor) => {
    const page = await visitor.open(TWO);
    await visitor.context.route('**/residua-worker.js', (route) => route.abort());
    await visitor.drop(file(mina));
    await page.getByText('mina.json could not be put on the chart').first().waitFor();
    assert.match(await textOf(page.locator('.notice')), /The worker ended: its script/);
    const expected = /registration blocked|Failed to load resource|ERR_FAILED/;
    visitor.complaints = visitor.complaints.filter((one) => !expected.test(one));
  });

  visit('are renamed, hidden and deleted', {}, async (visitor) => {
    const page = await visitor.open(TWO);
    await visitor.drop(file(mina));
    await visitor.trainToTheEnd();
    await haveLines(visitor, 6);
    let group = await tools(visitor, 'plain8');
    await group.getByLabel('name').fill('  my <b>first</b>\n run ');
    await group.getByLabel('name').press('Enter');
    await page.locator('.plot').getByText('my <b>first</b> run').waitFor();
    group = page.locator('.run-tools');
    await group.getByLabel('on the chart').uncheck();
    await visitor.until((lab) => lab.drawn.length === 2);
    await haveLines(visitor, 4);
    assert.match(await textOf(page.locator('tr.off')), /not on the chart/);
    assert.equal((await visitor.tickTable())[0].length, 4);
    await group.getByLabel('on the chart').check();
    await visitor.until((lab) => lab.drawn.length === 3);
    await group.getByRole('button', { name: 'Take out' }).click();
    await visitor.until((lab) => lab.runs.all.length === 2);
    assert.match(page.url(), /run=resnet8_seed-5_ended-simd128\.\d+\.[0-9a-f]{16}$/);
    assert.deepEqual(await visitor.states(), ['finished']);
    group = await tools(visitor, 'resnet8');
    assert.equal(await group.getByRole('button', { name: 'Take out' }).isEnabled(), false);
    await visitor.button('Tools for resnet8').click();
    group = await tools(visitor, 'Mina');
    await group.getByRole('button', { name: 'Delete' }).click();
    await visitor.until((lab) => lab.runs.all.length === 1);
    await haveLines(visitor, 2);
    await page.keyboard.press('Control+z');
    await haveLines(visitor, 4);
  });

  visit('give their numbers as CSV', {}, async (visitor) => {
    await visitor.open(TWO);
    await visitor.drop(file({ ...mina, name: 'Mina, "A"' }));
    await visitor.trainToTheEnd();
    await openTools(visitor);
    const press = () => visitor.button('Save the numbers as CSV').click();
    const { name, bytes } = await downloaded(visitor, press);
    assert.equal(name, 'residua.csv');
    const [head, ...rows] = bytes.toString().trimEnd().split('\r\n');
    assert.equal(
      head,
      'run,data,kind,step,epoch,lr,loss,train_loss,train_error,test_loss,test_error,images_per_s,seconds',
    );
    const ticks = await visitor.lab((lab) =>
      lab.drawn.map(({ run }) => run.curve.ticks.map(({ step, testError }) => [step, testError])),
    );
    assert.equal(rows.length, ticks.flat().length);
    const own = rows.filter((row) => row.startsWith('plain8,'));
    assert.deepEqual(
      own.map((row) => row.split(',')).map((cells) => [cells[3], cells[10]]),
      ticks[0].map(([step, error]) => [String(step), String(error ?? '')]),
    );
    assert.equal(
      rows.filter((row) => row.startsWith('"Mina, ""A""",CIFAR-10,')).length,
      ticks[2].length,
    );
  });

  visit('give their weights, which other programs read', {}, async (visitor) => {
    await visitor.open(TWO);
    await visitor.trainToTheEnd();
    const group = await tools(visitor, 'resnet8 seed 5');
    const press = () => group.getByRole('button', { name: 'Save the weights' }).click();
    const { name, bytes } = await downloaded(visitor, press);
    assert.equal(name, 'resnet8-seed-5.safetensors');
    const engine = await createEngine({ tier: 'simd128', threads: 1 });
    const info = await engine.inspect(bytes);
    assert.deepEqual(
      [info.spec.family, info.spec.depth, info.hasOptimizer],
      ['residual', 8, false],
    );
    const net = await engine.loadNet(bytes);
    const { test } = await engine.synthetic({ images: 128, testImages: 40 });
    const { error } = await net.evaluate(test);
    assert.equal(error, await visitor.lab((lab) => lab.rows[1].run.testError));
    engine.dispose();
  });

  for (const colorScheme of ['light', 'dark']) {
    visit(`give the figure as SVG and PNG, ${colorScheme}`, { colorScheme }, async (visitor) => {
      const page = await visitor.open(TWO);
      await visitor.trainToTheEnd();
      await openTools(visitor);
      const svg = await downloaded(visitor, () => visitor.button('Save as SVG').click());
      assert.equal(svg.name, 'residua.svg');
      const text = svg.bytes.toString();
      assert.doesNotMatch(text, /var\(|color-mix|light-dark|oklch|class=|<style/);
      for (const part of ['<title>', '<desc>', 'synthetic data', 'plain8  ', 'on 40 other ones']) {
        assert.ok(text.includes(part), part);
      }
      const ground = colorScheme === 'dark' ? '#14161a' : '#fbfaf7';
      assert.match(text, new RegExp(`<rect[^>]*fill="${ground}"`));
      const png = await downloaded(visitor, () => visitor.button('Save as PNG').click());
      assert.equal(png.name, 'residua.png');
      const { width, height, data } = PNG.sync.read(png.bytes);
      const [, , chartWidth, chartHeight] = (/viewBox="([^"]+)"/.exec(text)?.[1] ?? '')
        .split(/[ ,]/)
        .map(Number);
      assert.deepEqual([width, height], [chartWidth * 2, chartHeight * 2]);
      assert.equal(`#${data.subarray(0, 3).toString('hex')}`, ground);
      assert.ok(hues(data, width).size > 1, 'the lines have their colours');
      // Seen as an image, the file is what the page shows.
      await page.goto('about:blank');
      await page.setContent(`<body style="margin:0">${text}</body>`);
      await visitor.shoot(`figure-${colorScheme}`);
    });
  }

  visit('are copied with one change', {}, async (visitor) => {
    const page = await visitor.open(TWO);
    await visitor.trainToTheEnd();
    const group = await tools(visitor, 'resnet8 seed 5');
    const add = page.locator('.add-copies');
    assert.equal(await add.isEnabled(), false);
    await group.getByLabel('change').selectOption('shortcut');
    await group.getByLabel('A: zero padding').check();
    assert.match(await textOf(group.locator('.problem')), /has this network already/);
    await group.getByLabel('A: zero padding').uncheck();
    await group.getByLabel('B: projection to grow').check();
    await page.getByText('Add one network').click();
    assert.deepEqual(await names(visitor), ['plain8', 'resnet8 seed 5', 'resnet8 B seed 5']);
    await tools(visitor, 'plain8');
    // There are two hundred depths, too many to show.
    await page.getByLabel('to', { exact: true }).fill('14, 15');
    assert.match(await textOf(page.locator('.problem')), /“15”.* 8, 14, 20 … 1202, separated/);
    await page.getByLabel('to', { exact: true }).fill('14, 20');
    await page.getByText('Add two networks').waitFor();
    await page.locator('.run-tools').getByLabel('change').selectOption('lr');
    await page.getByLabel('to', { exact: true }).fill('0.1, fast');
    assert.match(await textOf(page.locator('.problem')), /“fast” cannot be a value/);
    await page.getByLabel('to', { exact: true }).fill('0.1');
    await page.getByText('Add one network').click();
    assert.match(page.url(), /run=plain8_lr-0.1$/);
    await visitor.button('Train two networks here').click();
    await visitor.ended();
    assert.deepEqual(await visitor.states(), Array(4).fill('finished'));
    const rates = await visitor.lab((lab) => lab.rows.map(({ run }) => run.facts?.recipe.lr));
    assert.deepEqual(rates, [0.5, 0.5, 0.5, 0.1]);
    const [first, last] = await visitor.lab((lab) =>
      [0, 3].map((i) => lab.rows[i].run.tick?.trajectory),
    );
    assert.notEqual(first, last);
    const colors = await visitor.lab((lab) => lab.rows.map(({ color }) => color));
    assert.equal(new Set(colors).size, 4);
  });

  for (const width of [360, 1280]) {
    const options = { width, locale: 'ko-KR', colorScheme: 'dark' };
    visit(
      `have tools that fit in ${width} px, in Korean, in the dark`,
      options,
      async (visitor) => {
        const page = await visitor.open(TWO);
        await visitor.drop(file(mina));
        await visitor.until((lab) => lab.runs.all.length === 3);
        await visitor.trainToTheEnd();
        await page.locator('.more button').nth(1).click();
        await page.locator('[name=copy-field]').selectOption('width');
        await page.locator('.values input').nth(3).check();
        await visitor.checkWidth();
        await visitor.shoot(`tools-${width}-ko-dark`);
      },
    );
  }

  for (const width of [390, 1280]) {
    visit(`are swept over seeds, as mean and band, ${width} px`, { width }, async (visitor) => {
      const page = await visitor.open(`${SMALL}&run=plain8`);
      const group = await tools(visitor, 'plain8');
      await group.getByLabel('change').selectOption('lr');
      await page.getByLabel('to', { exact: true }).fill('0.5 0.3');
      await page.getByLabel('seeds for each').selectOption('3');
      await visitor.checkWidth();
      await visitor.shoot(`sweep-${width}-tools`);
      await page.getByText('Add five networks').click();
      assert.deepEqual(await names(visitor), [
        ...['plain8', 'plain8 seed 2', 'plain8 seed 3'],
        ...['plain8 lr 0.3', 'plain8 lr 0.3 seed 2', 'plain8 lr 0.3 seed 3'],
      ]);
      await visitor.lab((lab) => {
        window.atOnce = 0;
        lab.addEventListener('residua-change', () => {
          const active = lab.rows.filter(({ run }) => run.training);
          window.atOnce = Math.max(window.atOnce, active.length);
        });
      });
      await visitor.button('Train six networks here').click();
      await visitor.ended();
      const [atOnce, cores] = await visitor.page.evaluate(() => [
        window.atOnce,
        navigator.hardwareConcurrency,
      ]);
      assert.ok(atOnce >= 1 && atOnce <= Math.max(4, cores), `${atOnce} at once`);
      assert.deepEqual(await visitor.states(), Array(6).fill('finished'));
      await haveLines(visitor, 4);
      assert.equal(await page.locator('.plot [data-mark=area] path').count(), 4);
      assert.match(await textOf(page.locator('figcaption')), /band from the lowest/);
      const said = await page.locator('.plot svg').getAttribute('aria-description');
      const mean = await visitor.lab(({ rows }) => {
        const errors = rows.slice(3).map(({ run }) => Number(run.testError));
        return (100 * errors.reduce((sum, error) => sum + error)) / errors.length;
      });
      assert.match(
        String(said),
        new RegExp(`plain8 lr 0.3 \\(3 seeds\\): .* test ${mean.toFixed(1)}`),
      );
      const groups = page.locator('table.groups tbody tr');
      assert.equal(await groups.count(), 2);
      assert.match(
        await textOf(groups.nth(1)),
        new RegExp(`plain8 lr 0.3\\s+[\\d.]+ ± [\\d.]+\\s+${mean.toFixed(1)} ± [\\d.]+\\s+3`),
      );
      await visitor.checkWidth();
      await visitor.shoot(`sweep-${width}`);
      await openTools(visitor);
      await page.getByLabel('seeds as mean and band').uncheck();
      await page.locator('.plot [data-mark=area] path').first().waitFor({ state: 'detached' });
      await haveLines(visitor, 12);
    });
  }
});

/** The hues of an image's vivid pixels, in sixths of the circle.
 * @param {Buffer} data @param {number} width */
function hues(data, width) {
  const found = new Set();
  for (let i = 0; i < data.length; i += 4 * Math.max(1, width % 7)) {
    const [red, green, blue] = data.subarray(i, i + 3);
    const [least, most] = [Math.min(red, green, blue), Math.max(red, green, blue)];
    if (most - least > 80) found.add([red, green, blue].indexOf(most));
  }
  return found;
}
