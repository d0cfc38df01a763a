/** Runs that come from files or addresses, and runs that go to files. A file that holds no run changes
 * nothing, and is named on the page. */
import { download } from '../../ui/download.js';
import { readRunFiles } from '../../worker/runs.js';
import { csvOf } from './csv.js';
import { fetchRun, jsonOf, sizeError } from './format.js';

/** @typedef {import('../../lib/formats/read-run.js').FileRun} FileRun */
/** @typedef {Pick<import('./rows.js').Row, 'name' | 'run'>} Named */
/** What could not be read, and why. @typedef {{ name: string, error: Error }} Refused */

/** Runs from files that the chart has at most: more freeze it, and cannot be told apart. */
export const MOST_RUNS = 100;
/** Reading that takes less, in ms, is not spoken of. */
const TELL_AFTER = 400;

export class RunExchange {
  /** @type {Refused[]} */
  refused = [];
  /** Files that have been read of those that are being read. @type {{ done: number, total: number } | null} */
  reading = null;
  #stop = new AbortController();
  /** Files are read one drop after another. @type {Promise<void>} */
  #last = Promise.resolve();
  #lab;

  /** @param {import('../lab.js').ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  /** Puts runs on the chart; none if there are too many. @param {File[]} files */
  open(files) {
    const { signal } = this.#stop;
    this.#last = this.#last.then(() => this.#open(files, signal));
    return this.#last;
  }

  /** Ends reading; of a drop that is under way nothing joins the chart. */
  cancel() {
    this.#stop.abort();
    this.#stop = new AbortController();
  }

  /** @param {File[]} files @param {AbortSignal} signal */
  async #open(files, signal) {
    const lab = this.#lab;
    this.refused = [];
    const count = lab.runs.imported.length + files.length;
    if (count > MOST_RUNS) {
      this.#refuse(files[0].name, new Error(lab.t('runsTooMany', { count, most: MOST_RUNS })));
      return;
    }
    try {
      for (const [file, read] of await this.#read(files, signal)) this.#add(file, read);
    } catch (error) {
      if (signal.aborted) lab.say(lab.t('said_notRead'));
      else this.#refuse(files[0].name, /** @type {Error} */ (error));
    } finally {
      this.reading = null;
      lab.requestUpdate();
    }
  }

  /** @param {File[]} files @param {AbortSignal} signal */
  async #read(files, signal) {
    /** @type {[File, FileRun | Error][]} */
    const all = [];
    const tell = () => {
      this.reading = { done: all.length, total: files.length };
      this.#lab.invalidate();
    };
    const take = (/** @type {File} */ file, /** @type {FileRun | Error} */ read) => {
      all.push([file, read]);
      if (this.reading) tell();
    };
    const slow = setTimeout(tell, TELL_AFTER);
    try {
      const fit = files.filter((file) => {
        const error = sizeError(file);
        if (error) take(file, error);
        return !error;
      });
      await readRunFiles(fit, this.#lab.engineOptions, signal, take);
    } finally {
      clearTimeout(slow);
    }
    return all;
  }

  /** @param {File} file @param {FileRun | Error} read */
  #add({ name }, read) {
    const lab = this.#lab;
    if (read instanceof Error) return this.#refuse(name, read);
    const isNew = lab.runs.add(read);
    return lab.say(lab.t(isNew ? 'said_joined' : 'said_there', { name: read.record.name }));
  }

  /** @param {string} name @param {Error} error */
  #refuse(name, error) {
    this.refused.push({ name, error });
    this.#lab.say(this.#lab.t('runRefused', { name }));
  }

  /** The reader has read why a file was refused, or has brought another. @param {Refused} [refused] by
   *   default all */
  dismiss(refused) {
    if (this.refused.length === 0) return;
    this.refused = refused ? this.refused.filter((one) => one !== refused) : [];
    this.#lab.requestUpdate();
    if (refused) void this.#lab.updateComplete.then(() => this.#lab.focus());
  }

  /** Fetches the recorded runs. @param {string} src addresses, separated by spaces */
  async openRecorded(src) {
    const lab = this.#lab;
    const addresses = src.split(/\s+/).filter(Boolean);
    const files = await Promise.allSettled(addresses.map(fetchRun));
    if (lab.src !== src) return;
    lab.recorded = files.flatMap((file) => (file.status === 'fulfilled' ? [file.value] : []));
    this.refused = files.flatMap((file, i) =>
      file.status === 'rejected' ? [{ name: addresses[i], error: file.reason }] : [],
    );
    if (this.refused.length > 0) lab.say(lab.t('runRefused', { name: this.refused[0].name }));
  }

  /** @param {Named} row */
  saveRun({ name, run }) {
    download(name, 'json', new Blob([jsonOf(name, run)], { type: 'application/json' }));
  }

  /** @param {Named} row */
  saveWeights({ name, run }) {
    if (run.weights) download(name, 'safetensors', run.weights);
  }

  /** The ticks of all runs on the chart. */
  saveNumbers() {
    const csv = csvOf(this.#lab.drawn);
    download('residua', 'csv', new Blob([csv], { type: 'text/csv' }));
  }
}
