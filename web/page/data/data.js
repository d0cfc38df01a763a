/** CIFAR-10 for the page: brought by the reader, offered by the server, or kept from last time. */
import { proxy, wrap } from 'comlink';
import { Dataset } from '../../worker/index.js';
import { keepErrorCodes } from '../../worker/rpc.js';
import { nameOf } from '../names.js';

/** @typedef {import('./worker.js').Facts} Facts */
/** @typedef {import('comlink').Remote<import('./worker.js').Service>} Service */
/** @typedef {import('../../lab/index.js').ImageSource} ImageSource */

/**
 * What is being done.
 * @typedef {{ state: 'idle' } | { state: 'looking' } | { state: 'failed', message: string }
 *   | { state: 'reading' | 'keeping', name: string, done: number, total?: number }} Activity
 */

keepErrorCodes();

export class Data {
  /** @type {Activity} */
  activity = { state: 'looking' };
  /** What there is. @type {Facts | null} */
  facts = null;
  /** For the workbench; null as long as there are no images. @type {ImageSource | null} */
  source = null;
  #service = /** @type {Service} */ (
    wrap(new Worker(new URL('./data-worker.js', import.meta.url), { type: 'module' }))
  );
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get isReading() {
    return this.activity.state === 'reading' || this.activity.state === 'keeping';
  }

  /** @param {Activity} activity */
  #be(activity) {
    this.activity = activity;
    this.#onChange();
  }

  /** @param {Facts | null} facts */
  #have(facts) {
    this.facts = facts;
    this.source = facts && {
      ...{ name: facts.name, synthetic: false },
      ...{ images: facts.images, testImages: facts.testImages },
      take: async (counts) => new Dataset(await this.#service.take(counts)),
    };
    this.#be({ state: 'idle' });
  }

  /** Looks for what was kept. */
  async open() {
    this.#have(await this.#service.open());
  }

  /** Takes the place of what there was; if it is no good, what there was stays.
   * @param {(File | string)[]} from files or addresses of files
   * @returns {Promise<boolean>} whether it has been read */
  async read(from) {
    if (this.isReading) return false;
    const name = nameOf(from[0]);
    this.#be({ state: 'reading', name, done: 0 });
    /** @type {Parameters<import('./worker.js').Service['read']>[1]} */
    const report = (state, done, total) => this.isReading && this.#be({ state, name, done, total });
    try {
      this.#have(await this.#service.read(from, proxy(report)));
      return true;
    } catch (error) {
      const { name: kind, message } = /** @type {Error} */ (error);
      this.#be(kind === 'AbortError' ? { state: 'idle' } : { state: 'failed', message });
      return false;
    }
  }

  cancel() {
    void this.#service.cancel();
  }

  async remove() {
    await this.#service.remove();
    this.#have(null);
  }
}
