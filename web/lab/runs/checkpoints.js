/** What one press trains, written as it is trained: a file for each of its runs, replaced whole by the next,
 * and one that says what the experiment is. A file that could not be written is written again until it is
 * whole, and so is one that has vanished from the folder. What has ended stays (kept.js reads it);
 * when the page dies before that, it is resumed from here. */
import { digestOf } from '../../lib/data/set-digest.js';
import { packRun } from './checkpoint-file.js';
import { FORMAT, fileOf, HEAD, isRun, readInterrupted, take } from './kept.js';
import {
  fileNames,
  openFolder,
  problemOf,
  readFile,
  removeFolder,
  tellChange,
  writeFile,
} from './store.js';

/** @typedef {import('../../lib/index.js').Dataset} Dataset */
/** @typedef {import('./kept.js').Head} Head */
/** @typedef {import('./kept.js').Interrupted} Interrupted */
/** What the folder is to have, and whether it has it.
 * @typedef {{ content: () => Promise<Blob>, isWritten: boolean }} Due */

/** From a write that failed to the next try, in ms. */
const RETRY_AFTER = 3000;

export class Checkpoints {
  /** Why not all of them are kept, if so. @type {import('./store.js').StorageProblem | null} */
  problem = null;
  /** What they are of, if it was interrupted before. @type {Interrupted | null} */
  resumed = null;
  /** The folder. @type {string} */
  id;
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
  /** @type {Omit<Head, 'digest'> | null} */
  #head = null;
  /** Of the images. @type {Promise<string> | null} */
  #digest = null;

  /** @param {string} id @param {(() => void) | null} release
   * @param {() => void} onProblem there is one, or there is none now */
  constructor(id, release, onProblem) {
    this.id = id;
    this.#release = release;
    this.#onProblem = onProblem;
  }

  /** @param {() => void} onProblem */
  static begin(onProblem) {
    return new Checkpoints(newId(), null, onProblem);
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
    const folder = await openFolder(this.id);
    this.resumed = await readInterrupted(this.id);
    if (!this.resumed) return null;
    this.#head = this.resumed;
    this.#digest = Promise.resolve(this.resumed.digest);
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

  /** @param {Omit<Head, 'digest'>} head @param {Dataset} dataset */
  describe(head, dataset) {
    this.#digest = digestOf(dataset);
    this.#writeHead(head);
  }

  /** @param {Omit<Head, 'digest'>} head */
  #writeHead({ storageKey, experiment, source, due }) {
    this.#head = { storageKey, experiment, source, due };
    const parts = { format: FORMAT, ...this.#head };
    this.#write(HEAD, async () => {
      return new Blob([JSON.stringify({ ...parts, digest: await this.#digest })]);
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
      this.#release ??= await take(this.id);
      const folder = await openFolder(this.id, { create: true });
      const there = await fileNames(folder);
      for (const [name, file] of this.#files) {
        if (file.isWritten && there.includes(name)) continue;
        file.isWritten = false;
        const { content } = file;
        try {
          await writeFile(folder, name, await content());
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
    tellChange();
  }

  /** Training is over; what can be written only later is written then.
   * @param {number[]} [due] what can be resumed; by default all that was due */
  async end(due) {
    this.#isEnding = true;
    if (due && this.#head) this.#writeHead({ ...this.#head, due });
    if ([...this.#files.keys()].some(isRun)) return this.#flush();
    clearTimeout(this.#retry);
    this.#files.clear();
    this.problem = null;
    await this.#writing;
    if (this.#release) await removeFolder(this.id).catch(() => {});
    this.#letGo();
  }

  /** Is anything to be written yet? */
  get isOpen() {
    return this.#release !== null || this.#files.size > 0;
  }
}

/** Of a press, unlike any other. */
export function newId() {
  const parts = crypto.getRandomValues(new Uint32Array(3));
  return Array.from(parts, (part) => part.toString(36)).join('-');
}
