/** What the project says of the recipe "fast" is what docs/fast.json holds. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { mean } from '../tools/effect-tables.js';
import { CHOICES, RESULTS, recipeNow, TABLES } from '../tools/fast.js';
import { tablesOf } from '../tools/fast-tables.js';
import { RECIPES } from '../web/lib/spec.js';

const SEEDS = 5;
/** Ninety per cent right, in twelve minutes. */
const [MOST_WRONG, MOST_SECONDS] = [0.1, 720];

/** @type {import('../tools/fast.js').Results} */
const results = JSON.parse(await readFile(RESULTS, 'utf8'));
const { heldOut, seeds } = results;

describe('the results of the recipe "fast"', () => {
  it('are of the present recipe', () => {
    assert.deepEqual(results.recipe, recipeNow());
  });

  it('are shown in docs/fast.md', async () => {
    assert.equal(await readFile(TABLES, 'utf8'), tablesOf(results, RECIPES.fast));
  });

  it(`are 90 % right over ${SEEDS} seeds, in twelve minutes each`, () => {
    assert.deepEqual(
      seeds.map(({ seed }) => seed),
      Array.from({ length: SEEDS }, (_, i) => i + 1),
    );
    assert.ok(mean(seeds.map(({ views6 }) => views6)) <= MOST_WRONG);
    for (const { seed, seconds } of seeds) assert.ok(seconds <= MOST_SECONDS, `seed ${seed}`);
  });

  it('are of choices that the tool can measure again', () => {
    assert.ok(Object.hasOwn(heldOut, 'the recipe'));
    for (const name of Object.keys(heldOut)) assert.ok(Object.hasOwn(CHOICES, name), name);
  });
});
