/** The runs that are kept in this browser, as their folders have them: those that have ended, and those that
 * were interrupted. A folder holds what one press trained; runs of all workbenches share one bound, and
 * the oldest go first. */
import { namesOf, problemsOf, RUN_FIELDS } from '../experiment.js';
import { packRun, unpackRun } from './checkpoint-file.js';
import {
  fileNames,
  folderNames,
  heldFolders,
  hold,
  openFolder,
  readFile,
  released,
  removeFile,
  removeFolder,
  tellChange,
  writeFile,
} from './store.js';

/** @typedef {import('../index.js').Experiment} Experiment */
/** @typedef {import('./checkpoint-file.js').SavedRun} SavedRun */
/** What was trained: `storageKey` is the workbench's, `source` the images' identity and `digest` what they
 * are, `due` the networks that are trained until they have ended, by their index.
 * @typedef {{ storageKey: string, experiment: Experiment, source: string, due: number[],
 *   digest: string }} Head */
/** An experiment that has not come to its end: it was interrupted, or is trained in another page.
 * `when` its latest checkpoint was written, in ms since 1970; null in `runs` had not begun or was not to
 * be trained.
 * @typedef {Head & { id: string, elsewhere: boolean, names: string[], when: number,
 *   runs: (SavedRun | null)[] }} Interrupted */
/** Runs that cannot be read: nothing but their removal is possible.
 * @typedef {{ id: string, elsewhere: false, when: number, storageKey: null, experiment: null }} Unreadable */
/** A run that has ended. `when` it did so, in ms since 1970.
 * @typedef {{ id: string, index: number, when: number, bytes: number, head: Head, saved: SavedRun }} Ended */
/** @typedef {{ interrupted: Interrupted[], unreadable: Unreadable[], ended: Ended[], bytes: number }} Kept */
/** Removed files by folder and name, to be written back. @typedef {{ id: string, files: Map<string, Blob> }} Removed */

export const FORMAT = 2;
export const HEAD = 'experiment.json';
/** Of all kept runs: thousands of small networks, or two of the largest. */
export const MOST_BYTES = 256e6;

/** @param {number} index of the run in its experiment */
export const fileOf = (index) => `${index}.run`;
/** @param {string} name */
export const isRun = (name) => /^\d+\.run$/.test(name);

/** Folders that this page holds. @type {Set<string>} */
const heldHere = new Set();

/** Takes hold of a folder. @param {string} id @returns {Promise<(() => void) | null>} what lets go of
 *   it; null if another page has it */
export async function take(id) {
  const release = await hold(id);
  if (!release) return null;
  heldHere.add(id);
  return () => {
    heldHere.delete(id);
    release();
  };
}

/** What this page does to a folder, by folder: one thing after the other, since each holds it.
 * @type {Map<string, Promise<unknown>>} */
const turns = new Map();

/** @template T @param {string} id @param {() => Promise<T>} work that takes hold of the folder @returns {Promise<T>} */
async function inTurn(id, work) {
  const turn = (turns.get(id) ?? Promise.resolve()).then(work, work);
  turns.set(id, turn);
  try {
    return await turn;
  } finally {
    if (turns.get(id) === turn) turns.delete(id);
  }
}

/** @param {FileSystemDirectoryHandle} folder @returns {Promise<Head | null>} null if there is none */
async function readHead(folder) {
  const file = await readFile(folder, HEAD);
  if (!file) return null;
  const { format, ...head } = JSON.parse(await file.text());
  const isKnown = (/** @type {string} */ name) => RUN_FIELDS.some((field) => field.name === name);
  const areKnown = (/** @type {object} */ run) => Object.keys(run).every(isKnown);
  const { experiment } = head;
  const sound =
    format === FORMAT && experiment.runs.every(areKnown) && problemsOf(experiment).length === 0;
  if (!sound) throw new Error('This experiment was kept by another version of the page.');
  return head;
}

/** What is read of runs, by file. Those that have ended stay, and stay the same objects for all who read them.
 * @type {Map<string, Promise<SavedRun>>} */
const known = new Map();

/** @param {string} id @param {File} file */
async function readSaved(id, file) {
  const key = [id, file.name, file.size, file.lastModified].join();
  const reading = known.get(key) ?? unpackRun(file);
  known.set(key, reading);
  const saved = await reading.catch(() => null);
  if (!saved?.ended) known.delete(key);
  return reading;
}

/** The files of runs in a folder, those that can be read with what they hold.
 * @typedef {{ name: string, index: number, size: number, when: number, saved: SavedRun | null }} RunFile
 * @param {FileSystemDirectoryHandle} folder @param {string} id @returns {Promise<RunFile[]>} */
async function readRuns(folder, id) {
  const names = (await fileNames(folder)).filter(isRun);
  const files = await Promise.all(
    names.map(async (name) => {
      const file = await readFile(folder, name);
      if (!file) return [];
      const saved = await readSaved(id, file).catch(() => null);
      const { size, lastModified: when } = file;
      return [{ name, index: Number.parseInt(name, 10), size, when, saved }];
    }),
  );
  return files.flat();
}

/** @param {Head} head @param {RunFile[]} files @param {string} id @returns {Interrupted | null} null if
 *   there is nothing to go on with */
function interruptedOf(head, files, id) {
  const { runs: configs } = head.experiment;
  const runs = configs.map((_, i) => files.find(({ index }) => index === i)?.saved ?? null);
  if (head.due.every((index) => runs[index]?.ended)) return null;
  const names = namesOf(configs).map((name, i) => runs[i]?.name ?? name);
  const when = Math.max(...files.map((file) => file.when));
  return { ...head, id, elsewhere: false, names, when, runs };
}

/** An experiment that this page holds. @param {string} id */
export async function readInterrupted(id) {
  const folder = await openFolder(id);
  const [head, files] = [await readHead(folder), await readRuns(folder, id)];
  return head && files.length > 0 ? interruptedOf(head, files, id) : null;
}

/** @param {string} id @param {boolean} wasHeld when it was last asked @param {() => void} [onRelease] as
 *   readKept @returns {Promise<Partial<Kept>>} nothing of what this page trains */
async function lookInto(id, wasHeld, onRelease) {
  if (heldHere.has(id)) return {};
  const folder = await openFolder(id);
  if (wasHeld && (await heldFolders()).has(id)) {
    if (onRelease) tellOnRelease(id, onRelease);
    const head = await readHead(folder);
    if (!head) return {};
    const names = namesOf(head.experiment.runs);
    return { interrupted: [{ ...head, id, elsewhere: true, names, when: 0, runs: [] }] };
  }
  const files = await readRuns(folder, id);
  if (files.length === 0) {
    await discardInTurn(id);
    return {};
  }
  const head = await readHead(folder).catch(() => null);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const unreadable = head ? files.filter(({ saved }) => !saved) : files;
  if (!head || unreadable.length > 0) {
    const when = Math.max(...unreadable.map((file) => file.when));
    const one = { id, elsewhere: /** @type {const} */ (false), when, storageKey: null };
    return { unreadable: [{ ...one, experiment: null }], ended: head ? endedOf(head) : [], bytes };
  }
  const interrupted = interruptedOf(head, files, id);
  return { interrupted: interrupted ? [interrupted] : [], ended: endedOf(head), bytes };

  /** @param {Head} all @returns {Ended[]} */
  function endedOf(all) {
    return files.flatMap(({ index, size, saved }) =>
      saved?.ended ? [{ id, index, when: saved.when, bytes: size, head: all, saved }] : [],
    );
  }
}

/** Whom to tell when another page lets go of an experiment, by its folder: once each, however often
 * they have asked. @type {Map<string, Set<() => void>>} */
const waiting = new Map();

/** @param {string} id @param {() => void} onRelease */
function tellOnRelease(id, onRelease) {
  const others = waiting.get(id);
  if (others) {
    others.add(onRelease);
    return;
  }
  const listeners = new Set([onRelease]);
  waiting.set(id, listeners);
  released(id)
    .finally(() => waiting.delete(id))
    .then(
      () => listeners.forEach((tell) => void tell()),
      () => {},
    );
}

/** What this browser keeps, beside what this page is training; of interrupted experiments the latest
 * first. A folder that this page is changing is read after the change, or its runs would seem to be gone.
 * @param {() => void} [onRelease] is told when a page lets go of one that it holds now: a page
 * that has crashed may do so only after the next visit @returns {Promise<Kept>} */
export async function readKept(onRelease) {
  const ids = await folderNames();
  const held = ids.length > 0 ? await heldFolders() : new Set();
  const looks = ids.map((id) =>
    inTurn(id, () => lookInto(id, held.has(id), onRelease)).catch(() => ({})),
  );
  /** @type {Partial<Kept>[]} */
  const found = await Promise.all(looks);
  const latestFirst = (/** @type {{ when: number }} */ a, /** @type {{ when: number }} */ b) =>
    b.when - a.when;
  return {
    interrupted: found.flatMap((one) => one.interrupted ?? []).sort(latestFirst),
    unreadable: found.flatMap((one) => one.unreadable ?? []).sort(latestFirst),
    ended: found.flatMap((one) => one.ended ?? []).sort(latestFirst),
    bytes: found.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
  };
}

/** Those of this browser. @param {() => void} [onRelease] as readKept
 * @returns {Promise<(Interrupted | Unreadable)[]>} */
export async function interruptedRuns(onRelease) {
  const { interrupted, unreadable } = await readKept(onRelease);
  return [...interrupted, ...unreadable];
}

/** Removes files from a folder, and the folder once no run is in it, unless a page is at it. What is left
 * does not train what was removed. @param {string} id
 * @param {(file: RunFile, head: Head | null) => boolean} isToGo
 * @param {(due: number[]) => number[]} left what is still due
 * @returns {Promise<Removed | null>} null: nothing was removed */
async function remove(id, isToGo, left) {
  const release = await take(id).catch(() => null);
  if (!release) return null;
  /** @type {Removed} */
  const removed = { id, files: new Map() };
  try {
    const folder = await openFolder(id);
    const runs = await readRuns(folder, id);
    const head = await readHead(folder).catch(() => null);
    const gone = runs.filter((file) => isToGo(file, head));
    for (const name of [HEAD, ...gone.map((one) => one.name)]) {
      const file = await readFile(folder, name);
      if (file) removed.files.set(name, new Blob([await file.arrayBuffer()]));
    }
    if (gone.length === runs.length) await removeFolder(id);
    else {
      const content = JSON.stringify({ format: FORMAT, ...head, due: left(head?.due ?? []) });
      if (head) await writeFile(folder, HEAD, new Blob([content]));
      for (const { name } of gone) await removeFile(folder, name);
    }
    tellChange();
    return removed;
  } catch (error) {
    return /** @type {Error} */ (error).name === 'NotFoundError' ? removed : null;
  } finally {
    release();
  }
}

/** Removes what has not ended or cannot be read. @param {string} id */
export function discard(id) {
  return inTurn(id, () => discardInTurn(id));
}

/** @param {string} id */
function discardInTurn(id) {
  const isToGo = (/** @type {RunFile} */ { saved }, /** @type {Head | null} */ head) =>
    !head || !saved?.ended;
  return remove(id, isToGo, () => []);
}

/** Removes a run that has ended. @param {string} id @param {number} index */
export function removeRun(id, index) {
  const isToGo = (/** @type {RunFile} */ file) => file.index === index;
  const left = (/** @type {number[]} */ due) => due.filter((one) => one !== index);
  return inTurn(id, () => remove(id, isToGo, left));
}

/** Writes a run that has ended anew, with another name. @param {string} id @param {number} index
 * @param {string} name @returns {Promise<boolean>} false: it is not there, or another page is at it */
export function renameRun(id, index, name) {
  return inTurn(id, () => rename(id, index, name));
}

/** @param {string} id @param {number} index @param {string} name */
async function rename(id, index, name) {
  const release = await take(id).catch(() => null);
  if (!release) return false;
  try {
    const folder = await openFolder(id);
    const file = await readFile(folder, fileOf(index));
    if (!file) return false;
    const { run, ended, file: weights, when } = await unpackRun(file);
    // Read before it is replaced.
    const bytes = new Uint8Array(await weights.arrayBuffer());
    await writeFile(folder, fileOf(index), packRun(name, run, bytes, ended, when));
    tellChange();
    return true;
  } catch {
    return false;
  } finally {
    release();
  }
}

/** Writes back what was removed. @param {Removed} removed
 * @returns {Promise<boolean>} false: another page is at it */
export function restore(removed) {
  return inTurn(removed.id, () => writeBack(removed));
}

/** @param {Removed} removed */
async function writeBack({ id, files }) {
  const release = await take(id);
  if (!release) return false;
  try {
    const folder = await openFolder(id, { create: true });
    for (const [name, content] of files) await writeFile(folder, name, content);
    tellChange();
    return true;
  } finally {
    release();
  }
}

/** Removes the oldest of what has ended until the rest fits.
 * @returns {Promise<string[]>} the names of what was removed */
export async function makeRoom() {
  const { interrupted, ended, bytes } = await readKept();
  const oldestFirst = ended.filter(({ id }) => !interrupted.some((one) => one.id === id)).reverse();
  const names = [];
  let left = bytes;
  for (const { id, index, bytes: size, saved } of oldestFirst) {
    if (left <= MOST_BYTES) break;
    if (!(await removeRun(id, index))) continue;
    left -= size;
    names.push(saved.name);
  }
  return names;
}
