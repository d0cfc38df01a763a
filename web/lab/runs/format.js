/** Runs and the files that hold them (docs/formats.md): what is read is a run of this project, whole, or
 * a ResiduaError says why not. */
import { ResiduaError } from '../../lib/errors.js';
import { readRun, ticksOf, writeRun } from '../../lib/formats/run-file.js';
import { reach } from '../../lib/reach.js';
import { megabytes } from '../../ui/format.js';
import { Run } from '../session.js';

/** @typedef {import('../../lib/index.js').RunRecord} RunRecord */
/** @typedef {import('../index.js').RunConfig} RunConfig */

/** No run is near that long. */
const MOST_BYTES = 32e6;

/** @param {File} file */
export async function readRunFile(file) {
  if (file.size > MOST_BYTES) {
    const [there, most] = [file.size, MOST_BYTES].map((bytes) => megabytes('en', bytes));
    const problem = `${file.name} has ${there}, and the file of a run at most ${most}`;
    throw new ResiduaError('BAD_FILE', 'readRun', `${problem}; choose a file of a run.`);
  }
  return readRun(await file.text(), file.name);
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

/** Can it be written? @param {Run} run */
export function isRecordable({ ended, tick, facts }) {
  return ended && tick !== null && facts !== null;
}

/** @param {string} name @param {Run} run that is recordable @returns {RunRecord} */
export function recordOf(name, { state, tick, facts, command, curve }) {
  return {
    name,
    .../** @type {import('../session.js').Facts} */ (facts),
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

/** The network of a run, with the whole recipe as its own. @param {RunRecord} record
 * @returns {RunConfig} */
export function configOf({ spec, recipe }) {
  const { family, depth, width, shortcut, norm, seed } = spec;
  const [init, sigma = 0.01] = spec.init.split(':');
  const { seed: _, ...training } = recipe;
  const drawn = { init: /** @type {RunConfig['init']} */ (init), sigma: Number(sigma) };
  return { family, depth, width, shortcut, norm, ...drawn, seed: Number(seed), ...training };
}

/** @param {string} name @param {Run} run */
export function jsonOf(name, run) {
  return writeRun(recordOf(name, run));
}
