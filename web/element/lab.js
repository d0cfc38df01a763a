/** The workbench: a figure of networks in training, and everything that is needed to run it. */
import { html, LitElement, nothing } from 'lit';
import { drawChart } from './chart.js';
import {
  defaultExperiment,
  MOST_RUNS,
  namesOf,
  newRun,
  problemsOf,
  SHARED_FIELDS,
  stepsOf,
  valueIn,
} from './experiment.js';
import { clock, number, percent } from './format.js';
import { LAB, langOf, translator } from './messages.js';
import { lineColor } from './palette.js';
import { panel } from './panel.js';
import { Session } from './session.js';
import { styles } from './styles.js';
import { summary } from './summary.js';
import { runTable, tickTable } from './tables.js';

/** @typedef {import('./index.js').Experiment} Experiment */
/** @typedef {import('./index.js').RunConfig} RunConfig */
/** @typedef {import('./session.js').Run} Run */
/** @typedef {{ config: RunConfig, name: string, color: string, run: Run }} Row */

/** At least this many ms between two drawings, since the processor is needed for training. */
const DRAW_EVERY = 150;
const CHART_HEIGHT = { least: 300, most: 460, share: 0.62 };
const CLASSES = 10;

export class ResiduaLab extends LitElement {
  static styles = styles;
  static properties = {
    lang: { reflect: true },
    experiment: { attribute: false },
    source: { attribute: false },
    engineOptions: { attribute: false },
  };

  /** @type {Session} */
  #session = new Session(
    () => this.#invalidate(),
    (config, run) => this.#sayState(config, run),
  );
  /** Bytes that training takes. @type {{ networks: number, images: number } | null} */
  planned = null;
  /** The network whose controls are shown. @type {number | null} */
  openRun = 0;
  /** Why nothing can be trained. @type {(Error & { code?: string }) | null} */
  #failure = null;
  #panelOpen = false;
  #wide = true;
  #ticksOpen = false;
  #drawnAt = 0;
  #drawing = false;
  #width = 0;
  /** What was said last, for those who listen. */
  #said = '';
  #resized = new ResizeObserver(() => this.#measure());

  constructor() {
    super();
    this.lang = langOf(document.documentElement.lang);
    /** @type {Experiment} */
    this.experiment = defaultExperiment();
    /** @type {import('./index.js').ImageSource | null} */
    this.source = null;
    /** @type {import('../lib/index.js').EngineOptions} */
    this.engineOptions = {};
  }

  connectedCallback() {
    super.connectedCallback();
    this.#resized.observe(this);
    if (this.hasUpdated) void this.#prepare();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#resized.disconnect();
    this.#session.dispose();
  }

  // What the page and the panel look at.

  get busy() {
    return this.#session.busy;
  }

  get state() {
    return this.#session.state;
  }

  get engine() {
    return this.#session.engine;
  }

  get error() {
    return this.#failure;
  }

  /** @returns {Row[]} */
  get rows() {
    const names = namesOf(this.experiment.runs);
    return this.experiment.runs.map((config, i) => ({
      config,
      name: names[i],
      color: lineColor(config),
      run: this.#session.runOf(config),
    }));
  }

  get #t() {
    return translator(LAB, this.lang);
  }

  get #isSynthetic() {
    return this.experiment.data === 'synthetic' || this.source?.synthetic === true;
  }

  /** What the images are called. */
  get #dataName() {
    const { data } = this.experiment;
    return data === 'synthetic' || !this.source ? this.#t(`data_${data}`) : this.source.name;
  }

  // What can be done.

  /** Trains the networks that have not been trained yet, or all of them again. */
  async train() {
    if (this.busy || this.#obstacle()) return;
    this.#failure = null;
    const { length: count } = this.#session.due(this.experiment);
    this.#say(this.#t('said_started', { count }));
    try {
      await this.#session.train(this.experiment, this.engineOptions, this.#sourceUsed);
    } catch (error) {
      this.#fail(/** @type {Error} */ (error));
    }
  }

  pause() {
    if (this.state === 'running') this.#session.pause();
    this.#say(this.#t('said_paused'));
  }

  resume() {
    if (this.state === 'paused') this.#session.resume();
    this.#say(this.#t('said_resumed'));
  }

  stop() {
    this.#session.stop();
  }

  /** @param {string} [group] of the panel, to be looked at first */
  async openPanel(group) {
    this.#panelOpen = true;
    this.requestUpdate();
    await this.updateComplete;
    const root = /** @type {ShadowRoot} */ (this.renderRoot);
    const target = /** @type {HTMLElement | null} */ (
      root.querySelector(group ? `#${group} select, #${group} button` : '#panel-title')
    );
    target?.focus();
    if (group) root.querySelector(`#${group}`)?.scrollIntoView({ block: 'nearest' });
  }

  closePanel() {
    this.#panelOpen = false;
    this.requestUpdate();
    void this.updateComplete.then(() => {
      /** @type {HTMLElement | null} */ (this.renderRoot.querySelector('#change'))?.focus();
    });
  }

  #onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Escape' && this.#wide) this.closePanel();
  };

  /** @param {number} index */
  toggleRun(index) {
    this.openRun = this.openRun === index ? null : index;
    this.requestUpdate();
  }

  /** @param {number} index @param {object} change */
  changeRun(index, change) {
    const runs = this.experiment.runs.map((run, i) => (i === index ? { ...run, ...change } : run));
    this.#change({ runs });
  }

  addRun() {
    if (this.experiment.runs.length >= MOST_RUNS) return;
    const model = this.experiment.runs[this.openRun ?? this.experiment.runs.length - 1];
    const runs = [...this.experiment.runs, newRun({ ...model })];
    this.openRun = runs.length - 1;
    this.#change({ runs });
  }

  /** @param {number} index */
  removeRun(index) {
    this.openRun = null;
    this.#change({ runs: this.experiment.runs.filter((_, i) => i !== index) });
  }

  reset() {
    this.#change({ ...defaultExperiment(), data: this.experiment.data });
  }

  /** What all networks have in common. @param {Partial<Experiment>} change */
  changeShared(change) {
    this.#change(change);
  }

  /** @param {Partial<Experiment>} change */
  #change(change) {
    if (this.busy) return;
    this.experiment = { ...this.experiment, ...change };
    this.dispatchEvent(new Event('residua-experiment', { bubbles: true, composed: true }));
  }

  // What happens by itself.

  /** With other images or another recipe, earlier runs are no longer comparable, so they go.
   * @param {import('lit').PropertyValues<this>} changed */
  willUpdate(changed) {
    if (!changed.has('experiment') && !changed.has('source')) return;
    const before = changed.get('experiment') ?? this.experiment;
    const comparable = SHARED_FIELDS.every(
      (field) =>
        field.group === 'machine' || valueIn(before, field) === valueIn(this.experiment, field),
    );
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
    try {
      const engine = await this.#session.open(experiment, this.engineOptions);
      const planned = await this.#session.plan(experiment, engine);
      if (this.experiment !== experiment) return;
      this.planned = planned;
      this.#failure = null;
      this.#invalidate();
      if (!this.#obstacle()) await this.#session.images(experiment, engine, this.#sourceUsed);
    } catch (error) {
      if (this.isConnected && this.experiment === experiment)
        this.#fail(/** @type {Error} */ (error));
    }
  }

  get #sourceUsed() {
    return this.experiment.data === 'synthetic' ? null : this.source;
  }

  /** @param {Error} error */
  #fail(error) {
    this.#failure = error;
    this.#say(error.message);
    this.#invalidate();
  }

  /** Why training cannot start as things are: a sentence, or null. */
  #obstacle() {
    const { data, images, testImages, batchSize } = this.experiment;
    if (problemsOf(this.experiment).length > 0) return '';
    if (data !== 'synthetic' && !this.source) return this.#t('noCifar');
    const source = this.#sourceUsed;
    const say = (/** @type {number} */ count) => number(this.lang, count);
    if (source && (images > source.images || testImages > source.testImages)) {
      const there = { images: say(source.images), testImages: say(source.testImages) };
      return this.#t('tooFewImages', there);
    }
    if (batchSize > images) {
      return this.#t('batchTooLarge', { batch: say(batchSize), images: say(images) });
    }
    return null;
  }

  /** @param {string} text */
  #say(text) {
    this.#said = text;
    this.#invalidate();
  }

  /** @param {RunConfig} config @param {Run} run */
  #sayState(config, run) {
    const name = this.rows.find((row) => row.config === config)?.name ?? '';
    const told = this.#tellTrouble(name, run);
    if (told) this.#say(told);
    if (run.state !== 'finished') return;
    const [train, test] = [run.trainError, run.testError].map((error) =>
      error === undefined ? '–' : percent(this.lang, error),
    );
    this.#say(this.#t('said_finished', { name, train, test }));
  }

  /** @param {string} name @param {Run} run */
  #tellTrouble(name, { state, error }) {
    if (state === 'diverged') return this.#t('leadDiverged', { name });
    if (state !== 'failed') return null;
    const noMemory = /** @type {any} */ (error)?.code === 'NO_MEMORY';
    return this.#t(noMemory ? 'leadMemory' : 'leadFailed', { name });
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
    this.#wide = this.clientWidth >= 960;
    const width = this.renderRoot?.querySelector('.chart')?.clientWidth ?? 0;
    if (width === this.#width) return;
    this.#width = width;
    this.requestUpdate();
  }

  updated() {
    this.#drawChart();
    const dialog = /** @type {HTMLDialogElement | null} */ (
      this.renderRoot.querySelector('dialog')
    );
    if (dialog) showPanel(dialog, this.#panelOpen, this.#wide);
    this.dispatchEvent(new Event('residua-change', { bubbles: true, composed: true }));
  }

  firstUpdated() {
    this.#measure();
    void this.#prepare();
  }

  #drawChart() {
    const place = this.renderRoot.querySelector('.plot');
    if (!place || this.#width === 0) return;
    const hasDrops = ['step', 'paper'].includes(this.experiment.schedule);
    const series = this.rows
      .filter(({ run }) => run.tick)
      .map(({ name, color, run: { curve } }) => ({
        ...{ name, color, train: curve.train, test: curve.test },
        drops: hasDrops ? curve.drops : [],
      }));
    const chart = drawChart(series, {
      width: this.#width,
      height: this.#height,
      steps: stepsOf(this.experiment) || 1,
      guessing: 1 - 1 / CLASSES,
      lang: this.lang,
      t: this.#t,
    });
    place.replaceChildren(chart);
  }

  get #height() {
    const { least, most, share } = CHART_HEIGHT;
    return Math.round(Math.min(most, Math.max(least, this.#width * share)));
  }

  // What is seen.

  render() {
    const t = this.#t;
    const beside = this.#panelOpen && this.#wide;
    return html`
      <div class="lab" part="lab">
        <div class="title"><slot name="title"></slot></div>
        <div class="right">
          ${this.#figure()}
          <div class="runs" part="runs">
            ${this.#notices()} ${this.#callout()}
            ${runTable(this.rows, { t, lang: this.lang, epochs: this.experiment.epochs })}
            ${this.#ticks()}
          </div>
        </div>
        <div class="story" ?hidden=${beside}><slot></slot></div>
        <dialog
          class=${this.#wide ? 'beside' : 'sheet'}
          part="panel"
          aria-labelledby="panel-title"
          @cancel=${() => this.closePanel()}
          @keydown=${this.#onKey}
        >
          ${panel({ lab: this, t, lang: this.lang })}
        </dialog>
        <div class="actions" part="actions">${this.#actions()}</div>
        <p class="said" aria-live="polite">${this.#said}</p>
      </div>
    `;
  }

  #figure() {
    const t = this.#t;
    const trained = this.rows.some(({ run }) => run.tick);
    return html`
      <figure class="figure" part="figure">
        <div class="chart" style=${`--chart-height: ${this.#height}px`}>
          <div class="plot"></div>
          ${this.#isSynthetic ? html`<span class="tag">${t('syntheticData')}</span>` : nothing}
          ${trained ? nothing : html`<p class="empty">${t('waitingChart')}</p>`}
        </div>
        <figcaption><b>${t('figure')}</b> ${this.#caption()}</figcaption>
      </figure>
    `;
  }

  #caption() {
    const { runs, images, testImages } = this.experiment;
    const widths = new Set(runs.map(({ width }) => width));
    return this.#t('caption', {
      count: runs.length,
      widths: widths.size === 1 ? this.#t('captionWidth', { width: [...widths][0] }) : '',
      images: number(this.lang, images || 0),
      testImages: number(this.lang, testImages || 0),
      data: this.#isSynthetic ? this.#t('synthetic') : this.#dataName,
    });
  }

  #actions() {
    const t = this.#t;
    const { state } = this;
    const change = this.#panelOpen
      ? nothing
      : html`<button id="change" class="quiet" @click=${() => this.openPanel()}>
          ${t('change')}
        </button>`;
    if (state === 'idle') {
      const blocked = this.#obstacle() !== null || this.#cannotRun;
      return html`<button class="primary" ?disabled=${blocked} @click=${() => this.train()}>
          ${this.#trainLabel()}</button
        >${change}`;
    }
    const steer =
      state === 'paused'
        ? html`<button class="primary" @click=${() => this.resume()}>${t('resume')}</button>`
        : html`<button
            class="primary"
            ?disabled=${state === 'starting'}
            @click=${() => this.pause()}
          >
            ${t('pause')}
          </button>`;
    return html`${steer}<button @click=${() => this.stop()}>${t('stop')}</button>
      ${this.#timeLeft()} ${change}`;
  }

  #trainLabel() {
    const due = this.#session.due(this.experiment);
    const again = due.every((config) => this.#session.runOf(config).state === 'finished');
    return again ? this.#t('trainAgain') : this.#t('train', { count: due.length });
  }

  get #cannotRun() {
    return this.#failure?.code === 'NO_SIMD';
  }

  #timeLeft() {
    const running = this.rows.filter(({ run }) => run.training);
    const times = running.map(({ run }) => run.timeLeft ?? NaN);
    const left = Math.max(...times);
    return Number.isFinite(left)
      ? html`<span class="left">${clock(left)} ${this.#t('left')}</span>`
      : nothing;
  }

  #notices() {
    const obstacle = this.busy ? null : this.#obstacle();
    const troubles = this.rows.flatMap(({ name, run }) => {
      const lead = this.#tellTrouble(name, run);
      return lead ? [notice(lead, run.state === 'diverged' ? '' : run.error?.message)] : [];
    });
    return html`
      ${this.#cannotRun ? this.#noSimd() : nothing}
      ${
        this.#failure && !this.#cannotRun
          ? notice(this.#t(this.engine ? 'dataFailed' : 'engineFailed'), this.#failure.message)
          : nothing
      }
      ${obstacle ? notice(obstacle) : nothing} ${troubles}
    `;
  }

  #noSimd() {
    const t = this.#t;
    return html`<div class="notice" role="alert">
      <p><b>${t('noSimdTitle')}</b></p>
      <p>${t('noSimd')}</p>
      <p>
        <button class="quiet" @click=${() => this.changeShared({ tier: 'scalar' })}>
          ${t('tryScalar')}
        </button>
      </p>
    </div>`;
  }

  #callout() {
    if (this.busy) return nothing;
    const look = { t: this.#t, lang: this.lang, synthetic: this.#isSynthetic };
    const { told, caveat } = summary(this.rows, look);
    if (told.length === 0) return nothing;
    return html`<section class="callout" part="callout" aria-label=${this.#t('happenedTitle')}>
      <p>${told.join(' ')}</p>
      ${caveat ? html`<p class="caveat">${caveat}</p>` : nothing}
    </section>`;
  }

  #ticks() {
    const t = this.#t;
    const onToggle = (/** @type {{ target: HTMLDetailsElement }} */ { target }) => {
      this.#ticksOpen = target.open;
      this.requestUpdate();
    };
    const data = this.#isSynthetic ? t('syntheticData') : this.#dataName;
    return html`<details class="numbers" @toggle=${onToggle}>
      <summary>${t('ticks')}</summary>
      ${
        this.#ticksOpen
          ? tickTable(this.rows, { t, lang: this.lang, epochs: this.experiment.epochs, data })
          : nothing
      }
    </details>`;
  }
}

/** @param {string} lead @param {string} [detail] in the words of the engine */
function notice(lead, detail) {
  return html`<div class="notice" role="alert">
    <p>${lead}</p>
    ${detail ? html`<p class="detail" lang="en">${detail}</p>` : nothing}
  </div>`;
}

/** @param {HTMLDialogElement} dialog @param {boolean} open @param {boolean} beside the figure */
function showPanel(dialog, open, beside) {
  const isModal = dialog.matches(':modal');
  if (dialog.open && (!open || isModal === beside)) dialog.close();
  if (!open || dialog.open) return;
  if (beside) dialog.show();
  else dialog.showModal();
}
