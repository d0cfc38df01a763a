/** `<residua-pictures>`: the reader's own pictures. Sets that are kept, classes that are collected, training on
 * them, a trial, and files to take away. The page gives the images and the workbench as properties; the
 * slot "bring" holds its way to bring files. */
import { Camera } from '../../image/camera.js';
import { workerOfUrl } from '../../lib/platform/web.js';
import { download, fileName } from '../../ui/download.js';
import { ResiduaElement } from '../../ui/element.js';
import { percent } from '../../ui/format.js';
import { selectField } from '../../ui/name-input.js';
import { WatchedWorker } from '../../worker/watched.js';
import { isOwn } from '../data/data.js';
import { Collection, cleanName } from './collection.js';
import { pictureMessages } from './messages/index.js';
import { fineTuned, fromNothing, stagesFor } from './recipes.js';
import { snippetFor } from './snippet.js';
import { styles } from './styles.js';
import { Trial } from './trial.js';
import { picturesView } from './view.js';

/** @typedef {import('../../image/picture-worker.js').Service} Pictures */
/** @typedef {import('../../image/picture-worker.js').Ready} Ready */
/** @typedef {import('../../image/picture-worker.js').Refusal} Refusal */
/** @typedef {import('../data/data.js').Facts} Facts */

/**
 * What the page does for the panel.
 * @typedef {object} Actions
 * @property {(facts: Facts) => void} use
 * @property {(change: Partial<import('../../lab/index.js').Experiment>) => void} train
 * @property {() => void} showChart
 * @property {(files: File[]) => void} lookAt
 * @property {() => void} close
 */

/** Images of a class that are shown. */
export const MOST_SHOWN = 24;
/** ms between two pictures of the camera. */
const RECORD_EVERY = 100;
const WATCH_EVERY = 250;

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class ResiduaPictures extends ResiduaElement {
  static styles = styles;
  static properties = {
    data: { attribute: false },
    lab: { attribute: false },
    trained: { attribute: false },
    actions: { attribute: false },
  };

  /** What is being collected. @type {Collection | null} */
  collection = null;
  /** Loose pictures that wait for a class. @type {File[]} */
  waiting = [];
  /** Pictures that could not be read.
   * @type {(import('../../image/picture-worker.js').Refusal & { name: string, detail?: string })[]} */
  refused = [];
  /** How the set that is used looks. @type {{ id: string, look: import('../data/worker.js').Look } | null} */
  shown = null;
  /** Stages that are frozen, if the reader has chosen. @type {number | null} */
  #stages = null;
  /** What the camera is for. @type {'collect' | 'trial' | null} */
  cameraFor = null;
  /** The class that is held. @type {number | null} */
  recording = null;
  copied = false;
  /** The set whose name is being written, and whether another set has the one that was tried.
   * @type {{ id: string, isTaken: boolean } | null} */
  renaming = null;
  trial = new Trial(() => this.requestUpdate());
  camera = new Camera(() => this.requestUpdate());
  /** @type {WatchedWorker<Pictures>} */
  #pictures = new WatchedWorker(
    (name) => workerOfUrl(String(new URL('./residua-picture-worker.js', import.meta.url)), name),
    'reads pictures',
  );
  #onHidden = () => document.hidden && this.stopCamera();

  constructor() {
    super(pictureMessages);
    /** @type {import('../data/data.js').Data | null} */
    this.data = null;
    /** @type {import('../../lab/lab.js').ResiduaLab | null} */
    this.lab = null;
    /** Networks of all chapters. @type {readonly import('../../lab/index.js').TrainedNetwork[]} */
    this.trained = [];
    /** @type {Actions | null} */
    this.actions = null;
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.#onHidden);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#onHidden);
    this.stopCamera();
    this.trial.dispose();
    this.#pictures.dispose();
  }

  // State.

  /** The set that is used, if it is the reader's own. */
  get facts() {
    const facts = this.data?.facts ?? null;
    return facts && isOwn(facts) ? facts : null;
  }

  /** How the set that is used looks, once that is known. */
  get look() {
    return this.shown?.id === this.facts?.id ? (this.shown?.look ?? null) : null;
  }

  /** Networks that were trained on the set that is used, the latest last. */
  get candidates() {
    const { facts } = this;
    return this.trained.filter(({ data }) => !data.synthetic && facts?.names.includes(data.name));
  }

  get stages() {
    return this.#stages ?? (this.facts ? stagesFor(this.facts) : 0);
  }

  // Sets.

  /** @param {number} share of each class for the test */
  async holdOut(share) {
    if (this.facts) await this.data?.holdOut(this.facts, share);
  }

  /** @param {Facts | null} facts of the set whose name is to be written */
  startRename(facts) {
    this.renaming = facts && { id: facts.id, isTaken: false };
    this.requestUpdate();
    if (!facts) return;
    void selectField(this, 'new-name');
  }

  /** @param {Facts} facts @param {string} text empty: the name stays */
  rename(facts, text) {
    const name = cleanName(text);
    const isTaken = name !== '' && name !== facts.name && this.data?.rename(facts, name) === false;
    this.renaming = isTaken ? { id: facts.id, isTaken } : null;
    this.requestUpdate();
  }

  async #lookAtSet() {
    const { facts } = this;
    if (!facts || this.shown?.id === facts.id) return;
    const { id } = facts;
    this.shown = null;
    try {
      const look = await this.data?.look(facts, MOST_SHOWN);
      if (look && this.facts?.id === id) this.shown = { id, look };
    } catch {
      return; // The page says so when the images are used.
    }
    this.requestUpdate();
  }

  // Collecting.

  /** Begins to collect classes. */
  collect() {
    this.collection = new Collection('');
    for (const number of [1, 2]) this.collection.addClass(this.t('classNumber', { number }));
    this.requestUpdate();
  }

  /** Adds to the classes of the set that is used. */
  async extend() {
    const { facts } = this;
    const dataset = facts && (await this.data?.whole(facts));
    if (!dataset) return;
    this.collection = Collection.of(dataset, facts.id);
    this.requestUpdate();
  }

  /** Does something to what is collected. @param {(collection: Collection) => void} change */
  change(change) {
    if (this.collection) change(this.collection);
    this.requestUpdate();
  }

  stopCollecting() {
    this.stopCamera();
    this.collection = null;
    this.waiting = [];
    this.requestUpdate();
  }

  /** Makes a set of what is collected, which is used from then on. */
  async keep() {
    const { collection } = this;
    if (!collection || collection.obstacle) return;
    const parts = collection.toParts(this.t('ownName'));
    const share = this.facts?.id === collection.replaced ? (this.facts?.heldOut ?? 0.2) : 0.2;
    if (!(await this.data?.collect(parts, share, collection.replaced))) return;
    this.stopCollecting();
    this.say(this.t('said_kept', { name: parts.name }));
    const facts = this.data?.facts;
    if (facts) this.actions?.use(facts);
  }

  /** Loose pictures: into a class, to the trial, or to be asked about, unless they cannot be read.
   * @param {File[]} files @param {string | undefined} zone where they were dropped: "trial", the number of a
   *   class, or elsewhere */
  async take(files, zone) {
    if (zone === 'trial' && this.trial.net) return this.tryPictures(files);
    if (zone && this.collection?.classes[Number(zone)])
      return this.addPictures(Number(zone), files);
    this.refused = [];
    for (const file of files) {
      const refusal = await this.#ask((service) => service.refusal(file));
      if (refusal) this.refused.push({ name: file.name, ...refusal });
      else this.waiting.push(file);
    }
    this.requestUpdate();
  }

  /** Puts the pictures that wait into a class, or into a new one. @param {string} name */
  async putWaiting(name) {
    const files = this.waiting;
    this.waiting = [];
    if (!this.collection) {
      if (this.facts) await this.extend();
      this.collection ??= new Collection('');
    }
    await this.addPictures(this.collection.addClass(name), files, this.refused);
  }

  dropWaiting() {
    this.waiting = [];
    this.requestUpdate();
  }

  /** @param {number} index of a class @param {File[]} files @param {ResiduaPictures['refused']} [refused]
   *   that came with them */
  async addPictures(index, files, refused) {
    const { collection } = this;
    await this.#read(files, (input) => collection?.add(index, input), refused);
  }

  /** Reads pictures one by one; what cannot be read is named.
   * @param {File[]} files @param {(input: Uint8Array, name: string) => unknown} each
   * @param {ResiduaPictures['refused']} [refused] before */
  async #read(files, each, refused = []) {
    this.refused = refused;
    for (const file of files) {
      /** @type {(service: import('comlink').Remote<Pictures>) => Promise<Ready | Refusal>} */
      const read = (service) => service.read(file);
      const answer = await this.#ask(read);
      if ('planes' in answer) await each(answer.planes, file.name);
      else this.refused.push({ name: file.name, ...answer });
      this.requestUpdate();
    }
  }

  /** Asks the worker that reads pictures; its death is a refusal too.
   * @template T @param {(service: import('comlink').Remote<Pictures>) => Promise<T>} ask
   * @returns {Promise<T | Refusal & { detail?: string }>} */
  async #ask(ask) {
    try {
      return await this.#pictures.call(ask);
    } catch (error) {
      return { problem: 'worker', detail: /** @type {Error} */ (error).message };
    }
  }

  // The camera.

  /** @param {'collect' | 'trial'} purpose */
  async startCamera(purpose) {
    this.cameraFor = purpose;
    await this.camera.start();
    if (purpose === 'trial') void this.#watch();
  }

  stopCamera() {
    Object.assign(this, { cameraFor: null, recording: null });
    this.trial.live = null;
    this.camera.stop();
  }

  /** Takes pictures for a class until stopRecording. @param {number} index */
  async record(index) {
    if (this.recording !== null) return;
    this.recording = index;
    this.requestUpdate();
    while (this.recording === index) {
      const input = await this.#shoot();
      if (input) this.collection?.add(index, input);
      this.requestUpdate();
      await pause(RECORD_EVERY);
    }
  }

  stopRecording() {
    this.recording = null;
    this.requestUpdate();
  }

  async #watch() {
    while (this.cameraFor === 'trial' && this.camera.stream) {
      const input = await this.#shoot();
      if (input) await this.trial.watch(input);
      await pause(WATCH_EVERY);
    }
  }

  /** What the camera sees now, as a network takes it; null if it shows nothing yet. */
  async #shoot() {
    const video = /** @type {HTMLVideoElement | null} */ (this.renderRoot.querySelector('video'));
    if (!video || video.videoWidth === 0) return null;
    try {
      const bitmap = await createImageBitmap(video);
      const { planes } = await this.#pictures.call((service) => service.shrink(bitmap));
      return planes;
    } catch {
      return null; // The camera has gone, and its own notice says so.
    }
  }

  // Training, and what came of it.

  /** @param {'fineTune' | 'fromNothing'} how */
  train(how) {
    const { facts } = this;
    if (!facts) return;
    this.stopCamera();
    const change = how === 'fineTune' ? fineTuned(facts, this.stages) : fromNothing(facts);
    this.actions?.train(change);
  }

  /** @param {number} stages */
  freeze(stages) {
    this.#stages = stages;
    this.requestUpdate();
  }

  /** @param {File[]} files */
  async tryPictures(files) {
    await this.#read(files, async (input, name) => {
      const answer = await this.trial.look(name, input);
      if (!answer) return;
      const best = answer.shares.indexOf(Math.max(...answer.shares));
      const share = percent(this.lang, answer.shares[best], 0);
      this.say(this.t('said_answer', { name, answer: this.trial.net?.classNames?.[best], share }));
    });
  }

  /** What the file of the weights is called. */
  get weightsFile() {
    return fileName(this.facts?.name ?? '', 'safetensors');
  }

  /** @param {'safetensors' | 'onnx'} kind */
  async save(kind) {
    const file = await this.trial.file(kind);
    if (file) download(this.facts?.name ?? '', kind, file);
  }

  get snippet() {
    return snippetFor(this.weightsFile);
  }

  async copySnippet() {
    const copying = navigator.clipboard?.writeText(this.snippet);
    this.copied = await Promise.resolve(copying).then(
      () => copying !== undefined,
      () => false,
    );
    this.requestUpdate();
  }

  // Updates.

  focus() {
    /** @type {HTMLElement | null} */ (this.renderRoot.querySelector('h2'))?.focus();
  }

  updated() {
    void this.#lookAtSet();
    void this.trial.choose(this.#chosen());
    const video = this.renderRoot.querySelector('video');
    if (video && video.srcObject !== this.camera.stream) video.srcObject = this.camera.stream;
  }

  /** The latest network of the set, or the one that the reader has chosen. */
  #chosen() {
    const { candidates } = this;
    const isThere = candidates.some(({ weights }) => weights === this.#choice?.weights);
    return isThere ? this.#choice : (candidates.at(-1) ?? null);
  }

  /** @type {import('../../lab/index.js').TrainedNetwork | null} */
  #choice = null;

  /** @param {import('../../lab/index.js').TrainedNetwork} network */
  choose(network) {
    this.#choice = network;
    this.requestUpdate();
  }

  render() {
    return picturesView({ element: this, t: this.t, lang: this.lang });
  }
}
