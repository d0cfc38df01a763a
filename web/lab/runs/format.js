/** Runs and the files that hold them (docs/formats.md): what is read is a run of this project, whole, or
 * a ResiduaError says why not. */
import { ResiduaError } from '../../lib/errors.js';
import { readRun, ticksOf, writeRun } from '../../lib/formats/run-file.js';
import { reach } from '../../lib/reach.js';
import { megabytes } from '../../ui/format.js';
import { recipeOf, resolveConfig, specOf, stepsOf } from '../experiment.js';
import { classesOf } from '../resources.js';
import { Run } from './run.js';

/** @typedef {import('../../lib/index.js').RunRecord} RunRecord */
/** @typedef {import('../index.js').RunConfig} RunConfig */

/** No run is near that long. */
const MOST_BYTES = 32e6;

/** Why a file is too large for one of a run; null if it is not. @param {File} file */
export function sizeError(file) {
  if (file.size <= MOST_BYTES) return null;
  const [there, most] = [file.size, MOST_BYTES].map((bytes) => megabytes('en', bytes));
  const problem = `${file.name} has ${there}, and the file of a run at most ${most}`;
  return new ResiduaError('BAD_FILE', 'readRun', `${problem}; choose a file of a run.`);
}

/** @param {string} address */
export async function fetchRun(address) {
  const response = await reach(address);
  if (!response.ok) {
    const problem = `The host answers ${response.status} for ${address}`;
    throw new ResiduaError('BAD_FILE', 'readRun', `${problem}; name the address of a run's file.`);
  }
  return readRun(await response.text(), address.replace(/.*\//, ''));
}

/** Can it be written? The sketch of a link has no losses. @param {Run} run */
export function isRecordable({ ended, tick, facts }) {
  return ended && tick?.loss !== undefined && facts !== null;
}

/** @param {string} name @param {Run} run that is recordable @returns {RunRecord} */
export function recordOf(name, { state, tick, facts, command, curve }) {
  return {
    name,
    .../** @type {import('./run.js').Facts} */ (facts),
    ...(command === undefined ? {} : { command }),
    state: state === 'finished' || state === 'diverged' ? state : 'stopped',
    trajectory: /** @type {import('../../lib/index.js').Tick} */ (tick).trajectory,
    ticks: curve.ticks,
  };
}

/** @param {RunRecord} record */
export function runOf(record) {
  const { spec, recipe, data, machine } = record;
  const run = new Run();
  run.facts = { spec, recipe, data, machine };
  run.command = record.command;
  for (const tick of ticksOf(record)) run.push(tick);
  run.state = record.state;
  return run;
}

/** @param {string} name @param {Run} run */
export function jsonOf(name, run) {
  return writeRun(recordOf(name, run));
}

/** A finished run as far as a link says it: errors after epochs, and no losses.
 * @param {import('../index.js').Experiment} experiment @param {RunConfig} config
 * @param {NonNullable<import('../index.js').RunLinkState['curve']>} curve
 * @param {import('../index.js').ImageSource | null} source
 * @param {import('../index.js').End} [ended] */
export function sketchOf(experiment, config, curve, source, ended) {
  const whole = resolveConfig(experiment, config);
  const recipe = recipeOf(whole);
  const { epochs, images, testImages } = whole;
  const data = {
    name: source?.name ?? 'synthetic',
    synthetic: source === null,
    images,
    testImages,
  };
  const run = new Run();
  const spec = specOf(config, classesOf(source));
  const { tier = 'simd128', numerics = 0, trajectory = '' } = ended ?? {};
  run.facts = /** @type {import('./run.js').Facts} */ ({
    ...{ spec, data, recipe: { seed: config.seed, ...recipe }, machine: { tier, numerics } },
  });
  const steps = stepsOf(whole);
  for (const [i, errors] of curve.entries()) {
    const epoch = Math.round(((i + 1) * epochs) / curve.length);
    const place = { kind: 'epoch', epoch, epochs, steps, step: (epoch * steps) / epochs };
    run.push(/** @type {any} */ ({ ...place, ...errors, lr: recipe.lr, seconds: i, trajectory }));
  }
  run.state = 'finished';
  return run;
}
