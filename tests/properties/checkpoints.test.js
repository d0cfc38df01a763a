/** Checkpoints come from anyone: what a file says of itself is read as the core reads it, or refused. */
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import fc from 'fast-check';
import { createEngine } from 'residua';
import { classNamesOf, metadataOf, withMetadata } from '../../web/lib/file-metadata.js';
import { CHOICES } from '../../web/lib/spec.js';
import { damaged, damagedText, edits, textEdits } from './mutations.js';
import { property, resultOrRefusal } from './property.js';

const REFUSALS = ['BAD_FILE', 'BAD_SPEC', 'MISMATCH', 'NO_MEMORY'];

/** A file of another header over the same data. @param {Buffer} file
 * @param {(header: string) => string} change */
function withHeader(file, change) {
  const end = 8 + Number(file.readBigUInt64LE());
  const header = Buffer.from(change(file.subarray(8, end).toString()));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, file.subarray(end)]);
}

/** What is added to a header, and how names may be written in one. */
const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'class_names',
    'recipe.lr',
    'recipe.schedule',
    'recipe.nesterov',
    'recipe.ema',
    'recipe.cutout',
    'recipe.augment_seed',
    'recipe.class_weights',
    'net',
    'mean',
    '__proto__',
    'step',
  ),
);
const written = (/** @type {string} */ text) => JSON.stringify(text).replace(/^"_/, '"\\u005f');
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.constantFrom('', 'NaN', '1e999', '-1', '4294967296', '["a","b"]', 'residual8', 'paper'),
);
const tensor = fc.constantFrom('{"dtype":"F32","shape":[0],"data_offsets":[0,0]}', '{}', '0');
const entry = fc.oneof(
  fc.tuple(name, value).map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`),
  fc.tuple(name, value).map(([key, text]) => `${written(key)}:${JSON.stringify(text)}`),
);

describe('a checkpoint', () => {
  /** @type {import('residua').Engine} */
  let engine;
  /** Weights alone, and with the state of a run. @type {Buffer[]} */
  let files;
  before(async () => {
    engine = await createEngine({ tier: 'simd128', threads: 1, worker: false });
    const data = await engine.synthetic({ images: 8, testImages: 1 });
    const net = await engine.createNet({ family: 'plain', depth: 8, width: 1 });
    for await (const tick of net.train(data, { epochs: 2, batchSize: 4 }))
      if (tick.step === 2) break;
    files = [await net.save(), await net.save({ optimizer: true })].map((file) =>
      Buffer.from(file),
    );
  });
  after(() => engine.dispose());

  /** The file is refused, or all that is said of it is sound, and it loads or is refused. @param {Buffer} file */
  const check = async (file) => {
    const info = await resultOrRefusal(() => engine.inspect(file), REFUSALS);
    if (!info) return;
    for (const text of Object.values(info.metadata)) assert.equal(typeof text, 'string');
    for (const text of info.classNames ?? []) assert.equal(typeof text, 'string');
    assert.ok(info.classNames === null || info.classNames.length === info.spec.classes);
    if (info.recipe) {
      const { lr, momentum, weightDecay, schedule, augment, ...more } = info.recipe;
      const { labelSmoothing = 0, clip = 0, ema = 0, mixup = 0, ...rest } = more;
      const { nesterov = true, noDecayNorm = true, classWeights = [1], ...whole } = rest;
      const numbers = [lr, momentum, weightDecay, labelSmoothing, clip, ema, mixup];
      for (const number of [...numbers, ...classWeights]) assert.ok(Number.isFinite(number));
      assert.ok(nesterov === true && noDecayNorm === true);
      for (const number of Object.values(whole)) assert.ok(Number.isInteger(number));
      assert.ok(CHOICES.schedule.includes(schedule));
      assert.ok(['none', 'flip', 'crop-flip', 'shift-flip'].includes(augment));
    }
    const net = await resultOrRefusal(() => engine.loadNet(file), REFUSALS);
    net?.dispose();
  };
  const which = fc.nat(1);

  property('that was damaged is read or refused', 150, [which, edits], (i, changes) =>
    check(damaged(files[i], changes)),
  );

  property('whose header was damaged is read or refused', 200, [which, textEdits], (i, changes) =>
    check(withHeader(files[i], (header) => damagedText(header, changes))),
  );

  property(
    'with more metadata is read or refused',
    150,
    [which, fc.array(entry, { minLength: 1, maxLength: 3 }), fc.boolean()],
    (i, entries, first) =>
      check(
        withHeader(files[i], (header) =>
          first
            ? header.replace('"__metadata__":{', `"__metadata__":{${entries.join()},`)
            : header.replace(/("__metadata__":\{[^}]*)\}/, `$1,${entries.join()}}`),
        ),
      ),
  );

  property(
    'with another entry is read or refused',
    100,
    [which, name, tensor, fc.boolean()],
    (i, key, text, first) =>
      check(
        withHeader(files[i], (header) => {
          const added = `${written(key)}:${text}`;
          return first
            ? header.replace('{', `{${added},`)
            : header.replace(/\}(\s*)$/, `,${added}}$1`);
        }),
      ),
  );

  property(
    'keeps what is added to it',
    60,
    [
      which,
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        fc.string({ unit: 'grapheme' }),
      ),
    ],
    async (i, more) => {
      const file = withMetadata(files[i], more);
      assert.deepEqual({ ...metadataOf(file) }, { ...metadataOf(files[i]), ...more });
      const [end, before] = [file, files[i]].map(
        (bytes) => 8 + Number(Buffer.from(bytes).readBigUInt64LE()),
      );
      assert.equal(end % 8, 0);
      assert.deepEqual(Buffer.from(file.subarray(end)), files[i].subarray(before));
      assert.deepEqual((await engine.inspect(file)).spec, (await engine.inspect(files[i])).spec);
    },
  );

  property(
    'has the names of its classes or none',
    200,
    [fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 5 }), fc.json()],
    (names, json) => {
      const class_names = JSON.stringify(names);
      assert.deepEqual(classNamesOf({ class_names }, names.length), names);
      assert.equal(classNamesOf({ class_names }, names.length + 1), null);
      const other = classNamesOf({ class_names: json }, 2);
      assert.ok(
        other === null || (other.length === 2 && other.every((one) => typeof one === 'string')),
      );
    },
  );
});
