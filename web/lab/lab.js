/** The workbench, `<residua-lab>`: its properties, its methods, and the parts that do the work. Each part
 * keeps its own state; the experiment and what is under way are kept here and in the session alone. */
import { ResiduaElement } from '../ui/element.js';
import { setLabel } from '../ui/set-name.js';
import { announceState } from './announcements.js';
import { Chart } from './charts/chart.js';
import { defaultExperiment, withOtherSeeds } from './experiment.js';
import { readLink } from './hash.js';
import { Layout } from './layout.js';
import { addressHere, Link } from './link.js';
import { labMessages } from './messages/index.js';
import { Planner } from './panel/planner.js';
import { Panel } from './panel/state.js';
import { Preparation } from './preparation.js';
import { isReady } from './readiness.js';
import { classesOf, noWeights, Resources } from './resources.js';
import { Archive } from './runs/archive.js';
import { RunExchange } from './runs/exchange.js';
import { RunList } from './runs/list.js';
import { Recovery } from './runs/recovery.js';
import { ReferenceRuns } from './runs/reference-runs.js';
import { RunTools } from './runs/tools.js';
import { networksOf, Session } from './session.js';
import { styles } from './styles/index.js';
import { throttled } from './throttled.js';
import { timeLeftOf, timeToTrain } from './time-left.js';
import { trainRuns } from './train-runs.js';
import { Undo } from './undo.js';
import { labView } from './view.js';

/** @typedef {import('./index.js').Experiment} Experiment */
/** What could not be done, and why.
 * @typedef {{ doing: 'engine' | 'plan' | 'images' | 'resume', error: Error & { code?: string } }} Failure */

/** At least this many ms between two drawings, since the processor is needed for training. */
const DRAW_EVERY = 150;

export class ResiduaLab extends ResiduaElement {
  static styles = styles;
  static properties = {
    experiment: { attribute: false },
    source: { attribute: false },
    engineOptions: { attribute: false },
    addressOf: { attribute: false },
    loadWeights: { attribute: false },
    figure: { reflect: true },
    storageKey: { attribute: 'storage-key' },
    recorded: { attribute: false },
    recordedLayers: { attribute: false },
    layer: { attribute: false },
    src: {},
    linkText: { attribute: 'experiment' },
    unread: { attribute: false },
  };

  /** Why nothing can be trained. @type {Failure | null} */
  failure = null;
  ticksShown = false;
  /** Draws in one of the next frames, and not too often. */
  invalidate = throttled(DRAW_EVERY, () => this.requestUpdate());
  session = new Session({
    onChange: this.invalidate,
    onState: (job) => announceState(this, job),
    onTick: ({ config }, tick) =>
      this.send('residua-tick', { name: this.runs.nameOf(config), tick }),
  });
  resources = new Resources();
  layout = new Layout(this);
  runs = new RunList(this);
  tools = new RunTools(this);
  exchange = new RunExchange(this);
  archive = new Archive(this);
  recovery = new Recovery(this);
  undo = new Undo(this);
  reference = new ReferenceRuns(this);
  chart = new Chart(this);
  panel = new Panel(this);
  preparation = new Preparation(this);
  planner = new Planner(this.resources, this.invalidate);
  link = new Link(this);

  /** @type {Experiment} */
  #experiment = defaultExperiment();
  #stopHadFocus = false;

  constructor() {
    super(labMessages);
    /** @type {import('./index.js').ImageSource | null} */
    this.source = null;
    /** @type {import('../lib/index.js').EngineOptions} */
    this.engineOptions = {};
    /** @type {import('./charts/axes.js').Measure | 'layers' | 'responses'} */
    this.figure = 'errors';
    this.storageKey = '';
    /** @type {(experiment: Experiment, linkState: import('./index.js').RunLinkState[]) => string} */
    this.addressOf = addressHere;
    /** @type {(name: string) => Promise<Uint8Array>} */
    this.loadWeights = noWeights;
    /** @type {import('../lib/index.js').RunRecord[]} */
    this.recorded = [];
    /** @type {Record<string, import('../lib/index.js').LayerStatistics[]>} */
    this.recordedLayers = {};
    /** @type {number | null} */
    this.layer = null;
    this.src = '';
    this.linkText = '';
    /** @type {string[]} */
    this.unread = [];
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.hasUpdated) void this.preparation.run();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.planner.stop();
    this.exchange.cancel();
    this.session.dispose();
    this.resources.dispose();
  }

  // State.

  /** @returns {Experiment} */
  get experiment() {
    return this.#experiment;
  }

  /** A text is that of the attribute: JSX sets a property where an element has one of the name.
   * @param {Experiment | string} experiment */
  set experiment(experiment) {
    if (typeof experiment === 'string') this.linkText = experiment;
    else this.#experiment = experiment;
  }

  get state() {
    return this.session.state;
  }

  get busy() {
    return this.session.busy;
  }

  get engine() {
    return this.resources.engine;
  }

  get error() {
    return this.failure?.error ?? null;
  }

  get ready() {
    return isReady(this);
  }

  /** In seconds, until all that is trained has ended; undefined if it cannot be said yet. */
  get timeLeft() {
    return timeLeftOf(this).all;
  }

  /** In seconds, that training will take once it is started; undefined if it cannot be said yet. */
  get timeToTrain() {
    return timeToTrain(this);
  }

  /** The networks of the experiment. */
  get rows() {
    return this.runs.own;
  }

  /** The runs on the chart. */
  get drawn() {
    return this.runs.drawn;
  }

  /** @returns {import('./index.js').TrainedNetwork[]} */
  get trained() {
    return this.rows.flatMap(({ name, run: { weights, facts } }) =>
      weights && facts ? [{ name, weights, data: facts.data }] : [],
    );
  }

  /** @returns {import('./index.js').ExperimentNetwork[]} */
  get networks() {
    return networksOf(this.rows, classesOf(this.usedSource), this.loadWeights);
  }

  /** How much of what is being trained is done, from 0 to 1. */
  get progress() {
    return this.session.progress;
  }

  get linkState() {
    return this.runs.linkState;
  }

  set linkState(linkState) {
    this.runs.linkState = linkState;
  }

  get isSynthetic() {
    return this.experiment.data === 'synthetic' || this.source?.synthetic === true;
  }

  /** What the images are called. */
  get dataName() {
    const { data } = this.experiment;
    const { source } = this;
    return data === 'synthetic' || !source ? this.t(`data_${data}`) : setLabel(source.name);
  }

  /** Where the experiment's images come from; null: they are synthetic. */
  get usedSource() {
    return this.experiment.data === 'synthetic' ? null : this.source;
  }

  // Actions.

  /** Trains the networks that have not been trained yet, or all of them again. */
  async train() {
    if (!this.ready) return;
    this.say(this.t('said_started', { count: this.runs.due.length }));
    await trainRuns(this);
  }

  /** Trains each network once more, with a seed that it has not had: it joins the others. */
  async trainOtherSeeds() {
    const copies = withOtherSeeds(this.experiment);
    if (!this.ready || copies.length === 0) return;
    this.change({ runs: [...this.experiment.runs, ...copies] });
    await this.updateComplete;
    await this.train();
  }

  pause() {
    if (this.state !== 'running') return;
    this.session.pause();
    this.say(this.t('said_paused'));
  }

  resume() {
    if (this.state !== 'paused') return;
    this.session.resume();
    this.say(this.t('said_resumed'));
  }

  stop() {
    this.session.stop();
  }

  /** Goes on with an interrupted experiment. @param {string} id */
  resumeRuns(id) {
    return this.recovery.resume(id);
  }

  /** Forgets an interrupted experiment. @param {string} id */
  discardRuns(id) {
    return this.recovery.discard(id);
  }

  /** Puts runs from files on the chart. @param {File[]} files */
  openRuns(files) {
    return this.exchange.open(files);
  }

  /** @param {string} [group] of the panel, which gets the focus */
  openPanel(group) {
    return this.panel.open(group);
  }

  closePanel() {
    void this.panel.close();
  }

  /** Puts the focus on what starts or pauses training. */
  focus() {
    /** @type {HTMLElement | null} */ (this.renderRoot.querySelector('.actions button'))?.focus();
  }

  /** @param {boolean} shown */
  showTicks(shown) {
    this.ticksShown = shown;
    this.requestUpdate();
  }

  /** @param {Partial<Experiment>} change by the reader */
  change(change) {
    if (this.busy) return;
    this.experiment = { ...this.experiment, ...change };
    this.unread = [];
    this.announceExperiment();
  }

  /** A link would lead elsewhere now. */
  announceExperiment() {
    this.link.shown = null;
    this.send('residua-experiment');
  }

  /** @override @param {string} text */
  say(text) {
    this.said = text;
    this.invalidate();
  }

  /** @param {Failure['doing']} doing @param {unknown} error */
  fail(doing, error) {
    this.failure = { doing, error: /** @type {Error} */ (error) };
    this.say(this.t(`failed_${doing}`));
  }

  // Updates.

  /** @param {import('lit').PropertyValues<this>} changed */
  willUpdate(changed) {
    if (changed.has('linkText') && this.linkText && !this.busy) {
      const { experiment, linkState, unread = [] } = readLink(this.linkText);
      Object.assign(this, { experiment, linkState, unread });
    }
    if (changed.has('src') && (this.src || changed.get('src'))) {
      void this.exchange.openRecorded(this.src ?? '');
    }
    if (changed.has('figure')) this.chart.view.zoom = null;
    if (!changed.has('experiment') && !changed.has('source')) return;
    if (this.hasUpdated) void this.preparation.run();
  }

  render() {
    this.#stopHadFocus = this.shadowRoot?.activeElement?.id === 'stop';
    return labView({ lab: this, t: this.t, lang: this.lang });
  }

  firstUpdated() {
    this.chart.followWords();
    this.layout.measure();
    void this.preparation.run();
    void this.recovery.look();
  }

  updated() {
    if (this.#stopHadFocus && !this.renderRoot.querySelector('#stop')) this.focus();
    this.chart.draw();
    this.chart.markWords();
    this.panel.showDialog();
    this.send('residua-change');
  }
}
