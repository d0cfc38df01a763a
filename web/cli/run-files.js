/** The files that a training leaves: one of weights (--out FILE), or a run folder with all there is (--out DIR/).
 * Invariant: names are checked before the first step, and each file is the old one or the new one, whole. */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { withMetadata } from '../lib/file-metadata.js';
import { writeConfig } from './config.js';
import { curveFile } from './curve.js';
import { OutputFile } from './files.js';
import { UsageError } from './flags.js';
import { refuseInterrupted } from './interrupted.js';
import { note } from './output.js';
import { KEPT_PATHS, storedPath } from './resume.js';
import { EventFile } from './tensorboard.js';

/** @typedef {import('./flags.js').Values} Values */
/** @typedef {import('../lib/index.js').Engine} Engine */
/** @typedef {import('./validation.js').Best} Best */

/** What a run folder holds, beside an event file of each process. */
export const IN_FOLDER = {
  out: 'last.safetensors',
  record: 'run.json',
  curve: ['curve.svg', 'curve.csv'],
  config: 'config.json',
};

/** Flags that say which files a run has; its checkpoint keeps them. */
const KEPT_FLAGS = [
  ...['validation', 'patience', 'keep', 'keep-state', 'curve', 'tensorboard', 'from', 'freeze'],
];
/** How many images there are before some are held out for validation. */
const BEFORE_VALIDATION = ['images'];

/** @param {string | undefined} out */
export const isRunFolder = (out) => out !== undefined && /[\\/]$/.test(out);

/** "r20.best.safetensors" of "r20.safetensors". @param {string} file @param {string} word */
function beside(file, word) {
  const { dir, name, ext } = path.parse(file);
  const isKnown = ['.safetensors', '.pt', '.pth'].includes(ext);
  return path.join(dir, isKnown ? `${name}.${word}` : `${name}${ext}.${word}`);
}

/** The files by their kind, as the flags name them. @param {Values} values */
function namesOf({ out, record, curve, tensorboard, config, validation, keep }) {
  const hasBest = validation !== undefined && keep !== 'last';
  if (!isRunFolder(out)) {
    const best = out !== undefined && hasBest ? `${beside(out, 'best')}.safetensors` : undefined;
    const effective = out && config ? `${beside(out, 'config')}.json` : undefined;
    return { out, record, curve: curve ? [curve] : [], tensorboard, best, config: effective };
  }
  const inFolder = (/** @type {string} */ name) => path.join(out, name);
  return {
    out: inFolder(IN_FOLDER.out),
    record: record ?? inFolder(IN_FOLDER.record),
    curve: [...IN_FOLDER.curve.map(inFolder), ...(curve ? [curve] : [])],
    tensorboard: tensorboard ?? out,
    best: hasBest ? inFolder('best.safetensors') : undefined,
    config: inFolder(IN_FOLDER.config),
  };
}

/** @param {Values} values */
export function checkFiles({ out, curve, keep, 'keep-state': keepState }) {
  if (curve !== undefined) curveFile(curve);
  if (isRunFolder(out) && (keep !== undefined || keepState)) {
    const flag = keep !== undefined ? 'keep' : 'keep-state';
    throw new UsageError(`A run folder keeps everything; leave --${flag} out.`);
  }
  if (out === undefined && (keep !== undefined || keepState)) {
    throw new UsageError('--keep and --keep-state say what --out keeps; add --out FILE.');
  }
}

export class RunFiles {
  /** Of weights: the last ones, as a checkpoint while the run is under way. @type {OutputFile | null} */
  out = null;
  /** @type {OutputFile | null} */
  best = null;
  /** @type {OutputFile | null} */
  record = null;
  /** @type {OutputFile[]} */
  curves = [];
  /** @type {OutputFile | null} */
  config = null;
  /** @type {EventFile | null} */
  events = null;
  #values;
  #tensorboard;

  /** @param {Values} values @param {string} [tensorboard] */
  constructor(values, tensorboard) {
    this.#values = values;
    this.#tensorboard = tensorboard;
  }

  /** @param {Values} values */
  static async prepare(values) {
    const { resume, force, out } = values;
    const names = namesOf(values);
    const files = new RunFiles(values, names.tensorboard);
    if (isRunFolder(out)) await makeFolder(out);
    const prepare = async (/** @type {string | undefined} */ file, own = resume && file) =>
      file === undefined ? null : OutputFile.prepare(file, { force, own });
    if (names.out !== undefined && !force && resume === undefined)
      await refuseInterrupted(names.out);
    files.out = await prepare(names.out, resume);
    files.record = await prepare(names.record); // Whose it is, the recorder finds out.
    files.best = await prepare(names.best);
    files.config = await prepare(names.config);
    for (const name of names.curve) {
      files.curves.push(/** @type {OutputFile} */ (await prepare(name)));
    }
    files.#checkDistinct();
    if (!files.out) note('The trained net will not be kept; to keep it, add --out FILE.');
    return files;
  }

  #checkDistinct() {
    const named = [
      ['--out', this.out],
      ['--record', this.record],
      ...this.curves.map((curve) => ['--curve', curve]),
    ].filter(([, file]) => file);
    const pairs = /** @type {[string, OutputFile][]} */ (named);
    pairs.forEach(([flag, file], i) => {
      const other = pairs.slice(0, i).find(([, earlier]) => earlier.isSame(file));
      if (other) throw new UsageError(`${other[0]} and ${flag} are one file; name two.`);
    });
  }

  get keepsState() {
    return Boolean(this.#values['keep-state']) || isRunFolder(this.#values.out);
  }

  /** @param {import('./config.js').Effective} effective @param {number} step that the run goes on from */
  async begin(effective, step) {
    if (this.config) await writeConfig(this.config, effective);
    if (this.#tensorboard !== undefined)
      this.events = await EventFile.begin(this.#tensorboard, step);
  }

  /** The state of a run, with where its images and its files are. @param {Uint8Array} checkpoint
   * @param {Best} best */
  async writeState(checkpoint, best) {
    if (!this.out) return;
    const { data, labels, holdout } = this.#values;
    const flags = this.#flags();
    await this.out.write(
      withMetadata(checkpoint, {
        ...best.metadata,
        'data.path': storedPath(this.out.name, data),
        ...(labels !== undefined && { 'data.labels': labels }),
        ...(holdout !== undefined && { 'data.holdout': String(holdout) }),
        ...(this.record && { 'run.record': storedPath(this.out.name, this.record.name) }),
        ...(Object.keys(flags).length > 0 && { 'run.flags': JSON.stringify(flags) }),
      }),
    );
  }

  /** @returns {Values} */
  #flags() {
    const values = this.#values;
    const stored = (/** @type {string} */ flag) =>
      KEPT_PATHS.includes(flag)
        ? storedPath(/** @type {OutputFile} */ (this.out).name, values[flag])
        : values[flag];
    const names = values.validation === undefined ? [] : BEFORE_VALIDATION;
    const given = [...KEPT_FLAGS, ...names].filter((flag) => values[flag] !== undefined);
    const flags = Object.fromEntries(given.map((flag) => [flag, stored(flag)]));
    return { ...flags, ...(isRunFolder(values.out) && { folder: true }) };
  }

  /** @param {Uint8Array} weights @param {Best} best */
  async writeBest(weights, best) {
    await this.best?.write(withMetadata(weights, best.metadata));
  }

  /** @param {import('./curve.js').Drawn} drawn */
  async writeCurves(drawn) {
    for (const file of this.curves) {
      await file.write(new TextEncoder().encode(curveFile(file.name)(drawn)));
    }
  }

  /** Leaves the best weights alone under the name of the last. @param {Uint8Array} weights */
  async keepBestAlone(weights) {
    await this.out?.write(weights);
    if (this.best) await rm(this.best.file, { force: true });
  }
}

/** @param {string} folder */
async function makeFolder(folder) {
  await mkdir(folder, { recursive: true }).catch((error) => {
    const isFile = error.code === 'EEXIST' || error.code === 'ENOTDIR';
    const reason = isFile ? 'a file is in its place' : error.message;
    throw new UsageError(`The run folder ${folder} cannot be made: ${reason}.`);
  });
}
