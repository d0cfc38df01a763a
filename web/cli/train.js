import { ResiduaError } from '../lib/errors.js';
import { nameOfSpec } from '../lib/index.js';
import { checkWritable, readWhole, writeWhole } from './files.js';
import { UsageError } from './flags.js';
import { needFlag, needNoOperands, openData, readNetName, withEngine } from './inputs.js';
import { bar, duration, note, percent, print, printJson, rounded, row } from './output.js';
import { headOf, Recorder } from './record.js';

/** @typedef {import('./flags.js').Values} Values */
/** @typedef {import('../lib/index.js').Engine} Engine */
/** @typedef {import('../lib/index.js').Net} Net */
/** @typedef {import('../lib/index.js').Dataset} Dataset */
/** @typedef {import('../lib/index.js').Tick} Tick */

const COLUMNS = ['epoch', 'lr', 'train loss', 'train error', 'test loss', 'test error', 'images/s'];
const WIDTHS = [5, 8, 10, 11, 9, 10, 9];

/** What the recipe's parts are called here. @type {Record<string, string>} */
const RECIPE_FLAGS = {
  epochs: 'epochs',
  batchSize: 'batch',
  lr: 'lr',
  momentum: 'momentum',
  weightDecay: 'weight-decay',
  schedule: 'schedule',
  augment: 'augment',
  seed: 'seed',
};
const SPEC_FLAGS = ['width', 'shortcut', 'init', 'norm', 'seed'];

/** Ctrl-C ended the training: exit code 130. */
export class Interrupted extends Error {}

/**
 * What a run begins with.
 * @typedef {object} Start
 * @property {import('../lib/index.js').Recipe} recipe
 * @property {number} [images]
 * @property {number} step
 * @property {(classes: number) => Promise<Net>} open the net, for so many classes
 */

/** @param {Values} values @param {string[]} operands */
export async function train(values, operands) {
  needNoOperands(operands);
  checkFlags(values);
  for (const file of [values.out, values.record]) {
    if (file !== undefined) await checkWritable(file);
  }
  const file = values.resume ?? values.from;
  const bytes = file === undefined ? null : await readWhole(file);
  const startOf = values.resume ? resumed : values.from ? fineTuned : fresh;
  await withEngine(values, async (engine) => {
    const start = await startOf(engine, values, /** @type {Uint8Array} */ (bytes));
    const { recipe, images, step } = start;
    const data = await openData(engine, { data: 'synthetic', images, ...values });
    const net = await start.open(data.classes.length);
    const recorder = values.record
      ? new Recorder(values.record, headOf(engine, net, data, recipe))
      : null;
    if (step > 0) await recorder?.resume(step);
    await follow(engine, net, data, recipe, values, recorder);
  });
}

/** @param {Values} values */
function checkFlags(values) {
  if (values.resume !== undefined && values.from !== undefined) {
    throw new UsageError('--resume goes on with a run, --from begins one; give one of them.');
  }
  if (values.freeze !== undefined) needFlag(values, 'from');
  if (values.resume === undefined && values.from === undefined) needFlag(values, 'net');
  if (values.net !== undefined) readNetName(values.net);
}

/** The parts of the recipe that were given. @param {Values} values */
function recipeOf(values) {
  const given = Object.entries(RECIPE_FLAGS).filter(([, flag]) => values[flag] !== undefined);
  return Object.fromEntries(given.map(([part, flag]) => [part, values[flag]]));
}

/** The parts of the spec that were given. @param {Values} values */
function specOf(values) {
  const given = SPEC_FLAGS.filter((flag) => values[flag] !== undefined);
  const parts = Object.fromEntries(given.map((flag) => [flag, values[flag]]));
  return values.net === undefined ? parts : { ...parts, ...readNetName(values.net) };
}

/** @param {Engine} engine @param {Values} values @returns {Promise<Start>} */
async function fresh(engine, values) {
  const spec = /** @type {import('../lib/index.js').Spec} */ (specOf(values));
  await engine.plan(spec); // Says what is wrong with it before the data is read.
  return {
    recipe: recipeOf(values),
    images: values.images,
    step: 0,
    open: (classes) => engine.createNet({ ...spec, classes }),
  };
}

/** The weights of a net; its head too, unless the data has another number of classes.
 * @param {Engine} engine @param {Values} values @param {Uint8Array} file @returns {Promise<Start>} */
async function fineTuned(engine, values, file) {
  const { spec } = await engine.inspect(file);
  const { seed = spec.seed, ...given } = specOf(values);
  for (const [part, value] of Object.entries(given)) {
    checkSame('net', values.from, part, spec[/** @type {keyof typeof spec} */ (part)], value);
  }
  const frozenStages = values.freeze ?? 0;
  return {
    recipe: { seed, ...recipeOf(values) },
    images: values.images,
    step: 0,
    async open(classes) {
      const net = await engine.loadNet(file, { classes, frozenStages, seed });
      const head = classes === spec.classes ? 'its head' : `a new head for ${classes} classes`;
      const frozen = frozenStages > 0 ? `, ${frozenStages} stages frozen` : '';
      note(`Fine-tuning ${net.name} from ${values.from}, with ${head}${frozen}.`);
      return net;
    },
  };
}

/** The net of a checkpoint and the recipe it was trained with; flags may only repeat them.
 * @param {Engine} engine @param {Values} values @param {Uint8Array} file @returns {Promise<Start>} */
async function resumed(engine, values, file) {
  const info = await engine.inspect(file);
  const { resume } = values;
  if (!info.recipe) {
    const problem = `${resume} holds weights alone, not the state of a run`;
    const advice = 'resume from a checkpoint that --out wrote during training';
    throw new ResiduaError('MISMATCH', 'train', `${problem}; ${advice}.`);
  }
  const { images, ...recipe } = info.recipe;
  const there = { ...info.spec, ...info.recipe };
  for (const [part, value] of Object.entries({ ...specOf(values), ...recipeOf(values) })) {
    checkSame('run', resume, part, there[/** @type {keyof typeof there} */ (part)], value);
  }
  if (values.images !== undefined) checkSame('run', resume, 'images', images, values.images);
  note(`Going on with ${nameOfSpec(info.spec)} after step ${info.metadata.step}.`);
  const step = Number(info.metadata.step);
  return { recipe, images, step, open: () => engine.loadNet(file) };
}

/** @param {'net' | 'run'} what @param {string} file @param {string} part @param {unknown} there
 * @param {unknown} given */
function checkSame(what, file, part, there, given) {
  const same =
    typeof given === 'number' ? Math.fround(given) === Math.fround(Number(there)) : given === there;
  if (same) return;
  const flag = RECIPE_FLAGS[part] ?? (part === 'family' || part === 'depth' ? 'net' : part);
  const problem = `The ${what} in ${file} has ${part} ${there}, not ${given}`;
  throw new ResiduaError('MISMATCH', 'train', `${problem}; leave --${flag} out, or start anew.`);
}

/** Trains to the end, or to Ctrl-C, and tells. @param {Engine} engine @param {Net} net
 * @param {Dataset} data @param {import('../lib/index.js').Recipe} recipe @param {Values} values
 * @param {Recorder | null} recorder */
async function follow(engine, net, data, recipe, values, recorder) {
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Interrupted());
  process.once('SIGINT', interrupt);
  let last = /** @type {Tick | null} */ (null);
  try {
    if (!values.json) print(row(COLUMNS, WIDTHS));
    for await (const tick of net.train(data, { ...recipe, signal: controller.signal })) {
      last = tick;
      recorder?.push(tick);
      showProgress(net.name, tick);
      if (tick.kind !== 'epoch') continue;
      await endEpoch(net, data, tick, values);
      await recorder?.write(tick.step < tick.steps ? 'stopped' : 'finished');
    }
  } catch (error) {
    const diverged = error instanceof ResiduaError && error.code === 'DIVERGED';
    if (diverged || error instanceof Interrupted) {
      await recorder?.write(diverged ? 'diverged' : 'stopped');
    }
    if (error instanceof Interrupted) await keep(net, last, values.out);
    throw error;
  } finally {
    process.off('SIGINT', interrupt);
    bar.clear();
  }
  await finish(engine, net, /** @type {Tick} */ (last), values);
}

/** @param {string} net @param {Tick} tick */
function showProgress(net, { step, steps, epoch, epochs, loss, trainError, seconds, ...tick }) {
  const done = `${net} epoch ${Math.min(Math.floor(epoch) + 1, epochs)}/${epochs}`;
  const speed = `${tick.imagesPerSecond.toFixed(0)} images/s`;
  const figures = `loss ${loss.toFixed(3)}  error ${percent(trainError)}  ${speed}`;
  bar.show(step / steps, `${done}  ${figures}  ${duration(seconds)}`);
}

/** @param {Net} net @param {Dataset} data @param {Tick} tick @param {Values} values */
async function endEpoch(net, data, tick, { json, out }) {
  if (out && tick.step < tick.steps) await writeWhole(out, await net.save({ optimizer: true }));
  const images = data.train.labels.length;
  const figures = {
    net: net.name,
    epoch: tick.epoch,
    images,
    lr: Number(tick.lr.toPrecision(7)),
    train_loss: tick.trainLoss,
    train_error: tick.trainError,
    test_loss: tick.testLoss ?? null,
    test_error: tick.testError ?? null,
    images_per_s: rounded(tick.imagesPerSecond, 1),
    seconds: rounded(tick.seconds, 3),
  };
  bar.clear();
  if (json) printJson(figures);
  else print(tableRow(figures));
}

/** @param {{ epoch: number, lr: number, train_loss: number, train_error: number,
 *   test_loss: number | null, test_error: number | null, images_per_s: number }} figures */
function tableRow({ epoch, lr, train_loss, train_error, test_loss, test_error, images_per_s }) {
  const errors = [train_loss.toFixed(4), percent(train_error)];
  const tests = [test_loss?.toFixed(4) ?? '-', percent(test_error)];
  return row([epoch, lr, ...errors, ...tests, images_per_s], WIDTHS);
}

/** @param {Engine} engine @param {Net} net @param {Tick} last @param {Values} values */
async function finish({ tier, threads, conv, numerics }, net, { trajectory }, { json, out }) {
  if (out) await writeWhole(out, await net.save());
  const made = { done: true, net: net.name, trajectory, tier, threads, conv, numerics };
  if (json) printJson(made);
  else print(`trajectory ${trajectory} (${tier}, ${threads} threads, conv ${conv}, ${numerics})`);
  if (out) note(`The weights are in ${out}.`);
}

/** After Ctrl-C. @param {Net} net @param {Tick | null} last @param {string} [out] */
async function keep(net, last, out) {
  const where = last ? `after step ${last.step} of ${last.steps}` : 'before the first step';
  if (!out) return note(`Stopped ${where}; nothing was kept, since there is no --out.`);
  if (!last) return note(`Stopped ${where}; ${out} was not written.`);
  await writeWhole(out, await net.save({ optimizer: true }));
  note(`Stopped ${where}. Go on with: residua train --resume ${out}`);
}
