/** The cursor of the charts: its moves, and what it shows and says in a real browser. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { Cursor } from '../../web/lab/charts/cursor.js';
import { describeVisits, textOf } from './visit.js';

/** @typedef {import('./visit.js').Visitor} Visitor */

/** A run whose value is always `y`.
 * @param {string} name @param {number[]} positions @param {number} y */
const track = (name, positions, y) => ({
  ...{
    name,
    key: name,
    color: 'red',
    positions,
    toX: (/** @type {number} */ position) => position * 10,
  },
  read: (/** @type {number} */ position) => ({
    where: `at ${position}`,
    values: [{ label: 'value', text: String(y), x: position * 10, y }],
  }),
});
const LONG = Array.from({ length: 40 }, (_, i) => i + 1);

describe('a cursor', () => {
  const at = (/** @type {Cursor} */ { reading }) =>
    reading && [reading.name, reading.where, reading.x];
  /** @param {Cursor} cursor @param {string[]} keys */
  const press = (cursor, ...keys) => {
    for (const key of keys) assert.equal(cursor.press(key), true, key);
  };

  it('goes along a run and stays within it', () => {
    const cursor = new Cursor();
    cursor.follow([track('a', LONG, 5)]);
    assert.equal(at(cursor), null);
    press(cursor, 'ArrowLeft');
    assert.deepEqual(at(cursor), ['a', 'at 40', 400]);
    press(cursor, 'ArrowLeft', 'ArrowLeft', 'PageDown');
    assert.deepEqual(at(cursor), ['a', 'at 34', 340]);
    press(cursor, 'Home', 'ArrowLeft');
    assert.deepEqual(at(cursor), ['a', 'at 1', 10]);
    press(cursor, 'PageUp', 'ArrowRight');
    assert.deepEqual(at(cursor), ['a', 'at 6', 60]);
    press(cursor, 'End', 'PageUp');
    assert.deepEqual(at(cursor), ['a', 'at 40', 400]);
    assert.equal(cursor.press('x'), false);
    press(cursor, 'Escape');
    assert.equal(at(cursor), null);
    assert.equal(cursor.press('Escape'), false);
  });

  it('switches runs at the same position, as near as it is there', () => {
    const cursor = new Cursor();
    cursor.follow([track('a', LONG, 5), track('none', [], 5), track('b', [1, 11, 21], 50)]);
    press(cursor, 'ArrowRight', 'PageDown', 'PageDown', 'PageDown', 'PageDown', 'ArrowDown');
    assert.deepEqual(at(cursor), ['b', 'at 21', 210]);
    press(cursor, 'ArrowLeft', 'ArrowUp');
    assert.deepEqual(at(cursor), ['a', 'at 11', 110]);
    press(cursor, 'ArrowUp');
    assert.deepEqual(at(cursor), ['b', 'at 11', 110]);
  });

  it('begins with the first run, whichever was there before it', () => {
    const cursor = new Cursor();
    cursor.follow([track('b', LONG, 50)]);
    cursor.follow([track('a', LONG, 5), track('b', LONG, 50)]);
    press(cursor, 'End');
    assert.deepEqual(at(cursor), ['a', 'at 40', 400]);
  });

  it('stays with its run and position when the chart is drawn again', () => {
    const cursor = new Cursor();
    cursor.follow([track('a', [1, 2, 3], 5), track('b', [1, 2, 3], 50)]);
    press(cursor, 'End', 'ArrowDown', 'ArrowLeft');
    cursor.follow([track('new', [1], 5), track('a', LONG, 5), track('b', LONG, 50)]);
    assert.deepEqual(at(cursor), ['b', 'at 2', 20]);
    cursor.follow([track('a', [1], 5)]);
    assert.deepEqual(at(cursor), ['a', 'at 1', 10]);
    cursor.follow([]);
    assert.equal(at(cursor), null);
    assert.equal(cursor.press('End'), false);
  });

  it('reads what is nearest to the pointer', () => {
    const cursor = new Cursor();
    cursor.follow([track('a', LONG, 5), track('b', LONG, 50)]);
    cursor.point(123, 60);
    assert.deepEqual(at(cursor), ['b', 'at 12', 120]);
    cursor.point(-5, 0);
    assert.deepEqual(at(cursor), ['a', 'at 1', 10]);
  });
});

const SMALL = 'epochs=4&images=320&testImages=64&tier=simd128&run=plain8&run=resnet8';

describeVisits('the cursor of the figure', (visit) => {
  const readout = (/** @type {Visitor} */ visitor) => visitor.page.locator('.readout');
  /** What it reads, by kind of value. @returns {Promise<Record<string, string>>} @param {Visitor} visitor */
  const values = async (visitor) => {
    const [where, ...cells] = await readout(visitor).locator('> span').allTextContents();
    const pairs = cells.flatMap((cell, i) => (i % 2 === 0 ? [[cell, cells[i + 1]]] : []));
    return { where, ...Object.fromEntries(pairs) };
  };
  const percent = (/** @type {number} */ fraction) => `${(fraction * 100).toFixed(1)}\u202f%\u2060`;
  /** The middles of circles. @param {Visitor} visitor @param {string} circles */
  const middles = (visitor, circles) =>
    visitor.page
      .locator(circles)
      .evaluateAll((all) =>
        all.map((one) => ['cx', 'cy'].map((name) => Number(one.getAttribute(name)))),
      );
  /** Waits until it reads so, since a page draws after a key, not at once.
   * @param {Visitor} visitor @param {Record<string, string>} wanted */
  const reads = async (visitor, wanted) => {
    const found = async () => isDeepStrictEqual(await values(visitor), wanted);
    await visitor.untilSo(found, JSON.stringify(wanted));
  };
  const dots = (/** @type {Visitor} */ visitor) => middles(visitor, '.cursor circle');

  visit('reads errors by keys, and says them', {}, async (visitor) => {
    const page = await visitor.open(SMALL);
    await visitor.lab((lab) => lab.reference.show(false));
    const plot = page.locator('.plot');
    await visitor.untilSo(async () => (await plot.getAttribute('tabindex')) === null);
    await visitor.trainToTheEnd();
    await visitor.shown.locator('.actions .primary').focus();
    await page.keyboard.press('Shift+Tab');
    await readout(visitor).waitFor();
    const curves = await visitor.lab(({ rows }) =>
      rows.map(({ run: { curve } }) => ({ train: curve.train, test: curve.test })),
    );
    /** @typedef {{ step: number, error: number }} Point */
    /** @param {Point} point @param {Point} test */
    const read = (point, test) => ({
      where: `iteration ${point.step}`,
      train: percent(point.error),
      test: percent(test.error) + (test.step === point.step ? '' : ` (iteration ${test.step})`),
    });
    const [plain, residual] = curves;
    /** @param {Point[]} points @param {Point} point */
    const nearTo = (points, { step }) =>
      points.toSorted((a, b) => Math.abs(a.step - step) - Math.abs(b.step - step))[0];
    /** @param {Point[]} points @param {Point} point */
    const tested = (points, { step }) =>
      points.findLast((point) => point.step <= step) ?? assert.fail();
    /** @param {Point[]} points */
    const ends = (points) => points.slice(-2).reverse();
    const [last, before] = ends(plain.train);
    const [[lastTest], [residualLast], [residualTest]] = [
      plain.test,
      residual.train,
      residual.test,
    ].map(ends);
    const beside = nearTo(residual.train, before);
    await reads(visitor, read(last, lastTest));
    assert.match(await textOf(readout(visitor).locator('b')), /plain8/);
    await page.keyboard.press('ArrowLeft');
    await reads(visitor, read(before, tested(plain.test, before)));
    await page.keyboard.press('ArrowDown');
    await reads(visitor, read(beside, tested(residual.test, beside)));
    await page.locator('.said').getByText(`resnet8, iteration ${beside.step}: train `).waitFor();
    await page.keyboard.press('Home');
    const [first] = residual.train;
    await reads(visitor, { where: `iteration ${first.step}`, train: percent(first.error) });
    await page.keyboard.press('End');
    await reads(visitor, read(residualLast, residualTest));
    // The dots are where the lines end.
    const drawn = await middles(visitor, '.plot [data-mark=dot] circle');
    for (const [x, y] of await dots(visitor)) {
      assert.ok(
        drawn.some(([cx, cy]) => Math.hypot(cx - x, cy - y) < 1.5),
        `${x} ${y} in ${drawn}`,
      );
    }
    await visitor.shoot('cursor-errors', false);
    assert.deepEqual(await visitor.violations(), []);
    // Recorded runs come after those that were trained here, before which they wrap around.
    await page.keyboard.press('ArrowUp');
    await visitor.lab((lab) => lab.reference.show(true));
    await page.keyboard.press('End');
    await readout(visitor).getByText('100 % of the run').waitFor();
    assert.match(await textOf(readout(visitor).locator('b')), /^\s*plain8/);
    await page.keyboard.press('ArrowUp');
    await readout(visitor)
      .getByText(/resnet56, recorded/)
      .waitFor();
    await visitor.lab((lab) => lab.reference.show(false));
    await page.keyboard.press('Escape');
    await readout(visitor).waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowRight');
    await readout(visitor).waitFor();
    await page.keyboard.press('Tab');
    await readout(visitor).waitFor({ state: 'detached' });
  });

  visit('reads layers, and follows the pointer', { colorScheme: 'dark' }, async (visitor) => {
    const page = await visitor.open(`chapter=signals&${SMALL}`);
    await visitor.trainToTheEnd();
    const box = (await page.locator('.plot').boundingBox()) ?? assert.fail();
    await page.mouse.move(box.x + 300, box.y + 120);
    await readout(visitor).waitFor();
    const { where, activation, gradient } = await values(visitor);
    const layer = Number(/layer (\d)/.exec(where)?.[1]);
    const name = (await textOf(readout(visitor).locator('b'))).trim();
    const stats = await visitor.lab(
      ({ rows }, wanted) => rows.find((row) => row.name === wanted)?.run.layerStats,
      name,
    );
    const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹';
    const parsed = (/** @type {string} */ text) =>
      Number(
        text
          .replace('·10', 'e')
          .replace('⁻', '-')
          .replaceAll(/[⁰-⁹¹²³]/g, (one) => String(digits.indexOf(one))),
      );
    assert.ok(stats);
    for (const { text, all } of [
      { text: activation, all: stats.activationRms },
      { text: gradient, all: stats.gradientRms },
    ]) {
      assert.ok(Math.abs(parsed(text) / all[layer - 1] - 1) < 0.06, `${text}: ${all}`);
    }
    const paths = await page.locator('.plot [data-mark=line] path').evaluateAll((all) =>
      all.map((one) => {
        const { e, f } = /** @type {SVGPathElement} */ (one).getCTM() ?? new DOMMatrix();
        return { points: one.getAttribute('d') ?? '', e, f };
      }),
    );
    const points = paths.flatMap(({ points: d, e, f }) =>
      [...d.matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x) + e, Number(y) + f]),
    );
    const found = await dots(visitor);
    assert.equal(found.length, 2);
    for (const [x, y] of found) {
      const gap = Math.min(...points.map(([px, py]) => Math.hypot(px - x, py - y)));
      assert.ok(gap < 1.5, `a dot is ${gap} px from its line`);
    }
    await visitor.shoot('cursor-layers', false);
    await page.mouse.move(2, 2);
    await readout(visitor).waitFor({ state: 'detached' });
  });

  const phone = { width: 360, height: 780, locale: 'ko-KR', hasTouch: true };
  visit('fits a phone', phone, async (visitor) => {
    const page = await visitor.open(SMALL);
    await visitor.trainToTheEnd();
    for (const share of [0.2, 0.45, 0.8]) {
      const box = (await page.locator('.plot').boundingBox()) ?? assert.fail();
      await page.mouse.move(box.x + box.width * share, box.y + 80);
      await readout(visitor).waitFor();
      await visitor.checkWidth();
      const { x, width } = (await readout(visitor).boundingBox()) ?? assert.fail();
      assert.ok(x >= 0 && x + width <= 360, `${x} and ${width}`);
    }
    await visitor.shoot('cursor-phone', false);
  });
});
