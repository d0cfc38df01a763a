/** Runs that come from files or addresses, and runs that go to files. A file that holds no run changes
 * nothing, and is named on the page. */
import { download } from '../../ui/download.js';
import { csvOf } from './csv.js';
import { fetchRun, jsonOf, readRunFile } from './format.js';

/** @typedef {Pick<import('./rows.js').Row, 'name' | 'run'>} Named */

/** Runs from files that the chart has at most: more freeze it, and cannot be told apart. */
export const MOST_RUNS = 100;

export class RunExchange {
  /** What could not be read, and why. @type {{ name: string, error: Error }[]} */
  refused = [];
  #lab;

  /** @param {import('../lab.js').ResiduaLab} lab */
  constructor(lab) {
    this.#lab = lab;
  }

  /** Puts runs on the chart; none if there are too many. @param {File[]} files */
  async open(files) {
    const lab = this.#lab;
    this.refused = [];
    const count = lab.runs.imported.length + files.length;
    if (count > MOST_RUNS) {
      const error = new Error(lab.t('runsTooMany', { count, most: MOST_RUNS }));
      this.refused.push({ name: files[0].name, error });
      lab.say(error.message);
      lab.requestUpdate();
      return;
    }
    for (const file of files) {
      try {
        const record = await readRunFile(file);
        const isNew = lab.runs.add(record);
        lab.say(lab.t(isNew ? 'said_joined' : 'said_there', { name: record.name }));
      } catch (error) {
        this.refused.push({ name: file.name, error: /** @type {Error} */ (error) });
        lab.say(lab.t('runRefused', { name: file.name }));
      }
    }
    lab.requestUpdate();
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
