/** The file of one run in the browser: a header of JSON with its record, what was measured of its layers and when
 * it was saved, then a safetensors file: a checkpoint, or the weights of a run that has ended. The header's length
 * comes first. */
import { LONGEST_NAME, readRun, writeRun } from '../../lib/formats/run-file.js';
import { recordOf, runOf } from './format.js';

/** @typedef {import('./run.js').Run} Run */

/**
 * What was kept of a run.
 * @typedef {object} SavedRun
 * @property {string} name
 * @property {Run} run
 * @property {boolean} ended
 * @property {Blob} file a checkpoint, or the weights if it has ended; empty if it has none
 * @property {number} when it was saved, in ms since 1970; another name changes nothing of that
 */

const LENGTH_BYTES = 4;

/** @param {string} name @param {Run} run @param {Blob | Uint8Array | null} file
 * @param {boolean} ended @param {number} [when] it was saved */
export function packRun(name, run, file, ended, when = Date.now()) {
  const { firstLayerStats, layerStats, layers } = run;
  const record = writeRun(recordOf(name.slice(0, LONGEST_NAME), run));
  const head = new TextEncoder().encode(
    JSON.stringify({ ended, when, firstLayerStats, layerStats, layers, record }),
  );
  const length = new DataView(new ArrayBuffer(LENGTH_BYTES));
  length.setUint32(0, head.length, true);
  return new Blob([length, head, /** @type {BlobPart} */ (file ?? '')]);
}

/** @param {Blob & { lastModified?: number }} saved @returns {Promise<SavedRun>} */
export async function unpackRun(saved) {
  const length = new DataView(await saved.slice(0, LENGTH_BYTES).arrayBuffer());
  const end = LENGTH_BYTES + length.getUint32(0, true);
  const head = JSON.parse(await saved.slice(LENGTH_BYTES, end).text());
  const { ended, firstLayerStats, layerStats, layers = null, record } = head;
  const { when = saved.lastModified ?? 0 } = head;
  const { name, ...rest } = readRun(record, 'What was kept');
  const run = runOf({ name, ...rest });
  const file = saved.slice(end);
  Object.assign(run, { firstLayerStats, layerStats, layers });
  if (!ended) run.state = 'ready';
  else if (file.size > 0) run.weights = file;
  return { name, run, ended, file, when };
}
