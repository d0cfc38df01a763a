/** Images for the page: brought by the reader, fetched, offered by the server, or kept from last time. What is
 * kept lies in a file that all tabs share; when another tab removes it, it is gone here too. */
import { proxy } from 'comlink';
import { PUBLISHED } from '../../lib/data/published.js';
import { Dataset } from '../../worker/index.js';
import { keepErrorCodes } from '../../worker/rpc.js';
import { WatchedWorker } from '../../worker/watched.js';
import { nameOf } from '../names.js';
import { remember, remembered } from '../settings.js';
import { Pace } from './pace.js';
import { forgetNames, giveName, givenNames, inheritNames } from './set-names.js';

/** What is known of a set: all `names` that it has had, the latest, which is its `name`, first and that in its file
 * last. @typedef {import('./worker.js').Facts & { names: readonly string[] }} Facts */
/** @typedef {import('./worker.js').Brought} Brought */
/** @typedef {import('./worker.js').Service} Service */
/** @typedef {import('../../lab/index.js').ImageSource} ImageSource */

/**
 * What is being done, or what failed.
 * @typedef {{ state: 'idle' } | { state: 'looking' }
 *   | { state: 'failed', doing: 'look' | 'read' | 'fetch' | 'remove', message: string,
 *       isOffline: boolean }
 *   | { state: 'fetching', name: string, done: number, total?: number, attempt: number,
 *       secondsLeft?: number }
 *   | { state: 'reading' | 'decoding' | 'keeping', name: string, done: number, total?: number }} Activity
 */

/** @typedef {Extract<Activity, { state: 'failed' }>['doing']} Doing */

/** The set that the reader used last, among the settings. */
const USED = 'images';

keepErrorCodes();

/** @param {string} name */
const isPublished = (name) => Object.values(PUBLISHED).some(({ title }) => name.startsWith(title));

/** Is a set the reader's own, and none of those that everybody has? @param {Facts} facts */
export const isOwn = ({ names }) => !isPublished(names[names.length - 1]);

/** @param {import('./worker.js').Facts} facts as its file has them @returns {Facts} */
function named(facts) {
  const names = [...givenNames(facts.id), facts.name];
  return { ...facts, name: names[0], names };
}

/** A set that takes the place of another has its names too.
 * @param {Facts | undefined} before @param {import('./worker.js').Facts} made */
function inFollowing(before, made) {
  if (before && before.id !== made.id) inheritNames(before.id, made.id, before.names);
  return made;
}

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
    return ['reading', 'fetching', 'decoding', 'keeping'].includes(this.activity.state);
  }

  /** Whether the whole set is there, used or not. */
  get hasCifar10() {
    const { title, images } = PUBLISHED.cifar10;
    const isIt = (/** @type {Facts} */ { names, images: there }) =>
      names.includes(title) && there === images;
    return this.#kept.some(isIt) || (this.facts !== null && isIt(this.facts));
  }

  /** All that can be used, the latest first. */
  get sets() {
    const { facts } = this;
    return facts?.notKept ? [facts, ...this.#kept] : this.#kept;
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
    this.#setActivity({ state: 'failed', doing, message, isOffline: !navigator.onLine });
  }

  /** @param {Facts | null} facts */
  #setData(facts) {
    this.facts = facts;
    this.loss = null;
    this.source = facts && {
      ...{ id: facts.id, name: facts.name, synthetic: false },
      ...{ classes: facts.classes, classNames: facts.classNames },
      ...{ images: facts.images, testImages: facts.testImages },
      take: (counts) => this.#take(facts, counts),
    };
  }

  /** @param {Facts} facts @param {{ images: number, testImages: number }} counts */
  async #take({ id, name }, counts) {
    const parts = await this.#reader.call((service) => service.take(id, counts));
    return new Dataset({ ...parts, name });
  }

  async #list() {
    return (await this.#reader.call((service) => service.list())).map(named);
  }

  /** Looks for what was kept. */
  async open() {
    try {
      this.#kept = await this.#list();
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
      this.#kept = await this.#list();
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
    const name = nameOf(from[0]);
    return this.#bring('read', { state: 'reading', name, done: 0 }, (service, show) => {
      /** @type {Parameters<Service['read']>[1]} */
      const report = (state, done, total) => show({ state, name, done, total });
      return service.read(from, proxy(report));
    });
  }

  /** Fetches CIFAR-10, which takes the place of what is used when it is there.
   * @param {string} [source] address of a mirror
   * @returns {Promise<boolean>} whether it is there */
  async getCifar10(source) {
    const { title: name, megabytes } = PUBLISHED.cifar10;
    const pace = new Pace();
    const start = /** @type {const} */ ({ state: 'fetching', name, done: 0, attempt: 1 });
    return this.#bring('fetch', start, (service, show) => {
      /** @type {Parameters<Service['getCifar10']>[1]} */
      const report = (state, done, known, attempt = 1) => {
        if (state !== 'fetching') return show({ state, name, done, total: known });
        const expected = megabytes * 1e6;
        const total = known ?? (done <= expected ? expected : undefined);
        const secondsLeft = pace.secondsLeft(performance.now(), done, total);
        show({ state, name, done, total, attempt, secondsLeft });
      };
      return service.getCifar10(source, proxy(report));
    });
  }

  /** @param {Doing} doing @param {Activity} start
   * @param {(service: import('comlink').Remote<Service>, show: (activity: Activity) => void)
   *   => Promise<import('./worker.js').Facts>} work `show` does nothing once it has been cancelled */
  async #bring(doing, start, work) {
    if (this.isReading) return false;
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#setActivity(start);
    const show = (/** @type {Activity} */ activity) => {
      if (!signal.aborted && this.isReading) this.#setActivity(activity);
    };
    try {
      this.use(named(await this.#reader.call((service) => work(service, show), signal)));
      this.#kept = await this.#list();
      this.#setActivity({ state: 'idle' });
      return true;
    } catch (error) {
      if (signal.aborted) this.#setActivity({ state: 'idle' });
      else this.#fail(doing, error);
      return false;
    }
  }

  /** Inputs that the reader has collected, as a set that takes the place of what is used.
   * @param {Parameters<Service['collect']>[0]} parts @param {number} share held out of each class
   * @param {string} [replaced] id of a set @returns {Promise<boolean>} */
  collect(parts, share, replaced) {
    const start = /** @type {const} */ ({ state: 'keeping', name: parts.name, done: 0 });
    const before = this.sets.find(({ id }) => id === replaced);
    return this.#bring('read', start, async (service) =>
      inFollowing(before, await service.collect(parts, share, replaced)),
    );
  }

  /** Holds another share of each class out. @param {Facts} facts @param {number} share
   * @returns {Promise<boolean>} */
  holdOut(facts, share) {
    const { id, name } = facts;
    const start = /** @type {const} */ ({ state: 'keeping', name, done: 0 });
    return this.#bring('read', start, async (service) =>
      inFollowing(facts, await service.holdOut(id, share, name)),
    );
  }

  /** Gives a set of the reader's own another name.
   * @param {Facts} facts @param {string} name @returns {boolean} false: another set has it */
  rename(facts, name) {
    const isTaken = this.sets.some((one) => one.id !== facts.id && one.name === name);
    if (isTaken || isPublished(name)) return false;
    giveName(facts.id, name);
    const renamed = (/** @type {Facts} */ one) =>
      one.id === facts.id ? named({ ...one, name: one.names[one.names.length - 1] }) : one;
    this.#kept = this.#kept.map(renamed);
    if (this.facts?.id === facts.id) this.#setData(renamed(this.facts));
    this.#onChange();
    return true;
  }

  /** What a set looks like. @param {Facts} facts @param {number} most images of a class
   * @returns {Promise<import('./worker.js').Look>} */
  look({ id }, most) {
    return this.#reader.call((service) => service.look(id, most));
  }

  /** All images of a set. @param {Facts} facts @returns {Promise<Dataset>} */
  whole(facts) {
    return this.#take(facts, facts);
  }

  /** @param {Facts} facts of a set, now and at the next visit */
  use(facts) {
    this.#setData(facts);
    remember(USED, facts.id);
    if (this.activity.state === 'failed') this.activity = { state: 'idle' };
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
      forgetNames(id);
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
