/** The checkpoints of an experiment in training: a file for each of its runs, replaced whole by the
 * next, and one that says what the experiment is. They are there until it ends; when the page dies
 * before that, they are what it is resumed from. A file that could not be written is written again
 * until it is whole, and so is one that has vanished from the folder. */
import { digestOf } from '../../lib/data/set-digest.js';
import { namesOf, problemsOf } from '../experiment.js';
import { packRun, unpackRun } from './checkpoint-file.js';
import {
  fileNames,
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
/** @typedef {import('./checkpoint-file.js').SavedRun} SavedRun */
/** What the experiment is; `storageKey` is the workbench's, `digest` that of the images.
 * @typedef {{ storageKey: string, experiment: Experiment, digest: string }} Head */
/** An experiment that has not come to its end: it was interrupted, or is trained in another page.
 * `when` its latest checkpoint was written, in ms since 1970; null in `runs` had not begun.
 * @typedef {Head & { id: string, elsewhere: boolean, names: string[], when: number,
 *   runs: (SavedRun | null)[] }} Interrupted */
/** Runs of an experiment that cannot be read: nothing but their removal is possible.
 * @typedef {{ id: string, elsewhere: false, when: number, storageKey: null, experiment: null }} Unreadable */
/** What the folder is to have, and whether it has it.
 * @typedef {{ content: () => Promise<Blob>, isWritten: boolean }} Due */

const FORMAT = 2;
const HEAD = 'experiment.json';
/** From a write that failed to the next try, in ms. */
const RETRY_AFTER = 3000;
/** @param {number} index of the run in its experiment */
const fileOf = (index) => `${index}.run`;
/** @param {string} name */
const isRun = (name) => /^\d+\.run$/.test(name);

/** Folders that this page holds. @type {Set<string>} */
const heldHere = new Set();

export class Checkpoints {
  /** Why not all of them are kept, if so. @type {import('./store.js').StorageProblem | null} */
  problem = null;
  /** What they are of, if it was interrupted before. @type {Interrupted | null} */
  resumed = null;
  #id;
  /** Lets go of the folder; null before it is held. */
  #release;
  #onProblem;
  /** The latest of each file. @type {Map<string, Due>} */
  #files = new Map();
  /** @type {Promise<void> | null} */
  #writing = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  #isEnding = false;

  /** @param {string} id @param {(() => void) | null} release
   * @param {() => void} onProblem there is one, or there is none now */
  constructor(id, release, onProblem) {
    this.#id = id;
    this.#release = release;
    this.#onProblem = onProblem;
  }

  /** @param {() => void} onProblem */
  static begin(onProblem) {
    const id = Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36));
    return new Checkpoints(id.join('-'), null, onProblem);
  }

  /** Those of an interrupted experiment; null if they are gone or another page has them.
   * @param {string} id @param {() => void} onProblem */
  static async reopen(id, onProblem) {
    const release = await take(id).catch(() => null);
    if (!release) return null;
    const checkpoints = new Checkpoints(id, release, onProblem);
    try {
      if (await checkpoints.#readAgain()) return checkpoints;
    } catch {
      // Whoever looks for interrupted runs next finds these unreadable.
    }
    release();
    return null;
  }

  /** Reads what was kept, all of it, in case the folder vanishes. */
  async #readAgain() {
    const folder = await openFolder(this.#id);
    this.resumed = await read(folder, this.#id);
    if (!this.resumed) return null;
    for (const name of [HEAD, ...(await fileNames(folder)).filter(isRun)]) {
      const file = await readFile(folder, name);
      if (!file) continue;
      const blob = new Blob([await file.arrayBuffer()]);
      this.#files.set(name, { content: async () => blob, isWritten: true });
    }
    return this.resumed;
  }

  /** Are these the images that it was trained on before? @param {Dataset} dataset */
  async isOf(dataset) {
    return !this.resumed || (await digestOf(dataset)) === this.resumed.digest;
  }

  /** @param {string} storageKey @param {Experiment} experiment @param {Dataset} dataset */
  describe(storageKey, experiment, dataset) {
    /** @type {Blob | undefined} */
    let head;
    this.#write(HEAD, async () => {
      const parts = { format: FORMAT, storageKey, experiment };
      head ??= new Blob([JSON.stringify({ ...parts, digest: await digestOf(dataset) })]);
      return head;
    });
  }

  /** @param {number} index of the run in its experiment
   * @param {Parameters<typeof packRun>} what */
  save(index, ...what) {
    const packed = packRun(...what);
    this.#write(fileOf(index), async () => packed);
  }

  /** What has been overtaken before its turn came is not written.
   * @param {string} name @param {() => Promise<Blob>} content */
  #write(name, content) {
    this.#files.set(name, { content, isWritten: false });
    void this.#flush();
  }

  #flush() {
    clearTimeout(this.#retry);
    this.#writing ??= this.#writeAll();
    return this.#writing;
  }

  get #isWhole() {
    return [...this.#files.values()].every(({ isWritten }) => isWritten);
  }

  /** Until all is written, or something cannot be written now. */
  async #writeAll() {
    let problem;
    do problem = await this.#writeDue();
    while (!problem && !this.#isWhole);
    this.#writing = null;
    if (!problem && this.#isEnding) this.#letGo();
    if (problem && problem !== 'missing') {
      this.#retry = setTimeout(() => this.#flush(), RETRY_AFTER);
    }
    if (problem === this.problem) return;
    this.problem = problem;
    this.#onProblem();
  }

  /** Tries each file that is due once. The folder is opened each time, since a reader may have cleared
   * the site's data: then it is made again, and all files are due.
   * @returns {Promise<Checkpoints['problem']>} why one of them was not written */
  async #writeDue() {
    if (this.#files.size === 0) return null;
    /** @type {Checkpoints['problem']} */
    let problem = null;
    try {
      this.#release ??= await take(this.#id);
      const folder = await openFolder(this.#id, { create: true });
      const there = await fileNames(folder);
      for (const [name, file] of this.#files) {
        if (file.isWritten && there.includes(name)) continue;
        file.isWritten = false;
        try {
          await writeFile(folder, name, await file.content());
          file.isWritten = true;
        } catch (error) {
          problem = problemOf(error);
        }
      }
    } catch (error) {
      problem = problemOf(error);
    }
    return problem;
  }

  #letGo() {
    this.#files.clear();
    this.#release?.();
    this.#release = null;
  }

  /** @param {boolean} stay for another time, also what can be written only later; else they are removed */
  async end(stay) {
    this.#isEnding = stay;
    if (stay) return this.#flush();
    clearTimeout(this.#retry);
    this.#files.clear();
    this.problem = null;
    await this.#writing;
    if (this.#release) await removeFolder(this.#id).catch(() => {});
    this.#letGo();
  }
}

/** Takes hold of a folder. @param {string} id @returns {Promise<(() => void) | null>} what lets go of
 *   it; null if another page has it */
async function take(id) {
  const release = await hold(id);
  if (!release) return null;
  heldHere.add(id);
  return () => {
    heldHere.delete(id);
    release();
  };
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

/** Throws if what was trained cannot be read.
 * @param {FileSystemDirectoryHandle} folder @param {string} id @returns {Promise<Interrupted | null>}
 *   null if there is nothing to go on with */
async function read(folder, id) {
  const kept = (await fileNames(folder)).filter(isRun).map((name) => readFile(folder, name));
  const trained = await Promise.all(kept);
  if (trained.every((file) => !file)) return null;
  const head = await readHead(folder);
  if (!head) throw new Error('What these runs are of was never written.');
  const { runs: configs } = head.experiment;
  const files = await Promise.all(configs.map((_, i) => readFile(folder, fileOf(i))));
  const runs = await Promise.all(files.map((file) => file && unpackRun(file)));
  const names = namesOf(configs).map((name, i) => runs[i]?.name ?? name);
  const isBegun = runs.some((run) => run) && runs.some((run) => !run?.ended);
  return isBegun ? { ...head, id, elsewhere: false, names, when: latestOf(files), runs } : null;
}

/** When the latest was written. @param {(File | null)[]} files */
const latestOf = (files) => Math.max(...files.map((file) => file?.lastModified ?? 0));

/** @param {string} id @param {boolean} elsewhere @returns {Promise<Interrupted | Unreadable | null>} */
async function lookInto(id, elsewhere) {
  const folder = await openFolder(id);
  if (elsewhere) {
    const head = await readHead(folder);
    const names = head && namesOf(head.experiment.runs);
    return head && names && { ...head, id, elsewhere, names, when: 0, runs: [] };
  }
  try {
    const interrupted = await read(folder, id);
    if (!interrupted) await discard(id);
    return interrupted;
  } catch {
    const files = (await fileNames(folder)).map((name) => readFile(folder, name).catch(() => null));
    const when = latestOf(await Promise.all(files));
    return { id, elsewhere: false, when, storageKey: null, experiment: null };
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

/** Those of this browser, the latest first. @param {() => void} [onRelease] is told when a page lets go
 * of one that it holds now: a page that has crashed may do so only after the next visit
 * @returns {Promise<(Interrupted | Unreadable)[]>} */
export async function interruptedRuns(onRelease) {
  const others = (await folderNames()).filter((id) => !heldHere.has(id));
  if (others.length === 0) return [];
  const held = await heldFolders();
  if (onRelease) for (const id of others) if (held.has(id)) tellOnRelease(id, onRelease);
  const looks = others.map((id) => lookInto(id, held.has(id)).catch(() => null));
  const found = (await Promise.all(looks)).filter((one) => one !== null);
  return found.sort((a, b) => b.when - a.when);
}

/** Removes what was kept, unless a page is at it. @param {string} id
 * @returns {Promise<boolean>} whether nothing is there any more */
export async function discard(id) {
  const release = await take(id).catch(() => null);
  if (!release) return false;
  try {
    await removeFolder(id);
    return true;
  } catch (error) {
    return /** @type {Error} */ (error).name === 'NotFoundError';
  } finally {
    release();
  }
}
