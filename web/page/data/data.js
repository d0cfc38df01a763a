/** Images for the page: brought by the reader, offered by the server, or kept from last time. What is
 * kept lies in a file that all tabs share; when another tab removes it, it is gone here too. */
import { proxy } from 'comlink';
import { Dataset } from '../../worker/index.js';
import { keepErrorCodes } from '../../worker/rpc.js';
import { WatchedWorker } from '../../worker/watched.js';
import { nameOf } from '../names.js';
import { remember, remembered } from '../settings.js';

/** @typedef {import('./worker.js').Facts} Facts */
/** @typedef {import('./worker.js').Brought} Brought */
/** @typedef {import('./worker.js').Service} Service */
/** @typedef {import('../../lab/index.js').ImageSource} ImageSource */

/**
 * What is being done, or what failed.
 * @typedef {{ state: 'idle' } | { state: 'looking' }
 *   | { state: 'failed', doing: 'look' | 'read' | 'remove', message: string }
 *   | { state: 'reading' | 'decoding' | 'keeping', name: string, done: number, total?: number }} Activity
 */

/** @typedef {Extract<Activity, { state: 'failed' }>['doing']} Doing */

/** The set that the reader used last, among the settings. */
const USED = 'images';

keepErrorCodes();

export class Data {
  /** @type {Activity} */
  activity = { state: 'looking' };
  /** What is used. @type {Facts | null} */
  facts = null;
  /** For the workbench; null as long as there are no images. @type {ImageSource | null} */
  source = null;
  /** What was used is gone. @type {'removedElsewhere' | 'lost' | null} */
  loss = null;
  /** What is kept. @type {Facts[]} */
  #kept = [];
  /** @type {WatchedWorker<Service>} */
  #reader = new WatchedWorker(
    (name) => new Worker(new URL('./data-worker.js', import.meta.url), { type: 'module', name }),
    'reads images',
    {
      onBegin: (service) => void service.watch(proxy(() => this.#lookAgain())),
      onDeath: () => void this.#lookAgain(true),
    },
  );
  #stop = new AbortController();
  #onChange;
  #onLoss;

  /** @param {() => void} onChange @param {() => void} onLoss what was used is not there any more */
  constructor(onChange, onLoss) {
    this.#onChange = onChange;
    this.#onLoss = onLoss;
  }

  get isReading() {
    return ['reading', 'decoding', 'keeping'].includes(this.activity.state);
  }

  /** What is kept and not used. */
  get others() {
    return this.#kept.filter(({ id }) => id !== this.facts?.id);
  }

  /** @param {Activity} activity */
  #setActivity(activity) {
    this.activity = activity;
    this.#onChange();
  }

  /** @param {Doing} doing @param {unknown} error */
  #fail(doing, error) {
    const { message } = /** @type {Error} */ (error);
    this.#setActivity({ state: 'failed', doing, message });
  }

  /** @param {Facts | null} facts */
  #setData(facts) {
    this.facts = facts;
    this.loss = null;
    this.source = facts && {
      ...{ name: facts.name, synthetic: false, classes: facts.classes },
      ...{ images: facts.images, testImages: facts.testImages },
      take: async (counts) =>
        new Dataset(await this.#reader.call((service) => service.take(facts.id, counts))),
    };
  }

  /** Looks for what was kept. */
  async open() {
    try {
      this.#kept = await this.#reader.call((service) => service.list());
      const used = this.#kept.find(({ id }) => id === remembered(USED));
      this.#setData(used ?? this.#kept[0] ?? null);
      this.#setActivity({ state: 'idle' });
    } catch (error) {
      this.#fail('look', error);
    }
  }

  /** Another tab has kept or removed images, or the worker has died, and with it what was not kept.
   * @param {boolean} [hasDied] */
  async #lookAgain(hasDied = false) {
    const isLost = hasDied && this.facts?.notKept;
    try {
      this.#kept = await this.#reader.call((service) => service.list());
    } catch {
      // What was known holds until the next try, which says why.
    }
    const { facts } = this;
    const isRemoved = facts && !facts.notKept && !this.#kept.some(({ id }) => id === facts.id);
    if (isLost || isRemoved) {
      this.#setData(null);
      this.loss = isLost ? 'lost' : 'removedElsewhere';
      this.#onLoss();
    } else if (!facts && !this.isReading && this.#kept.length > 0) this.#setData(this.#kept[0]);
    this.#onChange();
  }

  /** Takes the place of what is used; if it is no good, what was used stays.
   * @param {Brought[]} from files or addresses of files
   * @returns {Promise<boolean>} whether it has been read */
  async read(from) {
    if (this.isReading) return false;
    const name = nameOf(from[0]);
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#setActivity({ state: 'reading', name, done: 0 });
    /** @type {Parameters<Service['read']>[1]} */
    const report = (state, done, total) => {
      if (!signal.aborted && this.isReading) this.#setActivity({ state, name, done, total });
    };
    try {
      const read = this.#reader.call((service) => service.read(from, proxy(report)), signal);
      this.use(await read);
      this.#kept = await this.#reader.call((service) => service.list());
      this.#setActivity({ state: 'idle' });
      return true;
    } catch (error) {
      if (signal.aborted) this.#setActivity({ state: 'idle' });
      else this.#fail('read', error);
      return false;
    }
  }

  /** @param {Facts} facts of a set, now and at the next visit */
  use(facts) {
    this.#setData(facts);
    remember(USED, facts.id);
    this.#onChange();
  }

  /** Ends reading at once, whatever the worker is at. */
  cancel() {
    this.#stop.abort();
    this.#reader.call(async (service) => service.cancel()).catch(() => {});
  }

  /** @param {string} id of the set that is used or another */
  async remove(id) {
    try {
      await this.#reader.call((service) => service.remove(id));
      this.#kept = this.#kept.filter((one) => one.id !== id);
      if (this.facts?.id === id) {
        this.#setData(null);
        this.#onLoss();
      }
      this.#setActivity({ state: 'idle' });
    } catch (error) {
      this.#fail('remove', error);
    }
  }
}
