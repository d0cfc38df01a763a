/** Reads a file of a run as far as its curve needs it. */
import { Curve } from '../curve.js';
import { readRun, ticksOf, writeRun } from './run-file.js';

/** A run from a file.
 * @typedef {object} FileRun
 * @property {import('../index.js').RunRecord} record with the ticks that its curve is made of
 * @property {string} content the same text for the same run */

/** @param {File} file @returns {Promise<FileRun>} */
export async function readRunFile(file) {
  const whole = readRun(await file.text(), file.name);
  const curve = new Curve();
  for (const tick of ticksOf(whole)) curve.push(tick);
  const record = { ...whole, ticks: curve.ticks };
  return { record, content: writeRun(record) };
}
