/** Whether a file that is in the way is a run that was interrupted, which may go on. */
import { open, stat } from 'node:fs/promises';
import { ResiduaError } from '../lib/errors.js';
import { metadataOf } from '../lib/file-metadata.js';
import { resumeText } from './shell.js';
import { Best } from './validation.js';

/** Bytes before the header of a safetensors file, which say how long it is. */
const LENGTH_BYTES = 8;
/** Nobody's checkpoint has a longer header. */
const MOST_HEADER = 1e7;

/** Refuses to begin a run in the place of one that was interrupted. Whatever else is there, it lets pass.
 * @param {string} file */
export async function refuseInterrupted(file) {
  const step = await metadataIn(file)
    .then(stepOf)
    .catch(() => null);
  if (step === null) return;
  const problem = `${file} holds a run that was interrupted at step ${step}`;
  const advice = `go on with ${resumeText(file)}, or begin anew with --force`;
  throw new ResiduaError('BAD_FILE', 'write', `${problem}; ${advice}.`);
}

/** Of a file's header alone. @param {string} file @returns {Promise<Record<string, string>>} */
async function metadataIn(file) {
  if (!(await stat(file)).isFile()) return {}; // Of a pipe, opening would wait for a writer.
  const handle = await open(file);
  try {
    const length = new DataView(new ArrayBuffer(LENGTH_BYTES));
    await handle.read(length, 0, LENGTH_BYTES, 0);
    const header = Number(length.getBigUint64(0, true));
    if (header > MOST_HEADER) return {};
    const bytes = new Uint8Array(LENGTH_BYTES + header);
    await handle.read(bytes, 0, bytes.length, 0);
    return metadataOf(bytes);
  } finally {
    await handle.close();
  }
}

/** The step that an unfinished run is at; null of weights alone and of runs that are over.
 * @param {Record<string, string>} metadata */
function stepOf(metadata) {
  const step = Number(metadata.step ?? NaN);
  const [images, batch, epochs] = ['images', 'batch_size', 'epochs'].map((name) =>
    Number(metadata[`recipe.${name}`] ?? NaN),
  );
  const stepsPerEpoch = Math.floor(images / batch);
  if (!(step < epochs * stepsPerEpoch)) return null;
  const { patience } = JSON.parse(metadata['run.flags'] ?? '{}');
  return new Best(metadata).isOver(step / stepsPerEpoch, patience) ? null : step;
}
