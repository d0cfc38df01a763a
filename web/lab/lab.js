/** The workbench: a figure of networks in training, and everything that is needed to run it. */
import { LitElement, render } from 'lit';
import { download } from '../ui/download.js';
import { number, percent } from '../ui/format.js';
import { langOf, translator } from '../ui/messages.js';
import { Cursor } from './charts/cursor.js';
import { cursorText, cursorView } from './charts/cursor-view.js';
import * as errorsChart from './charts/error-chart.js';
import { pngOf, svgOf } from './charts/figure-file.js';
import * as layersChart from './charts/layers-chart.js';
import { drawResponses } from './charts/responses-chart.js';
import { haveSeeds, seriesOf } from './charts/series.js';
import {
  areComparable,
  defaultExperiment,
  MOST_RUNS,
  newRun,
  problemsOf,
  readLink,
  seenBy,
  stepsOf,
  toHash,
} from './experiment.js';
import { labMessages } from './messages/index.js';
import { Planner } from './panel/planner.js';
import { Checkpoints, discard, interruptedRuns } from './runs/checkpoints.js';
import { configOf, csvOf, fetchRun, jsonOf, readRunFile, runOf } from './runs/files.js';
import { cleanName, endOf } from './runs/link-state.js';
import { newDraft } from './runs/menu.js';
import { asShares, recordedName, recordedRows, referencesFor } from './runs/reference.js';
import { rowsOf } from './runs/rows.js';
import { classesOf, Session } from './session.js';
import { styles } from './styles.js';
import { captionOf, labView, troubleOf } from './view.js';

/** @typedef {import('./index.js').Experiment} Experiment */
/** @typedef {import('./index.js').RunConfig} RunConfig */
/** @typedef {import('./session.js').Run} Run */
/** @typedef {import('./runs/rows.js').Row} Row */
/** @typedef {{ doing: 'engine' | 'plan' | 'images' | 'resume', error: Error & { code?: string } }} Failure */

/** At least this many ms between two drawings, since the processor is needed for training. */
const DRAW_EVERY = 150;
/** From this width on there is room for a column beside the figure; styles.js has it too. */
const WIDE = 960;
/** ms without a key after which the cursor's values are said. */
const READ_AFTER = 400;
/** Of a figure with one part or two, and of one with three. */
const CHART_HEIGHT = {
  one: { least: 300, most: 460, share: 0.62 },
  three: { least: 480, most: 600, share: 0.8 },
};

export class ResiduaLab extends LitElement {
  static styles = styles;
  static properties = {
    lang: { reflect: true },
    experiment: { attribute: false },
    source: { attribute: false },
    engineOptions: { attribute: false },
    addressOf: { attribute: false },
    figure: { reflect: true },
    keep: {},
    recorded: { attribute: false },
    recordedLayers: { attribute: false },
    src: {},
    linkText: { attribute: 'experiment' },
  };

  /** Bytes that training takes. @type {{ networks: number, images: number } | null} */
  planned = null;
  /** Why nothing can be trained. @type {Failure | null} */
  failure = null;
  /** The network whose controls are shown. @type {number | null} */
  openRun = 0;
  panelOpen = false;
  ticksShown = false;
  /** Runs from files. @type {import('./runs/rows.js').Imported[]} */
  imported = [];
  /** What did not come to its end. @type {import('./runs/checkpoints.js').Interrupted[]} */
  interrupted = [];
  /** Runs that cannot be read. @type {import('./runs/checkpoints.js').Unreadable[]} */
  unreadable = [];
  /** Files that were no runs. @type {{ name: string, error: Error }[]} */
  refused = [];
  /** The run whose tools are shown. @type {RunConfig | null} */
  toolsOf = null;
  /** Copies about to be made of it. */
  draft = newDraft();
  /** Runs that differ in nothing but the seed are drawn as mean and band. */
  overSeeds = true;
  /** Recorded runs, and the paper's numbers, are on the chart. */
  showsRecorded = true;
  recordedTicksShown = false;
  wide = true;
  /** What was said last, for those who listen. */
  said = '';
  #session = new Session({
    onChange: () => this.#invalidate(),
    onState: (config, run) => this.#hearState(config, run),
    onTick: (config, tick) => this.#send('residua-tick', { name: this.#nameOf(config), tick }),
  });
  /** What fits into the reader's time and memory. */
  planner = new Planner(this.#session, () => this.#invalidate());
  /** @type {WeakMap<RunConfig, import('./runs/rows.js').Choice>} */
  #choices = new WeakMap();
  /** What a link has said of how runs end, in which experiment.
   * @type {{ experiment: Experiment, ends: Map<RunConfig, import('./runs/link-state.js').End> } | null} */
  #promised = null;
  /** The address that was copied, or is to be copied by hand. @type {{ address: string, copied: boolean } | null} */
  link = null;
  #cursor = new Cursor();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #reading;
  /** Of the recorded runs, in the language they are named in.
   * @type {{ key: unknown[], rows: Row[] } | null} */
  #recorded = null;
  /** Of the latest training. @type {Checkpoints | null} */
  #checkpoints = null;
  #width = 0;
  #drawnAt = 0;
  #drawing = false;
  #resized = new ResizeObserver(() => this.#measure());
  /** Pages may have begun or ended training while this one was not looked at. */
  #onVisible = () => {
    if (!document.hidden && this.hasUpdated) void this.#lookForInterrupted();
  };

  constructor() {
    super();
    this.lang = langOf(document.documentElement.lang);
    /** @type {Experiment} */
    this.experiment = defaultExperiment();
    /** @type {import('./index.js').ImageSource | null} */
    this.source = null;
    /** @type {import('../lib/index.js').EngineOptions} */
    this.engineOptions = {};
    /** @type {'errors' | 'layers' | 'responses'} */
    this.figure = 'errors';
    this.keep = '';
    /** @type {(experiment: Experiment, marks: import('./runs/link-state.js').Mark[]) => string} */
    this.addressOf = addressHere;
    /** @type {import('../lib/index.js').RunRecord[]} */
    this.recorded = [];
    /** @type {Record<string, import('../lib/index.js').LayerStatistics[]>} */
    this.recordedLayers = {};
    this.src = '';
    this.linkText = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.#resized.observe(this);
    document.addEventListener('visibilitychange', this.#onVisible);
    if (this.hasUpdated) void this.#prepare();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#resized.disconnect();
    document.removeEventListener('visibilitychange', this.#onVisible);
    this.planner.stop();
    this.#session.dispose();
  }

  // How things are.

  get state() {
    return this.#session.state;
  }

  get busy() {
    return this.#session.busy;
  }

  get engine() {
    return this.#session.engine;
  }

  get error() {
    return this.failure?.error ?? null;
  }

  /** The networks of the experiment, then the runs from files. @returns {Row[]} */
  get allRows() {
    const runOf = (/** @type {RunConfig} */ config) => this.#session.runOf(config);
    return rowsOf(this.experiment.runs, runOf, this.imported, this.#choices);
  }

  /** @returns {Row[]} */
  get rows() {
    return this.allRows.filter(({ imported }) => !imported);
  }

  /** @returns {import('./index.js').TrainedNetwork[]} */
  get trained() {
    return this.rows.flatMap(({ name, run: { weights, facts } }) =>
      weights && facts ? [{ name, weights, data: facts.data }] : [],
    );
  }

  /** What the chart shows. @returns {Row[]} */
  get drawn() {
    return this.allRows.filter(({ run, hidden }) => run.tick && !hidden);
  }

  /** The recorded runs, if they are to be seen and have what the figure shows. @returns {Row[]} */
  get recordedDrawn() {
    if (!this.showsRecorded) return [];
    const { recorded: records, recordedLayers, lang } = this;
    const key = [records, recordedLayers, lang];
    if (!this.#recorded?.key.every((part, i) => part === key[i])) {
      const nameOf = (/** @type {typeof records[number]} */ one) =>
        recordedName(one, records, this.#t);
      this.#recorded = { key, rows: recordedRows(records, nameOf, recordedLayers) };
    }
    const { rows } = this.#recorded;
    return this.figure === 'responses' ? rows.filter(({ run }) => run.layers) : rows;
  }

  /** Were recorded runs trained on the paper's images? */
  get hasPapersTask() {
    return this.recorded.some(({ data }) => !data.synthetic);
  }

  /** Are there runs that differ in nothing but the seed? */
  get haveSeeds() {
    return haveSeeds(this.drawn);
  }

  /** What would be trained now. */
  get due() {
    const due = this.#session.due(this.experiment);
    return this.rows.filter(({ config }) => due.includes(config));
  }

  get isSynthetic() {
    return this.experiment.data === 'synthetic' || this.source?.synthetic === true;
  }

  /** What the images are called. */
  get dataName() {
    const { data } = this.experiment;
    return data === 'synthetic' || !this.source ? this.#t(`data_${data}`) : this.source.name;
  }

  /** Why runs cannot be kept while they are trained, if so. */
  get notKept() {
    return this.#checkpoints?.problem ?? null;
  }

  /** Why training cannot start as things are: a sentence, empty if the controls say it; or null. */
  get obstacle() {
    const { data, images, testImages, runs } = this.experiment;
    if (problemsOf(this.experiment).length > 0) return '';
    if (data !== 'synthetic' && !this.source) return this.#t('noCifar');
    const source = this.#sourceUsed;
    const say = (/** @type {number} */ count) => number(this.lang, count);
    if (source && (images > source.images || testImages > source.testImages)) {
      const there = { images: say(source.images), testImages: say(source.testImages) };
      return this.#t('tooFewImages', there);
    }
    const batchSize = Math.max(...runs.map((run) => seenBy(this.experiment, run).batchSize));
    if (batchSize > images) {
      return this.#t('batchTooLarge', { batch: say(batchSize), images: say(images) });
    }
    return null;
  }

  get ready() {
    const hopeless = this.failure?.doing === 'plan' || this.failure?.error.code === 'NO_SIMD';
    return !this.busy && !hopeless && this.obstacle === null;
  }

  /** Whether what the chart shows, or would show, is on synthetic images. */
  get synthetic() {
    const kinds = this.drawn.map(({ run }) => run.facts?.data.synthetic === true);
    if (kinds.length === 0) return this.isSynthetic ? 'all' : 'none';
    return kinds.every((kind) => kind) ? 'all' : kinds.some((kind) => kind) ? 'some' : 'none';
  }

  get chartHeight() {
    const { least, most, share } = CHART_HEIGHT[this.figure === 'responses' ? 'three' : 'one'];
    return Math.round(Math.min(most, Math.max(least, this.#width * share)));
  }

  get #sourceUsed() {
    return this.experiment.data === 'synthetic' ? null : this.source;
  }

  get #t() {
    return translator(labMessages, this.lang);
  }

  /** How a link has said that a run ends. @param {RunConfig} config */
  promisedEnd(config) {
    const promised = this.#promised;
    if (!promised || !areComparable(promised.experiment, this.experiment)) return undefined;
    return promised.ends.get(config);
  }

  /** @returns {import('./runs/link-state.js').Mark[]} */
  get marks() {
    return this.rows.map(({ config, hidden, run }) => {
      const { name } = this.#choices.get(config) ?? {};
      return { name, hidden, ended: endOf(run) ?? this.promisedEnd(config) };
    });
  }

  set marks(marks) {
    const { experiment } = this;
    /** @type {Map<RunConfig, import('./runs/link-state.js').End>} */
    const ends = new Map();
    for (const [i, config] of experiment.runs.entries()) {
      const { name, hidden, ended } = marks[i] ?? {};
      this.#choices.set(config, { name, hidden });
      if (ended) ends.set(config, ended);
    }
    this.#promised = { experiment, ends };
    this.requestUpdate();
  }

  // What can be done.

  /** Trains the networks that have not been trained yet, or all of them again. */
  async train() {
    if (!this.ready) return;
    this.#say(this.#t('said_started', { count: this.due.length }));
    await this.#train(this.keep ? Checkpoints.begin(this.#sayNotKept) : null);
  }

  /** @param {Checkpoints | null} checkpoints */
  async #train(checkpoints) {
    this.planner.stop();
    this.failure = null;
    this.#checkpoints = checkpoints;
    const nameOf = (/** @type {RunConfig} */ config) => this.#nameOf(config);
    const keeping = checkpoints && { checkpoints, place: this.keep, nameOf };
    try {
      await this.#session.train(this.experiment, this.engineOptions, this.#sourceUsed, keeping);
    } catch (error) {
      const { code, op } = /** @type {any} */ (error);
      const otherImages = code === 'MISMATCH' && op === 'resume';
      this.#fail(otherImages ? 'resume' : this.engine ? 'images' : 'engine', error);
    }
    await this.#lookForInterrupted();
  }

  /** Goes on with runs that were interrupted. @param {string} id */
  async resumeRuns(id) {
    const checkpoints = await Checkpoints.reopen(id, this.#sayNotKept);
    const { resumed } = checkpoints ?? {};
    if (!checkpoints || !resumed || this.busy) {
      await checkpoints?.end(true);
      return this.#lookForInterrupted();
    }
    this.change(resumed.experiment);
    for (const [i, { config, name }] of this.rows.entries()) {
      if (name !== resumed.names[i]) this.renameRun(config, resumed.names[i]);
    }
    this.interrupted = this.interrupted.filter((one) => one.id !== id);
    this.#say(this.#t('said_resumed'));
    await this.#train(checkpoints);
    if (!this.failure) void this.#prepare();
  }

  /** Forgets runs that were interrupted, or that cannot be read. @param {string} id */
  async discardRuns(id) {
    this.#say(this.#t((await discard(id)) ? 'said_discarded' : 'said_notDiscarded'));
    await this.#lookForInterrupted();
    this.focus();
  }

  pause() {
    if (this.state !== 'running') return;
    this.#session.pause();
    this.#say(this.#t('said_paused'));
  }

  resume() {
    if (this.state !== 'paused') return;
    this.#session.resume();
    this.#say(this.#t('said_resumed'));
  }

  stop() {
    this.#session.stop();
  }

  /** Puts the focus on what starts or pauses training. */
  focus() {
    /** @type {HTMLElement | null} */ (this.renderRoot.querySelector('.actions button'))?.focus();
  }

  /** @param {string} [group] of the panel, to be looked at first */
  async openPanel(group) {
    this.panelOpen = true;
    this.requestUpdate();
    await this.updateComplete;
    const target = /** @type {HTMLElement | null} */ (
      this.renderRoot.querySelector(group ? `#${group}-title` : '#panel-title')
    );
    target?.focus();
  }

  closePanel() {
    this.panelOpen = false;
    this.requestUpdate();
    void this.updateComplete.then(() => {
      /** @type {HTMLElement | null} */ (this.renderRoot.querySelector('#change'))?.focus();
    });
  }

  /** @param {boolean} shown */
  showTicks(shown) {
    this.ticksShown = shown;
    this.requestUpdate();
  }

  /** Measures this machine, to say what fits. */
  async measureMachine() {
    const { engine, experiment, planner } = this;
    if (!engine || !this.ready) return;
    await planner.measure(experiment, engine, this.#sourceUsed);
    await this.#prepare();
    if (planner.cells.length > 0) this.#say(this.#t('said_measured'));
  }

  /** @param {Partial<import('./panel/planner.js').Limits>} change */
  async limit(change) {
    this.planner.limits = { ...this.planner.limits, ...change };
    this.requestUpdate();
    await this.#prepare();
  }

  /** @param {number} index */
  toggleRun(index) {
    this.openRun = this.openRun === index ? null : index;
    this.requestUpdate();
  }

  /** @param {number} index @param {object} change */
  changeRun(index, change) {
    const runs = this.experiment.runs.map((run, i) => (i === index ? { ...run, ...change } : run));
    this.change({ runs });
  }

  /** Adds a copy of the network that is being looked at, for the reader to change. */
  addRun() {
    const { runs } = this.experiment;
    if (runs.length >= MOST_RUNS) return;
    this.change({ runs: [...runs, newRun({ ...runs[this.openRun ?? runs.length - 1] })] });
    this.openRun = runs.length;
  }

  /** @param {number} index */
  removeRun(index) {
    this.openRun = null;
    this.change({ runs: this.experiment.runs.filter((_, i) => i !== index) });
  }

  // What can be done with runs.

  /** @param {RunConfig} config @param {import('./runs/rows.js').Choice} choice */
  #choose(config, choice) {
    this.#choices.set(config, { ...this.#choices.get(config), ...choice });
    this.requestUpdate();
    this.#tell();
  }

  /** @param {RunConfig} config @param {string} name empty for the one it had */
  renameRun(config, name) {
    this.#choose(config, { name: cleanName(name) });
  }

  /** @param {RunConfig} config @param {boolean} hidden */
  hideRun(config, hidden) {
    this.#choose(config, { hidden });
  }

  /** @param {RunConfig} config */
  deleteRun(config) {
    const { name } = this.allRows.find((row) => row.config === config) ?? { name: '' };
    const index = this.experiment.runs.indexOf(config);
    if (index >= 0) this.removeRun(index);
    this.imported = this.imported.filter((one) => one.config !== config);
    this.toolsOf = null;
    this.#say(this.#t('said_deleted', { name }));
    void this.updateComplete.then(() => this.focus());
  }

  /** @param {RunConfig} config */
  toggleTools(config) {
    this.toolsOf = this.toolsOf === config ? null : config;
    this.draft = newDraft();
    this.requestUpdate();
  }

  /** @param {Partial<import('./runs/menu.js').Draft>} change */
  changeDraft(change) {
    this.draft = { ...this.draft, ...change };
    this.requestUpdate();
  }

  /** @param {RunConfig[]} networks */
  addCopies(networks) {
    this.change({ runs: [...this.experiment.runs, ...networks] });
    this.toolsOf = null;
    this.#say(this.#t('said_added', { count: networks.length }));
    void this.updateComplete.then(() => this.focus());
  }

  /** @param {boolean} shown */
  showOverSeeds(shown) {
    this.overSeeds = shown;
    this.requestUpdate();
  }

  /** @param {boolean} shown */
  showRecorded(shown) {
    this.showsRecorded = shown;
    this.requestUpdate();
  }

  /** @param {boolean} shown */
  showRecordedTicks(shown) {
    this.recordedTicksShown = shown;
    this.requestUpdate();
  }

  /** Puts runs that were exported on the chart. @param {File[]} files */
  async openRuns(files) {
    this.refused = [];
    for (const file of files) {
      try {
        this.#join(await readRunFile(file));
      } catch (error) {
        this.refused.push({ name: file.name, error: /** @type {Error} */ (error) });
        this.#say(this.#t('runRefused', { name: file.name }));
      }
    }
    this.requestUpdate();
  }

  /** @param {import('../lib/index.js').RunRecord} record */
  #join(record) {
    const imported = { config: configOf(record), name: record.name, run: runOf(record) };
    const content = jsonOf(imported.name, imported.run);
    const there = this.imported.some(({ name, run }) => jsonOf(name, run) === content);
    if (!there) this.imported = [...this.imported, imported];
    this.#say(this.#t(there ? 'said_there' : 'said_joined', { name: record.name }));
  }

  /** @param {Row} row */
  saveRun({ name, run }) {
    download(name, 'json', new Blob([jsonOf(name, run)], { type: 'application/json' }));
  }

  /** @param {Row} row */
  saveWeights({ name, run }) {
    if (run.weights) download(name, 'safetensors', run.weights);
  }

  saveNumbers() {
    download('residua', 'csv', new Blob([csvOf(this.drawn)], { type: 'text/csv' }));
  }

  /** @param {'svg' | 'png'} kind */
  async saveFigure(kind) {
    const chart = /** @type {SVGSVGElement} */ (this.renderRoot.querySelector('.plot > svg'));
    const { synthetic } = this;
    const svg = svgOf(chart, {
      title: chart.getAttribute('aria-label') ?? '',
      note: captionOf({ lab: this, t: this.#t, lang: this.lang }),
      mark: synthetic === 'none' ? '' : this.#t(`synthetic_${synthetic}`),
    });
    const content = kind === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : pngOf(svg);
    download('residua', kind, await content);
  }

  reset() {
    this.change({ ...defaultExperiment(), data: this.experiment.data });
  }

  /** @param {Partial<Experiment>} change by the reader */
  change(change) {
    if (this.busy) return;
    this.experiment = { ...this.experiment, ...change };
    this.#tell();
  }

  /** A link would say something else now. */
  #tell() {
    this.link = null;
    this.dispatchEvent(new Event('residua-experiment', { bubbles: true, composed: true }));
  }

  /** Puts a link to the experiment on the clipboard, or shows it where that is not allowed. */
  async copyLink() {
    const address = this.addressOf(this.experiment, this.marks);
    const copied = await navigator.clipboard?.writeText(address).then(
      () => true,
      () => false,
    );
    this.link = { address, copied: copied === true };
    this.#say(this.#t(copied ? 'linkCopied' : 'linkByHand'));
  }

  // What happens by itself.

  /** With other images or another recipe, earlier runs are no longer comparable, so they go.
   * @param {import('lit').PropertyValues<this>} changed */
  willUpdate(changed) {
    if (changed.has('linkText') && this.linkText && !this.busy) {
      const { experiment, marks } = readLink(this.linkText);
      Object.assign(this, { experiment, marks });
    }
    if (changed.has('src') && (this.src || changed.get('src'))) void this.#openSrc(this.src ?? '');
    if (!changed.has('experiment') && !changed.has('source')) return;
    const before = changed.get('experiment') ?? this.experiment;
    const comparable = areComparable(before, this.experiment);
    const sameImages = this.experiment.data === 'synthetic' || !changed.has('source');
    if (!this.busy && !(comparable && sameImages)) this.#session.forget();
    if (this.hasUpdated) void this.#prepare();
  }

  /** Opens the engine, says what memory is needed, and has the images drawn before they are asked
   * for. */
  async #prepare() {
    const { experiment } = this;
    this.planned = null;
    if (this.busy || problemsOf(experiment).length > 0) return;
    /** @type {Failure['doing']} */
    let doing = 'engine';
    try {
      const engine = await this.#session.open(experiment, this.engineOptions);
      doing = 'plan';
      const planned = await this.#session.plan(experiment, engine, this.#sourceUsed);
      if (this.experiment !== experiment) return;
      this.planned = planned;
      this.failure = null;
      this.#invalidate();
      await this.planner.plan(experiment, engine, this.#sourceUsed);
      doing = 'images';
      if (this.ready) await this.#session.images(experiment, engine, this.#sourceUsed);
    } catch (error) {
      if (this.isConnected && this.experiment === experiment) this.#fail(doing, error);
    }
  }

  /** Fetches the recorded runs. @param {string} src */
  async #openSrc(src) {
    const addresses = src.split(/\s+/).filter(Boolean);
    const files = await Promise.allSettled(addresses.map(fetchRun));
    if (this.src !== src) return;
    this.recorded = files.flatMap((file) => (file.status === 'fulfilled' ? [file.value] : []));
    this.refused = files.flatMap((file, i) =>
      file.status === 'rejected' ? [{ name: addresses[i], error: file.reason }] : [],
    );
    if (this.refused.length > 0) this.#say(this.#t('runRefused', { name: this.refused[0].name }));
  }

  #lookForInterrupted = async () => {
    const all = this.keep ? await interruptedRuns(this.#lookForInterrupted) : [];
    this.unreadable = all.filter((one) => one.experiment === null);
    const readable = all.filter((one) => one.experiment !== null);
    this.interrupted = readable.filter(({ place }) => place === this.keep);
    this.#invalidate();
  };

  #sayNotKept = () => {
    const { notKept } = this;
    if (notKept) this.#say(this.#t(`notKept_${notKept}`));
    else void this.#lookForInterrupted(); // Runs that had ended may be whole only now.
  };

  /** @param {Failure['doing']} doing @param {unknown} error */
  #fail(doing, error) {
    this.failure = { doing, error: /** @type {Error} */ (error) };
    this.#say(this.#t(`failed_${doing}`));
  }

  /** @param {string} text */
  #say(text) {
    this.said = text;
    this.#invalidate();
  }

  /** @param {RunConfig} config @param {Run} run */
  #hearState(config, run) {
    const name = this.#nameOf(config);
    if (run.ended) {
      const { state, tick, error, weights } = run;
      this.#send('residua-end', { name, state, tick, error, weights });
    }
    const trouble = troubleOf(name, run, this.#t);
    if (trouble) this.#say(trouble);
    if (run.state !== 'finished') return;
    this.#tell();
    const [train, test] = [run.trainError, run.testError].map((error) =>
      error === undefined ? '–' : percent(this.lang, error),
    );
    this.#say(this.#t('said_finished', { name, train, test }));
  }

  /** @param {RunConfig} config */
  #nameOf(config) {
    return this.rows.find((row) => row.config === config)?.name ?? '';
  }

  /** @param {string} type @param {object} detail */
  #send(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  /** Draws in one of the next frames, and not too often. */
  #invalidate() {
    if (this.#drawing) return;
    this.#drawing = true;
    const wait = Math.max(0, this.#drawnAt + DRAW_EVERY - performance.now());
    const draw = () => {
      this.#drawing = false;
      this.#drawnAt = performance.now();
      this.requestUpdate();
    };
    setTimeout(() => requestAnimationFrame(draw), wait);
  }

  #measure() {
    this.wide = this.clientWidth >= WIDE;
    this.#width = this.renderRoot.querySelector('.chart')?.clientWidth ?? 0;
    this.requestUpdate();
  }

  render() {
    return labView({ lab: this, t: this.#t, lang: this.lang });
  }

  firstUpdated() {
    this.#measure();
    void this.#prepare();
    void this.#lookForInterrupted();
  }

  updated() {
    this.#drawChart();
    const dialog = /** @type {HTMLDialogElement} */ (this.renderRoot.querySelector('dialog'));
    showPanel(dialog, this.panelOpen, this.wide);
    this.dispatchEvent(new Event('residua-change', { bubbles: true, composed: true }));
  }

  #drawChart() {
    if (this.#width === 0) return;
    const draw = {
      errors: () => this.#errorChart(),
      layers: () => this.#layersChart(),
      responses: () => ({ chart: this.#responsesChart(), tracks: [] }),
    };
    const { chart, tracks } = draw[this.figure]();
    this.renderRoot.querySelector('.plot')?.replaceChildren(chart);
    this.#cursor.follow(tracks);
    this.#drawCursor();
  }

  #layersChart() {
    const flows = this.drawn.flatMap(({ name, color, run: { firstLayerStats, layerStats } }) =>
      firstLayerStats && layerStats
        ? [{ name, color, first: firstLayerStats, latest: layerStats }]
        : [],
    );
    const layers = Math.max(...this.experiment.runs.map(({ depth }) => depth - 1));
    const size = { width: this.#width, height: this.chartHeight };
    return layersChart.drawLayers(flows, { ...size, layers, lang: this.lang, t: this.#t });
  }

  #responsesChart() {
    const { drawn, recordedDrawn } = this;
    const of = (/** @type {Row[]} */ rows, /** @type {boolean} */ recorded) =>
      rows.flatMap(({ name, color, run: { layers } }) =>
        layers ? [{ name, color, layers, recorded, faded: recorded && drawn.length > 0 }] : [],
      );
    return drawResponses([...of(recordedDrawn, true), ...of(drawn, false)], {
      ...{ width: this.#width, height: this.chartHeight, lang: this.lang, t: this.#t },
    });
  }

  #errorChart() {
    const { drawn, recordedDrawn, overSeeds } = this;
    const live = seriesOf(drawn, overSeeds, this.#t);
    const recorded = seriesOf(recordedDrawn, false, this.#t);
    const series = [...recorded.map((one) => ({ ...one, recorded: true })), ...live];
    const lengths = this.#lengths(drawn, recordedDrawn);
    const shares = recorded.length > 0 && new Set(lengths).size > 1;
    const longest = Math.max(...lengths);
    return errorsChart.drawChart(shares ? asShares(series) : series, {
      width: this.#width,
      height: this.chartHeight,
      steps: shares ? 100 : longest,
      shares,
      references:
        recorded.length > 0 && this.hasPapersTask
          ? referencesFor([...drawn, ...recordedDrawn], drawn.length === 0)
          : [],
      guessing: 1 - 1 / classesOf(this.#sourceUsed),
      lang: this.lang,
      t: this.#t,
    });
  }

  /** Steps of all that is to be drawn: of the runs that have begun and, if that is nothing or the
   * recorded ones are hidden, of those to come.
   * @param {Row[]} drawn @param {Row[]} recorded */
  #lengths(drawn, recorded) {
    const { experiment } = this;
    const begun = [...drawn, ...recorded].map(({ run }) => run.tick?.steps ?? 1);
    if (recorded.length > 0 && drawn.length === 0) return begun;
    return [...begun, ...experiment.runs.map((run) => stepsOf(seenBy(experiment, run)) || 1)];
  }

  #drawCursor() {
    const place = /** @type {HTMLElement} */ (this.renderRoot.querySelector('.cursor'));
    const { TOP: top, BOTTOM: bottom } = this.figure === 'layers' ? layersChart : errorsChart;
    const chart = { width: this.#width, height: this.chartHeight, top, bottom };
    render(cursorView(this.#cursor.reading, chart), place);
  }

  // What the reader does in the chart.

  /** @param {KeyboardEvent} event */
  onChartKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (!this.#cursor.press(event.key)) return;
    event.preventDefault();
    this.#drawCursor();
    this.#readAloud();
  }

  /** @param {FocusEvent} event */
  onChartFocus({ target }) {
    if (!(/** @type {Element} */ (target).matches(':focus-visible'))) return;
    this.#cursor.show();
    this.#drawCursor();
    this.#readAloud();
  }

  /** @param {PointerEvent} event */
  onChartPointer({ currentTarget, clientX, clientY }) {
    const { left, top } = /** @type {Element} */ (currentTarget).getBoundingClientRect();
    this.#cursor.point(clientX - left, clientY - top);
    this.#drawCursor();
  }

  leaveChart() {
    this.#cursor.hide();
    this.#drawCursor();
  }

  /** Says what the cursor reads, once it has come to rest. */
  #readAloud() {
    clearTimeout(this.#reading);
    this.#reading = setTimeout(() => {
      const { reading } = this.#cursor;
      if (reading) this.#say(cursorText(reading));
    }, READ_AFTER);
  }
}

/** @param {Experiment} experiment @param {import('./runs/link-state.js').Mark[]} marks */
function addressHere(experiment, marks) {
  const url = new URL(location.href);
  url.hash = toHash(experiment, marks);
  return url.href;
}

/** @param {HTMLDialogElement} dialog @param {boolean} open @param {boolean} beside the figure */
function showPanel(dialog, open, beside) {
  const isModal = dialog.matches(':modal');
  if (dialog.open && (!open || isModal === beside)) dialog.close();
  if (!open || dialog.open) return;
  if (beside) dialog.show();
  else dialog.showModal();
}
