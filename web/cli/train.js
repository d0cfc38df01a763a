import { ResiduaError } from '../lib/errors.js';
import { withMetadata } from '../lib/file-metadata.js';
import { checkWritable, readWhole, writeWhole } from './files.js';
import { UsageError } from './flags.js';
import { needFlag, needNoOperands, openData, readNetName, withEngine } from './inputs.js';
import { bar, duration, note, percent, print, printJson, rounded, row } from './output.js';
import { headOf, Recorder } from './record.js';
import { checkSame, openCheckpoint, RECIPE_FLAGS, storedPath } from './resume.js';
import { resumeCommand } from './shell.js';

/** @typedef {import('./flags.js').Values} Values */
/** @typedef {import('../lib/index.js').Engine} Engine */
/** @typedef {import('../lib/index.js').Net} Net */
/** @typedef {import('../lib/index.js').Dataset} Dataset */
/** @typedef {import('../lib/index.js').Tick} Tick */

const COLUMNS = ['epoch', 'lr', 'train loss', 'train error', 'test loss', 'test error', 'images/s'];
const WIDTHS = [5, 8, 10, 11, 9, 10, 9];

const SPEC_FLAGS = ['width', 'shortcut', 'init', 'norm', 'seed'];

/** Ctrl-C ended the training: exit code 130. */
export class Interrupted extends Error {}

/**
 * What a run begins with.
 * @typedef {object} Start
 * @property {import('../lib/index.js').Recipe} recipe
 * @property {number} step
 * @property {(classes: number) => Promise<Net>} open the net, for so many classes
 */

/** @param {Values} given @param {string[]} operands */
export async function train(given, operands) {
  needNoOperands(operands);
  checkFlags(given);
  const parts = { ...specOf(given), ...recipeOf(given) };
  const checkpoint = given.resume === undefined ? null : await openCheckpoint(given, parts);
  const values = checkpoint ? checkpoint.settings : { data: 'synthetic', ...given };
  for (const file of [values.out, values.record]) {
    if (file !== undefined) await checkWritable(file);
  }
  if (!values.out) note('Nothing will be kept of the net: there is no --out.');
  await withEngine(values, async (engine) => {
    const start = checkpoint ? resumed(engine, checkpoint) : await begun(engine, values);
    const { recipe, step } = start;
    const data = await openData(engine, values);
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

/** @param {Engine} engine @param {import('./resume.js').Checkpoint} checkpoint @returns {Start} */
function resumed(engine, { bytes, recipe, step }) {
  return { recipe, step, open: () => engine.loadNet(bytes) };
}

/** @param {Engine} engine @param {Values} values @returns {Promise<Start>} */
async function begun(engine, values) {
  if (values.from !== undefined) return fineTuned(engine, values, await readWhole(values.from));
  const spec = /** @type {import('../lib/index.js').Spec} */ (specOf(values));
  await engine.plan(spec); // Says what is wrong with it before the data is read.
  return {
    recipe: recipeOf(values),
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
    const { signal } = controller;
    for await (const tick of net.train(data, { ...recipe, signal, force: values.force })) {
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
    if (error instanceof Interrupted) await keep(net, last, values);
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
async function endEpoch(net, data, tick, values) {
  const { json, out } = values;
  if (out && tick.step < tick.steps) await writeCheckpoint(net, values);
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

/** After Ctrl-C. @param {Net} net @param {Tick | null} last @param {Values} values */
async function keep(net, last, values) {
  const { out, resume } = values;
  const where = last ? `after step ${last.step} of ${last.steps}` : 'before the first step';
  if (!out) return note(`Stopped ${where}; nothing was kept, since there is no --out.`);
  if (!last && !resume) return note(`Stopped ${where}; ${out} was not written.`);
  if (last) await writeCheckpoint(net, values);
  note(`Stopped ${where}. Go on with: ${resumeCommand(last ? out : resume, values)}`);
}

/** With the state of the run, and where its images and its record are.
 * @param {Net} net @param {Values} values */
async function writeCheckpoint(net, { out, data, record }) {
  const file = withMetadata(await net.save({ optimizer: true }), {
    'data.path': storedPath(out, data),
    ...(record && { 'run.record': storedPath(out, record) }),
  });
  await writeWhole(out, file);
}
