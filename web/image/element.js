/** `<residua-image>`: a picture through a network, its filters and maps, and a test. The host gives
 * networks and images; the element asks no server for anything else. */
import { workerOfUrl } from '../lib/platform/web.js';
import { isWeights } from '../lib/weights/files.js';
import { ResiduaElement } from '../ui/element.js';
import { number, percent } from '../ui/format.js';
import { keepErrorCodes } from '../worker/rpc.js';
import { WatchedWorker } from '../worker/watched.js';
import { Camera } from './camera.js';
import { className } from './classes.js';
import { CropDrag } from './crop.js';
import { pictureFrom } from './images.js';
import { imageMessages } from './messages/index.js';
import { choiceOfAddress, choiceOfFile, choicesOf } from './networks.js';
import { fileOf } from './samples.js';
import { ImageSession } from './session.js';
import { styles } from './styles/index.js';
import { imageView } from './view.js';

/** @typedef {import('./networks.js').Choice} Choice */
/** @typedef {import('./picture-worker.js').Service} Pictures */
/** @typedef {import('comlink').Remote<Pictures>} Service */
/** @typedef {import('./networks.js').TrainedNetwork} TrainedNetwork */

const PICTURE_WORKER = () => new URL('./residua-picture-worker.js', import.meta.url);

keepErrorCodes();

/** @param {readonly TrainedNetwork[]} now @param {readonly TrainedNetwork[]} [before] */
function differ(now, before = []) {
  const same = (/** @type {TrainedNetwork} */ one, /** @type {number} */ i) =>
    one.weights === before[i].weights && one.name === before[i].name;
  return now.length !== before.length || !now.every(same);
}

export class ResiduaImage extends ResiduaElement {
  static styles = styles;
  static properties = {
    src: {},
    source: { attribute: false },
    samples: { attribute: false },
    engineOptions: { attribute: false },
    trained: { attribute: false, hasChanged: differ },
    kept: { attribute: false, hasChanged: differ },
    loadRecorded: { attribute: false },
    shown: { attribute: false },
  };

  /** Why there is no picture of a file.
   * @type {(import('./picture-worker.js').Refusal & { name: string, detail?: string }) | null} */
  refusal = null;
  /** Networks from files, and small ones that were trained here. @type {Choice[]} */
  #own = [];
  /** Null until the host has said. @type {Choice[] | null} */
  #recorded = null;
  #session = new ImageSession(
    () => this.engineOptions,
    () => this.#changed(),
    (key, values) => this.#announce(key, values),
  );
  #camera = new Camera(() => this.requestUpdate());
  drag = new CropDrag((crop) => void this.#session.crop(crop));
  /** Have the parts of the chapter been asked for that come after the first answer? */
  #partsAsked = false;
  partsFailed = false;
  /** @type {WatchedWorker<Pictures>} */
  #pictures = new WatchedWorker(
    (name) => workerOfUrl(String(this.pictureWorker ?? PICTURE_WORKER()), name),
    'reads pictures',
  );
  /** Counts the pictures that were asked for: the last one is shown. */
  #turn = 0;
  #onPaste = (/** @type {ClipboardEvent} */ event) => this.#paste(event);
  #onHidden = () => document.hidden && this.#camera.stop();

  constructor() {
    super(imageMessages);
    this.src = '';
    /** @type {import('./images.js').ImageSource | null} */
    this.source = null;
    /** @type {import('../lib/index.js').EngineOptions} */
    this.engineOptions = {};
    /** @type {string | URL | null} */
    this.pictureWorker = null;
    /** Photographs to look at. @type {readonly import('./samples.js').Sample[]} */
    this.samples = [];
    /** Networks that the host has trained. @type {readonly TrainedNetwork[]} */
    this.trained = [];
    /** Networks that the browser keeps of earlier visits. @type {readonly TrainedNetwork[]} */
    this.kept = [];
    /** Recorded networks, as the host has them. @type {() => Promise<Choice[]>} */
    this.loadRecorded = async () => [];
    /** Is this element the one that is read? */
    this.shown = true;
    this.addEventListener('dragover', (event) => this.#allowDrop(event));
    this.addEventListener('drop', (event) => this.#drop(event));
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener('paste', this.#onPaste);
    document.addEventListener('visibilitychange', this.#onHidden);
    if (this.hasUpdated) void this.#session.start();
  }

  firstUpdated() {
    void this.#session.start();
  }

  /** @param {import('lit').PropertyValues<this>} changed */
  willUpdate(changed) {
    const isNew = changed.has('src') && this.src !== (changed.get('src') ?? '');
    if (changed.has('loadRecorded') || isNew) void this.#lookForRecorded(isNew);
  }

  /** @param {boolean} isNew has the host named other files? The first of them is shown then. */
  async #lookForRecorded(isNew) {
    const named = this.src.split(/\s+/).filter(Boolean).map(choiceOfAddress);
    const others = await this.loadRecorded();
    this.#recorded = [...named, ...others];
    if (isNew && named.length > 0 && this.#session.opened) await this.#session.choose(named[0]);
    this.requestUpdate();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('paste', this.#onPaste);
    document.removeEventListener('visibilitychange', this.#onHidden);
    this.#camera.stop();
    this.#session.dispose();
    this.#pictures.dispose();
  }

  get session() {
    return this.#session;
  }

  get camera() {
    return this.#camera;
  }

  get engine() {
    return this.#session.engine;
  }

  get error() {
    const { failure } = this.#session;
    return failure?.doing === 'engine' ? failure.error : null;
  }

  /** What the network makes of the picture, the likeliest class first; null as long as there is no answer. */
  get answer() {
    const { opened, picture, probabilities } = this.#session;
    if (!opened || !picture || !probabilities) return null;
    const classes = probabilities.map((probability, label) => {
      return { label, name: className(opened.kind, label, this.lang), probability };
    });
    classes.sort((a, b) => b.probability - a.probability);
    return { network: opened.choice.name, picture: picture.name, classes };
  }

  get isSynthetic() {
    return this.#session.opened?.kind === 'shapes' || !this.source;
  }

  /** What the reader can choose among. @returns {Choice[]} */
  get choices() {
    const here = [...choicesOf(this.trained), ...choicesOf(this.kept, 'kept')];
    const choices = [...here, ...this.#own, ...(this.#recorded ?? [])];
    const chosen = this.#session.opened?.choice;
    return !chosen || choices.includes(chosen) ? choices : [...choices, chosen];
  }

  /** Puts the focus on the choice of a picture, or on what comes before it. */
  focus() {
    const first = ['#choose-picture', '#train-small', '#choose-network']
      .map((id) => /** @type {HTMLElement | null} */ (this.renderRoot.querySelector(id)))
      .find((button) => button !== null);
    first?.focus();
  }

  /** The place of the controls that the page's chips lead to. @param {string} [group] */
  openPanel(group) {
    const target = this.renderRoot.querySelector(group === 'data' ? '#data' : '#choose-network');
    target?.scrollIntoView({ block: 'center' });
    /** @type {HTMLElement | null} */ (target)?.focus();
  }

  /** Files that the reader drops or chooses: a network's weights, or a picture. @param {File[]} files */
  async take(files) {
    const are = await Promise.all(files.map(isWeights));
    const networks = files.filter((_, i) => are[i]);
    const picture = files.find((_, i) => !are[i]);
    if (networks.length > 0) await this.openNetworks(networks);
    if (picture) await this.#show(picture.name, (service) => service.read(picture));
  }

  /** Files that the reader takes for weights, whatever they are called. @param {File[]} files */
  async openNetworks(files) {
    const networks = files.map(choiceOfFile);
    this.refusal = null;
    this.#own.push(...networks);
    await this.#session.choose(/** @type {Choice} */ (networks.at(-1)));
    if (this.#session.failure) this.#own = this.#own.filter((one) => !networks.includes(one));
    this.requestUpdate();
  }

  async shoot() {
    const video = /** @type {HTMLVideoElement} */ (this.renderRoot.querySelector('video'));
    const bitmap = await createImageBitmap(video);
    this.#camera.stop();
    await this.#show(this.t('fromCamera'), (service) => service.shrink(bitmap));
  }

  /** @param {import('./samples.js').Sample} sample */
  async showSample(sample) {
    const read = async (/** @type {Service} */ service) => service.read(await fileOf(sample));
    await this.#show(this.t(`sample_${sample.id}`), read, sample);
  }

  /** @param {string} name @param {(service: Service) => Promise<import('./picture-worker.js').Ready
   *   | import('./picture-worker.js').Refusal>} read @param {import('./samples.js').Sample} [sample] */
  async #show(name, read, sample) {
    const turn = ++this.#turn;
    this.#camera.stop();
    this.refusal = null;
    const answer = await this.#pictures.call(read).catch((error) => {
      return { problem: 'worker', detail: /** @type {Error} */ (error).message };
    });
    if (turn !== this.#turn) return;
    if ('planes' in answer) return this.#session.show(pictureFrom(name, answer, sample));
    this.refusal = { name, ...answer };
    this.requestUpdate();
  }

  /** A host that takes what is dropped prevents the default in the capturing phase. @param {DragEvent} event */
  #allowDrop(event) {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  }

  /** @param {DragEvent} event */
  #drop(event) {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (event.defaultPrevented || files.length === 0) return;
    event.preventDefault();
    void this.take(files);
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!this.shown || files.length === 0) return;
    event.preventDefault();
    void this.take(files);
  }

  /** @param {import('./images.js').Picture} picture of a test set */
  async showPicture(picture) {
    this.#turn++;
    this.refusal = null;
    await this.#session.show(picture);
  }

  async trainSmall() {
    const trained = await this.#session.trainSmall();
    if (!trained) return;
    const [choice] = choicesOf([trained]);
    this.#own.push(choice);
    await this.#session.choose(choice);
  }

  /** @param {string} key of a text @param {any} [values] */
  #announce(key, { best, probability = 0, wrong = 0, total = 0, error = 0, name } = {}) {
    const { lang, t } = this;
    const kind = this.#session.opened?.kind ?? 'numbers';
    this.say(
      t(key, {
        name,
        answer: best === undefined ? '' : className(kind, best, lang),
        probability: percent(lang, probability),
        wrong: number(lang, wrong),
        total: number(lang, total),
        error: percent(lang, error),
      }),
    );
  }

  /** The page shows some of it too. */
  #changed() {
    this.requestUpdate();
    this.send('residua-change');
  }

  /** @param {import('lit').PropertyValues<this>} changed */
  updated(changed) {
    const { busy, opened, failure } = this.#session;
    if (changed.has('source')) void this.#session.setSource(this.source);
    if (!this.shown) this.#camera.stop();
    const first = this.#recorded && (this.#recorded[0] ?? this.choices[0]);
    if (this.shown && first && !opened && !busy && !failure) void this.#session.choose(first);
    if (opened && !this.#session.picture && !busy && this.#turn === 0 && this.samples.length > 0)
      void this.showSample(this.samples[0]);
    if (this.#session.maps && !this.#partsAsked) void this.#loadParts();
    const video = this.renderRoot.querySelector('video');
    if (video && video.srcObject !== this.#camera.stream) video.srcObject = this.#camera.stream;
  }

  async #loadParts() {
    this.#partsAsked = true;
    const parts = [
      import('./drawing/index.js'),
      import('./follow/index.js'),
      import('./why/index.js'),
    ];
    this.partsFailed = (await Promise.allSettled(parts)).some(
      ({ status }) => status === 'rejected',
    );
    this.requestUpdate();
  }

  render() {
    return imageView({ element: this, session: this.#session, t: this.t, lang: this.lang });
  }
}
