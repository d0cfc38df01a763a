/** What the page says of its experiments is what docs/effect.json and models/ hold. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { experimentOf, RESULTS, TABLES } from '../tools/effect.js';
import { tablesOf } from '../tools/effect-tables.js';
import { recipeOf } from '../web/lab/experiment.js';
import { labMessages } from '../web/lab/messages/index.js';
import { CHAPTERS } from '../web/page/chapters.js';
import { pageMessages } from '../web/page/messages/index.js';
import { LANGS } from '../web/ui/messages.js';
import { AIMS, CAVEATS, CLAIMS, NO_RESULTS } from './effect.claims.js';

const results = JSON.parse(await readFile(RESULTS, 'utf8'));
const sets = Object.entries(results.sets);
const names = ['plain20', 'plain56', 'resnet20', 'resnet56'];
const recorded = Object.fromEntries(
  await Promise.all(
    names.map(async (name) => {
      const file = new URL(`../models/${name}.layers.json`, import.meta.url);
      const { layers } = JSON.parse(await readFile(file, 'utf8'));
      return [name, layers];
    }),
  ),
);

describe('the results', () => {
  it('are of the experiment that the page opens with, on made-up images and on photographs', () => {
    const { runs, images, testImages, ...shared } = experimentOf('depth');
    const { synthetic, ...recipe } = results.recipe;
    const common = { ...recipeOf(/** @type {any} */ (shared)), width: runs[0].width };
    const { numerics, tier, ...known } = recipe;
    assert.deepEqual(known, { ...common, images, testImages });
    assert.deepEqual([tier, Object.keys(results.sets)], ['simd128', ['synthetic', 'CIFAR-10']]);
  });

  it('are of the present version of the made-up images and of the numerics', async () => {
    const header = await readFile(new URL('../include/residua.h', import.meta.url), 'utf8');
    const versionOf = (/** @type {string} */ name) =>
      Number(new RegExp(`#define ${name} (\\d+)`).exec(header)?.[1]);
    assert.equal(results.recipe.synthetic, versionOf('RSD_SYNTHETIC_VERSION'));
    assert.equal(results.recipe.numerics, versionOf('RSD_NUMERICS_VERSION'));
  });

  it('are shown in docs/effect.md', async () => {
    assert.equal(await readFile(TABLES, 'utf8'), tablesOf(results));
  });

  for (const [name, holds] of Object.entries(AIMS)) {
    for (const [set, measured] of sets) {
      it(`${set}: ${name}`, () => assert.ok(holds(measured)));
    }
  }
});

describe('a text of a chapter', () => {
  const keys = CHAPTERS.flatMap(({ id, paragraphs, looks }) => [
    ...Array.from({ length: paragraphs }, (_, i) => `${id}_text${i + 1}`),
    ...Array.from({ length: looks }, (_, i) => `${id}_look${i + 1}`),
  ]);

  it('either claims a result or is known to claim none', () => {
    assert.deepEqual([...Object.keys(CLAIMS), ...NO_RESULTS].sort(), keys.sort());
  });

  for (const [key, claims] of Object.entries(CLAIMS)) {
    for (const { holds, ...phrases } of claims) {
      for (const lang of LANGS) {
        it(`says so in ${lang}: ${phrases[lang]}`, () => {
          const texts = /** @type {Record<string, unknown>} */ (pageMessages[lang]);
          assert.ok(String(texts[key]).includes(phrases[lang]));
        });
      }
      for (const [set, measured] of sets) {
        it(`${key} is so on ${set}: ${phrases.en}`, () => assert.ok(holds(measured, recorded)));
      }
    }
  }
});

describe('what the workbench says of another seed', () => {
  for (const [key, { set, holds, ...phrases }] of Object.entries(CAVEATS)) {
    it(`is so on ${set}: ${phrases.en}`, () => {
      for (const lang of LANGS) {
        const texts = /** @type {Record<string, unknown>} */ (labMessages[lang]);
        assert.ok(String(texts[key]).includes(phrases[lang]), lang);
      }
      assert.ok(holds(results.sets[set]));
    });
  }
});
