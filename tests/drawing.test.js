/** The drawing of a network: its parts are those of the core, and it stays small at any depth. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEngine } from 'residua';
import { CELL, layoutOf } from '../web/image/drawing/layout.js';
import { layersOf, planOf } from '../web/image/drawing/plan.js';

/** @type {import('residua').Spec[]} */
const SPECS = [
  { family: 'plain', depth: 8 },
  { family: 'plain', depth: 20, norm: 'none', width: 5 },
  { family: 'residual', depth: 14, classes: 100 },
  { family: 'residual', depth: 20, shortcut: 'B', width: 4 },
  { family: 'residual', depth: 20, shortcut: 'C', norm: 'none' },
  { family: 'residual', depth: 110, shortcut: 'C', width: 3 },
  { family: 'residual', depth: 1202, shortcut: 'B', width: 1 },
];

describe('the drawing of a network', () => {
  it('has the layers and the parameters that the core has', async () => {
    const engine = await createEngine();
    for (const spec of SPECS) {
      const plan = planOf(spec);
      const { parameters } = await engine.plan(spec, { batchSize: 1, training: false });
      assert.equal(plan.parameters, parameters, JSON.stringify(spec));
      const net = await engine.createNet(spec);
      assert.deepEqual(
        layersOf(plan).map(({ name, outputs, size }) => [name, outputs, size]),
        net.layers.map(({ name, channels, height }) => [name, channels, height]),
      );
      assert.deepEqual(
        layersOf(plan).map(({ index }) => index),
        [...net.layers.keys()],
      );
      net.dispose();
    }
    engine.dispose();
  });

  it('shows long stages in a row, and whole ones when they are opened', () => {
    const plan = planOf({ family: 'residual', depth: 110 });
    const closed = layoutOf(plan, 700, () => null);
    for (const { cells } of closed.stages) {
      assert.equal(cells.length, 3);
      assert.deepEqual(
        cells.map((cell) => ('count' in cell ? cell.count : 1)),
        [1, 16, 1],
      );
      assert.ok(cells.every(({ x, y }) => x + CELL.width <= 700 && y === cells[0].y));
    }
    const [, second] = closed.stages;
    assert.deepEqual(second.cells[1], { ...second.cells[1], count: 16, first: 39, last: 70 });
    const open = layoutOf(plan, 350, ({ number }) => (number === 1 ? 1 : null));
    assert.equal(open.stages[0].cells.length, 18);
    assert.ok(open.width <= 350);
    assert.ok(open.height > closed.height);
    const places = open.stages.flatMap(({ cells }) => cells.map(({ x, y }) => `${x} ${y}`));
    assert.equal(new Set(places).size, places.length);
  });

  it('draws 24 of the equal blocks of a very long stage, from any of them on', () => {
    const plan = planOf({ family: 'residual', depth: 1202 });
    const [, { blocks }] = plan.stages;
    const cellsFrom = (/** @type {number} */ from) => {
      const opened = layoutOf(plan, 700, ({ number }) => (number === 2 ? from : null)).stages[1];
      return opened.cells.map((cell) =>
        'count' in cell ? [cell.first, cell.last, cell.from] : cell.block.layers[0].index,
      );
    };
    const indices = (/** @type {number} */ from, /** @type {number} */ to) =>
      blocks.slice(from, to).map(({ layers }) => layers[0].index);
    const [first, last] = [indices(0, 1), indices(199, 200)];
    assert.deepEqual(cellsFrom(1), [...first, ...indices(1, 25), [451, 798, 25], ...last]);
    assert.deepEqual(cellsFrom(1), cellsFrom(-23));
    assert.deepEqual(cellsFrom(100), [
      ...[...first, [403, 600, 76], ...indices(100, 124)],
      ...[[649, 798, 124], ...last],
    ]);
    assert.deepEqual(cellsFrom(198), [...first, [403, 750, 151], ...indices(175, 199), ...last]);
  });
});
