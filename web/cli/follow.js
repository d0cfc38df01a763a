/** A training from its first step to its end, to Ctrl-C or to the patience's end: what is told of it and what its
 * files get. Invariant: the files of an epoch are written before the next epoch's tick is taken. */

import { stdout } from 'node:process';
import { counted } from '../lib/counted.js';
import { Curve } from '../lib/curve.js';
import { ResiduaError } from '../lib/errors.js';
import { textCurve } from './curve.js';
import { readWhole } from './files.js';
import {
  bar,
  columnsOf,
  duration,
  isTerminal,
  note,
  percent,
  print,
  printJson,
  rounded,
  row,
} from './output.js';
import { resumeCommand } from './shell.js';

/** @typedef {import('./flags.js').Values} Values */
/** @typedef {import('../lib/index.js').Engine} Engine */
/** @typedef {import('../lib/index.js').Net} Net */
/** @typedef {import('../lib/index.js').Dataset} Dataset */
/** @typedef {import('../lib/index.js').Tick} Tick */

/** Ctrl-C ended the training: exit code 130. */
export class Interrupted extends Error {}

/** Checkpoints come with the ticks of epochs' ends alone, and so are of the same step. */
const AT_EPOCHS = 1e9;

/**
 * A run and what is made of it.
 * @typedef {object} Run
 * @property {Engine} engine
 * @property {Net} net
 * @property {Dataset} data
 * @property {import('../lib/index.js').Images} [validation]
 * @property {import('../lib/index.js').Recipe} recipe
 * @property {Values} values
 * @property {number} before steps that an earlier process made
 * @property {import('./run-files.js').RunFiles} files
 * @property {import('./record.js').Recorder | null} recorder
 * @property {import('./validation.js').Best} best
 */

/** @param {Run} run */
export async function follow(run) {
  const { net, data, validation, recipe, values, files, recorder } = run;
  const table = new Table(run);
  const curve = new Curve();
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Interrupted());
  process.once('SIGINT', interrupt);
  const training = net.train(data, {
    ...recipe,
    validation,
    signal: controller.signal,
    force: values.force,
    ...(files.out && { checkpointEverySeconds: AT_EPOCHS }),
  });
  const ended = new Ended(run);
  try {
    table.begin();
    for await (const { checkpoint, ...tick } of training) {
      ended.last = tick;
      curve.push(tick);
      recorder?.push(tick);
      showProgress(run, tick);
      if (tick.kind !== 'epoch') continue;
      training.pause(); // Else ticks may come faster than the disk takes their checkpoints.
      const isBest = run.best.take(tick);
      await recorder?.write(tick.step < tick.steps ? 'stopped' : 'finished');
      await keepEpoch(run, tick, { checkpoint, isBest, curve });
      table.epoch(tick, isBest);
      if (run.best.isOver(tick.epoch, values.patience) && tick.step < tick.steps) {
        ended.checkpoint = checkpoint ?? null;
        ended.isEarly = true;
        training.stop();
      }
      training.resume();
    }
  } catch (error) {
    const isLate = error instanceof Interrupted && ended.isWhole;
    if (!isLate) {
      await ended.keep(error);
      throw error;
    }
  } finally {
    process.off('SIGINT', interrupt);
    bar.clear();
  }
  await ended.finish();
  if (!values.json && isTerminal(stdout) && curve.epochs.length > 1) {
    const drawn = { name: net.name, data: data.name, epochs: curve.epochs };
    for (const line of ['', ...textCurve(drawn, columnsOf(stdout))]) print(line);
  }
}

/** @param {Run} run @param {Tick} tick
 * @param {{ checkpoint?: Uint8Array, isBest: boolean, curve: Curve }} made */
async function keepEpoch({ engine, net, data, files, best, recorder }, tick, made) {
  const { checkpoint, isBest, curve } = made;
  if (checkpoint) await files.writeState(checkpoint, best);
  if (isBest && files.best) await files.writeBest(await weightsAt(engine, net, checkpoint), best);
  const { epochs } = recorder?.curve ?? curve;
  await files.writeCurves({ name: net.name, data: data.name, epochs });
  await files.events?.push(tick);
}

/** The weights of a checkpoint alone; without one the run is over, and they are the net's.
 * @param {Engine} engine @param {Net} net @param {Uint8Array} [checkpoint] */
async function weightsAt(engine, net, checkpoint) {
  if (!checkpoint) return net.save();
  const loaded = await engine.loadNet(checkpoint);
  try {
    return await loaded.save();
  } finally {
    loaded.dispose();
  }
}

/** How a run ends, and what stays of it. */
class Ended {
  /** @type {Tick | null} */
  last = null;
  /** Of the epoch that ended it early. @type {Uint8Array | null} */
  checkpoint = null;
  isEarly = false;
  #run;

  /** @param {Run} run */
  constructor(run) {
    this.#run = run;
  }

  get isWhole() {
    return this.last !== null && this.last.step === this.last.steps;
  }

  async finish() {
    const { engine, net, values, files, best } = this.#run;
    const { trajectory } = /** @type {Tick} */ (this.last);
    await this.#writeWeights();
    const { tier, threads, conv, numerics } = engine;
    const made = { done: true, net: net.name, trajectory, tier, threads, conv, numerics };
    const { found } = best;
    if (values.json) {
      const bests = found && { best_epoch: found.epoch, best_validation_error: found.error };
      printJson({ ...made, ...bests, ...(this.isEarly && { stopped_early: true }) });
    } else {
      const bits = `${tier}, ${counted(threads, 'thread')}, conv ${conv}, numerics ${numerics}`;
      print(`trajectory ${trajectory} (${bits})`);
    }
    if (this.isEarly) {
      note(
        `Stopped early: ${counted(values.patience, 'epoch')} brought no better validation error.`,
      );
    }
    if (found) note(`Best epoch: ${found.epoch}, validation error ${percent(found.error)}.`);
    if (files.out) note(this.#places(files.out.name));
  }

  /** @param {string} out */
  #places(out) {
    const { values, files } = this.#run;
    if (!files.best) return `The weights are in ${out}.`;
    if (values.keep === 'best') return `The weights of that epoch are in ${out}.`;
    return `Its weights are in ${files.best.name}, the last ones in ${out}.`;
  }

  async #writeWeights() {
    const { engine, net, values, files, best } = this.#run;
    if (!files.out) return;
    if (values.keep === 'best' && files.best)
      return files.keepBestAlone(await readWhole(files.best.file));
    if (files.keepsState) {
      return files.writeState(this.checkpoint ?? (await net.save({ optimizer: true })), best);
    }
    await files.out.write(await weightsAt(engine, net, this.checkpoint ?? undefined));
  }

  /** After Ctrl-C, or when the run has diverged. @param {unknown} error */
  async keep(error) {
    const { net, values, files, recorder, best } = this.#run;
    const { last } = this;
    if (error instanceof ResiduaError && error.code === 'DIVERGED') {
      await recorder?.write('diverged');
    }
    if (!(error instanceof Interrupted)) return;
    await recorder?.write('stopped');
    const where = last ? `after step ${last.step} of ${last.steps}` : 'before the first step';
    if (!files.out) return note(`Stopped ${where}; nothing was kept, since there is no --out.`);
    const { name } = files.out;
    if (!last && !values.resume) return note(`Stopped ${where}; ${name} was not written.`);
    if (last) await files.writeState(await net.save({ optimizer: true }), best);
    const file = last ? name : values.resume;
    note(`Stopped ${where}. Go on with: ${resumeCommand(file, values)}`);
  }
}

/** @param {Run} run @param {Tick} tick */
function showProgress({ net, before }, tick) {
  const { step, steps, epoch, epochs, loss, trainError, imagesPerSecond, seconds } = tick;
  const left = (seconds * (steps - step)) / Math.max(step - before, 1);
  bar.show(
    step / steps,
    `${duration(left)} left`,
    `${net.name} epoch ${Math.min(Math.floor(epoch) + 1, epochs)}/${epochs}`,
    `error ${percent(trainError)}`,
    `loss ${loss.toFixed(3)}`,
    `${imagesPerSecond.toFixed(0)} images/s`,
  );
}

/** The line of an epoch: a row of a table, or a JSON object. */
class Table {
  #run;
  #widths;

  /** @param {Run} run */
  constructor(run) {
    this.#run = run;
    this.#widths = [5, 8, 10, 11, 9, 10, 9];
  }

  begin() {
    const { values, validation } = this.#run;
    const fifth = validation ? 'val error' : 'test loss';
    const heads = ['epoch', 'lr', 'train loss', 'train error', fifth, 'test error', 'images/s'];
    if (!values.json) print(row(heads, this.#widths));
  }

  /** @param {Tick} tick @param {boolean} isBest */
  epoch(tick, isBest) {
    bar.clear();
    if (this.#run.values.json) this.#json(tick);
    else print(`${this.#row(tick)}${isBest ? '  best' : ''}`);
  }

  /** @param {Tick} tick */
  #json(tick) {
    const { net, data, validation } = this.#run;
    printJson({
      net: net.name,
      epoch: tick.epoch,
      images: data.train.labels.length,
      lr: Number(tick.lr.toPrecision(7)),
      loss: tick.loss,
      train_loss: tick.trainLoss,
      train_error: tick.trainError,
      test_loss: tick.testLoss ?? null,
      test_error: tick.testError ?? null,
      ...(validation && {
        validation_loss: tick.validationLoss ?? null,
        validation_error: tick.validationError ?? null,
      }),
      trajectory: tick.trajectory,
      images_per_s: rounded(tick.imagesPerSecond, 1),
      seconds: rounded(tick.seconds, 3),
    });
  }

  /** @param {Tick} tick */
  #row({ epoch, lr, trainLoss, trainError, testLoss, testError, validationError, ...tick }) {
    const fifth = this.#run.validation ? percent(validationError) : (testLoss?.toFixed(4) ?? '-');
    const errors = [trainLoss.toFixed(4), percent(trainError), fifth, percent(testError)];
    const speed = rounded(tick.imagesPerSecond, 1);
    return row([epoch, Number(lr.toPrecision(7)), ...errors, speed], this.#widths);
  }
}
