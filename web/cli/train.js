import { ResiduaError } from '../lib/errors.js';
import { withMetadata } from '../lib/file-metadata.js';
import { OutputFile, readWhole } from './files.js';
import { UsageError } from './flags.js';
import { named, needFlag, needNoOperands, openData, readNetName, withEngine } from './inputs.js';
import { noteAssumption, readNormalisation } from './normalisation.js';
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
 * @property {(classes: number) => Promise<Net>} open the net, for so many classes
 */

/** @param {Values} given @param {string[]} operands */
export async function train(given, operands) {
  needNoOperands(operands);
  checkFlags(given);
  const parts = { ...specOf(given), ...recipeOf(given) };
  const checkpoint = given.resume === undefined ? null : await openCheckpoint(given, parts);
  const values = checkpoint ? checkpoint.settings : { data: 'synthetic', ...given };
  const files = await prepareFiles(values);
  await withEngine(values, async (engine) => {
    const start = checkpoint ? resumed(engine, checkpoint) : await begun(engine, values);
    const { recipe } = start;
    const data = await openData(engine, values);
    const net = await start.open(data.classes.length);
    const head = files.record && (await headOf(engine, net, data, recipe));
    const recorder = files.record && head ? new Recorder(files.record, head) : null;
    if (checkpoint) await recorder?.resume(checkpoint, values.force);
    const before = checkpoint?.step ?? 0;
    await follow(engine, net, data, recipe, { values, out: files.out, recorder, before });
  });
}

/** Where the result goes.
 * @typedef {object} Kept
 * @property {Values} values
 * @property {OutputFile | null} out
 * @property {Recorder | null} recorder
 * @property {number} before steps that an earlier process made */

/** @param {Values} values */
async function prepareFiles({ out, record, resume, force }) {
  const prepare = (/** @type {string | undefined} */ file, /** @type {string} */ own) =>
    file === undefined ? null : OutputFile.prepare(file, { force, own });
  const files = {
    out: await prepare(out, resume),
    record: await prepare(record, resume && record), // Whose it is, the recorder finds out.
  };
  if (files.out && files.record?.isSame(files.out)) {
    throw new UsageError('--out and --record are one file; name two.');
  }
  if (!out) note('Nothing will be kept of the net: there is no --out.');
  return files;
}

/** @param {Values} values */
function checkFlags(values) {
  if (values.resume !== undefined && values.from !== undefined) {
    throw new UsageError('--resume goes on with a run, --from begins one; give one of them.');
  }
  if (values.resume !== undefined && (values.mean ?? values.std) !== undefined) {
    throw new UsageError('A run that goes on keeps its normalisation; leave --mean and --std out.');
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
    recipe: recipeOf(values),
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
    recipe: { seed, ...recipeOf(values) },
    async open(classes) {
      const loading = engine.loadNet(file, { classes, frozenStages, seed, ...normalisation });
      const net = await named(values.from, loading);
      const head = classes === spec.classes ? 'its head' : `a new head for ${classes} classes`;
      const frozen = frozenStages > 0 ? `, ${frozenStages} stages frozen` : '';
      note(`Fine-tuning ${net.name} from ${values.from}, with ${head}${frozen}.`);
      return net;
    },
  };
}

/** Checkpoints come with the ticks of epochs' ends alone, and so are of the same step. */
const AT_EPOCHS = 1e9;

/** Trains to the end, or to Ctrl-C, and tells. @param {Engine} engine @param {Net} net
 * @param {Dataset} data @param {import('../lib/index.js').Recipe} recipe @param {Kept} kept */
async function follow(engine, net, data, recipe, kept) {
  const { values, out, recorder, before } = kept;
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Interrupted());
  process.once('SIGINT', interrupt);
  let last = /** @type {Tick | null} */ (null);
  const training = net.train(data, {
    ...recipe,
    signal: controller.signal,
    force: values.force,
    ...(out && { checkpointEverySeconds: AT_EPOCHS }),
  });
  try {
    if (!values.json) print(row(COLUMNS, WIDTHS));
    for await (const { checkpoint, ...tick } of training) {
      last = tick;
      recorder?.push(tick);
      showProgress(net.name, before, tick);
      if (tick.kind !== 'epoch') continue;
      training.pause(); // Else ticks may come faster than the disk takes their checkpoints.
      await recorder?.write(tick.step < tick.steps ? 'stopped' : 'finished');
      if (checkpoint) await writeCheckpoint(checkpoint, kept);
      reportEpoch(net, data, tick, values);
      training.resume();
    }
  } catch (error) {
    const isLate = error instanceof Interrupted && last?.step === last?.steps;
    if (isLate && last) return finish(engine, net, last, kept);
    await keep(error, net, last, kept);
    throw error;
  } finally {
    process.off('SIGINT', interrupt);
    bar.clear();
  }
  await finish(engine, net, /** @type {Tick} */ (last), kept);
}

/** @param {string} net @param {number} before steps that an earlier process made @param {Tick} tick */
function showProgress(net, before, tick) {
  const { step, steps, epoch, epochs, loss, trainError, imagesPerSecond, seconds } = tick;
  const left = (seconds * (steps - step)) / Math.max(step - before, 1);
  bar.show(
    step / steps,
    `${duration(left)} left`,
    `${net} epoch ${Math.min(Math.floor(epoch) + 1, epochs)}/${epochs}`,
    `error ${percent(trainError)}`,
    `loss ${loss.toFixed(3)}`,
    `${imagesPerSecond.toFixed(0)} images/s`,
  );
}

/** @param {Net} net @param {Dataset} data @param {Tick} tick @param {Values} values */
function reportEpoch(net, data, tick, { json }) {
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

/** @param {Engine} engine @param {Net} net @param {Tick} last @param {Kept} kept */
async function finish({ tier, threads, conv, numerics }, net, { trajectory }, { values, out }) {
  await out?.write(await net.save());
  const made = { done: true, net: net.name, trajectory, tier, threads, conv, numerics };
  if (values.json) printJson(made);
  else
    print(
      `trajectory ${trajectory} (${tier}, ${threads} threads, conv ${conv}, numerics ${numerics})`,
    );
  if (out) note(`The weights are in ${out.name}.`);
}

/** After Ctrl-C, or when the run has diverged. @param {unknown} error @param {Net} net
 * @param {Tick | null} last @param {Kept} kept */
async function keep(error, net, last, kept) {
  const { out, values, recorder } = kept;
  if (error instanceof ResiduaError && error.code === 'DIVERGED') await recorder?.write('diverged');
  if (!(error instanceof Interrupted)) return;
  await recorder?.write('stopped');
  const where = last ? `after step ${last.step} of ${last.steps}` : 'before the first step';
  if (!out) return note(`Stopped ${where}; nothing was kept, since there is no --out.`);
  if (!last && !values.resume) return note(`Stopped ${where}; ${out.name} was not written.`);
  if (last) await writeCheckpoint(await net.save({ optimizer: true }), kept);
  const file = last ? out.name : values.resume;
  note(`Stopped ${where}. Go on with: ${resumeCommand(file, values)}`);
}

/** With where the images and the record of its run are. @param {Uint8Array} checkpoint
 * @param {Kept} kept */
async function writeCheckpoint(checkpoint, { values, out }) {
  if (!out) return;
  const { data, labels, holdout, record } = values;
  const file = withMetadata(checkpoint, {
    'data.path': storedPath(out.name, data),
    ...(labels !== undefined && { 'data.labels': labels }),
    ...(holdout !== undefined && { 'data.holdout': String(holdout) }),
    ...(record && { 'run.record': storedPath(out.name, record) }),
  });
  await out.write(file);
}
