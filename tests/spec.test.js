/** The list of names, limits and defaults in web/lib/spec.js says what the core says: each value that it
 * allows is accepted by the core, the next one is refused, and names mean the same numbers. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { createEngine, nameOfSpec, specFromName } from 'residua';
import { FIELDS } from '../web/lab/experiment.js';
import { inOurWords } from '../web/lib/core-errors.js';
import {
  CHOICES,
  DEPTHS,
  LIMITS,
  RECIPE_DEFAULTS,
  RECIPE_OPTIONS,
  SPEC_DEFAULTS,
  SYNTHETIC_VERSION,
} from '../web/lib/spec.js';

/** @typedef {import('../web/lib/index.js').Spec} Spec */
/** @typedef {import('../web/lib/index.js').Recipe} Recipe */

/** @type {import('../web/lib/index.js').Engine} */
let engine;
before(async () => {
  engine = await createEngine({ tier: 'simd128', threads: 1 });
});
after(() => engine.dispose());

const SPEC = /** @type {const} */ ({ family: 'residual', depth: 8, width: 1 });

/** @param {Partial<Spec>} part */
const plan = (part) => engine.plan({ ...SPEC, ...part }, { batchSize: 2 });

/** Trains one step with a part of a recipe, and returns what the core keeps of it.
 * @param {Partial<Spec>} spec @param {import('../web/lib/index.js').TrainOptions} recipe */
async function keptOf(spec, recipe) {
  const data = await engine.synthetic({ images: 4, testImages: 0 });
  const net = await engine.createNet({ ...SPEC, ...spec });
  try {
    for await (const _ of net.train(data, { epochs: 2, batchSize: 2, ...recipe })) break;
    return await engine.inspect(await net.save({ optimizer: true }));
  } finally {
    net.dispose();
  }
}

/** The metadata that the core writes names every value itself. */
describe('names of', () => {
  for (const part of /** @type {const} */ (['family', 'shortcut', 'norm', 'init'])) {
    test(part, async () => {
      for (const value of CHOICES[part]) {
        const given = value === 'gaussian' ? 'gaussian:0.01' : value;
        const { metadata } = await keptOf({ [part]: given }, { lr: 0 });
        assert.equal(metadata[part], value);
      }
    });
  }

  for (const part of /** @type {const} */ (['schedule', 'augment'])) {
    test(part, async () => {
      for (const value of CHOICES[part]) {
        const lr = value === 'own' ? () => 0 : 0;
        const { metadata } = await keptOf({}, { lr, [part]: value });
        assert.equal(metadata[`recipe.${part}`], value);
      }
    });
  }

  test('enumerations of the header, none missing', async () => {
    const header = await readFile(new URL('../include/residua.h', import.meta.url), 'utf8');
    for (const [name, prefix] of [
      ['shortcut', 'RSD_SHORTCUT_'],
      ['norm', 'RSD_NORM_'],
      ['init', 'RSD_INIT_'],
      ['conv', 'RSD_CONV_'],
      ['schedule', 'RSD_SCHEDULE_'],
      ['augment', 'RSD_AUGMENT_'],
    ]) {
      const found = [...header.matchAll(new RegExp(`${prefix}(\\w+)\\s*=\\s*(\\d+)`, 'g'))];
      const words = found.map(([, word]) => word.toLowerCase().replaceAll('_', '-'));
      const known = CHOICES[/** @type {keyof typeof CHOICES} */ (name)];
      assert.deepEqual(
        words,
        known.map((word) => word.toLowerCase()),
        name,
      );
      assert.deepEqual(
        found.map(([, , number]) => Number(number)),
        known.map((_, i) => i),
      );
    }
  });

  test('the version of the synthetic set', async () => {
    const header = await readFile(new URL('../include/residua.h', import.meta.url), 'utf8');
    const [, version] = /RSD_SYNTHETIC_VERSION (\d+)/.exec(header) ?? [];
    assert.equal(SYNTHETIC_VERSION, Number(version));
  });

  test('the declared types, none missing', async () => {
    const types = await readFile(new URL('../web/lib/index.d.ts', import.meta.url), 'utf8');
    for (const [name, values] of Object.entries(CHOICES)) {
      if (name === 'init') continue; // A template type, for its sigma.
      const union = values.map((value) => `'${value}'`).join(' | ');
      assert.ok(types.includes(union), `index.d.ts lacks ${name}: ${union}`);
    }
  });
});

test('messages of the core reach JavaScript with the names that are there', async () => {
  /** Faults that no call of the library can make. */
  const ofCallers = /rsd_tier_choice|rsd_pool_bytes\(\)|plan\.checkpoint_bytes/;
  const inC = /(?<![\w".])(?:(?:rsd|RSD)_\w+|[a-z]+(?:_[a-z]+)+)/;
  const folder = new URL('../src/', import.meta.url);
  const files = (await readdir(folder, { recursive: true })).filter(
    (name) => /\.[ch]$/.test(name) && !/^(command|simd)/.test(name),
  );
  let found = 0;
  for (const name of files) {
    const text = await readFile(new URL(name.replaceAll('\\', '/'), folder), 'utf8');
    const whole = text.replace(/"\s*\n\s*"/g, '');
    for (const [, literal] of whole.matchAll(/"((?:[^"\\\n]|\\.)*)"/g)) {
      if (!/^[\w%][^{}]* [^{}]*$/.test(literal) || ofCallers.test(literal)) continue;
      const message = literal.replaceAll('\\"', '"');
      if (inC.test(message)) found++;
      assert.doesNotMatch(inOurWords(message), inC, name);
    }
  }
  assert.ok(found > 10, `only ${found} messages name anything`);
  const fields = await readFile(new URL('io/checkpoint/fields.c', folder), 'utf8');
  for (const [, key] of fields.matchAll(/"recipe\.(\w+)"/g)) {
    const own = key.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
    assert.equal(inOurWords(`has ${key} 1`), `has ${own} 1`);
  }
  const ofFile = 'the metadata has "x" for "batch_size" and recipe.weight_decay';
  assert.equal(inOurWords(ofFile), ofFile);
});

test('a network is understood by all its names, and one is printed', () => {
  for (const name of ['resnet20', 'resnet-20', 'ResNet-20', 'RESNET20']) {
    assert.deepEqual(specFromName(name), { family: 'residual', depth: 20 });
  }
  for (const name of ['plain20', 'plain-20', 'Plain-20']) {
    assert.equal(nameOfSpec(specFromName(name)), 'plain20');
  }
});

describe('limits:', () => {
  test('depth is 6n+2', async () => {
    assert.equal(DEPTHS[0], LIMITS.depth.min);
    assert.equal(DEPTHS.at(-1), LIMITS.depth.max);
    for (const depth of DEPTHS) await plan({ depth });
    for (const depth of [2, 9, 21, LIMITS.depth.max + 6]) {
      await assert.rejects(plan({ depth }), { code: 'BAD_SPEC' });
    }
  });

  for (const part of /** @type {const} */ (['width', 'classes', 'frozenStages'])) {
    test(part, async () => {
      const { min, max } = LIMITS[part];
      await plan({ [part]: min });
      await plan({ [part]: max });
      await assert.rejects(plan({ [part]: min - 1 }));
      await assert.rejects(plan({ [part]: max + 1 }));
    });
  }

  test('batchSize', async () => {
    const { max } = LIMITS.batchSize;
    await engine.plan(SPEC, { batchSize: max });
    await assert.rejects(engine.plan(SPEC, { batchSize: max + 1 }));
    await assert.rejects(keptOf({}, { batchSize: LIMITS.batchSize.min - 1 }));
  });

  test('sigma', async () => {
    await plan({ init: `gaussian:${LIMITS.sigma.max * 0.99}` });
    for (const sigma of ['0', '-1', LIMITS.sigma.max, '1e999']) {
      await assert.rejects(plan({ init: /** @type {any} */ (`gaussian:${sigma}`) }));
    }
  });

  for (const part of /** @type {const} */ (['lr', 'momentum', 'weightDecay'])) {
    test(part, async () => {
      const { min, max, excludesMax } = LIMITS[part];
      await keptOf({}, { [part]: min });
      await assert.rejects(keptOf({}, { [part]: -0.5 }));
      await assert.rejects(keptOf({}, { [part]: excludesMax ? max : max * 2 }));
    });
  }

  for (const part of /** @type {const} */ ([
    ...['labelSmoothing', 'clip', 'ema', 'mixup', 'cutout'],
  ])) {
    test(part, async () => {
      const { min, max, excludesMax, whole } = LIMITS[part];
      await keptOf({}, { [part]: min });
      await keptOf({}, { [part]: excludesMax ? max * 0.99 : whole ? max : Math.min(max, 1) });
      await assert.rejects(keptOf({}, { [part]: -0.5 }));
      await assert.rejects(keptOf({}, { [part]: excludesMax ? max : max * 2 }));
      if (whole) await assert.rejects(keptOf({}, { [part]: 1.5 }));
    });
  }

  test('classWeights', async () => {
    const weights = Array.from({ length: 10 }, (_, i) => 0.5 + i / 10);
    assert.deepEqual((await keptOf({}, { classWeights: weights })).recipe?.classWeights, weights);
    for (const wrong of [[1], [...weights, 1], weights.map((_, i) => i), [NaN], '1', 1]) {
      await assert.rejects(keptOf({}, { classWeights: /** @type {any} */ (wrong) }), {
        code: 'BAD_ARGUMENT',
      });
    }
  });

  test('epochs', async () => {
    await assert.rejects(keptOf({}, { epochs: 0 }));
    await assert.rejects(keptOf({}, { epochs: LIMITS.epochs.max }), /fewer than 2\^31/);
  });

  test('the page offers nothing that the core refuses', () => {
    for (const { name, options = [], min, max, default: value } of FIELDS) {
      const limit = LIMITS[/** @type {keyof typeof LIMITS} */ (name)];
      if (!limit) continue;
      for (const offered of [...options, min ?? limit.min, max ?? limit.max, value]) {
        if (typeof offered !== 'number') continue;
        assert.ok(offered >= limit.min && offered <= limit.max, `${name} ${offered}`);
      }
    }
    const momentum = FIELDS.find(({ name }) => name === 'momentum');
    assert.equal(momentum?.excludesMax, true);
  });
});

/** Of what a recipe may add, files and what is said of them have what is on. */
test('what a recipe adds is kept as it was given', async () => {
  /** @type {import('../web/lib/index.js').RecipeOptions} */
  const on = {
    ...{ nesterov: true, noDecayNorm: true, labelSmoothing: 0.1, clip: 1.5, ema: 0.99 },
    ...{
      mixup: 0.2,
      cutout: 8,
      augmentSeed: 2 ** 53 - 1,
      classWeights: [1, 2, 3, 4, 5, 6, 7, 8, 9, 0.1],
    },
  };
  assert.deepEqual(Object.keys(on), Object.keys(RECIPE_OPTIONS));
  const kept = await keptOf({}, on);
  const plain = await keptOf({}, RECIPE_OPTIONS);
  for (const [name, value] of Object.entries(on)) {
    const key = /** @type {keyof typeof on} */ (name);
    const written = `recipe.${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
    assert.deepEqual(kept.recipe?.[key], value, name);
    assert.equal(kept.metadata[written], String(value === true ? 1 : value));
    assert.ok(plain.recipe && !(key in plain.recipe) && !(written in plain.metadata), name);
  }
});

test('defaults are those of the core', async () => {
  const { spec, recipe } = await keptOf({ width: undefined }, { epochs: undefined });
  const { family: _family, depth: _depth, mean: _mean, std: _std, ...rest } = spec;
  assert.deepEqual(rest, SPEC_DEFAULTS);
  for (const [name, value] of Object.entries({ ...RECIPE_DEFAULTS, batchSize: 2 })) {
    assert.equal(recipe?.[/** @type {keyof Recipe} */ (name)], value, name);
  }
});
