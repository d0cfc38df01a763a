/** residua train: what a run begins with, from the flags, a configuration or a checkpoint. */

import { counted } from '../lib/counted.js';
import { bitsOfTier } from '../lib/provenance.js';
import { completeRecipe, RECIPE_DEFAULTS, SPEC_DEFAULTS, specFromName } from '../lib/spec.js';
import { flagsOfRecipe, readConfig } from './config.js';
import { checkEnding, readWhole } from './files.js';
import { UsageError } from './flags.js';
import { follow } from './follow.js';
import { named, needFlag, needNoOperands, openData, withEngine } from './inputs.js';
import { noteAssumption, readNormalisation } from './normalisation.js';
import { note } from './output.js';
import { headOf, Recorder } from './record.js';
import { checkSame, openCheckpoint, RECIPE_FLAGS } from './resume.js';
import { checkFiles, isRunFolder, RunFiles } from './run-files.js';
import { Best, checkValidation, holdValidation } from './validation.js';

/** @typedef {import('./flags.js').Values} Values */
/** @typedef {import('../lib/index.js').Engine} Engine */
/** @typedef {import('../lib/index.js').Net} Net */

const SPEC_FLAGS = ['width', 'shortcut', 'init', 'norm'];

/**
 * What a run begins with.
 * @typedef {object} Start
 * @property {import('../lib/index.js').Recipe} recipe
 * @property {(classes: number) => Promise<Net>} open the net, for so many classes
 */

/** @param {Values} flags @param {string[]} operands @param {string[]} names of the flags that there are */
export async function train(flags, operands, names) {
  needNoOperands(operands);
  const own = flags.config ? { ...(await readConfig(flags.config, names)), ...flags } : flags;
  const given = { ...flagsOfRecipe(own), ...own };
  checkFlags(given);
  const parts = { spec: specOf(given), recipe: recipeOf(given) };
  const checkpoint = given.resume === undefined ? null : await openCheckpoint(given, parts);
  const values = checkpoint ? checkpoint.settings : { data: 'synthetic', ...given };
  checkValidation(values);
  checkFiles(values);
  const best = new Best(checkpoint?.metadata);
  if (checkpoint) checkPatience(values, best, checkpoint.step / checkpoint.stepsPerEpoch);
  const files = await RunFiles.prepare(values);
  await withEngine(values, async (engine) => {
    const start = checkpoint ? resumed(engine, checkpoint) : await begun(engine, values);
    const whole = await openData(engine, values);
    // A checkpoint's recipe has the images that validation has left.
    if (values.validation !== undefined) values.images = whole.train.labels.length;
    const net = await start.open(whole.classes.length);
    const seed = completeRecipe(start.recipe, net.spec.seed).seed;
    const { data, validation } = holdValidation(whole, values.validation, seed);
    const isAsked = own.batch !== undefined || checkpoint !== null;
    const fitting = isAsked ? start.recipe : fitted(start.recipe, data.train.labels.length);
    const recipe = completeRecipe(fitting, net.spec.seed);
    const head = files.record && (await headOf(engine, net, data, recipe));
    const recorder = files.record && head ? new Recorder(files.record, head) : null;
    if (checkpoint) await recorder?.resume(checkpoint, values.force);
    const before = checkpoint?.step ?? 0;
    const counts = { images: whole.train.labels.length, 'test-images': data.test.labels.length };
    const effective = { ...values, ...counts, tier: bitsOfTier(engine.tier), conv: engine.conv };
    await files.begin({ values: effective, net, recipe }, before);
    const run = { engine, net, data, validation, recipe, values, before, files, recorder, best };
    await follow(run);
  });
}

/** @param {Values} values */
function checkFlags(values) {
  if (values.resume !== undefined && values.from !== undefined) {
    throw new UsageError('--resume goes on with a run, --from begins one; give one of them.');
  }
  if (values.resume !== undefined && (values.mean ?? values.std) !== undefined) {
    throw new UsageError(
      '--resume keeps the normalisation of the run; leave --mean and --std out.',
    );
  }
  if (values.resume !== undefined && values.recipe !== undefined) {
    throw new UsageError('--resume keeps the recipe of the run; leave --recipe out.');
  }
  if (values.freeze !== undefined) needFlag(values, 'from');
  if (values.extend !== undefined) needFlag(values, 'resume');
  if (values.extend === 0) throw new UsageError('--extend is 1 or more.');
  if (values.resume === undefined && values.from === undefined) needFlag(values, 'net');
  if (values.nesterov && values.momentum === 0)
    throw new UsageError('--nesterov needs a --momentum above 0.');
  checkEndings(values);
}

/** A run that goes on may keep its file, whatever it is called. @param {Values} values */
function checkEndings({ out, record, resume }) {
  if (out !== undefined && out !== resume && !isRunFolder(out))
    checkEnding('out', out, '.safetensors');
  if (record !== undefined) checkEnding('record', record, '.json');
}

/** A run that its patience has ended stays ended. @param {Values} values @param {Best} best
 * @param {number} epoch */
function checkPatience({ resume, patience }, best, epoch) {
  if (!best.isOver(epoch, patience)) return;
  const problem = `The run in ${resume} stopped early, after ${counted(patience, 'epoch')} without improvement`;
  throw new UsageError(`${problem}; to go on, give a larger --patience.`);
}

/** A batch that nobody asked for has no more images than there are.
 * @param {import('../lib/index.js').Recipe} recipe @param {number} images */
function fitted(recipe, images) {
  const { batchSize = RECIPE_DEFAULTS.batchSize } = recipe;
  if (images >= batchSize || images === 0) return recipe;
  note(`--batch is ${images}, since there are fewer than ${batchSize} training images.`);
  return { ...recipe, batchSize: images };
}

/** The parts of the recipe that were given. @param {Values} values */
function recipeOf(values) {
  const given = Object.entries(RECIPE_FLAGS).filter(([, flag]) => values[flag] !== undefined);
  const seed = values['seed-order'] ?? values.seed;
  const parts = Object.fromEntries(given.map(([part, flag]) => [part, values[flag]]));
  return seed === undefined ? parts : { ...parts, seed };
}

/** The parts of the spec that were given. @param {Values} values */
function specOf(values) {
  const given = SPEC_FLAGS.filter((flag) => values[flag] !== undefined);
  const seed = values['seed-weights'] ?? values.seed;
  return {
    ...Object.fromEntries(given.map((flag) => [flag, values[flag]])),
    ...(seed !== undefined && { seed }),
    ...(values.net !== undefined && specFromName(values.net)),
  };
}

/** @param {Engine} engine @param {import('./resume.js').Checkpoint} checkpoint @returns {Start} */
function resumed(engine, { bytes, recipe }) {
  return { recipe, open: () => engine.loadNet(bytes) };
}

/** @param {Engine} engine @param {Values} values @returns {Promise<Start>} */
async function begun(engine, values) {
  if (values.from !== undefined) return fineTuned(engine, values, await readWhole(values.from));
  const given = { ...specOf(values), ...readNormalisation(values) };
  const spec = /** @type {import('../lib/index.js').Spec} */ (given);
  await engine.plan(spec); // Says what is wrong with it before the data is read.
  return {
    recipe: { seed: SPEC_DEFAULTS.seed, ...recipeOf(values) },
    open: (classes) => engine.createNet({ ...spec, classes }),
  };
}

/** The weights of a net; its head too, unless the data has another number of classes.
 * @param {Engine} engine @param {Values} values @param {Uint8Array} file @returns {Promise<Start>} */
async function fineTuned(engine, values, file) {
  const info = await named(values.from, engine.inspect(file));
  const { spec } = info;
  const normalisation = readNormalisation(values);
  noteAssumption(values.from, info, values);
  const { seed = spec.seed, ...given } = specOf(values);
  for (const [part, value] of Object.entries(given)) {
    checkSame('net', values.from, part, spec[/** @type {keyof typeof spec} */ (part)], value);
  }
  const frozenStages = values.freeze ?? 0;
  return {
    recipe: { seed: spec.seed, ...recipeOf(values) },
    async open(classes) {
      const loading = engine.loadNet(file, { classes, frozenStages, seed, ...normalisation });
      const net = await named(values.from, loading);
      const head = classes === spec.classes ? 'its head' : `a new head for ${classes} classes`;
      const frozen = frozenStages > 0 ? `, ${counted(frozenStages, 'stage')} frozen` : '';
      note(`Fine-tuning ${net.name} from ${values.from}, with ${head}${frozen}.`);
      return net;
    },
  };
}
