/** The checkpoints of an experiment in training: a file for each of its runs, replaced whole by the
 * next, and one that says what the experiment is. They are there until it ends; when the page dies
 * before that, they are what it is resumed from. */
import { digestOf } from '../../lib/data/set-digest.js';
import { namesOf, problemsOf } from '../experiment.js';
import { packRun, unpackRun } from './saved-run.js';
import {
  folderNames,
  heldFolders,
  hold,
  openFolder,
  problemOf,
  readFile,
  released,
  removeFolder,
  writeFile,
} from './store.js';

/** @typedef {import('../index.js').Experiment} Experiment */
/** @typedef {import('../../lib/index.js').Dataset} Dataset */
/** @typedef {import('./saved-run.js').SavedRun} SavedRun */
/** @typedef {{ id: string, folder: FileSystemDirectoryHandle, release: () => void }} Held */
/** What the experiment is; `place` is what the workbench calls itself, `digest` that of the images.
 * @typedef {{ place: string, experiment: Experiment, digest: string }} Head */
/** An experiment that has not come to its end: it was interrupted, or is trained in another page.
 * `when` its latest checkpoint was written, in ms since 1970; null in `runs` had not begun.
 * @typedef {Head & { id: string, elsewhere: boolean, names: string[], when: number,
 *   runs: (SavedRun | null)[] }} Interrupted */

const FORMAT = 1;
const HEAD = 'experiment.json';
/** @param {number} index of the run in its experiment */
const fileOf = (index) => `${index}.run`;

/** Folders that this page holds. @type {Set<string>} */
const ours = new Set();

export class Checkpoints {
  /** Why they cannot be kept, if so. @type {import('./store.js').StorageProblem | null} */
  problem = null;
  /** What they are of, if it was interrupted before. @type {Interrupted | null} */
  resumed = null;
  #held;
  #onProblem;
  /** What makes the latest of each file, to be written. @type {Map<string, () => Promise<Blob>>} */
  #due = new Map();
  /** @type {Promise<void> | null} */
  #writing = null;

  /** @param {Promise<Held>} held @param {() => void} onProblem there is one, or there is none now */
  constructor(held, onProblem) {
    this.#held = held;
    this.#onProblem = onProblem;
    held.catch(() => {}); // Whoever writes hears of it.
  }

  /** @param {() => void} onProblem */
  static begin(onProblem) {
    const id = Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36));
    const held = take(id.join('-'), { create: true });
    return new Checkpoints(/** @type {Promise<Held>} */ (held), onProblem);
  }

  /** Those of an interrupted experiment; null if they are gone or another page has them.
   * @param {string} id @param {() => void} onProblem */
  static async reopen(id, onProblem) {
    const held = await take(id).catch(() => null);
    if (!held) return null;
    const checkpoints = new Checkpoints(Promise.resolve(held), onProblem);
    checkpoints.resumed = await read(held.folder, id).catch(() => null);
    if (checkpoints.resumed) return checkpoints;
    held.release();
    return null;
  }

  /** Are these the images that it was trained on before? @param {Dataset} dataset */
  async isOf(dataset) {
    return !this.resumed || (await digestOf(dataset)) === this.resumed.digest;
  }

  /** @param {string} place @param {Experiment} experiment @param {Dataset} dataset */
  describe(place, experiment, dataset) {
    this.#write(HEAD, async () => {
      const digest = await digestOf(dataset);
      return new Blob([JSON.stringify({ format: FORMAT, place, experiment, digest })]);
    });
  }

  /** @param {number} index of the run in its experiment
   * @param {Parameters<typeof packRun>} what */
  keep(index, ...what) {
    const packed = packRun(...what);
    this.#write(fileOf(index), async () => packed);
  }

  /** What has been overtaken before its turn came is not written.
   * @param {string} name @param {() => Promise<Blob>} content */
  #write(name, content) {
    this.#due.set(name, content);
    this.#writing ??= this.#writeAll();
  }

  async #writeAll() {
    for (const [name, content] of this.#due) {
      this.#due.delete(name);
      try {
        const { folder } = await this.#held;
        await writeFile(folder, name, await content());
        this.#have(null);
      } catch (error) {
        this.#have(problemOf(error));
      }
    }
    this.#writing = null;
  }

  /** @param {Checkpoints['problem']} problem */
  #have(problem) {
    if (problem === this.problem) return;
    this.problem = problem;
    this.#onProblem();
  }

  /** @param {boolean} stay for another time; else they are removed */
  async end(stay) {
    await this.#writing;
    const held = await this.#held.catch(() => null);
    if (!held) return;
    if (!stay) await removeFolder(held.id).catch(() => {});
    held.release();
  }
}

/** Takes hold of a folder. @param {string} id @param {{ create?: boolean }} [options]
 * @returns {Promise<Held | null>} null if another page has it */
async function take(id, options) {
  const release = await hold(id);
  if (!release) return null;
  ours.add(id);
  const held = {
    id,
    release() {
      ours.delete(id);
      release();
    },
  };
  try {
    return { ...held, folder: await openFolder(id, options) };
  } catch (error) {
    held.release();
    throw error;
  }
}

/** @param {FileSystemDirectoryHandle} folder @returns {Promise<Head | null>} null if there is none */
async function readHead(folder) {
  const file = await readFile(folder, HEAD);
  if (!file) return null;
  const { format, ...head } = JSON.parse(await file.text());
  const sound = format === FORMAT && problemsOf(head.experiment).length === 0;
  if (!sound) throw new Error('This experiment was kept by another version of the page.');
  return head;
}

/** @param {FileSystemDirectoryHandle} folder @param {string} id @returns {Promise<Interrupted | null>}
 *   null if there is nothing to go on with */
async function read(folder, id) {
  const head = await readHead(folder);
  if (!head) return null;
  const { runs: configs } = head.experiment;
  const files = await Promise.all(configs.map((_, i) => readFile(folder, fileOf(i))));
  const runs = await Promise.all(files.map((file) => file && unpackRun(file)));
  const names = namesOf(configs).map((name, i) => runs[i]?.name ?? name);
  const when = Math.max(...files.map((file) => file?.lastModified ?? 0));
  const begun = runs.some((run) => run) && runs.some((run) => !run?.ended);
  return begun ? { ...head, id, elsewhere: false, names, when, runs } : null;
}

/** @param {string} id @param {boolean} elsewhere @returns {Promise<Interrupted | null>} */
async function lookInto(id, elsewhere) {
  const folder = await openFolder(id);
  if (elsewhere) {
    const head = await readHead(folder);
    const names = head && namesOf(head.experiment.runs);
    return head && names && { ...head, id, elsewhere, names, when: 0, runs: [] };
  }
  const interrupted = await read(folder, id);
  if (!interrupted) await discard(id);
  return interrupted;
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

/** Those of this browser, the latest first. @param {() => void} [onRelease] is told when a page lets go
 * of one that it holds now: a page that has crashed may do so only after the next visit
 * @returns {Promise<Interrupted[]>} */
export async function interruptedRuns(onRelease) {
  const others = (await folderNames()).filter((id) => !ours.has(id));
  if (others.length === 0) return [];
  const held = await heldFolders();
  if (onRelease) for (const id of others) if (held.has(id)) tellOnRelease(id, onRelease);
  const looks = others.map((id) => lookInto(id, held.has(id)).catch(() => null));
  const found = (await Promise.all(looks)).filter((one) => one !== null);
  return found.sort((a, b) => b.when - a.when);
}

/** Removes what was kept, unless a page is at it. @param {string} id */
export async function discard(id) {
  const held = await take(id).catch(() => null);
  if (!held) return;
  await removeFolder(id).catch(() => {});
  held.release();
}
